//! Small dense symmetric problems: tridiagonal reduction and eigendecomposition.
//!
//! Everything works on row-major slices and uses no operation but `+ - * /`, square root and, from
//! `libm`, `hypot` and powers of two, so that results have the same bits on every machine.

mod eigen;
#[cfg(test)]
mod properties;
mod tridiagonal;

pub use eigen::{Eigen, symmetric_eigen, symmetric_eigenvalues, with_largest_positive};
pub use tridiagonal::Tridiagonal;
