//! One version of a price source: a price file, a folder with one, or the source as it was at a
//! git revision.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read")]

use std::collections::BTreeSet;
use std::path::Path;

use super::git::{Revision, git, locate, resolve, run, successful, text_of};
use super::read::{PRICE_FILES, is_folder_name, no_such_source};
use super::{Error, SourceFiles, TextFile, shown};
use crate::base::diagnostic::{Place, Problem};
use crate::prices::data::Format;

/// How Parquet files begin.
const PARQUET: &[u8] = b"PAR1";

/// How the text begins that Git LFS keeps in the place of a large file.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// One version of the source `name`. `argument` is a price file (CSV or Parquet, told by its
/// contents), else a folder that holds one, else a git revision of the repository `data` is in, at
/// which `data/<name>` is looked up. A price file comes without what lies beside it.
///
/// # Errors
/// A problem that names all readings if `argument` is none of them, or says what the revision has
/// instead of the source; else that a file cannot be read, or what git says.
pub(crate) fn source_version(
    argument: &str,
    data: &Path,
    name: &str,
) -> Result<SourceFiles, Error> {
    let path = Path::new(argument);
    if path.is_file() {
        return price_file(path, name);
    }
    let folder = Location::Folder(path);
    if folder.has_prices() {
        return files_of(&folder, name);
    }
    if !is_folder_name(name) {
        return Err(no_such_source(data, name).into());
    }
    match resolve(argument, data)? {
        Revision::Commit(commit) => files_of(&tree(argument, &commit, data, name)?, name),
        Revision::Unknown { hint } => Err(none_of_three(argument, data).hint(hint).into()),
    }
}

fn none_of_three(argument: &str, data: &Path) -> Problem {
    let folder = if Path::new(argument).is_dir() {
        format!("the folder `{argument}` holds no prices.csv or prices.parquet")
    } else {
        format!("there is no file and no folder `{argument}`")
    };
    Problem::new(format!("`{argument}` is neither a price file nor a git revision")).expected(
        format!(
            "a price file or a folder with one ({folder}), or a revision of the repository that \
             `{}` is in (git knows none of that name)",
            shown(data)
        ),
    )
}

fn price_file(path: &Path, name: &str) -> Result<SourceFiles, Error> {
    let (name, file, prices) = (name.to_owned(), shown(path), fs_err::read(path)?);
    let format = if prices.starts_with(PARQUET) { Format::Parquet } else { Format::Csv };
    Ok(SourceFiles { name, file, format, prices, description: None, truth: None })
}

/// Where the files of a source lie.
enum Location<'a> {
    /// In a folder.
    Folder(&'a Path),
    /// In the tree of a commit.
    Tree {
        /// A folder of the repository, to run git in.
        repository: &'a Path,
        /// The commit's hash, a colon and the folder of the source.
        tree: String,
        /// The same as the user would name it.
        shown: String,
        /// Names of the files in that folder.
        files: BTreeSet<String>,
    },
}

impl Location<'_> {
    fn has(&self, file: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.join(file).is_file(),
            Self::Tree { files, .. } => files.contains(file),
        }
    }

    fn has_prices(&self) -> bool {
        PRICE_FILES.iter().any(|(file, _)| self.has(file))
    }

    fn shown(&self, file: &str) -> String {
        match self {
            Self::Folder(folder) => shown(&folder.join(file)),
            Self::Tree { shown, .. } => format!("{shown}/{file}"),
        }
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        match self {
            Self::Folder(folder) => Ok(fs_err::read(folder.join(file))?),
            Self::Tree { repository, tree, .. } => {
                let object = format!("{tree}/{file}");
                successful(git(repository).args(["cat-file", "blob", &object]))
            }
        }
    }

    fn text(&self, file: &str) -> Result<Option<TextFile>, Error> {
        if !self.has(file) {
            return Ok(None);
        }
        let shown = self.shown(file);
        match String::from_utf8(self.read(file)?) {
            Ok(text) => Ok(Some(TextFile { file: shown, text })),
            Err(_) => Err(Problem::new("the file is not UTF-8 text").at(Place::file(shown)).into()),
        }
    }
}

/// The folder of a source in the tree of a commit, which `revision` names.
fn tree<'a>(
    revision: &str,
    commit: &str,
    data: &'a Path,
    name: &str,
) -> Result<Location<'a>, Error> {
    let (repository, inside) = locate(data)?;
    let top = format!("{commit}:{inside}");
    let known = run(git(repository).args(["cat-file", "-e", &top]))?.status.success();
    let listing = if known {
        text_of(git(repository).args(["ls-tree", "--full-tree", "-r", "-z", "--name-only", &top]))?
    } else {
        String::new()
    };
    let paths = || listing.split('\0').filter_map(|path| path.split_once('/'));
    let files: BTreeSet<String> = paths()
        .filter(|(folder, file)| *folder == name && !file.contains('/'))
        .map(|(_, file)| file.to_owned())
        .collect();
    // At the top of a repository the folder of the data has no name.
    let slash = if inside.is_empty() { "" } else { "/" };
    let location = Location::Tree {
        repository,
        tree: format!("{top}{slash}{name}"),
        shown: format!("{revision}:{inside}{slash}{name}"),
        files,
    };
    if location.has_prices() {
        return Ok(location);
    }
    let is_price_file = |file: &str| PRICE_FILES.iter().any(|(known, _)| file == *known);
    let there: BTreeSet<&str> =
        paths().filter(|(_, file)| is_price_file(file)).map(|(folder, _)| folder).collect();
    Err(not_at_revision(revision, &inside, name, &there).into())
}

fn not_at_revision(revision: &str, inside: &str, name: &str, there: &BTreeSet<&str>) -> Problem {
    let names: Vec<&str> = there.iter().copied().collect();
    Problem::new(format!("the revision `{revision}` has no price source `{name}` in `{inside}`"))
        .expected(format!(
            "a folder with prices.csv or prices.parquet: {}",
            if names.is_empty() { "it has none".to_owned() } else { names.join(", ") }
        ))
        .hint("it may be newer than that revision, or lie elsewhere (--data)")
        .near(name, names.iter().copied())
}

fn files_of(location: &Location<'_>, name: &str) -> Result<SourceFiles, Error> {
    let found: Vec<_> = PRICE_FILES.iter().filter(|(file, _)| location.has(file)).collect();
    let [(file, format)] = found.as_slice() else {
        return Err(Problem::new("the prices are there twice")
            .at(Place::file(location.shown("prices.csv")))
            .expected("either prices.csv or prices.parquet")
            .hint("name the one that is meant")
            .into());
    };
    let prices = location.read(file)?;
    if prices.starts_with(LFS_POINTER) {
        return Err(Problem::new("git has a pointer of Git LFS here, not the prices")
            .at(Place::file(location.shown(file)))
            .hint("check that version out into another folder (`git worktree add`) and name it")
            .into());
    }
    Ok(SourceFiles {
        name: name.to_owned(),
        file: location.shown(file),
        format: *format,
        prices,
        description: location.text("source.yaml")?,
        truth: location.text("truth.csv")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::scratch::{must, write};
    use super::*;

    /// A repository with `sub/data/tiny` at tag `one`; the work tree has it changed.
    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let tiny = dir.path().join("sub/data/tiny");
        must(dir.path(), &["init", "--quiet"]);
        write(&tiny.join("prices.csv"), "date,SPY\none\n");
        write(&tiny.join("source.yaml"), "title: One\n");
        write(&tiny.join("raw/prices.csv"), "not the source's");
        must(dir.path(), &["add", "."]);
        must(dir.path(), &["commit", "--quiet", "-m", "one"]);
        must(dir.path(), &["tag", "one"]);
        write(&tiny.join("prices.csv"), "date,SPY\ntwo\n");
        dir
    }

    #[test]
    fn a_version_is_a_file_a_folder_or_a_revision() {
        let dir = repository();
        let data = dir.path().join("sub/data");
        let of = |argument: &str| source_version(argument, &data, "tiny").unwrap();
        let one = of("one");
        assert_eq!((one.prices.as_slice(), one.format), (&b"date,SPY\none\n"[..], Format::Csv));
        assert_eq!(one.file, "one:sub/data/tiny/prices.csv");
        assert_eq!(one.description.unwrap().text, "title: One\n");
        let folder = data.join("tiny");
        assert_eq!(of(folder.to_str().unwrap()).prices, b"date,SPY\ntwo\n");
        let file = of(folder.join("prices.csv").to_str().unwrap());
        assert_eq!((file.prices.as_slice(), file.description), (&b"date,SPY\ntwo\n"[..], None));
        write(&dir.path().join("odd-name"), "PAR1...");
        let odd = of(dir.path().join("odd-name").to_str().unwrap());
        assert_eq!(odd.format, Format::Parquet);
    }

    #[test]
    fn a_version_that_is_not_there_is_explained() {
        let dir = repository();
        let data = dir.path().join("sub/data");
        let told = |argument: &str, name: &str| {
            source_version(argument, &data, name).unwrap_err().to_string()
        };
        let text = told("one", "tinyy");
        assert!(text.contains("no price source `tinyy` in `sub/data`"), "{text}");
        assert!(text.contains("did you mean `tiny`?"), "{text}");
        for argument in ["yesterday", "--help", "", dir.path().to_str().unwrap()] {
            let text = told(argument, "tiny");
            assert!(text.contains("neither a price file nor a git revision"), "{text}");
        }
        assert!(told("one", "../tiny").contains("there is no price source"));
        let elsewhere = source_version("one", &dir.path().join("elsewhere"), "tiny").unwrap_err();
        assert!(elsewhere.to_string().contains("it has none"), "{elsewhere}");
    }

    #[test]
    fn prices_twice_and_a_pointer_in_their_place_are_problems() {
        let dir = repository();
        let tiny = dir.path().join("sub/data/tiny");
        let told =
            || source_version(tiny.to_str().unwrap(), dir.path(), "tiny").unwrap_err().to_string();
        write(&tiny.join("prices.parquet"), "PAR1");
        assert!(told().contains("twice"));
        fs_err::remove_file(tiny.join("prices.parquet")).unwrap();
        write(&tiny.join("prices.csv"), "version https://git-lfs.github.com/spec/v1\noid x\n");
        assert!(told().contains("pointer of Git LFS"));
    }
}
