//! An experiment against another one on the same target, day by day.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Answer, Estimate, estimate, value};
use crate::base::units::Day;

/// Paired differences from another experiment, over the days that both forecast (methods, "Paired
/// differences").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The other's id.
    pub with: String,
    /// Keys of the spec that differ from the other's, words left out: dotted, in the spec's order
    /// (`costs.trade_bps`, `models.lasso`), then those that only the other has.
    pub changed: Vec<String>,
    /// Days that both forecast.
    pub days: usize,
    /// First of them.
    pub first_day: Day,
    /// Last of them.
    pub last_day: Day,
    /// The models that both have, by name, in the order of the spec.
    pub models: IndexMap<String, ModelComparison>,
}

/// One model against that of the same name in the other experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelComparison {
    /// Out-of-sample R2 less the other's.
    #[serde(flatten, with = "estimate::r2_gain")]
    pub r2_gain: Option<Estimate>,
    /// Two-sided p-value that there is no difference; `None` where the forecasts are the same.
    pub r2_gain_p: Option<f64>,
    /// The same on losses over ex-ante variance.
    #[serde(flatten, with = "estimate::scaled_r2_gain")]
    pub scaled_r2_gain: Option<Estimate>,
    /// Its p-value.
    pub scaled_r2_gain_p: Option<f64>,
    /// The rules that both have, by name.
    pub strategies: IndexMap<String, StrategyComparison>,
}

/// A track record against that of the same model and rule in the other experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrategyComparison {
    /// Sharpe ratio less the other's.
    #[serde(flatten, with = "estimate::sharpe_gain")]
    pub sharpe_gain: Option<Estimate>,
    /// Two-sided p-value that there is no difference; `None` where the records are the same.
    pub sharpe_gain_p: Option<f64>,
}

impl ModelComparison {
    /// Whether its forecasts are better than the other's: on scaled losses, two-sided at 5 %.
    pub(crate) fn outcome(&self) -> Answer {
        match (self.scaled_r2_gain_p, value(self.scaled_r2_gain)) {
            (Some(p), Some(gain)) if p < 0.05 && gain > 0.0 => Answer::Yes,
            (Some(p), Some(gain)) if p < 0.05 && gain < 0.0 => Answer::No,
            _ => Answer::Open,
        }
    }
}
