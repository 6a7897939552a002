//! Search over everything that the pages say: their titles, the findings of their sections, and the
//! words that the methods define. What is found is read off the finished pages, so that a page says
//! it once.
//!
//! `search/index.html` lists it, for readers without a script; `search/index.js` holds it for the
//! script, as a page opened from a file may load nothing else.

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::report::site::kit::file::{File, Options, file, shell};
use crate::report::site::kit::summary::{Entry, Kind, Summary};
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::Shell;

/// The page, from the root of the site.
const FOLDER: &str = "search/";
/// Experiments beyond which their sections are not searched: what the page loads must stay small.
const MOST_WITH_SECTIONS: usize = 200;
/// Experiments beyond which the page without a script leads to the lists of the front page.
const MOST_LISTED: usize = 100;
/// Letters of a text that are shown and searched.
const MOST_LETTERS: usize = 160;

/// What `search.html` sees.
#[derive(Debug, Serialize)]
struct Page<'a> {
    shell: Shell,
    experiments: Vec<&'a Entry>,
    /// Whether there are more experiments than are listed.
    more: bool,
    pages: Vec<&'a Entry>,
    words: Vec<&'a Entry>,
}

/// The page and what it loads; `others` are the files of the site that belong to no experiment.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn files<'f>(
    experiments: &[Summary],
    others: impl Iterator<Item = &'f File>,
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let with_sections = experiments.len() <= MOST_WITH_SECTIONS;
    let of_experiments: Vec<&Entry> = experiments
        .iter()
        .flat_map(|each| &each.found)
        .filter(|entry| with_sections || entry.kind == Kind::Page)
        .collect();
    // The front page and the lists of experiments hold nothing of their own.
    let is_list = |path: &str| path == "index.html" || path.starts_with("all/");
    let others: Vec<Entry> = others.filter(|file| !is_list(&file.path)).flat_map(entries).collect();
    // The page of an experiment itself, not those of its parts.
    let is_first = |entry: &Entry| entry.kind == Kind::Page && entry.href.matches('/').count() == 1;
    let listed: Vec<&Entry> =
        of_experiments.iter().copied().filter(|entry| is_first(entry)).collect();
    let of = |kind: Kind| others.iter().filter(|entry| entry.kind == kind).collect();
    let description = "Experiments, their findings, and the words they use.";
    let page = Page {
        shell: shell(options, "Search", FOLDER, description),
        more: listed.len() > MOST_LISTED,
        experiments: listed.into_iter().take(MOST_LISTED).collect(),
        pages: of(Kind::Page),
        words: of(Kind::Word),
    };
    let all: Vec<&Entry> = of_experiments.iter().copied().chain(&others).collect();
    let contents = templates.page("search.html", &page)?;
    Ok(vec![
        File { path: format!("{FOLDER}index.html"), contents },
        file(&format!("{FOLDER}index.js"), &script(&all)),
    ])
}

/// Address, title, text and parts of every page, a line each.
fn script(entries: &[&Entry]) -> String {
    let pages = entries.chunk_by(|_, next| next.kind != Kind::Page).map(|page| {
        let [first, parts @ ..] = page else { return String::new() };
        let anchor = |part: &&Entry| part.href.split('#').nth(1).unwrap_or_default().to_owned();
        let parts: Vec<_> =
            parts.iter().map(|part| (anchor(part), &part.title, &part.text)).collect();
        serde_json::json!([first.href, first.title, first.text, parts]).to_string()
    });
    format!("window.dfaSearch=[\n{}\n];\n", pages.collect::<Vec<_>>().join(",\n"))
}

/// What is to be found on a page; nothing in a file that is no page of the site.
pub(crate) fn entries(file: &File) -> Vec<Entry> {
    let html = match std::str::from_utf8(&file.contents) {
        Ok(html) if file.path.ends_with("index.html") => html,
        _ => return Vec::new(),
    };
    let Some((heading, _)) = element(html, "h1") else { return Vec::new() };
    let title = words(heading.split("<span class=\"badge").next().unwrap_or_default());
    let description = "<meta name=\"description\" content=\"";
    let text = html.split_once(description).and_then(|(_, rest)| rest.split_once('"'));
    let page = Entry {
        kind: Kind::Page,
        href: file.path.clone(),
        title,
        text: text.map(|(text, _)| words(text)).unwrap_or_default(),
    };
    let at = |kind: Kind, id: &str, title: &str, text: &str| Entry {
        kind,
        href: format!("{}#{id}", file.path),
        title: words(title),
        text: words(text),
    };
    let mut found = vec![page];
    let notes = notes(html);
    found.extend(notes.iter().map(|(id, title, text)| at(Kind::Section, id, title, text)));
    for part in html.split("<section ").skip(1) {
        let (Some(id), Some((heading, rest))) = (attribute(part, "id"), element(part, "h2")) else {
            continue;
        };
        let lead =
            rest.split_once("<p class=\"lead\">").and_then(|(_, rest)| rest.split_once("</p>"));
        let text = lead.or_else(|| element(rest, "p")).map_or("", |(inner, _)| inner);
        found.push(at(Kind::Section, id, heading, text));
    }
    // Prose has its anchors on the headings.
    let is_prose = html.contains("class=\"prose methods\"");
    for part in html.split("<h2 ").skip(1).filter(|_| is_prose) {
        let Some(id) = attribute(part, "id") else { continue };
        let Some((heading, rest)) =
            part.split_once('>').and_then(|(_, rest)| rest.split_once("</h2>"))
        else {
            continue;
        };
        let text = element(rest, "p").map_or("", |(inner, _)| inner);
        found.push(at(Kind::Section, id, heading, text));
        if id != "glossary" {
            continue;
        }
        for item in rest.split("<li").skip(1) {
            let item = item.split("</li>").next().unwrap_or_default();
            let own = item.split('>').next().and_then(|tag| attribute(tag, "id"));
            let Some((term, rest)) = element(item, "strong") else { continue };
            let text = rest.trim_start_matches([':', ',', ' ']);
            found.push(at(Kind::Word, own.unwrap_or(id), term, text));
        }
    }
    found
}

/// Anchor, heading and text of each part of the notes on an experiment's page.
fn notes(html: &str) -> Vec<(&str, &str, &str)> {
    const ANCHOR: &str = "question";
    let Some((_, rest)) = html.split_once("<div class=\"prose notes\">") else { return Vec::new() };
    let ends = ["<div class=\"tests\">", "</details>"].into_iter().filter_map(|end| rest.find(end));
    let text = &rest[..ends.min().unwrap_or(rest.len())];
    let is_heading = |at: &usize| text.as_bytes().get(at + 2).is_some_and(u8::is_ascii_digit);
    let headings = text.match_indices("<h").map(|(at, _)| at).filter(is_heading);
    let starts: Vec<usize> = [0].into_iter().chain(headings).chain([text.len()]).collect();
    let parts = starts.windows(2).map(|ends| &text[ends[0]..ends[1]]);
    let named = parts.map(|part| {
        let headed = part.starts_with("<h").then(|| element(part, &part[1..3])).flatten();
        let (title, text) = headed.unwrap_or(("Notes", part));
        (attribute(part, "id").filter(|_| headed.is_some()).unwrap_or(ANCHOR), title, text)
    });
    named.filter(|(_, title, text)| *title != "Notes" || !words(text).is_empty()).collect()
}

/// What the first element of a name holds, and what comes after it.
fn element<'h>(html: &'h str, name: &str) -> Option<(&'h str, &'h str)> {
    let tag = format!("<{name}");
    let starts = html.match_indices(&tag).map(|(at, _)| &html[at + tag.len()..]);
    let mut own = starts.filter(|rest| rest.starts_with(['>', ' ']));
    let (_, inner) = own.next()?.split_once('>')?;
    inner.split_once(&format!("</{name}>"))
}

/// An attribute of the tag that `tag` begins with.
fn attribute<'h>(tag: &'h str, name: &str) -> Option<&'h str> {
    let tag = tag.split('>').next()?;
    let (_, value) = tag.split_once(&format!("{name}=\""))?;
    value.split('"').next()
}

/// Markup as plain text, cut where it gets long. What is set in small letters is an aside, and
/// formulas cannot be told in a line.
fn words(markup: &str) -> String {
    let mut parts = markup.split('<');
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut inside = "";
    for part in parts {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        match tag.split(' ').next().unwrap_or_default() {
            name @ ("math" | "svg") => inside = name,
            "small" | "br" | "li" | "p" | "/small" => text.push(' '),
            name if !inside.is_empty() && name.strip_prefix('/') == Some(inside) => {
                inside = "";
                text.push('…');
            }
            _ => {}
        }
        if inside.is_empty() {
            text.push_str(after);
        }
    }
    let plain = ["&lt;", "&gt;", "&quot;", "&#x27;", "&#39;", "&#x2F;", "&nbsp;", "&amp;"];
    let letters = ["<", ">", "\"", "'", "'", "/", "\u{a0}", "&"];
    for (named, letter) in plain.into_iter().zip(letters) {
        text = text.replace(named, letter);
    }
    let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST_LETTERS {
        return text;
    }
    let cut: String = text.chars().take(MOST_LETTERS).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_title_its_findings_and_its_words() {
        let html = "<meta name=\"description\" content=\"What &amp; why.\"><h1>A &lt;b&gt; <small>x</small> <span class=\"badge\">y</span></h1>\
            <section id=\"verdict\" class=\"answer\"><h2 id=\"v\">No <em>signal</em></h2><path d=\"\"/><p class=\"lead\">It is <a href=\"#\">R²</a> 0.</p></section>\
            <section class=\"none\"><p>nothing</p></section>";
        let page = file("a/index.html", html);
        let told: Vec<_> = entries(&page)
            .into_iter()
            .map(|entry| [entry.href, entry.title, entry.text].join("|"))
            .collect();
        assert_eq!(
            told,
            ["a/index.html|A <b> x|What & why.", "a/index.html#verdict|No signal|It is R² 0."]
        );
        assert!(entries(&file("a/results.json", html)).is_empty());
        assert!(entries(&file("b/index.html", "<p>no title</p>")).is_empty());
    }

    #[test]
    fn the_notes_on_an_experiment_are_found_by_their_headings() {
        let html = "<h1>A</h1><section id=\"verdict\"><h2>No</h2><p>Nothing.</p><details id=\"question\">\
            <div class=\"prose\"><p>Why?</p></div><div class=\"prose notes\"><p>Seen <em>twice</em>.</p>\
            <h4 id=\"notes.later\">Later</h4><ul><li>To try</li></ul><h4>Last</h4><p>End.</p></div>\
            <div class=\"tests\"><p>One criterion.</p></div></details></section>";
        let told: Vec<_> = entries(&file("a/index.html", html))
            .into_iter()
            .map(|entry| [entry.href, entry.title, entry.text].join("|"))
            .collect();
        assert_eq!(
            told[1..4],
            [
                "a/index.html#question|Notes|Seen twice.",
                "a/index.html#notes.later|Later|To try",
                "a/index.html#question|Last|End.",
            ]
        );
        assert_eq!(told.len(), 5, "and the answer: {told:?}");
    }

    #[test]
    fn the_words_of_the_methods_are_found_where_they_stand() {
        let html = "<h1>Methods</h1><div class=\"prose methods\"><h2 id=\"time\">Time</h2><p>Let <math><mi>P</mi></math> be.</p>\
            <h2 id=\"glossary\">Words</h2><ul><li><strong>Sharpe</strong>: a ratio.</li><li id=\"w\"><strong>p</strong>: a chance.</li></ul></div>";
        let told: Vec<_> = entries(&file("methods/index.html", html))
            .into_iter()
            .map(|entry| (entry.kind, entry.href, entry.title, entry.text))
            .collect();
        let at = |anchor: &str| format!("methods/index.html{anchor}");
        let told: Vec<_> =
            told.iter().map(|(k, h, t, x)| (*k, h.as_str(), t.as_str(), x.as_str())).collect();
        assert_eq!(
            told,
            [
                (Kind::Page, at("").as_str(), "Methods", ""),
                (Kind::Section, at("#time").as_str(), "Time", "Let … be."),
                (Kind::Section, at("#glossary").as_str(), "Words", ""),
                (Kind::Word, at("#glossary").as_str(), "Sharpe", "a ratio."),
                (Kind::Word, at("#w").as_str(), "p", "a chance."),
            ]
        );
    }

    #[test]
    fn long_texts_end_at_a_word() {
        let text = words(&"word ".repeat(100));
        assert!(text.chars().count() <= MOST_LETTERS && text.ends_with("word…"), "{text}");
        assert_eq!(words("1 > 0 &amp;lt;"), "1 > 0 &lt;");
    }
}
