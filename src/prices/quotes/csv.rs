//! Our own wide table as text.

use super::sheet::Sheet;
use super::{Decimal, Table};
use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::Day;

/// A wide table of prices as it stands in a file, each as a `P`.
#[derive(Debug)]
pub(crate) struct Wide<P> {
    /// The days, ascending and unique, `T` of them.
    pub(crate) days: Vec<Day>,
    /// The tickers in the order of the columns.
    pub(crate) tickers: Vec<String>,
    /// One column a ticker, each of `T` prices; `None` where there is none.
    pub(crate) prices: Vec<Vec<Option<P>>>,
}

impl<P> Wide<P> {
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
            sheet.header().iter().skip(1).map(std::string::ToString::to_string).collect();
        let mut bad = sheet.problems();
        if sheet.cell(0, 0) != "date" {
            bad.push(|| {
                sheet
                    .problem(0, 0, "the first column is not `date`")
                    .expected("a header `date,TICKER,TICKER,...`")
                    .hint("one wide table: ISO days down, one adjusted close a ticker across")
            });
        }
        for (position, ticker) in tickers.iter().enumerate() {
            if ticker.is_empty() || tickers[..position].contains(ticker) {
                let message =
                    format!("the ticker `{ticker}` is blank or stands twice in the header");
                bad.push(|| sheet.problem(0, position + 1, message));
            }
        }
        if !bad.is_empty() {
            return bad.into_result(Self { days: vec![], tickers, prices: vec![] }, WHAT);
        }
        let mut days: Vec<Day> = Vec::with_capacity(sheet.rows().len());
        let mut prices: Vec<Vec<Option<P>>> = tickers.iter().map(|_| Vec::new()).collect();
        for row in 1..sheet.rows().len() {
            match read_day(sheet, row, 0) {
                Ok(day) => match days.last() {
                    Some(&before) if before >= day => bad.push(|| {
                        let message = if before == day {
                            format!("{day} stands twice")
                        } else {
                            format!("{day} comes after {before}")
                        };
                        sheet.problem(row, 0, message).expected("days in ascending order")
                    }),
                    _ => days.push(day),
                },
                Err(problem) => bad.push(|| problem),
            }
            for (position, column) in prices.iter_mut().enumerate() {
                match read_price(sheet, row, position + 1, &price) {
                    Ok(price) => column.push(price),
                    Err(problem) => bad.push(|| problem),
                }
            }
        }
        bad.into_result(Self { days, tickers, prices }, WHAT)
    }
}

impl Table {
    /// Reads our own wide table, `prices.csv`, keeping every price's text; `file` is its name in
    /// messages. What [`Table::to_csv`] wrote comes back the same.
    ///
    /// # Errors
    /// Lines that do not fit the header; a header that does not begin with `date`, a ticker named
    /// twice, every value that is not a day or a positive number, and days that do not ascend.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, Problems> {
        Self::from_sheet(&Sheet::split(file, text, ',')?)
    }

    /// Takes a sheet with a `date` column, then one column a ticker.
    ///
    /// # Errors
    /// As [`Table::from_csv`].
    pub(crate) fn from_sheet(sheet: &Sheet<'_>) -> Result<Self, Problems> {
        let Wide { days, tickers, prices } = Wide::read(sheet, Decimal::new)?;
        Ok(Self { days, tickers, prices })
    }
}

/// An ISO day, perhaps with a time of day after it.
fn read_day(sheet: &Sheet<'_>, row: usize, column: usize) -> Result<Day, Problem> {
    let text = sheet.cell(row, column);
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let time = rest.is_empty() || rest.starts_with(['T', ' ']);
    match day.parse::<Day>() {
        Ok(day) if time => Ok(day),
        _ => Err(sheet
            .problem(row, column, format!("`{text}` is not a day"))
            .expected("an ISO day, 2024-12-31")),
    }
}

/// A price; `None` where the cell is blank.
fn read_price<P>(
    sheet: &Sheet<'_>,
    row: usize,
    column: usize,
    price: impl Fn(&str) -> Option<P>,
) -> Result<Option<P>, Problem> {
    let text = sheet.cell(row, column);
    if text.is_empty() {
        return Ok(None);
    }
    price(text).map(Some).ok_or_else(|| {
        let message = match text.parse::<f64>() {
            Ok(value) if value <= 0.0 => format!("a price of {text} is not positive"),
            _ => format!("`{text}` is not a price"),
        };
        sheet.problem(row, column, message).expected("a positive number, or nothing")
    })
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
        let bad = told("date,SPY,XLC\n2020-01-02,1,-1\n2020-01-02,x,1\n");
        assert_eq!(bad.len(), 3, "{bad}");
    }
}
