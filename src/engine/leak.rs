//! Leaks to be planted by a test, on its own thread: so it can be seen that they are noticed.

use std::cell::Cell;

use ndarray::Array2;

use crate::base::units::math;
use crate::engine::model::Standardised;
use crate::engine::regime::Labels;
use crate::prices::panel::{Panel, Supervised};

/// A way of knowing the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leak {
    /// A fit is trained on the first row that it forecasts.
    Training,
    /// The features of a row are those of the day over which it is earned: a lag of 0.
    Lag,
    /// Features and target are centred by the means of all rows.
    Standardise,
    /// The penalty is the one with the smallest squared error over all forecasts.
    Penalty,
    /// A row is judged in the state of the day on which it is earned.
    State,
    /// A gate is open where the forecasts of its state pay over all days.
    Gate,
    /// A forecast holds a tenth of what it is about.
    Answer,
    /// Labels are those that the detector gives once it knows all days.
    Labels,
}

pub(crate) const LEAKS: [Leak; 8] = [
    Leak::Training,
    Leak::Lag,
    Leak::Standardise,
    Leak::Penalty,
    Leak::State,
    Leak::Gate,
    Leak::Answer,
    Leak::Labels,
];

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

pub(crate) fn lag(mut rows: Supervised, panel: &Panel) -> Supervised {
    if is_planted(Leak::Lag) {
        for ((row, column), value) in rows.x.indexed_iter_mut() {
            let returns = &panel.features[column % panel.features.len()].log_returns;
            *value = returns[rows.first_decision.0 + row];
        }
    }
    rows
}

pub(crate) fn standardise(problem: &mut Standardised, rows: &Supervised) {
    if is_planted(Leak::Standardise) {
        problem.y_mean = math::mean(&rows.y).unwrap();
        for (column, mean) in problem.mean.iter_mut().enumerate() {
            *mean = math::mean(&rows.x.column(column).to_vec()).unwrap();
        }
    }
}

pub(crate) fn gate(gains: &[f64], states: &[Option<usize>]) -> Option<Vec<bool>> {
    let of = |state: &Option<usize>| -> f64 {
        let inside = gains.iter().zip(states).filter(|(_, other)| *other == state);
        inside.map(|(gain, _)| gain).sum()
    };
    let open = |state: &Option<usize>| state.is_some() && of(state) > 0.0;
    is_planted(Leak::Gate).then(|| states.iter().map(open).collect())
}

pub(crate) fn answer(forecasts: &mut [f64], y: f64) {
    if is_planted(Leak::Answer)
        && let Some(last) = forecasts.last_mut()
    {
        *last += 0.1 * (y - *last);
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
