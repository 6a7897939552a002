//! The files that hold the daily series: their names, their digits, and the two forms they come in.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Series, Table, TableError};
use crate::base::diagnostic::{Place, Problem};
use crate::base::gzip;
use crate::base::units::round_significant;
use crate::results::{Results, names};

/// Where the series are that experiments on one panel share: paths below the site's root, which carry
/// a hash of the contents. A site of gzip files adds `.gz`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFiles {
    /// `geometry.csv`: the same for one target and the same features.
    pub geometry: String,
    /// `regimes.csv`: the same where the detectors are the same, too.
    pub regimes: String,
    /// `correlations.csv`: the same for the same features.
    pub correlations: String,
}

/// How the files of daily series are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeriesForm {
    /// Text, which spreadsheets open.
    #[default]
    Csv,
    /// The same text as gzip, a quarter of the size, which pandas, polars and DuckDB read as it is.
    Gzip,
}

/// What a packed file's name ends in.
const PACKED: &str = ".gz";

/// Longest file of series that is unpacked, in bytes: a hundred times what the largest has.
const LONGEST: u64 = 1 << 30;

impl SeriesForm {
    /// All forms.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Gzip];

    /// The word for it in settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Gzip => "gzip",
        }
    }

    /// The path of a file in this form, from that of its text.
    pub fn path(self, path: &str) -> String {
        match self {
            Self::Csv => path.to_owned(),
            Self::Gzip => format!("{path}{PACKED}"),
        }
    }

    /// The bytes of a file with this text: the same whatever the machine.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Csv => text.as_bytes().to_vec(),
            Self::Gzip => gzip::pack(text.as_bytes()),
        }
    }
}

/// The text of a file of series in either form; `file` is its name in problems.
///
/// # Errors
/// A gzip file that is damaged or without end, and text that is not UTF-8.
pub fn series_text(file: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    let problem = |what: String| {
        Problem::new(what)
            .at(Place::file(file))
            .expected("a table of a site, as CSV or as gzip of it")
    };
    let unpacked = match gzip::is_packed(&bytes) {
        false => Ok(Some(bytes)),
        true => gzip::unpack(&bytes, LONGEST),
    };
    let text = match unpacked {
        Ok(Some(text)) => text,
        Ok(None) => return Err(problem("the gzip file holds more than 1 GiB".to_owned())),
        Err(error) => return Err(problem(format!("the gzip file is damaged: {error}"))),
    };
    String::from_utf8(text).map_err(|_| problem("the file is not UTF-8".to_owned()))
}

/// A file of daily series.
#[derive(Debug)]
pub struct SeriesFile {
    /// Its name, beside `results.json` unless it is shared; in a site of gzip files with `.gz`.
    pub name: &'static str,
    /// What it holds, for a reader.
    pub holds: &'static str,
    digits: usize,
}

impl SeriesFile {
    /// Its path below the site's root, as text.
    pub fn path(&self, results: &Results) -> String {
        let shared = &results.data.shared;
        match self.name {
            GEOMETRY => shared.geometry.clone(),
            REGIMES => shared.regimes.clone(),
            CORRELATIONS => shared.correlations.clone(),
            name => format!("{}/{name}", results.id),
        }
    }
}

const GEOMETRY: &str = "geometry.csv";
const REGIMES: &str = "regimes.csv";
const CORRELATIONS: &str = "correlations.csv";

/// The files.
pub const SERIES_FILES: [SeriesFile; 7] = {
    const fn file(name: &'static str, digits: usize, holds: &'static str) -> SeriesFile {
        SeriesFile { name, holds, digits }
    }
    [
        file("forecasts.csv", 7, "the forecasts, day by day"),
        file("strategies.csv", 7, "weights and growth, day by day"),
        file("coefficients.csv", 5, "coefficients, refit by refit"),
        file(GEOMETRY, 5, "correlations with the target and the spectrum, day by day"),
        file(REGIMES, 5, "states of the regimes and the pairs they watch, day by day"),
        // There are many pairs.
        file(CORRELATIONS, 3, "correlations of all pairs of features, every tenth day"),
        file("breaks.csv", 5, "rolling R², fluctuation and CUSUM, every fifth forecast"),
    ]
};

/// A forecast or a position with the digits that the files of series keep.
pub(crate) fn series_digits(value: f64) -> f64 {
    // One number for both.
    const { assert!(SERIES_FILES[0].digits == SERIES_FILES[1].digits) };
    round_significant(value, SERIES_FILES[0].digits)
}

impl Series {
    /// The series with the digits that their files keep: what a page shows is then the same
    /// whether it is made right after the run or from the files.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        let [forecasts, strategies, coefficients, geometry, regimes, correlations, breaks] =
            SERIES_FILES.map(|file| file.digits);
        // One table in memory.
        const { assert!(SERIES_FILES[3].digits == SERIES_FILES[4].digits) };
        debug_assert_eq!(geometry, regimes);
        self.forecasts.round(forecasts);
        self.strategies.round(strategies);
        self.coefficients.round(coefficients);
        self.geometry.round(geometry);
        self.correlations.round(correlations);
        self.breaks.round(breaks);
        self
    }

    /// The tables as the files hold them, with their names.
    pub fn files(&self) -> [(&'static str, Cow<'_, Table>); 7] {
        let Self { forecasts, strategies, coefficients, geometry, correlations, breaks } = self;
        let (of_panel, of_detectors) = split(geometry);
        let tables = [
            Cow::Borrowed(forecasts),
            Cow::Borrowed(strategies),
            Cow::Borrowed(coefficients),
            Cow::Owned(of_panel),
            Cow::Owned(of_detectors),
            Cow::Borrowed(correlations),
            Cow::Borrowed(breaks),
        ];
        let mut number = 0;
        tables.map(|table| {
            number += 1;
            (SERIES_FILES[number - 1].name, table)
        })
    }

    /// Where the shared ones go, by what they hold.
    pub fn shared_files(&self, source: &str) -> SharedFiles {
        let path = |name: &str, table: &Table| format!("data/{source}/{name}-{}.csv", table.hash());
        let (of_panel, of_detectors) = split(&self.geometry);
        SharedFiles {
            geometry: path("geometry", &of_panel),
            regimes: path("regimes", &of_detectors),
            correlations: path("correlations", &self.correlations),
        }
    }

    /// Reads the texts of the files, in the order of [`SERIES_FILES`].
    ///
    /// # Errors
    /// The first line that does not parse; a text that is missing is an empty file.
    pub fn from_csv<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, TableError> {
        let mut texts = (0..).zip(texts);
        let mut next = || {
            let (file, text) = texts.next().unwrap_or((SERIES_FILES.len() - 1, ""));
            let table = Table::from_csv(text).map_err(|error| TableError { file, ..error })?;
            Ok((file, table))
        };
        let [(_, forecasts), (_, strategies), (_, coefficients)] = [next()?, next()?, next()?];
        let (_, mut geometry) = next()?;
        let (file, regimes) = next()?;
        let differing = geometry.days.iter().zip(&regimes.days).take_while(|(a, b)| a == b).count();
        if differing < geometry.days.len().max(regimes.days.len()) {
            let message = format!("its days are not those of `{GEOMETRY}`");
            return Err(TableError { file, line: differing + 1, message });
        }
        geometry.columns.extend(regimes.columns);
        let [(_, correlations), (_, breaks)] = [next()?, next()?];
        Ok(Self { forecasts, strategies, coefficients, geometry, correlations, breaks })
    }
}

/// What follows from the panel, and what the detectors add to it.
fn split(geometry: &Table) -> (Table, Table) {
    let of = |detectors: bool| {
        let columns =
            geometry.columns.iter().filter(|(name, _)| is_of_detectors(name) == detectors);
        let columns: IndexMap<_, _> =
            columns.map(|(name, values)| (name.clone(), values.clone())).collect();
        Table { days: geometry.days.clone(), columns }
    };
    (of(false), of(true))
}

fn is_of_detectors(column: &str) -> bool {
    column.starts_with(&names::regime("")) || column.starts_with(names::WATCHED)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn table(days: usize, columns: &[&str]) -> Table {
        let all = (1..=28).map(|day| date(2020, 1, day)).take(days);
        let mut table = Table::new(all.collect());
        for (number, name) in columns.iter().enumerate() {
            let value =
                |row| if row == number { f64::NAN } else { (row * 7 + number) as f64 / 64.0 };
            table.push(*name, (0..days).map(value).collect());
        }
        table
    }

    fn series() -> Series {
        Series {
            forecasts: table(5, &["actual", "ridge"]),
            strategies: table(5, &["ridge.binary.growth"]),
            coefficients: table(2, &["ridge.XLE"]),
            geometry: table(9, &["coupling", "correlation.XLE.SPY", "pair.XLE.XLU", "regime.a"]),
            correlations: table(2, &["XLE.XLU"]),
            breaks: table(1, &["ridge.rolling_r2"]),
        }
    }

    /// Blanks are not equal to themselves; their text is.
    fn text(series: &Series) -> Vec<String> {
        series.files().map(|(_, table)| table.to_csv()).to_vec()
    }

    #[test]
    fn series_come_back_from_either_form_and_packing_repeats_itself() {
        let series = series();
        for form in SeriesForm::ALL {
            let packed: Vec<Vec<u8>> = text(&series).iter().map(|text| form.bytes(text)).collect();
            assert_eq!(packed, text(&series).iter().map(|t| form.bytes(t)).collect::<Vec<_>>());
            let read = packed.into_iter().map(|bytes| series_text("a", bytes).unwrap());
            let read: Vec<String> = read.collect();
            let back = Series::from_csv(read.iter().map(String::as_str)).unwrap();
            assert_eq!(text(&back), text(&series), "{form:?}");
            assert_eq!(back.geometry.to_csv(), series.geometry.to_csv());
            assert_eq!(form.path("a/b.csv"), format!("a/b.csv{}", ["", ".gz"][form as usize]));
        }
    }

    #[test]
    fn what_the_panel_gives_is_one_file_whatever_the_detectors() {
        let with = series();
        let mut without = series();
        without.geometry = table(9, &["coupling", "correlation.XLE.SPY"]);
        let (with, without) = (with.shared_files("s"), without.shared_files("s"));
        assert_eq!(with.geometry, without.geometry);
        assert_ne!(with.regimes, without.regimes);
        let series = series();
        let files = series.files();
        let columns = |at: usize| files[at].1.columns.keys().collect::<Vec<_>>();
        assert_eq!(columns(3), ["coupling", "correlation.XLE.SPY"]);
        assert_eq!(columns(4), ["pair.XLE.XLU", "regime.a"]);
    }

    #[test]
    fn regimes_of_other_days_are_told_with_their_line() {
        let mut texts = text(&series());
        texts[4] = texts[4].replace("2020-01-07", "2020-01-17");
        let error = Series::from_csv(texts.iter().map(String::as_str)).unwrap_err();
        assert_eq!((error.file, error.line), (4, 7));
        let shorter = texts[3].lines().take(3).collect::<Vec<_>>().join("\n");
        texts[3] = shorter;
        let error = Series::from_csv(texts.iter().map(String::as_str)).unwrap_err();
        assert_eq!((error.file, error.line), (4, 3));
        assert!(error.message.contains("geometry.csv"));
    }

    #[test]
    fn a_damaged_file_names_itself() {
        let packed = SeriesForm::Gzip.bytes("date,a\n2020-01-31,0.1\n");
        let told = |bytes: &[u8]| series_text("x/forecasts.csv.gz", bytes.to_vec()).unwrap_err();
        for bytes in [&packed[..packed.len() - 3], &[0x1f, 0x8b, 9], &[0xff, 0xfe]] {
            let problem = told(bytes);
            assert_eq!(problem.place.unwrap().file, "x/forecasts.csv.gz");
            assert!(["damaged", "not UTF-8"].iter().any(|what| problem.message.contains(what)));
        }
    }
}
