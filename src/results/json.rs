//! `results.json`: twelve significant digits, fixed key order, a version that is checked.
//!
//! JSON has no infinity and no `NaN`. A figure that may be undefined (an `Option`) is then `null`,
//! which is what it means; any other would be lost, so that results with such a figure are none.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::Value;

use super::{OLDEST_SCHEMA, Results, SCHEMA};
use crate::base::diagnostic::Problem;
use crate::base::units::round_significant;

/// Significant digits of every number in `results.json`.
const DIGITS: usize = 12;

/// Why a `results.json` could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not JSON.
    #[error("not a results file of this program: {0}")]
    Malformed(#[from] serde_json::Error),
    /// JSON of another shape than this version writes.
    #[error("not a results file of this program: `{path}`: {error}")]
    Shape {
        /// The first key that is not what it has to be.
        path: String,
        /// What is wrong with it.
        error: serde_json::Error,
    },
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
    ///
    /// # Errors
    /// A figure that is not finite.
    pub fn rounded(self) -> Result<Self, Problem> {
        shaped(to_value(&self)).map_err(|(path, _)| {
            Problem::new(format!("`{path}` of the experiment `{}` is not a finite figure", self.id))
                .hint(
                    "what it is computed from is too large: look at the leverage and the steps of \
                     `positions`, at `costs`, and at the prices",
                )
        })
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
        _ => shaped(value)
            .and_then(fitting)
            .map_err(|(path, error)| ReadError::Shape { path, error }),
    }
}

/// The results, if the matrices of their geometry have a row and a column for each ticker.
fn fitting(results: Results) -> Result<Results, (String, serde_json::Error)> {
    let geometry = &results.geometry;
    let p = geometry.tickers.len();
    let lengths = [
        ("correlation", geometry.correlation.len()),
        ("target_correlation", geometry.target_correlation.len()),
    ];
    let rows = geometry.correlation.iter().map(|row| ("correlation", row.len()));
    let vectors = geometry.eigenvectors.iter().map(|vector| ("eigenvectors", vector.len()));
    match lengths.into_iter().chain(rows).chain(vectors).find(|(_, length)| *length != p) {
        Some((key, length)) => {
            let error = serde_json::Error::custom(format!("{length} values for {p} tickers"));
            Err((format!("geometry.{key}"), error))
        }
        None => Ok(results),
    }
}

/// A value of the shape that a type has, or the path to the first key that has another.
fn shaped<T: DeserializeOwned>(value: Value) -> Result<T, (String, serde_json::Error)> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| (error.path().to_string(), error.into_inner()))
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
