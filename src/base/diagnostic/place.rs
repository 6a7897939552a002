//! Places in files that a problem points at.

use std::fmt;
use std::sync::Arc;

use super::visible::clipped;

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
    /// The line without its end; shared by all problems with it, or a long one would be kept often.
    pub text: Arc<str>,
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
    pub fn line(file: impl Into<String>, number: usize, text: impl Into<Arc<str>>) -> Self {
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

impl fmt::Display for Place {
    /// As compilers write it: `file:3:14`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clipped(&self.file))?;
        let Some(line) = &self.line else { return Ok(()) };
        write!(f, ":{}", line.number)?;
        line.span.map_or(Ok(()), |span| write!(f, ":{}", span.column))
    }
}
