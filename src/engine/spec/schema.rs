//! The JSON Schema of a spec, for editors that complete and check while one types.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::raw::Experiment;

/// The schema, draft 7, which every editor takes. It knows keys, types and ranges; what depends on two values at once
/// only [`parse`](super::parse) finds.
pub fn json_schema() -> Value {
    let mut schema =
        SchemaSettings::draft07().into_generator().into_root_schema_for::<Experiment>();
    schema.insert("title".into(), "dfa-report experiment".into());
    schema.to_value()
}
