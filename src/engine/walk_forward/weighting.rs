//! Weights of rows by what could be known of their risk (methods, section 10).

use crate::engine::inference::ex_ante_variance;
use crate::engine::model;

/// How much each row counts in fits weighted by ex-ante variance: `1 / v`, and 0 before it is known.
/// Only their ratios matter: a fit divides by their sum over its training rows, which makes their
/// mean one.
///
/// `y` are all `n` supervised rows.
///
/// # Panics
/// If no variance is known; the spec is checked against the panel before.
pub(crate) fn row_weights(y: &[f64]) -> Vec<f64> {
    let Some(variance) = ex_ante_variance(y) else {
        unreachable!("a weighted model without a variance is refused")
    };
    variance.iter().map(|v| if v.is_nan() { 0.0 } else { 1.0 / v }).collect()
}

/// What was made of the plain and of the weighted ones of some models apart, in the models' order.
pub(crate) fn weave<T>(models: &[model::Settings], plain: Vec<T>, weighted: Vec<T>) -> Vec<T> {
    let (mut plain, mut weighted) = (plain.into_iter(), weighted.into_iter());
    let next = |model: &model::Settings| {
        if model.is_weighted() { weighted.next() } else { plain.next() }
    };
    models.iter().filter_map(next).collect()
}
