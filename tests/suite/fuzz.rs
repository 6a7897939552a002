//! Damaged input: every reader gives a value or problems, never a panic, within a second.
//!
//! `DFA_FUZZ_CASES` and `DFA_FUZZ_SEED` ask for more cases and other seeds than the few hundred of
//! every test run. Readers that are not public have their tests in `src/shell/fuzz.rs`.

mod harness;
mod import;
mod prices;
mod spec;
mod stored;
mod templates;

pub(crate) use harness::mutate::{mutated, shaken};
pub(crate) use harness::survives;
