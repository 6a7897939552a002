//! What a strategy is worth at other trading costs.

use serde::{Deserialize, Serialize};

use super::{Estimate, estimate};

/// A strategy at one trading cost: the same positions, accounted for again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CostPoint {
    /// Cost per unit traded, in basis points.
    pub trade_bps: f64,
    /// Geometric; -1 after ruin, `None` of too few rows with a position.
    pub annual_return: Option<f64>,
    /// Sharpe ratio, a year, log-return consistent; `None` after ruin, and of too few rows with a
    /// position.
    #[serde(flatten, with = "estimate::sharpe")]
    pub sharpe: Option<Estimate>,
}
