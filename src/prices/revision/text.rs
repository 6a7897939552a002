//! A revision as text: for a terminal, or in a block of a comment.

use std::fmt::Write as _;

use super::wording::{basis_points, days, findings, price, returns};
use super::{Correction, Revision, TickerRevision, Version};
use crate::base::units::format;

/// Corrections of a ticker that are listed; the rest are counted.
const MOST_LISTED: usize = 5;

/// The revision as text, ending in a line feed: the two versions, days and tickers that came and
/// went, then what changed ticker by ticker, of at most `most` tickers, those that changed most.
/// [`Revision::summary`] is its headline.
pub(crate) fn to_text(revision: &Revision, most: usize) -> String {
    let mut text = String::new();
    let width = revision.base.file.chars().count().max(revision.head.file.chars().count());
    for (side, version) in [("base", &revision.base), ("head", &revision.head)] {
        let pad = " ".repeat(width - version.file.chars().count());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {side}  {}{pad}  {}", version.file, extent(version));
    }
    for (sign, lines, tickers) in [
        ('-', days(&revision.days_removed, &revision.head), &revision.tickers_removed),
        ('+', days(&revision.days_added, &revision.base), &revision.tickers_added),
    ] {
        for line in lines {
            let _ = writeln!(text, "  {sign} {line}");
        }
        for ticker in tickers {
            let _ = writeln!(text, "  {sign} ticker {ticker}");
        }
    }
    for ticker in revision.tickers.iter().take(most) {
        text.push('\n');
        text.push_str(&of_ticker(ticker));
    }
    if let Some(more @ 1..) = revision.tickers.len().checked_sub(most) {
        let _ = writeln!(text, "\nand {}", format::counted(more, "more ticker", "more tickers"));
    }
    text
}

fn extent(version: &Version) -> String {
    format!(
        "{}, {} to {}",
        format::counted(version.days, "day", "days"),
        version.first_day,
        version.last_day
    )
}

fn of_ticker(ticker: &TickerRevision) -> String {
    let mut text = format!(
        "~ {}: {} of {} changed\n",
        ticker.ticker,
        format::count(ticker.changed),
        format::counted(ticker.compared, "price", "prices")
    );
    for line in findings(ticker) {
        let _ = writeln!(text, "  {line}");
    }
    corrections(&mut text, &ticker.corrections);
    let _ = writeln!(text, "  {}", returns(ticker));
    text
}

fn corrections(text: &mut String, corrections: &[Correction]) {
    let rows: Vec<[String; 3]> = corrections
        .iter()
        .take(MOST_LISTED)
        .map(|c| {
            [price(c.old), price(c.new), c.return_change.map(basis_points).unwrap_or_default()]
        })
        .collect();
    let width = |j: usize| rows.iter().map(|row| row[j].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for (correction, row) in corrections.iter().zip(&rows) {
        let [old, new, change] =
            [0, 1, 2].map(|j| " ".repeat(widths[j] - row[j].chars().count()) + &row[j]);
        let line = format!("    {}  {old} → {new}  {change}", correction.day);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if corrections.len() > MOST_LISTED {
        let _ = writeln!(text, "    and {} more", format::count(corrections.len() - MOST_LISTED));
    }
}
