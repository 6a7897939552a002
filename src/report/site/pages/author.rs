//! Pages of the author's own, beside the reports.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Problem, Problems};
use crate::report::site::kit::file::{File, Options, shell};
use crate::report::site::kit::markdown::{self, Text};
use crate::report::site::kit::marker::{Answers, Scope};
use crate::report::site::kit::templates::Templates;
use crate::report::site::pages::methods::Page;

/// Folders and files of the site that no page of an author and no experiment can have.
pub(crate) const TAKEN: [&str; 12] = [
    "404",
    "all",
    "assets",
    "calibration",
    "compare",
    "data",
    "detectors",
    "index",
    "methods",
    "parts",
    "search",
    "verdicts",
];

/// A page that the author wrote: `<name>/index.html`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorPage {
    /// Its folder, `[a-z0-9-]+`.
    pub name: String,
    /// Its heading, and the words of links to it.
    pub title: String,
    /// A sentence under the heading; may be empty.
    pub description: String,
    /// Its place among the links of the header, the smallest first; those without one come last.
    pub order: Option<u32>,
    /// What it says: Markdown.
    pub text: String,
    /// The images beside it, as it calls them.
    pub images: BTreeSet<String>,
}

/// The folders of the program's own pages.
pub fn folders() -> impl Iterator<Item = &'static str> {
    TAKEN.into_iter()
}

/// What is wrong with the name of a page among these experiments.
pub fn taken(name: &str, experiments: &BTreeSet<String>) -> Option<Problem> {
    let problem = || Problem::new(format!("two pages of the site want to be `{name}/`"));
    if TAKEN.contains(&name) {
        return Some(
            problem().hint("the program has a page or a file of that name: rename this one"),
        );
    }
    let is_experiment = experiments.contains(name);
    is_experiment.then(|| problem().hint("an experiment has that id: rename one of them"))
}

/// The page, under its name.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn files(
    page: &AuthorPage,
    ids: &BTreeSet<String>,
    answers: &Answers,
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let folder = format!("{}/", page.name);
    let scope = Scope { own: "", models: &[], ids };
    // Its highest headings stand under that of the page.
    let highest = markdown::highest(&page.text).clamp(1, 2);
    let text = Text {
        top: 3 - highest,
        place: "",
        root: "../",
        scope: Some(scope),
        answers,
        images: &page.images,
    };
    let view = Page {
        shell: shell(options, &page.title, &folder, &page.description),
        contents: markdown::contents(&page.text, highest),
        body: text.html(&page.text),
    };
    let contents = templates.page("methods.html", &view)?;
    Ok(vec![File { path: format!("{folder}index.html"), contents }])
}
