//! What could be known about a day's risk before it.

use crate::base::statistics::largest_size;
use crate::base::units::math;
use crate::engine::metrics::prevailing_mean;

/// Weight of the day before's variance (RiskMetrics 1996).
const DECAY: f64 = 0.94;

/// Rows from whose deviations the recursion starts: it is known from this row on.
pub(crate) const FIRST: usize = 63;

/// Ex-ante variance of each row of the target (methods, section 10): `v[i] = 0.94 v[i-1] + 0.06
/// e0[i-1]^2`, `e0` the error of the prevailing mean of the rows before. It starts at row
/// [`FIRST`], with the mean squared deviation of the rows before.
///
/// `y` are all `n` supervised rows; the result has `n` entries, `NaN` before row [`FIRST`]. `None`
/// where there are no more rows than that or a variance is zero.
pub(crate) fn ex_ante_variance(y: &[f64]) -> Option<Vec<f64>> {
    let (start, rest) = y.split_at_checked(FIRST)?;
    let mean = math::mean(start)?;
    let mut variance = start.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / FIRST as f64;
    let mut path = vec![f64::NAN; FIRST];
    for (y, mean) in rest.iter().zip(prevailing_mean(y, FIRST)) {
        path.push(variance);
        variance = next_variance(variance, y - mean);
    }
    // What rounding leaves of a constant is no variance.
    let largest = largest_size(y);
    let least = (1e-10 * largest) * (1e-10 * largest);
    (!rest.is_empty() && path[FIRST..].iter().all(|v| *v > least)).then_some(path)
}

/// The variance of the row after one with this variance and this error of the prevailing mean.
fn next_variance(variance: f64, error: f64) -> f64 {
    DECAY * variance + (1.0 - DECAY) * error * error
}

/// The variances of consecutive rows, from that of the first, what happened and what the prevailing
/// mean forecast.
pub(crate) fn variances(first: f64, actual: &[f64], benchmark: &[f64]) -> Vec<f64> {
    let mut next = first;
    let variance = |(y, mean): (&f64, &f64)| {
        let variance = next;
        next = next_variance(variance, y - mean);
        variance
    };
    actual.iter().zip(benchmark).map(variance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;

    #[test]
    fn it_starts_from_the_first_quarter_and_knows_only_earlier_rows() {
        let mut uniform = noise::uniform(1);
        let mut y: Vec<f64> = (0..200).map(|_| uniform()).collect();
        let path = ex_ante_variance(&y).unwrap();
        assert!(path[..FIRST].iter().all(|v| v.is_nan()));
        let mean = y[..FIRST].iter().sum::<f64>() / 63.0;
        let start = y[..FIRST].iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / 63.0;
        assert!((path[FIRST] - start).abs() < 1e-15);
        let error = y[FIRST] - mean;
        assert!((path[FIRST + 1] - (0.94 * start + 0.06 * error * error)).abs() < 1e-15);
        y[150] += 10.0;
        let tampered = ex_ante_variance(&y).unwrap();
        assert_eq!(path[FIRST..=150], tampered[FIRST..=150]);
        assert!(tampered[151] > 5.0);
    }

    #[test]
    fn it_is_not_of_few_rows_or_of_none_that_varies() {
        assert_eq!(ex_ante_variance(&[0.1; 63]), None);
        assert_eq!(ex_ante_variance(&[0.1; 500]), None);
    }
}
