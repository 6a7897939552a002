//! A table of one day column and numeric columns, as CSV.

use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::base::units::{Day, round_significant};

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
    /// Which of [`super::SERIES_FILES`]; 0 where one table is read by itself.
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
    pub(super) fn hash(&self) -> String {
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

    pub(super) fn round(&mut self, digits: usize) {
        for values in self.columns.values_mut() {
            for value in values {
                // What is not finite is not defined: a blank in the file.
                *value =
                    if value.is_finite() { round_significant(*value, digits) } else { f64::NAN };
            }
        }
    }

    /// The table as CSV, shortest round-trip decimals, blanks for `NaN`.
    ///
    /// The first figure of a column with fractions has a point (`10000.0`): polars tells the type of
    /// a column by its first rows.
    pub fn to_csv(&self) -> String {
        let mut text =
            String::with_capacity((self.days.len() + 1) * (12 + 11 * self.columns.len()));
        text.push_str("date");
        for name in self.columns.keys() {
            text.push(',');
            text.push_str(name);
        }
        text.push('\n');
        let has_fraction =
            |values: &Vec<f64>| values.iter().any(|v| v.is_finite() && v.fract() != 0.0);
        let first = |values: &Vec<f64>| values.iter().position(|value| value.is_finite());
        let pointed: Vec<Option<usize>> = (self.columns.values())
            .map(|values| first(values).filter(|_| has_fraction(values)))
            .collect();
        for (row, day) in self.days.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{day}");
            for (values, pointed) in self.columns.values().zip(&pointed) {
                text.push(',');
                let value = values[row];
                if value.is_finite() {
                    let _ = write!(text, "{value}");
                    if *pointed == Some(row) && value.fract() == 0.0 {
                        text.push_str(".0");
                    }
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
    fn the_first_figure_of_a_column_with_fractions_has_a_point() {
        let mut table = Table::new((1..=3).map(|day| date(2020, 1, day)).collect());
        table.push("alpha", vec![f64::NAN, 10000.0, 0.5]);
        table.push("weight", vec![0.0, 1.0, -1.0]);
        table.push("growth", vec![0.5, 1.0, 2.0]);
        let text = table.to_csv();
        let rows = "2020-01-01,,0,0.5\n2020-01-02,10000.0,1,1\n2020-01-03,0.5,-1,2\n";
        assert_eq!(text, format!("date,alpha,weight,growth\n{rows}"));
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
