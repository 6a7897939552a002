//! Many experiments seen together: the specification curve of Simonsohn, Simmons and Nelson (2020).
//!
//! Their three steps: reasonable specifications (`engine::spec` makes the members of a sweep), a
//! curve of all estimates ([`analyse`]), and a joint test of the curve against curves under the null
//! ([`nulls`]). A specification is a member and one of its models, for a Sharpe ratio also a rule.

mod anova;
mod curve;
mod digest;
mod null;
mod point;
mod table;
#[cfg(test)]
mod tests;

pub use self::curve::{Asked, analyse};
pub use self::digest::Digest;
pub use self::null::{NullCurves, Nulls, nulls};
pub use self::table::to_csv;
