//! A made-up quality report: a finding of every kind, or none at all.

use indexmap::IndexMap;

use crate::base::units::Day;
use crate::results::*;

const TICKERS: [&str; 10] = ["SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"];

/// A report of every kind of thing: findings on real prices, none on simulated ones.
pub(crate) fn report(days: &[Day], clean: bool) -> QualityReport {
    let finding = |(number, kind): (usize, FindingKind)| Finding {
        severity: Severity::ALL[number % 3],
        kind,
        ticker: (number > 1).then(|| TICKERS[number % 10].to_owned()),
        from: days[500 * number],
        to: days[500 * number + number % 4],
        values: IndexMap::from([("return".to_owned(), -0.49)]),
        sentence: format!("XLE fell 49 % on {} & nobody else did.", days[500 * number]),
    };
    let mut findings: Vec<Finding> = match clean {
        true => Vec::new(),
        false => FindingKind::ALL.into_iter().enumerate().map(finding).collect(),
    };
    findings.sort_by_key(|found| found.severity);
    let months: Vec<MonthSummary> = days
        .chunk_by(|a, b| a.first_of_month() == b.first_of_month())
        .map(|month| MonthSummary { first_day: month[0], expected: 21, rows: 21 })
        .collect();
    let coverage = |(number, ticker): (usize, &str)| {
        let prices: Vec<u8> =
            (0..months.len()).map(|m| if m < 14 * number { 0 } else { 21 }).collect();
        TickerMonths { ticker: ticker.to_owned(), expected: prices.clone(), prices }
    };
    QualityReport {
        calendar: CalendarSummary {
            kind: CalendarKind::Nyse,
            reason: "None of the exchange’s holidays has prices.".to_owned(),
            expected: days.len(),
            missing: 0,
            extra: 0,
        },
        checks: FindingKind::ALL
            .into_iter()
            .map(|kind| {
                let count = |severity: Severity| {
                    let of = |found: &&Finding| found.kind == kind && found.severity == severity;
                    findings.iter().filter(of).count()
                };
                CheckSummary {
                    kind,
                    rule: "When it does.".to_owned(),
                    made: kind != FindingKind::Disagreement,
                    problems: count(Severity::Problem),
                    cautions: count(Severity::Caution),
                    notes: count(Severity::Note),
                }
            })
            .collect(),
        coverage: TICKERS.into_iter().enumerate().map(coverage).collect(),
        findings,
        months,
    }
}
