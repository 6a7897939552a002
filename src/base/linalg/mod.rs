//! Small dense symmetric problems: tridiagonal reduction and eigendecomposition.
//!
//! Everything works on row-major slices, allocates only in constructors, and uses no operation but
//! `+ - * /` and square root, so that results have the same bits on every machine.

mod eigen;
#[cfg(test)]
mod properties;
mod tridiagonal;

pub use eigen::{Eigen, symmetric_eigen, symmetric_eigenvalues, with_largest_positive};
pub use tridiagonal::Tridiagonal;
