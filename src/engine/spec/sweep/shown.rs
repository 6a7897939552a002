//! Values of a spec in a short form.

use serde_json::Value;

/// Characters that a chart has for a value.
const LONGEST: usize = 32;

/// Values in a short form: as written where that is short, by their first and last where they are
/// long; no two that differ look the same.
pub(super) fn shown(values: &[Value]) -> Vec<String> {
    let long: Vec<String> = values.iter().map(|value| text(value, usize::MAX)).collect();
    let short: Vec<String> = values.iter().map(|value| text(value, LONGEST)).collect();
    let is_alone = |at: usize| short.iter().filter(|other| **other == short[at]).count() == 1;
    (0..values.len())
        .map(|at| if is_alone(at) { short[at].clone() } else { long[at].clone() })
        .collect()
}

fn text(value: &Value, longest: usize) -> String {
    let whole = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(number) => number.to_string(),
            None => number.to_string(),
        },
        Value::Bool(flag) => flag.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| text(item, longest)).collect();
            let whole = items.join(", ");
            if whole.chars().count() > longest && items.len() > 2 {
                format!("{} to {} ({})", items[0], items[items.len() - 1], items.len())
            } else {
                whole
            }
        }
        Value::Object(entries) => {
            // What tells the entries of a list apart comes first and needs no key.
            const HEADS: [&str; 4] = ["kind", "rule", "method", "system"];
            let heads = HEADS.into_iter().filter_map(|key| entries.get(key));
            let rest = entries.iter().filter(|(key, _)| !HEADS.contains(&key.as_str()));
            let rest = rest.map(|(key, value)| format!("{key} {}", text(value, longest)));
            let heads = heads.map(|head| text(head, longest));
            heads.chain(rest).collect::<Vec<String>>().join(" ")
        }
    };
    if whole.chars().count() <= longest {
        return whole;
    }
    whole.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_short_and_unlike_the_others() {
        let of = |values: &Value| shown(values.as_array().unwrap());
        for (values, expected) in [
            (json!([1, 0.5, true, "expanding"]), vec!["1", "0.5", "true", "expanding"]),
            (json!([[1], [1, 5]]), vec!["1", "1, 5"]),
            (
                json!([[{"kind": "ridge"}], [{"kind": "ridge"}, {"kind": "lasso"}]]),
                vec!["ridge", "ridge, lasso"],
            ),
            (
                json!([{"method": "prequential"}, {"method": "holdout", "rows": 250}]),
                vec!["prequential", "holdout rows 250"],
            ),
            (
                json!([["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"], ["XLB"]]),
                vec!["XLB to XLY (9)", "XLB"],
            ),
        ] {
            assert_eq!(of(&values), expected);
        }
        let alike = of(&json!([
            ["AAAAAAAA", "B", "CCCCCCCC", "DDDDDDDD", "EEEEEEEE"],
            ["AAAAAAAA", "X", "CCCCCCCC", "DDDDDDDD", "EEEEEEEE"],
        ]));
        assert_ne!(alike[0], alike[1]);
    }
}
