//! Labels shifted in time: what arises when states have nothing to do with the days they are on.
//!
//! A circular shift keeps how long states last and how often they come, and takes away when they
//! come (methods, section 12). The same seed gives the same shifts to whatever is compared.

use super::family::p_value;
use super::seed::{below, generator};

/// Fewest rows by which labels are shifted: a year of daily ones.
pub(crate) const LEAST_SHIFT: usize = 252;

/// By how many of `rows` rows labels are shifted in a draw; `None` of fewer than three times
/// [`LEAST_SHIFT`], between which hardly any shift can be chosen.
pub(crate) fn shift(seed: u64, draw: usize, rows: usize) -> Option<usize> {
    shifted_by(seed, "shifted labels", draw, rows)
}

/// As [`shift`], for another purpose.
pub(crate) fn shifted_by(seed: u64, purpose: &str, draw: usize, rows: usize) -> Option<usize> {
    (rows >= 3 * LEAST_SHIFT).then(|| {
        let mut generator = generator(seed, purpose, draw as u64);
        LEAST_SHIFT + below(&mut generator, rows - 2 * LEAST_SHIFT)
    })
}

/// Items moved to so many rows later, around the end.
pub(crate) fn later<T>(items: &[T], by: usize) -> impl Iterator<Item = &T> {
    let (first, last) = items.split_at(items.len() - by);
    last.iter().chain(first)
}

/// A statistic beside the same one under shifted labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chance {
    /// Its mean under shifted labels.
    pub(crate) mean: f64,
    /// `(1 + #{under shifted labels >= observed}) / (1 + B)`.
    pub(crate) p_value: f64,
}

/// Shifts by which a statistic is judged.
const DRAWS: usize = 99;

/// Judges an observed statistic by those under [`DRAWS`] shifts of so many rows; `None` of too few
/// rows, or where it is not defined under one of the shifts.
pub(crate) fn chance(
    seed: u64,
    rows: usize,
    observed: f64,
    shifted: impl Fn(usize) -> Option<f64>,
) -> Option<Chance> {
    let (mut sum, mut above) = (0.0, 0_usize);
    for draw in 0..DRAWS {
        let value = shifted(shift(seed, draw, rows)?)?;
        sum += value;
        above += usize::from(value >= observed);
    }
    Some(Chance { mean: sum / DRAWS as f64, p_value: p_value(above, DRAWS) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_a_year_or_more_each_way_and_the_same_again() {
        for rows in [756, 1_000, 6_000] {
            for draw in 0..50 {
                let by = shift(7, draw, rows).unwrap();
                assert!((LEAST_SHIFT..=rows - LEAST_SHIFT).contains(&by), "{by} of {rows}");
                assert_eq!(shift(7, draw, rows), Some(by));
            }
        }
        assert_eq!(shift(7, 0, 755), None);
    }

    #[test]
    fn a_statistic_like_the_shifted_ones_has_a_large_p_and_a_larger_one_the_smallest() {
        let flat = |by: usize| Some(by as f64);
        let found = chance(1, 2_000, 1e9, flat).unwrap();
        assert_eq!(found.p_value, 0.01);
        assert!((900.0..1_100.0).contains(&found.mean), "{found:?}");
        assert_eq!(chance(1, 2_000, 0.0, flat).unwrap().p_value, 1.0);
        assert_eq!(chance(1, 2_000, 0.0, |_| None), None);
        assert_eq!(chance(1, 700, 0.0, flat), None);
    }
}
