//! What else a tear sheet has of a track record.

use serde::{Deserialize, Serialize};

use super::MatchedHold;
use crate::base::units::Day;

/// Further figures of a track record (methods, "Tear sheet"). `None` where a figure is not defined,
/// and of what is annualised where there are fewer rows with a position than
/// `DataSummary::fewest_held`. Rows behind ruin count nowhere.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TearSheet {
    /// `model.rule`, or `buy_and_hold`.
    pub strategy: String,
    /// Rows with a position.
    pub held: usize,
    /// Of simple excess returns with the target's; `None` of the target itself.
    pub correlation: Option<f64>,
    /// Alpha over the deviation of what beta leaves, a year (Treynor and Black 1973); `None` of the
    /// target itself.
    pub information_ratio: Option<f64>,
    /// The 5 % quantile of simple returns: a number below zero is a loss.
    pub value_at_risk: Option<f64>,
    /// Mean of the simple returns at or below it.
    pub expected_shortfall: Option<f64>,
    /// Best day, or week or month, that one row is.
    pub best_period: Option<Extreme>,
    /// Worst one.
    pub worst_period: Option<Extreme>,
    /// Best calendar month, as far as the record has it.
    pub best_month: Option<Extreme>,
    /// Worst one.
    pub worst_month: Option<Extreme>,
    /// Best calendar year, as far as the record has it.
    pub best_year: Option<Extreme>,
    /// Worst one.
    pub worst_year: Option<Extreme>,
    /// Share of the rows with a position that earned something.
    pub positive_periods: Option<f64>,
    /// Share of the calendar months with a position that earned something.
    pub positive_months: Option<f64>,
    /// The same of calendar years.
    pub positive_years: Option<f64>,
    /// Share of rows with a position.
    pub time_in_market: Option<f64>,
    /// Mean fraction of equity held.
    pub mean_position: Option<f64>,
    /// Mean of its absolute value.
    pub mean_absolute_position: Option<f64>,
    /// The last 1, 3, 5 and 10 years, as many as the record has.
    pub trailing: Vec<Trailing>,
    /// Holding the target at the volatility of this record; `None` of the target itself.
    pub matched_hold: Option<MatchedHold>,
}

/// A return with its date. In JSON `[day, return]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(Day, f64)", into = "(Day, f64)")]
pub struct Extreme {
    /// The day; of a month or a year its first row.
    pub day: Day,
    /// Simple return.
    pub value: f64,
}

impl From<(Day, f64)> for Extreme {
    fn from((day, value): (Day, f64)) -> Self {
        Self { day, value }
    }
}

impl From<Extreme> for (Day, f64) {
    fn from(extreme: Extreme) -> Self {
        (extreme.day, extreme.value)
    }
}

/// The last years of a track record. In JSON `[years, annual return, Sharpe ratio]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u8, Option<f64>, Option<f64>)", into = "(u8, Option<f64>, Option<f64>)")]
pub struct Trailing {
    /// How many, each of as many rows as a year has.
    pub years: u8,
    /// Geometric, a year.
    pub annual_return: Option<f64>,
    /// Log-return consistent, a year.
    pub sharpe: Option<f64>,
}

impl From<(u8, Option<f64>, Option<f64>)> for Trailing {
    fn from((years, annual_return, sharpe): (u8, Option<f64>, Option<f64>)) -> Self {
        Self { years, annual_return, sharpe }
    }
}

impl From<Trailing> for (u8, Option<f64>, Option<f64>) {
    fn from(trailing: Trailing) -> Self {
        (trailing.years, trailing.annual_return, trailing.sharpe)
    }
}
