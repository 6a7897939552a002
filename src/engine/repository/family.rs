//! What each experiment shows as one of all: Romano-Wolf over the plain models of every experiment,
//! on the same resampled days.

use std::collections::{BTreeMap, BTreeSet};

use super::bytes::{HASH, hash};
use crate::engine::inference::{
    Drawn, Gains, Resampling, RunningSums, StepDown, mean_block, median_block,
};
use crate::engine::metrics::LEVEL;
use crate::results::{Evidence, settled_digits};

/// The days are the same whatever the experiments' own seeds are.
const SEED: u64 = 1;
const REPLICATES: usize = 999;

/// Models whose days are resampled together.
const TOGETHER: usize = 16;

/// Scaled Clark-West terms of one model, by forecast.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Terms {
    /// Mean length of the blocks in which they want to be resampled.
    pub(super) mean_block: f64,
    pub(super) values: Vec<f32>,
}

impl Terms {
    pub(super) fn new(values: &[f64]) -> Self {
        let mean_block = mean_block(values);
        Self { mean_block, values: values.iter().map(|value| *value as f32).collect() }
    }
}

/// Who is in the family, known before any of it is resampled: models with the same forecasts count
/// once.
#[derive(Default)]
pub(super) struct Members {
    /// The days of all models, ascending.
    calendar: Vec<i32>,
    /// The position of each model.
    models: BTreeMap<[u8; HASH], usize>,
    /// By model.
    blocks: Vec<f64>,
    /// By experiment, in the order in which they came: the models that it has, and its own evidence.
    experiments: Vec<(Vec<usize>, Evidence)>,
}

impl Members {
    /// Takes in the next experiment.
    pub(super) fn add(&mut self, days: &[i32], terms: &[Terms], evidence: Evidence) {
        let calendar = hash(&days.iter().flat_map(|day| day.to_le_bytes()).collect::<Vec<u8>>());
        let model = |terms: &Terms| {
            let next = self.blocks.len();
            let at = *self.models.entry(key(calendar, terms)).or_insert(next);
            if at == next {
                self.blocks.push(terms.mean_block);
            }
            at
        };
        let own: Vec<usize> = terms.iter().map(model).collect();
        if !own.is_empty() && !is_part(days, &self.calendar) {
            self.calendar.extend(days);
            self.calendar.sort_unstable();
            self.calendar.dedup();
        }
        self.experiments.push((own, evidence));
    }

    /// The models of each kind of experiment: all of whose plain models have the same forecasts.
    fn kinds(&self) -> BTreeSet<BTreeSet<usize>> {
        let own = self.experiments.iter().map(|(own, _)| own.iter().copied().collect());
        own.filter(|own: &BTreeSet<usize>| !own.is_empty()).collect()
    }

    /// Ready to resample them; `None` of fewer than two kinds of experiments, which are no family.
    pub(super) fn resampled(&self) -> Option<Stepping<'_>> {
        if self.kinds().len() < 2 {
            return None;
        }
        let mean_block = median_block(self.blocks.clone());
        let resampling = Resampling { seed: SEED, mean_block, replicates: REPLICATES };
        Some(Stepping {
            members: self,
            mean_block,
            drawn: Drawn::new(self.calendar.len(), &resampling),
            waiting: Vec::new(),
            observed: vec![None; self.blocks.len()],
            seen: vec![false; self.blocks.len()],
            steps: StepDown::new(REPLICATES),
        })
    }

    /// What each experiment shows as one of all, from the p-values by model; without them what it
    /// shows alone.
    pub(super) fn claims(&self, p_values: Option<&[Option<f64>]>) -> Claims {
        let kinds = self.kinds();
        let by_experiment: Vec<Option<f64>> = self
            .experiments
            .iter()
            .map(|(own, _)| {
                let p_values = own.iter().filter_map(|model| p_values?[*model]);
                p_values.min_by(f64::total_cmp)
            })
            .collect();
        let is_one_of_many = p_values.is_some();
        let mut shown = BTreeSet::new();
        for ((own, evidence), p) in self.experiments.iter().zip(&by_experiment) {
            let evidence = if is_one_of_many { outlasting(*evidence, *p) } else { *evidence };
            if matches!(evidence, Evidence::Clear | Evidence::Weak) && !own.is_empty() {
                shown.insert(own.iter().copied().collect::<BTreeSet<usize>>());
            }
        }
        Claims {
            experiments: kinds.len(),
            with_evidence: shown.len(),
            is_one_of_many,
            by_experiment,
        }
    }
}

/// What is claimed as one of all.
pub(super) struct Claims {
    /// Experiments whose forecasts differ.
    pub(super) experiments: usize,
    /// How many of these show evidence.
    pub(super) with_evidence: usize,
    is_one_of_many: bool,
    /// By experiment.
    by_experiment: Vec<Option<f64>>,
}

impl Claims {
    /// The p-value and the evidence of the experiment at a position. One experiment is no family: its
    /// own are left as they are.
    pub(super) fn of(&self, at: usize, own: (Option<f64>, Evidence)) -> (Option<f64>, Evidence) {
        if !self.is_one_of_many {
            return own;
        }
        let p_value = self.by_experiment.get(at).copied().flatten();
        (p_value.map(settled_digits), outlasting(own.1, p_value))
    }
}

/// What is left of evidence that must be evidence among all.
fn outlasting(evidence: Evidence, p_value: Option<f64>) -> Evidence {
    let rejects = p_value.is_some_and(|p| p < LEVEL);
    match evidence {
        Evidence::Clear | Evidence::Weak if !rejects => Evidence::None,
        evidence => evidence,
    }
}

/// Resamples the models of experiment after experiment, and keeps none of them.
pub(super) struct Stepping<'a> {
    members: &'a Members,
    mean_block: f64,
    drawn: Drawn,
    /// Models with their terms on every day of the calendar.
    waiting: Vec<(usize, Vec<f64>)>,
    /// The statistic by model; `None` where nothing varies.
    observed: Vec<Option<f64>>,
    seen: Vec<bool>,
    steps: StepDown,
}

impl Stepping<'_> {
    /// Takes in the experiment that was the member at a position; the order does not matter.
    pub(super) fn add(&mut self, position: usize, days: &[i32], terms: &[Terms]) {
        let own = self.members.experiments.get(position).map_or(&[][..], |(own, _)| own);
        for (at, terms) in own.iter().zip(terms) {
            if !std::mem::replace(&mut self.seen[*at], true) {
                let daily = on_calendar(&self.members.calendar, days, &terms.values);
                self.waiting.push((*at, daily));
            }
        }
        if self.waiting.len() >= TOGETHER {
            self.resample();
        }
    }

    fn resample(&mut self) {
        let (models, daily): (Vec<usize>, Vec<Vec<f64>>) = self.waiting.drain(..).unzip();
        let sums = RunningSums::new(self.members.calendar.len(), &daily).over(&self.drawn);
        let gains = Gains::new(&daily, sums.iter().map(Vec::as_slice), self.mean_block);
        let Some((gains, kept)) = gains else { return };
        let (observed, replicates) = gains.statistics();
        for (column, statistic) in observed.into_iter().enumerate() {
            self.observed[models[kept[column]]] = Some(statistic);
            self.steps.add(statistic, replicates.iter().map(|replicate| replicate[column]));
        }
    }

    /// Step-down p-values by model.
    pub(super) fn p_values(mut self) -> Vec<Option<f64>> {
        self.resample();
        let known = |(at, observed): (usize, &Option<f64>)| Some((at, (*observed)?));
        let (models, observed): (Vec<usize>, Vec<f64>) =
            self.observed.iter().enumerate().filter_map(known).unzip();
        let mut p_values = vec![None; self.observed.len()];
        for (at, p) in models.into_iter().zip(self.steps.p_values(&observed)) {
            p_values[at] = Some(p);
        }
        p_values
    }
}

/// A model by a hash of its days, and its terms.
fn key(days: [u8; HASH], terms: &Terms) -> [u8; HASH] {
    let values = terms.values.iter().flat_map(|value| value.to_le_bytes());
    hash(&days.into_iter().chain(values).collect::<Vec<u8>>())
}

/// Whether a calendar has all of some days, both ascending.
fn is_part(days: &[i32], calendar: &[i32]) -> bool {
    let mut rest = calendar.iter();
    days.iter().all(|day| rest.any(|other| other == day))
}

/// Terms on every day of the calendar: on a day without a forecast a model gains nothing.
fn on_calendar(calendar: &[i32], days: &[i32], values: &[f32]) -> Vec<f64> {
    let mut known = days.iter().zip(values).peekable();
    let on = |day: &i32| {
        known.next_if(|(own, _)| *own == day).map_or(0.0, |(_, value)| f64::from(*value))
    };
    calendar.iter().map(on).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    /// Days and terms of an experiment.
    type Model = (Vec<i32>, [Terms; 1]);

    /// Experiments of one model each on one market, which share most of their noise.
    fn market(seed: u64, models: usize, days: i32, better: f64) -> Vec<Model> {
        let mut shared = noise::uniform(1_000 * seed);
        let common: Vec<f64> = (0..days).map(|_| shared()).collect();
        let model = |at: usize| {
            let mut own = noise::uniform(1_000 * seed + 1 + at as u64);
            // Every second one begins late.
            let first = if at % 2 == 1 { days as usize / 4 } else { 0 };
            let shift = if at == 0 { better } else { 0.0 };
            let values = common[first..].iter().map(|common| common + 0.7 * own() + shift);
            let terms = Terms::new(&values.collect::<Vec<f64>>());
            ((first as i32..days).collect(), [terms])
        };
        (0..models).map(model).collect()
    }

    fn members(models: &[Model]) -> Members {
        let mut members = Members::default();
        models.iter().for_each(|(days, terms)| members.add(days, terms, Evidence::Clear));
        members
    }

    fn stepped(models: &[Model]) -> Vec<Option<f64>> {
        let members = members(models);
        let mut stepping = members.resampled().unwrap();
        for (at, (days, terms)) in models.iter().enumerate().rev() {
            stepping.add(at, days, terms);
        }
        stepping.p_values()
    }

    #[test]
    fn a_family_errs_as_often_as_one_test_and_finds_the_one_that_is_better() {
        let ran = |better: f64| {
            let found = |seed: u64| {
                let p = stepped(&market(seed, 6, 400, better));
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

    /// More models than are resampled together.
    #[test]
    fn models_that_come_a_few_at_a_time_have_the_p_values_of_all_together() {
        let models = market(3, 2 * TOGETHER + 5, 300, 0.1);
        let members = members(&models);
        let calendar: Vec<i32> = (0..300).collect();
        assert_eq!(members.calendar, calendar);
        let daily: Vec<Vec<f64>> = models
            .iter()
            .map(|(days, [terms])| on_calendar(&calendar, days, &terms.values))
            .collect();
        let mean_block = median_block(members.blocks.clone());
        let resampling = Resampling { seed: SEED, mean_block, replicates: REPLICATES };
        let sums = RunningSums::new(300, &daily).resampled(&resampling);
        let (gains, _) = Gains::new(&daily, sums.iter().map(Vec::as_slice), mean_block).unwrap();
        let together: Vec<Option<f64>> = gains.stepped().into_iter().map(Some).collect();
        assert_eq!(stepped(&models), together);
        assert!(together.iter().flatten().any(|p| *p < 0.1), "{together:?}");
    }

    #[test]
    fn a_calendar_has_the_days_of_all() {
        assert!(is_part(&[1, 4], &[1, 2, 4]) && is_part(&[], &[]) && !is_part(&[3], &[1, 2, 4]));
        assert_eq!(on_calendar(&[1, 2, 4, 5], &[2, 5], &[0.5, 2.0]), [0.0, 0.5, 0.0, 2.0]);
    }
}
