//! The texts of authors: what they link to, show and ask for, looked at before any page is made.
//!
//! A text is a hypothesis, notes or a page of its own. What is wrong with one is told with the bytes
//! at fault; whoever read the file knows where that is.

mod value;

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use self::value::Figures;
use super::kit::anchors::Anchors;
use super::kit::drawing;
use super::kit::file::File;
use super::kit::markdown::{IMAGES, events};
use super::kit::marker::{Answer, Asked, Mistake, Piece, Scope, Wanted, pieces};
use super::kit::target::{ENDINGS, is_image, is_of_site, page_link, resolved, scheme};
use crate::base::diagnostic::Problem;
use crate::results::Results;
use crate::results::spec::Spec;

/// All that a text needs beside its own words.
#[derive(Debug, Default)]
pub struct Survey {
    /// What it asks of experiments.
    pub asked: Vec<(Asked, Range<usize>)>,
    /// Where it links to within the site.
    pub links: Vec<Link>,
    /// The images beside it, as it calls them.
    pub images: Vec<(String, Range<usize>)>,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
    /// What would be better otherwise.
    pub warnings: Vec<Mistake>,
}

/// A link to a file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// As the text has it.
    pub written: String,
    /// The file, from the root of the site.
    pub path: String,
    /// The anchor in it; empty for none.
    pub anchor: String,
}

/// Looks at a text on the page of a folder, which ends in `/`.
pub fn survey(text: &str, folder: &str, place: &str, scope: Scope<'_>) -> Survey {
    let pieces = pieces(text, events(text));
    let plain = pieces.iter().filter_map(|(piece, _)| match piece {
        Piece::Event(event) => Some(event),
        Piece::Marker(_) => None,
    });
    let anchors = Anchors::of(plain, place);
    let mut survey = Survey::default();
    // The image that is open, and whether it has words.
    let mut image: Option<(Range<usize>, bool)> = None;
    for (piece, at) in &pieces {
        match piece {
            Piece::Marker(marker) => {
                if let Some((_, has_words)) = &mut image {
                    *has_words = true;
                    continue;
                }
                match marker.asked(scope) {
                    Ok(asked) => survey.asked.push((asked, at.clone())),
                    Err(mistake) => survey.mistakes.push(mistake),
                }
            }
            Piece::Event(Event::Start(Tag::Link { dest_url, link_type, .. })) => {
                let at = narrow(text, at, dest_url);
                if *link_type != LinkType::Email {
                    match link(dest_url, folder, &anchors, at.clone()) {
                        Ok(link) => survey.links.extend(link),
                        Err(problem) => survey.mistakes.push(Mistake::new(at, problem)),
                    }
                }
            }
            Piece::Event(Event::Start(Tag::Image { dest_url, .. })) => {
                let part = narrow(text, at, dest_url);
                match refused(dest_url) {
                    Some(problem) => survey.mistakes.push(Mistake::new(part, problem)),
                    None => survey.images.push((dest_url.to_string(), part)),
                }
                image = Some((at.clone(), false));
            }
            Piece::Event(Event::End(TagEnd::Image)) => {
                if let Some((at, false)) = image.take() {
                    let problem = Problem::new("an image without words").expected(
                        "what it shows between the brackets, for those who cannot see it",
                    );
                    survey.warnings.push(Mistake::new(at, problem));
                }
            }
            Piece::Event(Event::Text(words) | Event::Code(words)) => {
                if let Some((_, has_words)) = &mut image {
                    *has_words |= !words.trim().is_empty();
                }
            }
            Piece::Event(_) => {}
        }
    }
    survey
}

/// The bytes of an address in the part of the text that has it; all of that where it stands elsewhere.
fn narrow(text: &str, at: &Range<usize>, address: &str) -> Range<usize> {
    let part = text.get(at.clone()).unwrap_or_default();
    match part.rfind(address) {
        Some(start) if !address.is_empty() => at.start + start..at.start + start + address.len(),
        _ => at.clone(),
    }
}

/// A link within the site; `None` of one that leads elsewhere or to a heading of the text.
fn link(
    target: &str,
    folder: &str,
    anchors: &Anchors<'_>,
    at: Range<usize>,
) -> Result<Option<Link>, Problem> {
    if let Some(scheme) = scheme(target) {
        return match scheme.as_str() {
            "http" | "https" | "mailto" => Ok(None),
            _ => Err(Problem::new(format!("a link to `{scheme}:`"))
                .expected("http, https, mailto, or a path within the site")),
        };
    }
    if !is_of_site(target) {
        return Err(Problem::new("a link to another host without its scheme")
            .hint("write it with `https:` before it"));
    }
    if target.starts_with('/') {
        return Err(Problem::new("a link from the root of the server")
            .expected("a path from the page, as in `../baseline/`")
            .hint("a site may be in a folder of its server, or be opened without one"));
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    if path.is_empty() && (anchor.is_empty() || anchors.has(anchor)) {
        return Ok(None);
    }
    let path = match path {
        "" => Some(format!("{folder}index.html")),
        path => resolved(folder, &page_link(path)),
    };
    let Some(path) = path else {
        return Err(Problem::new(format!("`{target}` leads out of the site"))
            .expected(format!("a path from `{folder}`, as in `../baseline/`")));
    };
    Ok(Some(Link { at, written: target.to_owned(), path, anchor: anchor.to_owned() }))
}

/// Why an image cannot be shown.
fn refused(target: &str) -> Option<Problem> {
    if !is_of_site(target) {
        let problem = Problem::new("an image from elsewhere");
        return Some(
            problem
                .expected("an image beside the text, as in `![What it shows](plot.png)`")
                .hint("a page loads nothing from another host: who reads it is nobody's business"),
        );
    }
    if is_image(target) {
        return None;
    }
    let problem = Problem::new(format!("`{target}` is no image that a page can show"));
    let problem = problem.expected(format!(
        "a file beside the text that ends in one of {}",
        ENDINGS.map(|ending| format!(".{ending}")).join(", ")
    ));
    Some(match target.to_ascii_lowercase().ends_with(".svg") {
        true => problem.hint("an SVG may hold scripts: save the drawing as PNG or WebP"),
        false => problem,
    })
}

/// Where the image of a text on the page of a folder is published.
pub fn image_path(folder: &str, image: &str) -> String {
    format!("{folder}{IMAGES}/{image}")
}

/// Whether bytes are those of an image with this name.
pub fn is_image_file(name: &str, bytes: &[u8]) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("png") => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        Some("jpg" | "jpeg") => bytes.starts_with(b"\xff\xd8\xff"),
        Some("gif") => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        Some("webp") => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        Some("avif") => bytes.get(4..12) == Some(b"ftypavif"),
        _ => false,
    }
}

/// The anchors of a page.
pub fn anchors(html: &str) -> BTreeSet<&str> {
    let ids = html.match_indices(" id=\"");
    ids.filter_map(|(at, id)| html[at + id.len()..].split_once('"').map(|(id, _)| id)).collect()
}

/// The figures that are wanted of an experiment, in their order; a drawing is none.
pub fn values(results: &Results, wanted: &[&Wanted]) -> Vec<Result<Answer, Problem>> {
    let figures = Figures::of(results);
    let of = |wanted: &&Wanted| match wanted {
        Wanted::Value(name) => figures.value(name).map(Answer::Value),
        Wanted::Interval(name) => figures.interval(name).map(Answer::Value),
        Wanted::Drawing(name) => Err(Problem::new(format!("`{name}` is a drawing"))),
    };
    wanted.iter().map(of).collect()
}

/// Drawings that a problem lists.
const MOST_LISTED: usize = 12;

/// A drawing on the pages of an experiment.
pub(super) fn drawn(results: &Results, pages: &[File], name: &str) -> Result<Answer, Problem> {
    let html = |file: &File| String::from_utf8_lossy(&file.contents).into_owned();
    let pages: Vec<(&str, String)> = pages
        .iter()
        .filter(|file| file.path.ends_with(".html"))
        .map(|file| (file.path.as_str(), html(file)))
        .collect();
    let name = name.strip_prefix("figure-").unwrap_or(name);
    let found = pages.iter().find_map(|(path, html)| drawing::of_page(path, html, name));
    found.ok_or_else(|| {
        let names: BTreeSet<&str> =
            pages.iter().flat_map(|(_, html)| drawing::names(html)).collect();
        let listed: Vec<&str> = names.iter().copied().collect();
        let problem = Problem::new(format!("`{}` has no drawing `{name}`", results.id));
        let problem = match listed.len() {
            0..=MOST_LISTED => problem.expected(format!("one of {}", listed.join(", "))),
            _ => problem.expected("the id of a figure of its pages, without `figure-`"),
        };
        problem.near(name, names)
    })
}

/// What is wrong with what is asked of an experiment, as far as that can be said before it has run.
pub fn unanswerable(spec: &Spec, wanted: &Wanted) -> Option<Problem> {
    match wanted {
        Wanted::Value(name) => Figures::before(spec).value(name).err(),
        Wanted::Interval(name) => Figures::before(spec).interval(name).err(),
        Wanted::Drawing(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let ids = BTreeSet::from(["baseline".to_owned()]);
        let models = ["ridge".to_owned()];
        let scope = Scope { own: "small", models: &models, ids: &ids };
        let survey = survey(text, "small/", "notes", scope);
        let told =
            |mistake: &Mistake| format!("{:?}: {}", &text[mistake.at.clone()], mistake.problem);
        survey.mistakes.iter().chain(&survey.warnings).map(told).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn links_and_images_are_found_with_where_they_lead() {
        let ids = BTreeSet::new();
        let scope = Scope { own: "small", models: &[], ids: &ids };
        let text = "# A {#a}\n[own](#a) [page](#when) [other](../baseline/#why) <a@example.org> \
                    [r]\n![x](plots/a.png)\n\n[r]: ../data/tiny/ \"t\"";
        let survey = survey(text, "small/", "notes", scope);
        assert!(survey.mistakes.is_empty() && survey.warnings.is_empty(), "{survey:?}");
        let links: Vec<(&str, &str)> =
            survey.links.iter().map(|link| (&*link.path, &*link.anchor)).collect();
        assert_eq!(
            links,
            [
                ("small/index.html", "when"),
                ("baseline/index.html", "why"),
                ("data/tiny/index.html", "")
            ]
        );
        assert_eq!(&text[survey.links[1].at.clone()], "../baseline/#why");
        assert_eq!(survey.images[0].0, "plots/a.png");
    }

    #[test]
    fn what_cannot_be_is_told_with_the_words_at_fault() {
        let all = [
            "[a](javascript:x) [b](//example.org) [c](/baseline/) [d](../../x)",
            "![a](https://example.org/a.png) ![b](a.svg) ![c](../a.png) ![](a.png)",
            "{{ basline.ridge.oos_r2 x }} and {{ figure baseline squared-error }}",
            "{{ figure basline squared-error }}",
            "{{ }}",
        ];
        insta::assert_snapshot!(all.map(told).join("\n\n"));
    }

    #[test]
    fn an_image_is_what_its_name_says() {
        assert!(is_image_file("a.png", b"\x89PNG\r\n\x1a\n..."));
        assert!(!is_image_file("a.png", b"<svg onload=x>"));
        assert!(!is_image_file("a.jpg", b"<html>"));
        assert_eq!(image_path("small/", "a/b.png"), "small/images/a/b.png");
    }
}
