//! The terciles of a market's volatility: a split of days to judge by, not a detector.

use super::level::rolling_deviation;
use crate::base::statistics::{insert_ascending, quantile};

/// A month of trading days.
const WINDOW: usize = 21;
/// Volatilities before the first day is filed: a year of trading days.
const MIN_HISTORY: usize = 252;

/// By panel day: 0, 1 or 2 for the lowest, middle or highest third of trailing volatility.
///
/// The volatility is the sample standard deviation of the 21 log returns (of `T - 1`) up to the
/// day's close. The thirds are cut at quantiles of all volatilities so far, the day's own among
/// them: each day is known at its close, and earlier ones are never filed again. Where volatility
/// trends the thirds are therefore not of equal size. `None` before a year of volatilities.
pub fn volatility_terciles(log_returns: &[f64]) -> Vec<Option<usize>> {
    let mut past: Vec<f64> = Vec::with_capacity(log_returns.len());
    rolling_deviation(log_returns, WINDOW)
        .into_iter()
        .map(|value| {
            if !value.is_finite() {
                return None;
            }
            insert_ascending(&mut past, value);
            let cuts = [1.0 / 3.0, 2.0 / 3.0].map(|share| quantile(&past, share));
            (past.len() >= MIN_HISTORY).then(|| cuts.iter().filter(|cut| value > **cut).count())
        })
        .collect()
}
