//! The language of tests, as text:
//!
//! ```text
//! test   = figure operator ( number | figure )
//! figure = word { "." word | "[" text "]" }
//! ```
//!
//! What the words mean is looked up in a spec by [`super::names`].

use std::ops::Range;

/// What is wrong with a test, and where in it: a range of its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) at: Range<usize>,
    /// A lowercase fragment.
    pub(crate) message: String,
    pub(crate) expected: String,
    /// May be empty.
    pub(crate) hint: String,
}

impl Mistake {
    pub(crate) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), expected: String::new(), hint: String::new() }
    }

    pub(crate) fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: expected.into(), ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// A word and its characters in the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: Range<usize>,
}

/// A step of a figure: `ridge`, `regime[apart]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) word: Word,
    /// What stands in brackets behind it.
    pub(super) index: Option<Word>,
}

/// How two figures are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// In the order in which they are told; those of two characters are looked for first.
pub(super) const OPERATORS: [(&str, Operator); 4] = [
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    (">", Operator::Above),
    ("<", Operator::Below),
];

/// What stands on the right.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Right {
    Number(f64),
    Figure(Vec<Step>),
}

/// A test whose words are still without meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    /// At least one step.
    pub(super) left: Vec<Step>,
    pub(super) operator: Operator,
    pub(super) right: Right,
}

const FIGURE: &str = "a figure as in `ridge.oos_r2`, `all.binary.sharpe` or `buy_and_hold.sharpe`";
const NUMBER_OR_FIGURE: &str = "a number as in 0.002, or another figure";

/// Whether a test has the form of one, whatever its words mean.
///
/// # Errors
/// The first mistake.
pub(crate) fn form(test: &str) -> Result<(), Mistake> {
    read(test).map(|_| ())
}

/// Reads a test.
///
/// # Errors
/// The first mistake.
pub(super) fn read(test: &str) -> Result<Written, Mistake> {
    let mut reader = Reader { text: test.chars().collect(), at: 0 };
    if let Some((_, at)) = reader.number() {
        return Err(Mistake::new(at, "a test that begins with a number")
            .expected(FIGURE)
            .hint("turn it round: write `all.oos_r2 > 0` for `0 < all.oos_r2`"));
    }
    let left = reader.figure(FIGURE)?;
    let operator = reader.operator()?;
    let right = match reader.number() {
        Some((number, _)) if number.is_finite() => {
            reader.skip();
            if reader.text.get(reader.at) == Some(&'%') {
                let here = reader.at..reader.at + 1;
                return Err(Mistake::new(here, "a number in per cent")
                    .expected("a plain number")
                    .hint("write 0.005 for 0.5 %"));
            }
            Right::Number(number)
        }
        Some((_, at)) => {
            return Err(Mistake::new(at, "a number without end").expected("a finite number"));
        }
        None => Right::Figure(reader.figure(NUMBER_OR_FIGURE)?),
    };
    reader.skip();
    if reader.at < reader.text.len() {
        let rest = reader.at..reader.text.len();
        let mistake = Mistake::new(rest, "text after the test").expected("the end of the test");
        return Err(mistake.hint("a criterion has one test: give a second one its own claim"));
    }
    Ok(Written { left, operator, right })
}

struct Reader {
    text: Vec<char>,
    at: usize,
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

impl Reader {
    fn skip(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, keep: impl Fn(char) -> bool) -> Word {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| keep(*c)) {
            self.at += 1;
        }
        Word { text: self.text[start..self.at].iter().collect(), at: start..self.at }
    }

    /// What is missing or wrong here.
    fn mistaken(&self, expected: &str) -> Mistake {
        let mistake = match self.text.get(self.at) {
            None => Mistake::new(self.at..self.at + 1, "the test ends too early"),
            Some(c) => Mistake::new(self.at..self.at + 1, format!("an unexpected `{c}`")),
        };
        mistake.expected(expected)
    }

    /// A number, if one stands here: a model may be called `2nd`, which is none.
    fn number(&mut self) -> Option<(f64, Range<usize>)> {
        self.skip();
        let start = self.at;
        let word = self.take(|c| is_word(c) || c == '.' || c == '+');
        let starts = word.text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        match word.text.parse::<f64>() {
            Ok(number) if starts => Some((number, word.at)),
            _ => {
                self.at = start;
                None
            }
        }
    }

    fn figure(&mut self, expected: &str) -> Result<Vec<Step>, Mistake> {
        self.skip();
        let mut steps = Vec::new();
        loop {
            let word = self.take(is_word);
            if word.text.is_empty() {
                let expected = if steps.is_empty() { expected } else { "a word after the point" };
                return Err(self.mistaken(expected));
            }
            let index = match self.text.get(self.at) {
                Some('[') => Some(self.index()?),
                _ => None,
            };
            steps.push(Step { word, index });
            if self.text.get(self.at) != Some(&'.') {
                return Ok(steps);
            }
            self.at += 1;
        }
    }

    fn index(&mut self) -> Result<Word, Mistake> {
        let open = self.at;
        self.at += 1;
        let inside = self.take(|c| c != ']');
        if self.text.get(self.at) != Some(&']') {
            return Err(Mistake::new(open..open + 1, "a bracket that is never closed")
                .expected("`]` behind the state"));
        }
        self.at += 1;
        Ok(inside)
    }

    fn operator(&mut self) -> Result<Operator, Mistake> {
        self.skip();
        let is = |mark: &str| {
            mark.chars().enumerate().all(|(i, c)| self.text.get(self.at + i) == Some(&c))
        };
        if let Some((mark, operator)) = OPERATORS.into_iter().find(|(mark, _)| is(mark)) {
            self.at += mark.len();
            if self.text.get(self.at).is_some_and(|c| "=<>".contains(*c)) {
                return Err(self
                    .mistaken(NUMBER_OR_FIGURE)
                    .hint("`>=` and `<=` have the `=` last"));
            }
            return Ok(operator);
        }
        let mistake = self.mistaken("one of >, <, >=, <=");
        Err(match self.text.get(self.at) {
            Some('=' | '!' | '≠') => {
                mistake.hint("no estimate equals a number: say on which side of it the figure lies")
            }
            Some('≥') => mistake.hint("write `>=`"),
            Some('≤') => mistake.hint("write `<=`"),
            _ => mistake,
        })
    }
}
