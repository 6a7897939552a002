//! The folder `.dfa`, in which the program keeps what makes the next build quicker; nothing in it is
//! needed, and git is told to leave it out.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::path::{Path, PathBuf};

use super::read::{PRICE_FILES, files, folders};
use super::texts::pages_folder;
use super::{shown, write};
use crate::base::diagnostic::Problems;

/// Where it is: in the folder in which the program runs.
const FOLDER: &str = ".dfa";
/// What tells git to leave the folder out.
const IGNORED: (&str, &[u8]) = (".gitignore", b"*\n");

/// The folder for what concerns one site.
pub(crate) fn record_folder(out: &Path) -> PathBuf {
    let name = blake3::hash(shown(out).as_bytes()).to_hex();
    Path::new(FOLDER).join("site").join(&name.as_str()[..16])
}

/// The folder of the preview that is served at a port. Whoever has the port has the folder.
pub(crate) fn preview_folder(port: u16) -> PathBuf {
    ignore(Path::new(FOLDER));
    Path::new(FOLDER).join("serve").join(port.to_string())
}

/// The folder of a site that was built to be compared, by a name for what it was built from.
pub(crate) fn rebuilt_folder(name: &str) -> PathBuf {
    ignore(Path::new(FOLDER));
    Path::new(FOLDER).join("diff").join(name)
}

/// A text that the program left; `None` if there is none that can be read.
pub(crate) fn text_of(path: &Path) -> Option<String> {
    fs_err::read_to_string(path).ok()
}

/// Writes what is kept for the next build. That it cannot be written costs time only.
pub(crate) fn remember(path: &Path, contents: &[u8]) {
    if path.starts_with(FOLDER) {
        ignore(Path::new(FOLDER));
    }
    let _ = write::write_file(path, contents, true);
}

/// Tells git to leave a folder out, if it is one of `.dfa`; what a user says there stays.
pub(super) fn ignore(folder: &Path) {
    let file = folder.join(IGNORED.0);
    if folder.ends_with(FOLDER) && !file.exists() {
        let _ = write::write_file(&file, IGNORED.1, false);
    }
}

/// Removes what is no longer true.
pub(crate) fn forget(path: &Path) {
    let _ = fs_err::remove_file(path);
}

/// Every file that a build may read: below the folders of specs, pages and templates, and of every
/// price source what the program knows.
pub(crate) fn inputs(experiments: &Path, data: &Path, templates: &Path) -> Vec<PathBuf> {
    // Reading them tells what is wrong.
    let mut problems = Problems::new();
    let mut inputs = Vec::new();
    for folder in [experiments, &pages_folder(experiments), templates] {
        if folder.is_dir() {
            inputs.extend(files(folder, usize::MAX, |_| false, &mut problems));
        }
    }
    let known = PRICE_FILES.iter().map(|(file, _)| *file).chain(["source.yaml", "truth.csv"]);
    for source in folders(data, |_| true) {
        let paths = known.clone().map(|file| data.join(&source).join(file));
        inputs.extend(paths.filter(|path| path.exists()));
    }
    inputs
}
