//! A statistic through time cut into two states, with hysteresis against flicker.
//!
//! State 1 begins when the statistic exceeds the upper threshold, state 0 when it falls below the
//! lower one; in between the last state holds (a Schmitt trigger). Thresholds are either constants
//! or quantiles of the statistic's own past.

use crate::base::statistics::{finite, insert_ascending, quantile};

/// Two quantiles of a statistic's past with hysteresis between them: high from above the upper
/// one, low from below the lower one, in between unchanged.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// The lower quantile, as a share.
    pub(super) low: f64,
    /// The upper quantile, as a share, not below `low`.
    pub(super) high: f64,
    /// Values of the statistic before its first state.
    pub(super) min_history: usize,
}

/// States by constant thresholds; values that are not finite change nothing.
pub(super) fn by_thresholds(statistic: &[f64], low: f64, high: f64) -> Vec<Option<usize>> {
    let mut state = None;
    statistic
        .iter()
        .map(|&value| {
            state = next(state, value, low, high);
            state
        })
        .collect()
}

/// States by the quantiles of the values so far, the day's own among them: each is known at its
/// day's close. Unknown until there are `min_history` values and one lies outside the band.
pub(super) fn by_past_quantiles(statistic: &[f64], cut: &Cut) -> Vec<Option<usize>> {
    let mut state = None;
    let mut past = Vec::with_capacity(statistic.len());
    statistic
        .iter()
        .map(|&value| {
            if value.is_finite() {
                insert_ascending(&mut past, value);
                if past.len() >= cut.min_history {
                    state = next(state, value, quantile(&past, cut.low), quantile(&past, cut.high));
                }
            }
            state
        })
        .collect()
}

/// States by the quantiles of all values, earlier and later ones alike: hindsight.
pub(super) fn by_all_quantiles(statistic: &[f64], cut: &Cut) -> Vec<Option<usize>> {
    let mut all = finite(statistic);
    all.sort_by(f64::total_cmp);
    if all.is_empty() {
        return vec![None; statistic.len()];
    }
    by_thresholds(statistic, quantile(&all, cut.low), quantile(&all, cut.high))
}

/// A trailing statistic told of the middle of its window: hindsight. Days whose window would reach
/// beyond the last day have none.
pub(super) fn centred(statistic: &[f64], window: usize) -> Vec<f64> {
    let ahead = (window / 2).min(statistic.len());
    let mut centred = statistic[ahead..].to_vec();
    centred.resize(statistic.len(), f64::NAN);
    centred
}

/// Hindsight labels hold only where the centred statistic is known.
pub(super) fn where_known(states: Vec<Option<usize>>, statistic: &[f64]) -> Vec<Option<usize>> {
    states.into_iter().zip(statistic).map(|(s, value)| s.filter(|_| value.is_finite())).collect()
}

fn next(state: Option<usize>, value: f64, low: f64, high: f64) -> Option<usize> {
    if value > high {
        Some(1)
    } else if value < low {
        Some(0)
    } else {
        state
    }
}
