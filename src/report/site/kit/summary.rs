//! What the pages over all experiments show of one: small, so that thousands fit into memory and are
//! kept beside the pages that they were made with.

use serde::{Deserialize, Serialize};

use super::view::Swatch;
use crate::base::units::{Day, Frequency};
use crate::report::chart::Role;
use crate::results::{CheckOutcome, Evidence, FamilyClaim, Interval, Life, Outcome, Stamp, Trials};

/// One experiment among all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Its id.
    pub id: String,
    pub(crate) title: String,
    /// Folder of its prices under `data/`.
    pub(crate) source: String,
    pub(crate) synthetic: bool,
    /// Heading and place within it on the front page.
    pub(crate) group: String,
    pub(crate) order: Option<u32>,
    pub(crate) family: Option<FamilyClaim>,
    pub(crate) trials: Option<Trials>,
    pub(crate) row: Row,
    pub(crate) trace: Trace,
    pub(crate) conclusion: Conclusion,
    /// Its detectors that label in real time.
    pub(crate) detectors: Vec<Candidate>,
    /// How it differs from the experiment that it is compared with; `None` without one.
    pub(crate) compared: Option<Compared>,
    /// What its pages say, for the search.
    pub(crate) found: Vec<Entry>,
}

/// Something to find; what is on a page comes after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub kind: Kind,
    /// From the root of the site.
    pub href: String,
    pub title: String,
    /// A sentence about it; may be empty.
    pub text: String,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Page,
    Section,
    /// A word that the methods define.
    Word,
}

/// How an experiment differs from another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Compared {
    /// The other's id.
    pub with: String,
    pub model: String,
    /// "2002-01-02 to 2025-10-31".
    pub days: String,
    pub r2: Figure,
    pub r2_p: String,
    pub sharpe: Figure,
    pub sharpe_p: String,
}

/// A figure as a table shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub text: String,
    /// Its interval.
    pub minor: String,
    /// What it is sorted by; empty of one that is not defined.
    pub sort: String,
}

/// Its row of the front page's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub id: String,
    pub title: String,
    pub synthetic: bool,
    /// Whether its certificate failed.
    pub failed: bool,
    pub span: String,
    pub verdict: String,
    pub class: String,
    /// The word of the stamp and its class; empty without criteria.
    pub stamp: (String, String),
    pub columns: Vec<Lines>,
    pub sparklines: Vec<Spark>,
}

/// A cell with one line a model; sorting goes by the median of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lines {
    pub sort: String,
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spark {
    pub class: String,
    pub label: String,
    pub svg: String,
}

/// Cumulative squared-error differences, one line a plain model, over some of its days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trace {
    pub days: Vec<Day>,
    pub lines: Vec<(Role, Vec<f64>)>,
    /// The models' colours.
    pub key: Vec<Swatch>,
}

/// Its entry of `verdicts.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Conclusion {
    pub id: String,
    pub title: String,
    /// Of its out-of-sample certificate.
    pub certificate: CheckOutcome,
    /// By the criteria that the author stated; `null` without any.
    pub stamp: Option<Stamp>,
    pub criteria: Vec<Criterion>,
    pub evidence: Evidence,
    /// Family-wise over the plain models.
    pub evidence_p: Option<f64>,
    /// What is left of it as one of all experiments.
    pub family: Option<FamilyClaim>,
    pub life: Option<Life>,
    /// The model that speaks for the experiment, and its figures.
    pub lead: Option<String>,
    pub oos_r2: Option<f64>,
    pub oos_r2_interval: Option<Interval>,
    pub clark_west_p: Option<f64>,
    pub scaled_clark_west_p: Option<f64>,
    /// Under the headline rule.
    pub sharpe: Option<f64>,
    pub sharpe_interval: Option<Interval>,
    pub sharpe_arithmetic: Option<f64>,
}

/// What became of a criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Criterion {
    pub test: String,
    pub outcome: Outcome,
}

/// A detector that labels in real time, with what it is judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Candidate {
    /// Hash of the panel.
    pub data_hash: String,
    pub frequency: Frequency,
    /// What the detector is called, and where there is little room.
    pub title: String,
    pub label: String,
    /// What tells it from others of its kind, setting by setting.
    pub settings: Vec<String>,
    /// First day and state of every run of a state.
    pub runs: String,
    /// The p-value that the relation is the same in all states.
    pub contrast: Option<f64>,
    /// R2 in the best state less that in the worst.
    pub separation: Option<f64>,
    /// Text and remark of each cell of its row.
    pub cells: Vec<(String, String)>,
}
