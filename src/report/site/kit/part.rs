//! A page of an experiment beside its report, for a subject that would burst it: the market's
//! geometry, the breaks.

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::report::site::kit::file::{File, Options, shell};
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Section, Shell};
use crate::results::Results;

/// A page of an experiment beside its report: `<id>/<slug>/index.html`.
#[derive(Serialize)]
pub(crate) struct Part {
    #[serde(flatten)]
    pub link: Link,
    /// A sentence for search engines and link previews.
    #[serde(skip)]
    pub description: String,
    /// One or two sentences under the heading.
    pub lead: String,
    /// What it has to say. Files behind charts are named as on the report: `geometry.csv`.
    pub sections: Vec<Section>,
}

/// A link from the report, or from one part to another.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Link {
    /// Folder under the experiment's own, `[a-z-]+`.
    pub slug: &'static str,
    /// The part's heading, and the words of links to it.
    pub title: &'static str,
    /// Anchor of the report's section that the part continues; an experiment without it has the
    /// link beside its other sections only.
    pub continues: &'static str,
}

/// What `part.html` sees.
#[derive(Serialize)]
struct Page<'a> {
    shell: Shell,
    /// Title of the experiment.
    experiment: &'a str,
    #[serde(flatten)]
    part: &'a Part,
    /// All parts of the experiment, this one included.
    parts: &'a [Link],
}

/// The links to an experiment's parts, in their order.
pub(crate) fn links(parts: &[Part]) -> Vec<Link> {
    parts.iter().map(|part| part.link).collect()
}

/// The pages of an experiment's parts.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn files(
    parts: &[Part],
    results: &Results,
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let links = links(parts);
    let page = |part: &Part| {
        let folder = format!("{}/{}/", results.id, part.link.slug);
        let title = format!("{}: {}", results.title, part.link.title);
        let shell = shell(options, &title, &folder, &part.description);
        let shell = Shell { synthetic: results.data.synthetic, ..shell };
        let page = Page { shell, experiment: &results.title, part, parts: &links };
        let contents = templates.page_of(results, "part.html", &page)?;
        Ok(File { path: format!("{folder}index.html"), contents })
    };
    parts.iter().map(page).collect()
}
