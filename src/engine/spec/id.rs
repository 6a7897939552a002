//! What an experiment and a source may be called, for everybody to have them as files.

use crate::base::diagnostic::Problem;

/// Folders of the site that are no experiment's.
const RESERVED_IDS: [&str; 4] = ["assets", "data", "detectors", "methods"];

/// Whether Windows keeps a name, whatever its case and ending, for a device, so that nobody there
/// could have a file or folder of that name.
pub(super) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("").to_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || port
            .is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn device_problem(name: &str) -> Problem {
    Problem::new(format!("`{name}` is a name that Windows keeps for a device"))
        .hint("choose another: nobody on Windows could have such a file or folder")
}

/// The id becomes a folder of the site and a part of its addresses.
pub(super) fn check_id(id: &str) -> Option<Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if RESERVED_IDS.contains(&id) {
        let hint = format!("the site has a page of its own at `{id}/`; rename the file");
        return Some(Problem::new(format!("the id `{id}` is taken")).hint(hint));
    }
    if is_device(id) {
        return Some(device_problem(id));
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
