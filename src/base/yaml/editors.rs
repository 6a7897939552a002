//! The JSON Schema of a file, for editors that complete and check while one types.

use schemars::JsonSchema;
use serde_json::Value;

use super::schema;

/// The schema of a type, draft 7, which every editor takes, under a title.
pub(crate) fn schema_for_editors<T: JsonSchema>(title: &str) -> Value {
    let mut schema = schema::<T>();
    for_editors(&mut schema);
    if let Value::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), title.into());
    }
    schema
}

/// The words of our own reader left out, and no key allowed that is not known.
fn for_editors(schema: &mut Value) {
    match schema {
        Value::Object(schema) => {
            schema.retain(|key, _| !key.starts_with("x-"));
            if schema.contains_key("properties") {
                schema.insert("additionalProperties".to_owned(), false.into());
            }
            schema.values_mut().for_each(for_editors);
        }
        Value::Array(items) => items.iter_mut().for_each(for_editors),
        _ => {}
    }
}
