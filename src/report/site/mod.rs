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
use kit::subject::Subject;
pub use kit::summary::Summary;
use kit::templates::Templates;
use pages::{compare, detectors, experiment, index, methods, search, source, verdicts};

/// The line that tells the stamp of an experiment and its criteria on a terminal; `None` of one
/// without criteria.
pub fn stamp_line(results: &Results) -> Option<String> {
    verdict::stamp_line(results)
}

/// Renders a site piece by piece, so that no more than one experiment need be in memory.
pub struct Site<'a> {
    templates: Templates,
    sources: &'a [SourceSummary],
    options: &'a Options,
}

impl<'a> Site<'a> {
    /// A site with pages for these price sources.
    ///
    /// `overrides` holds templates by name (`index.html`, `assets/style.css`, `methods.md`) to be
    /// used in place of the built-in ones.
    ///
    /// # Errors
    /// Templates of `overrides` that do not parse, and those that nothing uses.
    pub fn new(
        overrides: &BTreeMap<String, String>,
        sources: &'a [SourceSummary],
        options: &'a Options,
    ) -> Result<Self, Problems> {
        Ok(Self { templates: Templates::load(overrides)?, sources, options })
    }

    /// The pages and data of one experiment, under its id, and the series that it shares with
    /// others; and what the pages over all experiments show of it.
    ///
    /// # Errors
    /// Templates that ask for something the page does not have.
    pub fn experiment(&self, experiment: &Experiment) -> Result<(Vec<File>, Summary), Problems> {
        let names: Vec<&str> = self.sources.iter().map(|source| source.name.as_str()).collect();
        let mut files = experiment::files(experiment, &names, &self.templates, self.options)?;
        let mut summary = summary(experiment);
        summary.found = files.iter().flat_map(search::entries).collect();
        files.push(compare::data(&Subject::new(experiment)));
        Ok((placed(files)?, summary))
    }

    /// The page and data of a sweep, under the id of the experiment that carries it.
    ///
    /// # Errors
    /// Templates that ask for something the page does not have.
    pub fn sweep(&self, found: &Sweep) -> Result<Vec<File>, Problems> {
        placed(sweep::files(found, &self.templates, self.options)?)
    }

    /// Everything that is not of one experiment: the front page, the pages of sources and
    /// detectors, what every site has.
    ///
    /// # Errors
    /// Templates that ask for something a page does not have.
    pub fn overview(&self, experiments: &[Summary]) -> Result<Vec<File>, Problems> {
        let Self { templates, sources, options } = self;
        let mut pages = Collected::default();
        pages.page("index.html", || {
            templates.page("index.html", &index::page(experiments, sources, options))
        });
        pages.add(index::list_files(experiments, templates, options));
        pages.add(compare::files(experiments, templates, options));
        for source in *sources {
            pages.page(&format!("data/{}/index.html", source.name), || {
                templates.page("source.html", &source::page(source, experiments, options))
            });
            pages.add(Ok(vec![source::summary(source)]));
        }
        if experiments.iter().any(|experiment| !experiment.detectors.is_empty()) {
            pages.page("detectors/index.html", || {
                templates.page("detectors.html", &detectors::page(experiments, options))
            });
        }
        pages.page("methods/index.html", || {
            templates.page("methods.html", &methods::page(templates, options))
        });
        pages.page("calibration/index.html", || {
            templates.page("methods.html", &methods::calibration(templates, options))
        });
        pages.page("404.html", || {
            templates.page("404.html", &methods::not_found(templates, options))
        });
        let mut files = pages.into_result()?;
        files.extend(search::files(experiments, &files, templates, options)?);
        files.extend(templates.assets().map(|(path, text)| file(path, text)));
        files.push(verdicts::verdicts(experiments));
        // Tells GitHub Pages to publish the files as they are.
        files.push(file(".nojekyll", ""));
        placed(files)
    }

    /// The addresses of all pages among the paths of the site; `None` of a site without a public
    /// address.
    pub fn sitemap<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Option<File> {
        base_url(self.options).map(|base| file("sitemap.xml", &sitemap(base, paths)))
    }
}

/// What the pages over all experiments show of one.
fn summary(experiment: &Experiment) -> Summary {
    let (results, subject) = (&experiment.results, Subject::new(experiment));
    Summary {
        id: results.id.clone(),
        title: results.title.clone(),
        source: results.data.source.clone(),
        synthetic: results.data.synthetic,
        group: results.spec.group.clone(),
        order: results.spec.order,
        family: results.verdict.family,
        trials: results.trials,
        row: index::row(&subject),
        trace: index::trace(&subject),
        conclusion: verdicts::conclusion(&subject),
        detectors: detectors::candidates(&subject),
        compared: compare::compared(&subject),
        found: Vec::new(),
    }
}

/// The files of a whole site of a few experiments, in a fixed order.
///
/// # Errors
/// As [`Site`]; two pages that want the same path.
pub fn render(
    experiments: &[Experiment],
    sources: &[SourceSummary],
    overrides: &BTreeMap<String, String>,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let site = Site::new(overrides, sources, options)?;
    let mut pages = Collected::default();
    let reports: Vec<Result<(Vec<File>, Summary), Problems>> =
        experiments.par_iter().map(|experiment| site.experiment(experiment)).collect();
    let mut summaries = Vec::new();
    for report in reports {
        pages.add(report.map(|(files, summary)| {
            summaries.push(summary);
            files
        }));
    }
    pages.add(site.overview(&summaries));
    let mut files = pages.into_result()?;
    files.extend(site.sitemap(files.iter().map(|file| file.path.as_str())));
    unique(files)
}

/// The files, if all have a place within the site.
fn placed(files: Vec<File>) -> Result<Vec<File>, Problems> {
    let mut problems = Problems::new();
    for File { path, .. } in files.iter().filter(|file| !is_place(&file.path)) {
        problems.push(
            Problem::new(format!("no file of the site can be called `{path}`"))
                .expected("folders and a file, without `..` and signs that addresses use")
                .hint("results of an earlier build name it: build again without --only"),
        );
    }
    problems.into_result(files)
}

/// The files, if no two have the same place: an experiment may not be called `methods`, `calibration`
/// or `detectors`. What experiments share comes from each of them, and is one file.
fn unique(files: Vec<File>) -> Result<Vec<File>, Problems> {
    let mut problems = Problems::new();
    let mut by_path: IndexMap<String, Vec<u8>> = IndexMap::with_capacity(files.len());
    for File { path, contents } in files {
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
fn sitemap<'p>(base: &str, paths: impl Iterator<Item = &'p str>) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for folder in paths.filter_map(|path| path.strip_suffix("index.html")) {
        text.push_str("<url><loc>");
        text.push_str(&escape(&format!("{base}/{folder}")));
        text.push_str("</loc></url>\n");
    }
    text.push_str("</urlset>\n");
    text
}
