//! A run's figures, put into the contract's types.

use indexmap::IndexMap;
use ndarray::Axis;

use super::directions::{cosine, matched_cosines};
use super::systems::{self, Gate};
use super::{Computed, alpha_map, breaks, window_rows};
use crate::base::statistics::correlation;
use crate::base::units::math;
use crate::engine::geometry::static_geometry;
use crate::engine::inference::shift_band;
use crate::engine::metrics::{Errors, forecast_metrics, strategy_metrics};
use crate::engine::walk_forward::{ModelRun, Run};
use crate::prices::data::Truth;
use crate::results::{
    Agreement, AlphaSummary, DataSummary, FitQuality, GeometrySummary, ModelSummary,
    WalkForwardSummary, Warning,
};

/// A daily out-of-sample R2 above this is more likely a leak than a discovery (methods, section 3).
const TOO_GOOD: f64 = 0.01;

pub(super) fn data(computed: &Computed<'_>, synthetic: bool) -> DataSummary {
    let Computed { spec, panel, rows, .. } = computed;
    DataSummary {
        source: spec.data.source.clone(),
        synthetic,
        target: spec.data.target.clone(),
        features: spec.data.features.clone(),
        lags: spec.data.lags.clone(),
        first_day: panel.days[0],
        last_day: panel.days[panel.len() - 1],
        rows: rows.len(),
        dropped_days: panel.dropped_days,
        filled_prices: panel.filled_prices,
    }
}

pub(super) fn walk_forward(computed: &Computed<'_>) -> WalkForwardSummary {
    let schedule = &computed.spec.walk_forward;
    let days = computed.days();
    let precisions = computed.run.models.iter().map(|model| model.precision);
    WalkForwardSummary {
        first_forecast: days[0],
        last_forecast: days[days.len() - 1],
        forecasts: days.len(),
        refits: computed.run.refits.len(),
        fits: precisions.clone().map(|precision| precision.fits).sum(),
        min_train: schedule.min_train,
        refit_every: schedule.refit_every,
        window: window_rows(schedule.window),
        purge: schedule.purge,
        worst_fit: FitQuality {
            kkt_residual: precisions
                .clone()
                .fold(0.0, |worst, precision| precision.worst_kkt_residual.max(worst)),
            uncertified: precisions.map(|precision| precision.uncertified).sum(),
        },
    }
}

pub(super) fn geometry(computed: &Computed<'_>) -> GeometrySummary {
    let Computed { spec, panel, .. } = computed;
    let series: Vec<&[f64]> =
        panel.features.iter().map(|feature| feature.log_returns.as_slice()).collect();
    let band = shift_band(&series, spec.seed);
    let geometry = static_geometry(panel, &computed.rolling, &computed.modes, band);
    GeometrySummary { pairs: computed.correlations.pairs.clone(), ..geometry }
}

pub(super) fn model(
    computed: &Computed<'_>,
    model: &ModelRun,
    gate: Option<&Gate>,
) -> ModelSummary {
    let prefix = format!("{}.", model.settings.name);
    let last = model.selected[model.selected.len() - 1];
    let contributions = computed.directions.contributions(&model.settings.name);
    ModelSummary {
        kind: model.settings.kind.name().to_owned(),
        l1_ratio: model.settings.l1_ratio(),
        alphas: model.alphas.clone(),
        selected_alpha_last: model.alphas[last],
        forecast: forecast_metrics(computed.actual(), &model.forecasts, &computed.benchmark),
        by_alpha: by_alpha(computed, model),
        strategies: computed
            .tracks
            .iter()
            .filter_map(|(name, track)| {
                let rule = name.strip_prefix(&prefix)?;
                Some((rule.to_owned(), strategy_metrics(track.as_growth(), computed.days())))
            })
            .collect(),
        system: systems::summary(
            computed.spec,
            &computed.run,
            model,
            gate,
            &computed.labels,
            computed.actual(),
            &computed.benchmark,
        ),
        r2_by_direction: contributions.map_or_else(Vec::new, |parts| parts.by_direction.clone()),
        r2_intercept: contributions.map(|parts| parts.intercept),
        gain_map: alpha_map::gain_map(computed, model),
        breaks: breaks::summary(computed, model),
    }
}

fn by_alpha(computed: &Computed<'_>, model: &ModelRun) -> Vec<AlphaSummary> {
    let degrees = computed.directions.effective_degrees(model);
    (0..model.alphas.len())
        .map(|alpha| AlphaSummary {
            effective_degrees_last: degrees.as_ref().map(|degrees| degrees[alpha]),
            eigen_shares: computed.directions.eigen_shares(model, alpha),
            ..of_alpha(computed, model, alpha)
        })
        .collect()
}

fn of_alpha(computed: &Computed<'_>, model: &ModelRun, alpha: usize) -> AlphaSummary {
    let forecasts: Vec<f64> = model.all_forecasts.index_axis(Axis(1), alpha).to_vec();
    let errors = Errors::new(computed.actual(), &forecasts, &computed.benchmark);
    let coefficients = model.last_coefficients.row(alpha);
    let refits = model.selected.len() as f64;
    let nonzero = model.nonzero.column(alpha);
    let selected = model.selected.iter().filter(|selected| **selected == alpha).count();
    AlphaSummary {
        alpha: model.alphas[alpha],
        oos_r2: errors.oos_r2(),
        in_sample_r2_last: model.last_in_sample_r2[alpha],
        nonzero_last: coefficients.iter().filter(|b| **b != 0.0).count(),
        nonzero_mean: nonzero.iter().map(|count| f64::from(*count)).sum::<f64>() / refits,
        norm_last: coefficients.iter().map(|b| b * b).sum::<f64>().sqrt(),
        selected_share: selected as f64 / refits,
        effective_degrees_last: None,
        eigen_shares: Vec::new(),
        coefficients_last: model
            .columns
            .iter()
            .cloned()
            .zip(coefficients.iter().copied())
            .collect::<IndexMap<_, _>>(),
    }
}

pub(super) fn agreement(run: &Run) -> Vec<Agreement> {
    pairs(run)
        .map(|(a, b)| {
            let cosines: Vec<Option<f64>> = a
                .coefficients
                .outer_iter()
                .zip(b.coefficients.outer_iter())
                .map(|(a, b)| cosine(a, b))
                .collect();
            let known: Vec<f64> = cosines.iter().flatten().copied().collect();
            Agreement {
                a: a.settings.name.clone(),
                b: b.settings.name.clone(),
                cosine_mean: math::mean(&known),
                cosine_last: cosines.last().copied().flatten(),
                forecast_correlation: correlation(&a.forecasts, &b.forecasts),
                matched: matched_cosines(a, b),
            }
        })
        .collect()
}

/// Every pair of plain models once: a system has coefficients by state, which compare with none.
pub(super) fn pairs(run: &Run) -> impl Iterator<Item = (&ModelRun, &ModelRun)> {
    let plain = |model: &&ModelRun| model.settings.regime_aware.is_none();
    run.models.iter().enumerate().filter(move |(_, a)| plain(a)).flat_map(move |(position, a)| {
        run.models[position + 1..].iter().filter(plain).map(move |b| (a, b))
    })
}

/// What a careful reader must know first.
///
/// A simulated market may hold more signal than any real one; there the bound is what was planted.
pub(super) fn warnings(computed: &Computed<'_>, truth: Option<&Truth>) -> Vec<Warning> {
    let planted = truth.and_then(|truth| math::mean(&truth.on(computed.days()).1));
    let too_good = planted.map_or(TOO_GOOD, |planted| planted.max(TOO_GOOD));
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String| {
        warnings.push(Warning { code: code.to_owned(), message });
    };
    for model in &computed.run.models {
        let name = &model.settings.name;
        let errors = Errors::new(computed.actual(), &model.forecasts, &computed.benchmark);
        if let Some(r2) = errors.oos_r2().filter(|r2| *r2 > too_good) {
            warn(
                "too-good",
                format!(
                    "{name}: a daily out-of-sample R2 of {r2:.4} is too good to be true; look for \
                     a leak before believing it."
                ),
            );
        }
        if model.precision.uncertified > 0 {
            warn(
                "uncertified-fits",
                format!(
                    "{name}: {} of {} fits missed the required precision.",
                    model.precision.uncertified, model.precision.fits
                ),
            );
        }
    }
    for (name, track) in &computed.tracks {
        if let Some(row) = track.growth.iter().position(|growth| *growth <= 0.0) {
            warn("ruin", format!("{name}: equity reached zero on {}.", computed.days()[row]));
        }
    }
    if computed.panel.dropped_days > 0 {
        warn(
            "dropped-days",
            format!(
                "{} days were left out because an instrument had no price; returns span the gaps.",
                computed.panel.dropped_days
            ),
        );
    }
    if computed.panel.filled_prices > 0 {
        warn(
            "filled-prices",
            format!(
                "{} prices were carried over from an earlier day.",
                computed.panel.filled_prices
            ),
        );
    }
    warnings
}
