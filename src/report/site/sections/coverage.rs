//! The coverage chart: tickers by months, shaded by how many of the trading days have a price,
//! with a mark at every finding that asks for a look.
//!
//! Each ticker is one stretchable drawing of a unit a month, so that the chart fits any width and
//! its words stay text of the page.

use serde::Serialize;

use crate::base::units::Day;
use crate::report::site::sections::quality::class;
use crate::results::{Finding, MonthSummary, QualityReport, Severity, TickerMonths};

/// Labels of the time axis at most, on a wide page.
const MOST_TICKS: i16 = 10;
/// Share of a month's trading days from which it counts as covered but for a few.
const NEARLY: f64 = 0.8;
/// Smallest width of a mark, as a part of the chart.
const MARK: f64 = 0.004;
/// Width from which a mark is drawn along the foot.
const LONG: f64 = 0.02;

/// The chart as the template sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Coverage {
    /// Width of every row's drawing: the number of months.
    months: usize,
    rows: Vec<Row>,
    ticks: Vec<Tick>,
    /// Whether any month has days without prices.
    has_partial: bool,
    has_problems: bool,
    has_cautions: bool,
}

/// One ticker.
#[derive(Debug, Serialize)]
struct Row {
    label: String,
    /// Months that are covered alike.
    runs: Vec<Rectangle>,
    /// Findings.
    marks: Vec<Rectangle>,
}

/// A rectangle over some months, or at a finding.
#[derive(Debug, Serialize)]
struct Rectangle {
    class: &'static str,
    x: String,
    width: String,
    /// Whether it is a line along the foot, so that a long mark does not hide what is covered.
    is_long: bool,
}

/// A year under the chart.
#[derive(Debug, Serialize)]
struct Tick {
    label: String,
    /// Percent of the width.
    left: String,
    /// Left out on a narrow page.
    is_spare: bool,
}

/// The chart of a report.
pub(crate) fn view(report: &QualityReport) -> Coverage {
    let mut rows: Vec<Row> = Vec::with_capacity(report.coverage.len() + 1);
    let of_all = marks(report, None);
    if !of_all.is_empty() {
        rows.push(Row { label: "All".to_owned(), runs: Vec::new(), marks: of_all });
    }
    rows.extend(report.coverage.iter().map(|ticker| Row {
        label: ticker.ticker.clone(),
        runs: runs(ticker),
        marks: marks(report, Some(&ticker.ticker)),
    }));
    let covered = |class| rows.iter().any(|row| row.runs.iter().any(|run| run.class == class));
    let marked = |class| rows.iter().any(|row| row.marks.iter().any(|mark| mark.class == class));
    Coverage {
        months: report.months.len(),
        ticks: ticks(&report.months),
        has_partial: covered("some") || covered("most"),
        has_problems: marked("problem"),
        has_cautions: marked("caution"),
        rows,
    }
}

/// Runs of months that are covered alike.
fn runs(ticker: &TickerMonths) -> Vec<Rectangle> {
    let months = ticker.prices.iter().zip(&ticker.expected);
    let levels: Vec<Option<&'static str>> =
        months.map(|(prices, expected)| level(*prices, *expected)).collect();
    let mut start = 0;
    let run = |run: &[Option<&'static str>]| {
        let (x, width) = (start.to_string(), run.len().to_string());
        start += run.len();
        Some(Rectangle { class: run[0]?, x, width, is_long: false })
    };
    levels.chunk_by(|a, b| a == b).filter_map(run).collect()
}

/// How a month is covered: `all` of its trading days, `most`, `some`, or none.
fn level(prices: u8, expected: u8) -> Option<&'static str> {
    match f64::from(prices) / f64::from(expected.max(1)) {
        share if share <= 0.0 => None,
        share if share >= 1.0 => Some("all"),
        share if share >= NEARLY => Some("most"),
        _ => Some("some"),
    }
}

/// The findings of a ticker, or of all alike, that ask for a look; the gravest are drawn last.
fn marks(report: &QualityReport, ticker: Option<&str>) -> Vec<Rectangle> {
    let months = report.months.len() as f64;
    let mark = |found: &Finding| {
        let (from, to) = (position(&report.months, found.from), position(&report.months, found.to));
        Rectangle {
            class: class(found.severity),
            x: format!("{from:.2}"),
            width: format!("{:.2}", (to - from).max(MARK * months)),
            is_long: to - from > LONG * months,
        }
    };
    let asks =
        |found: &&Finding| found.ticker.as_deref() == ticker && found.severity != Severity::Note;
    report.findings.iter().rev().filter(asks).map(mark).collect()
}

/// A day in months from the left.
fn position(months: &[MonthSummary], day: Day) -> f64 {
    let Some(first) = months.first() else { return 0.0 };
    let number = |day: Day| f64::from(day.year()) * 12.0 + f64::from(day.month());
    let within = f64::from(day.day() - 1) / f64::from(day.days_in_month());
    (number(day) - number(first.first_day) + within).max(0.0)
}

/// Round years, each at its January.
fn ticks(months: &[MonthSummary]) -> Vec<Tick> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Vec::new() };
    let years = || {
        let begins = i16::from(first.first_day.month() > 1);
        first.first_day.year() + begins..=last.first_day.year()
    };
    let step = [1, 2, 5, 10, 20, 50]
        .into_iter()
        .find(|step| years().filter(|year| year % step == 0).count() <= MOST_TICKS as usize)
        .unwrap_or(100);
    let tick = |(number, year): (usize, i16)| {
        let january = Day::new(year, 1, 1).ok()?;
        let left = 100.0 * position(months, january) / months.len() as f64;
        let (label, is_spare) = (year.to_string(), number % 2 == 1);
        // A label at the right end would hang over it.
        (left < 97.0).then(|| Tick { label, left: format!("{left:.2}"), is_spare })
    };
    years().filter(|year| year % step == 0).enumerate().filter_map(tick).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_alike_are_one_rectangle() {
        let ticker = TickerMonths {
            ticker: "X".to_owned(),
            prices: vec![0, 3, 20, 20, 18, 20],
            expected: vec![0, 9, 20, 20, 20, 20],
            growth: Vec::new(),
        };
        let runs = runs(&ticker);
        let runs: Vec<_> = runs.iter().map(|run| (run.class, &*run.x, &*run.width)).collect();
        assert_eq!(
            runs,
            [("some", "1", "1"), ("all", "2", "2"), ("most", "4", "1"), ("all", "5", "1")]
        );
    }

    #[test]
    fn years_stand_at_their_january() {
        let month = |m: i16| date(2018 + m / 12, (m % 12 + 1) as i8, 1);
        let months: Vec<MonthSummary> =
            (0..36).map(|m| MonthSummary { first_day: month(m), expected: 20, rows: 20 }).collect();
        let ticks = ticks(&months);
        let at: Vec<(&str, &str)> =
            ticks.iter().map(|tick| (tick.label.as_str(), tick.left.as_str())).collect();
        assert_eq!(at, [("2018", "0.00"), ("2019", "33.33"), ("2020", "66.67")]);
    }
}
