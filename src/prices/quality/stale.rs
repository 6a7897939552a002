//! Prices that do not move: whole rows that repeat the day before, and tickers that stand still.

use super::cross_section::CrossSection;
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
    let usual: Vec<f64> =
        section.series.iter().map(|series| still_share(&series.returns)).collect();
    let rows = section.table.days.len();
    (1..rows)
        .filter(|&row| {
            let mut by_chance = rows as f64;
            for (series, usual) in section.series.iter().zip(&usual) {
                let value = series.returns[row];
                if value.is_finite() {
                    if value.abs() > UNCHANGED {
                        return false;
                    }
                    by_chance *= usual;
                }
            }
            by_chance < EXPECTED_BY_CHANCE
        })
        .collect()
}

/// Share of unchanged closes, one more of each kind counted so that it is never 0 or 1.
fn still_share(returns: &[f64]) -> f64 {
    let (mut still, mut all) = (1.0, 2.0);
    for value in returns.iter().filter(|value| value.is_finite()) {
        all += 1.0;
        if value.abs() <= UNCHANGED {
            still += 1.0;
        }
    }
    still / all
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
            let before = days[run[0] - 1];
            let why = if run.iter().all(|row| closed(days[*row])) {
                "no trading day: a holiday filled forward"
            } else {
                "as a download leaves it that fails and keeps the row before"
            };
            let sentence = format!(
                "Every ticker has the price of {before} again on {}: {why}.",
                span(from, to)
            );
            let (kind, values) = (FindingKind::RepeatedRow, [("rows", run.len() as f64)]);
            finding(kind, Severity::Problem, None, (from, to), &values, sentence)
        })
        .collect()
}

/// Runs of unchanged closes of one ticker that are longer than its trading explains; rows that
/// repeat for all tickers are told elsewhere.
pub(super) fn stale(section: &CrossSection<'_>, repeated: &[usize]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (series, ticker) in section.series.iter().zip(&section.table.tickers) {
        let rows: Vec<usize> =
            series.rows().filter(|row| repeated.binary_search(row).is_err()).collect();
        let is_still: Vec<bool> =
            rows.iter().map(|row| series.returns[*row].abs() <= UNCHANGED).collect();
        let mut start = 0;
        for run in is_still.chunk_by(|a, b| a == b) {
            let (first, end) = (start, start + run.len());
            start = end;
            if !run[0] || run.len() < SHORTEST {
                continue;
            }
            let near = first.saturating_sub(REACH)..(end + REACH).min(rows.len());
            let still = is_still[near.clone()].iter().filter(|still| **still).count() - run.len();
            let others = near.len() - run.len();
            let usual = (still as f64 + 1.0) / (others as f64 + 2.0);
            let expected = rows.len() as f64 * math::pow(usual, run.len() as f64);
            if expected >= EXPECTED_BY_CHANCE {
                continue;
            }
            // The price that stands is that of the row before the first unchanged close.
            let first_row = if first > 0 { rows[first - 1] } else { rows[first].saturating_sub(1) };
            findings.push(standing(section, ticker, (first_row, rows[end - 1]), run.len(), usual));
        }
    }
    findings
}

fn standing(
    section: &CrossSection<'_>,
    ticker: &str,
    (first, last): (usize, usize),
    unchanged: usize,
    usual: f64,
) -> Finding {
    let (from, to) = (section.table.days[first], section.table.days[last]);
    let price = section.table.column(ticker).map(|prices| prices[last]);
    let severity = if unchanged >= PROBLEM { Severity::Problem } else { Severity::Caution };
    let values = [
        ("unchanged_closes", unchanged as f64),
        ("price", price.unwrap_or(f64::NAN)),
        ("usual_share", usual),
    ];
    let sentence = format!(
        "{ticker} stood at {} from {from} to {to}, {} in a row; around it {} of its closes are \
         unchanged.",
        format::decimal(price, 2),
        format::counted(unchanged, "unchanged close", "unchanged closes"),
        share(usual),
    );
    finding(FindingKind::StalePrice, severity, Some(ticker), (from, to), &values, sentence)
}
