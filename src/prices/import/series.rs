//! From the cells of a file to the quotes of its tickers.

use super::cells::{check_names, read_cells};
use super::dates::{DateFormat, read_days};
use super::layout::Plan;
use super::numbers::{DecimalMark, decimal_mark};
use super::options::Options;
use crate::base::diagnostic::Problems;
use crate::base::units::Day;
use crate::base::units::format::counted;
use crate::prices::quotes::{Ordered, Quotes, Sheet, bounds};

/// How many days a note names.
const DAYS_NAMED: usize = 3;

/// How the rest of the problems of a file is told.
const MORE: &str = "values cannot be read";

/// The quotes of a file, and what was found on the way.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) series: Vec<Quotes>,
    pub(super) dates: DateFormat,
    pub(super) decimal: DecimalMark,
    pub(super) notes: Vec<String>,
}

/// Reads the series of a sheet.
///
/// # Errors
/// Everything in the file that is not what its column should hold; different prices of one ticker
/// on one day.
pub(super) fn read_series(
    sheet: &Sheet<'_>,
    plan: &Plan,
    options: &Options,
) -> Result<Series, Problems> {
    let blank = |row: &usize| sheet.rows()[*row].iter().all(|cell| cell.is_empty());
    let rows: Vec<usize> = (plan.body..sheet.rows().len()).filter(|row| !blank(row)).collect();
    let columns: Vec<usize> = plan.series.iter().map(|series| series.price).collect();
    let mut bad = sheet.problems();
    check_names(sheet, plan, &rows, &mut bad);
    let days = read_days(sheet, plan.day, &rows, options.date_order);
    let decimal = decimal_mark(sheet, &columns, &rows, options.decimal);
    let ((format, days), decimal) = match (days, decimal) {
        (Ok(days), Ok(decimal)) => (days, decimal),
        (days, decimal) => {
            // Prices are looked at even where the days cannot be read: one run names all.
            if let Ok(decimal) = decimal {
                let no_days = vec![Day::ZERO; rows.len()];
                read_cells(sheet, plan, (&rows, &no_days), decimal, &mut bad);
            }
            let problems = [days.err(), decimal.err(), bad.into_result((), MORE).err()];
            let mut all = Problems::new();
            problems.into_iter().flatten().for_each(|problems| all.extend(problems));
            return Err(all);
        }
    };
    let cells = read_cells(sheet, plan, (&rows, &days), decimal, &mut bad);
    bounds::check_table(sheet.file(), cells.found.len(), 1)?;
    let mut found: Vec<Ordered> = Vec::new();
    for ((column, ticker), rows) in cells.found {
        let ordered = Ordered::new(ticker, rows);
        // Rows of one day that do not have the same price.
        for &(earlier, later) in &ordered.conflicts {
            let (text, at) = (sheet.cell(later, plan.day), sheet.row_name(earlier));
            let message = format!("{ticker} has another price for {text} on {at}");
            bad.push(|| {
                sheet
                    .problem(later, column, message)
                    .expected(format!("{}, as there", sheet.cell(earlier, column)))
                    .hint("take out the row that is wrong")
            });
        }
        found.push(ordered);
    }
    if found.is_empty() && bad.is_empty() {
        bad.push(|| sheet.problem_of_file("there is not one price in the file"));
    }
    let any = |is_so: fn(&Ordered) -> bool| found.iter().any(is_so);
    let has = |ticker: &str| found.iter().any(|known| known.quotes.ticker == ticker);
    let named = plan.series.iter().filter_map(|columns| columns.ticker.as_deref());
    let empty: Vec<&str> = named.filter(|ticker| !has(ticker)).collect();
    let repeated = found.iter().flat_map(|o| o.repeated.iter().copied()).collect();
    let without = [
        ("dropped, the same row again", named_days(repeated)),
        ("left out, no price", named_days(cells.without_price)),
        ("left out, not one price", empty.join(", ")),
        ("columns not used", plan.unused.join(", ")),
    ];
    let notes = [
        (any(|o| o.newest_first), "rows stand newest first: turned round"),
        (any(|o| o.unsorted), "rows stand in no order: sorted by day"),
        (format.timed, "dates have a time of day: left out, the day is taken as written"),
        (cells.thousands, "marks between thousands and signs of money: removed"),
    ];
    let notes = notes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, note)| note.to_owned());
    let without = without.into_iter().filter(|(_, what)| !what.is_empty());
    let notes = notes.chain(without.map(|(how, what)| format!("{how}: {what}"))).collect();
    let series = found.into_iter().map(|ordered| ordered.quotes).collect();
    bad.into_result(Series { series, dates: format, decimal, notes }, MORE)
}

/// `3 days (2020-01-02, 2020-01-03, 2020-01-06)`, with no more than a few of them; blank for none.
fn named_days(mut days: Vec<Day>) -> String {
    days.sort_unstable();
    days.dedup();
    if days.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> = days.iter().take(DAYS_NAMED).map(Day::to_string).collect();
    if days.len() > DAYS_NAMED {
        names.push("...".to_owned());
    }
    format!("{} ({})", counted(days.len(), "day", "days"), names.join(", "))
}
