//! `gate` in `dfa-report.yaml`: what a new site may not do to an old one.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::engine::criteria::Figure;

/// What a new site may not do to an old one, for `diff --gate`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub(super) struct Gate {
    /// Whether no criterion that is met may turn into one that is not.
    #[serde(default = "yes")]
    criteria: bool,
    /// Whether no certificate may fail.
    #[serde(default = "yes")]
    certificates: bool,
    /// Which figures may not change by how much.
    #[serde(default)]
    #[schemars(
        length(max = 100),
        extend("uniqueItems" = true, "x-expected" = "a list as in [{metric: oos_r2, size: 0.001}]")
    )]
    figures: Vec<Threshold>,
}

/// How much a figure may change, in any model of any experiment.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
struct Threshold {
    /// The figure, by the name that criteria use.
    #[schemars(schema_with = "figures")]
    metric: String,
    /// Which way it may not go.
    #[serde(default)]
    direction: Direction,
    /// By more than this it may not, in the figure's own unit: 0.001 of `oos_r2` is 0.1 %.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    size: f64,
    /// How certain it must be that it did, by the interval of the old figure.
    #[serde(default = "certainty")]
    #[schemars(
        range(min = 0.5, max = 0.999),
        extend("x-hint" = "0.9 is the certainty of the intervals that pages show")
    )]
    certainty: f64,
}

/// A way that a figure may not go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    /// Down.
    #[default]
    Falls,
    /// Up.
    Rises,
    /// Either.
    Changes,
}

fn yes() -> bool {
    true
}

fn certainty() -> f64 {
    0.9
}

fn figures(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Figure::ALL.map(Figure::name) })
}

impl Gate {
    /// What it holds, one line each.
    pub(super) fn lines(&self) -> Vec<String> {
        let criteria =
            self.criteria.then(|| "no criterion may turn from met to not met".to_owned());
        let certificates = self.certificates.then(|| "no certificate may fail".to_owned());
        let figures = self.figures.iter().map(Threshold::line);
        criteria.into_iter().chain(certificates).chain(figures).collect()
    }
}

impl Threshold {
    fn line(&self) -> String {
        let way = match self.direction {
            Direction::Falls => "fall",
            Direction::Rises => "rise",
            Direction::Changes => "change",
        };
        let size =
            if self.size > 0.0 { format!(" by more than {}", self.size) } else { String::new() };
        format!("{} may not {way}{size} (certainty {})", self.metric, self.certainty)
    }
}
