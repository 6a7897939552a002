//! The correlations of a window that moves forward, decomposed from whichever side is shorter.

use std::ops::Range;

use crate::base::linalg::{Eigen, symmetric_eigen, symmetric_eigenvalues, with_largest_positive};
use crate::base::moments::WindowMoments;
use crate::base::statistics::{dot, lane_dot};

/// The correlation matrix of `p` features over a moving window of returns.
///
/// With more features than returns in the window, `Z'Z` of the standardised returns `Z` has rank
/// below `n`: its eigenvalues are those of the `n x n` matrix `Z Z'` and zeros, its eigenvectors
/// `Z' u / sqrt(l)`. That takes `n^3` instead of `p^3` operations.
#[derive(Debug)]
pub(crate) struct WindowSpectrum<'a> {
    p: usize,
    side: Side<'a>,
}

#[derive(Debug)]
enum Side<'a> {
    /// At most as many features as returns: correlations from moments.
    Features { moments: WindowMoments<'a>, matrix: Vec<f64> },
    /// More features than returns: the window's rows.
    Returns { rows: &'a [f64], window: Range<usize> },
}

impl<'a> WindowSpectrum<'a> {
    /// Over windows of `window` rows of `p` returns each.
    pub(crate) fn new(rows: &'a [f64], p: usize, window: usize) -> Self {
        let side = if p <= window {
            Side::Features { moments: WindowMoments::new(rows, p), matrix: vec![0.0; p * p] }
        } else {
            Side::Returns { rows, window: 0..0 }
        };
        Self { p, side }
    }

    pub(crate) fn advance(&mut self, to: Range<usize>) {
        match &mut self.side {
            Side::Features { moments, .. } => {
                moments.advance(to);
            }
            Side::Returns { window, .. } => *window = to,
        }
    }

    /// The `p` eigenvalues, largest first, none negative; `None` where a return is not finite.
    pub(crate) fn values(&mut self) -> Option<Vec<f64>> {
        let mut values = match &mut self.side {
            Side::Features { moments, matrix } => {
                moments.moments().correlations(matrix);
                symmetric_eigenvalues(matrix, self.p)?
            }
            Side::Returns { rows, window } => {
                let (z, constant) = standardised(rows, self.p, window);
                let mut values = symmetric_eigenvalues(&products(&z, self.p), window.len())?;
                // A feature that does not vary is correlated with itself alone.
                values.resize(self.p - constant, 0.0);
                let above = values.partition_point(|value| *value > 1.0);
                values.splice(above..above, std::iter::repeat_n(1.0, constant));
                values
            }
        };
        // A correlation matrix has no negative one but by rounding.
        values.iter_mut().for_each(|value| *value = value.max(0.0));
        Some(values)
    }

    /// Eigenvalues with eigenvectors, largest first: at most the first `most`, and of more features
    /// than returns only those above rounding, without those of features that do not vary. `None`
    /// where a return is not finite.
    pub(crate) fn leading(&mut self, most: usize) -> Option<Eigen> {
        match &mut self.side {
            Side::Features { moments, matrix } => {
                moments.moments().correlations(matrix);
                let mut eigen = symmetric_eigen(matrix, self.p)?;
                eigen.values.truncate(most);
                eigen.vectors.truncate(most);
                Some(eigen)
            }
            Side::Returns { rows, window } => {
                let (z, _) = standardised(rows, self.p, window);
                let mut eigen = symmetric_eigen(&products(&z, self.p), window.len())?;
                let rounding = eigen.values[0] * window.len() as f64 * f64::EPSILON;
                let above = eigen.values.partition_point(|value| *value > rounding);
                eigen.values.truncate(above.min(most));
                eigen.vectors.truncate(above.min(most));
                for vector in &mut eigen.vectors {
                    *vector = loadings(vector, &z, self.p);
                }
                Some(eigen)
            }
        }
    }
}

/// A window's returns, each column with mean 0 and sum of squares 1, and the number of columns
/// that do not vary, which are 0.
fn standardised(rows: &[f64], p: usize, window: &Range<usize>) -> (Vec<f64>, usize) {
    let mut z = rows[window.start * p..window.end * p].to_vec();
    let count = window.len() as f64;
    let (mut mean, mut squares) = (vec![0.0; p], vec![0.0; p]);
    for row in z.chunks_exact(p) {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value);
    }
    mean.iter_mut().for_each(|mean| *mean /= count);
    for row in z.chunks_exact_mut(p) {
        for ((value, mean), squares) in row.iter_mut().zip(&mean).zip(&mut squares) {
            *value -= mean;
            *squares += *value * *value;
        }
    }
    let mut constant = 0;
    let scale: Vec<f64> = mean
        .iter()
        .zip(&squares)
        .map(|(mean, squares)| {
            let rounding = count * mean * f64::EPSILON;
            let varies = *squares > count * rounding * rounding;
            constant += usize::from(!varies);
            if varies { 1.0 / squares.sqrt() } else { 0.0 }
        })
        .collect();
    for row in z.chunks_exact_mut(p) {
        row.iter_mut().zip(&scale).for_each(|(value, scale)| *value *= scale);
    }
    (z, constant)
}

/// `Z Z'` of a row-major matrix with `p` columns, row-major.
fn products(z: &[f64], p: usize) -> Vec<f64> {
    let n = z.len() / p;
    let mut matrix = vec![0.0; n * n];
    for (i, a) in z.chunks_exact(p).enumerate() {
        for (j, b) in z.chunks_exact(p).enumerate().take(i + 1) {
            let product = lane_dot::<8>(a, b);
            matrix[i * n + j] = product;
            matrix[j * n + i] = product;
        }
    }
    matrix
}

/// `Z' u`, of unit length and with its largest loading positive.
fn loadings(u: &[f64], z: &[f64], p: usize) -> Vec<f64> {
    let mut vector = vec![0.0; p];
    for (u, row) in u.iter().zip(z.chunks_exact(p)) {
        vector.iter_mut().zip(row).for_each(|(sum, value)| *sum += u * value);
    }
    let length = dot(&vector, &vector).sqrt();
    vector.iter_mut().for_each(|loading| *loading /= length);
    with_largest_positive(vector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::moments::Moments;
    use crate::base::statistics::noise;

    /// Rows of one factor with falling loadings; column 2 does not vary.
    fn rows(n: usize, p: usize) -> Vec<f64> {
        let mut noise = noise::uniform(5);
        let mut rows = Vec::with_capacity(n * p);
        for _ in 0..n {
            let (first, second) = (noise(), noise());
            for j in 0..p {
                let own = first + second * (j as f64 / p as f64 - 0.5) + 0.5 * noise();
                rows.push(if j == 2 { 0.001 } else { 0.01 * own });
            }
        }
        rows
    }

    #[test]
    fn both_sides_have_one_spectrum() {
        let p = 90;
        let rows = rows(100, p);
        let mut wide = WindowSpectrum::new(&rows, p, 63);
        let mut moments = Moments::new(p);
        rows[20 * p..83 * p].chunks_exact(p).for_each(|row| moments.add(row));
        let mut matrix = vec![0.0; p * p];
        moments.correlations(&mut matrix);
        let whole = symmetric_eigen(&matrix, p).unwrap();
        wide.advance(20..83);
        let values = wide.values().unwrap();
        assert_eq!(values.len(), p);
        for (a, b) in values.iter().zip(&whole.values) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
        // The third is the one of the column that does not vary.
        let leading = wide.leading(2).unwrap();
        assert_eq!(leading.vectors.len(), 2);
        for (a, b) in leading.vectors.iter().zip(&whole.vectors) {
            let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(apart < 1e-12, "{apart:e}");
        }
    }

    #[test]
    fn a_window_in_which_nothing_varies_has_unit_eigenvalues_and_no_direction() {
        let rows = vec![0.5; 40 * 12];
        let mut still = WindowSpectrum::new(&rows, 12, 10);
        still.advance(3..13);
        assert_eq!(still.values().unwrap(), [1.0; 12]);
        assert!(still.leading(4).unwrap().vectors.is_empty());
    }
}
