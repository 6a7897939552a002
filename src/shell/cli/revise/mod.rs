//! `diff --source`: what changed between two versions of a price source, and what that does to
//! each experiment on it.

mod effect;
mod words;

use std::path::PathBuf;

use clap::Args;

use self::effect::effects;
use super::Format;
use super::load::{Loaded, read_source};
use super::{Outcome, say};
use crate::base::diagnostic::{Place, Problem, Problems, did_you_mean};
use crate::engine::spec::{self, Document};
use crate::prices::revision;
use crate::shell::store;

/// Arguments of `diff` about a price source.
#[derive(Debug, Args)]
#[command(next_help_heading = "Price sources")]
pub(super) struct SourceArguments {
    /// Compare two versions of this price source instead of two sites, and run its experiments on
    /// both. BASE and HEAD are then git revisions, folders with a price file, or price files; HEAD
    /// is the source as it is now by default.
    #[arg(long, value_name = "NAME", conflicts_with = "site")]
    pub(super) source: Option<String>,
    /// Folder of experiment specs.
    #[arg(long, value_name = "DIR", default_value = "experiments", requires = "source")]
    experiments: PathBuf,
    /// Folder of price sources, where revisions are looked up.
    #[arg(long, value_name = "DIR", default_value = "data", requires = "source")]
    data: PathBuf,
    /// Run only this experiment; may be given again.
    #[arg(long, value_name = "ID", requires = "source")]
    only: Vec<String>,
}

/// The two sides as the user named them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) base: &'a str,
    pub(super) head: Option<&'a str>,
}

/// Runs the command on the source `name`.
///
/// Experiments that cannot run on one of the versions do not keep the rest from being told: the
/// report goes to standard output, and the problems are the error.
pub(super) fn run(
    name: &str,
    sides: Sides<'_>,
    arguments: &SourceArguments,
    format: Format,
    gate: bool,
) -> anyhow::Result<Outcome> {
    let versions = versions(name, sides, arguments)?;
    let revision = revision::compare(&versions[0].table, &versions[1].table)?;
    let mut problems = Problems::new();
    let documents = documents(name, arguments, &mut problems);
    let effects = effects(&documents, &versions, revision.changes_days(), &mut problems)?;
    say(&match format {
        Format::Text => words::to_text(name, &revision, &effects),
        Format::Markdown => words::to_markdown(name, &revision, &effects),
    })?;
    problems.into_result(())?;
    let failed = gate && effects.on_shared_days.is_beyond_noise();
    Ok(if failed { Outcome::Findings } else { Outcome::Done })
}

/// Both versions, read and checked; the problems of both at once.
fn versions(
    name: &str,
    sides: Sides<'_>,
    arguments: &SourceArguments,
) -> anyhow::Result<[Loaded; 2]> {
    let read = |side: Option<&str>| -> Result<Loaded, store::Error> {
        let files = match side {
            Some(side) => store::source_version(side, &arguments.data, name)?,
            None => store::source(&arguments.data, name)?,
        };
        Ok(read_source(files)?)
    };
    match (read(Some(sides.base)), read(sides.head)) {
        (Ok(base), Ok(head)) => Ok([base, head]),
        (Err(store::Error::Problems(mut problems)), Err(store::Error::Problems(more))) => {
            problems.extend(more);
            Err(problems.into())
        }
        (Err(error), _) | (_, Err(error)) => Err(error.into()),
    }
}

/// The specs on the source, those of `--only` if it is given.
fn documents(name: &str, arguments: &SourceArguments, problems: &mut Problems) -> Vec<Document> {
    let files = match store::experiments(&arguments.experiments) {
        Ok(files) => files,
        Err(found) => {
            problems.extend(found);
            return Vec::new();
        }
    };
    let known = || files.iter().map(|file| file.id.as_str());
    for id in arguments.only.iter().filter(|id| !known().any(|known| known == *id)) {
        let problem = Problem::new(format!("--only {id}: there is no such experiment"));
        problems.push(match did_you_mean(id, known()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem,
        });
    }
    let is_wanted = |id: &String| arguments.only.is_empty() || arguments.only.contains(id);
    let mut documents = Vec::new();
    for file in files.iter().filter(|file| is_wanted(&file.id)) {
        match spec::parse(&file.id, &file.file, &file.text) {
            Ok(document) if document.spec.data.source == name => documents.push(document),
            Ok(document) if !arguments.only.is_empty() => {
                problems.push(other_source(name, &document));
            }
            Ok(_) => {}
            Err(found) => problems.extend(found),
        }
    }
    documents
}

fn other_source(name: &str, document: &Document) -> Problem {
    let spec = &document.spec;
    let place: Place = document.places.source.clone();
    Problem::new(format!("--only {}: it uses the source `{}`", spec.id, spec.data.source))
        .at(place)
        .expected(format!("`{name}`"))
}
