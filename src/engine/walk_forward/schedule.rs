//! When to fit and on which rows, from the schedule that a spec asks for.

use std::ops::Range;

#[cfg(test)]
use crate::engine::leak;
pub use crate::results::spec::{Schedule, Selection, Window};

/// Forecasts that must exist before the prequential rule leaves the strongest penalty.
pub const PREQUENTIAL_MIN_FORECASTS: usize = 252;

impl Schedule {
    /// Rows `f` at which a fit is made, for `n` rows.
    pub fn refits(&self, n: usize) -> impl Iterator<Item = usize> + use<> {
        (self.min_train..n).step_by(self.refit_every)
    }

    /// Whether a fit is made at a row.
    pub(crate) fn is_refit(&self, row: usize) -> bool {
        row >= self.min_train && (row - self.min_train).is_multiple_of(self.refit_every)
    }

    /// Training rows of the fit at row `f`.
    pub fn training(&self, f: usize) -> Range<usize> {
        let end = f.saturating_sub(self.purge);
        #[cfg(test)]
        let end = end + usize::from(leak::is_planted(leak::Leak::Training));
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_row_is_forecast_once_from_rows_before_it(
            (min_train, purge) in (1_usize..60).prop_flat_map(|first| (Just(first), 0..first)),
            refit_every in 1_usize..30,
            window in prop_oneof![Just(Window::Expanding), (1_usize..80).prop_map(Window::Rolling)],
            forecasts in 1_usize..150,
        ) {
            let schedule = Schedule { min_train, refit_every, window, purge };
            let n = min_train + forecasts;
            let mut next = min_train;
            for f in schedule.refits(n) {
                let (training, forecast) = (schedule.training(f), schedule.forecast(f, n));
                prop_assert_eq!(forecast.start, next, "rows follow one another");
                prop_assert!(!forecast.is_empty() && forecast.len() <= refit_every);
                next = forecast.end;
                prop_assert!(!training.is_empty());
                prop_assert_eq!(training.end + purge, f, "and the rows between are purged");
                match window {
                    Window::Expanding => prop_assert_eq!(training.start, 0),
                    Window::Rolling(rows) => prop_assert_eq!(training.len(), rows.min(f - purge)),
                }
            }
            prop_assert_eq!(next, n);
        }
    }
}
