//! From files that people have to an aligned panel that can be trusted.

pub mod data;
pub mod fetch;
pub mod import;
pub mod panel;
pub mod quality;
pub mod quotes;
pub(crate) mod revision;
pub mod sample;
