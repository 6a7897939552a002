//! The readers of a source: `prices.csv`, `prices.parquet`, `source.yaml`, `truth.csv`; and of
//! forecasts that were made elsewhere.

use dfa_report::base::diagnostic::Problems;
use dfa_report::prices::data::{Description, Forecasts, Format, Truth, read, write_parquet};
use dfa_report::prices::quality::assess;
use dfa_report::prices::quotes::{Decimal, Table};
use polars::prelude::{
    Column, DataFrame, DataType, NamedFrom as _, ParquetCompression, ParquetReader, ParquetWriter,
    SerReader as _, Series, TimeUnit,
};

use super::{mutated, survives};
use crate::support::{first_years, repository, run, write};

/// Nothing was read, and each problem says where.
fn placed(problems: &Problems) -> bool {
    assert!(!problems.is_empty());
    assert!(problems.iter().all(|problem| problem.place.is_some()), "{problems}");
    false
}

/// A price file of a few rows, one of some hundred, one of prices with gaps.
fn price_files() -> Vec<Vec<u8>> {
    let years = first_years();
    let lines = |count: usize| years.lines().take(count).collect::<Vec<_>>().join("\n") + "\n";
    let gaps = "date,SPY,XLC\n2020-01-02,75.439056,\n2020-01-03,77,14.37\n";
    [gaps.to_owned(), lines(6), lines(300)].map(String::into_bytes).to_vec()
}

/// The column of days of a file.
fn read_days(bytes: &[u8]) -> Column {
    let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
    frame.column("date").unwrap().clone()
}

/// The same prices as this program and as others write Parquet: packed or not, days as days, as
/// text or as moments, several groups of rows, pages of a few values.
fn parquet_files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for bytes in price_files() {
        let text = String::from_utf8(bytes).unwrap();
        let table = Table::from_csv("p.csv", &text).unwrap();
        files.push(write_parquet(&table).unwrap());
        let days = read_days(files.last().unwrap());
        let moments = DataType::Datetime(TimeUnit::Milliseconds, None);
        for (kind, compression) in [
            (DataType::String, ParquetCompression::Uncompressed),
            (DataType::Date, ParquetCompression::Uncompressed),
            (moments, ParquetCompression::Snappy),
        ] {
            let mut columns: Vec<Column> = vec![days.cast(&kind).unwrap()];
            for (ticker, prices) in table.tickers.iter().zip(&table.prices) {
                let prices: Vec<Option<f64>> =
                    prices.iter().map(|price| price.as_ref().map(Decimal::value)).collect();
                columns.push(Series::new(ticker.as_str().into(), prices).into());
            }
            let mut frame = DataFrame::new(table.days.len(), columns).unwrap();
            let mut bytes = Vec::new();
            let writer = ParquetWriter::new(&mut bytes).with_compression(compression);
            let writer = writer.with_row_group_size(Some(120)).with_data_page_size(Some(200));
            writer.finish(&mut frame).unwrap();
            files.push(bytes);
        }
    }
    files
}

#[test]
fn damaged_parquet_is_told() {
    let files = parquet_files();
    for file in &files {
        read(Format::Parquet, "prices.parquet", file).unwrap();
    }
    let damaged = |seed: u64| mutated(seed, &files, &[]);
    survives("prices.parquet", 400, damaged, |bytes| {
        match read(Format::Parquet, "prices.parquet", bytes) {
            Ok(_) => true,
            Err(problems) => placed(&problems),
        }
    });
}

#[test]
fn damaged_csv_is_told() {
    let words = [
        "-0044-03-15",
        "0001-01-01",
        "\"",
        ",",
        "\n",
        "\r\n",
        "nan",
        "-1",
        "1e999",
        "5e-324",
        "9999-12-31",
        "\u{feff}",
    ];
    let files = price_files();
    survives(
        "prices.csv",
        300,
        |seed| mutated(seed, &files, &words),
        |bytes| match read(Format::Csv, "prices.csv", bytes) {
            Ok(table) => {
                assert!(assess(&table, &[]).months.len() < 300_000);
                true
            }
            Err(problems) => placed(&problems),
        },
    );
}

#[test]
fn a_damaged_source_yaml_is_told() {
    let declared = "title: Funds\nprovider: {url: \"https://h/{ticker}.csv\"}\nbase_url: https://m\n\
        tickers: {SPY: spy.us, XLE: xle.us}\nfield: close\nadjustment: none\nstart: 1998-12-22\n\
        overlap: 30\nformat: parquet\n";
    let inputs = [
        declared.to_owned(),
        std::fs::read_to_string(repository("data/spdr/source.yaml")).unwrap(),
    ];
    let words = [
        "&a", "*a", "<<: ", "!!", "? ", "- ", ": ", "|", ">", "{", "}", "[", "]", "'", "\"", "#",
        "%", "@", "`", "\t", "\n  ", "~", "null", "0x", "1e999", "\u{85}", "---\n",
    ];
    let inputs = inputs.map(String::into_bytes).to_vec();
    let damaged = |seed: u64| mutated(seed, &inputs, &words);
    survives("source.yaml", 200, damaged, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match Description::parse("source.yaml", &text) {
            Ok(_) => true,
            Err(problems) => placed(&problems),
        }
    });
}

#[test]
fn damaged_forecasts_are_told() {
    let first = jiff::civil::date(2020, 1, 2);
    let days = first.series(jiff::Span::new().days(1));
    let lines = |count| -> String {
        days.clone().take(count).map(|day| format!("{day},0.00{}\n", day.day())).collect()
    };
    let files = [3, 200].map(|count| format!("date,forecast\n{}", lines(count)).into_bytes());
    let words = ["-009999-01-01", "9999-12-31", "nan", "1e999", "-1", "\"", ",", "\r\n", "", "0"];
    let damaged = |seed: u64| mutated(seed, &files, &words);
    survives("forecasts", 300, damaged, |bytes| {
        match Forecasts::parse("f.csv", &String::from_utf8_lossy(bytes)) {
            Ok(read) => {
                assert!(!read.days.is_empty() && read.days.len() == read.values.len());
                assert!(read.days.is_sorted_by(|a, b| a < b));
                assert!(read.values.iter().all(|value| value.abs() < 1.0));
                true
            }
            Err(problems) => placed(&problems),
        }
    });
}

#[test]
fn a_damaged_truth_is_told() {
    let text = std::fs::read_to_string(repository("data/sample/truth.csv")).unwrap();
    let lines = |count: usize| text.lines().take(count).map(|line| format!("{line}\n")).collect();
    let files = [3, 60].map(|count| -> String { lines(count) }).map(String::into_bytes);
    let words = ["-009999-01-01", "9999-12-31", "nan", "1e999", "-1", "2", "\"", ",", "\r\n", ""];
    let damaged = |seed: u64| mutated(seed, &files, &words);
    survives("truth.csv", 300, damaged, |bytes| {
        match Truth::parse("truth.csv", &String::from_utf8_lossy(bytes)) {
            Ok(truth) => {
                let days = [jiff::civil::Date::MIN, jiff::civil::date(1998, 12, 23)];
                let (regimes, r2) = truth.on(&days);
                assert_eq!((regimes.len(), r2.len()), (2, 2));
                true
            }
            Err(problems) => placed(&problems),
        }
    });
}

/// A panic within polars, whatever is caught of it, must not be seen: seed 73 is one.
#[test]
fn damaged_prices_are_told_on_the_command_line_with_place_and_hint() {
    let files = parquet_files();
    let whole = files.last().unwrap();
    let spec =
        "title: x\ndata: {source: bad, target: SPY, features: [XLE]}\nmodels: [{kind: ridge}]\n";
    let cut = "the file is damaged: its end is missing";
    let csv = "date,SPY,XLE\n2020-01-02,5e-324,1\n2020-01-03,1e300,1\n";
    for (file, bytes, told) in [
        ("prices.parquet", whole[..whole.len() / 2].to_vec(), cut),
        ("prices.parquet", mutated(73, &files, &[]), "the file is damaged: its parts do not fit"),
        ("prices.csv", csv.into(), "5e-324 is too small for a price"),
        ("prices.csv", csv.into(), "1e300 is too large for a price"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "experiments/x.yaml", spec);
        std::fs::create_dir_all(folder.path().join("data/bad")).unwrap();
        std::fs::write(folder.path().join("data/bad").join(file), bytes).unwrap();
        for (command, expected) in [("check", 1), ("build", 2)] {
            let (status, _, err) = run(folder.path(), &[command]);
            assert_eq!(status, expected, "{err}");
            assert!(err.contains(told) && err.contains(&format!("data/bad/{file}")), "{err}");
            let helps = ["= hint: export it again", "expected a number from 1e-9 to 1e12"];
            assert!(helps.iter().any(|help| err.contains(help)), "{err}");
            assert!(!err.contains("panicked"), "{err}");
        }
    }
}
