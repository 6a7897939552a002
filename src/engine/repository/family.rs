//! What each experiment shows as one of all: Romano-Wolf over the plain models of every experiment,
//! on the same resampled days.

use crate::base::units::Day;
use crate::engine::inference::{
    Gains, Resampling, RunningSums, mean_block, next_variance, romano_wolf,
};
use crate::engine::metrics::{Errors, LEVEL};
use crate::results::{Evidence, FamilyClaim, Results, Series, kept_digits};

/// The days are the same whatever the experiments' own seeds are.
const SEED: u64 = 1;
const REPLICATES: usize = 999;

/// Step-down p-values of the plain models of all experiments, models with the same forecasts counted
/// once.
pub(super) struct Family {
    /// By experiment, its models among those of all.
    members: Vec<Vec<usize>>,
    /// By model.
    p_values: Vec<Option<f64>>,
    /// Experiments whose models differ.
    experiments: usize,
}

/// Scaled Clark-West terms of one model, by day.
struct Terms<'a> {
    days: &'a [Day],
    values: Vec<f64>,
}

impl Family {
    pub(super) fn of(experiments: &[(&Results, &Series)]) -> Self {
        let mut all: Vec<Terms<'_>> = Vec::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (results, series) in experiments {
            let mut own = Vec::new();
            for terms in terms(results, series) {
                let same =
                    |known: &Terms<'_>| known.values == terms.values && known.days == terms.days;
                let at = all.iter().position(same).unwrap_or(all.len());
                if at == all.len() {
                    all.push(terms);
                }
                own.push(at);
            }
            own.sort_unstable();
            own.dedup();
            members.push(own);
        }
        let mut distinct = members.clone();
        distinct.sort();
        distinct.dedup();
        distinct.retain(|models| !models.is_empty());
        let p_values = if distinct.len() < 2 { vec![None; all.len()] } else { stepped(&all) };
        Self { members, p_values, experiments: distinct.len() }
    }

    /// The claim of the experiment at a position. One experiment is no family: its own is left as it
    /// is.
    pub(super) fn claim(&self, at: usize, results: &Results) -> FamilyClaim {
        let own = &results.verdict;
        let experiments = self.experiments;
        if experiments < 2 {
            return FamilyClaim { experiments, p_value: own.evidence_p, evidence: own.evidence };
        }
        let p_values = self.members[at].iter().filter_map(|model| self.p_values[*model]);
        let p_value = p_values.min_by(f64::total_cmp);
        let rejects = p_value.is_some_and(|p| p < LEVEL);
        let evidence = match own.evidence {
            Evidence::Clear | Evidence::Weak if !rejects => Evidence::None,
            evidence => evidence,
        };
        FamilyClaim { experiments, p_value: p_value.map(kept_digits), evidence }
    }
}

/// The scaled Clark-West terms of an experiment's plain models, from its series: none where the
/// variance of its first forecast is not known.
fn terms<'a>(results: &Results, series: &'a Series) -> Vec<Terms<'a>> {
    let known = series.actual().zip(series.benchmark()).zip(results.search.first_variance);
    let Some(((actual, benchmark), first)) = known else { return Vec::new() };
    let mut next = first;
    let variance: Vec<f64> = actual
        .iter()
        .zip(benchmark)
        .map(|(y, m)| {
            let variance = next;
            next = next_variance(variance, y - m);
            variance
        })
        .collect();
    let plain = results.models.iter().filter(|(_, model)| model.system.is_none());
    let terms = plain.filter_map(|(name, _)| {
        let errors = Errors::new(actual, series.forecast(name)?, benchmark);
        let values = errors.scaled(&variance).adjusted();
        Some(Terms { days: &series.forecasts.days, values })
    });
    terms.collect()
}

/// Step-down p-values over all models. Their days are put into one calendar; on a day on which a
/// model has no forecast it gains nothing.
fn stepped(all: &[Terms<'_>]) -> Vec<Option<f64>> {
    let mut p_values = vec![None; all.len()];
    let mut calendar: Vec<Day> = Vec::new();
    for terms in all {
        if calendar.as_slice() != terms.days {
            calendar.extend(terms.days);
            calendar.sort_unstable();
            calendar.dedup();
        }
    }
    let daily: Vec<Vec<f64>> = all
        .iter()
        .map(|terms| {
            let mut known = terms.days.iter().zip(&terms.values).peekable();
            let on = |day: &Day| known.next_if(|(own, _)| *own == day).map_or(0.0, |(_, v)| *v);
            calendar.iter().map(on).collect()
        })
        .collect();
    let mean_block = all.iter().map(|terms| mean_block(&terms.values)).fold(1.0, f64::max);
    let resampling = Resampling { seed: SEED, mean_block, replicates: REPLICATES };
    let sums = RunningSums::new(calendar.len(), &daily).resampled(&resampling);
    if let Some((gains, kept)) = Gains::new(&daily, sums.into_iter(), mean_block) {
        let (observed, replicates) = gains.statistics();
        for (at, p) in kept.into_iter().zip(romano_wolf(&observed, &replicates)) {
            p_values[at] = Some(p);
        }
    }
    p_values
}
