//! What a user keeps: specs, price sources and templates, read as text or bytes.
//!
//! Hidden files (`.DS_Store`, an editor's lock files) are nobody's input and are passed over.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::shown;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::prices::data::Format;
use crate::prices::quotes::utf8;

/// A spec file, unparsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpecText {
    /// The stem of the file: the experiment's id.
    pub id: String,
    /// The file as messages show it.
    pub file: String,
    /// Its contents.
    pub text: String,
}

/// A text file and the name by which messages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextFile {
    /// The file as messages show it.
    pub file: String,
    /// Its contents.
    pub text: String,
}

/// The files of one price source, `data/<name>/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFiles {
    /// The folder's name.
    pub name: String,
    /// The price file as messages show it.
    pub file: String,
    /// How to read `prices`.
    pub format: Format,
    /// The price file's contents.
    pub prices: Vec<u8>,
    /// `source.yaml`, if there is one.
    pub description: Option<TextFile>,
    /// `truth.csv`, the planted regimes of a simulated source, if there is one.
    pub truth: Option<TextFile>,
}

/// The names under which a source keeps its prices.
pub(super) const PRICE_FILES: [(&str, Format); 2] =
    [("prices.csv", Format::Csv), ("prices.parquet", Format::Parquet)];

/// The name of a source's price file.
pub(crate) fn price_file(format: Format) -> &'static str {
    match format {
        Format::Csv => PRICE_FILES[0].0,
        Format::Parquet => PRICE_FILES[1].0,
    }
}

/// All specs (`*.yaml`, `*.yml`) directly in a folder, in the order of their file names.
///
/// # Errors
/// Every file that cannot be read or is not UTF-8, and every id that two files share; a folder
/// that is missing or holds no spec.
pub(crate) fn experiments(dir: &Path) -> Result<Vec<SpecText>, Problems> {
    if !dir.is_dir() {
        let problem = Problem::new(format!("there is no folder `{}` with experiments", shown(dir)));
        return Err(problem
            .hint("name another with --experiments, or start one with `dfa-report init`")
            .into());
    }
    let mut problems = Problems::new();
    let mut specs: Vec<SpecText> = Vec::new();
    for path in files(dir, 1, &mut problems) {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("yaml" | "yml")) {
            continue;
        }
        let file = shown(&path);
        let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) else {
            problems.push(
                Problem::new("the file's name is not UTF-8")
                    .at(Place::file(file))
                    .expected("a name of a-z, 0-9 and -: it is the experiment's id"),
            );
            continue;
        };
        if let Some(twin) = specs.iter().find(|spec| spec.id == id) {
            problems.push(
                Problem::new(format!("two files define the experiment `{id}`"))
                    .at(Place::file(file))
                    .hint(format!("the other is {}: rename one of them", twin.file)),
            );
            continue;
        }
        match text(&path) {
            Ok(TextFile { file, text }) => specs.push(SpecText { id: id.to_owned(), file, text }),
            Err(more) => problems.extend(more),
        }
    }
    if specs.is_empty() && problems.is_empty() {
        let problem = Problem::new(format!("no experiment (`*.yaml`) in `{}`", shown(dir)));
        problems.push(
            problem.hint("write one with `dfa-report new`, or name another with --experiments"),
        );
    }
    problems.into_result(specs)
}

/// A price file, unparsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PriceFile {
    /// The file as messages show it.
    pub file: String,
    /// How to read it.
    pub format: Format,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// The price file in a source's folder, if there is one.
///
/// # Errors
/// If there are two, or it cannot be read.
pub(super) fn prices(folder: &Path) -> Result<Option<PriceFile>, Problem> {
    let files = PRICE_FILES.map(|(file, format)| (folder.join(file), format));
    let mut found = files.into_iter().filter(|(path, _)| path.is_file());
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some((path, format)), None) => {
            let bytes = fs_err::read(&path).map_err(|error| Problem::new(error.to_string()))?;
            Ok(Some(PriceFile { file: shown(&path), format, bytes }))
        }
        _ => Err(Problem::new("the source has its prices twice")
            .at(Place::file(shown(folder)))
            .expected("either prices.csv or prices.parquet")
            .hint("keep the one that is meant")),
    }
}

/// The files of the source `name` below `dir`.
///
/// # Errors
/// If there is no such source, it has prices in both formats, or a file cannot be read.
pub(crate) fn source(dir: &Path, name: &str) -> Result<SourceFiles, Problems> {
    let folder = dir.join(name);
    let found = if is_folder_name(name) { prices(&folder)? } else { None };
    let PriceFile { file, format, bytes } = found.ok_or_else(|| no_such_source(dir, name))?;
    let mut problems = Problems::new();
    let mut beside = |file: &str| {
        let path = folder.join(file);
        if !path.exists() {
            return None;
        }
        text(&path).map_err(|more| problems.extend(more)).ok()
    };
    let description = beside("source.yaml");
    let truth = beside("truth.csv");
    let (name, prices) = (name.to_owned(), bytes);
    problems.into_result(SourceFiles { name, file, format, prices, description, truth })
}

/// Whether a name is that of one folder: `../elsewhere` would read outside of the data.
pub(super) fn is_folder_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\'])
}

pub(super) fn no_such_source(dir: &Path, name: &str) -> Problem {
    if is_folder_name(name) && dir.join(name).join("source.yaml").is_file() {
        return Problem::new(format!("the source `{name}` has no prices yet"))
            .expected("prices.csv or prices.parquet beside its source.yaml")
            .hint(format!("run `dfa-report fetch {name}`"));
    }
    let there_are = sources(dir);
    let problem = Problem::new(format!("there is no price source `{name}` in `{}`", shown(dir)))
        .expected(format!(
            "a folder with prices.csv or prices.parquet: {}",
            match &*there_are {
                [] => "there is none yet".to_owned(),
                names => names.join(", "),
            }
        ));
    let hint = match &*there_are {
        [] => "write one with `dfa-report sample`, or name another folder with --data",
        _ => "name another folder with --data",
    };
    problem.hint(hint).near(name, there_are.iter().map(String::as_str))
}

/// The names of the folders below `dir` that hold prices, sorted.
pub(crate) fn sources(dir: &Path) -> Vec<String> {
    folders(dir, |folder| PRICE_FILES.iter().any(|(file, _)| folder.join(file).is_file()))
}

/// The names of the folders below `dir` that are wanted, sorted.
fn folders(dir: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let folders = WalkDir::new(dir).min_depth(1).max_depth(1).follow_links(true);
    folders
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_not_hidden)
        .flatten()
        .filter(|entry| is_wanted(entry.path()))
        .filter_map(|entry| entry.file_name().to_str().map(str::to_owned))
        .collect()
}

/// The `source.yaml` of every folder below `dir` that has one and no prices, by the folder's name,
/// sorted; and what is wrong with those that cannot be read.
pub(crate) fn unpriced(dir: &Path) -> (Vec<(String, TextFile)>, Problems) {
    let priced = sources(dir);
    let mut found = Vec::new();
    let mut problems = Problems::new();
    for name in folders(dir, |folder| folder.join("source.yaml").is_file()) {
        if priced.contains(&name) {
            continue;
        }
        match text(&dir.join(&name).join("source.yaml")) {
            Ok(file) => found.push((name, file)),
            Err(more) => problems.extend(more),
        }
    }
    (found, problems)
}

/// All files at any depth below a folder of templates, by their name relative to it with `/`
/// between its parts. No folder is no template.
///
/// # Errors
/// Every file that cannot be read, or whose name or contents are not UTF-8.
pub(crate) fn templates(dir: &Path) -> Result<BTreeMap<String, String>, Problems> {
    let mut problems = Problems::new();
    let mut templates = BTreeMap::new();
    if !dir.exists() {
        return Ok(templates);
    }
    for path in files(dir, usize::MAX, &mut problems) {
        let parts: Option<Vec<&str>> =
            path.strip_prefix(dir).unwrap_or(&path).iter().map(|part| part.to_str()).collect();
        match (parts, text(&path)) {
            (Some(parts), Ok(file)) => {
                templates.insert(parts.join("/"), file.text);
            }
            (None, _) => problems.push(
                Problem::new("the template's name is not UTF-8").at(Place::file(shown(&path))),
            ),
            (_, Err(more)) => problems.extend(more),
        }
    }
    problems.into_result(templates)
}

/// The files down to a depth, sorted by name folder by folder, hidden ones left out.
fn files(dir: &Path, depth: usize, problems: &mut Problems) -> Vec<std::path::PathBuf> {
    let walk = WalkDir::new(dir).min_depth(1).max_depth(depth).follow_links(true);
    let mut paths = Vec::new();
    for entry in walk.sort_by_file_name().into_iter().filter_entry(is_not_hidden) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => paths.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => problems.push(Problem::new(error.to_string())),
        }
    }
    paths
}

/// The root of a walk is never hidden: the user named it, if only as `.`.
fn is_not_hidden(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// A file that must be UTF-8; where it is not, the problem points at the first wrong byte.
pub(super) fn text(path: &Path) -> Result<TextFile, Problems> {
    let file = shown(path);
    let bytes = fs_err::read(path).map_err(|error| Problem::new(error.to_string()))?;
    let text = utf8(&file, &bytes)?.to_owned();
    Ok(TextFile { file, text })
}

/// A text file of a built site, by its path below the site's root; `None` if it is not there.
///
/// # Errors
/// If it is there and cannot be read.
pub(crate) fn built(site: &Path, path: &str) -> Result<Option<String>, io::Error> {
    let file = site.join(path);
    file.is_file().then(|| fs_err::read_to_string(file)).transpose()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::scratch::folder;
    use super::*;

    #[test]
    fn specs_come_sorted_and_nothing_else_comes() {
        let dir = folder(&[
            ("b.yml", b"title: B"),
            ("a.yaml", b"title: A"),
            ("notes.md", b""),
            (".#a.yaml", b"an editor's lock"),
            ("old/c.yaml", b"title: C"),
        ]);
        let specs = experiments(dir.path()).unwrap();
        let ids: Vec<&str> = specs.iter().map(|spec| spec.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(specs[0].text, "title: A");
        assert_eq!(specs[0].file, format!("{}/a.yaml", shown(dir.path())));
    }

    #[test]
    fn every_bad_spec_file_is_named_at_once_and_in_place() {
        let dir = folder(&[
            ("a.yaml", b"title: A"),
            ("a.yml", b"title: A"),
            ("b.yaml", b"title: B\nhypothesis: caf\xe9 au lait\nseed: 1\n"),
        ]);
        let problems = experiments(dir.path()).unwrap_err();
        assert_eq!(problems.len(), 2);
        let places: Vec<_> = problems.iter().map(|p| p.place.clone().unwrap()).collect();
        assert!(places[0].file.ends_with("/a.yml"));
        assert_eq!(places[1].position(), Some((2, 16, 1)));
        assert_eq!(places[1].line.as_ref().unwrap().text, "hypothesis: caf\u{fffd} au lait");
    }

    #[test]
    fn a_missing_and_an_empty_folder_say_what_to_do() {
        let dir = folder(&[]);
        for path in [dir.path().to_owned(), dir.path().join("none")] {
            let problems = experiments(&path).unwrap_err();
            assert!(problems.to_string().contains("--experiments"), "{problems}");
        }
    }

    #[test]
    fn a_source_is_read_with_what_lies_beside_it() {
        let dir = folder(&[
            ("data/sample/prices.csv", b"date,SPY\n"),
            ("data/sample/source.yaml", b"title: Sample\n"),
            ("data/etfs/prices.parquet", b"PAR1"),
            ("data/empty/readme.txt", b""),
        ]);
        let data = dir.path().join("data");
        assert_eq!(sources(&data), ["etfs", "sample"]);
        let sample = source(&data, "sample").unwrap();
        assert_eq!((sample.format, sample.prices.as_slice()), (Format::Csv, &b"date,SPY\n"[..]));
        assert!(sample.file.ends_with("data/sample/prices.csv"));
        assert_eq!(sample.description.unwrap().text, "title: Sample\n");
        assert_eq!(sample.truth, None);
        assert_eq!(source(&data, "etfs").unwrap().format, Format::Parquet);
    }

    #[test]
    fn a_source_that_is_not_there_names_those_that_are() {
        let dir = folder(&[
            ("sample/prices.csv", b""),
            ("two/prices.csv", b""),
            ("two/prices.parquet", b""),
        ]);
        let text = source(dir.path(), "smaple").unwrap_err().to_string();
        assert!(text.contains("did you mean `sample`?") && text.contains("sample, two"), "{text}");
        let text = source(dir.path(), "two").unwrap_err().to_string();
        assert!(text.contains("twice"), "{text}");
        let text = source(&dir.path().join("two"), "../sample").unwrap_err().to_string();
        assert!(text.contains("there is no price source"), "{text}");
    }

    #[test]
    fn a_source_that_is_declared_and_not_fetched_says_so_and_is_none_yet() {
        let dir = folder(&[("spdr/source.yaml", b"provider: yahoo\n")]);
        let text = source(dir.path(), "spdr").unwrap_err().to_string();
        assert!(text.contains("no prices yet") && text.contains("dfa-report fetch spdr"), "{text}");
        assert!(sources(dir.path()).is_empty());
    }

    #[test]
    fn templates_are_found_at_any_depth_by_their_relative_name() {
        let dir =
            folder(&[("base.html", b"x"), ("parts/deep/card.html", b"y"), (".git/HEAD", b"z")]);
        let templates = templates(dir.path()).unwrap();
        let names: Vec<&str> = templates.keys().map(String::as_str).collect();
        assert_eq!(names, ["base.html", "parts/deep/card.html"]);
        assert!(super::templates(&dir.path().join("none")).unwrap().is_empty());
    }
}
