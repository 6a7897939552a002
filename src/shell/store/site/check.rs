//! By which files a folder is not the site that it should be.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::super::Error;
use super::super::plain::read_if_there;
use super::super::seen::Seen;
use super::allowed::{Allowed, wanted_twice};
use super::folder::has_workspace;
use super::manifest::{Entry, MANIFEST, Manifest};
use super::paths::files_below;
use crate::base::diagnostic::Problems;

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

/// A site that is compared with what a folder holds; nothing is written. Files may come from several
/// threads.
pub(crate) struct Comparison<'s> {
    out: &'s Path,
    seen: &'s Seen,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    allowed: Allowed,
    next: Manifest,
    differences: BTreeMap<String, Difference>,
    problems: Problems,
}

impl<'s> Comparison<'s> {
    /// Begins to compare with the folder `out`. `seen` may know the hashes of its files.
    pub(crate) fn new(out: &'s Path, seen: &'s Seen) -> Self {
        Self { out, seen, found: Mutex::default() }
    }

    /// Compares a file of the site. One that came before with the same bytes is one file.
    pub(crate) fn put(&self, path: &str, contents: &[u8]) {
        let entry = Entry::of(contents);
        let there = self.there(path);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        match found.next.entry(path) {
            Some(known) if *known == entry => return,
            Some(_) => return found.problems.push(wanted_twice(path)),
            None => {}
        }
        if let Err(problem) = found.allowed.admit(path) {
            return found.problems.push(problem);
        }
        match there {
            None => found.differences.insert(path.to_owned(), Difference::Missing),
            Some(there) if there != entry.blake3 => {
                found.differences.insert(path.to_owned(), Difference::Differs)
            }
            Some(_) => None,
        };
        found.next.insert(path, entry);
    }

    /// Whether the folder has a file with this hash.
    pub(crate) fn has(&self, path: &str, hash: &str) -> bool {
        self.there(path).is_some_and(|there| there == hash)
    }

    /// Takes in a file that the folder has, as it is.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn keep(&self, path: &str) -> Result<(), Error> {
        if let Some(contents) = read_if_there(&self.out.join(path))? {
            self.put(path, &contents);
        }
        Ok(())
    }

    fn there(&self, path: &str) -> Option<String> {
        self.seen.hash(&self.out.join(path))
    }

    /// The paths so far, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.next.paths().map(str::to_owned).collect()
    }

    /// By which files, each by its path with `/` between its parts, the folder is not what publishing
    /// would leave there; the manifest counts as one. A `.git` at the top is not looked into.
    ///
    /// # Errors
    /// Problems if a path leads out of the folder or is there twice; the operating system's error.
    pub(crate) fn differences(self) -> Result<BTreeMap<String, Difference>, Error> {
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Found { next, mut differences, problems, .. } = found;
        problems.into_result(())?;
        match read_if_there(&self.out.join(MANIFEST))? {
            None => differences.insert(MANIFEST.to_owned(), Difference::Missing),
            Some(there) if there != next.to_json().as_bytes() => {
                differences.insert(MANIFEST.to_owned(), Difference::Differs)
            }
            Some(_) => None,
        };
        // An unreadable manifest lists nothing; that it differs is already said.
        let listed = Manifest::read(self.out).ok().flatten();
        let is_wanted = |path: &String| path == MANIFEST || next.lists(path);
        for path in files_below(self.out, |_| true)?.into_iter().filter(|path| !is_wanted(path)) {
            let is_ours = listed.as_ref().is_some_and(|manifest| manifest.lists(&path));
            let kind = if is_ours { Difference::Surplus } else { Difference::Unlisted };
            differences.insert(path, kind);
        }
        Ok(differences)
    }
}

/// The hash of a site's manifest, if it has one.
pub(crate) fn manifest_hash(out: &Path, seen: &Seen) -> Option<String> {
    seen.hash(&out.join(MANIFEST))
}

/// The number of files of the site in the folder `out`, if all of them are what its manifest lists and
/// no run is at work or has left anything to be cleared away; `manifest` is the hash of that.
pub(crate) fn is_as_left(out: &Path, manifest: Option<&str>, seen: &Seen) -> Option<usize> {
    if has_workspace(out, "") || manifest_hash(out, seen).as_deref() != manifest {
        return None;
    }
    let manifest = Manifest::read(out).ok().flatten()?;
    let is_there = |path: &str| {
        let there = seen.hash(&out.join(path))?;
        manifest.entry(path).filter(|entry| entry.blake3 == there)
    };
    let files = manifest.paths().map(is_there).collect::<Option<Vec<_>>>()?;
    Some(files.len())
}
