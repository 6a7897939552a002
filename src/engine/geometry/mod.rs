//! The market's shape: correlations, eigenvalues, and how tightly everything moves together
//! (methods, section 7).
//!
//! Of a wide panel no reader can be shown every pair and every direction, and computing them
//! daily would take hours. Above `SHOWN` features, pairs are followed between the first
//! `SHOWN` of the spec (not those with the largest loadings, which the whole panel would decide
//! with hindsight) and a mode is looked for among the `SHOWN` leading eigenvectors. Above
//! `WIDE` features the results keep only these eigenvectors, and chance is drawn less often
//! (`inference::shift_band`). Inside, matrices are row-major slices; nested only in the results.

mod modes;
mod rolling;
mod spectrum;
mod window;

pub(crate) use modes::{Modes, Tracker, modes};
pub(crate) use rolling::all_pairs;
pub use rolling::{Rolling, rolling};
pub(crate) use spectrum::static_geometry;
pub(crate) use window::WindowSpectrum;

use crate::results::GeometrySummary;

/// Window of rolling statistics, in trading days: a quarter.
pub const WINDOW: usize = 63;

/// Features, and directions, that a reader can be shown.
pub(crate) const SHOWN: usize = GeometrySummary::SHOWN;

/// Features above which a panel is too wide to keep all eigenvectors.
const WIDE: usize = GeometrySummary::WIDE;
