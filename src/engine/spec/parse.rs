//! From the text of a spec to a [`Spec`], or to all its problems.

use super::id::check_id;
use super::{Document, Places, check};
use crate::base::diagnostic::{Place, Problems};
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
