//! Least squares without a penalty, from the moments.
//!
//! `G b = c` by `L D L'` and one step of refinement. Where columns depend on one another, a constant
//! one among them, many `b` fit equally well: the answer is the one of least norm, which the
//! principal components with variance give.

use super::Standardised;
use super::path::Path;
use super::pcr;
use super::standardised::COLLINEAR;
use crate::base::statistics::{dot, largest_size};

#[derive(Debug, Clone)]
pub(super) struct LeastSquares {
    /// Rows of `L`, packed: row `i` has `i` entries.
    factor: Vec<f64>,
    pivots: Vec<f64>,
    coefficients: Vec<f64>,
    /// `c - G b`.
    gradient: Vec<f64>,
}

impl LeastSquares {
    pub(super) fn new(p: usize) -> Self {
        Self {
            factor: vec![0.0; p * p.saturating_sub(1) / 2],
            pivots: vec![0.0; p],
            coefficients: vec![0.0; p],
            gradient: vec![0.0; p],
        }
    }

    pub(super) fn solve(&mut self, problem: &Standardised, path: &mut Path) {
        self.coefficients.fill(0.0);
        if self.factorise(problem) {
            for _ in 0..2 {
                problem.gradient(&self.coefficients, &mut self.gradient);
                self.substitute();
                for (b, step) in self.coefficients.iter_mut().zip(&self.gradient) {
                    *b += step;
                }
            }
        } else {
            self.coefficients = pcr::on_all(problem);
        }
        problem.gradient(&self.coefficients, &mut self.gradient);
        let residual = largest_size(&self.gradient);
        path.set(0, &self.coefficients);
        path.certify(0, residual, problem.largest_moment(), false);
    }

    /// `G = L D L'`; `false` where columns are collinear.
    fn factorise(&mut self, problem: &Standardised) -> bool {
        let p = problem.features();
        for i in 0..p {
            let (done, rest) = self.factor.split_at_mut(start_of(i));
            let row = &mut rest[..i];
            row.copy_from_slice(&problem.gram[i * p..i * p + i]);
            for j in 0..i {
                row[j] -= dot(&row[..j], &done[start_of(j)..][..j]);
            }
            let mut pivot = problem.gram[i * p + i];
            for (entry, of_column) in row.iter_mut().zip(&self.pivots) {
                let ratio = *entry / of_column;
                pivot -= *entry * ratio;
                *entry = ratio;
            }
            if pivot <= COLLINEAR {
                return false;
            }
            self.pivots[i] = pivot;
        }
        true
    }

    /// Overwrites the gradient `g` with `G^-1 g`.
    fn substitute(&mut self) {
        let x = &mut self.gradient;
        for i in 0..x.len() {
            x[i] -= dot(&self.factor[start_of(i)..][..i], &x[..i]);
        }
        for (x, pivot) in x.iter_mut().zip(&self.pivots) {
            *x /= pivot;
        }
        for i in (1..x.len()).rev() {
            let (low, high) = x.split_at_mut(i);
            for (x, l) in low.iter_mut().zip(&self.factor[start_of(i)..][..i]) {
                *x -= l * high[0];
            }
        }
    }
}

/// Where row `i` of the packed factor starts.
fn start_of(i: usize) -> usize {
    i * i.saturating_sub(1) / 2
}
