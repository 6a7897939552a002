//! The one writer of a site: a list of files in memory becomes a folder on the disk.
//!
//! A folder may hold what is not ours: what is written over or deleted is only what the folder's
//! manifest lists, and a folder without a manifest must be empty. A file whose bytes are right is
//! left alone.
//!
//! An interrupted run leaves every file old, new or absent, never in between, and the next run
//! knows what it left: before the files, a manifest is written that lists the old and the new, and
//! after them the one that lists the new alone. One folder is for one writer at a time.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fmt, io};

use walkdir::WalkDir;

use super::fetched::removed;
use super::manifest::{MANIFEST, Manifest, objection};
use super::read::{is_absent, read_if_there};
use super::{Error, shown, write};
use crate::base::diagnostic::{Place, Problem, Problems};

/// What [`publish`] did, in files; the manifest is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Published {
    /// New or with new contents.
    pub written: usize,
    /// Found as they should be.
    pub unchanged: usize,
    /// No longer part of the site.
    pub deleted: usize,
}

/// How a folder and a site differ in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Of the site, not in the folder.
    Missing,
    /// In both, with other contents.
    Differs,
    /// In the folder and of an earlier site: publishing deletes it.
    Surplus,
    /// In the folder and not ours: publishing leaves it alone.
    Unlisted,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Differs => "differs",
            Self::Surplus => "is no longer part of the site",
            Self::Unlisted => "is not a file of the site",
        })
    }
}

/// Makes the folder `out` hold these files, by their paths relative to it.
///
/// # Errors
/// Before anything is touched: problems if a path leads out of the folder or is there twice, or if
/// a file would be written over that is not ours. Otherwise the operating system's error; the next
/// run picks up from there.
pub(crate) fn publish(out: &Path, files: &[(String, Vec<u8>)]) -> Result<Published, Error> {
    refuse_bad_paths(files)?;
    let next = Manifest::of(files);
    let current = Manifest::read(out)?;
    if current.is_none() {
        refuse_foreign_folder(out)?;
    }
    let ours: BTreeSet<&str> = current.iter().flat_map(Manifest::paths).collect();
    let changed = changed(out, files, &ours)?;
    let unchanged = files.len() - changed.len();

    remove_temporaries(out)?;
    if current.as_ref() == Some(&next) && changed.is_empty() {
        return Ok(Published { written: 0, unchanged, deleted: 0 });
    }
    fs_err::create_dir_all(out)?;
    let manifest = out.join(MANIFEST);
    write::replace(&manifest, next.and(current.as_ref()).to_json().as_bytes())?;
    // Deleted before anything is written: an old file may stand where a new folder goes.
    let mut deleted = 0;
    for path in ours.into_iter().filter(|path| !next.lists(path)) {
        deleted += remove(out, path)?;
    }
    for (path, contents) in &changed {
        let target = out.join(path);
        fs_err::create_dir_all(target.parent().unwrap_or(out))?;
        write::replace(&target, contents)?;
    }
    write::replace(&manifest, next.to_json().as_bytes())?;
    Ok(Published { written: changed.len(), unchanged, deleted })
}

/// By which files, each by its path with `/` between its parts, the folder `out` is not what
/// [`publish`] would leave there; the manifest counts as one. Nothing is written. A `.git` at the
/// top is not looked into.
///
/// # Errors
/// Problems if a path leads out of the folder or is there twice; the operating system's error.
pub(crate) fn check(
    out: &Path,
    files: &[(String, Vec<u8>)],
) -> Result<BTreeMap<String, Difference>, Error> {
    refuse_bad_paths(files)?;
    let mut found: BTreeMap<String, Difference> = BTreeMap::new();
    let manifest = (MANIFEST.to_owned(), Manifest::of(files).to_json().into_bytes());
    for (path, contents) in files.iter().chain([&manifest]) {
        match read_if_there(&out.join(path))? {
            None => found.insert(path.clone(), Difference::Missing),
            Some(there) if there != *contents => found.insert(path.clone(), Difference::Differs),
            Some(_) => None,
        };
    }
    // An unreadable manifest lists nothing; that it differs is already said.
    let listed = Manifest::read(out).ok().flatten();
    let wanted: BTreeSet<&str> =
        files.iter().map(|(path, _)| path.as_str()).chain([MANIFEST]).collect();
    for path in present(out)?.into_iter().filter(|path| !wanted.contains(path.as_str())) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let is_ours = listed.as_ref().is_some_and(|manifest| manifest.lists(&path))
            || write::is_temporary(name);
        let kind = if is_ours { Difference::Surplus } else { Difference::Unlisted };
        found.insert(path, kind);
    }
    Ok(found)
}

fn refuse_bad_paths(files: &[(String, Vec<u8>)]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    // Many file systems do not tell `A.html` from `a.html`.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (path, _) in files {
        if let Some(why) = objection(path) {
            problems.push(Problem::new(format!("`{path}` cannot be a file of a site: it {why}")));
        } else if !seen.insert(path.to_lowercase()) {
            problems.push(Problem::new(format!("two files of the site have the path `{path}`")));
        }
    }
    for path in &seen {
        if let Some(file) = folders(path).find(|folder| seen.contains(*folder)) {
            problems.push(Problem::new(format!(
                "`{file}` is a file of the site, so is `{path}` in it"
            )));
        }
    }
    problems.into_result(())
}

fn refuse_foreign_folder(out: &Path) -> Result<(), Error> {
    if !out.exists() {
        return Ok(());
    }
    for entry in fs_err::read_dir(out)? {
        if !write::is_temporary(&entry?.file_name().to_string_lossy()) {
            let message =
                format!("`{}` is not empty and has no {MANIFEST} of dfa-report", shown(out));
            return Err(Problem::new(message)
                .expected("an empty folder, a new one, or one published into before")
                .hint(
                    "name a folder for the site alone with --out; no file of yours is overwritten",
                )
                .into());
        }
    }
    Ok(())
}

/// The files whose bytes are not there yet.
fn changed<'a>(
    out: &Path,
    files: &'a [(String, Vec<u8>)],
    ours: &BTreeSet<&str>,
) -> Result<Vec<&'a (String, Vec<u8>)>, Error> {
    let mut changed = Vec::new();
    let mut problems = Problems::new();
    for file @ (path, contents) in files {
        if let Some(problem) = obstacle(out, path, ours)? {
            problems.push(problem);
            continue;
        }
        match read_if_there(&out.join(path))? {
            Some(there) if there == *contents => {}
            Some(_) if !ours.contains(path.as_str()) => problems.push(
                Problem::new("the file is not in the manifest and would be overwritten")
                    .at(Place::file(shown(&out.join(path))))
                    .hint("move it elsewhere, or delete it if it is of an earlier build"),
            ),
            _ => changed.push(file),
        }
    }
    Ok(problems.into_result(changed)?)
}

/// What stands where a folder of the path should: a file, or a link, which may lead anywhere.
fn obstacle(out: &Path, path: &str, ours: &BTreeSet<&str>) -> Result<Option<Problem>, Error> {
    for folder in folders(path) {
        let place = out.join(folder);
        let kind = match fs_err::symlink_metadata(&place) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if kind.is_symlink() || (kind.is_file() && !ours.contains(folder)) {
            let message = format!("a folder is needed here, for `{path}`");
            return Ok(Some(Problem::new(message).at(Place::file(shown(&place))).hint(
                "nothing is written through links or over files of others: move it elsewhere",
            )));
        }
    }
    Ok(None)
}

/// Deletes a listed file if it is there, and the folders that are empty for it: the count of files.
fn remove(out: &Path, path: &str) -> Result<usize, Error> {
    // Behind a link, or as a folder, it is not the file we wrote, whatever the manifest says.
    if obstacle(out, path, &BTreeSet::new())?.is_some() || out.join(path).is_dir() {
        return Ok(0);
    }
    let deleted = usize::from(removed(&out.join(path))?);
    for (end, _) in path.rmatch_indices('/') {
        // Fails on a folder that still holds something, which is the question.
        if fs_err::remove_dir(out.join(&path[..end])).is_err() {
            break;
        }
    }
    Ok(deleted)
}

/// Removes the temporary files of a run that was killed.
fn remove_temporaries(out: &Path) -> Result<(), Error> {
    for path in present(out)? {
        if write::is_temporary(path.rsplit('/').next().unwrap_or(&path)) {
            fs_err::remove_file(out.join(path))?;
        }
    }
    Ok(())
}

/// All files below a folder, relative to it; none if it is not there. Links are not followed.
fn present(out: &Path) -> Result<Vec<String>, Error> {
    if !out.exists() {
        return Ok(Vec::new());
    }
    let walk = WalkDir::new(out).min_depth(1).sort_by_file_name().into_iter();
    let mut paths = Vec::new();
    for entry in walk.filter_entry(|entry| entry.depth() != 1 || entry.file_name() != ".git") {
        let entry = entry.map_err(io::Error::from)?;
        if !entry.file_type().is_dir() {
            let relative = entry.path().strip_prefix(out).unwrap_or(entry.path());
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            paths.push(parts.join("/"));
        }
    }
    Ok(paths)
}

/// The folders above a file, outermost first: `a`, `a/b` of `a/b/c`.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files = Vec<(String, Vec<u8>)>;

    fn site(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    /// Files written, unchanged and deleted.
    fn counts(out: &Path, files: &[(&str, &str)]) -> [usize; 3] {
        let published = publish(out, &site(files)).unwrap();
        [published.written, published.unchanged, published.deleted]
    }

    fn modified(path: &Path) -> std::time::SystemTime {
        fs_err::metadata(path).unwrap().modified().unwrap()
    }

    fn problem(result: Result<Published, Error>) -> String {
        match result {
            Err(Error::Problems(problems)) => problems.to_string(),
            other => panic!("expected problems, got {other:?}"),
        }
    }

    #[test]
    fn publishing_twice_writes_once_and_deletes_only_what_was_ours() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        let old = [("index.html", "1"), ("a/index.html", "2"), ("a/b/x.csv", "3")];
        assert_eq!(counts(&out, &old), [3, 0, 0]);
        let before = modified(&out.join(MANIFEST));
        assert_eq!(counts(&out, &old), [0, 3, 0]);
        assert_eq!(before, modified(&out.join(MANIFEST)), "nothing to do touches nothing");

        fs_err::write(out.join("CNAME"), "example.org").unwrap();
        fs_err::write(out.join("a/mine.txt"), "mine").unwrap();
        assert_eq!(counts(&out, &[("index.html", "changed")]), [1, 0, 2]);
        assert_eq!(present(&out).unwrap(), ["CNAME", "a/mine.txt", "index.html", MANIFEST]);
        assert!(!out.join("a/b").exists(), "a folder that deleting emptied goes too");
    }

    #[test]
    fn nobody_s_files_are_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        fs_err::write(out.join("Cargo.toml"), "[package]").unwrap();
        assert!(problem(publish(out, &site(&[("index.html", "1")]))).contains("--out"));
        assert_eq!(present(out).unwrap(), ["Cargo.toml"], "refused before anything is written");

        let out = dir.path().join("site");
        publish(&out, &site(&[("index.html", "1")])).unwrap();
        fs_err::write(out.join("CNAME"), "mine").unwrap();
        let wanted = site(&[("index.html", "2"), ("CNAME", "ours")]);
        assert!(problem(publish(&out, &wanted)).contains("would be overwritten"));
        assert_eq!(fs_err::read(out.join("index.html")).unwrap(), b"1");
        // The same bytes are no loss to anybody.
        publish(&out, &site(&[("index.html", "2"), ("CNAME", "mine")])).unwrap();
    }

    #[test]
    fn a_foreign_manifest_is_not_trusted() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join(MANIFEST), "{\"name\": \"an app\"}").unwrap();
        let text = problem(publish(dir.path(), &site(&[("index.html", "1")])));
        assert!(text.contains("not a manifest that dfa-report can use"), "{text}");
    }

    #[test]
    fn paths_that_escape_or_collide_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        for files in [
            site(&[("../x", "")]),
            site(&[("/x", "")]),
            site(&[("x", ""), ("X", "")]),
            site(&[("x", ""), ("x/y", "")]),
            site(&[(MANIFEST, "")]),
        ] {
            problem(publish(&out, &files));
            assert!(check(&out, &files).is_err());
        }
        assert!(!out.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_written_or_deleted_through() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        publish(&out, &site(&[("a/x", "1"), ("b", "1")])).unwrap();
        let elsewhere = dir.path().join("elsewhere");
        fs_err::rename(out.join("a"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, out.join("a")).unwrap();
        assert!(problem(publish(&out, &site(&[("a/x", "2")]))).contains("links"));
        assert_eq!(publish(&out, &site(&[("b", "1")])).unwrap().deleted, 0);
        assert_eq!(fs_err::read(elsewhere.join("x")).unwrap(), b"1");
    }

    #[test]
    fn an_interrupted_run_is_picked_up() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        publish(out, &site(&[("index.html", "1"), ("keep", "1")])).unwrap();
        // Killed after some files, one of them half written under its temporary name.
        let old = Manifest::read(out).unwrap();
        let killed = site(&[("index.html", "2"), ("new", "2"), ("never", "2")]);
        let both = Manifest::of(&killed).and(old.as_ref());
        fs_err::write(out.join(MANIFEST), both.to_json()).unwrap();
        fs_err::write(out.join("index.html"), "2").unwrap();
        fs_err::write(out.join("new"), "2").unwrap();
        fs_err::write(out.join(".dfa-report-tmp-x"), "ha").unwrap();
        let wanted = [("index.html", "3"), ("keep", "1")];
        let differences = check(out, &site(&wanted)).unwrap();
        assert!(differences.contains_key(MANIFEST), "an unfinished site is out of date");
        assert_eq!(counts(out, &wanted), [1, 1, 1]);
        assert!(check(out, &site(&wanted)).unwrap().is_empty());
        // A first run that was interrupted does not bar the next.
        let dir = tempfile::tempdir().unwrap();
        let wanted = site(&[("a", "1"), ("b", "1")]);
        fs_err::write(dir.path().join(MANIFEST), Manifest::of(&wanted).to_json()).unwrap();
        fs_err::write(dir.path().join("a"), "1").unwrap();
        assert_eq!(publish(dir.path(), &wanted).unwrap().written, 1);
        assert!(check(dir.path(), &wanted).unwrap().is_empty());
    }

    #[test]
    fn a_file_may_become_a_folder_and_a_folder_a_file() {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path(), &site(&[("a", "1"), ("b/c/d", "1")])).unwrap();
        let wanted = site(&[("a/x", "1"), ("b", "1")]);
        publish(dir.path(), &wanted).unwrap();
        assert!(check(dir.path(), &wanted).unwrap().is_empty());
    }

    #[test]
    fn check_finds_each_kind_of_difference_and_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        let wanted = site(&[("a", "1"), ("b", "1"), ("c", "1")]);
        assert_eq!(check(&out, &wanted).unwrap().len(), 4, "three files and the manifest");
        assert!(!out.exists());
        publish(&out, &site(&[("a", "1"), ("b", "0"), ("old", "1")])).unwrap();
        fs_err::write(out.join("mine"), "").unwrap();
        let differences = check(&out, &wanted).unwrap().into_iter();
        let told: Vec<String> = differences.map(|(path, kind)| format!("{path} {kind}")).collect();
        let expected = [
            "b differs",
            "c is missing",
            "manifest.json differs",
            "mine is not a file of the site",
            "old is no longer part of the site",
        ];
        assert_eq!(told, expected);
        publish(&out, &wanted).unwrap();
        fs_err::remove_file(out.join("mine")).unwrap();
        assert!(check(&out, &wanted).unwrap().is_empty());
    }
}
