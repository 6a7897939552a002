//! Statistics of plain series that several rooms need.

use crate::base::units::math;

/// Long-run variance of a series about its mean: Bartlett kernel of lag `floor(4 (n/100)^(2/9))`
/// (Newey and West 1987, 1994), never negative. Zero for fewer than two values.
pub(crate) fn long_run_variance(series: &[f64]) -> f64 {
    let rows = series.len() as f64;
    long_run_variance_of_lag(series, libm::floor(4.0 * math::pow(rows / 100.0, 2.0 / 9.0)) as usize)
}

/// [`long_run_variance`] with as many lags as are given.
pub(crate) fn long_run_variance_of_lag(series: &[f64], lags: usize) -> f64 {
    let Some(centred) = centred(series).filter(|_| series.len() >= 2) else { return 0.0 };
    let rows = centred.len();
    let autocovariance = |lag: usize| dot(&centred[lag..], &centred) / rows as f64;
    let mut variance = autocovariance(0);
    for lag in 1..=lags.min(rows - 1) {
        let weight = 1.0 - lag as f64 / (lags + 1) as f64;
        variance += 2.0 * weight * autocovariance(lag);
    }
    variance.max(0.0)
}

/// The quantile of `share` in `[0, 1]` of at least one value in ascending order, linear between
/// neighbours (numpy's default).
pub(crate) fn quantile(ascending: &[f64], share: f64) -> f64 {
    let place = share * (ascending.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(ascending.len() - 1);
    ascending[below] + (ascending[above] - ascending[below]) * (place - below as f64)
}

/// Takes a value into others in ascending order, behind those equal to it.
pub(crate) fn insert_ascending(ascending: &mut Vec<f64>, value: f64) {
    let position = ascending.partition_point(|earlier| *earlier <= value);
    ascending.insert(position, value);
}

/// Position of the smallest value, of equal ones the first; 0 of none.
pub(crate) fn smallest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] < values[best] { at } else { best })
}

/// Position of the largest value, of equal ones the first; 0 of none.
pub(crate) fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

/// The largest absolute value; 0 of none.
pub(crate) fn largest_size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

/// The values less their mean; `None` of none.
pub(crate) fn centred(values: &[f64]) -> Option<Vec<f64>> {
    let mean = math::mean(values)?;
    Some(values.iter().map(|value| value - mean).collect())
}

/// The finite values, in order.
pub(crate) fn finite(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|value| value.is_finite()).collect()
}

/// Sum of products, over the shorter of the two.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Sum of products of two slices of equal length in `LANES` independent partial sums, for long
/// ones: several times as fast as [`dot`], in another fixed order.
pub(crate) fn lane_dot<const LANES: usize>(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (whole_a, rest_a) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    for (a, b) in whole_a.iter().zip(whole_b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    // Pairs of neighbours, then pairs of pairs.
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] = lanes[2 * lane] + lanes[2 * lane + 1];
        }
    }
    rest_a.iter().zip(rest_b).fold(lanes[0], |sum, (a, b)| sum + a * b)
}

/// Cosine of two vectors; `None` when one is zero.
pub(crate) fn cosine(a: &[f64], b: &[f64]) -> Option<f64> {
    let (aa, bb) = (dot(a, a), dot(b, b));
    (aa > 0.0 && bb > 0.0).then(|| (dot(a, b) / (aa * bb).sqrt()).clamp(-1.0, 1.0))
}

/// Pearson correlation of two series; `None` when one does not vary.
pub(crate) fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    cosine(&centred(a)?, &centred(b)?)
}

#[cfg(test)]
pub(crate) mod noise {
    //! Repeatable noise for tests.

    /// A generator of uniform numbers from -1/2 to 1/2.
    pub(crate) fn uniform(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_variance_knows_no_level_and_squares_with_the_scale() {
        let series: Vec<f64> = (0..500).map(|t| f64::from(t * t % 37) - 9.0).collect();
        let moved: Vec<f64> = series.iter().map(|value| 3.0 * value + 100.0).collect();
        let ratio = long_run_variance(&moved) / long_run_variance(&series);
        assert!((ratio - 9.0).abs() < 1e-9, "{ratio}");
        assert_eq!(long_run_variance(&[1.0]), 0.0);
    }

    #[test]
    fn days_that_repeat_count_once() {
        let mut noise = noise::uniform(4);
        let once: Vec<f64> = (0..4_000).map(|_| noise()).collect();
        let doubled: Vec<f64> = once.iter().flat_map(|value| [*value, *value]).collect();
        let ratio = long_run_variance(&doubled) / long_run_variance(&once);
        assert!((1.7..2.1).contains(&ratio), "{ratio}");
    }

    #[test]
    fn quantiles_are_linear_between_neighbours() {
        let values = [1.0, 2.0, 4.0];
        assert_eq!((quantile(&values, 0.0), quantile(&values, 0.75)), (1.0, 3.0));
        assert_eq!((quantile(&values, 1.0), quantile(&[5.0], 0.05)), (4.0, 5.0));
    }

    #[test]
    fn a_correlation_is_the_cosine_of_what_varies() {
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[-5.0, -7.0, -9.0]), Some(-1.0));
        assert_eq!(correlation(&[1.0, 1.0], &[0.0, 1.0]), None);
        assert_eq!(cosine(&[3.0, 0.0], &[0.0, 2.0]), Some(0.0));
    }
}
