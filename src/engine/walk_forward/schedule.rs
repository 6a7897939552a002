//! When to fit and on which rows, from the schedule that a spec asks for.

use std::ops::Range;

pub use crate::results::spec::{Schedule, Selection, Window};

/// Forecasts that must exist before the prequential rule leaves the strongest penalty.
pub const PREQUENTIAL_MIN_FORECASTS: usize = 252;

impl Schedule {
    /// Rows `f` at which a fit is made, for `n` rows.
    pub fn refits(&self, n: usize) -> impl Iterator<Item = usize> + use<> {
        (self.min_train..n).step_by(self.refit_every)
    }

    /// Training rows of the fit at row `f`.
    pub fn training(&self, f: usize) -> Range<usize> {
        let end = f.saturating_sub(self.purge);
        let start = match self.window {
            Window::Expanding => 0,
            Window::Rolling(rows) => end.saturating_sub(rows),
        };
        start..end
    }

    /// Rows that the fit at row `f` forecasts, for `n` rows.
    pub fn forecast(&self, f: usize, n: usize) -> Range<usize> {
        f..(f + self.refit_every).min(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_as_the_methods_say() {
        let schedule =
            Schedule { min_train: 5, refit_every: 3, window: Window::Rolling(4), purge: 1 };
        let folds: Vec<_> =
            schedule.refits(10).map(|f| (schedule.training(f), schedule.forecast(f, 10))).collect();
        assert_eq!(folds, [(0..4, 5..8), (3..7, 8..10)]);
        let expanding = Schedule { window: Window::Expanding, purge: 0, ..schedule };
        assert_eq!(expanding.training(8), 0..8);
    }
}
