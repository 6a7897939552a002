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
mod share;
mod study;
mod sweep;
#[cfg(test)]
mod tests;
mod text;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::base::diagnostic::{Problem, Problems};
use crate::report::chart::escape;
use crate::results::{Results, SourceSummary, SpecificationCurve, SweepResults};
pub use kit::file::{Experiment, File, Options, Sweep};
use kit::file::{base_url, file};
pub use kit::marker::{Answer, Answers, Asked, Mistake, Scope, Wanted};
pub use kit::nav::Listed;
use kit::nav::Nav;
use kit::subject::Subject;
pub use kit::summary::Summary;
use kit::summary::{Spread, Swept};
use kit::templates::Templates;
pub use pages::author::{AuthorPage, folders, taken};
pub(crate) use pages::difference::{page as difference, picture as difference_picture};
pub use pages::experiment::Beside;
use pages::{
    author, compare, detectors, experiment, index, methods, moved, parts, search, source, verdicts,
};
pub use text::{Link, Survey, anchors, image_path, is_image_file, survey, unanswerable, values};

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
    /// used in place of the built-in ones. `listed` holds every experiment of the site, so that each
    /// page can lead to others before they are rendered.
    ///
    /// # Errors
    /// Templates of `overrides` that do not parse, and those that nothing uses.
    pub fn new(
        overrides: &BTreeMap<String, String>,
        sources: &'a [SourceSummary],
        options: &'a Options,
        listed: &[Listed],
    ) -> Result<Self, Problems> {
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let templates =
            Templates::load(overrides)?.with_nav(Nav::new(listed, &options.order, &names));
        Ok(Self { templates, sources, options })
    }

    /// All that the pages of an experiment show of the rest of the site; where it changes, they are
    /// made again.
    pub fn seen_by(&self, id: &str) -> String {
        self.templates.nav().seen_by(id)
    }

    /// The same with links to pages of the author's own in the header of every page.
    #[must_use]
    pub fn with_pages(mut self, pages: &[AuthorPage]) -> Self {
        let nav = std::mem::take(self.templates.nav_mut());
        let of = |page: &AuthorPage| (format!("{}/index.html", page.name), page.title.clone());
        *self.templates.nav_mut() =
            pages.iter().map(of).fold(nav, |nav, (href, title)| nav.with(&href, &title));
        self
    }

    /// The pages and data of one experiment and of its sweep, under its id, and the series that it
    /// shares with others; and what the pages over all experiments show of it.
    ///
    /// # Errors
    /// Templates that ask for something the page does not have.
    pub fn experiment(
        &self,
        experiment: &Experiment,
        beside: &Beside<'_>,
    ) -> Result<(Vec<File>, Summary), Problems> {
        let mut files = self.pages_of(experiment, beside)?;
        if let Some(found) = &experiment.sweep {
            files.extend(sweep::files(found, &self.templates, self.options)?);
        }
        let mut summary = summary(experiment, self.compared(experiment));
        summary.found = files.iter().flat_map(search::entries).collect();
        files.push(compare::data(&Subject::new(experiment)));
        files.extend(moved::files(&experiment.results, &self.templates, self.options)?);
        Ok((placed(files)?, summary))
    }

    /// The title of the experiment that one is compared with.
    fn compared(&self, experiment: &Experiment) -> Option<&str> {
        let comparison = experiment.results.comparison.as_ref()?;
        self.templates.nav().title(&comparison.with)
    }

    fn pages_of(
        &self,
        experiment: &Experiment,
        beside: &Beside<'_>,
    ) -> Result<Vec<File>, Problems> {
        let names: Vec<&str> = self.sources.iter().map(|source| source.name.as_str()).collect();
        experiment::files(experiment, beside, &names, &self.templates, self.options)
    }

    /// A drawing of an experiment, by the id of its figure without `figure-`, or why there is none.
    ///
    /// # Errors
    /// Templates that ask for something the page does not have.
    pub fn drawing(
        &self,
        mut experiment: Experiment,
        name: &str,
    ) -> Result<Result<Answer, Problem>, Problems> {
        // Without its texts, which may ask in their turn.
        experiment.results.hypothesis.clear();
        experiment.results.notes.clear();
        let (ids, answers, images) = (&BTreeSet::new(), &Answers::new(), &BTreeSet::new());
        let pages = self.pages_of(&experiment, &Beside { ids, answers, images })?;
        Ok(text::drawn(&experiment.results, &pages, name))
    }

    /// A page of the author's own.
    ///
    /// # Errors
    /// Templates that ask for something the page does not have.
    pub fn author_page(
        &self,
        page: &AuthorPage,
        ids: &BTreeSet<String>,
        answers: &Answers,
    ) -> Result<Vec<File>, Problems> {
        placed(author::files(page, ids, answers, &self.templates, self.options)?)
    }

    /// Everything that is not of one experiment: the front page, the pages of sources and
    /// detectors, what every site has. `authored` are the pages of the author's own, which are found
    /// by the search like any other.
    ///
    /// # Errors
    /// Templates that ask for something a page does not have.
    pub fn overview(
        &self,
        experiments: &[Summary],
        authored: &[File],
    ) -> Result<Vec<File>, Problems> {
        let Self { templates, sources, options } = self;
        let mut pages = Collected::default();
        let front = index::page(experiments, sources, options, templates.nav().has_detectors);
        pages.page("index.html", || templates.page("index.html", &front));
        pages.add(index::list_files(experiments, templates, options));
        pages.add(compare::files(experiments, templates, options));
        for source in *sources {
            pages.page(&format!("data/{}/index.html", source.name), || {
                templates.page("source.html", &source::page(source, experiments, options))
            });
            pages.add(Ok(vec![source::summary(source)]));
        }
        if templates.nav().has_detectors {
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
        let others = authored.iter().chain(&files);
        files.extend(search::files(experiments, others, templates, options)?);
        // Found by nobody who does not look for it.
        let contents = templates.page("parts.html", &parts::page(options))?;
        files.push(File { path: parts::PATH.to_owned(), contents });
        files.extend(templates.assets().map(|(path, text)| file(path, text)));
        files.push(verdicts::verdicts(experiments));
        files.extend(share::of_site(experiments, &front.shell.description, templates, options));
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

/// What the pages over all experiments show of one, which is compared with that of a title.
fn summary(experiment: &Experiment, compared: Option<&str>) -> Summary {
    let (results, subject) = (&experiment.results, Subject::new(experiment).beside(compared));
    let speaker = study::speaker(&subject);
    let walk = &results.walk_forward;
    Summary {
        id: results.id.clone(),
        title: results.title.clone(),
        source: results.data.source.clone(),
        target: results.data.target.clone(),
        frequency: results.data.frequency,
        years: (walk.first_forecast.year(), walk.last_forecast.year()),
        last: walk.last_forecast,
        synthetic: results.data.synthetic,
        group: results.spec.group.clone(),
        order: results.spec.order,
        family: results.verdict.family,
        trials: results.trials,
        decided: study::decided(results),
        row: study::row(&subject, speaker.as_ref()),
        speaker,
        swept: experiment.sweep.as_ref().map(|sweep| swept(&sweep.results)),
        conclusion: verdicts::conclusion(&subject),
        detectors: detectors::candidates(&subject),
        compared: compare::compared(&subject),
        found: Vec::new(),
    }
}

/// All that a sweep makes.
fn swept(results: &SweepResults) -> Swept {
    let spread = |curve: &SpecificationCurve| {
        Spread::of(curve.specifications.iter().map(|found| found.estimate))
    };
    let (oos_r2, sharpe) = (spread(&results.oos_r2), spread(&results.sharpe));
    Swept { members: results.members.len(), oos_r2, sharpe }
}

/// An experiment as others lead to it.
fn listed(results: &Results) -> Listed {
    Listed {
        id: results.id.clone(),
        title: results.title.clone(),
        group: results.spec.group.clone(),
        order: results.spec.order,
        has_detectors: results.regimes.iter().any(|regime| regime.causal),
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
    let all: Vec<Listed> = experiments.iter().map(|each| listed(&each.results)).collect();
    let site = Site::new(overrides, sources, options, &all)?;
    let mut pages = Collected::default();
    let (ids, images) =
        (experiments.iter().map(|each| each.results.id.clone()).collect(), BTreeSet::new());
    let answers = asked(&site, experiments, &ids)?;
    let beside = Beside { ids: &ids, answers: &answers, images: &images };
    let reports: Vec<Result<(Vec<File>, Summary), Problems>> =
        experiments.par_iter().map(|experiment| site.experiment(experiment, &beside)).collect();
    let mut summaries = Vec::new();
    for report in reports {
        pages.add(report.map(|(files, summary)| {
            summaries.push(summary);
            files
        }));
    }
    pages.add(site.overview(&summaries, &[]));
    let mut files = pages.into_result()?;
    files.extend(site.sitemap(files.iter().map(|file| file.path.as_str())));
    unique(files)
}

/// What the texts of some experiments ask of one another.
fn asked(
    site: &Site<'_>,
    experiments: &[Experiment],
    ids: &BTreeSet<String>,
) -> Result<Answers, Problems> {
    let (mut answers, mut problems) = (Answers::new(), Problems::new());
    for Experiment { results, .. } in experiments {
        let models: Vec<String> = results.models.keys().cloned().collect();
        let scope = Scope { own: &results.id, models: &models, ids };
        let folder = format!("{}/", results.id);
        for (place, text) in [("hypothesis", &results.hypothesis), ("notes", &results.notes)] {
            for (asked, _) in survey(text, &folder, place, scope).asked {
                let of = experiments.iter().find(|each| each.results.id == asked.of);
                let Some(of) = of else { continue };
                let answer = match &asked.what {
                    Wanted::Drawing(name) => Some(site.drawing(of.clone(), name)?),
                    wanted => values(&of.results, &[wanted]).pop(),
                };
                match answer {
                    Some(Ok(answer)) => {
                        answers.insert(asked, answer);
                    }
                    Some(Err(problem)) => problems.push(problem),
                    None => {}
                }
            }
        }
    }
    problems.into_result(answers)
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
    let is_listed = |path: &&str| *path != parts::PATH;
    for folder in paths.filter(is_listed).filter_map(|path| path.strip_suffix("index.html")) {
        text.push_str("<url><loc>");
        text.push_str(&escape(&format!("{base}/{folder}")));
        text.push_str("</loc></url>\n");
    }
    text.push_str("</urlset>\n");
    text
}
