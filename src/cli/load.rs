//! From folders to validated specs with their panels; all problems of all files at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::Folders;
use crate::data::{self, Description, PriceTable, Truth};
use crate::diagnostic::{Place, Problem, Problems};
use crate::experiment::{self, Source};
use crate::panel::Panel;
use crate::results::SourceSummary;
use crate::spec::{self, Document, Spec};
use crate::{sample, store};

/// The source that is simulated when its folder is missing, so that a first build needs no data.
const SAMPLE: &str = "sample";

/// Everything a build needs, checked.
pub(super) struct Workspace {
    pub(super) experiments: Vec<Experiment>,
    /// The sources that the experiments use, by name.
    pub(super) sources: Vec<SourceSummary>,
}

/// One experiment, ready to run.
pub(super) struct Experiment {
    pub(super) spec: Spec,
    pub(super) panel: Panel,
    description: Option<Description>,
    truth: Option<Truth>,
}

impl Experiment {
    pub(super) fn source(&self) -> Source<'_> {
        Source { description: self.description.as_ref(), truth: self.truth.as_ref() }
    }
}

/// A price source, read.
struct Loaded {
    table: PriceTable,
    description: Option<Description>,
    truth: Option<Truth>,
    summary: SourceSummary,
}

/// Reads and checks everything.
///
/// # Errors
/// All problems of all specs and sources.
pub(super) fn load(folders: &Folders) -> Result<Workspace, Problems> {
    let mut problems = Problems::new();
    let mut documents = Vec::new();
    for file in store::experiments(&folders.experiments)? {
        match spec::parse(&file.id, &file.file, &file.text) {
            Ok(document) => documents.push(document),
            Err(found) => problems.extend(found),
        }
    }
    let mut sources: BTreeMap<String, Option<Rc<Loaded>>> = BTreeMap::new();
    let mut experiments = Vec::new();
    for document in documents {
        let name = document.spec.data.source.clone();
        let source = sources.entry(name).or_insert_with_key(|name| {
            load_source(&folders.data, name, &document)
                .map(Rc::new)
                .map_err(|found| problems.extend(found))
                .ok()
        });
        let Some(source) = source.clone() else { continue };
        match panel(&source, &document) {
            Ok(panel) => experiments.push(Experiment {
                spec: document.spec,
                panel,
                description: source.description.clone(),
                truth: source.truth.clone(),
            }),
            Err(found) => problems.extend(found),
        }
    }
    let sources = sources.into_values().flatten().map(|source| source.summary.clone()).collect();
    problems.into_result(Workspace { experiments, sources })
}

fn load_source(data: &Path, name: &str, document: &Document) -> Result<Loaded, Problems> {
    if name == SAMPLE && !store::sources(data).iter().any(|known| known == SAMPLE) {
        return simulated();
    }
    let files =
        store::source(data, name).map_err(|problems| placed(&problems, &document.places.source))?;
    let table = match files.format {
        store::PriceFormat::Csv => match std::str::from_utf8(&files.prices) {
            Ok(text) => data::read_csv(&files.file, text),
            Err(_) => {
                Err(Problem::new("the file is not UTF-8 text").at(Place::file(&files.file)).into())
            }
        },
        store::PriceFormat::Parquet => data::read_parquet(&files.file, &files.prices),
    };
    let description = files.description.map(|d| Description::parse(&d.file, &d.text)).transpose();
    let truth = files.truth.map(|t| Truth::parse(&t.file, &t.text)).transpose();
    let mut problems = Problems::new();
    let mut keep = |found: Problems| problems.extend(found);
    let table = table.map_err(&mut keep).ok();
    let description = description.map_err(&mut keep).ok();
    let truth = truth.map_err(&mut keep).ok();
    match (table, description, truth) {
        (Some(table), Some(description), Some(truth)) => {
            let summary = summary(name, &table, description.as_ref(), &files.prices);
            Ok(Loaded { table, description, truth, summary })
        }
        _ => Err(problems),
    }
}

/// The sample market without a folder.
fn simulated() -> Result<Loaded, Problems> {
    let sample = sample::generate(&sample::Settings::default());
    let table = data::read_csv("the simulated sample", &sample.prices_csv)?;
    let description = Description::parse("the sample's description", &sample.source_yaml)?;
    let truth = Truth::parse("the sample's truth", &sample.truth_csv)?;
    let summary = summary(SAMPLE, &table, Some(&description), sample.prices_csv.as_bytes());
    Ok(Loaded { table, description: Some(description), truth: Some(truth), summary })
}

fn summary(
    name: &str,
    table: &PriceTable,
    description: Option<&Description>,
    bytes: &[u8],
) -> SourceSummary {
    let description = description.cloned().unwrap_or_default();
    let title = if description.title.is_empty() { name.to_owned() } else { description.title };
    SourceSummary {
        name: name.to_owned(),
        title,
        description: description.description,
        licence: description.licence,
        origin: description.origin,
        synthetic: description.synthetic,
        // A table that was read has at least one row.
        first_day: table.days[0],
        last_day: table.days[table.days.len() - 1],
        days: table.days.len(),
        file_hash: blake3::hash(bytes).to_hex().to_string(),
        tickers: table.coverage(),
    }
}

/// The panel of a spec, with problems placed where the spec asked for what is not there.
fn panel(source: &Loaded, document: &Document) -> Result<Panel, Problems> {
    let Document { spec, places } = document;
    let mut problems = Problems::new();
    for ticker in std::iter::once(&spec.data.target).chain(&spec.data.features) {
        if let Err(problem) = data::require_ticker(&source.table, ticker) {
            problems.push(match document.place_of_ticker(ticker) {
                Some(place) => problem.at(place.clone()),
                None => problem,
            });
        }
    }
    problems.into_result(())?;
    let window = if places.start.line > 0 { &places.start } else { &places.end };
    let panel =
        data::align(&source.table, &spec.data).map_err(|problems| placed(&problems, window))?;
    experiment::check(spec, &panel).map_err(|problems| placed(&problems, &places.min_train))?;
    Ok(panel)
}

/// Problems that have no place yet get this one.
fn placed(problems: &Problems, place: &Place) -> Problems {
    let mut result = Problems::new();
    for problem in problems.iter() {
        let problem = problem.clone();
        result.push(if problem.place.is_none() { problem.at(place.clone()) } else { problem });
    }
    result
}
