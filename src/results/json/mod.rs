//! `results.json`: twelve significant digits, fixed key order, a version that is checked.
//!
//! Small things stand on one line (`layout`), long lists of the same figures are tables (`records`).
//!
//! JSON has no infinity and no `NaN`. A figure that may be undefined (an `Option`) is then `null`,
//! which is what it means; any other would be lost, so that results with such a figure are none.

mod layout;
mod records;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{OLDEST_SCHEMA, Results, SCHEMA};
use crate::base::diagnostic::{Place, Problem};
use crate::base::units::round_significant;

/// Significant digits of every number in `results.json`.
const DIGITS: usize = 12;

impl Results {
    /// The results with the digits that `results.json` keeps: what a page shows is then the same
    /// whether it is made right after the run or from the file.
    ///
    /// # Errors
    /// A figure that is not finite.
    pub fn rounded(self) -> Result<Self, Problem> {
        let mut value = to_value(&self);
        for path in COARSE {
            records::at(&mut value, path, &|part| round(part, COARSE_DIGITS));
        }
        shaped(value).map_err(|(path, _)| not_finite(&path, &self.id))
    }
}

/// Parts with thousands of figures on which no other program relies: they keep the digits of the daily
/// series behind them.
const COARSE: [&[&str]; 7] = [
    &["geometry", "spectrum", "modes"],
    &["geometry", "pairs"],
    &["models", "*", "drawdowns"],
    &["models", "*", "cost_curve"],
    &["models", "*", "calibration"],
    &["hold_drawdowns"],
    &["tear_sheets"],
];
const COARSE_DIGITS: usize = 7;

/// That a figure of an experiment, at a path in its results, is none.
pub(crate) fn not_finite(path: &str, id: &str) -> Problem {
    Problem::new(format!("`{path}` of the experiment `{id}` is not a finite figure")).hint(
        "what it is computed from is too large: look at the leverage and the steps of \
         `positions`, at `costs`, and at the prices",
    )
}

/// A part of results with the digits that `results.json` keeps.
///
/// # Errors
/// The path to a figure that is not finite; `name` is that of the part.
pub(crate) fn kept<T: Serialize + DeserializeOwned>(part: &T, name: &str) -> Result<T, String> {
    shaped(to_value(part)).map_err(|(path, _)| format!("{name}.{path}"))
}

/// A figure that another experiment of the site may move, with three significant digits: of thousands
/// one that changes then rarely changes what is said of the others.
pub(crate) fn settled_digits(value: f64) -> f64 {
    round_significant(value, 3)
}

/// The text of `results.json`, ending in a line feed.
pub fn to_json(results: &Results) -> String {
    let mut value = to_value(results);
    records::fold(&mut value);
    layout::text(&value)
}

fn to_value(part: &impl Serialize) -> Value {
    match serde_json::to_value(part) {
        Ok(mut value) => {
            round(&mut value, DIGITS);
            value
        }
        // Every type of the contract has string keys and no failing serialiser.
        Err(error) => unreachable!("results always serialise: {error}"),
    }
}

/// What helps against a file that cannot be read.
const ANEW: &str = "build the site anew: `dfa-report build`";

/// Reads what [`to_json`] wrote; `file` is its name in problems.
///
/// # Errors
/// If the text is not JSON, has a schema version that cannot be read, or another shape.
pub fn from_json(file: &str, text: &str) -> Result<Results, Problem> {
    let mut value: Value = serde_json::from_str(text).map_err(|error| {
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let place = Place::line(file, error.line().max(1), line).span(error.column().max(1), 1);
        let message = match error.is_eof() {
            true => "the results end before they are complete",
            false => "the results are not JSON",
        };
        Problem::new(message).at(place).hint(ANEW)
    })?;
    let problem = |message: String| Problem::new(message).at(Place::file(file)).hint(ANEW);
    let foreign = |what: String| problem(format!("not a results file of this program: {what}"));
    if let Some(number) = beyond_counting(&value) {
        return Err(foreign(format!("{number} is beyond what is counted exactly")));
    }
    if let Some(found) = value.get("schema").and_then(Value::as_u64)
        && !(u64::from(OLDEST_SCHEMA)..=u64::from(SCHEMA)).contains(&found)
    {
        return Err(problem(format!(
            "results have schema {found}, this program reads schemas {OLDEST_SCHEMA} to {SCHEMA}"
        )));
    }
    records::unfold(&mut value);
    let results = shaped(value).map_err(|(path, error)| foreign(misshapen(&path, &error)))?;
    fitting(results).map_err(foreign)
}

/// A whole number that is no count, if there is one: sums of counts would leave their range.
fn beyond_counting(value: &Value) -> Option<u64> {
    const LARGEST: u64 = (1 << 53) - 1;
    match value {
        Value::Number(number) => number.as_u64().filter(|number| *number > LARGEST),
        Value::Array(values) => values.iter().find_map(beyond_counting),
        Value::Object(fields) => fields.values().find_map(beyond_counting),
        _ => None,
    }
}

/// The results, if the matrices of their geometry have a row and a column for each ticker.
fn fitting(results: Results) -> Result<Results, String> {
    let geometry = &results.geometry;
    let p = geometry.tickers.len();
    let lengths = [
        ("correlation", geometry.correlation.len()),
        ("target_correlation", geometry.target_correlation.len()),
    ];
    let rows = geometry.correlation.iter().map(|row| ("correlation", row.len()));
    let vectors = geometry.eigenvectors.iter().map(|vector| ("eigenvectors", vector.len()));
    match lengths.into_iter().chain(rows).chain(vectors).find(|(_, length)| *length != p) {
        Some((key, length)) => Err(format!("`geometry.{key}` has {length} values for {p} tickers")),
        None => Ok(results),
    }
}

/// What is wrong with the value at a path, without the names of our types.
fn misshapen(path: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let key = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (key, path) {
        (Some(key), ".") => format!("the key `{key}` is missing"),
        (Some(key), path) => format!("`{path}` lacks the key `{key}`"),
        (None, ".") => "it holds no mapping of keys to values".to_owned(),
        (None, path) => format!("`{path}` has a value that it cannot have"),
    }
}

/// What a value holds, or the path to the first key that has another.
fn shaped<T: DeserializeOwned>(value: Value) -> Result<T, (String, serde_json::Error)> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| (error.path().to_string(), error.into_inner()))
}

/// Rounds every number of a value to so many significant digits.
pub(super) fn round(value: &mut Value, digits: usize) {
    match value {
        Value::Number(number) if number.is_f64() => {
            if let Some(float) = number.as_f64() {
                *value = round_significant(float, digits).into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| round(item, digits)),
        Value::Object(fields) => fields.values_mut().for_each(|field| round(field, digits)),
        _ => {}
    }
}
