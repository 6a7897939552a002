//! The network: the only module that asks another machine.
//!
//! What is absent: a key in any message or address shown; the clock, whose time is handed in.

mod client;
mod http;

pub use client::{Client, key_variable};
