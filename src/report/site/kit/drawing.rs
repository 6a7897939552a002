//! A drawing of one page on another: taken out of the page, with ids of its own where it is shown.

use super::marker::Answer;
use crate::report::chart::escape;

/// The ids of the figures of a page, without `figure-`.
pub(crate) fn names(html: &str) -> impl Iterator<Item = &str> {
    let starts = html.match_indices(OPENING);
    starts.filter_map(|(at, _)| html[at + OPENING.len()..].split_once('"').map(|(name, _)| name))
}

const OPENING: &str = "<figure id=\"figure-";
/// How a term begins that a page explains.
const TERM: &str = "<button type=\"button\" class=\"term\"";

/// The figure `figure-{name}` of a page, which is at a path of the site.
pub(crate) fn of_page(page: &str, html: &str, name: &str) -> Option<Answer> {
    let (_, rest) = html.split_once(&format!("{OPENING}{name}\""))?;
    let (_, rest) = rest.split_once('>')?;
    let (figure, _) = rest.split_once("</figure>")?;
    let (title, inside) = match figure.split_once("<p class=\"figure-title\">") {
        Some((before, rest)) => {
            let (title, after) = rest.split_once("</p>")?;
            (title, format!("{before}{after}"))
        }
        None => ("", figure.to_owned()),
    };
    Some(Answer::Drawing {
        page: page.to_owned(),
        title: title.to_owned(),
        html: without_terms(&without_files(&whole(html, inside))),
    })
}

/// A figure with all that it draws by reference to another of its page.
fn whole(page: &str, mut figure: String) -> String {
    let mut from = 0;
    while let Some(at) = figure[from..].find("<use href=\"#").map(|at| from + at) {
        from = at + 1;
        let rest = &figure[at..];
        let Some((id, end)) = rest[12..].split_once('"').map(|(id, _)| id).zip(rest.find("/>"))
        else {
            break;
        };
        if figure.contains(&format!(" id=\"{id}\"")) {
            continue;
        }
        let group = format!("<g id=\"{id}\"");
        let drawn = page.split_once(&group).and_then(|(_, rest)| group_of(rest));
        let drawn = drawn.map(|drawn| format!("<g{drawn}")).unwrap_or_default();
        figure.replace_range(at..at + end + 2, &drawn);
    }
    figure
}

/// The rest of a group up to its end, which may hold others.
fn group_of(rest: &str) -> Option<&str> {
    let mut depth = 1;
    let mut at = 0;
    while depth > 0 {
        let close = at + rest[at..].find("</g>")?;
        depth += rest[at..close].matches("<g>").count() + rest[at..close].matches("<g ").count();
        depth -= 1;
        at = close + "</g>".len();
    }
    Some(&rest[..at])
}

/// Without the link to the file behind the figure, which is beside its own page.
fn without_files(figure: &str) -> String {
    match figure.split_once("<a class=\"file\"") {
        Some((before, rest)) => {
            let after = rest.split_once("</a>").map_or("", |(_, after)| after);
            format!("{}{after}", before.trim_end())
        }
        None => figure.to_owned(),
    }
}

/// With the words alone of terms that its own page explains: the page that quotes it explains its own.
fn without_terms(figure: &str) -> String {
    let mut parts = figure.split(TERM);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, inside) = part.split_once('>').unwrap_or_default();
        let (word, after) = inside.split_once("</button>").unwrap_or((inside, ""));
        plain.push_str(word);
        plain.push_str(after);
    }
    plain
}

/// The figure where it is quoted, under a name that no other of the page has; `place` is where it is
/// from.
pub(super) fn quoted(name: &str, title: &str, html: &str, place: &str) -> String {
    let prefix = format!("quoted-{name}-");
    let html = renamed(html, &prefix);
    let link = format!(" <a href=\"{}\">Where it is from</a>", escape(place));
    let html = match html.rsplit_once("</figcaption>") {
        Some((before, after)) => format!("{before}{link}</figcaption>{after}"),
        None => format!("{html}<figcaption>{link}</figcaption>"),
    };
    format!(
        "<figure id=\"quoted-{name}\" class=\"quoted\">\n<p class=\"figure-title\">{title}</p>{html}</figure>\n"
    )
}

/// HTML with all its ids, and what refers to them, behind a prefix.
fn renamed(html: &str, prefix: &str) -> String {
    let html = html.replace(" id=\"", &format!(" id=\"{prefix}"));
    let html = html.replace("href=\"#", &format!("href=\"#{prefix}"));
    let html = html.replace("url(#", &format!("url(#{prefix}"));
    let mut parts = html.split(" aria-labelledby=\"");
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (ids, rest) = part.split_once('"').unwrap_or((part, ""));
        let ids: Vec<String> = ids.split(' ').map(|id| format!("{prefix}{id}")).collect();
        renamed.push_str(&format!(" aria-labelledby=\"{}\"{rest}", ids.join(" ")));
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<svg><g id=\"line-0\" class=\"chart\"><g>a</g>b</g></svg>\
        <figure id=\"figure-x\">\n<p class=\"figure-title\">Title</p><div><svg \
        aria-labelledby=\"x-t x-d\"><title id=\"x-t\">T</title><use href=\"#line-0\"/></svg></div>\
        <figcaption><button type=\"button\" class=\"term\" \
        popovertarget=\"term-seen\">Seen</button>. <a class=\"file\" href=\"x.csv\">Data: x</a></figcaption></figure>";

    #[test]
    fn a_figure_is_whole_without_its_page_and_has_ids_of_its_own() {
        assert_eq!(names(PAGE).collect::<Vec<_>>(), ["x"]);
        assert_eq!(of_page("a/index.html", PAGE, "y"), None);
        let Some(Answer::Drawing { page, title, html }) = of_page("a/index.html", PAGE, "x") else {
            panic!("no drawing")
        };
        let quoted = quoted("notes-1", &title, &html, &format!("../{page}#figure-x"));
        assert_eq!(
            quoted,
            "<figure id=\"quoted-notes-1\" class=\"quoted\">\n<p class=\"figure-title\">Title</p>\n\
             <div><svg aria-labelledby=\"quoted-notes-1-x-t quoted-notes-1-x-d\"><title \
             id=\"quoted-notes-1-x-t\">T</title><g class=\"chart\"><g>a</g>b</g></svg></div>\
             <figcaption>Seen. <a href=\"../a/index.html#figure-x\">Where it is from</a>\
             </figcaption></figure>\n"
        );
    }
}
