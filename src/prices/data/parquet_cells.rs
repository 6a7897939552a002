//! A Parquet file as text cells, for whoever has yet to find out what its columns mean; and a table
//! of quotes as a Parquet file.

use std::io::Cursor;

use polars::prelude::{
    Column, DataFrame, DataType, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series,
    TimeUnit,
};

use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;
use crate::prices::quotes::Table;

/// Parquet counts days from here.
const EPOCH: Day = jiff::civil::date(1970, 1, 1);

/// The columns of a file as text: days in ISO form, numbers in their shortest form, blank where
/// there is nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextColumns {
    /// The names of the columns.
    pub names: Vec<String>,
    /// One cell a row, of each column.
    pub columns: Vec<Vec<String>>,
}

/// Reads the columns of a Parquet file; `file` is its name in messages.
///
/// A moment with a time zone is a moment in UTC, and is of the day that it is there. West of
/// Greenwich midnight and the hours of trading are of the same day in UTC; elsewhere a moment is
/// taken as midnight, so as the nearest one in UTC: that is how daily bars are stamped.
///
/// # Errors
/// A file that is no Parquet, or a column that holds neither days, numbers nor text.
pub fn read_parquet_cells(file: &str, bytes: &[u8]) -> Result<TextColumns, Problems> {
    let fail = |message: String| Problem::new(message).at(Place::file(file));
    let frame = ParquetReader::new(Cursor::new(bytes))
        .finish()
        .map_err(|error| fail(format!("not a Parquet file: {error}")))?;
    let mut problems = Problems::new();
    let mut cells = TextColumns { names: Vec::new(), columns: Vec::new() };
    for column in frame.columns() {
        match column_text(column) {
            Some(column_cells) => {
                cells.names.push(column.name().to_string());
                cells.columns.push(column_cells);
            }
            None => problems.push(
                fail(format!("column `{}` holds `{}`", column.name(), column.dtype()))
                    .expected("days, numbers or text"),
            ),
        }
    }
    problems.into_result(cells)
}

fn column_text(column: &Column) -> Option<Vec<String>> {
    let text = |value: Option<String>| value.unwrap_or_default();
    Some(match column.dtype() {
        DataType::String => {
            column.str().ok()?.iter().map(|value| text(value.map(str::to_owned))).collect()
        }
        DataType::Date => {
            let days = column.cast(&DataType::Int32).ok()?;
            days.i32().ok()?.iter().map(|days| text(days.and_then(day_text))).collect()
        }
        DataType::Datetime(unit, zone) => {
            let in_day = 86_400
                * match unit {
                    TimeUnit::Nanoseconds => 1_000_000_000,
                    TimeUnit::Microseconds => 1_000_000,
                    TimeUnit::Milliseconds => 1_000,
                };
            let shift = if zone.as_ref().is_none_or(|zone| is_west(zone)) { 0 } else { in_day / 2 };
            let moments = column.to_physical_repr();
            let days =
                |moment: i64| i32::try_from(moment.checked_add(shift)?.div_euclid(in_day)).ok();
            moments.i64().ok()?.iter().map(|m| text(m.and_then(days).and_then(day_text))).collect()
        }
        // Its own shortest text: as a double it would show digits that nobody wrote.
        DataType::Float32 => {
            column.f32().ok()?.iter().map(|v| text(v.map(|v| v.to_string()))).collect()
        }
        DataType::Float64 => {
            column.f64().ok()?.iter().map(|v| text(v.map(|v| v.to_string()))).collect()
        }
        dtype if dtype.is_integer() => {
            let numbers = column.cast(&DataType::Int64).ok()?;
            numbers.i64().ok()?.iter().map(|v| text(v.map(|v| v.to_string()))).collect()
        }
        // Dictionaries of tickers, columns that are null throughout.
        _ => {
            let texts = column.cast(&DataType::String).ok()?;
            texts.str().ok()?.iter().map(|value| text(value.map(str::to_owned))).collect()
        }
    })
}

/// Whether a time zone is UTC or west of it: midnight there is of the same day in UTC.
fn is_west(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "+00:00"].contains(&zone)
        || ["America/", "US/", "Canada/"].iter().any(|area| zone.starts_with(area))
}

fn day_text(days: i32) -> Option<String> {
    let day = EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    Some(day.to_string())
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
        let values: Vec<Option<f64>> = prices
            .iter()
            .map(|price| price.as_ref().map(crate::prices::quotes::Decimal::value))
            .collect();
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
        let read = super::super::read_parquet("p", &bytes).unwrap();
        let csv = super::super::read_csv("p", text).unwrap();
        assert_eq!((read.days, read.tickers), (csv.days, csv.tickers));
        assert_eq!(read.prices[0], csv.prices[0]);
        assert!(read.prices[1][0].is_nan() && read.prices[1][1] == 14.37);
        assert!(
            read_parquet_cells("p", b"PAR1").unwrap_err().to_string().contains("not a Parquet")
        );
    }
}
