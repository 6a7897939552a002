//! What a git revision holds below a folder, and how revisions lie to each other.
//!
//! Git is asked for objects only (`cat-file`): no checkout, no index, no work tree is touched.

#![expect(clippy::disallowed_methods, reason = "`store` is where other programs are run")]

use std::collections::BTreeMap;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Error, shown};
use crate::base::diagnostic::Problem;
use crate::base::units::Day;

/// What an argument may name beside a revision, and how a problem says that it does not.
pub(super) struct Sought {
    pub(super) what: &'static str,
    pub(super) reading: &'static str,
    pub(super) contents: &'static str,
    pub(super) absent: &'static str,
}

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

/// A commit, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logged {
    /// Its full hash.
    pub(crate) hash: String,
    /// First line of its message.
    pub(crate) subject: String,
    /// The committer's day.
    pub(crate) day: Day,
}

/// What the log says of a commit.
///
/// # Errors
/// What git says.
pub(super) fn logged(folder: &Path, commit: &str) -> Result<Logged, Error> {
    let mut command = git(folder);
    command.args(["show", "--no-patch", "--format=%H%n%cs%n%s", commit]);
    let text = text_of(&mut command)?;
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default().to_owned();
    let (hash, day) = (next(), next());
    let day = day.parse().map_err(|_| Error::Git {
        command: shown_command(&command),
        message: "its answer is not in the documented format".to_owned(),
    })?;
    Ok(Logged { hash, day, subject: next() })
}

/// Whether `commit` is the last one that it and `head` have in common, and how many commits of
/// `head` it lacks; `None` where a checkout is too shallow to tell.
pub(super) fn lies_to(folder: &Path, commit: &str, head: &str) -> Option<(bool, usize)> {
    let base = text_of(git(folder).args(["merge-base", commit, head])).ok()?;
    let range = format!("{commit}..{head}");
    let behind = text_of(git(folder).args(["rev-list", "--count", &range])).ok()?;
    Some((base.trim() == commit, behind.trim().parse().ok()?))
}
