//! Files: the only module that reads or writes them.
//!
//! `read` brings in what a user keeps (specs, prices, templates), `import` what a user has from
//! elsewhere, `write` puts down single files, `fetched` those of a fetched source, `site` publishes
//! a whole site, `version` reads one as it is or as it was at a git revision, `source_version` a price source,
//! `texts` what authors wrote beside the specs, `results` keeps what has been computed, `lock` keeps
//! other runs out, `watch` waits for changes, and `plain` says what stands at a path. What the files
//! mean is the
//! business of the modules that get their contents.

mod fetched;
mod git;
mod import;
mod lock;
mod plain;
mod read;
mod record;
mod results;
#[cfg(test)]
mod scratch;
mod seen;
mod site;
mod source_version;
mod texts;
mod version;
mod watch;
mod write;

use std::io;
use std::path::Path;

use crate::base::diagnostic::{Problem, Problems};

pub(crate) use fetched::{DeclaredFiles, Partials, declared, declared_folder, write_fetched};
pub(crate) use git::Logged;
pub(crate) use import::{put_prices, raw_files, write_if_absent};
pub(crate) use lock::lock;
pub(crate) use read::{
    PriceFile, SourceFiles, TEMPLATES, TextFile, data_folder, experiments, forecasts,
    is_source_absent, lacks_prices, lend_prices, no_such_source, price_file, source, sources,
    templates, text_if_there, unpriced,
};
pub(crate) use record::{
    forget, inputs, preview_folder, rebuilt_folder, record_folder, remember, text_of,
};
pub(crate) use results::{DEFAULT_LOCATION, Kind, Listed, ResultStore};
pub(crate) use seen::Seen;
pub(crate) use site::{
    Comparison, Difference, Draft, Held, Kept, Published, Served, WITHOUT_ONLY, finish, hold,
    is_as_left, manifest_hash,
};
pub(crate) use source_version::source_version;
pub(crate) use texts::{image, pages_folder, texts};
pub(crate) use version::{Version, WrittenOut, check_no_site, is_folder_there, lies, write_out};
pub(crate) use watch::Watch;
pub(crate) use write::{NewFile, write_file, write_new};

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Something the user can put right.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The operating system refused; the message names the file.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A `git` command failed.
    #[error("`{command}` failed: {message}")]
    Git {
        /// The command as one could type it.
        command: String,
        /// What it said.
        message: String,
    },
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problems(problem.into())
    }
}

/// A path as messages show it: as the user gave it, with `/` between its parts.
fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}
