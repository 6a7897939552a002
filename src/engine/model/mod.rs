//! Linear models from a window's moments, each on its whole grid at once.
//!
//! Ridge, lasso and elastic net minimise, on standardised rows (methods, section 2),
//!
//! ```text
//! (1 / 2m) ||y - X b||^2  +  alpha * ( rho ||b||_1 + (1 - rho)/2 ||b||_2^2 )
//! ```
//!
//! with `rho` 0 for ridge, 1 for lasso. Beside them stand what they are compared with: least
//! squares, principal components regression, partial least squares, and the combination of
//! forecasts from one feature each. A fit never sees a row: its input is the correlation
//! matrix `G = X'X / m` and the vector `c = X'y / m` of [`Standardised`]. A [`PathSolver`] solves
//! eight penalties at a time, one in each lane of the arithmetic, and certifies every fit by its
//! optimality conditions.

mod active_set;
mod combination;
mod descent;
mod factor;
mod grid;
mod lanes;
#[cfg(test)]
mod laws;
mod ols;
mod path;
mod pcr;
mod pls;
mod ridge;
mod sequential;
mod solver;
mod standardised;
mod vectors;

pub use crate::results::spec::{AlphaGrid, ComponentGrid, Kind, Model as Settings, System};
pub use grid::{Grid, alpha_grid};
pub use path::{Certificate, Path};
pub use solver::PathSolver;
pub use standardised::Standardised;
