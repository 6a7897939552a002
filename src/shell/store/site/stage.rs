//! The next site, made whole beside the one that is there.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::io;

use super::disk;
use super::folder::Held;
use super::manifest::{MANIFEST, Manifest};
use super::paths::{files_below, make_folders};

/// Completes the next site in the workspace, which has what is `changed`: what is unchanged, and the
/// files of others that lie among ours, get a second name there. The manifest is the last. `ours` are
/// the files of both sites, `shared` the folders that these are in.
///
/// # Errors
/// The operating system's; the site that is there was not touched.
pub(super) fn complete(
    held: &Held,
    next: &Manifest,
    changed: &BTreeSet<String>,
    (ours, shared): (&BTreeSet<&str>, &BTreeSet<&str>),
) -> io::Result<()> {
    let others = files_below(&held.out, |folder| shared.contains(folder))?;
    let others =
        others.iter().map(String::as_str).filter(|path| *path != MANIFEST && !ours.contains(path));

    let tree = held.next();
    for path in others {
        make_folders(&tree, path, &held.out)?;
        // What cannot have a second name (a link on some systems, a file of another user) is moved
        // once the site has been exchanged.
        match disk::link(&held.out.join(path), &tree.join(path)) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => return Err(error),
            _ => {}
        }
    }
    for path in next.paths().filter(|path| !changed.contains(*path)) {
        let (from, place) = (held.out.join(path), tree.join(path));
        make_folders(&tree, path, &held.out)?;
        if disk::link(&from, &place).is_err() {
            disk::write(&place, &fs_err::read(&from)?, &from)?;
        }
    }
    disk::write(&tree.join(MANIFEST), next.to_json().as_bytes(), &held.out.join(MANIFEST))
}
