//! What a user keeps: specs, price sources and templates, read as text or bytes.
//!
//! Hidden files (`.DS_Store`, an editor's lock files) are nobody's input and are passed over.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::plain::{bytes, is_folder, is_there, unreadable};
use super::shown;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::name::is_file_name;
use crate::prices::data::Format;
use crate::prices::quotes::utf8;

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
    /// The price file, or why it cannot be read; so with the others.
    pub prices: Result<PriceFile, Problem>,
    /// `source.yaml`, if there is one.
    pub description: Option<Result<TextFile, Problem>>,
    /// `truth.csv`, the planted regimes of a simulated source, if there is one.
    pub truth: Option<Result<TextFile, Problem>>,
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

/// All specs (`*.yaml`, `*.yml`) directly in a folder that can be read, each with the experiment's
/// id, which is the stem of its file, in the order of their file names; and what is wrong with the
/// rest: files that cannot be read or are not UTF-8, ids that two files share, a folder that is
/// missing or holds no spec.
pub(crate) fn experiments(dir: &Path) -> (Vec<(String, TextFile)>, Problems) {
    let hint = "name another with --experiments, or start one with `dfa-report init`";
    if let Err(problem) = named_folder(dir, "experiments", hint) {
        return (Vec::new(), problem.into());
    }
    let mut problems = Problems::new();
    let mut specs: Vec<(String, TextFile)> = Vec::new();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let is_spec = |path: &Path| ends_in(path, &["yaml", "yml"]);
    for path in files(dir, 1, is_spec, &mut problems).iter().filter(|path| is_spec(path)) {
        let place = Place::file(shown(path));
        let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) else {
            let problem = Problem::new("the file's name is not UTF-8").at(place);
            problems.push(problem.expected("a name of a-z, 0-9 and -: it is the experiment's id"));
            continue;
        };
        if let Some(twin) = known.insert(id.to_owned(), place.file.clone()) {
            let message = format!("two files define the experiment `{id}`");
            let hint = format!("the other is {twin}: rename one of them");
            problems.push(Problem::new(message).at(place).hint(hint));
            continue;
        }
        match text(path) {
            Ok(spec) => specs.push((id.to_owned(), spec)),
            Err(problem) => problems.push(problem),
        }
    }
    if specs.is_empty() && problems.is_empty() {
        let problem = Problem::new(format!("no experiment (`*.yaml`) in `{}`", shown(dir)));
        let hint = "write one with `dfa-report new`, or name another with --experiments";
        problems.push(problem.hint(hint));
    }
    (specs, problems)
}

/// A folder that has to be there: what `with` names is in it.
///
/// # Errors
/// If it is not there, with the hint, or cannot be read.
fn named_folder(dir: &Path, with: &str, hint: &str) -> Result<(), Problem> {
    if is_folder(dir)? {
        return Ok(());
    }
    Err(Problem::new(format!("there is no folder `{}` with {with}", shown(dir))).hint(hint))
}

/// The folder of price sources: whether it is there, as it has to be if the user `named` it.
///
/// # Errors
/// If it is not there and was named, or cannot be read.
pub(crate) fn data_folder(dir: &Path, named: bool) -> Result<bool, Problem> {
    let hint = "name another with --data, or leave the option out";
    match is_folder(dir)? {
        false if named => named_folder(dir, "price sources", hint).map(|()| false),
        is_there => Ok(is_there),
    }
}

/// Whether there is nothing of a source, not even something that cannot be read.
pub(crate) fn is_source_absent(dir: &Path, name: &str) -> bool {
    is_there(&dir.join(name)).is_ok_and(|is_there| !is_there)
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
    let mut found = Vec::new();
    for (file, format) in PRICE_FILES {
        let path = folder.join(file);
        if is_there(&path)? {
            found.push((path, format));
        }
    }
    match found.as_slice() {
        [] => Ok(None),
        [(path, format)] => {
            Ok(Some(PriceFile { file: shown(path), format: *format, bytes: bytes(path)? }))
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
/// If there is no such source, or its folder cannot be read.
pub(crate) fn source(dir: &Path, name: &str) -> Result<SourceFiles, Problem> {
    let folder = dir.join(name);
    if !is_file_name(name) || !is_folder(&folder)? {
        return Err(no_such_source(dir, name));
    }
    let prices = prices(&folder).transpose().ok_or_else(|| no_such_source(dir, name))?;
    let beside = |file: &str| text_if_there(&folder.join(file)).transpose();
    let (description, truth) = (beside("source.yaml"), beside("truth.csv"));
    Ok(SourceFiles { name: name.to_owned(), prices, description, truth })
}

/// Copies prices of sources that are declared in the folder `to` and have none there. Returns the names
/// of those sources, and whether others still have none.
///
/// # Errors
/// The operating system's.
pub(crate) fn lend_prices(from: &Path, to: &Path) -> std::io::Result<(Vec<String>, bool)> {
    let mut lent = Vec::new();
    let mut is_lacking = false;
    for name in folders(to, |folder| !has_prices(folder)) {
        let mut found = false;
        for (file, _) in PRICE_FILES {
            let path = from.join(&name).join(file);
            if path.is_file() {
                fs_err::copy(&path, to.join(&name).join(file))?;
                found = true;
            }
        }
        match found {
            true => lent.push(name),
            false => is_lacking = true,
        }
    }
    Ok((lent, is_lacking))
}

/// Whether it is certain that there are no prices of a source: nothing, or a folder without any. What
/// else is wrong reading them tells.
pub(crate) fn lacks_prices(dir: &Path, name: &str) -> bool {
    let folder = dir.join(name);
    let is_nothing = || is_there(&folder).is_ok_and(|is_there| !is_there);
    let is_bare = || is_folder(&folder).is_ok_and(|is_folder| is_folder) && !has_prices(&folder);
    is_file_name(name) && (is_nothing() || is_bare())
}

/// Why there are no prices of a source.
pub(crate) fn no_such_source(dir: &Path, name: &str) -> Problem {
    if is_file_name(name) && may_be_there(&dir.join(name).join("source.yaml")) {
        return Problem::new(format!("the source `{name}` has no prices yet"))
            .expected("prices.csv or prices.parquet beside its source.yaml")
            .hint(format!("run `dfa-report fetch {name}`"));
    }
    let there_are = sources(dir);
    let message = format!("there is no price source `{name}` in `{}`", shown(dir));
    let hint = if there_are.is_empty() {
        "write one with `dfa-report sample`, or name another folder with --data"
    } else {
        "name another folder with --data"
    };
    let problem = Problem::new(message).hint(hint);
    absent(problem, name, "prices.csv or prices.parquet", &there_are, "there is none yet")
}

/// Adds to the problem that the folder `name` is not among those that `there_are`, `with` certain
/// files in them, which ones are; hints at the nearest if one is near.
pub(super) fn absent(
    problem: Problem,
    name: &str,
    with: &str,
    there_are: &[impl AsRef<str>],
    none: &str,
) -> Problem {
    let names: Vec<&str> = there_are.iter().map(AsRef::as_ref).collect();
    let listed = if names.is_empty() { none.to_owned() } else { names.join(", ") };
    problem.expected(format!("a folder with {with}: {listed}")).near(name, names)
}

/// The names of the folders below `dir` that hold prices, or of which it cannot be told, sorted.
pub(crate) fn sources(dir: &Path) -> Vec<String> {
    folders(dir, has_prices)
}

fn has_prices(folder: &Path) -> bool {
    PRICE_FILES.iter().any(|(file, _)| may_be_there(&folder.join(file)))
}

/// What cannot be looked at is taken for there: reading it then says why.
fn may_be_there(path: &Path) -> bool {
    is_there(path).unwrap_or(true)
}

/// The names of the folders below `dir` that are wanted, sorted.
pub(super) fn folders(dir: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let entries = fs_err::read_dir(dir).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| !name.starts_with('.') && is_wanted(&dir.join(name))).collect();
    names.sort();
    names
}

/// The `source.yaml` of every folder below `dir` that has one and no prices, by the folder's name,
/// sorted; and what is wrong with those that cannot be read.
pub(crate) fn unpriced(dir: &Path) -> (Vec<(String, TextFile)>, Problems) {
    let mut found = Vec::new();
    let mut problems = Problems::new();
    for name in
        folders(dir, |folder| may_be_there(&folder.join("source.yaml")) && !has_prices(folder))
    {
        match text(&dir.join(&name).join("source.yaml")) {
            Ok(file) => found.push((name, file)),
            Err(problem) => problems.push(problem),
        }
    }
    (found, problems)
}

/// A file of forecasts, by its path from the folder of the specs.
///
/// # Errors
/// If it leads out of that folder, is not there, or cannot be read as text.
pub(crate) fn forecasts(dir: &Path, file: &str) -> Result<TextFile, Problem> {
    if !file.split('/').all(is_file_name) {
        return Err(Problem::new(format!("`{file}` is no file below `{}`", shown(dir))));
    }
    let path = dir.join(file);
    text_if_there(&path)?.ok_or_else(|| {
        Problem::new(format!("there is no file `{}`", shown(&path)))
            .expected("a CSV file `date,forecast` in the folder of the spec, or below it")
    })
}

/// Where templates are looked for unless a folder is named.
pub(crate) const TEMPLATES: &str = "templates";

/// All files at any depth below a folder of templates, by their name relative to it with `/`
/// between its parts. Where none is named the usual one need not be there.
///
/// # Errors
/// Every file that cannot be read, or whose name or contents are not UTF-8; a folder that is named
/// and not there.
pub(crate) fn templates(named: Option<&Path>) -> Result<BTreeMap<String, String>, Problems> {
    let mut problems = Problems::new();
    let mut templates = BTreeMap::new();
    let dir = named.unwrap_or(Path::new(TEMPLATES));
    if named.is_none() && !is_folder(dir)? {
        return Ok(templates);
    }
    named_folder(dir, "templates", "name another with --templates, or leave the option out")?;
    let is_template = |path: &Path| ends_in(path, &["html", "css", "js", "md"]);
    for path in files(dir, usize::MAX, is_template, &mut problems) {
        let parts = path.strip_prefix(dir).unwrap_or(&path).iter().map(|part| part.to_str());
        match (parts.collect::<Option<Vec<&str>>>(), text(&path)) {
            (Some(parts), Ok(file)) => templates.extend([(parts.join("/"), file.text)]),
            (None, _) => problems.push(
                Problem::new("the template's name is not UTF-8").at(Place::file(shown(&path))),
            ),
            (_, Err(problem)) => problems.push(problem),
        }
    }
    problems.into_result(templates)
}

pub(super) fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}

/// All that is no folder down to a depth, and folders whose names are those of files, sorted by name
/// folder by folder, hidden ones left out. Reading them tells which are no files.
pub(super) fn files(
    dir: &Path,
    depth: usize,
    is_file_name: impl Fn(&Path) -> bool,
    problems: &mut Problems,
) -> Vec<PathBuf> {
    let walk = WalkDir::new(dir).min_depth(1).max_depth(depth).follow_links(true);
    let mut paths = Vec::new();
    for entry in walk.sort_by_file_name().into_iter().filter_entry(is_not_hidden) {
        match entry {
            Ok(entry) if !entry.file_type().is_dir() || is_file_name(entry.path()) => {
                paths.push(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(dir).to_owned();
                problems.push(unreadable(&path, &error.into()));
            }
        }
    }
    paths
}

/// The root of a walk is never hidden: the user named it, if only as `.`.
fn is_not_hidden(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// A file that must be UTF-8; where it is not, the problem points at the first wrong byte.
pub(super) fn text(path: &Path) -> Result<TextFile, Problem> {
    let file = shown(path);
    let bytes = bytes(path)?;
    let text = utf8(&file, &bytes)?.to_owned();
    Ok(TextFile { file, text })
}

/// [`text`] of a file; `None` if nothing stands there.
pub(crate) fn text_if_there(path: &Path) -> Result<Option<TextFile>, Problem> {
    if is_there(path)? { text(path).map(Some) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
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
        let (specs, problems) = experiments(dir.path());
        assert!(problems.is_empty(), "{problems}");
        let spec = |id: &str, file: &str, text: &str| {
            let file = format!("{}/{file}", shown(dir.path()));
            (id.to_owned(), TextFile { file, text: text.to_owned() })
        };
        assert_eq!(specs, [spec("a", "a.yaml", "title: A"), spec("b", "b.yml", "title: B")]);
    }

    #[test]
    fn every_bad_spec_file_is_named_at_once_and_in_place() {
        let dir = folder(&[
            ("a.yaml", b"title: A"),
            ("a.yml", b"title: A"),
            ("b.yaml", b"title: B\nhypothesis: caf\xe9 au lait\nseed: 1\n"),
        ]);
        let (specs, problems) = experiments(dir.path());
        assert_eq!((specs.len(), problems.len()), (1, 2));
        let places: Vec<_> = problems.iter().map(|p| p.place.clone().unwrap()).collect();
        assert!(places[0].file.ends_with("/a.yml"));
        assert_eq!(places[1].position(), Some((2, 16, 1)));
        assert_eq!(&*places[1].line.as_ref().unwrap().text, "hypothesis: caf\u{fffd} au lait");
    }

    #[test]
    fn a_missing_and_an_empty_folder_say_what_to_do() {
        let dir = folder(&[]);
        for path in [dir.path().to_owned(), dir.path().join("none")] {
            let (_, problems) = experiments(&path);
            assert!(problems.to_string().contains("--experiments"), "{problems}");
        }
    }

    #[test]
    fn a_source_is_read_with_what_lies_beside_it_or_those_that_are_there_are_named() {
        let dir = folder(&[
            ("sample/prices.csv", b"date,SPY\n"),
            ("sample/source.yaml", b"title: Sample\n"),
            ("etfs/prices.parquet", b"PAR1"),
            ("empty/readme.txt", b""),
            ("two/prices.csv", b""),
            ("two/prices.parquet", b""),
            ("spdr/source.yaml", b"provider: yahoo\n"),
        ]);
        assert_eq!(sources(dir.path()), ["etfs", "sample", "two"], "none is declared only");
        let sample = source(dir.path(), "sample").unwrap();
        let prices = sample.prices.unwrap();
        assert_eq!((prices.format, &*prices.bytes), (Format::Csv, &b"date,SPY\n"[..]));
        assert!(prices.file.ends_with("/sample/prices.csv"));
        assert_eq!(sample.description.unwrap().unwrap().text, "title: Sample\n");
        assert_eq!(sample.truth, None);
        let etfs = source(dir.path(), "etfs").unwrap().prices.unwrap();
        assert_eq!(etfs.format, Format::Parquet);
        let two = source(dir.path(), "two").unwrap().prices.unwrap_err();
        assert!(two.message.contains("twice"));
        for (name, expected) in [
            ("smaple", "did you mean `sample`?"),
            ("x", "etfs, sample, two"),
            ("../sample", "there is no price source"),
            ("spdr", "no prices yet"),
            ("spdr", "dfa-report fetch spdr"),
        ] {
            let text = source(dir.path(), name).unwrap_err().to_string();
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn templates_are_found_at_any_depth_by_their_relative_name() {
        let dir =
            folder(&[("base.html", b"x"), ("parts/deep/card.html", b"y"), (".git/HEAD", b"z")]);
        let templates = templates(Some(dir.path())).unwrap();
        let names: Vec<&str> = templates.keys().map(String::as_str).collect();
        assert_eq!(names, ["base.html", "parts/deep/card.html"]);
        let none = super::templates(Some(&dir.path().join("none"))).unwrap_err().to_string();
        assert!(none.contains("no folder"), "{none}");
    }
}
