//! A store in a folder: one file an entry, put there under its name when it is whole.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::fs::Metadata;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use walkdir::WalkDir;

use super::super::plain::{is_absent, is_folder, read_if_there};
use super::super::record::ignore;
use super::super::shown;
use super::super::write::{is_temporary, replace};
use super::name::{Failure, Listed, parsed};
use crate::base::diagnostic::{Place, Problem};

#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// # Errors
    /// If something stands there, or above it, that is no folder or cannot be read.
    pub(super) fn open(path: PathBuf) -> Result<Self, Problem> {
        let named = |problem: Problem| {
            let message = format!("the results store cannot be here: {}", problem.message);
            let place = problem.place.clone().unwrap_or_else(|| Place::file(shown(&path)));
            Problem { message, ..problem }.at(place).hint("name another folder with --store")
        };
        // The nearest that is there, from the folder upwards.
        for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
            if is_folder(part).map_err(named)? {
                break;
            }
        }
        Ok(Self { path })
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        read_if_there(&self.path.join(name)).map_err(|error| failed(&error))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.path.join(name).is_file()
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let file = self.path.join(name);
        let put = || {
            let folder = file.parent().unwrap_or(&self.path);
            if !folder.is_dir() {
                fs_err::create_dir_all(folder)?;
                self.path.parent().into_iter().for_each(ignore);
            }
            replace(&file, bytes)
        };
        put().or_else(|error| {
            // Some systems do not let go of a file that another run reads; it is as good as ours.
            let is_there = read_if_there(&file).is_ok_and(|there| there.as_deref() == Some(bytes));
            if is_there { Ok(()) } else { Err(failed(&error)) }
        })
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), Failure> {
        match fs_err::remove_file(self.path.join(name)) {
            Err(error) if !is_absent(&error) => Err(failed(&error)),
            _ => Ok(()),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<Listed>, Failure> {
        let mut listed = Vec::new();
        for file in self.files() {
            let (name, metadata) = file.map_err(|error| failed(&error))?;
            let Some((kind, key)) = parsed(&name) else { continue };
            let modified = metadata.modified().map_err(|error| failed(&error))?;
            let bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
            listed.push(Listed { kind, key: key.to_owned(), bytes, modified });
        }
        Ok(listed)
    }

    pub(super) fn sweep(&self, before: SystemTime, is_dry: bool) -> usize {
        let is_left = |(name, metadata): &(String, Metadata)| {
            let file = name.rsplit('/').next().unwrap_or(name);
            is_temporary(file) && metadata.modified().is_ok_and(|modified| modified < before)
        };
        let left = self.files().filter_map(Result::ok).filter(is_left);
        left.filter(|(name, _)| is_dry || fs_err::remove_file(self.path.join(name)).is_ok()).count()
    }

    /// Plain files below the folder, by their names there, and what is known of them. What another
    /// run removes meanwhile is not there.
    fn files(&self) -> impl Iterator<Item = io::Result<(String, Metadata)>> {
        let walk = WalkDir::new(&self.path).min_depth(3).max_depth(3).sort_by_file_name();
        let file = |found: walkdir::Result<walkdir::DirEntry>| {
            let found = found?;
            let metadata = found.metadata()?;
            let name = found.path().strip_prefix(&self.path).map_err(io::Error::other)?;
            Ok(metadata.is_file().then(|| (shown(name), metadata)))
        };
        walk.into_iter().filter_map(move |found| match file(found) {
            Ok(file) => file.map(Ok),
            Err(error) if is_absent(&error) => None,
            Err(error) => Some(Err(error)),
        })
    }

    pub(super) fn shown(&self, name: &str) -> String {
        if name.is_empty() { shown(&self.path) } else { shown(&self.path.join(name)) }
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure { words: reason(error), is_of_all: false }
}

/// What the system says, without the path, which is told beside it and may be of a temporary file.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidInput => "it is not a plain file".to_owned(),
        io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    }
}
