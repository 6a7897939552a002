//! The next site, made whole beside the one that is there.

use std::collections::BTreeSet;
use std::io;

use super::disk;
use super::folder::Held;
use super::manifest::{MANIFEST, Manifest};
use super::paths::{files_below, make_folders};

/// Makes the next site in the workspace: what is unchanged, and the files of others that lie among
/// ours, get a second name there; the rest is written. The manifest is the last. `ours` are the files
/// of both sites, `shared` the folders that these are in.
///
/// # Errors
/// The operating system's; the site that is there was not touched.
pub(super) fn stage(
    held: &Held,
    files: &[(String, Vec<u8>)],
    changed: &BTreeSet<&str>,
    next: &Manifest,
    (ours, shared): (&BTreeSet<&str>, &BTreeSet<&str>),
) -> io::Result<()> {
    let others = files_below(&held.out, |folder| shared.contains(folder))?;
    let others =
        others.iter().map(String::as_str).filter(|path| *path != MANIFEST && !ours.contains(path));

    let tree = held.next();
    disk::create_dir(&tree, &held.out)?;
    for path in others {
        make_folders(&tree, path, &held.out)?;
        // What cannot have a second name (a link on some systems, a file of another user) is moved
        // once the site has been exchanged.
        match disk::link(&held.out.join(path), &tree.join(path)) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => return Err(error),
            _ => {}
        }
    }
    for (path, contents) in files {
        let place = tree.join(path);
        make_folders(&tree, path, &held.out)?;
        let is_linked =
            !changed.contains(path.as_str()) && disk::link(&held.out.join(path), &place).is_ok();
        if !is_linked {
            disk::write(&place, contents, &held.out.join(path))?;
        }
    }
    disk::write(&tree.join(MANIFEST), next.to_json().as_bytes(), &held.out.join(MANIFEST))
}
