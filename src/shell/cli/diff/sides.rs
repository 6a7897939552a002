//! The two sides of a comparison: results with where they come from.

use std::collections::BTreeMap;
use std::path::Path;

use super::rebuild::{Inputs, Rebuilding};
use crate::base::diagnostic::Problems;
use crate::engine::repository::core;
use crate::report::diff::{self, Commit, Renamed, ToHead};
use crate::results::{Results, SERIES_FILES, Series, SeriesForm, from_json, series_text};
use crate::shell::store::{self, Logged, TextFile, Version};

/// Where the prices of a side are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Prices {
    /// In the work tree.
    WorkTree,
    /// At a git revision.
    Revision(String),
    /// Nobody knows: of a folder only the results are there.
    Unknown,
}

/// A side.
pub(super) struct Side {
    /// What readers are told of it.
    pub(super) told: diff::Version,
    /// By id.
    pub(super) results: BTreeMap<String, Results>,
    pub(super) prices: Prices,
    /// What it was built from, if it was built here.
    pub(super) inputs: Option<Inputs>,
    /// Of experiments of which today's program finds something else than is committed, what it finds.
    pub(super) rebuilt: BTreeMap<String, Results>,
    files: Version,
    /// What is committed of these.
    committed: Option<Version>,
    /// Ids in the files, where another one is used here.
    file_ids: BTreeMap<String, String>,
}

impl Side {
    /// Opens a side: one that was named, or the head that was not.
    ///
    /// # Errors
    /// A problem if it is neither a folder nor a revision; every file of results that cannot be
    /// read; what a build says.
    pub(super) fn open(
        named: Option<&str>,
        is_base: bool,
        site: &Path,
        rebuilding: Option<&Rebuilding<'_>>,
    ) -> anyhow::Result<Self> {
        let is_folder = named.is_some_and(store::is_folder_there);
        match (rebuilding, named) {
            (Some(rebuilding), Some(revision)) if !is_folder => {
                let (built, logged) = rebuilding.revision(revision)?;
                let told = diff::Version {
                    commit: Some(commit_of(&logged)),
                    ..diff::Version::rebuilt(revision, built.inputs.lent.clone())
                };
                let prices = Prices::Revision(revision.to_owned());
                let mut side = Self::of(told, built.files, prices, Some(built.inputs))?;
                if is_base {
                    side.put_committed(revision, site);
                }
                Ok(side)
            }
            (Some(rebuilding), None) => {
                let built = rebuilding.work_tree()?;
                let told = diff::Version::rebuilt("the work tree", Vec::new());
                Self::of(told, built.files, Prices::WorkTree, Some(built.inputs))
            }
            _ => {
                let is_site = named.is_none_or(|named| Path::new(named) == site);
                let named = named.map_or_else(|| site.display().to_string(), str::to_owned);
                let files = Version::open(&named, site)?;
                let commit = files.commit()?.as_ref().map(commit_of);
                let prices = match &commit {
                    Some(_) => Prices::Revision(named.clone()),
                    None if is_site => Prices::WorkTree,
                    None => Prices::Unknown,
                };
                let told = diff::Version { commit, ..diff::Version::named(&named) };
                Self::of(told, files, prices, None)
            }
        }
    }

    fn of(
        told: diff::Version,
        files: Version,
        prices: Prices,
        inputs: Option<Inputs>,
    ) -> anyhow::Result<Self> {
        let results = read(&files)?;
        let (rebuilt, file_ids) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { told, results, prices, inputs, rebuilt, files, committed: None, file_ids })
    }

    /// Takes what is committed where today's program finds something else: what readers saw is what is
    /// compared. What is not committed, or by a program whose results cannot be read, is nothing.
    fn put_committed(&mut self, revision: &str, site: &Path) {
        let Ok(files) = Version::open(revision, site) else { return };
        let Ok(mut committed) = read(&files) else { return };
        for id in diff::changed_ids(&committed, &self.results) {
            // Committed for other inputs, it says nothing of the program.
            let is_of_these = |old: &Results, new: &Results| {
                old.provenance.data_hash == new.provenance.data_hash
                    && core(&old.spec) == core(&new.spec)
            };
            if let Some(old) = committed.remove(&id)
                && is_of_these(&old, &self.results[&id])
                && let Some(new) = self.results.insert(id.clone(), old)
            {
                self.rebuilt.insert(id, new);
            }
        }
        self.committed = Some(files);
    }

    /// As the comparison takes it.
    pub(super) fn as_given(&self) -> diff::Side<'_> {
        diff::Side { version: self.told.clone(), results: &self.results }
    }

    /// The daily series of an experiment, or why there are none to be had.
    ///
    /// # Errors
    /// The operating system's; what git says.
    pub(super) fn series(&self, id: &str) -> Result<Result<Series, String>, store::Error> {
        let Some(results) = self.results.get(id) else {
            return Ok(Err(format!("{} has no such experiment", self.told.name)));
        };
        // Its files go by the id that it had.
        let own = self.file_ids.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let named = Results { id: own, ..results.clone() };
        let paths = SERIES_FILES.each_ref().map(|file| file.path(&named));
        let both = |path: &String| SeriesForm::ALL.map(|form| form.path(path));
        let wanted: Vec<String> = paths.iter().flat_map(both).collect();
        let committed = self.committed.as_ref().filter(|_| self.rebuilt.contains_key(id));
        let files = committed.unwrap_or(&self.files);
        let mut contents = files.contents(&wanted)?;
        let mut texts = Vec::new();
        for path in &paths {
            let found =
                both(path).into_iter().find_map(|path| Some((contents.remove(&path)?, path)));
            let Some((bytes, path)) = found else {
                return Ok(Err(format!("{} is not there", files.file(path))));
            };
            match series_text(&files.file(&path), bytes) {
                Ok(text) => texts.push(text),
                Err(problem) => {
                    return Ok(Err(format!("{}: {}", files.file(&path), problem.message)));
                }
            }
        }
        let series = Series::from_csv(texts.iter().map(String::as_str));
        Ok(series.map_err(|error| {
            let file = files.file(&paths[error.file]);
            format!("{file}, line {}: {}", error.line, error.message)
        }))
    }
}

/// The results of all experiments.
pub(super) fn read(files: &Version) -> anyhow::Result<BTreeMap<String, Results>> {
    let (mut read, mut problems) = (BTreeMap::new(), Problems::new());
    for (id, TextFile { file, text }) in files.results()? {
        match from_json(&file, &text) {
            Ok(results) => read.extend([(id, results)]),
            Err(problem) => problems.push(problem.hint(
                "build the site anew, or compare git revisions with --rebuild, which computes their \
                 results",
            )),
        }
    }
    Ok(problems.into_result(read)?)
}

fn commit_of(logged: &Logged) -> Commit {
    Commit {
        hash: logged.hash.clone(),
        subject: logged.subject.clone(),
        day: logged.day,
        to_head: None,
    }
}

/// Says how old a base is that is a commit: beside the head's commit, or beside the one that is
/// checked out where the head is none.
///
/// # Errors
/// What git says.
pub(super) fn date(base: &mut Side, head: &Side, site: &Path) -> Result<(), store::Error> {
    let Some(commit) = &mut base.told.commit else { return Ok(()) };
    let head = head.told.commit.as_ref().map_or("HEAD", |commit| commit.hash.as_str());
    let lies = store::lies(&commit.hash, head, site)?;
    commit.to_head = lies.behind.map(|(is_merge_base, commits_behind)| ToHead {
        is_merge_base,
        commits_behind,
        days_older: i64::from((lies.head.day - commit.day).get_days()),
    });
    Ok(())
}

/// Where a side is one experiment that was named, keeps of the other what is compared with it: the one
/// of its id, or the only one that was named there.
pub(super) fn follow_only(base: &mut Side, head: &mut Side) {
    match (base.files.only(), head.files.only()) {
        (Some(from), Some(to)) => {
            if let Some(results) = base.results.remove(from) {
                base.file_ids.insert(to.to_owned(), from.to_owned());
                base.results.insert(to.to_owned(), Results { id: to.to_owned(), ..results });
            }
        }
        (Some(id), None) => head.results.retain(|other, _| other == id),
        (None, Some(id)) => base.results.retain(|other, _| other == id),
        (None, None) => {}
    }
}

/// Lets experiments of the base that have another id in the head go by that one: those that a spec of
/// the head names under `formerly`, and those with the same prices and the same spec, words apart. What
/// several could be is none.
pub(super) fn follow_renames(base: &mut Side, head: &Side) -> Vec<Renamed> {
    let key = |results: &Results| {
        (results.provenance.data_hash.clone(), core(&results.spec).to_json().to_string())
    };
    let only = |these: &Side, those: &Side| -> Vec<(String, (String, String))> {
        let ids = these.results.iter().filter(|(id, _)| !those.results.contains_key(*id));
        ids.map(|(id, results)| (id.clone(), key(results))).collect()
    };
    let (gone, new) = (only(base, head), only(head, base));
    let mut renamed = Vec::new();
    for (from, key) in &gone {
        let same = |list: &[(String, (String, String))]| -> Vec<String> {
            list.iter().filter(|(_, other)| other == key).map(|(id, _)| id.clone()).collect()
        };
        let named: Vec<&String> = new
            .iter()
            .map(|(id, _)| id)
            .filter(|id| head.results[*id].spec.formerly.contains(from))
            .collect();
        let (same_gone, same_new) = (same(&gone), same(&new));
        let to = match (named.as_slice(), same_gone.as_slice(), same_new.as_slice()) {
            ([to], ..) => *to,
            ([], [_], [to]) => to,
            _ => continue,
        };
        let Some(results) = base.results.remove(from) else { continue };
        let of_head = &head.results[to];
        renamed.push(Renamed {
            from: from.clone(),
            heading: diff::heading(to, of_head),
            redirects: of_head.spec.formerly.contains(from),
        });
        base.results.insert(to.clone(), Results { id: to.clone(), ..results });
        base.file_ids.insert(to.clone(), from.clone());
    }
    // What is compared with a renamed one still is.
    for results in base.results.values_mut() {
        let now = |id: &mut String| {
            if let Some(renamed) = renamed.iter().find(|renamed| renamed.from == *id) {
                id.clone_from(&renamed.heading.id);
            }
        };
        results.spec.compares_with.iter_mut().for_each(now);
    }
    renamed
}
