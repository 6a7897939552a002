//! The record of every model and rule in each part of the forecasts: states, years, terciles.

use indexmap::IndexMap;

use super::computed::Computed;
use super::evidence;
use crate::engine::inference::LEAST_ROWS;
use crate::engine::metrics::{TrackRecord, forecast_metrics, part_metrics};
use crate::results::{ForecastMetrics, PartMetrics, names};

/// By model and by `model.rule`: the figures of each part.
pub(super) type ByPart =
    (IndexMap<String, Vec<ForecastMetrics>>, IndexMap<String, Vec<PartMetrics>>);

/// The figures of every model, and of every model and rule, over the forecasts of each of `count`
/// parts; a forecast without a part counts in none.
pub(super) fn by_part(computed: &Computed<'_>, parts: &[Option<usize>], count: usize) -> ByPart {
    let forecast = computed.models.iter().map(|model| {
        let of_part = |part: usize| {
            let inside = |values: &[f64]| kept(values, parts, part);
            let errors = model.errors.filter(|row| parts[row] == Some(part));
            let scaled =
                model.scaled.as_ref().map(|scaled| scaled.filter(|row| parts[row] == Some(part)));
            let (actual, forecasts) = (inside(computed.actual()), inside(&model.run.forecasts));
            let record = forecast_metrics(&actual, &forecasts, &errors, scaled.as_ref());
            model.beside_fit_mean(record, |row| parts[row] == Some(part))
        };
        let mut of_parts: Vec<ForecastMetrics> = (0..count).map(of_part).collect();
        evidence::decide(&mut of_parts.iter_mut().collect::<Vec<_>>(), LEAST_ROWS);
        (model.name().to_owned(), of_parts)
    });
    let hold = (names::BUY_AND_HOLD.to_owned(), &computed.buy_and_hold);
    let strategies = computed.strategies().chain([hold]).map(|(name, track)| {
        let of_part = |part: usize| {
            let inside = |values: &[f64]| kept(values, parts, part);
            part_metrics(&TrackRecord {
                weights: inside(&track.weights),
                traded: inside(&track.traded),
                growth: inside(&track.growth),
                before_costs: Vec::new(),
                cash_return: track.cash_return,
                periods_per_year: track.periods_per_year,
            })
        };
        (name, (0..count).map(of_part).collect())
    });
    (forecast.collect(), strategies.collect())
}

fn kept(values: &[f64], parts: &[Option<usize>], part: usize) -> Vec<f64> {
    values.iter().zip(parts).filter(|(_, of)| **of == Some(part)).map(|(value, _)| *value).collect()
}
