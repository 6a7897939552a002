//! A positive decimal number as it was written.

use std::fmt;
use std::ops::RangeInclusive;

/// The numbers that are prices. Coins trade at a hundred millionth of a dollar, and funds that lost
/// nearly all through decades of reverse splits had adjusted closes of a thousand millions; a few
/// powers of ten beyond lies no price, and a figure made of it would be of rounding, or not finite.
const PRICES: RangeInclusive<f64> = 1e-9..=1e12;

/// What is wrong with a cell that is no price; `value` is its number, if it is one.
pub(crate) fn why_no_price(cell: &str, value: Option<f64>) -> String {
    match value {
        Some(value) if value <= 0.0 => format!("a price of {cell} is not positive"),
        Some(value) if value < *PRICES.start() => format!("{value:e} is too small for a price"),
        Some(value) if value > *PRICES.end() => format!("{value:e} is too large for a price"),
        _ => format!("`{cell}` is not a price"),
    }
}

/// Whether a number is a price: positive, and neither too small nor too large for one.
pub(crate) fn is_price(value: f64) -> bool {
    PRICES.contains(&value)
}

/// A positive decimal number of the size of a price, plain digits with at most one point, as the text it came as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(String);

impl Decimal {
    /// Takes a number as its text: digits, at most one point, no sign, no exponent, no separator.
    /// `None` for anything else, for zero, and for what is too small or too large for a price.
    ///
    /// ```
    /// use dfa_report::prices::quotes::Decimal;
    /// assert_eq!(Decimal::new("14.370000").unwrap().as_str(), "14.370000");
    /// assert!(Decimal::new("1,204.5").is_none() && Decimal::new("0.00").is_none());
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let points = text.len() - digits;
        let value: f64 = text.parse().ok()?;
        let usable = plain && digits > 0 && points <= 1 && is_price(value);
        usable.then(|| Self(text.to_owned()))
    }

    /// Takes a double; its shortest text that gives the same double. `None` unless it can be a
    /// price.
    pub fn from_f64(value: f64) -> Option<Self> {
        is_price(value).then(|| Self(value.to_string()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are the same number, however many zeros end them: `14.37` is `14.370000`.
    pub fn is_same(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }

    /// The text without zeros that say nothing.
    fn significant(&self) -> &str {
        let text = self.0.trim_start_matches('0');
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
    }

    /// The nearest double.
    pub fn value(&self) -> f64 {
        // The constructors have parsed it.
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_positive_numbers_are_taken() {
        for text in ["75.439056", "14.370000", "1", "0.5", ".5", "5."] {
            assert_eq!(Decimal::new(text).unwrap().as_str(), text);
        }
        for text in ["", ".", "-1", "+1", "1e3", "nan", "inf", "1,000", "1.2.3", " 1", "0", "0.0"] {
            assert!(Decimal::new(text).is_none(), "{text}");
        }
        let same = |a, b| Decimal::new(a).unwrap().is_same(&Decimal::new(b).unwrap());
        assert!(same("14.37", "014.370000") && same("100", "100.") && same(".5", "0.50"));
        assert!(!same("100", "10") && !same("1.05", "1.5"));
        assert_eq!(Decimal::from_f64(75.439_056).unwrap().as_str(), "75.439056");
        assert!(Decimal::new("0.0000000000001").is_none() && Decimal::from_f64(5e-324).is_none());
        assert!(Decimal::new(&"9".repeat(16)).is_none() && Decimal::from_f64(1e-8).is_some());
        assert!(Decimal::from_f64(-1.0).is_none() && Decimal::from_f64(f64::NAN).is_none());
    }
}
