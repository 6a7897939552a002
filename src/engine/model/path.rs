//! A model on its whole grid of penalties: the solution and its certificate.

use super::lanes::{LANES, Lanes, Vector, Work, run_widest};

/// KKT residual, relative to `max_j |x_j' y| / m`, up to which a fit counts as exact.
pub(super) const KKT_TOLERANCE: f64 = 1e-11;

/// How well a fit meets its optimality conditions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// Largest violation of the KKT conditions, relative to `max_j |x_j' y| / m`.
    pub kkt_residual: f64,
    /// Whether the fit is as precise as methods, section 2, requires: by this residual, or by a
    /// duality gap of at most `1e-10 ||y||^2 / 2m`.
    pub certified: bool,
}

/// The coefficients of one model at every penalty of its grid, on standardised features.
#[derive(Debug, Clone)]
pub struct Path {
    pub(super) p: usize,
    alphas: usize,
    /// Blocks of [`LANES`] penalties; within a block one entry a feature.
    coefficients: Vec<Lanes>,
    certificates: Vec<Certificate>,
}

impl Path {
    pub(super) fn new(p: usize, alphas: usize) -> Self {
        let perfect = Certificate { kkt_residual: 0.0, certified: true };
        Self {
            p,
            alphas,
            coefficients: vec![[0.0; LANES]; p * alphas.div_ceil(LANES)],
            certificates: vec![perfect; alphas],
        }
    }

    /// Number of penalties.
    pub fn len(&self) -> usize {
        self.alphas
    }

    /// Whether the grid is empty.
    pub fn is_empty(&self) -> bool {
        self.alphas == 0
    }

    /// Coefficient of feature `j` at penalty `alpha`, both by position.
    pub fn coefficient(&self, alpha: usize, j: usize) -> f64 {
        self.coefficients[alpha / LANES * self.p + j][alpha % LANES]
    }

    /// All `p` coefficients at penalty `alpha`.
    pub fn coefficients(&self, alpha: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.p).map(move |j| self.coefficient(alpha, j))
    }

    /// Number of coefficients that are not zero under every penalty, written to `counts`.
    pub fn nonzero(&self, counts: &mut [u32]) {
        for (block, out) in self.coefficients.chunks_exact(self.p).zip(counts.chunks_mut(LANES)) {
            let mut sum = [0.0; LANES];
            for b in block {
                for lane in 0..LANES {
                    sum[lane] += if b[lane] == 0.0 { 0.0 } else { 1.0 };
                }
            }
            for (count, sum) in out.iter_mut().zip(sum) {
                *count = sum as u32;
            }
        }
    }

    /// The certificates, one a penalty.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Forecasts of a standardised row `z` under every penalty, written to `forecasts`.
    pub fn forecast(&self, z: &[f64], intercept: f64, forecasts: &mut [f64]) {
        run_widest(Forecasting { path: self, z, intercept, forecasts });
    }

    /// Puts the coefficients at a position of the grid.
    pub(super) fn set(&mut self, position: usize, coefficients: &[f64]) {
        let (block, lane) = (position / LANES, position % LANES);
        for (lanes, b) in self.block_mut(block).iter_mut().zip(coefficients) {
            lanes[lane] = *b;
        }
    }

    /// The block of coefficients of penalties `block * LANES ..`.
    pub(super) fn block_mut(&mut self, block: usize) -> &mut [Lanes] {
        &mut self.coefficients[block * self.p..(block + 1) * self.p]
    }

    /// Records the certificate of a penalty, given its absolute KKT residual.
    pub(super) fn certify(&mut self, alpha: usize, residual: f64, scale: f64, gap_closed: bool) {
        let relative = if scale > 0.0 { residual / scale } else { residual };
        let certified = gap_closed || relative <= KKT_TOLERANCE;
        self.certificates[alpha] = Certificate { kkt_residual: relative, certified };
    }
}

/// One forecast under every penalty.
struct Forecasting<'a> {
    path: &'a Path,
    z: &'a [f64],
    intercept: f64,
    forecasts: &'a mut [f64],
}

impl Work for Forecasting<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let blocks = self.path.coefficients.chunks_exact(self.path.p);
        for (block, out) in blocks.zip(self.forecasts.chunks_mut(LANES)) {
            let mut sum = V::splat(self.intercept);
            for (b, z) in block.iter().zip(self.z) {
                sum = sum.add(V::load(b).mul(V::splat(*z)));
            }
            let mut lanes = [0.0; LANES];
            sum.store(&mut lanes);
            out.copy_from_slice(&lanes[..out.len()]);
        }
    }
}
