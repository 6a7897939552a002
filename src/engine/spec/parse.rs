//! From the text of a spec to a [`Spec`], or to all its problems.

use super::{Document, Places, check};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::yaml::Yaml;
use crate::results::spec::Spec;

/// Reads and checks one spec.
///
/// `id` is the stem of the file, `file` its name as the user knows it (shown in problems), `text`
/// its content. Whether the data has the source, the tickers and the days that the spec names is
/// for the caller to check; [`Document::places`] says where to point.
///
/// # Errors
/// Every problem of the file, in the order of its lines. Text that is not YAML has one problem,
/// its first.
pub fn parse(id: &str, file: &str, text: &str) -> Result<Document, Problems> {
    let mut problems = Problems::new();
    if let Some(problem) = check_id(id) {
        problems.push(problem.at(Place::file(file)));
    }
    let read = Yaml::read::<Spec, _>(file, text, |yaml| {
        check::check(yaml);
        (places(yaml), !yaml.has("regimes"))
    });
    match read {
        Ok((spec, (places, leaves_out_regimes))) => {
            let spec = Spec { id: id.to_owned(), ..spec.filled(leaves_out_regimes) };
            problems.into_result(Document { spec, places })
        }
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

fn places(yaml: &Yaml<'_>) -> Places {
    Places {
        source: yaml.place("data.source"),
        target: yaml.place("data.target"),
        features: yaml.pairs("data.features").into_iter().map(|[(_, place), _]| place).collect(),
        start: yaml.place("data.start"),
        end: yaml.place("data.end"),
        min_train: yaml.place("walk_forward.min_train"),
    }
}

/// Folders of the site that are no experiment's.
const RESERVED_IDS: [&str; 4] = ["assets", "data", "detectors", "methods"];

/// The id becomes a folder of the site and a part of its addresses.
fn check_id(id: &str) -> Option<Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if RESERVED_IDS.contains(&id) {
        let hint = format!("the site has a page of its own at `{id}/`; rename the file");
        return Some(Problem::new(format!("the id `{id}` is taken")).hint(hint));
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
