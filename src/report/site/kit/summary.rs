//! What the pages over all experiments show of one: small, so that thousands fit into memory and are
//! kept beside the pages that they were made with.

use serde::{Deserialize, Serialize};

use crate::base::units::{Day, Frequency};
use crate::results::{
    Answer, CheckOutcome, Estimate, Evidence, FamilyClaim, Interval, Life, Outcome, Stamp, Trials,
};

/// One experiment among all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Its id.
    pub id: String,
    pub(crate) title: String,
    /// Folder of its prices under `data/`.
    pub(crate) source: String,
    /// The ticker that is forecast.
    pub(crate) target: String,
    pub(crate) frequency: Frequency,
    /// Years of its first and its last forecast.
    pub(crate) years: (i16, i16),
    /// Day of its last forecast.
    pub(crate) last: Day,
    pub(crate) synthetic: bool,
    /// Heading and place within it on the front page.
    pub(crate) group: String,
    pub(crate) order: Option<u32>,
    pub(crate) family: Option<FamilyClaim>,
    pub(crate) trials: Option<Trials>,
    pub(crate) decided: Decided,
    /// The model that speaks for it; `None` without one.
    pub(crate) speaker: Option<Speaker>,
    /// All that its sweep makes; `None` without a sweep.
    pub(crate) swept: Option<Swept>,
    pub(crate) row: Row,
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

/// What was decided about it where it was computed, as far as it bears on what all experiments show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Decided {
    /// Whether its certificate failed: then it counts for nothing.
    pub failed: bool,
    /// Of a control: whether it finds nothing; `None` of one that is none.
    pub control: Option<Outcome>,
    /// By itself.
    pub evidence: Evidence,
    /// The year that carries the gain.
    pub carried_by: Option<i16>,
    pub life: Option<Life>,
    /// Whether trading pays for its costs, beside always holding the mean of its positions.
    pub pays: Option<Answer>,
}

/// A figure with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub value: f64,
    pub interval: Option<Interval>,
}

impl Measured {
    /// The figure of an estimate that is a number.
    pub(crate) fn of(estimate: Option<Estimate>) -> Option<Self> {
        let found = estimate.filter(|found| found.value.is_finite())?;
        Some(Self { value: found.value, interval: found.interval })
    }
}

/// Many figures of one kind: their range, the middle half of them, and their median.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    /// How many.
    pub count: usize,
    pub low: f64,
    pub lower: f64,
    pub median: f64,
    pub upper: f64,
    pub high: f64,
}

impl Spread {
    /// Of values in any order; `None` without a number.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        let last = values.len() - 1;
        // Between the two values beside the place, as quantiles usually are.
        let at = |quarters: usize| {
            let (below, rest) = (last * quarters / 4, (last * quarters % 4) as f64 / 4.0);
            let above = values[(below + 1).min(last)];
            values[below] + rest * (above - values[below])
        };
        let (lower, median, upper) = (at(1), at(2), at(3));
        Some(Self { count: values.len(), low, lower, median, upper, high })
    }
}

/// The specifications of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Swept {
    pub members: usize,
    pub oos_r2: Option<Spread>,
    pub sharpe: Option<Spread>,
}

/// The model that speaks for an experiment on the front page, never chosen by its figures: the first
/// system that knows the regime, where there is one; or else the first forecast that was made
/// elsewhere; or else the lead of the verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Speaker {
    /// "Ridge gated".
    pub title: String,
    /// Whether it is another than the lead of the verdict.
    pub is_special: bool,
    pub oos_r2: Option<Measured>,
    /// The scaled Clark-West p-value.
    pub p: Option<f64>,
    /// Under the headline rule.
    pub sharpe: Option<Measured>,
    pub turnover: Option<f64>,
    /// One-sided p-value that its Sharpe ratio is not above that of holding, over all models and
    /// rules of the experiment (Romano and Wolf 2005).
    pub above_holding_p: Option<f64>,
    /// Sharpe ratio of holding the target over the same days.
    pub holding: Option<f64>,
    pub gain: Option<Gain>,
}

/// What the speaker gains over what it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gain {
    /// Id of an experiment, or the title of the plain model of the same experiment.
    pub over: String,
    /// Whether that is an experiment.
    pub is_experiment: bool,
    pub oos_r2: Option<Measured>,
    pub sharpe: Option<Measured>,
}

/// What the front page's table says of it beside its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// The id of the experiment and what the filter knows of it.
    pub filter: Filter,
    /// What it asks; may be empty.
    pub question: String,
    /// "SPY, 2004–2021, ridge, proportional".
    pub span: String,
    /// The answer in a few words, its class, and its strength, by which it is sorted.
    pub answer: String,
    pub class: String,
    pub strength: i8,
    /// The word of the stamp, its class, and its strength; empty without criteria.
    pub stamp: (String, String, u8),
}

/// What the filter of the front page knows of an experiment; the same in the forest and the table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub id: String,
    /// What is looked in, in small letters.
    pub text: String,
    /// `confirmed`, `refuted`, `open` or `none`.
    pub verdict: String,
    pub source: String,
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
    /// Mean separation of the same states shifted in time.
    pub by_chance: Option<f64>,
    /// What the first model did in the best and in the worst state.
    pub ends: Option<[StateFigure; 2]>,
    /// Text and remark of each cell of its row.
    pub cells: Vec<(String, String)>,
}

/// What a model did in a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StateFigure {
    pub label: String,
    pub oos_r2: Option<Measured>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_the_quantiles_of_its_values() {
        // numpy.quantile([4, 1, 3, 2, 10], [0, .25, .5, .75, 1]), and of [1, 2, 3, 4].
        let five = Spread::of([4.0, 1.0, 3.0, f64::NAN, 2.0, 10.0]).unwrap();
        let ends = [five.low, five.lower, five.median, five.upper, five.high];
        assert_eq!((five.count, ends), (5, [1.0, 2.0, 3.0, 4.0, 10.0]));
        let four = Spread::of([1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!([four.lower, four.median, four.upper], [1.75, 2.5, 3.25]);
        assert!(Spread::of([f64::NAN]).is_none());
    }
}
