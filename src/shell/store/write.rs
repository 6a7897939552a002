//! Putting down one file, whole or not at all.
//!
//! Contents go to a temporary file in the same folder, which then takes the file's name in one
//! step: whoever reads meanwhile, or after a crash of the program, sees the old file or the new.
//! The data are not forced to the disk: what is written can be made or fetched again.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Error, shown};
use crate::base::diagnostic::{Place, Problem, Problems};

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

/// A file that is to be made.
pub(crate) struct NewFile {
    /// Where, with `/` between its parts.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// Writes files below a folder, all of them or none. Those that exist already are left as they are
/// with `keep`, and returned.
///
/// # Errors
/// A problem for every file that exists, unless `keep` is set, or the operating system's error; then
/// nothing has been written.
pub(crate) fn write_new(
    folder: &Path,
    files: &[NewFile],
    keep: bool,
) -> Result<Vec<String>, Error> {
    let folder = if folder == Path::new(".") { Path::new("") } else { folder };
    let path = |file: &NewFile| folder.join(&file.path);
    let (there, absent): (Vec<&NewFile>, Vec<&NewFile>) =
        files.iter().partition(|file| path(file).symlink_metadata().is_ok());
    if !keep {
        let mut problems = Problems::new();
        for file in &there {
            let problem = Problem::new("the file exists already");
            let hint = "nothing has been written; --keep leaves such files and writes the others";
            problems.push(problem.at(Place::file(shown(&path(file)))).hint(hint));
        }
        problems.into_result(())?;
    }
    let mut made: Vec<PathBuf> = Vec::new();
    for file in absent {
        let path = path(file);
        let above = path.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty());
        let mut new: Vec<_> = above.filter(|above| !above.exists()).map(Path::to_owned).collect();
        new.reverse();
        let written = write_file(&path, file.text.as_bytes(), false);
        made.extend(new);
        if let Err(error) = written {
            unmake(&made);
            return Err(error);
        }
        made.push(path);
    }
    Ok(there.into_iter().map(|file| shown(&path(file))).collect())
}

/// Removes files and folders that were just made, the last first. What cannot be removed is in use
/// by somebody else by now, and stays.
fn unmake(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let _ = if path.is_dir() { fs_err::remove_dir(path) } else { fs_err::remove_file(path) };
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
    fn new_files_are_written_all_or_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = |path: &str| NewFile { path: path.to_owned(), text: path.to_owned() };
        let names = || {
            let mut names: Vec<_> = walkdir::WalkDir::new(dir.path())
                .min_depth(1)
                .into_iter()
                .map(|entry| shown(entry.unwrap().path().strip_prefix(dir.path()).unwrap()))
                .collect();
            names.sort();
            names
        };
        fs_err::write(dir.path().join("a"), "mine").unwrap();
        fs_err::create_dir(dir.path().join("b")).unwrap();
        let three = [file("c/d"), file("a"), file("b")];
        let Err(Error::Problems(told)) = write_new(dir.path(), &three, false) else { panic!() };
        assert!(told.to_string().contains("also at"), "both are told: {told}");
        assert_eq!(names(), ["a", "b"]);
        // A folder cannot be made where a file is: found out on the way.
        let blocked = [file("c/d/e"), file("b/f"), file("a/g")];
        assert!(write_new(dir.path(), &blocked, true).is_err());
        assert_eq!(names(), ["a", "b"], "what was written is taken back");
        assert_eq!(write_new(dir.path(), &three, true).unwrap().len(), 2);
        assert_eq!(names(), ["a", "b", "c", "c/d"]);
        assert_eq!(fs_err::read_to_string(dir.path().join("a")).unwrap(), "mine");
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
