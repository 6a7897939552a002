//! Putting down one file, whole or not at all.
//!
//! Contents go to a temporary file in the same folder, which then takes the file's name in one
//! step: whoever reads meanwhile, or after a crash of the program, sees the old file or the new.
//! The data are not forced to the disk: what is written can be made or fetched again.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::{Error, shown};
use crate::base::diagnostic::{Place, Problem};

/// How the names of temporary files begin, so that those of a killed run can be told and removed.
const TEMPORARY: &str = ".dfa-report-tmp-";

/// Writes one file, with the folders above it. An existing file is kept unless `force` is set.
///
/// # Errors
/// A problem if the file exists and `force` is not set, or the operating system's error.
pub(crate) fn write_file(path: &Path, contents: &[u8], force: bool) -> Result<(), Error> {
    let folder = folder_of(path);
    fs_err::create_dir_all(folder)?;
    if force {
        return Ok(replace(path, contents)?);
    }
    // Not asked beforehand: the file may appear between the question and the act.
    match temporary(folder, contents)?.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            let problem = Problem::new("the file exists already").at(Place::file(shown(path)));
            Err(problem.hint("--force overwrites it").into())
        }
        Err(error) => Err(named(path, &error.error).into()),
    }
}

/// Puts `contents` in the place of a file that may or may not exist, in a folder that does.
pub(super) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let persisted = temporary(folder_of(path), contents)?.persist(path);
    persisted.map(|_| ()).map_err(|error| named(path, &error.error))
}

/// Whether a file is a temporary one of this module.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY)
}

/// The folder a file is in; a bare name is in the current one.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary(folder: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    // Temporary files are private by default; these become published ones, as the umask has it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents).map_err(|error| named(file.path(), &error))?;
    Ok(file)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write `{}`: {error}", shown(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_kept_unless_forced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/spec.yaml");
        write_file(&path, b"one", false).unwrap();
        let error = write_file(&path, b"two", false).unwrap_err();
        assert!(matches!(&error, Error::Problems(p) if p.to_string().contains("--force")));
        assert_eq!(fs_err::read(&path).unwrap(), b"one");
        write_file(&path, b"two", true).unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"two");
        let left: Vec<_> = fs_err::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file stays behind");
    }

    #[test]
    fn replacing_never_touches_the_old_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other_name) = (dir.path().join("a"), dir.path().join("b"));
        fs_err::write(&path, "old").unwrap();
        fs_err::hard_link(&path, &other_name).unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"new");
        assert_eq!(fs_err::read(&other_name).unwrap(), b"old", "renamed over, not written into");
    }

    #[cfg(unix)]
    #[test]
    fn a_published_file_is_as_readable_as_any_other() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (ours, plain) = (dir.path().join("a"), dir.path().join("b"));
        replace(&ours, b"").unwrap();
        fs_err::write(&plain, "").unwrap();
        let mode = |path| fs_err::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
