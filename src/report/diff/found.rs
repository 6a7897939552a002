//! What is compared, and what was found out about it elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::{Combinations, PriceChange};
use super::difference::Renamed;
use super::version::Version;
use crate::results::{Paired, Results};

/// A side: where it comes from, and its results by experiment id.
#[derive(Debug, Clone)]
pub(crate) struct Side<'a> {
    pub version: Version,
    pub results: &'a BTreeMap<String, Results>,
}

/// What was found out about the experiments of both sides.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Tests of pairs of days, by id; why there are none.
    pub paired: BTreeMap<String, Result<Paired, String>>,
    /// Experiments of which today's program finds something else on the base's own inputs.
    pub by_program: BTreeSet<String>,
    /// Runs under combinations of base and head, by id, where several causes changed.
    pub combinations: BTreeMap<String, Combinations>,
    /// Experiments that only have another id; in the base they go by their new one here.
    pub renamed: Vec<Renamed>,
    /// The prices that differ.
    pub prices: Vec<PriceChange>,
}
