//! `manifest.json`: which files of a published folder are the program's, and what is in them.
//!
//! ```json
//! {
//!   "format": "dfa-report site manifest",
//!   "version": 1,
//!   "files": { "index.html": { "blake3": "6437b3ac...", "bytes": 5124 } }
//! }
//! ```
//!
//! `files` is sorted by path and lists every file of the site but the manifest itself; a path is
//! relative to the manifest's folder, with `/` between its parts. Only what a manifest lists is
//! ever overwritten or deleted, so a path in it is trusted no further than one given by a caller.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::plain::read_if_there;
use super::super::{Error, shown};
use super::paths::WORKSPACE;
use crate::base::diagnostic::{Place, Problem};

/// The name of the file.
pub(super) const MANIFEST: &str = "manifest.json";

const FORMAT: &str = "dfa-report site manifest";
const VERSION: u32 = 1;

/// The files of one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    files: BTreeMap<String, Entry>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// BLAKE3 of its contents, hexadecimal.
    pub(super) blake3: String,
    /// Its length.
    bytes: usize,
}

impl Entry {
    pub(super) fn of(contents: &[u8]) -> Self {
        Self { blake3: blake3::hash(contents).to_hex().to_string(), bytes: contents.len() }
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Self { format: FORMAT.to_owned(), version: VERSION, files: BTreeMap::new() }
    }
}

impl Manifest {
    /// Lists a file.
    pub(super) fn insert(&mut self, path: &str, entry: Entry) {
        self.files.insert(path.to_owned(), entry);
    }

    /// What is listed under a path.
    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.files.get(path)
    }

    /// The text of the file.
    pub(super) fn to_json(&self) -> String {
        match serde_json::to_string_pretty(self) {
            Ok(text) => text + "\n",
            // String keys and plain values only.
            Err(error) => unreachable!("a manifest always serialises: {error}"),
        }
    }

    /// The manifest in the folder `out`, if there is one.
    ///
    /// # Errors
    /// A problem if the file is no manifest of this program and version: nothing says then what
    /// in the folder may be touched.
    pub(super) fn read(out: &Path) -> Result<Option<Self>, Error> {
        let path = out.join(MANIFEST);
        let Some(bytes) = read_if_there(&path)? else { return Ok(None) };
        Self::parse(&bytes).map(Some).map_err(|why| {
            Problem::new(format!("this is not a manifest that dfa-report can use: {why}"))
                .at(Place::file(shown(&path)))
                .hint("publish into another folder with --out, or delete this one to build it anew")
                .into()
        })
    }

    /// The paths listed, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// What is listed below a folder ending in `/`, sorted.
    pub(super) fn below<'m>(
        &'m self,
        folder: &'m str,
    ) -> impl Iterator<Item = (&'m str, &'m Entry)> {
        let from = self.files.range(folder.to_owned()..);
        let files = from.take_while(move |(path, _)| path.starts_with(folder));
        files.map(|(path, entry)| (path.as_str(), entry))
    }

    /// Whether a path is listed.
    pub(super) fn lists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether a path is listed with these contents.
    pub(super) fn has(&self, path: &str, contents: &[u8]) -> bool {
        self.entry(path).is_some_and(|listed| *listed == Entry::of(contents))
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT {
            return Err(format!("its format is `{}`", manifest.format));
        }
        if manifest.version != VERSION {
            return Err(format!("it has version {}, not {VERSION}", manifest.version));
        }
        for path in manifest.paths() {
            if let Some(why) = objection(path) {
                return Err(format!("it lists `{path}`, which {why}"));
            }
        }
        Ok(manifest)
    }
}

/// Why a path cannot be one of a site's files, if so. What it allows names the same file below
/// the same folder on every system.
pub(super) fn objection(path: &str) -> Option<&'static str> {
    let is_step = |part: &str| matches!(part, "" | "." | "..");
    // `git~1` is its short name on Windows.
    let is_git = |part: &str| [".git", "git~1"].iter().any(|git| part.eq_ignore_ascii_case(git));
    if path.is_empty() {
        Some("is empty")
    } else if path.contains(['\\', ':', '\0']) {
        Some("contains a character that means something else on another system")
    } else if path.split('/').any(is_step) {
        Some("does not simply lead down from the folder")
    } else if path.split('/').any(is_git) {
        Some("is in a repository of git")
    } else if path.split('/').any(|part| part.starts_with(WORKSPACE)) {
        Some("is in the program's own workspace")
    } else if path.eq_ignore_ascii_case(MANIFEST) {
        Some("is the manifest's own name")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::fuzz::{WORDS, mutated, shaken, survives};

    fn of(files: &[(String, Vec<u8>)]) -> Manifest {
        let mut manifest = Manifest::default();
        files.iter().for_each(|(path, contents)| manifest.insert(path, Entry::of(contents)));
        manifest
    }

    #[test]
    fn a_manifest_survives_the_round_trip_sorted() {
        let files = [("b/x.csv".to_owned(), b"1".to_vec()), ("a.html".to_owned(), Vec::new())];
        let manifest = of(&files);
        let text = manifest.to_json();
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest));
        assert!(text.find("a.html") < text.find("b/x.csv"));
        // The published test vector of BLAKE3 for no input.
        assert!(text.contains("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"));
    }

    #[test]
    fn only_paths_that_lead_down_are_allowed() {
        for good in ["index.html", "a/index.html", ".nojekyll", "a/manifest.json", "..a/b.."] {
            assert_eq!(objection(good), None, "{good}");
        }
        for bad in [
            "",
            ".git",
            ".git/config",
            "a/.GIT/x",
            "git~1/x",
            ".dfa-report/lock",
            "/etc/x",
            "../x",
            "a/../../x",
            "a//b",
            "./a",
            "a/",
            "a\\b",
            "C:x",
            "Manifest.json",
        ] {
            assert!(objection(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_foreign_or_forged_manifest_is_refused() {
        let parse = |text: &str| Manifest::parse(text.as_bytes()).unwrap_err();
        assert!(parse("{\"name\": \"An app\", \"icons\": []}").contains("format"));
        let good = of(&[("a".to_owned(), Vec::new())]).to_json();
        assert!(parse(&good.replace("\"version\": 1", "\"version\": 2")).contains("version 2"));
        assert!(parse(&good.replace("\"a\"", "\"../a\"")).contains("../a"));
    }

    #[test]
    fn a_damaged_manifest_is_told_under_fuzz() {
        let paths = ["index.html", "a/index.html", "data/x/geometry-0a1b2c3d.csv", ".nojekyll"];
        let files = paths.map(|path| (path.to_owned(), path.as_bytes().to_vec()));
        let text = of(&files).to_json();
        let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
        let damaged = |seed: u64| match seed % 2 {
            0 => mutated(seed, &[text.clone().into_bytes()], &WORDS),
            _ => shaken(seed, std::slice::from_ref(&tree), &WORDS).to_string().into_bytes(),
        };
        survives("manifest.json", 1000, damaged, |bytes| match Manifest::parse(bytes) {
            Ok(manifest) => {
                assert!(manifest.paths().all(|path| objection(path).is_none()));
                assert_eq!(Manifest::parse(manifest.to_json().as_bytes()), Ok(manifest));
                true
            }
            Err(why) => {
                assert!(!why.is_empty());
                false
            }
        });
    }
}
