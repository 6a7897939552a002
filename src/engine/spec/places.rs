//! Where a file says what only the data can prove wrong.

use crate::base::diagnostic::Place;
use crate::base::yaml::Yaml;

/// Where a spec names what it expects of the data; the file as a whole where it leaves the
/// default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Of `data.source`.
    pub source: Place,
    /// Of `data.target`.
    pub target: Place,
    /// Of each of `data.features`, in their order.
    pub features: Vec<Place>,
    /// Of `data.start`.
    pub start: Place,
    /// Of `data.end`.
    pub end: Place,
    /// Of `walk_forward.min_train`.
    pub min_train: Place,
    /// Of each of `models`, in their order.
    pub models: Vec<Place>,
    /// Of `compares_with`.
    pub compares_with: Place,
    /// Of each of `formerly`, in their order.
    pub formerly: Vec<Place>,
    /// Of the test of each criterion, in their order.
    pub tests: Vec<Place>,
}

impl Places {
    /// Those of a file.
    pub(super) fn of(yaml: &Yaml<'_>) -> Self {
        Self {
            source: yaml.place("data.source"),
            target: yaml.place("data.target"),
            features: yaml
                .pairs("data.features")
                .into_iter()
                .map(|[(_, place), _]| place)
                .collect(),
            start: yaml.place("data.start"),
            end: yaml.place("data.end"),
            min_train: yaml.place("walk_forward.min_train"),
            models: yaml.paths("models").iter().map(|path| yaml.place(path)).collect(),
            compares_with: yaml.place("compares_with"),
            formerly: yaml.paths("formerly").iter().map(|path| yaml.place(path)).collect(),
            tests: yaml
                .paths("criteria")
                .iter()
                .map(|path| yaml.place(&format!("{path}.test")))
                .collect(),
        }
    }
}
