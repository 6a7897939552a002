//! The same file with other values in it: each read as if it stood where it is put, and every
//! problem told where it is written.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::field::{join, key_text};
use super::reader::Yaml;
use super::source::Source;
use super::tree::{Node, Value};
use crate::base::diagnostic::{Place, Problems};

/// A value as a file writes it.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    source: &'a Source<'a>,
    node: &'a Node,
}

impl Written<'_> {
    /// Where it stands.
    pub(crate) fn place(&self) -> Place {
        self.source.place_of(self.node)
    }

    /// The value.
    pub(crate) fn json(&self) -> Json {
        self.node.value.to_json()
    }
}

/// A dotted key with the values that a file lists under it.
pub(crate) struct Listed<'a> {
    /// The key, as in `models[0].alphas.count`.
    pub(crate) key: &'a str,
    node: &'a Node,
    source: &'a Source<'a>,
    /// The values, in order.
    pub(crate) values: Vec<Written<'a>>,
}

impl Listed<'_> {
    /// Where the key stands.
    pub(crate) fn place(&self) -> Place {
        self.source.place_of(self.node)
    }
}

impl<'a> Yaml<'a> {
    /// The entries of the mapping under a key of the file that are lists.
    pub(crate) fn listed(&self, under: &str) -> Vec<Listed<'a>> {
        let Value::Map(entries) = &self.root.value else { return Vec::new() };
        let found = entries.iter().find(|(key, _)| key_text(key) == Some(under));
        let Some(Value::Map(entries)) = found.map(|(_, node)| &node.value) else {
            return Vec::new();
        };
        let source = self.source;
        let listed = |(node, value): &'a (Node, Node)| {
            let (Some(key), Value::List(items)) = (key_text(node), &value.value) else {
                return None;
            };
            let values = items.iter().map(|node| Written { source, node }).collect();
            Some(Listed { key, node, source, values })
        };
        entries.iter().filter_map(listed).collect()
    }

    /// Whether a value can be put under a dotted key: what leads there is a mapping or is not there
    /// yet, and a place in a list is one that it has.
    pub(crate) fn takes(&self, key: &str) -> bool {
        let mut node = Some(self.root);
        for step in steps(key) {
            node = match (node.map(|node| &node.value), step) {
                (None | Some(Value::Empty), Step::Key(_)) => None,
                (Some(Value::Map(entries)), Step::Key(step)) => {
                    entries.iter().find(|(key, _)| key_text(key) == Some(step)).map(|(_, n)| n)
                }
                (Some(Value::List(items)), Step::Item(at)) if at < items.len() => items.get(at),
                _ => return false,
            };
        }
        true
    }

    /// Reads the file as a `T` without some of its keys and with values in other places, as
    /// [`Yaml::read`] does.
    ///
    /// # Errors
    /// As [`Yaml::read`]; a value that is put somewhere is told where it stands in the file.
    pub(crate) fn replaced<T, C>(
        &self,
        without: &[&str],
        replacements: &[(&Listed<'a>, Written<'a>)],
        check: impl FnOnce(&mut Yaml<'_>) -> C,
    ) -> Result<(T, C), Problems>
    where
        T: JsonSchema + DeserializeOwned + 'static,
    {
        let mut root = self.root.clone();
        if let Value::Map(entries) = &mut root.value {
            entries.retain(|(key, _)| key_text(key).is_none_or(|key| !without.contains(&key)));
        }
        for (listed, written) in replacements {
            put(&mut root, &steps(listed.key), listed.node, written.node);
        }
        Yaml::of(self.source, &root).finish(check)
    }
}

/// A step of a dotted key.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step<'k> {
    Key(&'k str),
    Item(usize),
}

/// The steps of a dotted key: `models[0].kind` has three.
fn steps(key: &str) -> Vec<Step<'_>> {
    let words = key.split('.').flat_map(|part| part.split('['));
    words
        .filter(|word| !word.is_empty())
        .map(|word| match word.strip_suffix(']').map(str::parse) {
            Some(Ok(at)) => Step::Item(at),
            _ => Step::Key(word),
        })
        .collect()
}

/// Puts a value where some steps lead, mappings made on the way; nowhere if they lead nowhere. What
/// is made stands where `key` does.
fn put(node: &mut Node, steps: &[Step<'_>], key: &Node, value: &Node) {
    let Some((step, rest)) = steps.split_first() else {
        node.clone_from(value);
        return;
    };
    if node.value == Value::Empty {
        node.value = Value::Map(Vec::new());
    }
    match (&mut node.value, step) {
        (Value::Map(entries), Step::Key(step)) => {
            let known = entries.iter().position(|(key, _)| key_text(key) == Some(step));
            let at = known.unwrap_or_else(|| {
                let made = |value| Node { value, ..key.clone() };
                entries.push((made(Value::Text((*step).to_owned())), made(Value::Empty)));
                entries.len() - 1
            });
            put(&mut entries[at].1, rest, key, value);
        }
        (Value::List(items), Step::Item(at)) => {
            if let Some(item) = items.get_mut(*at) {
                put(item, rest, key, value);
            }
        }
        _ => {}
    }
}

/// A value written in one line, of whatever type; `None` of text that is not YAML.
pub(crate) fn flow(text: &str) -> Option<Json> {
    super::tree::parse(text).ok().map(|node| node.value.to_json())
}

/// The value under a dotted key of a JSON value.
pub(crate) fn under<'j>(json: &'j Json, key: &str) -> Option<&'j Json> {
    steps(key).into_iter().try_fold(json, |json, step| match step {
        Step::Key(key) => json.get(key),
        Step::Item(at) => json.get(at),
    })
}

/// What is left of a dotted key behind another that it begins with: of `a.b[0]` behind `a.b`, `[0]`.
pub(crate) fn behind<'k>(key: &'k str, start: &str) -> Option<&'k str> {
    let rest = key.strip_prefix(start)?;
    (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
}

/// The dotted keys of a schema: of its mappings, and of the variants of those that have several;
/// what stands in a list is not among them.
pub(crate) fn dotted_keys(schema: &Json) -> Vec<(String, Json)> {
    let mut found: Vec<(String, Json)> = Vec::new();
    let mut below = |schema: &Json| {
        for (key, schema) in super::words::properties(schema) {
            if found.iter().all(|(known, _)| known != key) {
                found.push((key.to_owned(), schema.clone()));
            }
            for (rest, schema) in dotted_keys(schema) {
                let key = join(key, &rest);
                if found.iter().all(|(known, _)| *known != key) {
                    found.push((key, schema));
                }
            }
        }
    };
    below(schema);
    super::words::variants(schema).into_iter().flatten().for_each(below);
    found
}
