//! What stands at a path: nothing, a folder, a plain file, or what cannot be used as either.
//!
//! Only what is absent is passed over. What is there and cannot be read is a problem: taken for
//! absent, it would be replaced by a default that nobody asked for.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::io;
use std::path::Path;

use super::shown;
use crate::base::diagnostic::{Place, Problem};

/// Whether something stands at a path, a link that leads nowhere included.
///
/// # Errors
/// If the system does not say.
pub(super) fn is_there(path: &Path) -> Result<bool, Problem> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Whether a folder stands at a path; false if nothing does.
///
/// # Errors
/// If it is something else, or cannot be read.
pub(super) fn is_folder(path: &Path) -> Result<bool, Problem> {
    match std::fs::read_dir(path) {
        Ok(_) => Ok(true),
        Err(_) if !is_there(path)? => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let message = format!("there is no folder `{}`: a file has its place", shown(path));
            Err(Problem::new(message).at(Place::file(shown(path))))
        }
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// The contents of a plain file.
///
/// A pipe is not opened, since opening it would wait for whoever writes into it, and a device may
/// have no end.
///
/// # Errors
/// If it is none, or cannot be read.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    let failed = |error: io::Error| unreadable(path, &error);
    let kind = path.metadata().map_err(failed)?;
    if !kind.is_file() {
        let what = if kind.is_dir() { "a folder" } else { "a pipe, a socket or a device" };
        let problem = Problem::new(format!("{what} where a file should be"));
        return Err(problem.at(Place::file(shown(path))).hint("put a plain file in its place"));
    }
    std::fs::read(path).map_err(failed)
}

/// The contents of a file of a site, `None` if there is none; a folder in its place is no file.
///
/// # Errors
/// If it is a pipe or a device, or cannot be read.
pub(super) fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs_err::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(None),
        // A pipe would be waited for, a device may never end.
        Ok(metadata) if !metadata.is_file() => {
            let message = format!("`{}` is not a plain file", shown(path));
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
        Ok(_) => fs_err::read(path).map(Some),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Something that the system does not let one read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let place = Place::file(shown(path));
    if path.is_symlink() && error.kind() != io::ErrorKind::PermissionDenied {
        let problem = Problem::new("the link leads to itself, to a folder above it or to nothing");
        return problem.at(place).hint("put the file in its place, or link another");
    }
    Problem::new(format!("it cannot be read: {error}")).at(place)
}

/// Below a file there is nothing either.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
