//! From a spec and a panel to results.

pub(crate) mod backtest;
#[cfg(test)]
mod causality;
pub mod criteria;
pub mod experiment;
pub mod geometry;
pub(crate) mod inference;
#[cfg(test)]
pub(crate) mod leak;
pub(crate) mod metrics;
pub mod model;
pub mod regime;
pub mod repository;
pub mod spec;
pub mod sweep;
pub mod walk_forward;
