//! What stands at the addresses that an experiment had before: a page that leads to it.

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::report::site::Options;
use crate::report::site::kit::file::{File, base_url};
use crate::report::site::kit::templates::Templates;
use crate::results::Results;

/// What `moved.html` sees.
#[derive(Serialize)]
struct Moved<'a> {
    site: &'a str,
    title: &'a str,
    /// The page, from this one.
    href: &'a str,
    /// The page's public address, or else the same.
    canonical: &'a str,
}

/// A page for each id that the experiment had.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn files(
    results: &Results,
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let href = format!("../{}/index.html", results.id);
    let canonical = match base_url(options) {
        Some(base) => format!("{base}/{}/", results.id),
        None => href.clone(),
    };
    let moved =
        Moved { site: &options.title, title: &results.title, href: &href, canonical: &canonical };
    let page = |id: &String| {
        let contents = templates.page("moved.html", &moved)?;
        Ok(File { path: format!("{id}/index.html"), contents })
    };
    results.spec.formerly.iter().map(page).collect()
}
