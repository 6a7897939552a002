//! Forecast metrics against the prevailing mean (methods, section 3).

use super::skill::pesaran_timmermann;
use crate::base::statistics::long_run_variance;
use crate::base::units::math::{self, sign};
use crate::results::{Estimate, ForecastMetrics, Interval, ScaledMetrics};

/// Level of the tests that conclusions rest on.
pub(crate) const LEVEL: f64 = 0.05;

/// Rows below which a long-run variance says nothing.
pub(super) const MIN_ROWS: usize = 30;

/// The benchmark of every forecast row: the mean of `y` over all rows before it.
///
/// `y` are all `n` supervised rows; the result has one entry for each row from `first` on, which
/// must be at least 1.
pub(crate) fn prevailing_mean(y: &[f64], first: usize) -> Vec<f64> {
    let mut sum: f64 = y[..first].iter().sum();
    (first..y.len())
        .map(|i| {
            let mean = sum / i as f64;
            sum += y[i];
            mean
        })
        .collect()
}

/// The benchmark of weighted models: the mean of `y` over all rows before, each with its weight.
///
/// `y` and `weights` are of all `n` supervised rows; the result has one entry for each row from
/// `first` on, before which some weight must be positive.
pub(crate) fn weighted_mean(y: &[f64], weights: &[f64], first: usize) -> Vec<f64> {
    let (mut sum, mut mean) = (0.0, 0.0);
    let mut means = Vec::with_capacity(y.len() - first);
    for (row, (y, weight)) in y.iter().zip(weights).enumerate() {
        if row >= first {
            means.push(mean);
        }
        if *weight > 0.0 {
            sum += weight;
            mean += weight / sum * (y - mean);
        }
    }
    means
}

/// Forecast errors of a model and of its benchmark over the same rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Errors {
    /// `e = y - f`.
    pub model: Vec<f64>,
    /// `e0 = y - m`.
    pub benchmark: Vec<f64>,
}

impl Errors {
    /// Of forecasts and benchmark forecasts of `actual`.
    pub(crate) fn new(actual: &[f64], forecast: &[f64], benchmark: &[f64]) -> Self {
        let error = |forecast: &[f64]| actual.iter().zip(forecast).map(|(y, f)| y - f).collect();
        Self { model: error(forecast), benchmark: error(benchmark) }
    }

    /// The loss difference `e0^2 - e^2`, by row.
    pub(crate) fn gains(&self) -> Vec<f64> {
        self.model.iter().zip(&self.benchmark).map(|(e, e0)| e0 * e0 - e * e).collect()
    }

    /// `2 e0 (e0 - e)`, by row: the loss difference without the noise of fitting what the benchmark
    /// takes to be zero (Clark and West 2007).
    pub(crate) fn adjusted(&self) -> Vec<f64> {
        self.model.iter().zip(&self.benchmark).map(|(e, e0)| 2.0 * e0 * (e0 - e)).collect()
    }

    /// In units of the deviation that could be expected of each row, from its variance.
    #[must_use]
    pub(crate) fn scaled(&self, variance: &[f64]) -> Self {
        let scaled =
            |errors: &[f64]| errors.iter().zip(variance).map(|(e, v)| e / v.sqrt()).collect();
        Self { model: scaled(&self.model), benchmark: scaled(&self.benchmark) }
    }

    /// [`Errors::oos_r2`] without the 20 rows of largest `|e0^2 - e^2|`; `None` of fewer than 252.
    fn oos_r2_without_20(&self) -> Option<f64> {
        const LEFT_OUT: usize = 20;
        const FEWEST: usize = 252;
        let gains = self.gains();
        let mut sizes: Vec<f64> = gains.iter().map(|gain| gain.abs()).collect();
        if sizes.len() < FEWEST {
            return None;
        }
        let at = sizes.len() - LEFT_OUT;
        let (_, smallest_left_out, _) = sizes.select_nth_unstable_by(at, f64::total_cmp);
        let limit = *smallest_left_out;
        self.filter(|row| gains[row].abs() < limit).oos_r2()
    }

    /// Only the rows for which `keep` holds.
    #[must_use]
    pub(crate) fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let pick = |errors: &[f64]| {
            errors.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, e)| *e).collect()
        };
        Self { model: pick(&self.model), benchmark: pick(&self.benchmark) }
    }

    /// `1 - sum e^2 / sum e0^2` (Campbell and Thompson 2008); `None` when the benchmark is perfect
    /// or there is no row.
    pub(crate) fn oos_r2(&self) -> Option<f64> {
        let base = sum_of_squares(&self.benchmark);
        (base > 0.0).then(|| 1.0 - sum_of_squares(&self.model) / base)
    }

    /// [`Errors::oos_r2`] with its interval by the delta method, with a long-run variance under a
    /// Bartlett kernel of lag `floor(4 (P/100)^(2/9))` (Newey and West 1987, 1994). No interval below
    /// 30 rows.
    pub(crate) fn oos_r2_estimate(&self) -> Option<Estimate> {
        let rows = self.model.len();
        let (r2, influence) = self.oos_r2_influence()?;
        let error = || (long_run_variance(&influence) / rows as f64).sqrt();
        let interval = (rows >= MIN_ROWS).then(|| Interval::about(r2, error()));
        Some(Estimate { value: r2, interval })
    }

    /// [`Errors::oos_r2`], and what each row adds to its deviation from the truth: R2 is a ratio of two
    /// means, its linearisation at the estimate is `(e0^2 - e^2 - R2 e0^2) / mean(e0^2)`.
    pub(super) fn oos_r2_influence(&self) -> Option<(f64, Vec<f64>)> {
        let r2 = self.oos_r2()?;
        let base = sum_of_squares(&self.benchmark) / self.model.len() as f64;
        let rows = self.model.iter().zip(&self.benchmark);
        let influence = rows.map(|(e, e0)| ((1.0 - r2) * e0 * e0 - e * e) / base);
        Some((r2, influence.collect()))
    }
}

pub(super) fn sum_of_squares(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// Clark and West (2007): statistic and one-sided p-value; `None` without variation (such as a
/// model that always equals its benchmark).
pub(crate) fn clark_west(errors: &Errors) -> Option<(f64, f64)> {
    let adjusted = errors.adjusted();
    let deviation = math::std_dev(&adjusted)?;
    if deviation <= 0.0 {
        return None;
    }
    let statistic = math::mean(&adjusted)? / (deviation / (adjusted.len() as f64).sqrt());
    Some((statistic, math::normal_sf(statistic)))
}

/// All forecast metrics over some rows; `errors` are those of `forecast` against `actual`, `scaled`
/// the same in units of each row's risk. What is not defined over them is `None`, and so is what
/// needs the fits. Whether there is
/// evidence is decided over a family, and not here.
pub(crate) fn forecast_metrics(
    actual: &[f64],
    forecast: &[f64],
    errors: &Errors,
    scaled: Option<&Errors>,
) -> ForecastMetrics {
    let rows = actual.len();
    let squares = sum_of_squares(&errors.model);
    let zero = sum_of_squares(actual);
    let absolute: Vec<f64> = errors.model.iter().map(|e| e.abs()).collect();
    let (statistic, p) = clark_west(errors).unzip();
    let oos_r2 = errors.oos_r2_estimate();
    let right = actual.iter().zip(forecast).filter(|(y, f)| sign(**y) == sign(**f)).count();
    let scaled = scaled.map(|errors| {
        let (clark_west, clark_west_p) = clark_west(errors).unzip();
        ScaledMetrics {
            oos_r2: errors.oos_r2_estimate(),
            clark_west,
            clark_west_p,
            fit_mean_p: None,
        }
    });
    ForecastMetrics {
        rows,
        rmse: (rows > 0).then(|| (squares / rows as f64).sqrt()),
        mae: math::mean(&absolute),
        oos_r2,
        oos_r2_zero: (zero > 0.0).then(|| 1.0 - squares / zero),
        hit_rate: (rows > 0).then(|| right as f64 / rows as f64),
        pesaran_timmermann_p: pesaran_timmermann(actual, forecast),
        clark_west: statistic,
        clark_west_p: p,
        fit_mean_p: None,
        cumulative_sse_difference_last: sum_of_squares(&errors.benchmark) - squares,
        rejects: p.is_some_and(|p| p < LEVEL),
        scaled,
        oos_r2_without_20: errors.oos_r2_without_20(),
        evidence: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{interval, value};

    #[test]
    fn the_benchmark_knows_only_earlier_rows() {
        let y = [1.0, 3.0, 8.0, 100.0];
        assert_eq!(prevailing_mean(&y, 2), [2.0, 4.0]);
        assert_eq!(weighted_mean(&y, &[1.0; 4], 2), [2.0, 4.0]);
        assert_eq!(weighted_mean(&y, &[0.0, 3.0, 1.0, 5.0], 2), [3.0, 4.25]);
    }

    #[test]
    fn a_perfect_forecast_has_r2_one_and_the_benchmark_itself_zero() {
        let y = [0.01, -0.02, 0.03, 0.01];
        let m = [0.0, 0.001, 0.0, 0.002];
        let metrics = |f: &[f64]| forecast_metrics(&y, f, &Errors::new(&y, f, &m), None);
        let perfect = metrics(&y);
        assert_eq!((value(perfect.oos_r2), perfect.hit_rate), (Some(1.0), Some(1.0)));
        let nothing = metrics(&m);
        assert_eq!((value(nothing.oos_r2), nothing.clark_west), (Some(0.0), None));
        assert_eq!(nothing.cumulative_sse_difference_last, 0.0);
    }

    #[test]
    fn an_interval_shrinks_with_the_root_of_the_rows() {
        let series = |n: usize| -> (Vec<f64>, Vec<f64>, Vec<f64>) {
            let mut uniform = crate::base::statistics::noise::uniform(1);
            let y: Vec<f64> = (0..n).map(|_| uniform()).collect();
            let f = y.iter().map(|y| 0.1 * y + 0.1 * uniform()).collect();
            (y, f, vec![0.0; n])
        };
        let width = |n| {
            let (y, f, m) = series(n);
            let interval = interval(Errors::new(&y, &f, &m).oos_r2_estimate()).unwrap();
            interval.high - interval.low
        };
        let ratio = width(1_000) / width(16_000);
        assert!((3.5..4.5).contains(&ratio), "{ratio}");
    }
}
