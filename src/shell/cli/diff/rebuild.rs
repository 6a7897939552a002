//! `--rebuild`: results of git revisions and of the work tree by today's program, through the results
//! store.

use std::path::{Path, PathBuf};

use crate::base::diagnostic::{Problem, Problems};
use crate::shell::cli::Folders;
use crate::shell::cli::build::{self, Making};
use crate::shell::store::{self, Logged, Version, WrittenOut};

/// What is needed to build a side.
pub(super) struct Rebuilding<'a> {
    pub(super) making: &'a Making,
    /// Folder of the site.
    pub(super) site: &'a Path,
}

/// Specs and prices of a side.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) folders: Folders,
    /// Experiments without prices are taken from the site here.
    kept: PathBuf,
    /// Sources whose prices are not in git: those of the work tree stand in for them.
    pub(super) lent: Vec<String>,
    /// Where they are written out; of the work tree nowhere.
    _written: Vec<WrittenOut>,
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
        let files = self.build(&inputs.folders, &inputs.kept, &logged.hash, &[]);
        let files = files.map_err(|error| match problems_of(error) {
            Ok(problems) => of_revision(&problems, &inputs, revision).into(),
            Err(error) => error,
        })?;
        Ok((Built { files, inputs }, logged))
    }

    /// Builds the work tree.
    ///
    /// # Errors
    /// As its build.
    pub(super) fn work_tree(&self) -> anyhow::Result<Built> {
        let folders = self.making.folders.clone();
        let inputs =
            Inputs { folders, kept: self.site.to_owned(), lent: Vec::new(), _written: Vec::new() };
        let files = self.build(&inputs.folders, &inputs.kept, "work-tree", &[])?;
        Ok(Built { files, inputs })
    }

    /// Builds some experiments, all where none is named, into the folder of this name.
    ///
    /// # Errors
    /// As the build.
    pub(super) fn build(
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
        let Folders { experiments, .. } = &self.making.folders;
        let data = self.making.folders.data();
        let beside = |name: &str| experiments.parent().unwrap_or(Path::new("")).join(name);
        let (pages, settings) = (beside("pages"), beside("dfa-report.yaml"));
        let files = store::write_out(
            revision,
            &[
                (experiments, "experiments"),
                (data, "data"),
                (&pages, "pages"),
                (&settings, "dfa-report.yaml"),
            ],
        )?;
        if !files.has("experiments") {
            let folder = experiments.display();
            let problem =
                Problem::new(format!("the revision `{revision}` has no folder `{folder}`"));
            return Err(Problems::from(problem.hint("name it with --experiments")).into());
        }
        let (lent, lacking) = store::lend_prices(data, &files.path("data"))?;
        let folders =
            Folders { experiments: files.path("experiments"), data: Some(files.path("data")) };
        let (logged, mut kept) = (files.logged.clone(), files.path("site"));
        let mut written = vec![files];
        if lacking {
            let site = store::write_out(revision, &[(self.site, "site")])?;
            kept = site.path("site");
            written.push(site);
        }
        Ok((Inputs { folders, kept, lent, _written: written }, logged))
    }
}

/// Problems of files that were written out, with the names that they have in git.
fn of_revision(problems: &Problems, inputs: &Inputs, revision: &str) -> Problems {
    let root = inputs.folders.experiments.parent().map(|root| format!("{}/", root.display()));
    let named = |text: &str| match &root {
        Some(root) => text.replace(root.as_str(), &format!("{revision}:")),
        None => text.to_owned(),
    };
    let mut renamed = Problems::new();
    for mut problem in problems.iter().cloned() {
        problem.message = named(&problem.message);
        if let Some(place) = &mut problem.place {
            place.file = named(&place.file);
        }
        renamed.push(problem);
    }
    renamed
}

/// The problems that an error is, if it is some.
pub(super) fn problems_of(error: anyhow::Error) -> anyhow::Result<Problems> {
    match error.downcast::<store::Error>() {
        Ok(store::Error::Problems(problems)) => Ok(problems),
        Ok(error) => Err(error.into()),
        Err(error) => error.downcast::<Problems>(),
    }
}
