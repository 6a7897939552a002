//! From what is stored and what a provider gives to what is to be stored.
//!
//! Ticker by ticker: what can be continued is asked for from a few weeks before its end, and the
//! overlap compared. If it differs at all, the whole history is asked for, so that one adjustment
//! runs through all of it, and compared with all that was stored. Nothing is decided here: the
//! caller sees what was restated before anything is written.

use jiff::Timestamp;

use super::compare::{Change, compare};
use super::lock::{Lock, TickerLock, hash};
use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::Day;
use crate::prices::data::{Declaration, Format, Symbol};
use crate::prices::quotes::{Decimal, Quote, Quotes, Table};

/// What a source has now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stored<'a> {
    /// Its prices, if there are any.
    pub table: Option<&'a Table>,
    /// What was fetched of them, if that is known.
    pub lock: Option<&'a Lock>,
}

/// A download that is done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Download {
    /// The prices, at least one.
    pub quotes: Quotes,
    /// When they came.
    pub fetched: Timestamp,
    /// Host and path they came from.
    pub from: String,
}

impl Download {
    /// As a text that is kept until all tickers have come: when and whence on the first line, then
    /// the prices as a source has them.
    pub(crate) fn to_text(&self) -> String {
        let prices = Table::join(std::slice::from_ref(&self.quotes)).to_csv();
        format!("{} {}\n{prices}", self.fetched, self.from)
    }

    /// Reads what [`Download::to_text`] wrote; `None` if it is anything else.
    pub(crate) fn parse(ticker: &str, text: &str) -> Option<Self> {
        let (head, prices) = text.split_once('\n')?;
        let (fetched, from) = head.split_once(' ')?;
        let table = Table::from_csv(ticker, prices).ok()?;
        let quotes = table.quotes(ticker)?;
        (!quotes.is_empty() && quotes.len() == table.days.len()).then_some(Self {
            quotes: Quotes { ticker: ticker.to_owned(), quotes },
            fetched: fetched.parse().ok()?,
            from: from.to_owned(),
        })
    }
}

/// Why there is no download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotDownloaded {
    /// It failed.
    Failed(Problem),
    /// An earlier failure left no sense in asking.
    Skipped,
}

/// Gives the prices of a ticker from a day on.
pub(crate) type Downloader<'a> = dyn FnMut(&Symbol, Day) -> Result<Download, NotDownloaded> + 'a;

/// What is to be stored, and how it differs from what was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Update {
    pub table: Table,
    /// What was fetched of its prices.
    pub lock: Lock,
    /// By ticker, in the order of the declaration.
    pub tickers: Vec<TickerUpdate>,
    /// Tickers that are stored and no longer declared: their columns go.
    pub dropped: Vec<String>,
    /// Stored prices that go, and that are not as they were fetched: no fetch brings them back.
    pub lost: Vec<LostPrices>,
}

/// Stored prices of one ticker that nothing would bring back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LostPrices {
    pub ticker: String,
    pub days: usize,
    pub first: Day,
    pub last: Day,
}

/// What became of one ticker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TickerUpdate {
    pub ticker: String,
    /// Its history now, as it is locked.
    pub locked: TickerLock,
    /// Days that were not stored before.
    pub added: usize,
    /// Why the whole history was asked for.
    pub full: Option<FullDownload>,
    /// What became of the stored days.
    pub change: Change,
}

/// Why a history is asked for as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FullDownload {
    /// Nothing is stored.
    New,
    /// The user asked for it.
    Requested,
    /// What is stored was not fetched, or by another declaration.
    Unknown,
    /// What is stored is not what was fetched: a hand changed it.
    Edited,
    /// The overlap differs from what is stored.
    Restated,
}

impl Update {
    /// Whether returns that were stored are others now, so that somebody must agree.
    pub(crate) fn is_restated(&self) -> bool {
        self.tickers.iter().any(|ticker| matches!(ticker.change, Change::Restated(_)))
    }

    /// Whether somebody must agree before it is written: returns are others, or prices are lost.
    pub(crate) fn wants_consent(&self) -> bool {
        self.is_restated() || !self.lost.is_empty()
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
pub(crate) fn update(
    declaration: &Declaration,
    stored: Stored<'_>,
    full: bool,
    download: &mut Downloader<'_>,
) -> Result<Update, Problems> {
    let mut lock = Lock::new(declaration);
    let (mut problems, mut not_asked) = (Problems::new(), Vec::new());
    let (mut series, mut tickers) = (Vec::new(), Vec::new());
    let mut download = |symbol: &Symbol, from| {
        let mut download = download(symbol, from)?;
        if declaration.format == Format::Parquet {
            as_doubles(&mut download.quotes.quotes);
        }
        Ok(download)
    };
    for symbol in &declaration.tickers {
        let continued = stored.lock.filter(|stored| stored.continues(&lock));
        let before = Stored { table: stored.table, lock: continued };
        match update_ticker(symbol, before, full, declaration, &mut download) {
            Ok((quotes, ticker)) => {
                lock.tickers.insert(symbol.ticker.clone(), ticker.locked.clone());
                series.push(Quotes { ticker: symbol.ticker.clone(), quotes });
                tickers.push(ticker);
            }
            Err(NotDownloaded::Failed(problem)) => problems.push(problem),
            Err(NotDownloaded::Skipped) => not_asked.push(symbol.ticker.as_str()),
        }
    }
    if !not_asked.is_empty() {
        problems.push(
            Problem::new(format!("not asked for any more: {}", not_asked.join(", ")))
                .hint("once the problem above is solved, fetch again: what has come is kept"),
        );
    }
    let mut dropped = stored.table.map(|table| table.tickers.clone()).unwrap_or_default();
    dropped.retain(|ticker| declaration.tickers.iter().all(|symbol| symbol.ticker != *ticker));
    let lost = lost(declaration, stored);
    problems.into_result(Update { table: Table::join(&series), lock, tickers, dropped, lost })
}

/// What goes of columns that are not as fetched: all of those that are not declared, the days
/// before the declared start of the others.
fn lost(declaration: &Declaration, stored: Stored<'_>) -> Vec<LostPrices> {
    let Some(table) = stored.table else { return Vec::new() };
    let of_ticker = |ticker: &String| {
        let mut quotes = table.quotes(ticker)?;
        let locked = stored.lock.and_then(|lock| lock.tickers.get(ticker));
        if locked.is_some_and(|locked| locked.hash == hash(&quotes)) {
            return None;
        }
        if declaration.tickers.iter().any(|symbol| symbol.ticker == *ticker) {
            quotes.retain(|quote| quote.day < declaration.start);
        }
        let (first, last) = (quotes.first()?.day, quotes.last()?.day);
        Some(LostPrices { ticker: ticker.clone(), days: quotes.len(), first, last })
    };
    table.tickers.iter().filter_map(of_ticker).collect()
}

/// Makes every price the text that it will have when it is read from Parquet, which holds doubles.
fn as_doubles(quotes: &mut [Quote]) {
    for quote in quotes {
        if let Some(price) = Decimal::from_f64(quote.price.value()) {
            quote.price = price;
        }
    }
}

/// One ticker's prices and what became of them. `stored` has a lock only if it can be continued.
fn update_ticker(
    symbol: &Symbol,
    stored: Stored<'_>,
    is_full: bool,
    declaration: &Declaration,
    download: &mut Downloader<'_>,
) -> Result<(Vec<Quote>, TickerUpdate), NotDownloaded> {
    let mut old = stored.table.and_then(|table| table.quotes(&symbol.ticker)).unwrap_or_default();
    let locked = stored.lock.and_then(|lock| lock.tickers.get(&symbol.ticker));
    let locked = locked.filter(|locked| locked.symbol == symbol.symbol);
    let mut full = match locked {
        _ if old.is_empty() => Some(FullDownload::New),
        None => Some(FullDownload::Unknown),
        Some(locked) if locked.hash != hash(&old) => Some(FullDownload::Edited),
        Some(_) => is_full.then_some(FullDownload::Requested),
    };
    // Days before a later start are given up by the declaration.
    old.retain(|quote| quote.day >= declaration.start);
    if declaration.format == Format::Parquet {
        // They may come from the other format.
        as_doubles(&mut old);
    }
    let told = |quotes: Vec<Quote>, came: Download, added, full, change| {
        let unchanged = locked.filter(|locked| locked.hash == hash(&quotes)).cloned();
        let locked =
            unchanged.unwrap_or_else(|| TickerLock::of(symbol, &quotes, came.fetched, came.from));
        let ticker = symbol.ticker.clone();
        Ok((quotes, TickerUpdate { ticker, locked, added, full, change }))
    };
    if full.is_none() {
        let overlap = &old[old.len().saturating_sub(declaration.overlap)..];
        let from = overlap.first().map_or(declaration.start, |quote| quote.day);
        let mut recent = download(symbol, from)?;
        if compare(overlap, &recent.quotes.quotes) == Change::Same {
            // The stored days with those that came after them.
            let last = old.last().map(|quote| quote.day);
            recent.quotes.quotes.retain(|quote| Some(quote.day) > last);
            let added = recent.quotes.quotes.len();
            old.append(&mut recent.quotes.quotes);
            return told(old, recent, added, full, Change::Same);
        }
        full = Some(FullDownload::Restated);
    }
    let mut came = download(symbol, declaration.start)?;
    let fetched = std::mem::take(&mut came.quotes.quotes);
    let change = compare(&old, &fetched);
    let is_new = |quote: &&Quote| old.binary_search_by_key(&quote.day, |q| q.day).is_err();
    let added = fetched.iter().filter(is_new).count();
    let is_same = added == 0 && old.len() == fetched.len() && change == Change::Same;
    // Only the last digits differ, if anything: the file stays as it is.
    let quotes = if is_same && locked.is_some() { old } else { fetched };
    told(quotes, came, added, full, change)
}

#[cfg(test)]
mod tests;
