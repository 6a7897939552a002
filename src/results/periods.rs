//! The forecast rows split otherwise than by regime: by calendar and by volatility.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::regime::{StateForecast, StateStrategy};
use crate::base::units::Day;

/// A split of the forecast rows, and what the models did in each part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartitionSummary {
    /// `year`: the calendar year of the day that is forecast. `five_years`: the same in blocks,
    /// from years that five divides. `volatility_tercile`: the target's trailing volatility at the
    /// close on which the forecast is made, against its own past.
    pub kind: String,
    /// The parts in order.
    pub parts: Vec<PartSummary>,
    /// By model, by part.
    pub forecast: IndexMap<String, Vec<StateForecast>>,
    /// By `model.rule` and of `buy_and_hold`, by part.
    pub strategies: IndexMap<String, Vec<StateStrategy>>,
}

/// One part of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartSummary {
    /// What a reader sees: "2008", "2005–2009", "High".
    pub label: String,
    /// Forecast rows.
    pub rows: usize,
    /// The first day that is forecast; `None` without rows.
    pub first_day: Option<Day>,
    /// The last one.
    pub last_day: Option<Day>,
}
