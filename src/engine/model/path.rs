//! A model on its whole grid of penalties: solver, solution, certificate.

use super::active_set::ActiveSet;
#[cfg(target_arch = "x86_64")]
use super::lanes::{Avx2, has_avx2};
use super::lanes::{LANES, Lanes, Portable, Vector};
use super::ridge::RidgePath;
use super::{Kind, Standardised};

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
    p: usize,
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
        #[cfg(target_arch = "x86_64")]
        if has_avx2() {
            #[target_feature(enable = "avx2")]
            fn forecast_avx2(path: &Path, z: &[f64], intercept: f64, forecasts: &mut [f64]) {
                path.forecast_blocks::<Avx2>(z, intercept, forecasts);
            }
            // SAFETY: the machine has AVX2, as just asked.
            #[allow(unsafe_code)]
            return unsafe { forecast_avx2(self, z, intercept, forecasts) };
        }
        self.forecast_blocks::<Portable>(z, intercept, forecasts);
    }

    #[inline(always)]
    fn forecast_blocks<V: Vector>(&self, z: &[f64], intercept: f64, forecasts: &mut [f64]) {
        for (block, out) in self.coefficients.chunks_exact(self.p).zip(forecasts.chunks_mut(LANES))
        {
            let mut sum = V::splat(intercept);
            for (b, z) in block.iter().zip(z) {
                sum = sum.add(V::load(b).mul(V::splat(*z)));
            }
            let mut lanes = [0.0; LANES];
            sum.store(&mut lanes);
            out.copy_from_slice(&lanes[..out.len()]);
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

/// Solves one model at every penalty of its grid, again and again as a window moves.
///
/// What one solution teaches (which coefficients are zero, and the others' signs) is kept for the
/// next; it changes the time a solution takes and never the solution.
#[derive(Debug, Clone)]
pub struct PathSolver {
    alphas: Vec<f64>,
    path: Path,
    method: Method,
}

#[derive(Debug, Clone)]
enum Method {
    Ridge(RidgePath),
    ActiveSet(ActiveSet),
}

impl PathSolver {
    /// A solver for `p` features.
    ///
    /// `alphas` are positive and descending; `l1_ratio` is ignored by ridge and lasso.
    pub fn new(kind: Kind, l1_ratio: f64, alphas: Vec<f64>, p: usize) -> Self {
        let path = Path::new(p, alphas.len());
        let method = match kind {
            Kind::Ridge => Method::Ridge(RidgePath::new(p)),
            Kind::Lasso => Method::ActiveSet(ActiveSet::new(1.0, &alphas, p)),
            Kind::ElasticNet => Method::ActiveSet(ActiveSet::new(l1_ratio, &alphas, p)),
        };
        Self { alphas, path, method }
    }

    /// The grid, strongest penalty first.
    pub fn alphas(&self) -> &[f64] {
        &self.alphas
    }

    /// Solves for a window.
    ///
    /// # Panics
    /// If the problem has another number of features than the solver.
    pub fn solve(&mut self, problem: &Standardised) -> &Path {
        assert_eq!(problem.features(), self.path.p, "one solver, one number of features");
        match &mut self.method {
            Method::Ridge(ridge) => ridge.solve(problem, &self.alphas, &mut self.path),
            Method::ActiveSet(active_set) => active_set.solve(problem, &mut self.path),
        }
        &self.path
    }

    /// The solution of the last window.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fits so far that the active-set guess did not settle and coordinate descent did.
    pub fn descents(&self) -> usize {
        match &self.method {
            Method::Ridge(_) => 0,
            Method::ActiveSet(active_set) => active_set.descents(),
        }
    }
}
