//! Plain values, problems with place and hint, and the numerics that everything rests on.

pub mod diagnostic;
pub(crate) mod guarded;
pub(crate) mod gzip;
pub mod linalg;
pub mod moments;
pub(crate) mod name;
pub(crate) mod statistics;
pub mod units;
pub(crate) mod yaml;
