//! Files that an earlier build left in a site, read only where they are what that build wrote.

use std::path::Path;

use super::super::plain::read_if_there;
use super::super::{Error, shown};
use super::manifest::Manifest;
use crate::base::diagnostic::{Place, Problem};
use crate::prices::quotes::utf8;
use crate::results::{SeriesForm, series_text};

/// A site as an earlier build left it.
pub(crate) struct Kept<'a> {
    out: &'a Path,
    manifest: Option<Manifest>,
}

impl<'a> Kept<'a> {
    /// The site in the folder `out`, which need not be there.
    ///
    /// # Errors
    /// A problem if its manifest cannot be used; the operating system's error.
    pub(crate) fn open(out: &'a Path) -> Result<Self, Error> {
        Ok(Self { out, manifest: Manifest::read(out)? })
    }

    /// No site.
    pub(crate) fn none(out: &'a Path) -> Self {
        Self { out, manifest: None }
    }

    /// A file as messages show it, by its path below the site's root.
    pub(crate) fn file(&self, path: &str) -> String {
        shown(&self.out.join(path))
    }

    /// Whether there are results of an experiment.
    pub(crate) fn has_results(&self, id: &str) -> bool {
        let listed = |manifest: &Manifest| manifest.lists(&format!("{id}/results.json"));
        self.manifest.as_ref().is_some_and(listed)
    }

    /// A hash of the figures and series that the manifest lists below a folder ending in `/`; `None`
    /// where there are no results.
    pub(crate) fn hash_of(&self, folder: &str) -> Option<String> {
        let manifest = self.manifest.as_ref()?;
        manifest.entry(&format!("{folder}results.json"))?;
        let mut hasher = blake3::Hasher::new();
        for (path, entry) in manifest.below(folder) {
            if !path.ends_with(".html") {
                hasher.update(format!("{path} {}\n", entry.blake3).as_bytes());
            }
        }
        Some(hasher.finalize().to_hex().to_string())
    }

    /// A text file, by its path below the site's root; `None` if it is neither listed nor there.
    ///
    /// # Errors
    /// A problem if it is not the file that the manifest lists; the operating system's error.
    pub(crate) fn text(&self, path: &str) -> Result<Option<String>, Error> {
        let Some(bytes) = self.bytes(path)? else { return Ok(None) };
        Ok(Some(utf8(&self.file(path), &bytes)?.to_owned()))
    }

    /// A file of series in the form that the site has it in, by the path of its text: the path that
    /// it has, and its text; `None` if it is there in neither.
    ///
    /// # Errors
    /// A problem if it is not the file that the manifest lists, or is damaged; the operating
    /// system's error.
    pub(crate) fn series(&self, path: &str) -> Result<Option<(String, String)>, Error> {
        let paths = SeriesForm::ALL.map(|form| form.path(path));
        // What the manifest lists goes before what lies beside it.
        let is_listed = |path: &&String| self.manifest.as_ref().is_some_and(|m| m.lists(path));
        let (listed, others): (Vec<&String>, Vec<&String>) = paths.iter().partition(is_listed);
        for path in listed.into_iter().chain(others) {
            if let Some(bytes) = self.bytes(path)? {
                let text = series_text(&self.file(path), bytes);
                let text = text.map_err(|problem| problem.hint(WITHOUT_ONLY))?;
                return Ok(Some((path.clone(), text)));
            }
        }
        Ok(None)
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let is_listed = self.manifest.as_ref().is_some_and(|manifest| manifest.lists(path));
        let bytes = read_if_there(&self.out.join(path))?;
        let what = match (&self.manifest, bytes) {
            (_, None) if !is_listed => return Ok(None),
            (_, None) => "the manifest of the site lists the file, and it is gone",
            (Some(manifest), Some(bytes)) if manifest.has(path, &bytes) => return Ok(Some(bytes)),
            _ if is_listed => {
                "the file is not what the build wrote: its hash is not the manifest's"
            }
            _ => "the manifest of the site does not list the file",
        };
        let problem = Problem::new(what).at(Place::file(self.file(path)));
        Err(problem.hint(WITHOUT_ONLY).into())
    }
}

/// What helps wherever a stored file cannot be used.
pub(crate) const WITHOUT_ONLY: &str = "build without --only: all experiments are run again then";
