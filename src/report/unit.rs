//! How a figure of `results.json` is written, by its name.

use crate::base::units::format;

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A fraction shown as a percentage with at least so many decimals.
    Percent(usize),
    /// A plain number with at least so many decimals.
    Number(usize),
    /// Basis points with so many decimals.
    BasisPoints(usize),
    /// A p-value.
    Probability,
    /// A penalty: three significant digits over many magnitudes.
    Penalty,
    /// A whole number.
    Count,
}

impl Unit {
    /// Of the figure with this name; a name may be the path to it: `scaled.oos_r2`.
    pub(crate) fn of(name: &str) -> Self {
        let last = name.rsplit('.').next().unwrap_or(name);
        let ends = |endings: &[&str]| endings.iter().any(|ending| last.ends_with(ending));
        match last {
            "hit_rate" | "annual_return" | "annual_volatility" | "annual_log_growth" | "alpha"
            | "max_drawdown" | "growth_over_mean" | "share" | "sensitivity" | "specificity"
            | "balanced_accuracy" => Self::Percent(1),
            "total_return" => Self::Percent(0),
            "rmse" | "mae" => Self::Percent(3),
            "annual_turnover" | "excess_kurtosis" => Self::Number(1),
            "p" | "deflated_sharpe" | "probabilistic_sharpe" => Self::Probability,
            "beta" | "calmar" | "skewness" | "clark_west" | "participation_ratio" => {
                Self::Number(2)
            }
            _ if last.contains("r2") && !ends(&["_p"]) => Self::Percent(2),
            _ if last.contains("sharpe") && !ends(&["_p", "_years"]) => Self::Number(2),
            _ if ends(&["_share", "_growth"]) => Self::Percent(1),
            _ if ends(&["_bps"]) => Self::BasisPoints(1),
            _ if ends(&["_p", "p_value"]) => Self::Probability,
            _ if last.contains("alpha") => Self::Penalty,
            _ if ends(&["_years", "_dwell", "_delay"]) => Self::Number(1),
            _ => Self::Number(3),
        }
    }

    /// With so many decimals more than usual.
    pub(crate) fn show(self, value: Option<f64>, more: usize) -> String {
        match self {
            Self::Percent(places) => format::percent(value, places + more),
            Self::Number(places) => format::decimal(value, places + more),
            Self::BasisPoints(places) => match value {
                Some(_) => format!("{}\u{202f}bp", format::decimal(value, places + more)),
                None => format::NOT_AVAILABLE.to_owned(),
            },
            Self::Count => format::decimal(value, 0),
            Self::Probability if more == 0 => format::p_value(value),
            Self::Penalty if more == 0 => format::significant(value),
            // The usual form hides the change.
            Self::Probability | Self::Penalty => match value {
                Some(value) => format!("{value:.*e}", 2 + more),
                None => format::NOT_AVAILABLE.to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_written_by_its_name() {
        for (name, value, expected) in [
            ("oos_r2", 0.0041, "0.41\u{202f}%"),
            ("scaled.oos_r2", -0.0041, "\u{2212}0.41\u{202f}%"),
            ("r2_gain_p", 0.0004, "<\u{202f}0.001"),
            ("sharpe_difference", 0.123, "0.12"),
            ("sharpe_difference_p", 0.123, "0.123"),
            ("break_even_cost_bps", 2.31, "2.3\u{202f}bp"),
            ("selected_alpha_last", 0.000_123, "1.23\u{202f}×\u{202f}10⁻⁴"),
            ("alpha", 0.012, "1.2\u{202f}%"),
            ("mean_correlation", 0.5, "0.500"),
        ] {
            assert_eq!(Unit::of(name).show(Some(value), 0), expected, "{name}");
        }
    }
}
