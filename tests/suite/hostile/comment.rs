//! A comment in GitHub's Markdown as a parser reads it, and all in it that is more than text.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Cells of a row as GitHub's scanner finds them: a backslash takes the sign behind it along.
fn cells(row: &str) -> usize {
    let (mut bars, mut signs) = (0_usize, row.chars());
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                signs.next();
            }
            '|' => bars += 1,
            _ => {}
        }
    }
    bars - 1
}

/// All that is wrong with a comment, and the texts of its headings.
pub(super) fn comment(markdown: &str) -> (Vec<String>, Vec<String>) {
    let options = pulldown_cmark::Options::ENABLE_TABLES
        | pulldown_cmark::Options::ENABLE_STRIKETHROUGH
        | pulldown_cmark::Options::ENABLE_TASKLISTS
        | pulldown_cmark::Options::ENABLE_FOOTNOTES
        | pulldown_cmark::Options::ENABLE_MATH;
    let (mut wrong, mut headings) = (Vec::new(), Vec::new());
    let (mut in_heading, mut in_cell, mut lists) = (false, false, 0);
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = ["details", "summary", "sub", "/details", "/summary", "/sub"];
                let names = html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap());
                if !names.clone().all(|name| ours.contains(&name)) || html.contains("<!") {
                    wrong.push(format!("HTML {html}"));
                }
            }
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                headings.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            // A list of ours has no list in it.
            Event::Start(Tag::List(None)) if lists == 0 => lists = 1,
            Event::End(TagEnd::List(false)) => lists = 0,
            Event::Start(Tag::TableCell) => in_cell = true,
            Event::End(TagEnd::TableCell) => in_cell = false,
            Event::Text(text) | Event::Code(text) if in_heading => {
                headings.last_mut().unwrap().push_str(&text);
            }
            Event::Text(text) if in_cell && text.contains('`') => wrong.push(text.to_string()),
            Event::Text(_) | Event::Code(_) | Event::SoftBreak => {}
            Event::Start(
                Tag::Paragraph
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Item
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::HtmlBlock,
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Item
                | TagEnd::Table
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::HtmlBlock,
            ) => {}
            other => wrong.push(format!("{other:?}")),
        }
    }
    let mut wanted = 0;
    for line in markdown.lines() {
        match line.strip_prefix('|').map(|_| cells(line)) {
            Some(found) if wanted == 0 => wanted = found,
            Some(found) if found != wanted => wrong.push(format!("{found} cells: {line}")),
            Some(_) => {}
            None => wanted = 0,
        }
    }
    (wrong, headings)
}
