//! One version of a price source: a price file, a folder with one, or the source as it was at a
//! git revision.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::git::{Sought, contents, files_at, locate, resolve};
use super::plain::{bytes, is_there};
use super::read::{PRICE_FILES, PriceFile, absent, no_such_source};
use super::{Error, SourceFiles, TextFile, shown};
use crate::base::diagnostic::{Place, Problem};
use crate::base::name::is_file_name;
use crate::prices::data::Format;
use crate::prices::quotes::utf8;

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
        let (file, bytes) = (shown(path), bytes(path)?);
        let format = if bytes.starts_with(PARQUET) { Format::Parquet } else { Format::Csv };
        let (name, prices) = (name.to_owned(), Ok(PriceFile { file, format, bytes }));
        return Ok(SourceFiles { name, prices, description: None, truth: None });
    }
    let mut files = Files::new();
    for file in FILES.into_iter().filter(|_| path.is_dir()) {
        let path = path.join(file);
        if is_there(&path)? {
            files.insert(file.to_owned(), bytes(&path)?);
        }
    }
    if files.keys().any(|file| is_price_file(file)) {
        return source_of(files, &shown(&path.join("")), name);
    }
    if !is_file_name(name) {
        return Err(no_such_source(data, name).into());
    }
    let commit = resolve(argument, data, &PRICES)?;
    let (repository, inside) = locate(data)?;
    let all = files_at(repository, &format!("{commit}:{inside}"))?.unwrap_or_default();
    let paths = || all.iter().filter_map(|(path, blob)| Some((path.split_once('/')?, blob)));
    let blobs = paths()
        .filter(|((folder, file), _)| *folder == name && FILES.contains(file))
        .map(|((_, file), blob)| (file, blob.as_str()));
    let files = contents(repository, &blobs.collect::<Vec<_>>())?;
    if files.keys().any(|file| is_price_file(file)) {
        // At the top of a repository the folder of the data has no name.
        let slash = if inside.is_empty() { "" } else { "/" };
        return source_of(files, &format!("{argument}:{inside}{slash}{name}/"), name);
    }
    let there: BTreeSet<&str> = paths()
        .map(|(path, _)| path)
        .filter(|(_, file)| is_price_file(file))
        .map(|p| p.0)
        .collect();
    let message = format!("the revision `{argument}` has no price source `{name}` in `{inside}`");
    let with = "prices.csv or prices.parquet";
    let problem =
        Problem::new(message).hint("it may be newer than that revision, or lie elsewhere (--data)");
    let there: Vec<&str> = there.into_iter().collect();
    Err(absent(problem, name, with, &there, "it has none").into())
}

/// The files of a source by their names.
type Files = BTreeMap<String, Vec<u8>>;

const FILES: [&str; 4] = ["prices.csv", "prices.parquet", "source.yaml", "truth.csv"];

const PRICES: Sought = Sought {
    what: "a price file",
    reading: "a price file or a folder with one",
    contents: "prices.csv or prices.parquet",
    absent: "there is no file and no folder",
};

fn is_price_file(file: &str) -> bool {
    PRICE_FILES.iter().any(|(known, _)| file == *known)
}

/// The source whose files these are; `folder` ends with a slash.
fn source_of(mut files: Files, folder: &str, name: &str) -> Result<SourceFiles, Error> {
    let mut found = PRICE_FILES
        .into_iter()
        .filter_map(|(file, format)| Some((file, format, files.remove(file)?)));
    let (Some((file, format, bytes)), None) = (found.next(), found.next()) else {
        return Err(Problem::new("the prices are there twice")
            .at(Place::file(format!("{folder}prices.csv")))
            .expected("either prices.csv or prices.parquet")
            .hint("name the one that is meant")
            .into());
    };
    let file = format!("{folder}{file}");
    if bytes.starts_with(LFS_POINTER) {
        return Err(Problem::new("git has a pointer of Git LFS here, not the prices")
            .at(Place::file(file))
            .hint("check that version out into another folder (`git worktree add`) and name it")
            .into());
    }
    let text = |name: &str| {
        let file = format!("{folder}{name}");
        let text = utf8(&file, files.get(name)?).map(str::to_owned);
        Some(text.map(|text| TextFile { file, text }))
    };
    let (description, truth) = (text("source.yaml"), text("truth.csv"));
    let prices = Ok(PriceFile { file, format, bytes });
    Ok(SourceFiles { name: name.to_owned(), prices, description, truth })
}

#[cfg(test)]
mod tests {
    use super::super::scratch::{commit, must, write};
    use super::*;

    /// A repository with `sub/data/tiny` at tag `one`; the work tree has it changed.
    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let tiny = dir.path().join("sub/data/tiny");
        must(dir.path(), &["init", "--quiet"]);
        write(&tiny.join("prices.csv"), "date,SPY\none\n");
        write(&tiny.join("source.yaml"), "title: One\n");
        write(&tiny.join("raw/prices.csv"), "not the source's");
        commit(dir.path(), "one");
        write(&tiny.join("prices.csv"), "date,SPY\ntwo\n");
        dir
    }

    #[test]
    fn a_version_is_a_file_a_folder_or_a_revision() {
        let dir = repository();
        let data = dir.path().join("sub/data");
        let of = |argument: &str| source_version(argument, &data, "tiny").unwrap();
        let one = of("one");
        let prices = |file: &str, format, bytes: &[u8]| {
            Ok(PriceFile { file: file.to_owned(), format, bytes: bytes.to_owned() })
        };
        let expected = prices("one:sub/data/tiny/prices.csv", Format::Csv, b"date,SPY\none\n");
        assert_eq!(one.prices, expected);
        assert_eq!(one.description.unwrap().unwrap().text, "title: One\n");
        let folder = data.join("tiny");
        let name = shown(&folder.join("prices.csv"));
        let expected = prices(&name, Format::Csv, b"date,SPY\ntwo\n");
        assert_eq!(of(folder.to_str().unwrap()).prices, expected);
        let file = of(&name);
        assert_eq!((file.prices, file.description), (expected, None));
        write(&dir.path().join("odd-name"), "PAR1...");
        let odd = of(dir.path().join("odd-name").to_str().unwrap());
        assert_eq!(odd.prices.unwrap().format, Format::Parquet);
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
