//! A finding put together, and how figures read within its sentence.

use crate::base::units::{Day, format};
use crate::results::{Finding, FindingKind, Severity};

/// A finding on a span of days, first and last; `ticker` is `None` if it is of all.
pub(super) fn finding(
    kind: FindingKind,
    severity: Severity,
    ticker: Option<&str>,
    (from, to): (Day, Day),
    values: &[(&str, f64)],
    sentence: String,
) -> Finding {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let ticker = ticker.map(str::to_owned);
    Finding { severity, kind, ticker, from, to, values, sentence, acknowledged: None }
}

/// "rose 1.2 %", "fell 48.9 %", "stood still": a simple return from a log return.
pub(super) fn returns(log_return: f64) -> String {
    let simple = libm::expm1(log_return);
    match share(simple.abs()) {
        _ if simple.abs() < 5e-5 => "stood still".to_owned(),
        size if simple > 0.0 => format!("rose {size}"),
        size => format!("fell {size}"),
    }
}

/// The size of a simple return: one decimal, two below a percent.
pub(super) fn share(value: f64) -> String {
    format::percent(Some(value), if value.abs() < 0.01 { 2 } else { 1 })
}

/// "12": how many times the usual, without a precision it does not have.
pub(super) fn multiple(times: f64) -> String {
    format::decimal(Some(times), if times < 10.0 { 1 } else { 0 })
}

/// "2020-01-02", or "2020-01-02 to 2020-01-06".
pub(super) fn span(from: Day, to: Day) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to}") }
}
