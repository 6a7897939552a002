//! How many trials there were, and how many of them were different.

use std::collections::BTreeMap;

use super::bytes::{HASH, hash};
use crate::base::statistics::{centred, largest_size};
use crate::base::units::math;
use crate::engine::inference::{expected_best, per_period, variance};
use crate::results::{Trials, settled_digits};

/// Correlation of daily returns above which two strategies are one trial.
const NEARLY_THE_SAME: f32 = 0.9;

/// Weeks with returns in common below which two strategies are two: a quarter.
const LEAST_COMMON: usize = 13;

/// Trials with which a further strategy is compared: with more of them time would grow as their
/// square.
const MOST_COMPARED: usize = 1_024;

/// The trials of all experiments of a site.
#[derive(Default)]
pub(super) struct Tried {
    counted: usize,
    experiments: usize,
    /// The first strategy of each trial, as many as are compared.
    leaders: Vec<Unit>,
    /// Annualised Sharpe ratios of the strategies of each trial.
    ratios: Vec<Vec<f64>>,
    /// The trial of each record.
    known: BTreeMap<[u8; HASH], usize>,
}

impl Tried {
    /// Takes in an experiment. Every penalty of every model under every rule counts; strategies that
    /// are nearly the same are one effective trial: each belongs to the first earlier one whose daily
    /// returns correlate with its own above 0.9. One that never earned or lost anything is in none.
    pub(super) fn add(&mut self, counted: usize, records: &[Weekly]) {
        self.experiments += 1;
        self.counted += counted;
        for record in records {
            let key = record.key();
            let trial = self.known.get(&key).copied().unwrap_or_else(|| self.trial(record));
            self.known.insert(key, trial);
            self.ratios[trial].push(record.ratio);
        }
    }

    /// The trial of a record that is new.
    fn trial(&mut self, record: &Weekly) -> usize {
        let unit = Unit::new(record);
        if let Some(trial) = self.leaders.iter().position(|leader| leader.is_nearly(&unit)) {
            return trial;
        }
        if self.leaders.len() < MOST_COMPARED {
            self.leaders.push(unit);
        }
        self.ratios.push(Vec::new());
        self.ratios.len() - 1
    }

    pub(super) fn summary(&self) -> Trials {
        let ratios: Vec<f64> = self.ratios.iter().filter_map(|ratios| math::mean(ratios)).collect();
        let best = expected_best(ratios.len(), variance(&ratios));
        Trials {
            counted: self.counted,
            effective: ratios.len(),
            experiments: self.experiments,
            expected_best_sharpe: settled_digits(best),
        }
    }
}

/// Sharpe ratio of a period that the best trial is expected to have without skill.
pub(super) fn threshold(trials: &Trials, periods_per_year: f64) -> f64 {
    per_period(trials.expected_best_sharpe, periods_per_year)
}

/// What a strategy earned, week by week: the sums of its daily returns less their mean, each with the
/// sign of its day. The sign, the same for everyone, is as good as drawn: the products of two
/// strategies on different days of a week cancel, and the correlation of their weeks is that of
/// their days, whatever returns on consecutive days have in common (the sketch of Alon, Matias and
/// Szegedy 1999).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weekly {
    /// Annualised Sharpe ratio.
    pub(super) ratio: f64,
    /// The first week, of those since 1970.
    pub(super) first: i32,
    /// In units in which the largest is 32,767.
    pub(super) weeks: Vec<i16>,
}

const LARGEST: f64 = 32_767.0;

impl Weekly {
    /// From days since 1970, ascending, and growth factors; `None` where nothing varies.
    pub(super) fn new(days: &[i32], growth: &[f64], ratio: f64) -> Option<Self> {
        let week = |day: i32| day.div_euclid(7);
        let first = week(*days.first()?);
        let returns = centred(growth)?;
        let norm = returns.iter().map(|value| value * value).sum::<f64>().sqrt();
        if norm.is_nan() || norm <= 1e-12 || days.len() != growth.len() {
            return None;
        }
        let span = usize::try_from(week(*days.last()?) - first).ok()?;
        let mut weeks = vec![0.0; span + 1];
        for (day, value) in days.iter().zip(returns) {
            // Days ascend: none is outside.
            if let Some(sum) = weeks.get_mut((week(*day) - first) as usize) {
                *sum += sign(*day) * value;
            }
        }
        let largest = largest_size(&weeks);
        let whole = |value: &f64| (value / largest * LARGEST).round() as i16;
        let weeks = weeks.iter().map(whole).collect();
        (largest > 0.0).then_some(Self { ratio, first, weeks })
    }

    fn key(&self) -> [u8; HASH] {
        let weeks = self.weeks.iter().flat_map(|week| week.to_le_bytes());
        hash(&self.first.to_le_bytes().into_iter().chain(weeks).collect::<Vec<u8>>())
    }
}

/// The sign of a day: the last bit of its number, mixed as in SplitMix64 (Steele, Lea and Flood 2014).
fn sign(day: i32) -> f64 {
    let mut mixed = (i64::from(day) as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    if (mixed ^ (mixed >> 31)) & 1 == 1 { 1.0 } else { -1.0 }
}

/// A record of length 1.
struct Unit {
    first: i32,
    weeks: Vec<f32>,
    /// Weeks that are not zero.
    filled: usize,
    /// Length of what comes after each part of [`PART`] weeks.
    after: Vec<f32>,
}

/// Weeks after which two records are looked at again.
const PART: usize = 128;

impl Unit {
    fn new(record: &Weekly) -> Self {
        let squares = record.weeks.iter().map(|week| f64::from(*week) * f64::from(*week));
        let length = squares.sum::<f64>().sqrt();
        let weeks: Vec<f32> =
            record.weeks.iter().map(|week| (f64::from(*week) / length) as f32).collect();
        let ends = (1..=weeks.len().div_ceil(PART)).map(|part| (PART * part).min(weeks.len()));
        let after = ends.map(|end| dot(&weeks[end..], &weeks[end..]).sqrt()).collect();
        let filled = record.weeks.iter().filter(|week| **week != 0).count();
        Self { first: record.first, weeks, filled, after }
    }

    fn is_nearly(&self, other: &Self) -> bool {
        if self.first == other.first && self.weeks.len() == other.weeks.len() {
            return self.filled.min(other.filled) >= LEAST_COMMON
                && self.is_nearly_throughout(other);
        }
        let (first, last) = (self.first.max(other.first), self.last().min(other.last()));
        if last < first {
            return false;
        }
        let common = |of: &Self| {
            let from = (first - of.first) as usize;
            from..from + (last - first) as usize + 1
        };
        let (a, b) = (&self.weeks[common(self)], &other.weeks[common(other)]);
        let both = a.iter().zip(b).filter(|(a, b)| **a != 0.0 && **b != 0.0).count();
        let lengths = (dot(a, a) * dot(b, b)).sqrt();
        both >= LEAST_COMMON && dot(a, b) > NEARLY_THE_SAME * lengths
    }

    fn last(&self) -> i32 {
        self.first + self.weeks.len() as i32 - 1
    }

    /// Of records over the same weeks. What is left of two of them cannot have a larger product than
    /// their lengths: most are told apart after a part.
    fn is_nearly_throughout(&self, other: &Self) -> bool {
        let lengths = self.after.iter().zip(&other.after);
        let parts = self.weeks.chunks(PART).zip(other.weeks.chunks(PART));
        let mut product = 0.0;
        for ((a, b), (after, others)) in parts.zip(lengths) {
            product += dot(a, b);
            if product + after * others <= NEARLY_THE_SAME {
                return false;
            }
        }
        true
    }
}

/// Sum of products, in a fixed order of its own.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut lanes = [0.0_f32; LANES];
    let (whole_a, rest_a) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    for (a, b) in whole_a.iter().zip(whole_b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::{correlation, noise};

    /// Weekdays.
    fn days(from: usize, count: usize) -> Vec<i32> {
        (from..from + count).map(|day| (day / 5 * 7 + day % 5) as i32 + 10_003).collect()
    }

    fn growth(seed: u64, count: usize) -> Vec<f64> {
        let mut uniform = noise::uniform(seed);
        (0..count).map(|_| 1.0 + 0.02 * uniform()).collect()
    }

    fn unit(days: &[i32], growth: &[f64]) -> Unit {
        Unit::new(&Weekly::new(days, growth, 0.0).unwrap())
    }

    #[test]
    fn nearly_the_same_is_said_of_common_days_only() {
        let (long, late) = (days(0, 400), days(100, 300));
        let (a, other) = (growth(1, 400), growth(2, 400));
        let mixed: Vec<f64> = a.iter().zip(&other).map(|(a, o)| a + 0.3 * o).collect();
        let monthly = |values: &[f64]| values.iter().copied().step_by(21).collect::<Vec<f64>>();
        let months: Vec<i32> = long.iter().copied().step_by(21).collect();
        let own = unit(&long, &a);
        for (days, growth, nearly) in [
            (&long[..], &a[..], true),
            (&late, &a[100..], true),
            (&late, &a[..300], false),
            (&long, &other, false),
            (&long, &mixed, true),
            (&long[..60], &a[..60], false),
            (&long[..65], &a[..65], true),
            (&months, &monthly(&a), false),
        ] {
            let other = unit(days, growth);
            assert_eq!(own.is_nearly(&other), nearly, "{} from {}", days.len(), days[0]);
            assert_eq!(other.is_nearly(&own), nearly);
        }
        let flat = Weekly::new(&long, &[1.0; 400], 0.0);
        assert!(flat.is_none() && Weekly::new(&[], &[], 0.0).is_none());
    }

    #[test]
    fn weeks_correlate_as_their_days_do_also_where_days_follow_one_another() {
        let days = days(0, 5_000);
        let mut far = 0.0_f64;
        for seed in 0..20 {
            let (mut own, mut shared) = (noise::uniform(2 * seed), noise::uniform(2 * seed + 1));
            // What the two share is noise of a day, what they do not lasts for weeks.
            let mut slow = [0.0; 2];
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for _ in &days {
                slow = slow.map(|slow| 0.9 * slow + 0.1 * own());
                let shared = shared();
                a.push(1.0 + 0.01 * (shared + slow[0]));
                b.push(1.0 + 0.01 * (shared + slow[1]));
            }
            let (left, right) = (unit(&days, &a), unit(&days, &b));
            let found = f64::from(dot(&left.weeks, &right.weeks));
            far = far.max((found - correlation(&a, &b).unwrap()).abs());
        }
        // Three deviations of an estimate from 1,000 weeks at a correlation of 0.95.
        assert!(far < 0.01, "{far}");
    }

    #[test]
    fn a_bound_after_a_part_decides_as_the_whole_does() {
        let days = days(0, 3_000);
        for seed in 0..60 {
            let (a, other) = (growth(seed, 3_000), growth(seed + 1_000, 3_000));
            let share = seed as f64 / 60.0;
            let b: Vec<f64> = a.iter().zip(&other).map(|(a, o)| a + share * o).collect();
            let (a, b) = (unit(&days, &a), unit(&days, &b));
            let whole = dot(&a.weeks, &b.weeks) > NEARLY_THE_SAME;
            assert_eq!(a.is_nearly(&b), whole, "{share}");
        }
    }
}
