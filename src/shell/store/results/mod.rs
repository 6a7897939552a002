//! What has been computed, kept under what it depends on: a store of whole entries, in a folder or
//! in a bucket.
//!
//! An entry is written whole or not at all, and says of itself what it is ([`entry`]); one that is
//! damaged counts as absent, so that it is computed again and replaced. Two writers of a key have
//! the same bytes, and the last one wins. The store makes a build faster and never makes it fail:
//! what cannot be read is absent, what cannot be written is not kept, and both are said once, by
//! [`ResultStore::warnings`]. Only a place that cannot be a store at all is an error.
//!
//! All of it may be called from several threads at once.

#[cfg(feature = "cloud")]
mod bucket;
mod entry;
mod folder;
mod location;
mod name;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

#[cfg(feature = "cloud")]
use bucket::Bucket;
use folder::Folder;
use location::Location;
use name::{Failure, name_of};
pub(crate) use name::{Kind, Listed};

use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::format::counted;

/// Where the store is if nothing else is said: beside the experiments, ignored by git.
pub(crate) const DEFAULT_LOCATION: &str = ".dfa/results";

/// What reading an entry gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its contents.
    Whole(Vec<u8>),
    /// There is none.
    Absent,
    /// It is not what was written: what is wrong with it.
    Damaged(String),
}

#[derive(Debug)]
enum Backend {
    Folder(Folder),
    #[cfg(feature = "cloud")]
    Bucket(Bucket),
}

/// What went wrong so far.
#[derive(Debug, Default)]
struct Told {
    /// Entries that were damaged or could not be read, by the file.
    unread: BTreeMap<String, Problem>,
    /// Why the first was not written that was tried.
    unwritten: Option<String>,
    /// Keys that were not written.
    left: BTreeSet<(Kind, String)>,
    /// No longer asked for anything.
    is_gone: bool,
}

/// An open store.
#[derive(Debug)]
pub(crate) struct ResultStore {
    backend: Backend,
    told: Mutex<Told>,
}

impl ResultStore {
    /// Opens the store at a folder's path, or at an address of `file`, `s3`, `gs` or `az`. Nothing
    /// is written: a folder is made with the first entry.
    ///
    /// # Errors
    /// If it is no such place, if something else stands there, if a bucket does not answer, or if
    /// the program was built without object stores.
    pub(crate) fn open(location: &str) -> Result<Self, Problem> {
        let backend = match Location::parse(location)? {
            Location::Folder(path) => Backend::Folder(Folder::open(path)?),
            #[cfg(feature = "cloud")]
            Location::Bucket { service, address } => {
                Backend::Bucket(Bucket::open(service, &address)?)
            }
        };
        Ok(Self { backend, told: Mutex::default() })
    }

    /// Whether an address or a path can be of a store, as far as it says itself.
    ///
    /// # Errors
    /// As [`Self::open`], without looking there.
    pub(crate) fn check(location: &str) -> Result<(), Problem> {
        Location::parse(location).map(|_| ())
    }

    /// The contents kept under a key of 64 hexadecimal digits; `None` if there are none, if they are
    /// damaged or if they cannot be read, which [`Self::warnings`] says.
    pub(crate) fn get(&self, kind: Kind, key: &str) -> Option<Vec<u8>> {
        if self.told().is_gone {
            return None;
        }
        let name = name_of(kind, key);
        let file = self.shown(&name);
        let problem = match self.read(kind, key) {
            Ok(Found::Whole(contents)) => return Some(contents),
            Ok(Found::Absent) => return None,
            Ok(Found::Damaged(why)) => {
                damaged(&file, &why).hint("it is computed again and replaced")
            }
            Err(failure) => {
                self.told().is_gone |= failure.is_of_all;
                let message =
                    format!("an entry of the results store cannot be read: {}", failure.words);
                let hint = if failure.is_of_all {
                    "this run goes on without the store"
                } else {
                    "what it holds is computed again"
                };
                Problem::new(message).at(Place::file(&file)).hint(hint)
            }
        };
        self.told().unread.insert(file, problem);
        None
    }

    /// Keeps contents under a key of 64 hexadecimal digits, in place of what is there. Whether that
    /// was done: if not, [`Self::warnings`] says why, and nothing more is written by this run.
    pub(crate) fn put(&self, kind: Kind, key: &str, contents: &[u8]) -> bool {
        let is_off = |told: &Told| told.is_gone || told.unwritten.is_some();
        let done = if is_off(&self.told()) {
            false
        } else {
            let name = name_of(kind, key);
            let sealed = entry::seal(kind, key, contents);
            let written = sealed.and_then(|sealed| match &self.backend {
                Backend::Folder(folder) => folder.write(&name, &sealed),
                #[cfg(feature = "cloud")]
                Backend::Bucket(bucket) => bucket.write(&name, sealed),
            });
            written
                .map_err(|failure| {
                    let mut told = self.told();
                    told.unwritten.get_or_insert(failure.words);
                })
                .is_ok()
        };
        if !done {
            self.told().left.insert((kind, key.to_owned()));
        }
        done
    }

    /// Whether there is an entry under a key, which may be damaged.
    pub(crate) fn has(&self, kind: Kind, key: &str) -> bool {
        if self.told().is_gone {
            return false;
        }
        let name = name_of(kind, key);
        match &self.backend {
            Backend::Folder(folder) => folder.has(&name),
            #[cfg(feature = "cloud")]
            Backend::Bucket(bucket) => bucket.has(&name),
        }
    }

    /// What is under a key, and whether it is as it was written.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&self, kind: Kind, key: &str) -> Result<Found, Failure> {
        let name = name_of(kind, key);
        let bytes = match &self.backend {
            Backend::Folder(folder) => folder.read(&name),
            #[cfg(feature = "cloud")]
            Backend::Bucket(bucket) => bucket.read(&name),
        };
        Ok(match bytes? {
            None => Found::Absent,
            Some(bytes) => {
                entry::unseal(kind, key, &bytes).map_or_else(Found::Damaged, Found::Whole)
            }
        })
    }

    /// What is wrong with an entry, if anything is.
    pub(crate) fn fault(&self, kind: Kind, key: &str) -> Option<Problem> {
        let file = self.shown(&name_of(kind, key));
        match self.read(kind, key) {
            Ok(Found::Whole(_) | Found::Absent) => None,
            Ok(Found::Damaged(why)) => Some(damaged(&file, &why)),
            Err(Failure { words, .. }) => {
                Some(Problem::new(format!("it cannot be read: {words}")).at(Place::file(file)))
            }
        }
    }

    /// All entries, by kind and key. Files that are no entries are passed over.
    ///
    /// # Errors
    /// If the folder or the bucket cannot be listed.
    pub(crate) fn list(&self) -> Result<Vec<Listed>, Problem> {
        let listed = match &self.backend {
            Backend::Folder(folder) => folder.list(),
            #[cfg(feature = "cloud")]
            Backend::Bucket(bucket) => bucket.list(),
        };
        let mut listed = listed.map_err(|failure| {
            let message = format!("the results store cannot be listed: {}", failure.words);
            Problem::new(message).at(Place::file(self.location()))
        })?;
        listed.sort_unstable_by(|a, b| (a.kind, &a.key).cmp(&(b.kind, &b.key)));
        Ok(listed)
    }

    /// Deletes an entry; one that is not there is no failure.
    ///
    /// # Errors
    /// If it cannot be deleted.
    pub(crate) fn delete(&self, kind: Kind, key: &str) -> Result<(), Problem> {
        let name = name_of(kind, key);
        let deleted = match &self.backend {
            Backend::Folder(folder) => folder.delete(&name),
            #[cfg(feature = "cloud")]
            Backend::Bucket(bucket) => bucket.delete(&name),
        };
        deleted.map_err(|Failure { words, .. }| {
            let message = format!("it cannot be deleted: {words}");
            Problem::new(message).at(Place::file(self.shown(&name)))
        })
    }

    /// Removes what runs that were killed left half written before a time; how many files.
    pub(crate) fn sweep(&self, before: SystemTime, is_dry: bool) -> usize {
        match &self.backend {
            Backend::Folder(folder) => folder.sweep(before, is_dry),
            // A bucket shows no object before it is whole.
            #[cfg(feature = "cloud")]
            Backend::Bucket(_) => 0,
        }
    }

    /// Where it is, as a reader would write it.
    pub(crate) fn location(&self) -> String {
        self.shown("")
    }

    /// How many entries this run had to keep and could not.
    pub(crate) fn unwritten(&self) -> usize {
        self.told().left.len()
    }

    /// Everything by which this run had to do without the store, in the same order whatever thread
    /// found it: to be told as warnings at the run's end.
    pub(crate) fn warnings(&self) -> Problems {
        let told = self.told();
        let mut problems = Problems::new();
        told.unread.values().for_each(|problem| problems.push(problem.clone()));
        if let (Some(why), Some((kind, key))) = (&told.unwritten, told.left.first()) {
            let message = format!("the results store cannot be written: {why}");
            let left = counted(told.left.len(), "entry", "entries");
            let hint = format!("{left} of this run not kept: the next run computes that again");
            let file = self.shown(&name_of(*kind, key));
            problems.push(Problem::new(message).at(Place::file(file)).hint(hint));
        }
        problems
    }

    fn shown(&self, name: &str) -> String {
        match &self.backend {
            Backend::Folder(folder) => folder.shown(name),
            #[cfg(feature = "cloud")]
            Backend::Bucket(bucket) => bucket.shown(name),
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn damaged(file: &str, why: &str) -> Problem {
    Problem::new(format!("an entry of the results store is damaged: {why}")).at(Place::file(file))
}
