//! Ridge on a whole grid from one orthogonal reduction.
//!
//! With `G = Q T Q'`, `T` tridiagonal, the coefficients at penalty `alpha` are
//! `Q (T + alpha I)^-1 Q' c`. The reduction costs `4/3 p^3` once for all penalties, less than a
//! sixth of an eigendecomposition; each penalty then costs `O(p)` for the tridiagonal solve and
//! `O(p^2)` to turn back.

use super::Standardised;
use super::path::{LANES, Lanes, Path};
use crate::linalg::Tridiagonal;

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
        for (block, penalties) in alphas.chunks(LANES).enumerate() {
            // A short last block is filled up with its last penalty: same work, result unused.
            let last = penalties[penalties.len() - 1];
            let penalty: Lanes =
                std::array::from_fn(|lane| penalties.get(lane).copied().unwrap_or(last));
            let b = path.block_mut(block);
            let residual = self.solve_block(&penalty, b);
            self.reduction.from_tridiagonal_lanes(b);
            for (lane, residual) in residual.iter().enumerate().take(penalties.len()) {
                path.certify(block * LANES + lane, *residual, scale, false);
            }
        }
    }

    /// `(T + alpha I) b = Q'c` by LDL' without pivoting (the matrix is positive definite), and the
    /// largest residual of each lane.
    fn solve_block(&mut self, penalty: &Lanes, b: &mut [Lanes]) -> Lanes {
        let d = self.reduction.diagonal();
        let e = self.reduction.off_diagonal();
        let p = d.len();
        let mut previous = [0.0; LANES];
        let mut inverse_pivot = [0.0; LANES];
        for i in 0..p {
            let coupling = if i > 0 { e[i - 1] } else { 0.0 };
            for lane in 0..LANES {
                let ratio = coupling * inverse_pivot[lane];
                let pivot = (d[i] + penalty[lane]) - coupling * ratio;
                inverse_pivot[lane] = 1.0 / pivot;
                previous[lane] = self.rotated[i] - ratio * previous[lane];
                self.ratios[i][lane] = e[i] * inverse_pivot[lane];
                b[i][lane] = previous[lane] * inverse_pivot[lane];
            }
        }
        for i in (0..p.saturating_sub(1)).rev() {
            let (low, high) = b.split_at_mut(i + 1);
            for lane in 0..LANES {
                low[i][lane] -= self.ratios[i][lane] * high[0][lane];
            }
        }
        let mut worst = [0.0_f64; LANES];
        for i in 0..p {
            for lane in 0..LANES {
                let mut image = (d[i] + penalty[lane]) * b[i][lane];
                if i > 0 {
                    image += e[i - 1] * b[i - 1][lane];
                }
                if i + 1 < p {
                    image += e[i] * b[i + 1][lane];
                }
                worst[lane] = worst[lane].max((self.rotated[i] - image).abs());
            }
        }
        worst
    }
}
