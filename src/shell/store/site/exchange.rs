//! The next site takes the place of the one that is there.
//!
//! In the workspace, `next` is the new site, whole before anything begins. Then, as far as the
//! system can:
//!
//! 1. `exchange`: `next` and the site's folder exchange their names in one step. Whoever reads sees
//!    the old site or the new one.
//! 2. `rename`: the site's folder becomes `old`, `next` becomes the site's folder. Between these two
//!    steps there is no site.
//! 3. `in place`: file by file, the manifest last.
//!
//! `journal.json` says which, and is there from before the first step until after the last, so that
//! the next run can finish what a killed one began: after an exchange the old site is cleared away,
//! after half a renaming the other half follows, and files are put in their places up to the last.
//! If nothing had begun, the new site is cleared away.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::plain::read_if_there;
use super::super::{Error, shown, write};
use super::disk;
use super::folder::{DRAFT, Held, JOURNAL, NEXT, OLD};
use super::manifest::{MANIFEST, Manifest};
use super::movable::{all_can_move, refuse_unwritable};
use super::paths::{found, is_there, make_folders, remove_listed};
use super::sweep::{clear, is_same, sweep};
use crate::base::diagnostic::{Place, Problem};

/// What has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", deny_unknown_fields)]
enum Journal {
    /// Nobody can tell an old folder from a new one by its name after an exchange; the inode of
    /// the new one can.
    Exchange {
        next: u64,
    },
    Rename,
    InPlace,
}

impl Held {
    pub(super) fn next(&self) -> PathBuf {
        self.workspace.join(NEXT)
    }

    fn old(&self) -> PathBuf {
        self.workspace.join(OLD)
    }

    /// Notes what begins, whole or not at all.
    fn note(&self, journal: Journal) -> io::Result<()> {
        let (draft, path) = (self.workspace.join(DRAFT), self.workspace.join(JOURNAL));
        let text = serde_json::to_string(&journal)?;
        disk::write(&draft, text.as_bytes(), &path)?;
        disk::rename(&draft, &path)
    }
}

/// Puts the new site of the workspace in its place, and clears the old one away. `shared` are the
/// folders with files of the old or the new site.
///
/// # Errors
/// The operating system's. [`finish`] then brings about the old site or the new one.
pub(super) fn put(held: &Held, shared: &BTreeSet<&str>) -> Result<(), Error> {
    let (next, old, out) = (held.next(), held.old(), &held.out);
    if !is_there(out) {
        return Ok(disk::rename_folder(&next, out)?);
    }
    if !held.in_place && all_can_move(held, shared)? {
        if let Some(inode) = inode(&next)? {
            held.note(Journal::Exchange { next: inode })?;
            match disk::exchange(&next, out) {
                Ok(()) => return finish(held),
                Err(error) if is_unsupported(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        held.note(Journal::Rename)?;
        match disk::rename_folder(out, &old) {
            Ok(()) => {
                disk::rename_folder(&next, out)?;
                return finish(held);
            }
            Err(error) if is_unsupported(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    refuse_unwritable(out, shared)?;
    held.note(Journal::InPlace)?;
    finish(held)
}

/// Whether the system has no such call for these folders: an old kernel or file system, a mount
/// point, the lower layer of an overlay, a folder of another user.
fn is_unsupported(error: &io::Error) -> bool {
    use io::ErrorKind::{
        CrossesDevices, InvalidInput, PermissionDenied, ResourceBusy, Unsupported,
    };
    let kind = error.kind();
    matches!(kind, Unsupported | InvalidInput | CrossesDevices | ResourceBusy | PermissionDenied)
}

/// Finishes what has begun, or clears away what has not; nothing is left in the workspace but the
/// lock.
///
/// # Errors
/// A problem if the journal cannot be understood; the operating system's error.
pub(super) fn finish(held: &Held) -> Result<(), Error> {
    let (next, old, out) = (held.next(), held.old(), &held.out);
    match journal(held)? {
        Some(Journal::Exchange { next: new }) => {
            if inode(out)? == Some(new) {
                sweep(&next, out)?;
            } else if inode(&next)?.is_some_and(|there| there != new) {
                return Err(unclear(held).into());
            }
        }
        Some(Journal::Rename) if is_there(&old) => {
            if !is_there(out) {
                disk::rename_folder(if is_there(&next) { &next } else { &old }, out)?;
            } else if is_there(&next) {
                return Err(unclear(held).into());
            }
            sweep(&old, out)?;
        }
        Some(Journal::InPlace) => put_files(&next, out)?,
        None | Some(Journal::Rename) => {}
    }
    clear(&next)?;
    for name in [DRAFT, JOURNAL] {
        let path = held.workspace.join(name);
        if is_there(&path) {
            disk::remove_file(&path)?;
        }
    }
    Ok(())
}

fn journal(held: &Held) -> Result<Option<Journal>, Error> {
    let path = held.workspace.join(JOURNAL);
    let Some(bytes) = read_if_there(&path)? else { return Ok(None) };
    let journal = serde_json::from_slice(&bytes);
    journal.map(Some).map_err(|_| unclear(held).into())
}

fn unclear(held: &Held) -> Problem {
    let message = "an interrupted run left a site here that cannot be told from the one in place";
    Problem::new(message).at(Place::file(shown(&held.workspace))).hint(format!(
        "see which of them you need, then delete this folder; `{}` was not touched",
        shown(&held.named)
    ))
}

/// Moves every file of the new site that is still in `next` to its place, the manifest last, after
/// deleting what is no longer part of the site.
fn put_files(next: &Path, out: &Path) -> Result<(), Error> {
    // Without its manifest all is in place already.
    let Some(new) = Manifest::read(next)? else { return Ok(()) };
    let current = Manifest::read(out)?;
    for path in current.iter().flat_map(Manifest::paths).filter(|path| !new.lists(path)) {
        remove_listed(out, path)?;
    }
    for path in new.paths().chain([MANIFEST]) {
        let (from, to) = (next.join(path), out.join(path));
        if !is_there(&from) {
            continue;
        }
        if is_same(&from, &to) {
            // Renaming one name of a file to another leaves both.
            disk::remove_file(&from)?;
            continue;
        }
        make_folders(out, path, next)?;
        match disk::rename(&from, &to) {
            // A file system begins somewhere in the site.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                write::replace(&to, &fs_err::read(&from)?)?;
                disk::remove_file(&from)?;
            }
            moved => moved?,
        }
    }
    Ok(())
}

#[cfg(unix)]
fn inode(folder: &Path) -> io::Result<Option<u64>> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(found(folder)?.map(|there| there.ino()))
}

#[cfg(not(unix))]
fn inode(_: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}
