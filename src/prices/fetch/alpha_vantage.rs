//! Alpha Vantage's `TIME_SERIES_DAILY_ADJUSTED`: CSV, newest day first, the whole history at once.
//!
//! The key is part of the address, so no address is ever shown whole. Limits, wrong symbols and
//! missing rights are JSON (`Note`, `Information`, `Error Message`) with status 200; the text of a
//! limit repeats the key.

use std::time::Duration;

use serde_json::Value;

use super::failure::{Failure, GO_ON_LATER, excerpt};
use super::provider::{KeyVariable, Provider, Query, Request, encode, parse_csv};

pub(super) const ALPHA_VANTAGE: Provider = Provider {
    name: "alpha_vantage",
    home: "https://www.alphavantage.co",
    key: Some(KeyVariable {
        name: "ALPHA_VANTAGE_API_KEY",
        page: "https://www.alphavantage.co/support/#api-key",
    }),
    // Five requests a minute.
    pace: Duration::from_secs(12),
    request,
    refusal,
    parse: parse_csv,
};

fn request(home: &str, asked: &Query<'_>, key: &str) -> Request {
    let (symbol, key) = (encode(&asked.symbol.symbol), encode(key));
    let url = format!(
        "{home}/query?function=TIME_SERIES_DAILY_ADJUSTED&symbol={symbol}&outputsize=full\
         &datatype=csv&apikey={key}"
    );
    Request { url, authorization: None }
}

fn refusal(body: &str) -> Option<Failure> {
    let json: Value = serde_json::from_str(body).ok()?;
    let said = |key: &str| json.get(key).and_then(Value::as_str);
    if let Some(said) = said("Error Message") {
        let failure = Failure::ticker(format!("no prices of this symbol: {}", excerpt(said)));
        return Some(failure.hint("look the symbol up with its function SYMBOL_SEARCH"));
    }
    let said = said("Note").or_else(|| said("Information")).unwrap_or(body);
    let hint = if said.contains("premium endpoint") {
        "this function needs a plan that is paid for; another provider has the same prices"
    } else {
        GO_ON_LATER
    };
    Some(Failure::halt(format!("no prices but a note: {}", excerpt(said))).hint(hint))
}
