//! When two figures, and two results, are the same.

use serde_json::Value;

use crate::results::{Results, SharedFiles};

/// Figures closer than this, relative to the larger, are the same: far below any digit shown, far
/// above what two machines may differ in.
const TOLERANCE: f64 = 1e-9;

/// Whether two figures are the same to the tolerance.
pub(super) fn is_close(old: f64, new: f64) -> bool {
    old == new || (old - new).abs() <= TOLERANCE * old.abs().max(new.abs())
}

/// Whether two optional figures are the same to the tolerance.
pub(super) fn is_same_figure(old: Option<f64>, new: Option<f64>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => is_close(old, new),
        (None, None) => true,
        _ => false,
    }
}

/// Whether two results are the same in everything that was found, every figure to the tolerance;
/// what an experiment is called, where it came from and what it is beside another one apart.
pub(super) fn is_same_but_for_words(old: &Results, new: &Results) -> bool {
    let (old, new) = (&without_words(old), &without_words(new));
    if old == new {
        return true;
    }
    match (serde_json::to_value(old), serde_json::to_value(new)) {
        (Ok(old), Ok(new)) => is_same_value(&old, &new),
        // Results always serialise; if not, they are shown rather than passed over.
        _ => false,
    }
}

fn without_words(results: &Results) -> Results {
    let mut bare = results.clone();
    let spec = &mut bare.spec;
    let texts = [&mut spec.id, &mut spec.title, &mut spec.question, &mut spec.group];
    texts.into_iter().chain([&mut spec.hypothesis, &mut spec.notes]).for_each(String::clear);
    spec.order = None;
    spec.formerly.clear();
    spec.criteria.iter_mut().for_each(|criterion| criterion.claim.clear());
    [&mut bare.id, &mut bare.title, &mut bare.hypothesis, &mut bare.notes]
        .into_iter()
        .for_each(String::clear);
    let provenance = &mut bare.provenance;
    [&mut provenance.engine, &mut provenance.spec_hash, &mut provenance.data_hash]
        .into_iter()
        .for_each(String::clear);
    bare.schema = 0;
    bare.data.shared = SharedFiles::default();
    bare.comparison = None;
    for criterion in &mut bare.verdict.criteria {
        criterion.claim.clear();
        // What follows from the other experiment; what becomes of the claim stays.
        if criterion.is_over_other {
            (criterion.value, criterion.shifted_p, criterion.detectable) = (None, None, None);
            (criterion.subject, criterion.bound, criterion.interval_level) = (None, None, 0.0);
        }
    }
    bare
}

fn is_same_value(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => is_close(a, b),
            _ => a == b,
        },
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_value(a, b))
        }
        // Names in order: the order of models and rules is that of the spec, and is shown.
        (Value::Object(a), Value::Object(b)) => {
            a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| is_same_value(a, b))
        }
        _ => old == new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn rounding_is_no_change_and_a_figure_that_appears_is_one() {
        assert!(is_close(0.1, 0.1 * (1.0 + 1e-12)));
        assert!(!is_close(0.1, 0.1 * (1.0 + 1e-8)));
        assert!(is_close(0.0, 0.0) && !is_close(0.0, 1e-12));
        assert!(!is_same_figure(None, Some(0.0)) && is_same_figure(None, None));
    }

    #[test]
    fn results_are_the_same_to_the_tolerance_in_every_part() {
        let old = stored::lasso("a");
        let mut new = old.clone();
        new.geometry.correlation[0][1] *= 1.0 + 1e-12;
        assert!(is_same_but_for_words(&old, &new));
        new.geometry.correlation[0][1] = 0.6;
        assert!(!is_same_but_for_words(&old, &new));
    }
}
