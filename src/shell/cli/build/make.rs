//! From results to the files of the site, experiment by experiment; pages whose makings have not
//! changed are kept as they are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::kept;
use super::plan::{Item, Origin, Plan};
use super::record::{Known, Page, Record};
use super::sink::Sink;
use super::vault::{Core, Vault};
use super::{compute, sweep};
use crate::base::diagnostic::{Problem, Problems};
use crate::engine::repository::{Digest, Settled, judge, put_words};
use crate::report::site::{self, Answer, Asked, Site, Summary};
use crate::report::words;
use crate::results::{Results, SourceSummary};
use crate::shell::cli::authored::Authored;
use crate::shell::cli::load::Experiment;
use crate::shell::store::{self, Kept};

/// What pages are made of beside the results.
pub(super) struct Maker<'m> {
    pub(super) plan: &'m Plan<'m>,
    pub(super) vault: &'m Vault,
    pub(super) kept: &'m Kept<'m>,
    pub(super) record: &'m Record,
    pub(super) site: Site<'m>,
    pub(super) sources: &'m [SourceSummary],
    /// Hash of the program, the templates and the options.
    pub(super) frame: String,
    pub(super) authored: &'m Authored,
    pub(super) experiments: &'m [Experiment],
    pub(super) memory: Memory,
}

/// Answers that are kept for the next who asks; drawings are large, and few are asked for often.
const KEPT: usize = 256;

/// Answers so far.
#[derive(Default)]
pub(super) struct Memory {
    answers: Mutex<BTreeMap<Asked, Result<Answer, Problem>>>,
}

impl Memory {
    pub(super) fn get(&self, asked: &Asked) -> Option<Result<Answer, Problem>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned()
    }

    pub(super) fn put(&self, asked: &Asked, answer: Result<Answer, Problem>) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= KEPT {
            answers.clear();
        }
        answers.insert(asked.clone(), answer);
    }
}

/// By page and anchor, the anchors that texts link to and that are not there; why.
#[derive(Default)]
pub(super) struct Missing(Mutex<BTreeMap<(String, String), Problem>>);

impl Missing {
    pub(super) fn put(&self, path: &str, anchor: &str, problem: Problem) {
        let mut missing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        missing.insert((path.to_owned(), anchor.to_owned()), problem);
    }

    pub(super) fn get(&self, path: &str, anchor: &str) -> Option<Problem> {
        let missing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        missing.get(&(path.to_owned(), anchor.to_owned())).cloned()
    }
}

impl Maker<'_> {
    /// Makes the site into a sink. Returns the pages of all experiments, in the order of the site.
    ///
    /// # Errors
    /// Results that cannot be read; templates that ask for what a page does not have; the operating
    /// system's.
    pub(super) fn make(&self, sink: &Sink<'_>) -> anyhow::Result<Vec<Page>> {
        let items = &self.plan.items;
        let settled = self.settled()?;
        let shown: Vec<usize> =
            (0..items.len()).filter(|at| self.plan.has_pages(&items[*at])).collect();
        let missing = Missing::default();
        let made: Vec<Result<Page, store::Error>> =
            shown.into_par_iter().map(|at| self.pages(at, &settled, sink, &missing)).collect();
        let mut problems = Problems::new();
        let mut pages = Vec::new();
        for page in made {
            match page {
                Ok(page) => pages.push(page),
                Err(store::Error::Problems(found)) => {
                    let is_new = |found: &_| problems.iter().all(|known| known != found);
                    let new: Vec<_> = found.iter().filter(|found| is_new(found)).cloned().collect();
                    new.into_iter().for_each(|problem| problems.push(problem));
                }
                Err(error) => return Err(error.into()),
            }
        }
        problems.into_result(())?;
        let summaries: Vec<Summary> = pages.iter().map(|page| page.summary.clone()).collect();
        let authored = self.author_pages(&settled)?;
        let overview = self.site.overview(&summaries, &authored)?;
        for file in overview.iter().chain(&authored) {
            self.look(&file.path, &file.contents, &missing);
            sink.put(&file.path, &file.contents)?;
        }
        let paths = sink.paths();
        self.dead_links(&paths, &missing)?;
        if let Some(file) = self.site.sitemap(paths.iter().map(String::as_str)) {
            sink.put(&file.path, &file.contents)?;
        }
        Ok(pages)
    }

    /// What all experiments say of each. Where some cannot be had, each keeps what was said of it when
    /// all were there.
    fn settled(&self) -> Result<Settling, store::Error> {
        let items = &self.plan.items;
        if self.plan.missing > 0 {
            return Ok(Settling::AsKept);
        }
        Settled::of(items.len(), |at| self.digest(&items[at])).map(Settling::Anew)
    }

    /// Fills in what all experiments say of one.
    pub(super) fn settle(
        &self,
        at: usize,
        settled: &Settling,
        results: &mut Results,
    ) -> Result<(), store::Error> {
        let kept = match settled {
            Settling::Anew(settled) => {
                settled.apply(at, results);
                return Ok(());
            }
            // A new one is not on the site yet: nothing is said of it.
            Settling::AsKept => kept::results(self.kept, &results.id)?,
        };
        if let Some(kept) = kept {
            take_settled(results, &kept);
        }
        Ok(())
    }

    /// The pages of one experiment: those of the last build where nothing of them has changed.
    fn pages(
        &self,
        at: usize,
        settled: &Settling,
        sink: &Sink<'_>,
        missing: &Missing,
    ) -> Result<Page, store::Error> {
        let item = &self.plan.items[at];
        let last = self.record.page(item.id());
        let beside = self.beside(item)?;
        let asked = self.known(beside.of_others, last, settled)?;
        let made_of = self.made_of(at, settled, &asked, &beside.images);
        if let Some(page) = last
            && page.made_of == made_of
            && page.files.iter().all(|(path, hash)| sink.has(path, hash))
        {
            for path in page.files.keys() {
                sink.keep(path)?;
                if self.authored.anchors.contains_key(path)
                    && let Some(text) = self.kept.text(path)?
                {
                    self.look(path, text.as_bytes(), missing);
                }
            }
            return Ok(page.clone());
        }
        let (mut results, series) = self.core(item)?;
        let other = self.plan.other(item).map(|other| self.other(other));
        let other: Option<Arc<Core>> = other.transpose()?;
        let other = other.as_ref().map(|other| (&other.0, &other.1));
        judge(&mut results, &series, other).map_err(Problems::from)?;
        self.settle(at, settled, &mut results)?;
        let core = |item: &Item<'_>| self.core(item);
        let sweep = sweep::of(self.plan, at, self.vault, self.kept, core)?;
        let experiment = site::Experiment { results, series, sweep };
        let answers = self.answers_of(item, &experiment.results, settled)?;
        let images = beside.images.iter().map(|(name, _)| name.clone()).collect();
        let ids = &self.authored.ids;
        let with = site::Beside { ids, answers: &answers, images: &images };
        let (mut files, summary) = self.site.experiment(&experiment, &with)?;
        files.extend(beside.images.into_iter().map(|(name, contents)| {
            let path = site::image_path(&format!("{}/", item.id()), &name);
            site::File { path, contents }
        }));
        let mut hashes = BTreeMap::new();
        for file in &files {
            self.look(&file.path, &file.contents, missing);
            sink.put(&file.path, &file.contents)?;
            hashes.insert(file.path.clone(), blake3::hash(&file.contents).to_hex().to_string());
        }
        let results = &experiment.results;
        Ok(Page {
            id: results.id.clone(),
            made_of,
            asked,
            key: match &item.origin {
                Origin::Core { key, .. } => Some((**key).clone()),
                Origin::Site(_) => None,
            },
            files: hashes,
            summary,
            stamp: site::stamp_line(results),
            failed: failed(results),
        })
    }

    /// Hash of all that an experiment's pages are made of.
    fn made_of(
        &self,
        at: usize,
        settled: &Settling,
        asked: &[Known],
        images: &[(String, Vec<u8>)],
    ) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.made_of_results(at, settled).as_bytes());
        for known in asked {
            hasher.update(known.hash.as_bytes());
        }
        for (name, bytes) in images {
            hasher.update(format!("{name} {}\n", blake3::hash(bytes).to_hex()).as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The same without what its texts take from elsewhere.
    pub(super) fn made_of_results(&self, at: usize, settled: &Settling) -> String {
        let item = &self.plan.items[at];
        let settled = match settled {
            Settling::Anew(settled) => settled.fingerprint(at),
            Settling::AsKept => self.kept.hash_of(&format!("{}/", item.id())).unwrap_or_default(),
        };
        let spec = &item.experiment.spec;
        let other = self.plan.other(item);
        let is_linked = self.sources.iter().any(|source| source.name == spec.data.source);
        let mut hasher = blake3::Hasher::new();
        for part in [
            self.frame.as_str(),
            item.id(),
            &spec.to_json().to_string(),
            item.origin.hash(),
            other.map_or("", Item::id),
            other.map_or("", |other| &other.experiment.spec.title),
            other.map_or("", |other| other.origin.hash()),
            &settled,
            &sweep::seen(self.plan, at).unwrap_or_default(),
            if is_linked { "linked" } else { "" },
            &self.site.seen_by(item.id()),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Core results with the words of today's spec; those of the site as they are where it was asked
    /// otherwise, and where they are kept on purpose.
    fn core(&self, item: &Item<'_>) -> Result<Core, store::Error> {
        let Some((task, key, hash)) = item.task() else {
            let (mut results, series) = kept::experiment(self.kept, item.id())?;
            if item.is_unpriced() && !item.is_of_another_spec(&results) {
                put_words(&mut results, &item.experiment.spec);
            }
            return Ok((results, series));
        };
        let mut core = self.vault.get(hash);
        if core.is_none() {
            // Damaged, or deleted by somebody since.
            compute::run(&[(task, key, hash)], self.vault, false)?;
            core = self.vault.get(hash);
        }
        let Some((mut results, series)) = core else {
            unreachable!("what was just computed is in the store or in memory")
        };
        put_words(&mut results, task.spec);
        Ok((results, series))
    }

    /// An experiment that others are compared with.
    pub(super) fn other(&self, item: &Item<'_>) -> Result<Arc<Core>, store::Error> {
        self.vault.held(item.id(), || self.core(item))
    }

    /// What settling needs of an experiment, kept beside its results.
    fn digest(&self, item: &Item<'_>) -> Result<Digest, store::Error> {
        let hash = item.origin.hash();
        if let Some(digest) = self.vault.digest(hash) {
            return Ok(digest);
        }
        let (results, series) = self.core(item)?;
        let digest = Digest::of(&results, &series);
        self.vault.put_digest(hash, &digest);
        Ok(digest)
    }
}

/// What all experiments say of each.
pub(super) enum Settling {
    /// As they are now.
    Anew(Settled),
    /// As the site has it.
    AsKept,
}

/// Takes over what all experiments said of one.
fn take_settled(results: &mut Results, kept: &Results) {
    results.trials = kept.trials;
    results.verdict.family = kept.verdict.family;
    for (name, model) in &mut results.models {
        for (rule, metrics) in &mut model.strategies {
            let known = kept.models.get(name).and_then(|model| model.strategies.get(rule));
            metrics.deflated_sharpe = known.and_then(|known| known.deflated_sharpe);
        }
    }
}

/// Everything that the checks of a certificate found, with the name of the check.
pub(super) fn failed(results: &Results) -> Vec<(String, String)> {
    let found = words::certificate(&results.certificate);
    found.map(|(check, found)| (check.to_owned(), found)).collect()
}
