//! One file a page of the site.

pub(crate) mod author;
pub(crate) mod compare;
pub(crate) mod detectors;
pub(crate) mod difference;
pub(crate) mod experiment;
pub(crate) mod index;
pub(crate) mod methods;
pub(crate) mod moved;
pub(crate) mod parts;
pub(crate) mod search;
pub(crate) mod source;
pub(crate) mod verdicts;
