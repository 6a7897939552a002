//! What the models did in each state of a regime.

use super::computed::Computed;
use super::parts::by_part;
use super::systems::states;
use crate::engine::inference::contrast;
use crate::engine::metrics::LEVEL;
use crate::engine::regime::{self, Labels};
use crate::engine::walk_forward::States;
use crate::results::{Contrast, ForecastMetrics, RegimeSummary, Separation, value};

/// Forecast rows of a state below which its `oos_r2` is compared with no other's: a quarter.
const LEAST_ROWS: usize = 63;

/// A regime's summary with the figures of every model and rule by state.
pub(super) fn summary(computed: &Computed<'_>, labels: &Labels) -> RegimeSummary {
    let States { count, of_row } = states(&computed.pass.rows, labels);
    let forecast_rows = &of_row[computed.pass.run.first_row.0..];
    let (forecast, strategies) = by_part(computed, forecast_rows, count);
    // The planted truth comes last.
    let truth = computed.labels.last().filter(|labels| !labels.causal);
    RegimeSummary {
        kind: labels.kind,
        name: labels.name.clone(),
        title: labels.title.clone(),
        causal: labels.causal,
        states: labels.summaries(),
        flips: labels.flips(&computed.panel.days),
        segments: labels.segments(&computed.panel.days),
        transitions: labels.transitions(),
        fits: labels.fits,
        repaint: regime::repaint(
            labels,
            &computed.panel.target.log_returns,
            computed.panel.periods_per_year,
        ),
        detection: truth.and_then(|truth| regime::detection(labels, truth)),
        contrast: contrast_of(computed, &of_row, count),
        separation: forecast
            .iter()
            .map(|(model, states)| (model.clone(), separation(states)))
            .collect(),
        forecast,
        strategies,
    }
}

/// Whether the relation differs between the states that are known when a row is decided.
fn contrast_of(
    computed: &Computed<'_>,
    states: &[Option<usize>],
    count: usize,
) -> Option<Contrast> {
    let found = contrast(computed.pass.relation.as_ref()?, states, count)?;
    Some(Contrast {
        slopes: found.slopes.iter().map(|slope| slope.map(|slope| slope.value)).collect(),
        errors: found.slopes.iter().map(|slope| slope.map(|slope| slope.error)).collect(),
        statistic: found.statistic,
        p_value: found.p_value,
        rejects: found.p_value < LEVEL,
    })
}

/// The best and the worst state of those with rows enough.
fn separation(states: &[ForecastMetrics]) -> Option<Separation> {
    let judged = states.iter().enumerate().filter(|(_, state)| state.rows >= LEAST_ROWS);
    let values: Vec<(usize, f64)> =
        judged.filter_map(|(state, metrics)| Some((state, value(metrics.oos_r2)?))).collect();
    let (best, most) = *values.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (worst, least) = *values.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    (values.len() >= 2).then_some(Separation { r2: most - least, best, worst })
}
