//! The fluctuation test: has a model's edge over its benchmark come and gone?

use crate::base::statistics::long_run_variance;

/// Share of the forecasts that the moving window holds.
const WINDOW_SHARE: f64 = 0.3;

/// Fewest forecasts that the test is worth.
const MIN_FORECASTS: usize = 100;

/// `m/P`, two-sided 5 % and 10 %, one-sided 5 % and 10 %: table I of Giacomini and Rossi (2010).
const TABLE: [[f64; 5]; 9] = [
    [0.1, 3.393, 3.170, 3.176, 2.928],
    [0.2, 3.179, 2.948, 2.938, 2.676],
    [0.3, 3.012, 2.766, 2.770, 2.482],
    [0.4, 2.890, 2.626, 2.624, 2.334],
    [0.5, 2.779, 2.500, 2.475, 2.168],
    [0.6, 2.634, 2.356, 2.352, 2.030],
    [0.7, 2.560, 2.252, 2.248, 1.904],
    [0.8, 2.433, 2.130, 2.080, 1.740],
    [0.9, 2.248, 1.950, 1.975, 1.600],
];

/// Critical values of the largest fluctuation, in the order of the table, for a window that holds
/// the share `mu` of the forecasts, 0.1 to 0.9; linear between the tabulated ones, the nearest beyond
/// them.
pub(crate) fn critical_values(mu: f64) -> [f64; 4] {
    let above = TABLE.iter().position(|row| row[0] >= mu).unwrap_or(TABLE.len() - 1).max(1);
    let (low, high) = (TABLE[above - 1], TABLE[above]);
    let weight = ((mu - low[0]) / (high[0] - low[0])).clamp(0.0, 1.0);
    [1, 2, 3, 4].map(|column| low[column] + weight * (high[column] - low[column]))
}

/// The statistic through time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FluctuationPath {
    /// Forecasts in the moving window `m`.
    pub window: usize,
    /// `m / P`.
    pub share: f64,
    /// By forecast, the statistic of the `m` forecasts up to it; `NaN` until the window is full.
    pub values: Vec<f64>,
}

/// Giacomini and Rossi (2010): `F_t = (sum of the last m loss differences) / (s sqrt(m))` with `m`
/// = 30 % of the `P` forecasts and `s^2` the long-run variance of the loss difference over all of
/// them.
///
/// `difference` is the benchmark's loss less the model's: high is good. The scale looks at all
/// forecasts, so the path is read with hindsight. `None` without variation or below 100 forecasts.
pub(crate) fn fluctuation(difference: &[f64]) -> Option<FluctuationPath> {
    let rows = difference.len();
    let variance = long_run_variance(difference);
    if rows < MIN_FORECASTS || variance <= 0.0 {
        return None;
    }
    let window = (WINDOW_SHARE * rows as f64).round() as usize;
    let scale = 1.0 / (variance * window as f64).sqrt();
    let mut values = vec![f64::NAN; rows];
    let mut sum = 0.0;
    for t in 0..rows {
        sum += difference[t];
        if t >= window {
            sum -= difference[t - window];
        }
        if t + 1 >= window {
            values[t] = sum * scale;
        }
    }
    Some(FluctuationPath { window, share: window as f64 / rows as f64, values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::seed::noise;

    fn largest(path: &FluctuationPath) -> f64 {
        path.values.iter().filter(|value| value.is_finite()).fold(0.0, |m, v| m.max(v.abs()))
    }

    #[test]
    fn it_knows_no_unit() {
        let series = noise(5, 0, 1_000);
        let scaled: Vec<f64> = series.iter().map(|value| value * 1e-7).collect();
        let (a, b) = (fluctuation(&series).unwrap(), fluctuation(&scaled).unwrap());
        assert_eq!((a.window, a.share), (300, 0.3));
        assert!(a.values[298].is_nan() && a.values[299].is_finite());
        assert!((largest(&a) / largest(&b) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn it_rejects_at_its_level_without_an_edge_and_finds_one_that_came_late() {
        let critical = critical_values(0.3)[1];
        let rejections = (0..400)
            .filter(|replicate| {
                largest(&fluctuation(&noise(5, *replicate, 800)).unwrap()) > critical
            })
            .count();
        assert!((20..=60).contains(&rejections), "{rejections} of 400 at 10 %");
        let mut late = noise(5, 9, 1_000);
        late[700..].iter_mut().for_each(|value| *value += 250.0);
        assert!(largest(&fluctuation(&late).unwrap()) > critical_values(0.3)[0]);
    }

    #[test]
    fn critical_values_are_interpolated_and_kept_at_the_ends() {
        assert_eq!(critical_values(0.3)[0], 3.012);
        assert!((critical_values(0.35)[3] - 2.408).abs() < 1e-12);
        assert_eq!(critical_values(0.02)[0], 3.393);
        assert_eq!(critical_values(0.95)[0], 2.248);
    }

    #[test]
    fn a_model_that_is_its_benchmark_has_no_test() {
        assert_eq!(fluctuation(&[0.0; 500]), None);
        assert_eq!(fluctuation(&noise(5, 1, 99)), None);
    }
}
