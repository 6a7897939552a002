//! From forecasts to positions to a self-financing track record (methods, sections 4 and 5).
//!
//! `position x log return` is not a strategy return and appears nowhere.

mod accounting;
#[cfg(test)]
mod laws;
mod positions;
mod settings;

pub(crate) use accounting::{TrackRecord, simulate};
pub(crate) use positions::positions;
pub(crate) use settings::{Costs, Rule, Sizing};
