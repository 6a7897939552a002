//! Symmetric eigendecomposition: tridiagonal reduction, then implicit QL with Wilkinson shifts.

use super::tridiagonal::{TINY_SQUARE, Tridiagonal};
use crate::base::statistics::largest_size;

/// Eigenvalues with their eigenvectors, largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, descending.
    pub values: Vec<f64>,
    /// Eigenvectors in the same order, unit length, the largest loading positive (methods,
    /// section 7).
    pub vectors: Vec<Vec<f64>>,
}

/// Sweeps allowed for one eigenvalue; two or three are usual.
const MAX_SWEEPS: usize = 60;

/// Sweeps after which an off-diagonal entry need only vanish beside the whole matrix.
const RELATIVE_SWEEPS: usize = 12;

/// Decomposes the symmetric row-major `n x n` matrix (Golub and Van Loan, section 8.3.3).
///
/// Residuals and departures from orthogonality are a small multiple of rounding beside the largest
/// eigenvalue, whatever the rank, the multiplicities and the scale.
///
/// `None` if an entry is not finite or, which finite input has never shown, QL does not converge.
pub fn symmetric_eigen(matrix: &[f64], n: usize) -> Option<Eigen> {
    let (reduction, exponent) = reduced(matrix, n)?;
    diagonalised(&reduction, reduction.basis()).map(|eigen| eigen.scaled(exponent))
}

/// The eigenvalues alone, largest first: the same sweeps without the vectors, several times as fast.
///
/// `None` as [`symmetric_eigen`].
pub fn symmetric_eigenvalues(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let (reduction, exponent) = reduced(matrix, n)?;
    // Vectors without entries: there is nothing to rotate.
    diagonalised(&reduction, vec![Vec::new(); n]).map(|eigen| eigen.scaled(exponent).values)
}

impl Eigen {
    /// With the eigenvalues times two to the power of `exponent`.
    fn scaled(mut self, exponent: i32) -> Self {
        if exponent != 0 {
            self.values.iter_mut().for_each(|value| *value = libm::ldexp(*value, exponent));
        }
        self
    }
}

/// The tridiagonal form of a matrix over a power of two that keeps squares from over- and
/// underflowing, and the exponent. Such a change of scale moves no bit of a result.
fn reduced(matrix: &[f64], n: usize) -> Option<(Tridiagonal, i32)> {
    if matrix.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let largest = largest_size(matrix);
    let mut reduction = Tridiagonal::new(n);
    if largest == 0.0 || (1e-60..1e60).contains(&largest) {
        reduction.reduce(matrix);
        return Some((reduction, 0));
    }
    let (_, exponent) = libm::frexp(largest);
    let scaled: Vec<f64> = matrix.iter().map(|value| libm::ldexp(*value, -exponent)).collect();
    reduction.reduce(&scaled);
    Some((reduction, exponent))
}

/// The decomposition of a tridiagonal form; `rows` are the columns of `Q`, rotated along until row
/// `i` is the `i`-th eigenvector.
fn diagonalised(reduction: &Tridiagonal, mut rows: Vec<Vec<f64>>) -> Option<Eigen> {
    let mut d = reduction.diagonal().to_vec();
    let mut e = reduction.off_diagonal().to_vec();
    let norm = d.iter().chain(&e).fold(0.0_f64, |norm, value| norm.max(value.abs()));
    for start in 0..d.len() {
        diagonalise_from(start, &mut d, &mut e, norm, &mut rows)?;
    }
    let mut order: Vec<usize> = (0..d.len()).collect();
    order.sort_by(|&a, &b| d[b].total_cmp(&d[a]));
    let values = order.iter().map(|&i| d[i]).collect();
    let vectors =
        order.iter().map(|&i| with_largest_positive(std::mem::take(&mut rows[i]))).collect();
    Some(Eigen { values, vectors })
}

/// QL sweeps until the off-diagonal entry at `start` vanishes.
///
/// An entry vanishes beside its two neighbours on the diagonal, which keeps small eigenvalues of a
/// graded matrix relatively exact. Where the matrix is singular those neighbours are themselves
/// what rounding left, and every sweep leaves as much again: then the norm of the matrix decides.
fn diagonalise_from(
    start: usize,
    d: &mut [f64],
    e: &mut [f64],
    norm: f64,
    vectors: &mut [Vec<f64>],
) -> Option<()> {
    let n = d.len();
    for sweep in 0..MAX_SWEEPS {
        let floor = norm * if sweep < RELATIVE_SWEEPS { 1e-60 } else { f64::EPSILON };
        let end = (start..n - 1)
            .find(|&m| e[m].abs() <= f64::EPSILON * (d[m].abs() + d[m + 1].abs()) + floor)
            .unwrap_or(n - 1);
        if end == start {
            return Some(());
        }
        let half = (d[start + 1] - d[start]) / (2.0 * e[start]);
        let radius = (half * half + 1.0).sqrt();
        let mut g = d[end] - d[start] + e[start] / (half + radius.copysign(half));
        let (mut s, mut c, mut shift) = (1.0, 1.0, 0.0);
        let mut deflated = false;
        for i in (start..end).rev() {
            let f = s * e[i];
            let b = c * e[i];
            let square = f * f + g * g;
            let r = if square > TINY_SQUARE { square.sqrt() } else { libm::hypot(f, g) };
            e[i + 1] = r;
            if r == 0.0 {
                d[i + 1] -= shift;
                e[end] = 0.0;
                deflated = true;
                break;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - shift;
            let t = (d[i] - g) * s + 2.0 * c * b;
            shift = s * t;
            d[i + 1] = g + shift;
            g = c * t - b;
            let (low, high) = vectors.split_at_mut(i + 1);
            for (a, b) in low[i].iter_mut().zip(&mut high[0]) {
                let old = *b;
                *b = s * *a + c * old;
                *a = c * *a - s * old;
            }
        }
        if !deflated {
            d[start] -= shift;
            e[start] = g;
            e[end] = 0.0;
        }
    }
    None
}

/// The vector or its opposite, whichever has its largest loading positive.
pub fn with_largest_positive(mut vector: Vec<f64>) -> Vec<f64> {
    // The first of equal magnitudes decides, so the sign does not hang on the last bit.
    let mut largest = 0.0_f64;
    for &value in &vector {
        if value.abs() > largest.abs() * (1.0 + 1e-9) {
            largest = value;
        }
    }
    if largest < 0.0 {
        vector.iter_mut().for_each(|value| *value = -*value);
    }
    vector
}
