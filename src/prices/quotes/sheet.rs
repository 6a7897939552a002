//! A file of rows and columns as text cells, each of which can be pointed at.

use std::borrow::Cow;
use std::ops::Range;

use super::bounds;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::format::counted;

/// Problems of a file told one by one; the rest are counted.
const MOST_SHOWN: usize = 20;

/// Rows of cells, all of one length; the first row is the header. Cells are trimmed and unquoted.
#[derive(Debug, Clone)]
pub(crate) struct Sheet<'a> {
    file: &'a str,
    rows: Vec<Vec<Cow<'a, str>>>,
    /// Number and text of the line of each row; `None` where the file has no lines.
    lines: Option<(char, Vec<(usize, &'a str)>)>,
}

impl<'a> Sheet<'a> {
    /// Cuts delimited text: fields may stand in `"`, blank lines are passed over.
    ///
    /// # Errors
    /// Every line whose number of fields is not the header's, or that leaves a quote open; an
    /// empty text, and one that is larger than prices are.
    pub(crate) fn split(file: &'a str, text: &'a str, separator: char) -> Result<Self, Problems> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        bounds::check_text(file, text)?;
        let lines = (1..).zip(text.lines().map(|line| line.trim_end_matches('\r')));
        let lines: Vec<(usize, &str)> = lines.filter(|(_, line)| !line.trim().is_empty()).collect();
        let Some((_, header)) = lines.first() else {
            return Err(Problem::new("the file is empty").at(Place::file(file)).into());
        };
        let width = spans(header, separator).len();
        bounds::check_table(file, width, lines.len())?;
        let mut ragged = Capped::new(file);
        let mut rows = Vec::with_capacity(lines.len());
        for &(number, line) in &lines {
            let found = spans(line, separator);
            let count = found.len();
            if line.bytes().filter(|&byte| byte == b'"').count() % 2 == 1 {
                let message = "a quote is left open on the line";
                ragged.push(|| Problem::new(message).at(Place::line(file, number, line)));
            } else if count != width {
                ragged.push(|| {
                    let fields = counted(count, "field", "fields");
                    let message = format!("the line has {fields}, the header {width}");
                    let hint = match count < width {
                        true => "the file may have been cut off",
                        false => "a field that holds the separator stands in quotes",
                    };
                    Problem::new(message).at(Place::line(file, number, line)).hint(hint)
                });
            } else {
                rows.push(found.into_iter().map(|span| cell_text(&line[span])).collect());
            }
        }
        let sheet = Self { file, rows, lines: Some((separator, lines)) };
        ragged.into_result(sheet, "lines do not fit the header")
    }

    /// How many fields a separator cuts a line into; inside quotes it cuts nothing.
    pub(crate) fn fields(line: &str, separator: char) -> usize {
        spans(line, separator).len()
    }

    /// Takes the cells of a file that has no lines: the columns, each with its name on top.
    pub(crate) fn of_columns(file: &'a str, columns: &[Vec<String>]) -> Self {
        let height = columns.first().map_or(0, Vec::len);
        let cell = |column: &Vec<String>, row: usize| Cow::Owned(column[row].trim().to_owned());
        let row = |row| columns.iter().map(|column| cell(column, row)).collect();
        Self { file, rows: (0..height).map(row).collect(), lines: None }
    }

    /// The file's name in messages.
    pub(crate) fn file(&self) -> &'a str {
        self.file
    }

    /// The field separator of a text.
    pub(crate) fn separator(&self) -> Option<char> {
        self.lines.as_ref().map(|(separator, _)| *separator)
    }

    /// The rows, the header first.
    pub(crate) fn rows(&self) -> &[Vec<Cow<'a, str>>] {
        &self.rows
    }

    pub(crate) fn header(&self) -> &[Cow<'a, str>] {
        &self.rows[0]
    }

    /// A cell by its row (0 is the header) and column.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        &self.rows[row][column]
    }

    /// The row as a sentence names it: "line 12", or "row 11" where there are no lines.
    pub(crate) fn row_name(&self, row: usize) -> String {
        match &self.lines {
            Some((_, lines)) => format!("line {}", lines[row].0),
            None => format!("row {row}"),
        }
    }

    /// A problem with a cell, at its place.
    pub(crate) fn problem(&self, row: usize, column: usize, message: impl Into<String>) -> Problem {
        let message = message.into();
        let Some((separator, lines)) = &self.lines else {
            let row = if row == 0 { String::new() } else { format!("row {row}, ") };
            let message = format!("{row}column `{}`: {message}", self.cell(0, column));
            return self.problem_of_file(message);
        };
        let (number, line) = lines[row];
        let span = spans(line, *separator).into_iter().nth(column).unwrap_or(0..line.len());
        let column = line[..span.start].chars().count() + 1;
        let width = line[span].chars().count().max(1);
        Problem::new(message).at(Place::line(self.file, number, line).span(column, width))
    }

    /// Two cells, each by row and column, of which the later contradicts the earlier; `how` says in
    /// what.
    pub(crate) fn contradiction(&self, mut cells: [(usize, usize); 2], how: &str) -> Problem {
        cells.sort_unstable();
        let [(before, earlier), (row, column)] = cells;
        let (text, other) = (self.cell(row, column), self.cell(before, earlier));
        let message = format!("`{text}` contradicts `{other}` on {}: {how}", self.row_name(before));
        self.problem(row, column, message)
    }

    /// A problem with the file as a whole.
    pub(crate) fn problem_of_file(&self, message: impl Into<String>) -> Problem {
        Problem::new(message).at(Place::file(self.file))
    }

    pub(crate) fn problems(&self) -> Capped<'a> {
        Capped::new(self.file)
    }
}

/// Problems with one file: the first few are told, the rest are counted and never made.
#[derive(Debug)]
pub(crate) struct Capped<'a> {
    file: &'a str,
    problems: Problems,
    more: usize,
}

impl<'a> Capped<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Self { file, problems: Problems::new(), more: 0 }
    }

    pub(crate) fn push(&mut self, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < MOST_SHOWN {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// `Ok(value)` when there is none.
    ///
    /// # Errors
    /// The problems, and how many there are more; `what` says of what kind: "values are not days".
    pub(crate) fn into_result<T>(mut self, value: T, what: &str) -> Result<T, Problems> {
        if self.more > 0 {
            let message = format!("{} more {what}", self.more);
            let problem = Problem::new(message).at(Place::file(self.file));
            self.problems.push_sum(problem, self.more);
        }
        self.problems.into_result(value)
    }
}

/// Where the fields of a line stand, quotes included; a separator in quotes separates nothing.
fn spans(line: &str, separator: char) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in line.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            spans.push(start..at);
            start = at + c.len_utf8();
        }
    }
    spans.push(start..line.len());
    spans
}

/// A field without its blanks and quotes.
fn cell_text(raw: &str) -> Cow<'_, str> {
    let trimmed = raw.trim();
    match trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if inner.contains("\"\"") => {
            inner.replace("\"\"", "\"").trim().to_owned().into()
        }
        Some(inner) => Cow::Borrowed(inner.trim()),
        None => Cow::Borrowed(trimmed),
    }
}

/// Whether a cell says that there is no value: blank, `null`, `NaN`, `N/A`, `-` and the like.
pub(crate) fn is_missing(cell: &str) -> bool {
    const WORDS: [&str; 10] = ["", "null", "nan", "n/a", "na", "#n/a", "none", "-", "--", "."];
    WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_blanks_and_line_ends_are_not_part_of_a_cell() {
        let text = "\u{feff}Date, \"Close\"\r\n\r\n\"2020-01-02\",\"1,204.5\"\r\nx,\"a \"\"b\"\"\"";
        let sheet = Sheet::split("a.csv", text, ',').unwrap();
        assert_eq!(sheet.header(), ["Date", "Close"]);
        assert_eq!(sheet.rows()[1], ["2020-01-02", "1,204.5"]);
        assert_eq!(sheet.cell(2, 1), "a \"b\"");
        let place = sheet.problem(1, 1, "no").place.unwrap();
        assert_eq!(place.position(), Some((3, 14, 9)));
        assert_eq!(&*place.line.unwrap().text, "\"2020-01-02\",\"1,204.5\"");
    }

    #[test]
    fn lines_that_do_not_fit_are_told_and_counted() {
        let mut text = "a;b\n1;2\n1\n\"1;2\n1;\"2\n".to_owned();
        text.push_str(&"1;2;3\n".repeat(30));
        let problems = Sheet::split("a.csv", &text, ';').unwrap_err();
        let told: Vec<String> = problems.iter().map(|problem| problem.message.clone()).collect();
        assert_eq!(told.len(), MOST_SHOWN + 1);
        assert_eq!(told[0], "the line has 1 field, the header 2");
        assert_eq!(told[2], "a quote is left open on the line");
        assert_eq!(told[MOST_SHOWN], "13 more lines do not fit the header");
        assert!(Sheet::split("a.csv", "\n \n", ',').unwrap_err().to_string().contains("is empty"));
    }

    #[test]
    fn a_file_without_lines_names_row_and_column() {
        let columns = [["date", "2020-01-02"], ["SPY", "x"]].map(|c| c.map(str::to_owned).to_vec());
        let sheet = Sheet::of_columns("p.parquet", &columns);
        assert_eq!(
            sheet.problem(1, 1, "not a number").to_string(),
            "error: row 1, column `SPY`: not a number\n  --> p.parquet"
        );
        assert!(is_missing("NaN") && is_missing("") && !is_missing("0"));
    }
}
