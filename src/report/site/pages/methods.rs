//! The pages that belong to no experiment: the methods, how often claims are wrong, and `404.html`.

use serde::Serialize;

use crate::report::site::kit::file::{Options, base_url, shell};
use crate::report::site::kit::markdown;
use crate::report::site::kit::policy;
use crate::report::site::kit::templates::{CALIBRATION, METHODS, STYLES, Templates};
use crate::report::site::kit::view::Shell;

/// What `methods.html` sees: a page that is a text.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    pub shell: Shell,
    /// Anchor and words of its headings, for the list beside it.
    pub contents: Vec<(String, String)>,
    pub body: String,
}

/// Anchor and heading of the terms in a sentence each.
const TERMS: (&str, &str) = ("terms", "Terms in a sentence");

/// A text with a way back to its contents at the end of each section.
fn with_ways_back(html: &str) -> String {
    let mut sections = html.split("<h2");
    let mut text = sections.next().unwrap_or_default().to_owned();
    for section in sections {
        text.push_str("<h2");
        text.push_str(section.trim_end());
        text.push_str("\n<p class=\"back\"><a href=\"#contents\">Contents</a></p>\n");
    }
    text
}

/// The definitions behind every figure.
pub(crate) fn page(templates: &Templates, options: &Options) -> Page {
    let description = "What every number of these reports means, and where it comes from.";
    let text = templates.text(METHODS);
    let (id, title) = TERMS;
    let mut contents = vec![(id.to_owned(), title.to_owned())];
    contents.extend(markdown::contents(text, 2));
    // Before the first section, and after what is said before it.
    let terms = format!("<h2 id=\"{id}\">{title}</h2>\n{}", templates.glossary().list());
    let html = markdown::to_html(text, 1, "");
    let (before, sections) = html.split_at(html.find("<h2").unwrap_or(html.len()));
    let body = with_ways_back(&format!("{before}{terms}{sections}"));
    Page { shell: shell(options, "Methods", "methods/", description), contents, body }
}

/// How often the claims of these reports are wrong, on simulated markets.
pub(crate) fn calibration(templates: &Templates, options: &Options) -> Page {
    let description = "What these reports claim on markets of which the truth is known.";
    let text = CALIBRATION.map(|name| templates.text(name)).concat();
    Page {
        shell: shell(options, "How often is it wrong?", "calibration/", description),
        contents: markdown::contents(&text, 2),
        body: markdown::to_html(&text, 1, ""),
    }
}

/// What `404.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct NotFound {
    site: String,
    /// The way back. A server shows this page at any depth, so only an absolute address is sure to
    /// lead there.
    home: String,
    style: String,
    /// The Content-Security-Policy: nothing but `style`.
    policy: String,
}

/// The page for an address that does not exist.
pub(crate) fn not_found(templates: &Templates, options: &Options) -> NotFound {
    let style = STYLES.map(|name| templates.text(name)).concat();
    NotFound {
        site: options.title.clone(),
        home: base_url(options).map_or_else(|| "index.html".to_owned(), |base| format!("{base}/")),
        policy: policy::of_style(&style),
        style,
    }
}
