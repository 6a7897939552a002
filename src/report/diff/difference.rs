//! What changed between two sites, as data.

use super::figures::{FigureChange, Judgement, Subject};
use super::spec::ValueChange;
use crate::results::Warning;

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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Heading {
    pub id: String,
    /// Its title, plain text.
    pub title: String,
}

/// What changed in one experiment.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ExperimentDiff {
    /// Id, and title as in the head.
    pub heading: Heading,
    /// Program and version, if they changed.
    pub engine: Option<[String; 2]>,
    /// Whether the tests of its criteria changed, though results were there to be seen.
    pub restated: bool,
    /// What is concluded otherwise, by key of the verdict.
    pub verdict: Vec<ValueChange>,
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
    pub(super) fn summary(&self) -> String {
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
        let count = |wanted: fn(&Judgement) -> bool| self.judgements().filter(wanted).count();
        let judged = count(|judgement| *judgement != Judgement::NoInterval);
        let outside = count(|judgement| matches!(judgement, Judgement::Outside(_)));
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
    pub(super) fn lists_nothing(&self) -> bool {
        *self == Self { heading: self.heading.clone(), ..Self::default() }
    }
}

/// What is said of an experiment whose criteria changed.
pub(super) const RESTATED: &str =
    "its criteria changed when results were there to be seen: they are not stated beforehand";

/// What is said of an experiment of which [`ExperimentDiff::lists_nothing`] holds.
pub(crate) const UNLISTED: &str =
    "only figures that are not listed here changed: see its results.json";
