//! Folders and repositories for the tests of this module.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are written")]

use std::path::Path;

use super::git::{git, successful};

/// A folder with files in it.
pub(super) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, contents) in files {
        write(&dir.path().join(name), contents);
    }
    dir
}

/// Writes a file, with the folders above it.
pub(super) fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, text).unwrap();
}

/// Commits all that is in a repository's folder, and tags the commit.
pub(super) fn commit(folder: &Path, tag: &str) {
    must(folder, &["add", "."]);
    must(folder, &["commit", "--quiet", "-m", tag]);
    must(folder, &["tag", tag]);
}

/// Runs git in a folder, under a name of its own.
pub(super) fn must(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    successful(git(folder).args(identity).args(["-c", "commit.gpgsign=false"]).args(arguments))
        .unwrap();
}
