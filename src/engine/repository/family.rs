//! What each experiment shows as one of all: Romano-Wolf over the plain models of every experiment,
//! on the same resampled days.

use crate::base::units::Day;
use crate::engine::inference::{Gains, Resampling, RunningSums, common_block, variances};
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
    /// The first experiment of each kind whose models differ from all others.
    distinct: Vec<usize>,
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
        let is_first =
            |at: &usize| !members[*at].is_empty() && !members[..*at].contains(&members[*at]);
        let distinct: Vec<usize> = (0..members.len()).filter(is_first).collect();
        let p_values = if distinct.len() < 2 { vec![None; all.len()] } else { stepped(&all) };
        Self { members, p_values, distinct }
    }

    /// What each experiment shows as one of all, in order.
    pub(super) fn claims(&self, experiments: &[(&Results, &Series)]) -> Vec<FamilyClaim> {
        let claims: Vec<FamilyClaim> = (0..experiments.len())
            .map(|at| {
                let (p_value, evidence) = self.claim(at, experiments[at].0);
                let experiments = self.distinct.len();
                FamilyClaim { experiments, with_evidence: 0, p_value, evidence }
            })
            .collect();
        let shows = |at: &&usize| matches!(claims[**at].evidence, Evidence::Clear | Evidence::Weak);
        let with_evidence = self.distinct.iter().filter(shows).count();
        claims.into_iter().map(|claim| FamilyClaim { with_evidence, ..claim }).collect()
    }

    /// The p-value and the evidence of the experiment at a position. One experiment is no family: its
    /// own are left as they are.
    fn claim(&self, at: usize, results: &Results) -> (Option<f64>, Evidence) {
        let own = &results.verdict;
        if self.distinct.len() < 2 {
            return (own.evidence_p, own.evidence);
        }
        let p_values = self.members[at].iter().filter_map(|model| self.p_values[*model]);
        let p_value = p_values.min_by(f64::total_cmp);
        let rejects = p_value.is_some_and(|p| p < LEVEL);
        let evidence = match own.evidence {
            Evidence::Clear | Evidence::Weak if !rejects => Evidence::None,
            evidence => evidence,
        };
        (p_value.map(kept_digits), evidence)
    }
}

/// The scaled Clark-West terms of an experiment's plain models, from its series: none where the
/// variance of its first forecast is not known.
fn terms<'a>(results: &Results, series: &'a Series) -> Vec<Terms<'a>> {
    let known = series.actual().zip(series.benchmark()).zip(results.search.first_variance);
    let Some(((actual, benchmark), first)) = known else { return Vec::new() };
    let variance = variances(first, actual, benchmark);
    let plain = results.models.iter().filter(|(_, model)| model.system.is_none());
    let terms = plain.filter_map(|(name, model)| {
        let benchmark = match model.weighting {
            Some(_) => series.weighted_benchmark()?,
            None => benchmark,
        };
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
    let mean_block = common_block(all.iter().map(|terms| &terms.values));
    let resampling = Resampling { seed: SEED, mean_block, replicates: REPLICATES };
    let sums = RunningSums::new(calendar.len(), &daily).resampled(&resampling);
    if let Some((gains, kept)) = Gains::new(&daily, sums.iter().map(Vec::as_slice), mean_block) {
        for (at, p) in kept.into_iter().zip(gains.stepped()) {
            p_values[at] = Some(p);
        }
    }
    p_values
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::base::statistics::noise;

    /// Terms of some models of one market, which share most of their noise.
    fn market(seed: u64, models: usize, days: &[Day], better: f64) -> Vec<Terms<'_>> {
        let mut shared = noise::uniform(1_000 * seed);
        let common: Vec<f64> = days.iter().map(|_| shared()).collect();
        let model = |at: usize| {
            let mut own = noise::uniform(1_000 * seed + 1 + at as u64);
            // Every second one begins late.
            let first = if at % 2 == 1 { days.len() / 4 } else { 0 };
            let shift = if at == 0 { better } else { 0.0 };
            let values = common[first..].iter().map(|common| common + 0.7 * own() + shift);
            Terms { days: &days[first..], values: values.collect() }
        };
        (0..models).map(model).collect()
    }

    #[test]
    fn a_family_errs_as_often_as_one_test_and_finds_the_one_that_is_better() {
        let first = jiff::civil::date(2001, 1, 1);
        let days: Vec<Day> = (0..400).map(|day| first + i64::from(day).days()).collect();
        let ran = |better: f64| {
            let found = |seed: u64| {
                let p = stepped(&market(seed, 6, &days, better));
                let rejected: Vec<bool> = p.iter().map(|p| p.is_some_and(|p| p < LEVEL)).collect();
                (rejected[0], rejected.iter().any(|rejects| *rejects))
            };
            let all: Vec<(bool, bool)> = (1..=150).map(found).collect();
            let count = |of: fn(&(bool, bool)) -> bool| all.iter().filter(|one| of(one)).count();
            (count(|one| one.0), count(|one| one.1))
        };
        let (_, any) = ran(0.0);
        assert!((1..=15).contains(&any), "{any} of 150 without a signal");
        let (first, _) = ran(0.08);
        assert!(first > 110, "{first} of 150 with one");
    }
}
