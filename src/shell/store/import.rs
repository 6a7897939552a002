//! Price files that a user has somewhere, and the prices of a source put in their place.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "`store` is where files are read and written"
)]

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::fetched::remove_other;
use super::read::{files, price_file};
use super::{Error, shown, write_file};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::prices::data::Format;
use crate::prices::quotes::bounds;

/// How the names of price files end; `prices.csv.gz` does too.
const ENDINGS: [&str; 5] = ["csv", "txt", "tsv", "parquet", "gz"];

/// Files by their names as messages show them.
type Files = Vec<(String, Vec<u8>)>;

/// Reads what paths lead to, in their order: every file that is named, and of every folder those
/// directly in it that end as price files do, sorted by name, each once; and names the other files
/// of the folders.
///
/// # Errors
/// Every path that leads nowhere, folder without a price file, and file that cannot be read, is no
/// plain file or too large.
pub(crate) fn raw_files(paths: &[PathBuf]) -> Result<(Files, Vec<String>), Problems> {
    let mut problems = Problems::new();
    let (mut found, mut passed_over) = (Files::new(), Vec::new());
    for path in paths {
        let below = if path.is_dir() {
            files(path, 1, |_| false, &mut problems)
        } else {
            vec![path.clone()]
        };
        let (wanted, others): (Vec<PathBuf>, Vec<PathBuf>) =
            below.into_iter().partition(|file| file == path || is_price_file(file));
        passed_over.extend(others.iter().map(|file| shown(file)));
        if wanted.is_empty() {
            problems.push(
                Problem::new("the folder has no price files")
                    .at(Place::file(shown(path)))
                    .expected(format!("files that end in {}", ENDINGS.join(", "))),
            );
        }
        for path in wanted {
            let file = shown(&path);
            if found.iter().any(|(known, _)| *known == file) {
                continue;
            }
            let left =
                bounds::LARGEST_IN_ALL - found.iter().map(|(_, b)| b.len() as u64).sum::<u64>();
            match read(&path, bounds::LARGEST_FILE.min(left)) {
                Ok(bytes) => found.push((file, bytes)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    problems.into_result((found, passed_over))
}

/// The contents of a file, up to a size.
///
/// A pipe is not opened, since opening it would wait for whoever writes into it, and a device may
/// have no end.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, Problem> {
    let place = || Place::file(shown(path));
    let failed =
        |error: io::Error| Problem::new(format!("the file cannot be read: {error}")).at(place());
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        let problem = Problem::new("the path leads to a pipe or a device").at(place());
        return Err(problem.expected("a file").hint("save what comes from it as a file first"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 <= most {
        return Ok(bytes);
    }
    let (message, most) = match most {
        bounds::LARGEST_FILE => ("the file is too large", bounds::LARGEST_FILE),
        _ => ("the files are too large together", bounds::LARGEST_IN_ALL),
    };
    let expected = format!("{} at most", bounds::size(most));
    Err(Problem::new(message).at(place()).expected(expected).hint(bounds::SMALLER))
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
    use super::*;

    #[test]
    fn a_folder_gives_its_price_files_in_order_and_a_path_itself() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["XLB.csv", "SPY.CSV", "old.csv.gz", "README.md", ".hidden.csv", "sub/XLE.csv"]
        {
            write_file(&dir.path().join(name), name.as_bytes(), false).unwrap();
        }
        let (found, passed_over) =
            raw_files(&[dir.path().join("XLB.csv"), dir.path().to_owned()]).unwrap();
        let name = |file: &str| file.rsplit('/').next().unwrap().to_owned();
        let names: Vec<String> = found.iter().map(|(file, _)| name(file)).collect();
        assert_eq!(names, ["XLB.csv", "SPY.CSV", "old.csv.gz"]);
        assert_eq!(name(&passed_over[0]), "README.md");
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
