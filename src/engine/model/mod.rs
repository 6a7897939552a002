//! Ridge, lasso and elastic net from a window's moments, on a whole grid of penalties at once.
//!
//! All three minimise, on standardised rows (methods, section 2),
//!
//! ```text
//! (1 / 2m) ||y - X b||^2  +  alpha * ( rho ||b||_1 + (1 - rho)/2 ||b||_2^2 )
//! ```
//!
//! with `rho` 0 for ridge, 1 for lasso. A fit never sees a row: its input is the correlation
//! matrix `G = X'X / m` and the vector `c = X'y / m` of [`Standardised`]. A [`PathSolver`] solves
//! eight penalties at a time, one in each lane of the arithmetic, and certifies every one of them
//! by its optimality conditions.

mod active_set;
mod descent;
mod grid;
mod lanes;
mod path;
mod ridge;
mod solver;
mod standardised;

pub use crate::results::spec::{AlphaGrid, Kind, Model as Settings, System};
pub use grid::alpha_grid;
pub use path::{Certificate, Path};
pub use solver::PathSolver;
pub use standardised::Standardised;
