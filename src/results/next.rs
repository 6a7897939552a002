//! The forecast of the period behind the last row.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::base::units::Day;

/// What the models say of the first period behind the last row: what the walk-forward would forecast
/// were there one more. It has the digits of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextForecast {
    /// The last day of the prices, at whose close it is decided.
    pub decided: Day,
    /// Last day that the fits are trained on.
    pub fitted_until: Day,
    /// Whether the schedule fits anew for it.
    pub refitted: bool,
    /// By model; one whose forecasts are made elsewhere is left out where its file has none.
    pub models: IndexMap<String, NextModel>,
}

/// What one model says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextModel {
    /// Log return.
    pub forecast: f64,
    /// The prevailing mean that the model is judged against.
    pub benchmark: f64,
    /// Fraction of equity to hold, by rule.
    pub positions: IndexMap<String, f64>,
}
