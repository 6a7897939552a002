//! Tiingo's end-of-day prices: CSV with prices as traded and adjusted ones by the method of the
//! Center for Research in Security Prices (CRSP).
//!
//! The key goes in a header, never in the address. Errors are JSON, `{"detail": "..."}`, or words.

use std::time::Duration;

use serde_json::Value;

use super::failure::{Failure, excerpt};
use super::provider::{KeyVariable, Provider, Query, Request, encode};

pub(super) struct Tiingo;

impl Provider for Tiingo {
    fn name(&self) -> &'static str {
        "tiingo"
    }

    fn home(&self) -> &'static str {
        "https://api.tiingo.com"
    }

    fn key(&self) -> Option<KeyVariable> {
        Some(KeyVariable {
            name: "TIINGO_API_KEY",
            page: "https://www.tiingo.com/account/api/token",
        })
    }

    fn pace(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn request(&self, home: &str, asked: &Query<'_>, key: &str) -> Request {
        let symbol = encode(&asked.symbol.symbol);
        let (from, today) = (asked.from, asked.today());
        Request {
            url: format!(
                "{home}/tiingo/daily/{symbol}/prices?startDate={from}&endDate={today}&format=csv"
            ),
            authorization: Some(format!("Token {key}")),
        }
    }

    fn refusal(&self, body: &str) -> Option<Failure> {
        let json: Option<Value> = serde_json::from_str(body).ok();
        let detail = json.as_ref().and_then(|json| json.get("detail")).and_then(Value::as_str);
        let said = detail.unwrap_or(body).trim();
        let lower = said.get(..said.len().min(400)).unwrap_or(said).to_lowercase();
        if lower.contains("run over your") || lower.contains("allocation") {
            return Some(
                Failure::halt(format!("the limit of requests is reached: {}", excerpt(said)))
                    .hint("go on later: what has come is kept and not asked for again"),
            );
        }
        if lower.contains("token") && detail.is_some() {
            return Some(
                Failure::halt(format!("the key is not known: {}", excerpt(said)))
                    .hint("set TIINGO_API_KEY to the token of your account"),
            );
        }
        if detail.is_some() || said == "[]" || lower.starts_with("error") {
            return Some(
                Failure::ticker(format!("no prices of this symbol: {}", excerpt(said)))
                    .hint("look the symbol up on tiingo.com; share classes have a dash: BRK-B"),
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::failure::Kind;
    use super::super::provider::tests::{asked, rows, symbol};
    use super::*;
    use crate::prices::quotes::Field;

    const BODY: &str = "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,\
        divCash,splitFactor\n2024-03-06,10.5,11,10,10.2,100,9.875,10.3,9.4,9.6,100,0.0,1.0\n\
        2024-03-07,10.75,11,10,10.2,100,10.125,10.3,9.4,9.6,100,0.0,1.0\n";

    #[test]
    fn the_key_is_not_in_the_address() {
        let symbol = symbol("BRK-B");
        let request = Tiingo.request("https://h", &asked(&symbol, Field::Close), "secret");
        assert_eq!(
            request.url,
            "https://h/tiingo/daily/BRK-B/prices?startDate=2024-03-01&endDate=2024-03-08&format=csv"
        );
        assert_eq!(request.authorization.as_deref(), Some("Token secret"));
    }

    #[test]
    fn traded_and_adjusted_prices_are_told_apart() {
        let symbol = symbol("SPY");
        let adjusted = Tiingo.parse(&asked(&symbol, Field::AdjustedClose), BODY).unwrap();
        assert_eq!(rows(&adjusted), ["2024-03-06 9.875", "2024-03-07 10.125"]);
        let traded = Tiingo.parse(&asked(&symbol, Field::Close), BODY).unwrap();
        assert_eq!(rows(&traded)[0], "2024-03-06 10.5");
    }

    #[test]
    fn its_words_are_understood() {
        assert_eq!(Tiingo.refusal(BODY), None);
        let kind = |body: &str| Tiingo.refusal(body).unwrap().kind;
        assert_eq!(kind("{\"detail\":\"Not found.\"}"), Kind::Ticker);
        assert_eq!(kind("{\"detail\":\"Invalid token.\"}"), Kind::Halt);
        assert_eq!(kind("[]"), Kind::Ticker);
        assert_eq!(
            kind("Error: You have run over your 50 symbol look up for this month."),
            Kind::Halt
        );
    }
}
