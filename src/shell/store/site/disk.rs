//! The steps by which a site's folder changes: one call of the operating system each.
//!
//! Tests stop before any of them, as a kill or a full disk would.

#![expect(clippy::disallowed_methods, reason = "`store` is where files are read and written")]
#![expect(clippy::disallowed_types, reason = "`store` is where files are read and written")]

use std::io::{self, Write as _};
use std::path::Path;

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
use super::super::shown;

/// Makes a folder, with the permissions of another one if that is there.
pub(super) fn create_dir(path: &Path, like: &Path) -> io::Result<()> {
    step()?;
    fs_err::create_dir(path)?;
    match fs_err::metadata(like) {
        Ok(model) if model.is_dir() => fs_err::set_permissions(path, model.permissions()),
        _ => Ok(()),
    }
}

/// Writes a file that is not there yet, with the permissions of another one if that is there.
pub(super) fn write(path: &Path, contents: &[u8], like: &Path) -> io::Result<()> {
    let stopped = step();
    // A kill may come after any byte.
    let written = if stopped.is_ok() { contents } else { &contents[..contents.len() / 2] };
    if stopped.is_ok() || cfg!(test) {
        let mut options = fs_err::OpenOptions::new();
        let mut file = options.write(true).create_new(true).open(path)?;
        file.write_all(written)?;
        match fs_err::metadata(like) {
            Ok(model) if model.is_file() => file.set_permissions(model.permissions())?,
            _ => {}
        }
    }
    stopped
}

/// Gives a file a second name.
pub(super) fn link(from: &Path, to: &Path) -> io::Result<()> {
    step()?;
    fs_err::hard_link(from, to)
}

/// Renames a file over what may be there.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step()?;
    fs_err::rename(from, to)
}

/// Renames a folder, or exchanges two.
pub(super) fn rename_folder(from: &Path, to: &Path) -> io::Result<()> {
    step()?;
    #[cfg(test)]
    fault::may(fault::System::NoFolderRename, io::ErrorKind::CrossesDevices)?;
    fs_err::rename(from, to)
}

/// Exchanges two folders in one step.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    step()?;
    #[cfg(test)]
    fault::may(fault::System::NoExchange, io::ErrorKind::Unsupported)?;
    #[cfg(test)]
    fault::may(fault::System::NoFolderRename, io::ErrorKind::CrossesDevices)?;
    exchanged(one, other)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchanged(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| {
        let error = io::Error::from(error);
        let (one, other) = (shown(one), shown(other));
        io::Error::new(error.kind(), format!("cannot exchange `{one}` and `{other}`: {error}"))
    })
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchanged(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Removes a file or a link.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    step()?;
    fs_err::remove_file(path)
}

/// Removes an empty folder.
pub(super) fn remove_dir(path: &Path) -> io::Result<()> {
    step()?;
    fs_err::remove_dir(path)
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests a step may fail")]
fn step() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use fault::step;

/// What tests let go wrong, for the thread that asks for it.
#[cfg(test)]
pub(super) mod fault {
    use std::cell::Cell;
    use std::io;

    /// What goes wrong.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(in super::super) enum Fault {
        /// Nothing happens any more from this step on, as after a kill.
        Killed(usize),
        /// This step alone fails, as on a disk that is full for a moment.
        Full(usize),
    }

    /// What the system can do.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(in super::super) enum System {
        Exchanges,
        NoExchange,
        NoFolderRename,
    }

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
        static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
        static SYSTEM: Cell<System> = const { Cell::new(System::Exchanges) };
    }

    /// Runs with a fault on a system; also says whether the fault was met.
    pub(in super::super) fn with<T>(
        system: System,
        fault: Option<Fault>,
        run: impl FnOnce() -> T,
    ) -> (T, bool) {
        STEPS.set(0);
        FAULT.set(fault);
        SYSTEM.set(system);
        let ran = run();
        let last = match fault {
            Some(Fault::Killed(at) | Fault::Full(at)) => at,
            None => usize::MAX,
        };
        FAULT.set(None);
        SYSTEM.set(System::Exchanges);
        (ran, STEPS.get() > last)
    }

    pub(super) fn step() -> io::Result<()> {
        let now = STEPS.get();
        STEPS.set(now + 1);
        match FAULT.get() {
            Some(Fault::Killed(at)) if now >= at => Err(io::Error::other("killed")),
            Some(Fault::Full(at)) if now == at => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn may(cannot: System, kind: io::ErrorKind) -> io::Result<()> {
        if SYSTEM.get() == cannot { Err(kind.into()) } else { Ok(()) }
    }
}
