//! Can these prices be trusted? Every check of a price source, with what it found: day, ticker,
//! figures, and how much it matters.
//!
//! Three severities, by what a reader should do. A *problem* is nearly certainly an error that
//! moves results; a *caution* may be an error or the market, and is worth a look; a *note* is
//! unusual and explained. Thresholds are set so that decades of true daily prices of a dozen
//! funds give no problem and a handful of cautions; each stands with its reason beside its check.
//!
//! Everything is retrospective: scales look both ways in time, and nothing here feeds a model.

mod cross_section;
mod gaps;
mod jumps;
#[cfg(test)]
mod laws;
mod nyse;
mod slip;
mod slipped_weeks;
mod sources;
mod stale;
mod trading_days;
mod twins;
mod words;

use self::cross_section::{CrossSection, FEWEST_OTHERS};
use self::trading_days::TradingDays;
use crate::base::units::Day;
use crate::prices::data::{Acknowledgement, PriceTable};
use crate::results::{CalendarKind, CheckSummary, Finding, FindingKind, QualityReport, Severity};

pub use sources::Other;

/// Findings of one kind that a report holds; the rest are counted.
const MOST_OF_A_KIND: usize = 100;

/// Checks a source's prices, by themselves and against those of other sources.
///
/// `table` has at least one day. `others` should hold no simulated source: it has the tickers of
/// a market and none of its prices.
pub fn assess(table: &PriceTable, others: &[Other<'_>]) -> QualityReport {
    judge(table, others, &[]).0
}

/// As [`assess`], with what the source's description acknowledges; and the positions of those that
/// no finding answers to.
pub(crate) fn judge(
    table: &PriceTable,
    others: &[Other<'_>],
    acknowledged: &[Acknowledgement],
) -> (QualityReport, Vec<usize>) {
    let section = CrossSection::of(table);
    let repeated = stale::repeated_rows(&section);
    let repeated_days: Vec<Day> = repeated.iter().map(|row| table.days[*row]).collect();
    // A week has one date, and a month the first or the last day of it, whatever its weekday.
    let (right_days, slips) = if trading_days::is_sparse(&table.days) {
        (table.days.clone(), Vec::new())
    } else {
        slipped_weeks::put_right(&table.days)
    };
    let days = TradingDays::of(&right_days, &repeated_days);
    let (months, coverage) = gaps::coverage(table, &days);
    let closed = |day: Day| days.extra.binary_search(&day).is_ok();
    let mut findings = stale::repeated(&section, &repeated, closed);
    findings.extend(slips);
    findings.extend(gaps::missing_days(&days));
    findings.extend(gaps::extra_days(&days, table, &repeated_days));
    findings.extend(gaps::missing_prices(table));
    findings.extend(stale::stale(&section, &repeated));
    findings.extend(jumps::find(&section));
    findings.extend(section.twins.iter().map(|pair| twins::told(table, pair)));
    findings.extend(slip::find(&section));
    let has_ticker =
        |other: &&Other<'_>| table.tickers.iter().any(|t| other.table.column(t).is_some());
    let comparable: Vec<&Other<'_>> = others.iter().filter(has_ticker).collect();
    for other in &comparable {
        findings.extend(sources::compare(table, other));
    }
    let unanswered = acknowledge(&mut findings, acknowledged);
    let check = |kind: FindingKind| {
        let of_kind = || findings.iter().filter(|finding| finding.kind == kind);
        let count = |severity: Severity| {
            of_kind().filter(|f| f.severity == severity && f.acknowledged.is_none()).count()
        };
        let rule = match kind {
            FindingKind::MissingDay => gaps::MISSING_DAY_RULE,
            FindingKind::ExtraDay => gaps::EXTRA_DAY_RULE,
            FindingKind::MissingPrice => gaps::MISSING_PRICE_RULE,
            FindingKind::RepeatedRow => stale::REPEATED_RULE,
            FindingKind::StalePrice => stale::STALE_RULE,
            FindingKind::BadTick => jumps::BAD_TICK_RULE,
            FindingKind::Split => jumps::SPLIT_RULE,
            FindingKind::Outlier => jumps::OUTLIER_RULE,
            FindingKind::Twin => twins::RULE,
            FindingKind::Slip => slip::RULE,
            FindingKind::Disagreement => sources::RULE,
        };
        CheckSummary {
            kind,
            rule: rule.to_owned(),
            made: match kind {
                FindingKind::MissingDay | FindingKind::ExtraDay => {
                    days.summary.kind != CalendarKind::None
                }
                FindingKind::Slip => table.tickers.len() > FEWEST_OTHERS,
                FindingKind::Twin => table.tickers.len() > 1,
                FindingKind::Disagreement => !comparable.is_empty(),
                _ => true,
            },
            problems: count(Severity::Problem),
            cautions: count(Severity::Caution),
            notes: count(Severity::Note),
            acknowledged: of_kind().filter(|finding| finding.acknowledged.is_some()).count(),
        }
    };
    let checks = FindingKind::ALL.into_iter().map(check).collect();
    let findings = sorted_and_capped(findings);
    (QualityReport { calendar: days.summary, checks, findings, months, coverage }, unanswered)
}

/// Marks the findings that are acknowledged: those of the ticker that begin on the day. Returns the
/// positions of the acknowledgements that mark none.
fn acknowledge(findings: &mut [Finding], acknowledged: &[Acknowledgement]) -> Vec<usize> {
    let mut mark = |Acknowledgement { ticker, day, reason }: &Acknowledgement| {
        let mut is_stale = true;
        for finding in findings.iter_mut().filter(|f| f.ticker == *ticker && f.from == *day) {
            finding.acknowledged = Some(reason.trim().to_owned());
            is_stale = false;
        }
        is_stale
    };
    acknowledged.iter().enumerate().filter_map(|(at, entry)| mark(entry).then_some(at)).collect()
}

/// The gravest first, then by kind, day and ticker, and last what is acknowledged; each kind up to
/// its cap.
fn sorted_and_capped(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.acknowledged.is_some(), f.severity, f.kind, f.from, f.to);
        key(a).cmp(&key(b)).then_with(|| a.ticker.cmp(&b.ticker))
    });
    let mut of_kind = [0; FindingKind::ALL.len()];
    findings.retain(|finding| {
        let count = &mut of_kind[finding.kind as usize];
        *count += 1;
        // Of what is acknowledged there is no more than somebody wrote.
        *count <= MOST_OF_A_KIND || finding.acknowledged.is_some()
    });
    findings
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    /// Prices of `tickers` on days that are each some days apart.
    fn table(steps: &[i64], tickers: usize, price: impl Fn(usize, usize) -> f64) -> PriceTable {
        let mut day = date(2015, 1, 1);
        let mut next = |step: &i64| {
            day += step.days();
            day
        };
        let column = |ticker| (0..steps.len()).map(|row| price(ticker, row)).collect();
        PriceTable {
            file: "made up".to_owned(),
            days: steps.iter().map(&mut next).collect(),
            tickers: (0..tickers).map(|ticker| format!("T{ticker}")).collect(),
            prices: (0..tickers).map(column).collect(),
        }
    }

    #[test]
    fn a_table_of_one_row_or_no_prices_is_judged_too() {
        let one = assess(&table(&[1], 3, |_, _| 10.0), &[]);
        assert_eq!((one.total(), one.months.len()), (0, 1));
        let none = assess(&table(&[1; 30], 2, |_, _| f64::NAN), &[]);
        let found: Vec<FindingKind> = none.findings.iter().map(|finding| finding.kind).collect();
        assert!(found.starts_with(&[FindingKind::MissingPrice; 2]), "{:#?}", none.findings);
    }

    #[test]
    fn growth_is_the_last_price_of_a_month_over_the_first_of_all() {
        // 2015-01-02 and every tenth day from there: 3 rows in January, 3 in February, 1 in March.
        let steps = [&[1][..], &[10; 6]].concat();
        let prices = [
            [f64::NAN, 8.0, 9.0, 12.0, 10.0, 7.0, f64::NAN],
            [3.0, 1.0, 2.0, f64::NAN, f64::NAN, f64::NAN, 1.0],
        ];
        let report = assess(&table(&steps, 2, |ticker, row| prices[ticker][row]), &[]);
        let growth: Vec<_> = report.coverage.into_iter().map(|ticker| ticker.growth).collect();
        assert_eq!(growth[0], [Some(1.125), Some(0.875), None]);
        assert_eq!(growth[1], [Some(0.6667), None, Some(0.3333)]);
    }

    #[test]
    fn days_at_the_ends_of_the_calendar_are_judged_too() {
        for (first, step, rows) in [
            (date(9999, 1, 1), 1, 365),
            (date(9999, 11, 20), 6, 7),
            (Day::MIN, 1, 400),
            (Day::MIN, 7, 60),
            (date(1600, 1, 1), 1_000_000, 3),
        ] {
            let mut table =
                table(&vec![1; rows], 4, |ticker, row| 50.0 + (ticker * 7 + row * row % 11) as f64);
            table.days = first.series(step.days()).take(rows).collect();
            let report = assess(&table, &[]);
            assert!(!report.months.is_empty(), "{first} by {step}");
        }
    }

    #[test]
    fn a_kind_that_floods_is_counted_and_cut() {
        let noisy = table(&[1; 600], 3, |ticker, row| {
            if row % 3 == 1 && ticker == 0 { f64::NAN } else { 10.0 + (row * 7 % 5) as f64 }
        });
        let report = assess(&noisy, &[]);
        let kind = FindingKind::MissingPrice;
        let listed = report.findings.iter().filter(|finding| finding.kind == kind).count();
        let check = report.checks.iter().find(|check| check.kind == kind).unwrap();
        assert_eq!((listed, check.total()), (MOST_OF_A_KIND, 200));
    }

    proptest::proptest! {
        #[test]
        fn any_table_gives_a_report_whose_parts_agree(
            steps in proptest::collection::vec(1_i64..6, 1..120),
            tickers in 1_usize..5,
            prices in proptest::collection::vec((0_u8..12, 1_u32..40), 600),
        ) {
            let table = table(&steps, tickers, |ticker, row| {
                match prices[(ticker * 131 + row) % prices.len()] {
                    (0, _) => f64::NAN,
                    (1, price) => 1e6 * f64::from(price),
                    (_, price) => 100.0 + f64::from(price / 8),
                }
            });
            let report = assess(&table, &[Other { name: "other", table: &table }]);
            proptest::prop_assert!(report.findings.len() <= report.total());
            let inside = |finding: &Finding| {
                let days = table.days[0]..=table.days[table.days.len() - 1];
                days.contains(&finding.from) && days.contains(&finding.to)
            };
            proptest::prop_assert!(report.findings.iter().all(inside), "{:#?}", report.findings);
            let agrees = |finding: &Finding| finding.kind != FindingKind::Disagreement;
            proptest::prop_assert!(report.findings.iter().all(agrees), "it disagrees with itself");
            let rows: usize = report.months.iter().map(|month| usize::from(month.rows)).sum();
            proptest::prop_assert_eq!(rows, table.days.len());
            for (coverage, prices) in report.coverage.iter().zip(&table.prices) {
                let counted: usize = coverage.prices.iter().map(|n| usize::from(*n)).sum();
                let there = prices.iter().filter(|price| price.is_finite()).count();
                proptest::prop_assert_eq!(counted, there);
            }
        }
    }
}
