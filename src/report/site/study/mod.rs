//! What all experiments of one target show together.
//!
//! `finding` counts what was decided where each experiment was computed; `words` puts it into
//! sentences, `plot` draws it, `row` makes the lines of the table.

mod finding;
mod plot;
mod row;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use finding::{Study, studies};
pub(crate) use plot::forest;
pub(crate) use row::{Shown, decided, row, shown, speaker};
