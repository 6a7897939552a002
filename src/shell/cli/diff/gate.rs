//! `gate` in `dfa-report.yaml`: what a new site may not do to an old one.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::base::units::format::counted;
use crate::report::diff::{FigureChange, METRICS, SiteDiff};

/// What a new site may not do to an old one, for `diff --gate`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub(in crate::shell::cli) struct Gate {
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
    /// The figure, by its name in `results.json`; that of the scaled R² is `scaled_oos_r2`.
    #[schemars(schema_with = "figures")]
    metric: String,
    /// Which way it may not go.
    #[serde(default)]
    direction: Direction,
    /// By more than this it may not, in the figure's own unit: 0.001 of `oos_r2` is 0.1 %.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000))]
    size: f64,
    /// How certain it must be that it did, by the test of pairs of days.
    #[serde(default = "certainty")]
    #[schemars(
        range(min = 0.5, max = 0.999),
        extend("x-hint" = "0.9 is the certainty of the intervals that pages show")
    )]
    certainty: f64,
}

/// Without a gate in the file: criteria, certificates, and what counts as a fall.
impl Default for Gate {
    fn default() -> Self {
        let falls = |metric: &str, size| Threshold {
            metric: metric.to_owned(),
            direction: Direction::Falls,
            size,
            certainty: certainty(),
        };
        let figures = vec![falls("scaled_oos_r2", 0.0005), falls("sharpe", 0.05)];
        Self { criteria: true, certificates: true, figures }
    }
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
    json_schema!({ "type": "string", "enum": METRICS })
}

impl Gate {
    /// What a change breaks of it, one sentence without its full stop each.
    pub(super) fn broken_by(&self, changes: &SiteDiff) -> Vec<String> {
        let mut broken = Vec::new();
        for changed in &changes.changed {
            let id = &changed.heading.id;
            if self.criteria {
                let lost = changed.lost_criteria().map(|(claim, now)| {
                    format!("{id}: the criterion \u{201c}{claim}\u{201d} was met and is {now}")
                });
                broken.extend(lost);
            }
            if self.certificates && changed.certificate_fails {
                broken.push(format!("{id}: its certificate fails"));
            }
            for figure in &changed.figures {
                let rules = self.figures.iter().filter(|rule| rule.is_broken_by(figure));
                broken.extend(
                    rules.map(|rule| format!("{id}: {}, and {}", figure.in_words(), rule.line())),
                );
            }
        }
        if self.criteria {
            let lost = changes.removed.iter().filter(|removed| removed.met > 0);
            broken.extend(lost.map(|removed| {
                let met = counted(removed.met, "criterion that was", "criteria that were");
                format!("{}: it is removed, with {met} met", removed.heading.id)
            }));
        }
        broken
    }

    /// What it holds, one line each.
    pub(in crate::shell::cli) fn lines(&self) -> Vec<String> {
        let criteria =
            self.criteria.then(|| "no criterion may turn from met to not met".to_owned());
        let certificates = self.certificates.then(|| "no certificate may fail".to_owned());
        let figures = self.figures.iter().map(Threshold::line);
        criteria.into_iter().chain(certificates).chain(figures).collect()
    }
}

impl Threshold {
    /// Whether a figure went where it may not, by more than it may. One with a test has to be certain;
    /// of one without, the size alone decides.
    fn is_broken_by(&self, figure: &FigureChange) -> bool {
        let Some(difference) = figure.difference.filter(|_| figure.metric == self.metric) else {
            return false;
        };
        let size = match self.direction {
            Direction::Falls => -difference,
            Direction::Rises => difference,
            Direction::Changes => difference.abs(),
        };
        size > self.size && figure.p.is_none_or(|p| p < 1.0 - self.certainty)
    }

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
