//! Forecasts that were made elsewhere: a file of days and numbers.

use crate::base::diagnostic::Problems;
use crate::base::units::Day;
use crate::prices::quotes::Sheet;

/// What the file begins with.
const HEADER: [&str; 2] = ["date", "forecast"];

/// A forecast of this size or more is a mistake: a log return of 1 is 172 % in a day.
const TOO_LARGE: f64 = 1.0;

/// Forecasts of daily log returns, each dated by the day over which the return is earned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecasts {
    /// The file as messages show it.
    pub file: String,
    /// The days, ascending.
    pub days: Vec<Day>,
    /// One forecast a day.
    pub values: Vec<f64>,
    /// BLAKE3 of the file, hexadecimal.
    pub hash: String,
}

impl Forecasts {
    /// Reads `date,forecast`; `file` is its name in messages.
    ///
    /// # Errors
    /// A header that is another; else every cell that is no day or no possible forecast, and days
    /// that do not ascend.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        let sheet = Sheet::split(file, text, ',')?;
        let mut bad = sheet.problems();
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let mut read = Self { file: file.to_owned(), days: Vec::new(), values: Vec::new(), hash };
        if sheet.header() != HEADER {
            let problem = sheet.problem(0, 0, "the file does not begin with its columns");
            return Err(problem.expected("a header `date,forecast`").into());
        }
        for row in 1..sheet.rows().len() {
            let [day, value] = [0, 1].map(|column| sheet.cell(row, column));
            match day.parse::<Day>() {
                Err(_) => bad.push(|| {
                    let problem = sheet.problem(row, 0, format!("`{day}` is no day"));
                    problem.expected("an ISO date as in 2020-01-31")
                }),
                Ok(day) => {
                    if let Some(before) = read.days.last().filter(|before| **before >= day) {
                        let twice = *before == day;
                        let message = match twice {
                            true => format!("{day} stands twice"),
                            false => format!("{day} stands after {before}"),
                        };
                        let problem = || sheet.problem(row, 0, message).expected("ascending days");
                        bad.push(problem);
                    }
                    read.days.push(day);
                }
            }
            match value.parse::<f64>().ok().filter(|value| value.is_finite()) {
                None => bad.push(|| {
                    let problem = sheet.problem(row, 1, format!("`{value}` is no number"));
                    problem.expected("a log return as in 0.0012, which is 0.12 %")
                }),
                Some(value) if value.abs() >= TOO_LARGE => bad.push(|| {
                    let message = format!("a forecast of {value} is no daily log return");
                    let problem = sheet.problem(row, 1, message).expected("0.0012 for 0.12 %");
                    problem.hint("are these per cent, signs or positions?")
                }),
                Some(value) => read.values.push(value),
            }
        }
        if sheet.rows().len() == 1 {
            bad.push(|| sheet.problem_of_file("the file has no forecast"));
        }
        bad.into_result(read, "values are not days or forecasts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_day_or_no_forecast_is_told_in_its_place() {
        let good = Forecasts::parse("f", "date,forecast\n2020-01-02,0.001\n2020-01-03,-2e-4\n");
        let good = good.unwrap();
        assert_eq!((good.days.len(), good.values), (2, vec![0.001, -2e-4]));
        for (text, told, position) in [
            ("day,forecast\n", "does not begin with its columns", (1, 1)),
            ("date,forecast,x\n2020-01-02,1,2\n", "does not begin with its columns", (1, 1)),
            ("date,forecast\n2020-02-30,0\n", "`2020-02-30` is no day", (2, 1)),
            ("date,forecast\n2020-01-02,0\n2020-01-02,0\n", "2020-01-02 stands twice", (3, 1)),
            (
                "date,forecast\n2020-01-03,0\n2020-01-02,0\n",
                "2020-01-02 stands after 2020-01-03",
                (3, 1),
            ),
            ("date,forecast\n2020-01-02,\n", "`` is no number", (2, 12)),
            ("date,forecast\n2020-01-02,nan\n", "`nan` is no number", (2, 12)),
            ("date,forecast\n2020-01-02,1e999\n", "`1e999` is no number", (2, 12)),
            ("date,forecast\n2020-01-02,-1\n", "a forecast of -1 is no daily log return", (2, 12)),
        ] {
            let problems = Forecasts::parse("f", text).unwrap_err();
            let problem = problems.iter().next().unwrap();
            assert!(problem.message.contains(told), "{problems}");
            let place = problem.place.as_ref().unwrap().position().unwrap();
            assert_eq!((place.0, place.1), position, "{problems}");
        }
        let empty = Forecasts::parse("f", "date,forecast\n").unwrap_err().to_string();
        assert!(empty.contains("no forecast"), "{empty}");
    }
}
