//! Where prices, spec and program changed together: the combinations of base and head.

use std::collections::BTreeMap;

use super::rebuild::{Inputs, Rebuilding, problems_of};
use super::sides::{Side, read};
use crate::engine::repository::core;
use crate::report::diff::{Combination, Combinations};
use crate::results::Results;
use crate::shell::cli::Folders;
use crate::shell::store;

/// Which causes an experiment has beside the program.
struct Causes {
    data: bool,
    spec: bool,
}

impl Causes {
    fn of(old: &Results, new: &Results) -> Self {
        Self {
            data: old.provenance.data_hash != new.provenance.data_hash,
            spec: core(&old.spec) != core(&new.spec),
        }
    }
}

/// The results of experiments of which prices, spec or program changed together, under the
/// combinations of base and head that today's program can run. None where a side was not built here.
///
/// # Errors
/// As the builds.
pub(super) fn combinations(
    base: &Side,
    head: &Side,
    ids: &[String],
    rebuilding: Option<&Rebuilding<'_>>,
) -> anyhow::Result<BTreeMap<String, Combinations>> {
    let (Some(rebuilding), Some(old), Some(new)) = (rebuilding, &base.inputs, &head.inputs) else {
        return Ok(BTreeMap::new());
    };
    let causes: BTreeMap<&String, Causes> =
        ids.iter().map(|id| (id, Causes::of(&base.results[id], &head.results[id]))).collect();
    let both: Vec<String> =
        causes.iter().filter(|(_, is)| is.data && is.spec).map(|(id, _)| (*id).clone()).collect();
    // The prices of one side under the specs of the other.
    let run = |data: &Inputs, spec: &Inputs, name: &str| -> anyhow::Result<_> {
        if both.is_empty() {
            return Ok(BTreeMap::new());
        }
        let folders = Folders {
            experiments: spec.folders.experiments.clone(),
            data: Some(data.folders.data().to_owned()),
        };
        let nothing = store::rebuilt_folder("nothing");
        let of = |ids: &[String]| match rebuilding.build(&folders, &nothing, name, ids) {
            Ok(files) => read(&files),
            // The prices of one side need not have what the spec of the other asks for.
            Err(error) => problems_of(error).map(|_| BTreeMap::new()),
        };
        let all = of(&both)?;
        if !all.is_empty() {
            return Ok(all);
        }
        let mut found = BTreeMap::new();
        for id in &both {
            found.extend(of(std::slice::from_ref(id))?);
        }
        Ok(found)
    };
    let new_data = run(new, old, "new-prices")?;
    let new_spec = run(old, new, "new-specs")?;
    let mut combinations = BTreeMap::new();
    for (id, is) in causes {
        let by_program = base.rebuilt.get(id);
        if [is.data, is.spec, by_program.is_some()].into_iter().filter(|is| *is).count() < 2 {
            continue;
        }
        let (committed, head) = (&base.results[id], &head.results[id]);
        let today = by_program.unwrap_or(committed);
        let mut runs = Combinations::from([(Combination::BASE, committed.clone())]);
        for data in [false, true] {
            for spec in [false, true] {
                // What did not change is the same on both sides.
                let results = match (data && is.data, spec && is.spec) {
                    (false, false) => Some(today),
                    (data, spec) if data == is.data && spec == is.spec => Some(head),
                    (true, _) => new_data.get(id),
                    (false, _) => new_spec.get(id),
                };
                if let Some(results) = results {
                    runs.insert(Combination { data, spec, engine: true }, results.clone());
                }
            }
        }
        combinations.insert(id.clone(), runs);
    }
    Ok(combinations)
}
