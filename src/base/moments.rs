//! Running means and co-moments of rows: all that a fit or a correlation needs of its window.
//!
//! A window of any length is summarised by `k` means and a `k x k` matrix of centred
//! cross-products; a row enters or leaves in `O(k^2)`, and no later step ever passes over the rows
//! again. Updates are centred (Welford 1962; Chan, Golub and LeVeque 1983), so nothing cancels.

use std::ops::Range;

/// Means and centred cross-products of the rows added and not removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    k: usize,
    count: usize,
    mean: Vec<f64>,
    /// Lower triangle, row `i` at `i * k`; the upper part is not kept.
    comoment: Vec<f64>,
    delta: Vec<f64>,
    /// Largest sum of squares of each variable since the moments were last computed afresh: what
    /// rounding errors are relative to.
    peak: Vec<f64>,
}

impl Moments {
    /// Of `k` variables and no row.
    pub fn new(k: usize) -> Self {
        Self {
            k,
            count: 0,
            mean: vec![0.0; k],
            comoment: vec![0.0; k * k],
            delta: vec![0.0; k],
            peak: vec![0.0; k],
        }
    }

    /// Number of variables.
    pub fn variables(&self) -> usize {
        self.k
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Means of the variables.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// `sum (z_i - mean_i)(z_j - mean_j)`.
    pub fn comoment(&self, i: usize, j: usize) -> f64 {
        self.comoment[i.max(j) * self.k + i.min(j)]
    }

    /// Row `i` of the lower triangle: the co-moments with variables `0..=i`.
    pub fn lower_row(&self, i: usize) -> &[f64] {
        &self.comoment[i * self.k..=i * self.k + i]
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.count = 0;
        self.mean.fill(0.0);
        self.comoment.fill(0.0);
        self.peak.fill(0.0);
    }

    /// Whether variable `j` does not vary over the rows, up to what rounding may have left of
    /// rows that are gone.
    pub fn is_constant(&self, j: usize) -> bool {
        let rows = self.count as f64;
        let mean = rows * self.mean[j] * f64::EPSILON;
        let left_over = rows * f64::EPSILON * self.peak[j];
        self.comoment(j, j) <= left_over + rows * mean * mean
    }

    /// One over the root of each variable's sum of squares; 0 for one that does not vary, so that
    /// `comoment(i, j) * inverse[i] * inverse[j]` is the Pearson correlation, and 0 with such a one.
    pub(crate) fn inverse_roots(&self) -> Vec<f64> {
        let inverse = |j| if self.is_constant(j) { 0.0 } else { 1.0 / self.comoment(j, j).sqrt() };
        (0..self.k).map(inverse).collect()
    }

    /// Writes the Pearson correlations, `k x k` row-major: 1 on the diagonal, 0 with a variable
    /// that does not vary.
    pub(crate) fn correlations(&self, matrix: &mut [f64]) {
        let (k, inverse) = (self.k, self.inverse_roots());
        for i in 0..k {
            for (j, comoment) in self.lower_row(i)[..i].iter().enumerate() {
                let correlation = comoment * inverse[i] * inverse[j];
                matrix[i * k + j] = correlation;
                matrix[j * k + i] = correlation;
            }
            matrix[i * k + i] = 1.0;
        }
    }

    /// Takes a row of `k` values in.
    pub fn add(&mut self, row: &[f64]) {
        self.update(row, self.count + 1, 1.0);
    }

    /// Takes a row out that was added before.
    pub fn remove(&mut self, row: &[f64]) {
        if self.count <= 1 {
            self.clear();
        } else {
            self.update(row, self.count - 1, -1.0);
        }
    }

    /// Takes a row in (`sign` 1) or out (-1), which leaves `count` rows.
    fn update(&mut self, row: &[f64], count: usize, sign: f64) {
        let (before, after) = (self.count as f64, count as f64);
        self.count = count;
        for ((delta, value), mean) in self.delta.iter_mut().zip(row).zip(&mut self.mean) {
            *delta = value - *mean;
            *mean += sign * *delta / after;
        }
        self.rank_one(sign * (before / after));
    }

    fn rank_one(&mut self, weight: f64) {
        for i in 0..self.k {
            let scaled = self.delta[i] * weight;
            let target = &mut self.comoment[i * self.k..=i * self.k + i];
            for (entry, delta) in target.iter_mut().zip(&self.delta) {
                *entry += scaled * delta;
            }
            self.peak[i] = self.peak[i].max(self.comoment[i * self.k + i]);
        }
    }

    /// The moments of `all` with the rows of `part`, which are among them, counted fully and the
    /// others with weight `others` in `[0, 1]`.
    ///
    /// Means and cross-products are those of the weighted rows; the count is rounded, since only
    /// ratios to it matter.
    pub fn weighted(&mut self, part: &Moments, all: &Moments, others: f64) {
        let (w_part, w_all) = ((1.0 - others) * part.count as f64, others * all.count as f64);
        let weight = w_part + w_all;
        if part.count == 0 || weight <= 0.0 {
            self.clone_from(all);
            return;
        }
        // Scaled to the rounded count, so that co-moments over the count are the moments.
        self.count = (libm::round(weight) as usize).max(1);
        let scale = self.count as f64 / weight;
        let between = w_part * w_all / weight;
        for i in 0..self.k {
            self.delta[i] = part.mean[i] - all.mean[i];
            self.mean[i] = (w_part * part.mean[i] + w_all * all.mean[i]) / weight;
        }
        for i in 0..self.k {
            for j in 0..=i {
                let at = i * self.k + j;
                self.comoment[at] = scale
                    * ((1.0 - others) * part.comoment[at]
                        + others * all.comoment[at]
                        + between * self.delta[i] * self.delta[j]);
            }
            self.peak[i] = part.peak[i].max(all.peak[i]);
        }
    }

    /// Computes the moments of `rows` afresh, in two passes.
    fn rebuild<'a>(&mut self, rows: impl Iterator<Item = &'a [f64]> + Clone) {
        self.clear();
        for row in rows.clone() {
            self.count += 1;
            for (mean, value) in self.mean.iter_mut().zip(row) {
                *mean += value;
            }
        }
        let count = self.count.max(1) as f64;
        self.mean.iter_mut().for_each(|mean| *mean /= count);
        for row in rows {
            for ((delta, value), mean) in self.delta.iter_mut().zip(row).zip(&self.mean) {
                *delta = value - mean;
            }
            self.rank_one(1.0);
        }
    }
}

/// The moments of a window that moves forward over fixed rows.
///
/// Rows that leave are taken out by downdates. After as many downdates as the window has rows the
/// moments are computed afresh, which costs one more update a row and keeps the drift at rounding
/// level however long the series is, even after a crisis has left the window.
#[derive(Debug, Clone)]
pub struct WindowMoments<'a> {
    rows: &'a [f64],
    window: Range<usize>,
    downdates: usize,
    moments: Moments,
}

impl<'a> WindowMoments<'a> {
    /// Over `rows`, row-major with `k` values a row; the window is empty at first.
    pub fn new(rows: &'a [f64], k: usize) -> Self {
        Self { rows, window: 0..0, downdates: 0, moments: Moments::new(k) }
    }

    /// Moves the window to `window` and gives its moments.
    ///
    /// # Panics
    /// If either end moves backwards or beyond the rows.
    pub fn advance(&mut self, window: Range<usize>) -> &Moments {
        let k = self.moments.k;
        assert!(
            window.start >= self.window.start && window.end >= self.window.end,
            "a window moves forward"
        );
        let row = |i: usize| &self.rows[i * k..(i + 1) * k];
        let leaving = window.start.min(self.window.end) - self.window.start;
        if window.start >= self.window.end || self.downdates + leaving > window.len() {
            self.moments.rebuild(window.clone().map(row));
            self.downdates = 0;
        } else {
            for i in self.window.end..window.end {
                self.moments.add(row(i));
            }
            for i in self.window.start..window.start {
                self.moments.remove(row(i));
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

    use super::*;
    use crate::base::statistics::{correlation, noise};

    /// How far two moments of the same rows are apart, in units of the largest that the sums
    /// of squares and means have been on the way: what rounding is relative to.
    fn apart(a: &Moments, fresh: &Moments, peak: &[f64], largest: &[f64]) -> f64 {
        let mut worst = 0.0_f64;
        for i in 0..a.k {
            worst = worst.max((a.mean[i] - fresh.mean[i]).abs() / largest[i]);
            for j in 0..=i {
                let scale = (peak[i] * peak[j]).sqrt().max(f64::MIN_POSITIVE);
                worst = worst.max((a.comoment(i, j) - fresh.comoment(i, j)).abs() / scale);
            }
        }
        worst
    }

    proptest! {
        #[test]
        fn rows_may_come_and_go_in_any_order(
            seed in 1_u64..,
            k in 1_usize..6,
            steps in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 1..250),
        ) {
            let rows = rows(steps.len(), k);
            let row = |i: usize| &rows[(i * k + seed as usize % 7 * k) % rows.len()..][..k];
            let (mut moments, mut fresh) = (Moments::new(k), Moments::new(k));
            let mut inside: Vec<usize> = Vec::new();
            let (mut peak, mut largest) = (vec![0.0_f64; k], vec![1e-300_f64; k]);
            for (step, (enters, which)) in steps.iter().enumerate() {
                if *enters || inside.is_empty() {
                    inside.push(step);
                    moments.add(row(step));
                } else {
                    let leaving = inside.swap_remove(which.index(inside.len()));
                    moments.remove(row(leaving));
                }
                for j in 0..k {
                    peak[j] = peak[j].max(moments.comoment(j, j));
                    largest[j] = largest[j].max(row(step)[j].abs());
                }
                fresh.rebuild(inside.iter().map(|&i| row(i)));
                prop_assert_eq!(moments.count(), inside.len());
                let apart = apart(&moments, &fresh, &peak, &largest);
                prop_assert!(apart < 1e-12, "{:e} after {} steps", apart, step);
            }
        }

        #[test]
        fn a_window_has_the_moments_of_its_rows_however_it_moves(
            k in 1_usize..6,
            moves in prop::collection::vec((0_usize..40, 0_usize..40), 1..40),
        ) {
            let rows = rows(400, k);
            let mut moving = WindowMoments::new(&rows, k);
            let mut fresh = Moments::new(k);
            let mut window = 0..0;
            for (start, end) in moves {
                let end = (window.end + end).min(400);
                window = (window.start + start).min(end)..end;
                let moments = moving.advance(window.clone());
                fresh.rebuild(window.clone().map(|i| &rows[i * k..(i + 1) * k]));
                prop_assert_eq!(moments.count(), window.len());
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

    /// Heavy-tailed rows with a mean, a collinear pair and a burst of large values.
    fn rows(n: usize, k: usize) -> Vec<f64> {
        let mut next = noise::uniform(7);
        let mut rows = Vec::with_capacity(n * k);
        for i in 0..n {
            let scale = if (n / 3..n / 3 + 60).contains(&i) { 30.0 } else { 1.0 };
            let common = next();
            for j in 0..k {
                let own = next();
                rows.push(5e-4 + 0.02 * scale * (common + own * own * own * (j as f64 + 0.5)));
            }
        }
        rows
    }

    #[test]
    fn no_window_drifts_over_16_000_rows_even_when_a_crisis_leaves_it() {
        let (n, k) = (16_000, 6);
        let rows = rows(n, k);
        // The last one expands.
        for length in [63, 750, 5_000, n] {
            let mut moving = WindowMoments::new(&rows, k);
            let mut fresh = Moments::new(k);
            for end in 100..n {
                let window = end.saturating_sub(length)..end;
                let moments = moving.advance(window.clone());
                if end % 499 == 0 || end + 1 == n {
                    fresh.rebuild(window.map(|i| &rows[i * k..(i + 1) * k]));
                    assert_eq!(moments.count(), fresh.count());
                    let squares: Vec<f64> = (0..k).map(|j| fresh.comoment(j, j)).collect();
                    let rows = fresh.count as f64;
                    let spread: Vec<f64> = squares.iter().map(|s| (s / rows).sqrt()).collect();
                    let drift = apart(moments, &fresh, &squares, &spread);
                    assert!(drift < 1e-12, "window {length}: drift {drift:e}");
                }
            }
        }
    }

    #[test]
    fn weighted_moments_are_those_of_weighted_rows() {
        let k = 2;
        let rows = rows(90, k);
        let row = |i: usize| &rows[i * k..(i + 1) * k];
        let new = || Moments::new(k);
        let (mut part, mut all, mut blend, mut repeated) = (new(), new(), new(), new());
        for i in 0..90 {
            all.add(row(i));
            repeated.add(row(i));
            if i % 3 == 0 {
                part.add(row(i));
                // Weight 1/4 for the others: the part four times as often.
                (0..3).for_each(|_| repeated.add(row(i)));
            }
        }
        blend.weighted(&part, &all, 0.25);
        for i in 0..k {
            assert!((blend.mean[i] - repeated.mean[i]).abs() < 1e-15);
            for j in 0..=i {
                let ours = blend.comoment(i, j) / blend.count as f64;
                let theirs = repeated.comoment(i, j) / repeated.count as f64;
                assert!((ours / theirs - 1.0).abs() < 1e-10, "{ours} {theirs}");
            }
        }
        blend.weighted(&Moments::new(k), &all, 0.25);
        assert_eq!(blend, all, "a part without rows is pooled");
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
