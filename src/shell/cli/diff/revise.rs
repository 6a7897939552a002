//! `diff --source`: what changed between two versions of a price source, and what that does to
//! each experiment on it.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;

use super::format::Format;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::engine::experiment::{self, Given, Source, Task};
use crate::engine::repository;
use crate::engine::spec::{self, Document};
use crate::prices::data::PriceTable;
use crate::prices::panel::Panel;
use crate::prices::revision;
use crate::report::diff::revised::{self, Revised};
use crate::report::diff::{self, Effect};
use crate::results::{Results, Series};
use crate::shell::cli::load::{Loaded, given, panel, read_source};
use crate::shell::cli::{Folders, Outcome, progress, say, unknown_ids};
use crate::shell::store::{self, TextFile};

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
    /// Run only this experiment; may be given again.
    #[arg(long, value_name = "ID", requires = "source")]
    pub(super) only: Vec<String>,
}

/// What is asked of the comparison of two versions.
pub(super) struct Asked<'a> {
    pub(super) folders: &'a Folders,
    /// Experiments to run; all that use the source where none is named.
    pub(super) only: &'a [String],
    pub(super) gate: bool,
}

/// Runs the command on the source `name` between the two sides as the user named them.
///
/// Experiments that cannot run on one of the versions do not keep the rest from being told: the
/// report goes to standard output, and the problems are the error.
pub(super) fn run(
    name: &str,
    (base, head): (&str, Option<&str>),
    asked: &Asked<'_>,
    format: Format,
) -> anyhow::Result<Outcome> {
    let (data, experiments) = (asked.folders.data(), asked.folders.experiments.as_path());
    // The problems of both versions at once.
    let versions = match [Some(base), head].map(|side| version(name, side, data)) {
        [Ok(base), Ok(head)] => [base, head],
        [Err(store::Error::Problems(mut problems)), Err(store::Error::Problems(more))] => {
            problems.extend(more);
            return Err(problems.into());
        }
        [Err(error), _] | [_, Err(error)] => return Err(error.into()),
    };
    let revision = revision::compare(&versions[0].table, &versions[1].table)?;
    let mut problems = Problems::new();
    let documents = documents(name, asked, &mut problems);
    let (on_shared_days, on_all_days) =
        effects(&documents, experiments, &versions, revision.changes_days(), &mut problems)?;
    let (render, prices): (fn(&Revised<'_>) -> String, String) = match format {
        Format::Text => (revised::to_text, revision::to_text(&revision, usize::MAX)),
        Format::Json | Format::Html => {
            let problem = Problem::new("--source is told as text or as markdown");
            let hint = "compare two revisions without --source: prices are part of it then";
            return Err(Problems::from(problem.hint(hint)).into());
        }
        Format::Markdown => (revised::to_markdown, revision::to_text(&revision, MOST_TICKERS)),
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
    let failed = asked.gate && on_shared_days.is_real();
    Ok(if failed { Outcome::Findings } else { Outcome::Done })
}

/// One version of a source, read and checked; as it is now if no other is named.
fn version(name: &str, side: Option<&str>, data: &Path) -> Result<Loaded, store::Error> {
    let files = match side {
        Some(side) => store::source_version(side, data, name)?,
        None => store::source(data, name)?,
    };
    Ok(read_source(files)?)
}

/// The specs on the source, those of `--only` if it is given.
fn documents(name: &str, arguments: &Asked<'_>, problems: &mut Problems) -> Vec<Document> {
    let (files, found) = store::experiments(&arguments.folders.experiments);
    problems.extend(found);
    let known: Vec<&str> = files.iter().map(|(id, _)| id.as_str()).collect();
    problems.extend(unknown_ids("--only", arguments.only, &known));
    let is_named = |id: &String| arguments.only.contains(id);
    let mut documents = Vec::new();
    for (id, TextFile { file, text }) in &files {
        if !arguments.only.is_empty() && !is_named(id) {
            continue;
        }
        match spec::parse(id, file, text) {
            Ok(document) if document.spec.data.source == name => documents.push(document),
            Ok(Document { spec, places, .. }) if is_named(id) => problems.push(
                Problem::new(format!("--only {id}: it uses the source `{}`", spec.data.source))
                    .at(places.source)
                    .expected(format!("`{name}`")),
            ),
            Ok(_) => {}
            Err(found) => problems.extend(found),
        }
    }
    documents
}

/// Runs the experiments on both versions, and says what the revision does to them on shared days
/// and on all days of each version, the latter `None` if they have the same days; `problems` hears
/// of those that cannot run on one.
///
/// # Errors
/// What an experiment refuses at last, though its panel was accepted.
fn effects(
    documents: &[Document],
    dir: &Path,
    versions: &[Loaded; 2],
    days_differ: bool,
    problems: &mut Problems,
) -> Result<(Effect, Option<Effect>), Problems> {
    let tables = [&versions[0].table, &versions[1].table];
    let whole = prepare(&documents.iter().collect::<Vec<_>>(), dir, tables, problems);
    if !days_differ {
        return Ok((run_both(&whole, versions)?, None));
    }
    let cut = revision::on_shared_days(tables[0], tables[1]);
    // What cannot run on all days has been told.
    let able: Vec<&Document> = whole.iter().map(|(document, _)| *document).collect();
    let shared = prepare(&able, dir, [&cut[0], &cut[1]], problems);
    Ok((run_both(&shared, versions)?, Some(run_both(&whole, versions)?)))
}

/// An experiment with its panel on each version, and what else it is given.
type Prepared<'a> = (&'a Document, [(Panel, Vec<Given>); 2]);

fn prepare<'a>(
    documents: &[&'a Document],
    dir: &Path,
    tables: [&PriceTable; 2],
    problems: &mut Problems,
) -> Vec<Prepared<'a>> {
    let mut prepared = Vec::new();
    for document in documents {
        let ready = |table: &PriceTable| {
            let panel = panel(table, document)?;
            let given = given(dir, table, document, &panel)?;
            Ok((panel, given))
        };
        match tables.map(|table| ready(table).map_err(|found: Problems| named(&found, table))) {
            [Ok(base), Ok(head)] => prepared.push((*document, [base, head])),
            sides => sides.into_iter().filter_map(Result::err).for_each(|p| problems.extend(p)),
        }
    }
    prepared
}

/// Problems that say of which version they are.
fn named(found: &Problems, table: &PriceTable) -> Problems {
    let mut problems = Problems::new();
    for mut problem in found.iter().cloned() {
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
    let own = [versions[0].source(), versions[1].source()];
    let sources = [0, 1].map(|side| Source {
        description: own[side].description.or(own[1 - side].description),
        truth: own[side].truth.or(own[1 - side].truth),
        given: &[],
    });
    // The same panel gives the same results, to the last bit.
    let moved: Vec<&Prepared<'_>> = prepared
        .iter()
        .filter(|(_, [base, head])| base != head || sources[0].truth != sources[1].truth)
        .collect();
    let progress = progress::bar(2 * moved.len());
    let mut sides: Vec<BTreeMap<String, (Results, Series)>> = Vec::new();
    for (side, source) in sources.into_iter().enumerate() {
        let tasks: Vec<Task<'_>> = moved
            .iter()
            .map(|(document, panels)| Task {
                spec: &document.spec,
                panel: &panels[side].0,
                place: Some(&document.places.source),
                source: Source { given: &panels[side].1, ..source },
            })
            .collect();
        let mut ran = experiment::run_all(&tasks, &|id| {
            progress.set_message(id.to_owned());
            progress.inc(1);
        })?;
        repository::judge_all(&mut ran)?;
        sides.push(ran.into_iter().map(|each| (each.0.id.clone(), each)).collect());
    }
    progress.finish_and_clear();
    let [base, head] = sides.as_slice() else { unreachable!("there are two versions") };
    let paired = base.iter().filter_map(|(id, (old, old_series))| {
        let (new, new_series) = head.get(id)?;
        let paired = repository::paired((old, old_series), (new, new_series));
        Some((id.clone(), paired.map_err(|problem| problem.message)))
    });
    let found = diff::Found { paired: paired.collect(), ..diff::Found::default() };
    let results = |side: &BTreeMap<String, (Results, Series)>| -> BTreeMap<String, Results> {
        side.iter().map(|(id, (results, _))| (id.clone(), results.clone())).collect()
    };
    let (old, new) = (results(base), results(head));
    let side = |name, results| diff::Side { version: diff::Version::named(name), results };
    let changes = diff::compare(side("base", &old), side("head", &new), &found);
    Ok(Effect::of(prepared.len(), changes))
}
