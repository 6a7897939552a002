//! The folder of a site, held by one run, with the workspace in which the next site is made.
//!
//! The workspace of `site` is `.site.dfa-report` beside it, on the same file system, so that one
//! rename can put the whole site in its place. Where nothing can be put beside it (it is a mount
//! point, or the folder around it cannot be written), or where the program runs inside of it and
//! its caller would be left in a folder that is gone, the workspace is `.dfa-report` in the folder
//! and the files are put in their places one by one. A workspace has the lock, and while the site
//! is exchanged a journal: [`super::exchange`] says what is in it.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::super::lock::{Lock, lock};
use super::super::{Error, shown};
use super::paths::WORKSPACE;
use crate::base::diagnostic::{Place, Problem};

/// Names in a workspace.
const LOCK: &str = "lock";
pub(super) const JOURNAL: &str = "journal.json";
/// A journal that is being written.
pub(super) const DRAFT: &str = "journal.json.draft";
pub(super) const NEXT: &str = "next";
pub(super) const OLD: &str = "old";

/// A site's folder that no other run changes.
#[derive(Debug)]
pub(crate) struct Held {
    /// The folder as the user named it.
    pub(super) named: PathBuf,
    /// The folder itself, with all links followed.
    pub(super) out: PathBuf,
    /// Where the next site is made.
    pub(super) workspace: PathBuf,
    /// Whether files are put in their places one by one.
    pub(super) in_place: bool,
    lock: Option<Lock>,
}

/// Takes the folder of a site, and its workspace.
///
/// # Errors
/// A problem if another run has it; the operating system's error.
pub(super) fn take(out: &Path) -> Result<Held, Error> {
    loop {
        let mut held = place(out)?;
        match held.locked() {
            // Another run removed the workspace when it had done, between our two steps.
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            taken => {
                held.lock = Some(taken?);
                return Ok(held);
            }
        }
    }
}

/// Whether there is a workspace with something of this name, or at all if it is empty.
pub(super) fn has_workspace(out: &Path, name: &str) -> bool {
    let has = |workspace: &Path| workspace.join(name).exists();
    let beside = workspaces(out).ok().and_then(|(_, beside)| beside);
    beside.is_some_and(|beside| has(&beside)) || has(&out.join(WORKSPACE))
}

/// The folder with all links followed, and the workspace beside it where there can be one.
fn workspaces(out: &Path) -> Result<(PathBuf, Option<PathBuf>), Error> {
    let resolved = match fs_err::canonicalize(out) {
        Ok(resolved) => resolved,
        Err(_) if out.is_symlink() => {
            let problem = Problem::new("the link leads to nothing, or to itself");
            return Err(problem
                .at(Place::file(shown(out)))
                .hint("make the folder that it should lead to, or remove the link")
                .into());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
            let Some(name) = out.file_name() else { return Err(error.into()) };
            fs_err::canonicalize(parent.unwrap_or(Path::new(".")))?.join(name)
        }
        Err(error) => return Err(error.into()),
    };
    let beside = resolved.file_name().filter(|_| !is_mount_point(&resolved)).map(|name| {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(WORKSPACE);
        resolved.with_file_name(hidden)
    });
    Ok((resolved, beside))
}

fn place(named: &Path) -> Result<Held, Error> {
    if let Some(parent) = named.parent() {
        fs_err::create_dir_all(parent)?;
    }
    let (out, beside) = workspaces(named)?;
    let is_inside = std::env::current_dir().is_ok_and(|current| current.starts_with(&out));
    let held = |workspace, in_place| {
        Ok(Held { named: named.to_owned(), out: out.clone(), workspace, in_place, lock: None })
    };
    let cannot = |error: &io::Error| {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) && out.is_dir()
    };
    if let Some(beside) = beside {
        match fs_err::create_dir(&beside) {
            Err(error) if cannot(&error) => {}
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => return held(beside, is_inside),
        }
    }
    let inside = out.join(WORKSPACE);
    match fs_err::create_dir(&inside) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => held(inside, true),
    }
}

/// Whether a file system begins at this folder, so that nothing can be renamed to it from outside.
#[cfg(unix)]
fn is_mount_point(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| fs_err::metadata(path).map(|metadata| metadata.dev()).ok();
    match folder.parent() {
        Some(parent) => device(folder).is_some_and(|own| device(parent) != Some(own)),
        None => true,
    }
}

#[cfg(not(unix))]
fn is_mount_point(folder: &Path) -> bool {
    folder.parent().is_none()
}

impl Held {
    fn locked(&self) -> Result<Lock, Error> {
        let path = self.workspace.join(LOCK);
        // A folder of that name that is not a workspace is somebody's.
        let known = [LOCK, JOURNAL, DRAFT, NEXT, OLD];
        let entries = fs_err::read_dir(&self.workspace)?;
        let names: Vec<OsString> =
            entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
        // Our runs leave nothing but beside their lock.
        let has_lock = names.iter().any(|name| name == LOCK);
        let other = names.iter().find(|name| !has_lock || !known.iter().any(|k| *name == *k));
        if let Some(other) = other {
            let message = "the program works in this folder, which holds a file of others";
            return Err(Problem::new(message)
                .at(Place::file(shown(&self.workspace.join(other))))
                .hint("move it elsewhere")
                .into());
        }
        lock(&path, &format!("publishing into `{}`", shown(&self.named)))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(lock) = self.lock.take() else {
            // Not taken: another run's, or of nobody if it is empty.
            let _ = fs_err::remove_dir(&self.workspace);
            return;
        };
        let left = fs_err::read_dir(&self.workspace).map_or(0, Iterator::count);
        if left > 1 {
            // What could not be finished is left to the next run.
            lock.leave();
            return;
        }
        // The lock goes first: it is in the folder.
        drop(lock);
        let _ = fs_err::remove_dir(&self.workspace);
    }
}
