//! The files of a source whose prices are fetched: what is there, what is kept while a download
//! goes on, what is put down at its end.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::io;
use std::path::{Path, PathBuf};

use super::plain::{is_absent, read_if_there};
use super::read::{
    PRICE_FILES, PriceFile, absent, folders, price_file, prices, text, text_if_there,
};
use super::write::{is_temporary, replace};
use super::{Error, TextFile, shown};
use crate::base::diagnostic::{Problem, Problems};
use crate::base::name::is_file_name;
use crate::prices::data::Format;

/// What lies in the folder of a source that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclaredFiles {
    /// The folder.
    pub folder: PathBuf,
    /// `source.yaml`.
    pub declaration: TextFile,
    /// The prices, if there are any yet.
    pub prices: Option<PriceFile>,
    /// `source.lock`, if there is one.
    pub lock: Option<TextFile>,
}

/// The folder `data/<name>/`, if it has a `source.yaml`.
///
/// # Errors
/// If it has none.
pub(crate) fn declared_folder(dir: &Path, name: &str) -> Result<PathBuf, Problem> {
    let folder = dir.join(name);
    if is_file_name(name) && folder.join("source.yaml").is_file() {
        return Ok(folder);
    }
    let declared = folders(dir, |folder| folder.join("source.yaml").is_file());
    let problem = Problem::new(format!("there is no source `{name}` in `{}`", shown(dir)))
        .hint("name another folder with --data");
    Err(absent(problem, name, "source.yaml", &declared, "there is none yet"))
}

/// Reads what the folder of a source has for a download.
///
/// # Errors
/// If there are prices in both formats, or a file cannot be read.
pub(crate) fn declared(folder: PathBuf) -> Result<DeclaredFiles, Problems> {
    let declaration = folder.join("source.yaml");
    let mut problems = Problems::new();
    let prices = prices(&folder).map_err(|problem| problems.push(problem)).ok().flatten();
    let lock = text_if_there(&folder.join("source.lock"));
    let lock = lock.map_err(|problem| problems.push(problem)).ok().flatten();
    match text(&declaration).map_err(|problem| problems.push(problem)).ok() {
        Some(declaration) => {
            problems.into_result(DeclaredFiles { folder, declaration, prices, lock })
        }
        None => Err(problems),
    }
}

/// Puts down the prices and the lock of a source, each whole or not at all; a file that has those
/// contents already is left alone. Says whether anything was written.
///
/// The prices come first: should the lock not follow, the next download finds prices that are not
/// the lock's and compares all of them.
///
/// # Errors
/// The operating system's.
pub(crate) fn write_fetched(
    folder: &Path,
    format: Format,
    prices: &[u8],
    lock: &str,
) -> Result<bool, Error> {
    let prices = write_changed(&folder.join(price_file(format)), prices)?;
    let lock = write_changed(&folder.join("source.lock"), lock.as_bytes())?;
    Ok(prices | lock | remove_other(folder, format)?)
}

fn write_changed(path: &Path, contents: &[u8]) -> io::Result<bool> {
    if read_if_there(path).is_ok_and(|old| old.as_deref() == Some(contents)) {
        return Ok(false);
    }
    replace(path, contents)?;
    Ok(true)
}

/// Removes the price file of another format: a source has its prices once. Says whether there was
/// one.
pub(super) fn remove_other(folder: &Path, format: Format) -> io::Result<bool> {
    let others = PRICE_FILES.iter().filter(|(_, known)| *known != format);
    others.map(|(file, _)| removed(&folder.join(file))).try_fold(false, |any, one| Ok(any | one?))
}

/// Removes a file; whether there was one.
pub(super) fn removed(path: &Path) -> io::Result<bool> {
    match fs_err::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Downloads that are done while others are not, in `.fetch/` beside the prices: what a run that
/// was killed, or in which some failed, leaves for the next.
#[derive(Debug)]
pub(crate) struct Partials {
    folder: PathBuf,
}

/// Of a run that brought everything and waits for somebody to accept it.
const COMPLETE: &str = "complete";
/// Which declaration the downloads are of.
const DECLARATION: &str = "declaration";

impl Partials {
    /// Finds what is kept of a declaration, known by its hash. What is of another one goes; so does
    /// what a complete run left, unless its very downloads are to be taken over (`accept`).
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn open(source: &Path, declaration: &str, accept: bool) -> Result<Self, Error> {
        let partials = Self { folder: source.join(".fetch") };
        let is_of = partials.get(DECLARATION).is_some_and(|of| of == declaration);
        let is_complete = partials.get(COMPLETE).is_some();
        if partials.folder.exists() && (!is_of || (is_complete && !accept)) {
            fs_err::remove_dir_all(&partials.folder)?;
        }
        Ok(partials)
    }

    /// What is kept under a name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        fs_err::read_to_string(self.folder.join(name)).ok()
    }

    /// Keeps a download of a declaration under a name.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn keep(&self, declaration: &str, name: &str, text: &str) -> Result<(), Error> {
        fs_err::create_dir_all(&self.folder)?;
        write_changed(&self.folder.join(DECLARATION), declaration.as_bytes())?;
        Ok(replace(&self.folder.join(name), text.as_bytes())?)
    }

    /// Notes that everything has come.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn complete(&self, declaration: &str) -> Result<(), Error> {
        self.keep(declaration, COMPLETE, "")
    }

    /// Removes all that is kept, and the temporary files of runs that were killed while they wrote.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn discard(self) -> Result<(), Error> {
        if self.folder.exists() {
            fs_err::remove_dir_all(&self.folder)?;
        }
        let Some(source) = self.folder.parent() else { return Ok(()) };
        for entry in fs_err::read_dir(source)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(is_temporary) {
                removed(&entry.path())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::scratch::folder;
    use super::*;

    #[test]
    fn what_a_download_needs_is_read_and_what_is_missing_is_told() {
        let dir = folder(&[
            ("spdr/source.yaml", b"provider: yahoo\n"),
            ("spdr/prices.csv", b"date,SPY\n"),
            ("two/source.yaml", b""),
            ("two/prices.csv", b""),
            ("two/prices.parquet", b""),
        ]);
        let declared = |name: &str| declared(declared_folder(dir.path(), name)?);
        let files = declared("spdr").unwrap();
        assert_eq!(files.prices.unwrap().bytes, b"date,SPY\n");
        assert_eq!((files.declaration.text.as_str(), files.lock), ("provider: yahoo\n", None));
        let told = |name: &str| declared(name).unwrap_err().to_string();
        assert!(told("spdrs").contains("did you mean `spdr`?") && told("x").contains("spdr, two"));
        assert!(told("../spdr").contains("there is no source") && told("two").contains("twice"));
    }

    #[test]
    fn only_what_changed_is_written_and_one_format_stays() {
        let dir = folder(&[("prices.csv", b"old")]);
        let write = |format, prices: &str| {
            write_fetched(dir.path(), format, prices.as_bytes(), "lock").unwrap()
        };
        assert!(write(Format::Csv, "new"));
        assert!(!write(Format::Csv, "new"));
        assert!(write(Format::Parquet, "new"));
        assert!(!dir.path().join("prices.csv").exists());
        assert_eq!(fs_err::read_to_string(dir.path().join("prices.parquet")).unwrap(), "new");
    }

    #[test]
    fn downloads_are_kept_for_the_declaration_they_are_of() {
        let dir = folder(&[(".dfa-report-tmp-x", b"killed")]);
        let open =
            |declaration: &str, accept| Partials::open(dir.path(), declaration, accept).unwrap();
        open("a", false).keep("a", "0-SPY", "rows").unwrap();
        assert_eq!(open("a", false).get("0-SPY").unwrap(), "rows");
        assert_eq!(open("b", false).get("0-SPY"), None);
        open("a", false).keep("a", "0-SPY", "rows").unwrap();
        open("a", false).complete("a").unwrap();
        assert_eq!(open("a", true).get("0-SPY").unwrap(), "rows", "what was shown is accepted");
        assert_eq!(open("a", false).get("0-SPY"), None, "whoever does not accept asks again");
        open("a", false).keep("a", "0-SPY", "rows").unwrap();
        open("a", false).discard().unwrap();
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 0);
    }
}
