//! A sweep: many experiments from one file, seen together. The contract's `sweep.json`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Interval;
use super::json::round;

/// A choice that sets a member of a sweep apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    /// The dotted key of the spec, or `model` or `rule`.
    pub key: String,
    /// The value in a short form, unlike that of every other value of the key.
    pub value: String,
}

/// All members of a sweep, seen together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepResults {
    /// [`SCHEMA`](super::SCHEMA) of the program that wrote it.
    pub schema: u32,
    /// The id of the experiment that carries the sweep.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is a placebo, which must find nothing.
    pub control: bool,
    /// Whether the prices are simulated.
    pub synthetic: bool,
    /// What was swept, in the order of the file.
    pub keys: Vec<SweptKey>,
    /// What holds for every member, as the file writes it.
    #[serde(rename = "where")]
    pub conditions: Vec<String>,
    /// Whether members were drawn from the combinations.
    pub is_sample: bool,
    /// Whether members have pages of their own.
    pub pages: bool,
    /// The members, in the order of their values.
    pub members: Vec<SweepMember>,
    /// Level of every interval below.
    pub interval_level: f64,
    /// Out-of-sample R2, a specification for each member and model.
    pub oos_r2: SpecificationCurve,
    /// Sharpe ratio, a specification for each member, model and rule.
    pub sharpe: SpecificationCurve,
}

/// A key with the values that it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweptKey {
    /// The dotted key of the spec.
    pub key: String,
    /// Its values in a short form.
    pub values: Vec<String>,
}

/// A member of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepMember {
    /// The id of the experiment that it is.
    pub id: String,
    /// By key of the sweep: the position of its value.
    pub values: Vec<usize>,
    /// Whether it is what the file asks for without its sweep.
    pub is_headline: bool,
}

/// The estimates of all specifications in ascending order, and what they say together (Simonsohn,
/// Simmons and Nelson 2020).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SpecificationCurve {
    /// What sets specifications apart, with what each choice contributes; choices that change no
    /// estimate of this kind are left out.
    pub choices: Vec<ChoiceSummary>,
    /// In ascending order of their estimates.
    pub specifications: Vec<Specification>,
    /// Members' specifications that gave no estimate.
    pub without_estimate: usize,
    /// Median of the estimates; `None` of none.
    pub median: Option<f64>,
    /// Share of the estimates above zero.
    pub share_positive: Option<f64>,
    /// Share of the specifications that are significantly above zero, each by itself.
    pub share_significant: Option<f64>,
    /// Mean of their z statistics.
    pub mean_z: Option<f64>,
    /// Of Sharpe ratios: that of holding the target over the headline's days.
    pub reference: Option<f64>,
    /// Of Sharpe ratios: the share above that of holding the target over the same days.
    pub share_above_reference: Option<f64>,
    /// Where the specifications of the headline experiment stand.
    pub headline: Vec<Standing>,
    /// Share of the variance of the estimates that the choices, each by itself, explain together.
    pub explained: Option<f64>,
    /// Whether the curve as a whole could be chance; `None` where it was not asked or could not be
    /// tried.
    pub joint: Option<JointTest>,
}

/// One estimate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Specification {
    /// Position among the members.
    pub member: usize,
    /// The model's name.
    pub model: String,
    /// The rule's name, of a Sharpe ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// By choice of the curve: the position of its level.
    pub levels: Vec<usize>,
    /// The estimate.
    pub estimate: f64,
    /// Its interval, where there is one.
    pub interval: Option<Interval>,
    /// One-sided p-value of its own test, where there is one.
    pub p: Option<f64>,
    /// The z statistic of that p-value; 0 without one.
    pub z: f64,
    /// Whether it is above zero and its own test rejects at 5 %.
    pub is_significant: bool,
}

/// What a choice contributes to how the estimates differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoiceSummary {
    /// The dotted key of the spec, `model` or `rule`.
    pub key: String,
    /// Its levels.
    pub levels: Vec<LevelSummary>,
    /// Its share of the variance of the estimates, averaged over the orders in which choices can
    /// enter (Lindeman, Merenda and Gold 1980); with those of the others it makes up `explained`.
    pub share: Option<f64>,
    /// Type II sum of squares: what it explains beside all other choices.
    pub sum_of_squares: Option<f64>,
    /// Levels less one, as far as the other choices leave them free.
    pub degrees_of_freedom: usize,
}

/// The specifications with one level of a choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelSummary {
    /// The level in a short form.
    pub level: String,
    /// How many have it.
    pub specifications: usize,
    /// Median of their estimates.
    pub median: f64,
    /// Share of them that are significant.
    pub share_significant: f64,
}

/// Where a specification of the headline experiment stands among all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The model's name.
    pub model: String,
    /// The rule's name, of a Sharpe ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Its estimate.
    pub estimate: f64,
    /// Share of the curve's estimates that are smaller.
    pub share_below: f64,
    /// Its position in the curve, if the headline experiment is a member.
    pub position: Option<usize>,
}

/// The curve against those that arise when the features are shifted in time against the target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointTest {
    /// How many shifts there were.
    pub shifts: usize,
    /// How many specifications of the curve were tried under every shift; the figures below are of
    /// these.
    pub specifications: usize,
    /// Median of the estimates.
    pub median: Chance,
    /// Share of the specifications that are significant.
    pub share_significant: Chance,
    /// Mean of their z statistics.
    pub mean_z: Chance,
    /// The three p-values combined (Cauchy).
    pub p: f64,
    /// Whether that is 5 % or less.
    pub rejects: bool,
    /// At evenly spaced places along the curve, from its first to its last: between which estimates
    /// nine of ten curves under a shift are there.
    pub band: Vec<Interval>,
}

/// A figure of the curve beside the same under shifts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// As observed.
    pub observed: f64,
    /// Its median under shifts.
    pub expected: f64,
    /// `(1 + #{under a shift >= observed}) / (1 + shifts)`.
    pub p: f64,
}

/// Significant digits of every number of a sweep: it has thousands.
const DIGITS: usize = 6;

impl SweepResults {
    /// The sweep with the digits that its file keeps.
    #[must_use]
    pub(crate) fn rounded(self) -> Self {
        match serde_json::from_value(self.to_value()) {
            Ok(rounded) => rounded,
            // Figures of it may be undefined or are finite: R2 and ratios of results that are.
            Err(error) => unreachable!("a sweep reads as it is written: {error}"),
        }
    }

    fn to_value(&self) -> Value {
        match serde_json::to_value(self) {
            Ok(mut value) => {
                round(&mut value, DIGITS);
                value
            }
            Err(error) => unreachable!("a sweep always serialises: {error}"),
        }
    }

    /// The text of `sweep.json`, a line for every member, specification and the like, ending in a
    /// line feed.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        write_json(&self.to_value(), 0, &mut text);
        text.push('\n');
        text
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// Text that is no such sweep: what is wrong, without a place.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let sweep: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let (members, keys) = (sweep.members.len(), sweep.keys.len());
        if sweep.members.iter().any(|member| !member.fits(&sweep.keys)) {
            return Err(format!("a member without one of the values of {keys} keys"));
        }
        let is_sound = |curve: &SpecificationCurve| {
            let level = |(choice, level): (&ChoiceSummary, &usize)| *level < choice.levels.len();
            let sound = |found: &Specification| {
                found.member < members
                    && found.levels.len() == curve.choices.len()
                    && curve.choices.iter().zip(&found.levels).all(level)
            };
            curve.specifications.iter().all(sound)
        };
        if !is_sound(&sweep.oos_r2) || !is_sound(&sweep.sharpe) {
            return Err(
                "a specification of no member, or with a level that there is not".to_owned()
            );
        }
        Ok(sweep)
    }
}

impl SweepMember {
    fn fits(&self, keys: &[SweptKey]) -> bool {
        let value = |(key, value): (&SweptKey, &usize)| *value < key.values.len();
        self.values.len() == keys.len() && keys.iter().zip(&self.values).all(value)
    }
}

/// Writes a value: keys and entries of lists of mappings each on a line, down to the third level.
fn write_json(value: &Value, depth: usize, text: &mut String) {
    const INDENTED: usize = 3;
    let (open, close) = match value {
        Value::Object(_) => ('{', '}'),
        Value::Array(_) => ('[', ']'),
        _ => return text.push_str(&value.to_string()),
    };
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', depth));
    };
    let is_list_of_plain = |items: &[Value]| !items.iter().any(Value::is_object);
    let is_flat = match value {
        Value::Object(_) => depth >= INDENTED,
        Value::Array(items) => is_list_of_plain(items),
        _ => true,
    };
    if is_flat {
        return text.push_str(&value.to_string());
    }
    text.push(open);
    let entries: Vec<(Option<&String>, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (Some(key), value)).collect(),
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        _ => Vec::new(),
    };
    let is_list = matches!(value, Value::Array(_));
    let last = entries.len();
    for (at, (key, value)) in entries.into_iter().enumerate() {
        line(text, depth + 1);
        if let Some(key) = key {
            text.push_str(&Value::String(key.clone()).to_string());
            text.push_str(": ");
        }
        if is_list {
            text.push_str(&value.to_string());
        } else {
            write_json(value, depth + 1, text);
        }
        if at + 1 < last {
            text.push(',');
        }
    }
    line(text, depth);
    text.push(close);
}
