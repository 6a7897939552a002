//! Two models on the same rows: how much better one forecasts, and whether by more than chance.

use super::Errors;
use super::forecast::{MIN_ROWS, clark_west, sum_of_squares};
use crate::base::statistics::long_run_variance;
use crate::base::units::math;
use crate::results::Estimate;

/// A model compared with another on the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Comparison {
    /// Difference of their out-of-sample R2 against the same benchmark, its interval by a long-run
    /// variance (Bartlett kernel).
    pub r2_gain: Estimate,
    /// Test statistic: positive where the first model is better.
    pub statistic: f64,
    /// One-sided p-value.
    pub p_value: f64,
}

/// Diebold and Mariano (1995) on squared errors with the correction of Harvey, Leybourne and
/// Newbold (1997), `t` with `P - 1` degrees of freedom; for models that are not nested.
///
/// `None` below 30 rows or where the two never differ.
pub(crate) fn diebold_mariano(model: &Errors, other: &Errors) -> Option<Comparison> {
    let difference = pair(model, other)?.gains();
    let (statistic, _) = loss_statistic(&difference)?;
    let p_value = math::student_t_sf(statistic, difference.len() as f64 - 1.0);
    Some(Comparison { r2_gain: gain(&difference, &model.benchmark), statistic, p_value })
}

/// The statistic of Diebold and Mariano (1995) with the correction of Harvey, Leybourne and Newbold
/// (1997), and the standard error of the mean that it implies, of loss differences by row; `None`
/// below 30 rows or where they never vary.
pub(crate) fn loss_statistic(difference: &[f64]) -> Option<(f64, f64)> {
    let rows = difference.len() as f64;
    let mean = math::mean(difference).filter(|_| difference.len() >= MIN_ROWS)?;
    let variance = long_run_variance(difference);
    let correction = ((rows - 1.0) / rows).sqrt();
    let error = (variance / rows).sqrt();
    (variance > 0.0).then(|| (mean / error * correction, error / correction))
}

/// Clark and West (2007) of a model against another that it nests.
///
/// `None` below 30 rows or where the two never differ.
pub(crate) fn clark_west_against(model: &Errors, nested: &Errors) -> Option<Comparison> {
    let pair = pair(model, nested)?;
    let (statistic, p_value) = clark_west(&pair)?;
    Some(Comparison { r2_gain: gain(&pair.gains(), &model.benchmark), statistic, p_value })
}

/// A model with another in the place of the benchmark; `None` with too few rows or a perfect
/// benchmark.
fn pair(model: &Errors, other: &Errors) -> Option<Errors> {
    let enough = model.model.len() >= MIN_ROWS && model.benchmark.iter().any(|e0| *e0 != 0.0);
    enough.then(|| Errors { model: model.model.clone(), benchmark: other.model.clone() })
}

/// The difference of the R2 of two models from their loss difference, with its interval.
fn gain(difference: &[f64], benchmark: &[f64]) -> Estimate {
    let rows = difference.len() as f64;
    let base = sum_of_squares(benchmark) / rows;
    let difference: Vec<f64> = difference.iter().map(|gain| gain / base).collect();
    let value = difference.iter().sum::<f64>() / rows;
    let error = (long_run_variance(&difference) / rows).sqrt();
    Estimate::about(value, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(scale: f64) -> Errors {
        let mut noise = crate::base::statistics::noise::uniform(3);
        let benchmark: Vec<f64> = (0..2_000).map(|_| noise()).collect();
        Errors {
            model: benchmark.iter().map(|e0| scale * e0 + 0.05 * noise()).collect(),
            benchmark,
        }
    }

    #[test]
    fn the_better_model_is_found_and_the_gain_is_the_difference_of_the_r2() {
        let (good, bad) = (errors(0.9), errors(1.0));
        for comparison in
            [diebold_mariano(&good, &bad).unwrap(), clark_west_against(&good, &bad).unwrap()]
        {
            let difference = good.oos_r2().unwrap() - bad.oos_r2().unwrap();
            assert!((comparison.r2_gain.value - difference).abs() < 1e-12);
            let interval = comparison.r2_gain.interval.unwrap();
            assert!(interval.contains(difference) && interval.low > 0.0);
            assert!(comparison.p_value < 0.001, "{comparison:?}");
        }
        let worse = diebold_mariano(&bad, &good).unwrap();
        assert!(worse.statistic < 0.0 && worse.p_value > 0.999);
    }
}
