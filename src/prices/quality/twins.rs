//! Two tickers with the same returns: one series under two names.

use super::copies::{SAME, Twins};
use super::words::finding;
use crate::base::units::format;
use crate::prices::data::PriceTable;
use crate::results::{Finding, FindingKind, Severity};

pub(super) const RULE: &str = "Two tickers whose returns are the same, to a ten-thousandth of a \
     percent, on at least 10 days on end that are not still; their prices may differ by a factor.";

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
