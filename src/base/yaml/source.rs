//! The text of a YAML file, and the places in it.

use std::ops::Range;
use std::sync::Arc;

use serde_yaml::Location;

use super::tree::{Node, Value};
use crate::base::diagnostic::Place;

pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    lines: Vec<Arc<str>>,
}

impl<'a> Source<'a> {
    /// The text of the file that the user knows as `file`.
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, lines: text.lines().map(Arc::from).collect() }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn whole(&self) -> Place {
        Place::file(self.file)
    }

    pub(super) fn place(&self, location: Location) -> Place {
        let (number, column, width) = self.extent(location);
        match number.checked_sub(1).and_then(|above| self.lines.get(above)) {
            None => self.whole(),
            Some(line) => Place::line(self.file, number, Arc::clone(line)).span(column, width),
        }
    }

    /// Line, column and width of what stands at a location, as far as it stands on its first line.
    fn extent(&self, location: Location) -> (usize, usize, usize) {
        let text = self.at(location).chars().take(index(location.span().len()));
        let on_line: String = text.take_while(|c| *c != '\n').collect();
        let width = on_line.trim_end().chars().count().max(1);
        (index(location.line()), index(location.column()), width)
    }

    /// The text from a location on.
    fn at(&self, location: Location) -> &'a str {
        let start = location.span().byte_offset().map(index);
        start.and_then(|start| self.text.get(start..)).unwrap_or("")
    }

    /// The first indentation with a tab, from a line on.
    pub(super) fn tab_from(&self, line: usize) -> Option<Place> {
        let indented = |line: &str| line.len() - line.trim_start().len();
        let lines = self.lines.iter().enumerate().skip(line.saturating_sub(1));
        let mut tabbed =
            lines.filter(|(_, line)| line.get(..indented(line)).is_some_and(|i| i.contains('\t')));
        tabbed.next().map(|(above, line)| {
            Place::line(self.file, above + 1, Arc::clone(line)).span(1, indented(line))
        })
    }

    /// The place of a value: all of it as far as it stands on its first line.
    pub(super) fn place_of(&self, node: &Node) -> Place {
        let place = self.place(node.referenced);
        match &node.value {
            Value::List(_) | Value::Map(_) => {
                let column = index(node.referenced.column());
                place.span(column, self.end_column(node).saturating_sub(column).max(1))
            }
            _ => place,
        }
    }

    /// The place of some characters of a text; all of it where the file writes the text otherwise, in
    /// several lines or with escapes.
    pub(super) fn place_within(&self, node: &Node, text: &str, part: Range<usize>) -> Place {
        let place = self.place_of(node);
        let written = self.written(node);
        let inside = |quote: char| written.strip_prefix(quote)?.strip_suffix(quote);
        let first = match inside('"').or_else(|| inside('\'')) {
            Some(inside) if inside == text => 1,
            _ if written == text => 0,
            _ => return place,
        };
        match place.position() {
            Some((_, column, _)) => place.span(column + first + part.start, part.len()),
            None => place,
        }
    }

    /// A scalar as it stands in the file.
    pub(super) fn written(&self, node: &Node) -> &'a str {
        let span = node.defined.span();
        let start = span.byte_offset().map_or(0, index);
        let end = start + span.byte_len().map_or(0, index);
        self.text.get(start..end).unwrap_or("")
    }

    /// The column after the last character of a value on its first line.
    fn end_column(&self, node: &Node) -> usize {
        let (line, column, width) = self.extent(node.referenced);
        let children: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().collect(),
            Value::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            _ => return column + width,
        };
        let text = || self.at(node.referenced).chars().take_while(|c| *c != '\n');
        let closing = match text().next() {
            Some('[') => Some(']'),
            Some('{') => Some('}'),
            _ => None,
        };
        let end = children
            .into_iter()
            .take_while(|child| index(child.referenced.line()) == line)
            .filter(|child| child.value != Value::Empty)
            .map(|child| self.end_column(child))
            .fold(column + usize::from(closing.is_some()), usize::max);
        let mut after = (end..).zip(text().skip(end - column));
        match after.find(|(_, c)| !matches!(c, ' ' | ',')) {
            Some((at, c)) if Some(c) == closing => at + 1,
            _ => end,
        }
    }
}

/// A position as an index into what is in memory anyway.
fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
mod tests {
    use super::*;

    /// The text that the place of the only entry's value underlines.
    fn underlined(text: &str) -> String {
        let source = Source::new("a.yaml", text);
        let root = super::super::tree::parse(text).unwrap();
        let Value::Map(entries) = &root.value else { panic!("a mapping") };
        let place = source.place_of(&entries[0].1);
        let (_, column, width) = place.position().unwrap();
        place.line.unwrap().text.chars().skip(column - 1).take(width).collect()
    }

    #[test]
    fn a_place_covers_the_value_and_nothing_else() {
        assert_eq!(underlined("é: [a, [b, c ] ]  # why"), "[a, [b, c ] ]");
        assert_eq!(underlined("a: {b: 1, c: {d: 2}}"), "{b: 1, c: {d: 2}}");
        assert_eq!(underlined("a: []"), "[]");
        assert_eq!(underlined("a: \"x y\" # why"), "\"x y\"");
        assert_eq!(underlined("a:\n  - b: 1\n    c: 2"), "- b: 1");
        assert_eq!(underlined("a: [b,\n  c]"), "[b");
    }
}
