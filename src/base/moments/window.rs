//! The moments of a window that moves forward over fixed rows.

use std::ops::Range;

use super::running::Moments;

/// A window is light, and computed afresh, from this share of the largest weight it had: what is
/// left of rows that outweighed it is rounding.
const LIGHT: f64 = 1.0 / 16.0;

/// The moments of a window that moves forward over fixed rows.
///
/// Rows that leave are taken out by downdates. After as many downdates as the window has rows the
/// moments are computed afresh, which costs one more update a row and keeps the drift at rounding
/// level however long the series is, even after a crisis has left the window. So they are when rows
/// leave that outweighed all that stay.
#[derive(Debug, Clone)]
pub struct WindowMoments<'a> {
    rows: &'a [f64],
    weights: Option<&'a [f64]>,
    window: Range<usize>,
    downdates: usize,
    /// Largest weight of the window since its moments were last computed afresh.
    heaviest: f64,
    moments: Moments,
}

impl<'a> WindowMoments<'a> {
    /// Over `rows`, row-major with `k` values a row; the window is empty at first.
    pub fn new(rows: &'a [f64], k: usize) -> Self {
        Self::weighted(rows, None, k)
    }

    /// The same with the weight of each row, 0 or more; `None` counts each once.
    pub fn weighted(rows: &'a [f64], weights: Option<&'a [f64]>, k: usize) -> Self {
        let moments = Moments::new(k);
        Self { rows, weights, window: 0..0, downdates: 0, heaviest: 0.0, moments }
    }

    /// Moves the window to `window` and gives its moments.
    ///
    /// # Panics
    /// If either end moves backwards or beyond the rows.
    pub fn advance(&mut self, window: Range<usize>) -> &Moments {
        let k = self.moments.variables();
        assert!(
            window.start >= self.window.start && window.end >= self.window.end,
            "a window moves forward"
        );
        let weights = self.weights;
        let row = |i: usize| &self.rows[i * k..(i + 1) * k];
        let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
        let leaving = window.start.min(self.window.end) - self.window.start;
        let is_light = weights.is_some_and(|weights| {
            let total = |rows: Range<usize>| weights[rows].iter().sum::<f64>();
            let most = self.moments.weight() + total(self.window.end..window.end);
            let out = self.window.start..window.start.min(self.window.end);
            self.heaviest = self.heaviest.max(most);
            most - total(out) <= LIGHT * self.heaviest
        });
        let is_new = window.start >= self.window.end;
        if is_new || is_light || self.downdates + leaving > window.len() {
            self.moments.rebuild(window.clone().map(|i| (row(i), weight(i))));
            self.downdates = 0;
            self.heaviest = self.moments.weight();
        } else {
            for i in self.window.end..window.end {
                self.moments.add_weighted(row(i), weight(i));
            }
            for i in self.window.start..window.start {
                self.moments.remove_weighted(row(i), weight(i));
            }
            self.downdates += leaving;
        }
        self.window = window;
        &self.moments
    }

    /// The moments of the current window.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::running::tests::{apart, rows};
    use super::*;
    use crate::base::statistics::{correlation, noise};

    proptest! {
        #[test]
        fn a_window_has_the_moments_of_its_rows_however_it_moves(
            k in 1_usize..6,
            moves in prop::collection::vec((0_usize..40, 0_usize..40), 1..40),
            is_weighted: bool,
        ) {
            let (rows, weights) = (rows(400, k), weights(400));
            let weight = |i: usize| if is_weighted { weights[i] } else { 1.0 };
            let given = is_weighted.then_some(weights.as_slice());
            let mut moving = WindowMoments::weighted(&rows, given, k);
            let mut fresh = Moments::new(k);
            let mut window = 0..0;
            for (start, end) in moves {
                let end = (window.end + end).min(400);
                window = (window.start + start).min(end)..end;
                let moments = moving.advance(window.clone());
                fresh.rebuild(window.clone().map(|i| (&rows[i * k..(i + 1) * k], weight(i))));
                prop_assert_eq!(moments.count(), fresh.count());
                prop_assert!((moments.weight() / fresh.weight().max(1e-300) - 1.0).abs() < 1e-12
                    || fresh.count() == 0);
                let apart = apart(moments, &fresh, &moments.peak, &vec![1.0; k]);
                prop_assert!(apart < 1e-12, "{:e} at {:?}", apart, window);
            }
        }
    }

    #[test]
    fn correlations_are_those_of_the_pairs_and_none_with_what_does_not_vary() {
        let k = 5;
        let mut rows = rows(60, k);
        rows.chunks_exact_mut(k).for_each(|row| row[2] = 0.1);
        let mut window = WindowMoments::new(&rows, k);
        let mut matrix = vec![f64::NAN; k * k];
        window.advance(10..60).correlations(&mut matrix);
        let column = |j: usize| -> Vec<f64> { (10..60).map(|i| rows[i * k + j]).collect() };
        for (cell, value) in matrix.iter().enumerate() {
            let (i, j) = (cell / k, cell % k);
            let of_pair = correlation(&column(i), &column(j)).unwrap_or(0.0);
            let expected = if i == j { 1.0 } else { of_pair };
            assert!((value - expected).abs() < 1e-13, "{i} {j}: {value} {expected}");
        }
    }

    /// Weights as uneven as those of days on which a price stood still and of days of a crisis; the
    /// first are 0.
    fn weights(n: usize) -> Vec<f64> {
        let mut next = noise::uniform(11);
        let stood_still = n / 2..n / 2 + n / 20;
        let weight = |i: usize| match i {
            _ if i < n / 100 => 0.0,
            _ if stood_still.contains(&i) => 1e15,
            _ => 1e4 * (1.01 + 2.0 * next()) / if i % 400 < 50 { 1e3 } else { 1.0 },
        };
        (0..n).map(weight).collect()
    }

    #[test]
    fn no_window_drifts_over_16_000_rows_even_when_what_outweighed_it_leaves() {
        let (n, k) = (16_000, 6);
        let (rows, weights) = (rows(n, k), weights(n));
        for given in [None, Some(weights.as_slice())] {
            // The last one expands.
            for length in [63, 750, 5_000, n] {
                let mut moving = WindowMoments::weighted(&rows, given, k);
                let mut fresh = Moments::new(k);
                for end in 200..n {
                    let window = end.saturating_sub(length)..end;
                    let moments = moving.advance(window.clone());
                    if end % 499 == 0 || end + 1 == n {
                        let weight = |i: usize| given.map_or(1.0, |weights| weights[i]);
                        fresh.rebuild(window.map(|i| (&rows[i * k..(i + 1) * k], weight(i))));
                        assert_eq!(moments.count(), fresh.count());
                        assert!((moments.weight() / fresh.weight() - 1.0).abs() < 1e-12);
                        let squares: Vec<f64> = (0..k).map(|j| fresh.comoment(j, j)).collect();
                        let spread: Vec<f64> =
                            squares.iter().map(|s| (s / fresh.weight()).sqrt()).collect();
                        let drift = apart(moments, &fresh, &squares, &spread);
                        let is_weighted = given.is_some();
                        assert!(drift < 1e-12, "{length} rows, {is_weighted}: {drift:e} at {end}");
                    }
                }
            }
        }
    }

    #[test]
    fn weights_count_a_row_as_often_and_their_unit_does_not_matter() {
        let k = 3;
        let rows = rows(60, k);
        let mut repeated = Moments::new(k);
        let times: Vec<f64> = (0..60).map(|i| f64::from(i % 4)).collect();
        for (row, times) in rows.chunks_exact(k).zip(&times) {
            (0..*times as usize).for_each(|_| repeated.add(row));
        }
        for unit in [1.0, 1e-9, 3.7e11] {
            let weights: Vec<f64> = times.iter().map(|times| unit * times).collect();
            let mut window = WindowMoments::weighted(&rows, Some(&weights), k);
            let moments = window.advance(0..60);
            assert_eq!(moments.count(), 45, "a row of weight 0 is left out");
            for i in 0..k {
                assert!((moments.mean()[i] - repeated.mean()[i]).abs() < 1e-15);
                for j in 0..=i {
                    let ours = moments.comoment(i, j) / moments.weight();
                    let theirs = repeated.comoment(i, j) / repeated.weight();
                    assert!((ours / theirs - 1.0).abs() < 1e-10, "{ours} {theirs}");
                }
            }
        }
    }

    #[test]
    fn a_variable_that_stopped_moving_is_constant_once_the_movement_has_left() {
        let rows: Vec<f64> =
            (0..400).map(|i| if i < 200 { f64::from(i % 11) * 0.37 } else { 0.1 }).collect();
        let mut moving = WindowMoments::new(&rows, 1);
        assert!(!moving.advance(150..250).is_constant(0));
        assert!(!moving.advance(199..299).is_constant(0));
        assert!(moving.advance(200..300).is_constant(0));
        assert!(moving.advance(210..310).is_constant(0));
    }
}
