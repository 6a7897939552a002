//! `data`: which prices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Ticker;
use crate::base::units::Day;

/// Which prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Data {
    /// Folder under `data/` that holds `prices.csv` or `prices.parquet`.
    #[serde(default = "source")]
    #[schemars(
        regex(pattern = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$"),
        extend(
            "x-expected" = "the name of a folder under `data/`",
            "x-hint" = "a folder's name is made of letters, digits, `_`, `-` and `.`"
        )
    )]
    pub source: String,
    /// Ticker that is forecast and traded.
    #[schemars(with = "Ticker")]
    pub target: String,
    /// Tickers whose lagged returns forecast it, each once.
    #[schemars(
        with = "Vec<Ticker>",
        length(min = 1, max = 1000),
        extend("uniqueItems" = true, "x-expected" = "a list of tickers as in [XLE, XLU]")
    )]
    pub features: Vec<String>,
    /// First day, inclusive; the source's first by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Day")]
    pub start: Option<Day>,
    /// Last day, inclusive; the source's last by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Day")]
    pub end: Option<Day>,
    /// What to do with a day on which an instrument has no price.
    #[serde(default = "missing")]
    pub missing: Missing,
    /// Lags of the features in trading days, each at least 1, ascending.
    #[serde(default = "lags")]
    #[schemars(
        with = "Vec<Lag>",
        length(min = 1, max = 100),
        extend("uniqueItems" = true, "x-expected" = "a list of whole numbers as in [1, 2, 5]")
    )]
    pub lags: Vec<usize>,
}

/// What to do with a day on which an instrument has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-hint" = "say over how many days at most: `{forward_fill: 5}`"))]
pub enum Missing {
    /// The day goes for all; the next return spans the gap.
    Drop,
    /// It is an error.
    Error,
    /// The last price is carried over, at most this many days.
    ForwardFill(#[schemars(range(min = 1, max = 1_000_000))] usize),
}

impl Data {
    pub(crate) fn tickers(&self) -> Vec<&str> {
        let target = (!self.features.contains(&self.target)).then_some(&self.target);
        self.features.iter().chain(target).map(String::as_str).collect()
    }
}

/// A lag in trading days.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Lag(
    #[schemars(
        range(min = 1, max = 1_000_000),
        extend("x-hint" = "a lag of 0 would know the day that it forecasts; 1 is the day before")
    )]
    #[expect(dead_code, reason = "only its schema is used")]
    usize,
);

fn source() -> String {
    "sample".to_owned()
}

fn missing() -> Missing {
    Missing::Drop
}

/// Yesterday.
fn lags() -> Vec<usize> {
    vec![1]
}
