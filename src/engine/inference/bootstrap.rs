//! The stationary bootstrap (Politis and Romano 1994) of sums of daily series.
//!
//! Days are drawn in blocks of random length that wrap around the end, so that what depends on its
//! neighbours goes on doing so. The sum of a series over a block is a difference of two running
//! sums: a replicate costs the number of its blocks and not of its days.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;
use rayon::prelude::*;

use super::seed;
use crate::base::statistics::{centred, lane_dot, quantile};
use crate::base::units::math;

/// How days are drawn; equal settings draw the same days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Resampling {
    /// The spec's seed.
    pub(crate) seed: u64,
    /// Mean length of a block in days, at least 1.
    pub(crate) mean_block: f64,
    /// Number of replicates.
    pub(crate) replicates: usize,
}

/// Consecutive days: the first, and how many.
type Block = (usize, usize);

/// Running sums of several series over the same days, the sums of a day side by side.
pub(crate) struct RunningSums {
    rows: usize,
    width: usize,
    /// `rows + 1` times `width`.
    sums: Vec<f64>,
}

impl RunningSums {
    /// Of `series`, each with an entry for every one of `rows` days.
    pub(crate) fn new(rows: usize, series: &[Vec<f64>]) -> Self {
        let width = series.len();
        let mut sums = vec![0.0; (rows + 1) * width];
        for row in 0..rows {
            for (at, values) in series.iter().enumerate() {
                sums[(row + 1) * width + at] = sums[row * width + at] + values[row];
            }
        }
        Self { rows, width, sums }
    }

    fn at(&self, row: usize) -> &[f64] {
        &self.sums[row * self.width..(row + 1) * self.width]
    }

    /// Adds the sums over a block.
    pub(super) fn add(&self, total: &mut [f64], (start, length): Block) {
        let end = start + length;
        // Beyond the last day it goes on with the first.
        let (end, round) = if end > self.rows { (end - self.rows, true) } else { (end, false) };
        add_difference(total, self.at(start), self.at(end));
        if round {
            total.iter_mut().zip(self.at(self.rows)).for_each(|(total, all)| *total += all);
        }
    }

    /// The sums of each series over the resampled days, by replicate.
    pub(crate) fn resampled(&self, resampling: &Resampling) -> Vec<Vec<f64>> {
        let one = |replicate: usize| {
            let mut total = vec![0.0; self.width];
            resampling.draw(self.rows, replicate, |block| self.add(&mut total, block));
            total
        };
        (0..resampling.replicates).into_par_iter().map(one).collect()
    }

    /// [`RunningSums::resampled`] over days that were drawn before.
    pub(crate) fn over(&self, drawn: &Drawn) -> Vec<Vec<f64>> {
        let one = |blocks: &Vec<[u32; 2]>| {
            let mut total = vec![0.0; self.width];
            for [start, length] in blocks {
                self.add(&mut total, (*start as usize, *length as usize));
            }
            total
        };
        drawn.0.par_iter().map(one).collect()
    }
}

/// Adds what one row has more than another, side by side: the innermost loop of every resampling.
fn add_difference(total: &mut [f64], start: &[f64], end: &[f64]) {
    const LANES: usize = 8;
    let (totals, rest) = total.as_chunks_mut::<LANES>();
    let (starts, rest_of_start) = start.as_chunks::<LANES>();
    let (ends, rest_of_end) = end.as_chunks::<LANES>();
    for ((total, start), end) in totals.iter_mut().zip(starts).zip(ends) {
        for lane in 0..LANES {
            total[lane] += end[lane] - start[lane];
        }
    }
    for ((total, start), end) in rest.iter_mut().zip(rest_of_start).zip(rest_of_end) {
        *total += end - start;
    }
}

/// The resampled days of every replicate, in blocks: drawn once for series that come a few at a time.
pub(crate) struct Drawn(Vec<Vec<[u32; 2]>>);

impl Drawn {
    /// Of `rows` days, fewer than 2^32.
    pub(crate) fn new(rows: usize, resampling: &Resampling) -> Self {
        let one = |replicate: usize| {
            let mut drawn = Vec::new();
            resampling.draw(rows, replicate, |(start, length)| {
                drawn.push([start as u32, length as u32]);
            });
            drawn
        };
        Self((0..resampling.replicates).into_par_iter().map(one).collect())
    }

    /// Days that were drawn elsewhere.
    #[cfg(test)]
    pub(super) fn of(blocks: Vec<Vec<[u32; 2]>>) -> Self {
        Self(blocks)
    }

    /// First day and number of days of each block, by replicate.
    pub(super) fn blocks(&self) -> &[Vec<[u32; 2]>] {
        &self.0
    }
}

impl Resampling {
    fn draw(&self, rows: usize, replicate: usize, take: impl FnMut(Block)) {
        let mut generator = seed::generator(self.seed, "resampled days", replicate as u64);
        blocks(&mut generator, rows, self.mean_block, take);
    }
}

/// Draws blocks until there are `rows` days: first days uniform, lengths geometric, the last one cut
/// off.
fn blocks(generator: &mut ChaCha8Rng, rows: usize, mean: f64, mut take: impl FnMut(Block)) {
    // The probability that the day after belongs to the block too.
    let goes_on = 1.0 - 1.0 / mean;
    let scale = if goes_on > 0.0 { 1.0 / math::ln(goes_on) } else { 0.0 };
    let mut left = rows;
    while left > 0 {
        let start = seed::below(generator, rows);
        // From (0, 1], so that the logarithm is finite.
        let uniform = ((generator.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        let length = 1 + (math::ln(uniform) * scale) as usize;
        let length = length.min(left);
        take((start, length));
        left -= length;
    }
}

/// Mean length of the blocks in which several series are resampled together: that of
/// [`median_block`] of what [`mean_block`] says of each.
pub(crate) fn common_block<'a>(series: impl Iterator<Item = &'a Vec<f64>>) -> f64 {
    median_block(series.map(|series| mean_block(series)).collect())
}

/// The median of the mean block lengths of several series, at least a week. What one series asks for
/// is an uncertain figure, and the largest of many would mostly be chance.
pub(crate) fn median_block(mut lengths: Vec<f64>) -> f64 {
    const WEEK: f64 = 5.0;
    lengths.sort_by(f64::total_cmp);
    if lengths.is_empty() { WEEK } else { quantile(&lengths, 0.5).max(WEEK) }
}

/// Mean block length by Politis and White (2004) with the correction of Patton, Politis and White
/// (2009), for the mean of a series; at least 1.
pub(crate) fn mean_block(series: &[f64]) -> f64 {
    let rows = series.len();
    let n = rows as f64;
    let Some(centred) = centred(series).filter(|_| rows >= 10) else { return 1.0 };
    // Lags that must be negligible one after another.
    let run = 5.max(math::log10(n) as usize);
    let most = (libm::ceil(n.sqrt()) as usize + run).min(rows - 2);
    let negligible = 2.0 * (math::log10(n) / n).sqrt();
    let squares: Vec<f64> = std::iter::once(0.0)
        .chain(centred.iter().scan(0.0, |sum, value| {
            *sum += value * value;
            Some(*sum)
        }))
        .collect();
    let total = squares[rows];
    if total <= 0.0 {
        return 1.0;
    }
    let (mut covariances, mut small, mut bandwidth) = (Vec::with_capacity(most + 1), 0, None);
    for lag in 0..=most {
        let product = lane_dot::<8>(&centred[lag..], &centred[..rows - lag]);
        covariances.push(product / n);
        if bandwidth.is_none() && lag >= run && small >= run {
            bandwidth = Some(lag - run);
        }
        let (late, early) = (total - squares[lag + 1], squares[rows - lag - 1]);
        let is_small = product.abs() / (late * early).sqrt() < negligible;
        small = if is_small { small + 1 } else { 0 };
    }
    let lags = bandwidth.map_or(most, |lags: usize| (2 * lags.max(1)).min(most));
    let (mut slope, mut variance) = (0.0, covariances[0]);
    for (lag, covariance) in covariances.iter().enumerate().take(lags + 1).skip(1) {
        let share = lag as f64 / lags as f64;
        let weight = if share <= 0.5 { 1.0 } else { 2.0 * (1.0 - share) };
        slope += 2.0 * weight * lag as f64 * covariance;
        variance += 2.0 * weight * covariance;
    }
    let length = libm::cbrt(slope * slope / (variance * variance) * n);
    let longest = libm::ceil((3.0 * n.sqrt()).min(n / 3.0));
    if length.is_finite() { length.clamp(1.0, longest) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(replicate: u64, rows: usize) -> Vec<f64> {
        seed::noise(5, replicate, rows).into_iter().map(|value| value / 1_000.0).collect()
    }

    #[test]
    fn a_block_is_summed_as_its_days_would_be_also_around_the_end() {
        // Some side by side, and some more.
        let columns: Vec<Vec<f64>> = (0..10).map(|at| series(at, 40)).collect();
        let running = RunningSums::new(40, &columns);
        for (start, length) in [(0, 40), (3, 1), (35, 5), (35, 6), (39, 40), (0, 1)] {
            let mut total = vec![0.0; columns.len()];
            running.add(&mut total, (start, length));
            for (total, column) in total.iter().zip(&columns) {
                let expected: f64 = (start..start + length).map(|day| column[day % 40]).sum();
                assert!((total - expected).abs() < 1e-12, "{start} {length}");
            }
        }
    }

    #[test]
    fn days_drawn_before_are_the_days_that_are_drawn() {
        let resampling = Resampling { seed: 3, mean_block: 4.0, replicates: 9 };
        let running = RunningSums::new(40, &[series(0, 40), series(1, 40)]);
        let drawn = Drawn::new(40, &resampling);
        assert_eq!(running.over(&drawn), running.resampled(&resampling));
    }

    #[test]
    fn blocks_cover_as_many_days_and_have_their_mean_length() {
        for mean in [1.0, 4.0, 25.0] {
            let (mut days, mut count) = (0, 0);
            for replicate in 0..200 {
                let mut generator = seed::generator(1, "blocks", replicate);
                let before = days;
                blocks(&mut generator, 2_000, mean, |(start, length)| {
                    assert!(start < 2_000 && length >= 1);
                    days += length;
                    count += 1;
                });
                assert_eq!(days - before, 2_000);
            }
            let found = days as f64 / count as f64;
            assert!((found / mean - 1.0).abs() < 0.03, "{mean}: {found}");
        }
    }

    #[test]
    fn resampled_means_vary_as_the_mean_of_a_dependent_series_does() {
        // An autoregression of 0.5: the variance of its mean is three times that of noise.
        let noise = series(2, 4_000);
        let mut path = vec![0.0];
        for shock in &noise {
            path.push(0.5 * path[path.len() - 1] + shock);
        }
        let block = mean_block(&path);
        let running = RunningSums::new(path.len(), &[path.clone(), vec![1.0; path.len()]]);
        let resampling = Resampling { seed: 1, mean_block: block, replicates: 999 };
        let sums = running.resampled(&resampling);
        assert!(sums.iter().all(|sums| (sums[1] - 4_001.0).abs() < 1e-9));
        let sums: Vec<f64> = sums.iter().map(|sums| sums[0]).collect();
        let deviation = math::std_dev(&sums).unwrap();
        let long_run = 2.0 * math::std_dev(&noise).unwrap() * 4_001.0_f64.sqrt();
        assert!((0.85..1.1).contains(&(deviation / long_run)), "{}", deviation / long_run);
    }

    #[test]
    fn a_series_without_dependence_or_variance_has_short_blocks() {
        assert!(mean_block(&series(3, 2_000)) < 4.0);
        assert_eq!(mean_block(&[1.0; 500]), 1.0);
        assert_eq!(mean_block(&[1.0, 2.0]), 1.0);
        let slow: Vec<f64> = (0..500).map(|t| f64::from(t / 50 % 2)).collect();
        let common = |series: &[Vec<f64>]| common_block(series.iter());
        assert_eq!(common(&[series(3, 500), slow.clone(), series(4, 500)]), 5.0);
        assert!(common(&[slow.clone(), slow, series(4, 500)]) > 20.0);
        assert_eq!(common(&[]), 5.0);
    }
}
