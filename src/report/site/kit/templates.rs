//! The templates: compiled into the program, overridden file by file, and errors with their place.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::glossary::Glossary;
use super::nav::{Nav, Turn};
use super::{period, policy};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Frequency;
use crate::base::units::format::lower_first;
use crate::results::Results;

/// The style sheets that `404.html` has inline; it does without the faces of the others.
pub(crate) const STYLES: [&str; 2] = ["assets/chart.css", "assets/style.css"];
/// The embedded faces: of text, and of formulas.
const FACES: [&str; 2] = ["assets/fonts.css", "assets/math.css"];
/// The text of the methods page.
pub(crate) const METHODS: &str = "methods.md";
/// The terms that pages explain in place.
pub(crate) const GLOSSARY: &str = "glossary.md";
/// The text of the page that says how often claims are wrong, and the table under it, which
/// `benches/calibration.rs` writes.
pub(crate) const CALIBRATION: [&str; 2] = ["calibration.md", "calibration-table.md"];
/// The page from which one turns to the next experiment.
const EXPERIMENT: &str = "experiment.html";
/// The script that pages have inline, before anything is drawn.
const THEME: &str = "theme.js";

const BUILT_IN: &[(&str, &str)] = &[
    ("base.html", include_str!("../../../../templates/base.html")),
    ("components.html", include_str!("../../../../templates/components.html")),
    ("index.html", include_str!("../../../../templates/index.html")),
    ("list.html", include_str!("../../../../templates/list.html")),
    ("experiment.html", include_str!("../../../../templates/experiment.html")),
    ("part.html", include_str!("../../../../templates/part.html")),
    ("shared.html", include_str!("../../../../templates/shared.html")),
    ("detectors.html", include_str!("../../../../templates/detectors.html")),
    ("search.html", include_str!("../../../../templates/search.html")),
    ("compare.html", include_str!("../../../../templates/compare.html")),
    ("sweep.html", include_str!("../../../../templates/sweep.html")),
    ("source.html", include_str!("../../../../templates/source.html")),
    ("parts.html", include_str!("../../../../templates/parts.html")),
    ("methods.html", include_str!("../../../../templates/methods.html")),
    ("404.html", include_str!("../../../../templates/404.html")),
    ("diff.html", include_str!("../../../../templates/diff.html")),
    ("diff.css", include_str!("../../../../templates/diff.css")),
    ("moved.html", include_str!("../../../../templates/moved.html")),
    (METHODS, include_str!("../../../../templates/methods.md")),
    (GLOSSARY, include_str!("../../../../templates/glossary.md")),
    (CALIBRATION[0], include_str!("../../../../templates/calibration.md")),
    (CALIBRATION[1], include_str!("../../../../templates/calibration-table.md")),
    (THEME, include_str!("../../../../templates/theme.js")),
    (FACES[0], include_str!("../../../../templates/assets/fonts.css")),
    (FACES[1], include_str!("../../../../templates/assets/math.css")),
    ("assets/print.css", include_str!("../../../../templates/assets/print.css")),
    ("assets/OFL.txt", include_str!("../../../../templates/assets/OFL.txt")),
    ("assets/style.css", include_str!("../../../../templates/assets/style.css")),
    ("assets/chart.css", include_str!("../../../../templates/assets/chart.css")),
    ("assets/controls.css", include_str!("../../../../templates/assets/controls.css")),
    ("assets/report.js", include_str!("../../../../templates/assets/report.js")),
    ("assets/charts.js", include_str!("../../../../templates/assets/charts.js")),
    ("assets/figures.js", include_str!("../../../../templates/assets/figures.js")),
    ("assets/front.js", include_str!("../../../../templates/assets/front.js")),
    ("assets/search.js", include_str!("../../../../templates/assets/search.js")),
    ("assets/compare.js", include_str!("../../../../templates/assets/compare.js")),
];

/// All templates of one build.
pub(crate) struct Templates {
    engine: Tera,
    texts: BTreeMap<String, String>,
    head: Head,
    nav: Nav,
    glossary: Glossary,
}

/// What `base.html` sees as `head`.
#[derive(Serialize)]
struct Head {
    /// The inline script.
    theme: String,
    /// The Content-Security-Policy, with the hash of that script.
    policy: String,
}

impl Templates {
    /// The built-in templates with those of `overrides` in their place.
    ///
    /// An override may be new when it is a part for others to include (`*.html`) or a file to
    /// publish (`assets/*`).
    ///
    /// # Errors
    /// Every override that does not parse, and every name that would never be used.
    pub(crate) fn load(overrides: &BTreeMap<String, String>) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        let mut texts: BTreeMap<String, String> =
            BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        texts.extend(overrides.iter().map(|(name, text)| (name.clone(), text.clone())));
        let used = used(&texts);
        for name in overrides.keys().filter(|name| !used.contains(name.as_str())) {
            problems.push(unknown(name));
        }
        let mut engine = Tera::default();
        let mut pages: BTreeMap<&str, &str> = texts
            .iter()
            .filter(|(name, _)| is_page(name))
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        // A template that fails is reported and left out, so that one run names all that fail.
        while let Err(error) = engine.add_raw_templates(pages.iter()) {
            let (problem, file) = problem(&error, &texts);
            problems.push(problem);
            if !file.is_some_and(|file| restore(&mut pages, &file)) {
                break;
            }
        }
        let theme = texts.get(THEME).map_or("", |text| text.trim_end()).to_owned();
        let head = Head { policy: policy::of_pages(&theme), theme };
        let glossary = texts.get(GLOSSARY).map_or("", String::as_str);
        let glossary = Glossary::parse(&format!("templates/{GLOSSARY}"), glossary);
        let glossary = glossary.map_err(|found| problems.extend(found)).unwrap_or_default();
        let nav = Nav::default();
        problems.into_result(()).map(|()| Self { engine, texts, head, nav, glossary })
    }

    /// The same, every page with these links around it.
    #[must_use]
    pub(crate) fn with_nav(self, nav: Nav) -> Self {
        Self { nav, ..self }
    }

    /// What every page leads to, to be changed.
    pub(crate) fn nav_mut(&mut self) -> &mut Nav {
        &mut self.nav
    }

    /// What every page leads to.
    pub(crate) fn nav(&self) -> &Nav {
        &self.nav
    }

    /// A page: the template `name` filled from `view`.
    ///
    /// # Errors
    /// What the template asks for and the view does not have.
    pub(crate) fn page(&self, name: &str, view: &impl Serialize) -> Result<Vec<u8>, Problems> {
        self.filled(name, view, None, Frequency::Daily)
    }

    fn filled(
        &self,
        name: &str,
        view: &impl Serialize,
        turn: Option<&Turn>,
        frequency: Frequency,
    ) -> Result<Vec<u8>, Problems> {
        let mut context = Context::from_serialize(view).map_err(|error| self.problem(&error))?;
        context.insert("head", &self.head);
        context.insert("nav", &self.nav.links);
        context.insert("turn", &turn);
        let text = self.engine.render(name, &context).map_err(|error| self.problem(&error))?;
        Ok(without_unused_face(self.glossary.marked(frequency, text)).into_bytes())
    }

    /// A page of an experiment, in the words of the frequency of its prices, with the way to its
    /// neighbours.
    ///
    /// # Errors
    /// As [`Templates::page`].
    pub(crate) fn page_of(
        &self,
        results: &Results,
        name: &str,
        view: &impl Serialize,
    ) -> Result<Vec<u8>, Problems> {
        // Pages that experiments share are the same for all of them.
        let turn = self.nav.turn(&results.id).filter(|_| name == EXPERIMENT);
        let frequency = results.data.frequency;
        match period::of(results, view) {
            Ok(view) => self.filled(name, &view, turn, frequency),
            // Not a value by itself: then nothing can be shown of it either.
            Err(_) => self.filled(name, view, turn, frequency),
        }
    }

    /// A template that is no page, as it stands; empty for a name that does not exist.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The terms that pages explain in place.
    pub(crate) fn glossary(&self) -> &Glossary {
        &self.glossary
    }

    /// The files of `assets/`, by path.
    pub(crate) fn assets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .filter(|(name, _)| name.starts_with("assets/"))
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    fn problem(&self, error: &tera::Error) -> Problems {
        problem(error, &self.texts).0.into()
    }
}

/// The page without the link to the face for formulas, where it has none.
fn without_unused_face(page: String) -> String {
    if page.contains("<math") {
        return page;
    }
    let is_used = |line: &&str| !(line.starts_with("<link ") && line.contains(FACES[1]));
    page.split_inclusive('\n').filter(is_used).collect()
}

fn is_page(name: &str) -> bool {
    name.ends_with(".html") && !name.starts_with("assets/")
}

/// The names of what has an effect: built-in templates, what they and their parts name in quotes
/// (to include or extend it), parts that define components, which are known everywhere, and files
/// to publish.
fn used(texts: &BTreeMap<String, String>) -> BTreeSet<&str> {
    let is_root = |name: &str, text: &str| {
        BUILT_IN.iter().any(|(known, _)| *known == name)
            || name.starts_with("assets/")
            || is_page(name) && text.contains("endcomponent")
    };
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut todo: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .filter(|(name, text)| is_root(name, text))
        .collect();
    while let Some((name, text)) = todo.pop() {
        if !used.insert(name) || !is_page(name) {
            continue;
        }
        let is_named =
            |part: &str| ['"', '\'', '`'].iter().any(|q| text.contains(&format!("{q}{part}{q}")));
        todo.extend(
            texts
                .iter()
                .map(|(part, text)| (part.as_str(), text.as_str()))
                .filter(|(part, _)| is_page(part) && !used.contains(part) && is_named(part)),
        );
    }
    used
}

/// Puts the built-in template back in the place of a broken override; false when there is nothing
/// to put back or take away.
fn restore<'a>(pages: &mut BTreeMap<&'a str, &'a str>, file: &str) -> bool {
    match BUILT_IN.iter().find(|(name, _)| *name == file) {
        Some((name, text)) => pages.insert(*name, *text).is_some_and(|broken| broken != *text),
        None => pages.remove(file).is_some(),
    }
}

fn unknown(name: &str) -> Problem {
    Problem::new(format!("no page uses the template `{name}`"))
        .at(Place::file(format!("templates/{name}")))
        .expected(
            "a built-in template, a part `*.html` that one includes, or a file under `assets/`",
        )
        .near(name, BUILT_IN.iter().map(|(known, _)| *known))
}

/// Tera's error as a problem, and the template at fault.
fn problem(error: &tera::Error, texts: &BTreeMap<String, String>) -> (Problem, Option<String>) {
    let report = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => report,
        other => {
            let said = other.to_string();
            return lacking_blocks(&said, texts).unwrap_or_else(|| {
                let first = said.lines().next().unwrap_or_default().trim_start_matches("error: ");
                (Problem::new(format!("the templates do not fit together: {first}")), None)
            });
        }
    };
    let file = report.filename().to_owned();
    let span = report.span();
    let line = texts.get(&file).and_then(|text| text.lines().nth(span.start_line.max(1) - 1));
    let name = format!("templates/{file}");
    let width = match span.end_line == span.start_line {
        true => span.end_col.saturating_sub(span.start_col),
        false => 1,
    };
    let place = match span.start_line {
        0 => Place::file(name),
        number => {
            Place::line(name, number, line.unwrap_or_default()).span(span.start_col + 1, width)
        }
    };
    let (what, rest) = report.message().split_once(". ").unwrap_or((report.message(), ""));
    let mut problem = Problem::new(lower_first(what)).at(place);
    if !rest.is_empty() {
        problem = problem.hint(lower_first(rest));
    }
    (problem, Some(file))
}

/// The problem that blocks are filled which no parent has, and the template at fault: an override
/// of the parent, or else of a page.
fn lacking_blocks(
    said: &str,
    texts: &BTreeMap<String, String>,
) -> Option<(Problem, Option<String>)> {
    let names = said.split("Block `").skip(1);
    let names = names.filter_map(|rest| rest.split_once("` is not defined in any parent"));
    let names: BTreeSet<&str> = names.map(|(name, _)| name).collect();
    let is_override = |name: &str, text: &str| {
        is_page(name) && BUILT_IN.iter().all(|known| *known != (name, text))
    };
    let fills = |text: &str| names.iter().any(|name| text.contains(&format!("block {name}")));
    let parent = texts.get_key_value("base.html").filter(|(name, text)| is_override(name, text));
    let page = || texts.iter().find(|(name, text)| is_override(name, text) && fills(text));
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let listed = listed.join(" and ");
    let blocks = if names.len() == 1 { "the block" } else { "the blocks" };
    let (file, message, hint) = match (parent, listed.as_str()) {
        (_, "") => return None,
        (Some((file, _)), listed) => {
            let hint = "pages put what they show there: `{% block body %}{% endblock body %}`";
            (file, format!("the template lacks {blocks} {listed}"), hint)
        }
        (None, listed) => {
            let hint = "fill a block of base.html, or add this one to it";
            (page()?.0, format!("{blocks} {listed}: in no template that this one extends"), hint)
        }
    };
    let problem = Problem::new(message).at(Place::file(format!("templates/{file}"))).hint(hint);
    Some((problem, Some(file.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(overrides: &[(&str, &str)]) -> Result<Templates, Problems> {
        let overrides =
            overrides.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
        Templates::load(&overrides)
    }

    #[test]
    fn every_built_in_template_parses() {
        assert!(load(&[]).is_ok());
    }

    #[test]
    fn all_broken_overrides_are_named_with_their_place() {
        let problems = load(&[
            ("index.html", "<p>\n{{ shell.title }"),
            ("source.html", "{% if %}"),
            ("exprement.txt", ""),
        ])
        .err()
        .unwrap();
        let places: Vec<_> = problems
            .iter()
            .flat_map(|problem| &problem.place)
            .map(|place| (place.file.as_str(), place.line.as_ref().map(|line| line.number)))
            .collect();
        let broken = [("templates/index.html", Some(2)), ("templates/source.html", Some(1))];
        assert_eq!((places[0], &places[1..]), (("templates/exprement.txt", None), &broken[..]));
    }

    #[test]
    fn overrides_without_effect_and_without_blocks_name_the_file_at_fault() {
        for (overrides, expected) in [
            (&[("bse.html", "x")][..], &["templates/bse.html", "did you mean `base.html`?"][..]),
            (&[("a.html", "{% include \"b.html\" %}"), ("b.html", "x")], &["a.html", "b.html"]),
            (
                &[("base.html", "<p>")],
                &["templates/base.html", "lacks the blocks `body` and `scripts` and `synthetic`"],
            ),
            (
                &[("index.html", "{% extends \"base.html\" %}{% block bdy %}{% endblock bdy %}")],
                &["templates/index.html", "the block `bdy`: in no template"],
            ),
        ] {
            let told = load(overrides).err().unwrap().to_string();
            for words in expected {
                assert!(told.contains(words) && !told.contains("\\n"), "{words}: {told}");
            }
        }
    }

    #[test]
    fn a_missing_field_is_underlined_and_the_fields_there_are_named() {
        let templates = load(&[("index.html", "<h1>\n{{ titel }}</h1>")]).unwrap();
        let view = BTreeMap::from([("title", "x")]);
        let problem = templates.page("index.html", &view).unwrap_err();
        let text = problem.to_string();
        assert!(text.contains("templates/index.html:2:4"), "{text}");
        assert!(text.contains("title"), "{text}");
    }

    #[test]
    fn new_parts_and_assets_are_welcome() {
        let templates =
            load(&[("mine.html", "mine"), ("index.html", "{% include \"mine.html\" %}")]).unwrap();
        assert_eq!(templates.page("index.html", &BTreeMap::<u8, u8>::new()).unwrap(), b"mine");
        let templates = load(&[("assets/house.css", "p{}")]).unwrap();
        assert!(templates.assets().any(|(name, _)| name == "assets/house.css"));
    }
}
