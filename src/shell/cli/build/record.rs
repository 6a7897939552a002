//! What the last build into a folder left behind, beside the results: of what each page was made, so
//! that it need not be made again.
//!
//! ```text
//! .dfa/site/<name>/last.json     what the last build was made of, if it ended well
//! .dfa/site/<name>/files.json    hashes of files as the system knows them
//! .dfa/site/<name>/pages.jsonl   a line an experiment
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::repository::Key;
use crate::report::site::{Asked, Summary};
use crate::shell::store::{self, Seen};

/// What a build that ended well was made of, and what it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Last {
    /// Hash of the program, its options and every file that it read.
    pub(super) inputs: String,
    /// Hash of the site's manifest.
    pub(super) manifest: Option<String>,
    /// Experiments on the site.
    pub(super) experiments: usize,
}

/// An answer that a page was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) asked: Asked,
    /// Hash of all that the answer depends on.
    pub(super) from: String,
    /// Hash of the answer.
    pub(super) hash: String,
}

/// The pages of one experiment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) id: String,
    /// Hash of all that they are made of.
    pub(super) made_of: String,
    /// What its texts asked of experiments.
    #[serde(default)]
    pub(super) asked: Vec<Known>,
    /// The key of the results behind them; `None` of results from the site.
    pub(super) key: Option<Key>,
    /// Every file with its hash.
    pub(super) files: BTreeMap<String, String>,
    pub(super) summary: Summary,
    /// The line that tells its stamp; `None` without criteria.
    pub(super) stamp: Option<String>,
    /// What its certificate found.
    pub(super) failed: Vec<(String, String)>,
}

/// What the last build left.
pub(super) struct Record {
    folder: PathBuf,
    last: Option<Last>,
    pages: BTreeMap<String, Page>,
}

impl Record {
    /// The record of builds into the folder `out`; the pages are read when they are asked for.
    pub(super) fn open(out: &Path) -> Self {
        let folder = store::record_folder(out);
        let last = store::text_of(&folder.join("last.json"));
        let last = last.and_then(|text| serde_json::from_str(&text).ok());
        Self { folder, last, pages: BTreeMap::new() }
    }

    /// Hashes of files.
    pub(super) fn seen(&self) -> Seen {
        Seen::open(self.folder.join("files.json"))
    }

    /// What the last build was made of, if it was made of this.
    pub(super) fn last(&self, inputs: &str) -> Option<&Last> {
        self.last.as_ref().filter(|last| last.inputs == inputs)
    }

    /// Reads what is known of the pages; a line that cannot be read is of no page.
    pub(super) fn read_pages(&mut self) {
        let text = store::text_of(&self.folder.join("pages.jsonl")).unwrap_or_default();
        let pages = text.lines().filter_map(|line| serde_json::from_str::<Page>(line).ok());
        self.pages = pages.map(|page| (page.id.clone(), page)).collect();
    }

    pub(super) fn page(&self, id: &str) -> Option<&Page> {
        self.pages.get(id)
    }

    /// The key of an experiment's results at the last build.
    pub(super) fn key(&self, id: &str) -> Option<&Key> {
        self.pages.get(id)?.key.as_ref()
    }

    /// Leaves what this build has to say to the next one. That it cannot costs time only.
    pub(super) fn leave(&self, pages: &[Page], last: Option<&Last>) {
        let line = |page: &Page| serde_json::to_string(page).map(|line| line + "\n");
        // The pages are those of no build that ended well until they are all there.
        store::forget(&self.folder.join("last.json"));
        if let Ok(text) = pages.iter().map(line).collect::<Result<String, _>>() {
            store::remember(&self.folder.join("pages.jsonl"), text.as_bytes());
        }
        if let Some(text) = last.and_then(|last| serde_json::to_string(last).ok()) {
            store::remember(&self.folder.join("last.json"), text.as_bytes());
        }
    }
}
