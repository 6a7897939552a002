//! The committed site stays small: as a whole, page by page, and in what experiments share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use walkdir::WalkDir;

use super::support::repository;

/// Bytes of the whole site.
const LARGEST_SITE: u64 = 25_000_000;

/// Bytes of a page.
const LARGEST_PAGE: u64 = 300_000;

/// The files of the committed site below its root, with their sizes.
fn site() -> BTreeMap<PathBuf, u64> {
    let root = repository("site");
    let entries = WalkDir::new(&root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let sized = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(&root).unwrap().to_owned();
        (path, entry.metadata().unwrap().len())
    };
    files.map(sized).collect()
}

#[test]
fn the_committed_site_and_its_pages_are_small() {
    let files = site();
    let total: u64 = files.values().sum();
    assert!(files.len() > 100 && total < LARGEST_SITE, "{} files, {total} bytes", files.len());
    let is_large = |(path, size): &(&PathBuf, &u64)| {
        path.extension().is_some_and(|ending| ending == "html") && **size >= LARGEST_PAGE
    };
    let large: Vec<_> = files.iter().filter(is_large).collect();
    assert!(large.is_empty(), "pages of {LARGEST_PAGE} bytes or more: {large:?}");
}

/// What follows from a panel alone is there once a panel, whatever the detectors: as often as there
/// are sets of features.
#[test]
fn the_geometry_of_a_panel_is_written_once() {
    let files = site();
    let shared = |name: &str| -> usize {
        let is_it = |path: &String| path.contains(name) && path.contains(".csv");
        files.keys().map(|path| path.display().to_string()).filter(is_it).count()
    };
    let results = files.keys().filter(|path| path.ends_with("results.json"));
    let panels: BTreeSet<String> = results
        .map(|path| {
            let text = std::fs::read_to_string(repository("site").join(path)).unwrap();
            let results: serde_json::Value = serde_json::from_str(&text).unwrap();
            results["provenance"]["data_hash"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(shared("/geometry-"), panels.len());
    assert_eq!(shared("/correlations-"), panels.len());
}
