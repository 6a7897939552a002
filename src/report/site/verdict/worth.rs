//! Whether a signal is worth its costs.

use crate::base::units::format::{self, number};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{range, when};
use crate::report::site::kit::wording;
use crate::results::{Answer, Interval, StrategyMetrics, interval, value};

/// Whether it would have paid, in one sentence; `None` without a track record.
pub(crate) fn would_have_paid(subject: &Subject<'_>) -> Option<String> {
    let shown = subject.shown()?;
    let metrics = subject.headline(shown)?;
    let sharpe = format::decimal(value(metrics.sharpe), 2);
    let hold = subject.buy_and_hold().and_then(|hold| value(hold.sharpe));
    let target = &subject.results.data.target;
    let beside = format!(
        "{} has a Sharpe ratio of {sharpe}, holding {target} {}",
        shown.short,
        format::decimal(hold, 2)
    );
    Some(match subject.results.verdict.pays {
        Some(Answer::Yes) => format!("Trading pays for its costs: {beside}."),
        Some(Answer::No) => format!("Trading does not pay for its costs: {beside}."),
        Some(Answer::Open) => format!("Whether trading pays is open: {beside}."),
        None => format!("It hardly trades: {beside}."),
    })
}

/// What is forecast after the last close, and the position that follows; `None` where no fit tells.
pub(crate) fn next(subject: &Subject<'_>) -> Option<String> {
    let lead = subject.lead()?;
    let next = &subject.results.next;
    let forecast = next.models.get(lead.name)?;
    let held = subject.headline_rule().and_then(|rule| {
        let position = forecast.positions.get(rule)?;
        Some(format!(", position {}", format::decimal(Some(*position), 2)))
    });
    Some(format!(
        "For the day after {}: forecast {} against a mean of {}{}.",
        next.decided,
        format::percent(Some(forecast.forecast), 3),
        format::percent(Some(forecast.benchmark), 3),
        held.unwrap_or_default()
    ))
}

/// Sharpe ratio and break-even cost under the headline rule; `None` without a track record.
pub(crate) fn paid(subject: &Subject<'_>) -> Option<String> {
    let rule = subject.headline_rule()?;
    let metrics: Vec<&StrategyMetrics> =
        subject.models.iter().filter_map(|model| subject.headline(model)).collect();
    if metrics.is_empty() {
        return None;
    }
    let sharpe = range(metrics.iter().map(|m| value(m.sharpe)), |v| format::decimal(v, 2));
    let simple = range(metrics.iter().map(|m| m.sharpe_arithmetic), |v| format::decimal(v, 2));
    let whose = match (subject.aware.len(), subject.models.len()) {
        (0, _) => "",
        (_, 1) => " of the plain model",
        _ => " of the plain models",
    };
    let costs = match subject.trade_bps() {
        bps if bps > 0.0 => format!("After trading costs of {bps} bp"),
        _ => "Before any trading cost".to_owned(),
    };
    let hold = subject.buy_and_hold().and_then(|hold| value(hold.sharpe));
    let drift = when(
        !subject.models.iter().any(Model::has_evidence),
        " Without evidence of a signal, what such positions earn may be the market’s own drift.",
    );
    Some(format!(
        "{costs}, with {} sizing, the Sharpe ratio{whose} is {sharpe} on log growth \
         ({simple} on simple returns){}.{drift}",
        wording::sizing(rule),
        hold.map_or_else(String::new, |hold| against(&metrics, hold)),
    ))
}

/// The Sharpe ratios beside buy and hold's.
fn against(metrics: &[&StrategyMetrics], hold: f64) -> String {
    let above =
        metrics.iter().filter(|m| value(m.sharpe).is_some_and(|sharpe| sharpe > hold)).count();
    let is_told = |m: &&&StrategyMetrics| m.sharpe_difference_p.is_some_and(|p| p < 0.05);
    let compared = match (metrics.iter().filter(is_told).count(), above) {
        (0, _) => "not told apart from".to_owned(),
        (_, 0) => "below".to_owned(),
        (_, all) if all == metrics.len() => "above".to_owned(),
        (_, some) => format!("{} of {} above", number(some), number(metrics.len())),
    };
    let p = range(metrics.iter().map(|m| m.sharpe_difference_p), format::p_value);
    let difference = when(metrics.len() > 1, "s");
    let hold = format::decimal(Some(hold), 2);
    format!(", {compared} buy and hold’s {hold} (Ledoit–Wolf p of the difference{difference} {p})")
}

/// Whether it pays for its trading, in a sentence or two; `None` without a track record.
pub(crate) fn break_even(subject: &Subject<'_>) -> Option<String> {
    let metrics: Vec<&StrategyMetrics> =
        subject.models.iter().filter_map(|model| subject.headline(model)).collect();
    (!metrics.is_empty()).then(|| over_its_mean(subject, &metrics))
}

/// Whether it earns more than always holding the mean of its positions would, and up to which cost.
fn over_its_mean(subject: &Subject<'_>, metrics: &[&StrategyMetrics]) -> String {
    let Some(pays) = subject.results.verdict.pays else {
        let turnover = metrics.iter().map(|metrics| Some(metrics.annual_turnover));
        let turnover = range(turnover, |v| format::decimal(v, 1));
        return format!(
            "It trades so seldom, {turnover} times its equity a year, that costs decide nothing."
        );
    };
    let growth = |of: fn(Interval) -> f64| {
        let ends = metrics.iter().filter_map(|m| interval(m.growth_over_mean)).map(of);
        ends.collect::<Vec<f64>>()
    };
    let low = growth(|interval| interval.low).into_iter().reduce(f64::min);
    let high = growth(|interval| interval.high).into_iter().reduce(f64::max);
    let whose = when(metrics.len() > 1, ", over all models");
    let within =
        format!("{} to {} a year{whose}, 90 %", format::percent(low, 1), format::percent(high, 1));
    let costs = metrics.iter().filter_map(|metrics| metrics.break_even_cost_over_mean_bps);
    let costs: Vec<f64> = costs.collect();
    let even = match costs.len() {
        0 => String::new(),
        _ => format!(
            " It breaks even with that at {} bp.",
            range(costs.iter().map(|cost| Some(*cost)), |v| format::decimal(v, 1))
        ),
    };
    let than = "than always holding the mean of its positions would";
    match pays {
        Answer::Yes => format!("It pays for its trading: it earns more {than} ({within}).{even}"),
        Answer::No => format!("It does not pay for its trading: it earns less {than} ({within})."),
        Answer::Open => format!(
            "Whether it pays for its trading is open: it may earn more or less {than} ({within}).\
             {even}"
        ),
    }
}
