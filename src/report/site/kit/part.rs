//! A page of an experiment beside its report, for a subject that would burst it: the market's
//! geometry, the breaks.

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::report::site::kit::file::{File, Options, shell};
use crate::report::site::kit::once;
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
    /// What it has to say of the panel, which is a page of its own below the source: the same for all
    /// experiments on that panel with the same regimes.
    #[serde(skip)]
    pub shared: Vec<Section>,
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
    /// The page of what it shares with other experiments.
    beneath: Option<Beneath>,
}

/// Where the page is that experiments share, and what it has to say.
#[derive(Serialize)]
struct Beneath {
    /// Its folder from the root of the site, ending in `/`.
    folder: String,
    sections: Vec<Anchor>,
}

#[derive(Serialize)]
struct Anchor {
    id: &'static str,
    title: &'static str,
}

/// What `shared.html` sees.
#[derive(Serialize)]
struct Shared<'a> {
    shell: Shell,
    source: &'a str,
    /// Whether the source has a page.
    linked: bool,
    target: &'a str,
    features: String,
    title: &'static str,
    lead: &'a str,
    sections: &'a [Section],
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
    sources: &[&str],
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let links = links(parts);
    let synthetic = results.data.synthetic;
    let mut files = Vec::new();
    for part in parts {
        let beneath = beneath(part, results);
        if let Some(Beneath { folder, .. }) = &beneath {
            let (source, target) = (results.data.source.as_str(), results.data.target.as_str());
            let title = format!("{}: {source}", part.link.title);
            let shell = shell(options, &title, folder, &part.description);
            let page = Shared {
                shell: Shell { synthetic, ..shell },
                source,
                linked: sources.contains(&source),
                target,
                features: results.data.features.join(", "),
                title: part.link.title,
                lead: &part.lead,
                sections: &part.shared,
            };
            let contents = templates.page_of(results, "shared.html", &page)?;
            let contents = once::lines_once(contents);
            files.push(File { path: format!("{folder}index.html"), contents });
        }
        let folder = format!("{}/{}/", results.id, part.link.slug);
        let title = format!("{}: {}", results.title, part.link.title);
        let shell = shell(options, &title, &folder, &part.description);
        let shell = Shell { synthetic, ..shell };
        let page = Page { shell, experiment: &results.title, part, parts: &links, beneath };
        let contents = once::lines_once(templates.page_of(results, "part.html", &page)?);
        files.push(File { path: format!("{folder}index.html"), contents });
    }
    Ok(files)
}

/// Where what a part shares is: its folder carries a hash of all that the page shows.
fn beneath(part: &Part, results: &Results) -> Option<Beneath> {
    if part.shared.is_empty() {
        return None;
    }
    let data = &results.data;
    let shown = (&part.lead, &part.shared, &data.target, &data.features, data.synthetic);
    // Of texts and lists of them, which always serialise.
    let shown = serde_json::to_vec(&shown).unwrap_or_default();
    let hash = blake3::hash(&shown).to_hex();
    // Where the other files are that experiments share.
    let beside = data.shared.geometry.rsplit_once('/').map_or("data", |(folder, _)| folder);
    let anchor = |section: &Section| Anchor { id: section.id, title: section.topic };
    Some(Beneath {
        folder: format!("{beside}/{}-{}/", part.link.slug, &hash[..8]),
        sections: part.shared.iter().map(anchor).collect(),
    })
}
