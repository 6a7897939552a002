//! What entries are called, and what is known of one without its contents.

use std::time::SystemTime;

/// What an entry is of; each kind has a folder of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The result and the daily series of an experiment.
    Result,
    /// What other experiments and the pages of all need to know of it.
    Digest,
    /// The members of a sweep, seen together.
    Sweep,
    /// The curves of a sweep with features that know nothing.
    Curves,
}

impl Kind {
    /// All of them, in the order in which they are listed.
    pub(crate) const ALL: [Self; 4] = [Self::Result, Self::Digest, Self::Sweep, Self::Curves];

    /// The name of its folder.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Digest => "digest",
            Self::Sweep => "sweep",
            Self::Curves => "curves",
        }
    }
}

/// An entry as a listing has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// What it is of.
    pub kind: Kind,
    /// Its key.
    pub key: String,
    /// Its size as it is kept.
    pub bytes: usize,
    /// When it was written.
    pub modified: SystemTime,
}

/// Why a folder or a bucket did not do what it should, in words.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) words: String,
    /// Whether the next entry would fail as well.
    pub(super) is_of_all: bool,
}

/// Signs of a key: BLAKE3 in hexadecimal digits.
const KEY: usize = 64;

/// Where an entry is below its store: `result/1f/1f3a...`, so that no folder holds too many.
pub(super) fn name_of(kind: Kind, key: &str) -> String {
    debug_assert!(is_key(key), "`{key}` is no key");
    let fan = key.get(..2).unwrap_or(key);
    format!("{}/{fan}/{key}", kind.name())
}

/// The entry that a name below a store is of, if it is of one.
pub(super) fn parsed(name: &str) -> Option<(Kind, &str)> {
    let mut parts = name.split('/');
    let (kind, fan, key) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = Kind::ALL.into_iter().find(|known| known.name() == kind)?;
    (parts.next().is_none() && is_key(key) && key.starts_with(fan) && fan.len() == 2)
        .then_some((kind, key))
}

fn is_key(text: &str) -> bool {
    text.len() == KEY && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
