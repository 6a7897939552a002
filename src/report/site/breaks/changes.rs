//! What changed around a break, in words made from its numbers.

use crate::base::units::format;
use crate::report::site::kit::palette::background;
use crate::report::site::kit::subject::{Model, Subject};
use crate::results::{Break, Change, LossSegment, Statistic};

/// A change of the coupling that is worth a word.
const COUPLING: f64 = 0.1;
/// A change of a pair's correlation that is worth a word.
const CORRELATION: f64 = 0.2;
/// Correlations nearer to zero than this have no sign worth a word.
const SIGNED: f64 = 0.1;
/// A ratio of volatilities, or its inverse, that is worth a word.
const VOLATILITY: f64 = 1.25;
/// Most pairs that are named; the table has all.
const MOST_PAIRS: usize = 3;
/// Calendar days before a break within which a turn of the regime is named.
const NEAR: i64 = 126;

/// What a model's gain did from one stretch to the next.
pub(crate) fn outcome(
    model: &Model<'_>,
    broken: &Break,
    before: &LossSegment,
    after: &LossSegment,
) -> String {
    let rose = broken.gain_after > broken.gain_before;
    let verb = if rose { "gained more than before" } else { "gained less than before" };
    format!(
        "{} {verb}: R² {} over the {} forecasts that follow, {} over the {} before.",
        model.title,
        format::percent(after.oos_r2, 2),
        format::count(after.rows),
        format::percent(before.oos_r2, 2),
        format::count(before.rows),
    )
}

/// What the market did around a break.
pub(crate) fn market(subject: &Subject<'_>, broken: &Break) -> String {
    let target = &subject.results.data.target;
    let is_large = |change: &&Change| match (&change.statistic, both(change)) {
        (Statistic::Coupling, Some((before, after))) => (after - before).abs() >= COUPLING,
        (Statistic::Volatility, Some((before, after))) => {
            let ratio = after / before;
            before > 0.0 && (ratio >= VOLATILITY || ratio <= 1.0 / VOLATILITY)
        }
        _ => false,
    };
    let large = broken.changes.iter().filter(is_large);
    let mut phrases: Vec<String> =
        large.map(|change| moved(&title(&change.statistic, target), change)).collect();
    phrases.extend(pairs(broken, target));
    let text = if phrases.is_empty() {
        let is_plain = |change: &&Change| {
            matches!(change.statistic, Statistic::Coupling | Statistic::Volatility)
                && both(change).is_some()
        };
        let plain = broken.changes.iter().filter(is_plain).map(|change| {
            let (before, after) = side(change);
            format!("{} from {before} to {after}", title(&change.statistic, target))
        });
        let plain: Vec<String> = plain.collect();
        if plain.is_empty() {
            return String::new();
        }
        format!("Around it the market changed little: {}.", format::list(&plain))
    } else {
        format!(
            "Between the {} trading days before and those after, {}.",
            broken.days,
            format::list(&phrases)
        )
    };
    match turn(subject, broken) {
        Some(turn) => format!("{text} {turn}"),
        None => text,
    }
}

/// The pairs whose correlation changed its sign, then those that moved most.
fn pairs(broken: &Break, target: &str) -> Vec<String> {
    let correlations =
        broken.changes.iter().filter(|c| matches!(c.statistic, Statistic::Correlation(_)));
    let mut found: Vec<(bool, f64, &Change)> = correlations
        .filter_map(|change| {
            let (before, after) = both(change)?;
            let flipped = before * after < 0.0 && before.abs().min(after.abs()) >= SIGNED;
            let distance = (after - before).abs();
            (flipped || distance >= CORRELATION).then_some((flipped, distance, change))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let phrase = |(flipped, _, change): (bool, f64, &Change)| {
        let (title, (before, after)) = (title(&change.statistic, target), side(change));
        match flipped {
            true => format!("{title} changed sign, from {before} to {after}"),
            false => moved(&title, change),
        }
    };
    found.into_iter().take(MOST_PAIRS).map(phrase).collect()
}

/// The turn of the background regime shortly before a break.
fn turn(subject: &Subject<'_>, broken: &Break) -> Option<String> {
    let regime = background(subject.results)?;
    let position =
        regime.segments.iter().position(|run| (run.from..=run.to).contains(&broken.day))?;
    let run = &regime.segments[position];
    let days = broken.day.duration_since(run.from).as_hours() / 24;
    (position > 0 && days <= NEAR).then(|| {
        format!(
            "The regime had turned to “{}” on {}.",
            regime.states.get(run.state).map_or("", |state| state.label.as_str()),
            run.from
        )
    })
}

/// A statistic as a reader meets it.
pub(crate) fn title(statistic: &Statistic, target: &str) -> String {
    match statistic {
        Statistic::Coupling => "coupling".to_owned(),
        Statistic::Absorption => "absorption ratio".to_owned(),
        Statistic::Volatility => format!("{target}’s volatility"),
        Statistic::Correlation([a, b]) => format!("the {a}–{b} correlation"),
    }
}

/// Both sides of a change as text.
pub(crate) fn side(change: &Change) -> (String, String) {
    let show = |value: Option<f64>| match change.statistic {
        Statistic::Absorption | Statistic::Volatility => format::percent(value, 0),
        Statistic::Coupling | Statistic::Correlation(_) => format::decimal(value, 2),
    };
    (show(change.before), show(change.after))
}

fn both(change: &Change) -> Option<(f64, f64)> {
    Some((change.before?, change.after?))
}

fn moved(title: &str, change: &Change) -> String {
    let verb = if change.after > change.before { "rose" } else { "fell" };
    let (before, after) = side(change);
    format!("{title} {verb} from {before} to {after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    #[test]
    fn a_quiet_market_is_called_so_and_what_is_unknown_is_left_out() {
        let mut experiment = stored::plain();
        experiment.results.regimes.clear();
        let subject = Subject::new(&experiment);
        let mut broken = subject.models[0].summary.breaks.breaks[0].clone();
        assert!(market(&subject, &broken).contains("changed sign") && !broken.changes.is_empty());
        broken.changes.iter_mut().for_each(|change| change.after = change.before);
        let quiet = market(&subject, &broken);
        assert!(quiet.starts_with("Around it the market changed little: coupling from"), "{quiet}");
        assert!(!quiet.contains("correlation"), "{quiet}");
        broken.changes.iter_mut().for_each(|change| change.before = None);
        assert_eq!(market(&subject, &broken), "");
    }
}
