//! From folders to validated specs with their panels; all problems of all files at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::former::former_ids;
use super::{Folders, notes, unknown_ids};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::yaml::one_of;
use crate::engine::experiment::{self, Given, Source, Task};
use crate::engine::repository::PanelKey;
use crate::engine::spec::{self, Document, Member, Named, Places, Spec};
use crate::prices::data::{self, Description, Forecasts, Format, PriceTable, Truth};
use crate::prices::panel::Panel;
use crate::prices::quality::{self, Other};
use crate::prices::sample;
use crate::results::{QualityReport, SourceSummary};
use crate::shell::store::{self, PriceFile, SourceFiles, TextFile};

/// The source that is simulated when its folder is missing, so that a first build needs no data.
const SAMPLE: &str = "sample";

/// Everything there is, with whatever is wrong.
pub(super) struct Survey {
    pub(super) experiments: Vec<Experiment>,
    /// The ids of all specs, sound or not.
    pub(super) ids: Vec<String>,
    /// All sources with readable prices, by name, those that no experiment uses included.
    pub(super) sources: Vec<SourceSummary>,
    /// Sources that are declared and have no prices yet, by name.
    pub(super) declared: Vec<String>,
    /// All problems of all specs and sources.
    pub(super) problems: Problems,
}

/// One experiment.
pub(super) struct Experiment {
    pub(super) spec: Spec,
    /// The spec's file.
    pub(super) place: Place,
    /// The file beside it that holds its notes, if one does.
    pub(super) notes: Option<String>,
    /// Where the spec says what only other files can prove wrong.
    places: Places,
    /// What its sweep asks for; its members follow it among the experiments.
    pub(super) members: Vec<Member>,
    /// What it runs on; `None` where its source has no prices.
    pub(super) ready: Option<Ready>,
}

/// What an experiment runs on.
pub(super) struct Ready {
    /// Shared with the experiments on an equal panel, so that its geometry is computed once.
    pub(super) panel: Arc<Panel>,
    /// The panel's part of the key.
    pub(super) prices: Arc<PanelKey>,
    source: Arc<Loaded>,
    /// Of its external models, in their order.
    pub(super) given: Vec<Given>,
}

impl Experiment {
    /// The id of the experiment whose sweep it is a member of.
    pub(super) fn owner(&self) -> Option<&str> {
        self.spec.id.split_once('.').map(|(owner, _)| owner)
    }

    /// What is to be run, where there are prices to run it on.
    pub(super) fn task(&self) -> Option<Task<'_>> {
        let ready = self.ready.as_ref()?;
        let source = Source { given: &ready.given, ..ready.source.source() };
        Some(Task { spec: &self.spec, panel: &ready.panel, place: Some(&self.place), source })
    }

    /// Why it cannot run where its source has no prices.
    pub(super) fn unpriced(&self, folders: &Folders) -> Problem {
        let problem = store::no_such_source(folders.data(), &self.spec.data.source);
        Problem { place: Some(self.places.source.clone()), ..problem }
    }
}

/// A price source, read.
pub(super) struct Loaded {
    pub(super) table: PriceTable,
    pub(super) description: Option<Description>,
    pub(super) truth: Option<Truth>,
    summary: SourceSummary,
    /// Whether it is the built-in sample, for lack of a folder.
    is_built_in: bool,
}

/// The line that says that the built-in sample was used, if an experiment did.
pub(super) fn built_in_sample(experiments: &[Experiment], folders: &Folders) -> Option<String> {
    let ready = || experiments.iter().filter_map(|experiment| experiment.ready.as_ref());
    let used = ready().any(|ready| ready.source.is_built_in);
    let folder = folders.data().join(SAMPLE);
    used.then(|| format!("{}: not there; the built-in sample market is used\n", folder.display()))
}

impl Loaded {
    pub(super) fn source(&self) -> Source<'_> {
        Source { description: self.description.as_ref(), truth: self.truth.as_ref(), given: &[] }
    }
}

/// Reads and checks what the experiments need: they, and the sources that they use, by name. A source
/// needs no prices for experiments whose results are kept elsewhere, and for those that `only` leaves
/// out.
///
/// # Errors
/// All problems of all specs and of the sources that they name, and ids in `only` that no spec has.
pub(super) fn load(
    folders: &Folders,
    only: &[String],
    is_kept: &dyn Fn(&str) -> bool,
) -> Result<(Vec<Experiment>, Vec<SourceSummary>), Problems> {
    let mut loading = Loading::default();
    let ids = loading.experiments(folders);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // Without a spec all would be unknown.
    if !ids.is_empty() {
        loading.problems.extend(unknown_ids("--only", only, &ids));
    }
    let is_wanted = |id: &str| only.is_empty() || only.iter().any(|only| only == id);
    loading.tell_unpriced(folders, |id| is_wanted(id) && !is_kept(id));
    std::mem::take(&mut loading.problems).into_result(())?;
    // Without the sources that no experiment uses, a finding in comparison with them may be absent:
    // what is acknowledged and not found is a matter of `check`.
    let (sources, _) = loading.summaries();
    Ok((loading.experiments, sources))
}

/// Reads and checks everything, used or not; problems are part of the answer.
pub(super) fn survey(folders: &Folders) -> Survey {
    let mut loading = Loading::default();
    let ids = loading.experiments(folders);
    loading.tell_unpriced(folders, |_| true);
    for name in store::sources(folders.data()) {
        loading.source(folders.data(), &name, None);
    }
    let (files, mut found) = store::unpriced(folders.data());
    let mut declared = Vec::new();
    for (name, TextFile { file, text }) in files {
        match Description::parse(&file, &text) {
            Ok(description) if description.declaration.is_some() => declared.push(name),
            Ok(_) => {}
            Err(more) => found.extend(more),
        }
    }
    for problem in found.iter() {
        // A spec that names the source has told it already.
        if loading.problems.iter().all(|known| known != problem) {
            loading.problems.push(problem.clone());
        }
    }
    let (sources, unanswered) = loading.summaries();
    loading.problems.extend(unanswered);
    let (experiments, problems) = (loading.experiments, loading.problems);
    Survey { experiments, ids, sources, declared, problems }
}

/// What has been read so far.
#[derive(Default)]
struct Loading {
    experiments: Vec<Experiment>,
    /// By name; `None` for a source whose problems are told already.
    sources: BTreeMap<String, Option<Arc<Loaded>>>,
    /// By what asks for them, and by their hash.
    panels: BTreeMap<String, Shared>,
    problems: Problems,
}

/// A panel that experiments share, with its part of the key.
type Shared = (Arc<Panel>, Arc<PanelKey>);

impl Loading {
    /// All experiments with their sources. What is wrong with one is kept and the rest goes on.
    /// Returns the ids of all specs that can be read, sound or not.
    fn experiments(&mut self, folders: &Folders) -> Vec<String> {
        let mut documents = Vec::new();
        let (specs, found) = store::experiments(&folders.experiments);
        self.problems.extend(found);
        let mut unsound = Vec::new();
        let ids: Vec<String> = specs.iter().map(|(id, _)| id.clone()).collect();
        for (id, TextFile { file, text }) in specs {
            match spec::parse_or_named(&id, &file, &text) {
                Ok(document) => documents.push(document),
                Err((found, named)) => {
                    self.problems.extend(found);
                    unsound.push(named);
                }
            }
        }
        // Without the folder no source is there, which is one problem.
        if let Err(problem) = store::data_folder(folders.data(), folders.data.is_some()) {
            self.problems.push(problem);
            return ids;
        }
        let swept = |document: Document| {
            let members: Vec<Document> =
                document.members.iter().cloned().map(Document::of).collect();
            std::iter::once(document).chain(members)
        };
        let noted = notes::put(folders, &mut documents, &ids, &mut self.problems);
        for document in documents.into_iter().flat_map(swept) {
            match self.ready(folders, &document) {
                Ok(ready) => {
                    let Document { spec, places, members } = document;
                    let place = Place::file(places.source.file.clone());
                    let owner = spec.id.split_once('.').map_or(&*spec.id, |(owner, _)| owner);
                    let notes = noted.get(owner).cloned();
                    let own = Experiment { spec, place, notes, places, members, ready };
                    self.experiments.push(own);
                }
                Err(found) => self.problems.extend(found),
            }
        }
        self.comparisons(&ids);
        let specs = self.experiments.iter().map(|each| (&each.spec, &each.places));
        self.problems.extend(former_ids(specs, &ids));
        for Named { source, tickers } in unsound {
            let Some((name, place)) = source else { continue };
            // What reads them says that there are none.
            let is_unpriced = name != SAMPLE && store::lacks_prices(folders.data(), &name);
            if is_unpriced && self.experiments.iter().any(|known| known.spec.data.source == name) {
                continue;
            }
            let Some(source) = self.source(folders.data(), &name, Some(&place)) else { continue };
            let tickers = tickers.iter().map(|(ticker, place)| (ticker, Some(place)));
            self.problems.extend(unknown_tickers(&source.table, tickers));
        }
        ids
    }

    /// Whether the experiments can be compared with those that they name; `ids` are of all specs. One
    /// that is not sound is told for itself.
    fn comparisons(&mut self, ids: &[String]) {
        let known: BTreeMap<&str, &Experiment> =
            self.experiments.iter().map(|each| (each.spec.id.as_str(), each)).collect();
        for experiment in &self.experiments {
            let Experiment { spec, places, ready, .. } = experiment;
            let Some(with) = &spec.compares_with else { continue };
            let place = || places.compares_with.clone();
            if *with == spec.id {
                let problem = Problem::new("an experiment that is compared with itself");
                self.problems.push(problem.at(place()).expected("another one's id"));
            } else if !ids.contains(with) {
                let others: Vec<&str> =
                    ids.iter().map(String::as_str).filter(|id| *id != spec.id).collect();
                let problem = Problem::new(format!("no experiment `{with}`")).at(place());
                let problem = match others.len() {
                    0 => problem.expected("the id of another spec in this folder"),
                    1..=12 => problem.expected(one_of(&others)),
                    _ => problem.expected("the stem of another spec's file"),
                };
                self.problems.push(problem.near(with, others.iter().copied()));
            } else if let Some(other) = known.get(with.as_str())
                && let (Some(ready), Some(theirs)) = (ready, &other.ready)
            {
                let found = experiment::check_comparison(
                    (spec, places, &ready.panel),
                    (&other.spec, &theirs.panel),
                );
                self.problems.extend(found.err().unwrap_or_default());
            }
        }
    }

    /// A problem for every source without prices that an experiment needs; a member of a sweep needs
    /// what its sweep needs.
    fn tell_unpriced(&mut self, folders: &Folders, is_needed: impl Fn(&str) -> bool) {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for experiment in self.experiments.iter().filter(|each| each.ready.is_none()) {
            let id = experiment.owner().unwrap_or(&experiment.spec.id);
            if is_needed(id) && told.insert(&experiment.spec.data.source) {
                self.problems.push(experiment.unpriced(folders));
            }
        }
    }

    /// What an experiment runs on; `None` where its source has no prices.
    fn ready(&mut self, folders: &Folders, document: &Document) -> Result<Option<Ready>, Problems> {
        let (place, name) = (&document.places.source, &document.spec.data.source);
        let (data, is_known) = (folders.data(), self.sources.contains_key(name));
        let is_built_in = || name == SAMPLE && store::is_source_absent(data, name);
        if !is_known && store::lacks_prices(data, name) && !is_built_in() {
            return Ok(None);
        }
        // Its problems are told.
        let Some(source) = self.source(data, name, Some(place)) else {
            return Err(Problems::new());
        };
        let (panel, prices) = self.panel(&source.table, document)?;
        let given = given(&folders.experiments, &source.table, document, &panel)?;
        Ok(Some(Ready { panel, prices, source, given }))
    }

    /// The panel of a document, the one of an earlier experiment if it is equal.
    fn panel(&mut self, table: &PriceTable, document: &Document) -> Result<Shared, Problems> {
        let asked = serde_json::to_string(&document.spec.data).unwrap_or_default();
        let shared = match self.panels.get(&asked) {
            Some(shared) => shared.clone(),
            None => {
                let panel = aligned(table, document)?;
                let prices = PanelKey::of(&panel);
                // Panels of two sources may have the same prices, not the same names.
                let name = serde_json::to_string(&prices).unwrap_or_default();
                let name = format!("{} {name}", document.spec.data.source);
                let new = || (Arc::new(panel), Arc::new(prices));
                let shared = self.panels.entry(name).or_insert_with(new).clone();
                self.panels.insert(asked, shared.clone());
                shared
            }
        };
        checked(&shared.0, document)?;
        Ok(shared)
    }

    /// A source, read once; `place` is where it is asked for.
    fn source(&mut self, data: &Path, name: &str, place: Option<&Place>) -> Option<Arc<Loaded>> {
        if let Some(known) = self.sources.get(name) {
            return known.clone();
        }
        let is_built_in = name == SAMPLE && store::is_source_absent(data, name);
        let files = if is_built_in {
            Ok(simulated())
        } else {
            store::source(data, name).map_err(|problem| Problems::from(problem).placed(place))
        };
        let source = files.and_then(read_source);
        let source = source.map(|source| Arc::new(Loaded { is_built_in, ..source }));
        let source = source.map_err(|found| self.problems.extend(found)).ok();
        self.sources.insert(name.to_owned(), source.clone());
        source
    }

    /// The sources by name, each with its quality, to which the other real sources are held; and
    /// what they acknowledge and does not exist.
    fn summaries(&self) -> (Vec<SourceSummary>, Problems) {
        let sources = || self.sources.values().flatten();
        let mut problems = Problems::new();
        let summaries = sources()
            .map(|source| {
                let (name, synthetic) = (&source.summary.name, source.summary.synthetic);
                let others: Vec<Other<'_>> = sources()
                    .filter(|other| !synthetic && !other.summary.synthetic)
                    .filter(|other| other.summary.name != *name)
                    .map(|other| Other { name: &other.summary.name, table: &other.table })
                    .collect();
                let about = source.description.as_ref();
                let known = about.map_or(&[][..], |about| &about.acknowledged);
                let (quality, unanswered) = quality::judge(&source.table, &others, known);
                let places = about.map_or(&[][..], |about| &about.acknowledged_at);
                for at in unanswered {
                    problems.push(known[at].unanswered(&places[at]));
                }
                SourceSummary { quality, ..source.summary.clone() }
            })
            .collect();
        (summaries, problems)
    }
}

/// From the bytes of a source to its table and what is said of it.
///
/// # Errors
/// All problems of all its files.
pub(super) fn read_source(files: SourceFiles) -> Result<Loaded, Problems> {
    let table = files.prices.map_err(Problems::from).and_then(|prices| {
        let PriceFile { file, format, bytes } = &prices;
        Ok((data::read(*format, file, bytes)?, blake3::hash(bytes).to_hex().to_string()))
    });
    let description = files
        .description
        .map(|d| d.map_err(Problems::from).and_then(|d| Description::parse(&d.file, &d.text)))
        .transpose();
    let truth = files
        .truth
        .map(|t| t.map_err(Problems::from).and_then(|t| Truth::parse(&t.file, &t.text)))
        .transpose();
    match (table, description, truth) {
        (Ok((table, file_hash)), Ok(description), Ok(truth)) => {
            let about = description.clone().unwrap_or_default();
            let title = if about.title.is_empty() { files.name.clone() } else { about.title };
            let summary = SourceSummary {
                name: files.name,
                title,
                description: about.description,
                licence: about.licence,
                origin: about.origin,
                synthetic: about.synthetic,
                // A table that was read has at least one row.
                first_day: table.days[0],
                last_day: table.days[table.days.len() - 1],
                days: table.days.len(),
                frequency: data::frequency(&table.days).ok().map(|(frequency, _)| frequency),
                file_hash,
                tickers: table.coverage(),
                // Judged when all sources are read: some of it is in comparison.
                quality: QualityReport::default(),
            };
            Ok(Loaded { table, description, truth, summary, is_built_in: false })
        }
        (table, description, truth) => {
            let mut problems = table.err().unwrap_or_default();
            problems.extend(description.err().unwrap_or_default());
            problems.extend(truth.err().unwrap_or_default());
            Err(problems)
        }
    }
}

/// The sample market without a folder.
fn simulated() -> SourceFiles {
    let sample = sample::generate(sample::SEED);
    let text = |file: &str, text| Some(Ok(TextFile { file: file.to_owned(), text }));
    let file = "the simulated sample".to_owned();
    let bytes = sample.prices_csv.into_bytes();
    SourceFiles {
        name: SAMPLE.to_owned(),
        prices: Ok(PriceFile { file, format: Format::Csv, bytes }),
        description: text("the sample's description", sample.source_yaml),
        truth: text("the sample's truth", sample.truth_csv),
    }
}

/// The tickers that a table does not have, where they are asked for.
fn unknown_tickers<'a>(
    table: &PriceTable,
    tickers: impl Iterator<Item = (&'a String, Option<&'a Place>)>,
) -> Problems {
    let mut problems = Problems::new();
    for (ticker, place) in tickers {
        if let Err(mut problem) = data::require_ticker(table, ticker) {
            problem.place = place.cloned();
            problems.push(problem);
        }
    }
    problems
}

/// The panel of a spec, with problems placed where the spec asked for what is not there.
///
/// # Errors
/// What the table lacks of what the spec needs.
pub(super) fn panel(table: &PriceTable, document: &Document) -> Result<Panel, Problems> {
    let panel = aligned(table, document)?;
    checked(&panel, document)?;
    Ok(panel)
}

fn aligned(table: &PriceTable, document: &Document) -> Result<Panel, Problems> {
    let Document { spec, places, .. } = document;
    let tickers = std::iter::once(&spec.data.target).chain(&spec.data.features);
    let tickers = tickers.map(|ticker| (ticker, document.place_of_ticker(ticker)));
    unknown_tickers(table, tickers).into_result(())?;
    let window = if places.start.line.is_some() { &places.start } else { &places.end };
    data::align(table, &spec.data).map_err(|problems| problems.placed(Some(window)))
}

/// Whether an experiment can run on its panel.
fn checked(panel: &Panel, document: &Document) -> Result<(), Problems> {
    let Document { spec, places, .. } = document;
    experiment::check(spec, panel).map_err(|problems| problems.placed(Some(&places.min_train)))?;
    experiment::check_weights(spec, panel).map_err(|problems| problems.placed(Some(&places.target)))
}

/// The forecasts of the external models of a spec in the folder `dir`, on the days of its panel.
///
/// # Errors
/// All that is wrong with their files, placed at the model that names one where it is not there.
pub(super) fn given(
    dir: &Path,
    table: &PriceTable,
    document: &Document,
    panel: &Panel,
) -> Result<Vec<Given>, Problems> {
    let Document { spec, places, .. } = document;
    let mut problems = Problems::new();
    let mut given = Vec::new();
    for (position, model) in spec.models.iter().enumerate() {
        let Some(file) = model.file.as_ref().filter(|_| model.is_external()) else {
            continue;
        };
        let read = store::forecasts(dir, file)
            .map_err(|problem| Problems::from(problem).placed(places.models.get(position)));
        let found = read
            .and_then(|TextFile { file, text }| Forecasts::parse(&file, &text))
            .and_then(|read| experiment::give(spec, panel, &table.days, &model.name, &read));
        match found {
            Ok(found) => given.push(found),
            Err(found) => problems.extend(found),
        }
    }
    problems.into_result(given)
}
