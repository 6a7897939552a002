//! A run's figures, put into the contract's types.

use indexmap::IndexMap;
use ndarray::Axis;

use super::computed::Computed;
use super::external::{self, Given};
use super::judged::Judged;
use super::{alpha_map, breaks, cosines, evidence, systems, verdict};
use crate::base::units::math;
use crate::engine::backtest::TrackRecord;
use crate::engine::metrics::{Errors, calibration, forecast_metrics, strategy_metrics};
use crate::engine::walk_forward::{Refit, Window};
use crate::prices::data::Truth;
use crate::results::{
    AgainstPlainMean, Agreement, AlphaSummary, DataSummary, FitQuality, ForecastMetrics,
    ModelSummary, SharedFiles, WalkForwardSummary, Warning,
};

/// The out-of-sample R2 above which a leak is likelier than a discovery.
///
/// A simulated market may hold more signal than any real one; there the bound is what was planted.
pub(super) fn too_good(computed: &Computed<'_>, truth: Option<&Truth>) -> f64 {
    let planted = truth.and_then(|truth| math::mean(&truth.on(computed.days()).1));
    let plausible = computed.panel.frequency.implausible_r2();
    planted.map_or(plausible, |planted| planted.max(plausible))
}

pub(super) fn data(computed: &Computed<'_>, synthetic: bool, shared: SharedFiles) -> DataSummary {
    let Computed { spec, panel, .. } = computed;
    DataSummary {
        source: spec.data.source.clone(),
        synthetic,
        target: spec.data.target.clone(),
        features: spec.data.features.clone(),
        lags: spec.data.lags.clone(),
        first_day: panel.days[0],
        last_day: panel.days[panel.len() - 1],
        frequency: panel.frequency,
        periods_per_year: panel.periods_per_year,
        rows: computed.pass.rows.len(),
        dropped_days: panel.dropped_days,
        filled_prices: panel.filled_prices,
        shared,
    }
}

pub(super) fn walk_forward(computed: &Computed<'_>) -> WalkForwardSummary {
    let schedule = &computed.spec.walk_forward;
    let days = computed.days();
    let precisions = computed.models.iter().map(|model| model.run.precision);
    WalkForwardSummary {
        first_forecast: days[0],
        last_forecast: days[days.len() - 1],
        forecasts: days.len(),
        refits: computed.pass.run.folds.len(),
        fits: precisions.clone().map(|precision| precision.fits).sum(),
        min_train: schedule.min_train,
        refit_every: schedule.refit_every,
        window: match schedule.window {
            Window::Expanding => None,
            Window::Rolling(rows) => Some(rows),
        },
        purge: schedule.purge,
        worst_fit: FitQuality {
            kkt_residual: precisions
                .clone()
                .fold(0.0, |worst, precision| precision.worst_kkt_residual.max(worst)),
            uncertified: precisions.map(|precision| precision.uncertified).sum(),
        },
    }
}

/// The models in the order of the spec. Whether one shows a signal is decided over all plain models
/// at once, and over all systems.
pub(super) fn models(computed: &Computed<'_>, given: &[Given]) -> IndexMap<String, ModelSummary> {
    let record = |model: &Judged<'_>| {
        let (forecasts, scaled) = (&model.run.forecasts, model.scaled.as_ref());
        let record = forecast_metrics(computed.actual(), forecasts, &model.errors, scaled);
        model.beside_fit_mean(record, |_| true)
    };
    let mut records: Vec<ForecastMetrics> = computed.models.iter().map(record).collect();
    for is_plain in [true, false] {
        let of_kind = records.iter_mut().zip(&computed.models);
        let mut family: Vec<_> = of_kind
            .filter(|(_, model)| model.is_plain() == is_plain)
            .map(|(record, _)| record)
            .collect();
        evidence::decide(&mut family, 0);
    }
    let plain = records.iter().zip(&computed.models).filter(|(_, model)| model.is_plain());
    let had_edge = evidence::Family::of(plain.map(|(record, _)| record)).rejects();
    let summaries = computed.models.iter().zip(records).map(|(judged, forecast)| {
        let external = external::summary(judged.settings, given);
        let summary = model(computed, judged, forecast, had_edge);
        (judged.name().to_owned(), ModelSummary { external, ..summary })
    });
    summaries.collect()
}

fn model(
    computed: &Computed<'_>,
    model: &Judged<'_>,
    forecast: ForecastMetrics,
    had_edge: bool,
) -> ModelSummary {
    let run = &model.run;
    let last = Refit(run.selected.len() - 1);
    let metrics = |track: &TrackRecord| {
        strategy_metrics(track, computed.days(), Some(&computed.buy_and_hold))
    };
    let strategies = model.tracks.iter().map(|(rule, track)| (rule.clone(), metrics(track)));
    ModelSummary {
        kind: model.settings.kind,
        external: None,
        l1_ratio: model.settings.kind.is_penalised().then(|| model.settings.l1_ratio()),
        alphas: run.grid.alphas().to_vec(),
        components: run.grid.components().to_vec(),
        selected_alpha_last: run.selected_alpha(last),
        selected_components_last: run.selected_components(last),
        weighting: model.settings.weighting,
        best_year: verdict::best_year(computed.days(), &model.gains),
        breaks: breaks::summary(computed, model, had_edge),
        forecast,
        against_plain_mean: model
            .settings
            .is_weighted()
            .then(|| against_plain_mean(computed, &model.run.forecasts)),
        by_alpha: by_alpha(computed, model),
        strategies: strategies.collect(),
        drawdowns: Vec::new(),
        cost_curve: Vec::new(),
        calibration: calibration(&run.forecasts, &model.ground.basis.benchmark, &model.errors),
        romano_wolf_p: None,
        system: systems::summary(computed, model),
        r2_by_direction: model
            .contributions
            .map_or_else(Vec::new, |parts| parts.by_direction.clone()),
        r2_intercept: model.contributions.map(|parts| parts.intercept),
        gain_map: alpha_map::gain_map(computed, model),
    }
}

/// The weighted prevailing mean as a forecast, where it is a benchmark.
pub(super) fn weighted_mean(computed: &Computed<'_>) -> Option<AgainstPlainMean> {
    let weighted = computed.models.iter().find(|model| model.settings.is_weighted())?;
    Some(against_plain_mean(computed, &weighted.ground.basis.benchmark))
}

fn against_plain_mean(computed: &Computed<'_>, forecasts: &[f64]) -> AgainstPlainMean {
    let pass = computed.pass;
    let errors = Errors::new(computed.actual(), forecasts, &pass.grounds.plain.basis.benchmark);
    let scaled = pass.forecast_variance().map(|variance| errors.scaled(variance));
    AgainstPlainMean {
        oos_r2: errors.oos_r2_estimate(),
        scaled_oos_r2: scaled.and_then(|scaled| scaled.oos_r2_estimate()),
    }
}

fn by_alpha(computed: &Computed<'_>, model: &Judged<'_>) -> Vec<AlphaSummary> {
    if model.settings.is_external() {
        return Vec::new();
    }
    let (ground, model) = (model.ground, &model.run);
    let directions = &ground.directions;
    let degrees = directions.effective_degrees(model);
    let refits = model.selected.len() as f64;
    let of_alpha = |alpha: usize| {
        let forecasts: Vec<f64> = model.all_forecasts.index_axis(Axis(1), alpha).to_vec();
        let errors = Errors::new(computed.actual(), &forecasts, &ground.basis.benchmark);
        let coefficients = model.last_coefficients.row(alpha);
        let nonzero = model.nonzero.column(alpha);
        let selected = model.selected.iter().filter(|selected| **selected == alpha).count();
        AlphaSummary {
            alpha: model.grid.alphas().get(alpha).copied(),
            components: model.grid.components().get(alpha).copied(),
            oos_r2: errors.oos_r2(),
            in_sample_r2_last: model.last_in_sample_r2[alpha],
            nonzero_last: coefficients.iter().filter(|b| **b != 0.0).count(),
            nonzero_mean: nonzero.iter().map(|count| f64::from(*count)).sum::<f64>() / refits,
            norm_last: coefficients.iter().map(|b| b * b).sum::<f64>().sqrt(),
            selected_share: selected as f64 / refits,
            effective_degrees_last: degrees.as_ref().map(|degrees| degrees[alpha]),
            eigen_shares: directions.eigen_shares(model, alpha),
            coefficients_last: model.columns.iter().cloned().zip(coefficients.to_vec()).collect(),
        }
    };
    (0..model.grid.len()).map(of_alpha).collect()
}

/// How alike the plain models are, every pair once.
pub(super) fn agreement(computed: &Computed<'_>) -> Vec<Agreement> {
    computed
        .plain_pairs()
        .into_iter()
        .map(|(a, b)| cosines::agreement((a.name(), &a.run), (b.name(), &b.run)))
        .collect()
}

/// What a careful reader must know first.
pub(super) fn warnings(computed: &Computed<'_>, truth: Option<&Truth>) -> Vec<Warning> {
    let too_good = too_good(computed, truth);
    let mut warnings = Vec::new();
    for model in &computed.models {
        let (name, precision) = (model.name().to_owned(), model.run.precision);
        if let Some(oos_r2) = model.errors.oos_r2().filter(|r2| *r2 > too_good) {
            warnings.push(Warning::TooGood { model: name.clone(), oos_r2 });
        }
        if precision.uncertified > 0 {
            let (missed, fits) = (precision.uncertified, precision.fits);
            warnings.push(Warning::UncertifiedFits { model: name, missed, fits });
        }
    }
    for (strategy, track) in computed.strategies() {
        if let Some(row) = track.growth.iter().position(|growth| *growth <= 0.0) {
            warnings.push(Warning::Ruin { strategy, day: computed.days()[row] });
        }
    }
    let (days, prices) = (computed.panel.dropped_days, computed.panel.filled_prices);
    warnings.extend((days > 0).then_some(Warning::DroppedDays { days }));
    warnings.extend((prices > 0).then_some(Warning::FilledPrices { prices }));
    warnings
}
