//! From a spec and a panel to results.

pub(crate) mod backtest;
pub mod experiment;
pub mod geometry;
pub(crate) mod inference;
pub(crate) mod metrics;
pub mod model;
pub mod regime;
pub mod spec;
pub mod walk_forward;
