//! From the text of a spec to a [`Spec`], or to all its problems.

use std::collections::BTreeSet;

use super::id::check_id;
use super::places::Places;
use super::{Document, Named, check, sweep};
use crate::base::diagnostic::{Place, Problems};
use crate::base::yaml::Yaml;
use crate::results::spec::{Data, Spec};

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
    parse_or_named(id, file, text).map_err(|(problems, _)| problems)
}

/// As [`parse`]; of a spec with problems, what it names all the same, so that the data can be asked
/// for it in the same run.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_or_named(
    id: &str,
    file: &str,
    text: &str,
) -> Result<Document, (Problems, Named)> {
    let mut named = Named::default();
    let mut problems = Problems::new();
    if let Some(problem) = check_id(id) {
        problems.push(problem.at(Place::file(file)));
    }
    let read = Yaml::read::<Spec, _>(file, text, |yaml| {
        check::check(yaml);
        named = self::named(yaml);
        let members = sweep::members(yaml, id);
        (Places::of(yaml), !yaml.has("regimes"), members)
    });
    match read {
        Ok((spec, (places, leaves_out_regimes, members))) => {
            let spec = Spec { id: id.to_owned(), ..spec.filled(leaves_out_regimes) };
            let document = Document { spec, places, members };
            problems.into_result(document).map_err(|problems| (problems, named))
        }
        Err(more) => {
            problems.extend(more);
            // What is refused already is not asked for.
            let refused: BTreeSet<&Place> =
                problems.iter().filter_map(|p| p.place.as_ref()).collect();
            let is_sound = |(_, place): &(String, Place)| !refused.contains(place);
            named.source = named.source.filter(is_sound);
            named.tickers.retain(is_sound);
            Err((problems, named))
        }
    }
}

fn named(yaml: &Yaml<'_>) -> Named {
    let source = yaml.get::<String>("data.source");
    let source = source.or_else(|| yaml.get::<Data>("data").map(|data| data.source));
    let mut tickers = yaml.items::<String>("data.features");
    tickers.extend(yaml.get("data.target").map(|target| ("data.target".to_owned(), target)));
    Named {
        source: source.map(|source| (source, yaml.place("data.source"))),
        tickers: tickers.into_iter().map(|(path, ticker)| (ticker, yaml.place(&path))).collect(),
    }
}
