//! The walk-forward: fit on the past, forecast the next rows, move on; nothing at row `i` knows
//! row `i`.
//!
//! One pass over the rows serves all models: the window's moments are updated row by row, each
//! refit standardises them once, and every model solves its whole grid from that. Whoever wants to
//! know more of the fits than the forecasts follows the pass as an `Observer`. Models whose rows are
//! weighted have a pass of their own, over a window of weighted moments; no model needs to know.

mod by_state;
mod fold;
mod holdout;
mod run;
mod schedule;
mod walk;
mod weighting;

use self::holdout::Holdout;
use self::walk::Walk;
use crate::base::moments::WindowMoments;
#[cfg(test)]
use crate::engine::leak;
use crate::engine::model::{self, Grid, Standardised};
use crate::prices::panel::{Row, Supervised};
pub use by_state::{ByState, States, Walker, interacted};
pub use fold::{Fold, Forecast, Refit, Rows, folds};
pub use run::{ModelRun, Precision, Run};
pub use schedule::{PREQUENTIAL_MIN_FORECASTS, Schedule, Selection, Window};
pub(crate) use weighting::{row_weights, weave};

/// Sees what every fit was made of and what every row was forecast from, in order.
pub(crate) trait Observer {
    /// A fold was fitted: its training rows, standardised, and the models after their fit.
    fn fitted(&mut self, fold: &Fold, problem: &Standardised, models: &[ModelRun]);

    /// A row was forecast from its standardised features `z`; the last forecast of every model is
    /// that of the row.
    fn forecast(&mut self, row: Row, z: &[f64], problem: &Standardised, models: &[ModelRun]);
}

/// Looks at nothing.
impl Observer for () {
    fn fitted(&mut self, _: &Fold, _: &Standardised, _: &[ModelRun]) {}

    fn forecast(&mut self, _: Row, _: &[f64], _: &Standardised, _: &[ModelRun]) {}
}

/// Runs plain models over the rows.
///
/// # Panics
/// If there is no row to forecast or no row to train on, or no variance to weigh the rows by; the
/// spec is checked against the panel before.
pub fn run(
    rows: &Supervised,
    schedule: &Schedule,
    selection: &Selection,
    models: &[model::Settings],
) -> Run {
    let pass = |is_weighted: bool| {
        let of_pass = models.iter().filter(|settings| settings.is_weighted() == is_weighted);
        let walkers: Vec<Walker<'_>> =
            of_pass.map(|settings| Walker { settings, by_state: None }).collect();
        let weights = is_weighted.then(|| row_weights(&rows.y));
        follow(rows, weights.as_deref(), schedule, selection, &walkers, &mut ())
    };
    let is_weighted = models.iter().any(model::Settings::is_weighted);
    let weighted = if is_weighted { pass(true).models } else { Vec::new() };
    let plain = pass(false);
    Run { models: weave(models, plain.models, weighted), ..plain }
}

/// Runs models over the rows before the eyes of an observer; with the weight of each row where all
/// of them are weighted ones.
///
/// # Panics
/// As [`run`].
pub(crate) fn follow(
    rows: &Supervised,
    weights: Option<&[f64]>,
    schedule: &Schedule,
    selection: &Selection,
    walkers: &[Walker<'_>],
    observer: &mut impl Observer,
) -> Run {
    let n = rows.len();
    assert!(schedule.min_train < n && schedule.purge < schedule.min_train, "no row to forecast");
    let columns = rows.x.ncols();
    let joined = rows.joined();
    let folds: Vec<Fold> = folds(schedule, n).collect();
    let mut window = WindowMoments::weighted(&joined, weights, columns + 1);
    let mut problem = Standardised::new(columns);
    problem.load(window.advance(folds[0].training.0.clone()));
    let mut models: Vec<ModelRun> = Vec::with_capacity(walkers.len());
    let mut walks: Vec<Walk<'_>> = Vec::with_capacity(walkers.len());
    for walker in walkers {
        let grid = match selection {
            Selection::Fixed { alpha } if walker.settings.kind.is_penalised() => {
                Grid::Alphas(vec![*alpha])
            }
            _ => Grid::new(walker.settings, &problem),
        };
        walks.push(Walk::new(rows, weights, walker, &grid));
        let forecasts = n - schedule.min_train;
        models.push(ModelRun::new(walker.settings, &rows.names, grid, folds.len(), forecasts));
    }
    let mut holdout = match selection {
        Selection::Holdout { rows } => {
            Some(Holdout::new(*rows, &joined, weights, columns, &models))
        }
        _ => None,
    };

    let mut z = vec![0.0; columns];
    for fold in &folds {
        let all = window.advance(fold.training.0.clone());
        problem.load(all);
        #[cfg(test)]
        leak::standardise(&mut problem, rows);
        if let Some(holdout) = &mut holdout {
            holdout.advance(fold.training.0.clone());
        }
        for (position, (walk, model)) in walks.iter_mut().zip(&mut models).enumerate() {
            let given = holdout.as_mut().map(|h| h.best(position, &mut model.precision));
            walk.choose(given);
            walk.refit(fold, all, &problem, model);
        }
        observer.fitted(fold, &problem, &models);
        for row in fold.forecast.iter() {
            problem.standardise(rows.x.row(row.0).iter().copied(), &mut z);
            for (walk, model) in walks.iter_mut().zip(&mut models) {
                walk.forecast(rows, row, &z, &problem, model);
                #[cfg(test)]
                leak::answer(&mut model.forecasts, rows.y[row.0]);
            }
            observer.forecast(row, &z, &problem, &models);
        }
    }
    for (walk, model) in walks.iter().zip(&mut models) {
        walk.finish(&problem, model, &folds[folds.len() - 1]);
        #[cfg(test)]
        leak::penalty(&mut model.forecasts, &model.all_forecasts, &rows.y);
    }
    // The row behind the last: by the last fits, or by new ones where the schedule has them there.
    if !rows.next.is_empty() {
        if schedule.is_refit(n) {
            let training = schedule.training(n);
            #[cfg(test)]
            let training = training.start..training.end.min(n);
            let all = window.advance(training.clone());
            problem.load(all);
            if let Some(holdout) = &mut holdout {
                holdout.advance(training.clone());
            }
            for (position, walk) in walks.iter_mut().enumerate() {
                walk.choose(holdout.as_mut().map(|h| h.best(position, &mut Precision::default())));
                walk.solve(training.clone(), all, &problem);
            }
        }
        problem.standardise(rows.next.iter().copied(), &mut z);
        for (walk, model) in walks.iter_mut().zip(&mut models) {
            model.next = Some(walk.next(rows, &z, &problem));
        }
    }
    Run { first_row: Row(schedule.min_train), folds, models }
}
