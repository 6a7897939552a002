//! Which keys differ between two specs.

use indexmap::IndexMap;
use serde_json::Value;

use super::Spec;

/// Keys that tell the entries of a list apart, so that an entry keeps its name when another is put
/// before it.
const IDENTITIES: [&str; 4] = ["name", "kind", "rule", "test"];

impl Spec {
    /// The keys whose values differ from those of another spec, dotted (`costs.trade_bps`): in the order
    /// of this one, then those that only the other has.
    ///
    /// An entry of a list of mappings goes by its name, kind or rule (`models.lasso.alphas`), and one
    /// that only one of the two has is one key (`models.lasso`). A list in another order is one, too.
    pub(crate) fn keys_unlike(&self, other: &Self) -> Vec<String> {
        let mut keys = Vec::new();
        compare("", Some(&other.to_json()), Some(&self.to_json()), &mut keys);
        keys
    }
}

fn compare(path: &str, old: Option<&Value>, new: Option<&Value>, keys: &mut Vec<String>) {
    if old == new {
        return;
    }
    let Some((old, new)) = old.zip(new).and_then(|(old, new)| fields(old).zip(fields(new))) else {
        return keys.push(path.to_owned());
    };
    let before = keys.len();
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    for key in new.keys().chain(gone) {
        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        compare(&below, old.get(key).copied(), new.get(key).copied(), keys);
    }
    // The order alone.
    if keys.len() == before {
        keys.push(path.to_owned());
    }
}

/// The parts of a value by name: keys of a mapping, entries of a list of mappings.
fn fields(value: &Value) -> Option<IndexMap<String, &Value>> {
    match value {
        Value::Object(fields) => Some(fields.iter().map(|(key, v)| (key.clone(), v)).collect()),
        Value::Array(items) if items.iter().all(Value::is_object) => {
            Some(entry_names(items).into_iter().zip(items).collect())
        }
        _ => None,
    }
}

/// A name for each entry of a list; the second of a name gets a number, as in `sign_flip#2`.
pub(crate) fn entry_names(items: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen: IndexMap<&str, usize> = IndexMap::new();
    for item in items {
        let name = IDENTITIES.iter().find_map(|key| item.get(key).and_then(Value::as_str));
        let name = name.unwrap_or("entry");
        let count = seen.entry(name).or_insert(0);
        *count += 1;
        names.push(if *count == 1 { name.to_owned() } else { format!("{name}#{count}") });
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_those_that_differ_in_the_order_of_the_spec() {
        for (old, new, expected) in [
            (
                json!({"data": {"lags": [1], "end": "2020-01-01"}, "seed": 1}),
                json!({"data": {"lags": [1, 2]}, "seed": 2, "costs": {"cash": 1}}),
                &["data.lags", "data.end", "seed", "costs"][..],
            ),
            (
                json!({"models": [{"kind": "lasso", "count": 60}, {"kind": "ols"}]}),
                json!({"models": [{"kind": "ridge"}, {"kind": "lasso", "count": 80}]}),
                &["models.ridge", "models.lasso.count", "models.ols"],
            ),
            (
                json!({"positions": [{"rule": "a"}, {"rule": "b"}], "window": "expanding"}),
                json!({"positions": [{"rule": "b"}, {"rule": "a"}], "window": 250}),
                &["positions", "window"],
            ),
            (json!({"regimes": []}), json!({"regimes": [{"kind": "jump"}]}), &["regimes.jump"]),
            (json!({"seed": 1}), json!({"seed": 1}), &[]),
        ] {
            let mut keys = Vec::new();
            compare("", Some(&old), Some(&new), &mut keys);
            assert_eq!(keys, expected, "{old} {new}");
        }
    }
}
