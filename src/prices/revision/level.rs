//! The factors between two versions of a ticker, each with the stretch of days it holds on.
//!
//! Rounding leaves each day an interval of possible factors. A *level* is one factor within the
//! intervals of a whole stretch of days; days that no level explains are corrections. Levels are
//! found by how many days they explain, not by walking along the days, so that one odd price
//! neither ends a level nor bends its factor.

use crate::base::units::{Day, round_significant};

/// Fewest prices in a row that are a level rather than corrections that happen to agree.
const SHORTEST: usize = 5;

/// A stretch of days on which the new prices are the old ones times one factor, within rounding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Level {
    /// New over old, with as many digits as rounding lets one know; 1 is no change.
    pub factor: f64,
    pub first_day: Day,
    pub last_day: Day,
}

/// The factor of each day, `None` where no level explains it; in the order of `ratios`.
///
/// `ratios` are the possible factors of each day, ends included.
pub(super) fn factors(ratios: &[[f64; 2]]) -> Vec<Option<f64>> {
    let shortest = SHORTEST.min(ratios.len());
    let mut found: Vec<f64> = Vec::new();
    let mut open: Vec<usize> = (0..ratios.len()).collect();
    while !open.is_empty() {
        let factor = most_common(&open.iter().map(|&i| ratios[i]).collect::<Vec<_>>(), shortest);
        let (explained, others): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|&i| contains(ratios[i], factor));
        if explained.chunk_by(|a, b| a + 1 == *b).all(|run| run.len() < shortest) {
            break;
        }
        found.push(factor);
        open = others;
    }
    let mut current = None;
    let mut factors: Vec<Option<f64>> = ratios
        .iter()
        .map(|&ratio| {
            // A day that two levels explain belongs to the one it is in.
            let stays = current.filter(|&factor| contains(ratio, factor));
            let factor = stays.or_else(|| found.iter().copied().find(|&f| contains(ratio, f)));
            current = factor.or(current);
            factor
        })
        .collect();
    // A stretch too short to be a level is a handful of corrections.
    for (_, days) in stretches(&factors) {
        if days.len() < shortest {
            days.into_iter().for_each(|day| factors[day] = None);
        }
    }
    // A price that stayed while others were rescaled is unchanged, however few there are of them.
    for (factor, &ratio) in factors.iter_mut().zip(ratios) {
        *factor = factor.or(contains(ratio, 1.0).then_some(1.0));
    }
    // Where most days are on no level, those that seem to be are so by chance.
    if 2 * factors.iter().filter(|factor| factor.is_none()).count() > ratios.len() {
        return ratios.iter().map(|&ratio| contains(ratio, 1.0).then_some(1.0)).collect();
    }
    factors
}

fn contains([low, high]: [f64; 2], factor: f64) -> bool {
    low <= factor && factor <= high
}

/// The factor that most intervals contain; 1, unless another explains clearly more.
fn most_common(ratios: &[[f64; 2]], margin: usize) -> f64 {
    // Ends of intervals in order; where one ends as another starts, both contain the point.
    let mut ends: Vec<(f64, bool)> =
        ratios.iter().flat_map(|&[low, high]| [(low, false), (high, true)]).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut depth, mut deepest, mut best) = (0_usize, 0, [1.0, 1.0]);
    for (position, &(value, is_end)) in ends.iter().enumerate() {
        if is_end {
            depth -= 1;
            continue;
        }
        depth += 1;
        if depth > deepest {
            deepest = depth;
            // No interval starts in between, or the depth would have grown; one may end.
            best = [value, ends.get(position + 1).map_or(value, |end| end.0)];
        }
    }
    let unchanged = ratios.iter().filter(|&&ratio| contains(ratio, 1.0)).count();
    // Of factors that fit about as well, the one that needs no reason.
    if unchanged + unchanged / 20 + margin > deepest { 1.0 } else { simplest(best) }
}

/// The number between two with the fewest digits: 0.5 rather than 0.500003.
fn simplest([low, high]: [f64; 2]) -> f64 {
    let middle = low + 0.5 * (high - low);
    (1..=15)
        .map(|digits| round_significant(middle, digits))
        .find(|rounded| contains([low, high], *rounded))
        .unwrap_or(middle)
}

/// Factors with the positions of their days, ascending, between which no day has another; days
/// without a factor are passed over.
pub(super) fn stretches(factors: &[Option<f64>]) -> Vec<(f64, Vec<usize>)> {
    let known: Vec<(f64, usize)> = factors
        .iter()
        .enumerate()
        .filter_map(|(day, factor)| factor.map(|factor| (factor, day)))
        .collect();
    known
        .chunk_by(|a, b| a.0 == b.0)
        .map(|stretch| (stretch[0].0, stretch.iter().map(|(_, day)| *day).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Intervals of a given half width about factors.
    fn about(factors: &[f64], half: f64) -> Vec<[f64; 2]> {
        factors.iter().map(|factor| [factor - half, factor + half]).collect()
    }

    #[test]
    fn one_factor_is_found_with_the_digits_that_rounding_leaves() {
        let jitter = |i: usize| 0.98765 + 1e-6 * ((i * 7) % 11) as f64 / 11.0;
        let ratios = about(&(0..40).map(jitter).collect::<Vec<_>>(), 2e-6);
        assert_eq!(factors(&ratios), [Some(0.98765); 40]);
        assert_eq!(factors(&about(&[0.500_000_3; 20], 1e-5)), [Some(0.5); 20]);
        assert_eq!(factors(&about(&[0.9; 3], 1e-6)), [Some(0.9); 3], "a short table is one level");
    }

    #[test]
    fn a_level_ends_where_the_factor_changes_and_days_left_out_are_no_part_of_it() {
        for [(first, of_first), (second, of_second)] in
            [[(1.0, 20), (0.25, 12)], [(0.995, 30), (1.0, 2)]]
        {
            let days = [vec![first; of_first], vec![second; of_second]].concat();
            let found = factors(&about(&days, 1e-6));
            assert_eq!(found, days.into_iter().map(Some).collect::<Vec<_>>());
            assert_eq!(stretches(&found).len(), 2);
        }
    }

    #[test]
    fn odd_days_neither_end_a_level_nor_bend_it_nor_make_one_of_their_own() {
        // The first overlaps with the others, but does not contain 1; the others are few and equal.
        for (half, odd, interval) in
            [(1e-3, &[15][..], [1.000_5, 1.002_5]), (1e-6, &[3, 12, 13, 14, 25, 28], [1.01, 1.011])]
        {
            let mut ratios = about(&[1.0; 30], half);
            odd.iter().for_each(|day| ratios[*day] = interval);
            let found = factors(&ratios);
            let unexplained: Vec<usize> = (0..30).filter(|day| found[*day].is_none()).collect();
            assert_eq!(unexplained, odd);
            assert!(found.iter().flatten().all(|factor| *factor == 1.0), "{found:?}");
        }
    }

    #[test]
    fn noise_and_chance_have_no_levels() {
        let noise = |i: usize| 1.0 + 1e-6 * ((i * 7919) % 101) as f64;
        let found = factors(&about(&(0..400).map(noise).collect::<Vec<_>>(), 2e-6));
        assert!(found.iter().flatten().all(|factor| *factor == 1.0), "{found:?}");
        assert!(found.iter().filter(|factor| factor.is_none()).count() > 350);
        let scattered: Vec<f64> = (0..20).map(|i| 1.1 + 0.01 * f64::from(i)).collect();
        assert_eq!(factors(&about(&scattered, 1e-6)), [None; 20]);
        assert!(factors(&[]).is_empty());
    }
}
