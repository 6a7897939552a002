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
use crate::report::site::kit::once;
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Figure, Section, Shell};
use crate::results::SweepResults;

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
    /// The name of the file of all members, and its size.
    csv: String,
    csv_size: String,
}

/// The curve as it stands under the answer of the experiment that carries the sweep.
pub(super) fn key_figure(results: &SweepResults) -> Option<Figure> {
    curve::alone(results)
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
    let mut sections = vec![
        curve::section(results, &curve::R2),
        curve::section(results, &curve::SHARPE),
        members::swept(results),
        members::section(results),
    ];
    sections.iter_mut().for_each(|section| once::finish(section, options.series));
    let table = options.series.bytes(&sweep.table);
    let page = Page {
        shell: Shell { synthetic: results.synthetic, ..shell(options, &title, &folder, &lead) },
        experiment: results.title.clone(),
        title: "Specification curve",
        lead,
        sections,
        json_size: size(json.len()),
        csv: options.series.path("sweep.csv"),
        csv_size: size(table.len()),
    };
    let contents = templates.page("sweep.html", &page)?;
    Ok(vec![
        File { path: format!("{folder}index.html"), contents },
        file(&format!("{}/sweep.json", results.id), &json),
        File { path: options.series.path(&format!("{}/sweep.csv", results.id)), contents: table },
    ])
}
