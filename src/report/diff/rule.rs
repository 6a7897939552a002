//! When a difference counts: it is large enough to matter, and more than chance makes.

use schemars::JsonSchema;
use serde::Serialize;

/// Two-sided level below which a difference is more than chance: that of the 90 % intervals.
pub(crate) const LEVEL: f64 = 0.10;

/// What becomes of a difference by the two halves of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mark {
    /// Larger than the threshold, and more than chance makes.
    Real,
    /// More than chance makes, and no larger than the threshold.
    Small,
    /// As [`Real`](Self::Real) by itself, but not among all tests of its experiment; none on which the
    /// conclusion rests.
    Alone,
    /// Chance makes as much.
    Noise,
    /// There is no test of it.
    Untested,
}

impl Mark {
    /// Of a difference with the p-value that there is none.
    pub(super) fn of(metric: &str, difference: Option<f64>, p: Option<f64>) -> Self {
        match (difference, p) {
            (Some(difference), Some(p)) if p < LEVEL => {
                if difference.abs() > threshold(metric) {
                    Self::Real
                } else {
                    Self::Small
                }
            }
            (Some(_), Some(_)) => Self::Noise,
            _ => Self::Untested,
        }
    }

    /// The word for it in a table.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Small => "real but small",
            Self::Alone => "by itself",
            Self::Noise => "noise",
            Self::Untested => "",
        }
    }
}

/// The largest difference of a figure that hardly matters, in the figure's own unit.
pub(super) fn threshold(metric: &str) -> f64 {
    match metric {
        "oos_r2" | "scaled_oos_r2" => 0.0005,
        "sharpe" => 0.05,
        "hit_rate" | "annual_return" | "annual_volatility" => 0.005,
        "rmse" => 0.000_01,
        "max_drawdown" => 0.02,
        "annual_turnover" => 1.0,
        _ => 0.0,
    }
}

/// Whether the conclusion on a change rests on this figure: the rest is shown and not counted, since
/// it says the same again.
pub(super) fn is_headline(metric: &str) -> bool {
    matches!(metric, "scaled_oos_r2" | "sharpe")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_counts_if_it_is_large_and_certain() {
        for (difference, p, expected) in [
            (Some(-0.06), Some(0.05), Mark::Real),
            (Some(0.04), Some(0.05), Mark::Small),
            (Some(0.9), Some(0.10), Mark::Noise),
            (Some(0.9), None, Mark::Untested),
            (None, Some(0.01), Mark::Untested),
        ] {
            assert_eq!(Mark::of("sharpe", difference, p), expected, "{difference:?} {p:?}");
        }
    }
}
