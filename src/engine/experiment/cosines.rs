//! How alike coefficient vectors are: with the leading eigenvectors, with those of a year before,
//! with another model's.

use ndarray::ArrayView1;

use super::directions::Directions;
use crate::base::statistics::{self, correlation, smallest};
use crate::base::units::math;
use crate::engine::walk_forward::ModelRun;
use crate::results::{Agreement, MatchedCosine};

/// Shares of the in-sample R2 that two paths both reach, at which their coefficients are compared.
const MATCHES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// Cosine of two rows of coefficients; `None` when one is zero.
fn cosine(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> Option<f64> {
    statistics::cosine(&a.to_vec(), &b.to_vec())
}

/// By refit: cosine of a model's coefficients with a leading direction, 0 the market mode, 1 the
/// second; `NaN` where the coefficients are zero or there is no such direction.
pub(super) fn with_direction(
    directions: &Directions,
    model: &ModelRun,
    direction: usize,
) -> Vec<f64> {
    let of_refit = |(leading, b): (&Vec<Vec<f64>>, ArrayView1<'_, f64>)| {
        let direction = leading.get(direction).filter(|u| u.len() == b.len())?;
        cosine(ArrayView1::from(direction), b)
    };
    directions
        .leading
        .iter()
        .zip(model.coefficients.outer_iter())
        .map(|refit| of_refit(refit).unwrap_or(f64::NAN))
        .collect()
}

/// By refit: cosine of a model's coefficients with those of about a year before; `NaN` while there
/// are none or where one is zero.
pub(super) fn drift(model: &ModelRun, refit_every: usize, periods_per_year: u16) -> Vec<f64> {
    let back = ((f64::from(periods_per_year) / refit_every as f64).round() as usize).max(1);
    let b = &model.coefficients;
    (0..b.nrows())
        .map(|refit| {
            let before = refit.checked_sub(back);
            before.and_then(|before| cosine(b.row(refit), b.row(before))).unwrap_or(f64::NAN)
        })
        .collect()
}

/// By refit: cosine between the coefficients of two models.
pub(super) fn between(a: &ModelRun, b: &ModelRun) -> Vec<Option<f64>> {
    let rows = a.coefficients.outer_iter().zip(b.coefficients.outer_iter());
    rows.map(|(a, b)| cosine(a, b)).collect()
}

pub(super) fn agreement(
    (name_a, a): (&str, &ModelRun),
    (name_b, b): (&str, &ModelRun),
) -> Agreement {
    let cosines = between(a, b);
    let known: Vec<f64> = cosines.iter().flatten().copied().collect();
    Agreement {
        a: name_a.to_owned(),
        b: name_b.to_owned(),
        cosine_mean: math::mean(&known),
        cosine_last: cosines.last().copied().flatten(),
        forecast_correlation: correlation(&a.forecasts, &b.forecasts),
        matched: matched(a, b),
    }
}

/// Cosines between two models' coefficients at the last refit, where their paths reach the same
/// in-sample R2; empty if one has no path to compare.
fn matched(a: &ModelRun, b: &ModelRun) -> Vec<MatchedCosine> {
    let reach = |model: &ModelRun| {
        model.last_in_sample_r2.iter().flatten().fold(0.0_f64, |most, r2| most.max(*r2))
    };
    let common = reach(a).min(reach(b));
    if common <= 0.0 || a.grid.len() < 2 || b.grid.len() < 2 {
        return Vec::new();
    }
    let nearest = |model: &ModelRun, level: f64| {
        let distance = |r2: &Option<f64>| r2.map_or(f64::INFINITY, |r2| (r2 - level).abs());
        smallest(&model.last_in_sample_r2.iter().map(distance).collect::<Vec<f64>>())
    };
    MATCHES
        .iter()
        .map(|share| {
            let level = share * common;
            let (at_a, at_b) = (nearest(a, level), nearest(b, level));
            let cosine = cosine(a.last_coefficients.row(at_a), b.last_coefficients.row(at_b));
            MatchedCosine { in_sample_r2: level, a: at_a, b: at_b, cosine }
        })
        .collect()
}
