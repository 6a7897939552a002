//! Markdown to HTML: raw HTML shown as text, formulas as MathML, nothing loaded from elsewhere.

use math_core::{LatexToMathML, MathDisplay};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::report::chart::escape;

/// HTML of a Markdown text whose top headings become `<h{top}>`.
///
/// `$...$` and `$$...$$` become MathML; a formula that does not parse is shown as marked code with
/// the reason. Straight quotes become curly ones, as everywhere in a report. Raw HTML is text. An
/// image becomes a link, so that a page makes no request to another host; a link with a scheme
/// other than http, https or mailto loses its target.
pub(crate) fn to_html(text: &str, top: usize) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_MATH;
    let math = LatexToMathML::default();
    let events = Parser::new_ext(text, options).map(|event| transform(event, &math, top));
    let mut output = String::with_capacity(text.len() * 2);
    html::push_html(&mut output, events);
    output
}

fn transform<'a>(event: Event<'a>, math: &LatexToMathML, top: usize) -> Event<'a> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::InlineMath(source) => formula(math, &source, MathDisplay::Inline),
        Event::DisplayMath(source) => formula(math, &source, MathDisplay::Block),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: harmless(dest_url), title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: harmless(dest_url), title, id })
        }
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: shifted(level, top), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(shifted(level, top))),
        other => other,
    }
}

fn formula(math: &LatexToMathML, source: &str, display: MathDisplay) -> Event<'static> {
    let html = match math.convert_with_local_state(source, display) {
        Ok(result) if display == MathDisplay::Block => {
            format!("<span class=\"formula\">{}</span>", result.mathml)
        }
        Ok(result) => result.mathml,
        Err(error) => format!(
            "<code class=\"math-error\" title=\"{}\">{}</code>",
            escape(&error.error_message()),
            escape(source)
        ),
    };
    Event::InlineHtml(html.into())
}

fn shifted(level: HeadingLevel, top: usize) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + top - 1).unwrap_or(HeadingLevel::H6)
}

/// The target if it is relative or of a harmless scheme, the empty fragment otherwise.
fn harmless(target: CowStr<'_>) -> CowStr<'_> {
    let scheme = target
        .split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| !scheme.contains(['/', '?', '#']));
    match scheme.map(str::to_ascii_lowercase).as_deref() {
        None | Some("http" | "https" | "mailto") => target,
        Some(_) => "#".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_shown_not_obeyed() {
        for text in ["<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b"] {
            let html = to_html(text, 3);
            assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
            assert!(html.contains("&lt;"), "{html}");
        }
    }

    #[test]
    fn formulas_become_mathml() {
        let html = to_html("Here $\\alpha_{\\max}$ and\n\n$$\\frac{1}{2m}\\|y\\|^2$$", 3);
        assert_eq!(html.matches("<math").count(), 2, "{html}");
        assert!(html.contains("class=\"formula\""), "{html}");
    }

    #[test]
    fn a_broken_formula_stays_readable() {
        let html = to_html("$\\nosuchcommand<b$", 3);
        assert!(html.contains("<code class=\"math-error\""), "{html}");
        assert!(html.contains("\\nosuchcommand&lt;b</code>"), "{html}");
    }

    #[test]
    fn nothing_is_loaded_and_no_link_runs_script() {
        let html = to_html("![a](https://example.org/a.png) [b](JavaScript:alert(1)) [c](#x)", 3);
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.to_lowercase().contains("javascript"), "{html}");
        assert!(html.contains("href=\"#x\""), "{html}");
    }

    #[test]
    fn headings_fit_under_the_page_s_own() {
        assert_eq!(to_html("# A {#a}", 3), "<h3 id=\"a\">A</h3>\n");
        assert_eq!(to_html("##### A", 3), "<h6>A</h6>\n");
    }
}
