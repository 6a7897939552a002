//! Regime-aware systems: plain models that make something of a regime, each beside its twin.

use super::Task;
use crate::engine::metrics::{Comparison, Errors, clark_west_against, diebold_mariano};
use crate::engine::model::System;
use crate::engine::regime::Labels;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{self, ModelRun, Run, States, interacted, run_by_state};
use crate::prices::panel::Supervised;
use crate::results::SystemSummary;

/// Forecasts that a state must have seen before the gate may open.
const MIN_RECORD: usize = 63;

/// The gate of a gated system, by forecast row.
pub(super) struct Gate {
    /// Whether it trades.
    pub(super) open: Vec<bool>,
    /// What it forecasts behind a gate that is always open: positions are sized by these.
    pub(super) ungated: Vec<f64>,
}

/// The spec's models in its order and under its names, plain ones taken from `run` and systems
/// made from them, each with its gate. `run` may hold other experiments' models too.
pub(super) fn with_systems(
    task: &Task<'_>,
    rows: &Supervised,
    run: &Run,
    labels: &[Labels],
    benchmark: &[f64],
) -> (Run, Vec<Option<Gate>>) {
    let spec = task.spec;
    let first_row = run.first_row;
    let mut models = Vec::with_capacity(spec.models.len());
    let mut gates = Vec::with_capacity(spec.models.len());
    for settings in &spec.models {
        let Some(twin) = run.models.iter().find(|model| model.settings.same_fits(settings)) else {
            unreachable!("the spec has a plain twin for every system")
        };
        let Some(aware) = &settings.regime_aware else {
            models.push(ModelRun { settings: settings.clone(), ..twin.clone() });
            gates.push(None);
            continue;
        };
        let states = states(rows, &labels[spec.detector_of(aware)]);
        let by_state = |pooling: f64| {
            let schedule = &spec.walk_forward;
            single(run_by_state(rows, &states, pooling, schedule, &spec.selection, settings))
        };
        let mut gate = None;
        let mut model = match aware {
            System::Gated { .. } => {
                // The pooled fit in every state, with the penalty that did best in it.
                let mut pooled = by_state(1.0);
                let actual = &rows.y[first_row..];
                let open = open_rows(&pooled.forecasts, actual, benchmark, &states, first_row);
                gate = Some(Gate::before(&mut pooled, open, benchmark));
                pooled
            }
            System::PerRegime { pooling, .. } => by_state(*pooling),
            System::Interacted { .. } => single(walk_forward::run(
                &interacted(rows, &states),
                &spec.walk_forward,
                &spec.selection,
                std::slice::from_ref(settings),
            )),
        };
        model.settings = settings.clone();
        models.push(model);
        gates.push(gate);
    }
    (Run { first_row, refits: run.refits.clone(), models }, gates)
}

fn single(mut run: Run) -> ModelRun {
    match run.models.pop() {
        Some(model) => model,
        None => unreachable!("one model was asked for"),
    }
}

fn states(rows: &Supervised, labels: &Labels) -> States {
    States {
        count: labels.states.len(),
        of_row: rows.decided_at.iter().map(|&day| labels.at_decision(day)).collect(),
    }
}

/// The forecast rows on which the gate is open: in their state the earlier forecasts have a smaller
/// squared error than the prevailing mean, over at least [`MIN_RECORD`] of them.
fn open_rows(
    forecasts: &[f64],
    actual: &[f64],
    benchmark: &[f64],
    states: &States,
    first_row: usize,
) -> Vec<bool> {
    let mut records = vec![(0_usize, 0.0_f64); states.count];
    let errors = Errors::new(actual, forecasts, benchmark);
    errors
        .model
        .iter()
        .zip(&errors.benchmark)
        .zip(&states.of_row[first_row..])
        .map(|((e, e0), state)| {
            let Some(state) = *state else { return false };
            let (rows, gain) = &mut records[state];
            let open = *rows >= MIN_RECORD && *gain > 0.0;
            *rows += 1;
            *gain += e0 * e0 - e * e;
            open
        })
        .collect()
}

impl Gate {
    /// Puts the gate before a model: what it forecast is kept where the gate is open, and becomes
    /// the prevailing mean elsewhere.
    fn before(model: &mut ModelRun, open: Vec<bool>, benchmark: &[f64]) -> Self {
        let ungated = model.forecasts.clone();
        for ((forecast, open), mean) in model.forecasts.iter_mut().zip(&open).zip(benchmark) {
            *forecast = if *open { *forecast } else { *mean };
        }
        Self { open, ungated }
    }

    /// Takes the positions away where the gate is closed.
    pub(super) fn close(&self, weights: &mut [f64]) {
        for (weight, open) in weights.iter_mut().zip(&self.open) {
            *weight = if *open { *weight } else { 0.0 };
        }
    }
}

/// A system against its twin; `None` for a plain model.
pub(super) fn summary(
    spec: &Spec,
    run: &Run,
    model: &ModelRun,
    gate: Option<&Gate>,
    labels: &[Labels],
    actual: &[f64],
    benchmark: &[f64],
) -> Option<SystemSummary> {
    let aware = model.settings.regime_aware.as_ref()?;
    let twin = &run.models[spec.twin_of(&model.settings)];
    let errors = Errors::new(actual, &model.forecasts, benchmark);
    let twin_errors = Errors::new(actual, &twin.forecasts, benchmark);
    // The interacted model nests its twin; a gate or other weights do not.
    let (test, comparison): (&str, Option<Comparison>) = match aware {
        System::Interacted { .. } => ("clark_west", clark_west_against(&errors, &twin_errors)),
        _ => ("diebold_mariano", diebold_mariano(&errors, &twin_errors)),
    };
    let open_share = gate.map(|gate| {
        gate.open.iter().filter(|open| **open).count() as f64 / gate.open.len().max(1) as f64
    });
    Some(SystemSummary {
        system: aware.name().to_owned(),
        regime: labels[spec.detector_of(aware)].name.clone(),
        twin: twin.settings.name.clone(),
        test: test.to_owned(),
        r2_gain: comparison.map(|c| c.r2_gain),
        r2_gain_interval: comparison.map(|c| c.r2_gain_interval),
        statistic: comparison.map(|c| c.statistic),
        p_value: comparison.map(|c| c.p_value),
        open_share,
    })
}
