//! The daily series behind the charts, as tables of one day column and numeric columns.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Results, names};
use crate::base::units::{Day, round_significant};

/// The tables written beside `results.json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// `forecasts.csv`, one row a forecast: `actual`, `benchmark`, `weighted_benchmark` where a model
    /// is weighted, then per model `<model>` and `<model>.alpha`.
    pub forecasts: Table,
    /// `strategies.csv`, one row a forecast: `<model>.<rule>.weight`, `<model>.<rule>.growth`,
    /// and `buy_and_hold.growth`.
    pub strategies: Table,
    /// `coefficients.csv`, one row a refit (its day is the first one forecast): per model
    /// `<model>.<column>`, `<model>.nonzero`, `<model>.cosine_market` and `<model>.cosine_second`
    /// (with the leading eigenvectors of the training window), `<model>.drift` (cosine with the
    /// coefficients a year before); per pair `cosine.<a>.<b>`; `drift.mean` and `drift.volatility`
    /// (the last quarter's features against the training window's).
    pub coefficients: Table,
    /// `geometry.csv`, one row a day of the panel: `coupling`, the shape of the rolling spectrum
    /// (`absorption`, `effective_rank`, `participation_ratio`, `eigenvalue.1` to `.3` as shares)
    /// and its directions (`market_mode_stability`, the cosine with the market mode a year before;
    /// `second_mode_angle` in degrees), `correlation.<A>.<B>`, and `regime.<name>` (a state's
    /// number). Blank until a window is full.
    pub geometry: Table,
    /// `correlations.csv`, every tenth day from the first full window on: `<A>.<B>`, the rolling
    /// correlation of every pair of features, of the first 24 where there are more.
    pub correlations: Table,
    /// `breaks.csv`, every fifth forecast: per model `<model>.rolling_r2` of the last 252, and
    /// `<model>.hindsight.fluctuation` and `<model>.hindsight.cusum`, which are scaled by all
    /// forecasts.
    pub breaks: Table,
}

/// Where the series are that experiments on one panel with the same detectors share: paths below the
/// site's root, which carry a hash of the contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFiles {
    /// `geometry.csv`.
    pub geometry: String,
    /// `correlations.csv`.
    pub correlations: String,
}

/// A file of daily series.
#[derive(Debug)]
pub struct SeriesFile {
    /// Its name, beside `results.json` unless it is shared.
    pub name: &'static str,
    /// What it holds, for a reader.
    pub holds: &'static str,
    digits: usize,
}

impl SeriesFile {
    /// Its path below the site's root.
    pub fn path(&self, results: &Results) -> String {
        let shared = &results.data.shared;
        match self.name {
            GEOMETRY => shared.geometry.clone(),
            CORRELATIONS => shared.correlations.clone(),
            name => format!("{}/{name}", results.id),
        }
    }
}

const GEOMETRY: &str = "geometry.csv";
const CORRELATIONS: &str = "correlations.csv";

/// The files in the order of the fields of [`Series`].
pub const SERIES_FILES: [SeriesFile; 6] = {
    const fn file(name: &'static str, digits: usize, holds: &'static str) -> SeriesFile {
        SeriesFile { name, holds, digits }
    }
    [
        file("forecasts.csv", 7, "the forecasts, day by day"),
        file("strategies.csv", 7, "weights and growth, day by day"),
        file("coefficients.csv", 7, "coefficients, refit by refit"),
        file(GEOMETRY, 5, "correlations with the target, spectrum and regimes, day by day"),
        // There are many pairs.
        file(CORRELATIONS, 3, "correlations of all pairs of features, every tenth day"),
        file("breaks.csv", 5, "rolling R², fluctuation and CUSUM, every fifth forecast"),
    ]
};

impl Series {
    /// The series with the digits that their files keep: what a page shows is then the same
    /// whether it is made right after the run or from the files.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        let Self { forecasts, strategies, coefficients, geometry, correlations, breaks } =
            &mut self;
        let tables = [forecasts, strategies, coefficients, geometry, correlations, breaks];
        for (table, file) in tables.into_iter().zip(&SERIES_FILES) {
            table.round(file.digits);
        }
        self
    }

    /// The tables with their file names.
    pub fn files(&self) -> [(&'static str, &Table); 6] {
        let Self { forecasts, strategies, coefficients, geometry, correlations, breaks } = self;
        let tables = [forecasts, strategies, coefficients, geometry, correlations, breaks];
        std::array::from_fn(|number| (SERIES_FILES[number].name, tables[number]))
    }

    /// Where the shared ones go, by what they hold.
    pub fn shared_files(&self, source: &str) -> SharedFiles {
        let path = |name: &str, table: &Table| format!("data/{source}/{name}-{}.csv", table.hash());
        SharedFiles {
            geometry: path("geometry", &self.geometry),
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
            Table::from_csv(text).map_err(|error| TableError { file, ..error })
        };
        Ok(Self {
            forecasts: next()?,
            strategies: next()?,
            coefficients: next()?,
            geometry: next()?,
            correlations: next()?,
            breaks: next()?,
        })
    }

    /// The target's log return, forecast by forecast.
    pub fn actual(&self) -> Option<&[f64]> {
        self.forecasts.column(names::ACTUAL)
    }

    /// The prevailing mean, forecast by forecast.
    pub fn benchmark(&self) -> Option<&[f64]> {
        self.forecasts.column(names::BENCHMARK)
    }

    /// The weighted prevailing mean, forecast by forecast; `None` without weighted models.
    pub fn weighted_benchmark(&self) -> Option<&[f64]> {
        self.forecasts.column(names::WEIGHTED_BENCHMARK)
    }

    /// A model's forecasts.
    pub fn forecast(&self, model: &str) -> Option<&[f64]> {
        self.forecasts.column(model)
    }

    /// The penalty in use, forecast by forecast.
    pub fn alpha(&self, model: &str) -> Option<&[f64]> {
        self.forecasts.column(&names::alpha(model))
    }

    /// Daily growth factors of a track record.
    pub fn growth(&self, model: &str, rule: &str) -> Option<&[f64]> {
        self.strategies.column(&names::growth(model, rule))
    }

    /// Daily growth factors of holding the target.
    pub fn buy_and_hold_growth(&self) -> Option<&[f64]> {
        self.strategies.column(names::BUY_AND_HOLD_GROWTH)
    }

    /// A standardised coefficient, refit by refit.
    pub fn coefficient(&self, model: &str, column: &str) -> Option<&[f64]> {
        self.coefficients.column(&names::coefficient(model, column))
    }

    /// The columns of the design that a model has coefficients of.
    pub fn coefficient_columns(&self, model: &str) -> Vec<&str> {
        let others = [
            names::nonzero(model),
            names::cosine_market(model),
            names::cosine_second(model),
            names::drift(model),
        ];
        let prefix = names::coefficient(model, "");
        let keys = self.coefficients.columns.keys().filter(|key| !others.contains(key));
        keys.filter_map(|key| key.strip_prefix(&prefix)).collect()
    }

    /// Cosine of a model's coefficients with those of a year before, refit by refit.
    pub fn drift(&self, model: &str) -> Option<&[f64]> {
        self.coefficients.column(&names::drift(model))
    }

    /// Cosines of a model's coefficients with the training window's first two modes.
    pub fn mode_cosines(&self, model: &str) -> [Option<&[f64]>; 2] {
        [names::cosine_market(model), names::cosine_second(model)]
            .map(|name| self.coefficients.column(&name))
    }

    /// Cosine between the coefficients of two models, refit by refit.
    pub fn cosine(&self, a: &str, b: &str) -> Option<&[f64]> {
        self.coefficients.column(&names::cosine(a, b))
    }

    /// Rolling mean correlation of the features, day by day.
    pub fn coupling(&self) -> Option<&[f64]> {
        self.geometry.column(names::COUPLING)
    }

    /// Share of the n-th largest eigenvalue, from 1, day by day.
    pub fn eigenvalue(&self, number: usize) -> Option<&[f64]> {
        self.geometry.column(&names::eigenvalue(number))
    }

    /// Rolling correlation of two tickers, in either order, day by day.
    pub fn correlation(&self, a: &str, b: &str) -> Option<&[f64]> {
        let column = |a, b| self.geometry.column(&names::correlation(a, b));
        column(a, b).or_else(|| column(b, a))
    }

    /// Rolling correlation of two features on the days of `correlations.csv`.
    pub fn pair(&self, a: &str, b: &str) -> Option<&[f64]> {
        self.correlations.column(&names::pair(a, b))
    }

    /// Out-of-sample R2 of the last 252 forecasts, on the days of `breaks.csv`.
    pub fn rolling_r2(&self, model: &str) -> Option<&[f64]> {
        self.breaks.column(&names::rolling_r2(model))
    }

    /// The fluctuation statistic, on the days of `breaks.csv`.
    pub fn fluctuation(&self, model: &str) -> Option<&[f64]> {
        self.breaks.column(&names::fluctuation(model))
    }

    /// The CUSUM of the forecast errors, on the days of `breaks.csv`.
    pub fn cusum(&self, model: &str) -> Option<&[f64]> {
        self.breaks.column(&names::cusum(model))
    }
}

/// A day column and named numeric columns of the same length; `NaN` is a blank.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The days.
    pub days: Vec<Day>,
    /// The columns in order.
    pub columns: IndexMap<String, Vec<f64>>,
}

/// Why a series file could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct TableError {
    /// Which of [`SERIES_FILES`]; 0 where one table is read by itself.
    pub file: usize,
    /// Line number from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl Table {
    /// A table with its days and no columns yet.
    pub fn new(days: Vec<Day>) -> Self {
        Self { days, columns: IndexMap::new() }
    }

    /// Adds a column.
    ///
    /// # Panics
    /// If its length differs from the number of days.
    pub fn push(&mut self, name: impl Into<String>, values: Vec<f64>) {
        assert_eq!(values.len(), self.days.len(), "a column has one value a day");
        self.columns.insert(name.into(), values);
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.columns.get(name).map(Vec::as_slice)
    }

    /// Eight hexadecimal digits of BLAKE3 over names, days and values.
    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for day in &self.days {
            hasher.update(&day.year().to_le_bytes());
            hasher.update(&day.day_of_year().to_le_bytes());
        }
        for (name, values) in &self.columns {
            hasher.update(name.as_bytes());
            for value in values {
                hasher.update(&value.to_bits().to_le_bytes());
            }
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }

    fn round(&mut self, digits: usize) {
        for values in self.columns.values_mut() {
            for value in values {
                // What is not finite is not defined: a blank in the file.
                *value =
                    if value.is_finite() { round_significant(*value, digits) } else { f64::NAN };
            }
        }
    }

    /// The table as CSV, shortest round-trip decimals, blanks for `NaN`.
    pub fn to_csv(&self) -> String {
        let mut text =
            String::with_capacity((self.days.len() + 1) * (12 + 11 * self.columns.len()));
        text.push_str("date");
        for name in self.columns.keys() {
            text.push(',');
            text.push_str(name);
        }
        text.push('\n');
        for (row, day) in self.days.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{day}");
            for values in self.columns.values() {
                text.push(',');
                let value = values[row];
                if value.is_finite() {
                    let _ = write!(text, "{value}");
                }
            }
            text.push('\n');
        }
        text
    }

    /// Reads what [`Table::to_csv`] wrote.
    ///
    /// # Errors
    /// The first line that does not parse.
    pub fn from_csv(text: &str) -> Result<Self, TableError> {
        let fail = |line: usize, message: String| TableError { file: 0, line, message };
        let mut lines = text.lines();
        let header = lines.next().ok_or_else(|| fail(1, "the file is empty".to_owned()))?;
        let names: Vec<&str> = header.split(',').skip(1).collect();
        let mut days = Vec::new();
        let mut columns = vec![Vec::new(); names.len()];
        for (position, line) in lines.enumerate() {
            let number = position + 2;
            let mut fields = line.split(',');
            let day = fields.next().unwrap_or_default();
            days.push(day.parse().map_err(|_| fail(number, format!("`{day}` is not a day")))?);
            for column in &mut columns {
                let field =
                    fields.next().ok_or_else(|| fail(number, "a value is missing".to_owned()))?;
                column.push(match field {
                    "" => f64::NAN,
                    _ => match field.parse::<f64>() {
                        Ok(value) if value.is_finite() => value,
                        _ => return Err(fail(number, format!("`{field}` is not a finite number"))),
                    },
                });
            }
            if fields.next().is_some() {
                return Err(fail(number, "more values than the header names".to_owned()));
            }
        }
        let columns = names.into_iter().map(str::to_owned).zip(columns).collect();
        Ok(Self { days, columns })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_table_survives_the_round_trip() {
        let mut table = Table::new(vec![date(2020, 1, 31), date(2020, 2, 3)]);
        table.push("a", vec![0.1, f64::NAN]);
        table.push("b.c", vec![-1e-7, 2.0]);
        let text = table.to_csv();
        assert_eq!(text, "date,a,b.c\n2020-01-31,0.1,-0.0000001\n2020-02-03,,2\n");
        assert_eq!(Table::from_csv(&text).map(|t| t.to_csv()), Ok(text));
    }

    #[test]
    fn a_broken_series_names_its_line() {
        for figure in ["x", "inf", "NaN", "1e400"] {
            let text = format!("date,a\n2020-01-30,1\n2020-01-31,{figure}\n");
            assert_eq!(Table::from_csv(&text).map_err(|e| e.line), Err(3), "{figure}");
        }
        assert_eq!(Table::from_csv("date,a\n2020-01-31\n").map_err(|e| e.line), Err(2));
        assert_eq!(Table::from_csv("").map_err(|e| e.line), Err(1));
    }
}
