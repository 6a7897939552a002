//! By which files a folder is not the site that it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::super::Error;
use super::super::plain::read_if_there;
use super::allowed::refuse_bad_paths;
use super::manifest::{MANIFEST, Manifest};
use super::paths::files_below;

/// How a folder and a site differ in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Of the site, not in the folder.
    Missing,
    /// In both, with other contents.
    Differs,
    /// In the folder and of an earlier site: publishing deletes it.
    Surplus,
    /// In the folder and not ours: publishing leaves it alone.
    Unlisted,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Differs => "differs",
            Self::Surplus => "is no longer part of the site",
            Self::Unlisted => "is not a file of the site",
        })
    }
}

/// By which files, each by its path with `/` between its parts, the folder `out` is not what
/// [`super::publish`] would leave there; the manifest counts as one. Nothing is written. A `.git` at the
/// top is not looked into.
///
/// # Errors
/// Problems if a path leads out of the folder or is there twice; the operating system's error.
pub(crate) fn check(
    out: &Path,
    files: &[(String, Vec<u8>)],
) -> Result<BTreeMap<String, Difference>, Error> {
    refuse_bad_paths(files)?;
    let mut found: BTreeMap<String, Difference> = BTreeMap::new();
    let manifest = (MANIFEST.to_owned(), Manifest::of(files).to_json().into_bytes());
    for (path, contents) in files.iter().chain([&manifest]) {
        match read_if_there(&out.join(path))? {
            None => found.insert(path.clone(), Difference::Missing),
            Some(there) if there != *contents => found.insert(path.clone(), Difference::Differs),
            Some(_) => None,
        };
    }
    // An unreadable manifest lists nothing; that it differs is already said.
    let listed = Manifest::read(out).ok().flatten();
    let wanted: BTreeSet<&str> =
        files.iter().map(|(path, _)| path.as_str()).chain([MANIFEST]).collect();
    for path in
        files_below(out, |_| true)?.into_iter().filter(|path| !wanted.contains(path.as_str()))
    {
        let is_ours = listed.as_ref().is_some_and(|manifest| manifest.lists(&path));
        let kind = if is_ours { Difference::Surplus } else { Difference::Unlisted };
        found.insert(path, kind);
    }
    Ok(found)
}
