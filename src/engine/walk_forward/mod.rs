//! The walk-forward: fit on the past, forecast the next rows, move on; nothing at row `i` knows
//! row `i`.
//!
//! One pass over the rows serves all models: the window's moments are updated row by row, each
//! refit standardises them once, and every model solves its whole grid from that.

mod by_state;
mod holdout;
mod schedule;

use ndarray::{Array2, ArrayView1};

use self::holdout::Holdout;
use crate::base::moments::WindowMoments;
use crate::engine::model::{self, PathSolver, Standardised, alpha_grid};
use crate::prices::panel::Supervised;
pub use by_state::{States, interacted, run_by_state};
pub use schedule::{PREQUENTIAL_MIN_FORECASTS, Schedule, Selection, Window};

/// The walk-forward of several models over the same rows.
#[derive(Debug, Clone)]
pub struct Run {
    /// First forecast row `N0`.
    pub first_row: usize,
    /// Rows `f` at which models were fitted.
    pub refits: Vec<usize>,
    /// One entry a model, in the order given.
    pub models: Vec<ModelRun>,
}

/// One model's walk-forward. `P` forecasts, `A` penalties, `R` refits, `k` columns.
#[derive(Debug, Clone)]
pub struct ModelRun {
    /// Its settings.
    pub settings: model::Settings,
    /// Names of the columns, `k`.
    pub columns: Vec<String>,
    /// The grid, strongest penalty first, `A`.
    pub alphas: Vec<f64>,
    /// Forecasts under the penalties selected at each refit, `P`.
    pub forecasts: Vec<f64>,
    /// Forecasts under every penalty, `P x A`.
    pub all_forecasts: Array2<f64>,
    /// Position of the selected penalty at each refit, `R`.
    pub selected: Vec<usize>,
    /// Coefficients of the selected penalty on standardised features, `R x k`.
    pub coefficients: Array2<f64>,
    /// Number of non-zero coefficients under every penalty, `R x A`.
    pub nonzero: Array2<u32>,
    /// Coefficients of the last refit under every penalty, `A x k`.
    pub last_coefficients: Array2<f64>,
    /// In-sample R2 of the last refit under every penalty, `A`; `None` without variance.
    pub last_in_sample_r2: Vec<Option<f64>>,
    /// How exact the fits are.
    pub precision: Precision,
}

/// The certificates of a model's fits, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Precision {
    /// Number of fits.
    pub fits: usize,
    /// Largest relative KKT residual.
    pub worst_kkt_residual: f64,
    /// Fits that missed the required precision.
    pub uncertified: usize,
    /// Fits that needed coordinate descent.
    pub descents: usize,
}

impl Precision {
    fn record(&mut self, solver: &PathSolver) {
        for certificate in solver.path().certificates() {
            self.fits += 1;
            self.worst_kkt_residual = self.worst_kkt_residual.max(certificate.kkt_residual);
            self.uncertified += usize::from(!certificate.certified);
        }
    }
}

/// Runs all models over the rows.
///
/// # Panics
/// If there is no row to forecast or no row to train on; the spec is checked against the panel
/// before.
pub fn run(
    rows: &Supervised,
    schedule: &Schedule,
    selection: &Selection,
    models: &[model::Settings],
) -> Run {
    let n = rows.len();
    assert!(schedule.min_train < n && schedule.purge < schedule.min_train, "no row to forecast");
    let columns = rows.x.ncols();
    let joined = join(rows);
    let mut window = WindowMoments::new(&joined, columns + 1);
    let mut problem = Standardised::new(columns);
    problem.load(window.advance(schedule.training(schedule.min_train)));

    let refits: Vec<usize> = schedule.refits(n).collect();
    let mut walks: Vec<Walk> = models
        .iter()
        .map(|settings| {
            let alphas = match selection {
                Selection::Fixed { alpha } => vec![*alpha],
                _ => alpha_grid(settings, &problem),
            };
            Walk::new(settings, alphas, refits.len(), n - schedule.min_train, columns)
        })
        .collect();
    let mut holdout = match selection {
        Selection::Holdout { rows } => Some(Holdout::new(*rows, &joined, columns, &walks)),
        _ => None,
    };

    let mut z = vec![0.0; columns];
    for (number, &f) in refits.iter().enumerate() {
        let training = schedule.training(f);
        problem.load(window.advance(training.clone()));
        if let Some(holdout) = &mut holdout {
            holdout.advance(training);
        }
        for (position, walk) in walks.iter_mut().enumerate() {
            let given = holdout.as_mut().map(|h| h.best(position, &mut walk.precision));
            walk.choose(given);
            walk.refit(number, std::slice::from_ref(&problem), 0);
        }
        for row in schedule.forecast(f, n) {
            let features: ArrayView1<'_, f64> = rows.x.row(row);
            problem.standardise(features.iter().copied(), &mut z);
            for walk in &mut walks {
                walk.forecast(row - schedule.min_train, 0, &z, problem.y_mean, rows.y[row]);
            }
        }
    }
    let models = walks.into_iter().map(|walk| walk.finish(&rows.names, &problem, 0)).collect();
    Run { first_row: schedule.min_train, refits, models }
}

/// Features and target side by side, row-major: what the moments are taken of.
fn join(rows: &Supervised) -> Vec<f64> {
    let mut joined = Vec::with_capacity(rows.len() * (rows.x.ncols() + 1));
    for (features, y) in rows.x.outer_iter().zip(&rows.y) {
        joined.extend(features.iter().chain([y]));
    }
    joined
}

/// The out-of-sample record of a solver's penalties.
#[derive(Debug, Clone)]
struct Record {
    forecasts: usize,
    /// Sum of squared forecast errors, one a penalty.
    squared_errors: Vec<f64>,
}

impl Record {
    fn new(penalties: usize) -> Self {
        Self { forecasts: 0, squared_errors: vec![0.0; penalties] }
    }

    fn add(&mut self, actual: f64, forecasts: &[f64]) {
        self.forecasts += 1;
        for (sum, forecast) in self.squared_errors.iter_mut().zip(forecasts) {
            let error = actual - forecast;
            *sum += error * error;
        }
    }

    /// The prequential choice; ties go to the stronger penalty.
    fn best(&self) -> usize {
        if self.forecasts < PREQUENTIAL_MIN_FORECASTS { 0 } else { smallest(&self.squared_errors) }
    }
}

/// A model on its way through the rows.
struct Walk {
    settings: model::Settings,
    /// One solver for all rows, or one for each state of a regime.
    solvers: Vec<PathSolver>,
    /// By solver: forecasts made so far, and their sum of squared errors, one a penalty.
    records: Vec<Record>,
    /// By solver: the penalty in use.
    in_use: Vec<usize>,
    forecasts: Vec<f64>,
    all_forecasts: Array2<f64>,
    selected: Vec<usize>,
    coefficients: Array2<f64>,
    nonzero: Array2<u32>,
    precision: Precision,
}

impl Walk {
    fn new(
        settings: &model::Settings,
        alphas: Vec<f64>,
        refits: usize,
        forecasts: usize,
        columns: usize,
    ) -> Self {
        let count = alphas.len();
        Self {
            settings: settings.clone(),
            solvers: vec![PathSolver::new(settings.kind, settings.l1_ratio(), alphas, columns)],
            records: vec![Record::new(count)],
            in_use: vec![0],
            forecasts: Vec::with_capacity(forecasts),
            all_forecasts: Array2::zeros((forecasts, count)),
            selected: Vec::with_capacity(refits),
            coefficients: Array2::zeros((refits, columns)),
            nonzero: Array2::zeros((refits, count)),
            precision: Precision::default(),
        }
    }

    /// Chooses every solver's penalty: the one given, else by its own record.
    fn choose(&mut self, given: Option<usize>) {
        for (in_use, record) in self.in_use.iter_mut().zip(&self.records) {
            *in_use = given.unwrap_or_else(|| record.best());
        }
    }

    /// Fits every solver to its problem; the coefficients kept are those of solver `current`.
    fn refit(&mut self, number: usize, problems: &[Standardised], current: usize) {
        let selected = self.in_use[current];
        for (solver, problem) in self.solvers.iter_mut().zip(problems) {
            solver.solve(problem);
            self.precision.record(solver);
        }
        let path = self.solvers[current].path();
        for (slot, b) in
            self.coefficients.row_mut(number).iter_mut().zip(path.coefficients(selected))
        {
            *slot = b;
        }
        let Some(counts) = self.nonzero.row_mut(number).into_slice() else {
            unreachable!("the rows of an owned array are contiguous")
        };
        path.nonzero(counts);
        self.selected.push(selected);
    }

    /// Forecasts a row by solver `current`.
    fn forecast(
        &mut self,
        position: usize,
        current: usize,
        z: &[f64],
        intercept: f64,
        actual: f64,
    ) {
        let Some(forecasts) = self.all_forecasts.row_mut(position).into_slice() else {
            unreachable!("the rows of an owned array are contiguous")
        };
        self.solvers[current].path().forecast(z, intercept, forecasts);
        self.records[current].add(actual, forecasts);
        self.forecasts.push(forecasts[self.in_use[current]]);
    }

    fn finish(self, names: &[String], last_problem: &Standardised, current: usize) -> ModelRun {
        let solver = &self.solvers[current];
        let path = solver.path();
        let columns = self.coefficients.ncols();
        let last_coefficients =
            Array2::from_shape_fn((path.len(), columns), |(alpha, j)| path.coefficient(alpha, j));
        let last_in_sample_r2 = last_coefficients
            .outer_iter()
            .map(|b| last_problem.in_sample_r2(&b.to_vec()))
            .collect();
        ModelRun {
            settings: self.settings,
            columns: names.to_vec(),
            alphas: solver.alphas().to_vec(),
            forecasts: self.forecasts,
            all_forecasts: self.all_forecasts,
            selected: self.selected,
            coefficients: self.coefficients,
            nonzero: self.nonzero,
            last_coefficients,
            last_in_sample_r2,
            precision: Precision {
                descents: self.solvers.iter().map(PathSolver::descents).sum(),
                ..self.precision
            },
        }
    }
}

/// Position of the smallest value, the first of equal ones.
fn smallest(values: &[f64]) -> usize {
    let mut best = 0;
    for (position, value) in values.iter().enumerate() {
        if *value < values[best] {
            best = position;
        }
    }
    best
}
