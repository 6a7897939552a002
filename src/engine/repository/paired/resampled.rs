//! Figures of which resampled days say what chance does to them.

use super::side::shown;
use crate::engine::inference::{Draws, Pair, Spread, differs};
use crate::results::{Interval, PairedFigure, PairedTest};

/// The spread of every pair that there is.
pub(super) fn spreads(draws: &Draws, pairs: Vec<Option<Pair>>) -> Vec<Option<Spread>> {
    let is_there: Vec<bool> = pairs.iter().map(Option::is_some).collect();
    let pairs: Vec<Pair> = pairs.into_iter().flatten().collect();
    let mut found = draws.spreads(&pairs).into_iter();
    is_there.into_iter().map(|there| if there { found.next()? } else { None }).collect()
}

/// A figure with what resampling says of its difference.
pub(super) fn resampled(
    (metric, pair): (&'static str, [Option<f64>; 2]),
    is_same: bool,
    spread: Option<&Spread>,
) -> PairedFigure {
    let tested = |difference: f64| {
        let spread = spread?;
        let half = spread.half_width(Interval::LEVEL);
        Some((half, spread.p_value(difference), PairedTest::Bootstrap))
    };
    shown((metric, pair), is_same, Some(&tested))
}

/// On how many days two series differ.
pub(super) fn differing([base, head]: &[Vec<f64>; 2]) -> usize {
    base.iter().zip(head).filter(|(base, head)| differs(**base, **head)).count()
}
