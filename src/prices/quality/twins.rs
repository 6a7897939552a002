//! Two tickers with the same returns: one series under two names.

use super::words::finding;
use crate::base::units::format;
use crate::prices::data::PriceTable;
use crate::results::{Finding, FindingKind, Severity};

/// Returns are the same within this: adjusted prices of six decimals agree to better.
const SAME: f64 = 1e-6;
/// Same returns in a row from which two series are one. Two true series agree to a ten-thousandth
/// of a percent on about one day in ten thousand.
const ROWS: usize = 10;
/// Other returns within a run that do not end it, one in so many: a correction in one copy.
const FORGIVEN: usize = 20;

pub(super) const RULE: &str = "Two tickers whose returns are the same, to a ten-thousandth of a \
     percent, on at least 10 days on end that are not still; their prices may differ by a factor.";

/// Two tickers with the same returns over some rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Twins {
    /// Position of the first ticker.
    original: usize,
    /// Position of the second, which comes later in the file.
    pub(super) copy: usize,
    run: Run,
}

/// Rows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Run {
    first: usize,
    last: usize,
    same: usize,
    other: usize,
}

/// The pairs among series of returns, each with its longest run.
pub(super) fn pairs(returns: &[Vec<f64>]) -> Vec<Twins> {
    let pairs = (1..returns.len()).flat_map(|copy| (0..copy).map(move |original| (original, copy)));
    pairs
        .filter_map(|(original, copy)| {
            let run = longest_run(&returns[original], &returns[copy])?;
            Some(Twins { original, copy, run })
        })
        .collect()
}

fn longest_run(a: &[f64], b: &[f64]) -> Option<Run> {
    let (mut best, mut run) = (Run::default(), Run::default());
    for (row, (x, y)) in a.iter().zip(b).enumerate() {
        // Still days say nothing, and a day that one of them lacks neither.
        if !(x.is_finite() && y.is_finite()) || *x == 0.0 && *y == 0.0 {
            continue;
        }
        if (x - y).abs() <= SAME {
            if run.same == 0 {
                run.first = row;
            }
            run = Run { last: row, same: run.same + 1, ..run };
        } else {
            run.other += 1;
            if run.other * FORGIVEN > run.same {
                run = Run::default();
            }
        }
        if run.same > best.same {
            best = run;
        }
    }
    (best.same >= ROWS).then_some(best)
}

/// A pair as a finding.
pub(super) fn told(table: &PriceTable, twins: &Twins) -> Finding {
    let Twins { original, copy, run } = *twins;
    let (a, b) = (&table.tickers[original], &table.tickers[copy]);
    let factor = table.prices[copy][run.last] / table.prices[original][run.last];
    let (from, to) = (table.days[run.first], table.days[run.last]);
    let prices = if (factor - 1.0).abs() < SAME {
        "the same prices".to_owned()
    } else {
        format!("prices in the proportion 1 to {}", format::significant(Some(factor)))
    };
    let sentence = format!(
        "{a} and {b} have the same returns from {from} to {to}, on {} rows, and {prices}: one \
         series under two names.",
        format::count(run.same),
    );
    let values = [("rows", run.same as f64), ("factor", factor)];
    finding(FindingKind::Twin, Severity::Problem, Some(b), (from, to), &values, sentence)
}
