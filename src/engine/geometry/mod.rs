//! The market's shape: correlations, eigenvalues, and how tightly everything moves together
//! (methods, section 7).

mod modes;
mod rolling;
mod spectrum;

pub use modes::{LEADING, MODE_WINDOW, Modes, Quarter, Shape, Tracker, modes};
pub use rolling::{Rolling, all_pairs, rolling};
pub use spectrum::{correlation_matrix, static_geometry};

/// Window of rolling statistics, in trading days: a quarter.
pub const WINDOW: usize = 63;
