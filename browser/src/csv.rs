//! The series behind a chart, as the file next to it has them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// A table of numbers by day.
#[derive(Clone, Debug)]
pub struct Series {
    columns: Vec<String>,
    rows: BTreeMap<String, Vec<Option<f64>>>,
}

impl Series {
    /// Reads a file whose first column is a date, packed by gzip or not.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        if path.extension().is_some_and(|ending| ending == "gz") {
            let mut text = String::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
            return Self::parse(&text);
        }
        Self::parse(&String::from_utf8(bytes)?)
    }

    /// Reads a text whose first line names the columns, the date first.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let cells = |line: &str| -> Vec<String> {
            line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect()
        };
        let columns = cells(lines.next().context("an empty table")?).split_off(1);
        let mut rows = BTreeMap::new();
        for line in lines {
            let mut cells = cells(line).into_iter();
            let date = cells.next().context("an empty line")?;
            rows.insert(date, cells.map(|cell| cell.parse().ok()).collect());
        }
        Ok(Self { columns, rows })
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Dates in their order.
    pub fn dates(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// The values of a column that are there.
    pub fn column(&self, name: &str) -> Result<BTreeMap<&str, f64>> {
        let index = self.columns.iter().position(|column| column == name);
        let index = index.with_context(|| format!("no column {name} among {:?}", self.columns))?;
        let values = self.rows.iter().filter_map(|(date, row)| {
            row.get(index).copied().flatten().map(|value| (date.as_str(), value))
        });
        Ok(values.collect())
    }
}
