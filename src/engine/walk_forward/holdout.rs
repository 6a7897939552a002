//! Choosing the penalty by the squared error over the last rows of the training window.

use std::ops::Range;

use super::{ModelRun, Precision};
use crate::base::moments::{Moments, WindowMoments};
use crate::base::statistics::smallest;
use crate::engine::model::{PathSolver, Standardised};

/// The training window cut in two: the rows fitted on, and the last ones held out.
///
/// The squared error over the held-out rows follows from their moments, so no choice passes over
/// rows.
pub(super) struct Holdout<'a> {
    rows: usize,
    fitted: WindowMoments<'a>,
    held: WindowMoments<'a>,
    problem: Standardised,
    solvers: Vec<PathSolver>,
}

impl<'a> Holdout<'a> {
    pub(super) fn new(
        rows: usize,
        joined: &'a [f64],
        weights: Option<&'a [f64]>,
        columns: usize,
        models: &[ModelRun],
    ) -> Self {
        let window = WindowMoments::weighted(joined, weights, columns + 1);
        let solvers = models
            .iter()
            .map(|model| {
                let settings = &model.settings;
                PathSolver::new(settings.kind, settings.l1_ratio(), model.grid.clone(), columns)
            })
            .collect();
        Self {
            rows,
            fitted: window.clone(),
            held: window,
            problem: Standardised::new(columns),
            solvers,
        }
    }

    pub(super) fn advance(&mut self, training: Range<usize>) {
        let cut = training.end.saturating_sub(self.rows).max(training.start);
        self.problem.load(self.fitted.advance(training.start..cut));
        self.held.advance(cut..training.end);
    }

    /// Position of the penalty with the smallest held-out error of a model.
    pub(super) fn best(&mut self, model: usize, precision: &mut Precision) -> usize {
        let solver = &mut self.solvers[model];
        let path = solver.solve(&self.problem);
        let errors: Vec<f64> = (0..path.len())
            .map(|alpha| {
                let b: Vec<f64> = path.coefficients(alpha).collect();
                squared_error(&self.problem, &b, self.held.moments())
            })
            .collect();
        precision.record(solver);
        smallest(&errors)
    }
}

/// Weighted sum of squared errors of standardised coefficients over rows given by their moments.
fn squared_error(problem: &Standardised, b: &[f64], held: &Moments) -> f64 {
    let p = b.len();
    let w: Vec<f64> = b.iter().zip(&problem.scale).map(|(b, scale)| b / scale).collect();
    let mut mean_error = held.mean()[p] - problem.y_mean;
    let mut squares = held.comoment(p, p);
    for i in 0..p {
        mean_error -= w[i] * (held.mean()[i] - problem.mean[i]);
        let fitted: f64 = (0..p).map(|j| w[j] * held.comoment(i, j)).sum();
        squares += w[i] * (fitted - 2.0 * held.comoment(p, i));
    }
    squares + held.weight() * mean_error * mean_error
}
