//! The keys of all that the experiments of a folder are made of.

use std::collections::BTreeSet;
use std::path::Path;

use super::plan::plan;
use super::sweep;
use crate::base::diagnostic::Problems;
use crate::shell::cli::Folders;
use crate::shell::cli::load::load;
use crate::shell::store::Kept;

/// The keys under which the store has anything of this folder's experiments and sweeps.
///
/// # Errors
/// Specs and prices that cannot be read, or are absent: nothing says then what is named, and on
/// another machine it may well be.
pub(in crate::shell::cli) fn named(folders: &Folders) -> Result<BTreeSet<String>, Problems> {
    let (experiments, _) = load(folders, &[], &|_| false)?;
    let no_site = Kept::none(Path::new(""));
    let plan = plan(&experiments, &[], &no_site, |_| true);
    let sweeps = (0..plan.items.len()).flat_map(|at| sweep::keys(&plan, at));
    let own = plan.items.iter().map(|item| item.origin.hash().to_owned());
    Ok(own.chain(sweeps).collect())
}
