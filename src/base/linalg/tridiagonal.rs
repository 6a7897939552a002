//! Householder reduction of a symmetric matrix to tridiagonal form.

use crate::base::statistics::lane_dot;

/// Sums of squares below this have lost digits to underflow, and are computed with more care.
pub(super) const TINY_SQUARE: f64 = 1e-280;

/// `A = Q T Q'` with `T` symmetric tridiagonal and `Q` a product of reflections.
///
/// Golub and Van Loan, Matrix Computations, section 8.3.1. A buffer is reused for every matrix of
/// the same size, so a walk-forward allocates once.
#[derive(Debug, Clone)]
pub struct Tridiagonal {
    n: usize,
    /// The matrix on entry; then row `k` holds the `k`-th reflection vector in columns `k + 1..`.
    work: Vec<f64>,
    /// `2 / v'v` of each reflection, 0 for none.
    beta: Vec<f64>,
    diagonal: Vec<f64>,
    off_diagonal: Vec<f64>,
    scratch: Vec<f64>,
}

impl Tridiagonal {
    /// Buffers for `n x n` matrices.
    pub fn new(n: usize) -> Self {
        Self {
            n,
            work: vec![0.0; n * n],
            beta: vec![0.0; n],
            diagonal: vec![0.0; n],
            off_diagonal: vec![0.0; n],
            scratch: vec![0.0; n],
        }
    }

    /// The diagonal of `T`, `n` values.
    pub fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// The off-diagonal of `T`: entry `i` couples `i` and `i + 1`; the last is 0.
    pub fn off_diagonal(&self) -> &[f64] {
        &self.off_diagonal
    }

    /// Reduces the symmetric row-major `matrix`, both triangles given.
    ///
    /// # Panics
    /// If `matrix` is not `n x n`.
    pub fn reduce(&mut self, matrix: &[f64]) {
        let n = self.n;
        self.work.copy_from_slice(matrix);
        self.off_diagonal.fill(0.0);
        self.beta.fill(0.0);
        for k in 0..n.saturating_sub(2) {
            self.diagonal[k] = self.work[k * n + k];
            let (upper, lower) = self.work.split_at_mut((k + 1) * n);
            let v = &mut upper[k * n + k + 1..];
            let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
            let tail = v[1..].iter().map(|x| x * x).sum::<f64>();
            // Beside entries that matter what is left here is nothing, and too small to square.
            if tail < TINY_SQUARE {
                self.off_diagonal[k] = v[0];
                continue;
            }
            // The sign that adds magnitudes: no cancellation in the first component.
            let image = if v[0] > 0.0 { -norm } else { norm };
            v[0] -= image;
            self.off_diagonal[k] = image;
            let beta = 2.0 / (v[0] * v[0] + tail);
            self.beta[k] = beta;
            reflect_both_sides(lower, n, k + 1, v, beta, &mut self.scratch);
        }
        for k in n.saturating_sub(2)..n {
            self.diagonal[k] = self.work[k * n + k];
            if k + 1 < n {
                self.off_diagonal[k] = self.work[k * n + k + 1];
            }
        }
    }

    /// The columns of `Q`, each a vector of its own.
    pub(super) fn basis(&self) -> Vec<Vec<f64>> {
        let column = |i: usize| {
            let mut unit = vec![0.0; self.n];
            unit[i] = 1.0;
            self.from_tridiagonal(&mut unit);
            unit
        };
        (0..self.n).map(column).collect()
    }

    /// Overwrites `x` with `Q' x`.
    pub fn to_tridiagonal(&self, x: &mut [f64]) {
        for k in 0..self.n.saturating_sub(2) {
            self.reflect(k, x);
        }
    }

    /// Overwrites `x` with `Q x`.
    pub fn from_tridiagonal(&self, x: &mut [f64]) {
        for k in (0..self.n.saturating_sub(2)).rev() {
            self.reflect(k, x);
        }
    }

    /// The reflections `I - beta v v'` whose product is `Q`, first to last: the position of the
    /// first entry that each acts on, `beta` (0 for none), and `v`.
    pub fn reflections(&self) -> impl DoubleEndedIterator<Item = (usize, f64, &[f64])> {
        (0..self.n.saturating_sub(2))
            .map(|k| (k + 1, self.beta[k], &self.work[k * self.n + k + 1..(k + 1) * self.n]))
    }

    fn reflect(&self, k: usize, x: &mut [f64]) {
        let v = &self.work[k * self.n + k + 1..(k + 1) * self.n];
        let x = &mut x[k + 1..];
        let projection = self.beta[k] * lane_dot::<4>(v, x);
        for (x, v) in x.iter_mut().zip(v) {
            *x -= projection * v;
        }
    }
}

/// `B <- H B H` with `H = I - beta v v'`, on rows and columns `first..n` of the rows from `first`.
fn reflect_both_sides(
    rows: &mut [f64],
    n: usize,
    first: usize,
    v: &[f64],
    beta: f64,
    scratch: &mut [f64],
) {
    let size = n - first;
    let w = &mut scratch[..size];
    for (i, w) in w.iter_mut().enumerate() {
        *w = beta * lane_dot::<4>(&rows[i * n + first..i * n + n], v);
    }
    let half = 0.5 * beta * lane_dot::<4>(w, v);
    for (w, v) in w.iter_mut().zip(v) {
        *w -= half * v;
    }
    for i in 0..size {
        let (vi, wi) = (v[i], w[i]);
        let row = &mut rows[i * n + first..i * n + n];
        for ((entry, v), w) in row.iter_mut().zip(v).zip(w.iter()) {
            *entry -= vi * w + wi * v;
        }
    }
}
