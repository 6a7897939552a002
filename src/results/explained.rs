//! Why and when: the parts of the contract that explain a signal instead of measuring it.

use serde::{Deserialize, Serialize};

use super::verdict::Life;
use crate::base::units::Day;

/// One step of the features' clustering by average linkage on the distance `sqrt((1 - r) / 2)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// One branch: a position of `tickers`, or the number of tickers plus the position of an
    /// earlier merge.
    pub a: usize,
    /// The other branch.
    pub b: usize,
    /// Distance at which they join.
    pub height: f64,
    /// Features below the join.
    pub size: usize,
}

/// The rolling correlation of a pair of features, day by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairSummary {
    /// First ticker, in the order of the tickers.
    pub a: String,
    /// Second ticker.
    pub b: String,
    /// Mean over the days with a full window.
    pub mean: f64,
    /// Standard deviation over these days (`ddof = 1`): how much the pair changes.
    pub deviation: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// On the last day.
    pub last: f64,
    /// Days on which its sign flipped, by the rule of the detector with a threshold of 0.1
    /// (methods, section 7).
    pub flips: Vec<Day>,
}

/// The static spectrum against chance, and the leading eigenvectors through time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpectrumSummary {
    /// Where the eigenvalues of independent series fall as their number and length grow.
    pub marchenko_pastur: MarchenkoPastur,
    /// Where they fall for series like these once the days no longer match; `None` with fewer
    /// than two features.
    pub shift_band: Option<ShiftBand>,
    /// Window of the eigenvectors through time, in trading days.
    pub window: usize,
    /// The leading eigenvectors on the first day of each quarter.
    pub modes: Vec<ModesOnDay>,
}

/// Edges `(1 -+ sqrt(p / T))^2` of the Marchenko-Pastur law.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct MarchenkoPastur {
    /// Returns `T`.
    pub returns: usize,
    /// Features `p`.
    pub features: usize,
    /// Lower edge.
    pub lower: f64,
    /// Upper edge.
    pub upper: f64,
}

/// Quantiles of the ordered eigenvalues after each series was rotated by a random offset of its
/// own: its distribution and its autocorrelation stay, what it shares with the others is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShiftBand {
    /// Number of random rotations.
    pub replicates: usize,
    /// 5 % quantile of each eigenvalue, largest first.
    pub lower: Vec<f64>,
    /// 95 % quantile of each eigenvalue, largest first.
    pub upper: Vec<f64>,
}

/// The first two eigenvectors of a rolling window, followed through time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModesOnDay {
    /// The window's last day.
    pub day: Day,
    /// Loadings of the market mode, in the order of the tickers.
    pub market: Vec<f64>,
    /// Loadings of the second mode.
    pub second: Vec<f64>,
    /// Position of the second mode among that day's eigenvalues, 0 the largest: not 1 when the
    /// mode has changed places with another since it was first met.
    pub second_rank: usize,
    /// Absolute cosine of the market mode with the one of the whole panel (hindsight).
    pub market_to_static: f64,
    /// The same of the second mode (hindsight).
    pub second_to_static: f64,
}

/// The cosine of two models' coefficients where both fit the past equally well.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MatchedCosine {
    /// The in-sample R2 that both paths were asked for, at the last refit.
    pub in_sample_r2: f64,
    /// Position of the alpha of the first model that comes nearest to it.
    pub a: usize,
    /// Of the second model.
    pub b: usize,
    /// Cosine of the coefficient vectors there; `None` when one is zero.
    pub cosine: Option<f64>,
}

/// Cumulative gain over the benchmark by day and alpha: the ground that the selected path crosses.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GainMap {
    /// The last forecast day of each period.
    pub days: Vec<Day>,
    /// The alphas shown, strongest penalty first: every n-th of the grid.
    pub alphas: Vec<f64>,
    /// By day, by alpha: running sum of `e0^2 - e^2` up to and including the day, in squared
    /// percentage points (1e-4).
    pub values: Vec<Vec<f64>>,
}

/// When a model's edge over its benchmark came and went. All of it is read with hindsight but the
/// series that say otherwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BreakSummary {
    /// Giacomini and Rossi (2010); `None` without variation or with too few forecasts.
    pub fluctuation: Option<Fluctuation>,
    /// The same on scaled losses: what claims rest on.
    pub scaled_fluctuation: Option<Fluctuation>,
    /// Brown, Durbin and Evans (1975), on the forecast errors.
    pub cusum: Option<Cusum>,
    /// The same on scaled errors.
    pub scaled_cusum: Option<Cusum>,
    /// The best segmentation of the loss difference, in order; one segment where nothing broke.
    pub segments: Vec<LossSegment>,
    /// One entry a boundary between two segments.
    pub breaks: Vec<Break>,
    /// What became of the edge; `None` where there never was one, or nothing can be said.
    pub life: Option<Life>,
    /// First day on which the scaled fluctuation statistic is above its band: the end of the first
    /// window in which there was an edge.
    pub since: Option<Day>,
    /// One-sided p-value of the scaled Clark-West statistic of the last 1,250 forecasts; `None` with
    /// fewer.
    pub recent_p: Option<f64>,
}

/// The largest local gain over the benchmark, against its critical values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Fluctuation {
    /// Forecasts in the moving window `m`.
    pub window: usize,
    /// `m / P`, the share of all forecasts that the critical values depend on.
    pub share: f64,
    /// Largest statistic: the best stretch.
    pub max: f64,
    /// Last day of that stretch.
    pub max_day: Day,
    /// Smallest statistic: the worst stretch.
    pub min: f64,
    /// Last day of that stretch.
    pub min_day: Day,
    /// Two-sided critical value at 5 %: equal accuracy at every time.
    pub two_sided_5: f64,
    /// Two-sided at 10 %.
    pub two_sided_10: f64,
    /// One-sided at 5 %: never better than the benchmark.
    pub one_sided_5: f64,
    /// One-sided at 10 %.
    pub one_sided_10: f64,
    /// Whether the training window expands, for which the critical values are not derived.
    pub indicative: bool,
}

/// The cumulated forecast errors against their widening 95 % band.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cusum {
    /// Coefficient of the band `+-c (1 + 2 t / P)`.
    pub band: f64,
    /// Largest `|W_t| / (1 + 2 t / P)`: above `band`, the errors have drifted.
    pub statistic: f64,
    /// The day it was reached.
    pub day: Day,
    /// First day outside the band.
    pub first_crossing: Option<Day>,
}

/// A stretch of forecasts with one mean loss difference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LossSegment {
    /// First forecast day.
    pub from: Day,
    /// Last forecast day.
    pub to: Day,
    /// Forecasts.
    pub rows: usize,
    /// Mean of `e0^2 - e^2`.
    pub mean_gain: f64,
    /// Out-of-sample R2 over the stretch.
    pub oos_r2: Option<f64>,
}

/// A day on which the loss difference changed its mean, and what else changed around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// First forecast day of the new segment.
    pub day: Day,
    /// Mean gain of the segment before.
    pub gain_before: f64,
    /// Mean gain of the segment after.
    pub gain_after: f64,
    /// Trading days on either side over which the changes are taken, fewer at the panel's ends.
    pub days: usize,
    /// What changed.
    pub changes: Vec<Change>,
}

/// What is watched around a break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Mean correlation between the features.
    Coupling,
    /// Absorption ratio of the features.
    Absorption,
    /// Annual volatility of the target.
    Volatility,
    /// Correlation of a pair.
    Correlation([String; 2]),
}

/// The mean of a statistic before and after a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What of.
    pub statistic: Statistic,
    /// Before the day; `None` where the statistic does not exist yet.
    pub before: Option<f64>,
    /// From the day on.
    pub after: Option<f64>,
}
