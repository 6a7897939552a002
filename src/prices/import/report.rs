//! What was found, in aligned lines for a terminal.

use super::delimiter;
use super::file::ReadFile;
use crate::base::units::format::{count, counted, some_of};
use crate::prices::quotes::Table;

/// Names that a sentence lists; the rest are counted.
const NAMED: usize = 6;

/// Prices of all files, joined, and what was found out on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What each file holds, in the order given.
    pub files: Vec<ReadFile>,
    /// The prices.
    pub table: Table,
    /// What was left out of the table, in sentences.
    pub left_out: Vec<String>,
    /// What was noticed in the joined series, in sentences.
    pub notes: Vec<String>,
    /// What the user should know before trusting a result.
    pub warnings: Vec<String>,
}

impl Imported {
    /// What each file is, what it holds of each ticker, and what was put right, noticed or left
    /// out. Ends with a line end.
    pub fn report(&self) -> String {
        let mut text = forms(&self.files);
        text.push('\n');
        text.push_str(&tickers(&self.files));
        let notes = [file_notes(&self.files), self.notes.clone()].concat();
        for (title, lines) in
            [("noticed", &notes), ("left out", &self.left_out), ("WARNING", &self.warnings)]
        {
            if !lines.is_empty() {
                text.push_str(&format!("\n{title}\n  {}\n", lines.join("\n  ")));
            }
        }
        text
    }

    /// The table in a line: `12 tickers, 6 731 days, 1998-12-22 to 2025-09-25`.
    pub fn extent(&self) -> String {
        let days = &self.table.days;
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return "no prices".to_owned();
        };
        let tickers = counted(self.table.tickers.len(), "ticker", "tickers");
        format!("{tickers}, {}, {first} to {last}", counted(days.len(), "day", "days"))
    }
}

/// How each file is written.
fn forms(files: &[ReadFile]) -> String {
    let mut rows =
        vec![["file", "layout", "separator", "dates", "decimal", "field"].map(str::to_owned)];
    for file in files {
        let field = match file.field {
            Some(field) if file.price_name.is_empty() => field.words().to_owned(),
            Some(field) => format!("{} ({})", field.words(), file.price_name),
            None => "not said".to_owned(),
        };
        rows.push([
            file.name().to_owned(),
            file.layout.name().to_owned(),
            file.separator.map_or("Parquet", delimiter::name).to_owned(),
            file.dates.pattern(),
            file.decimal.name().to_owned(),
            field,
        ]);
    }
    aligned(&rows, &[])
}

/// What was put right in the files; what is true of several is said once.
fn file_notes(files: &[ReadFile]) -> Vec<String> {
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    for file in files {
        for note in &file.notes {
            match notes.iter_mut().find(|(known, _)| known == note) {
                Some((_, names)) => names.push(file.name()),
                None => notes.push((note, vec![file.name()])),
            }
        }
    }
    notes.into_iter().map(|(note, names)| format!("{}: {note}", listed(&names))).collect()
}

/// Some names, and how many there are more.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    some_of(names, NAMED)
}

/// What each file holds of each ticker.
fn tickers(files: &[ReadFile]) -> String {
    let mut rows = vec![["ticker", "file", "rows", "first day", "last day"].map(str::to_owned)];
    for file in files {
        for ticker in &file.tickers {
            rows.push([
                ticker.ticker.clone(),
                file.name().to_owned(),
                count(ticker.rows),
                ticker.first.to_string(),
                ticker.last.to_string(),
            ]);
        }
    }
    aligned(&rows, &[2])
}

/// Rows as lines, columns two blanks apart; numbers stand to the right.
fn aligned<const N: usize>(rows: &[[String; N]], numbers: &[usize]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if numbers.contains(&column) {
                format!("{cell:>width$}  ")
            } else {
                format!("{cell:width$}  ")
            }
        });
        text.extend([cells.collect::<String>().trim_end(), "\n"]);
    }
    text
}
