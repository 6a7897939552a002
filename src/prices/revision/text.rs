//! A revision in words: for a terminal, or in a block of a comment.

use std::fmt::Write as _;

use super::ticker::Change;
use super::{DayChanges, Level, Revision, TickerRevision};
use crate::base::units::{BASIS_POINT, Day, format};
use crate::prices::data::PriceTable;

/// Corrections of a ticker that are listed; the rest are counted.
const MOST_LISTED: usize = 5;

/// Days, levels and the like that are named one by one; the rest are counted.
const MOST_NAMED: usize = 6;

/// How far a factor may lie from a fraction to be called by its name.
const NEAR_FRACTION: f64 = 1e-3;

impl Revision<'_> {
    /// The revision in one sentence without its full stop.
    pub(crate) fn summary(&self) -> String {
        if self.is_empty() {
            return "the two versions are the same: no price, no day and no ticker differs".into();
        }
        let days = format::count(self.shared_days);
        let revised = self.tickers.len();
        let harmless = match self.tickers.iter().filter(|ticker| ticker.is_harmless()).count() {
            0 => String::new(),
            1 if revised == 1 => ", without changing a return".to_owned(),
            all if all == revised => ", none with a changed return".to_owned(),
            some => format!(", {some} of them without changing a return"),
        };
        let tickers = format::counted(self.shared_tickers, "ticker", "tickers");
        let mut parts = vec![match revised {
            0 => format!("no price revised on the {days} days both have"),
            _ => format!("{revised} of {tickers} revised on the {days} days both have{harmless}"),
        }];
        for (added, removed, noun) in [
            (self.days_added.count(), self.days_removed.count(), "day"),
            (self.tickers_added.len(), self.tickers_removed.len(), "ticker"),
        ] {
            let nouns = format!("{noun}s");
            let counted = |number: usize| format::counted(number, noun, &nouns);
            match (added, removed) {
                (0, 0) => {}
                (_, 0) => parts.push(format!("{} added", counted(added))),
                (0, _) => parts.push(format!("{} removed", counted(removed))),
                _ => {
                    let removed = format::count(removed);
                    parts.push(format!("{} added, {removed} removed", counted(added)));
                }
            }
        }
        parts.join("; ")
    }
}

impl TickerRevision {
    /// Whether experiments cannot notice: no return changed, none came and none went.
    pub(super) fn is_harmless(&self) -> bool {
        self.material.is_empty() && self.added.count() + self.withdrawn.count() == 0
    }
}

/// The revision as text, ending in a line feed: the two versions, days and tickers that came and
/// went, then what changed ticker by ticker, of at most `most` tickers, those that changed most.
/// [`Revision::summary`] is its headline.
pub(crate) fn to_text(revision: &Revision<'_>, most: usize) -> String {
    let mut text = String::new();
    let width = revision.base.file.chars().count().max(revision.head.file.chars().count());
    for (side, version) in [("base", revision.base), ("head", revision.head)] {
        let (first, last) = ends(version);
        let days = format::counted(version.days.len(), "day", "days");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {side}  {:width$}  {days}, {first} to {last}", version.file);
    }
    for (sign, lines, tickers) in [
        ('-', days(&revision.days_removed, revision.head), &revision.tickers_removed),
        ('+', days(&revision.days_added, revision.base), &revision.tickers_added),
    ] {
        for line in lines {
            let _ = writeln!(text, "  {sign} {line}");
        }
        for ticker in tickers {
            let _ = writeln!(text, "  {sign} ticker {ticker}");
        }
    }
    for ticker in revision.tickers.iter().take(most) {
        let (name, changed) = (&ticker.ticker, format::count(ticker.changed));
        let compared = format::counted(ticker.compared, "price", "prices");
        let _ = writeln!(text, "\n~ {name}: {changed} of {compared} changed");
        for line in findings(ticker) {
            let _ = writeln!(text, "  {line}");
        }
        corrections(&mut text, &ticker.corrections);
        let _ = writeln!(text, "  {}", returns(ticker));
    }
    if let Some(more @ 1..) = revision.tickers.len().checked_sub(most) {
        let _ = writeln!(text, "\nand {}", format::counted(more, "more ticker", "more tickers"));
    }
    text
}

/// First and last day of a table, which has at least one as it was read.
fn ends(table: &PriceTable) -> (Day, Day) {
    (table.days[0], table.days[table.days.len() - 1])
}

fn corrections(text: &mut String, corrections: &[(Change, Option<f64>)]) {
    let cells = |(price, change): &(Change, Option<f64>)| {
        let change = change.map(basis_points).unwrap_or_default();
        // A price has the digits that it is written with.
        [price.old.to_string(), price.new.to_string(), change]
    };
    let rows: Vec<[String; 3]> = corrections.iter().take(MOST_LISTED).map(cells).collect();
    let width = |j: usize| rows.iter().map(|row| row[j].chars().count()).max().unwrap_or(0);
    let (wide_old, wide_new, wide) = (width(0), width(1), width(2));
    for ((price, _), [old, new, change]) in corrections.iter().zip(&rows) {
        let line =
            format!("    {}  {old:>wide_old$} → {new:>wide_new$}  {change:>wide$}", price.day);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if corrections.len() > MOST_LISTED {
        let _ = writeln!(text, "    and {} more", format::count(corrections.len() - MOST_LISTED));
    }
}

/// A fraction in basis points, with its sign.
fn basis_points(change: f64) -> String {
    let points = change / BASIS_POINT;
    let places = if points.abs() < 10.0 { 2 } else { 1 };
    format!("{} bp", format::difference(Some(points), places))
}

/// Days that only one version has, a line a place.
fn days(changes: &DayChanges, other: &PriceTable) -> Vec<String> {
    let (first, last) = ends(other);
    [
        (&changes.before, format!("before {first}")),
        (&changes.inside, "in between".to_owned()),
        (&changes.after, format!("after {last}")),
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
fn findings(ticker: &TickerRevision) -> Vec<String> {
    let prices = |number: usize| format::counted(number, "price", "prices");
    let mut lines = match ticker.levels.as_slice() {
        [] => Vec::new(),
        [Level { factor, .. }] => vec![format!(
            "rescaled × {factor} throughout{}: returns are the same within rounding",
            nature(*factor)
        )],
        levels => vec![several_levels(levels)],
    };
    if ticker.rounding > 0 {
        let verb = if ticker.rounding == 1 { "differs" } else { "differ" };
        lines.push(format!("{} {verb} by rounding only", prices(ticker.rounding)));
    }
    for (placed, verb, other) in
        [(&ticker.added, "added", "base"), (&ticker.withdrawn, "withdrawn", "head")]
    {
        let parts: Vec<String> = [
            (placed.before.len(), "before its first price"),
            (placed.inside.len(), "in between"),
            (placed.after.len(), "after its last"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, place)| format!("{} {place}", format::count(count)))
        .collect();
        if !parts.is_empty() {
            let (count, places) = (prices(placed.count()), parts.join(", "));
            lines.push(format!("{count} {verb}, where the {other} has a blank ({places})"));
        }
    }
    match ticker.corrections.len() {
        0 => {}
        many if 2 * many > ticker.compared => lines.push(format!(
            "{} differ, and no factor explains them: another provider, or another adjustment?",
            prices(many)
        )),
        some => lines
            .push(format!("{} corrected", format::counted(some, "single price", "single prices"))),
    }
    lines
}

fn several_levels(levels: &[Level]) -> String {
    let mut parts: Vec<String> = levels
        .iter()
        .take(MOST_NAMED)
        .map(|level| {
            let Level { factor, first_day, last_day } = level;
            let what = if *factor == 1.0 { "unchanged".into() } else { format!("× {factor}") };
            format!("{what} from {first_day} to {last_day}")
        })
        .collect();
    if levels.len() > MOST_NAMED {
        parts.push(format!("and {} more", levels.len() - MOST_NAMED));
    }
    let jump = match levels {
        [before, Level { factor, first_day, .. }] => {
            format!("; the level changes on {first_day}{}", nature(before.factor / factor))
        }
        _ => String::new(),
    };
    format!("{} levels: {}{jump}", levels.len(), parts.join(", "))
}

/// What a factor on all earlier prices looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cause {
    /// Distributions of this share of the price: they lower what came before them.
    Distribution(f64),
    /// A split, which divides it, or a reverse split: new shares for old ones.
    Split { new: u8, old: u8 },
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
fn returns(ticker: &TickerRevision) -> String {
    let (Some(largest), Some(first)) = (ticker.largest, ticker.material.first()) else {
        return "returns: none changed by more than 0.01 bp".to_owned();
    };
    let span = match ticker.material.as_slice() {
        [_, .., last] => format!(", {first} to {last}"),
        _ => String::new(),
    };
    format!(
        "returns: {} changed by more than 0.01 bp{span}; most on {}, {} ({} → {})",
        format::count(ticker.material.len()),
        largest.day,
        basis_points(largest.difference()),
        format::percent(Some(largest.old), 2),
        format::percent(Some(largest.new), 2)
    )
}
