//! Markdown to HTML: raw HTML shown as text, formulas as MathML, nothing active, nothing loaded but
//! the images beside a text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use math_core::LatexToMathML;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};

use super::anchors::Anchors;
use super::drawing;
use super::formula::formula;
use super::marker::{Answer, Answers, Asked, Marker, Piece, Scope, pieces};
use super::target::{is_image, page_link};
use crate::report::chart::escape;

/// A text on its page.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    /// Rank of its top headings on the page.
    pub top: usize,
    /// Its name on the page, with which its ids begin; empty where the page is the text's.
    pub place: &'a str,
    /// From the page to the site's root.
    pub root: &'a str,
    /// Whose figures it may name; `None` of a text that names none.
    pub scope: Option<Scope<'a>>,
    pub answers: &'a Answers,
    /// The images beside it, by the addresses that it gives them.
    pub images: &'a BTreeSet<String>,
}

/// The folder beside a page in which the images of its texts are.
pub(crate) const IMAGES: &str = "images";

static NO_ANSWERS: Answers = Answers::new();
static NO_IMAGES: BTreeSet<String> = BTreeSet::new();

/// HTML of a Markdown text of the program or of a template, whose top headings become `<h{top}>`.
pub(crate) fn to_html(text: &str, top: usize, place: &str) -> String {
    let (answers, images) = (&NO_ANSWERS, &NO_IMAGES);
    Text { top, place, root: "", scope: None, answers, images }.html(text)
}

/// What Markdown makes of a text, with the bytes of each part.
pub(crate) fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_MATH;
    Parser::new_ext(text, options).into_offset_iter()
}

impl Text<'_> {
    /// HTML of a Markdown text.
    ///
    /// `$...$` and `$$...$$` become MathML; a formula that does not parse is shown as marked code with
    /// the reason. Straight quotes become curly ones, as everywhere in a report. Raw HTML is text.
    /// Footnotes stand at the end, in the order in which they are referred to. An image becomes a link
    /// unless it is one of those beside the text, so that a page makes no request to another host; a
    /// link with a scheme other than http, https or mailto loses its target, and one to a folder leads
    /// to the page in it. Of a heading's attributes only the id stays.
    pub(crate) fn html(self, text: &str) -> String {
        let pieces = pieces(text, events(text));
        let plain = || pieces.iter().filter_map(|(piece, _)| event_of(piece));
        let mut writer = Writer {
            text: self,
            math: LatexToMathML::default(),
            anchors: Anchors::of(plain(), self.place),
            drawings: 0,
        };
        let (body, mut notes) = apart(pieces);
        let mut html = writer.html(body);
        html.push_str(&writer.notes(&mut notes));
        html
    }
}

/// The headings of a rank of a text that is a page of its own: anchor and words.
pub(crate) fn contents(text: &str, rank: usize) -> Vec<(String, String)> {
    let events: Vec<Event<'_>> = events(text).map(|(event, _)| event).collect();
    Anchors::of(events.iter(), "").contents(rank)
}

/// The rank of the highest heading of a text; 1 of a text without any.
pub(crate) fn highest(text: &str) -> usize {
    let ranks = events(text).filter_map(|(event, _)| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(level as usize),
        _ => None,
    });
    ranks.min().unwrap_or(1)
}

fn event_of<'p, 'a>(piece: &'p Piece<'a>) -> Option<&'p Event<'a>> {
    match piece {
        Piece::Event(event) => Some(event),
        Piece::Marker(_) => None,
    }
}

/// Footnotes by their names.
type Notes<'a> = BTreeMap<String, Vec<Piece<'a>>>;

/// The text without its footnotes, and these, the first of a name alone.
fn apart<'a>(pieces: Vec<(Piece<'a>, Range<usize>)>) -> (Vec<Piece<'a>>, Notes<'a>) {
    let (mut body, mut notes) = (Vec::new(), Notes::new());
    let mut open: Vec<(String, Vec<Piece<'a>>)> = Vec::new();
    for (piece, _) in pieces {
        match piece {
            Piece::Event(Event::Start(Tag::FootnoteDefinition(name))) => {
                open.push((name.to_string(), Vec::new()));
            }
            Piece::Event(Event::End(TagEnd::FootnoteDefinition)) => {
                if let Some((name, note)) = open.pop() {
                    notes.entry(name).or_insert(note);
                }
            }
            piece => open.last_mut().map_or(&mut body, |(_, note)| note).push(piece),
        }
    }
    (body, notes)
}

/// Writes one text.
struct Writer<'a> {
    text: Text<'a>,
    math: LatexToMathML,
    anchors: Anchors<'a>,
    /// Drawings so far.
    drawings: usize,
}

impl Writer<'_> {
    fn html(&mut self, pieces: Vec<Piece<'_>>) -> String {
        let mut events = Vec::with_capacity(pieces.len());
        let mut pieces = pieces.into_iter().peekable();
        // The words of an image that is shown are an attribute of it.
        let mut images: Vec<Option<(String, String)>> = Vec::new();
        while let Some(piece) = pieces.next() {
            let is_drawing = |piece: Option<&Piece<'_>>| matches!(piece, Some(Piece::Marker(marker)) if self.is_drawing(marker));
            match piece {
                Piece::Marker(marker) => {
                    let shown = self.marker(&marker);
                    match images.last_mut() {
                        Some(Some((_, alt))) => alt.push_str(&marker.words.join(" ")),
                        _ => events.push(shown),
                    }
                }
                // A drawing is no part of a paragraph.
                Piece::Event(Event::Start(Tag::Paragraph)) if is_drawing(pieces.peek()) => {
                    if let Some(Piece::Marker(marker)) = pieces.next() {
                        events.push(self.marker(&marker));
                    }
                    pieces.next();
                }
                Piece::Event(Event::Start(Tag::Image { dest_url, title, .. })) => {
                    let is_shown = self.text.images.contains(&*dest_url) && images.is_empty();
                    if is_shown {
                        images.push(Some((image(&dest_url, &title), String::new())));
                    } else {
                        images.push(None);
                        events.push(self.link(&dest_url, title));
                    }
                }
                Piece::Event(Event::End(TagEnd::Image)) => match images.pop() {
                    Some(Some((opening, alt))) => {
                        let html = format!("{opening} alt=\"{}\">", escape(alt.trim()));
                        events.push(Event::InlineHtml(html.into()));
                    }
                    _ => events.push(Event::End(TagEnd::Link)),
                },
                Piece::Event(event) => match images.last_mut() {
                    Some(Some((_, alt))) => alt.push_str(said(&event)),
                    _ => self.event(event, &mut events),
                },
            }
        }
        let mut output = String::new();
        html::push_html(&mut output, events.into_iter());
        aligned(output)
    }

    fn event<'e>(&mut self, event: Event<'e>, events: &mut Vec<Event<'e>>) {
        let math_mode = match event {
            Event::InlineMath(_) => math_core::MathDisplay::Inline,
            _ => math_core::MathDisplay::Block,
        };
        let mut before = None;
        let event = match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::InlineMath(source) | Event::DisplayMath(source) => {
                formula(&self.math, &source, math_mode)
            }
            Event::Start(Tag::Link { dest_url, link_type: LinkType::Email, .. }) => {
                self.link(&format!("mailto:{dest_url}"), "".into())
            }
            Event::Start(Tag::Link { dest_url, title, .. }) => self.link(&dest_url, title),
            Event::Start(Tag::Heading { level, .. }) => {
                let (level, id) = (shifted(level, self.text.top), self.anchors.next_heading());
                let id = id.map(CowStr::from);
                Event::Start(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() })
            }
            Event::End(TagEnd::Heading(level)) => {
                Event::End(TagEnd::Heading(shifted(level, self.text.top)))
            }
            Event::FootnoteReference(name) => {
                let (note, reference, number) = self.anchors.reference(&name);
                let html = format!(
                    "<sup class=\"footnote-reference\" id=\"{reference}\"><a \
                     href=\"#{note}\">{number}</a></sup>"
                );
                Event::InlineHtml(html.into())
            }
            Event::Start(Tag::CodeBlock(kind)) => Event::Html(code(&kind).into()),
            Event::End(TagEnd::CodeBlock) => Event::Html("</code></pre></div>\n".into()),
            // A wide table moves by itself, not the page.
            Event::Start(Tag::Table(sides)) => {
                before = Some(Event::Html("<div class=\"scroll\" tabindex=\"0\">\n".into()));
                Event::Start(Tag::Table(sides))
            }
            Event::End(TagEnd::Table) => {
                before = Some(Event::End(TagEnd::Table));
                Event::Html("</div>\n".into())
            }
            other => other,
        };
        events.extend(before.into_iter().chain([event]));
    }

    fn link<'e>(&self, target: &str, title: CowStr<'e>) -> Event<'e> {
        let dest_url = self.anchors.target(target);
        let dest_url = if dest_url.starts_with('#') { dest_url } else { page_link(&dest_url) };
        let (link_type, id) = (LinkType::Inline, CowStr::Borrowed(""));
        Event::Start(Tag::Link { link_type, dest_url: dest_url.into(), title, id })
    }

    /// What a marker asks for, where its text may ask.
    fn asked(&self, marker: &Marker) -> Option<Asked> {
        self.text.scope.and_then(|scope| marker.asked(scope).ok())
    }

    fn is_drawing(&self, marker: &Marker) -> bool {
        let asked = self.asked(marker);
        let answer = asked.and_then(|asked| self.text.answers.get(&asked));
        marker.is_alone && matches!(answer, Some(Answer::Drawing { .. }))
    }

    /// What stands in the place of a marker: what it asks for, or else its own words.
    fn marker(&mut self, marker: &Marker) -> Event<'static> {
        let asked = self.asked(marker);
        match asked.and_then(|asked| self.text.answers.get(&asked)) {
            Some(Answer::Value(value)) => {
                let html = format!("<span class=\"value\">{}</span>", escape(value));
                Event::InlineHtml(html.into())
            }
            Some(Answer::Drawing { page, title, html }) if marker.is_alone => {
                self.drawings += 1;
                let name = format!("{}-{}", self.text.place, self.drawings);
                let name = name.trim_start_matches('-').to_owned();
                let id = marker.words.last().map_or("", String::as_str);
                let place = format!("{}{page}#figure-{id}", self.text.root);
                Event::Html(drawing::quoted(&name, title, html, &place).into())
            }
            _ => Event::Text(format!("{{{{ {} }}}}", marker.words.join(" ")).into()),
        }
    }

    /// The footnotes that are referred to, with ways back.
    fn notes(&mut self, notes: &mut Notes<'_>) -> String {
        let mut items = String::new();
        let mut number = 0;
        while let Some(name) = self.anchors.noted(number).map(str::to_owned) {
            number += 1;
            let said = notes.remove(&name).map(|pieces| self.html(pieces)).unwrap_or_default();
            let (id, references) = self.anchors.back(number);
            let back: String = references
                .iter()
                .map(|id| format!(" <a href=\"#{id}\" aria-label=\"Back to the text\">↩</a>"))
                .collect();
            let said = match said.trim_end().strip_suffix("</p>") {
                Some(said) => format!("{said}{back}</p>"),
                None => format!("{said}<p>{back}</p>"),
            };
            items.push_str(&format!("<li id=\"{id}\">{said}</li>\n"));
        }
        if items.is_empty() {
            return items;
        }
        format!("<div class=\"footnotes\">\n<ol>\n{items}</ol>\n</div>\n")
    }
}

/// The words of an event, for where there is room for nothing else.
fn said<'e>(event: &'e Event<'_>) -> &'e str {
    match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text,
        Event::InlineMath(text) | Event::DisplayMath(text) => text,
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    }
}

/// The beginning of an image beside the text.
fn image(address: &str, title: &str) -> String {
    debug_assert!(is_image(address), "images are looked at before");
    let title = match title {
        "" => String::new(),
        title => format!(" title=\"{}\"", escape(title)),
    };
    format!("<img src=\"{IMAGES}/{}\"{title} loading=\"lazy\"", escape(address))
}

/// The beginning of a block of code, under the name of its language.
fn code(kind: &CodeBlockKind<'_>) -> String {
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '\t']).next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    };
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "+#.-_".contains(c);
    let language =
        match !language.is_empty() && language.len() <= 20 && language.chars().all(is_sign) {
            true => format!("<p class=\"language\">{language}</p>"),
            false => String::new(),
        };
    format!("<div class=\"code\">{language}<pre tabindex=\"0\"><code>")
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
