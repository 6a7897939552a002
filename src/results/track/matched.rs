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
    /// excess returns. `None` after ruin, where either does not vary, and where `k` would ruin it or
    /// take it beyond what a number holds.
    pub fn matched_hold(&self) -> Option<Matched> {
        let excess = |growth: &[f64]| -> Vec<f64> {
            growth.iter().map(|factor| factor - 1.0 - self.cash_return).collect()
        };
        let hold = excess(self.hold);
        let deviation = math::std_dev(&hold).filter(|deviation| *deviation > 0.0)?;
        // What is smaller is rounding.
        let least = 1e-12 * deviation;
        let own = math::std_dev(&excess(self.growth)).filter(|own| *own > least)?;
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
        // Beyond figures: the target hardly moves, and what holds so much of it grows without end.
        if !libm::expm1(log).is_finite() {
            return None;
        }
        let is_enough = self.held(0..self.growth.len()) >= self.fewest_held;
        let years = growth.len() as f64 / self.year();
        let annual_return = is_enough.then(|| libm::expm1(log / years));
        Some(Matched {
            hold: MatchedHold { factor, total_return: libm::expm1(log), annual_return },
            growth,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{days, noisy, track};
    use super::*;

    #[test]
    fn the_scaled_target_is_as_volatile_as_the_record() {
        let days = days(200);
        let (own, hold) = (noisy(3, 200), noisy(4, 200));
        let own: Vec<f64> = own.iter().map(|g| 1.0 + 0.3 * (g - 1.0)).collect();
        let track = Track { cash_return: 2e-4, ..track(&days, None, &own, &hold) };
        let matched = track.matched_hold().unwrap();
        let deviation = |growth: &[f64]| math::std_dev(growth).unwrap();
        assert!((deviation(&matched.growth) - deviation(&own)).abs() < 1e-14);
        let total = matched.growth.iter().product::<f64>() - 1.0;
        assert!((matched.hold.total_return - total).abs() < 1e-12);
        let annual = math::pow(1.0 + total, 12.0 / 200.0) - 1.0;
        assert!((matched.hold.annual_return.unwrap() - annual).abs() < 1e-12);
        // One part in the target, the rest in cash.
        let (k, row) = (matched.hold.factor, 17);
        let first = k * hold[row] + (1.0 - k) * (1.0 + 2e-4);
        assert!((matched.growth[row] - first).abs() < 1e-14);
        let flat = vec![1.0; 200];
        assert_eq!(Track { growth: &flat, ..track }.matched_hold(), None);
        assert_eq!(Track { hold: &flat, ..track }.matched_hold(), None);
        let wild: Vec<f64> = noisy(5, 200).iter().map(|g| 1.0 + 60.0 * (g - 1.0)).collect();
        assert_eq!(Track { growth: &wild, ..track }.matched_hold(), None, "it would be ruined");
    }
}
