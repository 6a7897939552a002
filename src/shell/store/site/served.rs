//! A site as a server hands it out: the files that its manifest lists, and no others.

use std::io;
use std::path::{Path, PathBuf};

use super::super::Error;
use super::super::plain::read_if_there;
use super::manifest::{MANIFEST, Manifest};

/// A site that was published.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Served {
    out: PathBuf,
    manifest: Manifest,
}

impl Served {
    /// The site in the folder `out`, if there is one.
    ///
    /// # Errors
    /// A problem if its manifest cannot be used; the operating system's error.
    pub(crate) fn open(out: &Path) -> Result<Option<Self>, Error> {
        let manifest = Manifest::read(out)?;
        Ok(manifest.map(|manifest| Self { out: out.to_owned(), manifest }))
    }

    /// Whether a path below the site's root is one of its files.
    pub(crate) fn lists(&self, path: &str) -> bool {
        path == MANIFEST || self.manifest.lists(path)
    }

    /// The file at a path below the site's root; `None` where the site has none. Paths are those that
    /// the manifest lists, letter by letter, so that none leads out of the folder.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn bytes(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        if self.lists(path) { read_if_there(&self.out.join(path)) } else { Ok(None) }
    }
}
