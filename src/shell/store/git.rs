//! A built site as it is in a folder, or as it was at a git revision.
//!
//! Git is asked for objects only (`cat-file`): no checkout, no index, no work tree is touched.

#![allow(clippy::disallowed_methods, reason = "`store` is where other programs are run")]

use std::collections::BTreeMap;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Error, shown};
use crate::base::diagnostic::Problem;

const RESULTS: &str = "results.json";

/// The text of every experiment's `results.json` by experiment, from one side of a comparison: a
/// folder with a built site, else a git revision at which the folder `site` is looked up.
///
/// # Errors
/// A problem that names both readings if `argument` is neither; else as of [`results_in`] and
/// [`results_at`].
pub(crate) fn side(argument: &str, site: &Path) -> Result<BTreeMap<String, String>, Error> {
    let folder = Path::new(argument);
    if folder.is_dir() {
        let results = results_in(folder)?;
        if !results.is_empty() {
            return Ok(results);
        }
    }
    match resolve(argument, site)? {
        Revision::Commit(commit) => results_of(&commit, argument, site),
        Revision::Unknown { hint } => Err(neither(argument, site).hint(hint).into()),
    }
}

/// The text of every `<id>/results.json` of a built site, by id.
///
/// # Errors
/// If the folder or one of the files cannot be read.
pub(crate) fn results_in(dir: &Path) -> Result<BTreeMap<String, String>, Error> {
    let mut results = BTreeMap::new();
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path().join(RESULTS);
        if let (Some(id), true) = (entry.file_name().to_str(), path.is_file()) {
            results.insert(id.to_owned(), fs_err::read_to_string(path)?);
        }
    }
    Ok(results)
}

/// The text of every `<id>/results.json` that the folder `site` had at a git revision, by id. The
/// repository is the one `site` is in, which need not exist any more itself.
///
/// # Errors
/// A problem if there is no such revision, or no such folder at it; else what git says.
pub(crate) fn results_at(revision: &str, site: &Path) -> Result<BTreeMap<String, String>, Error> {
    match resolve(revision, site)? {
        Revision::Commit(commit) => results_of(&commit, revision, site),
        Revision::Unknown { hint } => {
            Err(Problem::new(format!("there is no git revision `{revision}`")).hint(hint).into())
        }
    }
}

/// What a name means to git.
pub(super) enum Revision {
    /// This commit, by its full hash.
    Commit(String),
    /// Nothing; the hint says what may be done.
    Unknown { hint: String },
}

const SHALLOW: &str = "a checkout made by a build server often has one commit only: \
                       fetch the revision first (`git fetch origin <revision>`)";

fn neither(argument: &str, site: &Path) -> Problem {
    let folder = if Path::new(argument).is_dir() {
        format!("the folder `{argument}` holds no <id>/{RESULTS}")
    } else {
        format!("there is no folder `{argument}`")
    };
    Problem::new(format!("`{argument}` is neither a built site nor a git revision")).expected(
        format!(
            "a folder with a site ({folder}), or a revision of the repository that `{}` is in \
             (git knows none of that name)",
            shown(site)
        ),
    )
}

/// The commit a revision names, in the repository `site` is in.
pub(super) fn resolve(revision: &str, site: &Path) -> Result<Revision, Error> {
    // A leading dash would be an option of git; a revision never starts with one.
    if revision.is_empty() || revision.starts_with('-') {
        return Ok(Revision::Unknown { hint: "a revision is a branch, a tag or a hash".into() });
    }
    let commit = format!("{revision}^{{commit}}");
    let (folder, _) = split(site);
    let output = run(git(folder).args(["rev-parse", "--verify", "--quiet", &commit]))?;
    let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let is_hash = hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if output.status.success() && is_hash {
        return Ok(Revision::Commit(hash));
    }
    // Silent about an unknown name; what it does say is about the repository as a whole.
    let said = String::from_utf8_lossy(&output.stderr);
    let hint = match said.trim() {
        "" => SHALLOW.to_owned(),
        said => format!("git says: {said}"),
    };
    Ok(Revision::Unknown { hint })
}

/// The results below `site` in the tree of a commit.
fn results_of(
    commit: &str,
    revision: &str,
    site: &Path,
) -> Result<BTreeMap<String, String>, Error> {
    let (folder, inside) = locate(site)?;
    let tree = format!("{commit}:{inside}");
    let known = run(git(folder).args(["cat-file", "-e", &tree]))?;
    if !known.status.success() {
        return Err(Problem::new(format!("the revision `{revision}` has no folder `{inside}`"))
            .hint("name the site's folder as it was there with --out")
            .into());
    }
    // Without --full-tree, the folder git runs in would be looked up once more inside `tree`.
    let listing = text_of(git(folder).args(["ls-tree", "--full-tree", "-r", "-z", &tree]))?;
    // Each entry is "<mode> <type> <object>\t<path>".
    let blobs: Vec<(&str, &str)> = listing
        .split('\0')
        .filter_map(|entry| {
            let (about, path) = entry.split_once('\t')?;
            let (id, file) = path.split_once('/')?;
            (file == RESULTS).then_some((id, about.rsplit(' ').next()?))
        })
        .collect();
    contents(folder, &blobs)
}

/// An existing folder to run git in, and a path as its repository knows it: from its top, with `/`
/// between its parts.
pub(super) fn locate(path: &Path) -> Result<(&Path, String), Error> {
    let (folder, rest) = split(path);
    let prefix = text_of(git(folder).args(["rev-parse", "--show-prefix"]))?;
    let inside: Vec<&str> = prefix
        .trim_end_matches('\n')
        .split('/')
        .chain(rest.split('/'))
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    Ok((folder, inside.join("/")))
}

/// The contents of blobs, by the names given to them: one process for all.
fn contents(folder: &Path, blobs: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Error> {
    // Asked through a file: through a pipe, both sides could come to wait for each other.
    let mut questions = tempfile::tempfile()?;
    for (_, object) in blobs {
        writeln!(questions, "{object}")?;
    }
    questions.rewind()?;
    let mut command = git(folder);
    command.args(["cat-file", "--batch"]).stdin(Stdio::from(questions));
    let output = successful(&mut command)?;
    let garbled = || Error::Git {
        command: shown_command(&command),
        message: "its answer is not in the documented format".to_owned(),
    };
    let mut results = BTreeMap::new();
    let mut rest = output.as_slice();
    for (id, _) in blobs {
        // "<object> <type> <size>\n<contents>\n".
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or_else(garbled)?;
        let header = String::from_utf8_lossy(&rest[..end]);
        let size: usize =
            header.rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(garbled)?;
        let blob = rest.get(end + 1..end + 1 + size).ok_or_else(garbled)?;
        results.insert((*id).to_owned(), String::from_utf8_lossy(blob).into_owned());
        rest = rest.get(end + size + 2..).ok_or_else(garbled)?;
    }
    Ok(results)
}

/// The part of a path that exists as a folder, to run git in, and the rest with `/` between parts.
fn split(site: &Path) -> (&Path, String) {
    let is_folder = |path: &&Path| path.as_os_str().is_empty() || path.is_dir();
    let folder = site.ancestors().find(is_folder).unwrap_or(Path::new(""));
    let rest = site.strip_prefix(folder).unwrap_or(Path::new(""));
    let parts: Vec<_> = rest.iter().map(|part| part.to_string_lossy()).collect();
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    (folder, parts.join("/"))
}

/// Git in the repository a folder is in, whatever repository a hook's environment speaks of.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command.arg("-C").arg(folder).stdin(Stdio::null());
    command
}

pub(super) fn run(command: &mut Command) -> Result<std::process::Output, Error> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::new("git is not installed, or not on the PATH")
            .hint("a folder with a built site can be compared without it")
            .into(),
        _ => Error::Io(error),
    })
}

pub(super) fn successful(command: &mut Command) -> Result<Vec<u8>, Error> {
    let output = run(command)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Error::Git {
        command: shown_command(command),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

pub(super) fn text_of(command: &mut Command) -> Result<String, Error> {
    Ok(String::from_utf8_lossy(&successful(command)?).into_owned())
}

fn shown_command(command: &Command) -> String {
    let arguments: Vec<_> = command.get_args().map(|part| part.to_string_lossy()).collect();
    format!("git {}", arguments.join(" "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::scratch::{must, write};
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
        must(dir.path(), &["add", "."]);
        must(dir.path(), &["commit", "--quiet", "-m", "one"]);
        must(dir.path(), &["tag", "one"]);
        write(&site.join("a/results.json"), "a2\n");
        write(&site.join("b/results.json"), "b2 without a line end");
        must(dir.path(), &["add", "."]);
        must(dir.path(), &["commit", "--quiet", "-m", "two"]);
        write(&site.join("a/results.json"), "a3\n");
        dir
    }

    fn pairs(results: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
        results.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect()
    }

    #[test]
    fn a_site_is_read_at_a_revision_and_the_work_tree_stays() {
        let dir = repository();
        let site = dir.path().join("reports/site");
        assert_eq!(pairs(&results_at("one", &site).unwrap()), [("a", "a1\n")]);
        let two = results_at("HEAD", &site).unwrap();
        assert_eq!(pairs(&two), [("a", "a2\n"), ("b", "b2 without a line end")]);
        assert_eq!(results_in(&site).unwrap()["a"], "a3\n");
        // A site that is not built at present is found in the past all the same.
        fs_err::remove_dir_all(dir.path().join("reports")).unwrap();
        assert_eq!(results_at("HEAD~1", &site).unwrap().len(), 1);
    }

    #[test]
    fn a_side_is_a_folder_first_and_a_revision_second() {
        let dir = repository();
        let site = dir.path().join("reports/site");
        assert_eq!(side(site.to_str().unwrap(), &site).unwrap()["a"], "a3\n");
        assert_eq!(side("one", &site).unwrap()["a"], "a1\n");
        for argument in ["no-such-thing", "--help", "", dir.path().to_str().unwrap()] {
            let text = side(argument, &site).unwrap_err().to_string();
            assert!(text.contains("neither a built site nor a git revision"), "{text}");
        }
    }

    #[test]
    fn what_a_revision_lacks_is_a_problem() {
        let dir = repository();
        let unknown = results_at("main-of-yesterday", dir.path()).unwrap_err();
        assert!(matches!(&unknown, Error::Problems(p) if p.to_string().contains("git fetch")));
        let absent = results_at("one", &dir.path().join("elsewhere")).unwrap_err();
        assert!(absent.to_string().contains("has no folder `elsewhere`"), "{absent}");
    }

    #[test]
    fn a_site_at_the_top_of_a_repository_is_found() {
        let dir = tempfile::tempdir().unwrap();
        must(dir.path(), &["init", "--quiet"]);
        write(&dir.path().join("a/results.json"), "1");
        must(dir.path(), &["add", "."]);
        must(dir.path(), &["commit", "--quiet", "-m", "one"]);
        assert_eq!(pairs(&results_at("HEAD", dir.path()).unwrap()), [("a", "1")]);
    }
}
