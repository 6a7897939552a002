//! From the text of an experiment's file to a checked [`Spec`].
//!
//! What a spec may say is stated in [`crate::results::spec`], key by key; `base::yaml`
//! reads a file along it. Here is what needs more than one key: [`parse()`] checks that too and
//! returns the spec with every default written out, or all problems of the file at once.
//! [`json_schema`] is the same statement for editors.

mod check;
mod id;
mod parse;
mod places;
mod schema;
mod sweep;

pub use crate::results::spec::Spec;
pub(crate) use id::check_id;
pub use parse::parse;
pub(crate) use parse::parse_or_named;
pub use places::Places;
pub use schema::json_schema;
pub use sweep::Member;

use crate::base::diagnostic::Place;

/// A [`Spec`] and the places in its file that only the data can prove wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The experiment.
    pub spec: Spec,
    /// Where it says so.
    pub places: Places,
    /// The members of its sweep; none without one.
    pub members: Vec<Member>,
}

/// What a spec names of the data, each with its place, as far as that is sound by itself.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// `data.source`.
    pub(crate) source: Option<(String, Place)>,
    /// `data.features` and `data.target`.
    pub(crate) tickers: Vec<(String, Place)>,
}

impl Document {
    /// A member of a sweep as if it had a file of its own.
    pub fn of(member: Member) -> Self {
        Self { spec: member.spec, places: member.places, members: Vec::new() }
    }

    /// Where the file names a ticker: as the target or as a feature.
    pub fn place_of_ticker(&self, ticker: &str) -> Option<&Place> {
        let data = &self.spec.data;
        if data.target == ticker {
            return Some(&self.places.target);
        }
        let position = data.features.iter().position(|feature| feature == ticker)?;
        self.places.features.get(position)
    }
}
