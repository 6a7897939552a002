//! `--rebuild`: results of git revisions and of the work tree by today's program, through the results
//! store; and the combinations of base and head where several causes changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::sides::{Side, read};
use crate::report::diff::{Combination, Combinations};
use crate::results::Results;
use crate::shell::cli::Folders;
use crate::shell::cli::build::{self, Making};
use crate::shell::store::{self, Logged, Version};

/// What is needed to build a side.
pub(super) struct Rebuilding<'a> {
    pub(super) making: &'a Making,
    /// Folder of the site.
    pub(super) site: &'a Path,
}

/// Specs and prices of a side.
#[derive(Debug)]
pub(super) struct Inputs {
    folders: Folders,
    /// Experiments without prices are taken from the site here.
    kept: PathBuf,
    /// Sources whose prices are not in git: those of the work tree stand in for them.
    pub(super) lent: Vec<String>,
    /// Where they are written out; of the work tree `None`.
    _folder: Option<TempDir>,
}

/// A side that was built.
pub(super) struct Built {
    pub(super) files: Version,
    pub(super) inputs: Inputs,
}

impl Rebuilding<'_> {
    /// Builds a git revision.
    ///
    /// # Errors
    /// As the build of it; if there is no such revision.
    pub(super) fn revision(&self, revision: &str) -> anyhow::Result<(Built, Logged)> {
        let (inputs, logged) = self.written_out(revision)?;
        // A folder of its own for each commit, so that its pages are known the next time.
        let files = self.build(&inputs.folders, &inputs.kept, &logged.hash, &[])?;
        Ok((Built { files, inputs }, logged))
    }

    /// Builds the work tree.
    ///
    /// # Errors
    /// As its build.
    pub(super) fn work_tree(&self) -> anyhow::Result<Built> {
        let folders = self.making.folders.clone();
        let inputs =
            Inputs { folders, kept: self.site.to_owned(), lent: Vec::new(), _folder: None };
        let files = self.build(&inputs.folders, &inputs.kept, "work-tree", &[])?;
        Ok(Built { files, inputs })
    }

    fn build(
        &self,
        folders: &Folders,
        kept: &Path,
        name: &str,
        only: &[String],
    ) -> anyhow::Result<Version> {
        let out = store::rebuilt_folder(name);
        let making = self.making.of(folders);
        let arguments = build::Arguments::preview(making, out.clone(), kept.to_owned());
        build::build(&arguments.with_only(only))?;
        Ok(Version::open(&out.display().to_string(), &out)?)
    }

    /// Specs, texts and prices of a revision, written into a folder.
    fn written_out(&self, revision: &str) -> anyhow::Result<(Inputs, Logged)> {
        let folder = tempfile::tempdir()?;
        let to = |name: &str| folder.path().join(name);
        let Folders { experiments, .. } = &self.making.folders;
        let data = self.making.folders.data();
        let beside = |name: &str| experiments.parent().unwrap_or(Path::new("")).join(name);
        let (pages, settings) = (beside("pages"), beside("dfa-report.yaml"));
        let logged = store::write_out(
            revision,
            &[
                (experiments, to("experiments")),
                (data, to("data")),
                (&pages, to("pages")),
                (&settings, to("dfa-report.yaml")),
            ],
        )?;
        let (lent, lacking) = store::lend_prices(data, &to("data"))?;
        if lacking {
            store::write_out(revision, &[(self.site, to("site"))])?;
        }
        let folders = Folders { experiments: to("experiments"), data: Some(to("data")) };
        Ok((Inputs { folders, kept: to("site"), lent, _folder: Some(folder) }, logged))
    }
}

/// Which causes an experiment has beside the program.
struct Causes {
    data: bool,
    spec: bool,
}

impl Causes {
    fn of(old: &Results, new: &Results) -> Self {
        Self {
            data: old.provenance.data_hash != new.provenance.data_hash,
            spec: crate::engine::repository::core(&old.spec)
                != crate::engine::repository::core(&new.spec),
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
        read(&rebuilding.build(&folders, &store::rebuilt_folder("nothing"), name, &both)?)
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
