//! The JSON Schema of a spec, for editors that complete and check while one types.

use serde_json::Value;

use crate::base::yaml;
use crate::results::spec::Spec;

/// The schema, draft 7, which every editor takes. It knows keys, types and ranges; what depends on
/// two values at once only [`parse`](super::parse()) finds.
pub fn json_schema() -> Value {
    yaml::schema_for_editors::<Spec>("dfa-report experiment")
}
