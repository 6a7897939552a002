//! `--store`: where results are kept.

use clap::Args;

use super::{Folders, settings};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::shell::store::{DEFAULT_LOCATION, ResultStore};

/// The variable of the environment that says where results are kept.
const VARIABLE: &str = "DFA_STORE";

/// Where results are kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreOption {
    /// Where results are kept: a folder, or an address of s3://, gs:// or az://. By default what the
    /// environment's DFA_STORE says, else `store` in `dfa-report.yaml`, else `.dfa/results`.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

impl StoreOption {
    /// Opens the store.
    ///
    /// # Errors
    /// If there can be none, with the option, the variable or the file that names it; the problems
    /// of `dfa-report.yaml`.
    pub(super) fn open(&self, folders: &Folders) -> Result<ResultStore, Problems> {
        let said = match (&self.store, std::env::var_os(VARIABLE).filter(|said| !said.is_empty())) {
            (Some(store), _) => Some((store.clone(), "--store".to_owned())),
            (None, Some(store)) => {
                Some((store.to_string_lossy().into_owned(), VARIABLE.to_owned()))
            }
            (None, None) => settings::store(folders)?,
        };
        let Some((location, by)) = said else {
            return Ok(ResultStore::open(DEFAULT_LOCATION)?);
        };
        ResultStore::open(&location).map_err(|problem| {
            let place = problem.place.clone().unwrap_or_else(|| Place::file(by));
            Problem { place: Some(place), ..problem }.into()
        })
    }
}
