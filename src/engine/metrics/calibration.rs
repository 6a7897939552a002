//! What came of forecasts of one size (methods, "Calibration").

use super::forecast::{Errors, sum_of_squares};
use super::influence;
use crate::base::statistics::quantile;
use crate::base::units::math;
use crate::results::{CalibrationBin, Estimate};

/// Tenths.
const BINS: u8 = 10;
/// Forecasts below which a tenth says nothing.
const FEWEST: usize = 100;

/// Forecasts by tenth of forecast less benchmark, what came of them, and what each tenth adds to the
/// out-of-sample R2 of `errors`, which are theirs. Empty below 100 forecasts and of a perfect benchmark.
///
/// A forecast is in the tenth after as many as there are tenths of all forecasts strictly below it,
/// so that equal ones are together. Intervals are those of a mean over some of the days.
pub(crate) fn calibration(
    forecasts: &[f64],
    benchmark: &[f64],
    errors: &Errors,
) -> Vec<CalibrationBin> {
    let base = sum_of_squares(&errors.benchmark);
    if forecasts.len() < FEWEST || base <= 0.0 {
        return Vec::new();
    }
    let apart: Vec<f64> = forecasts.iter().zip(benchmark).map(|(f, m)| f - m).collect();
    let mut sorted = apart.clone();
    sorted.sort_by(f64::total_cmp);
    let edges = (1..BINS).map(|tenth| quantile(&sorted, f64::from(tenth) / f64::from(BINS)));
    let edges: Vec<f64> = edges.collect();
    let decile = |apart: f64| edges.iter().filter(|edge| **edge < apart).count();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); usize::from(BINS)];
    for (row, apart) in apart.iter().enumerate() {
        members[decile(*apart)].push(row);
    }
    let gains = errors.gains();
    let bin = |(decile, rows): (u8, Vec<usize>)| {
        let of = |values: &[f64]| rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        let outcome = of(&errors.benchmark);
        // Of few forecasts the mean alone.
        let alone = Estimate { value: math::mean(&outcome)?, interval: None };
        let known = influence::mean(&outcome);
        let known = known.map(|mean| mean.among(&rows, forecasts.len()).estimate());
        Some(CalibrationBin {
            decile,
            rows: rows.len(),
            forecast: math::mean(&of(&apart))?,
            outcome: Some(known.unwrap_or(alone)),
            r2: of(&gains).iter().sum::<f64>() / base,
        })
    };
    (1..=BINS).zip(members).filter_map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::results::{interval, value};

    fn forecasts(rows: usize) -> [Vec<f64>; 3] {
        let mut noise = noise::uniform(9);
        let forecasts: Vec<f64> = (0..rows).map(|_| 0.01 * noise()).collect();
        let actual = forecasts.iter().map(|f| f + 0.001 + 0.02 * noise()).collect();
        [actual, forecasts, vec![0.001; rows]]
    }

    #[test]
    fn tenths_hold_every_forecast_once_and_add_up_to_the_r2() {
        let [actual, forecasts, benchmark] = forecasts(2_000);
        let errors = Errors::new(&actual, &forecasts, &benchmark);
        let bins = calibration(&forecasts, &benchmark, &errors);
        assert_eq!(
            bins.iter().map(|bin| bin.decile).collect::<Vec<_>>(),
            (1..=10).collect::<Vec<_>>()
        );
        assert!(bins.iter().all(|bin| bin.rows == 200));
        assert!(bins.is_sorted_by(|a, b| a.forecast < b.forecast));
        let sum: f64 = bins.iter().map(|bin| bin.r2).sum();
        assert!((sum - errors.oos_r2().unwrap()).abs() < 1e-14, "{sum}");
        // Outcomes are the forecasts and noise: nine of ten intervals hold the forecast.
        let holds =
            |bin: &&CalibrationBin| interval(bin.outcome).unwrap().contains(bin.forecast + 0.001);
        assert!(bins.iter().filter(holds).count() >= 8);
        let mean =
            bins.iter().map(|bin| bin.rows as f64 * value(bin.outcome).unwrap()).sum::<f64>();
        let all: f64 = errors.benchmark.iter().sum();
        assert!((mean - all).abs() < 1e-9);
    }

    #[test]
    fn equal_forecasts_are_together_and_few_are_none() {
        let [actual, mut forecasts, benchmark] = forecasts(400);
        forecasts[..300].copy_from_slice(&benchmark[..300]);
        let errors = Errors::new(&actual, &forecasts, &benchmark);
        let bins = calibration(&forecasts, &benchmark, &errors);
        assert!(bins.len() < 10 && bins.iter().any(|bin| bin.rows >= 300));
        assert_eq!(bins.iter().map(|bin| bin.rows).sum::<usize>(), 400);
        let short = Errors::new(&actual[..99], &forecasts[..99], &benchmark[..99]);
        assert!(calibration(&forecasts[..99], &benchmark[..99], &short).is_empty());
    }
}
