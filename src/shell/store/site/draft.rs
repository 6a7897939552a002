//! The next site, file by file: what is new is written to the workspace at once, what is there
//! already is noted, so that no site need ever be in memory.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::Error;
use super::super::seen::Seen;
use super::allowed::{Allowed, Standing, standing, wanted_twice};
use super::disk;
use super::exchange;
use super::folder::Held;
use super::manifest::{Entry, Manifest};
use super::paths::{folders, is_listed_file, make_folders};
use super::{Published, stage};
use crate::base::diagnostic::Problems;

/// A site that is being made for a folder. Files may come from several threads.
pub(crate) struct Draft<'h> {
    held: &'h Held,
    current: Option<Manifest>,
    seen: &'h Seen,
    made: Mutex<Made>,
    is_published: bool,
}

/// What has come so far.
#[derive(Default)]
struct Made {
    allowed: Allowed,
    next: Manifest,
    changed: BTreeSet<String>,
    problems: Problems,
    /// Whether there is a folder for the next site.
    has_begun: bool,
}

impl<'h> Draft<'h> {
    /// Begins a site for the folder that is held. `seen` may know the hashes of its files.
    ///
    /// # Errors
    /// A problem if the manifest that is there cannot be used.
    pub(crate) fn new(held: &'h Held, seen: &'h Seen) -> Result<Self, Error> {
        let current = Manifest::read(&held.named)?;
        Ok(Self { held, current, seen, made: Mutex::default(), is_published: false })
    }

    /// Adds a file. One that came before with the same bytes is one file.
    ///
    /// # Errors
    /// The operating system's. What else is wrong is told by [`Draft::publish`].
    pub(crate) fn put(&self, path: &str, contents: &[u8]) -> Result<(), Error> {
        let entry = Entry::of(contents);
        if !self.made().admit(path, &entry) {
            return Ok(());
        }
        let ours = |path: &str| self.current.as_ref().is_some_and(|current| current.lists(path));
        match standing(&self.held.named, path, contents, ours) {
            Ok(Standing::Same) => {
                self.seen.note(&self.held.named.join(path), &entry.blake3);
                return Ok(());
            }
            Ok(Standing::Other) => {}
            Err(Error::Problems(problems)) => {
                self.made().problems.extend(problems);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        self.begin()
            .and_then(|()| {
                let place = self.held.next().join(path);
                // Two threads may need the same folder.
                let mut made = self.made();
                make_folders(&self.held.next(), path, &self.held.out)?;
                disk::write(&place, contents, &self.held.out.join(path))?;
                made.changed.insert(path.to_owned());
                Ok(())
            })
            .map_err(|error| untouched(&error))
    }

    /// Whether the site that is there has a file with this hash where its manifest lists it.
    pub(crate) fn has(&self, path: &str, hash: &str) -> bool {
        let listed = self.current.as_ref().and_then(|current| current.entry(path));
        listed.is_some_and(|entry| entry.blake3 == hash)
            && is_listed_file(&self.held.out, path).is_ok_and(|is| is)
            && self.seen.hash(&self.held.named.join(path)).is_some_and(|there| there == hash)
    }

    /// Adds a file of the site that is there, as it is: one that it [`Draft::has`].
    pub(crate) fn keep(&self, path: &str) {
        if let Some(entry) = self.current.as_ref().and_then(|current| current.entry(path)) {
            self.made().admit(path, entry);
        }
    }

    /// The paths so far, sorted.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.made().next.paths().map(str::to_owned).collect()
    }

    /// Lets the site that has come take the place of the one that is there.
    ///
    /// # Errors
    /// Problems if a path leads out of the folder, is there twice with other bytes or is a folder of
    /// another, or if a file would be written over that is not ours; the operating system's error.
    /// Then the old site is there, or the new one if only what follows its exchange failed.
    pub(crate) fn publish(mut self) -> Result<Published, Error> {
        let published = self.put_in_place()?;
        self.is_published = true;
        let made = self.made();
        for (path, entry) in
            made.changed.iter().filter_map(|path| Some((path, made.next.entry(path)?)))
        {
            self.seen.note(&self.held.named.join(path), &entry.blake3);
        }
        drop(made);
        Ok(published)
    }

    fn put_in_place(&self) -> Result<Published, Error> {
        let mut made = self.made();
        let Made { next, changed, problems, has_begun, .. } = &mut *made;
        std::mem::take(problems).into_result(())?;
        let ours: BTreeSet<&str> = self.current.iter().flat_map(Manifest::paths).collect();
        let unchanged = next.paths().count() - changed.len();
        let mut published = Published { written: changed.len(), unchanged, deleted: 0 };
        if self.current.as_ref() == Some(next) && changed.is_empty() {
            return Ok(published);
        }
        for path in ours.iter().filter(|path| !next.lists(path)) {
            published.deleted += usize::from(is_listed_file(&self.held.out, path)?);
        }
        let both: BTreeSet<&str> = ours.iter().copied().chain(next.paths()).collect();
        let shared: BTreeSet<&str> = both.iter().copied().flat_map(folders).collect();
        if !*has_begun {
            disk::create_dir(&self.held.next(), &self.held.out)
                .map_err(|error| untouched(&error))?;
            *has_begun = true;
        }
        stage::complete(self.held, next, changed, (&both, &shared))
            .map_err(|error| untouched(&error))?;
        exchange::put(self.held, &shared)?;
        Ok(published)
    }

    /// Makes the folder of the next site when the first file needs it.
    fn begin(&self) -> io::Result<()> {
        let mut made = self.made();
        if !made.has_begun {
            disk::create_dir(&self.held.next(), &self.held.out)?;
            made.has_begun = true;
        }
        Ok(())
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.is_published && self.made().has_begun {
            // What went wrong is told; if this fails too, the next run tries again.
            let _ = exchange::finish(self.held);
        }
    }
}

impl Made {
    /// Whether a file is new; what cannot be one is noted.
    fn admit(&mut self, path: &str, entry: &Entry) -> bool {
        match self.next.entry(path) {
            Some(known) if known == entry => return false,
            Some(_) => {
                self.problems.push(wanted_twice(path));
                return false;
            }
            None => {}
        }
        match self.allowed.admit(path) {
            Ok(()) => {
                self.next.insert(path, entry.clone());
                true
            }
            Err(problem) => {
                self.problems.push(problem);
                false
            }
        }
    }
}

fn untouched(error: &io::Error) -> Error {
    Error::Io(io::Error::new(error.kind(), format!("{error}; the site is as it was")))
}
