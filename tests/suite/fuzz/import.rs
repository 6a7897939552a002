//! The reader of price files as people have them: every layout, plain, in gzip, in UTF-16.

use std::io::Write as _;

use dfa_report::prices::import::{DateOrder, DecimalMark, Layout, Options, import, source_yaml};
use dfa_report::prices::quotes::Field;
use flate2::Compression;
use flate2::write::GzEncoder;
use walkdir::WalkDir;

use super::{mutated, survives};
use crate::support::repository;

const WORDS: [&str; 34] = [
    ";",
    "\t",
    ",",
    "|",
    "\"",
    "\r",
    "\n",
    "sep=;\n",
    "1.234,56",
    "1,234.56",
    "1'234",
    "-1",
    "1e308",
    "5e-324",
    "99999999999999999999999",
    "0,5",
    "12%",
    "$1",
    "null",
    "N/A",
    "31.12.2020",
    "12/31/2020",
    "31/12/20",
    "20201231",
    "-9999-01-01",
    "9999-12-31",
    "1 Jan 2020",
    "2020-01-02T00:00:00+14:00",
    "Close",
    "Adj Close",
    "Ticker",
    "SPY.Close",
    "\u{feff}",
    "\u{202e}\u{0}",
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn files() -> Vec<Vec<u8>> {
    let entries = WalkDir::new(repository("tests/fixtures/import")).sort_by_file_name();
    let entries = entries.into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| std::fs::read(entry.path()).unwrap()).collect()
}

/// What a user may say of a file, by number.
fn options(number: usize) -> Options {
    let mut options = Options::default();
    match number % 12 {
        0..5 => {}
        5 => options.layout = Some(Layout::Ticker),
        6 => options.layout = Some(Layout::Wide),
        7 => options.layout = Some(Layout::Long),
        8 => options.decimal = Some(DecimalMark::Comma),
        9 => options.date_order = Some(DateOrder::DayFirst),
        10 => (options.separator, options.all_days) = (Some(';'), true),
        _ => (options.field, options.keep_last) = (Some(Field::Close), true),
    }
    options
}

#[test]
fn a_damaged_file_to_import_is_told() {
    let plain = files();
    let mut packed: Vec<Vec<u8>> = plain.iter().map(|file| gzip(file)).collect();
    packed.extend(plain.iter().take(6).map(|file| {
        let text = String::from_utf8_lossy(file).into_owned();
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    }));
    let damaged = |seed: u64| match seed % 8 {
        0 => mutated(seed, &packed, &WORDS),
        1 => gzip(&mutated(seed, &plain, &WORDS)),
        _ => mutated(seed, &plain, &WORDS),
    };
    survives("import", 2000, damaged, |bytes| {
        let inputs = [("a/SPY.csv".to_owned(), bytes.clone())];
        match import(&inputs, &options(bytes.len())) {
            Ok(imported) => {
                assert!(!imported.table.days.is_empty());
                assert!(!imported.report().is_empty() && !imported.extent().is_empty());
                assert!(!source_yaml("mine", &imported).is_empty());
                assert!(imported.table.to_csv().starts_with("date,"));
                true
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                false
            }
        }
    });
}
