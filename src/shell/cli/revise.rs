//! `diff --source`: what changed between two versions of a price source, and what that does to
//! each experiment on it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::load::{Loaded, panel, read_source};
use super::{Format, Outcome, progress, say};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::engine::experiment::{self, Source, Task};
use crate::engine::spec::{self, Document};
use crate::prices::data::PriceTable;
use crate::prices::panel::Panel;
use crate::prices::revision;
use crate::report::diff::revised::{self, Revised};
use crate::report::diff::{self, Effect};
use crate::results::Results;
use crate::shell::store;

/// Tickers of which a comment says what was revised; the rest are counted, so that it stays within
/// GitHub's limit.
const MOST_TICKERS: usize = 30;

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
    let (on_shared_days, on_all_days) =
        effects(&documents, &versions, revision.changes_days(), &mut problems)?;
    let (render, prices): (fn(&Revised<'_>) -> String, String) = match format {
        Format::Text => (revised::to_text, revision::to_text(&revision, usize::MAX)),
        Format::Markdown => {
            let text = revision::to_text(&revision, MOST_TICKERS);
            (revised::to_markdown, format!("```text\n{text}```\n"))
        }
    };
    say(&render(&Revised {
        source: name,
        summary: &revision.summary(),
        prices: &prices,
        shared_days: revision.shared_days,
        on_shared_days: &on_shared_days,
        on_all_days: on_all_days.as_ref(),
    }))?;
    problems.into_result(())?;
    let failed = gate && on_shared_days.is_beyond_noise();
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
        let message = format!("--only {id}: there is no such experiment");
        problems.push(Problem::new(message).near(id, known()));
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

/// What a revision does to the experiments, on shared days and on all days of each version; the
/// latter `None` if they have the same days.
type Effects = (Effect, Option<Effect>);

/// Runs the experiments on both versions; `problems` hears of those that cannot run on one.
///
/// # Errors
/// What an experiment refuses at last, though its panel was accepted.
fn effects(
    documents: &[Document],
    versions: &[Loaded; 2],
    days_differ: bool,
    problems: &mut Problems,
) -> Result<Effects, Problems> {
    let tables = [&versions[0].table, &versions[1].table];
    let whole = prepare(&documents.iter().collect::<Vec<_>>(), tables, problems);
    if !days_differ {
        return Ok((run_both(&whole, versions)?, None));
    }
    let cut = revision::on_shared_days(tables[0], tables[1]);
    // What cannot run on all days has been told.
    let able: Vec<&Document> = whole.iter().map(|pair| pair.document).collect();
    let shared = prepare(&able, [&cut[0], &cut[1]], problems);
    Ok((run_both(&shared, versions)?, Some(run_both(&whole, versions)?)))
}

/// An experiment with its panel on each version.
struct Prepared<'a> {
    document: &'a Document,
    panels: [Panel; 2],
}

fn prepare<'a>(
    documents: &[&'a Document],
    tables: [&PriceTable; 2],
    problems: &mut Problems,
) -> Vec<Prepared<'a>> {
    let mut prepared = Vec::new();
    for document in documents {
        match tables.map(|table| panel(table, document).map_err(|found| named(&found, table))) {
            [Ok(base), Ok(head)] => {
                prepared.push(Prepared { document, panels: [base, head] });
            }
            sides => sides.into_iter().filter_map(Result::err).for_each(|p| problems.extend(p)),
        }
    }
    prepared
}

/// Problems that say of which version they are.
fn named(found: &Problems, table: &PriceTable) -> Problems {
    let mut problems = Problems::new();
    for problem in found.iter() {
        let mut problem = problem.clone();
        if !problem.message.contains(&table.file) {
            problem.message = format!("{}: {}", table.file, problem.message);
        }
        problem.place = problem.place.or_else(|| Some(Place::file(&table.file)));
        problem.hint = problem.hint.or_else(|| {
            Some("compare the experiments that run on both versions with --only".to_owned())
        });
        problems.push(problem);
    }
    problems
}

fn run_both(prepared: &[Prepared<'_>], versions: &[Loaded; 2]) -> Result<Effect, Problems> {
    // A bare price file says nothing of its planted truth: it is the other version's then.
    let truths = [0, 1]
        .map(|side| versions[side].truth.as_ref().or_else(|| versions[1 - side].truth.as_ref()));
    let descriptions = [0, 1].map(|side| {
        versions[side].description.as_ref().or_else(|| versions[1 - side].description.as_ref())
    });
    // The same panel gives the same results, to the last bit.
    let moved: Vec<&Prepared<'_>> = prepared
        .iter()
        .filter(|pair| pair.panels[0] != pair.panels[1] || truths[0] != truths[1])
        .collect();
    let progress = progress::bar(2 * moved.len());
    let mut sites: Vec<BTreeMap<String, Results>> = Vec::new();
    for side in [0, 1] {
        let source = Source { description: descriptions[side], truth: truths[side] };
        let tasks: Vec<Task<'_>> = moved
            .iter()
            .map(|pair| Task { spec: &pair.document.spec, panel: &pair.panels[side], source })
            .collect();
        let ran = experiment::run_all(&tasks, &|id| {
            progress.set_message(id.to_owned());
            progress.inc(1);
        })?;
        sites.push(ran.into_iter().map(|(results, _)| (results.id.clone(), results)).collect());
    }
    progress.finish_and_clear();
    // The hash of a revised panel differs without saying anything.
    let [base, head] = sites.as_mut_slice() else { unreachable!("there are two versions") };
    for (id, results) in head.iter_mut() {
        if let Some(old) = base.get(id) {
            results.provenance.data_hash.clone_from(&old.provenance.data_hash);
        }
    }
    Ok(Effect::of(prepared.len(), diff::compare(base, head)))
}
