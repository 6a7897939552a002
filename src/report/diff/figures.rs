//! The figures that are compared, by what they are figures of.

use std::fmt;

use indexmap::IndexMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::cause::Split;
use super::change::is_same_figure;
use super::rule::{self, Mark};
use crate::base::units::format;
use crate::report::unit::Unit;
use crate::report::words;
use crate::results::names::BUY_AND_HOLD;
use crate::results::{
    ModelSummary, Paired, PairedFigure, PairedTest, Results, StrategyMetrics, value,
};

/// What a figure is a figure of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A model's forecasts.
    Model(String),
    /// A model's forecasts under a sizing rule.
    Strategy { model: String, rule: String },
    /// A track record to compare with.
    Benchmark(String),
    /// The shape of the market.
    Geometry,
    /// A regime detector.
    Regime(String),
}

/// A figure that differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct FigureChange {
    /// What it is a figure of.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub subject: Subject,
    /// Its name in `results.json`.
    pub metric: &'static str,
    /// How it is written.
    #[serde(skip)]
    pub unit: Unit,
    /// In the base, on the days that both have where the figure is paired; `null` where it is not
    /// defined.
    pub base: Option<f64>,
    /// In the head.
    pub head: Option<f64>,
    /// Head less base.
    pub difference: Option<f64>,
    /// Its 90 % interval, of pairs of days.
    pub interval: Option<[f64; 2]>,
    /// Two-sided p-value that there is no difference.
    pub p: Option<f64>,
    /// The test that it is of.
    #[schemars(with = "Option<String>")]
    pub test: Option<PairedTest>,
    /// Whether it counts.
    pub mark: Mark,
    /// Which cause it comes from, where several changed and the combinations were run.
    pub split: Option<Split>,
}

/// The names of all figures that are compared.
pub(crate) const METRICS: [&str; 17] = [
    "oos_r2",
    "scaled_oos_r2",
    "clark_west_p",
    "scaled_clark_west_p",
    "hit_rate",
    "rmse",
    "selected_alpha_last",
    "selected_components_last",
    "annual_return",
    "annual_volatility",
    "sharpe",
    "max_drawdown",
    "annual_turnover",
    "break_even_cost_bps",
    "mean_correlation",
    "participation_ratio",
    "flips",
];

/// A figure of one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    name: &'static str,
    unit: Unit,
    value: Option<f64>,
}

impl Figure {
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn value(&self) -> Option<f64> {
        self.value
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(name) | Self::Benchmark(name) => f.write_str(name),
            Self::Strategy { model, rule } => write!(f, "{model}.{rule}"),
            Self::Geometry => f.write_str("geometry"),
            Self::Regime(name) => write!(f, "regime.{name}"),
        }
    }
}

/// The figures of one side in the order of its spec: models with their strategies, benchmarks, the
/// market, regimes.
pub(super) fn by_subject(results: &Results) -> IndexMap<Subject, Vec<Figure>> {
    let mut figures = IndexMap::new();
    for (name, model) in &results.models {
        figures.insert(Subject::Model(name.clone()), of_model(model));
        for (rule, metrics) in &model.strategies {
            let subject = Subject::Strategy { model: name.clone(), rule: rule.clone() };
            figures.insert(subject, of_strategy(metrics));
        }
    }
    for (name, metrics) in &results.benchmarks {
        figures.insert(Subject::Benchmark(name.clone()), of_strategy(metrics));
    }
    let geometry = &results.geometry;
    figures.insert(
        Subject::Geometry,
        vec![
            figure("mean_correlation", Unit::Number(3), geometry.mean_correlation),
            figure("participation_ratio", Unit::Number(2), Some(geometry.participation_ratio)),
            figure("coupling.last", Unit::Number(3), geometry.coupling.map(|c| c.last)),
        ],
    );
    for regime in &results.regimes {
        let flips = figure("flips", Unit::Count, Some(regime.flips.len() as f64));
        figures.insert(Subject::Regime(regime.name.clone()), vec![flips]);
    }
    figures
}

fn figure(name: &'static str, unit: Unit, value: Option<f64>) -> Figure {
    Figure { name, unit, value }
}

fn of_model(model: &ModelSummary) -> Vec<Figure> {
    let forecast = &model.forecast;
    let scaled = forecast.scaled.as_ref();
    let components = model.selected_components_last.map(|count| count as f64);
    let mut figures = vec![
        figure("oos_r2", Unit::Percent(3), value(forecast.oos_r2)),
        figure("scaled_oos_r2", Unit::Percent(3), scaled.and_then(|scaled| value(scaled.oos_r2))),
        figure("clark_west_p", Unit::Probability, forecast.clark_west_p),
        figure("scaled_clark_west_p", Unit::Probability, forecast.scaled_p()),
        figure("hit_rate", Unit::Percent(2), forecast.hit_rate),
        figure("rmse", Unit::Percent(3), forecast.rmse),
    ];
    figures.push(match components {
        Some(_) => figure("selected_components_last", Unit::Count, components),
        None => figure("selected_alpha_last", Unit::Penalty, model.selected_alpha_last),
    });
    figures
}

fn of_strategy(metrics: &StrategyMetrics) -> Vec<Figure> {
    vec![
        figure("annual_return", Unit::Percent(2), value(metrics.annual_return)),
        figure("annual_volatility", Unit::Percent(2), metrics.annual_volatility),
        figure("sharpe", Unit::Number(2), value(metrics.sharpe)),
        figure("max_drawdown", Unit::Percent(1), Some(metrics.max_drawdown)),
        figure("annual_turnover", Unit::Number(1), Some(metrics.annual_turnover)),
        figure("break_even_cost_bps", Unit::Number(2), metrics.break_even_cost_bps),
    ]
}

/// The subjects of one side that the other lacks; a model stands for its strategies.
pub(super) fn only_in(
    these: &IndexMap<Subject, Vec<Figure>>,
    those: &IndexMap<Subject, Vec<Figure>>,
) -> Vec<Subject> {
    these
        .keys()
        .filter(|subject| !those.contains_key(*subject))
        .filter(|subject| match subject {
            Subject::Strategy { model, .. } => those.contains_key(&Subject::Model(model.clone())),
            _ => true,
        })
        .cloned()
        .collect()
}

/// The figures of shared subjects that differ, in the order of the head: on the days that both have
/// where these are paired, else as each side states them.
pub(super) fn changes(
    old: &IndexMap<Subject, Vec<Figure>>,
    new: &IndexMap<Subject, Vec<Figure>>,
    paired: Option<&Paired>,
) -> Vec<FigureChange> {
    // A subject has the same figures on both sides, in the same order.
    let pairs = new.iter().flat_map(|(subject, new)| {
        let old = old.get(subject).into_iter().flatten();
        new.iter().zip(old).map(move |(new, old)| (subject, old, new))
    });
    // On other days every figure is another one: only what is of the same days is compared.
    let has_other_days =
        paired.is_some_and(|paired| paired.base_only_days + paired.head_only_days > 0);
    pairs
        .filter_map(|(subject, old, new)| {
            let on_shared = paired.and_then(|paired| figure_of(paired, subject, new.name));
            (on_shared.is_some() || !has_other_days)
                .then(|| change(subject, [*old, *new], on_shared))
        })
        .filter(|change| !is_same_figure(change.base, change.head))
        .collect()
}

/// A figure of a subject on the days that both versions have.
fn figure_of<'p>(paired: &'p Paired, subject: &Subject, name: &str) -> Option<&'p PairedFigure> {
    let figures = match subject {
        Subject::Model(model) => &paired.models.get(model)?.figures,
        Subject::Strategy { model, rule } => {
            &paired.models.get(model)?.strategies.get(rule)?.figures
        }
        Subject::Benchmark(name) if name == BUY_AND_HOLD => &paired.hold.as_ref()?.figures,
        Subject::Benchmark(_) | Subject::Geometry | Subject::Regime(_) => return None,
    };
    figures.iter().find(|figure| figure.metric == name)
}

fn change(
    subject: &Subject,
    [old, new]: [Figure; 2],
    on_shared: Option<&PairedFigure>,
) -> FigureChange {
    let [base, head] = match on_shared {
        Some(paired) => [paired.base, paired.head],
        None => [old.value, new.value],
    };
    let stated = base.zip(head).map(|(base, head)| head - base);
    let p = on_shared.and_then(|paired| paired.p);
    // Without a test, as between figures that another program counts otherwise on the same days, the
    // difference is that of what is stated.
    let found = on_shared.and_then(|paired| paired.difference).filter(|_| p.is_some());
    let difference = found.map(|found| found.value).or(stated);
    FigureChange {
        subject: subject.clone(),
        metric: new.name,
        unit: new.unit,
        base,
        head,
        difference,
        interval: found.and_then(|found| found.interval).map(Into::into),
        p,
        test: on_shared.map(|paired| paired.test).filter(|test| *test != PairedTest::None),
        mark: Mark::of(new.name, difference, p),
        split: None,
    }
}

/// A figure as a reader sees it.
pub(super) struct Shown {
    pub(super) base: String,
    pub(super) head: String,
    /// With its sign; empty where it says nothing.
    pub(super) difference: String,
    /// Of the difference; empty without one.
    pub(super) interval: String,
    pub(super) p: String,
    /// The word for what becomes of it; empty without a test.
    pub(super) mark: &'static str,
}

impl FigureChange {
    /// Whether the conclusion on a change rests on it.
    pub(super) fn is_headline(&self) -> bool {
        rule::is_headline(self.metric) && self.p.is_some()
    }

    /// `lasso.binary sharpe`.
    pub(super) fn name(&self) -> String {
        match &self.subject {
            Subject::Geometry => self.metric.to_owned(),
            subject => format!("{subject} {}", self.metric),
        }
    }

    /// `lasso.binary: Sharpe ratio`.
    pub(super) fn in_full(&self) -> String {
        format!("{}: {}", self.subject, words::figure(self.metric))
    }

    /// The change as a reader sees it: the figures with as many more decimals than usual as it takes
    /// to tell them apart.
    pub(super) fn shown(&self) -> Shown {
        let at = |more| [self.base, self.head].map(|value| self.unit.show(value, more));
        let differs = |more: &usize| at(*more)[0] != at(*more)[1];
        let more = (0..=12).find(differs).unwrap_or(13);
        let [base, head] = at(more.min(12));
        let interval = self.interval.map(|ends| {
            let [low, high] = ends.map(|end| self.unit.show_difference(end, more));
            format!("{low} to {high}")
        });
        Shown {
            base,
            head,
            difference: self
                .difference
                .map(|difference| self.unit.show_difference(difference, more))
                .unwrap_or_default(),
            interval: interval.unwrap_or_default(),
            p: self.p.map(|p| format::p_value(Some(p))).unwrap_or_default(),
            mark: match self.mark {
                Mark::Untested if rule::is_headline(self.metric) => "not tested",
                mark => mark.word(),
            },
        }
    }

    /// Its size in units of the threshold.
    pub(super) fn size(&self) -> f64 {
        self.difference.map_or(0.0, f64::abs) / rule::threshold(self.metric)
    }

    /// The change in a few words: `Sharpe ratio of lasso.binary 0.12 to 0.06`.
    pub(crate) fn in_words(&self) -> String {
        let Shown { base, head, .. } = self.shown();
        format!("{} of {} {base} to {head}", words::figure(self.metric), self.subject)
    }
}

/// The largest of some changes; of equals the first.
pub(super) fn largest<'f>(
    figures: impl Iterator<Item = &'f FigureChange>,
) -> Option<&'f FigureChange> {
    figures.reduce(|most, next| if most.size() >= next.size() { most } else { next })
}

fn as_text<S: Serializer>(subject: &Subject, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(subject)
}

impl Unit {
    pub(super) fn show_difference(self, difference: f64, more: usize) -> String {
        match self {
            Self::Percent(places) => {
                format!("{} pp", format::difference(Some(difference * 100.0), places + more))
            }
            Self::Number(places) | Self::BasisPoints(places) => {
                format::difference(Some(difference), places + more)
            }
            Self::Count => format::difference(Some(difference), 0),
            Self::Probability if more == 0 => format::difference(Some(difference), 3),
            Self::Probability | Self::Penalty => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::report::stored;

    #[test]
    fn a_figure_that_is_no_longer_defined_is_shown_as_such() {
        let side = |metrics: &StrategyMetrics| {
            let subject = Subject::Benchmark("x".to_owned());
            IndexMap::from([(subject, of_strategy(metrics))])
        };
        let old = stored::strategy(0.5);
        let new = StrategyMetrics { sharpe: None, ..old.clone() };
        let changes = changes(&side(&old), &side(&new), None);
        let [change] = changes.as_slice() else { panic!("{changes:?}") };
        let shown = change.shown();
        assert_eq!([&*shown.base, &shown.head, &shown.difference], ["0.50", "n/a", ""]);
        assert_eq!((change.metric, change.mark), ("sharpe", Mark::Untested));
    }

    #[test]
    fn two_figures_that_differ_never_look_alike() {
        let change = |unit, old, new| {
            let figure = |value| Figure { name: "x", unit, value: Some(value) };
            let shown = super::change(&Subject::Geometry, [figure(old), figure(new)], None).shown();
            [shown.base, shown.head, shown.difference]
        };
        let shown = change(Unit::Number(2), 0.5, 0.500_02);
        assert_eq!(shown, ["0.50000", "0.50002", "+0.00002"]);
        let shown = change(Unit::Probability, 1e-5, 2e-5);
        assert_eq!(shown[..2], ["1.000e-5", "2.000e-5"]);
        assert_eq!(change(Unit::Percent(1), -0.35, -0.30)[2], "+5.0 pp");
    }

    #[test]
    fn every_figure_that_is_compared_has_a_name_that_a_gate_may_use() {
        let mut compared: Vec<&str> = vec!["selected_components_last"];
        for results in [stored::plain().results, stored::systems().results] {
            compared.extend(by_subject(&results).values().flatten().map(|figure| figure.name));
        }
        // What lies in the coupling has a dot, which a key of a gate has not.
        compared.retain(|name| *name != "coupling.last");
        compared.sort_unstable();
        compared.dedup();
        let mut names = METRICS;
        names.sort_unstable();
        assert_eq!(compared, names);
    }

    #[test]
    fn a_model_stands_for_its_strategies() {
        let old = stored::lasso("a");
        let mut new = old.clone();
        let ridge = new.models["lasso"].clone();
        new.models.insert("ridge".to_owned(), ridge);
        new.models["lasso"].strategies.insert("quartile".to_owned(), stored::strategy(1.0));
        let (old, new) = (by_subject(&old), by_subject(&new));
        let names: Vec<String> = only_in(&new, &old).iter().map(Subject::to_string).collect();
        assert_eq!(names, ["lasso.quartile", "ridge"]);
        assert!(only_in(&old, &new).is_empty() && changes(&old, &new, None).is_empty());
    }
}
