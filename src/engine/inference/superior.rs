//! Many series of gains over one benchmark at once: is the best of them more than luck (Hansen
//! 2005), and which are (Romano and Wolf 2005)?

use super::family::p_value;
use crate::base::statistics::{centred, lane_dot};
use crate::base::units::math;
use crate::results::SpaP;

/// Gains of several models over a benchmark, resampled.
pub(crate) struct Gains {
    rows: f64,
    /// By model, over all days.
    means: Vec<f64>,
    /// Deviation of the mean times the root of the days, by model; all above zero.
    deviations: Vec<f64>,
    /// By replicate and model.
    resampled: Vec<Vec<f64>>,
}

impl Gains {
    /// Of daily gains by model, and of their sums over resampled days by replicate and model.
    ///
    /// A model whose gains do not vary (it is the benchmark itself) can be no better: it is left
    /// out, and the positions of the others are returned. `None` without any other.
    pub(crate) fn new<'a>(
        daily: &[Vec<f64>],
        sums: impl Iterator<Item = &'a [f64]>,
        mean_block: f64,
    ) -> Option<(Self, Vec<usize>)> {
        let rows = daily.first()?.len();
        let means: Vec<f64> = daily.iter().filter_map(|gains| math::mean(gains)).collect();
        let deviations: Vec<f64> =
            daily.iter().map(|gains| resampled_variance(gains, mean_block).sqrt()).collect();
        let varying: Vec<usize> = (0..means.len()).filter(|at| deviations[*at] > 0.0).collect();
        let pick = |values: &[f64]| varying.iter().map(|at| values[*at]).collect::<Vec<f64>>();
        let n = rows as f64;
        let resampled = sums.map(|sums| varying.iter().map(|at| sums[*at] / n).collect()).collect();
        let gains = Self { rows: n, means: pick(&means), deviations: pick(&deviations), resampled };
        (!varying.is_empty() && rows > 0).then_some((gains, varying))
    }

    /// Hansen's test of superior predictive ability: p-values that no model is better than the
    /// benchmark, studentised. The three differ in what is taken of models that did worse:
    /// *lower* that they are no better than they seem, *consistent* the same of those that did
    /// clearly worse, *upper* (White's reality check) that all are as good as the benchmark.
    pub(crate) fn spa(&self) -> SpaP {
        self.spa_in(&self.deviations)
    }

    /// [`Gains::spa`] in units of the given deviations by model.
    pub(super) fn spa_in(&self, units: &[f64]) -> SpaP {
        let n = self.rows;
        let slack = (2.0 * math::ln(math::ln(n))).sqrt();
        let best = |of: &dyn Fn(usize) -> f64| {
            (0..self.means.len()).map(|at| of(at) / units[at]).fold(f64::NEG_INFINITY, f64::max)
        };
        let observed = best(&|at| self.means[at]);
        let is_relevant = |at: usize| self.means[at] >= -(self.deviations[at] / n.sqrt()) * slack;
        let p = |centre: &dyn Fn(usize) -> f64| {
            let above = |means: &&Vec<f64>| best(&|at| means[at] - centre(at)) >= observed;
            p_value(self.resampled.iter().filter(above).count(), self.resampled.len())
        };
        SpaP {
            lower: p(&|at| self.means[at].max(0.0)),
            consistent: p(&|at| if is_relevant(at) { self.means[at] } else { 0.0 }),
            upper: p(&|at| self.means[at]),
        }
    }

    #[cfg(test)]
    pub(super) fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// The studentised mean of each model, and those of the resampled days about it.
    pub(crate) fn statistics(&self) -> (Vec<f64>, Vec<Vec<f64>>) {
        let root = self.rows.sqrt();
        let observed =
            self.means.iter().zip(&self.deviations).map(|(mean, sd)| root * mean / sd).collect();
        let about = |means: &Vec<f64>| {
            let centred = means.iter().zip(&self.means).zip(&self.deviations);
            centred.map(|((mean, centre), sd)| root * (mean - centre) / sd).collect()
        };
        (observed, self.resampled.iter().map(about).collect())
    }

    /// By model, the p-value of being no better than the benchmark, stepped down ([`romano_wolf`]).
    pub(crate) fn stepped(&self) -> Vec<f64> {
        let (observed, replicates) = self.statistics();
        romano_wolf(&observed, &replicates)
    }
}

/// Step-down p-values that hold for all hypotheses together, in the order given, from their
/// statistics and those of the replicates, which are centred (Romano and Wolf 2005, 2016).
///
/// The hypothesis of the largest statistic is set beside the largest of all; each further one beside
/// the largest of those that are left, and none has a smaller p-value than one before it.
pub(crate) fn romano_wolf(observed: &[f64], replicates: &[Vec<f64>]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..observed.len()).collect();
    order.sort_by(|a, b| observed[*b].total_cmp(&observed[*a]));
    let mut reached = vec![0_usize; observed.len()];
    for replicate in replicates {
        let mut largest = f64::NEG_INFINITY;
        for at in order.iter().rev() {
            largest = largest.max(replicate[*at]);
            reached[*at] += usize::from(largest >= observed[*at]);
        }
    }
    let mut p_values = vec![1.0; observed.len()];
    let mut least = 0.0_f64;
    for at in order {
        least = least.max(p_value(reached[at], replicates.len()));
        p_values[at] = least;
    }
    p_values
}

/// [`romano_wolf`] over hypotheses that come a few at a time, in any order, and of which none is kept:
/// of each replicate only what no other hypothesis makes needless.
///
/// The p-value of a hypothesis rests on the largest statistic among those whose own is no larger, a
/// function that rises in steps: of `n` hypotheses a replicate keeps about `ln n`.
pub(crate) struct StepDown {
    /// By replicate, where the steps are and how high, both rising.
    steps: Vec<Vec<(f64, f64)>>,
}

impl StepDown {
    pub(crate) fn new(replicates: usize) -> Self {
        Self { steps: vec![Vec::new(); replicates] }
    }

    /// Takes in a hypothesis: its statistic, and those of the replicates.
    pub(crate) fn add(&mut self, observed: f64, replicates: impl Iterator<Item = f64>) {
        for (steps, height) in self.steps.iter_mut().zip(replicates) {
            let at = steps.partition_point(|(place, _)| *place <= observed);
            if at > 0 && steps[at - 1].1 >= height {
                continue;
            }
            let lower = steps[at..].iter().take_while(|(_, other)| *other <= height).count();
            steps.splice(at..at + lower, [(observed, height)]);
        }
    }

    /// The p-values of all hypotheses that were taken in, in the order given, from their statistics.
    pub(crate) fn p_values(&self, observed: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..observed.len()).collect();
        order.sort_by(|a, b| observed[*b].total_cmp(&observed[*a]));
        let mut p_values = vec![1.0; observed.len()];
        let mut least = 0.0_f64;
        for at in order {
            let reaches = |steps: &&Vec<(f64, f64)>| {
                let below = steps.partition_point(|(place, _)| *place <= observed[at]);
                below > 0 && steps[below - 1].1 >= observed[at]
            };
            let reached = self.steps.iter().filter(reaches).count();
            least = least.max(p_value(reached, self.steps.len()));
            p_values[at] = least;
        }
        p_values
    }
}

/// Weight of a lag below which it adds nothing to [`resampled_variance`].
const NEGLIGIBLE: f64 = 1e-12;

/// What the stationary bootstrap makes of the variance of a mean, times the days: autocovariances
/// the way round, of each lag `l` with the weight `(1 - 1/b)^l (1 - l/n)`, how often two days of that
/// distance stay together (Politis and Romano 1994). The weights are geometric, so that their sums
/// follow from one day to the day before.
fn resampled_variance(series: &[f64], mean_block: f64) -> f64 {
    let Some(centred) = centred(series) else { return 0.0 };
    let (rows, goes_on) = (series.len(), 1.0 - 1.0 / mean_block);
    let n = rows as f64;
    // Of the days after the last one, which begin with the first.
    let (mut sum, mut by_lag, mut weight, mut lag) = (0.0, 0.0, 1.0, 1);
    while lag < rows {
        weight *= goes_on;
        if weight < NEGLIGIBLE {
            break;
        }
        sum += weight * centred[lag];
        by_lag += lag as f64 * weight * centred[lag];
        lag += 1;
    }
    if lag == rows {
        return all_lags(&centred, goes_on);
    }
    let mut together = 0.0;
    let mut after = centred[0];
    // `sum` is of the days after day 0, which is also the day after the last.
    for value in centred.iter().rev() {
        by_lag = goes_on * (after + sum + by_lag);
        sum = goes_on * (after + sum);
        together += value * (sum - by_lag / n);
        after = *value;
    }
    ((lane_dot::<8>(&centred, &centred) + 2.0 * together) / n).max(0.0)
}

/// [`resampled_variance`] lag by lag, for series so short that no lag is negligible.
fn all_lags(centred: &[f64], goes_on: f64) -> f64 {
    let rows = centred.len();
    let n = rows as f64;
    // Two days stay together the way round, too.
    let product = |lag: usize| lane_dot::<8>(&centred[lag..], &centred[..rows - lag]);
    let (mut variance, mut together) = (product(0) / n, 1.0);
    for lag in 1..rows {
        together *= goes_on;
        let (after, around) = (product(lag), product(rows - lag));
        variance += 2.0 * together * ((1.0 - lag as f64 / n) * (after + around)) / n;
    }
    variance.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::bootstrap::{Resampling, RunningSums};
    use crate::engine::inference::seed;

    #[test]
    fn p_values_step_down_and_never_fall() {
        let replicates: Vec<Vec<f64>> =
            (0..99).map(|b| vec![f64::from(b) / 33.0, 0.0, f64::from(b) / 99.0]).collect();
        // Beside all: the first column reaches 2 in 33 of 99; without it the third never does.
        let p = romano_wolf(&[2.0, 0.5, 1.5], &replicates);
        assert_eq!(p[0], 0.34);
        assert_eq!(p[2], 0.34, "not below that of a larger statistic");
        assert_eq!(p[1], 0.34, "nor the last");
        assert_eq!(romano_wolf(&[3.5, -1.0], &[vec![0.0, 0.0], vec![1.0, 0.0]])[0], 1.0 / 3.0);
    }

    #[test]
    fn p_values_that_step_down_one_by_one_are_those_of_all_together() {
        let (models, replicates) = (40_usize, 99_usize);
        for seed in 0..20 {
            // Few values, so that many are equal.
            let coarse = |value: f64| (value / 300.0).round();
            let observed: Vec<f64> =
                seed::noise(seed, 0, models).into_iter().map(|v| coarse(v + 400.0)).collect();
            let columns: Vec<Vec<f64>> = (0..models)
                .map(|at| {
                    let noise = seed::noise(seed, 1 + at as u64, replicates);
                    noise.into_iter().map(coarse).collect()
                })
                .collect();
            let rows: Vec<Vec<f64>> = (0..replicates)
                .map(|replicate| columns.iter().map(|column| column[replicate]).collect())
                .collect();
            let mut stepping = StepDown::new(replicates);
            for at in (0..models).map(|at| at * 7 % models) {
                stepping.add(observed[at], columns[at].iter().copied());
            }
            assert_eq!(stepping.p_values(&observed), romano_wolf(&observed, &rows), "{seed}");
        }
    }

    #[test]
    fn the_variance_of_a_resampled_mean_is_the_sum_over_its_lags() {
        for (rows, block) in
            [(2_000, 5.0), (700, 23.7), (40, 5.0), (300, 1.0), (139, 5.5), (2, 3.0)]
        {
            let series = seed::noise(4, rows as u64, rows);
            let direct = all_lags(&centred(&series).unwrap(), 1.0 - 1.0 / block);
            let found = resampled_variance(&series, block);
            assert!((found / direct - 1.0).abs() < 1e-9, "{rows} {block}: {found} {direct}");
        }
        assert_eq!(resampled_variance(&[], 5.0), 0.0);
    }

    #[test]
    fn the_best_of_many_rejects_at_its_level_and_finds_what_is_better() {
        let (markets, models, rows) = (300, 6, 400);
        let ran = |better: f64| {
            let (mut spa, mut stepped) = (0, 0);
            for market in 0..markets {
                let daily: Vec<Vec<f64>> = (0..models)
                    .map(|model| {
                        let noise = seed::noise(9, market * models + model, rows);
                        let shift = if model == 0 { better } else { 0.0 };
                        noise.into_iter().map(|value| value / 707.0 + shift).collect()
                    })
                    .collect();
                let running = RunningSums::new(rows, &daily);
                let resampling = Resampling { seed: market, mean_block: 2.0, replicates: 199 };
                let sums = running.resampled(&resampling);
                let sums = sums.iter().map(Vec::as_slice);
                let (gains, _) = Gains::new(&daily, sums, 2.0).unwrap();
                let p = gains.spa();
                assert!(p.lower <= p.consistent && p.consistent <= p.upper);
                spa += usize::from(p.consistent <= 0.05);
                stepped += usize::from(gains.stepped()[0] <= 0.05);
            }
            (spa, stepped)
        };
        let (without, one) = ran(0.0);
        assert!((6..=27).contains(&without) && one <= 9, "{without} {one} of 300");
        let (with, found) = ran(0.2);
        assert!(with > 240 && found > 240, "{with} {found} of 300");
    }

    #[test]
    fn the_benchmark_itself_is_no_model() {
        let daily = vec![vec![0.0; 50], seed::noise(1, 1, 50)];
        let sums = || std::iter::once([0.0, 1.0].as_slice());
        let (gains, kept) = Gains::new(&daily, sums(), 3.0).unwrap();
        assert_eq!((kept, gains.means.len()), (vec![1], 1));
        assert!(Gains::new(&daily[..1], sums(), 3.0).is_none());
        assert!(Gains::new(&[], sums(), 3.0).is_none());
    }
}
