//! Numbers as files write them, and which mark is the decimal one.
//!
//! One file has one decimal mark. A number with both marks tells it, and so does one whose mark
//! cannot stand between thousands; where no number tells, the user must say.

use std::borrow::Cow;

use crate::base::diagnostic::Problems;
use crate::prices::quotes::{Decimal, Sheet, is_missing};

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
    match (told, undecided) {
        ([Some(point), Some(comma)], _) => {
            let (earlier, later) = (point.min(comma), point.max(comma));
            let cell = |(row, column): (usize, usize)| sheet.cell(row, column);
            let message = format!(
                "`{}` contradicts `{}` on {}: one has a decimal point, the other a decimal comma",
                cell(later),
                cell(earlier),
                sheet.row_name(earlier.0)
            );
            Err(sheet
                .problem(later.0, later.1, message)
                .expected("one decimal mark in a file")
                .into())
        }
        ([None, Some(_)], _) => Ok(DecimalMark::Comma),
        ([Some(_), None], _) | (_, None) => Ok(DecimalMark::Point),
        // Where fields end at commas, a number with a point was not written with decimal commas;
        // nor was one that was stored as a number.
        ([None, None], Some((row, column)))
            if matches!(sheet.separator(), None | Some(','))
                && sheet.cell(row, column).contains('.') =>
        {
            Ok(DecimalMark::Point)
        }
        ([None, None], Some((row, column))) => {
            let text = sheet.cell(row, column);
            Err(sheet
                .problem(
                    row,
                    column,
                    format!("`{text}` may be in thousands or have three decimals"),
                )
                .hint("say what the decimal mark is: `--decimal point` or `--decimal comma`")
                .into())
        }
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
    if is_missing(cell) {
        return Evidence::Nothing;
    }
    let text = bare(cell);
    let count = |mark: char| text.matches(mark).count();
    let (points, commas) = (count('.'), count(','));
    let (mark, other) = match (text.rfind('.'), text.rfind(',')) {
        (None, None) => return Evidence::Nothing,
        (Some(point), comma) if comma.is_none_or(|comma| comma < point) => {
            (DecimalMark::Point, DecimalMark::Comma)
        }
        _ => (DecimalMark::Comma, DecimalMark::Point),
    };
    if points > 0 && commas > 0 {
        return Evidence::For(mark);
    }
    if points + commas > 1 {
        return Evidence::For(other);
    }
    let (whole, decimals) = text.split_once(mark.char()).unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let thousands =
        decimals.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    match digits(whole) && digits(decimals) {
        true if thousands => Evidence::Either,
        true => Evidence::For(mark),
        // `1 204.5` has its thousands marked by a blank; what is no number tells nothing.
        false if whole.contains(is_gap) && digits(decimals) => Evidence::For(mark),
        false => Evidence::Nothing,
    }
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
    match plain(cell, mark) {
        None => Err(format!("`{cell}` is not a number")),
        Some(text) => match Decimal::new(&text) {
            Some(price) => Ok(Some(price)),
            None => Err(format!("a price of {cell} is not positive")),
        },
    }
}

/// Shares traded, as digits or as `12.5M`; `None` where that is not known.
pub(super) fn read_volume(cell: &str, mark: DecimalMark) -> Option<f64> {
    let (digits, unit) = match cell.char_indices().next_back() {
        Some((at, 'K' | 'k')) => (&cell[..at], 1e3),
        Some((at, 'M' | 'm')) => (&cell[..at], 1e6),
        Some((at, 'B' | 'b')) => (&cell[..at], 1e9),
        _ => (cell, 1.0),
    };
    let value: f64 = plain(digits, mark)?.parse().ok()?;
    Some(value * unit)
}

/// The number with nothing but digits and a point, unless there is something else wrong with it:
/// a sign is left for the caller to refuse.
fn plain(cell: &str, mark: DecimalMark) -> Option<String> {
    let text = bare(cell);
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", &*text),
    };
    let (whole, decimals) = match text.split_once(mark.char()) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = without_thousands(whole)?;
    let decimals_fit = decimals.is_none_or(digits);
    if !decimals_fit || whole.is_empty() && decimals.is_none_or(str::is_empty) {
        return None;
    }
    Some(match decimals {
        Some(decimals) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{whole}"),
    })
}

/// Joins groups of three digits: `1,204,500`, `1 204 500`, `1'204'500`.
fn without_thousands(whole: &str) -> Option<String> {
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return Some(whole.to_owned());
    };
    let is_mark = matches!(mark, ',' | '.' | '\'' | '’') || is_gap(mark);
    let groups: Vec<&str> = whole.split(mark).collect();
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    let (first, rest) = groups.split_first()?;
    let well_formed = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    (is_mark && well_formed && groups.iter().all(digits)).then(|| groups.concat())
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
        let mut text = format!("date{separator}SPY\n");
        for cell in cells {
            text.push_str(&format!("2020-01-02{separator}\"{cell}\"\n"));
        }
        let sheet = Sheet::split("a.csv", &text, separator).unwrap();
        let rows: Vec<usize> = (1..=cells.len()).collect();
        decimal_mark(&sheet, &[1], &rows, None).map_err(|problems| problems.to_string())
    }

    #[test]
    fn the_decimal_mark_is_told_by_evidence_only() {
        let point: [&[&str]; 6] =
            [&["14.37"], &["1,204.5"], &["1,204,500"], &["0.125"], &["14.370", "2.5"], &["7"]];
        for cells in point {
            assert_eq!(mark(cells, ';'), Ok(DecimalMark::Point), "{cells:?}");
        }
        let comma: [&[&str]; 5] =
            [&["14,37"], &["1.204,5"], &["1 204,50"], &["1.204.500"], &["1.204", "0,125"]];
        for cells in comma {
            assert_eq!(mark(cells, ';'), Ok(DecimalMark::Comma), "{cells:?}");
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
        let point = [
            ("14.370000", "14.370000"),
            ("1,204.50", "1204.50"),
            ("$1,204.50", "1204.50"),
            ("1 204.5", "1204.5"),
            ("1'204.5", "1204.5"),
            ("75", "75"),
            ("1204.50 $", "1204.50"),
        ];
        for (cell, text) in point {
            let price = read_price(cell, DecimalMark::Point).unwrap().unwrap();
            assert_eq!(price.as_str(), text);
        }
        for (cell, text) in
            [("1.204,50", "1204.50"), ("14,3700", "14.3700"), ("1\u{202f}204,5", "1204.5")]
        {
            let price = read_price(cell, DecimalMark::Comma).unwrap().unwrap();
            assert_eq!(price.as_str(), text);
        }
        for cell in ["", "null", "NaN", "N/A", "-", "nan", "#N/A"] {
            assert_eq!(read_price(cell, DecimalMark::Point), Ok(None), "{cell}");
        }
        let told = |cell| read_price(cell, DecimalMark::Point).unwrap_err();
        for cell in ["1,20", "12,04.5", "x", "1e5", "1.2.3", "1,2345", ",5", "."] {
            if cell != "." {
                assert_eq!(told(cell), format!("`{cell}` is not a number"));
            }
        }
        for cell in ["0.00", "-3", "-$3.5"] {
            assert_eq!(told(cell), format!("a price of {cell} is not positive"));
        }
    }

    #[test]
    fn volumes_come_in_thousands_and_millions() {
        assert_eq!(read_volume("30722277", DecimalMark::Point), Some(30_722_277.0));
        assert_eq!(read_volume("89.45M", DecimalMark::Point), Some(89.45e6));
        assert_eq!(read_volume("1,003,200", DecimalMark::Point), Some(1_003_200.0));
        assert_eq!(read_volume("0", DecimalMark::Point), Some(0.0));
        assert_eq!(read_volume("-", DecimalMark::Point), None);
    }
}
