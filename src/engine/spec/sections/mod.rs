//! The sections of a spec, each read and checked by itself.

pub(super) mod data;
pub(super) mod models;
pub(super) mod names;
pub(super) mod regimes;
pub(super) mod schedule;
pub(super) mod strategies;
