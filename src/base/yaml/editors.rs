//! The JSON Schema of a file, for editors that complete and check while one types.

use serde_json::Value;

/// The schema of a type as editors take it, under a title.
pub(crate) fn for_editors(mut schema: Value, title: &str) -> Value {
    reduce(&mut schema);
    if let Value::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), title.into());
    }
    schema
}

/// The words of our own reader left out, and no key allowed that is not known.
fn reduce(schema: &mut Value) {
    match schema {
        Value::Object(schema) => {
            schema.retain(|key, _| !key.starts_with("x-"));
            if schema.contains_key("properties") {
                schema.insert("additionalProperties".to_owned(), false.into());
            }
            schema.values_mut().for_each(reduce);
        }
        Value::Array(items) => items.iter_mut().for_each(reduce),
        _ => {}
    }
}
