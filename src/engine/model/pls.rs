//! Partial least squares with one target, from the moments.
//!
//! The fit on `k` components is least squares over the Krylov space of `c, G c, .., G^(k-1) c`
//! (Helland 1988): what NIPALS and SIMPLS reach by deflation. An orthonormal basis of that space
//! by Lanczos, each vector made orthogonal to all before it twice over, turns `G` into a
//! tridiagonal matrix, whose factors are extended by one row a component.
//!
//! The certificate: `c - G b_k` is orthogonal to the space and lies in the next larger one, so it is
//! a multiple of the next basis vector. What is left beside that is the residual.

use super::Standardised;
use super::path::Path;
use super::standardised::COLLINEAR;
use crate::base::statistics::{dot, largest_size};

/// The deflated moment `c - G b`, relative to the largest entry of `c`, that is nothing but rounding:
/// further components add nothing.
const VANISHED: f64 = 1e-13;

/// Solves for every number of components, ascending.
pub(super) fn solve(problem: &Standardised, components: &[usize], path: &mut Path) {
    let mut fit = Fit::new(problem);
    for (position, &count) in components.iter().enumerate() {
        while fit.basis.len() < count {
            let Some(next) = fit.next.take() else { break };
            fit.add(problem, next);
        }
        path.set(position, &fit.coefficients);
        path.certify(position, fit.residual, problem.largest_moment(), false);
    }
}

/// The fit on the components so far.
struct Fit {
    /// Orthonormal.
    basis: Vec<Vec<f64>>,
    /// The next basis vector; `None` where the space does not grow any more.
    next: Option<Vec<f64>>,
    coefficients: Vec<f64>,
    /// The last row of the factors of the tridiagonal matrix, and of the solution: its coupling to
    /// the next row, its pivot, the entry of the right-hand side, and the direction of its step.
    coupling: f64,
    pivot: f64,
    entry: f64,
    direction: Vec<f64>,
    residual: f64,
}

impl Fit {
    fn new(problem: &Standardised) -> Self {
        let p = problem.features();
        let size = dot(&problem.moment, &problem.moment).sqrt();
        let next = (size > 0.0).then(|| problem.moment.iter().map(|c| c / size).collect());
        Self {
            basis: Vec::new(),
            next,
            coefficients: vec![0.0; p],
            coupling: 0.0,
            pivot: 1.0,
            entry: size,
            direction: vec![0.0; p],
            residual: problem.largest_moment(),
        }
    }

    fn add(&mut self, problem: &Standardised, v: Vec<f64>) {
        let p = v.len();
        let mut image: Vec<f64> = (0..p).map(|j| dot(problem.row(j), &v)).collect();
        let ratio = self.coupling / self.pivot;
        let pivot = dot(&v, &image) - ratio * self.coupling;
        if pivot <= COLLINEAR {
            self.residual = largest_size(&self.left(problem));
            return;
        }
        if !self.basis.is_empty() {
            self.entry *= -ratio;
        }
        self.pivot = pivot;
        let step = self.entry / pivot;
        for j in 0..p {
            self.direction[j] = v[j] - ratio * self.direction[j];
            self.coefficients[j] += step * self.direction[j];
        }
        self.basis.push(v);
        for v in self.basis.iter().chain(&self.basis) {
            let along = dot(v, &image);
            image.iter_mut().zip(v).for_each(|(w, v)| *w -= along * v);
        }
        self.coupling = dot(&image, &image).sqrt();
        let mut left = self.left(problem);
        let grows = self.coupling > COLLINEAR
            && largest_size(&left) > VANISHED * problem.largest_moment()
            && self.basis.len() < p;
        if grows {
            image.iter_mut().for_each(|w| *w /= self.coupling);
            let along = dot(&image, &left);
            left.iter_mut().zip(&image).for_each(|(r, w)| *r -= along * w);
            self.next = Some(image);
        }
        self.residual = largest_size(&left);
    }

    /// The deflated moment `c - G b`.
    fn left(&self, problem: &Standardised) -> Vec<f64> {
        let mut left = vec![0.0; self.coefficients.len()];
        problem.gradient(&self.coefficients, &mut left);
        left
    }
}
