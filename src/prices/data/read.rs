//! Reading and writing price files: a `date` column of ISO days, then one adjusted close a ticker.
//!
//! A CSV file is read cell by cell ([`Sheet`]), as every text of prices is, so that every bad value
//! can be named with its line and column, all of them in one run. For the sample of 6,791 rows that
//! takes half the time of polars' reader of text columns, and a sixth of its typed one, at the
//! optimisation that polars is compiled with. Parquet is polars' (`parquet`).

use super::{Format, PriceTable, not_prices, read_parquet, write_parquet};
use crate::base::diagnostic::Problems;
use crate::prices::quotes::{Decimal, Sheet, Table, is_price, utf8};

fn sheet<'a>(format: Format, file: &'a str, bytes: &'a [u8]) -> Result<Sheet<'a>, Problems> {
    match format {
        Format::Csv => Sheet::split(file, utf8(file, bytes)?, ','),
        Format::Parquet => read_parquet(file, bytes),
    }
}

/// Reads a price file of either format; `file` is its name in messages.
///
/// # Errors
/// As [`read_csv`], in a Parquet file with the row number in place of a line; a CSV file that is
/// not UTF-8, or no Parquet.
pub fn read(format: Format, file: &str, bytes: &[u8]) -> Result<PriceTable, Problems> {
    numbers(file, &sheet(format, file, bytes)?)
}

/// Reads a price file of either format to the last digit that stands in it; `file` is its name in
/// messages.
///
/// # Errors
/// As [`Table::from_csv`]; a file that is not UTF-8, or no Parquet.
pub(crate) fn read_table(format: Format, file: &str, bytes: &[u8]) -> Result<Table, Problems> {
    Table::read(&sheet(format, file, bytes)?, Decimal::new)
}

/// The bytes of a price file of either format.
///
/// # Errors
/// As [`write_parquet`].
pub(crate) fn write(format: Format, table: &Table) -> Result<Vec<u8>, Problems> {
    match format {
        Format::Csv => Ok(table.to_csv().into_bytes()),
        Format::Parquet => write_parquet(table),
    }
}

/// Reads `prices.csv`; `file` is its name in messages.
///
/// # Errors
/// Lines that do not fit the header, every value that is not a positive number, every date that is
/// not an ISO day, duplicate or unsorted, with file, line and column; columns that hold returns.
pub fn read_csv(file: &str, text: &str) -> Result<PriceTable, Problems> {
    numbers(file, &Sheet::split(file, text, ',')?)
}

fn numbers(file: &str, sheet: &Sheet<'_>) -> Result<PriceTable, Problems> {
    let price = |text: &str| text.parse().ok().filter(|price| is_price(*price));
    let table = PriceTable::new(file, Table::read(sheet, price)?, |price| price).checked()?;
    let mut problems = Problems::new();
    let columns = table.prices.iter().enumerate();
    columns
        .filter_map(|(position, prices)| not_prices::problem(sheet, position + 1, prices))
        .for_each(|problem| problems.push(problem));
    problems.into_result(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_is_read_to_the_last_digit() {
        let plain = "date,SPY,XLC\n2020-01-02,75.439056,\n2020-01-03,77,3e1\n";
        for text in [
            plain.to_owned(),
            format!("\u{feff}{plain}"),
            plain.replace('\n', "\r\n\r\n"),
            plain.replace("75.439056", "\"75.439056\"").replace("77,", " 77 ,"),
        ] {
            let table = read_csv("p.csv", &text).unwrap();
            assert_eq!(table.tickers, ["SPY", "XLC"]);
            assert_eq!(table.prices[0], [75.439056, 77.0]);
            assert!(table.prices[1][0].is_nan() && table.prices[1][1] == 30.0);
            let coverage = table.coverage();
            assert_eq!((coverage[1].prices, coverage[1].first_day), (1, Some(table.days[1])));
        }
    }

    #[test]
    fn every_bad_value_is_named_at_once() {
        let text = "date,SPY,XLE\n2020-01-02,1,-3\n2020-01-02,x,1\n2019-01-01,NaN,0\n\nnever,5e-324,1e13\n";
        let problems = read_csv("p.csv", text).unwrap_err();
        let told = problems.iter().map(|problem| {
            let (line, column, _) = problem.place.as_ref().unwrap().position().unwrap();
            (&*problem.message, line, column)
        });
        let expected = [
            ("a price of -3 is not positive", 2, 14),
            ("2020-01-02 stands twice", 3, 1),
            ("`x` is not a price", 3, 12),
            ("2019-01-01 comes after 2020-01-02", 4, 1),
            ("`NaN` is not a price", 4, 12),
            ("a price of 0 is not positive", 4, 16),
            ("`never` is not a day", 6, 1),
            ("5e-324 is too small for a price", 6, 7),
            ("1e13 is too large for a price", 6, 14),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_broken_shape_is_told() {
        for (text, expected) in [
            ("day,SPY\n", "the first column is not `date`"),
            ("date,SPY,SPY\n2020-01-01,1,1\n", "stands twice in the header"),
            ("date,SPY\n", "no rows"),
            ("date\n2020-01-01\n", "no tickers"),
            ("date,SPY,XLE\n2020-01-01,1\n", "p.csv:2\n"),
            ("date,SPY,XLE\n2020-01-01,1,2,3\n", "p.csv:2\n"),
            ("", "the file is empty"),
        ] {
            let told = read_csv("p.csv", text).unwrap_err().to_string();
            assert!(told.contains(expected), "no `{expected}` in\n{told}");
        }
        assert!(read(Format::Csv, "p", b"date,\xff").unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn bad_values_without_end_are_counted() {
        let rows: String = (1..=28).map(|day| format!("2020-02-{day:02},-1\n")).collect();
        let problems = read_csv("p.csv", &format!("date,SPY\n{rows}")).unwrap_err();
        assert!(problems.to_string().contains("8 more values are not days or prices"));
    }
}
