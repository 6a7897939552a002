//! Problems that a user can act on: what is wrong, where, what was expected, and a hint.
//!
//! Every check of the program collects [`Problem`]s and goes on, so that one run names them all.

use std::fmt;

/// A place in a text file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it, with `/` between its parts.
    pub file: String,
    /// Line number from 1; 0 when the problem is of the file as a whole.
    pub line: usize,
    /// Column in characters from 1; 0 when the problem is of the line as a whole.
    pub column: usize,
    /// How many characters of the line are at fault; at least 1 is underlined.
    pub width: usize,
    /// The offending line, without its line end.
    pub source_line: String,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, column: 0, width: 0, source_line: String::new() }
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
        let mut margin = 1;
        if let Some(place) = &self.place {
            if place.line == 0 {
                write!(f, "\n  --> {}", place.file)?;
            } else {
                let number = place.line.to_string();
                margin = number.len();
                let pad = " ".repeat(margin);
                write!(f, "\n{pad} --> {}:{}", place.file, place.line)?;
                if place.column > 0 {
                    write!(f, ":{}", place.column)?;
                }
                write!(f, "\n{pad} |\n{number} | {}", place.source_line)?;
                if place.column > 0 {
                    let lead: String = place
                        .source_line
                        .chars()
                        .take(place.column - 1)
                        .map(|c| if c == '\t' { '\t' } else { ' ' })
                        .collect();
                    let marks = "^".repeat(place.width.max(1));
                    write!(f, "\n{pad} | {lead}{marks}")?;
                    if let Some(expected) = &self.expected {
                        write!(f, " expected {expected}")?;
                    }
                } else if let Some(expected) = &self.expected {
                    write!(f, "\n{pad} = expected {expected}")?;
                }
            }
        }
        let shown_under_line = self.place.as_ref().is_some_and(|place| place.line > 0);
        let pad = " ".repeat(margin);
        if let (false, Some(expected)) = (shown_under_line, &self.expected) {
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
    fn a_problem_reads_like_a_compiler_s() {
        let problem = Problem::new("unknown key `featurs`")
            .at(Place {
                file: "experiments/a.yaml".into(),
                line: 12,
                column: 3,
                width: 7,
                source_line: "  featurs: [XLB]".into(),
            })
            .expected("one of source, target, features")
            .hint("did you mean `features`?");
        assert_eq!(
            problem.to_string(),
            "error: unknown key `featurs`\n   --> experiments/a.yaml:12:3\n   |\n\
             12 |   featurs: [XLB]\n   |   ^^^^^^^ expected one of source, target, features\n   \
             = hint: did you mean `features`?"
        );
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("featurs", ["source", "features"]), Some("features"));
        assert_eq!(did_you_mean("zzz", ["source", "features"]), None);
    }
}
