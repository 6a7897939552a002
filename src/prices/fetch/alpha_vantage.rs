//! Alpha Vantage's `TIME_SERIES_DAILY_ADJUSTED`: CSV, newest day first, the whole history at once.
//!
//! The key is part of the address, so no address is ever shown whole. Limits, wrong symbols and
//! missing rights are JSON (`Note`, `Information`, `Error Message`) with status 200; the text of a
//! limit repeats the key.

use std::time::Duration;

use serde_json::Value;

use super::failure::{Failure, excerpt};
use super::provider::{KeyVariable, Provider, Query, Request, encode};

pub(super) struct AlphaVantage;

impl Provider for AlphaVantage {
    fn name(&self) -> &'static str {
        "alpha_vantage"
    }

    fn home(&self) -> &'static str {
        "https://www.alphavantage.co"
    }

    fn key(&self) -> Option<KeyVariable> {
        Some(KeyVariable {
            name: "ALPHA_VANTAGE_API_KEY",
            page: "https://www.alphavantage.co/support/#api-key",
        })
    }

    /// Five requests a minute.
    fn pace(&self) -> Duration {
        Duration::from_secs(12)
    }

    fn request(&self, home: &str, asked: &Query<'_>, key: &str) -> Request {
        let (symbol, key) = (encode(&asked.symbol.symbol), encode(key));
        let url = format!(
            "{home}/query?function=TIME_SERIES_DAILY_ADJUSTED&symbol={symbol}&outputsize=full\
             &datatype=csv&apikey={key}"
        );
        Request { url, authorization: None }
    }

    fn refusal(&self, body: &str) -> Option<Failure> {
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
            "go on later: what has come is kept and not asked for again"
        };
        Some(Failure::halt(format!("no prices but a note: {}", excerpt(said))).hint(hint))
    }
}

#[cfg(test)]
mod tests {
    use super::super::failure::Kind;
    use super::super::provider::tests::{asked, rows, symbol};
    use super::*;
    use crate::prices::quotes::Field;

    const BODY: &str = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,\
        split_coefficient\r\n2024-03-07,10,11,9,10.75,10.125,10,0.0000,1.0\r\n\
        2024-03-06,10,11,9,10.5,9.875,10,0.0000,1.0\r\n2024-02-29,9,9,9,9,8.5,10,0.0000,1.0\r\n";

    #[test]
    fn the_whole_history_is_cut_to_what_was_asked() {
        let symbol = symbol("SPY");
        let asked = asked(&symbol, Field::AdjustedClose);
        let quotes = AlphaVantage.parse(&asked, BODY).unwrap();
        assert_eq!(rows(&quotes), ["2024-03-06 9.875", "2024-03-07 10.125"]);
        let url = AlphaVantage.request("https://h", &asked, "k").url;
        assert!(url.contains("outputsize=full") && url.ends_with("&apikey=k"), "{url}");
    }

    #[test]
    fn notes_are_not_prices() {
        assert_eq!(AlphaVantage.refusal(BODY), None);
        let told = |body: &str| AlphaVantage.refusal(body).unwrap();
        let note = told("{\"Note\": \"Our standard API call frequency is 5 calls per minute\"}");
        assert_eq!(note.kind, Kind::Halt);
        assert!(note.message.contains("5 calls per minute"));
        let premium = told("{\"Information\": \"This is a premium endpoint.\"}");
        assert!(premium.hint.unwrap().contains("paid for"));
        assert_eq!(told("{\"Error Message\": \"Invalid API call.\"}").kind, Kind::Ticker);
        assert_eq!(told("{}").kind, Kind::Halt);
    }
}
