//! The mean of the forecasts of one feature at a time (Rapach, Strauss and Zhou 2010).
//!
//! On standardised features the least-squares slope of one alone is `c_j`, and all the forecasts
//! have one intercept. The mean of `p` of them is linear again, `b_j = c_j / p`. A constant feature
//! forecasts the mean of the target and is one of the `p`.

use super::Standardised;
use super::path::Path;

/// Solves the one fit that there is.
pub(super) fn solve(problem: &Standardised, path: &mut Path) {
    let p = problem.features();
    let coefficients: Vec<f64> = problem.moment.iter().map(|c| c / p as f64).collect();
    let residual = (0..p).fold(0.0_f64, |worst, j| {
        let slope = coefficients[j] * p as f64;
        worst.max((problem.moment[j] - problem.gram[j * p + j] * slope).abs())
    });
    path.set(0, &coefficients);
    path.certify(0, residual, problem.largest_moment(), false);
}
