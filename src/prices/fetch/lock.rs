//! `source.lock`: which prices were fetched, when and from where, and a hash that tells whether a
//! hand has changed them since.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::diagnostic::{Place, Problem};
use crate::base::units::Day;
use crate::prices::data::{Declaration, Symbol};
use crate::prices::quotes::{Quote, Table};

/// Version of the file's form.
const SCHEMA: u32 = 1;

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    pub schema: u32,
    /// The provider, as `source.yaml` names it; of an address, host and path.
    pub provider: String,
    /// The price of a day.
    pub field: String,
    /// What it is adjusted for.
    pub adjustment: String,
    /// First day asked for.
    pub start: Day,
    /// Hash of the declaration.
    pub declaration: String,
    pub tickers: BTreeMap<String, TickerLock>,
}

/// What was fetched of one ticker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TickerLock {
    /// The provider's word for it.
    pub symbol: String,
    /// Days with a price.
    pub rows: usize,
    pub first: Day,
    pub last: Day,
    /// BLAKE3 hash of the lines `day,price`, in hexadecimal.
    pub hash: String,
    /// When rows were last taken over, UTC to the second.
    pub fetched: Timestamp,
    /// Host and path they came from.
    pub from: String,
}

impl TickerLock {
    /// Writes down a history of at least one day.
    pub(super) fn of(symbol: &Symbol, quotes: &[Quote], fetched: Timestamp, from: String) -> Self {
        let day = |quote: Option<&Quote>| quote.map_or(Day::MIN, |quote| quote.day);
        Self {
            symbol: symbol.symbol.clone(),
            rows: quotes.len(),
            first: day(quotes.first()),
            last: day(quotes.last()),
            hash: hash(quotes),
            fetched,
            from,
        }
    }
}

impl Lock {
    /// A lock of a declaration, of no ticker yet.
    pub(super) fn new(declaration: &Declaration) -> Self {
        Self {
            schema: SCHEMA,
            provider: super::provider::place(&declaration.provider.to_string()),
            field: declaration.field.name().to_owned(),
            adjustment: declaration.adjustment.name().to_owned(),
            start: declaration.start,
            declaration: declaration.hash(),
            tickers: BTreeMap::new(),
        }
    }

    /// Whether the rows of a ticker came by a declaration that asks for the same prices of it as
    /// `other` does: then they can be continued.
    pub(super) fn continues(&self, other: &Self) -> bool {
        let Self { provider, field, adjustment, start, .. } = other;
        (provider, field, adjustment, start)
            == (&self.provider, &self.field, &self.adjustment, &self.start)
    }

    /// Reads `source.lock`; `file` is its name in messages.
    ///
    /// # Errors
    /// If it is not one, or of a later form than this program knows.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let problem = |message: String| {
            Problem::new(message)
                .at(Place::file(file))
                .hint("`dfa-report fetch --full` writes it again; without it, so does `fetch`")
        };
        let lock: Self = serde_json::from_str(text)
            .map_err(|error| problem(format!("not a lock of fetched prices: {error}")))?;
        if lock.schema != SCHEMA {
            return Err(problem(format!("a lock of form {}, not {SCHEMA}", lock.schema)));
        }
        Ok(lock)
    }

    /// The file's text: JSON, keys in a fixed order, tickers sorted.
    pub(crate) fn to_text(&self) -> String {
        // Numbers, texts and days: nothing that JSON cannot hold.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Compares the lock with the prices that are there, and with what is declared now.
    ///
    /// # Errors
    /// Every ticker whose prices are not those that were fetched; `file` is the price file's name.
    pub(crate) fn check(
        &self,
        file: &str,
        table: &Table,
        declaration: &Declaration,
    ) -> Vec<Problem> {
        let at = |problem: Problem| problem.at(Place::file(file));
        let mut problems = Vec::new();
        if self.declaration != declaration.hash() {
            let message = "source.yaml declares other prices than were fetched";
            problems.push(at(Problem::new(message)).hint("run `dfa-report fetch`"));
        }
        for (ticker, locked) in &self.tickers {
            let Some(found) = table.quotes(ticker) else {
                problems.push(at(Problem::new(format!("{ticker} was fetched and is not there"))));
                continue;
            };
            if hash(&found) == locked.hash {
                continue;
            }
            let TickerLock { rows, first, last, .. } = locked;
            let has = match (found.first(), found.last()) {
                (Some(a), Some(b)) => format!("{} rows, {} to {}", found.len(), a.day, b.day),
                _ => "no rows".to_owned(),
            };
            let message = format!("the prices of {ticker} are not those that were fetched");
            problems.push(
                at(Problem::new(message))
                    .expected(format!(
                        "{rows} rows, {first} to {last}, as fetched; there are {has}"
                    ))
                    .hint("`dfa-report fetch` says which, and puts them right with --accept"),
            );
        }
        for ticker in table.tickers.iter().filter(|ticker| !self.tickers.contains_key(*ticker)) {
            let problem = at(Problem::new(format!("{ticker} was not fetched")));
            problems.push(problem.near(ticker, self.tickers.keys().map(String::as_str)));
        }
        problems
    }
}

/// BLAKE3 hash of the lines `day,price`, in hexadecimal.
pub(super) fn hash(quotes: &[Quote]) -> String {
    let mut hasher = blake3::Hasher::new();
    for quote in quotes {
        hasher.update(format!("{},{}\n", quote.day, quote.price).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::data::Description;

    const DECLARED: &str = "provider: yahoo\ntickers: [SPY, XLE]\nfield: adjusted_close\n\
        adjustment: total_return\nstart: 2024-01-01\n";
    const PRICES: &str = "date,SPY,XLE\n2024-01-02,1.50,\n2024-01-03,1.75,2.25\n";

    fn declaration() -> Declaration {
        Description::parse("source.yaml", DECLARED).unwrap().declaration.unwrap()
    }

    fn lock(table: &Table) -> Lock {
        let fetched = "2024-01-04T00:00:00Z".parse().unwrap();
        let mut lock = Lock::new(&declaration());
        for symbol in declaration().tickers {
            let quotes = table.quotes(&symbol.ticker).unwrap();
            let locked = TickerLock::of(&symbol, &quotes, fetched, "host/path".into());
            lock.tickers.insert(symbol.ticker, locked);
        }
        lock
    }

    #[test]
    fn a_lock_comes_back_the_same_and_says_what_there_is() {
        let lock = lock(&Table::from_csv("p", PRICES).unwrap());
        let text = lock.to_text();
        assert_eq!(Lock::parse("source.lock", &text).unwrap(), lock);
        for expected in ["\"rows\": 1", "\"first\": \"2024-01-03\"", "2024-01-04T00:00:00Z"] {
            assert!(text.contains(expected), "{text}");
        }
        let later = text.replace("\"schema\": 1", "\"schema\": 9");
        assert!(Lock::parse("source.lock", &later).unwrap_err().message.contains("form 9"));
        assert!(Lock::parse("source.lock", "{}").is_err());
    }

    #[test]
    fn every_hand_in_the_prices_is_found() {
        let table = Table::from_csv("p", PRICES).unwrap();
        let lock = lock(&table);
        assert_eq!(lock.check("p", &table, &declaration()), []);
        for edited in [
            PRICES.replace("1.75", "1.76"),
            PRICES.replace("1.50", "1.5"),
            PRICES.replace("2024-01-02", "2024-01-01"),
            PRICES.replace("2.25\n", "2.25\n2024-01-04,1,\n"),
            PRICES.replace("SPY", "SPX"),
        ] {
            let table = Table::from_csv("p", &edited).unwrap();
            let told = lock.check("p", &table, &declaration());
            assert!(told.iter().any(|problem| problem.message.contains("SPY")), "{edited}{told:?}");
        }
        let other = Declaration { start: jiff::civil::date(2020, 1, 1), ..declaration() };
        assert_eq!(lock.check("p", &table, &other).len(), 1);
    }
}
