//! The out-of-sample certificate of an experiment: whether anything that its figures rest on knew
//! the future, as far as that can be tried out (methods, "Certificate").

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Estimate, estimate};
use crate::base::units::Day;

/// What was tried to find out whether an experiment is out of sample, and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// `failed` if one of the checks failed, `not_tested` if none could be made.
    pub outcome: CheckOutcome,
    /// One entry a check, always all four of them.
    pub checks: Vec<CertificateCheck>,
    /// By model: how good its forecasts are when they are used later than they could be.
    pub lag_decay: IndexMap<String, Vec<LateForecasts>>,
    /// What the checks leave out, and why.
    pub not_tested: Vec<NotTested>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// Nothing was found.
    Passed,
    /// Something knew the future, or looks as if it did.
    Failed,
    /// There was nothing to try it on.
    NotTested,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateCheck {
    /// Which one.
    pub name: CertificateCheckName,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// The last days whose prices were left as they are, of the models' runs and of the detectors',
    /// ascending; empty for a check that cuts nothing.
    pub cuts: Vec<Day>,
    /// Values that were compared bit by bit.
    pub compared: usize,
    /// Of the placebo: the p-value of each shuffle, family-wise over the models.
    pub p_values: Vec<f64>,
    /// What failed: of each series the first value.
    pub found: Vec<CertificateFinding>,
}

/// The checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateCheckName {
    /// The same when the data end earlier.
    Truncation,
    /// The same when later prices are noise.
    Tampering,
    /// Nothing is found in a shuffled target.
    Placebo,
    /// Forecasts that are used late lose what is to be expected.
    LagDecay,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CertificateFinding {
    /// A value depends on prices that were not known.
    KnewTheFuture {
        /// The column of the daily series: `ridge`, `ridge.alpha`, `ridge.binary.weight`,
        /// `regime.<name>`.
        series: String,
        /// The first day on which it differs.
        day: Day,
        /// The last day whose prices were the same.
        cut: Day,
    },
    /// Models forecast a target that was shuffled.
    ForecastsShuffled {
        /// The models, of which it is said together.
        models: Vec<String>,
        /// The largest of their family-wise p-values over the shuffles.
        p_value: f64,
    },
    /// Forecasts of an implausible quality are worth little one day later.
    Collapses {
        /// The model.
        model: String,
    },
    /// Forecasts are as good days later, at a quality that would be implausible over a month.
    Survives {
        /// The model.
        model: String,
    },
}

/// A model's forecasts, used some days later than they were made for, and the benchmark with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LateForecasts {
    /// By how many forecast days.
    pub delay: usize,
    /// Out-of-sample R2, over the rows that have a forecast at every delay.
    #[serde(flatten, with = "estimate::oos_r2")]
    pub oos_r2: Option<Estimate>,
    /// p-value of the scaled Clark-West statistic.
    pub clark_west_p: Option<f64>,
}

/// Something that the checks leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotTested {
    /// A model, a regime (`regime.<name>`), or a part of the results by its key.
    pub what: String,
    /// Why.
    pub reason: NotTestedReason,
}

/// Why something was not tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotTestedReason {
    /// It looks back over all days and says so; nothing trades on it.
    LooksBack,
    /// It was made elsewhere and cannot be made again on other prices.
    MadeElsewhere,
}

impl Certificate {
    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &CertificateCheck> {
        self.checks.iter().filter(|check| check.outcome == CheckOutcome::Failed)
    }
}
