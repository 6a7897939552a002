//! Prices that do not move: whole rows that repeat the day before, and tickers that stand still.

use super::cross_section::{CrossSection, Series};
use super::words::{finding, share, span};
use crate::base::units::{Day, format, math};
use crate::results::{Finding, FindingKind, Severity};

/// Unchanged closes count in the rows within this reach of a run, a year on either side: thin
/// trading in a fund's first years is usual there and not ten years later.
const REACH: usize = 252;
/// Shortest run of unchanged closes that is looked at: four equal prices.
const SHORTEST: usize = 3;
/// A run is reported when fewer than this many as long are expected by chance in all the ticker's
/// days, given how often its close is unchanged.
const EXPECTED_BY_CHANCE: f64 = 0.01;
/// Unchanged closes from which a run is a problem: two weeks.
const PROBLEM: usize = 10;
/// Returns nearer to zero than this are of an unchanged price: rounding of the last adjusted digit.
const UNCHANGED: f64 = 1e-9;

pub(super) const REPEATED_RULE: &str = "A row in which every ticker has the price of the day \
     before, where fewer than 0.01 such rows are expected by chance: a failed download, or a \
     holiday filled forward.";
pub(super) const STALE_RULE: &str = "A run of at least 3 unchanged closes (4 equal prices) of \
     which fewer than 0.01 are expected by chance in all the ticker’s days, given how often its \
     close is unchanged in the year before and after; a problem from 10.";

/// Rows that repeat the day before, ascending.
pub(super) fn repeated_rows(section: &CrossSection<'_>) -> Vec<usize> {
    let usual: Vec<f64> = section
        .series
        .iter()
        .map(|series| still_share(series.rows().map(|row| is_still(series, row))))
        .collect();
    let rows = section.table.days.len();
    let is_repeated = |row: &usize| {
        let all = section.series.iter().zip(&usual);
        let priced: Vec<_> = all.filter(|(series, _)| series.returns[*row].is_finite()).collect();
        let by_chance = priced.iter().fold(rows as f64, |product, (_, usual)| product * **usual);
        priced.iter().all(|(series, _)| is_still(series, *row)) && by_chance < EXPECTED_BY_CHANCE
    };
    (1..rows).filter(is_repeated).collect()
}

fn is_still(series: &Series, row: usize) -> bool {
    series.returns[row].abs() <= UNCHANGED
}

/// Share of unchanged closes, one more of each kind counted so that it is never 0 or 1.
fn still_share(is_still: impl Iterator<Item = bool>) -> f64 {
    let (still, all) = is_still.fold((0, 0), |(still, all), is| (still + usize::from(is), all + 1));
    (still as f64 + 1.0) / (all as f64 + 2.0)
}

/// One finding a run of repeated rows. `closed` says whether the calendar has no trading on a day.
pub(super) fn repeated(
    section: &CrossSection<'_>,
    repeated: &[usize],
    closed: impl Fn(Day) -> bool,
) -> Vec<Finding> {
    let days = &section.table.days;
    repeated
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| {
            let (from, to) = (days[run[0]], days[run[run.len() - 1]]);
            let why = if run.iter().all(|row| closed(days[*row])) {
                "no trading day: a holiday filled forward"
            } else {
                "as a download leaves it that fails and keeps the row before"
            };
            let (before, on) = (days[run[0] - 1], span(from, to));
            let sentence = format!("Every ticker has the price of {before} again on {on}: {why}.");
            let (kind, values) = (FindingKind::RepeatedRow, [("rows", run.len() as f64)]);
            finding(kind, Severity::Problem, None, (from, to), &values, sentence)
        })
        .collect()
}

/// Runs of unchanged closes of one ticker that are longer than its trading explains; rows that
/// repeat for all tickers are told elsewhere.
pub(super) fn stale(section: &CrossSection<'_>, repeated: &[usize]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (table, days) = (section.table, &section.table.days);
    for (position, series) in section.series.iter().enumerate() {
        let ticker = &table.tickers[position];
        let mut rows: Vec<usize> = series.rows().collect();
        rows.retain(|row| repeated.binary_search(row).is_err());
        let still: Vec<bool> = rows.iter().map(|row| is_still(series, *row)).collect();
        let mut end = 0;
        for run in still.chunk_by(|a, b| a == b) {
            let (first, unchanged) = (end, run.len());
            end += unchanged;
            if !run[0] || unchanged < SHORTEST {
                continue;
            }
            let before = still[first.saturating_sub(REACH)..first].iter();
            let after = still[end..(end + REACH).min(rows.len())].iter();
            let usual = still_share(before.chain(after).copied());
            if rows.len() as f64 * math::pow(usual, unchanged as f64) >= EXPECTED_BY_CHANCE {
                continue;
            }
            // The price that stands is that of the row before the first unchanged close.
            let from = if first > 0 { rows[first - 1] } else { rows[first].saturating_sub(1) };
            let (from, to) = (days[from], days[rows[end - 1]]);
            let price = table.prices[position][rows[end - 1]];
            let severity = if unchanged >= PROBLEM { Severity::Problem } else { Severity::Caution };
            let values =
                [("unchanged_closes", unchanged as f64), ("price", price), ("usual_share", usual)];
            let sentence = format!(
                "{ticker} stood at {} from {from} to {to}, {} in a row; around it {} of its closes \
                 are unchanged.",
                format::decimal(Some(price), 2),
                format::counted(unchanged, "unchanged close", "unchanged closes"),
                share(usual),
            );
            let kind = FindingKind::StalePrice;
            findings.push(finding(kind, severity, Some(ticker), (from, to), &values, sentence));
        }
    }
    findings
}
