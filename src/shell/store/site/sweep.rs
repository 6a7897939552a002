//! The old site is cleared away; what is not ours in it moves to the new one.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::path::Path;

use walkdir::WalkDir;

use super::super::{Error, shown};
use super::disk;
use super::manifest::{MANIFEST, Manifest};
use super::paths::{folders, is_there, make_folders};
use crate::base::diagnostic::{Place, Problem};

/// Clears the old site away: its own files are deleted, what others put there moves to the same
/// place of the new one. May be done again from wherever it stopped.
///
/// # Errors
/// A problem for what is not ours and has its place taken; the operating system's error.
pub(super) fn sweep(old: &Path, new: &Path) -> Result<(), Error> {
    if !is_there(old) {
        return Ok(());
    }
    let manifest = Manifest::read(old)?;
    let mut ours: BTreeSet<&str> = manifest.iter().flat_map(Manifest::paths).collect();
    let folders: BTreeSet<&str> = ours.iter().copied().flat_map(folders).collect();
    ours.insert(MANIFEST);
    let sweeper = Sweeper { old, new, ours: &ours, folders: &folders };
    // What others have comes back first: until then it is not in its place.
    sweeper.move_others("")?;
    sweeper.clear("")?;
    // The manifest goes last, since it says what is ours.
    if manifest.is_some() {
        disk::remove_file(&old.join(MANIFEST))?;
    }
    Ok(disk::remove_dir(old)?)
}

struct Sweeper<'a> {
    old: &'a Path,
    new: &'a Path,
    /// Files that the manifest lists, with itself.
    ours: &'a BTreeSet<&'a str>,
    /// The folders that these are in.
    folders: &'a BTreeSet<&'a str>,
}

impl Sweeper<'_> {
    /// Moves what is not ours and not in the new site out of one folder; `below` is its path in the
    /// site, empty or with a `/` at its end.
    fn move_others(&self, below: &str) -> Result<(), Error> {
        for entry in fs_err::read_dir(self.old.join(below))? {
            let entry = entry?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            let to = self.new.join(below).join(entry.file_name());
            let is_folder = entry.file_type()?.is_dir();
            if is_folder && (self.folders.contains(path.as_str()) || is_there(&to)) {
                self.move_others(&format!("{path}/"))?;
            } else if !is_there(&to) && (is_folder || !self.ours.contains(path.as_str())) {
                make_folders(self.new, &path, self.old)?;
                disk::rename(&entry.path(), &to)?;
            }
        }
        Ok(())
    }

    /// Clears one folder: what is left in it is ours, or in the new site as well.
    fn clear(&self, below: &str) -> Result<(), Error> {
        for entry in fs_err::read_dir(self.old.join(below))? {
            let entry = entry?;
            let path = format!("{below}{}", entry.file_name().to_string_lossy());
            let (from, to) = (entry.path(), self.new.join(below).join(entry.file_name()));
            if entry.file_type()?.is_dir() {
                self.clear(&format!("{path}/"))?;
                disk::remove_dir(&from)?;
            } else if path == MANIFEST {
                // The last of all.
            } else if self.ours.contains(path.as_str()) || is_same(&from, &to) {
                disk::remove_file(&from)?;
            } else {
                let message = "this file is not ours, and its place in the new site is taken";
                return Err(Problem::new(message)
                    .at(Place::file(shown(&from)))
                    .hint(format!("see whether you need it or `{}`, and delete one", shown(&to)))
                    .into());
            }
        }
        Ok(())
    }
}

/// Whether both are the same file or link, or files of the same bytes.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (fs_err::symlink_metadata(one), fs_err::symlink_metadata(other))
    else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if (first.dev(), first.ino()) == (second.dev(), second.ino()) {
            return true;
        }
    }
    first.is_file()
        && second.is_file()
        && first.len() == second.len()
        && fs_err::read(one).is_ok_and(|bytes| fs_err::read(other).is_ok_and(|it| it == bytes))
}

/// Removes a folder of the workspace with all that is in it, if it is there.
///
/// # Errors
/// The operating system's.
pub(super) fn clear(folder: &Path) -> Result<(), Error> {
    if !is_there(folder) {
        return Ok(());
    }
    for entry in WalkDir::new(folder).contents_first(true) {
        let entry = entry.map_err(std::io::Error::from)?;
        if entry.file_type().is_dir() {
            disk::remove_dir(entry.path())?;
        } else {
            disk::remove_file(entry.path())?;
        }
    }
    Ok(())
}
