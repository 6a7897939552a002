//! Two models on the same rows: how much better one forecasts, and whether by more than chance.

use super::Errors;
use super::forecast::clark_west;
use crate::base::statistics::long_run_variance;
use crate::base::units::math;
use crate::results::{Estimate, Interval};

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
    let difference = loss_difference(model, other)?;
    let rows = difference.len() as f64;
    let mean = math::mean(&difference)?;
    let variance = long_run_variance(&difference);
    if variance <= 0.0 {
        return None;
    }
    let statistic = mean / (variance / rows).sqrt() * ((rows - 1.0) / rows).sqrt();
    let p_value = math::student_t_sf(statistic, rows - 1.0);
    Some(gain(model, other, statistic, p_value))
}

/// Clark and West (2007) of a model against another that it nests.
///
/// `None` below 30 rows or where the two never differ.
pub(crate) fn clark_west_against(model: &Errors, nested: &Errors) -> Option<Comparison> {
    loss_difference(model, nested)?;
    let pair = Errors { model: model.model.clone(), benchmark: nested.model.clone() };
    let (statistic, p_value) = clark_west(&pair)?;
    Some(gain(model, nested, statistic, p_value))
}

fn loss_difference(model: &Errors, other: &Errors) -> Option<Vec<f64>> {
    let enough = model.model.len() >= 30 && model.benchmark.iter().any(|e0| *e0 != 0.0);
    enough.then(|| model.model.iter().zip(&other.model).map(|(e, o)| o * o - e * e).collect())
}

fn gain(model: &Errors, other: &Errors, statistic: f64, p_value: f64) -> Comparison {
    let rows = model.model.len() as f64;
    let base = model.benchmark.iter().map(|e0| e0 * e0).sum::<f64>() / rows;
    let difference: Vec<f64> =
        model.model.iter().zip(&other.model).map(|(e, o)| (o * o - e * e) / base).collect();
    let r2_gain = difference.iter().sum::<f64>() / rows;
    let interval = Interval::about(r2_gain, (long_run_variance(&difference) / rows).sqrt());
    let r2_gain = Estimate { value: r2_gain, interval: Some(interval) };
    Comparison { r2_gain, statistic, p_value }
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
