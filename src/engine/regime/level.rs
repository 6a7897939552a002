//! The level of a rolling statistic, high or low against its own past: coupling and volatility.

use super::hysteresis::{Cut, by_all_quantiles, by_past_quantiles, centred, where_known};
use super::{Coupling, Labels, Volatility};
use crate::base::moments::WindowMoments;
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
    Labels {
        kind,
        name: String::new(),
        title,
        states: states.map(str::to_owned).into(),
        planted_r2: Vec::new(),
        by_day: by_past_quantiles(statistic, cut),
        hindsight: where_known(by_all_quantiles(&middle, cut), &middle),
        causal: true,
        fits: None,
    }
}

/// Sample standard deviation of the `window` returns up to each panel day's own; `NaN` until the
/// window is full. One entry more than returns: the first day has none.
pub(super) fn rolling_deviation(log_returns: &[f64], window: usize) -> Vec<f64> {
    let mut moving = WindowMoments::new(log_returns, 1);
    let mut deviation = vec![f64::NAN; log_returns.len() + 1];
    for (day, slot) in deviation.iter_mut().enumerate().skip(window) {
        let squares = moving.advance(day - window..day).comoment(0, 0);
        // Taking rows out may leave less than nothing, by rounding.
        *slot = (squares.max(0.0) / (window - 1) as f64).sqrt();
    }
    deviation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::math;

    #[test]
    fn a_rolling_deviation_is_that_of_its_window() {
        let returns: Vec<f64> = (0..120).map(|t| f64::from(t * 37 % 101) * 1e-3).collect();
        let rolling = rolling_deviation(&returns, 21);
        assert_eq!(rolling.len(), 121);
        assert!(rolling[20].is_nan());
        for day in [21, 60, 120] {
            let expected = math::std_dev(&returns[day - 21..day]).unwrap();
            assert!((rolling[day] / expected - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_storm_is_volatile() {
        let wave = |t: usize| if t.is_multiple_of(2) { 0.01 } else { -0.01 };
        let scale = |t: usize| if (300..400).contains(&t) { 3.0 } else { 1.0 + t as f64 * 1e-6 };
        let returns: Vec<f64> = (0..600).map(|t| wave(t) * scale(t)).collect();
        let settings = Volatility { window: 21, low: 0.5, high: 0.8, min_history: 100 };
        let labels = volatility(&settings, "SPY", &returns);
        assert_eq!(labels.by_day[350], Some(1));
        assert_eq!(labels.by_day[500], Some(1), "between the quantiles the state holds");
        assert_eq!(labels.hindsight[296], Some(1), "hindsight sees the storm come");
    }
}
