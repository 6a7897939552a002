//! A lock on a folder that one run at a time may change.
//!
//! It is the operating system's lock on an open file, which goes with the process however that
//! ends: a lock file that nobody holds is left over from a killed run and bars no one.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]
#![expect(clippy::disallowed_types, reason = "`store` is where files are read and written")]

use std::fs::TryLockError;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Error, shown};
use crate::base::diagnostic::{Place, Problem};

/// How the contents of a lock file begin; the number of the process follows.
const MARK: &str = "dfa-report, process ";

/// Longest contents of a lock file.
const LONGEST: u64 = 64;

/// Held until it is dropped; the file goes with it.
#[derive(Debug)]
pub(crate) struct Lock {
    file: fs_err::File,
    path: PathBuf,
    stays: bool,
}

impl Lock {
    /// Gives the lock up and leaves its file, which marks what else is left.
    pub(super) fn leave(mut self) {
        self.stays = true;
    }
}

/// Locks by the file at `path`, in a folder that exists. `doing` says what another run does that
/// holds it, as in "another run is {doing}".
///
/// # Errors
/// A problem if another run holds it, or if the file is not a lock of this program; the operating
/// system's error.
pub(crate) fn lock(path: &Path, doing: &str) -> Result<Lock, Error> {
    let mut options = fs_err::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    loop {
        refuse_other_kinds(path)?;
        let mut file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(&mut file, doing).into()),
            // A file system without locks: nothing excludes another run there.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // Its holder may have removed it between our opening and locking it.
        if !is_still_at(&file, path)? {
            continue;
        }
        let written = contents(&mut file)?;
        if !written.is_empty() && !written.starts_with(MARK) {
            return Err(not_ours(path).into());
        }
        // The number is for a message only; on a full disk the lock holds without it.
        let number = format!("{MARK}{}\n", std::process::id());
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(number.as_bytes()));
        return Ok(Lock { file, path: path.to_owned(), stays: false });
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Before the lock is given up, so that the next holder's file is not the one removed. What
        // stays is taken for the left-over file that it is.
        if !self.stays {
            let _ = fs_err::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// Nothing is opened that may wait for a partner, or lead elsewhere.
fn refuse_other_kinds(path: &Path) -> Result<(), Problem> {
    match fs_err::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(not_ours(path)),
        _ => Ok(()),
    }
}

fn not_ours(path: &Path) -> Problem {
    Problem::new("this is not a lock of dfa-report")
        .at(Place::file(shown(path)))
        .hint("move it elsewhere: a lock has to stand here while the program works")
}

fn busy(file: &mut fs_err::File, doing: &str) -> Problem {
    let written = contents(file).unwrap_or_default();
    let process = written
        .strip_prefix(MARK)
        .map_or_else(String::new, |number| format!(" (process {})", number.trim()));
    Problem::new(format!("another run{process} is {doing}"))
        .hint("wait for its end and try again; nothing was changed")
}

fn contents(file: &mut fs_err::File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(unix)]
fn is_still_at(file: &fs_err::File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    Ok(fs_err::metadata(path)
        .is_ok_and(|there| (there.dev(), there.ino()) == (open.dev(), open.ino())))
}

/// Elsewhere a name is not given anew while the file is open.
#[cfg(not(unix))]
fn is_still_at(_: &fs_err::File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(result: Result<Lock, Error>) -> String {
        match result {
            Err(Error::Problems(problems)) => problems.to_string(),
            other => panic!("expected a problem, got {other:?}"),
        }
    }

    #[test]
    fn one_at_a_time_and_nothing_stays_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = lock(&path, "publishing").unwrap();
        let told = message(lock(&path, "publishing"));
        let process = format!("another run (process {}) is publishing", std::process::id());
        assert!(told.contains(&process), "{told}");
        drop(first);
        assert!(!path.exists());
        drop(lock(&path, "publishing").unwrap());
    }

    #[test]
    fn a_lock_that_nobody_holds_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        for left_over in ["", "dfa-report, process 4711\n"] {
            fs_err::write(&path, left_over).unwrap();
            drop(lock(&path, "publishing").unwrap());
        }
    }

    #[test]
    fn a_file_of_another_program_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        fs_err::write(&path, "mine").unwrap();
        assert!(message(lock(&path, "publishing")).contains("not a lock of dfa-report"));
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "mine");
        fs_err::remove_file(&path).unwrap();
        fs_err::create_dir(&path).unwrap();
        assert!(message(lock(&path, "publishing")).contains("not a lock of dfa-report"));
    }

    #[test]
    fn many_threads_hold_it_one_after_another() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let inside = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut done = 0;
                    while done < 200 {
                        let Ok(_held) = lock(&path, "counting") else { continue };
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        done += 1;
                    }
                });
            }
        });
    }
}
