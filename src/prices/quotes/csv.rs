//! The two texts that hold quotes: a provider's table of one ticker, and our own wide table.

use super::sheet::{Sheet, is_missing};
use super::{Column, Decimal, Field, Ordered, Quote, Quotes, Table};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;

/// Reads one ticker's bars as providers write them: a header that names a date, prices and perhaps
/// a volume in any order and letter case, ISO days (a time of day after them is passed over),
/// plain numbers, `null` and the like where there is no price; newest first or last. `file` is the
/// text's name in messages.
///
/// # Errors
/// A text that is no such table, a header without the field asked for, and every value that is not
/// a day or a positive number, with its line; two different prices of one day.
pub fn read_provider_csv(
    ticker: &str,
    file: &str,
    text: &str,
    field: Field,
) -> Result<Quotes, Problems> {
    let first = text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    if first.trim_start().starts_with('<')
        && Column::named(first.split(',').next().unwrap_or("")).is_none()
    {
        return Err(Problem::new("a web page stands where prices should")
            .at(Place {
                line: 1,
                source_line: first.chars().take(80).collect(),
                ..Place::file(file)
            })
            .expected("a header `Date,Open,High,Low,Close,...`")
            .into());
    }
    let separator = [';', '\t'].into_iter().find(|&mark| first.contains(mark)).unwrap_or(',');
    let sheet = Sheet::split(file, text, separator)?;
    let columns: Vec<Option<Column>> =
        sheet.header().iter().map(|name| Column::named(name)).collect();
    let find = |wanted| columns.iter().position(|&column| column == Some(wanted));
    let missing = |what: &str| {
        let message = format!("there is no column of {what}");
        let place = Place { width: first.chars().count(), ..place_of_header(&sheet) };
        Problems::from(Problem::new(message).at(place))
    };
    let day = find(Column::Day).ok_or_else(|| missing("days"))?;
    let price =
        find(Column::Price(field)).ok_or_else(|| missing(&format!("{} prices", field.words())))?;
    let volume = find(Column::Volume);
    let mut rows = Vec::with_capacity(sheet.rows().len());
    let mut bad = sheet.problems();
    for row in 1..sheet.rows().len() {
        let (day, price) =
            (read_day(&sheet, row, day), read_price(&sheet, row, price, Decimal::new));
        match (day, price) {
            (Ok(day), Ok(Some(price))) => {
                let volume = volume.and_then(|column| sheet.cell(row, column).parse().ok());
                rows.push((row, Quote { day, price, volume }));
            }
            (Ok(_), Ok(None)) => {}
            (day, price) => {
                for problem in day.err().into_iter().chain(price.err()) {
                    bad.push(|| problem);
                }
            }
        }
    }
    let ordered = Ordered::new(ticker, rows);
    for &(earlier, later) in &ordered.conflicts {
        let (text, at) = (sheet.cell(later, day), sheet.row_name(earlier));
        let message = format!("{text} has another price on {at}");
        bad.push(|| sheet.problem(later, price, message).expected(sheet.cell(earlier, price)));
    }
    if bad.is_empty() && ordered.quotes.quotes.is_empty() {
        return Err(sheet.problem_of_file(format!("there is no price of {ticker}")).into());
    }
    bad.into_result(ordered.quotes, "values are not days or prices")
}

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

fn place_of_header(sheet: &Sheet<'_>) -> Place {
    sheet.problem(0, 0, "").place.unwrap_or_else(|| Place::file(sheet.file()))
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

/// A price; `None` where the cell says that there is none.
fn read_price<P>(
    sheet: &Sheet<'_>,
    row: usize,
    column: usize,
    price: impl Fn(&str) -> Option<P>,
) -> Result<Option<P>, Problem> {
    let text = sheet.cell(row, column);
    if is_missing(text) {
        return Ok(None);
    }
    price(text).map(Some).ok_or_else(|| {
        sheet
            .problem(row, column, format!("`{text}` is not a price"))
            .expected("a positive number, or nothing")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAHOO: &str = "Date,Open,High,Low,Close,Adj Close,Volume\n\
        2020-01-02,1,2,0.5,1.50,1.250000,100\n2020-01-03,null,null,null,null,null,null\n\
        2020-01-06,1,2,0.5,1.75,1.5,200\n";

    fn told(text: &str, field: Field) -> String {
        read_provider_csv("SPY", "SPY.csv", text, field).unwrap_err().to_string()
    }

    #[test]
    fn the_field_asked_for_is_read_to_the_last_digit() {
        let quotes = read_provider_csv("SPY", "SPY.csv", YAHOO, Field::AdjustedClose).unwrap();
        let prices: Vec<&str> = quotes.quotes.iter().map(|quote| quote.price.as_str()).collect();
        assert_eq!(prices, ["1.250000", "1.5"]);
        assert_eq!(quotes.quotes[1].volume, Some(200.0));
        let closes = read_provider_csv("SPY", "SPY.csv", YAHOO, Field::Close).unwrap();
        assert_eq!(closes.quotes[0].price.as_str(), "1.50");
        let newest_first = "timestamp;close\r\n2020-01-03T00:00:00Z;2\r\n2020-01-02;1\r\n";
        let quotes = read_provider_csv("SPY", "x", newest_first, Field::Close).unwrap();
        assert_eq!(quotes.quotes[0].day, jiff::civil::date(2020, 1, 2));
    }

    #[test]
    fn what_is_no_table_of_prices_is_told() {
        assert!(told("<!DOCTYPE html>\n<html>", Field::Close).contains("a web page"));
        assert!(told("", Field::Close).contains("the file is empty"));
        assert!(told("No data", Field::Close).contains("no column of days"));
        let no_field = told("Date,Close\n2020-01-02,1\n", Field::AdjustedClose);
        assert!(no_field.contains("no column of adjusted close prices"), "{no_field}");
        assert!(told("Date,Close\n", Field::Close).contains("no price of SPY"));
        assert!(told("Date,Close\n2020-01-02,1\n2020-0", Field::Close).contains("1 field"));
        let bad = told("Date,Close\n2020-01-02,0\nx,1\n2020-01-03,1\n2020-01-03,2\n", Field::Close);
        for expected in ["2:12", "`0` is not a price", "3:1", "`x` is not a day", "5:12", "line 4"]
        {
            assert!(bad.contains(expected), "no `{expected}` in\n{bad}");
        }
    }

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
