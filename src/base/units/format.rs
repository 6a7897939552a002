//! How a number becomes text on a page or in a terminal: one place, one look.
//!
//! A missing figure is "n/a", never a blank; minus is the true minus sign (U+2212), which lines up
//! with tabular figures.

/// What a reader sees where a figure is not defined.
pub const NOT_AVAILABLE: &str = "n/a";

const MINUS: char = '\u{2212}';

fn signed(text: &str, plus: bool) -> String {
    let magnitude = text.trim_start_matches('-');
    let is_zero = magnitude.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if text.starts_with('-') && !is_zero {
        format!("{MINUS}{magnitude}")
    } else if plus && !is_zero {
        format!("+{magnitude}")
    } else {
        magnitude.to_owned()
    }
}

fn optional(value: Option<f64>, show: impl FnOnce(f64) -> String) -> String {
    match value {
        Some(v) if v.is_finite() => show(v),
        _ => NOT_AVAILABLE.to_owned(),
    }
}

/// Fixed decimals: `decimal(Some(-0.125), 2)` is "−0.12".
pub fn decimal(value: Option<f64>, places: usize) -> String {
    optional(value, |v| signed(&format!("{v:.places$}"), false))
}

/// Fixed decimals with an explicit plus, for differences.
pub fn difference(value: Option<f64>, places: usize) -> String {
    optional(value, |v| signed(&format!("{v:.places$}"), true))
}

/// A fraction as a percentage: `percent(Some(0.0123), 2)` is "1.23 %" with a narrow no-break space.
pub fn percent(value: Option<f64>, places: usize) -> String {
    optional(value, |v| format!("{}\u{202f}%", signed(&format!("{:.places$}", v * 100.0), false)))
}

/// A fraction as a percentage with an explicit plus, for differences.
pub fn percent_difference(value: Option<f64>, places: usize) -> String {
    optional(value, |v| format!("{}\u{202f}%", signed(&format!("{:.places$}", v * 100.0), true)))
}

/// A difference of two percentages, in percentage points: `points(Some(0.0012), 2)` is
/// "+0.12 points".
pub fn points(value: Option<f64>, places: usize) -> String {
    match value {
        Some(value) if value.is_finite() => {
            format!("{}\u{202f}points", difference(Some(value * 100.0), places))
        }
        _ => NOT_AVAILABLE.to_owned(),
    }
}

/// A p-value: three decimals, "< 0.001" below that, never exactly zero.
pub fn p_value(value: Option<f64>) -> String {
    optional(value, |v| if v < 0.001 { "<\u{202f}0.001".to_owned() } else { format!("{v:.3}") })
}

/// A count with thin spaces between groups of three digits: "6 729".
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// The size of a file: "12 kB", "1.4 MB" (decimal units).
pub fn size(bytes: usize) -> String {
    if bytes < 1_000 {
        format!("{bytes}\u{202f}B")
    } else if bytes < 1_000_000 {
        format!("{}\u{202f}kB", bytes.div_ceil(1_000))
    } else {
        format!("{:.1}\u{202f}MB", bytes as f64 / 1e6)
    }
}

/// Three significant digits, in scientific notation outside `[1e-3, 1e4)`: for penalties.
pub fn significant(value: Option<f64>) -> String {
    optional(value, |v| {
        let magnitude = v.abs();
        if magnitude == 0.0 {
            "0".to_owned()
        } else if (1e-3..1e4).contains(&magnitude) {
            let places = (2 - libm::floor(libm::log10(magnitude)) as i32).max(0) as usize;
            signed(&format!("{v:.places$}"), false)
        } else {
            let text = format!("{v:.2e}");
            match text.split_once('e') {
                Some((mantissa, exponent)) => format!(
                    "{}\u{202f}×\u{202f}10{}",
                    signed(mantissa, false),
                    superscript(exponent)
                ),
                None => text,
            }
        }
    })
}

/// "⁻³" of "-3".
pub(crate) fn superscript(exponent: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    exponent.chars().map(raised).collect()
}

/// "a", "a and b", "a, b and c".
pub fn list(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "1 day", "6 729 days".
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A text whose first letter is a capital.
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text whose first letter is small: a title within a sentence.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The first `most` names of a list, and how many there are more: "SPY, XLB and 9 more".
pub fn some_of(names: &[impl AsRef<str>], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), count(more)),
    }
}

/// Small numbers as words.
pub fn number(value: usize) -> String {
    const WORDS: [&str; 10] =
        ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(value).map_or_else(|| value.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_a_person_writes_them() {
        assert_eq!(decimal(Some(-0.0001), 2), "0.00", "no negative zero");
        assert_eq!(decimal(Some(-1.5), 1), "−1.5");
        assert_eq!(difference(Some(0.25), 2), "+0.25");
        assert_eq!(percent(Some(-0.5519), 1), "−55.2\u{202f}%");
        assert_eq!(decimal(None, 2), "n/a");
        assert_eq!(decimal(Some(f64::NAN), 2), "n/a");
        assert_eq!(p_value(Some(1e-9)), "<\u{202f}0.001");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(12), "12");
        assert_eq!(counted(1, "day", "days"), "1 day");
        assert_eq!(size(999), "999\u{202f}B");
        assert_eq!(size(1_001), "2\u{202f}kB");
        assert_eq!(size(1_440_000), "1.4\u{202f}MB");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!((list(&["a"]), upper_first("the a")), ("a".to_owned(), "The a".to_owned()));
        assert_eq!(some_of(&["SPY", "XLB", "XLC"], 2), "SPY, XLB and 1 more");
        assert_eq!(significant(Some(10_000.0)), "1.00\u{202f}×\u{202f}10⁴");
        assert_eq!(significant(Some(0.548)), "0.548");
        assert_eq!(significant(Some(-6.97e-5)), "−6.97\u{202f}×\u{202f}10⁻⁵");
    }
}
