//! What changed between two builds of a site: results against results.
//!
//! The older side is the *base*, the newer the *head*. An experiment whose results are the same on
//! both is not mentioned. Where the base states a 90 % interval for a figure, a change is judged
//! against it ([`Judgement`]); the judgement says where the new figure lies, not why.

mod change;
mod excerpt;
mod figures;
mod markdown;
mod spec;
mod text;

use std::collections::BTreeMap;

use crate::results::{Results, Warning};

pub(crate) use figures::{FigureChange, Judgement, Subject, Unit};
pub(crate) use markdown::to_markdown;
pub(crate) use spec::ValueChange;
pub(crate) use text::to_text;

/// What changed on a site.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SiteDiff {
    /// Experiments of the head only, by id.
    pub added: Vec<Heading>,
    /// Experiments of the base only, by id.
    pub removed: Vec<Heading>,
    /// Experiments of both whose results differ, by id.
    pub changed: Vec<ExperimentDiff>,
}

/// How an experiment is named to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// Its id.
    pub id: String,
    /// Its title, plain text.
    pub title: String,
}

/// What changed in one experiment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExperimentDiff {
    /// Id, and title as in the head.
    pub heading: Heading,
    /// Program and version, if they changed.
    pub engine: Option<[String; 2]>,
    /// Keys of the spec, dotted, in the order of the head's spec; its texts come first.
    pub spec: Vec<ValueChange>,
    /// The panel: its hash, days and rows.
    pub data: Vec<ValueChange>,
    /// Models, strategies, benchmarks and regimes of the head only.
    pub added: Vec<Subject>,
    /// Those of the base only.
    pub removed: Vec<Subject>,
    /// Figures of subjects that both have, in the order of the report.
    pub figures: Vec<FigureChange>,
    /// Warnings of the head only.
    pub warnings_added: Vec<Warning>,
    /// Warnings of the base only.
    pub warnings_removed: Vec<Warning>,
}

impl SiteDiff {
    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// The judged figures of all experiments, in order.
    pub(crate) fn judgements(&self) -> impl Iterator<Item = Judgement> {
        self.changed.iter().flat_map(|diff| &diff.figures).filter_map(|figure| figure.judgement)
    }

    /// The difference in one sentence without its full stop.
    fn summary(&self) -> String {
        if self.is_empty() {
            return "No experiment changed".to_owned();
        }
        let counts = [
            (self.changed.len(), "changed"),
            (self.added.len(), "added"),
            (self.removed.len(), "removed"),
        ];
        let mut parts: Vec<String> = Vec::new();
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let noun = match (parts.is_empty(), count) {
                (true, 1) => " experiment",
                (true, _) => " experiments",
                (false, _) => "",
            };
            parts.push(format!("{count}{noun} {what}"));
        }
        let (mut judged, mut outside) = (0, 0);
        for judgement in self.judgements() {
            match judgement {
                Judgement::Within(_) => judged += 1,
                Judgement::Outside(_) => (judged, outside) = (judged + 1, outside + 1),
                Judgement::NoInterval => {}
            }
        }
        let mut summary = parts.join(", ");
        if judged > 0 {
            summary += &format!(
                "; {outside} of {judged} changed Sharpe ratios and R² outside the base's 90 % interval"
            );
        }
        summary
    }
}

impl ExperimentDiff {
    /// Whether the results differ only in what the comparison does not list.
    fn lists_nothing(&self) -> bool {
        self.engine.is_none()
            && self.spec.is_empty()
            && self.data.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.figures.is_empty()
            && self.warnings_added.is_empty()
            && self.warnings_removed.is_empty()
    }
}

/// What is said of an experiment of which [`ExperimentDiff::lists_nothing`] holds.
const UNLISTED: &str = "only figures that are not listed here changed: see its results.json";

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

/// `None` if the two are the same as far as a reader could tell.
fn experiment(id: &str, old: &Results, new: &Results) -> Option<ExperimentDiff> {
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
        spec: spec::changes(old, new),
        data: spec::data_changes(old, new),
        added: figures::only_in(&new_figures, &old_figures),
        removed: figures::only_in(&old_figures, &new_figures),
        figures: figures::changes(&old_figures, &new_figures),
        warnings_added: warnings(new, old),
        warnings_removed: warnings(old, new),
    })
}
