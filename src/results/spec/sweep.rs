//! `sweep`: many experiments from one file, a member for each combination of values.

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::values::whole;

/// Shifts by which the curve is judged where the file does not say.
const SHIFTS: usize = 99;

/// Keys of the spec, each with the values that it takes in turn, and which of their combinations
/// are members.
///
/// A value is put in the place of what the file says under its key; everything else stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// By dotted key, as in `walk_forward.refit_every`: the values, in the order written.
    #[serde(flatten)]
    pub keys: IndexMap<String, Vec<Value>>,
    /// How many of the combinations are members, drawn by the seed; all by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<usize>,
    /// What holds for every member: a combination of which one of these is not true is left out.
    #[serde(rename = "where", default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Whether every member has a page of its own.
    #[serde(default)]
    pub pages: bool,
    /// Shifts of the features in time by which the curve as a whole is judged; 0 leaves it out.
    #[serde(default = "whole::<SHIFTS>")]
    pub shifts: usize,
}

impl Sweep {
    /// Keys of a sweep that are no keys of the spec.
    pub(crate) const SETTINGS: [&str; 4] = ["sample", "where", "pages", "shifts"];
}

/// Known keys beside free ones, which `schemars` does not derive.
impl JsonSchema for Sweep {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sweep".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Keys of the spec, each with the values that it takes in turn: every \
                            combination of them is an experiment.",
            "x-expected": "keys of the spec with lists of values as in \
                           {walk_forward.refit_every: [1, 5, 21]}",
            "properties": {
                "sample": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 100_000,
                    "description": "How many of the combinations are members, drawn by the seed; \
                                    all by default."
                },
                "where": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 50,
                    "items": {"type": "string", "minLength": 1, "maxLength": 300},
                    "x-expected": "a list of conditions as in [walk_forward.min_train >= 750]",
                    "description": "What holds for every member, as in \
                                    `walk_forward.min_train >= 750` or \
                                    `walk_forward.refit_every > 1 or data.lags == [1]`."
                },
                "pages": {
                    "type": "boolean",
                    "default": false,
                    "description": "Whether every member has a page of its own."
                },
                "shifts": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 9_999,
                    "default": SHIFTS,
                    "description": "Shifts of the features in time by which the curve as a whole \
                                    is judged; 0 leaves it out."
                }
            },
            "additionalProperties": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": {},
                "x-expected": "a list of values, one after the other in place of what stands under \
                               that key"
            }
        })
    }
}
