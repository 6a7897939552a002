//! A model on its whole grid: the solver.

use super::active_set::ActiveSet;
use super::ols::LeastSquares;
use super::path::Path;
use super::ridge::RidgePath;
use super::sequential::Sequential;
use super::{Grid, Kind, Standardised, combination, pcr, pls};

/// Features from which one penalty after another is quicker than eight at a time (`benches/engine.rs`,
/// 60 penalties: a lasso of 100 features takes 0.5 ms instead of 1.7, an elastic net, which needs a
/// new factor at every penalty, 2.9 instead of 1.7 where nothing has to be corrected).
const WIDE_LASSO: usize = 40;
const WIDE_ELASTIC_NET: usize = 150;

/// Solves one model at every position of its grid, again and again as a window moves.
///
/// What one solution teaches (which coefficients are zero, and the others' signs) is kept for the
/// next; it changes the time a solution takes and not the solution, but that of collinear features
/// a lasso may take another one.
#[derive(Debug, Clone)]
pub struct PathSolver {
    grid: Grid,
    path: Path,
    method: Method,
}

#[derive(Debug, Clone)]
enum Method {
    Ridge(RidgePath),
    ActiveSet(ActiveSet),
    Sequential(Sequential),
    LeastSquares(LeastSquares),
    PrincipalComponents,
    PartialLeastSquares,
    Combination,
}

impl PathSolver {
    /// A solver for `p` features.
    ///
    /// The grid is of the model's kind: positive and descending penalties, ascending numbers of
    /// components, or a single fit. `l1_ratio` is that of an elastic net, ignored by the others.
    pub fn new(kind: Kind, l1_ratio: f64, grid: impl Into<Grid>, p: usize) -> Self {
        let grid = grid.into();
        let path = Path::new(p, grid.len());
        let method = match kind {
            Kind::Ridge => Method::Ridge(RidgePath::new(p)),
            Kind::Lasso => sparse(1.0, grid.alphas(), p),
            Kind::ElasticNet => sparse(l1_ratio, grid.alphas(), p),
            Kind::Ols => Method::LeastSquares(LeastSquares::new(p)),
            Kind::Pcr => Method::PrincipalComponents,
            Kind::Pls => Method::PartialLeastSquares,
            Kind::Combination => Method::Combination,
            Kind::External => unreachable!("there is nothing to fit"),
        };
        Self { grid, path, method }
    }

    /// The penalties, strongest first; none where the model has no penalty.
    pub fn alphas(&self) -> &[f64] {
        self.grid.alphas()
    }

    /// Solves for a window.
    ///
    /// # Panics
    /// If the problem has another number of features than the solver.
    pub fn solve(&mut self, problem: &Standardised) -> &Path {
        assert_eq!(problem.features(), self.path.p, "one solver, one number of features");
        let path = &mut self.path;
        match &mut self.method {
            Method::Ridge(ridge) => ridge.solve(problem, self.grid.alphas(), path),
            Method::ActiveSet(active_set) => active_set.solve(problem, path),
            Method::Sequential(sequential) => sequential.solve(problem, path),
            Method::LeastSquares(ols) => ols.solve(problem, path),
            Method::PrincipalComponents => pcr::solve(problem, self.grid.components(), path),
            Method::PartialLeastSquares => pls::solve(problem, self.grid.components(), path),
            Method::Combination => combination::solve(problem, path),
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
            Method::ActiveSet(active_set) => active_set.descents,
            Method::Sequential(sequential) => sequential.descents,
            _ => 0,
        }
    }
}

/// The quicker way for a number of features.
fn sparse(l1_ratio: f64, alphas: &[f64], p: usize) -> Method {
    let wide = if l1_ratio == 1.0 { WIDE_LASSO } else { WIDE_ELASTIC_NET };
    if p < wide {
        Method::ActiveSet(ActiveSet::new(l1_ratio, alphas, p))
    } else {
        Method::Sequential(Sequential::new(l1_ratio, alphas, p))
    }
}
