//! Criteria: what a hypothesis must show, in a small language over the results.
//!
//! A test is `SUBJECT.FIGURE OP NUMBER`, or has another figure in place of the number. It is read by
//! `syntax`, its words are looked up in the spec by `names`, before anything is run;
//! `outcome` decides it.

mod described;
mod figure;
mod names;
mod outcome;
#[cfg(test)]
mod size;
mod syntax;
#[cfg(test)]
mod tests;

pub use described::described;
pub(crate) use figure::Figure;
pub(crate) use names::{Bound, Names, Record, Subject, Test};
pub(crate) use outcome::{Decision, decide};
pub(crate) use syntax::{Mistake, form};
