//! What an experiment concludes: decided where it is computed, from exact values, by the rules of the
//! methods page ("Verdict"). A page, a gate and a notebook read the same.

use serde::{Deserialize, Serialize};

use crate::base::units::Day;

/// What one experiment concludes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the plain models' forecasts beat the prevailing mean.
    pub evidence: Evidence,
    /// The plain models for which there is evidence, in the order of the spec.
    pub models_with_evidence: Vec<String>,
    /// Models, regime-aware systems among them, whose R2 is implausible for the frequency.
    pub suspects: Vec<String>,
    /// The model that speaks where only one can: the first plain one with evidence, or else the
    /// first. Never chosen by the size of its gain.
    pub lead: Option<String>,
    /// The sizing rule of headline figures: `proportional`, or else the first of the spec.
    pub rule: Option<String>,
    /// One calendar year that brought more than half of what every model with evidence gained.
    pub carried_by: Option<CarryingYear>,
    /// What became of the lead's edge; `null` where there never was one or too few forecasts exist.
    pub life: Option<Life>,
    /// First day on which the lead's fluctuation statistic is above its band.
    pub since: Option<Day>,
    /// Whether trading under the rule pays for its costs; `null` where nothing is traded to speak
    /// of.
    pub pays: Option<Answer>,
    /// Whether a regime-aware system is better than its plain twin; `null` without systems.
    pub regime_helps: Option<Answer>,
    /// The detector, known in real time, whose states tell predictability best apart.
    pub best_detector: Option<BestDetector>,
}

/// Whether there is a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A model beats the prevailing mean significantly and its interval excludes zero.
    Clear,
    /// Significant, but the interval of every such model includes zero.
    Weak,
    /// No model beats it significantly.
    None,
    /// An R2 too good to be believed: look for a leak.
    Suspect,
}

/// What became of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// The last window of forecasts is better than the benchmark beyond luck, and nothing broke.
    Alive,
    /// Nothing shows a break, but the last window alone cannot be told from luck.
    Open,
    /// The last segment gains nothing where an earlier one did, or the last window is worse than
    /// the benchmark beyond luck.
    Gone,
}

/// The answer to a question that a sample may leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Neither can be said.
    Open,
}

/// The calendar year in which a model gained most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BestYear {
    /// The year.
    pub year: i16,
    /// Its gain as a share of the whole; `None` when the whole is not a gain.
    pub share: Option<f64>,
}

/// A calendar year that carries a gain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarryingYear {
    /// The year.
    pub year: i16,
    /// Its share of the whole gain, by model with evidence.
    pub shares: Vec<f64>,
}

/// The detector that separates best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestDetector {
    /// Its name in the experiment.
    pub name: String,
    /// How far apart the first plain model's R2 is in its states.
    pub separation: f64,
}
