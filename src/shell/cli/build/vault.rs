//! What has been computed: experiments as entries of the results store, and those of this run that
//! the store could not keep.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::repository::{Digest, Key};
use crate::results::{Results, SERIES_FILES, Series};
use crate::shell::store::{Kind, ResultStore};

/// Core results of an experiment with its series.
pub(super) type Core = (Results, Series);

/// Experiments with which others are compared, held because many may be compared with one.
const HELD: usize = 4;

/// The results store, and what it could not keep.
pub(super) struct Vault {
    store: ResultStore,
    left: Mutex<BTreeMap<(Kind, String), Vec<u8>>>,
    held: Mutex<Vec<(String, Arc<Core>)>>,
}

/// The first line of an entry.
#[derive(Serialize, Deserialize)]
struct Head {
    /// All that the results depend on.
    key: Key,
    /// Bytes of each part that follows: the results, then the series in their order.
    parts: Vec<usize>,
}

impl Vault {
    pub(super) fn new(store: ResultStore) -> Self {
        Self { store, left: Mutex::default(), held: Mutex::default() }
    }

    pub(super) fn store(&self) -> &ResultStore {
        &self.store
    }

    /// Whether there are results under a key.
    pub(super) fn has(&self, hash: &str) -> bool {
        self.store.has(Kind::Result, hash) && self.store.has(Kind::Digest, hash)
    }

    /// Keeps results with their digest.
    pub(super) fn put(&self, key: &Key, hash: &str, results: &Results, series: &Series) {
        self.keep(Kind::Result, hash, encode(key, results, series));
        self.keep(Kind::Digest, hash, Digest::of(results, series).to_bytes());
    }

    /// Keeps a digest alone.
    pub(super) fn put_digest(&self, hash: &str, digest: &Digest) {
        self.keep(Kind::Digest, hash, digest.to_bytes());
    }

    fn keep(&self, kind: Kind, hash: &str, bytes: Vec<u8>) {
        if !self.store.put(kind, hash, &bytes) {
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            left.insert((kind, hash.to_owned()), bytes);
        }
    }

    fn bytes(&self, kind: Kind, hash: &str) -> Option<Vec<u8>> {
        let left = || {
            let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            left.get(&(kind, hash.to_owned())).cloned()
        };
        left().or_else(|| self.store.get(kind, hash))
    }

    /// The results under a key; `None` where there are none that can be read.
    pub(super) fn get(&self, hash: &str) -> Option<Core> {
        decode(&self.bytes(Kind::Result, hash)?)
    }

    /// The same as text, to be compared with what is computed again.
    pub(super) fn encoded(&self, hash: &str) -> Option<Vec<u8>> {
        self.bytes(Kind::Result, hash)
    }

    /// The digest under a key.
    pub(super) fn digest(&self, hash: &str) -> Option<Digest> {
        Digest::from_bytes(&self.bytes(Kind::Digest, hash)?)
    }

    /// What is kept of a sweep, as JSON; made and kept where it is not there yet.
    pub(super) fn or_make<T: Serialize + DeserializeOwned, E>(
        &self,
        kind: Kind,
        hash: &str,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let known = self.bytes(kind, hash).and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if let Some(known) = known {
            return Ok(known);
        }
        let made = make()?;
        self.keep(kind, hash, json(&made));
        Ok(made)
    }

    /// What others are compared with: read once as long as it is one of the last few. `read` reads
    /// it.
    pub(super) fn held<E>(
        &self,
        name: &str,
        read: impl FnOnce() -> Result<Core, E>,
    ) -> Result<Arc<Core>, E> {
        let find = || {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.iter().find(|(known, _)| known == name).map(|(_, core)| Arc::clone(core))
        };
        if let Some(core) = find() {
            return Ok(core);
        }
        let core = Arc::new(read()?);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(0, (name.to_owned(), Arc::clone(&core)));
        held.truncate(HELD);
        Ok(core)
    }
}

/// Results and series as an entry holds them.
pub(super) fn encode(key: &Key, results: &Results, series: &Series) -> Vec<u8> {
    let mut parts = vec![json(results)];
    parts.extend(series.files().into_iter().map(|(_, table)| table.to_csv().into_bytes()));
    let head = Head { key: key.clone(), parts: parts.iter().map(Vec::len).collect() };
    let mut bytes = json(&head);
    bytes.push(b'\n');
    parts.into_iter().for_each(|part| bytes.extend(part));
    bytes
}

fn json(value: &impl Serialize) -> Vec<u8> {
    match serde_json::to_vec(value) {
        Ok(bytes) => bytes,
        Err(error) => unreachable!("an entry always serialises: {error}"),
    }
}

/// What [`encode`] made; `None` of anything else.
fn decode(bytes: &[u8]) -> Option<Core> {
    let parts = parts(bytes)?;
    let results = serde_json::from_slice(parts.first()?).ok()?;
    let texts: Vec<&str> =
        parts[1..].iter().map(|part| std::str::from_utf8(part)).collect::<Result<_, _>>().ok()?;
    Some((results, Series::from_csv(texts).ok()?))
}

fn parts(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
    let mut rest = &bytes[end + 1..];
    let mut parts = Vec::new();
    for length in head.parts {
        let (part, after) = rest.split_at_checked(length)?;
        parts.push(part);
        rest = after;
    }
    (rest.is_empty() && parts.len() == SERIES_FILES.len() + 1).then_some(parts)
}

/// The names of the parts in which two entries differ.
pub(super) fn differing(one: &[u8], other: &[u8]) -> Vec<&'static str> {
    let names = std::iter::once("results.json").chain(SERIES_FILES.iter().map(|file| file.name));
    match (parts(one), parts(other)) {
        (Some(one), Some(other)) => {
            let pairs = one.into_iter().zip(other).zip(names);
            pairs.filter(|((one, other), _)| one != other).map(|(_, name)| name).collect()
        }
        _ => names.collect(),
    }
}
