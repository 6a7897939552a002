//! Dates as files write them, and which number is the day.
//!
//! One column has one format. Where day and month could be exchanged, a number above 12 anywhere
//! in the column decides; without one the user must say.

use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::Day;
use crate::prices::quotes::Sheet;

/// The order of day, month and year where all three are numbers and the year stands last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2024.
    DayFirst,
    /// 12/31/2024.
    MonthFirst,
    /// 2024-12-31.
    YearFirst,
}

impl DateOrder {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::YearFirst];

    /// As the command line writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
            Self::YearFirst => "ymd",
        }
    }
}

/// How the parts of a date are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `2024-12-31`.
    YearFirst(char),
    /// `20241231`.
    Compact,
    /// `31/12/2024` or `12/31/2024`.
    YearLast(char),
    /// `31-Dec-2024`.
    DayName(char),
    /// `Dec 31, 2024`.
    NameDay,
}

/// One date as its parts: for [`Shape::YearLast`] the first two in the order they stand in.
#[derive(Debug, Clone, Copy)]
struct Parts {
    shape: Shape,
    first: i8,
    second: i8,
    year: i16,
    timed: bool,
}

/// The format of a column of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateFormat {
    shape: Shape,
    day_first: bool,
    /// A time of day follows, which is passed over.
    pub timed: bool,
}

impl DateFormat {
    /// The format as a pattern: `DD/MM/YYYY`.
    pub fn pattern(&self) -> String {
        match self.shape {
            Shape::YearFirst(mark) => format!("YYYY{mark}MM{mark}DD"),
            Shape::Compact => "YYYYMMDD".to_owned(),
            Shape::YearLast(mark) if self.day_first => format!("DD{mark}MM{mark}YYYY"),
            Shape::YearLast(mark) => format!("MM{mark}DD{mark}YYYY"),
            Shape::DayName(mark) => format!("DD{mark}Mon{mark}YYYY"),
            Shape::NameDay => "Mon DD, YYYY".to_owned(),
        }
    }
}

const KNOWN: &str = "2024-12-31, 20241231, 31/12/2024, 31.12.2024, 31-Dec-2024 or Dec 31, 2024";

/// The days of some rows of a column, and how they are written.
///
/// # Errors
/// Every cell that is no date, or not in the format of the first one; a column whose numbers do
/// not tell day from month, or contradict each other or `given`.
pub(super) fn read_days(
    sheet: &Sheet<'_>,
    column: usize,
    rows: &[usize],
    given: Option<DateOrder>,
) -> Result<(DateFormat, Vec<Day>), Problems> {
    let mut dates: Vec<(usize, Parts)> = Vec::with_capacity(rows.len());
    let mut bad = sheet.problems();
    for &row in rows {
        let text = sheet.cell(row, column);
        let at = |message: String| sheet.problem(row, column, message);
        match (parts(text), dates.first()) {
            (None, _) => bad.push(|| {
                at(format!("`{text}` is not a date")).expected(format!("a day as in {KNOWN}"))
            }),
            (Some(found), Some((first_row, first))) if found.shape != first.shape => {
                let like = sheet.cell(*first_row, column);
                bad.push(|| {
                    at(format!("`{text}` is written unlike the dates above"))
                        .expected(format!("a date like {like}"))
                });
            }
            (Some(found), _) => dates.push((row, found)),
        }
    }
    let mut format = DateFormat {
        shape: dates.first().map_or(Shape::Compact, |(_, date)| date.shape),
        day_first: false,
        timed: dates.iter().any(|(_, date)| date.timed),
    };
    if let Shape::YearLast(mark) = format.shape {
        match is_day_first(sheet, column, &dates, mark, given) {
            Ok(day_first) => format.day_first = day_first,
            Err(problem) => {
                bad.push(|| problem);
                dates.clear();
            }
        }
    }
    let mut days = Vec::with_capacity(dates.len());
    for (row, date) in dates {
        let (day, month) = match format.shape {
            Shape::YearLast(_) if !format.day_first => (date.second, date.first),
            _ => (date.first, date.second),
        };
        match Day::new(date.year, month, day) {
            Ok(day) => days.push(day),
            Err(_) => {
                let text = sheet.cell(row, column);
                let message = format!("`{text}` is not a day of the calendar");
                bad.push(|| sheet.problem(row, column, message).expected(format.pattern()));
            }
        }
    }
    bad.into_result((format, days), "values are not dates")
}

/// Decides whether the first number is the day.
fn is_day_first(
    sheet: &Sheet<'_>,
    column: usize,
    dates: &[(usize, Parts)],
    mark: char,
    given: Option<DateOrder>,
) -> Result<bool, Problem> {
    let above = |part: fn(&Parts) -> i8| {
        dates.iter().find(|(_, date)| part(date) > 12).map(|&(row, _)| row)
    };
    let start = dates.first().map_or(0, |&(row, _)| row);
    let refused = |row: usize, order: &str, hint: &str| {
        let message = format!("`{}` has the {order}", sheet.cell(row, column));
        Err(sheet.problem(row, column, message).hint(hint))
    };
    match (given, above(|date| date.first), above(|date| date.second)) {
        (_, Some(one), Some(other)) => {
            let how = "one has the day first, the other the month";
            let problem = sheet.contradiction([(one, column), (other, column)], how);
            Err(problem.expected("one order of day and month in a file"))
        }
        (Some(DateOrder::MonthFirst), Some(row), _) => {
            refused(row, "day first", "`--date-order dmy`")
        }
        (Some(DateOrder::DayFirst), _, Some(row)) => {
            refused(row, "month first", "`--date-order mdy`")
        }
        (Some(DateOrder::YearFirst), ..) => {
            refused(start, "year last", "`--date-order dmy` or `--date-order mdy`")
        }
        (_, Some(_), None) | (Some(DateOrder::DayFirst), ..) => Ok(true),
        (_, None, Some(_)) | (Some(DateOrder::MonthFirst), ..) => Ok(false),
        // Nobody writes months before days with points between them.
        (None, None, None) if mark == '.' => Ok(true),
        (None, None, None) => Err(sheet
            .problem(
                start,
                column,
                "day and month cannot be told apart: no number is above 12 in the column",
            )
            .hint("say which stands first: `--date-order dmy` or `--date-order mdy`")),
    }
}

/// Whether a cell could be a date.
pub(super) fn looks_like_date(text: &str) -> bool {
    parts(text).is_some()
}

/// Takes a date apart; `None` if it is none.
fn parts(text: &str) -> Option<Parts> {
    let (date, timed) = without_time(text);
    let found = |shape, first: &str, second: i8, year: &str| {
        let plain = first.len() <= 2 && year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        let first = first.parse().ok().filter(|_| plain)?;
        Some(Parts { shape, first, second, year: year.parse().ok()?, timed })
    };
    let number = |part: &str| if part.len() <= 2 { part.parse::<i8>().ok() } else { None };
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        return found(Shape::Compact, &date[6..], number(&date[4..6])?, &date[..4]);
    }
    for mark in ['-', '/', '.'] {
        let fields: Vec<&str> = date.split(mark).collect();
        if let [a, b, c] = fields[..] {
            return match (a.len(), month(b)) {
                (_, Some(month)) => found(Shape::DayName(mark), a, month, c),
                (4, None) => found(Shape::YearFirst(mark), c, number(b)?, a),
                (_, None) => found(Shape::YearLast(mark), a, number(b)?, c),
            };
        }
    }
    let words: Vec<&str> = date.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
    let [a, b, c] = words[..] else { return None };
    match (month(a), month(b)) {
        (Some(month), _) => found(Shape::NameDay, b, month, c),
        (None, Some(month)) => found(Shape::DayName(' '), a, month, c),
        (None, None) => None,
    }
}

/// Cuts off a time of day with its zone: `2024-12-31T16:00:00Z`, `2024-12-31 00:00:00-05:00`.
fn without_time(text: &str) -> (&str, bool) {
    let Some(colon) = text.find(':') else { return (text, false) };
    let hours = &text[..colon];
    match hours.rfind(['T', ' ']) {
        Some(gap) if hours[gap + 1..].bytes().all(|byte| byte.is_ascii_digit()) => {
            (text[..gap].trim_end(), true)
        }
        _ => (text, false),
    }
}

/// The number of a month by its English name or the first letters of it, three at least.
fn month(name: &str) -> Option<i8> {
    const MONTHS: &str = "january february march april may june july august september october \
        november december";
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let position = MONTHS.split(' ').position(|full| name.len() >= 3 && full.starts_with(&name))?;
    i8::try_from(position + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dates: &[&str], given: Option<DateOrder>) -> Result<(String, Vec<Day>), String> {
        let text = format!("date;SPY\n{};1\n", dates.join(";1\n"));
        let sheet = Sheet::split("a.csv", &text, ';').unwrap();
        let rows: Vec<usize> = (1..=dates.len()).collect();
        read_days(&sheet, 0, &rows, given)
            .map(|(format, days)| (format.pattern(), days))
            .map_err(|problems| problems.to_string())
    }

    #[test]
    fn every_format_gives_the_same_days() {
        let formats = [
            ("YYYY-MM-DD", ["1998-12-22", "1999-01-04"]),
            ("YYYY-MM-DD", ["1998-12-22 00:00:00-05:00", "1999-01-04T16:00:00.000Z"]),
            ("YYYY/MM/DD", ["1998/12/22", "1999/1/4"]),
            ("YYYYMMDD", ["19981222", "19990104"]),
            ("DD/MM/YYYY", ["22/12/1998", "04/01/1999"]),
            ("MM/DD/YYYY", ["12/22/1998", "1/4/1999"]),
            ("DD.MM.YYYY", ["22.12.1998", "04.01.1999"]),
            ("DD-Mon-YYYY", ["22-Dec-1998", "04-JAN-1999"]),
            ("DD Mon YYYY", ["22 December 1998", "4 Jan 1999"]),
            ("Mon DD, YYYY", ["Dec 22, 1998", "January 4, 1999"]),
        ];
        let days = [jiff::civil::date(1998, 12, 22), jiff::civil::date(1999, 1, 4)];
        for (pattern, dates) in formats {
            assert_eq!(read(&dates, None).unwrap(), (pattern.to_owned(), days.to_vec()));
        }
    }

    #[test]
    fn day_and_month_are_told_apart_by_evidence_or_by_the_user_only() {
        assert_eq!(read(&["01.02.2020"], None).unwrap().0, "DD.MM.YYYY");
        let ambiguous = ["01/02/2020", "03/02/2020"];
        for (order, first) in
            [(DateOrder::DayFirst, "2020-02-01"), (DateOrder::MonthFirst, "2020-01-02")]
        {
            assert_eq!(read(&ambiguous, Some(order)).unwrap().1[0], first.parse().unwrap());
        }
        let refused: [(&[&str], _, _); 5] = [
            (&ambiguous, None, "cannot be told apart: no number is above 12"),
            (&["13/02/2020", "02/13/2020"], None, "contradicts `13/02/2020` on line 2"),
            (&["13/02/2020"], Some(DateOrder::MonthFirst), "`--date-order dmy`"),
            (&["02/13/2020"], Some(DateOrder::DayFirst), "`--date-order mdy`"),
            (&["02/13/2020"], Some(DateOrder::YearFirst), "has the year last"),
        ];
        for (dates, given, expected) in refused {
            let told = read(dates, given).unwrap_err();
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn what_is_no_date_is_told_in_place() {
        for bad in
            ["never", "1/2/20", "2020-13-01", "2020-02-30", "99999999", "1577923200", "2020-1"]
        {
            let told = read(&["2020-01-02", bad], None).unwrap_err();
            assert!(told.contains("a.csv:3:1") && told.contains(bad), "{told}");
        }
        let told = read(&["2020-01-02", "02-Jan-2020"], None).unwrap_err();
        assert!(
            told.contains("unlike the dates above") && told.contains("like 2020-01-02"),
            "{told}"
        );
    }
}
