//! A model on its whole grid of penalties: the solver.

use super::active_set::ActiveSet;
use super::path::Path;
use super::ridge::RidgePath;
use super::{Kind, Standardised};

/// Solves one model at every penalty of its grid, again and again as a window moves.
///
/// What one solution teaches (which coefficients are zero, and the others' signs) is kept for the
/// next; it changes the time a solution takes and not the solution, but that of collinear features
/// a lasso may take another one.
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
            Method::ActiveSet(active_set) => active_set.descents,
        }
    }
}
