//! A value of a tree and the path that leads to it.

use super::tree::{Node, Value};

/// A value and its path from the top, as in `models[0].alphas.count`.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) path: String,
    pub(super) node: &'a Node,
}

impl<'a> Field<'a> {
    /// The value under a key of a mapping, at an index of a list.
    pub(super) fn below(&self, step: &str) -> Option<Field<'a>> {
        match &self.node.value {
            Value::Map(entries) => {
                let (_, node) = entries.iter().find(|(key, _)| key_text(key) == Some(step))?;
                Some(Field { path: join(&self.path, step), node })
            }
            Value::List(items) => {
                let node = items.get(step.parse::<usize>().ok()?)?;
                Some(Field { path: format!("{}[{step}]", self.path), node })
            }
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let items: &[Node] = match &self.node.value {
            Value::List(items) => items,
            _ => &[],
        };
        let path = self.path.clone();
        let item = move |(i, node)| Field { path: format!("{path}[{i}]"), node };
        items.iter().enumerate().map(item)
    }

    /// The last key of the path.
    pub(super) fn key(&self) -> &str {
        let last = self.path.rsplit('.').next().unwrap_or("");
        last.split('[').next().unwrap_or("")
    }
}

/// A key, if it is a word.
pub(super) fn key_text(key: &Node) -> Option<&str> {
    match &key.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A path one key longer.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
