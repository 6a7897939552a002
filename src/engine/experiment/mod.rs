//! One experiment from its spec and its panel to its results: the pipeline on one page.
//!
//! ```text
//! panel -> supervised rows -> walk-forward -> forecasts -> positions -> track records
//!       -> rolling geometry -> regimes ------------^ judged by regime
//! ```

mod alpha_map;
mod breaks;
mod correlations;
mod directions;
mod periods;
mod provenance;
mod regimes;
mod series;
mod shared;
mod summary;
mod systems;

use indexmap::IndexMap;
use rayon::prelude::*;

use self::correlations::Correlations;
use self::directions::Directions;
use self::regimes::Judged;
use self::systems::Gate;
use crate::base::diagnostic::{Problem, Problems};
use crate::engine::backtest::{Costs, TrackRecord, positions, simulate};
use crate::engine::geometry::{self, Modes, Rolling};
use crate::engine::metrics::{prevailing_mean, strategy_metrics};
use crate::engine::regime::Labels;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{Run, Window};
use crate::prices::data::{Description, Truth};
use crate::prices::panel::{Panel, Supervised};
use crate::results::{Results, SCHEMA, Series};

/// What is known of the panel's source beside its prices.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// `source.yaml`.
    pub description: Option<&'a Description>,
    /// The planted truth of a synthetic source.
    pub truth: Option<&'a Truth>,
}

/// Checks that the panel has rows enough for the spec.
///
/// # Errors
/// Too few rows for the first training window and one forecast, with both numbers.
pub fn check(spec: &Spec, panel: &Panel) -> Result<(), Problems> {
    let rows = panel.supervised(&spec.data.lags).len();
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

/// What a run leaves behind, before it is put into words.
struct Computed<'a> {
    spec: &'a Spec,
    panel: &'a Panel,
    rows: &'a Supervised,
    run: Run,
    /// By model: the gate of a gated system.
    gates: Vec<Option<Gate>>,
    /// The prevailing mean by forecast row.
    benchmark: Vec<f64>,
    /// By `model.rule`, in the order of the spec.
    tracks: IndexMap<String, TrackRecord>,
    buy_and_hold: TrackRecord,
    rolling: Rolling,
    modes: Modes,
    correlations: Correlations,
    directions: Directions,
    labels: Vec<Labels>,
}

impl Computed<'_> {
    /// Outcomes of the forecast rows.
    fn actual(&self) -> &[f64] {
        &self.rows.y[self.run.first_row..]
    }

    /// Days of the forecast rows.
    fn days(&self) -> &[crate::base::units::Day] {
        &self.rows.days[self.run.first_row..]
    }
}

/// One experiment to run.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// What to run.
    pub spec: &'a Spec,
    /// On which panel.
    pub panel: &'a Panel,
    /// What else is known of its source.
    pub source: Source<'a>,
}

/// Runs experiments in parallel; `done` hears the id of each as it ends. Results are in order, and
/// the same for any number of threads.
///
/// Experiments on the same rows and schedule share their pass over the data, so tasks with equal
/// data settings must come with equal panels.
///
/// # Errors
/// What [`check`] refuses, of all experiments.
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
    problems.into_result(())?;
    let passes = shared::run(tasks, shared::plan(tasks));
    Ok(tasks
        .par_iter()
        .enumerate()
        .map(|(position, task)| {
            let pass = shared::pass_of(&passes, position);
            let results = conclude(task, &pass.rows, &pass.run);
            done(&task.spec.id);
            results
        })
        .collect())
}

/// Runs one experiment.
///
/// # Errors
/// What [`check`] refuses.
pub fn run(spec: &Spec, panel: &Panel, source: Source<'_>) -> Result<(Results, Series), Problems> {
    let mut results = run_all(&[Task { spec, panel, source }], &|_| {})?;
    match results.pop() {
        Some(results) => Ok(results),
        None => unreachable!("one task has one result"),
    }
}

/// From a walk-forward, which other experiments may share, to results.
fn conclude(task: &Task<'_>, rows: &Supervised, run: &Run) -> (Results, Series) {
    let Task { spec, panel, source } = *task;
    let benchmark = prevailing_mean(&rows.y, run.first_row);
    let rolling = regimes::rolling_geometry(spec, panel);
    let labels = regimes::labels(spec, panel, &rolling, source);
    let (run, gates) = systems::with_systems(task, rows, run, &labels, &benchmark);
    let simple: Vec<f64> = rows.y[run.first_row..].iter().map(|r| libm::expm1(*r)).collect();
    let mut tracks = IndexMap::new();
    for (model, gate) in run.models.iter().zip(&gates) {
        for sizing in &spec.positions {
            let sized_by = gate.as_ref().map_or(&model.forecasts, |gate| &gate.ungated);
            let mut weights = positions(sizing, sized_by);
            if let Some(gate) = gate {
                gate.close(&mut weights);
            }
            let name = format!("{}.{}", model.settings.name, sizing.name());
            tracks.insert(name, simulate(weights, &simple, &spec.costs));
        }
    }
    // The benchmark is what an investor had anyway: its one purchase is not charged.
    let free = Costs { trade_bps: 0.0, ..spec.costs };
    let buy_and_hold = simulate(vec![1.0; simple.len()], &simple, &free);
    let directions = directions::directions(rows, &spec.walk_forward, &run, &benchmark);
    let computed = Computed {
        spec,
        panel,
        rows,
        run,
        gates,
        benchmark,
        tracks,
        buy_and_hold,
        rolling,
        modes: geometry::modes(panel),
        correlations: correlations::correlations(panel),
        directions,
        labels,
    };
    (summarise(&computed, source).rounded(), series::series(&computed).rounded())
}

fn summarise(computed: &Computed<'_>, source: Source<'_>) -> Results {
    let Computed { spec, panel, .. } = computed;
    let judged = Judged::new(computed);
    let days = computed.days();
    Results {
        schema: SCHEMA,
        id: spec.id.clone(),
        title: spec.title.clone(),
        hypothesis: spec.hypothesis.clone(),
        notes: spec.notes.clone(),
        provenance: provenance::provenance(spec, panel),
        spec: Spec::clone(spec),
        data: summary::data(computed, source.description.is_some_and(|d| d.synthetic)),
        walk_forward: summary::walk_forward(computed),
        geometry: summary::geometry(computed),
        regimes: computed.labels.iter().map(|labels| judged.summary(labels)).collect(),
        periods: periods::summaries(computed, &judged),
        models: computed
            .run
            .models
            .iter()
            .zip(&computed.gates)
            .map(|(model, gate)| {
                (model.settings.name.clone(), summary::model(computed, model, gate.as_ref()))
            })
            .collect(),
        agreement: summary::agreement(&computed.run),
        benchmarks: IndexMap::from([(
            "buy_and_hold".to_owned(),
            strategy_metrics(computed.buy_and_hold.as_growth(), days),
        )]),
        warnings: summary::warnings(computed, source.truth),
    }
}

/// Rows of a rolling window; `None` is expanding.
fn window_rows(window: Window) -> Option<usize> {
    match window {
        Window::Expanding => None,
        Window::Rolling(rows) => Some(rows),
    }
}
