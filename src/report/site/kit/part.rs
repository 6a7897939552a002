//! A page of an experiment beside its report, for a subject that would burst it: the market's
//! geometry, the breaks.

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::report::site::kit::file::{File, Options, shell};
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Section, Shell};
use crate::results::Results;

/// A page of an experiment beside its report: `<id>/<slug>/index.html`.
pub(crate) struct Part {
    /// Folder under the experiment's own, `[a-z-]+`.
    pub slug: &'static str,
    /// Its heading, and the words of links to it.
    pub title: String,
    /// A sentence for search engines and link previews.
    pub description: String,
    /// One or two sentences under the heading.
    pub lead: String,
    /// What it has to say. Files behind charts are named as on the report: `geometry.csv`.
    pub sections: Vec<Section>,
}

/// A link from the report, or from one part to another.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Link {
    /// Folder under the experiment's own.
    pub slug: &'static str,
    /// The part's title.
    pub title: String,
    /// Anchor of the report's section that the part continues.
    pub continues: &'static str,
}

/// What `part.html` sees.
#[derive(Debug, Serialize)]
struct Page<'a> {
    shell: Shell,
    /// Title of the experiment.
    experiment: &'a str,
    /// Anchor of the report's section that leads here.
    continues: &'static str,
    slug: &'static str,
    title: &'a str,
    lead: &'a str,
    sections: &'a [Section],
    /// All parts of the experiment, this one included.
    parts: &'a [Link],
}

impl Part {
    /// The section of the report that this part continues; an experiment without it has the link
    /// beside its other sections only.
    fn continues(&self) -> &'static str {
        match self.slug {
            "geometry" => "why",
            _ => "when",
        }
    }
}

/// The links to an experiment's parts, in their order.
pub(crate) fn links(parts: &[Part]) -> Vec<Link> {
    parts
        .iter()
        .map(|part| Link {
            slug: part.slug,
            title: part.title.clone(),
            continues: part.continues(),
        })
        .collect()
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
        let folder = format!("{}/{}/", results.id, part.slug);
        let title = format!("{}: {}", results.title, part.title);
        let page = Page {
            shell: Shell {
                synthetic: results.data.synthetic,
                ..shell(options, &title, &folder, &part.description)
            },
            experiment: &results.title,
            continues: part.continues(),
            slug: part.slug,
            title: &part.title,
            lead: &part.lead,
            sections: &part.sections,
            parts: &links,
        };
        let contents = templates.page("part.html", &page)?;
        Ok(File { path: format!("{folder}index.html"), contents })
    };
    parts.iter().map(page).collect()
}
