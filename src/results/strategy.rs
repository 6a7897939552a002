//! The figures of a track record.

use serde::{Deserialize, Serialize};

use super::{Estimate, Interval};
use crate::base::units::Day;

/// Metrics of a track record (methods, section 6). `None` where a figure is not defined.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StrategyMetrics {
    /// `exp(sum g) - 1`.
    pub total_return: f64,
    /// Geometric; its interval by the stationary bootstrap; `None` after ruin.
    #[serde(flatten, with = "super::estimate::annual_return")]
    pub annual_return: Option<Estimate>,
    /// Of log growth by period.
    pub annual_volatility: Option<f64>,
    /// Log-return consistent.
    #[serde(flatten, with = "super::estimate::sharpe")]
    pub sharpe: Option<Estimate>,
    /// Asymptotic standard error of the annualised Sharpe ratio.
    pub sharpe_standard_error: Option<f64>,
    /// Interval of the Sharpe ratio by the stationary bootstrap.
    pub sharpe_bootstrap_interval: Option<Interval>,
    /// On simple returns.
    pub sharpe_arithmetic: Option<f64>,
    /// Probability that the true Sharpe ratio is above zero (Bailey and Lopez de Prado 2012).
    pub probabilistic_sharpe: Option<f64>,
    /// Years after which that would be 95 % at this Sharpe ratio; `None` where it is not above zero.
    pub min_track_record_years: Option<f64>,
    /// Probability that the true Sharpe ratio is above what the best of all effective trials of the
    /// site is expected to have without skill (Bailey and Lopez de Prado 2014); three digits.
    pub deflated_sharpe: Option<f64>,
    /// Sharpe ratio less that of holding the target (Ledoit and Wolf 2008); `None` of the target
    /// itself.
    #[serde(flatten, with = "super::estimate::sharpe_difference")]
    pub sharpe_difference: Option<Estimate>,
    /// Two-sided p-value that the two are equal.
    pub sharpe_difference_p: Option<f64>,
    /// One-sided p-value that it is not above that of holding, over all models and rules of the
    /// experiment (Romano and Wolf 2005).
    pub romano_wolf_p: Option<f64>,
    /// What was earned beside `beta` times the target's excess return, arithmetic, a year; `None` of
    /// the target itself.
    #[serde(flatten, with = "super::estimate::alpha")]
    pub alpha: Option<Estimate>,
    /// Slope of the daily simple excess returns on the target's.
    #[serde(flatten, with = "super::estimate::beta")]
    pub beta: Option<Estimate>,
    /// A number `<= 0`.
    pub max_drawdown: f64,
    /// Annual return over the depth of the largest drawdown.
    pub calmar: Option<f64>,
    /// Bias-corrected, of daily log growth.
    pub skewness: Option<f64>,
    /// Bias-corrected, of daily log growth.
    pub excess_kurtosis: Option<f64>,
    /// Sum of traded fractions of equity per year.
    pub annual_turnover: f64,
    /// Cost per unit traded, in basis points, at which the total return is zero.
    pub break_even_cost_bps: Option<f64>,
    /// The same at which the total return is that of always holding the mean of its weights, free of
    /// trading costs; `None` where it earns no more than that before costs.
    pub break_even_cost_over_mean_bps: Option<f64>,
    /// Log growth a year after costs above that of always holding the mean of its weights, free of
    /// trading costs.
    #[serde(flatten, with = "super::estimate::growth_over_mean")]
    pub growth_over_mean: Option<Estimate>,
    /// The day on which equity reached zero.
    pub ruined_on: Option<Day>,
}
