//! The figures that are compared, by what they are figures of.

use std::fmt;

use indexmap::IndexMap;

use super::change::is_same_figure;
use crate::base::units::format;
use crate::report::unit::Unit;
use crate::results::{Interval, ModelSummary, Results, StrategyMetrics, interval, value};

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

/// Where the new figure lies. The interval is of the base's figure alone; two builds that forecast
/// the same days share most of their noise, so a change within it need not be noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Judgement {
    /// Within the 90 % interval of the base, ends included.
    Within(Interval),
    /// Outside of it.
    Outside(Interval),
    /// The base has no interval, or one of the two figures is not defined.
    NoInterval,
}

/// A figure that differs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FigureChange {
    /// What it is a figure of.
    pub subject: Subject,
    /// Its name in `results.json`.
    pub name: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// In the base; `None` where it is not defined.
    pub old: Option<f64>,
    /// In the head.
    pub new: Option<f64>,
    /// For Sharpe ratios and out-of-sample R2.
    pub judgement: Option<Judgement>,
}

/// A figure of one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure {
    name: &'static str,
    unit: Unit,
    value: Option<f64>,
    /// `Some` if a change of it is judged: the 90 % interval, if it has one.
    judged: Option<Option<Interval>>,
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
    Figure { name, unit, value, judged: None }
}

fn of_model(model: &ModelSummary) -> Vec<Figure> {
    let forecast = &model.forecast;
    let components = model.selected_components_last.map(|count| count as f64);
    let mut figures = vec![
        Figure {
            judged: Some(interval(forecast.oos_r2)),
            ..figure("oos_r2", Unit::Percent(3), value(forecast.oos_r2))
        },
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
        Figure {
            judged: Some(interval(metrics.sharpe)),
            ..figure("sharpe", Unit::Number(2), value(metrics.sharpe))
        },
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

/// The figures of shared subjects that differ, in the order of the head.
pub(super) fn changes(
    old: &IndexMap<Subject, Vec<Figure>>,
    new: &IndexMap<Subject, Vec<Figure>>,
) -> Vec<FigureChange> {
    // A subject has the same figures on both sides, in the same order.
    let pairs = new.iter().flat_map(|(subject, new)| {
        let old = old.get(subject).into_iter().flatten();
        new.iter().zip(old).map(move |(new, old)| (subject, old, new))
    });
    pairs
        .filter(|(_, old, new)| !is_same_figure(old.value, new.value))
        .map(|(subject, old, new)| FigureChange {
            subject: subject.clone(),
            name: new.name,
            unit: new.unit,
            old: old.value,
            new: new.value,
            judgement: old.judged.map(|interval| judge(old.value, new.value, interval)),
        })
        .collect()
}

fn judge(old: Option<f64>, new: Option<f64>, interval: Option<Interval>) -> Judgement {
    match (old, new, interval) {
        (Some(_), Some(new), Some(interval)) if interval.contains(new) => {
            Judgement::Within(interval)
        }
        (Some(_), Some(_), Some(interval)) => Judgement::Outside(interval),
        _ => Judgement::NoInterval,
    }
}

impl FigureChange {
    /// The change as a reader sees it: old and new figure with as many more decimals than usual as
    /// it takes to tell them apart, the signed difference (empty where it says nothing) and the
    /// judgement (empty for a figure that is not judged).
    pub(super) fn shown(&self) -> [String; 4] {
        let at = |more| [self.old, self.new].map(|value| self.unit.show(value, more));
        let differs = |more: &usize| at(*more)[0] != at(*more)[1];
        let more = (0..=12).find(differs).unwrap_or(13);
        let [old, new] = at(more.min(12));
        let difference = match (self.old, self.new) {
            (Some(old), Some(new)) => self.unit.show_difference(new - old, more),
            _ => String::new(),
        };
        let place = |word, Interval { low, high }: Interval| {
            let [low, high] = [low, high].map(|end| self.unit.show(Some(end), 0));
            format!("{word} the 90 % interval of the base, {low} to {high}")
        };
        let judgement = match self.judgement {
            None => String::new(),
            Some(Judgement::Within(interval)) => place("within", interval),
            Some(Judgement::Outside(interval)) => place("outside", interval),
            Some(Judgement::NoInterval) => "no interval to judge by".to_owned(),
        };
        [old, new, difference, judgement]
    }
}

impl Unit {
    fn show_difference(self, difference: f64, more: usize) -> String {
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
    use crate::results::Estimate;

    fn sharpe(old: &StrategyMetrics, new: &StrategyMetrics) -> FigureChange {
        let side = |metrics| {
            let subject = Subject::Benchmark("x".to_owned());
            [(subject, of_strategy(metrics))].into_iter().collect()
        };
        let changes = changes(&side(old), &side(new));
        changes.into_iter().find(|change| change.name == "sharpe").unwrap()
    }

    #[test]
    fn a_sharpe_ratio_is_judged_by_the_base_s_interval_alone() {
        let (old, new) = (stored::strategy(0.5), stored::strategy(0.9));
        let change = sharpe(&old, &new);
        assert_eq!(
            change.judgement,
            Some(Judgement::Within(Interval { low: 0.09999999999999998, high: 0.9 }))
        );
        let change = sharpe(&old, &stored::strategy(0.91));
        assert!(matches!(change.judgement, Some(Judgement::Outside(_))));
        // An interval of the head does not help.
        let sharpe_only = old.sharpe.map(|sharpe| Estimate { interval: None, ..sharpe });
        let bare = StrategyMetrics { sharpe: sharpe_only, ..old };
        assert_eq!(sharpe(&bare, &new).judgement, Some(Judgement::NoInterval));
    }

    #[test]
    fn a_figure_that_is_no_longer_defined_is_shown_as_such() {
        let old = stored::strategy(0.5);
        let new = StrategyMetrics { sharpe: None, ..old.clone() };
        let shown = sharpe(&old, &new).shown();
        assert_eq!(shown, ["0.50", "n/a", "", "no interval to judge by"]);
    }

    #[test]
    fn two_figures_that_differ_never_look_alike() {
        let change = |unit, old, new| {
            let subject = Subject::Geometry;
            let (old, new) = (Some(old), Some(new));
            FigureChange { subject, name: "x", unit, old, new, judgement: None }.shown()
        };
        let shown = change(Unit::Number(2), 0.5, 0.500_02);
        assert_eq!(shown[..3], ["0.50000", "0.50002", "+0.00002"]);
        let shown = change(Unit::Probability, 1e-5, 2e-5);
        assert_eq!(shown[..2], ["1.000e-5", "2.000e-5"]);
        assert_eq!(change(Unit::Percent(1), -0.35, -0.30)[2], "+5.0 pp");
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
        assert!(only_in(&old, &new).is_empty() && changes(&old, &new).is_empty());
    }
}
