//! From what is stored and what a provider gives to what is to be stored.
//!
//! Ticker by ticker: what can be continued is asked for from a few weeks before its end, and the
//! overlap compared. If it differs at all, the whole history is asked for, so that one adjustment
//! runs through all of it, and compared with all that was stored. Nothing is decided here: the
//! caller sees what was restated before anything is written.

use jiff::Timestamp;

use super::compare::{Change, compare};
use super::lock::{Lock, TickerLock, column, hash};
use crate::data::{Declaration, Format, Symbol};
use crate::diagnostic::{Problem, Problems};
use crate::quotes::{Decimal, Quote, Quotes, Table};
use crate::units::Day;

/// What a source has now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stored<'a> {
    /// Its prices, if there are any.
    pub table: Option<&'a Table>,
    /// What was fetched of them, if that is known.
    pub lock: Option<&'a Lock>,
}

/// A download that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Download {
    /// The prices, at least one.
    pub quotes: Quotes,
    /// When they came.
    pub fetched: Timestamp,
    /// Host and path they came from.
    pub from: String,
}

impl Download {
    /// As a text that is kept until all tickers have come: when and whence on the first line, then
    /// `day,price`.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} {}\n", self.fetched, self.from);
        for quote in &self.quotes.quotes {
            text.push_str(&format!("{},{}\n", quote.day, quote.price));
        }
        text
    }

    /// Reads what [`Download::to_text`] wrote; `None` if it is anything else.
    pub fn parse(ticker: &str, text: &str) -> Option<Self> {
        let (head, rows) = text.split_once('\n')?;
        let (fetched, from) = head.split_once(' ')?;
        let quote = |line: &str| {
            let (day, price) = line.split_once(',')?;
            Some(Quote { day: day.parse().ok()?, price: Decimal::new(price)?, volume: None })
        };
        let quotes: Vec<Quote> = rows.lines().map(quote).collect::<Option<_>>()?;
        let is_sound = !quotes.is_empty() && quotes.is_sorted_by(|a, b| a.day < b.day);
        is_sound.then_some(Self {
            quotes: Quotes { ticker: ticker.to_owned(), quotes },
            fetched: fetched.parse().ok()?,
            from: from.to_owned(),
        })
    }
}

/// Why there is no download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It failed.
    Failed(Problem),
    /// An earlier failure left no sense in asking.
    NotAsked,
}

/// Gives the prices of a ticker from a day on.
pub type Downloader<'a> = dyn FnMut(&Symbol, Day) -> Result<Download, Missing> + 'a;

/// What is to be stored, and how it differs from what was.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The prices.
    pub table: Table,
    /// What was fetched of them.
    pub lock: Lock,
    /// By ticker, in the order of the declaration.
    pub tickers: Vec<TickerUpdate>,
    /// Tickers that are stored and no longer declared: their columns go.
    pub dropped: Vec<String>,
}

/// What became of one ticker.
#[derive(Debug, Clone, PartialEq)]
pub struct TickerUpdate {
    /// The ticker.
    pub ticker: String,
    /// Days with a price, all in all.
    pub rows: usize,
    /// Of these, days that were not stored before.
    pub added: usize,
    /// The first day.
    pub first: Day,
    /// The last day.
    pub last: Day,
    /// Why the whole history was asked for.
    pub whole: Option<Whole>,
    /// What became of the stored days.
    pub change: Change,
}

/// Why a history is asked for as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// Nothing is stored.
    New,
    /// It was asked to.
    Asked,
    /// What is stored was not fetched, or by another declaration.
    Unknown,
    /// What is stored is not what was fetched: a hand changed it.
    Edited,
    /// The overlap differs from what is stored.
    Restated,
}

impl Update {
    /// Whether returns that were stored are others now, so that somebody must agree.
    pub fn is_restated(&self) -> bool {
        self.tickers.iter().any(|ticker| matches!(ticker.change, Change::Restated(_)))
    }
}

/// Asks for everything that a declaration wants and is not stored.
///
/// `download` gives the prices of a ticker from a day on. With `full`, every history is asked for
/// as a whole.
///
/// # Errors
/// What went wrong with each ticker that could not be downloaded, and which were not asked for; all
/// that can be asked for are, however many fail.
pub fn update(
    declaration: &Declaration,
    stored: Stored<'_>,
    full: bool,
    download: &mut Downloader<'_>,
) -> Result<Update, Problems> {
    let mut lock = Lock::new(declaration);
    let mut problems = Problems::new();
    let mut not_asked = Vec::new();
    let mut series = Vec::with_capacity(declaration.tickers.len());
    let mut tickers = Vec::with_capacity(declaration.tickers.len());
    let mut download = |symbol: &Symbol, from| {
        let mut download = download(symbol, from)?;
        if declaration.format == Format::Parquet {
            as_doubles(&mut download.quotes.quotes);
        }
        Ok(download)
    };
    for symbol in &declaration.tickers {
        let before = Before::of(symbol, stored, &lock, declaration, full);
        match before.update(symbol, declaration, &mut download) {
            Ok((quotes, locked, ticker)) => {
                lock.tickers.insert(symbol.ticker.clone(), locked);
                series.push(Quotes { ticker: symbol.ticker.clone(), quotes });
                tickers.push(ticker);
            }
            Err(Missing::Failed(problem)) => problems.push(problem),
            Err(Missing::NotAsked) => not_asked.push(symbol.ticker.as_str()),
        }
    }
    if !not_asked.is_empty() {
        problems.push(
            Problem::new(format!("not asked for any more: {}", not_asked.join(", ")))
                .hint("once the problem above is solved, fetch again: what has come is kept"),
        );
    }
    let is_declared = |ticker: &String| declaration.tickers.iter().any(|s| s.ticker == *ticker);
    let known = stored.table.map(|table| table.tickers.as_slice()).unwrap_or_default();
    let dropped = known.iter().filter(|ticker| !is_declared(ticker)).cloned().collect();
    problems.into_result(Update { table: Table::join(&series), lock, tickers, dropped })
}

/// Makes every price the text that it will have when it is read from Parquet, which holds doubles.
fn as_doubles(quotes: &mut [Quote]) {
    for quote in quotes {
        if let Some(price) = Decimal::from_f64(quote.price.value()) {
            quote.price = price;
        }
    }
}

/// What is stored of one ticker.
struct Before<'a> {
    /// From the first declared day on.
    quotes: Vec<Quote>,
    locked: Option<&'a TickerLock>,
    whole: Option<Whole>,
}

impl<'a> Before<'a> {
    fn of(
        symbol: &Symbol,
        stored: Stored<'a>,
        new_lock: &Lock,
        declaration: &Declaration,
        full: bool,
    ) -> Self {
        let all = stored.table.and_then(|table| column(table, &symbol.ticker)).unwrap_or_default();
        let lock = stored.lock.filter(|lock| lock.continues(new_lock));
        let locked = lock.and_then(|lock| lock.tickers.get(&symbol.ticker));
        let locked = locked.filter(|locked| locked.symbol == symbol.symbol);
        let is_edited = locked.is_some_and(|locked| locked.hash != hash(&all));
        let whole = if all.is_empty() {
            Some(Whole::New)
        } else if locked.is_none() {
            Some(Whole::Unknown)
        } else if is_edited {
            Some(Whole::Edited)
        } else {
            full.then_some(Whole::Asked)
        };
        // Days before a later start are given up by the declaration.
        let quotes = all.into_iter().filter(|quote| quote.day >= declaration.start).collect();
        Self { quotes, locked, whole }
    }

    fn update(
        mut self,
        symbol: &Symbol,
        declaration: &Declaration,
        download: &mut Downloader<'_>,
    ) -> Result<(Vec<Quote>, TickerLock, TickerUpdate), Missing> {
        if let (None, Some(locked)) = (self.whole, self.locked) {
            let overlap = self.quotes.len().saturating_sub(declaration.overlap);
            let overlap = &self.quotes[overlap..];
            let recent = download(symbol, overlap.first().map_or(declaration.start, |q| q.day))?;
            if compare(overlap, &recent.quotes.quotes) == Change::Same {
                return Ok(self.continued(symbol, locked, recent));
            }
            self.whole = Some(Whole::Restated);
        }
        let fetched = download(symbol, declaration.start)?;
        let change = compare(&self.quotes, &fetched.quotes.quotes);
        let old = &self.quotes;
        let is_new = |quote: &&Quote| old.binary_search_by_key(&quote.day, |q| q.day).is_err();
        let added = fetched.quotes.quotes.iter().filter(is_new).count();
        let is_same = added == 0 && old.len() == fetched.quotes.quotes.len();
        let quotes = if is_same && change == Change::Same && self.locked.is_some() {
            // Only the last digits differ, if anything: the file stays as it is.
            self.quotes
        } else {
            fetched.quotes.quotes
        };
        let unchanged = self.locked.filter(|locked| locked.hash == hash(&quotes)).cloned();
        let locked =
            unchanged.unwrap_or_else(|| lock(symbol, &quotes, fetched.fetched, fetched.from));
        let ticker = ticker(&locked, symbol, added, self.whole, change);
        Ok((quotes, locked, ticker))
    }

    /// The stored days with those that came after them.
    fn continued(
        self,
        symbol: &Symbol,
        locked: &TickerLock,
        recent: Download,
    ) -> (Vec<Quote>, TickerLock, TickerUpdate) {
        let mut quotes = self.quotes;
        let before = quotes.len();
        let last = quotes.last().map(|quote| quote.day);
        quotes.extend(recent.quotes.quotes.into_iter().filter(|quote| Some(quote.day) > last));
        let added = quotes.len() - before;
        let locked = match added {
            0 => locked.clone(),
            _ => lock(symbol, &quotes, recent.fetched, recent.from),
        };
        let ticker = ticker(&locked, symbol, added, None, Change::Same);
        (quotes, locked, ticker)
    }
}

/// Writes down a history of at least one day.
fn lock(symbol: &Symbol, quotes: &[Quote], fetched: Timestamp, from: String) -> TickerLock {
    let day = |quote: Option<&Quote>| quote.map_or(Day::MIN, |quote| quote.day);
    TickerLock {
        symbol: symbol.symbol.clone(),
        rows: quotes.len(),
        first: day(quotes.first()),
        last: day(quotes.last()),
        hash: hash(quotes),
        fetched,
        from,
    }
}

fn ticker(
    locked: &TickerLock,
    symbol: &Symbol,
    added: usize,
    whole: Option<Whole>,
    change: Change,
) -> TickerUpdate {
    let TickerLock { rows, first, last, .. } = *locked;
    TickerUpdate { ticker: symbol.ticker.clone(), rows, added, first, last, whole, change }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::data::{Adjustment, Provider};
    use crate::fetch::Restatement;
    use crate::quotes::Field;

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
            let start = jiff::civil::date(2024, 1, 2);
            let quotes = |phase: usize| -> Vec<Quote> {
                start
                    .series(jiff::Span::new().days(1))
                    .take(days)
                    .enumerate()
                    .map(|(row, day)| {
                        let price = 50.0 + ((row * 7 + phase * 3) % 11) as f64;
                        Quote {
                            day,
                            price: Decimal::new(&format!("{price:.4}")).unwrap(),
                            volume: None,
                        }
                    })
                    .collect()
            };
            let prices = tickers.iter().enumerate().map(|(i, t)| ((*t).to_owned(), quotes(i)));
            Self { prices: prices.collect(), asked: Vec::new() }
        }

        fn scaled(mut self, ticker: &str, factor: f64) -> Self {
            for quote in self.prices.get_mut(ticker).unwrap() {
                quote.price =
                    Decimal::new(&format!("{:.4}", quote.price.value() * factor)).unwrap();
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
                let failed = || Missing::Failed(Problem::new(format!("no {}", symbol.ticker)));
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
    fn only_new_days_and_an_overlap_are_asked_for() {
        let declaration = declaration(&["SPY", "XLE"]);
        let mut market = Market::new(&["SPY", "XLE"], 20);
        let first = market.update(&declaration, None, false).unwrap();
        assert_eq!((first.tickers[0].rows, first.tickers[0].added), (20, 20));
        let mut later = Market::new(&["SPY", "XLE"], 23);
        let second = later.update(&declaration, Some(&first), false).unwrap();
        assert_eq!(later.asked, ["SPY 2024-01-17", "XLE 2024-01-17"]);
        assert_eq!((second.tickers[1].rows, second.tickers[1].added), (23, 3));
        assert_eq!(second.lock.tickers["SPY"].hash, hash(&later.prices["SPY"]));
        let again = later.clone().update(&declaration, Some(&second), false).unwrap();
        assert_eq!((again.table, again.lock), (second.table, second.lock), "nothing new");
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
        assert_eq!(column(&second.table, "XLE").unwrap(), market.prices["XLE"]);
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
        assert_eq!(second.tickers[0].whole, Some(Whole::Edited));
        let Change::Restated(restated) = &second.tickers[0].change else { panic!("{second}") };
        assert!(matches!(restated[..], [Restatement::Price { .. }]));
        assert_eq!(second.table, first.table);
        let closes = Declaration { field: Field::Close, ..declaration };
        let third = market.update(&closes, Some(&first), false).unwrap();
        assert_eq!(third.tickers[0].whole, Some(Whole::Unknown));
    }

    #[test]
    fn all_are_asked_for_and_all_failures_are_told() {
        let declaration = declaration(&["SPY", "BAD", "XLE", "WORSE"]);
        let mut market = Market::new(&["SPY", "XLE"], 5);
        let problems = market.update(&declaration, None, false).unwrap_err();
        let told: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(told, ["no BAD", "no WORSE"]);
        assert_eq!(market.asked.len(), 4);
        let mut halted = |_: &Symbol, _| Err(Missing::NotAsked);
        let problems = update(&declaration, Stored::default(), false, &mut halted).unwrap_err();
        assert!(problems.to_string().contains("not asked for any more: SPY, BAD, XLE, WORSE"));
    }

    #[test]
    fn a_column_no_longer_declared_is_left_out_and_named() {
        let mut market = Market::new(&["SPY", "XLE"], 20);
        let first = market.update(&declaration(&["SPY", "XLE"]), None, false).unwrap();
        let second = market.update(&declaration(&["XLE"]), Some(&first), false).unwrap();
        assert_eq!(second.dropped, ["SPY"]);
        assert_eq!(second.table.tickers, ["XLE"]);
        assert_eq!(second.tickers[0].whole, None, "the others are continued");
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
        for broken in
            ["", "x\n", &text[..text.len() - 8], &text.replace("2024-01-03", "2024-01-01")]
        {
            assert_eq!(Download::parse("SPY", broken), None, "{broken}");
        }
    }
}
