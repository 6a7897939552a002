//! Reading `prices.csv`: a `date` column of ISO days, then one adjusted close a ticker.
//!
//! polars splits the file into text columns; turning text into days and prices is done here, so
//! that every bad value can be named with its line and column, all of them in one run.

use std::borrow::Cow;
use std::io::Cursor;

use polars::prelude::{CsvReadOptions, DataFrame, SerReader};

use super::PriceTable;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;

/// Bad values shown one by one; the rest are counted.
const MOST_SHOWN: usize = 20;

/// Reads a price file; `file` is its name in messages.
///
/// # Errors
/// Every value that is not a positive number, every date that is not an ISO day, duplicate or
/// unsorted, with file, line and column.
pub fn read_csv(file: &str, text: &str) -> Result<PriceTable, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let lines = Lines { file, text };
    let mut problems = check_header(header, &lines);
    if !problems.is_empty() {
        return Err(problems);
    }
    let frame = split_columns(text).map_err(|error| lines.ragged(header, &error))?;
    let numbers: Vec<usize> = data_lines(text).map(|(number, _)| number).collect();
    if frame.height() == 0 || frame.height() != numbers.len() {
        let message = if frame.height() == 0 {
            "the price file has no rows"
        } else {
            "the price file has line breaks inside quotes"
        };
        return Err(Problem::new(message).at(Place::file(file)).into());
    }
    let days = read_days(&frame, &numbers, &lines, &mut problems);
    let mut bad = 0;
    let mut tickers = Vec::new();
    let mut prices = Vec::new();
    for (position, column) in frame.columns().iter().enumerate().skip(1) {
        tickers.push(column.name().to_string());
        let Ok(texts) = column.str() else {
            unreachable!("without schema inference polars reads text")
        };
        let mut values = Vec::with_capacity(frame.height());
        for (row, value) in texts.iter().enumerate() {
            values.push(read_price(value.unwrap_or_default()).unwrap_or_else(|message| {
                bad += 1;
                if bad <= MOST_SHOWN {
                    problems.push(
                        Problem::new(message)
                            .at(lines.cell(numbers[row], position))
                            .expected("a positive price, or nothing"),
                    );
                }
                f64::NAN
            }));
        }
        prices.push(values);
    }
    if bad > MOST_SHOWN {
        problems.push(
            Problem::new(format!("{} more values are not prices", bad - MOST_SHOWN))
                .at(Place::file(file)),
        );
    }
    problems.into_result(PriceTable { file: file.to_owned(), days, tickers, prices })
}

fn split_columns(text: &str) -> polars::prelude::PolarsResult<DataFrame> {
    // polars makes a row of blanks from an empty line.
    let has_empty_lines = text.contains("\n\n") || text.contains("\n\r\n");
    let dense = if has_empty_lines {
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        Cow::Owned(lines.join("\n"))
    } else {
        Cow::Borrowed(text)
    };
    CsvReadOptions::default()
        .with_has_header(true)
        .with_infer_schema_length(Some(0))
        .with_n_threads(Some(1))
        .into_reader_with_file_handle(Cursor::new(dense.as_bytes()))
        .finish()
}

/// Lines that hold data, with their numbers from 1.
fn data_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()).map(|(i, l)| (i + 1, l))
}

fn check_header(header: &str, lines: &Lines<'_>) -> Problems {
    let mut problems = Problems::new();
    let names: Vec<&str> = header.split(',').collect();
    if names[0] != "date" || names.len() < 2 {
        problems.push(
            Problem::new("the first column is not `date`")
                .at(lines.cell(1, 0))
                .expected("a header `date,TICKER,TICKER,...`")
                .hint("one wide table: ISO days down, one adjusted close a ticker across"),
        );
        return problems;
    }
    for (position, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            problems.push(Problem::new("a column has no ticker").at(lines.cell(1, position)));
        } else if names[..position].contains(name) {
            problems.push(
                Problem::new(format!("ticker `{name}` stands twice in the header"))
                    .at(lines.cell(1, position)),
            );
        }
    }
    problems
}

fn read_days(
    frame: &DataFrame,
    numbers: &[usize],
    lines: &Lines<'_>,
    problems: &mut Problems,
) -> Vec<Day> {
    let Ok(texts) = frame.columns()[0].str() else {
        unreachable!("without schema inference polars reads text")
    };
    let mut days: Vec<Day> = Vec::with_capacity(numbers.len());
    for (row, text) in texts.iter().enumerate() {
        let text = text.unwrap_or_default();
        let problem = match (text.parse::<Day>(), days.last()) {
            (Err(_), _) => Some((format!("`{text}` is not a day"), "an ISO day, 2024-12-31")),
            (Ok(day), Some(before)) if day == *before => {
                Some((format!("{day} stands twice"), "one row a day"))
            }
            (Ok(day), Some(before)) if day < *before => {
                Some((format!("{day} comes after {before}"), "days in ascending order"))
            }
            (Ok(day), _) => {
                days.push(day);
                None
            }
        };
        if let Some((message, expected)) = problem {
            problems.push(Problem::new(message).at(lines.cell(numbers[row], 0)).expected(expected));
            if problems.len() >= MOST_SHOWN {
                break;
            }
        }
    }
    days
}

fn read_price(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(f64::NAN);
    }
    match text.parse::<f64>() {
        Err(_) => Err(format!("`{text}` is not a number")),
        Ok(price) if !price.is_finite() => Err(format!("`{text}` is not a finite price")),
        Ok(price) if price <= 0.0 => Err(format!("a price of {text} is not positive")),
        Ok(price) => Ok(price),
    }
}

/// Finds places in the file again, once there is something to say about them.
struct Lines<'a> {
    file: &'a str,
    text: &'a str,
}

impl Lines<'_> {
    /// The `position`-th field of a line.
    fn cell(&self, number: usize, position: usize) -> Place {
        let line = self.text.lines().nth(number - 1).unwrap_or_default();
        let mut start = 0;
        let mut field = "";
        for (i, part) in line.split(',').enumerate() {
            field = part;
            if i == position {
                break;
            }
            start += part.chars().count() + 1;
        }
        Place::line(self.file, number, line).span(start + 1, field.chars().count().max(1))
    }

    /// What polars refused: nearly always a line with too many fields.
    fn ragged(&self, header: &str, error: &polars::prelude::PolarsError) -> Problem {
        let expected = header.split(',').count();
        let long = data_lines(self.text)
            .find(|(_, line)| line.split(',').count() > expected && !line.contains('"'));
        match long {
            Some((number, line)) => Problem::new(format!(
                "the line has {} fields, the header {expected}",
                line.split(',').count()
            ))
            .at(self.cell(number, expected)),
            None => Problem::new(format!("not a CSV file: {error}")).at(Place::file(self.file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_is_read_to_the_last_digit() {
        let table =
            read_csv("p.csv", "\u{feff}date,SPY,XLC\n2020-01-02,75.439056,\n\n2020-01-03,77,3e1\n")
                .unwrap();
        assert_eq!(table.tickers, ["SPY", "XLC"]);
        assert_eq!(table.prices[0], [75.439056, 77.0]);
        assert!(table.prices[1][0].is_nan() && table.prices[1][1] == 30.0);
        let coverage = table.coverage();
        assert_eq!((coverage[1].prices, coverage[1].first_day), (1, Some(table.days[1])));
    }

    #[test]
    fn every_bad_value_is_named_at_once() {
        let text = "date,SPY,XLE\n2020-01-02,1,-3\n2020-01-02,x,1\n2019-01-01,NaN,0\n\nnever,1,1\n";
        let problems = read_csv("p.csv", text).unwrap_err();
        let told: Vec<(String, usize, usize)> = problems
            .iter()
            .map(|problem| {
                let (line, column, _) = problem.place.as_ref().unwrap().position().unwrap();
                (problem.message.clone(), line, column)
            })
            .collect();
        let expected = [
            ("2020-01-02 stands twice", 3, 1),
            ("2019-01-01 comes after 2020-01-02", 4, 1),
            ("`never` is not a day", 6, 1),
            ("`x` is not a number", 3, 12),
            ("`NaN` is not a finite price", 4, 12),
            ("a price of -3 is not positive", 2, 14),
            ("a price of 0 is not positive", 4, 16),
        ];
        assert_eq!(
            told,
            expected.map(|(message, line, column)| (message.to_owned(), line, column))
        );
    }

    #[test]
    fn a_broken_shape_is_told() {
        let message = |text: &str| read_csv("p.csv", text).unwrap_err().to_string();
        assert!(message("day,SPY\n").contains("the first column is not `date`"));
        assert!(message("date,SPY,SPY\n2020-01-01,1,1\n").contains("stands twice in the header"));
        assert!(message("date,SPY\n").contains("no rows"));
        assert!(message("date,SPY\n2020-01-01,1,2\n").contains("p.csv:2:14"));
        assert!(message("").contains("the first column is not `date`"));
    }

    #[test]
    fn bad_values_without_end_are_counted() {
        let mut text = "date,SPY\n".to_owned();
        for day in 1..=28 {
            text.push_str(&format!("2020-02-{day:02},-1\n"));
        }
        let problems = read_csv("p.csv", &text).unwrap_err();
        assert_eq!(problems.len(), MOST_SHOWN + 1);
        assert!(problems.to_string().contains("8 more values are not prices"));
    }
}
