//! What a git revision holds below a folder, and a built site from a folder or from a revision.
//!
//! Git is asked for objects only (`cat-file`): no checkout, no index, no work tree is touched.

#![expect(clippy::disallowed_methods, reason = "`store` is where other programs are run")]

use std::collections::BTreeMap;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::plain::is_folder;
use super::read::text_if_there;
use super::site::finish;
use super::{Error, TextFile, shown};
use crate::base::diagnostic::{Problem, Problems};

const RESULTS: &str = "results.json";

/// Every experiment's `results.json` by experiment, from one side of a comparison: a
/// folder with a built site, else a git revision at which the folder `site` is looked up.
///
/// # Errors
/// A problem that names both readings if `argument` is neither, or if the revision has no such
/// folder; else that a file cannot be read, or what git says.
pub(crate) fn side(argument: &str, site: &Path) -> Result<BTreeMap<String, TextFile>, Error> {
    let folder = Path::new(argument);
    finish(folder)?;
    if folder.is_dir() && is_folder(folder)? {
        let results = results_in(folder)?;
        if !results.is_empty() {
            return Ok(results);
        }
    }
    let commit = resolve(argument, site, &SITE)?;
    let (repository, inside) = locate(site)?;
    let Some(files) = files_at(repository, &format!("{commit}:{inside}"))? else {
        return Err(Problem::new(format!("the revision `{argument}` has no folder `{inside}`"))
            .hint("name the site's folder as it was there with --site")
            .into());
    };
    let blobs = files.iter().filter_map(|(path, blob)| {
        let (id, file) = path.split_once('/')?;
        (file == RESULTS).then_some((id, blob.as_str()))
    });
    let contents = contents(repository, &blobs.collect::<Vec<_>>())?.into_iter();
    // At the top of a repository the folder of the site has no name.
    let slash = if inside.is_empty() { "" } else { "/" };
    let file = |(id, text): (String, Vec<u8>)| {
        let file = format!("{argument}:{inside}{slash}{id}/{RESULTS}");
        (id, TextFile { file, text: String::from_utf8_lossy(&text).into_owned() })
    };
    Ok(contents.map(file).collect())
}

/// Every `<id>/results.json` of a built site, by id.
///
/// # Errors
/// If the folder cannot be read; all files that are there and cannot be read: taken for absent,
/// they would be told as experiments that were removed.
fn results_in(dir: &Path) -> Result<BTreeMap<String, TextFile>, Error> {
    let mut results = BTreeMap::new();
    let mut problems = Problems::new();
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(id) = name.to_str() else { continue };
        let path = entry.path().join(RESULTS);
        match text_if_there(&path) {
            Ok(Some(file)) => results.extend([(id.to_owned(), file)]),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    Ok(problems.into_result(results)?)
}

/// What an argument may name beside a revision, and how a problem says that it does not.
pub(super) struct Sought {
    pub(super) what: &'static str,
    pub(super) reading: &'static str,
    pub(super) contents: &'static str,
    pub(super) absent: &'static str,
}

const SITE: Sought = Sought {
    what: "a built site",
    reading: "a folder with a site",
    contents: "<id>/results.json",
    absent: "there is no folder",
};

const SHALLOW: &str = "a checkout made by a build server often has one commit only: \
                       fetch the revision first (`git fetch origin <revision>`)";

/// The commit, by its full hash, that an argument names in the repository `place` is in.
///
/// # Errors
/// A problem that names both readings if there is no such commit.
pub(super) fn resolve(argument: &str, place: &Path, sought: &Sought) -> Result<String, Error> {
    let Sought { what, reading, contents, absent } = sought;
    let neither = |hint: &str| -> Error {
        let folder = if Path::new(argument).is_dir() {
            format!("the folder `{argument}` holds no {contents}")
        } else {
            format!("{absent} `{argument}`")
        };
        Problem::new(format!("`{argument}` is neither {what} nor a git revision"))
            .expected(format!(
                "{reading} ({folder}), or a revision of the repository that `{}` is in (git knows \
                 none of that name)",
                shown(place)
            ))
            .hint(hint)
            .into()
    };
    // A leading dash would be an option of git; a revision never starts with one.
    if argument.is_empty() || argument.starts_with('-') {
        return Err(neither("a revision is a branch, a tag or a hash"));
    }
    let commit = format!("{argument}^{{commit}}");
    let output = run(git(split(place).0).args(["rev-parse", "--verify", "--quiet", &commit]))?;
    let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let is_hash = hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if output.status.success() && is_hash {
        return Ok(hash);
    }
    // Silent about an unknown name; what it does say is about the repository as a whole.
    Err(match String::from_utf8_lossy(&output.stderr).trim() {
        "" => neither(SHALLOW),
        said => neither(&format!("git says: {said}")),
    })
}

/// All files at any depth of a tree by their paths in it, each with the name of its blob; `None` if
/// the repository that `folder` is in has no such tree.
pub(super) fn files_at(
    folder: &Path,
    tree: &str,
) -> Result<Option<BTreeMap<String, String>>, Error> {
    if !run(git(folder).args(["cat-file", "-e", tree]))?.status.success() {
        return Ok(None);
    }
    // Without --full-tree, the folder git runs in would be looked up once more inside `tree`.
    let listing = text_of(git(folder).args(["ls-tree", "--full-tree", "-r", "-z", tree]))?;
    // Each entry is "<mode> <type> <object>\t<path>".
    let entry = |entry: &str| {
        let (about, path) = entry.split_once('\t')?;
        Some((path.to_owned(), about.rsplit(' ').next()?.to_owned()))
    };
    Ok(Some(listing.split('\0').filter_map(entry).collect()))
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
pub(super) fn contents(
    folder: &Path,
    blobs: &[(&str, &str)],
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
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
        results.insert((*id).to_owned(), blob.to_owned());
        rest = rest.get(end + size + 2..).ok_or_else(garbled)?;
    }
    Ok(results)
}

/// The part of a path that exists as a folder, to run git in, and the rest with `/` between parts.
fn split(path: &Path) -> (&Path, String) {
    let is_folder = |path: &&Path| path.as_os_str().is_empty() || path.is_dir();
    let folder = path.ancestors().find(is_folder).unwrap_or(Path::new(""));
    let rest = path.strip_prefix(folder).unwrap_or(Path::new(""));
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

fn run(command: &mut Command) -> Result<std::process::Output, Error> {
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

fn text_of(command: &mut Command) -> Result<String, Error> {
    Ok(String::from_utf8_lossy(&successful(command)?).into_owned())
}

fn shown_command(command: &Command) -> String {
    let arguments: Vec<_> = command.get_args().map(|part| part.to_string_lossy()).collect();
    format!("git {}", arguments.join(" "))
}

#[cfg(test)]
mod tests {
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
        let results = side(argument, site).unwrap().into_iter();
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
    fn what_is_neither_a_folder_nor_a_revision_is_a_problem() {
        let dir = repository();
        let told = |argument: &str, site: &Path| side(argument, site).unwrap_err().to_string();
        for argument in ["no-such-thing", "--help", "", dir.path().to_str().unwrap()] {
            let text = told(argument, dir.path());
            assert!(text.contains("neither a built site nor a git revision"), "{text}");
        }
        assert!(told("main-of-yesterday", dir.path()).contains("git fetch"));
        let absent = told("one", &dir.path().join("elsewhere"));
        assert!(absent.contains("has no folder `elsewhere`"), "{absent}");
    }
}
