//! Folders and repositories for the tests of this module.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "`store` is where files are written")]

use std::path::Path;

use super::git::{git, successful};

/// A folder with files in it.
pub(super) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, contents) in files {
        let path = dir.path().join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, contents).unwrap();
    }
    dir
}

/// Writes a file, with the folders above it.
pub(super) fn write(path: &Path, text: &str) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, text).unwrap();
}

/// Runs git in a folder, under a name of its own.
pub(super) fn must(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    successful(git(folder).args(identity).args(["-c", "commit.gpgsign=false"]).args(arguments))
        .unwrap();
}
