//! The level of a rolling statistic, high or low against its own past: coupling and volatility.

use super::hysteresis::{Cut, by_all_quantiles, by_past_quantiles, centred, where_known};
use super::{Coupling, Labels, Volatility};
use crate::base::moments::WindowMoments;
use crate::prices::panel::returns_until;
use crate::results::RegimeKind;

/// States from the rolling mean correlation between the features, by panel day.
pub(super) fn coupling(settings: &Coupling, coupling: &[f64]) -> Labels {
    let Coupling { window, low, high, min_history } = *settings;
    let title = format!("Level of the {window}-day mean correlation between the features");
    let states = ["Loosely coupled", "Tightly coupled"];
    let cut = Cut { low, high, min_history };
    labels(RegimeKind::Coupling, title, states, coupling, window, &cut)
}

/// States from the rolling volatility of the target's log returns (`T - 1` of them).
pub(super) fn volatility(settings: &Volatility, ticker: &str, log_returns: &[f64]) -> Labels {
    let Volatility { window, low, high, min_history } = *settings;
    let title = format!("Level of the {window}-day volatility of {ticker}");
    let volatility = rolling_deviation(log_returns, window);
    let cut = Cut { low, high, min_history };
    labels(RegimeKind::Volatility, title, ["Quiet", "Volatile"], &volatility, window, &cut)
}

/// Labels of a trailing statistic. In hindsight the window is centred on the day and the quantiles
/// are those of all days.
pub(super) fn labels(
    kind: RegimeKind,
    title: String,
    states: [&str; 2],
    statistic: &[f64],
    window: usize,
    cut: &Cut,
) -> Labels {
    let middle = centred(statistic, window);
    let hindsight = where_known(by_all_quantiles(&middle, cut), &middle);
    let states = states.map(str::to_owned).into();
    Labels::detected(kind, title, states, by_past_quantiles(statistic, cut), hindsight)
}

/// Sample standard deviation of the `window` returns up to each panel day's own; `NaN` until the
/// window is full. One entry more than returns: the first day has none.
pub(super) fn rolling_deviation(log_returns: &[f64], window: usize) -> Vec<f64> {
    let mut moving = WindowMoments::new(log_returns, 1);
    let mut deviation = vec![f64::NAN; log_returns.len() + 1];
    for (day, slot) in deviation.iter_mut().enumerate().skip(window) {
        let squares = moving.advance(returns_until(day, window)).comoment(0, 0);
        // Taking rows out may leave less than nothing, by rounding.
        *slot = (squares.max(0.0) / (window - 1) as f64).sqrt();
    }
    deviation
}
