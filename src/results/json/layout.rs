//! JSON that people review: what is small stands on one line, what is large is set out with a line
//! for each of its parts. A figure that changes then changes one line of a difference, and the file
//! is little longer than without any space.

use serde_json::Value;

/// Deepest indentation: what lies deeper is known by its lines, and a file has tens of thousands.
const DEEPEST: usize = 2;

/// Longest text of an array or an object with others in it that stands on one line.
const WIDTH: usize = 800;

/// The text of a value, ending in a line feed.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    write(value, 1, &mut text);
    text.push('\n');
    text
}

/// Writes a value whose parts, if it is set out, are indented by `depth`.
fn write(value: &Value, depth: usize, text: &mut String) {
    let parts: Vec<(Option<&String>, &Value)> = match value {
        Value::Array(items) if !is_small(value) => items.iter().map(|item| (None, item)).collect(),
        Value::Object(fields) if !is_small(value) => {
            fields.iter().map(|(key, value)| (Some(key), value)).collect()
        }
        _ => return text.push_str(&value.to_string()),
    };
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', depth.min(DEEPEST)));
    };
    text.push(open);
    for (number, (key, part)) in parts.into_iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        line(text, depth);
        if let Some(key) = key {
            text.push_str(&Value::from(key.as_str()).to_string());
            text.push_str(": ");
        }
        write(part, depth + 1, text);
    }
    line(text, depth - 1);
    text.push(close);
}

/// Whether a value stands on one line: it holds plain values only, or is short.
fn is_small(value: &Value) -> bool {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    let holds_plain = match value {
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(fields) => fields.values().all(is_plain),
        _ => true,
    };
    // Plain values have two characters or more, with what separates them.
    holds_plain || (plain_values(value) <= WIDTH / 2 && value.to_string().len() <= WIDTH)
}

/// Plain values in a value.
fn plain_values(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(plain_values).sum(),
        Value::Object(fields) => fields.values().map(plain_values).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_lies_deep_is_set_in_no_further() {
        let row: Vec<f64> = (0..300).map(|number| f64::from(number) / 8.0).collect();
        let value = json!({"a": {"b": {"c": {"d": [row]}}}});
        let text = text(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        let deep = |line: &&str| line.starts_with("   ");
        assert_eq!(text.lines().filter(deep).count(), 0, "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..4], ["{", " \"a\": {", "  \"b\": {", "  \"c\": {"]);
    }

    #[test]
    fn small_things_have_a_line_and_the_text_reads_back() {
        let row: Vec<f64> = (0..300).map(|number| f64::from(number) / 8.0).collect();
        let value = json!({
            "schema": 6,
            "empty": {"list": [], "object": {}},
            "rows": [row, [1, null, true]],
            "models": [{"name": "a \"b\"\n", "values": {"x": 1e-7}}],
        });
        let text = text(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..4],
            ["{", " \"schema\": 6,", r#" "empty": {"list":[],"object":{}},"#, " \"rows\": ["]
        );
        assert!(lines[4].starts_with("  [0.0,0.125,") && lines[4].ends_with("37.375],"));
        assert_eq!(lines[5..7], ["  [1,null,true]", " ],"]);
        assert_eq!(lines[7], r#" "models": [{"name":"a \"b\"\n","values":{"x":1e-7}}]"#);
        assert_eq!(lines[8..], ["}"]);
    }
}
