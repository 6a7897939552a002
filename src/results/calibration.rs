//! What came of forecasts of one size.

use serde::{Deserialize, Serialize};

use super::{Estimate, estimate};

/// The forecasts of one tenth, by forecast less benchmark. Tenths are those of all forecasts, in
/// hindsight; equal forecasts are in one, so that there may be fewer than ten.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Which tenth, from 1, the lowest forecasts.
    pub decile: u8,
    /// Forecasts in it.
    pub rows: usize,
    /// Mean forecast less benchmark.
    pub forecast: f64,
    /// Mean log return less benchmark.
    #[serde(flatten, with = "estimate::outcome")]
    pub outcome: Option<Estimate>,
    /// What it adds to `oos_r2`: those of all tenths add up to it.
    pub r2: f64,
}
