//! Lists of objects with the same keys, as tables that name the keys once: `{"columns": [...],
//! "data": [[...], ...]}`, which pandas takes as it is (`DataFrame(**table)`).
//!
//! Only where a file would be full of keys, and never in the parts that other programs rely on.

use serde_json::{Map, Value};

const COLUMNS: &str = "columns";
const DATA: &str = "data";

/// Where such lists are: as [`at`] has it.
const LISTS: [&[&str]; 12] = [
    &["periods", "*", "parts"],
    &["periods", "*", "forecast", "*"],
    &["periods", "*", "strategies", "*"],
    &["regimes", "*", "forecast", "*"],
    &["regimes", "*", "strategies", "*"],
    &["models", "*", "drawdowns"],
    &["models", "*", "cost_curve"],
    &["models", "*", "calibration"],
    &["hold_drawdowns"],
    &["tear_sheets"],
    &["geometry", "pairs"],
    &["geometry", "spectrum", "modes"],
];

/// Makes the lists tables.
pub(super) fn fold(results: &mut Value) {
    LISTS.iter().for_each(|path| at(results, path, &|list| _ = folded(list).map(|t| *list = t)));
}

/// Makes tables lists again; what is neither stays as it is.
pub(super) fn unfold(results: &mut Value) {
    LISTS
        .iter()
        .for_each(|path| at(results, path, &|table| _ = unfolded(table).map(|l| *table = l)));
}

/// Calls `change` on every value that a path leads to: keys from the top, `*` for every key and every
/// position, `key=text` for the objects of a list that have that text under the key.
pub(super) fn at(value: &mut Value, path: &[&str], change: &dyn Fn(&mut Value)) {
    let Some((key, rest)) = path.split_first() else { return change(value) };
    match value {
        Value::Array(items) if *key == "*" => items.iter_mut().for_each(|v| at(v, rest, change)),
        Value::Array(items) => {
            let Some((key, text)) = key.split_once('=') else { return };
            let named = items.iter_mut().filter(|item| item[key] == text);
            named.for_each(|item| at(item, rest, change));
        }
        Value::Object(fields) if *key == "*" => {
            fields.values_mut().for_each(|value| at(value, rest, change));
        }
        Value::Object(fields) => {
            fields.get_mut(*key).into_iter().for_each(|value| at(value, rest, change));
        }
        _ => {}
    }
}

/// A list as a table; `None` if it is empty, or its objects have different keys.
fn folded(list: &Value) -> Option<Value> {
    let items: Vec<&Map<String, Value>> =
        list.as_array()?.iter().map(Value::as_object).collect::<Option<_>>()?;
    let columns: Vec<&String> = items.first()?.keys().collect();
    let is_alike = |item: &&Map<String, Value>| item.keys().eq(columns.iter().copied());
    if !items.iter().all(is_alike) {
        return None;
    }
    let rows = items.iter().map(|item| item.values().cloned().collect::<Vec<Value>>());
    let mut table = Map::new();
    table.insert(COLUMNS.to_owned(), columns.into_iter().map(String::as_str).collect());
    table.insert(DATA.to_owned(), rows.collect());
    Some(Value::Object(table))
}

/// The list of a table; `None` of what is none, or has a row that is longer or shorter.
fn unfolded(table: &Value) -> Option<Value> {
    let fields = table.as_object().filter(|fields| fields.len() == 2)?;
    let columns = fields.get(COLUMNS)?.as_array()?.iter().map(Value::as_str);
    let columns: Vec<&str> = columns.collect::<Option<_>>()?;
    let row = |row: &Value| {
        let values = row.as_array().filter(|values| values.len() == columns.len())?;
        let named = columns.iter().map(|&column| column.to_owned()).zip(values.iter().cloned());
        Some(Value::Object(named.collect()))
    };
    fields.get(DATA)?.as_array()?.iter().map(row).collect::<Option<Vec<_>>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_become_tables_and_come_back() {
        let parts = json!([{"rows": 3, "r2": null}, {"rows": 5, "r2": 0.25}]);
        let table = json!({"columns": ["rows", "r2"], "data": [[3, null], [5, 0.25]]});
        let odd = json!([{"rows": 3}, {"r2": 3}]);
        let results = json!({
            "periods": [
                {"kind": "year", "parts": [], "forecast": {"ridge": parts, "lasso": odd}},
                {"forecast": {}},
            ],
            "regimes": [{"flips": parts, "strategies": {"ridge.binary": parts}}],
            "models": parts,
        });
        let mut folded = results.clone();
        fold(&mut folded);
        assert_eq!(folded["periods"][0]["forecast"]["ridge"], table);
        assert_eq!(folded["regimes"][0]["strategies"]["ridge.binary"], table);
        // What has no table stays: other places, objects that differ, nothing.
        assert_eq!(folded["models"], parts);
        assert_eq!(folded["regimes"][0]["flips"], parts);
        assert_eq!(folded["periods"][0]["forecast"]["lasso"], odd);
        assert_eq!(folded["periods"][0]["parts"], json!([]));
        unfold(&mut folded);
        assert_eq!(folded, results);
    }

    #[test]
    fn a_path_may_name_the_objects_of_a_list() {
        let mut results =
            json!({"periods": [{"kind": "year", "x": 1}, {"kind": "all", "x": 1}, 3]});
        at(&mut results, &["periods", "kind=year", "x"], &|x| *x = 2.into());
        let only = json!({"periods": [{"kind": "year", "x": 2}, {"kind": "all", "x": 1}, 3]});
        assert_eq!(results, only);
        at(&mut results, &["periods", "x"], &|x| *x = 3.into());
        assert_eq!(results, only, "a list has no keys");
    }

    #[test]
    fn what_is_no_table_stays() {
        for value in [
            json!({"columns": ["a"], "data": [[1, 2]]}),
            json!({"columns": [1], "data": [[1]]}),
            json!({"columns": ["a"]}),
            json!({"columns": ["a"], "data": {"a": 1}}),
            json!({"columns": ["a"], "data": [1]}),
            json!(null),
        ] {
            let mut results = json!({"geometry": {"pairs": value}});
            let before = results.clone();
            unfold(&mut results);
            assert_eq!(results, before);
        }
    }
}
