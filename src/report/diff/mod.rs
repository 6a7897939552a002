//! What changed between two builds of a site: results against results.
//!
//! The older side is the *base*, the newer the *head*. An experiment whose results are the same on
//! both is not mentioned. Where the base states a 90 % interval for a figure, a change is judged
//! against it ([`Judgement`]); the judgement says where the new figure lies, not why.

mod change;
mod difference;
mod effect;
mod excerpt;
mod figures;
mod markdown;
pub(crate) mod revised;
mod spec;
mod text;

use std::collections::BTreeMap;

use crate::results::Results;

pub(crate) use difference::{ExperimentDiff, Heading, SiteDiff, UNLISTED};
pub(crate) use effect::Effect;
pub(crate) use figures::{FigureChange, Judgement, Subject};
pub(crate) use markdown::to_markdown;
pub(crate) use spec::{ValueChange, spec_changes};
pub(crate) use text::to_text;

/// Compares two sites, each as results by experiment id.
pub(crate) fn compare(
    base: &BTreeMap<String, Results>,
    head: &BTreeMap<String, Results>,
) -> SiteDiff {
    let only = |these: &BTreeMap<String, Results>, those: &BTreeMap<String, Results>| {
        these
            .iter()
            .filter(|(id, _)| !those.contains_key(*id))
            .map(|(id, results)| heading(id, results))
            .collect()
    };
    SiteDiff {
        added: only(head, base),
        removed: only(base, head),
        changed: base
            .iter()
            .filter_map(|(id, old)| head.get(id).and_then(|new| experiment(id, old, new)))
            .collect(),
    }
}

fn heading(id: &str, results: &Results) -> Heading {
    Heading { id: id.to_owned(), title: results.title.clone() }
}

/// `None` if the two are the same as far as a reader could tell, whatever other experiments did.
fn experiment(id: &str, old: &Results, new: &Results) -> Option<ExperimentDiff> {
    let (old, new) = (&old.without_others(), &new.without_others());
    if change::is_same(old, new) {
        return None;
    }
    let (old_figures, new_figures) = (figures::by_subject(old), figures::by_subject(new));
    let warnings = |these: &Results, those: &Results| {
        these.warnings.iter().filter(|w| !those.warnings.contains(w)).cloned().collect()
    };
    let engines = [&old.provenance.engine, &new.provenance.engine];
    Some(ExperimentDiff {
        heading: heading(id, new),
        engine: (engines[0] != engines[1]).then(|| engines.map(Clone::clone)),
        restated: spec::is_restated(old, new),
        verdict: spec::verdict_changes(old, new),
        spec: spec::changes(old, new),
        data: spec::data_changes(old, new),
        added: figures::only_in(&new_figures, &old_figures),
        removed: figures::only_in(&old_figures, &new_figures),
        figures: figures::changes(&old_figures, &new_figures),
        warnings_added: warnings(new, old),
        warnings_removed: warnings(old, new),
    })
}
