//! Holding the target at the volatility of a strategy.

use serde::{Deserialize, Serialize};

use super::Track;
use crate::base::units::math;

/// Holding the target, the rest in cash, at the volatility of a strategy. In JSON `[factor, total
/// return, annual return]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64, Option<f64>)", into = "(f64, f64, Option<f64>)")]
pub struct MatchedHold {
    /// The fraction of equity held throughout.
    pub factor: f64,
    /// What that earns in all.
    pub total_return: f64,
    /// The same a year, geometric; `None` where the strategy held too few rows.
    pub annual_return: Option<f64>,
}

impl From<(f64, f64, Option<f64>)> for MatchedHold {
    fn from((factor, total_return, annual_return): (f64, f64, Option<f64>)) -> Self {
        Self { factor, total_return, annual_return }
    }
}

impl From<MatchedHold> for (f64, f64, Option<f64>) {
    fn from(matched: MatchedHold) -> Self {
        (matched.factor, matched.total_return, matched.annual_return)
    }
}

/// [`MatchedHold`] with its curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// Its figures.
    pub hold: MatchedHold,
    /// Its growth factors, one a row.
    pub growth: Vec<f64>,
}

impl Track<'_> {
    /// Buy and hold scaled to this record's volatility: `k` of equity in the target on every row and
    /// the rest in cash, free of trading costs, with `k` the ratio of the two deviations of simple
    /// excess returns. `None` after ruin, where either does not vary, and where `k` would ruin it.
    pub fn matched_hold(&self) -> Option<Matched> {
        let excess = |growth: &[f64]| -> Vec<f64> {
            growth.iter().map(|factor| factor - 1.0 - self.cash_return).collect()
        };
        let hold = excess(self.hold);
        let deviation = math::std_dev(&hold).filter(|deviation| *deviation > 0.0)?;
        let own = math::std_dev(&excess(self.growth)).filter(|own| *own > 0.0)?;
        if self.is_ruined() {
            return None;
        }
        let factor = own / deviation;
        let growth: Vec<f64> =
            hold.iter().map(|excess| 1.0 + self.cash_return + factor * excess).collect();
        if growth.iter().any(|factor| *factor <= 0.0) {
            return None;
        }
        let log: f64 = growth.iter().map(|factor| math::ln(*factor)).sum();
        let is_enough = self.held(0..self.growth.len()) >= self.fewest_held;
        let years = growth.len() as f64 / self.year();
        let annual_return = is_enough.then(|| libm::expm1(log / years));
        Some(Matched {
            hold: MatchedHold { factor, total_return: libm::expm1(log), annual_return },
            growth,
        })
    }
}
