//! The words of a spec: what an experiment is called and what is asked of it, on which nothing that is
//! computed depends.

use crate::engine::experiment::spec_hash;
use crate::results::spec::Spec;
use crate::results::{Results, kept};

/// The spec without its words: `title`, `question`, `hypothesis`, `notes`, `group`, `order`,
/// `control`, `compares_with`, `criteria`, and the id. Experiments with equal cores on equal data
/// have equal series, and results that differ in their words and in what is settled from these.
#[must_use]
pub fn core(spec: &Spec) -> Spec {
    Spec {
        id: String::new(),
        title: String::new(),
        question: String::new(),
        group: String::new(),
        order: None,
        control: false,
        hypothesis: String::new(),
        criteria: Vec::new(),
        compares_with: None,
        notes: String::new(),
        ..spec.clone()
    }
}

/// Puts the words of a spec into results that were computed under others: they are then what a run
/// of that spec gives, before anything is judged or settled. The cores of both must be equal.
pub fn put_words(results: &mut Results, spec: &Spec) {
    results.id.clone_from(&spec.id);
    results.title.clone_from(&spec.title);
    results.hypothesis.clone_from(&spec.hypothesis);
    results.notes.clone_from(&spec.notes);
    results.provenance.spec_hash = spec_hash(spec);
    // A spec that was read holds finite numbers.
    results.spec = kept(spec, "spec").unwrap_or_else(|_| spec.clone());
}
