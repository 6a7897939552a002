//! What changed between two builds: results against results, day by day.
//!
//! The older side is the *base*, the newer the *head*. An experiment whose results are the same on
//! both is only counted. A difference of a figure counts if it is larger than its threshold and, by a
//! test of pairs of days, more than chance makes ([`Mark`]); what the tests found comes from outside
//! ([`Found`]), since this wing computes nothing.

mod cause;
mod change;
mod difference;
mod effect;
mod excerpt;
mod experiment;
mod figures;
mod found;
mod markdown;
mod pictured;
pub(crate) mod revised;
mod rule;
mod sheet;
mod spec;
mod split;
mod summary;
mod text;
mod verdict;
mod version;
mod wording;

use std::collections::BTreeMap;

use crate::results::Results;

pub(crate) use cause::{Combination, Combinations, PriceChange};
pub(crate) use difference::{ExperimentDiff, Renamed, SiteDiff};
pub(crate) use effect::Effect;
pub(crate) use figures::{FigureChange, METRICS};
pub(crate) use found::{Found, Side};
pub(crate) use markdown::to_markdown;
pub(crate) use pictured::{Overlay, Pictured};
pub(crate) use rule::Mark;
pub(crate) use sheet::Sheet;
pub(crate) use spec::{ValueChange, spec_changes};
pub(crate) use text::to_text;
pub(crate) use version::{Commit, CountChange, ToHead, Version};

use self::difference::{Counts, SCHEMA, TrialsChange};
pub(crate) use self::experiment::heading;
use self::experiment::{Became, added, removed};

/// The ids of both sides whose results differ in more than words.
pub(crate) fn changed_ids(
    base: &BTreeMap<String, Results>,
    head: &BTreeMap<String, Results>,
) -> Vec<String> {
    let differs = |(id, old): &(&String, &Results)| {
        head.get(*id).is_some_and(|new| {
            !change::is_same_but_for_words(&old.without_others(), &new.without_others())
        })
    };
    base.iter().filter(differs).map(|(id, _)| id.clone()).collect()
}

/// Compares two sides.
pub(crate) fn compare(base: Side<'_>, head: Side<'_>, found: &Found) -> SiteDiff {
    let (old, new) = (base.results, head.results);
    let only = |these: &BTreeMap<String, Results>, those: &BTreeMap<String, Results>| {
        let ids = these.keys().filter(|id| !those.contains_key(*id));
        ids.cloned().collect::<Vec<String>>()
    };
    let mut diff = SiteDiff {
        schema: SCHEMA,
        verdict: String::new(),
        base: base.version,
        head: head.version,
        counts: Counts::default(),
        prices: found.prices.clone(),
        engine: engines(old, new),
        trials: trials(old, new),
        changed: Vec::new(),
        added: only(new, old)
            .iter()
            .map(|id| added(id, &new[id], |other| new.get(other).cloned()))
            .collect(),
        removed: only(old, new).iter().map(|id| removed(id, &old[id])).collect(),
        renamed: found.renamed.clone(),
        reworded: Vec::new(),
        gate: None,
    };
    for (id, old) in old {
        let Some(new) = new.get(id) else { continue };
        match experiment::compare(id, old, new, found) {
            // A rename is told as such.
            Became::Same if found.renamed.iter().any(|renamed| renamed.heading.id == *id) => {}
            Became::Same => diff.counts.unchanged += 1,
            Became::Reworded(reworded) => diff.reworded.push(reworded),
            Became::Changed(changed) => diff.changed.push(*changed),
        }
    }
    diff.counted()
}

impl SiteDiff {
    /// The same with its counts and its verdict.
    pub(in crate::report) fn counted(mut self) -> Self {
        let changed = || self.changed.iter();
        let figures = || changed().flat_map(|experiment| &experiment.figures);
        self.counts = Counts {
            changed: self.changed.len(),
            added: self.added.len(),
            removed: self.removed.len(),
            renamed: self.renamed.len(),
            reworded: self.reworded.len(),
            tested: figures().filter(|figure| figure.p.is_some()).count(),
            headline: changed().flat_map(ExperimentDiff::headline).count(),
            real: changed().flat_map(ExperimentDiff::real).count(),
            ..self.counts
        };
        self.verdict = verdict::verdict(&self);
        self
    }
}

/// The JSON Schema of a difference.
pub(crate) fn json_schema() -> serde_json::Value {
    schemars::schema_for!(SiteDiff).to_value()
}

/// A difference as JSON, ending in a line feed.
pub(crate) fn to_json(diff: &SiteDiff) -> String {
    match serde_json::to_string_pretty(diff) {
        Ok(text) => text + "\n",
        Err(error) => unreachable!("a difference always serialises: {error}"),
    }
}

/// Program and version of the sides, where all experiments of each agree and the sides do not.
fn engines(
    base: &BTreeMap<String, Results>,
    head: &BTreeMap<String, Results>,
) -> Option<[String; 2]> {
    let of = |side: &BTreeMap<String, Results>| {
        side.values().next().map(|results| results.provenance.engine.clone())
    };
    let engines = [of(base)?, of(head)?];
    (engines[0] != engines[1]).then_some(engines)
}

/// How much was tried: the same in every experiment of a site, but for those that were kept from an
/// earlier build, which say less.
fn trials(
    base: &BTreeMap<String, Results>,
    head: &BTreeMap<String, Results>,
) -> Option<TrialsChange> {
    let of = |side: &BTreeMap<String, Results>| {
        side.values().filter_map(|results| results.trials).max_by_key(|trials| trials.counted)
    };
    let (base, head) = (of(base)?, of(head)?);
    let change = |base, head| CountChange { base, head };
    let is_spent = (base.counted, base.effective) != (head.counted, head.effective);
    is_spent.then(|| TrialsChange {
        counted: change(base.counted, head.counted),
        effective: change(base.effective, head.effective),
        hurdle: [base.expected_best_sharpe, head.expected_best_sharpe],
    })
}
