//! Whether a signal is worth its costs.

use crate::base::units::format::{self, number};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{range, when};
use crate::report::site::kit::wording;
use crate::results::{StrategyMetrics, interval, value};

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
         ({simple} on simple returns){}. {}{drift}",
        wording::sizing(rule),
        hold.map_or_else(String::new, |hold| against(&metrics, hold)),
        break_even(subject, &metrics),
    ))
}

/// The Sharpe ratios beside buy and hold's.
fn against(metrics: &[&StrategyMetrics], hold: f64) -> String {
    let above =
        metrics.iter().filter(|m| value(m.sharpe).is_some_and(|sharpe| sharpe > hold)).count();
    let compared = match above {
        0 => "not above".to_owned(),
        all if all == metrics.len() => "above".to_owned(),
        some => format!("{} of {} above", number(some), number(metrics.len())),
    };
    let is_inside =
        |m: &&&StrategyMetrics| interval(m.sharpe).is_some_and(|interval| interval.contains(hold));
    let inside = metrics.iter().filter(is_inside).count();
    let caution = match (inside, metrics.len()) {
        (0, _) => "a difference that is not itself tested",
        (1, 1) => "which lies within its 90 % interval",
        (some, all) if some == all => "which lies within all their 90 % intervals",
        _ => "which lies within some of their 90 % intervals",
    };
    format!(", {compared} buy and hold’s {} ({caution})", format::decimal(Some(hold), 2))
}

/// The cost at which nothing is left, beside the one assumed.
fn break_even(subject: &Subject<'_>, metrics: &[&StrategyMetrics]) -> String {
    let costs = || metrics.iter().map(|metrics| metrics.break_even_cost_bps);
    let defined: Vec<f64> = costs().flatten().collect();
    if defined.is_empty() {
        return "No trading cost would bring the return to zero: it is not positive before costs, \
                or nothing is traded."
            .to_owned();
    }
    if subject.results.verdict.pays.is_none() {
        let turnover = metrics.iter().map(|metrics| Some(metrics.annual_turnover));
        let turnover = range(turnover, |v| format::decimal(v, 1));
        return format!(
            "It trades so seldom, {turnover} times its equity a year, that costs decide nothing."
        );
    }
    let text = range(costs(), |v| format::decimal(v, 1));
    let bps = subject.trade_bps();
    if bps == 0.0 {
        return format!("It would pay for trading costs up to {text} bp.");
    }
    match defined.iter().filter(|cost| **cost > bps).count() {
        0 => format!("It does not pay for its trading: nothing is left at {text} bp."),
        all if all == metrics.len() => {
            format!("It pays for its trading up to a cost of {text} bp.")
        }
        some => format!(
            "It pays for its trading in {} of {}: nothing is left at {text} bp.",
            number(some),
            number(metrics.len())
        ),
    }
}
