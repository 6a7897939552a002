//! A statistical jump model through time, refitted on the past only.
//!
//! Every `refit_every` days the model is fitted on all days so far, standardised by their own mean
//! and deviation. Until the next fit each day's state is where the cheapest path up to that day
//! ends: known at its close, never revised. The first fit numbers its states by the target's downside
//! deviation; each later one as the fit before labelled the same days, as far as that goes.

mod fit;

use crate::results::RegimeKind;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub use self::fit::{JumpFit, JumpProblem};
use super::features::Features;
use super::states::{as_in_real_time, matched};
use super::{Jump, Labels};

/// Random starts of a fit that has no earlier one to go on from.
const FIRST_STARTS: usize = 10;
/// Random starts beside the centroids of the fit before.
const LATER_STARTS: usize = 2;
/// The random stream of the fit on all days; those of the refits count up from 0.
const HINDSIGHT_STREAM: u64 = u64::MAX;

/// States by panel day from the features of the days, still without names.
pub(super) fn jump(settings: &Jump, features: &Features, seed: u64) -> Labels {
    let title = format!("Statistical jump model with {} states", settings.states);
    let names = vec![String::new(); settings.states];
    let real_time = real_time(settings, features, seed);
    let hindsight = hindsight(settings, features, seed, &real_time);
    let (real_time, hindsight) = (features.by_day(real_time), features.by_day(hindsight));
    Labels::detected(RegimeKind::Jump, title, names, real_time, hindsight)
}

fn real_time(settings: &Jump, features: &Features, seed: u64) -> Vec<Option<usize>> {
    // Centroids of the fit before, off its scale.
    let mut earlier: Option<Vec<f64>> = None;
    // What it said of the days.
    let mut said: Vec<usize> = Vec::new();
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
        let (centroids, _) = ordered(&fit.centroids, features.width);
        let online = problem.online(&centroids);
        let numbers = matched(&said, &online, settings.states);
        let mut centroids = renumbered(&centroids, features.width, &numbers);
        let online: Vec<usize> = online.into_iter().map(|state| numbers[state]).collect();
        said.clone_from(&online);
        centroids.chunks_exact_mut(features.width).for_each(|c| scale.restore(c));
        earlier = Some(centroids);
        Some(online)
    })
}

/// The states of one fit on all days, smoothed over them and numbered as in real time.
fn hindsight(
    settings: &Jump,
    features: &Features,
    seed: u64,
    real_time: &[Option<usize>],
) -> Vec<Option<usize>> {
    let rows = features.rows();
    if rows < settings.min_history {
        return vec![None; rows];
    }
    let (z, _) = features.standardised(rows, rows);
    let problem = problem(settings, features, &z);
    let fit = problem.fit(None, FIRST_STARTS, &mut stream_of(seed, HINDSIGHT_STREAM));
    let (_, rank) = ordered(&fit.centroids, features.width);
    let states: Vec<usize> = fit.states.into_iter().map(|state| rank[state]).collect();
    as_in_real_time(&states, real_time, settings.states).map(Some).collect()
}

/// Centroids with the numbers that their states are given.
fn renumbered(centroids: &[f64], width: usize, numbers: &[usize]) -> Vec<f64> {
    let mut moved = vec![0.0; centroids.len()];
    for (centroid, number) in centroids.chunks_exact(width).zip(numbers) {
        moved[number * width..(number + 1) * width].copy_from_slice(centroid);
    }
    moved
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centroids_go_where_their_states_go() {
        let centroids = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0];
        assert_eq!(renumbered(&centroids, 2, &[2, 0, 1]), [2.0, 20.0, 3.0, 30.0, 1.0, 10.0]);
        let real_time = [None, Some(1), Some(1), Some(0)];
        let all: Vec<usize> = as_in_real_time(&[1, 0, 0, 1], &real_time, 2).collect();
        assert_eq!(all, [0, 1, 1, 0]);
    }

    /// Two kinds of days, apart in the mean return only: which of them has the larger downside
    /// deviation changes from window to window, and with it the order of the centroids.
    #[test]
    fn a_state_keeps_its_number_where_the_order_of_the_fits_changes() {
        let width = 2;
        let row = |t: usize| {
            let is_up = (t / 60).is_multiple_of(2);
            // The first feature says little, and early the one thing, later the other.
            let sign = if (t < 500) == is_up { 1.0 } else { -1.0 };
            let first = if t.is_multiple_of(3) { 0.3 * sign } else { 0.0 };
            [first + 0.01 * (t % 7) as f64, if is_up { 2.0 } else { -2.0 }]
        };
        let features = Features { width, first_day: 0, values: (0..2_000).flat_map(row).collect() };
        let settings = Jump {
            states: 2,
            penalty: 5.0,
            features: super::super::DayFeatures { window: 21, correlation_window: 63, pair: None },
            refit_every: 100,
            min_history: 300,
        };
        let labels = jump(&settings, &features, 1);
        let truth = |t: usize| t / 60 % 2;
        for of in [&labels.by_day, &labels.hindsight] {
            let known = (0..2_000).filter_map(|t| Some((t, of[t]?))).collect::<Vec<_>>();
            let same = known.iter().filter(|(t, state)| truth(*t) == *state).count();
            let share = same as f64 / known.len() as f64;
            // A change is seen a few rows late.
            assert!(!(0.1..=0.9).contains(&share), "one meaning throughout: {share}");
        }
        let order = |train: usize| {
            let (z, _) = features.standardised(train, train);
            let fit = problem(&settings, &features, &z).fit(None, 10, &mut stream_of(1, 0));
            let (centroids, _) = ordered(&fit.centroids, width);
            centroids[1] > centroids[3]
        };
        assert_ne!(order(400), order(2_000), "the order of the fits does change");
    }
}
