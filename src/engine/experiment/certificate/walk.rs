//! The walk-forward run again: forecasts, penalties, gates and positions that were known by a cut.

use rayon::prelude::*;

use super::cut::{Cut, Future, places};
use super::known::Known;
use crate::base::units::Day;
use crate::engine::experiment::basis::{Basis, ByWeighting};
use crate::engine::experiment::computed::Computed;
use crate::engine::experiment::judged::{Gate, weights};
use crate::engine::experiment::shared::{self, Pass};
use crate::engine::experiment::systems;
use crate::engine::regime::Labels;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{self, ModelRun, States};
use crate::prices::panel::{DayIndex, Panel, Row, Supervised};
use crate::results::names;

/// The plain models of a pass on a panel that was cut.
pub(super) struct Rewalked {
    cut: Cut,
    /// Days of the panel, those after the cut included.
    days: usize,
    rows: Supervised,
    bases: ByWeighting<Basis>,
    /// In the order of the pass.
    models: Vec<Forecasts>,
}

/// What a model's walk is compared by.
struct Forecasts {
    forecasts: Vec<f64>,
    /// The penalty or the number of components in use, by its position in the grid, by refit.
    selected: Vec<f64>,
}

impl Forecasts {
    fn of(run: ModelRun) -> Self {
        let selected = selected(&run).collect();
        Self { forecasts: run.forecasts, selected }
    }
}

fn selected(run: &ModelRun) -> impl Iterator<Item = f64> + '_ {
    run.selected.iter().map(|position| *position as f64)
}

/// Where a pass is cut. Prices end after any forecast that has another after it; they turn to noise
/// before the first row that a fit forecasts, which is when the fit may not know it.
fn cuts(spec: &Spec, rows: &Supervised) -> Vec<Cut> {
    let (first, every) = (spec.walk_forward.min_train, spec.walk_forward.refit_every);
    let forecasts = rows.len() - first;
    let ends = places(spec.seed, "truncation", forecasts - 1)
        .into_iter()
        .map(|forecast| Cut { future: Future::Absent, last: rows.earned(Row(first + forecast)) });
    let refits = forecasts.div_ceil(every);
    let noise = places(spec.seed, "tampering", refits)
        .into_iter()
        .map(|refit| Cut { future: Future::Noise, last: rows.decided(Row(first + refit * every)) });
    ends.chain(noise).collect()
}

/// The plain models of a pass, again at each cut.
pub(super) fn again(spec: &Spec, panel: &Panel, pass: &Pass) -> Vec<Rewalked> {
    let models = pass.settings();
    let has_weighted = pass.grounds.weighted.is_some();
    let again = |cut: Cut| {
        let panel = cut.panel(panel, spec.seed);
        let rows = shared::rows(&panel, spec);
        let bases = ByWeighting::again(&rows, spec, has_weighted)?;
        let run = walk_forward::run(&rows, &spec.walk_forward, &spec.selection, &models);
        let models = run.models.into_iter().map(Forecasts::of).collect();
        Some(Rewalked { cut, days: panel.len(), rows, bases, models })
    };
    cuts(spec, &pass.rows).into_par_iter().filter_map(again).collect()
}

/// Compares what an experiment's models knew by the cuts of a kind.
pub(super) fn compare(
    computed: &Computed<'_>,
    again: &[Rewalked],
    future: Future,
    known: &mut Known,
) {
    for again in again.iter().filter(|again| again.cut.future == future) {
        compare_at(computed, again, known);
    }
}

fn compare_at(computed: &Computed<'_>, again: &Rewalked, known: &mut Known) {
    let Computed { spec, panel, pass, .. } = computed;
    let cut = panel.days[again.cut.last.0];
    // Decided by the close of the cut, and made again.
    let decided = again.cut.last.0 + 1 - again.rows.first_decision.0;
    let made = decided.min(again.rows.len()) - spec.walk_forward.min_train;
    let days = &computed.days()[..made];
    let refit_days: Vec<Day> =
        days.iter().step_by(spec.walk_forward.refit_every).copied().collect();
    for ((name, ours), (_, theirs)) in pass.grounds.named().zip(again.bases.named()) {
        let (ours, theirs) = (&ours.basis.benchmark, &theirs.benchmark);
        let series = || name.to_owned();
        known.compare(series, cut, days, ours.iter().copied(), theirs.iter().copied());
    }
    let mirrored = mirrored(computed, again);
    for model in computed.models.iter().filter(|model| !model.settings.is_external()) {
        let mut compare = |theirs: &Forecasts, gate: Option<&Gate>| {
            let (name, ours) = (model.name(), model.run.forecasts.iter().copied());
            known.compare(|| name.to_owned(), cut, days, ours, theirs.forecasts.iter().copied());
            let in_use = theirs.selected.iter().copied();
            known.compare(|| names::alpha(name), cut, &refit_days, selected(&model.run), in_use);
            if let (Some(ours), Some(theirs)) = (&model.gate, gate) {
                let open = |gate: &Gate| gate.open.iter().map(|open| f64::from(*open)).collect();
                let (ours, theirs): (Vec<f64>, Vec<f64>) = (open(ours), open(theirs));
                known.compare(|| names::gate(name), cut, days, ours, theirs);
            }
            for sizing in &spec.positions {
                let rule = sizing.name();
                let weights = weights(sizing, &theirs.forecasts, gate);
                let ours = model.tracks[rule].weights.iter().copied();
                known.compare(|| names::weight(name, rule), cut, days, ours, weights);
            }
        };
        let Some(aware) = &model.settings.regime_aware else {
            let Some(position) = pass.position(model.settings) else {
                unreachable!("the pass holds every plain model of its experiments")
            };
            compare(&again.models[position], None);
            continue;
        };
        let states = states(&computed.labels[spec.detector_of(aware)], again);
        for Rewalked { rows, bases, .. } in [Some(again), mirrored.as_ref()].into_iter().flatten() {
            let basis = bases.of(model.settings);
            let (run, gate) = systems::system(spec, rows, basis, model.settings, aware, &states);
            compare(&Forecasts::of(run), gate.as_ref());
        }
    }
}

/// The rows with the target's noise upside down: whether a gate opens is a matter of signs, and one
/// of the two must differ from what a gate knew that looked ahead. Only systems are run on it.
fn mirrored(computed: &Computed<'_>, again: &Rewalked) -> Option<Rewalked> {
    let is_needed =
        again.cut.future == Future::Noise && computed.models.iter().any(|model| !model.is_plain());
    if !is_needed {
        return None;
    }
    let mut rows = again.rows.clone();
    let first = again.cut.last.0 - rows.first_decision.0;
    rows.y[first..].iter_mut().for_each(|y| *y = -*y);
    let bases = ByWeighting::again(&rows, computed.spec, again.bases.weighted.is_some())?;
    Some(Rewalked { rows, bases, models: Vec::new(), ..*again })
}

/// The states of the rows, from labels of which those after the cut are others than they were: the
/// detectors are compared for themselves.
fn states(labels: &Labels, again: &Rewalked) -> States {
    let DayIndex(last) = again.cut.last;
    let count = labels.states.len();
    let mut by_day = labels.by_day[..again.days].to_vec();
    for state in &mut by_day[last + 1..] {
        *state = Some(state.map_or(0, |state| (state + 1) % count.max(1)));
    }
    systems::states(&again.rows, &Labels { by_day, ..labels.clone() })
}
