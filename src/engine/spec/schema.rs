//! The JSON Schema of a spec, for editors that complete and check while one types.

use serde_json::Value;

use crate::base::yaml;
use crate::results::spec::Spec;

/// The schema, draft 7, which every editor takes. It knows keys, types and ranges; what depends on
/// two values at once only [`parse`](super::parse()) finds.
pub fn json_schema() -> Value {
    let mut schema = yaml::schema::<Spec>();
    for_editors(&mut schema);
    if let Value::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), "dfa-report experiment".into());
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
