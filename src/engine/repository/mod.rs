//! What the experiments of a site say of one another: how much was tried over all of them, and what
//! each shows as one of so many.
//!
//! Everything here follows from results and series as their files hold them, so that it is the same
//! whether an experiment was run just now or is kept from an earlier build.

mod family;
mod trials;

use self::family::Family;
use self::trials::Tried;
use crate::engine::experiment::measured;
use crate::results::{Results, Series, kept_digits};

/// Settles what depends on all experiments of a site: `trials`, the deflated Sharpe ratios, and the
/// family-wise claim of each verdict. Once settled, settling again changes nothing.
pub fn settle<'a>(experiments: impl Iterator<Item = (&'a mut Results, &'a Series)>) {
    let mut experiments: Vec<(&mut Results, &Series)> = experiments.collect();
    let views: Vec<(&Results, &Series)> =
        experiments.iter().map(|(results, series)| (&**results, *series)).collect();
    let (tried, family) = (Tried::of(&views), Family::of(&views));
    let claims: Vec<_> =
        views.iter().enumerate().map(|(at, (results, _))| family.claim(at, results)).collect();
    let trials = tried.summary();
    for ((results, _), claim) in experiments.iter_mut().zip(claims) {
        results.verdict.family = Some(claim);
        results.trials = Some(trials);
        let rows = results.walk_forward.forecasts;
        for model in results.models.values_mut() {
            for metrics in model.strategies.values_mut() {
                let probability = measured(metrics, rows)
                    .and_then(|measured| measured.probability_above(tried.threshold()));
                metrics.deflated_sharpe = probability.map(kept_digits);
            }
        }
    }
}
