//! What goes into the site and what comes out: experiments, options, files, and a page's frame.

use super::view::Shell;
use crate::results::{Results, Series, SeriesForm, SweepResults};

/// One experiment to report on.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Its figures.
    pub results: Results,
    /// Its daily series.
    pub series: Series,
    /// The sweep that it carries.
    pub sweep: Option<Sweep>,
}

/// One sweep to report on.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// All its members, seen together.
    pub results: SweepResults,
    /// The text of `sweep.csv`.
    pub table: String,
}

/// What a site is called and where it will be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Public address of the site's root, for canonical links, `sitemap.xml`, pictures for link
    /// previews, the feed and the way back from
    /// `404.html`.
    pub base_url: Option<String>,
    /// The site's title.
    pub title: String,
    /// Groups of experiments in the order of the front page; the others follow.
    pub order: Vec<String>,
    /// How the daily series are written.
    pub series: SeriesForm,
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path under the site's root, `/` between its parts: `baseline/index.html`.
    pub path: String,
    /// What it holds.
    pub contents: Vec<u8>,
}

/// A file of text.
pub(crate) fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), contents: text.as_bytes().to_vec() }
}

/// The public address without the slash at its end.
pub(crate) fn base_url(options: &Options) -> Option<&str> {
    options.base_url.as_deref().map(|base| base.trim_end_matches('/'))
}

/// Public address of the picture in a folder (empty for the root, else ending in `/`).
pub(crate) fn card(options: &Options, folder: &str) -> Option<String> {
    base_url(options).map(|base| format!("{base}/{folder}card.png"))
}

/// What surrounds the page of the folder `path` (empty for the root, else ending in `/`).
pub(crate) fn shell(options: &Options, title: &str, path: &str, description: &str) -> Shell {
    Shell {
        title: title.to_owned(),
        site: options.title.clone(),
        description: description.to_owned(),
        root: "../".repeat(path.matches('/').count()),
        canonical: base_url(options).map(|base| format!("{base}/{path}")),
        card: card(options, ""),
        running: if title == options.title {
            title.to_owned()
        } else {
            format!("{title} – {}", options.title)
        },
        hidden: false,
        synthetic: false,
    }
}
