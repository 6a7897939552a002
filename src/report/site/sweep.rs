//! The page of a sweep.

use crate::base::diagnostic::Problems;
use crate::report::site::kit::file::{File, Options, Sweep, file};
use crate::report::site::kit::templates::Templates;

pub(super) fn files(
    sweep: &Sweep,
    _templates: &Templates,
    _options: &Options,
) -> Result<Vec<File>, Problems> {
    let id = &sweep.results.id;
    Ok(vec![
        file(&format!("{id}/sweep.json"), &sweep.results.to_json()),
        file(&format!("{id}/sweep.csv"), &sweep.table),
    ])
}
