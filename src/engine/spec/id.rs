//! What an experiment and a source may be called, for everybody to have them as files.

use crate::base::diagnostic::Problem;
use crate::base::name::{LONGEST, is_reserved};

/// Folders of the site that are no experiment's.
const RESERVED_IDS: [&str; 10] = [
    "all",
    "assets",
    "calibration",
    "compare",
    "data",
    "detectors",
    "diff",
    "methods",
    "parts",
    "search",
];

pub(super) fn device_problem(name: &str) -> Problem {
    Problem::new(format!("`{name}` is a name that Windows keeps for a device"))
        .hint("choose another: nobody on Windows could have such a file or folder")
}

/// The id becomes a folder of the site and a part of its addresses.
pub(crate) fn check_id(id: &str) -> Option<Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if RESERVED_IDS.contains(&id) {
        let hint = format!("the site has a page of its own at `{id}/`; rename the file");
        return Some(Problem::new(format!("the id `{id}` is taken")).hint(hint));
    }
    if is_reserved(id) {
        return Some(device_problem(id));
    }
    if id.len() > LONGEST {
        let problem = Problem::new(format!("the id has {} characters", id.chars().count()));
        return Some(problem.expected(format!("{LONGEST} at most")).hint("rename the file"));
    }
    if !id.is_empty() && id.chars().all(plain) {
        return None;
    }
    let problem = Problem::new(format!("the file's stem `{id}` is no id"))
        .expected("lower-case letters, digits and `-`");
    let words = id.to_lowercase();
    let words: Vec<&str> =
        words.split(|c| c == '-' || !plain(c)).filter(|word| !word.is_empty()).collect();
    Some(match words.join("-") {
        slug if slug.is_empty() => problem,
        slug => problem.hint(format!("rename it to `{slug}.yaml`")),
    })
}
