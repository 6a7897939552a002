//! Curves in few bytes, for scripts that draw those of several experiments on one axis: a value a
//! week, in a thousand steps of its range, a letter for each move.

use serde::Serialize;

use crate::base::units::{Day, round_significant};

/// Steps between the lowest and the highest value; a chart has a few hundred pixels.
const STEPS: f64 = 1000.0;
/// The largest move of one letter: it stands for "as much, and more to come".
const MOST: i32 = 44;
/// The letter of no move.
const STILL: u8 = b'O';
/// A letter that a text in quotes cannot hold; those from it on are one further.
const ESCAPE: u8 = b'\\';

/// A curve: its first value, in steps above the lowest, and a letter a move.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Curve {
    low: f64,
    step: f64,
    first: i32,
    moves: String,
}

impl Curve {
    /// Of values at their days; `None` without two different ones. What is not a number repeats the
    /// value before.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let (low, high) = (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max));
        if low >= high {
            return None;
        }
        let low = round_significant(low, 7);
        let step = round_significant((high - low) / STEPS, 7);
        let place = |value: f64| ((value - low) / step).round() as i32;
        let first = finite().next().map(place)?;
        let (mut at, mut moves) = (first, String::with_capacity(values.len()));
        for &value in values.iter().skip(1) {
            let mut rest = if value.is_finite() { place(value) - at } else { 0 };
            at += rest;
            while rest.abs() >= MOST {
                moves.push(letter(MOST * rest.signum()));
                rest -= MOST * rest.signum();
            }
            moves.push(letter(rest));
        }
        Some(Self { low, step, first, moves })
    }
}

fn letter(by: i32) -> char {
    let code = (i32::from(STILL) + by).clamp(0, 127) as u8;
    char::from(if code >= ESCAPE { code + 1 } else { code })
}

/// The last row of every week.
pub(crate) fn weekly(days: &[Day]) -> Vec<usize> {
    // Day 0 was a Thursday.
    let week = |row: usize| days.get(row).map(|day| (number(*day) + 3).div_euclid(7));
    (0..days.len()).filter(|&row| week(row) != week(row + 1)).collect()
}

/// The days as the first one, and then how far the next ones are apart and how often.
pub(crate) fn spaced(days: impl IntoIterator<Item = Day>) -> Vec<i64> {
    let mut days = days.into_iter().map(number);
    let Some(mut last) = days.next() else { return Vec::new() };
    let mut told = vec![last];
    for day in days {
        let gap = day - last;
        last = day;
        match told[..] {
            [_, .., before, ref mut times] if before == gap => *times += 1,
            _ => told.extend([gap, 1]),
        }
    }
    told
}

/// Days since 1970-01-01.
fn number(day: Day) -> i64 {
    i64::from(day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() as i32 / 24)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// What a script makes of it.
    fn read(curve: &Curve) -> Vec<f64> {
        let (mut at, mut values) = (curve.first, vec![curve.first]);
        for code in curve.moves.bytes() {
            let by = i32::from(code) - i32::from(STILL) - i32::from(code > ESCAPE);
            at += by;
            if by.abs() < MOST {
                values.push(at);
            }
        }
        values.into_iter().map(|at| curve.low + f64::from(at) * curve.step).collect()
    }

    proptest::proptest! {
        #[test]
        fn a_curve_reads_back_to_a_step(values in proptest::collection::vec(-9.0_f64..9.0, 2..300)) {
            if let Some(curve) = Curve::of(&values) {
                let read = read(&curve);
                proptest::prop_assert_eq!(read.len(), values.len());
                let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 0.51 * curve.step;
                proptest::prop_assert!(values.iter().zip(&read).all(near));
                // Within quotes as they are, and on one line.
                let is_plain = |code: u8| (32..127).contains(&code) && ![ESCAPE, b'"'].contains(&code);
                proptest::prop_assert!(curve.moves.bytes().all(is_plain));
            }
        }
    }

    #[test]
    fn what_does_not_move_is_no_curve_and_gaps_repeat() {
        assert_eq!(Curve::of(&[1.0, 1.0]), None);
        assert_eq!(Curve::of(&[f64::NAN]), None);
        let curve = Curve::of(&[0.0, f64::NAN, 1.0]).unwrap();
        assert_eq!(read(&curve), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn weeks_end_on_their_last_day_and_days_are_told_by_their_distances() {
        let days = [(3, 5), (3, 6), (3, 9), (3, 12), (3, 20), (3, 27), (4, 3)]
            .map(|(m, d)| date(2026, m, d));
        let kept = weekly(&days);
        assert_eq!(kept, [1, 3, 4, 5, 6]);
        let first = number(days[1]);
        assert_eq!(spaced(kept.into_iter().map(|row| days[row])), [first, 6, 1, 8, 1, 7, 2]);
        assert!(spaced([]).is_empty());
    }
}
