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
        let mut z = self.values[..rows * self.width].to_vec();
        for row in z.chunks_exact_mut(self.width) {
            scale.standardise(row);
        }
        (z, scale)
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
