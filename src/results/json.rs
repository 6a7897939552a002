//! `results.json`: twelve significant digits, fixed key order, a version that is checked.

use serde_json::Value;

use super::{OLDEST_SCHEMA, Results, SCHEMA};
use crate::base::units::round_significant;

/// Significant digits of every number in `results.json`.
const DIGITS: usize = 12;

/// Why a `results.json` could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not JSON, or not of the shape this version writes.
    #[error("not a results file of this program: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by another version.
    #[error(
        "results have schema {found}, this program reads schemas {OLDEST_SCHEMA} to {SCHEMA}: build \
         the site again"
    )]
    Schema {
        /// The version found.
        found: u64,
    },
}

impl Results {
    /// The results with the digits that `results.json` keeps: what a page shows is then the same
    /// whether it is made right after the run or from the file.
    #[must_use]
    pub fn rounded(self) -> Self {
        match serde_json::from_value(to_value(&self)) {
            Ok(rounded) => rounded,
            Err(error) => unreachable!("results read back what they wrote: {error}"),
        }
    }
}

/// The text of `results.json`, ending in a line feed.
pub fn to_json(results: &Results) -> String {
    let mut text = format!("{:#}", to_value(results));
    text.push('\n');
    text
}

fn to_value(results: &Results) -> Value {
    match serde_json::to_value(results) {
        Ok(mut value) => {
            round(&mut value);
            value
        }
        // Every type of the contract has string keys and no failing serialiser.
        Err(error) => unreachable!("results always serialise: {error}"),
    }
}

/// Reads what [`to_json`] wrote.
///
/// # Errors
/// If the text is not JSON, has a schema version that cannot be read, or another shape.
pub fn from_json(text: &str) -> Result<Results, ReadError> {
    let value: Value = serde_json::from_str(text)?;
    match value.get("schema").and_then(Value::as_u64) {
        Some(found) if !(u64::from(OLDEST_SCHEMA)..=u64::from(SCHEMA)).contains(&found) => {
            Err(ReadError::Schema { found })
        }
        _ => Ok(serde_json::from_value(value)?),
    }
}

fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            if let Some(float) = number.as_f64() {
                *value = round_significant(float, DIGITS).into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        _ => {}
    }
}
