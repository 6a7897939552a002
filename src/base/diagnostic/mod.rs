//! Problems that a user can act on: what is wrong, where, what was expected, and a hint.
//!
//! Every check of the program collects [`Problem`]s and goes on, so that one run names them all.

mod place;
mod problem;
mod problems;
mod visible;

pub use place::{Line, Place, Span};
pub use problem::{Problem, did_you_mean};
pub use problems::Problems;
pub(crate) use visible::visible;
