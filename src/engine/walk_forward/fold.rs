//! The folds of a walk-forward: which rows are fitted on, which are forecast from that fit.

use std::ops::Range;

use super::Schedule;
use crate::prices::panel::Row;

/// A fit, by its position among the refits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refit(pub usize);

/// A forecast, by its position among the `P` forecasts: row `N0` is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forecast(pub usize);

/// Consecutive supervised rows, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows(pub Range<usize>);

impl Rows {
    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = Row> + use<> {
        self.0.clone().map(Row)
    }
}

/// One fit and what it forecasts. Training ends before the forecast rows begin, by `purge` rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Which fit it is.
    pub refit: Refit,
    /// The rows that it is fitted on.
    pub training: Rows,
    /// The rows that it forecasts.
    pub forecast: Rows,
}

/// The folds of a schedule over `n` rows, in order.
pub fn folds(schedule: &Schedule, n: usize) -> impl Iterator<Item = Fold> + use<> {
    let schedule = *schedule;
    schedule.refits(n).enumerate().map(move |(refit, f)| Fold {
        refit: Refit(refit),
        training: Rows(schedule.training(f)),
        forecast: Rows(schedule.forecast(f, n)),
    })
}
