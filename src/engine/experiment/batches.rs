//! Many experiments, some at a time: what they share is computed once, and no more is in memory than
//! one batch needs.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::certificate::{Relabels, Reruns};
use super::comparable::forecast_days;
use super::market::Market;
use super::task::Task;
use super::{check, check_weights, conclude, external, shared};
use crate::base::diagnostic::{Problem, Problems};
use crate::prices::panel::Panel;
use crate::results::{Results, Series};

/// Experiments of a batch; one more pass may come with all of its experiments.
const BATCH: usize = 24;

/// Runs experiments in parallel; `deliver` gets the results of the task at a position as soon as they
/// are there, from any thread and in any order. They are the same for any number of threads, and
/// whatever else is run.
///
/// Experiments on one panel share its geometry and labels, those with the same rows and schedule
/// their pass over them. Panels are told apart by identity: who wants to share hands in the same.
///
/// Each result depends on nothing but its own spec and data. What criteria and other experiments
/// make of it is decided in [`crate::engine::repository`].
///
/// # Errors
/// What [`check`] and [`check_weights`] refuse, of all experiments, before anything is run; else,
/// when all have run, every figure that is too large to be one.
pub fn run_each(
    tasks: &[Task<'_>],
    deliver: &(dyn Fn(usize, Results, Series) + Sync),
) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for task in tasks {
        let forecasts = forecast_days(task.spec, task.panel).len();
        let checked = check(task.spec, task.panel)
            .and_then(|()| check_weights(task.spec, task.panel))
            .and_then(|()| external::check(task.spec, task.source.given, forecasts));
        if let Err(found) = checked {
            problems.extend(found);
        }
    }
    std::mem::take(&mut problems).into_result(())?;
    let failed: Mutex<Vec<(usize, Problem)>> = Mutex::default();
    let panels = by_panel(tasks);
    // Of the panels of this batch and of no other.
    let mut known: Vec<(usize, OnPanel<'_>)> = Vec::new();
    for batch in batches(tasks, &panels) {
        let asked: Vec<usize> = {
            let mut asked: Vec<usize> = batch.iter().map(|(panel, _)| *panel).collect();
            asked.dedup();
            asked
        };
        known.retain(|(panel, _)| asked.contains(panel));
        let new: Vec<usize> =
            asked.into_iter().filter(|at| known.iter().all(|(panel, _)| panel != at)).collect();
        known.par_extend(new.into_par_iter().map(|at| (at, OnPanel::new(&panels[at].1, tasks))));
        run_batch(tasks, &batch, &known, &|position, ran| match ran {
            Ok((results, series)) => deliver(position, results, series),
            Err(problem) => {
                let place = tasks[position].place.cloned();
                let problem = Problem { place, ..problem };
                failed.lock().unwrap_or_else(PoisonError::into_inner).push((position, problem));
            }
        });
    }
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_by_key(|(position, _)| *position);
    failed.into_iter().for_each(|(_, problem)| problems.push(problem));
    problems.into_result(())
}

/// What the experiments on one panel share.
struct OnPanel<'a> {
    market: Market<'a>,
    relabels: Relabels<'a>,
}

impl<'a> OnPanel<'a> {
    fn new(members: &[usize], tasks: &[Task<'a>]) -> Self {
        let members: Vec<&Task<'a>> = members.iter().map(|at| &tasks[*at]).collect();
        let (market, relabels) = rayon::join(|| Market::new(&members), || Relabels::new(&members));
        Self { market, relabels }
    }
}

/// The panels of the tasks, each with the positions of those that are on it.
fn by_panel<'a>(tasks: &[Task<'a>]) -> Vec<(&'a Panel, Vec<usize>)> {
    let mut panels: Vec<(&Panel, Vec<usize>)> = Vec::new();
    for (position, task) in tasks.iter().enumerate() {
        match panels.iter_mut().find(|(panel, _)| std::ptr::eq(*panel, task.panel)) {
            Some((_, members)) => members.push(position),
            None => panels.push((task.panel, vec![position])),
        }
    }
    panels
}

/// The tasks in batches, each with the position of its panel: panel after panel, and all of a pass in
/// one batch.
fn batches(tasks: &[Task<'_>], panels: &[(&Panel, Vec<usize>)]) -> Vec<Vec<(usize, usize)>> {
    let mut batches: Vec<Vec<(usize, usize)>> = Vec::new();
    for (panel, (_, members)) in panels.iter().enumerate() {
        let on_panel: Vec<Task<'_>> = members.iter().map(|at| tasks[*at]).collect();
        for pass in shared::together(&on_panel) {
            let pass = pass.into_iter().map(|at| (panel, members[at]));
            match batches.last_mut().filter(|batch| batch.len() < BATCH) {
                Some(batch) => batch.extend(pass),
                None => batches.push(pass.collect()),
            }
        }
    }
    batches
}

/// The positions of tasks, panel after panel and pass after pass: neighbours share work.
pub fn in_order(tasks: &[Task<'_>]) -> Vec<usize> {
    let batches = batches(tasks, &by_panel(tasks));
    batches.into_iter().flatten().map(|(_, position)| position).collect()
}

fn run_batch(
    tasks: &[Task<'_>],
    batch: &[(usize, usize)],
    known: &[(usize, OnPanel<'_>)],
    deliver: &(dyn Fn(usize, Result<(Results, Series), Problem>) + Sync),
) {
    let members: Vec<Task<'_>> = batch.iter().map(|(_, position)| tasks[*position]).collect();
    let passes = shared::passes(&members);
    let reruns = Reruns::new(&members, &passes);
    batch.par_iter().enumerate().for_each(|(at, (panel, position))| {
        let Some((_, on)) = known.iter().find(|(known, _)| known == panel) else {
            unreachable!("every panel of the batch was looked at")
        };
        let (task, pass) = (&members[at], shared::pass_of(&passes, at));
        let again = reruns.of(task, pass, &on.relabels);
        let (results, series) = conclude(task, &on.market, pass, &again);
        deliver(*position, results.rounded().map(|results| (results, series)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::Source;
    use crate::engine::experiment::simulated::{panel, spec};
    use crate::engine::spec::Spec;

    #[test]
    fn every_task_is_in_one_batch_and_no_pass_in_two() {
        let (one, other) = (panel(200), panel(200));
        let specs: Vec<Spec> = (0..60)
            .map(|n| format!("selection: {{method: holdout, rows: {}}}\nseed: {n}\n", 20 + n / 4))
            .map(|more| spec(&more))
            .collect();
        let source = Source::default();
        let task = |(n, spec)| {
            let panel = if n % 2 == 0 { &one } else { &other };
            Task { spec, panel, place: None, source }
        };
        let tasks: Vec<Task<'_>> = specs.iter().enumerate().map(task).collect();
        let batches = batches(&tasks, &by_panel(&tasks));
        assert!(batches.len() > 1 && batches.iter().all(|batch| batch.len() <= BATCH + 1));
        let mut all: Vec<usize> = batches.iter().flatten().map(|(_, at)| *at).collect();
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<usize>>());
        for batch in &batches {
            for (panel, at) in batch {
                assert_eq!(at % 2, *panel);
                let of_pass = (0..60).filter(|n| n % 2 == at % 2 && n / 4 == at / 4);
                assert!(of_pass.into_iter().all(|n| batch.iter().any(|(_, known)| *known == n)));
            }
        }
    }
}
