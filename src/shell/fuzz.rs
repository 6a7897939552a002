//! Damaged input of the readers that are not public; the others have theirs in `tests/suite/fuzz`,
//! whose harness this uses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read fixtures")]

#[path = "../../tests/suite/fuzz/harness.rs"]
mod harness;

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(crate) use harness::mutate::{mutated, shaken};
pub(crate) use harness::survives;

use crate::prices::data::{Declaration, Description, Provider, Symbol};
use crate::prices::fetch::{Lock, Query, provider};
use crate::prices::quotes::{Field, Table};
use crate::report::diff::{Found, to_markdown, to_text};
use crate::report::stored;
use crate::results::from_json;

fn fixture(path: &str) -> Vec<u8> {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    std::fs::read(format!("{tests}/fixtures/{path}")).unwrap()
}

/// Words of JSON in the place of others.
pub(crate) const WORDS: [&str; 30] = [
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "-1",
    "0.5",
    "1e999",
    "-1e308",
    "5e-324",
    "18446744073709551615",
    "-9223372036854775808",
    "99999999999999999999",
    "\\u0000",
    "\\ud800",
    "\\",
    "\"",
    ",",
    ":",
    "[",
    "{\"a\":",
    "2020-02-30",
    "-009999-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59.999999999Z",
    "../x",
    "a/.git/x",
    "index.html",
    "\u{feff}",
    "\u{202e}",
];

#[test]
fn what_a_provider_answers_is_prices_or_a_failure() {
    let files = [
        "alpha_vantage.csv",
        "alpha_vantage_limit.json",
        "consent.html",
        "stooq.csv",
        "stooq_limit.txt",
        "stooq_no_key.txt",
        "tiingo.csv",
        "tiingo_bad_token.json",
        "yahoo.json",
        "yahoo_not_found.json",
    ];
    let answers = files.map(|file| fixture(&format!("fetch/{file}")));
    let url = Provider::Url("https://h/{ticker}.csv".to_owned());
    let providers =
        [Provider::Yahoo, Provider::Stooq, Provider::Tiingo, Provider::AlphaVantage, url];
    let symbol = Symbol { ticker: "SPY".into(), symbol: "SPY".into() };
    let damaged = |seed: u64| mutated(seed, &answers, &WORDS);
    survives("answers", 1000, damaged, |bytes| {
        let body = String::from_utf8_lossy(bytes);
        let mut is_read = false;
        for (number, named) in providers.iter().enumerate() {
            let provider = provider(named);
            let field = [Field::Close, Field::AdjustedClose, Field::Open][number % 3];
            for (from, now) in [
                (jiff::civil::date(1990, 1, 1), "2024-03-08T21:30:00Z"),
                (jiff::civil::Date::MIN, "9999-12-30T00:00:00Z"),
            ] {
                let asked = Query { symbol: &symbol, field, from, now: now.parse().unwrap() };
                let failed = (provider.refusal)(&body);
                let failed = failed.or_else(|| match (provider.parse)(&asked, &body) {
                    Ok(quotes) => {
                        let quotes = &quotes.quotes;
                        assert!(quotes.is_sorted_by(|a, b| a.day < b.day));
                        assert!(quotes.iter().all(|quote| quote.price.value() > 0.0));
                        is_read = true;
                        None
                    }
                    Err(failure) => Some(failure),
                });
                assert!(failed.is_none_or(|failure| !failure.message.is_empty()));
            }
        }
        is_read
    });
}

#[test]
fn a_damaged_lock_is_told() {
    let text = "title: x\nprovider: yahoo\ntickers: {SPY: SPY, XLB: XLB}\nfield: adjusted_close\n\
        adjustment: total_return\nstart: 2020-01-01\n";
    let declaration: Declaration =
        Description::parse("source.yaml", text).unwrap().declaration.unwrap();
    let prices = String::from_utf8(fixture("import/expected.csv")).unwrap();
    let table = Table::from_csv("prices.csv", &prices).unwrap();
    let ticker = |hash: &str| {
        json!({"symbol": "SPY", "rows": 12, "first": "2020-01-02", "last": "2020-01-17",
            "hash": hash, "fetched": "2024-03-08T21:30:00Z", "from": "h/v8/SPY"})
    };
    let lock = json!({"schema": 1, "provider": "yahoo", "field": "adjusted_close",
        "adjustment": "total_return", "start": "2020-01-01", "declaration": declaration.hash(),
        "tickers": {"SPY": ticker("00"), "XLB": ticker("ff")}});
    assert!(Lock::parse("source.lock", &lock.to_string()).is_ok());
    let files = [lock.to_string().into_bytes(), format!("{lock:#}").into_bytes()];
    let damaged = |seed: u64| match seed % 2 {
        0 => mutated(seed, &files, &WORDS),
        _ => shaken(seed, std::slice::from_ref(&lock), &WORDS).to_string().into_bytes(),
    };
    survives("source.lock", 1000, damaged, |bytes| {
        match Lock::parse("source.lock", &String::from_utf8_lossy(bytes)) {
            Ok(lock) => {
                assert_eq!(Lock::parse("source.lock", &lock.to_text()), Ok(lock.clone()));
                for problem in lock.check("prices.csv", &table, &declaration) {
                    assert!(problem.place.is_some(), "{problem}");
                }
                true
            }
            Err(problem) => {
                assert!(problem.place.is_some() && problem.hint.is_some());
                false
            }
        }
    });
}

#[test]
fn two_damaged_results_are_compared() {
    let stored = ["plain", "systems"].map(|id| -> Value {
        serde_json::from_slice(&fixture(&format!("report/built/{id}/results.json"))).unwrap()
    });
    let damaged = |seed: u64| {
        // Of several, the first that is read.
        let side = |seed: u64| {
            let read =
                |seed| from_json("results.json", &shaken(seed, &stored, &WORDS).to_string()).ok();
            let results = (0..6).find_map(|attempt| read(6 * seed + attempt))?;
            Some(BTreeMap::from([("x".to_owned(), results)]))
        };
        Some((side(2 * seed)?, side(2 * seed + 1)?))
    };
    survives("diff", 100, damaged, |sides| {
        if let Some((base, head)) = sides {
            let diff = stored::compared(base, head, &Found::default());
            let is_told = to_text(&diff).contains("Nothing changed\n");
            assert_eq!(is_told, diff.is_empty());
            assert!(!to_markdown(&diff, None).is_empty());
            assert!(stored::compared(base, base, &Found::default()).is_empty());
        }
        sides.is_some()
    });
}
