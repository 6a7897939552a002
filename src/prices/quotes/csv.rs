//! A wide table out of a sheet: our own text, or a file of the same columns.

use super::decimal::why_no_price;
use std::collections::BTreeSet;

use super::sheet::Sheet;
use super::{Decimal, Table, name, returns};
use crate::base::diagnostic::Problems;
use crate::base::units::Day;

impl<P> Table<P> {
    /// Reads a sheet with a `date` column, then one column a ticker; `price` takes a cell that is
    /// not blank, `None` if it is no price.
    ///
    /// # Errors
    /// A header that does not begin with `date`, a ticker named twice; else every value that is
    /// not a day or a price, and days that do not ascend.
    pub(crate) fn read(
        sheet: &Sheet<'_>,
        price: impl Fn(&str) -> Option<P>,
    ) -> Result<Self, Problems> {
        const WHAT: &str = "values are not days or prices";
        let tickers: Vec<String> =
            sheet.header()[1..].iter().map(std::string::ToString::to_string).collect();
        let prices = tickers.iter().map(|_| Vec::new()).collect();
        let mut table = Self { days: Vec::new(), tickers, prices };
        let mut bad = sheet.problems();
        if sheet.cell(0, 0) != "date" {
            bad.push(|| {
                sheet
                    .problem(0, 0, "the first column is not `date`")
                    .expected("a header `date,TICKER,TICKER,...`")
                    .hint("one wide table: ISO days down, one adjusted close a ticker across")
            });
        }
        let mut known = BTreeSet::new();
        for (position, ticker) in table.tickers.iter().enumerate() {
            let objection = name::objection(ticker);
            let twice = (!known.insert(ticker.as_str())).then_some("stands twice in the header");
            if let Some(what) = objection.or(twice) {
                bad.push(|| {
                    let message = format!("the ticker `{ticker}` {what}");
                    let problem = sheet.problem(0, position + 1, message);
                    problem.expected("a name as SPY, BRK.B or EURUSD=X, each once")
                });
            }
        }
        if !bad.is_empty() {
            return bad.into_result(table, WHAT);
        }
        let mut are_returns = vec![false; table.tickers.len()];
        for (position, are_returns) in are_returns.iter_mut().enumerate() {
            let number = |cell: &str| cell.parse().ok().filter(|value: &f64| value.is_finite());
            let rows = 1..sheet.rows().len();
            if let Some(problem) = returns::problem(sheet, position + 1, rows, number) {
                *are_returns = true;
                bad.push(|| problem);
            }
        }
        for row in 1..sheet.rows().len() {
            let text = sheet.cell(row, 0);
            match (day(text), table.days.last()) {
                (None, _) => bad.push(|| {
                    sheet
                        .problem(row, 0, format!("`{text}` is not a day"))
                        .expected("an ISO day, 2024-12-31")
                }),
                (Some(day), Some(&before)) if before >= day => bad.push(|| {
                    let message = if before == day {
                        format!("{day} stands twice")
                    } else {
                        format!("{day} comes after {before}")
                    };
                    sheet.problem(row, 0, message).expected("days in ascending order")
                }),
                (Some(day), _) => table.days.push(day),
            }
            for (position, column) in table.prices.iter_mut().enumerate() {
                let text = sheet.cell(row, position + 1);
                let found = price(text);
                if found.is_none() && !text.is_empty() && !are_returns[position] {
                    bad.push(|| {
                        let message = why_no_price(text, text.parse().ok());
                        let problem = sheet.problem(row, position + 1, message);
                        problem.expected("a number from 1e-9 to 1e12, or nothing")
                    });
                }
                column.push(found);
            }
        }
        bad.into_result(table, WHAT)
    }
}

/// An ISO day, perhaps with a time of day after it.
fn day(text: &str) -> Option<Day> {
    let (day, time) = text.split_at_checked(10).unwrap_or((text, ""));
    day.parse().ok().filter(|_| time.is_empty() || time.starts_with(['T', ' ']))
}

impl Table {
    /// Reads our own wide table, `prices.csv`, keeping every price's text; `file` is its name in
    /// messages. What [`Table::to_csv`] wrote comes back the same.
    ///
    /// # Errors
    /// Lines that do not fit the header; a header that does not begin with `date`, a ticker named
    /// twice, every value that is not a day or a positive number, and days that do not ascend.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, Problems> {
        Self::read(&Sheet::split(file, text, ',')?, Decimal::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_table_comes_back_the_same() {
        let text = "date,SPY,XLC\n2020-01-02,75.439056,\n2020-01-03,77.021278,14.370000\n";
        assert_eq!(Table::from_csv("p.csv", text).unwrap().to_csv(), text);
        let told = |text: &str| Table::from_csv("p.csv", text).unwrap_err();
        assert_eq!(told("day,SPY,SPY\n2020-01-02,1,-1\n").len(), 2, "the header first");
        assert_eq!(told("date,SPY,XLC\n2020-01-02,1,-1\n2020-01-02,x,1\n").len(), 3);
    }
}
