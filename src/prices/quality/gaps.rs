//! Days and prices that are not there, days that should not be, and coverage by month.

use jiff::ToSpan;

use super::trading_days::TradingDays;
use super::words::{finding, span};
use crate::base::units::{Day, format, is_weekday, round_significant};
use crate::prices::data::PriceTable;
use crate::results::{CalendarKind, Finding, FindingKind, MonthSummary, Severity, TickerMonths};

/// Missing trading days in a row from which they are a problem: a week.
const PROBLEM_DAYS: usize = 5;
/// Missing prices of one ticker in a row from which they are a problem: a month.
const PROBLEM_PRICES: usize = 21;
/// Digits of growth since the first price: a line of a chart shows no more, and fewer than a price has.
const GROWTH_DIGITS: usize = 4;
/// Rows after a ticker's last price from which it has ended, and is not merely late.
const ENDED: usize = 5;

pub(super) const MISSING_DAY_RULE: &str = "A day of the calendar without a row, between the \
     first and the last: the return over it is of two days. A problem from 5 in a row.";
pub(super) const EXTRA_DAY_RULE: &str = "A row on a day that the calendar does not have: a \
     problem on a weekend, where nothing trades and dates have slipped, a caution on a holiday.";
pub(super) const MISSING_PRICE_RULE: &str = "A ticker without a price on a day on which others \
     have one, between its first and its last; a ticker whose prices end more than 5 rows before \
     the others’; a last row with prices for less than half of the tickers. A problem from 21 \
     rows in a row.";

/// Missing trading days, one finding a run.
pub(super) fn missing_days(days: &TradingDays) -> Vec<Finding> {
    let expected = &days.expected;
    let follows = |a: &Day, b: &Day| {
        expected.binary_search(a).is_ok_and(|at| expected.get(at + 1) == Some(b))
    };
    days.missing
        .chunk_by(follows)
        .map(|run| {
            let (from, to) = (run[0], run[run.len() - 1]);
            let severity =
                if run.len() >= PROBLEM_DAYS { Severity::Problem } else { Severity::Caution };
            let calendar = match days.summary.kind {
                CalendarKind::Nyse => "New York traded",
                CalendarKind::EveryDay => "every other day has one",
                CalendarKind::Weekdays => "too long for a holiday",
                _ => "no holiday that recurs explains it",
            };
            let row = match run.len() {
                1 => format!("{from} has no row"),
                days => format!("{from} to {to} have no row, {} trading days", format::count(days)),
            };
            let sentence = format!("{row}: {calendar}.");
            let values = [("rows", run.len() as f64)];
            finding(FindingKind::MissingDay, severity, None, (from, to), &values, sentence)
        })
        .collect()
}

/// Rows on days without trading, but for those that repeat the day before.
pub(super) fn extra_days(days: &TradingDays, table: &PriceTable, repeated: &[Day]) -> Vec<Finding> {
    days.extra
        .iter()
        .filter(|day| repeated.binary_search(day).is_err())
        .map(|&day| {
            // A day put right has no row of its own: its week counts for all tickers.
            let priced = table.days.binary_search(&day).map_or(table.tickers.len(), |row| {
                table.prices.iter().filter(|prices| prices[row].is_finite()).count()
            });
            let tickers = format::counted(priced, "ticker", "tickers");
            let (severity, why) = match days.summary.kind {
                _ if !is_weekday(day) => (Severity::Problem, day.strftime("a %A").to_string()),
                CalendarKind::Nyse => (Severity::Caution, "New York was closed".to_owned()),
                _ => (Severity::Caution, "a holiday in the other years".to_owned()),
            };
            let sentence = format!("{day} has prices for {tickers}: {why}.");
            finding(FindingKind::ExtraDay, severity, None, (day, day), &[("rows", 1.0)], sentence)
        })
        .collect()
}

/// Prices that single tickers lack.
pub(super) fn missing_prices(table: &PriceTable) -> Vec<Finding> {
    let days = &table.days;
    let last_row = days.len() - 1;
    let mut findings = Vec::new();
    let mut add = |ticker: &str, severity, [from, to]: [usize; 2], rows: usize, sentence| {
        let (span, kind) = ((days[from], days[to]), FindingKind::MissingPrice);
        let values = [("rows", rows as f64)];
        findings.push(finding(kind, severity, Some(ticker), span, &values, sentence));
    };
    for (ticker, prices) in table.tickers.iter().zip(&table.prices) {
        let first = prices.iter().position(|price| price.is_finite());
        let last = prices.iter().rposition(|price| price.is_finite());
        let (Some(first), Some(last)) = (first, last) else {
            let sentence = format!("{ticker} has no price at all.");
            add(ticker, Severity::Problem, [0, last_row], days.len(), sentence);
            continue;
        };
        let blank: Vec<usize> = (first..=last).filter(|row| !prices[*row].is_finite()).collect();
        for run in blank.chunk_by(|a, b| a + 1 == *b) {
            let rows = [run[0], run[run.len() - 1]];
            let severity =
                if run.len() >= PROBLEM_PRICES { Severity::Problem } else { Severity::Caution };
            let sentence = format!(
                "{ticker} has no price {} {}, {}; others have.",
                if run.len() == 1 { "on" } else { "from" },
                span(days[rows[0]], days[rows[1]]),
                format::counted(run.len(), "row", "rows"),
            );
            add(ticker, severity, rows, run.len(), sentence);
        }
        if last_row - last > ENDED {
            let sentence = format!(
                "{ticker} ends on {}, {} before the source does: delisted, or no longer updated.",
                days[last],
                format::counted(last_row - last, "row", "rows"),
            );
            add(ticker, Severity::Caution, [last, last_row], last_row - last, sentence);
        }
    }
    // A last row that most tickers of the row before are absent from.
    let priced = |row: usize| table.prices.iter().filter(|p| p[row].is_finite()).count();
    let (now, before) = (priced(last_row), priced(last_row.saturating_sub(1)));
    if last_row > 0 && 2 * now < before {
        let day = days[last_row];
        let sentence = format!(
            "The last row, {day}, has prices for {now} of {before} tickers: taken during the \
             session, or before all were published."
        );
        let (kind, values) = (FindingKind::MissingPrice, [("rows", (before - now) as f64)]);
        findings.push(finding(kind, Severity::Caution, None, (day, day), &values, sentence));
    }
    findings
}

/// The months of the span, and each ticker's prices in them.
pub(super) fn coverage(
    table: &PriceTable,
    days: &TradingDays,
) -> (Vec<MonthSummary>, Vec<TickerMonths>) {
    // A calendar that is not known expects what is there.
    let expected = if days.expected.is_empty() { &table.days } else { &days.expected };
    let (first, last) = (table.days[0], table.days[table.days.len() - 1]);
    let months: Vec<Day> =
        first.first_of_month().series(1.month()).take_while(|month| *month <= last).collect();
    let within = |days: &[Day], from: Day, to: Day| {
        days.partition_point(|day| *day < from)..days.partition_point(|day| *day <= to)
    };
    let summaries = months
        .iter()
        .map(|&month| MonthSummary {
            first_day: month.max(first),
            expected: small(within(expected, month, month.last_of_month()).len()),
            rows: small(within(&table.days, month, month.last_of_month()).len()),
        })
        .collect();
    let of_ticker = |(ticker, prices): (&String, &Vec<f64>)| {
        let is_priced = |price: &f64| price.is_finite();
        // Without a price it ends before it begins.
        let begins = prices.iter().position(is_priced).map_or(Day::MAX, |row| table.days[row]);
        let ends = prices.iter().rposition(is_priced).map_or(Day::MIN, |row| table.days[row]);
        let count = |month: Day| {
            let (from, to) = (month.max(begins), month.last_of_month().min(ends));
            if from > to {
                return (0, 0);
            }
            let rows = within(&table.days, from, to);
            let priced = prices[rows].iter().filter(|price| is_priced(price)).count();
            (small(priced), small(within(expected, from, to).len()))
        };
        let begin = prices.iter().copied().find(is_priced);
        let grown = |month: &Day| {
            let rows = within(&table.days, *month, month.last_of_month());
            let last = prices[rows].iter().copied().rfind(is_priced)?;
            let growth = round_significant(last / begin?, GROWTH_DIGITS);
            (growth.is_finite() && growth > 0.0).then_some(growth)
        };
        let growth = months.iter().map(grown).collect();
        let (prices, expected) = months.iter().map(|month| count(*month)).unzip();
        TickerMonths { ticker: ticker.clone(), prices, expected, growth }
    };
    (summaries, table.tickers.iter().zip(&table.prices).map(of_ticker).collect())
}

/// A count of days in a month.
fn small(days: usize) -> u8 {
    u8::try_from(days).unwrap_or(u8::MAX)
}
