//! Experiments day by day: the tests of what changed, and the series that its charts show.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::sides::Side;
use crate::engine::repository::paired;
use crate::report::diff::{Pictured, SiteDiff};
use crate::results::{Paired, Series};
use crate::shell::store;

/// The series of one experiment on both sides, or why there are none.
fn both(base: &Side, head: &Side, id: &str) -> Result<Result<[Series; 2], String>, store::Error> {
    Ok(match (base.series(id)?, head.series(id)?) {
        (Ok(old), Ok(new)) => Ok([old, new]),
        (Err(why), _) | (_, Err(why)) => Err(why),
    })
}

/// The paired tests of some experiments, by id; why there are none of one.
///
/// # Errors
/// The operating system's; what git says.
pub(super) fn all(
    base: &Side,
    head: &Side,
    ids: &[String],
) -> Result<BTreeMap<String, Result<Paired, String>>, store::Error> {
    let of = |id: &String| {
        let found = both(base, head, id)?.and_then(|[old, new]| {
            let (old, new) = ((&base.results[id], &old), (&head.results[id], &new));
            paired(old, new).map_err(|problem| problem.message)
        });
        Ok((id.clone(), found))
    };
    ids.par_iter().map(of).collect()
}

/// What the charts of a comparison show: of each experiment that changed the record that moved most.
///
/// # Errors
/// The operating system's; what git says.
pub(super) fn pictured(
    changes: &SiteDiff,
    base: &Side,
    head: &Side,
) -> Result<Vec<Pictured>, store::Error> {
    let mut pictured = Vec::new();
    for changed in &changes.changed {
        let id = &changed.heading.id;
        if let Ok(series) = both(base, head, id)? {
            pictured.extend(Pictured::of(changed, &head.results[id], series));
        }
    }
    Ok(pictured)
}
