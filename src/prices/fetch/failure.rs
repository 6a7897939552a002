//! Why a ticker's prices did not come, and whether asking again may help.

use std::time::Duration;

use crate::base::diagnostic::{Problems, visible};

/// How much of an unwanted answer is shown, in characters.
const SHOWN: usize = 80;

/// What to do about a limit that was reached.
pub(crate) const GO_ON_LATER: &str = "go on later: what has come is kept and not asked for again";

/// One request that did not bring prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// What happened: a lowercase fragment.
    pub(crate) message: String,
    /// What the user may do about it.
    pub(crate) hint: Option<String>,
}

/// What a failure says about the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It may go away: worth asking again, after as long as the provider says, if it does.
    Passing { after: Option<Duration> },
    /// It is of this ticker: the others are asked, this one is not asked again.
    Ticker,
    /// It is of us: nobody else is asked either.
    Halt,
}

impl Failure {
    /// One that may go away.
    pub(crate) fn passing(message: impl Into<String>) -> Self {
        Self { kind: Kind::Passing { after: None }, message: message.into(), hint: None }
    }

    /// One of this ticker.
    pub(crate) fn ticker(message: impl Into<String>) -> Self {
        Self { kind: Kind::Ticker, message: message.into(), hint: None }
    }

    /// One that ends the whole run.
    pub(crate) fn halt(message: impl Into<String>) -> Self {
        Self { kind: Kind::Halt, message: message.into(), hint: None }
    }

    /// An answer in another form than this program knows.
    pub(super) fn changed(message: impl Into<String>) -> Self {
        Self::ticker(message)
            .hint("the provider may have changed its format; nothing was taken from it")
    }

    /// An answer in which the reader of provider CSV found problems.
    ///
    /// A text that ends in the middle of a line broke off, and is worth asking for again.
    pub(crate) fn unreadable(problems: &Problems, body: &str) -> Self {
        let Some(first) = problems.iter().next() else {
            return Self::ticker("an answer that cannot be read");
        };
        let line = first.place.as_ref().and_then(|place| place.line.as_ref());
        let at = line.map_or_else(String::new, |line| format!(", line {}", line.number));
        let more = match problems.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let came = line.map_or(body, |line| &*line.text);
        let what = format!("{at}: {}{more}: {}", first.message, excerpt(came));
        let broke_off = !body.ends_with('\n')
            && line.is_some_and(|line| line.number > 1 && body.lines().count() == line.number);
        if broke_off {
            Self::passing(format!("the answer broke off{what}"))
        } else {
            Self::changed(format!("the answer is not as documented{what}"))
        }
    }

    /// Says what may be done about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The start of what came, on one line and in quotes, what is not seen written out.
pub(crate) fn excerpt(came: &str) -> String {
    let words: String = came.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return "an empty answer".to_owned();
    }
    let shown = visible(&words.chars().take(SHOWN).collect::<String>());
    let rest = if words.chars().count() > SHOWN { "..." } else { "" };
    format!("`{shown}{rest}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_shown_short_and_on_one_line() {
        assert_eq!(excerpt("No\r\n\tdata\u{7}"), "`No data\\u{7}`");
        assert_eq!(excerpt("a\u{1b}[2Jb\u{202e}c"), "`a\\u{1b}[2Jb\\u{202e}c`");
        assert_eq!(excerpt(" \r\n"), "an empty answer");
        assert_eq!(excerpt(&"x".repeat(81)), format!("`{}...`", "x".repeat(80)));
    }
}
