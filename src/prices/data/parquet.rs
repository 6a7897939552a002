//! Reading `prices.parquet`: the same wide table as the CSV, typed.

use std::io::Cursor;

use polars::prelude::{Column, DataType, ParquetReader, SerReader};

use super::PriceTable;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;

/// Parquet counts days from here.
const EPOCH: Day = jiff::civil::date(1970, 1, 1);

/// Reads a Parquet price file; `file` is its name in messages.
///
/// The `date` column is a Parquet date or ISO text; every other column is a number.
///
/// # Errors
/// As for CSV, with the row number in place of a line.
pub fn read_parquet(file: &str, bytes: &[u8]) -> Result<PriceTable, Problems> {
    let fail = |message: String| Problem::new(message).at(Place::file(file));
    let frame = ParquetReader::new(Cursor::new(bytes))
        .finish()
        .map_err(|error| fail(format!("not a Parquet file: {error}")))?;
    let dates = frame
        .column("date")
        .map_err(|_| fail("there is no `date` column".to_owned()))
        .and_then(|column| read_days(column).map_err(fail))?;
    let mut problems = Problems::new();
    for (row, pair) in dates.windows(2).enumerate() {
        if pair[1] <= pair[0] {
            problems.push(fail(format!("row {}: {} comes after {}", row + 2, pair[1], pair[0])));
        }
    }
    let mut tickers = Vec::new();
    let mut prices = Vec::new();
    for column in frame.columns().iter().filter(|column| column.name() != "date") {
        tickers.push(column.name().to_string());
        match read_prices(column) {
            Ok(values) => prices.push(values),
            Err(message) => problems.push(fail(message)),
        }
    }
    if dates.is_empty() || tickers.is_empty() {
        problems.push(fail("the price file has no rows or no tickers".to_owned()));
    }
    problems.into_result(PriceTable { file: file.to_owned(), days: dates, tickers, prices })
}

fn read_days(column: &Column) -> Result<Vec<Day>, String> {
    let count = column.cast(&DataType::Date).and_then(|c| c.cast(&DataType::Int32));
    let count = count.map_err(|_| "the `date` column holds no days".to_owned())?;
    let Ok(numbers) = count.i32() else { unreachable!("just cast to 32-bit integers") };
    numbers
        .iter()
        .enumerate()
        .map(|(row, number)| {
            number
                .and_then(|days| EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok())
                .ok_or_else(|| format!("row {}: the date is missing or no day", row + 1))
        })
        .collect()
}

fn read_prices(column: &Column) -> Result<Vec<f64>, String> {
    let name = column.name();
    let numbers = column
        .cast(&DataType::Float64)
        .map_err(|_| format!("column `{name}` does not hold numbers"))?;
    let Ok(numbers) = numbers.f64() else { unreachable!("just cast to 64-bit floats") };
    numbers
        .iter()
        .enumerate()
        .map(|(row, price)| match price {
            None => Ok(f64::NAN),
            Some(price) if price.is_nan() => Ok(f64::NAN),
            Some(price) if price > 0.0 && price.is_finite() => Ok(price),
            Some(price) => Err(format!("row {}: {name} has a price of {price}", row + 1)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use polars::prelude::{DataFrame, NamedFrom, ParquetWriter, Series};

    use super::*;

    fn parquet(spy: [f64; 2]) -> Vec<u8> {
        let days = Series::new("date".into(), ["2020-01-02", "2020-01-03"]);
        let days = days.cast(&DataType::Date).unwrap();
        let prices = Series::new("SPY".into(), spy);
        let mut frame = DataFrame::new(2, vec![days.into(), prices.into()]).unwrap();
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
        bytes
    }

    #[test]
    fn a_parquet_file_gives_the_table_of_its_csv() {
        let table = read_parquet("p", &parquet([75.439056, 77.0])).unwrap();
        let csv = super::super::read_csv("p", "date,SPY\n2020-01-02,75.439056\n2020-01-03,77\n");
        assert_eq!(table, csv.unwrap());
    }

    #[test]
    fn what_is_not_a_price_is_told() {
        assert!(
            read_parquet("p", &parquet([1.0, -2.0])).unwrap_err().to_string().contains("row 2")
        );
        assert!(read_parquet("p", b"PAR1").unwrap_err().to_string().contains("not a Parquet"));
    }
}
