//! One experiment from its spec and its panel to its results: the pipeline on one page.
//!
//! ```text
//! panel -> supervised rows -> walk-forward -> forecasts -> positions -> track records
//!       -> rolling geometry -> regimes ------------^ judged by regime
//! ```

mod alpha_map;
mod breaks;
mod computed;
mod contributions;
mod correlations;
mod cosines;
mod directions;
mod evidence;
mod judged;
mod life;
mod market;
mod parts;
mod periods;
mod provenance;
mod regimes;
mod search;
mod series;
mod shared;
#[cfg(test)]
pub(crate) mod simulated;
mod summary;
mod systems;
mod task;
mod verdict;

use indexmap::IndexMap;
use rayon::prelude::*;

use self::computed::Computed;
use self::judged::Outcomes;
use self::market::Market;
pub(crate) use self::search::measured;
use self::shared::Pass;
pub use self::task::{Source, Task};
use crate::base::diagnostic::{Problem, Problems};
use crate::engine::backtest::{Costs, simulate};
use crate::engine::metrics::strategy_metrics;
use crate::engine::spec::Spec;
use crate::prices::panel::Panel;
use crate::results::{Interval, RegimeSummary, Results, SCHEMA, Series, SharedFiles, names};

/// Checks that the panel has rows enough for the spec.
///
/// # Errors
/// Too few rows for the first training window and one forecast, with both numbers.
pub fn check(spec: &Spec, panel: &Panel) -> Result<(), Problems> {
    let rows = panel.rows(&spec.data.lags);
    let needed = spec.walk_forward.min_train + 1;
    if rows >= needed {
        return Ok(());
    }
    let problem = Problem::new(format!(
        "too few rows: the panel gives {rows}, `min_train` {} needs at least {needed}",
        spec.walk_forward.min_train
    ));
    Err(problem.hint("widen the window, drop a young ticker, or lower `min_train`").into())
}

/// Runs experiments in parallel; `done` hears the id of each as it ends. Results are in order, and
/// the same for any number of threads.
///
/// Experiments on one panel share its geometry and labels, those with the same rows and schedule
/// their pass over them. Panels are told apart by identity: who wants to share hands in the same.
///
/// # Errors
/// What [`check`] refuses, of all experiments; else every figure that is too large to be one.
pub fn run_all(
    tasks: &[Task<'_>],
    done: &(dyn Fn(&str) + Sync),
) -> Result<Vec<(Results, Series)>, Problems> {
    let mut problems = Problems::new();
    for task in tasks {
        if let Err(found) = check(task.spec, task.panel) {
            problems.extend(found);
        }
    }
    std::mem::take(&mut problems).into_result(())?;
    let passes = shared::passes(tasks);
    let markets = markets(tasks);
    let ran = tasks.par_iter().enumerate().map(|(position, task)| {
        let market = markets.iter().find(|(panel, _)| std::ptr::eq(*panel, task.panel));
        let Some((_, market)) = market else { unreachable!("every panel was looked at") };
        let results = conclude(task, market, shared::pass_of(&passes, position));
        done(&task.spec.id);
        results
    });
    let mut results = Vec::with_capacity(tasks.len());
    for (ran, task) in ran.collect::<Vec<_>>().into_iter().zip(tasks) {
        match ran {
            Ok(ran) => results.push(ran),
            Err(problem) => problems.push(Problem { place: task.place.cloned(), ..problem }),
        }
    }
    problems.into_result(results)
}

/// The panels of the tasks, each looked at once, in parallel and in order.
fn markets<'a>(tasks: &[Task<'a>]) -> Vec<(&'a Panel, Market<'a>)> {
    let mut panels: Vec<(&Panel, Vec<&Task<'a>>)> = Vec::new();
    for task in tasks {
        match panels.iter_mut().find(|(panel, _)| std::ptr::eq(*panel, task.panel)) {
            Some((_, members)) => members.push(task),
            None => panels.push((task.panel, vec![task])),
        }
    }
    panels.into_par_iter().map(|(panel, members)| (panel, Market::new(&members))).collect()
}

/// Runs one experiment.
///
/// # Errors
/// As [`run_all`].
pub fn run(spec: &Spec, panel: &Panel, source: Source<'_>) -> Result<(Results, Series), Problems> {
    let mut results = run_all(&[Task { spec, panel, place: None, source }], &|_| {})?;
    match results.pop() {
        Some(results) => Ok(results),
        None => unreachable!("one task has one result"),
    }
}

/// From what other experiments may share to results.
///
/// # Errors
/// A figure that is not finite.
fn conclude(
    task: &Task<'_>,
    market: &Market<'_>,
    pass: &Pass,
) -> Result<(Results, Series), Problem> {
    let Task { spec, panel, source, .. } = *task;
    let labels = market.labels(spec);
    let actual = pass.actual();
    let simple: Vec<f64> = actual.iter().map(|r| libm::expm1(*r)).collect();
    // The benchmark is what an investor had anyway: its one purchase is not charged.
    let free = Costs { trade_bps: 0.0, ..spec.costs };
    let buy_and_hold = simulate(vec![1.0; simple.len()], &simple, &free);
    let outcomes =
        Outcomes { actual, benchmark: &pass.benchmark, variance: pass.forecast_variance(), simple };
    let models = systems::models(spec, pass, &labels, &outcomes);
    let computed = Computed { spec, panel, market, pass, models, buy_and_hold, labels };
    let series = series::series(&computed).rounded();
    let shared = series.shared_files(&spec.data.source);
    Ok((summarise(&computed, source, shared).rounded()?, series))
}

fn summarise(computed: &Computed<'_>, source: Source<'_>, shared: SharedFiles) -> Results {
    let spec = computed.spec;
    let synthetic = source.description.is_some_and(|description| description.synthetic);
    let warnings = summary::warnings(computed, source.truth);
    let mut models = summary::models(computed);
    let regimes: Vec<RegimeSummary> =
        computed.labels.iter().map(|labels| regimes::summary(computed, labels)).collect();
    let mut buy_and_hold = strategy_metrics(&computed.buy_and_hold, computed.days(), None);
    let search = search::search(computed, &mut models, &mut buy_and_hold);
    Results {
        schema: SCHEMA,
        id: spec.id.clone(),
        title: spec.title.clone(),
        hypothesis: spec.hypothesis.clone(),
        notes: spec.notes.clone(),
        provenance: provenance::provenance(spec, computed.market.hash.clone()),
        spec: spec.clone(),
        data: summary::data(computed, synthetic, shared),
        walk_forward: summary::walk_forward(computed),
        interval_level: Interval::LEVEL,
        verdict: verdict::verdict(computed, &models, &regimes, &warnings),
        geometry: computed.market.geometry(spec),
        regimes,
        periods: periods::summaries(computed),
        models,
        agreement: summary::agreement(computed),
        search,
        trials: None,
        benchmarks: IndexMap::from([(names::BUY_AND_HOLD.to_owned(), buy_and_hold)]),
        warnings,
    }
}
