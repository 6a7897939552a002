//! Whether a signal is worth its costs.

use crate::base::units::format::{self, number};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{range, when};
use crate::report::site::kit::wording;
use crate::results::{Answer, StrategyMetrics, value};

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
    let p = range(metrics.iter().map(|m| m.sharpe_difference_p), format::p_value);
    let difference = when(metrics.len() > 1, "s");
    let hold = format::decimal(Some(hold), 2);
    format!(", {compared} buy and hold’s {hold} (Ledoit–Wolf p of the difference{difference} {p})")
}

/// The cost at which it is worth no more than always holding the mean of its positions, beside the
/// one assumed.
fn break_even(subject: &Subject<'_>, metrics: &[&StrategyMetrics]) -> String {
    let Some(pays) = subject.results.verdict.pays else {
        let turnover = metrics.iter().map(|metrics| Some(metrics.annual_turnover));
        let turnover = range(turnover, |v| format::decimal(v, 1));
        return format!(
            "It trades so seldom, {turnover} times its equity a year, that costs decide nothing."
        );
    };
    let costs = || metrics.iter().map(|metrics| metrics.break_even_cost_over_mean_bps);
    if costs().flatten().next().is_none() {
        return "It earns no more than always holding the mean of its positions would, whatever the \
                cost of trading."
            .to_owned();
    }
    let text = range(costs(), |v| format::decimal(v, 1));
    let bps = subject.trade_bps();
    let beside = "more than always holding the mean of its positions would";
    match pays {
        Answer::Yes if bps == 0.0 => {
            format!("It would earn {beside} up to a trading cost of {text} bp.")
        }
        Answer::Yes => format!("It pays for its trading: up to {text} bp it earns {beside}."),
        Answer::No => {
            format!("It does not pay for its trading: only below {text} bp would it earn {beside}.")
        }
        Answer::Open => format!(
            "It pays for its trading in {} of {}: up to {text} bp, where it does at all, it earns \
             {beside}.",
            number(costs().flatten().filter(|cost| *cost > bps).count()),
            number(metrics.len())
        ),
    }
}
