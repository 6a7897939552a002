//! Updates from an invented market: what is asked for, what is told, what is stored.

use std::collections::BTreeMap;

use super::*;
use crate::prices::data::{Adjustment, Provider};
use crate::prices::fetch::compare::Restatement;
use crate::prices::quotes::Field;

fn declaration(tickers: &[&str]) -> Declaration {
    let symbol = |ticker: &&str| Symbol { ticker: (*ticker).into(), symbol: (*ticker).into() };
    Declaration {
        provider: Provider::Yahoo,
        base_url: None,
        tickers: tickers.iter().map(symbol).collect(),
        field: Field::AdjustedClose,
        adjustment: Adjustment::TotalReturn,
        start: jiff::civil::date(2024, 1, 1),
        overlap: 5,
        format: Format::Csv,
    }
}

/// A provider with invented prices, which writes down what it is asked for.
#[derive(Clone, Default)]
struct Market {
    prices: BTreeMap<String, Vec<Quote>>,
    asked: Vec<String>,
}

impl Market {
    /// The first `days` days of January and February 2024.
    fn new(tickers: &[&str], days: usize) -> Self {
        let days = || jiff::civil::date(2024, 1, 2).series(jiff::Span::new().days(1)).take(days);
        let quote = |phase: usize, row: usize, day| {
            let price = 50.0 + ((row * 7 + phase * 3) % 11) as f64;
            Quote { day, price: Decimal::new(&format!("{price:.4}")).unwrap(), volume: None }
        };
        let quotes = |phase| days().enumerate().map(|(row, day)| quote(phase, row, day)).collect();
        let prices = tickers.iter().enumerate().map(|(i, t)| ((*t).to_owned(), quotes(i)));
        Self { prices: prices.collect(), asked: Vec::new() }
    }

    fn scaled(mut self, ticker: &str, factor: f64) -> Self {
        for quote in self.prices.get_mut(ticker).unwrap() {
            quote.price = Decimal::new(&format!("{:.4}", quote.price.value() * factor)).unwrap();
        }
        self
    }

    fn set(mut self, ticker: &str, row: usize, price: &str) -> Self {
        self.prices.get_mut(ticker).unwrap()[row].price = Decimal::new(price).unwrap();
        self
    }

    fn update(
        &mut self,
        declaration: &Declaration,
        stored: Option<&Update>,
        full: bool,
    ) -> Result<Update, Problems> {
        let stored = Stored {
            table: stored.map(|update| &update.table),
            lock: stored.map(|update| &update.lock),
        };
        update(declaration, stored, full, &mut |symbol, from| {
            self.asked.push(format!("{} {from}", symbol.ticker));
            let failed = || NotDownloaded::Failed(Problem::new(format!("no {}", symbol.ticker)));
            let quotes = self.prices.get(&symbol.ticker).ok_or_else(failed)?;
            let quotes = quotes.iter().filter(|quote| quote.day >= from).cloned().collect();
            Ok(Download {
                quotes: Quotes { ticker: symbol.ticker.clone(), quotes },
                fetched: Timestamp::UNIX_EPOCH,
                from: "host/path".into(),
            })
        })
    }
}

#[test]
fn a_distribution_is_benign_and_the_whole_history_is_of_one_adjustment() {
    let declaration = declaration(&["SPY", "XLE"]);
    let first = Market::new(&["SPY", "XLE"], 40).update(&declaration, None, false).unwrap();
    let mut market = Market::new(&["SPY", "XLE"], 41).scaled("XLE", 0.9931);
    let second = market.update(&declaration, Some(&first), false).unwrap();
    assert_eq!(market.asked, ["SPY 2024-02-06", "XLE 2024-02-06", "XLE 2024-01-01"]);
    assert!(!second.is_restated());
    let Change::Rescaled { factor } = second.tickers[1].change else { panic!("{second}") };
    assert!((factor - 0.9931).abs() < 1e-5);
    assert_eq!(second.table.quotes("XLE").unwrap(), market.prices["XLE"]);
    let told = second.to_string();
    assert!(told.contains("distributions of 0.69 %") && told.contains("no return"), "{told}");
}

#[test]
fn a_correction_inside_or_outside_of_the_overlap_is_told() {
    let declaration = declaration(&["SPY"]);
    let first = Market::new(&["SPY"], 40).update(&declaration, None, false).unwrap();
    let mut market = Market::new(&["SPY"], 40).set("SPY", 37, "99.5");
    let second = market.update(&declaration, Some(&first), false).unwrap();
    assert!(second.is_restated());
    assert!(second.to_string().contains("2024-02-08: price 56.0000, now 99.5"), "{second}");
    // What is older than the overlap is only seen by whoever asks for everything.
    let mut market = Market::new(&["SPY"], 40).set("SPY", 10, "99.5");
    assert!(!market.update(&declaration, Some(&first), false).unwrap().is_restated());
    assert!(market.update(&declaration, Some(&first), true).unwrap().is_restated());
}

#[test]
fn what_a_hand_changed_or_another_declaration_brought_is_compared_as_a_whole() {
    let declaration = declaration(&["SPY"]);
    let mut market = Market::new(&["SPY"], 40);
    let first = market.update(&declaration, None, false).unwrap();
    let mut edited = first.clone();
    edited.table.prices[0][3] = Decimal::new("1.5");
    let second = market.update(&declaration, Some(&edited), false).unwrap();
    assert_eq!(second.tickers[0].full, Some(FullDownload::Edited));
    let Change::Restated(restated) = &second.tickers[0].change else { panic!("{second}") };
    assert!(matches!(restated[..], [Restatement::Price { .. }]));
    assert_eq!(second.table, first.table);
    let closes = Declaration { field: Field::Close, ..declaration };
    let third = market.update(&closes, Some(&first), false).unwrap();
    assert_eq!(third.tickers[0].full, Some(FullDownload::Unknown));
}

#[test]
fn tickers_that_are_not_asked_for_are_named() {
    let mut halted = |_: &Symbol, _| Err(NotDownloaded::Skipped);
    let stored = Stored::default();
    let problems = update(&declaration(&["SPY", "XLE"]), stored, false, &mut halted).unwrap_err();
    assert!(problems.to_string().contains("not asked for any more: SPY, XLE"), "{problems}");
}

#[test]
fn a_column_no_longer_declared_goes_but_nothing_that_no_fetch_would_bring_back() {
    let mut market = Market::new(&["SPY", "XLE"], 20);
    let both = market.update(&declaration(&["SPY", "XLE"]), None, false).unwrap();
    let update = market.update(&declaration(&["XLE"]), Some(&both), false).unwrap();
    assert_eq!(
        (&update.dropped, &update.table.tickers),
        (&vec!["SPY".into()], &vec!["XLE".into()])
    );
    assert_eq!(update.tickers[0].full, None, "the others are continued");
    let start = jiff::civil::date(2024, 1, 10);
    let later = Declaration { start, ..declaration(&["XLE"]) };
    let update = market.update(&later, Some(&both), false).unwrap();
    assert!(!update.wants_consent(), "what was fetched can be fetched again: {update}");
    // The same prices, made by hand.
    let mut by_hand = both.clone();
    by_hand.lock.tickers.clear();
    let update = market.update(&later, Some(&by_hand), false).unwrap();
    assert!(update.wants_consent() && !update.is_restated(), "{update}");
    let lost: Vec<(&str, usize)> =
        update.lost.iter().map(|lost| (lost.ticker.as_str(), lost.days)).collect();
    assert_eq!(lost, [("SPY", 20), ("XLE", 8)]);
    let told = update.to_string();
    assert!(told.contains("8 stored days, 2024-01-02 to 2024-01-09"), "{told}");
}

#[test]
fn another_format_continues_what_is_stored_and_locks_what_it_will_hold() {
    let csv = declaration(&["SPY"]);
    let mut market = Market::new(&["SPY"], 20);
    let first = market.update(&csv, None, false).unwrap();
    let parquet = Declaration { format: Format::Parquet, ..csv };
    let second = market.update(&parquet, Some(&first), false).unwrap();
    assert_eq!(second.table.prices[0][0].as_ref().unwrap().as_str(), "50");
    assert_eq!(second.lock.check("p", &second.table, &parquet), []);
    assert_eq!(second.tickers[0].full, None);
}

#[test]
fn a_kept_download_comes_back_the_same() {
    let market = Market::new(&["SPY"], 3);
    let download = Download {
        quotes: Quotes { ticker: "SPY".into(), quotes: market.prices["SPY"].clone() },
        fetched: "2024-03-08T21:30:00Z".parse().unwrap(),
        from: "host/a path".into(),
    };
    let text = download.to_text();
    assert_eq!(Download::parse("SPY", &text).unwrap(), download);
    for broken in ["", "x\n", &text[..text.len() - 8], &text.replace("2024-01-03", "2024-01-01")] {
        assert_eq!(Download::parse("SPY", broken), None, "{broken}");
    }
}
