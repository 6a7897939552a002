//! The texts of authors, with the places of what they say: notes and hypotheses of experiments, and
//! pages of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::Folders;
use super::load::Experiment;
use crate::base::diagnostic::{Place, Problem, Problems, did_you_mean};
use crate::base::name::{LONGEST, is_reserved};
use crate::base::yaml::Yaml;
use crate::report::site::{self, Asked, AuthorPage, Link, Mistake, Scope, Survey, Wanted};
use crate::shell::store::{self, TextFile};

/// A text and the file that it is from.
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    /// Its name on its page: `hypothesis`, `notes`; empty where the page is the text's.
    pub(super) name: &'static str,
    /// Folder of its page, which ends in `/`.
    pub(super) folder: String,
    /// The file as messages show it.
    pub(super) file: &'a str,
    /// The key of the file that holds it; `None` where the text is the file's.
    pub(super) key: Option<&'static str>,
}

impl<'a> Written<'a> {
    /// Hypothesis and notes of an experiment.
    pub(super) fn of(experiment: &'a Experiment) -> [Self; 2] {
        let spec = &experiment.spec;
        let folder = || format!("{}/", spec.id);
        let notes = experiment.notes.as_deref();
        let file = &experiment.place.file;
        [
            Self {
                text: &spec.hypothesis,
                name: "hypothesis",
                folder: folder(),
                file,
                key: Some("hypothesis"),
            },
            Self {
                text: &spec.notes,
                name: "notes",
                folder: folder(),
                file: notes.unwrap_or(file),
                key: notes.is_none().then_some("notes"),
            },
        ]
    }

    /// What the text needs.
    pub(super) fn survey(&self, scope: Scope<'_>) -> Survey {
        site::survey(self.text, &self.folder, self.name, scope)
    }

    /// A problem with a part of the text, at its place.
    pub(super) fn placed(&self, mistake: Mistake) -> Problem {
        mistake.problem.at(self.place(mistake.at))
    }

    /// Where a part of the text is in its file: what is read then, since nothing is wrong as a rule.
    fn place(&self, at: std::ops::Range<usize>) -> Place {
        let whole = || Place::file(self.file);
        let Ok(Some(TextFile { text: source, .. })) = store::text_if_there(Path::new(self.file))
        else {
            return whole();
        };
        // Below its key, if the file has others.
        let from = self.key.and_then(|key| {
            let lines = source.match_indices(key).filter(|(start, _)| {
                let before = source[..*start].chars().next_back();
                let is_key = source[start + key.len()..].starts_with(':');
                is_key && before.is_none_or(|before| before == '\n')
            });
            lines.map(|(start, _)| start).next()
        });
        let from = from.unwrap_or(0);
        let part = self.text.get(at.clone()).unwrap_or_default();
        let part = part.lines().next().unwrap_or_default();
        let before = if part.is_empty() { 0 } else { self.text[..at.start].matches(part).count() };
        let start = source[from..].match_indices(part).nth(before);
        let start = start.filter(|_| !part.is_empty()).map_or(from, |(start, _)| from + start);
        let line = source[..start].matches('\n').count();
        let first = source[..start].rfind('\n').map_or(0, |end| end + 1);
        let Some(said) = source.lines().nth(line) else { return whole() };
        let place = Place::line(self.file, line + 1, said);
        match part.is_empty() || start == from {
            true if self.key.is_some() => place,
            _ => {
                let column = source[first..start].chars().count() + 1;
                place.span(column, part.chars().count().max(1))
            }
        }
    }
}

/// What the models of an experiment are called.
pub(super) fn model_names(experiment: &Experiment) -> Vec<String> {
    experiment.spec.models.iter().map(|model| model.name.clone()).collect()
}

/// What a page says of itself, before its text.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("x-hint" = "a page begins with `---`, `title: ...` and `---`"))]
struct Front {
    /// One line of plain text: the heading, and the words of links to the page.
    #[schemars(length(min = 1, max = 100), extend("x-expected" = "one line of plain text"))]
    title: String,
    /// Its place among the links of the header, the smallest first.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 0, max = 1_000_000))]
    order: Option<u32>,
    /// One sentence under the heading.
    #[serde(default)]
    #[schemars(length(max = 300), extend("x-expected" = "one line of plain text"))]
    description: String,
}

/// The JSON Schema of what a page says of itself.
pub(super) fn json_schema() -> serde_json::Value {
    crate::base::yaml::for_editors(crate::base::yaml::schema::<Front>(), "dfa-report page")
}

/// All texts that are no experiment's, and whose names they may use.
#[derive(Default)]
pub(super) struct Authored {
    /// The author's pages in the order of their links, each with its file.
    pub(super) pages: Vec<(AuthorPage, String)>,
    /// Where the images of pages are.
    pub(super) pages_folder: PathBuf,
    /// Where those of experiments are.
    pub(super) experiments_folder: PathBuf,
    /// The ids of all experiments that have a page.
    pub(super) ids: BTreeSet<String>,
    /// Names of the sources that experiments use.
    sources: BTreeSet<String>,
    /// The folders at the root of the site.
    folders: BTreeSet<String>,
    /// By page, the anchors that texts link to.
    pub(super) anchors: BTreeMap<String, BTreeSet<String>>,
}

impl Authored {
    /// Reads the author's pages, and looks at all texts: what they link to, show and ask for, as far as
    /// that can be said before anything has run; `ids` are of all specs, sound or not. Returns what
    /// would be better otherwise beside it.
    ///
    /// # Errors
    /// All that is wrong with the texts.
    pub(super) fn read(
        folders: &Folders,
        experiments: &[Experiment],
        ids: &[String],
    ) -> Result<(Self, Problems), Problems> {
        let (mut problems, mut warnings) = (Problems::new(), Problems::new());
        let pages_folder = store::pages_folder(&folders.experiments);
        let mut authored = Self {
            pages: Vec::new(),
            pages_folder,
            experiments_folder: folders.experiments.clone(),
            ids: ids.iter().cloned().collect(),
            sources: experiments.iter().map(|each| each.spec.data.source.clone()).collect(),
            folders: site::folders().map(str::to_owned).collect(),
            anchors: BTreeMap::new(),
        };
        for experiment in experiments.iter().filter(|each| each.owner().is_none()) {
            if let Some(problem) = site::taken(&experiment.spec.id, &BTreeSet::new()) {
                problems.push(problem.at(experiment.place.clone()));
            }
        }
        let (files, found) = store::texts(&authored.pages_folder);
        problems.extend(found);
        for (name, TextFile { file, text }) in files {
            match page(&name, &file, &text, &authored.ids) {
                Ok(page) => authored.pages.push((page, file)),
                Err(found) => problems.extend(found),
            }
        }
        let place = |page: &AuthorPage| (page.order.is_none(), page.order, page.name.clone());
        authored.pages.sort_by_key(|(page, _)| place(page));
        authored.folders.extend(authored.ids.iter().cloned());
        authored.folders.extend(authored.pages.iter().map(|(page, _)| page.name.clone()));
        // A member of a sweep says what its sweep says.
        for experiment in experiments.iter().filter(|experiment| experiment.owner().is_none()) {
            for written in Written::of(experiment) {
                let models = model_names(experiment);
                let scope = authored.scope(experiment, &models);
                let survey = written.survey(scope);
                let found = authored.check(&written, survey, experiments, &mut warnings);
                problems.extend(found);
            }
        }
        let pages = std::mem::take(&mut authored.pages);
        for (page, file) in &pages {
            let written = of_page(page, file);
            let survey = written.survey(authored.page_scope());
            problems.extend(authored.check(&written, survey, experiments, &mut warnings));
        }
        authored.pages = pages;
        for at in 0..authored.pages.len() {
            let (page, file) = &authored.pages[at];
            let survey = of_page(page, file).survey(authored.page_scope());
            authored.pages[at].0.images = survey.images.into_iter().map(|(name, _)| name).collect();
        }
        problems.into_result((authored, warnings))
    }

    /// Whose names an experiment's texts may use.
    pub(super) fn scope<'s>(
        &'s self,
        experiment: &'s Experiment,
        models: &'s [String],
    ) -> Scope<'s> {
        Scope { own: &experiment.spec.id, models, ids: &self.ids }
    }

    /// Whose names a page may use.
    pub(super) fn page_scope(&self) -> Scope<'_> {
        Scope { own: "", models: &[], ids: &self.ids }
    }

    /// Where the images of a text are.
    pub(super) fn images(&self, written: &Written<'_>) -> &Path {
        if written.name.is_empty() { &self.pages_folder } else { &self.experiments_folder }
    }

    /// What is wrong with a text; takes down the anchors that it links to.
    fn check(
        &mut self,
        written: &Written<'_>,
        survey: Survey,
        experiments: &[Experiment],
        warnings: &mut Problems,
    ) -> Problems {
        let mut problems = Problems::new();
        let mut tell = |at, problem| problems.push(written.placed(Mistake { at, problem }));
        for Mistake { at, problem } in survey.mistakes {
            tell(at, problem);
        }
        for mistake in survey.warnings {
            warnings.push(written.placed(mistake));
        }
        for (asked, at) in survey.asked {
            let of = experiments.iter().find(|each| each.spec.id == asked.of);
            if let Some(problem) = of.and_then(|of| site::unanswerable(&of.spec, &asked.what)) {
                tell(at, self.or_of_another(problem, &asked));
            }
        }
        for link in &survey.links {
            if let Some(problem) = self.dead(link) {
                tell(link.at.clone(), problem);
            }
        }
        for (name, at) in survey.images {
            match store::image(self.images(written), &name) {
                Ok(bytes) if site::is_image_file(&name, &bytes) => {}
                Ok(_) => {
                    let problem = Problem::new(format!("`{name}` is not what its name says"));
                    tell(at, problem.expected("an image of the kind that its ending names"));
                }
                Err(problem) => tell(at, problem),
            }
        }
        problems.sort_by_place();
        for Link { path, anchor, .. } in survey.links.into_iter().filter(|l| !l.anchor.is_empty()) {
            self.anchors.entry(path).or_default().insert(anchor);
        }
        problems
    }

    /// A problem with the name of a figure that has no hint yet, with that of an experiment whose id
    /// is near to its first word.
    fn or_of_another(&self, problem: Problem, asked: &Asked) -> Problem {
        let (Wanted::Value(name) | Wanted::Interval(name)) = &asked.what else { return problem };
        let (None, Some((first, rest))) = (&problem.hint, name.split_once('.')) else {
            return problem;
        };
        match did_you_mean(first, self.ids.iter().map(String::as_str)) {
            Some(id) => problem.hint(format!("did you mean `{id}.{rest}`?")),
            None => problem,
        }
    }

    /// What is wrong with a link, as far as folders tell.
    fn dead(&self, link: &Link) -> Option<Problem> {
        let mut parts = link.path.split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        if first == "data" {
            let is_known = second.is_some_and(|source| self.sources.contains(source));
            return (!is_known).then(|| {
                let sources = self.sources.iter().map(String::as_str);
                Self::nowhere(link, second.unwrap_or_default(), sources)
            });
        }
        // A member of a sweep, if its sweep gives it a page.
        let owner = first.split_once('.').map_or(first, |(owner, _)| owner);
        let is_there = [first, owner].iter().any(|part| self.folders.contains(*part));
        let known = self.folders.iter().map(String::as_str);
        (!is_there && second.is_some()).then(|| Self::nowhere(link, first, known))
    }

    fn nowhere<'n>(link: &Link, part: &str, known: impl Iterator<Item = &'n str>) -> Problem {
        let problem = Problem::new(format!("`{}` leads to no page of the site", link.written));
        let problem = problem.expected("a page, a file or an anchor of the site");
        match did_you_mean(part, known) {
            Some(meant) => {
                let meant = link.written.replacen(part, meant, 1);
                problem.hint(format!("did you mean `{meant}`?"))
            }
            None => problem,
        }
    }

    /// Links that lead to no file of the site, or to an anchor that its page does not have. `missing`
    /// says why, of a file and an anchor in it.
    pub(super) fn dead_links(
        &self,
        experiments: &[Experiment],
        missing: &dyn Fn(&Link) -> Option<Problem>,
    ) -> Problems {
        let mut problems = Problems::new();
        let mut look = |written: &Written<'_>, survey: Survey| {
            for link in survey.links {
                if let Some(problem) = missing(&link) {
                    problems.push(written.placed(Mistake { at: link.at, problem }));
                }
            }
        };
        for experiment in experiments.iter().filter(|experiment| experiment.owner().is_none()) {
            for written in Written::of(experiment) {
                let survey = written.survey(self.scope(experiment, &[]));
                look(&written, survey);
            }
        }
        for (page, file) in &self.pages {
            let written = of_page(page, file);
            let survey = written.survey(self.page_scope());
            look(&written, survey);
        }
        problems
    }
}

/// The text of a page.
pub(super) fn of_page<'a>(page: &'a AuthorPage, file: &'a str) -> Written<'a> {
    Written { text: &page.text, name: "", folder: format!("{}/", page.name), file, key: None }
}

/// Reads a page.
///
/// # Errors
/// All that is wrong with its name and its head.
fn page(
    name: &str,
    file: &str,
    text: &str,
    ids: &BTreeSet<String>,
) -> Result<AuthorPage, Problems> {
    let mut problems = Problems::new();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain);
    if let Some(problem) = site::taken(name, ids) {
        problems.push(problem.at(Place::file(file)));
    } else if !is_name || is_reserved(name) {
        let problem = Problem::new(format!("`{name}` cannot be the name of a page"));
        let problem = problem.at(Place::file(file)).hint("rename the file");
        problems.push(
            problem.expected(format!("lower-case letters, digits and `-`, {LONGEST} at most")),
        );
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = lines.iter().skip(1).position(|line| line.trim_end() == "---");
    let (Some(end), true) = (end, lines.first().is_some_and(|line| line.trim_end() == "---"))
    else {
        let first = lines.first().map_or("", |line| line.trim_end());
        problems.push(
            Problem::new("the page does not say what it is called")
                .at(Place::line(file, 1, first))
                .expected("`---`, `title: ...` and `---` before its text"),
        );
        return Err(problems);
    };
    // With the mark above it, which begins a document of YAML, its lines have their own numbers.
    let head = lines[..=end].concat();
    let body = lines[end + 2..].concat();
    let read = Yaml::read::<Front, _>(file, &head, |yaml| {
        for key in ["title", "description"] {
            if yaml.get::<String>(key).is_some_and(|text| text.trim().contains('\n')) {
                let problem = Problem::new(format!("the {key} spans lines"));
                yaml.report(key, problem.expected("one line of plain text"));
            }
        }
    });
    match read {
        Ok((Front { title, order, description }, ())) => {
            let (name, images) = (name.to_owned(), BTreeSet::new());
            problems.into_result(AuthorPage { name, title, description, order, text: body, images })
        }
        Err(found) => {
            problems.extend(found);
            Err(problems)
        }
    }
}
