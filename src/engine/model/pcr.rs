//! Principal components regression: least squares on the leading components of the features.
//!
//! With `G = U diag(l) U'`, the components `X u_i` have the variances `l_i` and are uncorrelated, so
//! that each has a coefficient of its own, `u_i'c / l_i` (Jolliffe 2002, section 8.1):
//!
//! ```text
//! b_k = sum_(i <= k) (u_i'c / l_i) u_i        and so        G b_k = sum_(i <= k) (u_i'c) u_i
//! ```
//!
//! The second equation is the certificate. Components beyond the rank of `G` add nothing.

use super::Standardised;
use super::path::Path;
use super::standardised::COLLINEAR;
use crate::base::linalg::symmetric_eigen;
use crate::base::statistics::dot;

/// Solves for every number of components, ascending.
pub(super) fn solve(problem: &Standardised, components: &[usize], path: &mut Path) {
    let all = principal(problem);
    let mut fit = Fit::new(problem.features());
    for (position, &count) in components.iter().enumerate() {
        for component in all.iter().take(count).skip(fit.used) {
            fit.add(problem, component);
        }
        path.set(position, &fit.coefficients);
        path.certify(position, fit.residual(), problem.largest_moment(), false);
    }
}

/// The coefficients on all components with variance: least squares of least norm.
pub(super) fn on_all(problem: &Standardised) -> Vec<f64> {
    let mut fit = Fit::new(problem.features());
    principal(problem).iter().for_each(|component| fit.add(problem, component));
    fit.coefficients
}

struct Component {
    variance: f64,
    loadings: Vec<f64>,
}

/// The components with variance, the largest first.
fn principal(problem: &Standardised) -> Vec<Component> {
    let p = problem.features();
    // Finite moments have never failed to decompose; the certificate would say it.
    let Some(eigen) = symmetric_eigen(&problem.gram, p) else { return Vec::new() };
    let least = COLLINEAR * eigen.values.first().copied().unwrap_or(0.0);
    let loading = |(j, u): (usize, f64)| if problem.gram[j * p + j] == 0.0 { 0.0 } else { u };
    eigen
        .values
        .into_iter()
        .zip(eigen.vectors)
        .take_while(|(variance, _)| *variance > least)
        .map(|(variance, vector)| Component {
            variance,
            loadings: vector.into_iter().enumerate().map(loading).collect(),
        })
        .collect()
}

/// The fit on the components so far.
struct Fit {
    used: usize,
    coefficients: Vec<f64>,
    /// `G b_k`, multiplied out.
    fitted: Vec<f64>,
    /// What it should be: `c` in the directions used.
    wanted: Vec<f64>,
}

impl Fit {
    fn new(p: usize) -> Self {
        let zero = || vec![0.0; p];
        Self { used: 0, coefficients: zero(), fitted: zero(), wanted: zero() }
    }

    fn add(&mut self, problem: &Standardised, component: &Component) {
        let (p, u) = (problem.features(), &component.loadings);
        let along = dot(u, &problem.moment);
        let weight = along / component.variance;
        for j in 0..p {
            self.coefficients[j] += weight * u[j];
            self.fitted[j] += weight * dot(problem.row(j), u);
            self.wanted[j] += along * u[j];
        }
        self.used += 1;
    }

    fn residual(&self) -> f64 {
        let pairs = self.fitted.iter().zip(&self.wanted);
        pairs.fold(0.0, |worst, (fitted, wanted)| worst.max((fitted - wanted).abs()))
    }
}
