//! Positions from forecasts: each decided from the forecasts up to its own row.

use super::Sizing;
use crate::base::statistics::{insert_ascending, quantile};
use crate::base::units::math::sign;

/// Forecasts that must exist before a scale or a quartile is taken of them.
pub(crate) const MIN_FORECASTS: usize = 63;

/// Target weights, one a forecast.
pub(crate) fn positions(sizing: &Sizing, forecasts: &[f64]) -> Vec<f64> {
    let mut weights = match *sizing {
        Sizing::Binary { .. } => forecasts.iter().map(|f| sign(*f)).collect(),
        Sizing::Proportional { max_leverage, .. } => proportional(forecasts, max_leverage),
        Sizing::Quartile { steps, .. } => quartile(forecasts, steps),
    };
    if sizing.long_only() {
        weights.iter_mut().for_each(|weight: &mut f64| *weight = weight.max(0.0));
    }
    weights
}

/// Forecast over the standard deviation of those before it; 0 while that is not known.
///
/// Forecasts that never varied (a lasso without coefficients between two refits) have a standard
/// deviation of zero: any forecast is then beyond the clip, and only one of zero takes no position.
fn proportional(forecasts: &[f64], max_leverage: f64) -> Vec<f64> {
    let (mut mean, mut squares) = (0.0, 0.0);
    forecasts
        .iter()
        .enumerate()
        .map(|(before, &forecast)| {
            let weight = if before >= MIN_FORECASTS && forecast != 0.0 {
                let deviation = (squares / (before - 1) as f64).sqrt();
                (forecast / deviation).clamp(-max_leverage, max_leverage)
            } else {
                0.0
            };
            let delta = forecast - mean;
            mean += delta / (before + 1) as f64;
            squares += delta * (forecast - mean);
            weight
        })
        .collect()
}

/// The step of the quartile that a forecast falls into among those before it.
fn quartile(forecasts: &[f64], steps: [f64; 4]) -> Vec<f64> {
    let mut seen = Vec::with_capacity(forecasts.len());
    let weight = |&forecast: &f64| {
        let mut weight = 0.0;
        if seen.len() >= MIN_FORECASTS {
            let is_above = |share: &f64| quantile(&seen, *share) < forecast;
            weight = steps[[0.25, 0.5, 0.75].into_iter().filter(is_above).count()];
        }
        insert_ascending(&mut seen, forecast);
        weight
    };
    forecasts.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forecasts_that_never_varied_are_beyond_the_clip() {
        let (name, long_only) = (String::new(), false);
        let rule = Sizing::Proportional { name, long_only, max_leverage: 1.0 };
        let weights = positions(&rule, &[-0.01; 100]);
        assert!(weights[MIN_FORECASTS..].iter().all(|w| *w == -1.0));
        assert!(positions(&rule, &[0.0; 100]).iter().all(|w| *w == 0.0));
    }
}
