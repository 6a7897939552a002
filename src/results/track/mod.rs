//! A track record as the series hold it, and what follows from it without another run.

mod calendar;
mod drawdown;
mod matched;
mod rolling;
mod tear_sheet;

use super::{Results, Series};
use crate::base::units::Day;

pub use calendar::{Distribution, PeriodReturn, YearlyReturn};
pub use drawdown::{DEEPEST, Drawdown, drawdowns};
pub use matched::{Matched, MatchedHold};
pub use rolling::Rolling;
pub use tear_sheet::{Extreme, TearSheet, Trailing};

/// A track record by day, week or month beside that of holding the target, one entry a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Track<'a> {
    /// The days over which it was earned.
    pub days: &'a [Day],
    /// Fractions of equity held; `None` of holding the target, which is always one.
    pub weights: Option<&'a [f64]>,
    /// Growth factors of equity after costs; 0 from ruin on.
    pub growth: &'a [f64],
    /// Growth factors of holding the target.
    pub hold: &'a [f64],
    /// Simple return of cash over a row.
    pub cash_return: f64,
    /// Rows in a year.
    pub periods_per_year: u16,
    /// Rows with a position below which nothing is annualised: `DataSummary::fewest_held`.
    pub fewest_held: usize,
}

impl Results {
    /// The track record of a model under a rule.
    pub fn track<'s>(&self, series: &'s Series, model: &str, rule: &str) -> Option<Track<'s>> {
        let weights = Some(series.weight(model, rule)?);
        Some(Track { weights, growth: series.growth(model, rule)?, ..self.hold_track(series)? })
    }

    /// The track record of holding the target.
    pub fn hold_track<'s>(&self, series: &'s Series) -> Option<Track<'s>> {
        let hold = series.buy_and_hold_growth()?;
        let periods_per_year = self.data.periods_per_year;
        Some(Track {
            days: &series.strategies.days,
            weights: None,
            growth: hold,
            hold,
            cash_return: self.spec.costs.cash_return(periods_per_year),
            periods_per_year,
            fewest_held: self.data.fewest_held(),
        })
    }

    /// The further figures of a track record: of `model.rule`, or of `buy_and_hold`.
    pub fn tear_sheet(&self, strategy: &str) -> Option<&TearSheet> {
        self.tear_sheets.iter().find(|sheet| sheet.strategy == strategy)
    }
}

impl Track<'_> {
    /// Rows until ruin, its row included: all without one.
    pub fn rows(&self) -> usize {
        let ruin = self.growth.iter().position(|factor| *factor <= 0.0);
        ruin.map_or(self.growth.len(), |ruin| ruin + 1)
    }

    /// Whether equity reached zero.
    pub fn is_ruined(&self) -> bool {
        self.growth.last().is_some_and(|factor| *factor <= 0.0)
    }

    /// The fraction of equity held on a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// Rows with a position among some.
    pub fn held(&self, rows: std::ops::Range<usize>) -> usize {
        rows.filter(|row| self.weight(*row) != 0.0).count()
    }

    /// Rows in a year.
    fn year(&self) -> f64 {
        f64::from(self.periods_per_year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    pub(super) fn days(rows: usize) -> Vec<Day> {
        jiff::civil::date(2001, 1, 1).series(jiff::Span::new().days(1)).take(rows).collect()
    }

    pub(super) fn noisy(seed: u64, rows: usize) -> Vec<f64> {
        let mut noise = noise::uniform(seed);
        (0..rows).map(|_| 1.001 + 0.05 * noise()).collect()
    }

    /// Of months, a year of which must be held in full.
    pub(super) fn track<'a>(
        days: &'a [Day],
        weights: Option<&'a [f64]>,
        growth: &'a [f64],
        hold: &'a [f64],
    ) -> Track<'a> {
        Track {
            days,
            weights,
            growth,
            hold,
            cash_return: 0.0,
            periods_per_year: 12,
            fewest_held: 12,
        }
    }
}
