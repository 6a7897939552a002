//! The daily series behind the charts, as tables of one day column and numeric columns.

use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::base::units::{Day, round_significant};

/// The tables written beside `results.json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// `forecasts.csv`, one row a forecast: `actual`, `benchmark`, then per model `<model>` and
    /// `<model>.alpha`.
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

/// Significant digits kept of forecasts, weights, growth factors and coefficients.
const DIGITS: usize = 7;

/// Significant digits kept of correlations and of break statistics.
const GEOMETRY_DIGITS: usize = 5;

/// Significant digits kept of the correlations of all pairs, of which there are many.
const PAIR_DIGITS: usize = 3;

impl Series {
    /// The series with the digits that their files keep: what a page shows is then the same
    /// whether it is made right after the run or from the files.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        for table in [&mut self.forecasts, &mut self.strategies, &mut self.coefficients] {
            table.round(DIGITS);
        }
        self.geometry.round(GEOMETRY_DIGITS);
        self.correlations.round(PAIR_DIGITS);
        self.breaks.round(GEOMETRY_DIGITS);
        self
    }

    /// The tables with their file names.
    pub fn files(&self) -> [(&'static str, &Table); 6] {
        [
            ("forecasts.csv", &self.forecasts),
            ("strategies.csv", &self.strategies),
            ("coefficients.csv", &self.coefficients),
            ("geometry.csv", &self.geometry),
            ("correlations.csv", &self.correlations),
            ("breaks.csv", &self.breaks),
        ]
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
    /// Line number from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// Compounded returns of one calendar year.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthlyReturns {
    /// The year.
    pub year: i16,
    /// January to December; `None` where no day of the month is in the series.
    pub months: [Option<f64>; 12],
    /// The year as far as the series covers it.
    pub total: f64,
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

    fn round(&mut self, digits: usize) {
        for values in self.columns.values_mut() {
            values.iter_mut().for_each(|value| *value = round_significant(*value, digits));
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
        let fail = |line: usize, message: String| TableError { line, message };
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
                    _ => field
                        .parse()
                        .map_err(|_| fail(number, format!("`{field}` is not a number")))?,
                });
            }
            if fields.next().is_some() {
                return Err(fail(number, "more values than the header names".to_owned()));
            }
        }
        let columns = names.into_iter().map(str::to_owned).zip(columns).collect();
        Ok(Self { days, columns })
    }

    /// Calendar returns of a column of daily growth factors.
    pub fn monthly_returns(&self, growth: &str) -> Vec<MonthlyReturns> {
        let Some(values) = self.column(growth) else { return Vec::new() };
        let mut years: Vec<MonthlyReturns> = Vec::new();
        for (day, factor) in self.days.iter().zip(values) {
            if years.last().is_none_or(|last| last.year != day.year()) {
                years.push(MonthlyReturns { year: day.year(), months: [None; 12], total: 0.0 });
            }
            if let Some(year) = years.last_mut() {
                let month = &mut year.months[usize::from(day.month().unsigned_abs()) - 1];
                *month = Some((1.0 + month.unwrap_or(0.0)) * factor - 1.0);
                year.total = (1.0 + year.total) * factor - 1.0;
            }
        }
        years
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
        assert_eq!(Table::from_csv("date,a\n2020-01-31,x\n").map_err(|e| e.line), Err(2));
        assert_eq!(Table::from_csv("date,a\n2020-01-31\n").map_err(|e| e.line), Err(2));
        assert_eq!(Table::from_csv("").map_err(|e| e.line), Err(1));
    }

    #[test]
    fn months_compound() {
        let mut table = Table::new(vec![date(2020, 1, 30), date(2020, 1, 31), date(2020, 2, 3)]);
        table.push("g", vec![1.1, 1.1, 0.5]);
        let years = table.monthly_returns("g");
        assert_eq!(years.len(), 1);
        assert!((years[0].months[0].unwrap_or(0.0) - 0.21).abs() < 1e-12);
        assert!((years[0].total - (1.21 * 0.5 - 1.0)).abs() < 1e-12);
        assert_eq!(years[0].months[2], None);
    }
}
