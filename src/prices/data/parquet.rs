//! Parquet price files: the wide table with its numbers as they are, the cells of any table as text
//! for whoever has yet to find out what its columns mean, and a table of quotes to write.

use std::io::Cursor;

use polars::prelude::{
    Column, DataFrame, DataType, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series,
    TimeUnit,
};

use super::PriceTable;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;
use crate::prices::quotes::{Decimal, Table};

/// Parquet counts days from here.
const EPOCH: Day = jiff::civil::date(1970, 1, 1);

fn problem(file: &str, message: impl Into<String>) -> Problem {
    Problem::new(message).at(Place::file(file))
}

fn frame(file: &str, bytes: &[u8]) -> Result<DataFrame, Problem> {
    ParquetReader::new(Cursor::new(bytes))
        .finish()
        .map_err(|error| problem(file, format!("not a Parquet file: {error}")))
}

/// Reads a Parquet price file; `file` is its name in messages.
///
/// The `date` column holds dates, moments or ISO text; every other column is a number.
///
/// # Errors
/// As for CSV, with the row number in place of a line.
pub(crate) fn read_parquet(file: &str, bytes: &[u8]) -> Result<PriceTable, Problems> {
    let fail = |message: String| problem(file, message);
    let frame = frame(file, bytes)?;
    let dates = frame.column("date").map_err(|_| problem(file, "there is no `date` column"))?;
    let dates = days(dates).ok_or_else(|| problem(file, "the `date` column holds no days"))?;
    let day = |(row, day): (usize, Option<Day>)| {
        day.ok_or_else(|| fail(format!("row {}: the date is missing or no day", row + 1)))
    };
    let days: Vec<Day> = dates.into_iter().enumerate().map(day).collect::<Result<_, _>>()?;
    let mut problems = Problems::new();
    for (row, pair) in days.windows(2).enumerate() {
        if pair[1] <= pair[0] {
            problems.push(fail(format!("row {}: {} comes after {}", row + 2, pair[1], pair[0])));
        }
    }
    let mut table = PriceTable { file: file.to_owned(), days, tickers: vec![], prices: vec![] };
    for column in frame.columns().iter().filter(|column| column.name() != "date") {
        table.tickers.push(column.name().to_string());
        match prices(column) {
            Ok(values) => table.prices.push(values),
            Err(message) => problems.push(fail(message)),
        }
    }
    problems.into_result(())?;
    table.checked()
}

fn prices(column: &Column) -> Result<Vec<f64>, String> {
    let name = column.name();
    let numbers = column
        .cast(&DataType::Float64)
        .map_err(|_| format!("column `{name}` does not hold numbers"))?;
    let Ok(numbers) = numbers.f64() else { unreachable!("just cast to 64-bit floats") };
    let price = |(row, price): (usize, Option<f64>)| match price {
        None => Ok(f64::NAN),
        Some(price) if price.is_nan() || price > 0.0 && price.is_finite() => Ok(price),
        Some(price) => Err(format!("row {}: {name} has a price of {price}", row + 1)),
    };
    numbers.iter().enumerate().map(price).collect()
}

/// The days of a column of days, moments or ISO text, `None` where there is none; `None` for any
/// other column.
///
/// A moment with a time zone is a moment in UTC, and is of the day that it is there. West of
/// Greenwich midnight and the hours of trading are of the same day in UTC; elsewhere a moment is
/// taken as midnight, so as the nearest one in UTC: that is how daily bars are stamped.
fn days(column: &Column) -> Option<Vec<Option<Day>>> {
    let day = |days: i32| EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok();
    Some(match column.dtype() {
        DataType::String => column.str().ok()?.iter().map(|text| text?.parse().ok()).collect(),
        DataType::Date => {
            let days = column.cast(&DataType::Int32).ok()?;
            days.i32().ok()?.iter().map(|days| day(days?)).collect()
        }
        DataType::Datetime(unit, zone) => {
            let in_day = 86_400
                * match unit {
                    TimeUnit::Nanoseconds => 1_000_000_000,
                    TimeUnit::Microseconds => 1_000_000,
                    TimeUnit::Milliseconds => 1_000,
                };
            let shift = if zone.as_ref().is_none_or(|zone| is_west(zone)) { 0 } else { in_day / 2 };
            let of =
                |moment: i64| i32::try_from(moment.checked_add(shift)?.div_euclid(in_day)).ok();
            column.to_physical_repr().i64().ok()?.iter().map(|m| day(of(m?)?)).collect()
        }
        _ => return None,
    })
}

/// The columns of a file as text: days in ISO form, numbers in their shortest form, blank where
/// there is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextColumns {
    /// The names of the columns.
    pub(crate) names: Vec<String>,
    /// One cell a row, of each column.
    pub(crate) columns: Vec<Vec<String>>,
}

/// Reads the columns of a Parquet file; `file` is its name in messages.
///
/// # Errors
/// A file that is no Parquet, or a column that holds neither days, numbers nor text.
pub(crate) fn read_parquet_cells(file: &str, bytes: &[u8]) -> Result<TextColumns, Problems> {
    let mut problems = Problems::new();
    let mut cells = TextColumns { names: Vec::new(), columns: Vec::new() };
    for column in frame(file, bytes)?.columns() {
        match column_text(column) {
            Some(column_cells) => {
                cells.names.push(column.name().to_string());
                cells.columns.push(column_cells);
            }
            None => problems.push(
                problem(file, format!("column `{}` holds `{}`", column.name(), column.dtype()))
                    .expected("days, numbers or text"),
            ),
        }
    }
    problems.into_result(cells)
}

fn column_text(column: &Column) -> Option<Vec<String>> {
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    Some(match column.dtype() {
        DataType::Date | DataType::Datetime(..) => days(column)?.into_iter().map(text).collect(),
        // Its own shortest text: as a double it would show digits that nobody wrote.
        DataType::Float32 => column.f32().ok()?.iter().map(text).collect(),
        DataType::Float64 => column.f64().ok()?.iter().map(text).collect(),
        dtype if dtype.is_integer() => {
            column.cast(&DataType::Int64).ok()?.i64().ok()?.iter().map(text).collect()
        }
        // Text, dictionaries of tickers, columns that are null throughout.
        _ => column.cast(&DataType::String).ok()?.str().ok()?.iter().map(text).collect(),
    })
}

/// Whether a time zone is UTC or west of it: midnight there is of the same day in UTC.
fn is_west(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "+00:00"].contains(&zone)
        || ["America/", "US/", "Canada/"].iter().any(|area| zone.starts_with(area))
}

/// The table as `prices.parquet`: a `date` column of days, then one column of doubles a ticker.
///
/// # Errors
/// A ticker named `date`.
pub fn write_parquet(table: &Table) -> Result<Vec<u8>, Problems> {
    let days: Vec<String> = table.days.iter().map(Day::to_string).collect();
    let days = Series::new("date".into(), days).cast(&DataType::Date);
    let fail = |error: polars::prelude::PolarsError| {
        Problem::new(format!("the prices cannot be written as Parquet: {error}"))
    };
    let mut columns: Vec<Column> = vec![days.map_err(fail)?.into()];
    for (ticker, prices) in table.tickers.iter().zip(&table.prices) {
        let values: Vec<Option<f64>> =
            prices.iter().map(|price| price.as_ref().map(Decimal::value)).collect();
        columns.push(Series::new(ticker.as_str().into(), values).into());
    }
    let mut frame = DataFrame::new(table.days.len(), columns).map_err(fail)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(fail)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Int64Chunked, IntoSeries, NewChunkedArray};

    use super::*;

    fn parquet(columns: Vec<Column>) -> Vec<u8> {
        let mut frame = DataFrame::new(columns[0].len(), columns).unwrap();
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
        bytes
    }

    #[test]
    fn every_kind_of_column_becomes_text() {
        let stamps = [1_577_923_200_000_i64, 1_578_009_600_000];
        let stamps = Series::new("stamp".into(), stamps);
        let local = DataType::Datetime(TimeUnit::Milliseconds, None);
        let bytes = parquet(vec![
            stamps.cast(&local).unwrap().into(),
            Series::new("text".into(), ["a", "b"]).into(),
            Series::new("single".into(), [14.37_f32, 2.0]).into(),
            Series::new("double".into(), [Some(75.439_056), None]).into(),
            Series::new("volume".into(), [1_003_200_i64, 0]).into(),
        ]);
        let cells = read_parquet_cells("p", &bytes).unwrap();
        assert_eq!(cells.names, ["stamp", "text", "single", "double", "volume"]);
        let expected = [
            ["2020-01-02", "2020-01-03"],
            ["a", "b"],
            ["14.37", "2"],
            ["75.439056", ""],
            ["1003200", "0"],
        ];
        for (found, expected) in cells.columns.iter().zip(expected) {
            assert_eq!(found, &expected);
        }
    }

    #[test]
    fn a_moment_is_of_the_day_where_it_is() {
        let text = |zone: &str, moments: &[i64]| {
            let zone = polars::prelude::TimeZone::opt_try_new(Some(zone)).unwrap();
            let moments = Int64Chunked::from_slice("date".into(), moments);
            let moments = moments.into_datetime(TimeUnit::Milliseconds, zone).into_series();
            column_text(&moments.into()).unwrap()
        };
        // 00:00, 05:00 and 21:00 in UTC; the last is a close in New York.
        let moments = [0, 5, 21].map(|hour| 1_577_923_200_000 + hour * 3_600_000);
        for zone in ["UTC", "America/New_York"] {
            assert_eq!(text(zone, &moments), ["2020-01-02"; 3]);
        }
        assert_eq!(text("Asia/Tokyo", &moments), ["2020-01-02", "2020-01-02", "2020-01-03"]);
        assert_eq!(text("Asia/Tokyo", &[i64::MAX]), [""]);
    }

    #[test]
    fn a_written_table_is_read_as_its_csv() {
        let text = "date,SPY,XLC\n2020-01-02,75.439056,\n2020-01-03,77.021278,14.370000\n";
        let table = Table::from_csv("p", text).unwrap();
        let bytes = write_parquet(&table).unwrap();
        assert_eq!(bytes, write_parquet(&table).unwrap(), "the same bytes every time");
        let read = read_parquet("p", &bytes).unwrap();
        let csv = super::super::read_csv("p", text).unwrap();
        assert_eq!((read.days, read.tickers), (csv.days, csv.tickers));
        assert_eq!(read.prices[0], csv.prices[0]);
        assert!(read.prices[1][0].is_nan() && read.prices[1][1] == 14.37);
        assert!(
            read_parquet_cells("p", b"PAR1").unwrap_err().to_string().contains("not a Parquet")
        );
    }

    #[test]
    fn what_is_not_a_price_is_told() {
        let days = Series::new("date".into(), ["2020-01-02", "2020-01-03"]);
        let bytes = parquet(vec![days.into(), Series::new("SPY".into(), [1.0, -2.0]).into()]);
        let told = read_parquet("p", &bytes).unwrap_err().to_string();
        assert!(told.contains("row 2: SPY has a price of -2"), "{told}");
        assert!(read_parquet("p", b"PAR1").unwrap_err().to_string().contains("not a Parquet"));
    }
}
