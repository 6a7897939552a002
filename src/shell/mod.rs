//! The only wing that touches files, network, environment and clock: load, call, save.

pub mod cli;
pub mod network;
pub(crate) mod store;
