//! Regimes as the results hold them: states through time, and what the models did in each.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{ForecastMetrics, PartMetrics};
use crate::base::units::Day;

/// One regime detector's states through time and what the models did in each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegimeSummary {
    /// Which detector, or the known truth of a synthetic source.
    pub kind: RegimeKind,
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
    pub fits: Option<FitRecord>,
    /// Real-time labels against hindsight labels; `None` for the planted truth.
    pub repaint: Option<Repaint>,
    /// Against the planted signal; `None` without one, and for the planted truth itself.
    pub detection: Option<Detection>,
    /// Whether the relation of the target to the features differs between its states; `None` with
    /// fewer than two states of at least 252 days.
    pub contrast: Option<Contrast>,
    /// By model: how far apart its states are, over those with at least a quarter (63) of forecast
    /// rows; `None` with fewer than two of those.
    pub separation: IndexMap<String, Option<Separation>>,
    /// By model, by state: forecast figures over the rows decided in that state.
    pub forecast: IndexMap<String, Vec<ForecastMetrics>>,
    /// By `model.rule`, by state: the track record over the rows decided in that state.
    pub strategies: IndexMap<String, Vec<PartMetrics>>,
}

/// What told the states of a regime apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegimeKind {
    /// Sign of a pair's rolling correlation.
    SignFlip,
    /// Level of the mean correlation between the features.
    Coupling,
    /// Level of the target's volatility.
    Volatility,
    /// Change of the eigen-structure.
    Eigen,
    /// Statistical jump model.
    Jump,
    /// Markov-switching Gaussian mixture.
    Mixture,
    /// The known truth of a synthetic source.
    Planted,
}

/// How far apart a model's R2 is in the best and the worst state of a regime.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Separation {
    /// `oos_r2` of the best state less that of the worst.
    pub r2: f64,
    /// Position of the best state.
    pub best: usize,
    /// Position of the worst state.
    pub worst: usize,
    /// Mean of the same under labels shifted in time: what is there by chance, since best and worst
    /// are found by looking. `None` with fewer than 756 forecasts.
    pub r2_shifted: Option<f64>,
    /// p-value of `r2` among those.
    pub shifted_p: Option<f64>,
}

/// The slope of the target on the features' index in each state (methods, section 12): what a unit
/// of the index is worth, in units of each day's risk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// By state; `None` with fewer than 252 days.
    pub slopes: Vec<Option<f64>>,
    /// Their standard errors (White 1980).
    pub errors: Vec<Option<f64>>,
    /// Wald statistic that all slopes are equal.
    pub statistic: f64,
    /// Its p-value.
    pub p_value: f64,
    /// Whether it rejects at 5 %, two-sided.
    pub rejects: bool,
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
    /// The state that is held for both growths: that with the highest mean return by hindsight
    /// labels over the first half of the days. The growths are those of the second half.
    pub held_state: Option<usize>,
    /// Annualised log growth of holding the target on the days after a day in that state, and idle
    /// cash otherwise, by hindsight labels.
    pub hindsight_growth: Option<f64>,
    /// The same by real-time labels.
    pub real_time_growth: Option<f64>,
    /// What the labels' knowledge of the future would have "earned": `hindsight_growth` less
    /// `real_time_growth`.
    pub price_of_leak: Option<f64>,
    /// Mean of the same when both sequences of labels are shifted in time by the same number of
    /// days. `None` with fewer than 756 days.
    pub price_shifted: Option<f64>,
    /// p-value of `price_of_leak` among those.
    pub price_shifted_p: Option<f64>,
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
