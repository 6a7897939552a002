//! Where the files of a site go: into its folder, or into a comparison with it.

use crate::shell::store::{self, Comparison, Draft};

/// Takes files in, from several threads.
pub(super) enum Sink<'s> {
    /// The next site of a folder.
    Draft(Draft<'s>),
    /// What a folder is compared with.
    Comparison(Comparison<'s>),
}

impl Sink<'_> {
    /// Takes a file in.
    ///
    /// # Errors
    /// The operating system's.
    pub(super) fn put(&self, path: &str, contents: &[u8]) -> Result<(), store::Error> {
        match self {
            Self::Draft(draft) => draft.put(path, contents),
            Self::Comparison(comparison) => {
                comparison.put(path, contents);
                Ok(())
            }
        }
    }

    /// Whether the folder has a file with this hash.
    pub(super) fn has(&self, path: &str, hash: &str) -> bool {
        match self {
            Self::Draft(draft) => draft.has(path, hash),
            Self::Comparison(comparison) => comparison.has(path, hash),
        }
    }

    /// Takes in a file that the folder has, as it is.
    ///
    /// # Errors
    /// The operating system's.
    pub(super) fn keep(&self, path: &str) -> Result<(), store::Error> {
        match self {
            Self::Draft(draft) => {
                draft.keep(path);
                Ok(())
            }
            Self::Comparison(comparison) => comparison.keep(path),
        }
    }

    /// The paths so far, sorted.
    pub(super) fn paths(&self) -> Vec<String> {
        match self {
            Self::Draft(draft) => draft.paths(),
            Self::Comparison(comparison) => comparison.paths(),
        }
    }
}
