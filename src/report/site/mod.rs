//! The report as a static site: results and templates in, pages in memory out.
//!
//! Everything a page shows comes from `Results`, `Series` and `SourceSummary`; nothing here
//! computes a metric, reads a file or knows the time. All links are relative, so that the site
//! works from `file://` and under any path. No page loads anything from another host, and a policy
//! on every page lets no script run but the site's own.

mod breaks;
mod geometry;
mod kit;
mod pages;
mod sections;
mod sweep;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::base::diagnostic::{Problem, Problems};
use crate::report::chart::escape;
use crate::results::{Results, SourceSummary};
pub use kit::file::{Experiment, File, Options, Sweep};
use kit::file::{base_url, file};
use kit::templates::Templates;
use pages::{detectors, experiment, index, methods, source, verdicts};

/// The line that tells the stamp of an experiment and its criteria on a terminal; `None` of one
/// without criteria.
pub fn stamp_line(results: &Results) -> Option<String> {
    verdict::stamp_line(results)
}

/// The files of the site, pages and data, in a fixed order.
///
/// `overrides` holds templates by name (`index.html`, `assets/style.css`, `methods.md`) to be used
/// in place of the built-in ones. Experiments are rendered in parallel and collected in order.
///
/// # Errors
/// Templates of `overrides` that do not parse, that nothing uses, or that ask for something a page
/// does not have; two pages that want the same path.
pub fn render(
    experiments: &[Experiment],
    sources: &[SourceSummary],
    overrides: &BTreeMap<String, String>,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    render_with(experiments, &[], sources, overrides, options)
}

/// As [`render`], with the pages of some sweeps, whose headline experiments are among the others.
///
/// # Errors
/// As [`render`].
pub fn render_with(
    experiments: &[Experiment],
    sweeps: &[Sweep],
    sources: &[SourceSummary],
    overrides: &BTreeMap<String, String>,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let templates = Templates::load(overrides)?;
    let mut pages = Collected::default();
    pages.page("index.html", || {
        templates.page("index.html", &index::page(experiments, sources, options))
    });
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let reports: Vec<Result<Vec<File>, Problems>> = experiments
        .par_iter()
        .map(|experiment| experiment::files(experiment, &names, &templates, options))
        .collect();
    reports.into_iter().for_each(|report| pages.add(report));
    for found in sweeps {
        pages.add(sweep::files(found, &templates, options));
    }
    for source in sources {
        pages.page(&format!("data/{}/index.html", source.name), || {
            templates.page("source.html", &source::page(source, experiments, options))
        });
    }
    if experiments.iter().any(detectors::has_detector) {
        pages.page("detectors/index.html", || {
            templates.page("detectors.html", &detectors::page(experiments, options))
        });
    }
    pages.page("methods/index.html", || {
        templates.page("methods.html", &methods::page(&templates, options))
    });
    pages.page("calibration/index.html", || {
        templates.page("methods.html", &methods::calibration(&templates, options))
    });
    pages.page("404.html", || templates.page("404.html", &methods::not_found(&templates, options)));
    let mut files = pages.into_result()?;
    files.extend(templates.assets().map(|(path, text)| file(path, text)));
    files.push(verdicts::verdicts(experiments));
    // Tells GitHub Pages to publish the files as they are.
    files.push(file(".nojekyll", ""));
    if let Some(base) = base_url(options) {
        let map = sitemap(base, &files);
        files.push(file("sitemap.xml", &map));
    }
    unique(files)
}

/// The files, if all have a place within the site and no two the same: an experiment may not be
/// called `methods`, `calibration` or `detectors`. What experiments share comes from each of them, and is one file.
fn unique(files: Vec<File>) -> Result<Vec<File>, Problems> {
    let mut problems = Problems::new();
    let mut by_path: IndexMap<String, Vec<u8>> = IndexMap::with_capacity(files.len());
    for File { path, contents } in files {
        if !is_place(&path) {
            problems.push(
                Problem::new(format!("no file of the site can be called `{path}`"))
                    .expected("folders and a file, without `..` and signs that addresses use")
                    .hint("results of an earlier build name it: build again without --only"),
            );
            continue;
        }
        match by_path.get(&path) {
            Some(known) if *known != contents => problems.push(
                Problem::new(format!("two pages of the site want to be `{path}`"))
                    .hint("give the experiment or the source another name"),
            ),
            Some(_) => {}
            None => {
                by_path.insert(path, contents);
            }
        }
    }
    let files = by_path.into_iter().map(|(path, contents)| File { path, contents });
    problems.into_result(files.collect())
}

/// Whether a path stays within the site, in files and in addresses.
fn is_place(path: &str) -> bool {
    let is_sign = |c: char| c.is_control() || "\\:?#%\"'<>|*&`{}".contains(c);
    path.split('/').all(|part| !["", ".", ".."].contains(&part)) && !path.contains(is_sign)
}

/// Files so far, and the problems met on the way, each told once.
#[derive(Default)]
struct Collected {
    files: Vec<File>,
    problems: Problems,
}

impl Collected {
    fn add(&mut self, files: Result<Vec<File>, Problems>) {
        match files {
            Ok(files) => self.files.extend(files),
            Err(problems) => {
                for problem in problems.iter() {
                    if self.problems.iter().all(|known| known != problem) {
                        self.problems.push(problem.clone());
                    }
                }
            }
        }
    }

    fn page(&mut self, path: &str, render: impl FnOnce() -> Result<Vec<u8>, Problems>) {
        self.add(render().map(|contents| vec![File { path: path.to_owned(), contents }]));
    }

    fn into_result(self) -> Result<Vec<File>, Problems> {
        self.problems.into_result(self.files)
    }
}

/// The addresses of all pages. No dates: the output must not depend on when it is made.
fn sitemap(base: &str, files: &[File]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for folder in files.iter().filter_map(|file| file.path.strip_suffix("index.html")) {
        text.push_str("<url><loc>");
        text.push_str(&escape(&format!("{base}/{folder}")));
        text.push_str("</loc></url>\n");
    }
    text.push_str("</urlset>\n");
    text
}
