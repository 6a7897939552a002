//! What the keys of a spec have in common: defaults as functions, and words for tickers and names.

use schemars::JsonSchema;
use serde::de::value::{Error, MapDeserializer};
use serde::{Deserialize, Serialize};

/// A whole number as a default: `#[serde(default = "whole::<63>")]`.
pub(super) fn whole<const NUMBER: usize>() -> usize {
    NUMBER
}

/// So many hundredths as a default: `hundredths::<33>` is 0.33, the double nearest to it.
pub(super) fn hundredths<const COUNT: u32>() -> f64 {
    f64::from(COUNT) / 100.0
}

/// The word that a plain variant of the contract is written as: `elastic_net`.
pub fn word(variant: impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a plain variant is written as a word: {other:?}"),
    }
}

/// A section that is left out: every key of it has a default.
pub(super) fn section<T: for<'de> Deserialize<'de>>() -> T {
    let nothing: [(&str, &str); 0] = [];
    match T::deserialize(MapDeserializer::<_, Error>::new(nothing.into_iter())) {
        Ok(section) => section,
        Err(error) => unreachable!("a section that may be left out needs no key: {error}"),
    }
}

/// A ticker: it also becomes a column of the series files.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Ticker(
    #[schemars(
        regex(pattern = "^[A-Za-z0-9_.^][A-Za-z0-9_.^=-]{0,63}$"),
        extend("x-expected" = "a ticker as in SPY")
    )]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);

/// A name: it also becomes a column of the series files.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Name(
    #[schemars(
        regex(pattern = "^[a-z0-9_][a-z0-9_-]{0,63}$"),
        extend(
            "x-expected" = "lower-case letters, digits, `_` and `-`",
            "x-hint" = "names become columns of the series files"
        )
    )]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);
