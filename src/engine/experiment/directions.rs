//! The models seen in the eigen-directions of what they were trained on.
//!
//! A linear forecast is a sum over any orthonormal basis of the standardised features. In the
//! basis of the training window's own principal components it says which of the market's
//! movements a model bets on: the market mode, the contrast between two clusters, or noise.

use ndarray::ArrayView1;

use super::contributions::{Contributions, Sums};
use crate::base::linalg::{Eigen, symmetric_eigen, symmetric_eigenvalues};
use crate::base::moments::{Moments, WindowMoments};
use crate::base::statistics::dot;
use crate::base::units::math;
use crate::engine::geometry::Tracker;
use crate::engine::model::{Kind, Standardised};
use crate::engine::walk_forward::{Fold, ModelRun, Observer};
use crate::prices::panel::{Row, Supervised};

/// Rows whose features are compared with the training window's.
const RECENT: usize = 63;

/// Leading directions whose share of the coefficients is reported.
const LEADING: usize = 3;

/// The training windows' directions and what the models make of them. `R` refits, `k` columns.
pub(super) struct Directions {
    /// First and second eigenvector of each refit's training correlations, followed from refit to
    /// refit; `R` of them, and no second one with a single column.
    pub(super) leading: Vec<Vec<Vec<f64>>>,
    /// By refit: root mean square, over the columns, of the recent mean's distance from the
    /// training mean, in standard errors of the recent mean.
    pub(super) mean_drift: Vec<f64>,
    /// By refit: mean, over the columns, of the log of recent over training volatility.
    pub(super) volatility_drift: Vec<f64>,
    last: Standardised,
    last_eigen: Eigen,
}

/// Follows a pass over the rows of plain models.
pub(super) struct Follower<'a> {
    rows: &'a Supervised,
    /// The prevailing mean, by row from `first_row` on.
    benchmark: &'a [f64],
    first_row: Row,
    recent: WindowMoments<'a>,
    tracker: Tracker,
    sums: Vec<Sums>,
    /// The mean of the target over the rows of the fit, by forecast.
    fit_means: Vec<f64>,
    found: Directions,
}

impl<'a> Follower<'a> {
    /// Before the first fold. `joined` are the rows as [`Supervised::joined`] gives them, `weights`
    /// theirs, `models` the number of models.
    pub(super) fn new(
        rows: &'a Supervised,
        joined: &'a [f64],
        weights: Option<&'a [f64]>,
        benchmark: &'a [f64],
        models: usize,
    ) -> Self {
        let k = rows.x.ncols();
        Self {
            rows,
            benchmark,
            first_row: Row(rows.len() - benchmark.len()),
            recent: WindowMoments::weighted(joined, weights, k + 1),
            tracker: Tracker::default(),
            sums: (0..models).map(|_| Sums::new(k)).collect(),
            fit_means: Vec::with_capacity(benchmark.len()),
            found: Directions {
                leading: Vec::new(),
                mean_drift: Vec::new(),
                volatility_drift: Vec::new(),
                last: Standardised::new(k),
                last_eigen: Eigen { values: Vec::new(), vectors: Vec::new() },
            },
        }
    }

    /// The directions, and by model its R2 as a sum; `None` where it does not add up.
    pub(super) fn finish(self) -> (Directions, Vec<f64>, Vec<Option<Contributions>>) {
        (self.found, self.fit_means, self.sums.into_iter().map(Sums::finish).collect())
    }
}

impl Observer for Follower<'_> {
    fn fitted(&mut self, fold: &Fold, problem: &Standardised, models: &[ModelRun]) {
        let (k, found) = (problem.features(), &mut self.found);
        // Where it cannot be decomposed the basis of the fold before serves: any basis adds up.
        if let Some(eigen) = symmetric_eigen(&problem.gram, k) {
            found.last_eigen = eigen;
        }
        found.last.clone_from(problem);
        self.tracker.follow(&found.last_eigen);
        found.leading.push(self.tracker.vectors().iter().take(2).cloned().collect());
        let training = &fold.training.0;
        let recent = training.end.saturating_sub(RECENT).max(training.start)..training.end;
        let (mean, volatility) = feature_drift(problem, self.recent.advance(recent));
        found.mean_drift.push(mean);
        found.volatility_drift.push(volatility);
        for (sums, model) in self.sums.iter_mut().zip(models) {
            sums.refit(model, fold.refit, &found.last_eigen);
        }
    }

    fn forecast(&mut self, row: Row, z: &[f64], problem: &Standardised, models: &[ModelRun]) {
        let vectors = self.found.last_eigen.vectors.iter();
        self.fit_means.push(problem.y_mean);
        let projected: Vec<f64> = vectors.map(|u| dot(u, z)).collect();
        let (y, mean) = (self.rows.y[row.0], self.benchmark[row.0 - self.first_row.0]);
        for (sums, model) in self.sums.iter_mut().zip(models) {
            let Some(forecast) = model.forecasts.last() else { continue };
            sums.add(y - mean, y - forecast, problem.y_mean - mean, &projected);
        }
    }
}

impl Directions {
    /// Share of the squared norm of a penalty's last coefficients in each of the first three
    /// directions of the last training window; empty where they are zero, and for a system, whose
    /// coefficients belong to a state.
    pub(super) fn eigen_shares(&self, model: &ModelRun, alpha: usize) -> Vec<f64> {
        let b = model.last_coefficients.row(alpha);
        let norm: f64 = b.iter().map(|b| b * b).sum();
        if norm <= 0.0 || !self.is_fit_on_all_rows(model) {
            return Vec::new();
        }
        let along = |u: &Vec<f64>| ArrayView1::from(u).dot(&b);
        self.last_eigen.vectors.iter().take(LEADING).map(|u| along(u) * along(u) / norm).collect()
    }

    /// Whether a model has one coefficient a column, fitted on all rows of the training window.
    fn is_fit_on_all_rows(&self, model: &ModelRun) -> bool {
        model.settings.is_plain() && model.last_coefficients.ncols() == self.last.features()
    }

    /// Effective degrees of freedom of a model at the last refit, by position of its grid. Under a
    /// penalty
    /// `sum l / (l + alpha (1 - l1_ratio))` over the eigenvalues `l` of the training correlations
    /// between the active columns, which are all of them for ridge (Hastie, Tibshirani and
    /// Friedman 2009, section 3.4; Zou, Hastie and Tibshirani 2007 for the lasso, where it is the
    /// number of active columns). Else the trace of the matrix that is linear in the target: the rank,
    /// the number of components, the share of columns that vary. `None` for a system, and for
    /// partial least squares, whose components depend on the target.
    pub(super) fn effective_degrees(&self, model: &ModelRun) -> Option<Vec<f64>> {
        if !self.is_fit_on_all_rows(model) {
            return None;
        }
        let all: Vec<usize> = (0..self.last.features()).collect();
        let rank = || self.eigenvalues_between(&all).len();
        let degrees = match model.settings.kind {
            Kind::Ridge | Kind::Lasso | Kind::ElasticNet => self.penalised_degrees(model),
            Kind::Ols => vec![rank() as f64],
            Kind::Pcr => {
                let (rank, components) = (rank(), model.grid.components());
                components.iter().map(|count| rank.min(*count) as f64).collect()
            }
            // The trace of the matrix that takes the target to its fit.
            Kind::Combination => {
                let k = self.last.features();
                let varying = (0..k).filter(|j| self.last.gram[j * k + j] > 0.0).count();
                vec![varying as f64 / k as f64]
            }
            Kind::Pls | Kind::External => return None,
        };
        Some(degrees)
    }

    fn penalised_degrees(&self, model: &ModelRun) -> Vec<f64> {
        let mut known: (Vec<usize>, Vec<f64>) = (Vec::new(), Vec::new());
        let fits = model.last_coefficients.outer_iter().zip(model.grid.alphas());
        let degrees = fits.map(|(b, alpha)| {
            let ridge = model.settings.kind == Kind::Ridge;
            let active: Vec<usize> = (0..b.len()).filter(|&j| ridge || b[j] != 0.0).collect();
            if active != known.0 {
                known = (active.clone(), self.eigenvalues_between(&active));
            }
            let shrinkage = alpha * (1.0 - model.settings.l1_ratio());
            // Adding from zero, so that no active column is no degree and not minus zero.
            known.1.iter().fold(0.0, |sum, value| sum + value / (value + shrinkage))
        });
        degrees.collect()
    }

    /// Eigenvalues above rounding of the last training correlations between some columns.
    fn eigenvalues_between(&self, columns: &[usize]) -> Vec<f64> {
        let k = self.last.features();
        let part: Vec<f64> = columns
            .iter()
            .flat_map(|&i| columns.iter().map(move |&j| (i, j)))
            .map(|(i, j)| self.last.gram[i * k + j])
            .collect();
        let values = symmetric_eigenvalues(&part, columns.len()).unwrap_or_default();
        let rounding = k as f64 * f64::EPSILON;
        values.into_iter().filter(|value| *value > rounding).collect()
    }
}

/// How far the recent rows' means and volatilities lie from the training window's.
fn feature_drift(training: &Standardised, recent: &Moments) -> (f64, f64) {
    let rows = recent.count() as f64;
    let (mut squares, mut logs, mut columns) = (0.0, 0.0, 0.0);
    for j in 0..training.features() {
        if recent.is_constant(j) || training.gram[j * training.features() + j] == 0.0 {
            continue;
        }
        let scale = training.scale[j];
        let distance = (recent.mean()[j] - training.mean[j]) / (scale / rows.sqrt());
        squares += distance * distance;
        logs += math::ln((recent.comoment(j, j) / recent.weight()).sqrt() / scale);
        columns += 1.0;
    }
    if columns == 0.0 {
        return (f64::NAN, f64::NAN);
    }
    ((squares / columns).sqrt(), logs / columns)
}
