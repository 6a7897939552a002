//! A spec: what one experiment was asked, every default written out.
//!
//! These types are the contract with whoever writes a spec, and part of `results.json`. Each key is
//! stated once, as a field: its comment is what an editor shows, `serde` has its default,
//! `schemars` its bounds. From the field follow the check of a file (`base::yaml`), the
//! JSON Schema and the written form. `x-expected` and `x-hint` are the words of a problem where
//! those that follow from type and bounds do not tell enough.

mod changed;
mod criteria;
mod data;
mod detector;
mod model;
mod schedule;
mod sizing;
mod sweep;
mod values;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::changed::entry_names;
pub use self::criteria::Criterion;
pub use self::data::{Data, Missing};
pub use self::detector::{
    Coupling, DayFeatures, Detector, Eigen, Jump, Mixture, Volatility, detector_names,
};
pub(crate) use self::model::models as default_models;
pub use self::model::{AlphaGrid, ComponentGrid, Kind, Model, System, SystemKind, Weighting};
pub use self::schedule::{Schedule, Selection, Window};
pub(crate) use self::sizing::positions as default_positions;
pub use self::sizing::{Costs, Sizing};
pub use self::sweep::Sweep;
pub use self::values::word;

/// One experiment: strictly out-of-sample forecasts of one instrument from the returns of others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-hint" = "`dfa-report new ID` writes one to start from"))]
pub struct Spec {
    /// The stem of the file, `[a-z0-9-]+`. Not a key: empty in what `results.json` holds as `spec`.
    #[serde(skip)]
    pub id: String,
    /// One line of plain text.
    #[schemars(
        length(min = 1, max = 300),
        extend("x-expected" = "one line of plain text")
    )]
    pub title: String,
    /// The question that it answers, in one line of plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(
        length(max = 300),
        extend("x-expected" = "one line of plain text")
    )]
    pub question: String,
    /// Heading under which the front page lists it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(
        length(max = 100),
        extend("x-expected" = "one line of plain text")
    )]
    pub group: String,
    /// Its place within the group, the smallest first; those without one come last, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 0, max = 1_000_000))]
    pub order: Option<u32>,
    /// Ids that it had before: their addresses lead to its page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        with = "Vec<FormerId>",
        length(max = 20),
        extend("uniqueItems" = true, "x-expected" = "a list of ids as in [old-name]")
    )]
    pub formerly: Vec<String>,
    /// Whether it is a placebo, which must find nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub control: bool,
    /// What the experiment asks: Markdown, also with $math$.
    #[serde(default)]
    #[schemars(
        length(max = 100_000),
        extend("x-expected" = "Markdown text")
    )]
    pub hypothesis: String,
    /// What must come out for the hypothesis to stand, said before the results are seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        length(max = 50),
        extend("x-expected" = "a list of criteria as in [{claim: It beats the mean, test: all.oos_r2 > 0}]")
    )]
    pub criteria: Vec<Criterion>,
    /// The id of an experiment with the same target: R2 and Sharpe ratios are compared with its, day
    /// by day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        with = "String",
        regex(pattern = "^[a-z0-9-]{1,64}$"),
        extend("x-expected" = "the id of an experiment, the stem of its file")
    )]
    pub compares_with: Option<String>,
    /// Anything else a reader should know: Markdown, also with $math$.
    #[serde(default)]
    #[schemars(
        length(max = 100_000),
        extend("x-expected" = "Markdown text")
    )]
    pub notes: String,
    /// Which prices.
    pub data: Data,
    /// When to fit, and on which rows.
    #[serde(default = "values::section::<Schedule>")]
    pub walk_forward: Schedule,
    /// What to fit; by default ridge, lasso and the elastic net.
    #[serde(default = "model::models")]
    #[schemars(
        length(min = 1, max = 50),
        extend(
            "x-expected" = "a list of models as in [{kind: ridge}]",
            "x-hint" = "leave the key out for all three"
        )
    )]
    pub models: Vec<Model>,
    /// How to choose the penalty, strictly out of sample.
    #[serde(default = "schedule::selection")]
    pub selection: Selection,
    /// How to size positions; by default all three rules.
    #[serde(default = "sizing::positions")]
    #[schemars(
        length(min = 1, max = 50),
        extend(
            "x-expected" = "a list of rules as in [{rule: binary}]",
            "x-hint" = "leave the key out for all three"
        )
    )]
    pub positions: Vec<Sizing>,
    /// What trading and holding cost.
    #[serde(default = "values::section::<Costs>")]
    pub costs: Costs,
    /// Which regimes to look at; by default the sign flip of XLE and XLU where both are features.
    // Not a fixed default: it depends on the features.
    #[serde(default)]
    #[schemars(
        transform = without_default,
        length(max = 50),
        extend("x-expected" = "a list of detectors as in [{kind: sign_flip}]")
    )]
    pub regimes: Vec<Detector>,
    /// Seeds every resampling.
    // Up to what every reader of JSON holds exactly, 2^53 - 1.
    #[serde(default = "seed")]
    #[schemars(range(min = 0, max = 9_007_199_254_740_991_u64))]
    pub seed: u64,
    /// Keys of the spec, each with the values that it takes in turn. It changes nothing of the
    /// experiment itself, and its members have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Sweep")]
    pub sweep: Option<Sweep>,
}

/// An id that an experiment had.
#[derive(JsonSchema)]
#[schemars(inline)]
struct FormerId(
    #[schemars(regex(pattern = "^[a-z0-9-]{1,64}$"))]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);

impl Spec {
    /// The spec with what depends on other keys written out: names, an elastic net's ratio, and
    /// the detectors where the file leaves out its regimes.
    #[must_use]
    pub(crate) fn filled(mut self, leaves_out_regimes: bool) -> Self {
        for text in [&mut self.title, &mut self.question, &mut self.group] {
            *text = text.trim().to_owned();
        }
        for Criterion { claim, test } in &mut self.criteria {
            (*claim, *test) = (claim.trim().to_owned(), test.trim().to_owned());
        }
        self.models = self.models.into_iter().map(Model::filled).collect();
        self.positions = self.positions.into_iter().map(Sizing::filled).collect();
        if leaves_out_regimes {
            self.regimes = Detector::of_features(&self.data.features);
        }
        self
    }

    /// The spec as JSON, keys in the order of the contract: what is hashed, shown and compared.
    /// Without the `id`; without `start` and `end` where they are left to the data. Read back, it
    /// is the same spec.
    pub fn to_json(&self) -> serde_json::Value {
        match serde_json::to_value(self) {
            Ok(json) => json,
            Err(error) => unreachable!("a spec always serialises: {error}"),
        }
    }

    /// The position among [`models`](Self::models) of a model's plain twin: of the first plain one
    /// with the same fits. A checked spec has one for every model.
    pub(crate) fn twin_of(&self, model: &Model) -> usize {
        self.models.iter().position(|other| other.is_twin_of(model)).unwrap_or(0)
    }

    /// The position among [`regimes`](Self::regimes) of the detector that a system follows: of the
    /// one it names, else the first. A checked spec has one for every system.
    pub(crate) fn detector_of(&self, system: &System) -> usize {
        let names = detector_names(&self.regimes);
        let named = |name| names.iter().position(|known| known == name);
        system.detector().and_then(named).unwrap_or(0)
    }
}

fn without_default(schema: &mut schemars::Schema) {
    schema.remove("default");
}

fn seed() -> u64 {
    1
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The words under a key of every variant that the schema of a type has.
    fn words<T: JsonSchema>(tag: &str) -> Vec<String> {
        let schema = crate::base::yaml::schema::<T>();
        let variants = schema["oneOf"].as_array().unwrap();
        let word = |variant: &Value| variant["properties"][tag]["const"].clone();
        variants.iter().map(|variant| word(variant).as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn variants_have_the_names_that_files_have() {
        let read = |tag: &str, word: &str| json!({tag: word, "pair": ["A", "B"]});
        for name in words::<Detector>("kind") {
            let detector: Detector = serde_json::from_value(read("kind", &name)).unwrap();
            assert_eq!(word(detector.kind()), name);
        }
        for name in words::<Sizing>("rule") {
            let sizing: Sizing = serde_json::from_value(read("rule", &name)).unwrap();
            assert_eq!(sizing.filled().name(), name);
        }
        for name in words::<System>("system") {
            let system: System = serde_json::from_value(read("system", &name)).unwrap();
            assert_eq!(word(system.kind()), name);
        }
    }

    #[test]
    fn a_system_has_its_twin_and_its_detector() {
        let spec: Spec = serde_json::from_value(json!({
            "title": "t",
            "data": {"target": "SPY", "features": ["XLE"]},
            "models": [
                {"kind": "ridge", "regime": {"system": "gated"}},
                {"kind": "ridge", "alphas": {"count": 7}},
                {"kind": "ridge", "name": "other"},
                {"kind": "ridge", "regime": {"system": "gated", "detector": "volatility"}},
            ],
            "regimes": [{"kind": "coupling"}, {"kind": "volatility"}],
        }))
        .unwrap();
        assert_eq!(spec.models.iter().map(|m| spec.twin_of(m)).collect::<Vec<_>>(), [2, 1, 2, 2]);
        let systems = spec.models.iter().filter_map(|model| model.regime_aware.as_ref());
        assert_eq!(systems.map(|s| spec.detector_of(s)).collect::<Vec<_>>(), [0, 1]);
    }
}
