//! Price files that a user has somewhere, and the prices of a source put in their place.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::fetched::remove_other;
use super::read::price_file;
use super::{Error, shown, write_file};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::prices::data::Format;

/// How the names of price files end; `prices.csv.gz` does too.
const ENDINGS: [&str; 5] = ["csv", "txt", "tsv", "parquet", "gz"];

/// A file as it lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawFile {
    /// The file as messages show it.
    pub file: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// What paths lead to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RawFiles {
    /// Every file that was named, and of every folder those directly in it that end as price files
    /// do, sorted by name.
    pub files: Vec<RawFile>,
    /// The other files of the folders.
    pub passed_over: Vec<String>,
}

/// Reads the files that paths lead to, in the order of the paths, each once.
///
/// # Errors
/// Every path that leads nowhere, folder without a price file, and file that cannot be read.
pub(crate) fn raw_files(paths: &[PathBuf]) -> Result<RawFiles, Problems> {
    let mut problems = Problems::new();
    let mut found = RawFiles::default();
    for path in paths {
        if !path.is_dir() {
            take(path, &mut found, &mut problems);
            continue;
        }
        let before = (found.files.len(), problems.len());
        let walk = WalkDir::new(path).min_depth(1).max_depth(1).follow_links(true);
        for entry in walk.sort_by_file_name() {
            match entry {
                Ok(entry) if is_hidden(entry.path()) || entry.file_type().is_dir() => {}
                Ok(entry) if is_price_file(entry.path()) => {
                    take(entry.path(), &mut found, &mut problems);
                }
                Ok(entry) => found.passed_over.push(shown(entry.path())),
                Err(error) => problems.push(Problem::new(error.to_string())),
            }
        }
        if before == (found.files.len(), problems.len()) {
            problems.push(
                Problem::new("the folder has no price files")
                    .at(Place::file(shown(path)))
                    .expected(format!("files that end in {}", ENDINGS.join(", "))),
            );
        }
    }
    problems.into_result(found)
}

fn take(path: &Path, found: &mut RawFiles, problems: &mut Problems) {
    let file = shown(path);
    if found.files.iter().any(|known| known.file == file) {
        return;
    }
    match fs_err::read(path) {
        Ok(bytes) => found.files.push(RawFile { file, bytes }),
        Err(error) => problems.push(Problem::new(error.to_string())),
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn is_price_file(path: &Path) -> bool {
    let ending = path.extension().and_then(|extension| extension.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Puts a source's prices into its folder, whole or not at all. The file of the other format goes
/// once the new one is there, if `force` is set: a source has its prices once.
///
/// # Errors
/// A problem if the file exists and `force` is not set, or the operating system's error.
pub(crate) fn put_prices(
    folder: &Path,
    format: Format,
    contents: &[u8],
    force: bool,
) -> Result<(), Error> {
    write_file(&folder.join(price_file(format)), contents, force)?;
    if force {
        remove_other(folder, format)?;
    }
    Ok(())
}

/// Writes a file unless there is one; whether it did.
///
/// # Errors
/// The operating system's error.
pub(crate) fn write_if_absent(path: &Path, contents: &[u8]) -> Result<bool, Error> {
    if path.exists() {
        return Ok(false);
    }
    write_file(path, contents, false)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_folder_gives_its_price_files_in_order_and_a_path_itself() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["XLB.csv", "SPY.CSV", "old.csv.gz", "README.md", ".hidden.csv", "sub/XLE.csv"]
        {
            write_file(&dir.path().join(name), name.as_bytes(), false).unwrap();
        }
        let found = raw_files(&[dir.path().join("XLB.csv"), dir.path().to_owned()]).unwrap();
        let name = |file: &str| file.rsplit('/').next().unwrap().to_owned();
        let names: Vec<String> = found.files.iter().map(|file| name(&file.file)).collect();
        assert_eq!(names, ["XLB.csv", "SPY.CSV", "old.csv.gz"]);
        assert_eq!(name(&found.passed_over[0]), "README.md");
        let told = raw_files(&[dir.path().join("none.csv"), dir.path().join("README.md")]);
        assert!(told.unwrap_err().to_string().contains("none.csv"));
        let empty = tempfile::tempdir().unwrap();
        let told = raw_files(&[empty.path().to_owned()]).unwrap_err().to_string();
        assert!(told.contains("the folder has no price files"), "{told}");
    }

    #[test]
    fn prices_are_there_once() {
        let dir = tempfile::tempdir().unwrap();
        put_prices(dir.path(), Format::Csv, b"one", false).unwrap();
        assert!(put_prices(dir.path(), Format::Csv, b"two", false).is_err());
        assert_eq!(fs_err::read(dir.path().join("prices.csv")).unwrap(), b"one");
        put_prices(dir.path(), Format::Parquet, b"two", true).unwrap();
        let left: Vec<_> = fs_err::read_dir(dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1);
        assert!(write_if_absent(&dir.path().join("a"), b"1").unwrap());
        assert!(!write_if_absent(&dir.path().join("a"), b"2").unwrap());
    }
}
