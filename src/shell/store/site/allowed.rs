//! What may be written into a folder: our files only, and none through a link.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::path::Path;

use super::super::plain::read_if_there;
use super::super::{Error, shown};
use super::manifest::objection;
use super::paths::{files_below, folders, obstacle};
use crate::base::diagnostic::{Place, Problem, Problems};

/// # Errors
/// A problem for every path that leads out of the folder or is there twice.
pub(super) fn refuse_bad_paths(files: &[(String, Vec<u8>)]) -> Result<(), Problems> {
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

/// The paths of the files whose bytes are not there yet.
///
/// # Errors
/// A problem for everything of others that is in the way; the operating system's error.
pub(super) fn changed<'a>(
    out: &Path,
    files: &'a [(String, Vec<u8>)],
    ours: &BTreeSet<&str>,
) -> Result<BTreeSet<&'a str>, Error> {
    let mut changed = BTreeSet::new();
    let mut problems = Problems::new();
    for (path, contents) in files {
        let place = out.join(path);
        if let Some(obstacle) = obstacle(out, path, ours)? {
            let message = format!("a folder is needed here, for `{path}`");
            problems.push(
                Problem::new(message)
                    .at(Place::file(shown(&obstacle)))
                    .hint("nothing is written through links or over files of others: move it"),
            );
            continue;
        }
        match read_if_there(&place)? {
            Some(there) if there == *contents => {}
            Some(_) if !ours.contains(path.as_str()) => problems.push(
                Problem::new("the file is not in the manifest and would be overwritten")
                    .at(Place::file(shown(&place)))
                    .hint("move it elsewhere, or delete it if it is of an earlier build"),
            ),
            None if let Some(other) = file_of_others(&place, path, ours)? => problems.push(
                Problem::new("the folder holds a file that is not in the manifest")
                    .at(Place::file(shown(&place.join(other))))
                    .expected(format!("no folder here, since `{path}` is a file of the site"))
                    .hint("move it elsewhere"),
            ),
            _ => {
                changed.insert(path.as_str());
            }
        }
    }
    Ok(problems.into_result(changed)?)
}

/// A file that is not ours in the folder that stands where our file `path` should.
fn file_of_others(
    place: &Path,
    path: &str,
    ours: &BTreeSet<&str>,
) -> Result<Option<String>, Error> {
    let mut below = if place.is_dir() { files_below(place, |_| true)? } else { Vec::new() };
    below.retain(|file| !ours.contains(format!("{path}/{file}").as_str()));
    Ok(below.into_iter().next())
}
