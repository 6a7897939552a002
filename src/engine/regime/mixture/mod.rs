//! A Markov-switching Gaussian mixture through time, refitted on the past only.
//!
//! Every `refit_every` days the mixture is fitted on all days so far, standardised by their own
//! mean and deviation, and the chain's transitions are counted on the same days. Until the next fit
//! each day's state is the likeliest one by the forward filter: known at its close, never revised.
//! The first fit numbers its states by the target's downside deviation; each later one as the fit
//! before labelled the same days, as far as that goes. A fit that fails leaves the one before in force and is counted.

mod fit;
mod gaussian;
mod markov;

use rand_chacha::rand_core::RngCore;

pub use self::gaussian::GaussianMixture;
pub use self::markov::MarkovMixture;
use self::markov::states_of;
use super::features::{Features, Scale};
use super::states::{as_in_real_time, matched};
use super::{Labels, Mixture};
use crate::engine::inference::seed::generator;
use crate::results::{FitRecord, RegimeKind};

/// A mixture is fitted to every fifth row. Features are statistics of weeks and months, so that the
/// days between repeat what is known, at five times the cost.
const STRIDE: usize = 5;
/// The replicate of the fit on all days; those of the refits count up from 0.
const HINDSIGHT: u64 = u64::MAX;

/// States by panel day from the features of the days, still without names.
pub(super) fn mixture(settings: &Mixture, features: &Features, seed: u64) -> Labels {
    let fit = |train, replicate| Fitted::new(settings, features, train, seed, replicate);
    let (real_time, fits) = real_time(settings, features, fit);
    let rows = features.rows();
    let whole = (rows >= settings.min_history).then(|| fit(rows, HINDSIGHT)).flatten();
    let hindsight = whole.map_or(vec![None; rows], |fitted| {
        let smoothed = fitted.chain.smoothed(&features.on_scale(&fitted.scale, rows));
        let states: Vec<usize> = states_of(&smoothed, settings.states).collect();
        as_in_real_time(&states, &real_time, settings.states).map(Some).collect()
    });
    let title = format!("Markov-switching mixture of {} Gaussians", settings.states);
    let (kind, names) = (RegimeKind::Mixture, vec![String::new(); settings.states]);
    let (real_time, hindsight) = (features.by_day(real_time), features.by_day(hindsight));
    Labels { fits: Some(fits), ..Labels::detected(kind, title, names, real_time, hindsight) }
}

/// A fitted chain with the scale of the days that it was fitted on.
struct Fitted {
    scale: Scale,
    chain: MarkovMixture,
}

impl Fitted {
    /// Fits the first `train` rows; `None` if that fails.
    fn new(
        settings: &Mixture,
        features: &Features,
        train: usize,
        seed: u64,
        replicate: u64,
    ) -> Option<Self> {
        let (z, scale) = features.standardised(train, train);
        let seed = generator(seed, "mixture", replicate).next_u64();
        let rows = z.chunks_exact(features.width).step_by(STRIDE);
        let fifth: Vec<f64> = rows.flatten().copied().collect();
        let mixture = GaussianMixture::fit(&fifth, features.width, settings.states, seed)?;
        Some(Self { scale, chain: MarkovMixture::estimate(mixture, &z) })
    }
}

/// The likeliest states day by day, with `fit` of so many rows and of a replicate in force from the
/// last of those rows on.
fn real_time(
    settings: &Mixture,
    features: &Features,
    fit: impl Fn(usize, u64) -> Option<Fitted>,
) -> (Vec<Option<usize>>, FitRecord) {
    let mut record = FitRecord { fits: 0, failed: 0 };
    let mut in_force: Option<Fitted> = None;
    // What it said of the days, and the number that each of its states has.
    let (mut said, mut numbers): (Vec<usize>, Vec<usize>) = Default::default();
    let (first, every) = (settings.min_history, settings.refit_every);
    let states = features.refitted(first, every, |replicate, train, until| {
        record.fits += 1;
        let latest = fit(train, replicate);
        let is_new = latest.is_some();
        record.failed += usize::from(!is_new);
        in_force = latest.or(in_force.take());
        let fitted = in_force.as_ref()?;
        let filtered = fitted.chain.filtered(&features.on_scale(&fitted.scale, until));
        let states: Vec<usize> = states_of(&filtered, settings.states).collect();
        if is_new {
            numbers = matched(&said, &states, settings.states);
        }
        said = states.into_iter().map(|state| numbers[state]).collect();
        Some(said.clone())
    });
    (states, record)
}

#[cfg(test)]
mod tests {
    use super::super::DayFeatures;
    use super::*;

    const SETTINGS: Mixture = Mixture {
        states: 2,
        features: DayFeatures { window: 21, correlation_window: 63, pair: None },
        refit_every: 63,
        min_history: 504,
    };

    fn calm_or_not() -> Vec<f64> {
        let scale = |t: usize| if (t / 250).is_multiple_of(2) { 0.01 } else { 0.03 };
        (0..1_500).map(|t| scale(t) * ((t * 7_919 % 1_009) as f64 / 1_009.0 - 0.5)).collect()
    }

    #[test]
    fn a_failed_fit_leaves_the_one_before_in_force() {
        let features = Features::new(&calm_or_not(), SETTINGS.features.window, &[]);
        let fit = |train, replicate| Fitted::new(&SETTINGS, &features, train, 1, replicate);
        let only = |good: u64| {
            real_time(&SETTINGS, &features, |train, r| fit(train, r).filter(|_| r == good))
        };
        let (states, record) = only(2);
        assert_eq!(record, FitRecord { fits: 16, failed: 15 });
        let first = 503 + 2 * 63;
        assert!(states[..first].iter().all(Option::is_none), "there is no fit before");
        assert!(states[first..].iter().all(Option::is_some));
        let whole = real_time(&SETTINGS, &features, fit).0;
        assert_eq!(states[first..first + 63], whole[first..first + 63]);
    }

    #[test]
    fn a_market_that_does_not_move_has_no_states() {
        let labels = mixture(&SETTINGS, &Features::new(&[0.0; 1_500], 21, &[]), 1);
        assert_eq!(labels.fits, Some(FitRecord { fits: 16, failed: 16 }));
        assert!(labels.by_day.iter().all(Option::is_none));
    }
}
