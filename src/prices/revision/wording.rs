//! The findings in words, the same for a terminal and for a pull request.

use super::{DayChanges, Level, Placed, Revision, TickerRevision};
use crate::base::units::{BASIS_POINT, Day, format};

/// Days, levels and the like that are named one by one; the rest are counted.
const MOST_NAMED: usize = 6;

/// How far a factor may lie from a fraction to be called by its name.
const NEAR_FRACTION: f64 = 1e-3;

impl Revision {
    /// The revision in one sentence without its full stop.
    pub(crate) fn summary(&self) -> String {
        if self.is_empty() {
            return "the two versions are the same: no price, no day and no ticker differs".into();
        }
        let days = format::count(self.shared_days);
        let mut parts = vec![match self.tickers.len() {
            0 => format!("no price revised on the {days} days both have"),
            revised => format!(
                "{revised} of {} revised on the {days} days both have{}",
                format::counted(self.shared_tickers, "ticker", "tickers"),
                harmless(revised, self.tickers.iter().filter(|t| t.is_harmless()).count())
            ),
        }];
        for (added, removed, noun) in [
            (self.days_added.count(), self.days_removed.count(), "day"),
            (self.tickers_added.len(), self.tickers_removed.len(), "ticker"),
        ] {
            let nouns = format!("{noun}s");
            match (added, removed) {
                (0, 0) => {}
                (added, 0) => parts.push(format!("{} added", format::counted(added, noun, &nouns))),
                (0, removed) => {
                    parts.push(format!("{} removed", format::counted(removed, noun, &nouns)));
                }
                (added, removed) => parts.push(format!(
                    "{} added, {} removed",
                    format::counted(added, noun, &nouns),
                    format::count(removed)
                )),
            }
        }
        parts.join("; ")
    }
}

fn harmless(revised: usize, harmless: usize) -> String {
    match (revised, harmless) {
        (_, 0) => String::new(),
        (1, _) => ", without changing a return".to_owned(),
        (_, all) if all == revised => ", none with a changed return".to_owned(),
        (_, some) => format!(", {some} of them without changing a return"),
    }
}

impl TickerRevision {
    /// Whether experiments cannot notice: no return changed, none came and none went.
    pub(crate) fn is_harmless(&self) -> bool {
        self.returns.material == 0 && self.added.count() + self.withdrawn.count() == 0
    }
}

/// A fraction in basis points, with its sign.
pub(super) fn basis_points(change: f64) -> String {
    let points = change / BASIS_POINT;
    let places = if points.abs() < 10.0 { 2 } else { 1 };
    format!("{} bp", format::difference(Some(points), places))
}

/// A price with the digits that it is written with.
pub(super) fn price(price: f64) -> String {
    price.to_string()
}

/// Days that only one version has, a line a place.
pub(super) fn days(changes: &DayChanges, other: &super::Version) -> Vec<String> {
    [
        (&changes.before, format!("before {}", other.first_day)),
        (&changes.inside, "in between".to_owned()),
        (&changes.after, format!("after {}", other.last_day)),
    ]
    .into_iter()
    .filter(|(days, _)| !days.is_empty())
    .map(|(days, place)| {
        format!("{} {place}: {}", format::counted(days.len(), "day", "days"), named(days))
    })
    .collect()
}

fn named(days: &[Day]) -> String {
    match days {
        [first, .., last] if days.len() > MOST_NAMED => format!("{first} to {last}"),
        few => few.iter().map(Day::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// What happened to a ticker's prices, a line a kind of change. Corrections come last and are only
/// counted, so that a list of them may follow.
pub(super) fn findings(ticker: &TickerRevision) -> Vec<String> {
    let mut lines = Vec::new();
    match ticker.levels.as_slice() {
        [] => {}
        [level] => lines.push(format!(
            "rescaled {} throughout{}: returns are the same within rounding",
            times(level.factor),
            nature(level.factor)
        )),
        levels => lines.push(several_levels(levels)),
    }
    if ticker.rounding > 0 {
        let verb = if ticker.rounding == 1 { "differs" } else { "differ" };
        lines.push(format!(
            "{} {verb} by rounding only",
            format::counted(ticker.rounding, "price", "prices")
        ));
    }
    for (placed, verb, other) in
        [(&ticker.added, "added", "base"), (&ticker.withdrawn, "withdrawn", "head")]
    {
        if placed.count() > 0 {
            lines.push(format!(
                "{} {verb}, where the {other} has a blank{}",
                format::counted(placed.count(), "price", "prices"),
                places(placed)
            ));
        }
    }
    match ticker.corrections.len() {
        0 => {}
        many if 2 * many > ticker.compared => lines.push(format!(
            "{} differ, and no factor explains them: another provider, or another adjustment?",
            format::counted(many, "price", "prices")
        )),
        some => lines
            .push(format!("{} corrected", format::counted(some, "single price", "single prices"))),
    }
    lines
}

fn places(placed: &Placed<usize>) -> String {
    let parts: Vec<String> = [
        (placed.before, "before its first price"),
        (placed.inside, "in between"),
        (placed.after, "after its last"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, place)| format!("{} {place}", format::count(count)))
    .collect();
    format!(" ({})", parts.join(", "))
}

fn several_levels(levels: &[Level]) -> String {
    let mut parts: Vec<String> = levels
        .iter()
        .take(MOST_NAMED)
        .map(|level| {
            let what = if level.factor == 1.0 { "unchanged".into() } else { times(level.factor) };
            format!("{what} from {} to {}", level.first_day, level.last_day)
        })
        .collect();
    if levels.len() > MOST_NAMED {
        parts.push(format!("and {} more", levels.len() - MOST_NAMED));
    }
    let jump = match levels {
        [before, after] => {
            let jump = before.factor / after.factor;
            format!("; the level changes on {}{}", after.first_day, nature(jump))
        }
        _ => String::new(),
    };
    format!("{} levels: {}{jump}", levels.len(), parts.join(", "))
}

fn times(factor: f64) -> String {
    format!("× {factor}")
}

/// What a factor on all earlier prices looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cause {
    /// Distributions of this share of the price: they lower what came before them.
    Distribution(f64),
    /// A split, which divides it, or a reverse split: new shares for old ones.
    Split {
        /// New shares.
        new: u8,
        /// Old ones.
        old: u8,
    },
}

impl Cause {
    /// The cause of a factor, which may lie off a split's by a share of `tolerance`; `None` if it
    /// looks like nothing in particular.
    pub(crate) fn of(factor: f64, tolerance: f64) -> Option<Self> {
        if (0.8..1.0).contains(&factor) {
            return Some(Self::Distribution(1.0 - factor));
        }
        let splits = (2..=50_u8).map(|new| (new, 1)).chain([(3, 2), (5, 2), (4, 3)]);
        splits.flat_map(|(new, old)| [(new, old), (old, new)]).find_map(|(new, old)| {
            let fraction = f64::from(old) / f64::from(new);
            ((factor / fraction - 1.0).abs() < tolerance).then_some(Self::Split { new, old })
        })
    }
}

/// A factor's cause as a remark; empty if there is none in particular.
fn nature(factor: f64) -> String {
    match Cause::of(factor, NEAR_FRACTION) {
        Some(Cause::Distribution(share)) => {
            format!(" (as a dividend of {} would)", format::percent(Some(share), 2))
        }
        Some(Cause::Split { new, old }) => format!(" (as a split of {new} for {old} would)"),
        None => String::new(),
    }
}

/// What the revision does to a ticker's returns, one line.
pub(super) fn returns(ticker: &TickerRevision) -> String {
    let changes = &ticker.returns;
    match (changes.largest, changes.first_day, changes.last_day) {
        (Some(largest), Some(first), Some(last)) => {
            let span = match changes.material {
                1 => String::new(),
                _ => format!(", {first} to {last}"),
            };
            format!(
                "returns: {} changed by more than 0.01 bp{span}; most on {}, {} ({} → {})",
                format::count(changes.material),
                largest.day,
                basis_points(largest.difference()),
                format::percent(Some(largest.old), 2),
                format::percent(Some(largest.new), 2)
            )
        }
        _ => "returns: none changed by more than 0.01 bp".to_owned(),
    }
}
