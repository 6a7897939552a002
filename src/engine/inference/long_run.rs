//! Long-run variance: what the variance of a mean really is when the days are not independent.

use crate::base::moments;
use crate::base::units::math;

/// Long-run variance of a series about its mean ([`moments::long_run_variance`]). Zero for fewer
/// than two values.
pub(crate) fn long_run_variance(series: &[f64]) -> f64 {
    let Some(mean) = math::mean(series).filter(|_| series.len() >= 2) else { return 0.0 };
    let centred: Vec<f64> = series.iter().map(|value| value - mean).collect();
    moments::long_run_variance(&centred)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::seed;

    #[test]
    fn it_knows_no_level_and_squares_with_the_scale() {
        let series: Vec<f64> = (0..500).map(|t| f64::from(t * t % 37) - 9.0).collect();
        let moved: Vec<f64> = series.iter().map(|value| 3.0 * value + 100.0).collect();
        let ratio = long_run_variance(&moved) / long_run_variance(&series);
        assert!((ratio - 9.0).abs() < 1e-9, "{ratio}");
        assert_eq!(long_run_variance(&[1.0]), 0.0);
    }

    #[test]
    fn days_that_repeat_count_once() {
        let mut generator = seed::generator(4, "noise", 0);
        let noise: Vec<f64> =
            (0..4_000).map(|_| seed::below(&mut generator, 1_000) as f64).collect();
        let doubled: Vec<f64> = noise.iter().flat_map(|value| [*value, *value]).collect();
        let ratio = long_run_variance(&doubled) / long_run_variance(&noise);
        assert!((1.7..2.1).contains(&ratio), "{ratio}");
    }
}
