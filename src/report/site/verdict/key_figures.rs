//! The five figures under the answer, of the model that speaks for the experiment.

use serde::Serialize;

use super::standing::recent;
use crate::base::units::format;
use crate::report::site::kit::about::About;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Cell, percent_interval};
use crate::report::site::kit::wording;
use crate::results::{Life, StrategyMetrics, interval, value};

/// A figure with what it is and what it is seen beside.
#[derive(Debug, Serialize)]
pub(crate) struct KeyFigure {
    pub label: String,
    pub value: String,
    /// Its interval, or what it is to be compared with.
    pub minor: String,
}

fn key(label: impl Into<String>, value: impl Into<String>, minor: impl Into<String>) -> KeyFigure {
    KeyFigure { label: label.into(), value: value.into(), minor: minor.into() }
}

/// The figures; empty without a model.
pub(crate) fn key_figures(subject: &Subject<'_>) -> Vec<KeyFigure> {
    if subject.about == About::Sweep
        && let Some(figures) = of_a_sweep(subject)
    {
        return figures;
    }
    let (Some(shown), Some(lead)) = (subject.shown(), subject.lead()) else { return Vec::new() };
    let mut figures = vec![r2(shown)];
    match (subject.about, &shown.summary.system) {
        (_, Some(system)) => figures.push(key(
            "Beside its twin",
            format::points(value(system.r2_gain), 2),
            percent_interval(interval(system.r2_gain), 2),
        )),
        (About::Change, None) => figures.extend(difference(subject, shown)),
        _ => figures.push(key(
            "p, Clark–West",
            format::p_value(shown.scaled_p()),
            "one-sided, scaled by risk",
        )),
    }
    let metrics = subject.headline(shown);
    if subject.about == About::Costs {
        figures.extend(metrics.map(break_even));
    } else {
        figures.extend(today(subject, lead));
    }
    figures.extend(metrics.and_then(|metrics| sharpe(subject, metrics)));
    figures.extend(metrics.map(|metrics| deepest(subject, metrics)));
    figures
}

/// Whose figures they are.
pub(crate) fn whose(subject: &Subject<'_>) -> Option<String> {
    let shown = subject.shown().filter(|_| subject.about != About::Sweep)?;
    let rule = subject
        .headline_rule()
        .map_or_else(String::new, |rule| format!(", {} sizing after costs", wording::sizing(rule)));
    Some(format!("{}{rule}. Intervals cover 90 %.", shown.title))
}

fn r2(model: &Model<'_>) -> KeyFigure {
    let Cell { text, minor, .. } = Cell::percents(model.summary.forecast.oos_r2, 2);
    key("R², out of sample", text, minor)
}

/// The difference in R2 from the experiment that it is compared with.
fn difference(subject: &Subject<'_>, model: &Model<'_>) -> Option<KeyFigure> {
    let comparison = subject.results.comparison.as_ref()?;
    let gain = comparison.models.get(model.name)?.r2_gain;
    let minor = percent_interval(interval(gain), 2);
    let minor = format!("{minor}, to “{}”", subject.other);
    Some(key("Difference", format::points(value(gain), 2), minor))
}

/// What became of the edge.
fn today(subject: &Subject<'_>, model: &Model<'_>) -> Option<KeyFigure> {
    let stretch = recent(subject.results.data.periods_per_year);
    let breaks = &model.summary.breaks;
    let word = match breaks.life? {
        Life::Alive => "alive",
        Life::Open => "open",
        Life::Weakened => "weaker",
        Life::Gone => "gone",
    };
    let minor = match breaks.recent_p {
        Some(p) => format!("p {} of the last {stretch}", format::p_value(Some(p))),
        None => format!("fewer than {stretch}"),
    };
    Some(key("Today", word, minor))
}

fn sharpe(subject: &Subject<'_>, metrics: &StrategyMetrics) -> Option<KeyFigure> {
    let hold = value(subject.buy_and_hold()?.sharpe);
    let target = &subject.results.data.target;
    let minor = format!("holding {target} {}", format::decimal(hold, 2));
    Some(key("Sharpe ratio", format::decimal(value(metrics.sharpe), 2), minor))
}

fn deepest(subject: &Subject<'_>, metrics: &StrategyMetrics) -> KeyFigure {
    let hold = subject.buy_and_hold().map(|hold| hold.max_drawdown);
    let target = &subject.results.data.target;
    let minor = format!("holding {target} {}", format::percent(hold, 0));
    key("Deepest loss", format::percent(Some(metrics.max_drawdown), 0), minor)
}

fn break_even(metrics: &StrategyMetrics) -> KeyFigure {
    let shown = |cost: Option<f64>| match cost {
        Some(cost) => format!("{} bp", format::decimal(Some(cost), 1)),
        None => "none".to_owned(),
    };
    let zero = format!("{} for a return of zero", shown(metrics.break_even_cost_bps));
    key("Break-even cost", shown(metrics.break_even_cost_over_mean_bps), zero)
}

/// Of all members of a sweep.
fn of_a_sweep(subject: &Subject<'_>) -> Option<Vec<KeyFigure>> {
    let sweep = subject.sweep?;
    let (r2, sharpe) = (&sweep.oos_r2, &sweep.sharpe);
    let p = |joint: Option<f64>| format::p_value(joint);
    let share = |share| format::percent(share, 0);
    let hold = format!("{} above holding", share(sharpe.share_above_reference));
    let members = format!("{} specifications", format::count(r2.specifications.len()));
    Some(vec![
        key("Experiments", format::count(sweep.members.len()), members),
        key(
            "Median R²",
            format::percent(r2.median, 2),
            format!("{} above zero", share(r2.share_positive)),
        ),
        key("Significant", share(r2.share_significant), "of the specifications"),
        key("p, joint", p(r2.joint.as_ref().map(|j| j.p)), "of R², shifted features"),
        key("Median Sharpe ratio", format::decimal(sharpe.median, 2), hold),
    ])
}
