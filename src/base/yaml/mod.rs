//! One reader of YAML files: experiments, `source.yaml` and `dfa-report.yaml`.
//!
//! 1. `tree` turns the text into a tree in which every value knows its place;
//! 2. `check` walks the tree along the JSON Schema of a type and notes every problem instead of
//!    stopping at the first: keys, types, bounds, words, variants;
//! 3. [`Yaml`] hands out typed values of the parts that are sound, for checks that need several
//!    keys, and in the end the whole, or all problems of the file at once.

mod check;
mod editors;
mod field;
mod pattern;
mod reader;
mod replaced;
mod source;
mod syntax;
mod tree;
mod words;

pub(crate) use editors::for_editors;
pub(crate) use reader::{Yaml, schema};
pub(crate) use replaced::{Listed, Written, behind, dotted_keys, flow, under};
pub(crate) use words::one_of;
