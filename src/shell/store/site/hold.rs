//! A site's folder is held by one run, and is whole from then on.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]

use std::io;
use std::path::Path;

use super::super::{Error, shown};
use super::exchange;
use super::folder::{Held, JOURNAL, has_workspace, take};
use super::manifest::{MANIFEST, Manifest};
use crate::base::diagnostic::Problem;

/// Holds the folder of a site until dropped, after finishing what an interrupted run left.
///
/// # Errors
/// A problem if another run publishes into it, or if the folder is not one for a site; the
/// operating system's error. Nothing of the site was changed then.
pub(crate) fn hold(out: &Path) -> Result<Held, Error> {
    let held = take(out)?;
    exchange::finish(&held)?;
    if Manifest::read(out)?.is_none() {
        refuse_foreign_folder(&held)?;
    }
    Ok(held)
}

/// Finishes what an interrupted run left, if one did.
///
/// # Errors
/// A problem if another run publishes into the folder; the operating system's error.
pub(crate) fn finish(out: &Path) -> Result<(), Error> {
    if has_workspace(out, JOURNAL) {
        hold(out)?;
    } else if has_workspace(out, "") {
        // Nothing of the site has changed: another run may be at work, or nobody clears up here.
        let _ = hold(out);
    }
    Ok(())
}

fn refuse_foreign_folder(held: &Held) -> Result<(), Error> {
    let entries = match fs_err::read_dir(&held.named) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        if held.workspace != held.out.join(entry?.file_name()) {
            let message = format!(
                "`{}` is not empty and has no {} of dfa-report",
                shown(&held.named),
                MANIFEST
            );
            let hint = "name a folder for the site alone with --out; no file of yours is \
                        overwritten";
            return Err(Problem::new(message)
                .expected("an empty folder, a new one, or one published into before")
                .hint(hint)
                .into());
        }
    }
    Ok(())
}
