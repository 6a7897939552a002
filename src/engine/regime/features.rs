//! What a fitted detector sees of a day: a few rolling statistics of the market.

use crate::base::units::math;
use crate::prices::panel::returns_until;

/// Downside deviations below a basis point a day count as one: their logarithm has no bottom.
const LEAST_DEVIATION: f64 = crate::base::units::BASIS_POINT;

/// Rows of features, row-major, on the days from `first_day` on.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Features a row; the first is the logarithm of the target's downside deviation.
    pub width: usize,
    /// The panel day of the first row.
    pub first_day: usize,
    /// `rows x width`.
    pub values: Vec<f64>,
}

impl Features {
    /// Of the target's log returns (`T - 1`), with further statistics by panel day (`T` each,
    /// `NaN` until known) beside their mean and downside deviation over `window` days.
    pub fn new(log_returns: &[f64], window: usize, others: &[Vec<f64>]) -> Self {
        let days = log_returns.len() + 1;
        let known = |day: &usize| others.iter().all(|values| values[*day].is_finite());
        let first_day = (window..days).find(known).unwrap_or(days);
        let mut values = Vec::with_capacity((days - first_day) * (2 + others.len()));
        for day in first_day..days {
            let inside = &log_returns[returns_until(day, window)];
            let length = window as f64;
            let losses: f64 = inside.iter().map(|r| r.min(0.0) * r.min(0.0)).sum();
            values.push(math::ln((losses / length).sqrt().max(LEAST_DEVIATION)));
            values.push(inside.iter().sum::<f64>() / length);
            values.extend(others.iter().map(|values| values[day]));
        }
        Self { width: 2 + others.len(), first_day, values }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.width
    }

    /// The first `rows` rows, standardised with the mean and the sample standard deviation of the
    /// first `train` of them; a feature that does not vary there is 0.
    pub fn standardised(&self, train: usize, rows: usize) -> (Vec<f64>, Scale) {
        let mut scale = Scale { mean: Vec::new(), deviation: Vec::new() };
        for j in 0..self.width {
            let column: Vec<f64> =
                self.values[j..train * self.width].iter().step_by(self.width).copied().collect();
            scale.mean.push(math::mean(&column).unwrap_or(0.0));
            scale.deviation.push(math::std_dev(&column).unwrap_or(0.0));
        }
        (self.on_scale(&scale, rows), scale)
    }

    /// The first `rows` rows on a scale.
    pub(super) fn on_scale(&self, scale: &Scale, rows: usize) -> Vec<f64> {
        let mut z = self.values[..rows * self.width].to_vec();
        z.chunks_exact_mut(self.width).for_each(|row| scale.standardise(row));
        z
    }

    /// States by row, as fits on the past tell them. `states(n, train, until)` are those of the
    /// first `until` rows by the `n`-th fit, which is on the first `train` rows and labels the last
    /// of them and those up to the next fit; `None` leaves these unknown.
    pub(super) fn refitted(
        &self,
        min_history: usize,
        refit_every: usize,
        mut states: impl FnMut(u64, usize, usize) -> Option<Vec<usize>>,
    ) -> Vec<Option<usize>> {
        let rows = self.rows();
        let mut by_row = vec![None; rows];
        for (number, train) in (0..).zip((min_history..=rows).step_by(refit_every)) {
            let until = (train - 1 + refit_every).min(rows);
            let states = states(number, train, until).into_iter().flatten();
            for (slot, state) in by_row.iter_mut().zip(states).skip(train - 1) {
                *slot = Some(state);
            }
        }
        by_row
    }

    /// States by row as states by panel day, unknown ahead of the first row.
    pub(super) fn by_day(&self, by_row: Vec<Option<usize>>) -> Vec<Option<usize>> {
        [vec![None; self.first_day], by_row].concat()
    }
}

/// Means and standard deviations of a training window.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Scale {
    /// Puts a row of features on the scale.
    pub fn standardise(&self, row: &mut [f64]) {
        for ((value, mean), deviation) in row.iter_mut().zip(&self.mean).zip(&self.deviation) {
            *value = if *deviation > 0.0 { (*value - mean) / deviation } else { 0.0 };
        }
    }

    /// Takes a row off the scale.
    pub fn restore(&self, row: &mut [f64]) {
        for ((value, mean), deviation) in row.iter_mut().zip(&self.mean).zip(&self.deviation) {
            *value = mean + *value * deviation;
        }
    }
}
