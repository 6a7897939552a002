//! Plain values: calendar days, elementary functions and how a number becomes text.
//!
//! Everything here is a pure function of its arguments. Transcendental functions come from the
//! `libm` crate, not from the platform, so that a printed digit never depends on the machine.

pub mod format;
mod frequency;
pub mod math;

pub use frequency::Frequency;
pub use jiff::civil::Date as Day;
use jiff::civil::Weekday;

/// Whether a day is Monday to Friday.
pub fn is_weekday(day: Day) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// One basis point, as a fraction.
pub const BASIS_POINT: f64 = 1e-4;

/// Powers of ten that a double holds exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Rounds to `digits` (1 to 15) significant decimal digits: the double nearest to that decimal, so
/// its shortest text has no more digits than that. Rounding again changes nothing.
///
/// Written results keep 12 digits: more than any reader needs, fewer than the last bits in which
/// two correct implementations may differ.
///
/// ```
/// use dfa_report::base::units::round_significant;
/// assert_eq!(round_significant(1.234_567_890_123_456, 12), 1.234_567_890_12);
/// assert_eq!(round_significant(-0.000_123_456, 3).to_string(), "-0.000123");
/// ```
pub fn round_significant(value: f64, digits: usize) -> f64 {
    if !value.is_finite() {
        return value;
    }
    if value == 0.0 {
        // Minus zero prints as "-0": a sign nobody asked for.
        return 0.0;
    }
    let exponent = libm::floor(libm::log10(value.abs())) as i32;
    let places = digits as i32 - 1 - exponent;
    // An integer below 2^53 over an exact power of ten is the nearest double to that decimal.
    if let Ok(places) = usize::try_from(places)
        && let Some(power) = POWERS_OF_TEN.get(places)
    {
        return (value * power).round() / power;
    }
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    text.parse().unwrap_or(value)
}

/// The positions of each shared day in two lists of days, both ascending.
pub(crate) fn shared_rows(first: &[Day], second: &[Day]) -> Vec<[usize; 2]> {
    let mut rest = second.iter().enumerate().peekable();
    let shared = |(row, day): (usize, &Day)| {
        while rest.next_if(|(_, earlier)| *earlier < day).is_some() {}
        rest.next_if(|(_, same)| *same == day).map(|(other, _)| [row, other])
    };
    first.iter().enumerate().filter_map(shared).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_keeps_the_digits_asked_for_and_is_idempotent() {
        let mut value = 1.234_567_891_234e-24;
        for step in 0..600 {
            value *= if step % 2 == 0 { -1.37 } else { 1.21 };
            for digits in [5, 7, 12] {
                let rounded = round_significant(value, digits);
                assert!((rounded / value - 1.0).abs() < math::pow(10.0, 1.0 - digits as f64));
                assert_eq!(round_significant(rounded, digits), rounded, "{value:e}");
                let text = format!("{rounded:e}");
                let mantissa = text.split('e').next().unwrap();
                let count = mantissa.chars().filter(char::is_ascii_digit).count();
                assert!(count <= digits, "{value:e} to {digits}: {text}");
            }
        }
        assert_eq!(round_significant(9.999_999_99, 3), 10.0);
        assert_eq!(round_significant(-0.0, 3).to_string(), "0");
        assert!(round_significant(f64::NAN, 3).is_nan());
    }
}
