//! What became of an edge: claimed only from tests of known size (methods, section 11).

use super::shared::Pass;
use crate::engine::inference::Fall;
use crate::engine::metrics::{Errors, LEVEL, clark_west};
use crate::results::{self, Life};

/// Forecasts over which an edge is alive or not: five years.
const RECENT: usize = 1_250;

/// One-sided p-value of the scaled Clark-West of the last [`RECENT`] forecasts; `None` with fewer.
pub(super) fn recent_p(scaled: &Errors) -> Option<f64> {
    let first = scaled.model.len().checked_sub(RECENT)?;
    clark_west(&scaled.filter(|row| row >= first)).map(|(_, p)| p)
}

/// What is known of an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    /// Whether there is scaled evidence of it over the whole record.
    pub(super) evidence: bool,
    /// Whether the scaled fluctuation statistic was ever above its band.
    pub(super) was_above: bool,
    /// [`recent_p`].
    pub(super) recent_p: Option<f64>,
}

/// What became of an edge, from the largest fall of the relation; `None` where there never was one.
pub(super) fn life(edge: Edge, largest: Option<&Fall>) -> Option<Life> {
    let is_known = edge.evidence || edge.was_above;
    if let Some(fall) = largest {
        if fall.is_gone() && (is_known || fall.is_sure()) {
            return Some(Life::Gone);
        }
        if !fall.is_gone() && fall.is_lasting() && edge.evidence {
            return Some(Life::Weakened);
        }
    }
    is_known.then(|| {
        let is_alive = edge.recent_p.is_some_and(|p| p < LEVEL);
        if is_alive { Life::Alive } else { Life::Open }
    })
}

/// The falls of the relation where a fall is claimed, the largest first.
pub(super) fn claimed(life: Option<Life>, pass: &Pass) -> Vec<results::Fall> {
    let (Some(Life::Gone | Life::Weakened), Some(relation)) = (life, &pass.relation) else {
        return Vec::new();
    };
    let day = |row: usize| pass.rows.days[relation.supervised(row)];
    pass.falls
        .iter()
        .map(|fall| results::Fall {
            first: day(fall.range.start),
            last: day(fall.range.end - 1),
            statistic: fall.statistic,
            left: fall.left,
            gone: fall.is_gone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fall(statistic: f64, left: f64, slow_statistic: f64) -> Fall {
        Fall { statistic, at: 9, range: 8..11, left: Some(left), slow_statistic }
    }

    #[test]
    fn a_fall_is_claimed_only_of_what_there_was_to_lose() {
        let edge = |evidence, was_above, p| Edge { evidence, was_above, recent_p: Some(p) };
        let (some, surely) = (fall(3.0, 0.5, 3.0), fall(3.3, 0.5, 1.0));
        let (weaker, slow) = (fall(3.0, 2.0, 2.7), fall(3.0, 2.0, 2.0));
        for (edge, fall, expected) in [
            (edge(true, false, 0.5), Some(&some), Some(Life::Gone)),
            (edge(false, true, 0.5), Some(&some), Some(Life::Gone)),
            (edge(false, false, 0.5), Some(&some), None),
            (edge(false, false, 0.5), Some(&surely), Some(Life::Gone)),
            (edge(true, false, 0.5), Some(&weaker), Some(Life::Weakened)),
            (edge(false, true, 0.5), Some(&weaker), Some(Life::Open)),
            (edge(true, false, 0.01), Some(&slow), Some(Life::Alive)),
            (edge(true, false, 0.01), None, Some(Life::Alive)),
            (edge(true, false, 0.06), None, Some(Life::Open)),
            (edge(false, false, 0.01), None, None),
        ] {
            assert_eq!(life(edge, fall), expected, "{edge:?} {fall:?}");
        }
    }
}
