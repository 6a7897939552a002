//! What may be written into a folder: our files only, and none through a link.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::path::Path;

use super::super::plain::read_if_there;
use super::super::{Error, shown};
use super::manifest::objection;
use super::paths::{files_below, folders, obstacle};
use crate::base::diagnostic::{Place, Problem};

/// The paths of a site, as far as they have come.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    /// In small letters: many file systems do not tell `A.html` from `a.html`.
    paths: BTreeSet<String>,
}

/// What stands where a file of the site belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The file with the same bytes.
    Same,
    /// Nothing, or a file of ours with other bytes.
    Other,
}

impl Allowed {
    /// Takes in a path.
    ///
    /// # Errors
    /// A path that leads out of the folder or is there already, and one in whose place, or above
    /// which, there is another.
    pub(super) fn admit(&mut self, path: &str) -> Result<(), Problem> {
        if let Some(why) = objection(path) {
            return Err(Problem::new(format!("`{path}` cannot be a file of a site: it {why}")));
        }
        let small = path.to_lowercase();
        let within = |file: &str, path: &str| {
            Problem::new(format!("`{file}` is a file of the site, so is `{path}` in it"))
        };
        if self.paths.contains(&small) {
            return Err(Problem::new(format!("two files of the site have the path `{path}`")));
        }
        if let Some(file) = folders(&small).find(|folder| self.paths.contains(*folder)) {
            return Err(within(file, &small));
        }
        let below = format!("{small}/");
        if let Some(inner) = self.paths.range(below.clone()..).next()
            && inner.starts_with(&below)
        {
            return Err(within(&small, inner));
        }
        self.paths.insert(small);
        Ok(())
    }
}

/// Two files of one path.
pub(super) fn wanted_twice(path: &str) -> Problem {
    Problem::new(format!("two pages of the site want to be `{path}`"))
        .hint("give the experiment or the source another name")
}

/// What stands in the folder where a file of the site belongs.
///
/// # Errors
/// A problem if something of others is in the way; the operating system's error.
pub(super) fn standing(
    out: &Path,
    path: &str,
    contents: &[u8],
    is_ours: impl Fn(&str) -> bool,
) -> Result<Standing, Error> {
    let place = out.join(path);
    let at = |place: &Path| Place::file(shown(place));
    if let Some(obstacle) = obstacle(out, path, &is_ours)? {
        let problem = Problem::new(format!("a folder is needed here, for `{path}`"));
        let hint = "nothing is written through links or over files of others: move it";
        return Err(problem.at(at(&obstacle)).hint(hint).into());
    }
    match read_if_there(&place)? {
        Some(there) if there == *contents => Ok(Standing::Same),
        Some(_) if !is_ours(path) => {
            let problem = Problem::new("the file is not in the manifest and would be overwritten");
            let hint = "move it elsewhere, or delete it if it is of an earlier build";
            Err(problem.at(at(&place)).hint(hint).into())
        }
        None if let Some(other) = file_of_others(&place, path, &is_ours)? => {
            let problem = Problem::new("the folder holds a file that is not in the manifest");
            let expected = format!("no folder here, since `{path}` is a file of the site");
            let place = at(&place.join(other));
            Err(problem.at(place).expected(expected).hint("move it elsewhere").into())
        }
        _ => Ok(Standing::Other),
    }
}

/// A file that is not ours in the folder that stands where our file `path` should.
fn file_of_others(
    place: &Path,
    path: &str,
    is_ours: impl Fn(&str) -> bool,
) -> Result<Option<String>, Error> {
    let mut below = if place.is_dir() { files_below(place, |_| true)? } else { Vec::new() };
    below.retain(|file| !is_ours(&format!("{path}/{file}")));
    Ok(below.into_iter().next())
}
