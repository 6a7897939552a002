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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::tests::track;
    use super::*;

    const DAYS: [Day; 4] =
        [date(2020, 1, 30), date(2020, 1, 31), date(2020, 2, 3), date(2021, 2, 1)];

    #[test]
    fn months_and_years_compound_until_ruin() {
        let (own, hold) = ([1.1, 1.1, 0.0, 0.0], [1.0, 1.5, 2.0, 0.5]);
        let weights = [0.0, 0.0, 1.0, 1.0];
        let track = track(&DAYS, Some(&weights), &own, &hold);
        let months = track.months();
        assert_eq!(months.len(), 2, "nothing behind ruin");
        assert!((months[0].value - 0.21).abs() < 1e-12 && !months[0].is_held);
        assert_eq!(
            (months[1].first_day, months[1].value, months[1].is_held),
            (DAYS[2], -1.0, true)
        );
        assert_eq!(track.years().len(), 1);
        let yearly = track.yearly();
        assert_eq!((yearly[0].year, yearly[0].own, yearly[0].hold), (2020, -1.0, 2.0));
        assert_eq!((yearly[1].year, yearly[1].own, yearly[1].hold), (2021, -1.0, -0.5));
    }

    #[test]
    fn a_distribution_has_its_quantiles() {
        let values: Vec<f64> = (0..21).map(|at| f64::from((at * 8) % 21) - 10.0).collect();
        let found = Distribution::of(&values).unwrap();
        assert_eq!((found.count, found.mean), (21, 0.0));
        assert_eq!((found.lowest, found.highest), (-10.0, 10.0));
        assert_eq!(found.quantiles, [-9.0, -5.0, 0.0, 5.0, 9.0]);
        assert!((found.positive - 10.0 / 21.0).abs() < 1e-15);
        assert_eq!(Distribution::of(&[]), None);
    }
}
