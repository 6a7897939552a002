//! What a model is restricted by: a grid of penalties or of numbers of components.

use super::{AlphaGrid, ComponentGrid, Kind, Settings, Standardised};
use crate::base::units::math;

/// The restrictions under which a model is solved, the strongest first.
#[derive(Debug, Clone, PartialEq)]
pub enum Grid {
    /// Penalties, descending.
    Alphas(Vec<f64>),
    /// Numbers of components, ascending.
    Components(Vec<usize>),
    /// Nothing to choose: one fit.
    Single,
}

impl Grid {
    /// The grid of a model, anchored on the first training window (methods, section 2).
    pub fn new(settings: &Settings, first_window: &Standardised) -> Self {
        if settings.kind.is_penalised() {
            return Self::Alphas(alpha_grid(settings, first_window));
        }
        if !settings.kind.has_components() {
            return Self::Single;
        }
        Self::Components(match settings.component_grid() {
            ComponentGrid::List { list } => list,
            // Without a column there is one fit too, of the intercept.
            ComponentGrid::Max { max } => (1..=max.min(first_window.features()).max(1)).collect(),
        })
    }

    /// Number of positions, at least one.
    #[expect(clippy::len_without_is_empty, reason = "a grid is never empty")]
    pub fn len(&self) -> usize {
        match self {
            Self::Alphas(alphas) => alphas.len(),
            Self::Components(components) => components.len(),
            Self::Single => 1,
        }
    }

    /// The penalties; none for another kind of grid.
    pub fn alphas(&self) -> &[f64] {
        if let Self::Alphas(alphas) = self { alphas } else { &[] }
    }

    /// The numbers of components; none for another kind of grid.
    pub fn components(&self) -> &[usize] {
        if let Self::Components(components) = self { components } else { &[] }
    }
}

impl From<Vec<f64>> for Grid {
    fn from(alphas: Vec<f64>) -> Self {
        Self::Alphas(alphas)
    }
}

const RIDGE_RANGE: (f64, f64) = (1e4, 1e-3);

/// The default lasso and elastic-net grids end at this fraction of their strongest penalty.
const L1_RANGE: f64 = 1e-3;

/// The penalties of a model that has some.
///
/// For lasso and elastic net the default grid starts at the smallest penalty under which every
/// coefficient of that window is zero. A window without any covariance (`y` constant) has no such
/// penalty; the grid then starts at 1, and every fit is zero whatever its penalty.
pub fn alpha_grid(settings: &Settings, first_window: &Standardised) -> Vec<f64> {
    match settings.penalties() {
        AlphaGrid::List { list } => list,
        AlphaGrid::Range { from, to, count } => log_spaced(from, to, count),
        AlphaGrid::Count { count } => {
            let (from, to) = if settings.kind == Kind::Ridge {
                RIDGE_RANGE
            } else {
                let largest = first_window.largest_moment() / settings.l1_ratio();
                let from = if largest > 0.0 { largest } else { 1.0 };
                (from, from * L1_RANGE)
            };
            log_spaced(from, to, count)
        }
    }
}

/// `count` values evenly spaced in log10, both ends exact.
fn log_spaced(from: f64, to: f64, count: usize) -> Vec<f64> {
    let (start, end) = (math::log10(from), math::log10(to));
    (0..count)
        .map(|i| match i {
            0 => from,
            _ if i + 1 == count => to,
            _ => math::pow(10.0, start + (end - start) * i as f64 / (count - 1) as f64),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_falls_evenly_in_log_between_exact_ends() {
        let grid = log_spaced(1e4, 1e-3, 8);
        assert_eq!((grid[0], grid[7]), (1e4, 1e-3));
        assert!(grid.windows(2).all(|pair| (pair[0] / pair[1] - 10.0).abs() < 1e-12));
    }
}
