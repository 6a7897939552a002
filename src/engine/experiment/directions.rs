//! The models seen in the eigen-directions of what they were trained on.
//!
//! A linear forecast is a sum over any orthonormal basis of the standardised features. In the
//! basis of the training window's own principal components it says which of the market's
//! movements a model bets on: the market mode, the contrast between two clusters, or noise.

use std::ops::Range;

use indexmap::IndexMap;
use ndarray::ArrayView1;

use crate::base::linalg::{Eigen, symmetric_eigen, symmetric_eigenvalues};
use crate::base::moments::{Moments, WindowMoments};
use crate::base::statistics::dot;
use crate::base::units::math;
use crate::engine::geometry::Tracker;
use crate::engine::model::Standardised;
use crate::engine::walk_forward::{ModelRun, Run, Schedule};
use crate::prices::panel::Supervised;
use crate::results::MatchedCosine;

/// Rows whose features are compared with the training window's.
const RECENT: usize = 63;

/// Leading directions whose share of the coefficients is reported.
const LEADING: usize = 3;

/// Shares of the in-sample R2 that two paths both reach, at which their coefficients are compared.
const MATCHES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// What contributions may miss the R2 by.
const ROUNDING: f64 = 1e-10;

/// The training windows' directions and what the models make of them. `R` refits, `k` columns.
pub(super) struct Directions {
    /// First and second eigenvector of each refit's training correlations, followed from refit to
    /// refit; `R` of them, and no second one with a single column.
    leading: Vec<Vec<Vec<f64>>>,
    /// By refit: root mean square, over the columns, of the recent mean's distance from the
    /// training mean, in standard errors of the recent mean.
    pub(super) mean_drift: Vec<f64>,
    /// By refit: mean, over the columns, of the log of recent over training volatility.
    pub(super) volatility_drift: Vec<f64>,
    /// The last training window.
    last: Standardised,
    /// Its correlations, decomposed.
    last_eigen: Eigen,
    /// By model; absent where they do not add up.
    contributions: IndexMap<String, Contributions>,
}

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

/// Follows the training windows of a run.
pub(super) fn directions(
    rows: &Supervised,
    schedule: &Schedule,
    run: &Run,
    benchmark: &[f64],
) -> Directions {
    let (n, k) = (rows.len(), rows.x.ncols());
    let joined: Vec<f64> = rows
        .x
        .outer_iter()
        .zip(&rows.y)
        .flat_map(|(features, y)| features.to_vec().into_iter().chain([*y]))
        .collect();
    let mut training = WindowMoments::new(&joined, k + 1);
    let mut recent = WindowMoments::new(&joined, k + 1);
    let mut problem = Standardised::new(k);
    let mut tracker = Tracker::default();
    let mut shares: Vec<Shares> = run.models.iter().map(|model| Shares::new(model, k)).collect();
    let (mut leading, mut mean_drift, mut volatility_drift) = (Vec::new(), Vec::new(), Vec::new());
    let mut eigen = Eigen { values: Vec::new(), vectors: Vec::new() };
    let mut z = vec![0.0; k];
    for (refit, &f) in run.refits.iter().enumerate() {
        let window = schedule.training(f);
        problem.load(training.advance(window.clone()));
        eigen = decomposed(&problem.gram, k);
        tracker.follow(&eigen);
        leading.push(tracker.vectors()[..k.min(2)].to_vec());
        let (mean, volatility) = feature_drift(&problem, recent.advance(last_rows(&window)));
        mean_drift.push(mean);
        volatility_drift.push(volatility);
        for share in &mut shares {
            share.refit(refit, &eigen);
        }
        for row in schedule.forecast(f, n) {
            problem.standardise(rows.x.row(row).iter().copied(), &mut z);
            let projected: Vec<f64> = eigen.vectors.iter().map(|u| dot(u, &z)).collect();
            let base = benchmark[row - run.first_row];
            for share in &mut shares {
                share.row(row - run.first_row, rows.y[row], base, problem.y_mean, &projected);
            }
        }
    }
    Directions {
        leading,
        mean_drift,
        volatility_drift,
        last: problem,
        last_eigen: eigen,
        contributions: shares.into_iter().filter_map(Shares::finish).collect(),
    }
}

impl Directions {
    /// How the out-of-sample R2 of a model, by its name, divides; `None` where its
    /// forecasts are not one linear fit a refit on these columns.
    pub(super) fn contributions(&self, model: &str) -> Option<&Contributions> {
        self.contributions.get(model)
    }

    /// By refit: cosine of a model's coefficients with a leading direction, 0 the market mode, 1
    /// the second; `NaN` where the coefficients are zero or there is no such direction.
    pub(super) fn cosines(&self, model: &ModelRun, direction: usize) -> Vec<f64> {
        self.leading
            .iter()
            .zip(model.coefficients.outer_iter())
            .map(|(leading, b)| {
                let direction = leading.get(direction).filter(|u| u.len() == b.len());
                direction.and_then(|u| cosine(ArrayView1::from(u), b)).unwrap_or(f64::NAN)
            })
            .collect()
    }

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
        model.settings.regime_aware.is_none()
            && model.last_coefficients.ncols() == self.last.features()
    }

    /// Effective degrees of freedom of every penalty of a model at the last refit:
    /// `sum l / (l + alpha (1 - l1_ratio))` over the eigenvalues `l` of the training correlations
    /// between the active columns, which are all of them for ridge (Hastie, Tibshirani and
    /// Friedman 2009, section 3.4; Zou, Hastie and Tibshirani 2007 for the lasso, where it is the
    /// number of active columns). `None` for a system.
    pub(super) fn effective_degrees(&self, model: &ModelRun) -> Option<Vec<f64>> {
        if !self.is_fit_on_all_rows(model) {
            return None;
        }
        let mut known: (Vec<usize>, Vec<f64>) = (Vec::new(), Vec::new());
        let degrees = model.last_coefficients.outer_iter().zip(&model.alphas).map(|(b, alpha)| {
            let ridge = model.settings.l1_ratio() == 0.0;
            let active: Vec<usize> = (0..b.len()).filter(|&j| ridge || b[j] != 0.0).collect();
            if active != known.0 {
                known = (active.clone(), self.eigenvalues_between(&active));
            }
            let shrinkage = alpha * (1.0 - model.settings.l1_ratio());
            // Adding from zero, so that no active column is no degree and not minus zero.
            known.1.iter().fold(0.0, |sum, value| sum + value / (value + shrinkage))
        });
        Some(degrees.collect())
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

/// By refit: cosine of a model's coefficients with those of about 252 rows before; `NaN` while
/// there are none or where one is zero.
pub(super) fn coefficient_drift(model: &ModelRun, refit_every: usize) -> Vec<f64> {
    let back = ((252.0 / refit_every as f64).round() as usize).max(1);
    (0..model.coefficients.nrows())
        .map(|refit| {
            let before = refit.checked_sub(back);
            before
                .and_then(|before| {
                    cosine(model.coefficients.row(refit), model.coefficients.row(before))
                })
                .unwrap_or(f64::NAN)
        })
        .collect()
}

/// Cosines between two models' coefficients at the last refit, where their paths reach the same
/// in-sample R2; empty if one has no path to compare.
pub(super) fn matched_cosines(a: &ModelRun, b: &ModelRun) -> Vec<MatchedCosine> {
    let reach = |model: &ModelRun| {
        model.last_in_sample_r2.iter().flatten().fold(0.0_f64, |most, r2| most.max(*r2))
    };
    let common = reach(a).min(reach(b));
    if common <= 0.0 || a.alphas.len() < 2 || b.alphas.len() < 2 {
        return Vec::new();
    }
    let nearest = |model: &ModelRun, level: f64| {
        let mut best = (0, f64::INFINITY);
        for (alpha, r2) in model.last_in_sample_r2.iter().enumerate() {
            let distance = r2.map_or(f64::INFINITY, |r2| (r2 - level).abs());
            if distance < best.1 {
                best = (alpha, distance);
            }
        }
        best.0
    };
    MATCHES
        .iter()
        .map(|share| {
            let level = share * common;
            let (at_a, at_b) = (nearest(a, level), nearest(b, level));
            let cosine = cosine(a.last_coefficients.row(at_a), b.last_coefficients.row(at_b));
            MatchedCosine { in_sample_r2: level, a: at_a, b: at_b, cosine }
        })
        .collect()
}

/// Cosine of two vectors; `None` when one is zero.
pub(super) fn cosine(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> Option<f64> {
    let (mut product, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        product += a * b;
        aa += a * a;
        bb += b * b;
    }
    (aa > 0.0 && bb > 0.0).then(|| (product / (aa * bb).sqrt()).clamp(-1.0, 1.0))
}

/// A model's R2, adding up.
struct Shares<'a> {
    model: &'a ModelRun,
    /// Coefficients of the current refit, by direction.
    along: Vec<f64>,
    by_direction: Vec<f64>,
    intercept: f64,
    /// Sums of `e0^2` and of `e0^2 - e^2`.
    base: f64,
    gain: f64,
}

impl<'a> Shares<'a> {
    fn new(model: &'a ModelRun, k: usize) -> Self {
        Self {
            model,
            along: vec![0.0; k],
            by_direction: vec![0.0; k],
            intercept: 0.0,
            base: 0.0,
            gain: 0.0,
        }
    }

    fn refit(&mut self, refit: usize, eigen: &Eigen) {
        let b = self.model.coefficients.row(refit);
        for (along, u) in self.along.iter_mut().zip(&eigen.vectors) {
            *along = b.iter().zip(u).map(|(b, u)| b * u).sum();
        }
    }

    fn row(&mut self, forecast: usize, y: f64, benchmark: f64, y_mean: f64, projected: &[f64]) {
        let before = y - benchmark;
        let after = y - self.model.forecasts[forecast];
        let both = before + after;
        self.base += before * before;
        self.gain += before * before - after * after;
        self.intercept += (y_mean - benchmark) * both;
        for ((sum, along), projected) in
            self.by_direction.iter_mut().zip(&self.along).zip(projected)
        {
            *sum += along * projected * both;
        }
    }

    /// The contributions, if they add up to the R2: those of a forecast that was pooled over
    /// regimes or gated do not.
    fn finish(self) -> Option<(String, Contributions)> {
        let sum = self.intercept + self.by_direction.iter().sum::<f64>();
        if self.base <= 0.0 || (sum - self.gain).abs() > ROUNDING * self.base {
            return None;
        }
        let by_direction = self.by_direction.iter().map(|sum| sum / self.base).collect();
        let contributions = Contributions { by_direction, intercept: self.intercept / self.base };
        Some((self.model.settings.name.clone(), contributions))
    }
}

/// The last rows of a training window.
fn last_rows(training: &Range<usize>) -> Range<usize> {
    training.end.saturating_sub(RECENT).max(training.start)..training.end
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
        logs += math::ln((recent.comoment(j, j) / rows).sqrt() / scale);
        columns += 1.0;
    }
    if columns == 0.0 {
        return (f64::NAN, f64::NAN);
    }
    ((squares / columns).sqrt(), logs / columns)
}

fn decomposed(gram: &[f64], k: usize) -> Eigen {
    let Some(eigen) = symmetric_eigen(gram, k) else {
        unreachable!("correlations of finite returns are finite, and QL converges on them")
    };
    eigen
}
