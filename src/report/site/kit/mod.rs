//! What every page is made of: view types, templates, words, Markdown, colours.

pub(crate) mod about;
pub(crate) mod anchors;
pub(crate) mod curve;
pub(crate) mod drawing;
pub(crate) mod figures;
pub(crate) mod file;
pub(crate) mod forest;
mod formula;
pub(crate) mod glossary;
pub(crate) mod markdown;
pub(crate) mod marker;
pub(crate) mod nav;
pub(crate) mod once;
pub(crate) mod palette;
pub(crate) mod part;
pub(crate) mod period;
pub(crate) mod policy;
pub(crate) mod subject;
pub(crate) mod summary;
pub(crate) mod target;
pub(crate) mod templates;
pub(crate) mod view;
pub(crate) mod wording;
