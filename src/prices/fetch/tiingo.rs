//! Tiingo's end-of-day prices: CSV with prices as traded and adjusted ones by the method of the
//! Center for Research in Security Prices (CRSP).
//!
//! The key goes in a header, never in the address. Errors are JSON, `{"detail": "..."}`, or words.

use std::time::Duration;

use serde_json::Value;

use super::failure::{Failure, GO_ON_LATER, excerpt};
use super::provider::{KeyVariable, Provider, Query, Request, encode, parse_csv};

pub(super) const TIINGO: Provider = Provider {
    name: "tiingo",
    home: "https://api.tiingo.com",
    key: Some(KeyVariable {
        name: "TIINGO_API_KEY",
        page: "https://www.tiingo.com/account/api/token",
    }),
    pace: Duration::from_millis(500),
    request,
    refusal,
    parse: parse_csv,
};

fn request(home: &str, asked: &Query<'_>, key: &str) -> Request {
    let (symbol, from, today) = (encode(&asked.symbol.symbol), asked.from, asked.today());
    Request {
        url: format!(
            "{home}/tiingo/daily/{symbol}/prices?startDate={from}&endDate={today}&format=csv"
        ),
        authorization: Some(format!("Token {key}")),
    }
}

fn refusal(body: &str) -> Option<Failure> {
    let json: Option<Value> = serde_json::from_str(body).ok();
    let detail = json.as_ref().and_then(|json| json.get("detail")).and_then(Value::as_str);
    let said = detail.unwrap_or(body).trim();
    let lower = said.get(..said.len().min(400)).unwrap_or(said).to_lowercase();
    let told = |what: &str| format!("{what}: {}", excerpt(said));
    if lower.contains("run over your") || lower.contains("allocation") {
        Some(Failure::halt(told("the limit of requests is reached")).hint(GO_ON_LATER))
    } else if lower.contains("token") && detail.is_some() {
        let hint = "set TIINGO_API_KEY to the token of your account";
        Some(Failure::halt(told("the key is not known")).hint(hint))
    } else if detail.is_some() || said == "[]" || lower.starts_with("error") {
        let hint = "look the symbol up on tiingo.com; share classes have a dash: BRK-B";
        Some(Failure::ticker(told("no prices of this symbol")).hint(hint))
    } else {
        None
    }
}
