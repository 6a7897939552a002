//! Returns by calendar month and year, and how months are distributed.

use super::Track;
use crate::base::statistics::quantile;
use crate::base::units::{Day, math};

/// Simple return of a calendar month or year, as far as the record has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodReturn {
    /// Its first row.
    pub first_day: Day,
    /// The return.
    pub value: f64,
    /// Whether a position was held on any of its rows.
    pub is_held: bool,
}

/// Simple returns of a calendar year, as far as the record has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearlyReturn {
    /// The year.
    pub year: i16,
    /// Of the record.
    pub own: f64,
    /// Of holding the target.
    pub hold: f64,
}

/// How returns are distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distribution {
    /// How many.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// The lowest.
    pub lowest: f64,
    /// Quantiles of [`Distribution::SHARES`], linear between two returns.
    pub quantiles: [f64; 5],
    /// The highest.
    pub highest: f64,
    /// Share above zero.
    pub positive: f64,
}

impl Distribution {
    /// The shares of [`Distribution::quantiles`].
    pub const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// Of some returns; `None` of none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let above = values.iter().filter(|value| **value > 0.0).count();
        Some(Self {
            count: sorted.len(),
            mean: math::mean(values)?,
            lowest: *sorted.first()?,
            quantiles: Self::SHARES.map(|share| quantile(&sorted, share)),
            highest: *sorted.last()?,
            positive: above as f64 / sorted.len() as f64,
        })
    }
}

impl Track<'_> {
    /// Returns by calendar month, until ruin.
    pub fn months(&self) -> Vec<PeriodReturn> {
        self.by(|a, b| (a.year(), a.month()) == (b.year(), b.month()))
    }

    /// Returns by calendar year, until ruin.
    pub fn years(&self) -> Vec<PeriodReturn> {
        self.by(same_year)
    }

    /// Returns by calendar year beside those of holding the target; -1 behind ruin.
    pub fn yearly(&self) -> Vec<YearlyReturn> {
        let hold = Track { weights: None, growth: self.hold, ..*self };
        let (own, hold) = (self.every(&same_year), hold.every(&same_year));
        let pair = |(own, hold): (PeriodReturn, PeriodReturn)| YearlyReturn {
            year: own.first_day.year(),
            own: own.value,
            hold: hold.value,
        };
        own.into_iter().zip(hold).map(pair).collect()
    }

    fn by(&self, same: impl Fn(&Day, &Day) -> bool) -> Vec<PeriodReturn> {
        let rows = self.rows();
        let alive = Track { days: &self.days[..rows], growth: &self.growth[..rows], ..*self };
        alive.every(&same)
    }

    /// Returns over every run of days that are the same.
    fn every(&self, same: &impl Fn(&Day, &Day) -> bool) -> Vec<PeriodReturn> {
        let mut first = 0;
        let runs = self.days.chunk_by(same);
        runs.map(|days| {
            let rows = first..first + days.len();
            first = rows.end;
            PeriodReturn {
                first_day: days[0],
                value: self.growth[rows.clone()].iter().product::<f64>() - 1.0,
                is_held: self.held(rows) > 0,
            }
        })
        .collect()
    }
}

fn same_year(a: &Day, b: &Day) -> bool {
    a.year() == b.year()
}
