//! A revision as part of a comment on a pull request: GitHub's Markdown.

use std::fmt::Write as _;

use super::wording::{basis_points, count, days, findings, price, returns};
use super::{Correction, Revision, TickerRevision};
use crate::base::units::format;

/// Tickers in the table; the rest are counted, so that a comment stays within GitHub's limit.
const MOST_TICKERS: usize = 40;

/// Corrections in the table, of all tickers together.
const MOST_CORRECTIONS: usize = 20;

/// The revision as GitHub's Markdown: the two versions, days and tickers that came and went, a
/// table of tickers, a table of the largest corrections. [`Revision::summary`] is its headline.
pub(crate) fn to_markdown(revision: &Revision) -> String {
    let mut text =
        String::from("| version | file | days | first | last |\n| :-- | :-- | --: | :-- | :-- |\n");
    for (side, version) in [("base", &revision.base), ("head", &revision.head)] {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {side} | {} | {} | {} | {} |",
            code(&version.file),
            format::count(version.days),
            version.first_day,
            version.last_day
        );
    }
    for (what, lines, tickers) in [
        ("Removed", days(&revision.days_removed, &revision.head), &revision.tickers_removed),
        ("Added", days(&revision.days_added, &revision.base), &revision.tickers_added),
    ] {
        for line in lines {
            let _ = writeln!(text, "\n{what}: {line}");
        }
        if !tickers.is_empty() {
            let names: Vec<String> = tickers.iter().map(|ticker| code(ticker)).collect();
            let _ = writeln!(text, "\n{what}: {}", names.join(", "));
        }
    }
    tickers(&mut text, &revision.tickers);
    corrections(&mut text, &revision.tickers);
    text
}

fn tickers(text: &mut String, tickers: &[TickerRevision]) {
    if tickers.is_empty() {
        return;
    }
    text.push_str("\n| ticker | changed | of | what | returns |\n");
    text.push_str("| :-- | --: | --: | :-- | :-- |\n");
    for ticker in tickers.iter().take(MOST_TICKERS) {
        let returns = returns(ticker);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            code(&ticker.ticker),
            format::count(ticker.changed),
            format::count(ticker.compared),
            findings(ticker).join("; "),
            returns.trim_start_matches("returns: ")
        );
    }
    if tickers.len() > MOST_TICKERS {
        let _ = writeln!(text, "\nAnd {}.", count(tickers.len() - MOST_TICKERS, "more ticker"));
    }
}

/// The largest corrections of all tickers in one table.
fn corrections(text: &mut String, tickers: &[TickerRevision]) {
    let mut all: Vec<(&str, &Correction)> = tickers
        .iter()
        .flat_map(|ticker| ticker.corrections.iter().map(|c| (ticker.ticker.as_str(), c)))
        .collect();
    if all.is_empty() {
        return;
    }
    let size = |correction: &Correction| correction.return_change.unwrap_or(0.0).abs();
    all.sort_by(|a, b| size(b.1).total_cmp(&size(a.1)));
    text.push_str("\n| corrected | day | base | head | log return |\n");
    text.push_str("| :-- | :-- | --: | --: | --: |\n");
    for (ticker, correction) in all.iter().take(MOST_CORRECTIONS) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            code(ticker),
            correction.day,
            price(correction.old),
            price(correction.new),
            correction.return_change.map(basis_points).unwrap_or_default()
        );
    }
    if all.len() > MOST_CORRECTIONS {
        let _ = writeln!(text, "\nAnd {}.", count(all.len() - MOST_CORRECTIONS, "more correction"));
    }
}

/// Text between backquotes, in a table too; no ticker or file is expected to have backquotes
/// itself, and where one has they are left out.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "").replace('|', "\\|"))
}
