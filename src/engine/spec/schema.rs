//! The JSON Schema of a spec, for editors that complete and check while one types.

use serde_json::Value;

use crate::base::yaml;
use crate::results::spec::Spec;

/// The schema, draft 7, which every editor takes. It knows keys, types and ranges; what depends on
/// two values at once only [`parse`](super::parse()) finds.
pub fn json_schema() -> Value {
    let mut schema = yaml::schema::<Spec>();
    let keys = super::sweep::keys(&schema);
    if let Some(sweep) = schema.pointer_mut("/properties/sweep") {
        sweepable(sweep, keys);
    }
    yaml::for_editors(schema, "dfa-report experiment")
}

/// Every key that can be swept with a list of its values, so that an editor completes and checks
/// them too; what stands in a list is only checked by [`parse`](super::parse()).
fn sweepable(sweep: &mut Value, keys: Vec<(String, Value)>) {
    let Some(free) = sweep.as_object_mut().and_then(|sweep| sweep.remove("additionalProperties"))
    else {
        return;
    };
    let of_key = |mut schema: Value| {
        let mut list = free.clone();
        // Of a part of a choice there may be several; their description would be of one of them.
        schema.as_object_mut().map(|schema| schema.remove("description"));
        list["items"] = schema;
        list
    };
    if let Some(properties) = sweep["properties"].as_object_mut() {
        properties.extend(keys.into_iter().map(|(key, schema)| (key, of_key(schema))));
    }
    let within = r"^(models|positions|regimes|data\.features|data\.lags)\[[0-9]+\]";
    sweep["patternProperties"] = Value::Object([(within.to_owned(), free)].into_iter().collect());
}
