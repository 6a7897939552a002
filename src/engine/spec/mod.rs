//! One validated experiment, composed of the settings that the modules below own.
//!
//! The way from a file to a [`Spec`]:
//!
//! 1. `node` turns the YAML into a tree in which every value knows its place;
//! 2. `reader` and `sections` take typed, checked values out of the tree and note every
//!    problem instead of stopping at the first;
//! 3. [`parse()`] puts them together, or returns all problems of the file at once.
//!
//! The way back is `raw`: the written form with every default filled in ([`Spec::resolved`]),
//! from whose types the JSON Schema for editors comes too ([`json_schema`]).

mod defaults;
mod node;
mod parse;
mod raw;
mod reader;
mod resolved;
mod schema;
mod sections;
mod source;

pub use parse::parse;
pub use schema::json_schema;

use crate::base::diagnostic::Place;
use crate::engine::backtest::{Costs, Sizing};
use crate::engine::model;
use crate::engine::regime;
use crate::engine::walk_forward::{Schedule, Selection};
use crate::prices::data;

/// One experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The stem of the file, `[a-z0-9-]+`.
    pub id: String,
    /// Plain text, one line, never empty.
    pub title: String,
    /// Markdown with `$math$`; may be empty.
    pub hypothesis: String,
    /// Markdown; may be empty.
    pub notes: String,
    /// Which prices.
    pub data: data::Settings,
    /// When to fit.
    pub walk_forward: Schedule,
    /// What to fit, at least one, names unique.
    pub models: Vec<model::Settings>,
    /// How to choose the penalty. [`Selection::Fixed`] leaves the grids of `models` as written:
    /// the engine fits that one value in their stead.
    pub selection: Selection,
    /// How to size positions, at least one, names unique.
    pub positions: Vec<Sizing>,
    /// What trading costs.
    pub costs: Costs,
    /// Which regimes to look at; may be none.
    pub regimes: Vec<regime::Settings>,
    /// Seeds every resampling.
    pub seed: u64,
}

/// A [`Spec`] and the places in its file that only the data can prove wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The experiment.
    pub spec: Spec,
    /// Where it says so.
    pub places: Places,
}

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
    /// Of `data.lags`, the list.
    pub lags: Place,
    /// Of `walk_forward.min_train`.
    pub min_train: Place,
}

impl Document {
    /// Where the file names a ticker: as the target or as a feature.
    pub fn place_of_ticker(&self, ticker: &str) -> Option<&Place> {
        let data::Settings { target, features, .. } = &self.spec.data;
        if target == ticker {
            return Some(&self.places.target);
        }
        let position = features.iter().position(|feature| feature == ticker)?;
        self.places.features.get(position)
    }
}
