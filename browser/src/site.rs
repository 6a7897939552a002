//! A fresh copy of the built site, and its pages.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use walkdir::WalkDir;

/// Where the site lies below the root of the server, as on a host that gives it a folder only.
pub const PREFIX: &str = "some/prefix";

/// Experiments whose pages differ most.
const EXPERIMENTS: [&str; 4] = ["baseline", "regime-aware", "all-detectors", "sweep"];

/// A copy of the site in a temporary folder.
pub struct Site {
    folder: tempfile::TempDir,
}

/// A page of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Page {
    /// Path from the site's root, `baseline/index.html`.
    pub path: String,
    /// What kind of page it is.
    pub kind: Kind,
}

/// What pages there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The first page.
    Front,
    /// The page of an experiment.
    Experiment,
    /// Geometry, breaks, a sweep: a page below an experiment's.
    Part,
    /// A source of prices, and what is shared by the experiments on it.
    Data,
    /// The page of all components.
    Parts,
    /// A page on its own: methods, detectors, search, and what an author writes.
    Single,
    /// What a host shows for an address that it does not have.
    NotFound,
}

impl Site {
    /// Copies the built site: the folder that the variable `SITE` names, or the committed one.
    pub fn copy() -> Result<Self> {
        let named = std::env::var_os("SITE").map(PathBuf::from);
        let built = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../site"));
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join(PREFIX);
        for entry in WalkDir::new(&built) {
            let entry = entry.with_context(|| format!("{} is not a site", built.display()))?;
            let target = copy.join(entry.path().strip_prefix(&built)?);
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(target)?;
            } else {
                std::fs::copy(entry.path(), target)?;
            }
        }
        ensure!(copy.join("index.html").is_file(), "{} has no first page", built.display());
        Ok(Self { folder })
    }

    /// The folder above the prefix, which a server has as its root.
    pub fn above(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the site.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join(PREFIX)
    }

    /// The address of a file of the site without a server.
    pub fn file(&self, path: &str) -> String {
        format!("file://{}/{path}", self.root().display())
    }

    /// All pages; only those that the variable `PAGES` names, or with a part of a path from it
    /// (`baseline/`) in theirs, for a quick look while one works on a page.
    pub fn pages(&self) -> Result<Vec<Page>> {
        let wanted = std::env::var("PAGES").unwrap_or_default();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let mut pages = Vec::new();
        for entry in WalkDir::new(self.root()) {
            let entry = entry?;
            let path = entry.path().strip_prefix(self.root())?.to_string_lossy().into_owned();
            let named = |word: &&str| path == *word || (word.contains('/') && path.contains(*word));
            let is_wanted = wanted.is_empty() || wanted.iter().any(named);
            if path.ends_with(".html") && is_wanted {
                let kind = self.kind(&path);
                pages.push(Page { path, kind });
            }
        }
        pages.sort();
        Ok(pages)
    }

    /// Pages of which each has something of its own: one of each kind, four experiments (plain
    /// models, systems, very many detectors, a sweep), each part of an experiment, all that are alone.
    pub fn kinds(&self) -> Result<Vec<Page>> {
        let mut known = BTreeSet::new();
        let is_new = |page: &Page| {
            let folder = page.path.trim_end_matches("/index.html");
            let last = folder.rsplit('/').next().unwrap_or_default();
            let own = match page.kind {
                Kind::Single | Kind::Part => last,
                Kind::Data => last.split('-').next().unwrap_or_default(),
                Kind::Experiment if EXPERIMENTS.contains(&last) => last,
                Kind::Experiment => return false,
                Kind::Front | Kind::Parts | Kind::NotFound => "",
            };
            known.insert((page.kind, own.to_owned()))
        };
        Ok(self.pages()?.into_iter().filter(is_new).collect())
    }

    fn kind(&self, path: &str) -> Kind {
        let folders: Vec<&str> =
            path.trim_end_matches("index.html").split_terminator('/').collect();
        let is_experiment = |folder: &str| self.root().join(folder).join("results.json").is_file();
        match folders.as_slice() {
            [] => Kind::Front,
            ["404.html"] => Kind::NotFound,
            ["parts"] => Kind::Parts,
            ["data", ..] => Kind::Data,
            [folder] if is_experiment(folder) => Kind::Experiment,
            [folder, _] if is_experiment(folder) => Kind::Part,
            _ => Kind::Single,
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}
