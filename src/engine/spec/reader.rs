//! Takes typed values out of the tree and notes every problem on the way.
//!
//! A method that finds a value wrong notes a problem and returns `None`; the caller goes on with a
//! stand-in. Nothing read beside a problem is ever used, because [`Reader::finish`] then returns
//! the problems instead.
//!
//! Which keys a mapping may have is said once, by asking for them: [`Reader::close`] reports what
//! is left over.

use super::node::{Node, Value};
use super::source::Source;
use crate::base::diagnostic::{Place, Problem, Problems, did_you_mean};
use crate::base::units::Day;

/// A value under a key, and the key's path from the top.
#[derive(Clone)]
pub(super) struct Field<'a> {
    /// As in `walk_forward.min_train`.
    pub(super) path: String,
    /// The value.
    pub(super) node: &'a Node,
}

/// A mapping on its way through the checks.
pub(super) struct Mapping<'a> {
    path: String,
    node: &'a Node,
    entries: &'a [(Node, Node)],
    asked: Vec<&'static str>,
    missing: Vec<&'static str>,
}

/// What a number has to be.
pub(super) struct Numbers {
    /// In words, shown to the user.
    pub(super) expected: &'static str,
    /// What may be done about another.
    pub(super) hint: Option<&'static str>,
    /// Whether a finite number is such.
    pub(super) holds: fn(f64) -> bool,
}

/// Reads a tree, collecting problems.
pub(super) struct Reader<'a> {
    source: &'a Source<'a>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader of the tree of that file.
    pub(super) fn new(source: &'a Source<'a>) -> Self {
        Self { source, problems: Vec::new() }
    }

    /// How many problems there are so far.
    pub(super) fn found(&self) -> usize {
        self.problems.len()
    }

    /// The value, or all problems in the order of the file.
    ///
    /// # Errors
    /// The problems noted.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, Problems> {
        self.problems.sort_by_key(|problem| {
            let position = problem.place.as_ref().and_then(Place::position);
            position.map(|(line, column, _)| (line, column))
        });
        let mut problems = Problems::new();
        self.problems.into_iter().for_each(|problem| problems.push(problem));
        problems.into_result(value)
    }

    /// The place of a field, or of the file where there is none.
    pub(super) fn place(&self, field: Option<&Field<'_>>) -> Place {
        field.map_or_else(|| self.source.whole(), |field| self.source.place_of(field.node))
    }

    /// Notes a problem with a field.
    pub(super) fn report(&mut self, field: &Field<'_>, problem: Problem) {
        self.problems.push(problem.at(self.source.place_of(field.node)));
    }

    /// Notes a problem with the file as a whole.
    pub(super) fn report_file(&mut self, problem: Problem) {
        self.problems.push(problem.at(self.source.whole()));
    }

    /// Notes that a field is not what it has to be.
    pub(super) fn refuse(&mut self, field: &Field<'_>, expected: impl Into<String>) {
        self.report(field, self.refusal(field).expected(expected));
    }

    /// "`key` is so": the start of a problem.
    pub(super) fn refusal(&self, field: &Field<'_>) -> Problem {
        let found = match &field.node.value {
            Value::Empty => "empty".into(),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "a mapping".into(),
            Value::Text(text) if text.is_empty() => "an empty text".into(),
            Value::Text(text) => match text.lines().next() {
                Some(line) if line.chars().count() <= 40 => format!("the text `{line}`"),
                _ => "a text".into(),
            },
            Value::Flag(_) | Value::Whole(_) | Value::Real(_) => {
                self.source.written(field.node).into()
            }
        };
        Problem::new(format!("`{}` is {found}", field.path))
    }

    /// Text; a number or a flag counts as the characters it is written with.
    pub(super) fn text(&mut self, field: &Field<'_>, expected: &str) -> Option<String> {
        match &field.node.value {
            Value::Text(text) => Some(text.clone()),
            Value::Flag(_) | Value::Whole(_) | Value::Real(_) => {
                Some(self.source.written(field.node).into())
            }
            Value::Empty | Value::List(_) | Value::Map(_) => {
                self.refuse(field, expected);
                None
            }
        }
    }

    /// One of several words; `noun` says what the words are.
    pub(super) fn word(
        &mut self,
        field: &Field<'_>,
        noun: &str,
        words: &[&'static str],
    ) -> Option<&'static str> {
        let expected = one_of(words);
        let text = self.text(field, &expected)?;
        let known = words.iter().find(|word| **word == text);
        if known.is_none() {
            let problem = Problem::new(format!("unknown {noun} `{text}`")).expected(expected);
            self.report(field, with_near(problem, &text, words));
        }
        known.copied()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, field: &Field<'_>) -> Option<bool> {
        if let Value::Flag(flag) = field.node.value {
            return Some(flag);
        }
        let problem = self.refusal(field).expected("true or false");
        let meant = match &field.node.value {
            Value::Text(text) => match text.to_lowercase().as_str() {
                "yes" | "on" => Some("write `true`"),
                "no" | "off" => Some("write `false`"),
                _ => None,
            },
            _ => None,
        };
        self.report(
            field,
            match meant {
                Some(hint) => problem.hint(hint),
                None => problem,
            },
        );
        None
    }

    /// A whole number, at least `least`.
    pub(super) fn whole(&mut self, field: &Field<'_>, least: usize) -> Option<usize> {
        self.whole_within(field, least, usize::MAX)
    }

    /// A whole number, at least `least` and at most `most`.
    pub(super) fn whole_within(
        &mut self,
        field: &Field<'_>,
        least: usize,
        most: usize,
    ) -> Option<usize> {
        let number = match field.node.value {
            Value::Whole(number) => usize::try_from(number).ok(),
            _ => None,
        };
        let sound = number.filter(|number| (least..=most).contains(number));
        if sound.is_none() {
            let expected = if most == usize::MAX {
                format!("a whole number, at least {least}")
            } else {
                format!("a whole number from {least} to {most}")
            };
            self.report(field, self.unquote(field).expected(expected));
        }
        sound
    }

    /// A finite number with a property.
    pub(super) fn number(&mut self, field: &Field<'_>, numbers: &Numbers) -> Option<f64> {
        let number = match field.node.value {
            // Exact below 2^53; a spec has no use for more.
            Value::Whole(number) => Some(number as f64),
            Value::Real(number) => Some(number),
            _ => None,
        };
        let sound = number.filter(|number| number.is_finite() && (numbers.holds)(*number));
        if sound.is_none() {
            let mut problem = self.unquote(field).expected(numbers.expected);
            if let (Some(_), Some(hint)) = (number, numbers.hint) {
                problem = problem.hint(hint);
            }
            self.report(field, problem);
        }
        sound
    }

    /// A calendar day, year first.
    pub(super) fn day(&mut self, field: &Field<'_>) -> Option<Day> {
        let text = match &field.node.value {
            Value::Text(text) => text.as_str(),
            _ => "",
        };
        // jiff also reads times and other spellings; a spec has one spelling a day.
        let day = text.parse::<Day>().ok().filter(|day| day.to_string() == text);
        if day.is_none() {
            self.refuse(field, "a day of the calendar as in 1998-12-22");
        }
        day
    }

    /// The mappings of a list, not yet known to be mappings.
    pub(super) fn items(&mut self, field: &Field<'a>, expected: &str) -> Option<Vec<Field<'a>>> {
        let items = elements(field);
        if items.is_none() {
            self.refuse(field, expected);
        }
        items
    }

    /// The plain values of a list, not yet known to be plain.
    pub(super) fn values(&mut self, field: &Field<'a>, expected: &str) -> Option<Vec<Field<'a>>> {
        let values = elements(field);
        if values.is_none() {
            let problem = self.refusal(field).expected(expected);
            let problem = match field.node.value {
                Value::Empty | Value::Map(_) => problem,
                _ => problem.hint(format!("write `[{}]`", self.source.written(field.node))),
            };
            self.report(field, problem);
        }
        values
    }

    /// A mapping. Ask it for its keys, then [close](Self::close) it.
    pub(super) fn mapping(&mut self, field: &Field<'a>, expected: &str) -> Option<Mapping<'a>> {
        let Value::Map(entries) = &field.node.value else {
            self.refuse(field, expected);
            return None;
        };
        for (position, (key, _)) in entries.iter().enumerate() {
            let earlier = entries.iter().take(position).find(|(other, _)| other.value == key.value);
            if let Some((first, _)) = earlier {
                let field = Field { path: self.source.written(key).into(), node: key };
                let problem = Problem::new(format!("duplicate key `{}`", field.path))
                    .hint(format!("it stands on line {} already", first.referenced.line()));
                self.report(&field, problem);
            }
        }
        Some(Mapping {
            path: field.path.clone(),
            node: field.node,
            entries,
            asked: Vec::new(),
            missing: Vec::new(),
        })
    }

    /// Reports the keys that nobody asked for, and those that must be there and are not.
    ///
    /// `noun` says whose keys they are, where that helps: "of the rule `quartile`".
    pub(super) fn close(&mut self, mapping: Mapping<'_>, noun: &str) {
        let Mapping { path, node, entries, asked, mut missing } = mapping;
        for (key, _) in entries {
            let field = Field { path: String::new(), node: key };
            let name = match &key.value {
                Value::Text(name) => name,
                Value::Flag(_) | Value::Whole(_) | Value::Real(_) => self.source.written(key),
                Value::Empty | Value::List(_) | Value::Map(_) => {
                    self.report(&field, Problem::new("a key that is no word"));
                    continue;
                }
            };
            if asked.contains(&name) {
                continue;
            }
            // A key misspelt is not a key missing.
            if let Some(meant) = did_you_mean(name, missing.iter().copied()) {
                missing.retain(|key| *key != meant);
            }
            // A key not yet there is more likely meant than one that is.
            let given = |known: &str| entries.iter().any(|(key, _)| key_text(key) == Some(known));
            let mut likely: Vec<&'static str> = asked.clone();
            likely.retain(|known| !given(known));
            if did_you_mean(name, likely.iter().copied()).is_none() {
                likely.clone_from(&asked);
            }
            let problem =
                Problem::new(format!("unknown key `{name}`{noun}")).expected(one_of(&asked));
            self.report(&field, with_near(problem, name, &likely));
        }
        for key in missing {
            let problem = Problem::new(format!("missing key `{}`", join(&path, key)));
            match entries.first() {
                // The first key stands for a section; nothing in the text stands for the file.
                Some((first, _)) if !path.is_empty() => {
                    let field = Field { path: String::new(), node: first };
                    self.report(&field, problem.expected(format!("`{key}` beside it")));
                }
                _ if !path.is_empty() => self.report(&Field { path: String::new(), node }, problem),
                _ => self.report_file(problem),
            }
        }
    }

    /// A refusal that says when a number stands in quotes.
    fn unquote(&self, field: &Field<'_>) -> Problem {
        let problem = self.refusal(field);
        match &field.node.value {
            Value::Text(text) if text.parse::<f64>().is_ok() => problem.hint("drop the quotes"),
            _ => problem,
        }
    }
}

impl<'a> Mapping<'a> {
    /// The value under a key, if the key is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Field<'a>> {
        self.asked.push(key);
        let (_, node) = self.entries.iter().find(|(other, _)| key_text(other) == Some(key))?;
        Some(Field { path: join(&self.path, key), node })
    }

    /// The value under a key that must be there.
    pub(super) fn require(&mut self, key: &'static str) -> Option<Field<'a>> {
        let field = self.get(key);
        if field.is_none() {
            self.missing.push(key);
        }
        field
    }

    /// Makes sure that keys asked for before are there.
    pub(super) fn require_all(&mut self, keys: &[&'static str]) {
        let absent = |key: &&&'static str| {
            self.entries.iter().all(|(other, _)| key_text(other) != Some(**key))
        };
        self.missing.extend(keys.iter().filter(absent));
    }
}

/// The elements of a list, if it is one.
fn elements<'a>(field: &Field<'a>) -> Option<Vec<Field<'a>>> {
    let Value::List(nodes) = &field.node.value else { return None };
    let path = |position| format!("{}[{position}]", field.path);
    Some(nodes.iter().enumerate().map(|(i, node)| Field { path: path(i), node }).collect())
}

/// A key, if it is a word.
fn key_text(key: &Node) -> Option<&str> {
    match &key.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A path one key longer.
fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.into() } else { format!("{path}.{key}") }
}

/// The choices, in words.
fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing".into(),
        [only] => format!("`{only}`"),
        _ => format!("one of {}", words.join(", ")),
    }
}

/// Adds the nearest of the words as a hint.
fn with_near(problem: Problem, written: &str, words: &[&'static str]) -> Problem {
    match did_you_mean(written, words.iter().copied()) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}
