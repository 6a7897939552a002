//! One model on its way through the rows.

use std::ops::Range;

use super::by_state::StateMoments;
use super::{ByState, Fold, ModelRun, PREQUENTIAL_MIN_FORECASTS, Walker};
use crate::base::moments::Moments;
use crate::base::statistics::smallest;
use crate::engine::model::{Grid, PathSolver, Standardised};
use crate::prices::panel::{Row, Supervised};

/// A solver with its record out of sample.
struct Fit {
    solver: PathSolver,
    forecasts: usize,
    /// Their weighted sum of squared errors, one a penalty.
    squared_errors: Vec<f64>,
    in_use: usize,
}

impl Fit {
    /// The prequential choice; ties go to the stronger penalty.
    fn best(&self) -> usize {
        if self.forecasts < PREQUENTIAL_MIN_FORECASTS { 0 } else { smallest(&self.squared_errors) }
    }
}

/// A model's fits: one on all rows, and one more for each state of a regime that it follows.
pub(super) struct Walk<'a> {
    /// How much the error of each row counts; `None` counts each once.
    weights: Option<&'a [f64]>,
    pooled: Fit,
    states: Option<StateFits<'a>>,
}

struct StateFits<'a> {
    by_state: ByState<'a>,
    moments: StateMoments<'a>,
    fits: Vec<Fit>,
    problems: Vec<Standardised>,
    z: Vec<f64>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        rows: &Supervised,
        weights: Option<&'a [f64]>,
        walker: &Walker<'a>,
        grid: &Grid,
    ) -> Self {
        let (settings, columns) = (walker.settings, rows.x.ncols());
        let fit = || Fit {
            solver: PathSolver::new(settings.kind, settings.l1_ratio(), grid.clone(), columns),
            forecasts: 0,
            squared_errors: vec![0.0; grid.len()],
            in_use: 0,
        };
        let states = walker.by_state.map(|by_state| StateFits {
            by_state,
            moments: StateMoments::new(rows, weights, by_state.states, by_state.pooling),
            fits: (0..by_state.states.count).map(|_| fit()).collect(),
            problems: vec![Standardised::new(columns); by_state.states.count],
            z: vec![0.0; columns],
        });
        Self { weights, pooled: fit(), states }
    }

    fn fits_mut(&mut self) -> impl Iterator<Item = &mut Fit> {
        [&mut self.pooled].into_iter().chain(self.states.iter_mut().flat_map(|s| &mut s.fits))
    }

    /// Chooses every fit's penalty: the one given, else by its own record.
    pub(super) fn choose(&mut self, given: Option<usize>) {
        for fit in self.fits_mut() {
            fit.in_use = given.unwrap_or_else(|| fit.best());
        }
    }

    /// Fits to training rows.
    pub(super) fn solve(&mut self, training: Range<usize>, all: &Moments, pooled: &Standardised) {
        if let Some(states) = &mut self.states {
            for (state, problem) in states.problems.iter_mut().enumerate() {
                problem.load(states.moments.of(state, training.clone(), all));
            }
            for (fit, problem) in states.fits.iter_mut().zip(&states.problems) {
                fit.solver.solve(problem);
            }
        }
        self.pooled.solver.solve(pooled);
    }

    /// Fits to a fold's training rows; the coefficients kept are those in force on the first row
    /// that it forecasts.
    pub(super) fn refit(
        &mut self,
        fold: &Fold,
        all: &Moments,
        pooled: &Standardised,
        model: &mut ModelRun,
    ) {
        self.solve(fold.training.0.clone(), all, pooled);
        self.fits_mut().for_each(|fit| model.precision.record(&fit.solver));
        let (current, _) = self.at(Row(fold.forecast.0.start), pooled);
        let (path, selected) = (current.solver.path(), current.in_use);
        let mut kept = model.coefficients.row_mut(fold.refit.0);
        kept.iter_mut().zip(path.coefficients(selected)).for_each(|(slot, b)| *slot = b);
        path.nonzero(contiguous(model.nonzero.row_mut(fold.refit.0)));
        model.selected.push(selected);
    }

    /// The fit in force on a row, with the problem that it solved.
    fn at<'s>(&'s self, row: Row, pooled: &'s Standardised) -> (&'s Fit, &'s Standardised) {
        let known = self.states.as_ref().and_then(|states| {
            let state = states.by_state.states.of_row[row.0]?;
            Some((&states.fits[state], &states.problems[state]))
        });
        known.unwrap_or((&self.pooled, pooled))
    }

    /// Forecasts a row, `z` its features as the pooled problem standardises them.
    pub(super) fn forecast(
        &mut self,
        rows: &Supervised,
        row: Row,
        z: &[f64],
        pooled: &Standardised,
        model: &mut ModelRun,
    ) {
        let (mut fit, mut z, mut intercept) = (&mut self.pooled, z, pooled.y_mean);
        if let Some(states) = &mut self.states
            && let Some(state) = states.by_state.states.of_row[row.0]
        {
            let problem = &states.problems[state];
            problem.standardise(rows.x.row(row.0).iter().copied(), &mut states.z);
            (fit, z, intercept) = (&mut states.fits[state], &states.z, problem.y_mean);
        }
        let forecasts = contiguous(model.all_forecasts.row_mut(model.forecasts.len()));
        fit.solver.path().forecast(z, intercept, forecasts);
        fit.forecasts += 1;
        let weight = self.weights.map_or(1.0, |weights| weights[row.0]);
        for (sum, forecast) in fit.squared_errors.iter_mut().zip(forecasts.iter()) {
            let error = rows.y[row.0] - forecast;
            *sum += weight * error * error;
        }
        model.forecasts.push(forecasts[fit.in_use]);
    }

    /// The forecast of the row behind the last, `z` its features as the pooled problem standardises
    /// them.
    pub(super) fn next(&mut self, rows: &Supervised, z: &[f64], pooled: &Standardised) -> f64 {
        let (mut fit, mut z, mut intercept) = (&self.pooled, z, pooled.y_mean);
        if let Some(states) = &mut self.states
            && let Some(state) = states.by_state.states.next
        {
            let problem = &states.problems[state];
            problem.standardise(rows.next.iter().copied(), &mut states.z);
            (fit, z, intercept) = (&states.fits[state], &states.z, problem.y_mean);
        }
        let mut forecasts = vec![0.0; fit.squared_errors.len()];
        fit.solver.path().forecast(z, intercept, &mut forecasts);
        forecasts[fit.in_use]
    }

    /// Keeps the last fit under every penalty.
    pub(super) fn finish(&self, pooled: &Standardised, model: &mut ModelRun, last: &Fold) {
        let (fit, problem) = self.at(Row(last.forecast.0.start), pooled);
        for (alpha, mut kept) in model.last_coefficients.outer_iter_mut().enumerate() {
            let b: Vec<f64> = fit.solver.path().coefficients(alpha).collect();
            model.last_in_sample_r2.push(problem.in_sample_r2(&b));
            kept.iter_mut().zip(b).for_each(|(slot, b)| *slot = b);
        }
        let fits = self.states.iter().flat_map(|states| &states.fits).chain([&self.pooled]);
        model.precision.descents = fits.map(|fit| fit.solver.descents()).sum();
    }
}

fn contiguous<T>(row: ndarray::ArrayViewMut1<'_, T>) -> &mut [T] {
    match row.into_slice() {
        Some(slice) => slice,
        None => unreachable!("the rows of an owned array are contiguous"),
    }
}
