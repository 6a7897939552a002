//! Stooq: one CSV a ticker, `Date,Open,High,Low,Close,Volume`.
//!
//! Every price is adjusted for splits and distributions by Stooq's own rule, which it does not
//! publish; there is no price as traded. Symbols carry a market: `spy.us`, `^spx`. Since 2026 the
//! download asks for a key, sent as `apikey`; without one an instruction in words comes in place
//! of prices. A limit of requests a day is told in words too, with status 200.

use std::time::Duration;

use super::failure::{Failure, excerpt};
use super::provider::{KeyVariable, Provider, Query, Request, encode};

pub(super) struct Stooq;

impl Provider for Stooq {
    fn name(&self) -> &'static str {
        "stooq"
    }

    fn home(&self) -> &'static str {
        "https://stooq.com"
    }

    fn key(&self) -> Option<KeyVariable> {
        Some(KeyVariable {
            name: "STOOQ_API_KEY",
            page: "https://stooq.com/q/d/?s=spy.us&get_apikey",
        })
    }

    fn pace(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn request(&self, home: &str, asked: &Query<'_>, key: &str) -> Request {
        let symbol = encode(&asked.symbol.symbol.to_lowercase());
        let (from, today) = (asked.from.strftime("%Y%m%d"), asked.today().strftime("%Y%m%d"));
        let key = encode(key);
        let url = format!("{home}/q/d/l/?s={symbol}&i=d&d1={from}&d2={today}&apikey={key}");
        Request { url, authorization: None }
    }

    fn refusal(&self, body: &str) -> Option<Failure> {
        let said = body.trim_start();
        let lower = said.get(..said.len().min(2000)).unwrap_or(said).to_lowercase();
        if lower.starts_with("no data") || lower.starts_with("brak danych") {
            return Some(Failure::ticker("there are no prices of this symbol and range").hint(
                "its symbols carry a market: write `SPY: spy.us`; look them up on stooq.com",
            ));
        }
        if lower.contains("daily hits limit") || lower.contains("dzienny limit") {
            return Some(
                Failure::halt(format!("the limit of requests a day is reached: {}", excerpt(said)))
                    .hint("go on tomorrow: what has come is kept and not asked for again"),
            );
        }
        let wants_key = lower.contains("apikey") && !lower.starts_with("date,");
        wants_key.then(|| {
            let KeyVariable { name, page } =
                self.key().unwrap_or(KeyVariable { name: "", page: "" });
            Failure::halt(format!("the key is missing or not known: {}", excerpt(said)))
                .hint(format!("get one at {page} and set {name}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::failure::Kind;
    use super::super::provider::tests::{asked, rows, symbol};
    use super::*;
    use crate::prices::quotes::Field;

    #[test]
    fn a_request_names_market_and_range() {
        let symbol = symbol("SPY.US");
        let request = Stooq.request("https://stooq.com", &asked(&symbol, Field::Close), "k&y");
        assert_eq!(
            request.url,
            "https://stooq.com/q/d/l/?s=spy.us&i=d&d1=20240301&d2=20240308&apikey=k%26y"
        );
    }

    #[test]
    fn prices_are_read_and_words_are_understood() {
        let symbol = symbol("spy.us");
        let body = "Date,Open,High,Low,Close,Volume\r\n2024-03-06,1,2,0.5,1.25,10\r\n\
            2024-03-07,1,2,0.5,1.5,11\r\n";
        assert_eq!(Stooq.refusal(body), None);
        let quotes = Stooq.parse(&asked(&symbol, Field::Close), body).unwrap();
        assert_eq!(rows(&quotes), ["2024-03-06 1.25", "2024-03-07 1.5"]);
        let kind = |body: &str| Stooq.refusal(body).unwrap().kind;
        assert_eq!(kind("No data"), Kind::Ticker);
        assert_eq!(kind("Exceeded the daily hits limit"), Kind::Halt);
        assert_eq!(kind("Get your apikey:\n\n1. Open https://stooq.com/q/d/"), Kind::Halt);
    }
}
