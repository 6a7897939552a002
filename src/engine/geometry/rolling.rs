//! Rolling correlations over a window of returns that moves one day at a time.

use std::collections::BTreeMap;

use crate::base::moments::{Moments, WindowMoments};
use crate::prices::panel::{Column, Panel, by_day, returns_until};

/// Rolling correlations by panel day; `NaN` until the window is full.
#[derive(Debug, Clone, PartialEq)]
pub struct Rolling {
    /// Returns in the window, up to and including the day's own.
    pub window: usize,
    /// Mean off-diagonal correlation between the features; `NaN` throughout with fewer than two.
    pub coupling: Vec<f64>,
    /// Correlation of a pair of tickers, for the pairs asked for.
    pub pairs: BTreeMap<(String, String), Vec<f64>>,
}

/// Rolling statistics of the features and of the pairs asked for (tickers of the panel; a pair
/// with an unknown ticker is left out).
pub fn rolling(panel: &Panel, window: usize, pairs: &[(String, String)]) -> Rolling {
    let position = |ticker: &str| {
        panel.features.iter().chain([&panel.target]).position(|column| column.ticker == ticker)
    };
    let asked: Vec<(&(String, String), [usize; 2])> = pairs
        .iter()
        .filter_map(|pair| Some((pair, [position(&pair.0)?, position(&pair.1)?])))
        .collect();
    let p = panel.features.len();
    let columns: Vec<&Column> = panel.features.iter().chain([&panel.target]).collect();
    let mut coupling = vec![f64::NAN; panel.len()];
    let positions: Vec<[usize; 2]> = asked.iter().map(|(_, positions)| *positions).collect();
    let values = correlations(&columns, window, &positions, |day, moments, inverse| {
        if p >= 2 {
            coupling[day] = mean_off_diagonal(moments, inverse, p);
        }
    });
    let pairs = asked.iter().map(|(pair, _)| (*pair).clone()).zip(values).collect();
    Rolling { window, coupling, pairs }
}

/// Rolling correlations of every pair of some columns, by panel day, `NaN` until the window is
/// full. Pairs in the order (0, 1), (0, 2), ..., (1, 2), ...
pub(crate) fn all_pairs(columns: &[Column], window: usize) -> Vec<Vec<f64>> {
    let k = columns.len();
    let pairs: Vec<[usize; 2]> = (0..k).flat_map(|i| (i + 1..k).map(move |j| [i, j])).collect();
    correlations(&columns.iter().collect::<Vec<_>>(), window, &pairs, |_, _, _| {})
}

/// Rolling correlations of pairs of columns by panel day. `look` sees each day with a full window:
/// its moments and the inverse roots of their sums of squares.
fn correlations(
    columns: &[&Column],
    window: usize,
    pairs: &[[usize; 2]],
    mut look: impl FnMut(usize, &Moments, &[f64]),
) -> Vec<Vec<f64>> {
    let rows = by_day(columns.iter().copied());
    // A panel has one day more than returns.
    let days = columns.first().map_or(0, |column| column.log_returns.len() + 1);
    let mut moving = WindowMoments::new(&rows, columns.len());
    let mut values = vec![vec![f64::NAN; days]; pairs.len()];
    for day in window..days {
        let moments = moving.advance(returns_until(day, window));
        let inverse = moments.inverse_roots();
        for (series, &[i, j]) in values.iter_mut().zip(pairs) {
            series[day] = (moments.comoment(i, j) * inverse[i] * inverse[j]).clamp(-1.0, 1.0);
        }
        look(day, moments, &inverse);
    }
    values
}

fn mean_off_diagonal(moments: &Moments, inverse: &[f64], p: usize) -> f64 {
    let mut sum = 0.0;
    for i in 1..p {
        let row = &moments.lower_row(i)[..i];
        let scaled: f64 =
            row.iter().zip(inverse).map(|(comoment, inverse)| comoment * inverse).sum();
        sum += scaled * inverse[i];
    }
    sum / (p * (p - 1) / 2) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::{correlation, noise};

    #[test]
    fn a_rolling_correlation_is_that_of_its_window() {
        let mut noise = noise::uniform(3);
        let mut column = |ticker| {
            let mut price = 100.0;
            let mut next = || {
                price *= 1.0 + 0.02 * noise();
                price
            };
            Column::new(ticker, (0..200).map(|_| next()).collect())
        };
        let panel = Panel::daily(column("SPY"), vec![column("A"), column("B"), column("C")]);
        let [a, b, c] = [&panel.features[0], &panel.features[1], &panel.features[2]];
        let of = |x: &Column, y: &Column, day: usize| {
            let window = day - 63..day;
            correlation(&x.log_returns[window.clone()], &y.log_returns[window]).unwrap()
        };
        let pair = ("C".to_owned(), "SPY".to_owned());
        let result = rolling(&panel, 63, std::slice::from_ref(&pair));
        let every = all_pairs(&[panel.target.clone(), a.clone(), b.clone()], 63);
        assert_eq!((every.len(), every[0].len()), (3, panel.len()));
        for values in every.iter().chain([&result.coupling, &result.pairs[&pair]]) {
            assert!(values[..63].iter().all(|value| value.is_nan()));
        }
        for day in 63..panel.len() {
            let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-13);
            near(result.pairs[&pair][day], of(c, &panel.target, day));
            near(result.coupling[day], (of(a, b, day) + of(a, c, day) + of(b, c, day)) / 3.0);
            near(every[0][day], of(&panel.target, a, day));
            near(every[1][day], of(&panel.target, b, day));
            near(every[2][day], of(a, b, day));
        }
    }
}
