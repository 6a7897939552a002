//! The ids that experiments had before.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Problem, Problems};
use crate::engine::spec::{self, Places, Spec};

/// A problem for every former id that is not free to lead to its experiment; `ids` are of all specs.
pub(super) fn former_ids<'s>(
    specs: impl Iterator<Item = (&'s Spec, &'s Places)>,
    ids: &'s [String],
) -> Problems {
    let mut known: BTreeMap<&str, &str> = ids.iter().map(|id| (id.as_str(), id.as_str())).collect();
    let mut problems = Problems::new();
    for (spec, places) in specs {
        for (former, place) in spec.formerly.iter().zip(&places.formerly) {
            let problem = match (spec::check_id(former), known.insert(former, &spec.id)) {
                (Some(problem), _) => problem,
                (None, Some(owner)) => {
                    Problem::new(format!("`{former}` is taken by the experiment `{owner}`"))
                        .expected("an id that no other experiment has or had")
                }
                (None, None) => continue,
            };
            problems.push(problem.at(place.clone()));
        }
    }
    problems
}
