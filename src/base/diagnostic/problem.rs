//! One problem, and how it is shown.

use std::fmt;

use super::place::{Line, Place};
use super::visible::{clipped, visible};

/// One problem, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is, if it is in a file.
    pub place: Option<Place>,
    /// What is wrong: a lowercase sentence fragment.
    pub message: String,
    /// What was expected there, shown under the offending text.
    pub expected: Option<String>,
    /// What the user may do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with a message and nothing else yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into(), expected: None, hint: None }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says what may be done about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The blanks that stand for the number of the line.
    pub(super) fn pad(&self) -> String {
        let line = self.place.as_ref().and_then(|place| place.line.as_ref());
        " ".repeat(line.map_or(1, |line| line.number.to_string().len()))
    }

    /// Hints at the candidate nearest to what was written, if one is near enough to be meant.
    #[must_use]
    pub fn near<'a>(self, written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match did_you_mean(written, candidates) {
            Some(meant) => self.hint(format!("did you mean `{meant}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Problem {
    /// Plain text in the manner of rustc: message, place, offending line, expectation, hint. As
    /// `{:#}` it is a warning.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if f.alternate() { "warning" } else { "error" };
        write!(f, "{what}: {}", clipped(&self.message))?;
        let line = self.place.as_ref().and_then(|place| place.line.as_ref());
        let pad = self.pad();
        let mut expected = self.expected.as_ref();
        if let Some(place) = &self.place {
            write!(f, "\n{pad} --> {place}")?;
        }
        if let Some(line) = line {
            let (text, mark) = window(line);
            write!(f, "\n{pad} |\n{} | {text}", line.number)?;
            if let Some(mark) = mark {
                write!(f, "\n{pad} | {mark}")?;
                if let Some(expected) = expected.take() {
                    write!(f, " expected {}", clipped(expected))?;
                }
            }
        }
        if let Some(expected) = expected {
            write!(f, "\n{pad} = expected {}", clipped(expected))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n{pad} = hint: {}", clipped(hint))?;
        }
        Ok(())
    }
}

/// Columns of a line that are shown, from this many before the part at fault.
const SHOWN: usize = 160;
const BEFORE: usize = 60;

/// A line as it is shown, and the marks under its part at fault; of a long line a window round that
/// part, with an ellipsis where something is left out.
fn window(line: &Line) -> (String, Option<String>) {
    let is_long = line.text.chars().nth(SHOWN).is_some();
    let at = line.span.map_or(0, |span| span.column.saturating_sub(1));
    let first = if is_long { at.saturating_sub(BEFORE) } else { 0 };
    let (mut text, mut mark) = (String::new(), String::new());
    if first > 0 {
        text.push('…');
        mark.push(' ');
    }
    let mut chars = (first..).zip(line.text.chars().skip(first));
    for (position, c) in chars.by_ref().take(SHOWN) {
        let shown = if c == '\t' { c.to_string() } else { visible(c.encode_utf8(&mut [0; 4])) };
        let under = match line.span {
            Some(span) if position >= at && position - at < span.width.max(1) => '^',
            _ if c == '\t' => '\t',
            _ => ' ',
        };
        mark.extend(shown.chars().map(|_| under));
        text.push_str(&shown);
    }
    if chars.next().is_some() {
        text.push('…');
    }
    // A part at fault beyond the line's end: something is missing there.
    let end = line.span.filter(|_| !mark.contains('^')).map(|span| {
        let lead = at.saturating_sub(first + mark.chars().count());
        " ".repeat(lead.min(SHOWN)) + &"^".repeat(span.width.clamp(1, SHOWN))
    });
    mark.extend(end);
    (text, line.span.map(|_| mark.trim_end().to_owned()))
}

/// The candidate nearest to what was written, if one is near enough to be what was meant.
pub fn did_you_mean<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| {
            let near = strsim::jaro_winkler(&written.to_lowercase(), &candidate.to_lowercase());
            (near, candidate)
        })
        .filter(|(near, _)| *near > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_a_window_and_what_is_hidden_is_written_out() {
        let told = |text: &str, column, width| {
            let text = Problem::new("no").at(Place::line("a", 1, text).span(column, width));
            let text = text.to_string();
            let shown = |start| text.lines().nth(start).unwrap().get(4..).unwrap().to_owned();
            (shown(3), shown(4))
        };
        let long = format!("{}here{}", "x".repeat(1000), "y".repeat(1000));
        let (line, mark) = told(&long, 1001, 4);
        assert_eq!((line.chars().count(), &line[..'…'.len_utf8()]), (162, "…"));
        assert!(line.ends_with('…'));
        let under = mark.find('^').unwrap();
        assert_eq!(line.chars().skip(under).take(4).collect::<String>(), "here");
        assert_eq!(mark.len(), under + 4);
        assert_eq!(told("a\u{1b}[b", 3, 1), ("a\\u{1b}[b".into(), "       ^".into()));
        assert_eq!(told("a\tb", 3, 9), ("a\tb".into(), " \t^".into()));
        assert_eq!(told("ab", 4, 2), ("ab".into(), "   ^^".into()));
    }

    #[test]
    fn a_line_and_a_file_as_a_whole_are_shown_without_marks() {
        let problem = |place| Problem::new("no").at(place).expected("yes").to_string();
        assert_eq!(
            problem(Place::line("a.csv", 3, "1,2")),
            "error: no\n  --> a.csv:3\n  |\n3 | 1,2\n  = expected yes"
        );
        let warning = Problem::new("no").at(Place::file("a.csv"));
        assert_eq!(format!("{warning:#}"), "warning: no\n  --> a.csv");
        assert_eq!(
            problem(Place::file("a.csv").span(1, 1)),
            "error: no\n  --> a.csv\n  = expected yes"
        );
    }
}
