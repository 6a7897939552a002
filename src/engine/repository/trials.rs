//! How many trials there were, and how many of them were different.

use crate::base::statistics::{correlation, lane_dot};
use crate::base::units::{Day, math, shared_rows};
use crate::engine::inference::{expected_best, per_period, variance};
use crate::results::{Results, Series, Trials, kept_digits, value};

/// Correlation of daily returns above which two strategies are one trial.
const NEARLY_THE_SAME: f64 = 0.9;

/// Days in common below which two strategies are two: a quarter.
const LEAST_COMMON: usize = 63;

/// The trials of all experiments of a site.
pub(super) struct Tried {
    counted: usize,
    experiments: usize,
    /// Annualised Sharpe ratio of each effective trial, the mean of its strategies'.
    ratios: Vec<f64>,
}

impl Tried {
    /// Counts every penalty of every model under every rule, and puts strategies that are nearly the
    /// same into one effective trial: that of the first earlier one with which its daily returns
    /// correlate above 0.9. One that never earned or lost anything is in none.
    pub(super) fn of(experiments: &[(&Results, &Series)]) -> Self {
        let mut leaders: Vec<(Record<'_>, Vec<f64>)> = Vec::new();
        let mut counted = 0;
        for (results, series) in experiments {
            for (model, summary) in &results.models {
                let grid = summary.alphas.len().max(summary.components.len()).max(1);
                counted += grid * summary.strategies.len();
                for (rule, metrics) in &summary.strategies {
                    let growth = series.growth(model, rule);
                    let record =
                        growth.and_then(|growth| Record::new(&series.strategies.days, growth));
                    let Some((record, ratio)) = record.zip(value(metrics.sharpe)) else { continue };
                    match leaders.iter_mut().find(|(leader, _)| leader.is_nearly(&record)) {
                        Some((_, ratios)) => ratios.push(ratio),
                        None => leaders.push((record, vec![ratio])),
                    }
                }
            }
        }
        let ratios = leaders.iter().filter_map(|(_, ratios)| math::mean(ratios)).collect();
        Self { counted, experiments: experiments.len(), ratios }
    }

    /// Annualised Sharpe ratio that the best trial is expected to have without skill.
    fn expected_best(&self) -> f64 {
        expected_best(self.ratios.len(), variance(&self.ratios))
    }

    /// The same per day.
    pub(super) fn threshold(&self, periods_per_year: f64) -> f64 {
        per_period(self.expected_best(), periods_per_year)
    }

    pub(super) fn summary(&self) -> Trials {
        Trials {
            counted: self.counted,
            effective: self.ratios.len(),
            experiments: self.experiments,
            expected_best_sharpe: kept_digits(self.expected_best()),
        }
    }
}

/// The daily returns of a strategy.
struct Record<'a> {
    days: &'a [Day],
    growth: &'a [f64],
    /// Returns of mean 0 and sum of squares 1.
    unit: Vec<f64>,
}

impl<'a> Record<'a> {
    /// `None` where nothing varies.
    fn new(days: &'a [Day], growth: &'a [f64]) -> Option<Self> {
        let mean = math::mean(growth)?;
        let mut unit: Vec<f64> = growth.iter().map(|factor| factor - mean).collect();
        let norm = unit.iter().map(|value| value * value).sum::<f64>().sqrt();
        if norm <= 1e-12 {
            return None;
        }
        unit.iter_mut().for_each(|value| *value /= norm);
        Some(Self { days, growth, unit })
    }

    fn is_nearly(&self, other: &Self) -> bool {
        let correlation = if self.days == other.days {
            Some(lane_dot::<8>(&self.unit, &other.unit))
        } else {
            let (a, b): (Vec<f64>, Vec<f64>) = self.common(other).unzip();
            correlation(&a, &b).filter(|_| a.len() >= LEAST_COMMON)
        };
        correlation.is_some_and(|r| r > NEARLY_THE_SAME)
    }

    /// The growth of both on the days that both have.
    fn common<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = (f64, f64)> + 'b {
        let rows = shared_rows(self.days, other.days).into_iter();
        rows.map(|[own, others]| (self.growth[own], other.growth[others]))
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::base::statistics::noise;

    fn days(from: usize, count: usize) -> Vec<Day> {
        let first = jiff::civil::date(2001, 1, 1);
        (from..from + count).map(|day| first + (day as i64).days()).collect()
    }

    fn growth(seed: u64, count: usize) -> Vec<f64> {
        let mut uniform = noise::uniform(seed);
        (0..count).map(|_| 1.0 + 0.02 * uniform()).collect()
    }

    #[test]
    fn nearly_the_same_is_said_of_common_days_only() {
        let (long, late) = (days(0, 400), days(100, 300));
        let (a, other) = (growth(1, 400), growth(2, 400));
        let mixed: Vec<f64> = a.iter().zip(&other).map(|(a, o)| a + 0.3 * o).collect();
        let own = Record::new(&long, &a).unwrap();
        for (days, growth, nearly) in [
            (&long[..], &a[..], true),
            (&late, &a[100..], true),
            (&late, &a[..300], false),
            (&long, &other, false),
            (&long, &mixed, true),
            (&long[..62], &a[..62], false),
            (&long[..63], &a[..63], true),
        ] {
            let other = Record::new(days, growth).unwrap();
            assert_eq!(own.is_nearly(&other), nearly, "{} from {}", days.len(), days[0]);
            assert_eq!(other.is_nearly(&own), nearly);
        }
        assert!(Record::new(&long, &[1.0; 400]).is_none() && Record::new(&[], &[]).is_none());
    }
}
