//! Ridge on a whole grid from one orthogonal reduction.
//!
//! With `G = Q T Q'`, `T` tridiagonal, the coefficients at penalty `alpha` are
//! `Q (T + alpha I)^-1 Q' c`. The reduction costs `4/3 p^3` once for all penalties, less than a
//! sixth of an eigendecomposition; each penalty then costs `O(p)` for the tridiagonal solve and
//! `O(p^2)` to turn back.

use super::Standardised;
use super::lanes::{LANES, Lanes, Vector, Work, blocks, run_widest};
use super::path::Path;
use crate::base::linalg::Tridiagonal;

#[derive(Debug, Clone)]
pub(super) struct RidgePath {
    reduction: Tridiagonal,
    rotated: Vec<f64>,
    ratios: Vec<Lanes>,
}

impl RidgePath {
    pub(super) fn new(p: usize) -> Self {
        Self {
            reduction: Tridiagonal::new(p),
            rotated: vec![0.0; p],
            ratios: vec![[0.0; LANES]; p],
        }
    }

    pub(super) fn solve(&mut self, problem: &Standardised, alphas: &[f64], path: &mut Path) {
        self.reduction.reduce(&problem.gram);
        self.rotated.copy_from_slice(&problem.moment);
        self.reduction.to_tridiagonal(&mut self.rotated);
        let scale = problem.largest_moment();
        run_widest(Solving { ridge: self, alphas, scale, path });
    }

    /// `(T + alpha I) b = Q'c` by LDL' without pivoting (the matrix is positive definite), and the
    /// largest residual of each lane.
    #[inline(always)]
    fn solve_block<V: Vector>(&mut self, penalty: V, b: &mut [Lanes]) -> V {
        let d = self.reduction.diagonal();
        let e = self.reduction.off_diagonal();
        let p = d.len();
        let (zero, one) = (V::splat(0.0), V::splat(1.0));
        let (mut value, mut inverse_pivot) = (zero, zero);
        for i in 0..p {
            let coupling = V::splat(if i > 0 { e[i - 1] } else { 0.0 });
            let ratio = coupling.mul(inverse_pivot);
            let pivot = V::splat(d[i]).add(penalty).sub(coupling.mul(ratio));
            inverse_pivot = one.div(pivot);
            value = V::splat(self.rotated[i]).sub(ratio.mul(value));
            V::splat(e[i]).mul(inverse_pivot).store(&mut self.ratios[i]);
            value.mul(inverse_pivot).store(&mut b[i]);
        }
        for i in (0..p.saturating_sub(1)).rev() {
            let next = V::load(&b[i + 1]);
            V::load(&b[i]).sub(V::load(&self.ratios[i]).mul(next)).store(&mut b[i]);
        }
        let mut worst = zero;
        for i in 0..p {
            let mut image = V::splat(d[i]).add(penalty).mul(V::load(&b[i]));
            if i > 0 {
                image = image.add(V::splat(e[i - 1]).mul(V::load(&b[i - 1])));
            }
            if i + 1 < p {
                image = image.add(V::splat(e[i]).mul(V::load(&b[i + 1])));
            }
            worst = worst.max(V::splat(self.rotated[i]).sub(image).abs());
        }
        worst
    }
}

/// All penalties of a window, after the reduction.
struct Solving<'a> {
    ridge: &'a mut RidgePath,
    alphas: &'a [f64],
    /// What residuals are relative to.
    scale: f64,
    path: &'a mut Path,
}

impl Work for Solving<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { ridge, alphas, scale, path } = self;
        for (block, penalties) in blocks(alphas).iter().enumerate() {
            let b = path.block_mut(block);
            let mut residual = [0.0; LANES];
            ridge.solve_block(V::load(penalties), b).store(&mut residual);
            turn_back::<V>(&ridge.reduction, b);
            for (alpha, residual) in (block * LANES..alphas.len()).zip(residual) {
                path.certify(alpha, residual, scale, false);
            }
        }
    }
}

/// Overwrites `b` with `Q b` in every lane, reflection by reflection.
#[inline(always)]
fn turn_back<V: Vector>(reduction: &Tridiagonal, b: &mut [Lanes]) {
    for (first, beta, v) in reduction.reflections().rev() {
        let b = &mut b[first..];
        let mut projection = V::splat(0.0);
        for (v, b) in v.iter().zip(b.iter()) {
            projection = projection.add(V::splat(*v).mul(V::load(b)));
        }
        let projection = projection.mul(V::splat(beta));
        for (v, b) in v.iter().zip(b.iter_mut()) {
            V::load(b).sub(projection.mul(V::splat(*v))).store(b);
        }
    }
}
