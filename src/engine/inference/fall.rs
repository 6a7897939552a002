//! Did the relation of the target to its features fall, and is anything left of it?

use std::ops::Range;

use super::relation::{Relation, clip, points, slope};
use crate::base::statistics::{dot, largest, long_run_variance_of_lag};

/// Share of the rows at either end at which no fall is looked for.
const TRIM: f64 = 0.15;

/// Critical values of the largest `t`, one-sided 5 % and 1 % (Andrews 1993, table I, one parameter,
/// trimmed by 15 %: 7.12 and 10.5, two-sided 10 % and 2 %).
pub(super) const FELL: f64 = 2.67;
pub(super) const FELL_SURELY: f64 = 3.24;

/// Critical value of the largest `t` under a variance that allows for slow movements, and its lag.
pub(super) const FELL_SLOWLY: f64 = 2.64;
const SLOW: usize = 252;

/// `t^2` less than the largest by no more than this belongs to the 95 % range of the day:
/// `-2 ln(1 - sqrt(0.95))` (Hansen 2000).
pub(super) const RANGE: f64 = 7.35;

/// One-sided 5 % of the normal distribution.
const LEFT: f64 = 1.645;

/// Rows that a part needs before a fall is looked for in it: four years.
const MIN_ROWS: usize = 1_008;

/// A fall of the relation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fall {
    /// Largest `t`, one-sided.
    pub(crate) statistic: f64,
    /// First row after it.
    pub(crate) at: usize,
    /// First and last row at which it may have been, with 95 % confidence.
    pub(crate) range: Range<usize>,
    /// `t` of what the direction of the rows before tells about the rows after.
    pub(crate) left: Option<f64>,
    /// Largest `t` under the slow variance.
    pub(crate) slow_statistic: f64,
}

impl Fall {
    /// Whether the relation fell at all, at 5 %.
    pub(crate) fn is_fall(&self) -> bool {
        self.statistic > FELL
    }

    /// Whether it fell at 1 %.
    pub(crate) fn is_sure(&self) -> bool {
        self.statistic > FELL_SURELY
    }

    /// Whether nothing can be seen to be left.
    pub(crate) fn is_gone(&self) -> bool {
        self.left.is_some_and(|t| t < LEFT)
    }

    /// Whether it fell by more than slow movements do.
    pub(crate) fn is_lasting(&self) -> bool {
        self.slow_statistic > FELL_SLOWLY
    }
}

/// The largest fall over some rows: the regression of the target on the index of all of them keeps
/// its slope, or does not (methods, section 11). `None` for fewer than four years, where the
/// features tell nothing, or where the slope rose throughout.
pub(crate) fn fall(relation: &Relation, rows: Range<usize>) -> Option<Fall> {
    let start = rows.start;
    let rows: Vec<usize> = rows.collect();
    let n = rows.len();
    if n < MIN_ROWS {
        return None;
    }
    let index = relation.index(&relation.direction(&rows)?, &rows, &rows)?;
    let target = relation.target(&rows);
    let beta = dot(&index, &target) / dot(&index, &index);
    let mut scores: Vec<f64> =
        index.iter().zip(&target).map(|(i, a)| clip(a - beta * i) * clip(*i)).collect();
    let mean = scores.iter().sum::<f64>() / n as f64;
    scores.iter_mut().for_each(|score| *score -= mean);
    let variance = dot(&scores, &scores) / n as f64;
    let slow = long_run_variance_of_lag(&scores, SLOW);
    if variance <= 0.0 || slow <= 0.0 {
        return None;
    }
    let trimmed = (TRIM * n as f64) as usize;
    let mut sum: f64 = scores[..trimmed].iter().sum();
    let mut path = Vec::with_capacity(n - 2 * trimmed);
    for k in trimmed..=n - trimmed {
        let (before, after) = (k as f64, (n - k) as f64);
        // The scores add up to zero.
        let difference = sum / before + sum / after;
        path.push(difference / (variance * (1.0 / before + 1.0 / after)).sqrt());
        sum += scores[k];
    }
    let best = largest(&path);
    let statistic = path[best];
    let inside = |t: &f64| *t > 0.0 && t * t >= statistic * statistic - RANGE;
    let from = path.iter().position(inside)?;
    let to = path.iter().rposition(inside)?;
    let at = trimmed + best;
    let (before, after) = rows.split_at(at);
    let left = relation.direction(before).and_then(|direction| {
        let index = relation.index(&direction, after, before)?;
        let slope = slope(&points(&relation.target(after), &index))?;
        Some(slope.value / slope.error)
    });
    Some(Fall {
        statistic,
        at: start + at,
        range: start + trimmed + from..start + trimmed + to + 1,
        left,
        slow_statistic: statistic * (variance / slow).sqrt(),
    })
}

/// All falls: the largest of the whole record, then those of the parts before and after it, and of
/// their parts.
pub(crate) fn falls(relation: &Relation) -> Vec<Fall> {
    let mut found = Vec::new();
    split(relation, 0..relation.len(), &mut found);
    found
}

fn split(relation: &Relation, rows: Range<usize>, found: &mut Vec<Fall>) {
    let Some(fall) = fall(relation, rows.clone()).filter(Fall::is_fall) else { return };
    let at = fall.at;
    found.push(fall);
    split(relation, rows.start..at, found);
    split(relation, at..rows.end, found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::inference::relation::simulated::relation;

    fn largest_fall(seed: u64, strength: impl Fn(usize) -> f64) -> Option<Fall> {
        let relation = relation(seed, 4_000, strength);
        fall(&relation, 0..relation.len()).filter(Fall::is_fall)
    }

    #[test]
    fn a_relation_that_lasts_falls_at_the_level_of_the_test() {
        let fell = |strength: f64| {
            (0..200).filter(|seed| largest_fall(*seed, |_| strength).is_some()).count()
        };
        for strength in [0.0, 0.1, 0.3] {
            let fell = fell(strength);
            assert!(fell <= 20, "{fell} of 200 at 5 %, strength {strength}");
        }
    }

    #[test]
    fn a_relation_that_ends_is_gone_and_one_that_halves_is_not() {
        let (mut gone, mut covered, mut left) = (0, 0, 0);
        for seed in 0..40 {
            let ended = largest_fall(seed, |row| if row < 2_000 { 0.2 } else { 0.0 });
            gone += usize::from(ended.as_ref().is_some_and(Fall::is_gone));
            // Rows here begin with the 63rd.
            covered += usize::from(ended.is_some_and(|fall| fall.range.contains(&(2_000 - 63))));
            let halved = largest_fall(seed, |row| if row < 2_000 { 0.3 } else { 0.15 });
            left += usize::from(halved.is_some_and(|fall| !fall.is_gone()));
        }
        assert!(gone >= 34 && covered >= 36 && left >= 38, "{gone} {covered} {left} of 40");
    }

    #[test]
    fn what_rises_is_no_fall_and_a_short_record_is_not_judged() {
        let risen = largest_fall(3, |row| if row < 2_000 { 0.0 } else { 0.2 });
        assert_eq!(risen, None);
        let short = relation(4, 900, |_| 0.2);
        assert_eq!(fall(&short, 0..short.len()), None);
    }

    #[test]
    fn a_relation_that_falls_twice_has_two_falls() {
        let steps = |row: usize| [0.6, 0.3, 0.0][row / 2_000];
        let relation = relation(5, 6_000, steps);
        let found = falls(&relation);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
