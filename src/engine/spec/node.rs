//! The YAML of a spec as a tree in which every key and value knows its place.
//!
//! Deserializing straight into typed structs would stop at the first mistake. The tree takes any
//! well-formed document, duplicate keys included, and leaves all judgement to [`super::reader`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy, Spanned};

use super::source::Source;
use crate::base::diagnostic::{Problem, Problems};

/// A value with its place.
pub(super) type Node = Spanned<Value>;

/// A YAML value of whatever type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Empty,
    /// `true` or `false`; the words `yes`, `no`, `on` and `off` are text (and tickers).
    Flag(bool),
    /// A whole number.
    Whole(i128),
    /// Any other number, `.inf` and `.nan` included.
    Real(f64),
    /// Text, quoted or not.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order written, duplicate keys kept.
    Map(Vec<(Node, Node)>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// Takes what the parser finds.
struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Empty)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Whole(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Whole(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Value::Map(map))
    }
}

/// How YAML is understood.
pub(super) fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // `<<` is then an unknown key like any other: a spec is short enough to say what it means.
        merge_keys: MergeKeyPolicy::AsOrdinary,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    }
}

/// Parses one YAML document.
///
/// # Errors
/// The first place at which the text is not YAML, or is more than one document.
pub(super) fn load(source: &Source<'_>) -> Result<Node, Problems> {
    serde_yaml::from_str_with_options(source.text(), options())
        .map_err(|error| syntax_problem(source, &error).into())
}

/// What the parser says, in the manner of every other problem.
fn syntax_problem(source: &Source<'_>, error: &serde_yaml::Error) -> Problem {
    let place = error.location().map_or_else(|| source.whole(), |at| source.place(at));
    let said = error.to_string();
    // The parser ends its message by the position, which the place shows already.
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message);
    if said.starts_with("multiple YAML documents") {
        return Problem::new("a second YAML document")
            .at(place)
            .hint("a file holds one experiment: give the second a file of its own");
    }
    if said.contains("tab")
        && let Some(tab) = source.tab_from(place.line.as_ref().map_or(1, |line| line.number))
    {
        return Problem::new("not YAML: a tab in the indentation")
            .at(tab)
            .hint("indent with spaces");
    }
    let problem = Problem::new(format!("not YAML: {said}")).at(place);
    let hints = [
        ("mapping values", "check the indentation, and quote a text that holds `: `"),
        ("illegal placement", "look above for a bracket, a brace or a quote left open"),
        ("simple key", "a key is followed by `: `"),
        ("unexpected character", "quote a text that starts by this character"),
    ];
    match hints.into_iter().find(|(start, _)| said.starts_with(start)) {
        Some((_, hint)) => problem.hint(hint),
        None => problem,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        load(&Source::new("a.yaml", text)).unwrap().value
    }

    #[test]
    fn plain_words_that_look_like_switches_stay_tickers() {
        for ticker in ["ON", "NO", "Y", "off"] {
            assert_eq!(value(ticker), Value::Text(ticker.into()));
        }
        assert_eq!(value("true"), Value::Flag(true));
    }

    #[test]
    fn numbers_without_an_end_reach_the_checks() {
        assert_eq!(value(".inf"), Value::Real(f64::INFINITY));
        assert_eq!(value("1e400"), Value::Real(f64::INFINITY));
        assert_eq!(value("1e-3"), Value::Real(1e-3));
    }

    #[test]
    fn both_of_a_duplicate_key_are_kept() {
        let Value::Map(entries) = value("a: 1\na: 2\n") else { panic!("a mapping") };
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].0.referenced.line(), 2);
    }
}
