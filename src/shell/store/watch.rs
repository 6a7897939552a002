//! What a build reads, watched for changes.
//!
//! A folder is watched with all below it. The folder around it is watched for the folder itself, which
//! may come, go, or be put in the place of another, and so is that around a file; what else changes
//! there is none of ours, a log of this program, say.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::shown;
use crate::base::diagnostic::{Place, Problem};

/// A change has come to rest when nothing more has changed for so long: an editor writes a file in
/// several steps.
const REST: Duration = Duration::from_millis(60);

/// How many such times are waited for rest at most: a file may grow for hours.
const MOST_RESTS: usize = 16;

/// Folders and files that are watched.
pub(crate) struct Watch {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// All of them by the names that the system may tell them by.
    names: Vec<PathBuf>,
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
}

impl Watch {
    /// Watches folders and files, which need not be there.
    ///
    /// # Errors
    /// If the system does not let one watch them.
    pub(crate) fn new(folders: Vec<PathBuf>, files: Vec<PathBuf>) -> Result<Self, Problem> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(sender);
        let watcher = watcher.map_err(|error| unwatchable(Path::new("."), &error))?;
        let mut watch = Self { folders, files, names: Vec::new(), watcher, events };
        let all = watch.folders.iter().chain(&watch.files);
        let around: BTreeSet<PathBuf> = all.map(|it| around(it)).filter(|it| it.is_dir()).collect();
        for folder in around.iter().filter(|folder| !watch.folders.contains(folder)) {
            let watched = watch.watcher.watch(folder, RecursiveMode::NonRecursive);
            watched.map_err(|error| unwatchable(folder, &error))?;
        }
        watch.renew(|_| true)?;
        Ok(watch)
    }

    /// Waits until something has changed and has come to rest; at once if it has since the last
    /// time. False if nothing will be heard of any more.
    ///
    /// # Errors
    /// If what has come cannot be watched.
    pub(crate) fn wait(&mut self) -> Result<bool, Problem> {
        let mut changed = loop {
            match self.events.recv() {
                Ok(event) if self.is_change(&event) => break vec![event],
                Ok(_) => {}
                Err(_) => return Ok(false),
            }
        };
        for _ in 0..MOST_RESTS {
            thread::sleep(REST);
            let before = changed.len();
            changed.extend(self.events.try_iter().filter(|event| self.is_change(event)));
            if changed.len() == before {
                break;
            }
        }
        let paths: BTreeSet<PathBuf> =
            changed.into_iter().flatten().flat_map(|it| it.paths).collect();
        // One that was put in the place of another is not watched yet.
        self.renew(|folder| paths.iter().any(|path| path.file_name() == folder.file_name()))?;
        Ok(true)
    }

    /// Whether an event is a change of what a build may read; that a build reads it is none.
    fn is_change(&self, event: &notify::Result<Event>) -> bool {
        let is_ours = |path: &PathBuf| {
            !is_passed_over(path) && self.names.iter().any(|name| path.starts_with(name))
        };
        match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
            Ok(event) => event.need_rescan() || event.paths.iter().any(is_ours),
            // Something may have been missed.
            Err(_) => true,
        }
    }

    /// Watches those of the folders that are there, anew.
    fn renew(&mut self, is_meant: impl Fn(&Path) -> bool) -> Result<(), Problem> {
        for folder in self.folders.iter().filter(|folder| is_meant(folder)) {
            // It may not have been watched.
            let _ = self.watcher.unwatch(folder);
            match self.watcher.watch(folder, RecursiveMode::Recursive) {
                Err(error) if folder.is_dir() => return Err(unwatchable(folder, &error)),
                _ => {}
            }
        }
        self.names = self.folders.iter().chain(&self.files).flat_map(|path| names(path)).collect();
        Ok(())
    }
}

/// The names that a system may tell a path by: links followed or not.
fn names(path: &Path) -> Vec<PathBuf> {
    let behind = around(path).canonicalize().ok().zip(path.file_name());
    let behind = behind.map(|(around, name)| around.join(name));
    let names = [std::path::absolute(path).ok(), behind, path.canonicalize().ok()];
    names.into_iter().flatten().collect()
}

/// A path that has a name: `.` for none.
fn named(path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() }
}

fn around(folder: &Path) -> PathBuf {
    folder.parent().map_or_else(|| folder.to_owned(), named)
}

/// Whether a path is hidden, as editors' own files are, or in a folder in which programs work.
fn is_passed_over(path: &Path) -> bool {
    let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let is_work = |part: Component<'_>| [".dfa", ".git"].iter().any(|it| part.as_os_str() == *it);
    path.file_name().is_some_and(is_hidden) || path.components().any(is_work)
}

fn unwatchable(folder: &Path, error: &notify::Error) -> Problem {
    let problem = Problem::new(format!("the folder cannot be watched: {error}"));
    let problem = problem.at(Place::file(shown(folder)));
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => problem.hint(
            "the system's limit is reached (on Linux `sysctl fs.inotify.max_user_watches`): raise it",
        ),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits, and says so if nothing comes.
    fn hears(watch: &mut Watch, what: &str) {
        assert!(watch.wait().unwrap(), "{what}");
    }

    #[test]
    fn a_folder_is_watched_though_it_comes_later_and_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (specs, later) = (dir.path().join("specs"), dir.path().join("later"));
        fs_err::create_dir(&specs).unwrap();
        let settings = dir.path().join("dfa-report.yaml");
        let mut watch =
            Watch::new(vec![specs.clone(), later.clone()], vec![settings.clone()]).unwrap();
        fs_err::write(specs.join("a.yaml"), "a").unwrap();
        hears(&mut watch, "a new file");
        fs_err::write(settings, "a").unwrap();
        hears(&mut watch, "a file beside the folders");
        fs_err::create_dir_all(later.join("deep")).unwrap();
        hears(&mut watch, "a folder that was not there");
        fs_err::write(later.join("deep/a"), "a").unwrap();
        hears(&mut watch, "a file in it");
        fs_err::rename(&specs, dir.path().join("old")).unwrap();
        fs_err::create_dir(&specs).unwrap();
        hears(&mut watch, "another folder of the name");
        fs_err::write(specs.join("a.yaml"), "b").unwrap();
        hears(&mut watch, "a file in that");
    }

    #[test]
    fn what_is_read_or_kept_by_programs_or_of_no_interest_is_no_change() {
        use notify::event::{AccessKind, CreateKind};
        let dir = tempfile::tempdir().unwrap();
        let (specs, settings) = (dir.path().join("specs"), dir.path().join("dfa-report.yaml"));
        let watch = Watch::new(vec![specs], vec![settings]).unwrap();
        let change = |kind: EventKind, path: &str| {
            watch.is_change(&Ok(Event::new(kind).add_path(dir.path().join(path))))
        };
        let created = EventKind::Create(CreateKind::Any);
        for ours in ["specs", "specs/x.yaml", "specs/deep/x", "dfa-report.yaml"] {
            assert!(change(created, ours), "{ours}");
            assert!(!change(EventKind::Access(AccessKind::Any), ours), "{ours}");
        }
        for other in
            ["log.txt", "site/index.html", "specs/.x.yaml.swp", ".dfa/results/x", "specs2/x"]
        {
            assert!(!change(created, other), "{other}");
        }
    }
}
