//! Markdown to HTML: raw HTML shown as text, formulas as MathML, nothing active, nothing loaded.

use std::collections::BTreeSet;

use indexmap::IndexSet;
use math_core::{LatexToMathML, MathDisplay};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::figures::slug;
use crate::report::chart::escape;

/// HTML of a Markdown text whose top headings become `<h{top}>`.
///
/// `$...$` and `$$...$$` become MathML; a formula that does not parse is shown as marked code with
/// the reason. Straight quotes become curly ones, as everywhere in a report. Raw HTML is text. An
/// image becomes a link, so that a page makes no request to another host; a link with a scheme
/// other than http, https or mailto loses its target. Of a heading's attributes only the id stays;
/// ids begin with `place`, the name of the text on its page, so that they meet no other of the page.
pub(crate) fn to_html(text: &str, top: usize, place: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_MATH;
    let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let mut anchors = Anchors::of(&events, place);
    let math = LatexToMathML::default();
    let events = events.into_iter().map(|event| transform(event, &math, &mut anchors, top));
    let mut output = String::with_capacity(text.len() * 2);
    html::push_html(&mut output, events);
    aligned(output)
}

fn transform<'a>(
    event: Event<'a>,
    math: &LatexToMathML,
    anchors: &mut Anchors<'_>,
    top: usize,
) -> Event<'a> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::InlineMath(source) => formula(math, &source, MathDisplay::Inline),
        Event::DisplayMath(source) => formula(math, &source, MathDisplay::Block),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: anchors.target(dest_url), title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: anchors.target(dest_url), title, id })
        }
        Event::Start(Tag::Heading { level, id, .. }) => {
            let (level, id) = (shifted(level, top), id.and_then(|id| anchors.first(&id)));
            let id = id.map(CowStr::from);
            Event::Start(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(shifted(level, top))),
        Event::Start(Tag::FootnoteDefinition(name)) => {
            Event::Start(Tag::FootnoteDefinition(anchors.definition(&name).into()))
        }
        Event::FootnoteReference(name) => Event::FootnoteReference(anchors.note(&name).into()),
        other => other,
    }
}

/// Ids of every page's frame, for the text that is a page of its own.
const FRAME: [&str; 2] = ["content", "theme"];

/// The ids of a text's headings and footnotes.
struct Anchors<'a> {
    place: &'a str,
    /// Of the headings, as the page has them.
    headings: BTreeSet<String>,
    /// Those that are given away, of headings and of footnotes.
    used: BTreeSet<String>,
    /// Footnotes by their names in the text; the page has their numbers.
    notes: IndexSet<String>,
}

impl<'a> Anchors<'a> {
    fn of(events: &[Event<'_>], place: &'a str) -> Self {
        let (used, notes) = (FRAME.map(str::to_owned).into(), IndexSet::new());
        let mut anchors = Self { place, headings: BTreeSet::new(), used, notes };
        for event in events {
            if let Event::Start(Tag::Heading { id: Some(id), .. }) = event {
                anchors.headings.extend(anchors.id(id));
            }
        }
        anchors
    }

    /// An id of the text as the page has it; `None` if no letter or digit is in it. No other id of
    /// a page has a full stop.
    fn id(&self, id: &str) -> Option<String> {
        let id = Some(slug(id)).filter(|id| !id.is_empty())?;
        Some(if self.place.is_empty() { id } else { format!("{}.{id}", self.place) })
    }

    /// The id of a heading, unless an earlier one has it.
    fn first(&mut self, id: &str) -> Option<String> {
        self.id(id).filter(|id| self.used.insert(id.clone()))
    }

    fn note(&mut self, name: &str) -> String {
        let (number, _) = self.notes.insert_full(name.to_owned());
        format!("{}.note-{}", self.place, number + 1)
    }

    /// The id of a footnote's text; a second text of one name is a footnote of its own.
    fn definition(&mut self, name: &str) -> String {
        let note = self.note(name);
        if self.used.insert(note.clone()) {
            return note;
        }
        let another = format!("{name}\n{}", self.notes.len());
        self.note(&another)
    }

    /// Where a link may lead: to a heading of the text, or else to what [`is_harmless`].
    fn target<'t>(&self, target: CowStr<'t>) -> CowStr<'t> {
        let own = target.strip_prefix('#').and_then(|id| self.id(id));
        match own.filter(|id| self.headings.contains(id)) {
            Some(id) => format!("#{id}").into(),
            None if is_harmless(&target) => target,
            None => "#".into(),
        }
    }
}

/// Most signs of a formula that begin a command, a group or a script. Its parser takes some of the
/// stack for each that is within another, and knows no limit.
const MOST_SIGNS: usize = 300;

fn formula(math: &LatexToMathML, source: &str, display: MathDisplay) -> Event<'static> {
    let signs = source.bytes().filter(|byte| b"\\{^_".contains(byte)).count();
    let converted = if signs > MOST_SIGNS {
        Err(format!("it has more than {MOST_SIGNS} commands, braces and scripts"))
    } else {
        math.convert_with_local_state(source, display).map_err(|error| error.error_message())
    };
    let html = match converted {
        Ok(result) if display == MathDisplay::Block => {
            format!("<span class=\"formula\">{}</span>", passive(&result.mathml))
        }
        Ok(result) => passive(&result.mathml),
        Err(why) => format!(
            "<code class=\"math-error\" title=\"{}\">{}</code>",
            escape(&why),
            escape(source)
        ),
    };
    Event::InlineHtml(html.into())
}

/// MathML without ids and links, which its labels have, and without inline styles, which the page's
/// policy forbids; sizes, colours and alignment have other words. Quotes in texts are escaped, so
/// that only a tag has what is looked for.
fn passive(mathml: &str) -> String {
    let attributes = [" style=\"", " id=\"", " href=\""];
    let mut kept = String::with_capacity(mathml.len());
    let mut rest = mathml;
    let next = |text: &str| attributes.iter().filter_map(|a| Some((text.find(a)?, a.len()))).min();
    while let Some((at, length)) = next(rest) {
        let (before, found) = rest.split_at(at);
        let (opening, value) = found.split_at(length);
        let (value, after) = value.split_once('"').unwrap_or((value, ""));
        kept.push_str(before);
        if opening == attributes[0] {
            kept.extend(value.split(';').map(restyled));
        }
        rest = after;
    }
    kept + rest
}

/// A declaration of a formula's inline style as an attribute, where there is one.
fn restyled(declaration: &str) -> String {
    match declaration.split_once(':').map(|(property, value)| (property.trim(), value.trim())) {
        Some(("color", value)) => format!(" mathcolor=\"{value}\""),
        Some(("font-size", value)) => format!(" mathsize=\"{value}\""),
        Some(("text-align", value)) => format!(" class=\"{value}\""),
        _ => String::new(),
    }
}

/// Tables with classes for their alignment instead of inline styles. Text has no `<`, so that only
/// tags are met.
fn aligned(html: String) -> String {
    ["left", "center", "right"].iter().fold(html, |html, side| {
        ["td", "th"].iter().fold(html, |html, cell| {
            let styled = format!("<{cell} style=\"text-align: {side}\">");
            html.replace(&styled, &format!("<{cell} class=\"{side}\">"))
        })
    })
}

fn shifted(level: HeadingLevel, top: usize) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + top - 1).unwrap_or(HeadingLevel::H6)
}

/// Whether a link may lead there: a relative address, or one of a harmless scheme.
fn is_harmless(target: &str) -> bool {
    let scheme = target
        .split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| !scheme.contains(['/', '?', '#']));
    let scheme = scheme.map(str::to_ascii_lowercase);
    scheme.is_none_or(|scheme| ["http", "https", "mailto"].contains(&&*scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_shown_not_obeyed() {
        for text in ["<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b"] {
            let html = to_html(text, 3, "notes");
            assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
            assert!(html.contains("&lt;"), "{html}");
        }
    }

    #[test]
    fn formulas_become_mathml() {
        let html = to_html("Here $\\alpha_{\\max}$ and\n\n$$\\frac{1}{2m}\\|y\\|^2$$", 3, "notes");
        assert_eq!(html.matches("<math").count(), 2, "{html}");
        assert!(html.contains("class=\"formula\""), "{html}");
    }

    #[test]
    fn a_broken_formula_stays_readable() {
        let html = to_html("$\\nosuchcommand<b$", 3, "notes");
        assert!(html.contains("<code class=\"math-error\""), "{html}");
        assert!(html.contains("\\nosuchcommand&lt;b</code>"), "{html}");
    }

    #[test]
    fn nothing_is_loaded_and_no_link_runs_script() {
        let html =
            to_html("![a](https://example.org/a.png) [b](JavaScript:alert(1)) [c](#x)", 3, "notes");
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.to_lowercase().contains("javascript"), "{html}");
        assert!(html.contains("href=\"#x\""), "{html}");
    }

    #[test]
    fn headings_fit_under_the_page_s_own() {
        assert_eq!(to_html("# A {#a}", 3, ""), "<h3 id=\"a\">A</h3>\n");
        assert_eq!(to_html("##### A", 3, "notes"), "<h6>A</h6>\n");
    }

    #[test]
    fn of_a_heading_s_attributes_only_the_id_stays_once_and_for_its_text() {
        for (text, expected) in [
            ("# A {#a .b autofocus onfocus=alert(1)}", "<h3 id=\"notes.a\">A</h3>\n"),
            ("# A {style=position:fixed}", "<h3>A</h3>\n"),
            ("# A {#x\"onclick=y}", "<h3 id=\"notes.x-onclick-y\">A</h3>\n"),
            ("# A {#a}\n# B {#a}", "<h3 id=\"notes.a\">A</h3>\n<h3>B</h3>\n"),
            (
                "# A {#a}\n[to](#a) [page](#when)",
                "<h3 id=\"notes.a\">A</h3>\n<p><a href=\"#notes.a\">to</a> <a \
                 href=\"#when\">page</a></p>\n",
            ),
        ] {
            assert_eq!(to_html(text, 3, "notes"), expected, "{text}");
        }
    }

    #[test]
    fn footnotes_are_numbered_within_their_text() {
        let html = to_html("A[^theme] b[^2]\n\n[^theme]: x\n\n[^2]: y\n\n[^2]: z", 3, "notes");
        assert_eq!(html.matches(" id=\"notes.note-1\"").count(), 1, "{html}");
        assert_eq!(html.matches(" id=\"notes.note-2\"").count(), 1, "{html}");
        assert!(html.contains("href=\"#notes.note-1\"") && !html.contains("theme"), "{html}");
    }

    #[test]
    fn no_style_is_inline() {
        for (text, expected) in [
            ("|a|\n|-:|\n|b|", "<td class=\"right\">b</td>"),
            ("$\\color{red}x$", " mathcolor=\"#"),
            ("$\\text{\\large x}$", ">x<"),
            ("$$\\begin{aligned}a&=b\\end{aligned}$$", "<mtd class=\"right\">"),
            (
                "$$\\begin{equation}a\\label{theme}\\tag{1}\\end{equation}$$",
                "<mtd class=\"right\">",
            ),
            ("$\\eqref{theme}$", "<a>"),
        ] {
            let html = to_html(text, 3, "notes");
            assert!(html.contains(expected), "{expected} in {html}");
            assert!(!html.contains(" style=") && !html.contains("theme"), "{html}");
        }
    }
}
