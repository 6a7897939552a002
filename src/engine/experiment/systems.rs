//! Regime-aware systems: plain models that make something of a regime, each beside its twin.

use std::borrow::Cow;

use rayon::prelude::*;

use super::basis::Basis;
use super::computed::Computed;
use super::external::{self, Given};
use super::judged::{Gate, Judged, Outcomes};
use super::shared::Pass;
use super::verdict;
use crate::engine::inference::shift;
use crate::engine::metrics::{Comparison, Errors, clark_west_against, diebold_mariano};
use crate::engine::model::{Settings, System};
use crate::engine::regime::Labels;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{ByState, ModelRun, States, Walker, follow, interacted};
use crate::prices::panel::{Row, Supervised};
use crate::results::{ComparisonTest, SystemSummary};

/// Forecasts that a state must have seen before the gate may open.
const MIN_RECORD: usize = 63;

/// The spec's models in its order, plain ones taken from the pass, or from what was
/// given, and systems made from them.
pub(super) fn models<'a>(
    spec: &'a Spec,
    pass: &'a Pass,
    labels: &[Labels],
    outcomes: &Outcomes<'_>,
    given: &[Given],
) -> Vec<Judged<'a>> {
    let mut models: Vec<Judged<'a>> = Vec::with_capacity(spec.models.len());
    let mut systems: Vec<(usize, States)> = Vec::new();
    for settings in &spec.models {
        let ground = pass.grounds.of(settings);
        let (run, gate, contributions) = match &settings.regime_aware {
            None if settings.is_external() => {
                let run = external::walk(settings, given, pass.run.folds.len());
                (Cow::Owned(run), None, None)
            }
            None => {
                let Some(position) = pass.position(settings) else {
                    unreachable!("the pass holds every plain model of its experiments")
                };
                let contributions = pass.contributions[position].as_ref();
                (Cow::Borrowed(&pass.run.models[position]), None, contributions)
            }
            Some(aware) => {
                let states = states(&pass.rows, &labels[spec.detector_of(aware)]);
                let basis = &ground.basis;
                let (run, gate) = system(spec, &pass.rows, basis, settings, aware, &states);
                systems.push((models.len(), states));
                (Cow::Owned(run), gate, None)
            }
        };
        let judged =
            Judged::new(settings, run, gate, ground, outcomes, &spec.positions, &spec.costs);
        let twin = settings.regime_aware.as_ref().map(|_| spec.twin_of(settings));
        models.push(Judged { contributions, twin, ..judged });
    }
    let shifted = shifted_labels(spec, pass, &systems, &models, outcomes);
    for (position, p) in shifted {
        models[position].shifted_p = Some(p);
    }
    models
}

/// Labels shifted in time, by kinds of tests: with none of them better, a system's rank has a p-value
/// of 5 %.
const SHIFTS: [usize; 3] = [0, 19, 39];

/// For every system that is better than its twin on scaled losses, by position: the p-value of its
/// statistic among the largest ones that systems with the same test reach when all of them are given
/// their labels shifted in time by the same number of rows (methods, section 12), times the number of
/// kinds of tests in the experiment. A shift keeps how
/// long states last and how often they come, and takes away when they come.
///
/// Drawn one after another until no such system can have a p-value of 5 % any more (Besag and
/// Clifford 1991).
fn shifted_labels(
    spec: &Spec,
    pass: &Pass,
    systems: &[(usize, States)],
    models: &[Judged<'_>],
    outcomes: &Outcomes<'_>,
) -> Vec<(usize, f64)> {
    let Some(variance) = outcomes.variance else { return Vec::new() };
    let rows = pass.rows.len();
    let mut better: Vec<(usize, ComparisonTest, f64, usize)> = systems
        .iter()
        .filter_map(|(position, _)| {
            let model = &models[*position];
            let (test, found) = against_twin(models, model, model.scaled.as_ref()?)?;
            verdict::is_better(&found).then_some((*position, test, found.statistic, 0))
        })
        .collect();
    if better.is_empty() {
        return Vec::new();
    }
    let has = |wanted: ComparisonTest| {
        let aware = systems.iter().filter_map(|(at, _)| models[*at].settings.regime_aware.as_ref());
        usize::from(aware.into_iter().any(|aware| test_of(aware) == wanted))
    };
    let kinds = has(ComparisonTest::ClarkWest) + has(ComparisonTest::DieboldMariano);
    let mut drawn = 0;
    while drawn < SHIFTS[kinds] && better.iter().any(|(.., above)| *above == 0) {
        let Some(shift) = shift(spec.seed, drawn, rows) else { return Vec::new() };
        let reached = systems.par_iter().filter_map(|(position, states)| {
            let mut shifted = states.clone();
            shifted.of_row.rotate_right(shift);
            let model = &models[*position];
            let aware = model.settings.regime_aware.as_ref()?;
            // A system of the other test is compared with none of those that are better.
            better.iter().find(|(_, test, ..)| *test == test_of(aware))?;
            let basis = &model.ground.basis;
            let (run, _) = system(spec, &pass.rows, basis, model.settings, aware, &shifted);
            let errors = Errors::new(outcomes.actual, &run.forecasts, &basis.benchmark);
            let (test, found) = against_twin(models, model, &errors.scaled(variance))?;
            Some((test, found.statistic))
        });
        let reached: Vec<(ComparisonTest, f64)> = reached.collect();
        for (_, test, observed, above) in &mut better {
            let is_above =
                |(of, statistic): &(ComparisonTest, f64)| of == test && statistic >= observed;
            *above += usize::from(reached.iter().any(is_above));
        }
        drawn += 1;
    }
    let p = |above: usize| ((kinds * (1 + above)) as f64 / (1 + drawn) as f64).min(1.0);
    better.into_iter().map(|(position, .., above)| (position, p(above))).collect()
}

/// Scaled errors of a system against those of its twin.
fn against_twin(
    models: &[Judged<'_>],
    system: &Judged<'_>,
    scaled: &Errors,
) -> Option<(ComparisonTest, Comparison)> {
    let twin = models[system.twin?].scaled.as_ref()?;
    let (test, found) = compare(system.settings.regime_aware.as_ref()?, scaled, twin);
    Some((test, found?))
}

fn test_of(aware: &System) -> ComparisonTest {
    match aware {
        System::Interacted { .. } => ComparisonTest::ClarkWest,
        _ => ComparisonTest::DieboldMariano,
    }
}

/// The test of a system against its twin, and what it says. The interacted model nests its twin; a
/// gate or other weights do not.
fn compare(aware: &System, model: &Errors, twin: &Errors) -> (ComparisonTest, Option<Comparison>) {
    let test = test_of(aware);
    let found = match test {
        ComparisonTest::ClarkWest => clark_west_against(model, twin),
        ComparisonTest::DieboldMariano => diebold_mariano(model, twin),
    };
    (test, found)
}

/// Runs a system over rows with their prevailing mean by forecast; a gated one with its gate.
pub(super) fn system(
    spec: &Spec,
    rows: &Supervised,
    Basis { weights, benchmark, next }: &Basis,
    settings: &Settings,
    system: &System,
    states: &States,
) -> (ModelRun, Option<Gate>) {
    let walk = |rows: &Supervised, by_state: Option<ByState<'_>>| {
        let walker = Walker { settings, by_state };
        let mut run = follow(
            rows,
            weights.as_deref(),
            &spec.walk_forward,
            &spec.selection,
            &[walker],
            &mut (),
        );
        run.models.remove(0)
    };
    match system {
        System::Gated { .. } => {
            // The pooled fit in every state, with the penalty that did best in it.
            let mut run = walk(rows, Some(ByState { states, pooling: 1.0 }));
            let first_row = Row(spec.walk_forward.min_train);
            let errors = Errors::new(&rows.y[first_row.0..], &run.forecasts, benchmark);
            // As its penalty is chosen: by what the days' risk makes of the errors.
            let errors = match weights {
                Some(weights) => {
                    let variance = weights[first_row.0..].iter().map(|weight| 1.0 / weight);
                    errors.scaled(&variance.collect::<Vec<f64>>())
                }
                None => errors,
            };
            let open = open_forecasts(&errors, states, first_row);
            let gate = Gate::before(&mut run, open, (benchmark, *next));
            (run, Some(gate))
        }
        System::PerRegime { pooling, .. } => {
            (walk(rows, Some(ByState { states, pooling: *pooling })), None)
        }
        System::Interacted { .. } => (walk(&interacted(rows, states), None), None),
    }
}

/// The state of every row, as it is known when the row is decided.
pub(super) fn states(rows: &Supervised, labels: &Labels) -> States {
    States {
        count: labels.states.len(),
        of_row: (0..rows.len()).map(|row| labels.at_decision(rows.decided(Row(row)))).collect(),
        next: labels.at_decision(rows.decided(Row(rows.len()))),
    }
}

/// The forecasts on which the gate is open: in their state the earlier forecasts have a smaller
/// squared error than the prevailing mean, over at least [`MIN_RECORD`] of them. The last entry is
/// that of the row behind the last.
fn open_forecasts(errors: &Errors, states: &States, first_row: Row) -> Vec<bool> {
    let mut records = vec![(0_usize, 0.0_f64); states.count];
    let gains = errors.gains();
    #[cfg(test)]
    if let Some(mut open) = crate::engine::leak::gate(&gains, &states.of_row[first_row.0..]) {
        open.push(false);
        return open;
    }
    let states = states.of_row[first_row.0..].iter().chain([&states.next]);
    // Nothing is known of the last.
    let gains = gains.iter().chain([&f64::NAN]);
    gains
        .zip(states)
        .map(|(gain, state)| {
            let Some(state) = *state else { return false };
            let (forecasts, sum) = &mut records[state];
            let open = *forecasts >= MIN_RECORD && *sum > 0.0;
            *forecasts += 1;
            *sum += gain;
            open
        })
        .collect()
}

/// A system against its twin; `None` for a plain model.
pub(super) fn summary(computed: &Computed<'_>, model: &Judged<'_>) -> Option<SystemSummary> {
    let aware = model.settings.regime_aware.as_ref()?;
    let twin = &computed.models[model.twin?];
    let (test, comparison) = compare(aware, &model.errors, &twin.errors);
    let scaled = model.scaled.as_ref();
    let scaled = scaled.and_then(|errors| against_twin(&computed.models, model, errors));
    let scaled = scaled.map(|(_, found)| found);
    let open_share = model.gate.as_ref().map(|gate| {
        gate.open.iter().filter(|open| **open).count() as f64 / gate.open.len().max(1) as f64
    });
    Some(SystemSummary {
        system: aware.kind(),
        regime: computed.labels[computed.spec.detector_of(aware)].name.clone(),
        twin: twin.name().to_owned(),
        test,
        r2_gain: comparison.map(|c| c.r2_gain),
        statistic: comparison.map(|c| c.statistic),
        p_value: comparison.map(|c| c.p_value),
        open_share,
        scaled_r2_gain: scaled.map(|c| c.r2_gain),
        scaled_statistic: scaled.map(|c| c.statistic),
        scaled_p_value: scaled.map(|c| c.p_value),
        shifted_p: model.shifted_p,
        helps: verdict::helps(test, scaled.as_ref(), model.shifted_p),
    })
}
