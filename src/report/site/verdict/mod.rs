//! What came out, in words: sentences composed from the numbers that never claim more than the
//! tests allow.

mod answer;
mod criteria;
mod evidence;
mod key_figures;
mod place;
mod standing;
mod worth;

pub(crate) use answer::{Verdict, verdict};
pub(crate) use criteria::{Stamped, stamp_line, stamp_word, stamped};
pub(crate) use evidence::{evidence, evidence_lead};
pub(crate) use key_figures::{KeyFigure, key_figures, whose};
pub(crate) use place::{direction, in_states};
pub(crate) use standing::{Standing, in_years, lasting, recent};
pub(crate) use worth::{break_even, next, paid};
