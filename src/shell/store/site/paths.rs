//! Paths of a site and what lies in its folder.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::super::plain::is_absent;
use super::super::shown;
use super::disk;

/// The name of a workspace inside of a site's folder, and how that of one beside it ends.
pub(super) const WORKSPACE: &str = ".dfa-report";

/// The folders above a file, outermost first: `a`, `a/b` of `a/b/c`.
pub(super) fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// All that is no folder below a folder, relative to it; none if it is not there. Links are not
/// followed, and only folders are entered that are asked for. A `.git` at the top is not looked
/// into, nor is a workspace.
pub(super) fn files_below(
    folder: &Path,
    is_entered: impl Fn(&str) -> bool,
) -> io::Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut walk = WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    let mut paths = Vec::new();
    while let Some(entry) = walk.next() {
        let entry = entry?;
        let path = shown(entry.path().strip_prefix(folder).unwrap_or(entry.path()));
        let is_apart = matches!(path.as_str(), ".git" | WORKSPACE);
        if entry.file_type().is_dir() {
            if is_apart || !is_entered(&path) {
                walk.skip_current_dir();
            }
        } else if path != ".git" {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Whether something is there, be it a link that leads nowhere.
pub(super) fn is_there(path: &Path) -> bool {
    fs_err::symlink_metadata(path).is_ok()
}

/// What stands at a path, links not followed; `None` if nothing does.
pub(super) fn found(path: &Path) -> io::Result<Option<std::fs::Metadata>> {
    match fs_err::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the folders above a file of `site` that are not there yet, like those of `model`.
pub(super) fn make_folders(site: &Path, path: &str, model: &Path) -> io::Result<()> {
    for folder in folders(path) {
        if !is_there(&site.join(folder)) {
            disk::create_dir(&site.join(folder), &model.join(folder))?;
        }
    }
    Ok(())
}

/// What stands where a folder of the path should: a file that is not replaced, or a link, which may
/// lead anywhere.
pub(super) fn obstacle(
    out: &Path,
    path: &str,
    is_replaced: impl Fn(&str) -> bool,
) -> io::Result<Option<PathBuf>> {
    for folder in folders(path) {
        let place = out.join(folder);
        let Some(there) = found(&place)? else { return Ok(None) };
        let kind = there.file_type();
        if kind.is_symlink() || (kind.is_file() && !is_replaced(folder)) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// Deletes a listed file if it is there, and the folders above that are empty without it.
pub(super) fn remove_listed(out: &Path, path: &str) -> io::Result<()> {
    if is_listed_file(out, path)? {
        disk::remove_file(&out.join(path))?;
    }
    // Also if the file is gone already: a run may have been killed between the two.
    for (end, _) in path.rmatch_indices('/') {
        let folder = out.join(&path[..end]);
        let is_folder = fs_err::symlink_metadata(&folder).is_ok_and(|it| it.is_dir());
        if !is_folder || fs_err::read_dir(&folder)?.next().is_some() {
            break;
        }
        disk::remove_dir(&folder)?;
    }
    Ok(())
}

/// Whether a file that a manifest lists is there as we wrote it: not a folder, not behind a link.
pub(super) fn is_listed_file(out: &Path, path: &str) -> io::Result<bool> {
    let place = out.join(path);
    let is_file = fs_err::symlink_metadata(&place).is_ok_and(|it| !it.is_dir());
    Ok(is_file && obstacle(out, path, |_| false)?.is_none())
}
