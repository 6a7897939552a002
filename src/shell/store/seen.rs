//! Hashes of files, kept with what the system says of each, so that a file that nobody has touched
//! need not be read again.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]
#![cfg_attr(test, expect(clippy::disallowed_types, reason = "a test sets the time of a file"))]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::record::remember;
use super::shown;

/// Two writes so near to one another may bear the same time.
const TICK: Duration = Duration::from_millis(20);

/// What the system says of a file, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    bytes: u64,
    /// Nanoseconds of its last change, since 1970.
    changed: u128,
    /// Its number in the file system.
    number: u64,
    /// BLAKE3 of its contents, hexadecimal.
    blake3: String,
}

/// The hashes of files as they were when they were last read.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Where this is kept.
    file: PathBuf,
    known: BTreeMap<String, Entry>,
    /// What has been looked at in this run.
    now: Mutex<BTreeMap<String, Entry>>,
}

impl Seen {
    /// What an earlier run left in `file`; nothing where there is none or it cannot be used. A file
    /// that changed just before it was left may have changed just after as well, so it is read
    /// again.
    pub(crate) fn open(file: PathBuf) -> Self {
        let known = || {
            let left = fs_err::metadata(&file).ok()?.modified().ok()?;
            let text = fs_err::read(&file).ok()?;
            let known: BTreeMap<String, Entry> = serde_json::from_slice(&text).ok()?;
            let safe = since_1970(left.checked_sub(TICK)?)?;
            Some(known.into_iter().filter(|(_, entry)| entry.changed < safe).collect())
        };
        let known = known().unwrap_or_default();
        Self { file, known, now: Mutex::default() }
    }

    /// The hash of a file, BLAKE3 in hexadecimal; `None` where there is none that can be read.
    pub(crate) fn hash(&self, path: &Path) -> Option<String> {
        let name = shown(path);
        let mut entry = entry(path)?;
        let is_same = |known: &&Entry| {
            (known.bytes, known.changed, known.number) == (entry.bytes, entry.changed, entry.number)
        };
        entry.blake3 = match self.known.get(&name).filter(is_same) {
            Some(known) => known.blake3.clone(),
            None => blake3::hash(&fs_err::read(path).ok()?).to_hex().to_string(),
        };
        let hash = entry.blake3.clone();
        self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(name, entry);
        Some(hash)
    }

    /// Takes down the hash of a file that was written with it.
    pub(crate) fn note(&self, path: &Path, hash: &str) {
        if let Some(entry) = entry(path) {
            let entry = Entry { blake3: hash.to_owned(), ..entry };
            self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(shown(path), entry);
        }
    }

    /// Keeps what this run has looked at, for the next one. That it cannot be kept costs time only.
    pub(crate) fn keep(self) {
        let now = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        if now == self.known {
            return;
        }
        if let Ok(text) = serde_json::to_vec(&now) {
            remember(&self.file, &text);
        }
    }
}

fn since_1970(time: SystemTime) -> Option<u128> {
    Some(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos())
}

/// What the system says of a plain file.
fn entry(path: &Path) -> Option<Entry> {
    let found = fs_err::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&found);
    #[cfg(not(unix))]
    let number = 0;
    let changed = since_1970(found.modified().ok()?)?;
    Some(Entry { bytes: found.len(), changed, number, blake3: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_again_only_where_it_may_have_changed() {
        let dir = tempfile::tempdir().unwrap();
        let (kept, path) = (dir.path().join("seen.json"), dir.path().join("a"));
        fs_err::write(&path, "one").unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(60);
        let touched = |time| std::fs::File::options().write(true).open(&path)?.set_modified(time);
        touched(long_ago).unwrap();
        let hash = |text: &str| Some(blake3::hash(text.as_bytes()).to_hex().to_string());
        let seen = Seen::open(kept.clone());
        assert_eq!(seen.hash(&path), hash("one"));
        assert_eq!(seen.hash(&dir.path().join("absent")), None);
        seen.keep();
        // As long, and of the same time: nothing tells the two apart, so it was not read.
        fs_err::write(&path, "two").unwrap();
        touched(long_ago).unwrap();
        assert_eq!(Seen::open(kept.clone()).hash(&path), hash("one"));
        touched(long_ago + Duration::from_secs(1)).unwrap();
        assert_eq!(Seen::open(kept.clone()).hash(&path), hash("two"));
        // Changed in the moment in which the hashes were left: not believed.
        touched(SystemTime::now()).unwrap();
        let seen = Seen::open(kept.clone());
        assert_eq!(seen.hash(&path), hash("two"));
        seen.keep();
        let left = fs_err::metadata(&kept).unwrap().modified().unwrap();
        fs_err::write(&path, "six").unwrap();
        touched(left).unwrap();
        assert_eq!(Seen::open(kept).hash(&path), hash("six"));
    }
}
