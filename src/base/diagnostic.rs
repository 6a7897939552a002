//! Problems that a user can act on: what is wrong, where, what was expected, and a hint.
//!
//! Every check of the program collects [`Problem`]s and goes on, so that one run names them all.

use std::fmt;

/// A place in a file: all of it, a line, or a part of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it, with `/` between its parts.
    pub file: String,
    /// The line; `None` when the problem is of the file as a whole.
    pub line: Option<Line>,
}

/// A line of a text file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// The part at fault; `None` when the problem is of the line as a whole.
    pub span: Option<Span>,
    /// The line without its end.
    pub text: String,
}

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Where it begins, in characters from 1.
    pub column: usize,
    /// How many characters it has; at least 1 is underlined.
    pub width: usize,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None }
    }

    /// A line as a whole; `number` counts from 1.
    pub fn line(file: impl Into<String>, number: usize, text: impl Into<String>) -> Self {
        Self { file: file.into(), line: Some(Line { number, span: None, text: text.into() }) }
    }

    /// A part of the line: `width` characters from `column`, which counts from 1. The file as a
    /// whole has no parts and stays what it is.
    #[must_use]
    pub fn span(mut self, column: usize, width: usize) -> Self {
        if let Some(line) = &mut self.line {
            line.span = Some(Span { column, width });
        }
        self
    }

    /// Line, column and width as numbers, where the place is a part of a line.
    pub fn position(&self) -> Option<(usize, usize, usize)> {
        let line = self.line.as_ref()?;
        line.span.map(|span| (line.number, span.column, span.width))
    }
}

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
    /// Plain text in the manner of rustc: message, place, offending line, expectation, hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        let line = self.place.as_ref().and_then(|place| place.line.as_ref());
        let number = line.map(|line| line.number.to_string()).unwrap_or_default();
        let pad = " ".repeat(number.len().max(1));
        let mut expected = self.expected.as_ref();
        if let Some(place) = &self.place {
            write!(f, "\n{pad} --> {}", place.file)?;
        }
        if let Some(Line { span, text, .. }) = line {
            write!(f, ":{number}")?;
            if let Some(span) = span {
                write!(f, ":{}", span.column)?;
            }
            write!(f, "\n{pad} |\n{number} | {text}")?;
            if let Some(span) = span {
                let before = text.chars().take(span.column.saturating_sub(1));
                let lead: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
                write!(f, "\n{pad} | {lead}{}", "^".repeat(span.width.max(1)))?;
                if let Some(expected) = expected.take() {
                    write!(f, " expected {expected}")?;
                }
            }
        }
        if let Some(expected) = expected {
            write!(f, "\n{pad} = expected {expected}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n{pad} = hint: {hint}")?;
        }
        Ok(())
    }
}

/// One or more problems; the error type of every check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// No problem yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Problems) {
        self.0.extend(other.0);
    }

    /// The problems in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok(value)` when there is no problem, the problems otherwise.
    ///
    /// # Errors
    /// The collected problems.
    pub fn into_result<T>(self, value: T) -> Result<T, Problems> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

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
    fn a_line_and_a_file_as_a_whole_are_shown_without_marks() {
        let problem = |place| Problem::new("no").at(place).expected("yes").to_string();
        assert_eq!(
            problem(Place::line("a.csv", 3, "1,2")),
            "error: no\n  --> a.csv:3\n  |\n3 | 1,2\n  = expected yes"
        );
        assert_eq!(
            problem(Place::file("a.csv").span(1, 1)),
            "error: no\n  --> a.csv\n  = expected yes"
        );
    }
}
