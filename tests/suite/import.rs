//! `import`: every layout gives the same table, what is unclear is refused, nothing is overwritten.

mod hostile;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use dfa_report::prices::import::{self, Imported, Options};
use dfa_report::prices::quotes::{Decimal, Field, Table};
use flate2::Compression;
use flate2::write::GzEncoder;
use polars::prelude::{Column, DataFrame, NamedFrom, ParquetWriter, Series};
use proptest::prelude::*;

use super::support;

/// Files by name.
type Files = Vec<(String, Vec<u8>)>;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import")
}

/// The files of a folder of fixtures, sorted.
fn folder(name: &str) -> Files {
    let mut files: Files = std::fs::read_dir(fixtures().join(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let file = path.file_name().unwrap().to_str().unwrap();
            (format!("{name}/{file}"), std::fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn imported(files: &Files) -> Imported {
    import::import(files, &Options::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn expected() -> String {
    std::fs::read_to_string(fixtures().join("expected.csv")).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The same files with their text written in another way.
fn rewritten(files: &Files, ending: &str, rewrite: impl Fn(&str) -> Vec<u8>) -> Files {
    files
        .iter()
        .map(|(file, bytes)| {
            (format!("{file}{ending}"), rewrite(std::str::from_utf8(bytes).unwrap()))
        })
        .collect()
}

const LAYOUTS: [&str; 13] = [
    "alpha_vantage",
    "european",
    "investing",
    "long",
    "long_slashes",
    "nasdaq",
    "quantmod",
    "stooq",
    "stooq_text",
    "tiingo",
    "wide",
    "yahoo",
    "yfinance",
];

#[test]
fn every_layout_gives_the_same_table_and_says_what_it_is() {
    let mut said = String::new();
    for layout in LAYOUTS {
        let imported = imported(&folder(layout));
        assert_eq!(imported.table.to_csv(), expected(), "{layout}");
        let _ = writeln!(said, "# {layout}\n{}\n{}\n", imported.report(), imported.extent());
    }
    insta::assert_snapshot!("reports", said);
}

#[test]
fn the_way_a_text_is_wrapped_changes_nothing() {
    let files = folder("yahoo");
    let utf16 = |text: &str| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let wrapped = [
        rewritten(&files, "", |text| format!("\u{feff}{}", text.replace('\n', "\r\n")).into()),
        rewritten(&files, "", |text| format!("\n{text}\n\n").into()),
        rewritten(&files, "", |text| text.replace(',', ";").into()),
        rewritten(&files, "", |text| format!("sep=\t\n{}", text.replace(',', "\t")).into()),
        rewritten(&files, "", |text| text.replace('\n', "\r").into()),
        rewritten(&files, "", |text| {
            text.replace(',', "\" ,\"")
                .replace('\n', "\"\n\"")
                .trim_end_matches('"')
                .replacen("Date", "\"Date", 1)
                .into()
        }),
        rewritten(&files, ".gz", |text| gzip(text.as_bytes())),
        rewritten(&files, "", utf16),
    ];
    for files in &wrapped {
        assert_eq!(imported(files).table.to_csv(), expected());
    }
}

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let mut frame = DataFrame::new(columns[0].len(), columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

/// The expected table with numbers as short as they can be.
fn shortest() -> Table {
    let mut table = Table::from_csv("expected.csv", &expected()).unwrap();
    for price in table.prices.iter_mut().flatten().flatten() {
        *price = Decimal::from_f64(price.value()).unwrap();
    }
    table
}

#[test]
fn parquet_in_every_layout_gives_the_same_table() {
    let table = shortest();
    let days: Vec<String> = table.days.iter().map(ToString::to_string).collect();
    let value = |price: &Option<Decimal>| price.as_ref().map(Decimal::value);
    let wide = dfa_report::prices::data::write_parquet(&table).unwrap();
    let mut long: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut closes = Vec::new();
    let mut by_ticker: Files = Vec::new();
    for (ticker, prices) in table.tickers.iter().zip(&table.prices) {
        for (day, price) in days.iter().zip(prices) {
            long[0].push(ticker.clone());
            long[1].push(day.clone());
            closes.push(value(price));
        }
        let prices: Vec<Option<f64>> = prices.iter().map(value).collect();
        let bytes = parquet(vec![
            Series::new("Adj Close".into(), prices).into(),
            Series::new("Date".into(), &days).into(),
        ]);
        by_ticker.push((format!("{ticker}.parquet"), bytes));
    }
    let long = parquet(vec![
        Series::new("date".into(), &long[1]).into(),
        Series::new("symbol".into(), &long[0]).into(),
        Series::new("close".into(), closes).into(),
    ]);
    let one = |bytes| vec![("prices.parquet".to_owned(), bytes)];
    for files in [one(wide), one(long), by_ticker] {
        assert_eq!(imported(&files).table, table);
    }
}

#[test]
fn what_is_wrong_or_unclear_is_told_in_place_with_a_way_out() {
    let mut told = String::new();
    for (file, bytes) in folder("refused") {
        let problems = import::import(&[(file.clone(), bytes)], &Options::default());
        let problems = problems.expect_err(&file);
        let _ = writeln!(told, "# {file}\n{problems}\n");
    }
    insta::assert_snapshot!("refusals", told);
}

#[test]
fn what_the_user_says_settles_what_is_unclear() {
    let text = |rows: &str| vec![("SPY.csv".to_owned(), rows.as_bytes().to_vec())];
    let first = |rows: &str, options: Options| {
        let table = import::import(&text(rows), &options).unwrap_or_else(|p| panic!("{p}")).table;
        table.to_csv().lines().nth(1).unwrap().to_owned()
    };
    let none = Options::default;
    let dates = "date,SPY\n01/02/2020,320.10\n03/04/2020,322.30\n";
    for (order, day) in
        [(import::DateOrder::DayFirst, "2020-02-01"), (import::DateOrder::MonthFirst, "2020-01-02")]
    {
        let options = Options { date_order: Some(order), ..none() };
        assert_eq!(first(dates, options), format!("{day},320.10"));
    }
    let decimals = "date;SPY\n2020-01-02;320.100\n";
    for (mark, price) in
        [(import::DecimalMark::Point, "320.100"), (import::DecimalMark::Comma, "320100")]
    {
        let options = Options { decimal: Some(mark), ..none() };
        assert_eq!(first(decimals, options), format!("2020-01-02,{price}"));
    }
    let layout = "date,LOW,HD\n2020-01-02,119.10,218.20\n";
    for (layout_is, row) in [
        (import::Layout::Wide, "2020-01-02,119.10,218.20"),
        (import::Layout::Ticker, "2020-01-02,119.10"),
    ] {
        let options = Options { layout: Some(layout_is), field: Some(Field::Low), ..none() };
        assert_eq!(first(layout, options), row);
    }
    let options = Options { separator: Some(';'), ..none() };
    assert!(import::import(&text("date;SPY,XLB\n2020-01-02;1\n"), &options).is_err());
    let bars = "Date,Open,High,Low,Close,Adj Close\n2020-01-02,1,4,0.5,3,2\n";
    for (field, price) in
        [(Field::Open, "1"), (Field::High, "4"), (Field::Low, "0.5"), (Field::Close, "3")]
    {
        let options = Options { field: Some(field), ..none() };
        assert_eq!(first(bars, options), format!("2020-01-02,{price}"));
    }
    let options = Options { ticker: Some("XYZ".to_owned()), ..none() };
    let table =
        import::import(&[("odd name.csv".to_owned(), bars.into())], &options).unwrap().table;
    assert_eq!(table.tickers, ["XYZ"]);
    let options = Options { ticker: Some("XYZ".to_owned()), ..none() };
    let told = import::import(&folder("wide"), &options).unwrap_err().to_string();
    assert!(told.contains("the file names its tickers itself"), "{told}");
    let told = import::import(&folder("yahoo"), &options).unwrap_err().to_string();
    assert!(told.contains("--ticker names one ticker, there are 3 files"), "{told}");
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let told = |files: Files| import::import(&files, &Options::default()).unwrap_err().to_string();
    let adjusted = "Date,Close,Adj Close\n2020-01-02,3,2\n";
    let mixed =
        told(vec![file("SPY.csv", adjusted), file("XLB.csv", "Date,Close\n2020-01-02,3\n")]);
    assert!(mixed.contains("the close prices of XLB.csv cannot stand beside"), "{mixed}");
    let twice = told(vec![file("a/SPY.csv", adjusted), file("b/spy_us_d.csv", adjusted)]);
    assert!(twice.contains("SPY is in a/SPY.csv too"), "{twice}");
    // All problems of all files in one run.
    let both = told(vec![
        file("SPY.csv", "Date,Close\nx,1\n"),
        file("XLB.csv", "Date,Close\n2020-01-02,y\n"),
    ]);
    assert!(both.contains("SPY.csv:2:1") && both.contains("XLB.csv:2:12"), "{both}");
}

/// Tables of two tickers or three, each day with a price, prices with digits that tell the mark.
fn tables() -> impl Strategy<Value = Table> {
    let price = (1_u32..5_000, prop_oneof!["[0-9]{1,2}", "[0-9]{4,6}"])
        .prop_map(|(whole, decimals)| Decimal::new(&format!("{whole}.{decimals}")).unwrap());
    let row = prop::collection::vec(prop::option::weighted(0.8, price.clone()), 3);
    (prop::collection::vec((1_i32..4, row, price), 14..40), 0_i32..9_000).prop_map(
        |(rows, start)| {
            let mut table = Table {
                tickers: ["SPY", "XLB", "XLC"].map(str::to_owned).to_vec(),
                prices: vec![Vec::new(); 3],
                days: Vec::new(),
            };
            let mut day = jiff::civil::date(1996, 1, 1) + jiff::Span::new().days(start);
            for (step, prices, always) in rows {
                day += jiff::Span::new().days(step);
                table.days.push(day);
                for (column, price) in table.prices.iter_mut().zip(prices) {
                    column.push(price);
                }
                table.prices[1].pop();
                table.prices[1].push(Some(always));
            }
            // A ticker without any price would be no column of a long table.
            for ticker in [0, 2] {
                let first = table.prices[1][0].clone();
                table.prices[ticker][0] = table.prices[ticker][0].clone().or(first);
            }
            table
        },
    )
}

/// A number with a decimal comma and points between thousands, or the other way round.
fn grouped(price: &str, thousands: char, mark: char) -> String {
    let (whole, decimals) = price.split_once('.').unwrap();
    let grouped = match whole.len() {
        4 => format!("{}{thousands}{}", &whole[..1], &whole[1..]),
        _ => whole.to_owned(),
    };
    format!("{grouped}{mark}{decimals}")
}

/// The table in each of the layouts.
fn written(table: &Table) -> Vec<Files> {
    let text = |price: &Option<Decimal>| price.as_ref().map(|p| p.as_str().to_owned());
    let mut long = "ticker;day;price\n".to_owned();
    let mut yahoo: Files = Vec::new();
    let mut american: Files = Vec::new();
    for (ticker, prices) in table.tickers.iter().zip(&table.prices) {
        let mut bars = "Date,Open,High,Low,Close,Adj Close,Volume\n".to_owned();
        let mut newest_first = Vec::new();
        for (day, price) in table.days.iter().zip(prices) {
            let Some(price) = text(price) else {
                let _ = writeln!(bars, "{day},null,null,null,null,null,null");
                continue;
            };
            let _ = writeln!(long, "{ticker};{};{price}", day.strftime("%Y%m%d"));
            let _ = writeln!(bars, "{day} 00:00:00-05:00,1,2,1,7.25,{price},1000");
            newest_first.push(format!(
                "{},\"${}\"\n",
                day.strftime("%m/%d/%Y"),
                grouped(&price, ',', '.')
            ));
        }
        newest_first.push("Date,Close/Last\n".to_owned());
        newest_first.reverse();
        yahoo.push((format!("{ticker}.csv"), bars.into()));
        american.push((format!("{ticker}.csv"), newest_first.concat().into()));
    }
    let mut european = format!("Datum\t{}\n", table.tickers.join("\t")).replace("Datum", "Date");
    for (row, day) in table.days.iter().enumerate() {
        let _ = write!(european, "{}", day.strftime("%d.%m.%Y"));
        for column in &table.prices {
            let price = text(&column[row]).map_or("-".to_owned(), |p| grouped(&p, '.', ','));
            let _ = write!(european, "\t{price}");
        }
        european.push('\n');
    }
    let one = |text: String| vec![("all.csv".to_owned(), text.into_bytes())];
    let packed = vec![("all.csv.gz".to_owned(), gzip(table.to_csv().as_bytes()))];
    vec![one(table.to_csv()), packed, one(long), yahoo, one(european), american]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn a_table_comes_back_from_every_layout(table in tables()) {
        let options = Options { all_days: true, keep_last: true, ..Options::default() };
        for files in written(&table) {
            let imported = import::import(&files, &options);
            let imported = imported.map_err(|problems| TestCaseError::fail(problems.to_string()))?;
            prop_assert_eq!(&imported.table, &table);
        }
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    support::run(folder, &[&["import"], arguments].concat())
}

#[test]
fn the_twelve_funds_become_their_panel_to_the_last_digit() {
    let Some(shared) = support::real_data("data/spdr") else { return };
    let dir = tempfile::tempdir().unwrap();
    let raw = shared.join("raw").display().to_string();
    for more in [&[][..], &["--start", "1998-12-22"]] {
        let (status, out, err) =
            run(dir.path(), &[&[raw.as_str(), "--source", "spdr", "--force"], more].concat());
        assert_eq!(status, 0, "{err}");
        let prices = std::fs::read(dir.path().join("data/spdr/prices.csv")).unwrap();
        assert!(prices == std::fs::read(shared.join("prices.csv")).unwrap(), "{out}");
        assert!(out.contains("2025-09-26: of 12 tickers only SPY has it"), "{out}");
        assert!(out.contains("1993-01-29 to 1998-12-21"), "{out}");
    }
    let (_, out, _) = run(dir.path(), &[&raw, "--source", "all", "--keep-last", "--all-days"]);
    assert!(out.contains("8\u{202f}222 days, 1993-01-29 to 2025-09-26"), "{out}");
}

#[test]
fn prices_that_are_there_are_not_overwritten_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        let path = dir.path().join(to);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(fixtures().join(from), path).unwrap();
    };
    for ticker in ["SPY", "XLB", "XLC"] {
        copy(&format!("yahoo/{ticker}.csv"), &format!("raw/{ticker}.csv"));
    }
    copy("expected.csv", "raw/notes.md");
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    let names = || support::names(&dir.path().join("data/mine"));
    let (status, out, err) = run(dir.path(), &["raw", "--source", "mine"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert_eq!(read("data/mine/prices.csv"), expected());
    assert!(out.contains("passed over") && out.contains("raw/notes.md"), "{out}");
    let description = read("data/mine/source.yaml");
    assert!(description.contains("Imported from SPY.csv, XLB.csv, XLC.csv"), "{description}");
    assert!(!description.contains(&dir.path().display().to_string()));

    let (status, out, _) = run(dir.path(), &["raw", "--source", "mine"]);
    assert!(status == 0 && out.contains("nothing has changed"), "{out}");

    let edited = read("raw/SPY.csv").replace("1201.125000", "1201.250000")
        + "1999-01-05,1,1,1,1,1231.000000,1000000\n";
    std::fs::write(dir.path().join("raw/SPY.csv"), edited).unwrap();
    let (status, out, err) = run(dir.path(), &["raw", "--source", "mine"]);
    assert_eq!(status, 2, "{out}");
    assert!(err.contains("--force") && err.contains("data/mine/prices.csv"), "{err}");
    assert!(out.contains("1201.125") && out.contains("1201.25"), "{out}");
    assert_eq!(read("data/mine/prices.csv"), expected(), "the old file stands");

    std::fs::write(dir.path().join("data/mine/source.yaml"), "title: Mine\n").unwrap();
    let forced = ["raw", "--source", "mine", "--format", "parquet", "--force"];
    let (status, out, err) = run(dir.path(), &forced);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert_eq!(names(), ["prices.parquet", "source.yaml"], "prices are there once");
    assert_eq!(read("data/mine/source.yaml"), "title: Mine\n");
    let (status, _, err) = run(dir.path(), &["data/mine/prices.parquet", "--source", "again"]);
    assert_eq!(status, 0, "{err}");
    assert!(read("data/again/prices.csv").contains("1998-12-28,1201.25,14.3,50.11\n"));
}

#[test]
fn a_failed_import_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("SPY.csv"), "Date,Close\n2020-01-02,x\n").unwrap();
    let (status, out, err) = run(dir.path(), &["SPY.csv", "none.csv", "--source", "mine"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("none.csv"), "{err}");
    let (status, _, err) = run(dir.path(), &["SPY.csv", "--source", "mine"]);
    assert!(status == 2 && err.contains("SPY.csv:2:12"), "{err}");
    let (status, _, err) = run(dir.path(), &["SPY.csv", "--source", "../mine"]);
    assert!(status == 2 && err.contains("cannot be the name of a source"), "{err}");
    assert!(!dir.path().join("data").exists());
}
