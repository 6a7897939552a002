//! The texts of authors on their pages: what experiments' texts have beside them, the author's own
//! pages, and links that lead nowhere.

use std::collections::BTreeSet;

use super::asked::is_drawing;
use super::make::{Maker, Missing, Settling};
use super::plan::Item;
use crate::base::diagnostic::{Problem, Problems};
use crate::report::site::{self, Answers, Asked, Link};
use crate::results::Results;
use crate::shell::cli::authored::{Written, model_names, of_page};
use crate::shell::store;

/// What the texts of an experiment have beside them.
#[derive(Default)]
pub(super) struct Beside {
    /// What they ask of other experiments, and drawings.
    pub(super) of_others: BTreeSet<Asked>,
    /// Their images, as they call them.
    pub(super) images: Vec<(String, Vec<u8>)>,
}

impl Maker<'_> {
    /// What the texts of an experiment have beside them.
    ///
    /// # Errors
    /// Images that cannot be read.
    pub(super) fn beside(&self, item: &Item<'_>) -> Result<Beside, store::Error> {
        let models = model_names(item.experiment);
        let scope = self.authored.scope(item.experiment, &models);
        let mut beside = Beside::default();
        for written in Written::of(item.experiment) {
            let survey = written.survey(scope);
            let asked = survey.asked.into_iter().map(|(asked, _)| asked);
            beside.of_others.extend(asked.filter(|a| a.of != item.id() || is_drawing(a)));
            for (name, _) in survey.images {
                if beside.images.iter().all(|(known, _)| *known != name) {
                    let bytes = store::image(self.authored.images(&written), &name)?;
                    beside.images.push((name, bytes));
                }
            }
        }
        Ok(beside)
    }

    /// Answers to all that the texts of an experiment ask.
    ///
    /// # Errors
    /// What has no answer, at its place; results that cannot be read.
    pub(super) fn answers_of(
        &self,
        item: &Item<'_>,
        results: &Results,
        settled: &Settling,
    ) -> Result<Answers, store::Error> {
        let models = model_names(item.experiment);
        let scope = self.authored.scope(item.experiment, &models);
        let (mut answers, mut problems) = (Answers::new(), Problems::new());
        // As the results have them: those of an experiment that is kept may be older.
        let texts = [&results.hypothesis, &results.notes];
        for (written, text) in Written::of(item.experiment).into_iter().zip(texts) {
            let written = Written { text, ..written };
            let asked = written.survey(scope).asked;
            match self.answers_to(&written, &asked, Some(results), settled) {
                Ok(found) => answers.extend(found),
                Err(store::Error::Problems(found)) => problems.extend(found),
                Err(error) => return Err(error),
            }
        }
        problems.into_result(answers).map_err(Into::into)
    }

    /// The author's own pages, and their images.
    ///
    /// # Errors
    /// What they ask for and cannot be had; templates that ask for what they do not have.
    pub(super) fn author_pages(&self, settled: &Settling) -> Result<Vec<site::File>, store::Error> {
        let (mut files, mut problems) = (Vec::new(), Problems::new());
        for (page, file) in &self.authored.pages {
            let written = of_page(page, file);
            let asked = written.survey(self.authored.page_scope()).asked;
            let answers = match self.answers_to(&written, &asked, None, settled) {
                Ok(answers) => answers,
                Err(store::Error::Problems(found)) => {
                    problems.extend(found);
                    continue;
                }
                Err(error) => return Err(error),
            };
            files.extend(self.site.author_page(page, &self.authored.ids, &answers)?);
            for name in &page.images {
                let contents = store::image(self.authored.images(&written), name)?;
                let path = site::image_path(&written.folder, name);
                files.push(site::File { path, contents });
            }
        }
        problems.into_result(files).map_err(Into::into)
    }

    /// Takes down which anchors of a page that texts link to it does not have.
    pub(super) fn look(&self, path: &str, contents: &[u8], missing: &Missing) {
        let Some(wanted) = self.authored.anchors.get(path) else { return };
        let html = String::from_utf8_lossy(contents);
        let there = site::anchors(&html);
        for anchor in wanted.iter().filter(|anchor| !there.contains(anchor.as_str())) {
            let problem = Problem::new(format!("the page `{path}` has no anchor `{anchor}`"));
            let problem =
                problem.expected("the id of a heading, a section or a figure of that page");
            let problem = problem.near(anchor, there.iter().copied());
            missing.put(path, anchor, problem);
        }
    }

    /// Tells links that lead nowhere. What a build leaves out cannot be looked into.
    ///
    /// # Errors
    /// All of them, at their places.
    pub(super) fn dead_links(&self, paths: &[String], missing: &Missing) -> Result<(), Problems> {
        let paths: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        let is_left_out = |path: &str| {
            let folder = match path.strip_prefix("data/") {
                Some(rest) => format!("data/{}", rest.split('/').next().unwrap_or_default()),
                None => path.split('/').next().unwrap_or_default().to_owned(),
            };
            let is_known = self.authored.ids.contains(&folder) || folder.starts_with("data/");
            is_known && !paths.contains(format!("{folder}/index.html").as_str())
        };
        let found = self.authored.dead_links(self.experiments, &|link: &Link| {
            if paths.contains(link.path.as_str()) {
                return missing.get(&link.path, &link.anchor);
            }
            if is_left_out(&link.path) {
                return None;
            }
            let problem = Problem::new(format!("`{}` leads to no file of the site", link.written));
            let problem = problem.expected("a page, a file or an anchor of the site");
            let folder = link.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let beside = paths.iter().filter(|path| path.starts_with(folder)).copied();
            Some(problem.near(&link.path, beside))
        });
        found.into_result(())
    }
}
