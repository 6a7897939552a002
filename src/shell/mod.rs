//! The only wing that touches files, network, environment and clock: load, call, save.

pub mod cli;
#[cfg(test)]
mod fuzz;
pub mod network;
mod serve;
pub(crate) mod store;
