//! The out-of-sample R2 of a model as a sum over the eigen-directions of its training windows.

use crate::base::linalg::Eigen;
use crate::engine::walk_forward::{ModelRun, Refit};

/// What contributions may miss the R2 by.
const ROUNDING: f64 = 1e-10;

/// Out-of-sample R2 as a sum.
///
/// With `d = f - m` the forecast's distance from the benchmark, `e0^2 - e^2 = d (e0 + e)`, and `d`
/// is a sum: the fit's intercept less the benchmark, and one term `c_k` a direction. So R2 is the
/// sum over `k` of `sum c_k (e0 + e) / sum e0^2`. What two directions do to one another is split
/// evenly between them: these are the Shapley values of the directions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contributions {
    /// By direction, the training window's largest eigenvalue first; `k`.
    pub(super) by_direction: Vec<f64>,
    /// Of the fit's intercept, which is as old as the fit, against the benchmark's daily mean.
    pub(super) intercept: f64,
}

/// A model's R2, adding up.
pub(super) struct Sums {
    /// Coefficients of the current refit, by direction.
    along: Vec<f64>,
    by_direction: Vec<f64>,
    intercept: f64,
    /// Sums of `e0^2` and of `e0^2 - e^2`.
    base: f64,
    gain: f64,
}

impl Sums {
    /// Nothing yet, for `k` directions.
    pub(super) fn new(k: usize) -> Self {
        let zero = || vec![0.0; k];
        Self { along: zero(), by_direction: zero(), intercept: 0.0, base: 0.0, gain: 0.0 }
    }

    /// Takes the coefficients of a refit.
    pub(super) fn refit(&mut self, model: &ModelRun, refit: Refit, eigen: &Eigen) {
        let b = model.coefficients.row(refit.0);
        for (along, u) in self.along.iter_mut().zip(&eigen.vectors) {
            *along = b.iter().zip(u).map(|(b, u)| b * u).sum();
        }
    }

    /// Adds a row: its errors `e0` and `e`, the intercept's distance from the benchmark, and the
    /// row's standardised features along the directions.
    pub(super) fn add(&mut self, e0: f64, e: f64, intercept: f64, projected: &[f64]) {
        let both = e0 + e;
        self.base += e0 * e0;
        self.gain += e0 * e0 - e * e;
        self.intercept += intercept * both;
        for ((sum, along), projected) in
            self.by_direction.iter_mut().zip(&self.along).zip(projected)
        {
            *sum += along * projected * both;
        }
    }

    /// The contributions, if they add up to the R2.
    pub(super) fn finish(self) -> Option<Contributions> {
        let sum = self.intercept + self.by_direction.iter().sum::<f64>();
        if self.base <= 0.0 || (sum - self.gain).abs() > ROUNDING * self.base {
            return None;
        }
        let by_direction = self.by_direction.iter().map(|sum| sum / self.base).collect();
        Some(Contributions { by_direction, intercept: self.intercept / self.base })
    }
}
