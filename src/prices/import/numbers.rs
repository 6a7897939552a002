//! Numbers as files write them, and which mark is the decimal one.
//!
//! One file has one decimal mark. A number with both marks tells it, and so does one whose mark
//! cannot stand between thousands; where no number tells, the user must say.

use std::borrow::Cow;

use crate::base::diagnostic::Problems;
use crate::prices::quotes::{Decimal, Sheet, is_missing, why_no_price};

/// What stands before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// 1204.50.
    Point,
    /// 1204,50.
    Comma,
}

impl DecimalMark {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Point, Self::Comma];

    /// The mark.
    pub fn char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// As settings and sentences write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }
}

/// Marks of money, before or after a number.
const CURRENCIES: [char; 4] = ['$', '€', '£', '¥'];

/// The decimal mark of some columns of a sheet.
///
/// # Errors
/// Two numbers that tell different marks, or none that tells where there is need.
pub(super) fn decimal_mark(
    sheet: &Sheet<'_>,
    columns: &[usize],
    rows: &[usize],
    given: Option<DecimalMark>,
) -> Result<DecimalMark, Problems> {
    if let Some(given) = given {
        return Ok(given);
    }
    let mut told: [Option<(usize, usize)>; 2] = [None; 2];
    let mut undecided = None;
    for &row in rows {
        for &column in columns {
            match evidence(sheet.cell(row, column)) {
                Evidence::Nothing => {}
                Evidence::Either => undecided = undecided.or(Some((row, column))),
                Evidence::For(mark) => {
                    let slot = &mut told[usize::from(mark == DecimalMark::Comma)];
                    *slot = slot.or(Some((row, column)));
                }
            }
        }
    }
    // Where fields end at commas, a number with a point was not written with decimal commas; nor
    // was one that was stored as a number.
    let is_point = |(row, column): &(usize, usize)| {
        matches!(sheet.separator(), None | Some(',')) && sheet.cell(*row, *column).contains('.')
    };
    match (told, undecided) {
        ([Some(point), Some(comma)], _) => {
            let how = "one has a decimal point, the other a decimal comma";
            let problem = sheet.contradiction([point, comma], how);
            Err(problem.expected("one decimal mark in a file").into())
        }
        ([None, Some(_)], _) => Ok(DecimalMark::Comma),
        ([None, None], Some((row, column))) if !is_point(&(row, column)) => {
            let text = sheet.cell(row, column);
            let message = format!("`{text}` may be in thousands or have three decimals");
            let problem = sheet.problem(row, column, message);
            let hint = "say what the decimal mark is: `--decimal point` or `--decimal comma`";
            Err(problem.hint(hint).into())
        }
        _ => Ok(DecimalMark::Point),
    }
}

enum Evidence {
    /// No mark.
    Nothing,
    /// A mark that may be either: `1,204`, `14.370`.
    Either,
    For(DecimalMark),
}

fn evidence(cell: &str) -> Evidence {
    let text = if is_missing(cell) { Cow::default() } else { bare(cell) };
    let count = |mark: char| text.matches(mark).count();
    let (mark, other) = match (text.rfind('.'), text.rfind(',')) {
        (None, None) => return Evidence::Nothing,
        (point, comma) if point > comma => (DecimalMark::Point, DecimalMark::Comma),
        _ => (DecimalMark::Comma, DecimalMark::Point),
    };
    match (count(mark.char()), count(other.char())) {
        (_, 1..) => return Evidence::For(mark),
        (2.., 0) => return Evidence::For(other),
        _ => {}
    }
    let (whole, decimals) = text.split_once(mark.char()).unwrap_or((&text, ""));
    let thousands =
        decimals.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    match are_digits(whole) && are_digits(decimals) {
        true if thousands => Evidence::Either,
        true => Evidence::For(mark),
        // `1 204.5` has its thousands marked by a blank; what is no number tells nothing.
        false if whole.contains(is_gap) && are_digits(decimals) => Evidence::For(mark),
        false => Evidence::Nothing,
    }
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A price; `None` where the cell says that there is none.
///
/// The digits stay as they are; what stands between thousands and signs of money go.
///
/// # Errors
/// What is wrong with the cell.
pub(super) fn read_price(cell: &str, mark: DecimalMark) -> Result<Option<Decimal>, String> {
    if is_missing(cell) {
        return Ok(None);
    }
    let text = plain(cell, mark).ok_or_else(|| format!("`{cell}` is not a number"))?;
    let price = Decimal::new(&text);
    price.map(Some).ok_or_else(|| why_no_price(cell, text.parse().ok()))
}

/// A number of any sign, in percent or not; `None` for any other cell.
pub(super) fn read_number(cell: &str, mark: DecimalMark) -> Option<f64> {
    let cell = cell.strip_suffix('%').unwrap_or(cell);
    if is_missing(cell) { None } else { plain(cell, mark)?.parse().ok() }
}

/// Shares traded, as digits or as `12.5M`; `None` where that is not known.
pub(super) fn read_volume(cell: &str, mark: DecimalMark) -> Option<f64> {
    let (unit, digits) = [(1e3, ['K', 'k']), (1e6, ['M', 'm']), (1e9, ['B', 'b'])]
        .into_iter()
        .find_map(|(unit, letters)| Some((unit, cell.strip_suffix(letters)?)))
        .unwrap_or((1.0, cell));
    Some(unit * plain(digits, mark)?.parse::<f64>().ok()?)
}

/// The number with nothing but digits and a point, unless there is something else wrong with it:
/// a sign is left for the caller to refuse.
fn plain(cell: &str, mark: DecimalMark) -> Option<String> {
    let text = bare(cell);
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", &*text),
    };
    let (whole, decimals) = text.split_once(mark.char()).unwrap_or((text, ""));
    let is_number = are_digits(decimals) && !(whole.is_empty() && decimals.is_empty());
    let point = if text.contains(mark.char()) { "." } else { "" };
    let whole = without_thousands(whole).filter(|_| is_number)?;
    Some(format!("{sign}{whole}{point}{decimals}"))
}

/// Joins groups of three digits: `1,204,500`, `1 204 500`, `1'204'500`.
fn without_thousands(whole: &str) -> Option<String> {
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return Some(whole.to_owned());
    };
    let is_mark = matches!(mark, ',' | '.' | '\'' | '’') || is_gap(mark);
    let groups: Vec<&str> = whole.split(mark).collect();
    let (first, rest) = groups.split_first()?;
    let well_formed = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    (is_mark && well_formed && groups.iter().all(|group| are_digits(group)))
        .then(|| groups.concat())
}

/// Blanks that stand between thousands: plain, no-break, thin, narrow no-break.
fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// The cell without the signs of money around it.
fn bare(cell: &str) -> Cow<'_, str> {
    let text = cell.trim_matches(|c: char| CURRENCIES.contains(&c) || c.is_whitespace());
    match text.strip_prefix("-$") {
        Some(rest) => Cow::Owned(format!("-{rest}")),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(cells: &[&str], separator: char) -> Result<DecimalMark, String> {
        let row = |cell| format!("2020-01-02{separator}\"{cell}\"\n");
        let rows: String = cells.iter().map(row).collect();
        let text = format!("date{separator}SPY\n{rows}");
        let sheet = Sheet::split("a.csv", &text, separator).unwrap();
        let rows: Vec<usize> = (1..=cells.len()).collect();
        decimal_mark(&sheet, &[1], &rows, None).map_err(|problems| problems.to_string())
    }

    #[test]
    fn the_decimal_mark_is_told_by_evidence_only() {
        let point = ["14.37", "1,204.5", "1,204,500", "0.125", "14.370|2.5", "7"];
        let comma = ["14,37", "1.204,5", "1 204,50", "1.204.500", "1.204|0,125"];
        let columns = point.map(|column| (column, DecimalMark::Point)).into_iter();
        for (column, expected) in columns.chain(comma.map(|column| (column, DecimalMark::Comma))) {
            let cells: Vec<&str> = column.split('|').collect();
            assert_eq!(mark(&cells, ';'), Ok(expected), "{column}");
        }
        for cells in [&["14.370", "204.125"], &["14,370", "204"]] {
            let told = mark(cells, ';').unwrap_err();
            assert!(told.contains("a.csv:2:12") && told.contains("--decimal comma"), "{told}");
        }
        assert_eq!(mark(&["14.370"], ','), Ok(DecimalMark::Point));
        assert!(mark(&["14,370"], ',').is_err());
        let told = mark(&["14.37", "14,37"], ';').unwrap_err();
        assert!(told.contains("`14,37` contradicts `14.37` on line 2"), "{told}");
    }

    #[test]
    fn digits_stay_and_everything_else_goes() {
        let read = [
            ("14.370000", DecimalMark::Point, "14.370000"),
            ("1,204.50", DecimalMark::Point, "1204.50"),
            ("$1,204.50", DecimalMark::Point, "1204.50"),
            ("1 204.5", DecimalMark::Point, "1204.5"),
            ("1'204.5", DecimalMark::Point, "1204.5"),
            ("75", DecimalMark::Point, "75"),
            ("1204.50 $", DecimalMark::Point, "1204.50"),
            ("1.204,50", DecimalMark::Comma, "1204.50"),
            ("14,3700", DecimalMark::Comma, "14.3700"),
            ("1\u{202f}204,5", DecimalMark::Comma, "1204.5"),
        ];
        for (cell, mark, text) in read {
            assert_eq!(read_price(cell, mark), Ok(Decimal::new(text)), "{cell}");
        }
        for cell in ["", "null", "NaN", "N/A", "-", "nan", "#N/A", "."] {
            assert_eq!(read_price(cell, DecimalMark::Point), Ok(None), "{cell}");
        }
        let told = |cell| read_price(cell, DecimalMark::Point).unwrap_err();
        for cell in ["1,20", "12,04.5", "x", "1e5", "1.2.3", "1,2345", ",5", "$."] {
            assert_eq!(told(cell), format!("`{cell}` is not a number"));
        }
        for cell in ["0.00", "-3", "-$3.5"] {
            assert_eq!(told(cell), format!("a price of {cell} is not positive"));
        }
    }

    #[test]
    fn volumes_come_in_thousands_and_millions() {
        let volumes = [
            ("30722277", Some(30_722_277.0)),
            ("89.45M", Some(89.45e6)),
            ("1,003,200", Some(1_003_200.0)),
            ("0", Some(0.0)),
            ("-", None),
        ];
        for (cell, volume) in volumes {
            assert_eq!(read_volume(cell, DecimalMark::Point), volume, "{cell}");
        }
    }
}
