//! How much a price file may hold: more than anybody's daily prices, less than what would take the
//! machine's memory. `import --help` names these bounds.

use crate::base::diagnostic::{Place, Problem};
use crate::base::units::format::count;

/// Bytes of one file, unpacked: daily bars of 500 tickers over 26 years are 200 MB of text.
pub(crate) const LARGEST_FILE: u64 = 256 << 20;

/// Bytes of all files that are read at once, as they are.
pub(crate) const LARGEST_IN_ALL: u64 = 1 << 30;

/// Bytes of a line.
const LONGEST_LINE: usize = 1 << 20;

/// Columns of a file, and tickers of one.
const MOST_COLUMNS: usize = 10_000;

/// Lines of a file.
const MOST_LINES: usize = 5_000_000;

/// Cells of a file, and prices of a table.
const MOST_CELLS: usize = 30_000_000;

/// All of them in a sentence.
pub(crate) fn in_words() -> String {
    let [columns, lines, cells] = [MOST_COLUMNS, MOST_LINES, MOST_CELLS].map(count);
    format!(
        "A file may have {} unpacked, lines of {}, {columns} columns or tickers, {lines} lines and \
         {cells} cells, all files together {}. Pipes and devices are not read.",
        size(LARGEST_FILE),
        size(LONGEST_LINE as u64),
        size(LARGEST_IN_ALL),
    )
}

/// What to do about a file that is too large.
pub(crate) const SMALLER: &str =
    "leave out days, tickers or columns; `import --help` names the bounds";

/// A number of bytes in words.
pub(crate) fn size(bytes: u64) -> String {
    match bytes >> 30 {
        0 => format!("{} MiB", bytes >> 20),
        gigabytes => format!("{gigabytes} GiB"),
    }
}

/// Checks the lines of a text, before anything is made of them; `file` is its name in messages.
///
/// # Errors
/// Too many lines, or one that is too long.
pub(crate) fn check_text(file: &str, text: &str) -> Result<(), Problem> {
    check_lines(file, text, (MOST_LINES, LONGEST_LINE))
}

fn check_lines(file: &str, text: &str, (lines, length): (usize, usize)) -> Result<(), Problem> {
    for (line, number) in text.split('\n').zip(1..) {
        if line.len() > length {
            let message = format!("line {number} is longer than {length} bytes");
            let hint = "one line a day: is a line end missing there, or a quote left open?";
            return Err(Problem::new(message).at(Place::file(file)).hint(hint));
        }
        if number > lines && !line.is_empty() {
            let message = format!("the file has more than {} lines", count(lines));
            let problem = Problem::new(message).at(Place::file(file));
            return Err(problem.expected("daily prices").hint(SMALLER));
        }
    }
    Ok(())
}

/// Checks how large a table will be; `file` is its name in messages.
///
/// # Errors
/// Too many columns or cells.
pub(crate) fn check_table(file: &str, columns: usize, rows: usize) -> Result<(), Problem> {
    let problem = |much: &str, what: &str, most: usize| {
        let message = format!("{much} {what} are too many");
        let problem = Problem::new(message).at(Place::file(file));
        Err(problem.expected(format!("{} {what} at most", count(most))))
    };
    match columns.checked_mul(rows) {
        _ if columns > MOST_COLUMNS => problem(&count(columns), "columns or tickers", MOST_COLUMNS),
        Some(cells) if cells <= MOST_CELLS => Ok(()),
        cells => problem(&cells.map_or_else(String::new, count), "cells", MOST_CELLS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_told() {
        let lines =
            |text: &str| check_lines("a.csv", text, (3, 4)).err().map(|problem| problem.message);
        for text in ["", "1\n2\n3\n", "1\n2\n3", "1234\n"] {
            assert_eq!(lines(text), None, "{text}");
        }
        assert_eq!(lines("1\n12345\n").unwrap(), "line 2 is longer than 4 bytes");
        for text in ["1\n12345\n", "1\n2\n3\n4"] {
            assert!(check_lines("a.csv", text, (3, 4)).unwrap_err().hint.is_some(), "{text}");
        }
        assert_eq!(lines("1\n2\n3\n4").unwrap(), "the file has more than 3 lines");
        let table = |columns, rows| check_table("a.csv", columns, rows).map_err(|p| p.to_string());
        assert!(table(MOST_COLUMNS, MOST_CELLS / MOST_COLUMNS).is_ok());
        assert!(table(MOST_COLUMNS + 1, 1).unwrap_err().contains("columns or tickers"));
        for rows in [MOST_CELLS, usize::MAX] {
            assert!(table(2, rows).unwrap_err().contains("cells at most"));
        }
    }
}
