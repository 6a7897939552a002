//! What all experiments of a site make of each.

use std::borrow::Borrow;
use std::cmp::Reverse;

use super::digest::Digest;
use super::family::{Claims, Members, Stepping};
use super::trials::{Tried, threshold};
use crate::engine::experiment::measured;
use crate::results::{Evidence, FamilyClaim, Results, Series, Trials, settled_digits};

/// What all experiments of a site say of each: how much was tried, what its Sharpe ratios are worth
/// as the best of so many, and what it shows as one of all.
///
/// The figures are the same in whatever order the experiments come, and have three significant
/// digits, so that one that changes among thousands rarely changes what is said of the others.
pub struct Settled {
    trials: Trials,
    claims: Claims,
}

impl Settled {
    /// Of `count` experiments. `digest` reads that at a position, for each of them twice and one at a
    /// time; none is kept, so that memory grows by some hundred bytes an experiment, and time in
    /// proportion.
    ///
    /// # Errors
    /// What `digest` fails with.
    pub fn of<D: Borrow<Digest>, E>(
        count: usize,
        digest: impl Fn(usize) -> Result<D, E>,
    ) -> Result<Self, E> {
        let mut keys = Vec::with_capacity(count);
        let mut members = Members::default();
        for at in 0..count {
            let read = digest(at)?;
            let read: &Digest = read.borrow();
            members.add(&read.days, &read.terms, read.evidence);
            // Those with the longest records come first: a short one is like many that differ.
            keys.push((Reverse(read.days.len()), read.key(), at));
        }
        keys.sort_unstable();
        let mut tried = Tried::default();
        let mut stepping = members.resampled();
        for (_, _, at) in &keys {
            let read = digest(*at)?;
            let read: &Digest = read.borrow();
            tried.add(read.counted as usize, &read.records);
            if let Some(stepping) = &mut stepping {
                stepping.add(*at, &read.days, &read.terms);
            }
        }
        let p_values = stepping.map(Stepping::p_values);
        Ok(Self { trials: tried.summary(), claims: members.claims(p_values.as_deref()) })
    }

    /// Fills in what is settled of the experiment at a position: `trials`, the deflated Sharpe ratios,
    /// and the family-wise claim of its verdict. What was settled before is forgotten.
    pub fn apply(&self, position: usize, results: &mut Results) {
        let own = (results.verdict.evidence_p, results.verdict.evidence);
        let (p_value, evidence) = self.claims.of(position, own);
        let Claims { experiments, with_evidence, .. } = self.claims;
        results.verdict.family =
            Some(FamilyClaim { experiments, with_evidence, p_value, evidence });
        results.trials = Some(self.trials);
        let rows = results.walk_forward.forecasts;
        let year = f64::from(results.data.periods_per_year);
        let luck = threshold(&self.trials, year);
        for model in results.models.values_mut() {
            for metrics in model.strategies.values_mut() {
                let probability = measured(metrics, rows, year)
                    .and_then(|measured| measured.probability_above(luck));
                metrics.deflated_sharpe = probability.map(settled_digits);
            }
        }
    }
}

impl Settled {
    /// What tells one settling from another for the experiment at a position: if this is the same,
    /// [`Settled::apply`] fills in the same.
    pub fn fingerprint(&self, position: usize) -> String {
        let Claims { experiments, with_evidence, .. } = self.claims;
        // Of an experiment that has evidence of its own, from which the others' claim follows.
        let claim = self.claims.of(position, (None, Evidence::Clear));
        format!("{:?} {experiments} {with_evidence} {claim:?}", self.trials)
    }
}

/// Settles experiments that are together in memory. Once settled, settling again changes nothing.
pub fn settle<'a>(experiments: impl Iterator<Item = (&'a mut Results, &'a Series)>) {
    let mut experiments: Vec<(&mut Results, &Series)> = experiments.collect();
    let digests: Vec<Digest> =
        experiments.iter().map(|(results, series)| Digest::of(results, series)).collect();
    let Ok(settled) =
        Settled::of(digests.len(), |at| Ok::<&Digest, std::convert::Infallible>(&digests[at]));
    for (at, (results, _)) in experiments.iter_mut().enumerate() {
        settled.apply(at, results);
    }
}
