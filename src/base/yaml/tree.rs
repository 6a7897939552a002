//! YAML as a tree in which every key and value knows its place.
//!
//! Deserializing straight into typed structs would stop at the first mistake. The tree takes any
//! well-formed document, duplicate keys included, and leaves all judgement to `check`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use serde_yaml::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy, Spanned};

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

impl Value {
    /// As JSON, of whatever type: a number without end and a key that is no word have none.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Flag(flag) => Json::Bool(*flag),
            Self::Whole(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => number.into(),
                (_, Ok(number)) => number.into(),
                _ => Json::Null,
            },
            Self::Real(number) => (*number).into(),
            Self::Text(text) => Json::String(text.clone()),
            Self::List(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Map(entries) => {
                let entry = |(key, node): &(Node, Node)| match &key.value {
                    Value::Text(key) => Some((key.clone(), node.value.to_json())),
                    _ => None,
                };
                Json::Object(entries.iter().filter_map(entry).collect())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

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

    /// Digits beyond every bound; only their size is left.
    fn visit_i128<E>(self, number: i128) -> Result<Value, E> {
        Ok(Value::Whole(number))
    }

    fn visit_u128<E>(self, number: u128) -> Result<Value, E> {
        Ok(Value::Whole(i128::try_from(number).unwrap_or(i128::MAX)))
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
fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        // No file of ours is deeper than six; the parser needs some 30 kB of the stack a level.
        budget: serde_yaml::budget! { max_depth: 20 },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // `<<` is then an unknown key like any other: our files are short enough to say what they mean.
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
pub(super) fn parse(text: &str) -> Result<Node, serde_yaml::Error> {
    serde_yaml::from_str_with_options(text, options())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        parse(text).unwrap().value
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
}
