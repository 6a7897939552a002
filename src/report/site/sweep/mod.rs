//! The page of a sweep: its specification curves, whether chance makes such, and what its choices do.

mod curve;
mod members;
#[cfg(test)]
mod tests;
mod words;

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::format::size;
use crate::report::site::kit::file::{File, Options, Sweep, file, shell};
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Section, Shell};

/// What `sweep.html` sees.
#[derive(Debug, Serialize)]
struct Page {
    shell: Shell,
    /// Title of the experiment that carries the sweep.
    experiment: String,
    title: &'static str,
    lead: String,
    sections: Vec<Section>,
    json_size: String,
    csv_size: String,
}

/// The page of a sweep, under `<id>/sweep/`, and its files, under `<id>/`.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(super) fn files(
    sweep: &Sweep,
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let results = &sweep.results;
    let json = results.to_json();
    let lead = words::lead(results);
    let folder = format!("{}/sweep/", results.id);
    let title = format!("{}: specification curve", results.title);
    let page = Page {
        shell: Shell { synthetic: results.synthetic, ..shell(options, &title, &folder, &lead) },
        experiment: results.title.clone(),
        title: "Specification curve",
        lead,
        sections: vec![
            curve::section(results, &curve::R2),
            curve::section(results, &curve::SHARPE),
            members::swept(results),
            members::section(results),
        ],
        json_size: size(json.len()),
        csv_size: size(sweep.table.len()),
    };
    let contents = templates.page("sweep.html", &page)?;
    Ok(vec![
        File { path: format!("{folder}index.html"), contents },
        file(&format!("{}/sweep.json", results.id), &json),
        file(&format!("{}/sweep.csv", results.id), &sweep.table),
    ])
}
