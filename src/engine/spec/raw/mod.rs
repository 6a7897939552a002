//! The written form of a spec: what its YAML may say, key by key in the contract's order.
//!
//! These types are the contract with whoever writes a spec. The JSON Schema is derived from them
//! (their comments are what an editor shows), and a [`Spec`](super::Spec) is written through them.

mod regime;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use self::regime::Regime;
use super::defaults;
use crate::base::units::Day;

/// One experiment: strictly out-of-sample forecasts of one instrument from the returns of others.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Experiment {
    /// One line of plain text.
    #[schemars(length(min = 1))]
    pub(super) title: String,
    /// What the experiment asks: Markdown, also with $math$.
    #[serde(default)]
    pub(super) hypothesis: String,
    /// Anything else a reader should know: Markdown, also with $math$.
    #[serde(default)]
    pub(super) notes: String,
    /// Which prices.
    pub(super) data: Data,
    /// When to fit, and on which rows.
    #[serde(default)]
    pub(super) walk_forward: WalkForward,
    /// What to fit; by default ridge, lasso and the elastic net.
    #[serde(default = "models")]
    #[schemars(length(min = 1))]
    pub(super) models: Vec<Model>,
    /// How to choose the penalty, strictly out of sample.
    #[serde(default = "selection")]
    pub(super) selection: Selection,
    /// How to size positions; by default all three rules.
    #[serde(default = "positions")]
    #[schemars(length(min = 1))]
    pub(super) positions: Vec<Position>,
    /// What trading and holding cost.
    #[serde(default)]
    pub(super) costs: Costs,
    /// Which regimes to look at; by default the sign flip of XLE and XLU where both are features.
    // Not a fixed default: it depends on the features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Regime>")]
    pub(super) regimes: Option<Vec<Regime>>,
    /// Seeds every resampling.
    #[serde(default = "seed")]
    pub(super) seed: u64,
}

/// Which prices.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Data {
    /// Folder under `data/` that holds `prices.csv` or `prices.parquet`.
    #[serde(default = "source")]
    #[schemars(regex(pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]*$"))]
    pub(super) source: String,
    /// Ticker that is forecast and traded.
    #[schemars(regex(pattern = "^[A-Za-z0-9_.^=-]+$"))]
    pub(super) target: String,
    /// Tickers whose lagged returns forecast it, each once.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(super) features: Vec<String>,
    /// First day, inclusive; the source's first by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Day")]
    pub(super) start: Option<Day>,
    /// Last day, inclusive; the source's last by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Day")]
    pub(super) end: Option<Day>,
    /// What to do with a day on which an instrument has no price.
    #[serde(default = "missing")]
    pub(super) missing: Missing,
    /// Lags of the features in trading days, each at least 1, ascending.
    #[serde(default = "lags")]
    #[schemars(length(min = 1), inner(range(min = 1)), extend("uniqueItems" = true))]
    pub(super) lags: Vec<usize>,
}

/// What to do with a day on which an instrument has no price.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Missing {
    /// The day goes for all; the next return spans the gap.
    Drop,
    /// It is an error.
    Error,
    /// The last price is carried over, at most this many days.
    ForwardFill(#[schemars(range(min = 1))] usize),
}

/// When to fit, and on which rows.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WalkForward {
    /// Rows before the first forecast.
    #[schemars(range(min = 30))]
    pub(super) min_train: usize,
    /// Rows from one fit to the next.
    #[schemars(range(min = 1))]
    pub(super) refit_every: usize,
    /// `expanding` for all rows so far, or a number of rows for a rolling window.
    pub(super) window: Window,
    /// Rows left out between the training rows and the fit.
    pub(super) purge: usize,
}

/// Which rows a fit may use.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Window {
    /// All rows before the fit.
    Expanding(Expanding),
    /// The last so many of them.
    Rolling(#[schemars(range(min = 2))] usize),
}

/// The word for an expanding window.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Expanding {
    /// All rows before the fit.
    Expanding,
}

/// One linear model.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    /// Which model.
    pub(super) kind: Kind,
    /// Its name in the report; the kind by default. Names are unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^[a-z0-9_-]+$"))]
    pub(super) name: Option<String>,
    /// Share of the lasso penalty in an elastic net, 0.5 by default; not for ridge and lasso.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub(super) l1_ratio: Option<f64>,
    /// The penalties, from the strongest down.
    #[serde(default = "alphas")]
    pub(super) alphas: Alphas,
    /// Makes it a regime-aware system beside its plain twin, which must be in the list too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) regime: Option<RegimeAware>,
}

/// What a model makes of a regime.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegimeAware {
    /// Which system.
    pub(super) system: System,
    /// Name of one of the `regimes`; the first by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) detector: Option<String>,
    /// Weight of other states' rows in a state's fit, 0.5 by default; only with `per_regime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 0.0, max = 1.0))]
    pub(super) pooling: Option<f64>,
}

/// The regime-aware systems.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum System {
    /// Trades only in states in which the twin's forecasts have paid so far.
    Gated,
    /// Coefficients of its own for each state, shrunk to the twin's.
    PerRegime,
    /// The features once more in every state but the first.
    Interacted,
}

/// The linear models.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Squared penalty: shrinks all coefficients.
    Ridge,
    /// Absolute penalty: sets coefficients to zero.
    Lasso,
    /// A mixture of both.
    ElasticNet,
}

/// A grid of penalties, from the strongest down.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Alphas {
    /// The values themselves.
    List(AlphaList),
    /// Evenly spaced in log10 between two bounds.
    Range(AlphaRange),
    /// So many over the default range.
    Count(AlphaCount),
}

/// So many penalties over the default range.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlphaCount {
    /// Number of penalties.
    #[serde(default = "alpha_count")]
    #[schemars(range(min = 2, max = 1000))]
    pub(super) count: usize,
}

/// Penalties evenly spaced in log10.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlphaRange {
    /// The strongest penalty.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub(super) from: f64,
    /// The weakest penalty.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub(super) to: f64,
    /// Number of penalties.
    #[serde(default = "alpha_count")]
    #[schemars(range(min = 2, max = 1000))]
    pub(super) count: usize,
}

/// Penalties one by one.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlphaList {
    /// Positive, descending.
    #[schemars(length(min = 1))]
    pub(super) list: Vec<f64>,
}

/// How the penalty is chosen at each fit, strictly out of sample.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Selection {
    /// The smallest sum of squared forecast errors so far.
    Prequential {},
    /// The smallest squared error over the last training rows, fitted on the rows before them.
    Holdout {
        /// Rows held out.
        #[schemars(range(min = 1))]
        rows: usize,
    },
    /// One penalty throughout.
    Fixed {
        /// The penalty.
        #[schemars(extend("exclusiveMinimum" = 0))]
        alpha: f64,
    },
}

/// How a forecast becomes a position.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Position {
    /// The sign of the forecast.
    Binary {
        /// Its name in the report; the rule by default. Names are unique.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String", regex(pattern = "^[a-z0-9_-]+$"))]
        name: Option<String>,
        /// Whether negative positions become 0.
        #[serde(default)]
        long_only: bool,
    },
    /// The forecast over the standard deviation of the forecasts before it, clipped.
    Proportional {
        /// Its name in the report; the rule by default. Names are unique.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String", regex(pattern = "^[a-z0-9_-]+$"))]
        name: Option<String>,
        /// Whether negative positions become 0.
        #[serde(default)]
        long_only: bool,
        /// Largest absolute position.
        #[serde(default = "max_leverage")]
        #[schemars(extend("exclusiveMinimum" = 0))]
        max_leverage: f64,
    },
    /// A step chosen by the quartile of the forecast among those before it.
    Quartile {
        /// Its name in the report; the rule by default. Names are unique.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String", regex(pattern = "^[a-z0-9_-]+$"))]
        name: Option<String>,
        /// Whether negative positions become 0.
        #[serde(default)]
        long_only: bool,
        /// Positions for the four quartiles, lowest first.
        #[serde(default = "steps")]
        steps: [f64; 4],
    },
}

/// What trading and holding cost.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Costs {
    /// Per unit of equity traded, in basis points.
    #[schemars(range(min = 0), extend("exclusiveMaximum" = 10_000))]
    pub(super) trade_bps: f64,
    /// On the short position, a fraction a year.
    #[schemars(range(min = 0), extend("exclusiveMaximum" = 1))]
    pub(super) borrow_rate: f64,
    /// Earned on cash, a fraction a year.
    #[schemars(extend("exclusiveMinimum" = -1, "exclusiveMaximum" = 1))]
    pub(super) cash_rate: f64,
}

impl Default for WalkForward {
    fn default() -> Self {
        Self::from(&defaults::SCHEDULE)
    }
}

impl Default for Costs {
    fn default() -> Self {
        Self::from(&defaults::COSTS)
    }
}

// serde takes defaults as functions.

fn models() -> Vec<Model> {
    defaults::models().iter().map(Model::from).collect()
}

fn selection() -> Selection {
    Selection::from(&defaults::SELECTION)
}

fn positions() -> Vec<Position> {
    defaults::positions().iter().map(Position::from).collect()
}

fn source() -> String {
    defaults::SOURCE.into()
}

fn missing() -> Missing {
    Missing::from(defaults::MISSING)
}

fn lags() -> Vec<usize> {
    defaults::LAGS.into()
}

fn alphas() -> Alphas {
    Alphas::Count(AlphaCount { count: defaults::ALPHA_COUNT })
}

fn alpha_count() -> usize {
    defaults::ALPHA_COUNT
}

fn max_leverage() -> f64 {
    defaults::MAX_LEVERAGE
}

fn steps() -> [f64; 4] {
    defaults::STEPS
}

fn seed() -> u64 {
    defaults::SEED
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::super::{node, parse};
    use super::*;

    /// The schema is derived from these types, so they must mean what the reader means.
    #[test]
    fn the_derived_types_read_a_spec_as_the_reader_does() {
        for text in [
            include_str!("../../../../tests/fixtures/spec/ok_minimal.yaml"),
            include_str!("../../../../tests/fixtures/spec/ok_sectors.yaml"),
            include_str!("../../../../tests/fixtures/spec/ok_full.yaml"),
            include_str!("../../../../tests/fixtures/spec/ok_other.yaml"),
            include_str!("../../../../tests/fixtures/spec/ok_fixed.yaml"),
            include_str!("../../../../tests/fixtures/spec/ok_every_detector.yaml"),
        ] {
            let derived: Experiment =
                serde_yaml::from_str_with_options(text, node::options()).unwrap();
            let written = serde_yaml::to_string(&derived).unwrap();
            let spec = |text| parse("a", "a.yaml", text).unwrap().spec;
            assert_eq!(spec(&written), spec(text));
        }
    }
}
