//! Does the relation of the target to its features differ between states?

use super::relation::{Relation, Slope, points, slope};
use crate::base::units::math;

/// Rows below which nothing is said about a state: a year.
pub(crate) const LEAST_ROWS: usize = 252;

/// The relation's slope in each state, and whether they differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Contrast {
    /// By state; `None` for one with too few rows.
    pub(crate) slopes: Vec<Option<Slope>>,
    /// Wald statistic that all slopes are equal.
    pub(crate) statistic: f64,
    /// Its p-value; with two states that of their difference, two-sided.
    pub(crate) p_value: f64,
}

/// The clipped target on the clipped index, with a constant, in each of `count` states; the index is
/// that of all rows with a state (methods, section 12). `states` are those of all supervised rows.
/// `None` with fewer than two states that have rows enough.
pub(crate) fn contrast(
    relation: &Relation,
    states: &[Option<usize>],
    count: usize,
) -> Option<Contrast> {
    let of_row = |row: usize| states[relation.supervised(row)];
    let labelled: Vec<usize> = (0..relation.len()).filter(|row| of_row(*row).is_some()).collect();
    let direction = relation.direction(&labelled)?;
    let index = relation.index(&direction, &labelled, &labelled)?;
    let points = points(&relation.target(&labelled), &index);
    let slopes: Vec<Option<Slope>> = (0..count)
        .map(|state| {
            let inside =
                labelled.iter().zip(&points).filter(|(row, _)| of_row(**row) == Some(state));
            let inside: Vec<_> = inside.map(|(_, point)| *point).collect();
            (inside.len() >= LEAST_ROWS).then(|| slope(&inside)).flatten()
        })
        .collect();
    let known: Vec<Slope> = slopes.iter().flatten().copied().collect();
    if known.len() < 2 {
        return None;
    }
    let weight = |slope: &Slope| 1.0 / (slope.error * slope.error);
    let weights: f64 = known.iter().map(weight).sum();
    let mean = known.iter().map(|slope| weight(slope) * slope.value).sum::<f64>() / weights;
    let statistic =
        known.iter().map(|slope| weight(slope) * (slope.value - mean) * (slope.value - mean)).sum();
    let p_value = math::chi_square_sf(statistic, known.len() - 1);
    Some(Contrast { slopes, statistic, p_value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::relation::simulated::relation;

    /// States of 100 rows each.
    fn states(rows: usize) -> Vec<Option<usize>> {
        (0..rows).map(|row| Some(row / 100 % 2)).collect()
    }

    #[test]
    fn equal_states_are_told_apart_at_the_level_of_the_test() {
        let p =
            |seed| contrast(&relation(seed, 3_000, |_| 0.1), &states(3_000), 2).unwrap().p_value;
        let rejected = (0..200).filter(|seed| p(*seed) < 0.05).count();
        assert!((2..=20).contains(&rejected), "{rejected} of 200");
    }

    #[test]
    fn a_signal_of_one_state_is_found_there() {
        let there = |row: usize| if row / 100 % 2 == 1 { 0.2 } else { 0.0 };
        let found = contrast(&relation(1, 3_000, there), &states(3_000), 2).unwrap();
        assert!(found.p_value < 0.01, "{found:?}");
        let slopes: Vec<f64> = found.slopes.iter().map(|slope| slope.unwrap().value).collect();
        assert!(slopes[1] > slopes[0] + 0.05);
    }

    #[test]
    fn a_state_of_few_rows_is_left_out() {
        let mut states = states(3_000);
        states.iter_mut().skip(2_900).for_each(|state| *state = Some(2));
        let found = contrast(&relation(1, 3_000, |_| 0.1), &states, 3).unwrap();
        assert!(found.slopes[2].is_none() && found.slopes[1].is_some());
        let one: Vec<Option<usize>> = vec![Some(0); 3_000];
        assert_eq!(contrast(&relation(1, 3_000, |_| 0.1), &one, 2), None);
    }
}
