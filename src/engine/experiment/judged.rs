//! A model of an experiment with all that is computed of it, once.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::contributions::Contributions;
use super::shared::Ground;
use crate::engine::backtest::{Costs, Sizing, TrackRecord, positions, simulate};
use crate::engine::inference::{CusumPath, FluctuationPath, cusum, fluctuation};
use crate::engine::metrics::{Errors, clark_west};
use crate::engine::model::Settings;
use crate::engine::walk_forward::ModelRun;
use crate::results::ForecastMetrics;

/// One model of an experiment, judged against its benchmark.
pub(super) struct Judged<'a> {
    pub(super) settings: &'a Settings,
    /// Its walk; a plain model's may be shared with other experiments.
    pub(super) run: Cow<'a, ModelRun>,
    pub(super) gate: Option<Gate>,
    /// The mean that it is judged against, and its directions.
    pub(super) ground: &'a Ground,
    /// Position of a system's plain twin among the experiment's models; `None` for a plain model.
    pub(super) twin: Option<usize>,
    /// How its R2 divides; `None` where its forecasts are not one linear fit a refit.
    pub(super) contributions: Option<&'a Contributions>,
    pub(super) errors: Errors,
    /// The errors in units of each day's risk, where that is known.
    pub(super) scaled: Option<Errors>,
    /// The errors beside those of the fit's own mean, raw and scaled; of forecasts that were made
    /// elsewhere, whose fits are not known, beside those of the benchmark.
    pub(super) of_fit: (Errors, Option<Errors>),
    /// `e0^2 - e^2`, by forecast.
    pub(super) gains: Vec<f64>,
    pub(super) fluctuation: Option<FluctuationPath>,
    pub(super) scaled_fluctuation: Option<FluctuationPath>,
    pub(super) cusum: Option<CusumPath>,
    pub(super) scaled_cusum: Option<CusumPath>,
    pub(super) tracks: IndexMap<String, TrackRecord>,
    /// Of a system: the p-value of its rank among systems with the same labels shifted in time.
    pub(super) shifted_p: Option<f64>,
}

/// What models are judged on, by forecast.
pub(super) struct Outcomes<'a> {
    /// Log returns of the target.
    pub(super) actual: &'a [f64],
    /// What could be known of their variance.
    pub(super) variance: Option<&'a [f64]>,
    /// Simple returns of the target.
    pub(super) simple: Vec<f64>,
    /// How many of them a year has.
    pub(super) periods_per_year: u16,
}

impl Outcomes<'_> {
    /// The errors of forecasts beside those of a benchmark, and the same in units of each day's risk,
    /// where that is known.
    pub(super) fn errors(&self, forecasts: &[f64], benchmark: &[f64]) -> (Errors, Option<Errors>) {
        let errors = Errors::new(self.actual, forecasts, benchmark);
        let scaled = self.variance.map(|variance| errors.scaled(variance));
        (errors, scaled)
    }
}

/// Weights of a rule on forecasts, none while a gate is closed.
pub(super) fn weights(sizing: &Sizing, forecasts: &[f64], gate: Option<&Gate>) -> Vec<f64> {
    let Some(gate) = gate else { return positions(sizing, forecasts) };
    let mut weights = positions(sizing, &gate.ungated);
    gate.close(&mut weights);
    weights
}

impl<'a> Judged<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        run: Cow<'a, ModelRun>,
        gate: Option<Gate>,
        ground: &'a Ground,
        outcomes: &Outcomes<'_>,
        sizings: &[Sizing],
        costs: &Costs,
    ) -> Self {
        let benchmark = &ground.basis.benchmark;
        let (errors, scaled) = outcomes.errors(&run.forecasts, benchmark);
        let gains = errors.gains();
        let fit_mean = if settings.is_external() { benchmark } else { &ground.fit_means };
        let of_fit = outcomes.errors(&run.forecasts, fit_mean);
        let track = |sizing: &Sizing| {
            let weights = weights(sizing, &run.forecasts, gate.as_ref());
            simulate(weights, &outcomes.simple, costs, outcomes.periods_per_year)
        };
        let tracks =
            sizings.iter().map(|sizing| (sizing.name().to_owned(), track(sizing))).collect();
        Self {
            settings,
            gate,
            ground,
            twin: None,
            contributions: None,
            fluctuation: fluctuation(&gains),
            scaled_fluctuation: scaled.as_ref().and_then(|scaled| fluctuation(&scaled.gains())),
            cusum: cusum(&errors.model),
            scaled_cusum: scaled.as_ref().and_then(|scaled| cusum(&scaled.model)),
            scaled,
            of_fit,
            run,
            errors,
            gains,
            tracks,
            shifted_p: None,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        &self.settings.name
    }

    /// Completes a record over some of the forecasts by the tests against the fit's own mean.
    pub(super) fn beside_fit_mean(
        &self,
        mut record: ForecastMetrics,
        keep: impl Fn(usize) -> bool,
    ) -> ForecastMetrics {
        let p = |errors: &Errors| clark_west(&errors.filter(&keep)).map(|(_, p)| p);
        let (raw, scaled) = &self.of_fit;
        record.fit_mean_p = p(raw);
        if let Some(record) = &mut record.scaled {
            record.fit_mean_p = scaled.as_ref().and_then(p);
        }
        record
    }

    pub(super) fn is_plain(&self) -> bool {
        self.settings.is_plain()
    }
}

/// The gate of a gated system, by forecast.
pub(super) struct Gate {
    pub(super) open: Vec<bool>,
    /// What it forecasts behind a gate that is always open: positions are sized by these.
    pub(super) ungated: Vec<f64>,
    /// Of the row behind the last, whether it is open, and the forecast behind an open one.
    pub(super) next: (bool, Option<f64>),
}

impl Gate {
    /// Puts the gate before a model: what it forecast is kept where the gate is open, and becomes
    /// the prevailing mean elsewhere. The last entry of `open` and the second benchmark are of the row
    /// behind the last.
    pub(super) fn before(
        model: &mut ModelRun,
        mut open: Vec<bool>,
        (benchmark, next_benchmark): (&[f64], f64),
    ) -> Self {
        let ungated = model.forecasts.clone();
        let next = (open.pop().unwrap_or_default(), model.next);
        model.next = model.next.map(|forecast| if next.0 { forecast } else { next_benchmark });
        for ((forecast, open), mean) in model.forecasts.iter_mut().zip(&open).zip(benchmark) {
            *forecast = if *open { *forecast } else { *mean };
        }
        Self { open, ungated, next }
    }

    /// Takes the positions away where the gate is closed.
    pub(super) fn close(&self, weights: &mut [f64]) {
        for (weight, open) in weights.iter_mut().zip(&self.open) {
            *weight = if *open { *weight } else { 0.0 };
        }
    }
}
