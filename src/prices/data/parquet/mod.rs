//! Parquet price files: the cells of any table as text, whatever its columns mean, and a table of
//! quotes to write.

mod sizes;
mod thrift;
mod zones;

use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{
    ArrowDataType, ArrowField, Column, DataFrame, DataType, FileMetadata, NamedFrom,
    ParallelStrategy, ParquetReader, ParquetWriter, PolarsError, SerReader, Series, TimeUnit,
};

use self::sizes::{Chunk, MOST_BYTES, MOST_CELLS};
use self::zones::Zone;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::guarded::guarded;
use crate::base::units::Day;
use crate::base::units::format::count;
use crate::prices::quotes::{Decimal, Sheet, Table};

/// Parquet counts days from here.
const EPOCH: Day = jiff::civil::date(1970, 1, 1);

/// The days of a column of days or moments, `None` where there is none; `None` for any
/// other column, and for moments in a time zone that does not exist.
///
/// A moment with a time zone is stored in UTC and is of the day that it is there; one without is of
/// its own day. Moments that are all midnight in UTC are days of their own, whatever zone they are
/// shown in: nothing happens at seven in the evening of New York in winter and at eight in summer.
fn days(column: &Column) -> Option<Vec<Option<Day>>> {
    let day = |days: i32| EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok();
    Some(match column.dtype() {
        DataType::Date => {
            let days = column.cast(&DataType::Int32).ok()?;
            days.i32().ok()?.iter().map(|days| day(days?)).collect()
        }
        DataType::Datetime(unit, zone) => {
            let nanoseconds = match unit {
                TimeUnit::Nanoseconds => 1,
                TimeUnit::Microseconds => 1_000,
                TimeUnit::Milliseconds => 1_000_000,
            };
            let in_day = 86_400_000_000_000 / nanoseconds;
            let moments = column.to_physical_repr();
            let moments = moments.i64().ok()?;
            let is_midnight = |moment: i64| i128::from(moment) % in_day == 0;
            let zone = match zone {
                Some(name) if !moments.iter().flatten().all(is_midnight) => Zone::named(name)?,
                _ => Zone::named("UTC")?,
            };
            let day = |moment: i64| {
                let moment = i128::from(moment) * nanoseconds;
                zone.day(jiff::Timestamp::from_nanosecond(moment).ok()?)
            };
            moments.iter().map(|moment| day(moment?)).collect()
        }
        _ => return None,
    })
}

/// Reads the columns of a Parquet file as text: days in ISO form, numbers in their shortest form,
/// blank where there is nothing. A column `date` comes first, wherever it stands: a data frame with
/// days for its index is stored with them last. `file` is the file's name in messages.
///
/// # Errors
/// A file that is no Parquet, is damaged, is too large, or has no column; a column that holds
/// neither days, numbers nor text.
pub(crate) fn read_parquet<'a>(file: &'a str, bytes: &[u8]) -> Result<Sheet<'a>, Problems> {
    // polars panics on some damaged files instead of refusing them.
    let columns = guarded(|| columns(file, bytes));
    let mut columns =
        columns.unwrap_or_else(|| Err(damaged(file, "its parts do not fit").into()))?;
    columns.sort_by_key(|column| column[0] != "date");
    Ok(Sheet::of_columns(file, &columns))
}

/// The columns as text, each with its name on top, all of one length.
fn columns(file: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, Problems> {
    let problem = |message: String| Problem::new(message).at(Place::file(file));
    sizes::description(bytes).map_err(|what| match what {
        Some(what) => damaged(file, what),
        None => problem("not a Parquet file".to_owned())
            .expected("a file that begins and ends with `PAR1`"),
    })?;
    // On this thread alone: nothing here needs more, and only here a panic can be caught.
    let open = || ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
    let mut reader = open();
    let refused = |error: PolarsError| {
        problem("the file is damaged, or of a kind that cannot be read".to_owned())
            .hint(format!("export it again; its reader says: {}", clipped(&error.to_string())))
    };
    let mut problems = Problems::new();
    let schema = reader.schema().map_err(refused)?;
    for (name, field) in schema.iter() {
        if let Some(what) = unread(field.dtype()) {
            problems.push(
                problem(format!("column `{name}` holds {what}"))
                    .expected("days, numbers of 32 or 64 bits, or text")
                    .hint("write it as 64-bit floats (`astype(float)` in pandas), or export CSV"),
            );
        }
    }
    std::mem::take(&mut problems).into_result(())?;
    let metadata = reader.get_metadata().map_err(refused)?.clone();
    if schema.iter_values().any(|field| matches!(field.dtype(), ArrowDataType::Dictionary(..))) {
        // As plain text, which is how the file stores it: that it was a dictionary stands only in
        // what its writer says of the columns, beside the zone of moments.
        let zoned =
            |field: &ArrowField| matches!(field.dtype(), ArrowDataType::Timestamp(_, Some(_)));
        if let Some(field) = schema.iter_values().find(|field| zoned(field)) {
            let name = &field.name;
            return Err(problem(format!(
                "column `{name}` has a time zone, and others are dictionaries"
            ))
            .expected("only one of both")
            .hint("write the dictionaries as plain text, or export CSV")
            .into());
        }
        let mut plain = FileMetadata::clone(&metadata);
        plain.key_value_metadata = None;
        reader = open();
        reader.set_metadata(Arc::new(plain));
    }
    let (mut rows, mut width) = (0_usize, 1);
    for group in &metadata.row_groups {
        rows = rows.saturating_add(group.num_rows());
        width = width.max(group.n_columns());
    }
    if rows.saturating_mul(width) > MOST_CELLS {
        return Err(too_large(file, &format!("it says to have {rows} rows of {width} columns")));
    }
    let mut size = 0_u64;
    for group in &metadata.row_groups {
        for column in group.parquet_columns() {
            let (rows, values) = (group.num_rows(), column.num_values());
            let chunk = Chunk { bytes: column.byte_range(), rows, values };
            let unpacked = chunk.unpacked(bytes).map_err(|what| damaged(file, what))?;
            size = size.saturating_add(unpacked);
        }
    }
    if size > MOST_BYTES {
        return Err(too_large(file, &format!("unpacked it says to have {size} bytes")));
    }
    let frame = reader.finish().map_err(refused)?;
    let mut columns: Vec<Vec<String>> = Vec::new();
    for column in frame.columns() {
        let name = column.name().to_string();
        if column.len() != frame.height() {
            return Err(damaged(file, "its columns have different lengths").into());
        }
        // One long text may stand in every row.
        size = column.str().map_or(size, |texts| {
            texts.iter().flatten().fold(size, |size, text| size.saturating_add(text.len() as u64))
        });
        if size > MOST_BYTES {
            return Err(too_large(file, &format!("its texts have {size} bytes or more")));
        }
        match column_text(column) {
            Some(cells) => columns.push(std::iter::once(name).chain(cells).collect()),
            None => problems.push(
                problem(format!("column `{name}` holds `{}`", column.dtype()))
                    .expected("days, numbers or text"),
            ),
        }
    }
    if frame.width() == 0 {
        problems.push(problem("the file has no columns".to_owned()));
    }
    problems.into_result(columns)
}

/// What a column holds, in words, if it is nothing that is read here.
fn unread(dtype: &ArrowDataType) -> Option<String> {
    use ArrowDataType as T;
    Some(match dtype {
        T::Null | T::Boolean | T::Date32 | T::Date64 | T::Timestamp(..) => return None,
        T::Int32 | T::Int64 | T::UInt32 | T::UInt64 | T::Float32 | T::Float64 => return None,
        T::Utf8 | T::LargeUtf8 | T::Utf8View => return None,
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => return None,
        T::Dictionary(_, values, _) => return unread(values),
        T::Decimal(..) | T::Decimal32(..) | T::Decimal64(..) | T::Decimal256(..) => {
            "decimal numbers, which are not read".to_owned()
        }
        T::Float16 | T::Int8 | T::Int16 | T::UInt8 | T::UInt16 => {
            "numbers of 8 or 16 bits, which are not read".to_owned()
        }
        nested if nested.is_nested() => "lists or structures".to_owned(),
        other => format!("`{other:?}`, which is not read"),
    })
}

fn damaged(file: &str, what: &str) -> Problem {
    Problem::new(format!("the file is damaged: {what}"))
        .at(Place::file(file))
        .hint("export it again, or download it again; a CSV file can be looked into")
}

fn too_large(file: &str, what: &str) -> Problems {
    let most = format!("at most {} cells and {} MB", count(MOST_CELLS), MOST_BYTES >> 20);
    Problem::new(format!("the file is damaged or no file of daily prices: {what}"))
        .at(Place::file(file))
        .expected(most)
        .into()
}

/// The first line of what polars says, of a length that can be read.
fn clipped(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    line.chars().filter(|c| !c.is_control()).take(120).collect()
}

fn column_text(column: &Column) -> Option<Vec<String>> {
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).filter(|text| text != "NaN").unwrap_or_default()
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

/// The table as `prices.parquet`: a `date` column of days, then one column of doubles a ticker.
///
/// # Errors
/// A ticker named `date`.
pub fn write_parquet(table: &Table) -> Result<Vec<u8>, Problems> {
    let days: Vec<i32> = table.days.iter().map(|day| (*day - EPOCH).get_days()).collect();
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
#[expect(clippy::disallowed_methods, reason = "tests read fixtures")]
mod tests {
    use polars::prelude::{Int64Chunked, IntoSeries, NewChunkedArray};

    use super::super::{Format, read, read_csv};
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
            Series::new("single".into(), [14.37_f32, f32::NAN]).into(),
            Series::new("double".into(), [Some(75.439_056), None]).into(),
            Series::new("volume".into(), [1_003_200_i64, 0]).into(),
            Series::new("date".into(), [Some("1999-01-04"), None]).into(),
        ]);
        let sheet = read_parquet("p", &bytes).unwrap();
        let expected = [
            ["date", "stamp", "text", "single", "double", "volume"],
            ["1999-01-04", "2020-01-02", "a", "14.37", "75.439056", "1003200"],
            ["", "2020-01-03", "b", "", "", "0"],
        ];
        assert_eq!(sheet.rows(), expected);
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
        for (zone, days) in [
            ("UTC", ["02", "02", "02"]),
            ("Europe/Berlin", ["02", "02", "02"]),
            ("America/New_York", ["01", "02", "02"]),
            ("Asia/Tokyo", ["02", "02", "03"]),
        ] {
            assert_eq!(text(zone, &moments), days.map(|day| format!("2020-01-{day}")), "{zone}");
        }
        let midnights = [0, 24].map(|hour| 1_577_923_200_000 + hour * 3_600_000);
        assert_eq!(text("America/New_York", &midnights), ["2020-01-02", "2020-01-03"]);
        assert_eq!(text("Asia/Tokyo", &[i64::MAX]), [""]);
    }

    #[test]
    fn a_written_table_is_read_as_its_csv() {
        let text = "date,SPY,XLC\n2020-01-02,75.439056,\n2020-01-03,77.021278,14.370000\n";
        let table = Table::from_csv("p", text).unwrap();
        let bytes = write_parquet(&table).unwrap();
        assert_eq!(bytes, write_parquet(&table).unwrap(), "the same bytes every time");
        let read = read(Format::Parquet, "p", &bytes).unwrap();
        let csv = read_csv("p", text).unwrap();
        assert_eq!((read.days, read.tickers), (csv.days, csv.tickers));
        assert_eq!(read.prices[0], csv.prices[0]);
        assert!(read.prices[1][0].is_nan() && read.prices[1][1] == 14.37);
    }

    #[test]
    fn a_file_with_more_cells_than_prices_have_is_refused_before_it_is_read() {
        let rows = MOST_CELLS / 2 + 1;
        let column = |name: &str| Column::full_null(name.into(), rows, &DataType::Int32);
        let bytes = parquet(vec![column("date"), column("SPY")]);
        assert!(bytes.len() < 10_000, "it is {} bytes", bytes.len());
        let told = read_parquet("p", &bytes).unwrap_err().to_string();
        assert!(told.contains("4000001 rows of 2 columns"), "{told}");
        assert!(told.contains("expected at most 8\u{202f}000\u{202f}000 cells"), "{told}");
        let texts = vec!["x".repeat(200_000); 1400];
        let bytes = parquet(vec![Series::new("date".into(), texts).into()]);
        let told = read_parquet("p", &bytes).unwrap_err().to_string();
        assert!(bytes.len() < 1 << 21 && told.contains("bytes"), "{}: {told}", bytes.len());
    }

    /// Files that pyarrow wrote: `tests/fixtures/parquet/README.md`.
    #[test]
    fn a_sound_file_is_read_or_refused_in_true_words() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/parquet");
        for (name, told) in [
            ("text_dictionary", ""),
            ("large_dictionary", ""),
            ("dates_dictionary", ""),
            ("times", ""),
            ("uint64", ""),
            ("decimal128", "column `SPY` holds decimal numbers"),
            ("decimal_integer", "column `SPY` holds decimal numbers"),
            ("float16", "column `SPY` holds numbers of 8 or 16 bits"),
            ("int8", "column `SPY` holds numbers of 8 or 16 bits"),
            ("lists", "column `SPY` holds lists or structures"),
            ("duration", "column `SPY` holds `Duration"),
            ("time", "column `SPY` holds `Time32"),
            ("bool", "column `SPY`: `true` is not a price"),
            ("zoned_dictionary", "column `when` has a time zone"),
        ] {
            let bytes = std::fs::read(format!("{folder}/{name}.parquet")).unwrap();
            match read(Format::Parquet, "p", &bytes).map_err(|problems| problems.to_string()) {
                Ok(table) => {
                    assert_eq!(told, "", "{name}");
                    assert_eq!(table.days[1], jiff::civil::date(2020, 1, 3), "{name}");
                    assert!((10.0..11.0).contains(&table.prices[0][0]), "{name}");
                }
                Err(text) => {
                    assert!(!told.is_empty() && text.contains(told), "{name}: {text}");
                    assert!(!text.contains("damaged"), "{name}: {text}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_price_is_told() {
        let days = Series::new("date".into(), ["2020-01-02", "2020-01-03"]);
        let bytes = parquet(vec![days.into(), Series::new("SPY".into(), [1.0, -2.0]).into()]);
        let told = |bytes| read(Format::Parquet, "p", bytes).unwrap_err().to_string();
        assert!(told(&bytes).contains("row 2, column `SPY`: a price of -2 is not positive"));
        assert!(told(b"PAR2").contains("not a Parquet"));
        assert!(told(b"PAR1").contains("the file is damaged: its end is missing"));
    }
}
