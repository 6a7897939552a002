//! What an experiment concludes: decided where it is computed, from exact values, by the rules of the
//! methods page ("Verdict"). A page, a gate and a notebook read the same.

use serde::{Deserialize, Serialize};

use super::Estimate;
use crate::base::units::Day;

/// What one experiment concludes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What becomes of the hypothesis, by the criteria that its author stated; `null` without any.
    pub stamp: Option<Stamp>,
    /// The criteria in the order of the spec; that of a control comes first.
    pub criteria: Vec<CriterionOutcome>,
    /// Whether the plain models' forecasts beat the prevailing mean.
    pub evidence: Evidence,
    /// Family-wise p-value of that: of each plain model the larger of the scaled Clark-West p-values
    /// against the prevailing mean and the fit's own, combined.
    pub evidence_p: Option<f64>,
    /// The same of the raw ones, which a few volatile days may decide.
    pub evidence_raw_p: Option<f64>,
    /// What is left of it as one of all experiments of the site; `null` outside of one.
    pub family: Option<FamilyClaim>,
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
    /// First day on which the lead's scaled fluctuation statistic is above its band.
    pub since: Option<Day>,
    /// When the relation of the target to the features fell most, where `life` says that it did; seen
    /// with hindsight, whatever the models made of it.
    pub fell: Option<Fall>,
    /// That and the falls before and after it, in order of time.
    pub falls: Vec<Fall>,
    /// Whether trading under the rule pays for its costs, beside always holding the mean of its
    /// weights; `null` where nothing is traded to speak of.
    pub pays: Option<Answer>,
    /// Whether a regime-aware system is better than its plain twin; `null` without systems.
    pub regime_helps: Option<Answer>,
    /// Whether the relation of the target to the features differs between the states of any
    /// detector, known in real time; `null` without one, never `no`.
    pub regimes_differ: Option<Answer>,
    /// Family-wise p-value of that.
    pub regimes_differ_p: Option<f64>,
    /// The detector, known in real time, between whose states the relation differs most surely.
    pub best_detector: Option<BestDetector>,
}

/// What becomes of a hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stamp {
    /// Every criterion is met.
    Confirmed,
    /// A criterion is not met.
    Refuted,
    /// Neither: the sample leaves a criterion open.
    Open,
}

/// What becomes of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The whole interval lies on the side of the claim.
    Met,
    /// It lies on the other side.
    NotMet,
    /// It lies on both.
    Open,
}

/// A criterion and what became of it (methods, "Criteria").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CriterionOutcome {
    /// What is claimed, in words.
    pub claim: String,
    /// What decides, as the spec has it.
    pub test: String,
    /// The record that decides, as in `ridge.binary`: of `all` the one that speaks most against the
    /// claim, of `any` most for it.
    pub subject: Option<String>,
    /// Name of the figure.
    pub figure: String,
    /// Whether `value` is a difference: a gain, or a figure less the one that it is compared with.
    pub is_difference: bool,
    /// Whether it is a gain over the experiment that `compares_with` names.
    pub is_over_other: bool,
    /// The number that the figure is held against; `None` where it is another figure.
    pub bound: Option<f64>,
    /// How many records may decide.
    pub records: usize,
    /// The figure with the interval by which it is decided.
    #[serde(flatten, with = "super::estimate::criterion")]
    pub value: Option<Estimate>,
    /// Level of that interval; above 0.9 where one of several records may decide.
    pub interval_level: f64,
    /// Of a claim about a state: two-sided p-value of its statistic among those under labels shifted
    /// in time. Above 0.10 it leaves the claim open, and so does a record too short to shift (`null`).
    pub shifted_p: Option<f64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Smallest distance from the bound that this sample would have shown with a chance of 80 %.
    pub detectable: Option<f64>,
}

impl Verdict {
    /// The claim of the family, where the experiment's own evidence does not outlast it.
    pub(crate) fn lost_among_all(&self) -> Option<FamilyClaim> {
        self.family.filter(|family| family.evidence != self.evidence)
    }
}

/// Whether there is a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The models beat the prevailing mean significantly, and the interval of one of those that do
    /// excludes zero.
    Clear,
    /// Significant, but R2 is not positive or its interval includes zero.
    Weak,
    /// What there is rests on few volatile days: only the raw test rejects, or R2 is not positive
    /// without the 20 most influential days.
    VolatileDays,
    /// No model beats it significantly.
    None,
    /// An R2 too good to be believed: look for a leak.
    Suspect,
}

/// What an experiment shows as one of all those of a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FamilyClaim {
    /// Experiments whose forecasts differ, this one among them.
    pub experiments: usize,
    /// How many of these show clear or weak evidence as one of all.
    pub with_evidence: usize,
    /// Romano-Wolf p-value of the best of its plain models, over the models of all experiments.
    pub p_value: Option<f64>,
    /// As the experiment's own, but `none` where that is clear or weak and the p-value 5 % or more.
    pub evidence: Evidence,
}

/// What became of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// The last 1,250 forecasts are better than the benchmark beyond luck, and the relation did not
    /// fall.
    Alive,
    /// The relation did not fall, but the last 1,250 forecasts cannot be told from luck.
    Open,
    /// The relation fell, and something is left of it.
    Weakened,
    /// The relation fell, and nothing can be seen to be left of it.
    Gone,
}

/// A fall of the relation of the target to the features (methods, section 11).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fall {
    /// Earliest day at which it may have been, with 95 % confidence.
    pub first: Day,
    /// Latest such day.
    pub last: Day,
    /// Largest statistic over all days at which it may have been.
    pub statistic: f64,
    /// Statistic of what the direction of the days before tells about the days after.
    pub left: Option<f64>,
    /// Whether nothing can be seen to be left.
    pub gone: bool,
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
    /// Its p-value that the relation is the same in all of its states.
    pub p_value: f64,
}
