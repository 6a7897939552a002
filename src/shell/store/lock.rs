//! One at a time: what several runs of the program must not do at once.
//!
//! The operating system holds the lock for as long as the process lives, and lets go of it when the
//! process ends, however it ends: no lock is ever stale. What a killed run leaves is a file that
//! nobody holds, and that the next run takes and removes.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "`store` is where files are read and written"
)]

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};

use super::Error;
use crate::base::diagnostic::Problem;

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

/// Takes the lock that the file `path` stands for, in a folder that exists; the file is there for
/// as long as the lock is held. Where the file system knows no locks, nobody is kept out.
///
/// # Errors
/// `busy` if another process holds it, or the operating system's error.
pub(crate) fn lock(path: &Path, busy: impl FnOnce() -> Problem) -> Result<Lock, Error> {
    loop {
        // Also open to read, since a pipe in its place would be waited for otherwise.
        let file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
        match file.file().try_lock() {
            // Whoever held it may have removed the file since it was opened: then it is nobody's.
            Ok(()) if is_at(&file, path)? => return Ok(Lock { file, path: path.to_owned() }),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy().into()),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(Lock { file, path: path.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
}

/// Whether a file that is open is the one at its path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    match fs_err::metadata(path) {
        Ok(there) => Ok((open.dev(), open.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Here the file is never removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held, so that nobody else's file is.
        if cfg!(unix) {
            let _ = fs_err::remove_file(&self.path);
        }
        let _ = self.file.file().unlock();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn busy() -> Problem {
        Problem::new("busy")
    }

    #[test]
    fn a_lock_is_held_by_one_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".lock");
        let held = lock(&path, busy).unwrap();
        assert!(lock(&path, busy).unwrap_err().to_string().contains("busy"));
        drop(held);
        assert!(cfg!(not(unix)) || !path.exists());
        // What a killed run leaves.
        fs_err::write(&path, "").unwrap();
        drop(lock(&path, busy).unwrap());
        assert!(lock(&dir.path().join("none/.lock"), busy).is_err());
    }

    #[test]
    fn of_many_at_once_never_two_hold_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".lock");
        let (inside, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        if let Ok(_held) = lock(&path, busy) {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            taken.fetch_add(1, Ordering::SeqCst);
                            inside.fetch_sub(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        assert!(taken.load(Ordering::SeqCst) > 0);
    }
}
