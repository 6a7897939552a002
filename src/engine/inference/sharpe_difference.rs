//! Differences of Sharpe ratios on the same days: the studentised circular block bootstrap of Ledoit
//! and Wolf (2008), for many strategies against one benchmark at once.

use rayon::prelude::*;

use super::bootstrap::RunningSums;
use super::family::p_value;
use super::seed;
use crate::base::statistics::{long_run_variance, quantile};
use crate::base::units::math;

/// Fewest days, and blocks, of which anything is said.
pub(super) const LEAST_ROWS: usize = 252;
const LEAST_BLOCKS: usize = 10;

/// One strategy against the benchmark, per period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Difference {
    /// Its Sharpe ratio less the benchmark's (population deviations).
    pub(crate) value: f64,
    /// Half the width of the interval of the given level.
    pub(crate) half_width: f64,
    /// Two-sided p-value that the two are equal.
    pub(crate) p_value: f64,
    /// Over its standard error.
    pub(crate) statistic: f64,
}

/// How days are drawn for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CircularBlocks {
    pub(crate) seed: u64,
    /// Days of each block, at least 1.
    pub(crate) length: usize,
    pub(crate) replicates: usize,
}

/// The differences, `None` for a strategy that is the benchmark or does not vary, and their
/// studentised values on the resampled days about them, by replicate and strategy (zero where there
/// is no difference). `level` is that of the intervals.
///
/// Nothing below a year of days or ten blocks.
pub(crate) fn sharpe_differences(
    strategies: &[Vec<f64>],
    benchmark: &[f64],
    drawn: &CircularBlocks,
    level: f64,
) -> (Vec<Option<Difference>>, Vec<Vec<f64>>) {
    let (rows, width) = (benchmark.len(), strategies.len() + 1);
    let blocks = rows / drawn.length;
    if rows < LEAST_ROWS || blocks < LEAST_BLOCKS {
        return (vec![None; strategies.len()], Vec::new());
    }
    // The benchmark comes first.
    let series: Vec<&[f64]> =
        std::iter::once(benchmark).chain(strategies.iter().map(Vec::as_slice)).collect();
    let moments: Vec<Moments> = series.iter().map(|values| Moments::of(values)).collect();
    let of_benchmark = moments[0].influence(benchmark);
    let observed: Vec<Option<(f64, f64)>> = (1..width)
        .map(|at| {
            let own = moments[at].influence(series[at])?;
            let error = standard_error(&own, of_benchmark.as_deref()?)?;
            Some((moments[at].sharpe()? - moments[0].sharpe()?, error))
        })
        .collect();
    let sums = block_sums(&series, drawn.length);
    let values: Vec<f64> =
        observed.iter().map(|found| found.map_or(0.0, |(value, _)| value)).collect();
    let studentised: Vec<Vec<f64>> = (0..drawn.replicates)
        .into_par_iter()
        .map(|replicate| {
            let mut generator = seed::generator(drawn.seed, "blocks of days", replicate as u64);
            let starts: Vec<usize> =
                (0..blocks).map(|_| seed::below(&mut generator, rows)).collect();
            let found = resampled(&sums, width, drawn.length, &starts);
            let about = |((value, error), centre): ((f64, f64), &f64)| {
                if error > 0.0 { (value - centre) / error } else { 0.0 }
            };
            found.into_iter().zip(&values).map(about).collect()
        })
        .collect();
    let differences = observed.iter().enumerate().map(|(at, found)| {
        let (value, error) = (*found)?;
        let mut sizes: Vec<f64> = studentised.iter().map(|of| of[at].abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let statistic = value / error;
        let reached = sizes.len() - sizes.partition_point(|size| *size < statistic.abs());
        Some(Difference {
            value,
            half_width: quantile(&sizes, level) * error,
            p_value: p_value(reached, sizes.len()),
            statistic,
        })
    });
    (differences.collect(), studentised)
}

/// First and second moments of a series, not centred.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) square: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let square = values.iter().map(|value| value * value).sum::<f64>() / n;
        Self { mean: math::mean(values).unwrap_or(0.0), square }
    }

    fn variance(&self) -> f64 {
        self.square - self.mean * self.mean
    }

    /// `None` where nothing varies but by rounding.
    pub(super) fn sharpe(&self) -> Option<f64> {
        let variance = self.variance();
        (variance > 1e-24).then(|| self.mean / variance.sqrt())
    }

    /// How the ratio moves with the mean and with the mean square.
    fn gradient(&self) -> [f64; 2] {
        let variance = self.variance();
        let cubed = variance * variance.sqrt();
        [self.square / cubed, -0.5 * self.mean / cubed]
    }

    /// What each value adds to the ratio; `None` where nothing varies.
    fn influence(&self, values: &[f64]) -> Option<Vec<f64>> {
        self.sharpe()?;
        let [on_mean, on_square] = self.gradient();
        let of = |r: &f64| on_mean * (r - self.mean) + on_square * (r * r - self.square);
        Some(values.iter().map(of).collect())
    }
}

/// Standard error of the difference of two ratios from their influences (delta method), its long-run
/// variance by a Bartlett kernel.
fn standard_error(own: &[f64], other: &[f64]) -> Option<f64> {
    let difference: Vec<f64> = own.iter().zip(other).map(|(own, other)| own - other).collect();
    let variance = long_run_variance(&difference);
    (variance > 1e-18).then(|| (variance / difference.len() as f64).sqrt())
}

/// Sum and sum of squares of every series over the block from each day on, around the end: a row a
/// day, the pairs of the series side by side.
pub(super) fn block_sums(series: &[&[f64]], length: usize) -> Vec<[f64; 2]> {
    let rows = series[0].len();
    let squares = |values: &[f64]| values.iter().map(|value| value * value).collect();
    let columns: Vec<Vec<f64>> =
        series.iter().flat_map(|values| [values.to_vec(), squares(values)]).collect();
    let running = RunningSums::new(rows, &columns);
    let mut total = vec![0.0; columns.len()];
    let mut sums = Vec::with_capacity(rows * series.len());
    for start in 0..rows {
        total.fill(0.0);
        running.add(&mut total, (start, length));
        sums.extend_from_slice(total.as_chunks::<2>().0);
    }
    sums
}

/// The difference of every strategy from the first series, and its standard error, over the blocks
/// from some days on; the blocks are independent, so that the error is that of their sums.
pub(super) fn resampled(
    sums: &[[f64; 2]],
    width: usize,
    length: usize,
    starts: &[usize],
) -> Vec<(f64, f64)> {
    let row = |start: usize| &sums[start * width..(start + 1) * width];
    let mut totals = vec![[0.0; 2]; width];
    for start in starts {
        for (total, sum) in totals.iter_mut().zip(row(*start)) {
            total[0] += sum[0];
            total[1] += sum[1];
        }
    }
    let days = (starts.len() * length) as f64;
    let moments: Vec<Moments> = totals
        .iter()
        .map(|total| Moments { mean: total[0] / days, square: total[1] / days })
        .collect();
    // Influence of a block: linear in its sums.
    let linear: Vec<[f64; 3]> = moments
        .iter()
        .map(|moments| match moments.sharpe() {
            None => [0.0; 3],
            Some(_) => {
                let [on_mean, on_square] = moments.gradient();
                let n = length as f64;
                [on_mean, on_square, n * (on_mean * moments.mean + on_square * moments.square)]
            }
        })
        .collect();
    let influence = |[value, square]: &[f64; 2], [a, b, c]: &[f64; 3]| a * value + b * square - c;
    let mut squares = vec![0.0; width];
    for start in starts {
        let sums = row(*start);
        let first = influence(&sums[0], &linear[0]);
        for ((square, sum), linear) in squares.iter_mut().zip(sums).zip(&linear) {
            let difference = influence(sum, linear) - first;
            *square += difference * difference;
        }
    }
    let first = moments[0].sharpe().unwrap_or(0.0);
    (1..width)
        .map(|at| match moments[at].sharpe() {
            Some(own) => (own - first, squares[at].sqrt() / days),
            None => (0.0, 0.0),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(replicate: u64, rows: usize, mean: f64) -> Vec<f64> {
        seed::noise(11, replicate, rows).into_iter().map(|r| r / 70_700.0 + mean).collect()
    }

    fn drawn(seed: u64) -> CircularBlocks {
        CircularBlocks { seed, length: 5, replicates: 199 }
    }

    #[test]
    fn equal_ratios_are_told_apart_at_the_level_of_the_test_and_unequal_ones_are() {
        let rejected = |better: f64| {
            let tell = |market: u64| {
                let hold = noise(2 * market, 1_000, 0.0005);
                // Half of the benchmark, half of its own: twice the mean of one half.
                let own = noise(2 * market + 1, 1_000, 0.0005 + better);
                let (found, about) = sharpe_differences(&[own], &hold, &drawn(market), 0.9);
                assert_eq!((about.len(), about[0].len()), (199, 1));
                let found = found[0].unwrap();
                let covers = (found.value - better * 100.0).abs() <= found.half_width;
                (usize::from(found.p_value <= 0.05), usize::from(covers))
            };
            (0..400).map(tell).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
        };
        let (size, covered) = rejected(0.0);
        assert!((8..=34).contains(&size), "{size} of 400");
        assert!((335..=385).contains(&covered), "{covered} of 400");
        let (power, _) = rejected(0.002);
        assert!(power > 380, "{power} of 400");
    }

    #[test]
    fn the_benchmark_itself_and_few_days_have_no_difference() {
        let hold = noise(1, 400, 0.0);
        let strategies = [hold.clone(), vec![0.0; 400], noise(2, 400, 0.0)];
        let (found, about) = sharpe_differences(&strategies, &hold, &drawn(1), 0.9);
        assert!(found[0].is_none() && found[1].is_none() && found[2].is_some());
        assert!(about.iter().all(|of| of.iter().all(|value| value.is_finite())));
        let few: Vec<Vec<f64>> = strategies.iter().map(|s| s[..251].to_vec()).collect();
        assert_eq!(sharpe_differences(&few, &hold[..251], &drawn(1), 0.9).0, [None; 3]);
    }
}
