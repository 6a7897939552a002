//! Which prices changed between two sides: by ticker and day, where both versions are at hand.

use std::collections::BTreeSet;
use std::path::Path;

use super::sides::{Prices, Side};
use crate::base::diagnostic::{Problem, Problems};
use crate::prices::revision;
use crate::report::diff::PriceChange;
use crate::shell::cli::load::{Loaded, read_source};
use crate::shell::store;

/// The changes of all sources that experiments with other prices use, by name.
pub(super) fn changes(base: &Side, head: &Side, ids: &[String], data: &Path) -> Vec<PriceChange> {
    let sources: BTreeSet<&str> = ids
        .iter()
        .map(|id| (&base.results[id], &head.results[id]))
        .filter(|(old, new)| {
            old.provenance.data_hash != new.provenance.data_hash
                && old.data.source == new.data.source
        })
        .map(|(_, new)| new.data.source.as_str())
        .collect();
    sources.into_iter().filter_map(|source| change(source, base, head, data)).collect()
}

/// What changed in one source; `None` where its prices are the same and only the panel of them, by
/// the spec, is another.
fn change(source: &str, base: &Side, head: &Side, data: &Path) -> Option<PriceChange> {
    let told = |summary: String, lines: String| {
        Some(PriceChange { source: source.to_owned(), summary, lines })
    };
    let versions = [base, head].map(|side| version(source, &side.prices, data));
    let [base, head] = match versions {
        [Ok(Some(base)), Ok(Some(head))] => [base, head],
        [Err(problems), _] | [_, Err(problems)] => {
            let first = problems.iter().next().map(|problem| problem.message.clone());
            return told(format!("not compared: {}", first.unwrap_or_default()), String::new());
        }
        _ => {
            let why = "they differ; which ones is told where both sides are git revisions";
            return told(why.to_owned(), String::new());
        }
    };
    match revision::compare(&base.table, &head.table) {
        Ok(revision) if revision.is_empty() => None,
        Ok(revision) => told(revision.summary(), revision::to_text(&revision, usize::MAX)),
        Err(problems) => {
            let first = problems.iter().next().map(|problem| problem.message.clone());
            told(format!("not compared: {}", first.unwrap_or_default()), String::new())
        }
    }
}

/// The prices of a side; `None` where nobody knows them.
fn version(source: &str, prices: &Prices, data: &Path) -> Result<Option<Loaded>, Problems> {
    let files = match prices {
        Prices::WorkTree => store::source(data, source).map_err(store::Error::from),
        Prices::Revision(commit) => store::source_version(commit, data, source),
        Prices::Unknown => return Ok(None),
    };
    match files {
        Ok(files) => Ok(Some(read_source(files)?)),
        Err(store::Error::Problems(problems)) => Err(problems),
        Err(error) => Err(Problem::new(error.to_string()).into()),
    }
}
