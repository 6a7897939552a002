//! A statistical jump model through time, refitted on the past only.
//!
//! Every `refit_every` days the model is fitted on all days so far, standardised by their own mean
//! and deviation. Until the next fit each day's state is where the cheapest path up to that day
//! ends: known at its close, never revised. States are numbered by the target's downside
//! deviation, so that a label keeps its meaning from fit to fit.

mod fit;

use crate::results::RegimeKind;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub use self::fit::{JumpFit, JumpProblem};
use super::features::Features;
use super::{Jump, Labels};

/// Random starts of a fit that has no earlier one to go on from.
const FIRST_STARTS: usize = 10;
/// Random starts beside the centroids of the fit before.
const LATER_STARTS: usize = 2;
/// The random stream of the fit on all days; those of the refits count up from 0.
const HINDSIGHT_STREAM: u64 = u64::MAX;

/// States by panel day from the features of the days.
pub(super) fn jump(settings: &Jump, features: &Features, seed: u64) -> Labels {
    let title = format!("Statistical jump model with {} states", settings.states);
    let names = state_names(settings.states);
    let real_time = features.by_day(real_time(settings, features, seed));
    let hindsight = features.by_day(hindsight(settings, features, seed));
    Labels::detected(RegimeKind::Jump, title, names, real_time, hindsight)
}

fn real_time(settings: &Jump, features: &Features, seed: u64) -> Vec<Option<usize>> {
    // Centroids of the fit before, off its scale.
    let mut earlier: Option<Vec<f64>> = None;
    features.refitted(settings.min_history, settings.refit_every, |stream, train, until| {
        let (z, scale) = features.standardised(train, until);
        let problem = problem(settings, features, &z);
        let training = JumpProblem { z: &z[..train * features.width], ..problem };
        let starts = if earlier.is_some() { LATER_STARTS } else { FIRST_STARTS };
        let warm = earlier.take().map(|mut centroids| {
            centroids.chunks_exact_mut(features.width).for_each(|c| scale.standardise(c));
            centroids
        });
        let fit = training.fit(warm, starts, &mut stream_of(seed, stream));
        let mut centroids = ordered(&fit.centroids, features.width).0;
        let online = problem.online(&centroids);
        centroids.chunks_exact_mut(features.width).for_each(|c| scale.restore(c));
        earlier = Some(centroids);
        Some(online)
    })
}

/// The states of one fit on all days, smoothed over them.
fn hindsight(settings: &Jump, features: &Features, seed: u64) -> Vec<Option<usize>> {
    let rows = features.rows();
    if rows < settings.min_history {
        return vec![None; rows];
    }
    let (z, _) = features.standardised(rows, rows);
    let problem = problem(settings, features, &z);
    let fit = problem.fit(None, FIRST_STARTS, &mut stream_of(seed, HINDSIGHT_STREAM));
    let (_, rank) = ordered(&fit.centroids, features.width);
    fit.states.into_iter().map(|state| Some(rank[state])).collect()
}

fn problem<'a>(settings: &Jump, features: &Features, z: &'a [f64]) -> JumpProblem<'a> {
    let Jump { states, penalty, .. } = *settings;
    JumpProblem { z, width: features.width, states, penalty }
}

fn stream_of(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random
}

/// Centroids by ascending first feature, the downside deviation, and the new number of each.
fn ordered(centroids: &[f64], width: usize) -> (Vec<f64>, Vec<usize>) {
    let mut order: Vec<usize> = (0..centroids.len() / width).collect();
    order.sort_by(|&a, &b| centroids[a * width].total_cmp(&centroids[b * width]));
    let mut rank = vec![0; order.len()];
    for (position, &state) in order.iter().enumerate() {
        rank[state] = position;
    }
    let rows = order.iter().flat_map(|&k| &centroids[k * width..(k + 1) * width]);
    (rows.copied().collect(), rank)
}

/// Readers' words, from the calmest state to the most turbulent.
pub(super) fn state_names(states: usize) -> Vec<String> {
    match states {
        2 => vec!["Calm".to_owned(), "Turbulent".to_owned()],
        3 => vec!["Calm".to_owned(), "Restless".to_owned(), "Turbulent".to_owned()],
        _ => (1..=states).map(|k| format!("Turbulence {k} of {states}")).collect(),
    }
}
