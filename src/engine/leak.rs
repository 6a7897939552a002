//! Leaks to be planted by a test, on its own thread: so it can be seen that they are noticed.

use std::cell::Cell;

use ndarray::Array2;

use crate::base::units::math;
use crate::engine::model::Standardised;
use crate::engine::regime::Labels;

/// A way of knowing the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leak {
    /// A fit is trained on the first row that it forecasts.
    Training,
    /// The target is centred by the mean of all rows.
    Centre,
    /// The penalty is the one with the smallest squared error over all forecasts.
    Penalty,
    /// A row is judged in the state of the day on which it is earned.
    State,
    /// Labels are those that the detector gives once it knows all days.
    Labels,
}

pub(crate) const LEAKS: [Leak; 5] =
    [Leak::Training, Leak::Centre, Leak::Penalty, Leak::State, Leak::Labels];

thread_local! {
    static PLANTED: Cell<Option<Leak>> = const { Cell::new(None) };
}

/// What `work` gives with a leak planted in everything that it does on this thread.
pub(crate) fn with<T>(leak: Option<Leak>, work: impl FnOnce() -> T) -> T {
    PLANTED.set(leak);
    let result = work();
    PLANTED.set(None);
    result
}

pub(crate) fn is_planted(leak: Leak) -> bool {
    PLANTED.get() == Some(leak)
}

pub(crate) fn centre(problem: &mut Standardised, y: &[f64]) {
    if is_planted(Leak::Centre) {
        problem.y_mean = math::mean(y).unwrap();
    }
}

pub(crate) fn penalty(forecasts: &mut [f64], all: &Array2<f64>, y: &[f64]) {
    if is_planted(Leak::Penalty) {
        let actual = &y[y.len() - forecasts.len()..];
        let squares = |alpha: &usize| -> f64 {
            all.column(*alpha).iter().zip(actual).map(|(f, y)| (y - f) * (y - f)).sum()
        };
        let best = (0..all.ncols()).min_by(|a, b| squares(a).total_cmp(&squares(b))).unwrap();
        forecasts.copy_from_slice(&all.column(best).to_vec());
    }
}

pub(crate) fn labels(labels: Labels) -> Labels {
    if is_planted(Leak::Labels) {
        return Labels { by_day: labels.hindsight.clone(), ..labels };
    }
    labels
}
