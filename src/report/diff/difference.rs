//! What changed between two builds, as data: what every format shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::cause::{Cause, PriceChange};
use super::figures::{FigureChange, Subject};
use super::rule::Mark;
use super::spec::ValueChange;
use super::version::{CountChange, Version};
use super::wording::Rewording;
use crate::base::units::Day;
use crate::report::words;
use crate::results::Warning;

/// Version of the JSON of a difference.
pub(super) const SCHEMA: u32 = 1;

/// What changed between two builds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "dfa-report difference")]
pub(crate) struct SiteDiff {
    /// Version of this format.
    pub schema: u32,
    /// The conclusion, in one sentence without its full stop.
    pub verdict: String,
    /// The older side.
    pub base: Version,
    /// The newer side.
    pub head: Version,
    /// What became of the experiments.
    pub counts: Counts,
    /// The prices that differ, by source.
    pub prices: Vec<PriceChange>,
    /// Program and version on both sides, if they differ.
    pub engine: Option<[String; 2]>,
    /// How much was tried, over all experiments of each side, and the Sharpe ratio that the best of so
    /// many without skill is expected to have; `null` where it is the same.
    pub trials: Option<TrialsChange>,
    /// Experiments of both whose results differ, by id.
    pub changed: Vec<ExperimentDiff>,
    /// Experiments of the head only, by id.
    pub added: Vec<Added>,
    /// Experiments of the base only, by id.
    pub removed: Vec<Removed>,
    /// Experiments that only have another id.
    pub renamed: Vec<Renamed>,
    /// Experiments of which only words changed, by id.
    pub reworded: Vec<Reworded>,
    /// What the gate holds against the change, one sentence each; `null` without a gate.
    pub gate: Option<Vec<String>>,
}

/// What became of the experiments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Counts {
    pub changed: usize,
    pub added: usize,
    pub removed: usize,
    pub renamed: usize,
    pub reworded: usize,
    pub unchanged: usize,
    /// Figures of those that changed for which there is a test.
    pub tested: usize,
    /// Those of them on which the conclusion rests: Sharpe ratios and scaled out-of-sample R2.
    pub headline: usize,
    /// Those that count.
    pub real: usize,
}

/// How an experiment is named to a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub(crate) struct Heading {
    pub id: String,
    /// Its title, plain text.
    pub title: String,
}

/// An experiment that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Removed {
    #[serde(flatten)]
    pub heading: Heading,
    /// How many of its criteria were met.
    pub met: usize,
}

/// An experiment that only has another id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Renamed {
    pub from: String,
    /// Id and title in the head.
    #[serde(flatten)]
    pub heading: Heading,
    /// Whether its old address leads to the new one: its spec names the old id under `formerly`.
    pub redirects: bool,
}

/// An experiment of which only words changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Reworded {
    #[serde(flatten)]
    pub heading: Heading,
    pub words: Vec<Rewording>,
}

/// A new experiment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Added {
    #[serde(flatten)]
    pub heading: Heading,
    /// `confirmed`, `refuted` or `open`; `null` without criteria.
    pub stamp: Option<String>,
    /// Its criteria.
    pub criteria: Vec<CriterionChange>,
    /// Headline figures of its plain models and systems.
    pub headline: Vec<Headline>,
    /// The experiment that it is compared with, and how it differs from it.
    pub compared_with: Option<String>,
    pub differences: Vec<FigureChange>,
}

/// A figure of a new experiment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Headline {
    /// `ridge oos_r2`.
    pub name: String,
    pub value: Option<f64>,
    /// Its own 90 % interval.
    pub interval: Option<[f64; 2]>,
    /// As a page shows it.
    pub shown: String,
}

/// A criterion and what becomes of it; of one that is new or gone one side is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CriterionChange {
    pub claim: String,
    pub test: String,
    /// `met`, `not met` or `open`.
    pub base: Option<String>,
    pub head: Option<String>,
}

/// Days on which the two sides of a record differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DaysApart {
    /// `ridge` for its forecasts, `ridge.binary` for its positions.
    pub subject: String,
    /// First of them.
    #[schemars(with = "String")]
    pub first_day: Day,
    pub days: usize,
}

/// What changed in one experiment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ExperimentDiff {
    /// Id, and title as in the head.
    #[serde(flatten)]
    pub heading: Heading,
    /// Why it changed.
    pub causes: Vec<Cause>,
    /// Stamp on both sides, if it differs.
    pub stamp: Option<[String; 2]>,
    /// Criteria of which something else becomes.
    pub criteria: Vec<CriterionChange>,
    /// Whether the tests of its criteria changed, though results were there to be seen.
    pub restated: bool,
    /// What else is concluded otherwise, by key of the verdict.
    pub verdict: Vec<ValueChange>,
    /// Keys of the spec, dotted, in the order of the head's spec.
    pub spec: Vec<ValueChange>,
    /// The panel: its hash, days and rows.
    pub data: Vec<ValueChange>,
    /// Its texts.
    pub words: Vec<Rewording>,
    /// Days that both sides forecast, and those that only one does; `null` where no days are paired.
    pub days: Option<SharedDays>,
    /// Why no days are paired.
    pub unpaired: Option<String>,
    /// Where forecasts and positions differ, on the days that both have.
    pub apart: Vec<DaysApart>,
    /// Models, strategies, benchmarks and regimes of the head only.
    #[serde(serialize_with = "names")]
    #[schemars(with = "Vec<String>")]
    pub added: Vec<Subject>,
    /// Those of the base only.
    #[serde(serialize_with = "names")]
    #[schemars(with = "Vec<String>")]
    pub removed: Vec<Subject>,
    /// Figures of subjects that both have, in the order of the report.
    pub figures: Vec<FigureChange>,
    /// Warnings of the head only.
    #[serde(serialize_with = "sentences")]
    #[schemars(with = "Vec<String>")]
    pub warnings_added: Vec<Warning>,
    /// Warnings of the base only.
    #[serde(serialize_with = "sentences")]
    #[schemars(with = "Vec<String>")]
    pub warnings_removed: Vec<Warning>,
    /// Whether the certificate holds in the base and fails in the head.
    pub certificate_fails: bool,
}

/// Days that two versions forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct SharedDays {
    pub both: usize,
    pub base_only: usize,
    pub head_only: usize,
}

/// How much was tried.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct TrialsChange {
    /// Every penalty of every model under every sizing rule of every experiment.
    pub counted: CountChange,
    /// Clusters of strategies whose daily returns are nearly the same.
    pub effective: CountChange,
    /// Annualised Sharpe ratio that the best of as many without skill is expected to have.
    pub hurdle: [f64; 2],
}

impl Heading {
    /// `id: title`.
    pub(super) fn in_words(&self) -> String {
        format!("{}: {}", self.id, self.title)
    }
}

impl SiteDiff {
    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        let Counts { changed, added, removed, renamed, reworded, .. } = self.counts;
        changed + added + removed + renamed + reworded == 0
    }

    /// Whether a difference counts.
    pub(crate) fn is_real(&self) -> bool {
        self.counts.real > 0
    }
}

impl ExperimentDiff {
    /// The figures on which the conclusion rests.
    pub(crate) fn headline(&self) -> impl Iterator<Item = &FigureChange> {
        self.figures.iter().filter(|figure| figure.is_headline())
    }

    /// The figures that count; those on which the conclusion rests come first.
    pub(crate) fn real(&self) -> impl Iterator<Item = &FigureChange> {
        let others = self.figures.iter().filter(|figure| !figure.is_headline());
        self.headline().chain(others).filter(|figure| figure.mark == Mark::Real)
    }

    /// The criteria that the base meets and the head does not, with what becomes of them.
    pub(crate) fn lost_criteria(&self) -> impl Iterator<Item = (&str, &str)> {
        self.criteria
            .iter()
            .filter(|change| change.base.as_deref() == Some("met"))
            .map(|change| (change.claim.as_str(), change.head.as_deref().unwrap_or("gone")))
    }

    /// The sentences on where forecasts and positions differ; those of one model together.
    pub(super) fn apart_in_words(&self) -> Vec<String> {
        let line = |apart: &DaysApart| {
            let what = if apart.subject.contains('.') { "positions" } else { "forecasts" };
            let days = crate::base::units::format::counted(apart.days, "day", "days");
            format!("{what} of {} differ on {days}, first on {}", apart.subject, apart.first_day)
        };
        self.apart.iter().map(line).collect()
    }

    /// Whether the results differ only in what the comparison does not list.
    pub(super) fn lists_nothing(&self) -> bool {
        let Self { criteria, verdict, spec, data, words, apart, added, removed, figures, .. } =
            self;
        criteria.is_empty()
            && verdict.is_empty()
            && spec.is_empty()
            && data.is_empty()
            && words.is_empty()
            && apart.is_empty()
            && added.is_empty()
            && removed.is_empty()
            && figures.is_empty()
            && self.stamp.is_none()
            && self.warnings_added.is_empty()
            && self.warnings_removed.is_empty()
    }
}

fn names<S: serde::Serializer>(subjects: &[Subject], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(subjects.iter().map(ToString::to_string))
}

fn sentences<S: serde::Serializer>(warnings: &[Warning], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(warnings.iter().map(|warning| words::warning(warning).1))
}

/// What is said of an experiment whose criteria changed.
pub(super) const RESTATED: &str =
    "its criteria changed when results were there to be seen: they are not stated beforehand";

/// What is said of an experiment of which [`ExperimentDiff::lists_nothing`] holds.
pub(crate) const UNLISTED: &str =
    "only figures that are not listed here changed: see its results.json";
