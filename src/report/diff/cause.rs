//! Why an experiment changed: its spec, its prices or the program.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::results::Results;

/// What may change results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cause {
    /// The panel of prices.
    Data,
    /// The spec, words apart.
    Spec,
    /// The program.
    Engine,
}

/// What of a difference comes from each cause: the mean over all orders in which they could have
/// changed one after another (Shapley 1953). The three add up to the difference of the stated
/// figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Split {
    pub data: f64,
    pub spec: f64,
    pub engine: f64,
}

/// A combination of base and head: of which causes it has the head's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Combination {
    pub data: bool,
    pub spec: bool,
    pub engine: bool,
}

/// An experiment as it is under combinations of base and head.
pub(crate) type Combinations = BTreeMap<Combination, Results>;

/// What changed in prices of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PriceChange {
    /// The source.
    pub source: String,
    /// One sentence without its full stop.
    pub summary: String,
    /// By ticker and day, as lines of text; empty where the two versions are not at hand.
    pub lines: String,
}

impl Cause {
    /// All of them, in the order in which they are told.
    pub(crate) const ALL: [Self; 3] = [Self::Data, Self::Spec, Self::Engine];

    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Data => "prices",
            Self::Spec => "spec",
            Self::Engine => "program",
        }
    }
}

impl Split {
    pub(super) fn of(self, cause: Cause) -> f64 {
        match cause {
            Cause::Data => self.data,
            Cause::Spec => self.spec,
            Cause::Engine => self.engine,
        }
    }
}

impl Combination {
    /// The older side.
    pub(crate) const BASE: Self = Self { data: false, spec: false, engine: false };

    pub(super) fn with(self, cause: Cause) -> Self {
        match cause {
            Cause::Data => Self { data: true, ..self },
            Cause::Spec => Self { spec: true, ..self },
            Cause::Engine => Self { engine: true, ..self },
        }
    }
}
