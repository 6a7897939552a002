//! One side of a comparison: a built site, a folder of results, or a site as it was at a git
//! revision.

#![allow(clippy::disallowed_methods, reason = "`store` is where files are read")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::git::{Logged, Sought, contents, files_at, lies_to, locate, logged, resolve};
use super::plain::{is_folder, is_there, read_if_there};
use super::read::text_if_there;
use super::site::finish;
use super::{Error, TextFile, shown, write};
use crate::base::diagnostic::{Problem, Problems};

const RESULTS: &str = "results.json";

const SITE: Sought = Sought {
    what: "a built site",
    reading: "a folder with a site",
    contents: "<id>/results.json",
    absent: "there is no folder",
};

/// One side of a comparison.
#[derive(Debug)]
pub(crate) struct Version {
    /// As the user named it.
    name: String,
    place: Location,
    /// The only experiment of it, where a folder of one was named.
    only: Option<String>,
}

#[derive(Debug)]
enum Location {
    Folder(PathBuf),
    Commit(AtCommit),
}

/// A site at a commit.
#[derive(Debug)]
struct AtCommit {
    /// A folder to run git in.
    repository: PathBuf,
    commit: String,
    /// The site's folder as the repository knows it.
    inside: String,
    /// Blobs by their paths below it.
    files: BTreeMap<String, String>,
}

/// How a commit lies to a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lies {
    /// The later one.
    pub(crate) head: Logged,
    /// Whether it is the last commit that both have, and how many of the later one it lacks.
    pub(crate) behind: Option<(bool, usize)>,
}

/// Whether an argument names a folder: it goes before a revision of the same name.
pub(crate) fn is_folder_there(argument: &str) -> bool {
    Path::new(argument).is_dir()
}

/// Refuses a folder that holds a site: its front page would be written over.
///
/// # Errors
/// A problem if it does.
pub(crate) fn check_no_site(folder: &Path) -> Result<(), Problems> {
    if !folder.join("manifest.json").exists() {
        return Ok(());
    }
    let problem = Problem::new(format!("--out {}: a site is there", shown(folder)));
    Err(problem.hint("name another folder, `diff` in it for example").into())
}

impl Version {
    /// A folder with a built site, one with results, or one of a single experiment; else a git revision
    /// at which the folder `site` is looked up.
    ///
    /// # Errors
    /// A problem that names both readings if `argument` is neither, or if the revision has no such
    /// folder; else that a file cannot be read, or what git says.
    pub(crate) fn open(argument: &str, site: &Path) -> Result<Self, Error> {
        let folder = Path::new(argument);
        finish(folder)?;
        if is_folder_there(argument) && is_folder(folder)? {
            let of = |folder: PathBuf, only| Self {
                name: argument.to_owned(),
                place: Location::Folder(folder),
                only,
            };
            if text_if_there(&folder.join(RESULTS))?.is_some()
                && let Some((parent, id)) = parent_and_name(folder)
            {
                return Ok(of(parent, Some(id)));
            }
            let version = of(folder.to_owned(), None);
            if !version.ids_in(folder)?.is_empty() {
                return Ok(version);
            }
        }
        let commit = resolve(argument, site, &SITE)?;
        let (repository, inside) = locate(site)?;
        let Some(files) = files_at(repository, &format!("{commit}:{inside}"))? else {
            return Err(Problem::new(format!(
                "the revision `{argument}` has no folder `{inside}`"
            ))
            .hint(
                "name the site's folder as it was there with --site, or compute its results with \
                     --rebuild",
            )
            .into());
        };
        let repository = repository.to_owned();
        let place = Location::Commit(AtCommit { repository, commit, inside, files });
        Ok(Self { name: argument.to_owned(), place, only: None })
    }

    /// The commit, of a revision.
    ///
    /// # Errors
    /// What git says.
    pub(crate) fn commit(&self) -> Result<Option<Logged>, Error> {
        match &self.place {
            Location::Folder(_) => Ok(None),
            Location::Commit(at) => logged(&at.repository, &at.commit).map(Some),
        }
    }

    /// The only experiment of it, where a folder of one was named.
    pub(crate) fn only(&self) -> Option<&str> {
        self.only.as_deref()
    }

    /// The results of every experiment, by id.
    ///
    /// # Errors
    /// If a folder cannot be read; all files that are there and cannot be read: taken for absent,
    /// they would be told as experiments that were removed.
    pub(crate) fn results(&self) -> Result<BTreeMap<String, TextFile>, Error> {
        match &self.place {
            Location::Folder(folder) => {
                let mut results = BTreeMap::new();
                let mut problems = Problems::new();
                let ids = match &self.only {
                    Some(id) => vec![id.clone()],
                    None => self.ids_in(folder)?,
                };
                for id in ids {
                    match text_if_there(&folder.join(&id).join(RESULTS)) {
                        Ok(Some(file)) => results.extend([(id, file)]),
                        Ok(None) => {}
                        Err(problem) => problems.push(problem),
                    }
                }
                Ok(problems.into_result(results)?)
            }
            Location::Commit(at) => {
                let paths = at.files.keys().filter_map(|path| {
                    let (id, file) = path.split_once('/')?;
                    (file == RESULTS).then_some((id.to_owned(), path.clone()))
                });
                let paths: Vec<(String, String)> = paths.collect();
                let names: Vec<&str> = paths.iter().map(|(_, path)| path.as_str()).collect();
                let mut texts = at.contents(&names)?;
                let file = |(id, path): (String, String)| {
                    let text = texts.remove(&path)?;
                    let text = String::from_utf8_lossy(&text).into_owned();
                    Some((id, TextFile { file: self.file(&path), text }))
                };
                Ok(paths.into_iter().filter_map(file).collect())
            }
        }
    }

    /// The contents of those of some files that are there, by their paths below the site's root.
    ///
    /// # Errors
    /// A file that cannot be read; what git says.
    pub(crate) fn contents(&self, paths: &[String]) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        match &self.place {
            Location::Folder(folder) => {
                let mut contents = BTreeMap::new();
                for path in paths {
                    if let Some(bytes) = read_if_there(&folder.join(path))? {
                        contents.insert(path.clone(), bytes);
                    }
                }
                Ok(contents)
            }
            Location::Commit(at) => {
                let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                at.contents(&paths)
            }
        }
    }

    /// A file as messages show it, by its path below the site's root.
    pub(crate) fn file(&self, path: &str) -> String {
        match &self.place {
            Location::Folder(folder) => shown(&folder.join(path)),
            Location::Commit(at) => {
                // At the top of a repository the folder of the site has no name.
                let slash = if at.inside.is_empty() { "" } else { "/" };
                format!("{}:{}{slash}{path}", self.name, at.inside)
            }
        }
    }

    /// The ids of all experiments with results in a folder.
    fn ids_in(&self, folder: &Path) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        for entry in fs_err::read_dir(folder)? {
            let entry = entry?;
            // What cannot be read is told when it is.
            if let Some(id) = entry.file_name().to_str()
                && is_there(&entry.path().join(RESULTS)).unwrap_or(true)
            {
                ids.push(id.to_owned());
            }
        }
        ids.sort();
        Ok(ids)
    }
}

impl AtCommit {
    fn contents(&self, paths: &[&str]) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let blobs: Vec<(&str, &str)> = paths
            .iter()
            .filter_map(|path| Some((*path, self.files.get(*path)?.as_str())))
            .collect();
        if blobs.is_empty() { Ok(BTreeMap::new()) } else { contents(&self.repository, &blobs) }
    }
}

/// The folder that a folder is in, and its own name.
fn parent_and_name(folder: &Path) -> Option<(PathBuf, String)> {
    let whole = fs_err::canonicalize(folder).ok()?;
    let name = whole.file_name()?.to_str()?.to_owned();
    // As it was named, where that is possible: it is part of messages.
    let parent = match folder.parent() {
        Some(parent) if folder.file_name().is_some() => parent.to_owned(),
        _ => whole.parent()?.to_owned(),
    };
    Some((parent, name))
}

/// A commit that an argument names in the repository `site` is in, as its log tells it, and how it
/// lies to the commit that `head` names.
///
/// # Errors
/// A problem if there is no such commit; what git says.
pub(crate) fn lies(commit: &str, head: &str, site: &Path) -> Result<Lies, Error> {
    let [commit, head] = [resolve(commit, site, &SITE)?, resolve(head, site, &SITE)?];
    let (repository, _) = locate(site)?;
    Ok(Lies { behind: lies_to(repository, &commit, &head), head: logged(repository, &head)? })
}

/// Files of a commit, written into a folder that goes when this does.
#[derive(Debug)]
pub(crate) struct WrittenOut {
    folder: tempfile::TempDir,
    /// The commit.
    pub(crate) logged: Logged,
}

impl WrittenOut {
    /// Where the files of a path are, by the name that it was given.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether the commit had anything at the path of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }
}

/// Writes what a commit holds of some files and folders of the work tree into a folder, each under
/// the name beside it.
///
/// Only objects are read: the work tree, the index and the list of work trees stay as they are.
///
/// # Errors
/// A problem if there is no such commit; what git says; the operating system's.
pub(crate) fn write_out(revision: &str, paths: &[(&Path, &str)]) -> Result<WrittenOut, Error> {
    let first = paths.first().map_or(Path::new("."), |(path, _)| path);
    let commit = resolve(revision, first, &SITE)?;
    let written =
        WrittenOut { folder: tempfile::tempdir()?, logged: logged(locate(first)?.0, &commit)? };
    for (path, name) in paths {
        let (repository, inside) = locate(path)?;
        let (folder, own) = inside.rsplit_once('/').unwrap_or(("", &inside));
        let Some(files) = files_at(repository, &format!("{commit}:{folder}"))? else { continue };
        let below = format!("{own}/");
        let wanted: Vec<(&str, &str)> = files
            .iter()
            .filter(|(path, _)| *path == own || path.starts_with(&below))
            .map(|(path, blob)| (path.as_str(), blob.as_str()))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        for (path, bytes) in contents(repository, &wanted)? {
            let to = written.path(name);
            let to = path.strip_prefix(&below).map_or_else(|| to.clone(), |rest| to.join(rest));
            write::write_file(&to, &bytes, true)?;
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::scratch::{commit, must, write};
    use super::*;

    /// A repository with two commits; the work tree has a third state.
    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let site = dir.path().join("reports/site");
        must(dir.path(), &["init", "--quiet"]);
        write(&site.join("a/results.json"), "a1\n");
        write(&site.join("a/index.html"), "page");
        write(&site.join("a/deep/results.json"), "not an experiment's");
        write(&site.join("index.html"), "page");
        commit(dir.path(), "one");
        write(&site.join("a/results.json"), "a2\n");
        write(&site.join("b/results.json"), "b2 without a line end");
        commit(dir.path(), "two");
        write(&site.join("a/results.json"), "a3\n");
        dir
    }

    /// What a side holds, each experiment as `id: text`.
    fn read(argument: &str, site: &Path) -> Vec<String> {
        let results = Version::open(argument, site).unwrap().results().unwrap().into_iter();
        results.map(|(id, file)| format!("{id}: {}", file.text)).collect()
    }

    #[test]
    fn a_site_is_read_at_a_revision_and_the_work_tree_stays() {
        let dir = repository();
        let site = dir.path().join("reports/site");
        assert_eq!(read("one", &site), ["a: a1\n"]);
        assert_eq!(read("HEAD", &site), ["a: a2\n", "b: b2 without a line end"]);
        // A folder first, a revision second.
        assert_eq!(read(site.to_str().unwrap(), &site)[0], "a: a3\n");
        // One experiment alone.
        assert_eq!(read(site.join("a").to_str().unwrap(), &site), ["a: a3\n"]);
        // A site that is not built at present is found in the past all the same.
        fs_err::remove_dir_all(dir.path().join("reports")).unwrap();
        assert_eq!(read("HEAD~1", &site).len(), 1);
        // A site at the top of a repository.
        let dir = tempfile::tempdir().unwrap();
        must(dir.path(), &["init", "--quiet"]);
        write(&dir.path().join("a/results.json"), "1");
        commit(dir.path(), "one");
        assert_eq!(read("HEAD", dir.path()), ["a: 1"]);
    }

    #[test]
    fn files_are_read_from_a_folder_and_from_a_revision_and_what_is_absent_is_left_out() {
        let dir = repository();
        let site = dir.path().join("reports/site");
        let paths = ["a/index.html", "a/none.csv"].map(str::to_owned);
        for side in ["one", site.to_str().unwrap()] {
            let found = Version::open(side, &site).unwrap().contents(&paths).unwrap();
            assert_eq!(found, BTreeMap::from([(paths[0].clone(), b"page".to_vec())]), "{side}");
        }
    }

    #[test]
    fn commits_tell_how_they_lie_to_each_other_and_what_they_hold_can_be_written_out() {
        let dir = repository();
        let site = dir.path().join("reports/site");
        let lies = lies("one", "HEAD", &site).unwrap();
        assert_eq!((lies.behind, lies.head.subject.as_str()), (Some((true, 1)), "two"));
        let (index, absent) = (site.join("index.html"), site.join("none"));
        let paths =
            [(site.as_path(), "all"), (index.as_path(), "front.html"), (absent.as_path(), "none")];
        let written = write_out("one", &paths).unwrap();
        assert_eq!(written.logged.subject, "one");
        let text = |name: &str| fs_err::read_to_string(written.path(name)).unwrap();
        assert_eq!(
            (text("all/a/results.json"), text("front.html")),
            ("a1\n".into(), "page".into())
        );
        assert!(!written.path("none").exists() && !written.path("all/b").exists());
    }

    #[test]
    fn what_is_neither_a_folder_nor_a_revision_is_a_problem() {
        let dir = repository();
        let told =
            |argument: &str, site: &Path| Version::open(argument, site).unwrap_err().to_string();
        for argument in ["no-such-thing", "--help", "", dir.path().to_str().unwrap()] {
            let text = told(argument, dir.path());
            assert!(text.contains("neither a built site nor a git revision"), "{text}");
        }
        assert!(told("main-of-yesterday", dir.path()).contains("git fetch"));
        let absent = told("one", &dir.path().join("elsewhere"));
        assert!(absent.contains("has no folder `elsewhere`"), "{absent}");
    }
}
