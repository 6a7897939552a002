//! One specification's estimate with its own test.

use crate::base::units::math;
use crate::engine::metrics::LEVEL;

/// What a specification says: its estimate, and how sure its own test is that it is above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) estimate: f64,
    pub(super) p: Option<f64>,
    pub(super) z: f64,
    pub(super) is_significant: bool,
}

impl Point {
    pub(super) fn of_r2(estimate: f64, p: Option<f64>) -> Self {
        Self::new(estimate, p, p.map(z))
    }

    pub(super) fn of_sharpe(estimate: f64, standard_error: Option<f64>) -> Self {
        let z = standard_error.filter(|error| *error > 0.0).map(|error| estimate / error);
        Self::new(estimate, z.map(math::normal_sf), z)
    }

    /// Without a test there is no evidence: forecasts that never leave the mean, say.
    fn new(estimate: f64, p: Option<f64>, z: Option<f64>) -> Self {
        let is_significant = estimate > 0.0 && p.is_some_and(|p| p < LEVEL);
        Self { estimate, p, z: z.unwrap_or(0.0), is_significant }
    }
}

/// The z statistic of a one-sided p-value, at most 8 in size: beyond that doubles near 1 are too
/// coarse.
fn z(p: f64) -> f64 {
    -math::normal_quantile(p.clamp(1e-15, 1.0 - 1e-15))
}
