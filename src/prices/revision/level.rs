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
    /// First day of the stretch.
    pub first_day: Day,
    /// Its last day.
    pub last_day: Day,
    /// Prices of both versions on it that the factor explains.
    pub prices: usize,
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
        let explained: Vec<usize> =
            open.iter().copied().filter(|&i| contains(ratios[i], factor)).collect();
        if longest_run(&explained) < shortest {
            break;
        }
        found.push(factor);
        open.retain(|&i| !contains(ratios[i], factor));
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
    drop_short_stretches(&mut factors, shortest);
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

/// Length of the longest run of consecutive numbers.
fn longest_run(positions: &[usize]) -> usize {
    let (mut longest, mut run) = (0, 0);
    for (i, position) in positions.iter().enumerate() {
        run = if i > 0 && positions[i - 1] + 1 == *position { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// A stretch too short to be a level is a handful of corrections.
fn drop_short_stretches(factors: &mut [Option<f64>], shortest: usize) {
    for stretch in stretches(factors) {
        if stretch.days.len() < shortest {
            for day in stretch.days {
                factors[day] = None;
            }
        }
    }
}

/// Days of one factor, with no day of another in between.
pub(super) struct Stretch {
    pub(super) factor: f64,
    /// Positions, ascending, never empty.
    pub(super) days: Vec<usize>,
}

/// The stretches in order; days without a factor are passed over.
pub(super) fn stretches(factors: &[Option<f64>]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (day, factor) in factors.iter().enumerate() {
        match (factor, stretches.last_mut()) {
            (Some(factor), Some(last)) if last.factor == *factor => last.days.push(day),
            (Some(factor), _) => stretches.push(Stretch { factor: *factor, days: vec![day] }),
            (None, _) => {}
        }
    }
    stretches
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
        let split = about(&[0.500_000_3; 20], 1e-5);
        assert_eq!(factors(&split), [Some(0.5); 20]);
    }

    #[test]
    fn an_odd_day_neither_ends_a_level_nor_bends_it() {
        let mut day = vec![[0.999, 1.001]; 30];
        // It overlaps with the others, but does not contain 1.
        day[15] = [1.000_5, 1.002_5];
        let found = factors(&day);
        assert_eq!(found.iter().filter(|factor| **factor == Some(1.0)).count(), 29);
        assert_eq!(found[15], None);
    }

    #[test]
    fn a_level_ends_where_the_factor_changes() {
        let mut days = about(&[1.0; 20], 1e-6);
        days.extend(about(&[0.25; 12], 1e-6));
        let found = factors(&days);
        assert_eq!((found[19], found[20], found[31]), (Some(1.0), Some(0.25), Some(0.25)));
        assert_eq!(stretches(&found).len(), 2);
    }

    #[test]
    fn days_that_a_rescaling_left_out_are_no_part_of_it() {
        let mut days = about(&[0.995; 30], 1e-6);
        days.extend(about(&[1.0; 2], 1e-6));
        let found = factors(&days);
        assert_eq!((found[29], found[30], found[31]), (Some(0.995), Some(1.0), Some(1.0)));
    }

    #[test]
    fn a_few_equal_corrections_are_no_level() {
        let mut days = about(&[1.0; 30], 1e-6);
        for day in [3, 12, 13, 14, 25, 28] {
            days[day] = [1.01, 1.011];
        }
        let found = factors(&days);
        assert_eq!(found.iter().filter(|factor| factor.is_none()).count(), 6);
    }

    #[test]
    fn noise_has_no_levels() {
        let noise = |i: usize| 1.0 + 1e-6 * ((i * 7919) % 101) as f64;
        let found = factors(&about(&(0..400).map(noise).collect::<Vec<_>>(), 2e-6));
        assert!(found.iter().flatten().all(|factor| *factor == 1.0), "{found:?}");
        assert!(found.iter().filter(|factor| factor.is_none()).count() > 350);
    }

    #[test]
    fn a_short_table_may_be_one_level_and_chance_is_none() {
        assert_eq!(factors(&about(&[0.9; 3], 1e-6)), [Some(0.9); 3]);
        let scattered: Vec<f64> = (0..20).map(|i| 1.1 + 0.01 * f64::from(i)).collect();
        assert_eq!(factors(&about(&scattered, 1e-6)), [None; 20]);
        assert!(factors(&[]).is_empty());
    }
}
