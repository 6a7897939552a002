//! Whether a site's folder can be exchanged as a whole: what others have in it has to be moved to the
//! new one, which is asked before anything is changed.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::super::{Error, shown};
use super::folder::Held;
use crate::base::diagnostic::{Place, Problem, Problems};

/// Whether everything in the folder can be moved out of it; `shared` are the folders with files of
/// ours, which are not moved themselves.
pub(super) fn all_can_move(held: &Held, shared: &BTreeSet<&str>) -> io::Result<bool> {
    let of_site = system::mount(&held.out)?;
    let user = system::user(&held.workspace)?;
    let mut walk = WalkDir::new(&held.out).min_depth(1).into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry?;
        let relative = entry.path().strip_prefix(&held.out).unwrap_or(entry.path());
        let path = shown(relative);
        let is_folder = entry.file_type().is_dir();
        if system::mount(entry.path())? != of_site {
            return Ok(false);
        }
        if !(is_folder && shared.contains(path.as_str())) {
            if !system::can_move(entry.path(), is_folder, user)? {
                return Ok(false);
            }
            if is_folder {
                walk.skip_current_dir();
            }
        }
    }
    Ok(true)
}

/// Refuses to begin what cannot be done to the end: a problem for every folder in which files have
/// to be replaced and cannot be.
pub(super) fn refuse_unwritable(out: &Path, shared: &BTreeSet<&str>) -> Result<(), Error> {
    let mut problems = Problems::new();
    for folder in std::iter::once("").chain(shared.iter().copied()) {
        let place = out.join(folder);
        if place.is_dir() && !system::is_writable(&place) {
            let problem = Problem::new("this folder of the site cannot be written");
            let hint =
                "the site is as it was; make the folder writable, or name another with --out";
            problems.push(problem.at(Place::file(shown(&place))).hint(hint));
        }
    }
    Ok(problems.into_result(())?)
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::Path;

    /// With this bit a folder's entries may be moved by their owner only.
    const STICKY: u32 = 0o1000;

    /// What tells one mount from another.
    pub(super) fn mount(path: &Path) -> io::Result<u64> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
            // A file bound from elsewhere may be of the same device.
            if let Ok(found) = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::MNT_ID)
                && found.stx_mask & StatxFlags::MNT_ID.bits() != 0
            {
                return Ok(found.stx_mnt_id);
            }
        }
        Ok(fs_err::symlink_metadata(path)?.dev())
    }

    /// Whoever runs the program owns what it makes.
    pub(super) fn user(workspace: &Path) -> io::Result<u32> {
        Ok(fs_err::metadata(workspace)?.uid())
    }

    /// A folder is written to when it gets another one around it.
    pub(super) fn can_move(path: &Path, is_folder: bool, user: u32) -> io::Result<bool> {
        if user == 0 {
            return Ok(true);
        }
        let around = fs_err::metadata(path.parent().unwrap_or(path))?;
        let owns = around.uid() == user || fs_err::symlink_metadata(path)?.uid() == user;
        let is_free = around.mode() & STICKY == 0 || owns;
        Ok(is_free && (!is_folder || is_writable(path)))
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub(super) fn is_writable(folder: &Path) -> bool {
        use rustix::fs::{Access, AtFlags, CWD, accessat};
        accessat(CWD, folder, Access::WRITE_OK, AtFlags::EACCESS).is_ok()
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub(super) fn is_writable(folder: &Path) -> bool {
        fs_err::metadata(folder).is_ok_and(|it| !it.permissions().readonly())
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::path::Path;

    pub(super) fn mount(_: &Path) -> io::Result<u64> {
        Ok(0)
    }

    pub(super) fn user(_: &Path) -> io::Result<u32> {
        Ok(0)
    }

    pub(super) fn can_move(_: &Path, _: bool, _: u32) -> io::Result<bool> {
        Ok(true)
    }

    pub(super) fn is_writable(folder: &Path) -> bool {
        fs_err::metadata(folder).is_ok_and(|it| !it.permissions().readonly())
    }
}
