//! The contract between computing and showing: everything a report needs, as plain versioned data.
//!
//! [`Results`] is what `results.json` holds, [`Series`] the daily series beside it. The compute
//! side writes them, the site side reads nothing else. Fields keep their order in the file.
//!
//! # Schema history
//! - 1: first version.
//! - 2: regimes with transitions, repaint, detection and separation; regime-aware systems.
//! - 3: spectrum, linkage and pairs of the geometry; R2 by eigen-direction, gain map and breaks of a
//!   model; figures by period and volatility tercile.
//! - 4: `verdict`; `evidence` and `rejects` beside every forecast figure; the forecast figures of a
//!   whole sample and of a part have the same names (`sse_difference` of a part became
//!   `cumulative_sse_difference_last`); `separation` names its states; `warnings` and the changes
//!   around a break are typed; `life`, `since`, `last` and `lost` of each model's breaks;
//!   `best_year`; `data.shared`, where the series are that experiments on one panel share.
//! - 5: figures on losses over ex-ante variance (`scaled`) and without the most influential days;
//!   `evidence` is family-wise; `life` from a test of the relation, with `falls`, in place of `lost`;
//!   `contrast` of each regime; `alpha` and `beta` of strategies, Pesaran-Timmermann; `held` of a part of a track record.
//! - 6: `stamp`, `criteria` and `family` of the verdict, `comparison`, `certificate`, `search` and
//!   `trials`; `weighting`, `weighted_mean`, `components`, `external`, so that `l1_ratio` and
//!   `selected_alpha_last` may be `null`; `frequency` and `periods_per_year` of the data;
//!   `conventions`; what is shown beside shifted labels (`separation`, `repaint`); of strategies
//!   the interval of `annual_return`, resampled intervals, the difference from holding, and
//!   probabilities that pay for the search; both Sharpe ratios of a part.
//! - 7: `data.shared.regimes`; `pair.<A>.<B>` and `regime.<name>` in a file of their own; lists of parts,
//!   states, pairs and modes as tables of columns and rows; settled figures with three digits.
//! - 8: `tear_sheets` of all track records; `drawdowns` and `cost_curve` of each model's headline
//!   record, `hold_drawdowns`, `calibration` of each model's forecasts, `next`, and `changed` of a
//!   comparison.

mod calibration;
mod certificate;
mod comparison;
mod conventions;
mod cost_curve;
mod estimate;
mod explained;
mod forecast;
mod geometry;
mod inputs;
mod json;
mod months;
pub mod names;
mod next;
mod paired;
mod periods;
mod quality;
mod regime;
mod search;
mod series;
pub mod spec;
mod strategy;
mod sweep;
mod track;
mod verdict;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::spec::{Kind, SystemKind, Weighting};
use crate::base::units::{Day, Frequency};

pub use calibration::CalibrationBin;
pub use certificate::{
    Certificate, CertificateCheck, CertificateCheckName, CertificateFinding, CheckOutcome,
    LateForecasts, NotTested, NotTestedReason,
};
pub use comparison::{Comparison, ModelComparison, StrategyComparison};
pub use conventions::{Cause, Convention, Conventions, TrackFigure};
pub use cost_curve::CostPoint;
pub use estimate::{Estimate, Interval, interval, value};
pub use explained::{
    Break, BreakSummary, Change, Cusum, Fluctuation, GainMap, LossSegment, MarchenkoPastur,
    MatchedCosine, Merge, ModesOnDay, PairSummary, ShiftBand, SpectrumSummary, Statistic,
};
pub use forecast::{AgainstPlainMean, ForecastMetrics, ScaledMetrics};
pub use geometry::{CouplingSummary, GeometrySummary};
pub use inputs::{DataSummary, Provenance};
pub use json::{from_json, to_json};
pub(crate) use json::{kept, not_finite, settled_digits};
pub use months::{MonthlyReturns, monthly_returns};
pub use next::{NextForecast, NextModel};
pub use paired::{Divergence, Paired, PairedFigure, PairedModel, PairedStrategy, PairedTest};
pub use periods::{PartSummary, PartitionKind, PartitionSummary};
pub use quality::{
    CalendarKind, CalendarSummary, CheckSummary, Finding, FindingKind, MonthSummary, QualityReport,
    Severity, TickerMonths,
};
pub use regime::{
    Contrast, Detection, FitRecord, RegimeKind, RegimeSummary, Repaint, Segment, Separation,
    StateSummary,
};
pub use search::{Overfitting, SearchSummary, SpaP, Trials};
pub(crate) use series::series_digits;
pub use series::{
    SERIES_FILES, Series, SeriesFile, SeriesForm, SharedFiles, Table, TableError, series_text,
};
pub use strategy::StrategyMetrics;
pub use sweep::{
    Chance, Choice, ChoiceSummary, JointTest, LevelSummary, Specification, SpecificationCurve,
    Standing, SweepMember, SweepResults, SweptKey,
};
pub use track::{
    DEEPEST, Distribution, Drawdown, Extreme, Matched, MatchedHold, PeriodReturn, Rolling,
    TearSheet, Track, Trailing, YearlyReturn, drawdowns,
};
pub use verdict::{
    Answer, BestDetector, BestYear, CarryingYear, CriterionOutcome, Evidence, Fall, FamilyClaim,
    Life, Outcome, Stamp, Verdict,
};

/// Version of the format of `results.json`.
pub const SCHEMA: u32 = 8;
/// Oldest version that can still be read.
pub const OLDEST_SCHEMA: u32 = 8;

/// One experiment, computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`SCHEMA`] of the program that wrote it.
    pub schema: u32,
    /// The experiment's id, the stem of its file.
    pub id: String,
    /// Its title, plain text.
    pub title: String,
    /// What was asked, Markdown with `$math$`.
    pub hypothesis: String,
    /// The researcher's remarks, Markdown; often empty.
    pub notes: String,
    /// From what this was computed.
    pub provenance: Provenance,
    /// The spec with every default written out.
    pub spec: spec::Spec,
    /// The panel.
    pub data: DataSummary,
    /// The schedule as it worked out.
    pub walk_forward: WalkForwardSummary,
    /// Level of every interval below.
    pub interval_level: f64,
    /// What the experiment concludes.
    pub verdict: Verdict,
    /// Whether it is out of sample, as far as that can be tried out.
    pub certificate: Certificate,
    /// The market's shape over the whole panel.
    pub geometry: GeometrySummary,
    /// One entry a detector, in the order of the spec; a planted truth comes last.
    pub regimes: Vec<RegimeSummary>,
    /// The same figures by calendar and by volatility, the splits with two parts or more.
    pub periods: Vec<PartitionSummary>,
    /// One entry a model, by name, in the order of the spec.
    pub models: IndexMap<String, ModelSummary>,
    /// The weighted prevailing mean, the benchmark of weighted models, as a forecast; `None` without
    /// such models.
    pub weighted_mean: Option<AgainstPlainMean>,
    /// How alike the models are, one entry a pair.
    pub agreement: Vec<Agreement>,
    /// Paired differences from the experiment that `compares_with` names; `None` without one.
    pub comparison: Option<Comparison>,
    /// What the best of them is worth as the best of so many.
    pub search: SearchSummary,
    /// How much was tried over all experiments of the site; `null` outside of one.
    pub trials: Option<Trials>,
    /// Track records to compare with: `buy_and_hold`.
    pub benchmarks: IndexMap<String, StrategyMetrics>,
    /// The ten deepest drawdowns of holding the target, the deepest first.
    pub hold_drawdowns: Vec<Drawdown>,
    /// Further figures of every track record: of each model under each rule, and of `buy_and_hold`.
    pub tear_sheets: Vec<TearSheet>,
    /// The forecast of the period behind the last row.
    pub next: NextForecast,
    /// The headline track record as other packages measure it; `None` after ruin.
    pub conventions: Option<Conventions>,
    /// What a careful reader must know before believing a figure.
    pub warnings: Vec<Warning>,
}

/// The walk-forward as it worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WalkForwardSummary {
    /// First day with a forecast.
    pub first_forecast: Day,
    /// Last day with a forecast.
    pub last_forecast: Day,
    /// Number of forecasts `P`.
    pub forecasts: usize,
    /// Number of refits.
    pub refits: usize,
    /// Number of single fits behind them: refits x alphas x models (and holdout fits).
    pub fits: usize,
    /// Rows before the first forecast.
    pub min_train: usize,
    /// Rows between refits.
    pub refit_every: usize,
    /// Rolling window in rows; `None` is expanding.
    pub window: Option<usize>,
    /// Rows left out between training and forecast.
    pub purge: usize,
    /// The least precise fit of the run.
    pub worst_fit: FitQuality,
}

/// The certificate of a run's fits: their optimality conditions, relative to the largest gradient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FitQuality {
    /// Largest KKT residual over all fits, relative to `max_j |x_j' y| / m`.
    pub kkt_residual: f64,
    /// Fits that missed the required precision; they are reported, never used silently.
    pub uncertified: usize,
}

/// One model's walk-forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelSummary {
    /// Which model.
    pub kind: Kind,
    /// Where its forecasts come from, if they were made elsewhere. What needs a fit is then empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalSummary>,
    /// Mixing of the penalties, 0 ridge to 1 lasso; `None` without a penalty.
    pub l1_ratio: Option<f64>,
    /// How much each row counts in its fits; `None` counts each once.
    pub weighting: Option<Weighting>,
    /// The grid of penalties, strongest first; empty for a model without one.
    pub alphas: Vec<f64>,
    /// The grid of numbers of components, fewest first; left out of a model without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<usize>,
    /// The alpha in use at the end; `None` without a penalty.
    pub selected_alpha_last: Option<f64>,
    /// The number of components in use at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_components_last: Option<usize>,
    /// Out-of-sample forecast figures of what was selected from the grid.
    pub forecast: ForecastMetrics,
    /// Of a weighted model, whose benchmark is the weighted prevailing mean: against the plain one.
    pub against_plain_mean: Option<AgainstPlainMean>,
    /// Each alpha, or number of components, as if it had been used throughout: hindsight, for the
    /// path. One entry for a model without a grid.
    pub by_alpha: Vec<AlphaSummary>,
    /// By sizing rule.
    pub strategies: IndexMap<String, StrategyMetrics>,
    /// The ten deepest drawdowns under the headline rule (`verdict.rule`), the deepest first.
    pub drawdowns: Vec<Drawdown>,
    /// The same record at other trading costs, from none on; the spec's own is among them.
    pub cost_curve: Vec<CostPoint>,
    /// What came of its forecasts by tenth of forecast less benchmark, the lowest first.
    pub calibration: Vec<CalibrationBin>,
    /// Contribution of each eigen-direction of the training windows to `oos_r2`, the largest
    /// eigenvalue first; with `r2_intercept` they add up to it. Empty where the forecasts are not
    /// one linear fit a refit.
    pub r2_by_direction: Vec<f64>,
    /// Contribution of the fit's intercept, which is as old as the fit, against the benchmark's
    /// daily mean.
    pub r2_intercept: Option<f64>,
    /// Cumulative gain by day and alpha.
    pub gain_map: GainMap,
    /// When the edge came and went.
    pub breaks: BreakSummary,
    /// The calendar year in which it gained most over the prevailing mean; `None` where it gained
    /// in no year.
    pub best_year: Option<BestYear>,
    /// p-value that its scaled Clark-West terms are zero, over all models of the experiment
    /// (Romano and Wolf 2005).
    pub romano_wolf_p: Option<f64>,
    /// How a regime-aware system compares with its plain twin; `None` for a plain model.
    pub system: Option<SystemSummary>,
}

/// A file of forecasts that were made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalSummary {
    /// Its path from the folder of the spec.
    pub file: String,
    /// Rows of it that are for no day of the walk-forward, and are not used.
    pub ignored: usize,
}

/// A regime-aware system against its plain twin: does knowing the regime help?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SystemSummary {
    /// What it makes of the regime.
    pub system: SystemKind,
    /// Name of the regime that it follows.
    pub regime: String,
    /// Name of the plain model with the same penalties.
    pub twin: String,
    /// The test of the difference.
    pub test: ComparisonTest,
    /// Out-of-sample R2 less the twin's.
    #[serde(flatten, with = "estimate::r2_gain")]
    pub r2_gain: Option<Estimate>,
    /// The test's statistic, positive where the system is better.
    pub statistic: Option<f64>,
    /// Its one-sided p-value.
    pub p_value: Option<f64>,
    /// Scaled out-of-sample R2 less the twin's: of losses over ex-ante variance.
    #[serde(flatten, with = "estimate::scaled_r2_gain")]
    pub scaled_r2_gain: Option<Estimate>,
    /// The test's statistic on these losses.
    pub scaled_statistic: Option<f64>,
    /// Its one-sided p-value.
    pub scaled_p_value: Option<f64>,
    /// Rank p-value of this statistic among the largest ones that systems with the same test reach with
    /// labels shifted in time, times the kinds of tests; `None` unless the scaled test finds the system
    /// better.
    pub shifted_p: Option<f64>,
    /// Share of forecast rows on which a gated system traded.
    pub open_share: Option<f64>,
    /// Whether it is better than its twin on scaled losses: `no` only where it does not nest it.
    pub helps: Answer,
}

/// How two models are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonTest {
    /// Clark and West (2007), where one model nests the other.
    ClarkWest,
    /// Diebold and Mariano (1995), where neither does.
    DieboldMariano,
}

/// Metrics of some rows of a track record, set one after another: a state, a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PartMetrics {
    /// Rows, those from ruin on left out.
    pub rows: usize,
    /// Rows of these with a position.
    pub held: usize,
    /// Mean log growth times the periods of a year.
    pub annual_log_growth: Option<f64>,
    /// Annualised Sharpe ratio over the rows, log-return consistent.
    #[serde(flatten, with = "estimate::sharpe")]
    pub sharpe: Option<Estimate>,
    /// The same on simple returns.
    pub sharpe_arithmetic: Option<f64>,
    /// Of log growth by period.
    pub annual_volatility: Option<f64>,
    /// `exp(sum g) - 1`.
    pub total_return: Option<f64>,
    /// A number `<= 0`; in a calendar period the largest drawdown within it.
    pub max_drawdown: Option<f64>,
    /// Traded fractions of equity in a year of rows.
    pub annual_turnover: Option<f64>,
}

impl DataSummary {
    /// Fewest periods with a position whose record is worth a figure by the year: a year of them,
    /// also on an exchange with many holidays (New York traded on 248 days in 2001, Shanghai on 242
    /// in 2023): 240 days, 49 weeks, 11 months. A few days, annualised, are a large number that says
    /// nothing.
    #[must_use]
    pub fn fewest_held(&self) -> usize {
        usize::from(self.periods_per_year) * 20 / 21
    }
}

/// One position of a grid: an alpha, a number of components, or neither where there is no grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlphaSummary {
    /// The penalty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f64>,
    /// The number of components.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<usize>,
    /// Out-of-sample R2 had it been used throughout.
    pub oos_r2: Option<f64>,
    /// In-sample R2 of the last refit.
    pub in_sample_r2_last: Option<f64>,
    /// Non-zero coefficients at the last refit.
    pub nonzero_last: usize,
    /// Mean number of non-zero coefficients over the refits.
    pub nonzero_mean: f64,
    /// Euclidean norm of the standardised coefficients at the last refit.
    pub norm_last: f64,
    /// Share of refits at which this alpha was selected.
    pub selected_share: f64,
    /// Effective degrees of freedom at the last refit; `None` where the forecasts are not one
    /// linear fit.
    pub effective_degrees_last: Option<f64>,
    /// Share of the squared norm of the last refit's coefficients in each of the first three
    /// eigen-directions of its training window; empty for coefficients that are zero.
    pub eigen_shares: Vec<f64>,
    /// Coefficients on standardised features at the last refit, by column.
    pub coefficients_last: IndexMap<String, f64>,
}

/// How alike two models are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// First model.
    pub a: String,
    /// Second model.
    pub b: String,
    /// Mean over the refits of the cosine between the selected coefficient vectors, over the
    /// refits at which neither is zero.
    pub cosine_mean: Option<f64>,
    /// The same at the last refit.
    pub cosine_last: Option<f64>,
    /// Pearson correlation of the forecasts.
    pub forecast_correlation: Option<f64>,
    /// The cosine along the two alpha paths at the last refit, where both fit the past equally
    /// well.
    pub matched: Vec<MatchedCosine>,
}

/// Something to know before believing a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Warning {
    /// A model's out-of-sample R2 is implausible for its frequency: look for a leak.
    TooGood {
        /// The model.
        model: String,
        /// Its R2.
        oos_r2: f64,
    },
    /// Fits of a model missed the required precision.
    UncertifiedFits {
        /// The model.
        model: String,
        /// How many missed it.
        missed: usize,
        /// Of how many.
        fits: usize,
    },
    /// Equity reached zero.
    Ruin {
        /// `model.rule`.
        strategy: String,
        /// When.
        day: Day,
    },
    /// Days were left out because an instrument had no price; returns span the gaps.
    DroppedDays {
        /// How many.
        days: usize,
    },
    /// A control, which must find nothing, finds something.
    ControlFinds {
        /// The models with evidence; empty where only all of them together have it.
        models: Vec<String>,
    },
    /// Prices were carried over from an earlier day.
    FilledPrices {
        /// How many.
        prices: usize,
    },
}

/// A price source, for its page: what it is, where it comes from, what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceSummary {
    /// Folder under `data/`.
    pub name: String,
    /// From `source.yaml`; the folder's name by default.
    pub title: String,
    /// Markdown; may be empty.
    pub description: String,
    /// Terms of use; may be empty.
    pub licence: String,
    /// Where the prices come from; may be empty.
    pub origin: String,
    /// Whether the prices are simulated.
    pub synthetic: bool,
    /// First day of the price file.
    pub first_day: Day,
    /// Last day of the price file.
    pub last_day: Day,
    /// Rows of the price file.
    pub days: usize,
    /// How often they come; `None` where it is no frequency, or not one throughout.
    pub frequency: Option<Frequency>,
    /// BLAKE3 of the price file, hexadecimal.
    pub file_hash: String,
    /// One entry a ticker, in the order of the file.
    pub tickers: Vec<TickerSummary>,
    /// What was found in the prices.
    pub quality: QualityReport,
}

/// The coverage of one ticker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickerSummary {
    /// As the price file names it.
    pub ticker: String,
    /// First day with a price; `None` when there is none.
    pub first_day: Option<Day>,
    /// Last day with a price.
    pub last_day: Option<Day>,
    /// Number of prices.
    pub prices: usize,
    /// Days between its first and last without a price.
    pub gaps: usize,
}
