//! The best segmentation of a series into stretches of one mean each.

use crate::base::statistics::{long_run_variance, quantile};
use crate::base::units::math;

/// Fewest rows of a segment: half a year.
pub(crate) const MIN_SEGMENT: usize = 126;

/// Rows between two candidate boundaries: a week. Finer than any loss difference can resolve, and
/// twenty-five times as fast as a day.
const STEP: usize = 5;

/// Share of the values that is drawn in to the quantile on each side.
const TAIL: f64 = 0.01;

/// First rows of the segments after the first, by least squares under a BIC penalty.
///
/// Minimises `sum (x_t - mean of its segment)^2 / s^2 + 2 ln(n) (segments - 1)` over all
/// boundaries on a weekly grid that leave [`MIN_SEGMENT`] rows on either side: each further
/// segment costs a mean and a place (Yao 1988; optimal partitioning of Jackson et al. 2005). The
/// squared losses of daily returns have tails in which a single week could buy a segment:
/// `x` are the values [`winsorised`], and `s^2` is their long-run variance.
pub(crate) fn segmentation(values: &[f64]) -> Vec<usize> {
    let x = winsorised(values);
    let variance = long_run_variance(&x);
    if x.len() < 2 * MIN_SEGMENT || variance <= 0.0 {
        return Vec::new();
    }
    partition(&x, 2.0 * math::ln(x.len() as f64) * variance)
}

/// The values, those beyond the 1 % and 99 % quantiles drawn in to them.
pub(crate) fn winsorised(values: &[f64]) -> Vec<f64> {
    if values.is_empty() {
        return Vec::new();
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&sorted, TAIL), quantile(&sorted, 1.0 - TAIL));
    values.iter().map(|value| value.clamp(low, high)).collect()
}

/// Optimal partitioning: the cheapest partition of `x[..end]` is the cheapest of some `x[..start]`
/// and one segment more.
fn partition(x: &[f64], penalty: f64) -> Vec<usize> {
    let rows = x.len();
    let mut sums = vec![(0.0, 0.0); rows + 1];
    for (t, value) in x.iter().enumerate() {
        sums[t + 1] = (sums[t].0 + value, sums[t].1 + value * value);
    }
    let cost = |start: usize, end: usize| {
        let sum = sums[end].0 - sums[start].0;
        sums[end].1 - sums[start].1 - sum * sum / (end - start) as f64
    };
    let ends: Vec<usize> = (0..rows).step_by(STEP).chain([rows]).collect();
    // By candidate: the cheapest partition up to it, and the candidate where its last segment
    // starts; the first is the empty one, without a boundary to pay for.
    let mut best = vec![(f64::INFINITY, 0); ends.len()];
    best[0].0 = -penalty;
    for last in 1..ends.len() {
        for first in 0..last {
            if ends[last] - ends[first] < MIN_SEGMENT {
                break;
            }
            let total = best[first].0 + penalty + cost(ends[first], ends[last]);
            if total < best[last].0 {
                best[last] = (total, first);
            }
        }
    }
    let mut boundaries = Vec::new();
    let mut at = best[ends.len() - 1].1;
    while at > 0 {
        boundaries.push(ends[at]);
        at = best[at].1;
    }
    boundaries.reverse();
    boundaries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::seed::noise;

    #[test]
    fn noise_and_one_wild_week_are_one_segment() {
        let mut series = noise(8, 0, 2_000);
        assert!(segmentation(&series).is_empty());
        series[1_000..1_005].iter_mut().for_each(|value| *value = 60_000.0);
        assert!(segmentation(&series).is_empty());
    }

    #[test]
    fn no_partition_is_cheaper_than_the_one_found() {
        let mut series = noise(8, 0, 700);
        series[300..].iter_mut().for_each(|value| *value += 400.0);
        let penalty = 2.0 * math::ln(700.0) * long_run_variance(&series);
        let cost = |bounds: &[usize]| {
            bounds
                .windows(2)
                .map(|pair| {
                    let part = &series[pair[0]..pair[1]];
                    let mean = math::mean(part).unwrap();
                    part.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() + penalty
                })
                .sum::<f64>()
        };
        let with = |inner: &[usize]| [&[0], inner, &[700]].concat();
        let found = cost(&with(&partition(&series, penalty)));
        assert!(found <= cost(&with(&[])));
        for one in (130..=570).step_by(STEP) {
            assert!(found <= cost(&with(&[one])) * (1.0 + 1e-12));
            for two in (one + 130..=570).step_by(STEP) {
                assert!(found <= cost(&with(&[one, two])) * (1.0 + 1e-12));
            }
        }
    }

    #[test]
    fn a_series_too_short_to_cut_is_whole() {
        assert!(segmentation(&noise(8, 0, 251)).is_empty());
        assert!(segmentation(&[0.0; 1_000]).is_empty());
        assert!(segmentation(&[]).is_empty());
    }
}
