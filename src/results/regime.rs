//! Regimes as the results hold them: states through time, and what the models did in each.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::base::units::Day;

/// One regime detector's states through time and what the models did in each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeSummary {
    /// `sign_flip`, `coupling`, `volatility`, `eigen`, `jump` or `mixture`; `planted` for the known
    /// truth of a synthetic source.
    pub kind: String,
    /// Unique within the experiment; also the column `regime.<name>` of `geometry.csv`.
    pub name: String,
    /// What a reader sees: "Sign of the 63-day XLE–XLU correlation".
    pub title: String,
    /// Whether a label is known at the close before the day it labels.
    pub causal: bool,
    /// The states; their position is the number in `geometry.csv`.
    pub states: Vec<StateSummary>,
    /// Days on which the state changed, after the first state was known.
    pub flips: Vec<Day>,
    /// Runs of one state over the panel's days, in order.
    pub segments: Vec<Segment>,
    /// `[from][to]`: days in `to` that follow a day in `from`, days without a change among them.
    pub transitions: Vec<Vec<usize>>,
    /// How the refits of a fitted detector ended; `None` for one whose fits cannot fail.
    #[serde(default)]
    pub fits: Option<FitRecord>,
    /// Real-time labels against hindsight labels; `None` for the planted truth.
    pub repaint: Option<Repaint>,
    /// Against the planted signal; `None` without one, and for the planted truth itself.
    pub detection: Option<Detection>,
    /// By model: `oos_r2` of the best state less that of the worst, over the states with at least
    /// a quarter (63) of forecast rows; `None` with fewer than two of those.
    pub separation: IndexMap<String, Option<f64>>,
    /// By model, by state: forecast figures over the rows decided in that state.
    pub forecast: IndexMap<String, Vec<StateForecast>>,
    /// By `model.rule`, by state: the track record over the rows decided in that state.
    pub strategies: IndexMap<String, Vec<StateStrategy>>,
}

/// One state of a regime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateSummary {
    /// What a reader sees: "XLE and XLU move together".
    pub label: String,
    /// Panel days in this state.
    pub days: usize,
    /// Share of the labelled days.
    pub share: f64,
    /// Mean length of a stay, in trading days.
    pub mean_dwell: Option<f64>,
    /// Median length of a stay, in trading days; the first and the last as long as they are seen.
    pub median_dwell: Option<f64>,
    /// Longest stay, in trading days; 0 without one.
    pub longest_dwell: usize,
    /// Strength of the planted signal, the share of the target's variance it explains; only on a
    /// planted truth.
    pub planted_r2: Option<f64>,
}

/// How the fits of a detector ended. Where one fails the parameters of the fit before stay in
/// force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitRecord {
    /// Fits of the walk-forward.
    pub fits: usize,
    /// Those without a result: no convergence, an empty or singular component.
    pub failed: usize,
}

/// Real-time labels against what the same detector says once it knows all days (methods, section
/// 7): windows centred on the day and quantiles of all days, or one fit smoothed over all days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repaint {
    /// Days labelled by both.
    pub days: usize,
    /// Share of those days on which the labels differ.
    pub differing_share: Option<f64>,
    /// Changes of the hindsight labels.
    pub changes: usize,
    /// Changes that the real-time labels come to before the next one.
    pub detected: usize,
    /// Trading days until they do, on average; 0 where they are there already.
    pub mean_delay: Option<f64>,
    /// Annualised log growth of holding the target in the state with its highest mean return, and
    /// idle cash otherwise, by hindsight labels. The state is chosen in hindsight for both growths.
    pub hindsight_growth: Option<f64>,
    /// The same by real-time labels.
    pub real_time_growth: Option<f64>,
    /// What the labels' knowledge of the future would have "earned": `hindsight_growth` less
    /// `real_time_growth`.
    pub price_of_leak: Option<f64>,
}

/// How a detector's real-time states tell days with the planted signal from days without. Which
/// states mean "signal" is chosen on the first half of the days, all figures are of the second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// The states that mean "signal", by the best balanced accuracy on the first half.
    pub signal_states: Vec<usize>,
    /// Days of the second half.
    pub days: usize,
    /// Those with a planted signal.
    pub signal_days: usize,
    /// Share of the signal days that were decided in a signal state.
    pub sensitivity: Option<f64>,
    /// Share of the other days that were not.
    pub specificity: Option<f64>,
    /// Mean of both; one half is what a coin gets.
    pub balanced_accuracy: Option<f64>,
    /// Times that the signal came or went.
    pub changes: usize,
    /// Changes seen before the next one.
    pub detected: usize,
    /// Trading days from a change to the first day decided accordingly, on average.
    pub mean_delay: Option<f64>,
}

/// A run of days in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Position among the states.
    pub state: usize,
    /// First day of the run.
    pub from: Day,
    /// Last day of the run.
    pub to: Day,
}

/// Forecast figures within one state or period (the benchmark stays the global one).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StateForecast {
    /// Forecast rows in the state.
    pub rows: usize,
    /// Against the prevailing mean.
    pub oos_r2: Option<f64>,
    /// 90 % interval of `oos_r2`.
    pub oos_r2_interval: Option<[f64; 2]>,
    /// Share of right signs.
    pub hit_rate: Option<f64>,
    /// Clark-West statistic over the state's rows.
    pub clark_west: Option<f64>,
    /// Its one-sided p-value.
    pub clark_west_p: Option<f64>,
    /// Root mean squared error.
    #[serde(default)]
    pub rmse: Option<f64>,
    /// Mean absolute error.
    #[serde(default)]
    pub mae: Option<f64>,
    /// Against a forecast of zero.
    #[serde(default)]
    pub oos_r2_zero: Option<f64>,
    /// Sum of `e0^2 - e^2`: what the rows add to the cumulative difference.
    #[serde(default)]
    pub sse_difference: f64,
}

/// A track record within one state or period; its rows count as if set one after another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StateStrategy {
    /// Rows in the state.
    pub rows: usize,
    /// Mean log growth times 252.
    pub annual_log_growth: Option<f64>,
    /// Annualised Sharpe ratio over the state's rows.
    pub sharpe: Option<f64>,
    /// 90 % interval of `sharpe`.
    #[serde(default)]
    pub sharpe_interval: Option<[f64; 2]>,
    /// Of daily log growth.
    #[serde(default)]
    pub annual_volatility: Option<f64>,
    /// `exp(sum g) - 1`.
    #[serde(default)]
    pub total_return: Option<f64>,
    /// A number `<= 0`; in a calendar period the largest drawdown within it.
    #[serde(default)]
    pub max_drawdown: Option<f64>,
    /// Traded fractions of equity per 252 rows.
    #[serde(default)]
    pub annual_turnover: Option<f64>,
}
