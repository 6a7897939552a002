//! Stooq: one CSV a ticker, `Date,Open,High,Low,Close,Volume`.
//!
//! Every price is adjusted for splits and distributions by Stooq's own rule, which it does not
//! publish; there is no price as traded. Symbols carry a market: `spy.us`, `^spx`. Since 2026 the
//! download asks for a key, sent as `apikey`; without one an instruction in words comes in place
//! of prices. A limit of requests a day is told in words too, with status 200.

use std::time::Duration;

use super::failure::{Failure, excerpt};
use super::provider::{KeyVariable, Provider, Query, Request, encode, parse_csv};

const KEY: KeyVariable =
    KeyVariable { name: "STOOQ_API_KEY", page: "https://stooq.com/q/d/?s=spy.us&get_apikey" };

pub(super) const STOOQ: Provider = Provider {
    name: "stooq",
    home: "https://stooq.com",
    key: Some(KEY),
    pace: Duration::from_secs(1),
    request,
    refusal,
    parse: parse_csv,
};

fn request(home: &str, asked: &Query<'_>, key: &str) -> Request {
    let symbol = encode(&asked.symbol.symbol.to_lowercase());
    let (from, today) = (asked.from.strftime("%Y%m%d"), asked.today().strftime("%Y%m%d"));
    let key = encode(key);
    let url = format!("{home}/q/d/l/?s={symbol}&i=d&d1={from}&d2={today}&apikey={key}");
    Request { url, authorization: None }
}

fn refusal(body: &str) -> Option<Failure> {
    let said = body.trim_start();
    let lower = said.get(..said.len().min(2000)).unwrap_or(said).to_lowercase();
    let has = |words: &str| lower.contains(words);
    let told = |what: &str| format!("{what}: {}", excerpt(said));
    if lower.starts_with("no data") || lower.starts_with("brak danych") {
        let hint = "its symbols carry a market: write `SPY: spy.us`; look them up on stooq.com";
        Some(Failure::ticker("there are no prices of this symbol and range").hint(hint))
    } else if has("daily hits limit") || has("dzienny limit") {
        let hint = "go on tomorrow: what has come is kept and not asked for again";
        Some(Failure::halt(told("the limit of requests a day is reached")).hint(hint))
    } else if has("apikey") && !lower.starts_with("date,") {
        let hint = format!("get one at {} and set {}", KEY.page, KEY.name);
        Some(Failure::halt(told("the key is missing or not known")).hint(hint))
    } else {
        None
    }
}
