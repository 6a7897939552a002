//! The level of a rolling statistic, high or low against its own past: coupling and volatility.

use super::hysteresis::{Cut, by_all_quantiles, by_past_quantiles, centred, where_known};
use super::{Coupling, Labels, Volatility};
use crate::base::moments::WindowMoments;
use crate::base::units::math;
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
    let by_day = by_past_quantiles(statistic, cut);
    let states = named(states, &by_day, statistic);
    Labels::detected(kind, title, states, by_day, hindsight)
}

/// The names of the lower and the upper state, where the statistic is lower in the lower one. Where
/// it has a trend it may not be, since each day is held against its own past; then the names say no
/// more than that.
fn named(states: [&str; 2], by_day: &[Option<usize>], statistic: &[f64]) -> Vec<String> {
    let mean = |state: usize| {
        let inside = by_day.iter().zip(statistic).filter(|(of, _)| **of == Some(state));
        math::mean(&inside.map(|(_, value)| *value).collect::<Vec<f64>>())
    };
    let is_contradicted = mean(0).zip(mean(1)).is_some_and(|(low, high)| low >= high);
    let names = if is_contradicted { ["Low for its past", "High for its past"] } else { states };
    names.map(str::to_owned).into()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_contradicts_what_was_measured() {
        // Alternating about a trend: what was high for its past early is below what is low later.
        let trend = |slope: f64| -> Vec<f64> {
            (0..900).map(|t| slope * f64::from(t) + f64::from(t % 10)).collect()
        };
        for (slope, expected) in [(0.0, "Loosely coupled"), (-0.05, "Low for its past")] {
            let statistic = trend(slope);
            let cut = Cut { low: 0.33, high: 0.67, min_history: 20 };
            let mut by_day = by_past_quantiles(&statistic, &cut);
            if slope < 0.0 {
                // Early days are high for their past, later ones low, whatever their size.
                by_day
                    .iter_mut()
                    .enumerate()
                    .for_each(|(t, state)| *state = Some(usize::from(t > 450)));
            }
            let names = named(["Loosely coupled", "Tightly coupled"], &by_day, &statistic);
            assert_eq!(names[0], expected);
        }
    }
}
