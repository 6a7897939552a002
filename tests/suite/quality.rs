//! The data quality report: every defect put into the sample is found, with its day and its
//! ticker, and nothing else is; true prices of funds are not accused of anything.

use std::fs;

use dfa_report::base::units::Day;
use dfa_report::prices::data::{PriceTable, read_csv};
use dfa_report::prices::quality::{Other, assess};
use dfa_report::results::{CalendarKind, Finding, FindingKind, QualityReport, Severity};
use jiff::ToSpan;
use jiff::civil::date;

use super::support::{real_data, run, sample_prices, write};

fn sample() -> PriceTable {
    read_csv("sample", &sample_prices()).unwrap()
}

/// Real prices, where there are any.
fn real(file: &str) -> Option<String> {
    Some(fs::read_to_string(real_data(&format!("data/spdr/{file}"))?).unwrap())
}

fn row(table: &PriceTable, day: Day) -> usize {
    table.days.binary_search(&day).unwrap()
}

fn column<'a>(table: &'a mut PriceTable, ticker: &str) -> &'a mut Vec<f64> {
    let position = table.tickers.iter().position(|known| known == ticker).unwrap();
    &mut table.prices[position]
}

/// What a report has that the untouched sample's has not.
fn new(report: QualityReport) -> Vec<Finding> {
    let place = |finding: &Finding| (finding.kind, finding.ticker.clone(), finding.from);
    let known: Vec<_> = assess(&sample(), &[]).findings.iter().map(place).collect();
    report.findings.into_iter().filter(|finding| !known.contains(&place(finding))).collect()
}

/// Kind, ticker, first and last day of findings.
fn found(findings: &[Finding]) -> Vec<(FindingKind, Option<&str>, Day, Day)> {
    findings
        .iter()
        .map(|finding| (finding.kind, finding.ticker.as_deref(), finding.from, finding.to))
        .collect()
}

/// The one finding that was put into the sample.
fn only(table: &PriceTable) -> Finding {
    let findings = new(assess(table, &[]));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.into_iter().next().unwrap()
}

/// A weekday in the middle of the sample, with prices.
const DAY: Day = date(2013, 3, 6);

#[test]
fn the_sample_is_clean() {
    let report = assess(&sample(), &[]);
    let unexplained = report.count(Severity::Problem) + report.count(Severity::Caution);
    assert_eq!(unexplained, 0, "{:#?}", report.findings);
    assert!(report.count(Severity::Note) <= 3, "{:#?}", report.findings);
    assert_eq!(report.calendar.kind, CalendarKind::Recurring, "{}", report.calendar.reason);
    assert_eq!((report.calendar.missing, report.calendar.extra), (0, 0));
}

#[test]
fn a_lost_day_is_missing_from_the_sample_s_own_calendar() {
    let mut table = sample();
    let row = row(&table, DAY);
    table.days.remove(row);
    for prices in &mut table.prices {
        prices.remove(row);
    }
    let finding = only(&table);
    assert_eq!((finding.kind, finding.from, finding.to), (FindingKind::MissingDay, DAY, DAY));
    assert_eq!((finding.severity, finding.ticker), (Severity::Caution, None));
}

#[test]
fn prices_that_one_ticker_lacks_are_a_gap_of_that_ticker() {
    let mut table = sample();
    let row = row(&table, DAY);
    let last = table.days[row + 3];
    column(&mut table, "XLE")[row..row + 4].fill(f64::NAN);
    let findings = new(assess(&table, &[]));
    assert_eq!(found(&findings), [(FindingKind::MissingPrice, Some("XLE"), DAY, last)]);
}

#[test]
fn a_price_that_stands_still_is_stale_from_its_first_day_to_its_last() {
    let mut table = sample();
    let row = row(&table, DAY);
    let price = column(&mut table, "XLU")[row];
    column(&mut table, "XLU")[row..row + 6].fill(price);
    let finding = only(&table);
    assert_eq!((finding.kind, finding.ticker.as_deref()), (FindingKind::StalePrice, Some("XLU")));
    assert_eq!((finding.from, finding.to), (DAY, table.days[row + 5]));
    assert_eq!(finding.values["unchanged_closes"], 5.0);
}

#[test]
fn a_spike_that_comes_back_is_a_bad_tick() {
    let mut table = sample();
    let row = row(&table, DAY);
    column(&mut table, "XLV")[row] *= 1.3;
    let finding = only(&table);
    assert_eq!((finding.kind, finding.severity), (FindingKind::BadTick, Severity::Problem));
    assert_eq!((finding.ticker.as_deref(), finding.from, finding.to), (Some("XLV"), DAY, DAY));
}

/// How many closes moved by 5 % on one day are told, of how many: of each ticker one in so many
/// rows, up and down in turn, on days on which the other tickers move by less than 1 %. Whatever is
/// told beyond what is told of the untouched table is of these days.
fn moved_closes(table: &PriceTable) -> (usize, usize) {
    let calm = assess(table, &[]).findings;
    let mut moved = table.clone();
    let mut planted = Vec::new();
    let quiet = |row: usize| {
        let returns = table.prices.iter().map(|p| (p[row] / p[row - 1] - 1.0).abs());
        returns.filter(|r| r.is_finite()).fold(0.0, f64::max) < 0.01
    };
    for (ticker, prices) in moved.prices.iter_mut().enumerate() {
        let rows = (200 + 61 * ticker..prices.len() - 1).step_by(677);
        for (turn, row) in rows.enumerate() {
            let row = (row..prices.len() - 1).find(|row| quiet(*row) && quiet(row + 1));
            let Some(row) = row else { continue };
            if prices[row - 1].is_finite() {
                prices[row] *= if turn % 2 == 0 { 1.05 } else { 0.95 };
                planted.push((Some(table.tickers[ticker].as_str()), table.days[row]));
            }
        }
    }
    let place = |finding: &Finding| (finding.kind, finding.ticker.clone(), finding.from);
    let known: Vec<_> = calm.iter().map(place).collect();
    let found = assess(&moved, &[]).findings;
    let new: Vec<&Finding> = found.iter().filter(|found| !known.contains(&place(found))).collect();
    let is_planted = |found: &&Finding| {
        found.kind == FindingKind::BadTick
            && planted.contains(&(found.ticker.as_deref(), found.from))
    };
    let others: Vec<_> = new.iter().filter(|found| !is_planted(found)).collect();
    assert!(others.is_empty(), "{others:#?}");
    (new.len(), planted.len())
}

#[test]
fn a_close_moved_by_five_percent_for_a_day_is_found_while_the_others_are_quiet() {
    let (found, of) = moved_closes(&sample());
    assert!(of >= 80 && found * 100 >= 80 * of, "{found} of {of}");
    let mut table = sample();
    let row = row(&table, DAY);
    column(&mut table, "XLP")[row] *= 0.95;
    let finding = only(&table);
    assert_eq!((finding.kind, finding.severity), (FindingKind::BadTick, Severity::Caution));
    assert_eq!((finding.ticker.as_deref(), finding.from, finding.to), (Some("XLP"), DAY, DAY));
    let Some(text) = real("prices.csv") else { return };
    let (found, of) = moved_closes(&read_csv("prices.csv", &text).unwrap());
    assert!(of >= 80 && found * 100 >= 70 * of, "{found} of {of} on real prices");
}

#[test]
fn a_crash_that_all_share_is_a_note_at_most() {
    let mut table = sample();
    let row = row(&table, DAY);
    for prices in &mut table.prices {
        prices[row..].iter_mut().for_each(|price| *price *= 0.8);
    }
    let report = assess(&table, &[]);
    assert_eq!(report.count(Severity::Problem) + report.count(Severity::Caution), 0);
    let findings = new(report);
    assert!(!findings.is_empty(), "a fall of a fifth is unusual");
    assert!(findings.iter().all(|finding| finding.from == DAY), "{findings:#?}");
}

#[test]
fn unadjusted_splits_are_told_with_their_ratio() {
    for (new, old) in [(2.0, 1.0), (3.0, 1.0), (3.0, 2.0), (1.0, 2.0), (1.0, 10.0), (20.0, 1.0)] {
        let mut table = sample();
        let row = row(&table, DAY);
        column(&mut table, "XLK")[row..].iter_mut().for_each(|price| *price *= old / new);
        let finding = only(&table);
        assert_eq!((finding.kind, finding.severity), (FindingKind::Split, Severity::Problem));
        assert_eq!((finding.ticker.as_deref(), finding.from), (Some("XLK"), DAY));
        assert_eq!((finding.values["new_shares"], finding.values["old_shares"]), (new, old));
    }
}

#[test]
fn a_row_that_repeats_the_day_before_is_told_once_and_for_all_tickers() {
    let mut table = sample();
    let row = row(&table, DAY);
    for prices in &mut table.prices {
        prices[row] = prices[row - 1];
    }
    let finding = only(&table);
    assert_eq!((finding.kind, finding.severity), (FindingKind::RepeatedRow, Severity::Problem));
    assert_eq!((finding.ticker, finding.from, finding.to), (None, DAY, DAY));
}

#[test]
fn a_copied_column_is_a_twin_of_its_original() {
    let mut table = sample();
    let copy = column(&mut table, "XLI").iter().map(|price| 2.5 * price).collect();
    *column(&mut table, "XLP") = copy;
    let report = assess(&table, &[]);
    let of_copy: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.ticker.as_deref() == Some("XLP")).collect();
    // A ticker less makes another market, beside which a true day may look unusual.
    assert_eq!((report.count(Severity::Problem), of_copy.len()), (1, 1), "{:#?}", report.findings);
    assert_eq!(of_copy[0].kind, FindingKind::Twin);
    assert!((of_copy[0].values["factor"] - 2.5).abs() < 1e-9);
}

#[test]
fn dates_that_slip_are_found_with_the_start_of_the_slip() {
    // The start is as sharp as the ticker is close to the others: days, or a quarter for XLU.
    for (ticker, late, sharpness) in [("XLF", true, 3), ("XLB", false, 3), ("XLU", true, 63)] {
        let mut table = sample();
        let start = row(&table, DAY);
        let prices = column(&mut table, ticker);
        if late {
            let from = prices[start - 1..prices.len() - 1].to_vec();
            prices[start..].copy_from_slice(&from);
        } else {
            let from = prices[start + 1..].to_vec();
            let end = prices.len() - 1;
            prices[start..end].copy_from_slice(&from);
        }
        let mut findings = new(assess(&table, &[]));
        // Beside others of another day a true move of a day may look like a wrong price.
        findings.retain(|finding| finding.kind != FindingKind::BadTick);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let finding = &findings[0];
        assert_eq!((finding.kind, finding.severity), (FindingKind::Slip, Severity::Problem));
        assert_eq!(finding.ticker.as_deref(), Some(ticker));
        let off = table.days.binary_search(&finding.from).unwrap().abs_diff(start);
        assert!(off <= sharpness, "{ticker}: {} for {DAY}", finding.from);
        assert!(finding.to >= date(2025, 9, 1), "{}", finding.sentence);
    }
}

#[test]
fn days_on_sundays_are_one_slip_of_all_tickers() {
    let mut table = sample();
    let start = row(&table, date(2024, 6, 3));
    for day in &mut table.days[start..] {
        *day -= 1.day();
    }
    let report = assess(&table, &[]);
    let slips: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.kind == FindingKind::Slip).collect();
    assert_eq!(slips.len(), 1, "{:#?}", report.findings);
    assert_eq!((slips[0].ticker.as_deref(), slips[0].from), (None, date(2024, 6, 2)));
}

#[test]
fn another_source_with_other_prices_is_told_and_one_rescaled_is_not() {
    let table = sample();
    let mut other = sample();
    for prices in &mut other.prices {
        prices.iter_mut().for_each(|price| *price *= 0.731);
    }
    let compare =
        |other: &PriceTable| new(assess(&table, &[Other { name: "vendor", table: other }]));
    assert_eq!(compare(&other), []);
    let row = row(&other, DAY);
    column(&mut other, "XLI")[row] *= 1.01;
    let findings = compare(&other);
    assert_eq!(found(&findings), [(FindingKind::Disagreement, Some("XLI"), DAY, DAY)]);
    assert!(findings[0].sentence.contains("vendor"), "{}", findings[0].sentence);
    for ticker in ["SPY", "XLB", "XLE", "XLF", "XLK", "XLP"] {
        column(&mut other, ticker)[row] *= 1.02;
    }
    let findings = compare(&other);
    assert_eq!(
        found(&findings),
        [(FindingKind::Disagreement, None, DAY, DAY)],
        "told once for all"
    );
}

#[test]
fn true_prices_of_sector_funds_are_not_accused() {
    let Some(text) = real("prices.csv") else { return };
    let report = assess(&read_csv("prices.csv", &text).unwrap(), &[]);
    assert_eq!(report.calendar.kind, CalendarKind::Nyse);
    assert_eq!((report.calendar.missing, report.calendar.extra), (0, 0));
    assert_eq!(report.count(Severity::Problem), 0, "{:#?}", report.findings);
    assert!(report.total() <= 5, "{:#?}", report.findings);
    let crash = |finding: &Finding| {
        let year = finding.from.year();
        finding.severity < Severity::Note && (year == 2008 || finding.from == date(2020, 3, 9))
    };
    assert!(!report.findings.iter().any(crash), "{:#?}", report.findings);
}

#[test]
fn closes_without_distributions_are_told_from_adjusted_ones() {
    let Some(text) = real("raw/XLU.csv") else { return };
    // Date,Open,High,Low,Close,Adj Close,Volume
    let wide = |field: usize| {
        let rows = text.lines().skip(1).map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            format!("{},{}\n", fields[0], fields[field])
        });
        read_csv("wide", &format!("date,XLU\n{}", rows.collect::<String>())).unwrap()
    };
    let (close, adjusted) = (wide(4), wide(5));
    let report = assess(&close, &[Other { name: "adjusted", table: &adjusted }]);
    let told = &report.findings[0].sentence;
    assert!(told.contains("this source looks not adjusted"), "{told}");
    let report = assess(&adjusted, &[Other { name: "closes", table: &close }]);
    let told = &report.findings[0].sentence;
    assert!(told.contains("closes looks not adjusted"), "{told}");
}

const SPEC: &str = "title: Small\ndata: {source: SOURCE, target: SPY, features: [XLE, XLU]}
models: [{kind: ridge, alphas: {count: 5}}]\n";

#[test]
fn check_reports_on_every_source_and_fails_on_problems_alone() {
    let folder = tempfile::tempdir().unwrap();
    let prices = sample_prices();
    write(folder.path(), "data/used/prices.csv", &prices);
    write(folder.path(), "experiments/small.yaml", SPEC.replace("SOURCE", "used"));
    let (status, out, err) = run(folder.path(), &["check"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("small: "), "{out}");
    assert!(out.contains("data/used: 10 tickers, 6791 days"), "{out}");
    assert!(out.contains("  no problems, no cautions, "), "{out}");

    // A caution in a source that no experiment uses.
    let without: String =
        prices.split_inclusive('\n').filter(|line| !line.starts_with("2013-03-06")).collect();
    write(folder.path(), "data/unused/prices.csv", &without);
    let (status, out, _) = run(folder.path(), &["check"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("data/unused") && out.contains("missing days 1"), "{out}");
    assert!(!out.contains("2013-03-06"), "{out}");
    let (status, out, _) = run(folder.path(), &["check", "--all"]);
    assert!(status == 0 && out.contains("caution: 2013-03-06 has no row"), "{out}");

    // A problem, told in full without being asked for.
    let line = prices.lines().find(|line| line.starts_with("2013-03-06")).unwrap();
    let fields: Vec<&str> = line.split(',').collect();
    let wrong: f64 = 1.5 * fields[1].parse::<f64>().unwrap();
    let broken = prices.replace(line, &line.replacen(fields[1], &wrong.to_string(), 1));
    write(folder.path(), "data/unused/prices.csv", &broken);
    let (status, out, err) = run(folder.path(), &["check"]);
    assert_eq!((status, err.as_str()), (1, ""), "{out}");
    assert!(out.contains("problem: SPY rose") && out.contains("2013-03-06"), "{out}");
    assert_eq!(run(folder.path(), &["build"]).0, 0, "findings do not stop a build");
    let page = fs::read_to_string(folder.path().join("site/data/used/index.html")).unwrap();
    assert!(page.contains("These prices look sound"), "the verdict is missing");
    assert!(!folder.path().join("site/data/unused").exists(), "a page nobody asked for");
}

#[test]
fn a_finding_that_is_acknowledged_is_shown_and_fails_no_check() {
    let folder = tempfile::tempdir().unwrap();
    let prices = sample_prices();
    let line = prices.lines().find(|line| line.starts_with("2013-03-06")).unwrap();
    let fields: Vec<&str> = line.split(',').collect();
    let wrong: f64 = 1.5 * fields[1].parse::<f64>().unwrap();
    let broken = prices.replace(line, &line.replacen(fields[1], &wrong.to_string(), 1));
    write(folder.path(), "data/used/prices.csv", &broken);
    write(folder.path(), "experiments/small.yaml", SPEC.replace("SOURCE", "used"));
    assert_eq!(run(folder.path(), &["check"]).0, 1);
    let entry = "- {ticker: SPY, day: 2013-03-06, reason: as traded <b>there</b>}\n";
    let acknowledge = |entries: &str| {
        let text = format!("title: Used\nacknowledged:\n{entries}");
        write(folder.path(), "data/used/source.yaml", &text);
        run(folder.path(), &["check"])
    };
    let (status, out, err) = acknowledge(entry);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(
        out.contains("no problems, no cautions,") && out.contains(", 1 acknowledged\n"),
        "{out}"
    );
    assert!(out.contains("acknowledged: SPY rose") && out.contains("(as traded <b>"), "{out}");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let page = fs::read_to_string(folder.path().join("site/data/used/index.html")).unwrap();
    assert!(page.contains("These prices look sound"), "{page}");
    assert!(page.contains("1 finding is acknowledged"), "{page}");
    assert!(page.contains("Acknowledged: as traded &lt;b&gt;there"), "{page}");

    // What answers to no finding is told with its place.
    for wrong in ["ticker: XLE, day: 2013-03-06", "day: 2013-03-06", "ticker: SPY, day: 2013-03-07"]
    {
        let (status, _, err) = acknowledge(&format!("{entry}- {{{wrong}, reason: x}}\n"));
        assert_eq!(status, 1);
        assert!(err.contains("nothing was found in") && err.contains("source.yaml:4:"), "{err}");
    }
    let (status, _, err) = acknowledge("- {ticker: SPY, day: 2013-03-06, reason: \"\"}\n");
    assert_eq!(status, 1);
    assert!(err.contains("expected why it is no error"), "{err}");
}

#[test]
fn a_declared_source_without_prices_is_listed_and_hinted_at() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "data/funds/source.yaml",
        "title: Funds\nprovider: yahoo\ntickers: [SPY, XLE, XLU]\nfield: adjusted_close\n\
         adjustment: total_return\nstart: 1998-12-22\n",
    );
    write(folder.path(), "experiments/small.yaml", SPEC.replace("SOURCE", "sample"));
    let (status, out, err) = run(folder.path(), &["check"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("data/funds: declared, not fetched: `dfa-report fetch funds`"), "{out}");
    write(folder.path(), "experiments/other.yaml", SPEC.replace("SOURCE", "funds"));
    let (status, _, err) = run(folder.path(), &["check"]);
    assert_eq!(status, 1);
    assert!(err.contains("other.yaml:2:") && err.contains("dfa-report fetch funds"), "{err}");
    assert_eq!(run(folder.path(), &["build"]).0, 2);
    write(folder.path(), "data/funds/source.yaml", "title: Funds\nprovider: yahuu\n");
    let (status, _, err) = run(folder.path(), &["check"]);
    assert_eq!(status, 1);
    assert_eq!(err.matches("`provider` is the text `yahuu`").count(), 1, "{err}");
}
