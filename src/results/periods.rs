//! The forecast rows split otherwise than by regime: by calendar and by volatility.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{ForecastMetrics, PartMetrics};
use crate::base::units::Day;

/// A split of the forecast rows, and what the models did in each part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartitionSummary {
    /// By what.
    pub kind: PartitionKind,
    /// The parts in order.
    pub parts: Vec<PartSummary>,
    /// By model, by part.
    pub forecast: IndexMap<String, Vec<ForecastMetrics>>,
    /// By `model.rule` and of `buy_and_hold`, by part.
    pub strategies: IndexMap<String, Vec<PartMetrics>>,
}

/// What the forecast rows are split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartitionKind {
    /// The calendar year of the day that is forecast.
    Year,
    /// The same in blocks, from years that five divides.
    FiveYears,
    /// The target's trailing volatility at the close on which the forecast is made, against its own
    /// past.
    VolatilityTercile,
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
