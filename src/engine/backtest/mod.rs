//! From forecasts to positions to a self-financing track record (methods, sections 4 and 5).
//!
//! `position x log return` is not a strategy return and appears nowhere.

mod accounting;
#[cfg(test)]
mod laws;
mod positions;

pub(crate) use crate::engine::metrics::TrackRecord;
pub(crate) use crate::results::spec::{Costs, Sizing};
pub(crate) use accounting::simulate;
pub(crate) use positions::positions;
