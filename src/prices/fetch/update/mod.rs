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
    /// The prices.
    pub table: Table,
    /// What was fetched of them.
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
    /// The ticker.
    pub ticker: String,
    /// How many days.
    pub days: usize,
    /// The first of them.
    pub first: Day,
    /// The last of them.
    pub last: Day,
}

/// What became of one ticker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TickerUpdate {
    /// The ticker.
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
        let before = StoredTicker::of(symbol, stored, &lock, declaration, full);
        match before.update(symbol, declaration, &mut download) {
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
    let is_declared = |ticker: &String| declaration.tickers.iter().any(|s| s.ticker == *ticker);
    let known = stored.table.map(|table| table.tickers.as_slice()).unwrap_or_default();
    let dropped = known.iter().filter(|ticker| !is_declared(ticker)).cloned().collect();
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

/// What is stored of one ticker.
struct StoredTicker<'a> {
    /// From the first declared day on.
    quotes: Vec<Quote>,
    locked: Option<&'a TickerLock>,
    full: Option<FullDownload>,
}

impl<'a> StoredTicker<'a> {
    fn of(
        symbol: &Symbol,
        stored: Stored<'a>,
        new_lock: &Lock,
        declaration: &Declaration,
        is_full: bool,
    ) -> Self {
        let all = stored.table.and_then(|table| table.quotes(&symbol.ticker)).unwrap_or_default();
        let lock = stored.lock.filter(|lock| lock.continues(new_lock));
        let locked = lock.and_then(|lock| lock.tickers.get(&symbol.ticker));
        let locked = locked.filter(|locked| locked.symbol == symbol.symbol);
        let is_edited = locked.is_some_and(|locked| locked.hash != hash(&all));
        let full = if all.is_empty() {
            Some(FullDownload::New)
        } else if locked.is_none() {
            Some(FullDownload::Unknown)
        } else if is_edited {
            Some(FullDownload::Edited)
        } else {
            is_full.then_some(FullDownload::Requested)
        };
        // Days before a later start are given up by the declaration.
        let mut quotes: Vec<Quote> =
            all.into_iter().filter(|quote| quote.day >= declaration.start).collect();
        if declaration.format == Format::Parquet {
            // They may come from the other format.
            as_doubles(&mut quotes);
        }
        Self { quotes, locked, full }
    }

    fn update(
        mut self,
        symbol: &Symbol,
        declaration: &Declaration,
        download: &mut Downloader<'_>,
    ) -> Result<(Vec<Quote>, TickerUpdate), NotDownloaded> {
        if let (None, Some(locked)) = (self.full, self.locked) {
            let overlap = self.quotes.len().saturating_sub(declaration.overlap);
            let overlap = &self.quotes[overlap..];
            let recent = download(symbol, overlap.first().map_or(declaration.start, |q| q.day))?;
            if compare(overlap, &recent.quotes.quotes) == Change::Same {
                return Ok(self.continued(symbol, locked, recent));
            }
            self.full = Some(FullDownload::Restated);
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
        let (ticker, full) = (symbol.ticker.clone(), self.full);
        Ok((quotes, TickerUpdate { ticker, locked, added, full, change }))
    }

    /// The stored days with those that came after them.
    fn continued(
        self,
        symbol: &Symbol,
        locked: &TickerLock,
        recent: Download,
    ) -> (Vec<Quote>, TickerUpdate) {
        let mut quotes = self.quotes;
        let before = quotes.len();
        let last = quotes.last().map(|quote| quote.day);
        quotes.extend(recent.quotes.quotes.into_iter().filter(|quote| Some(quote.day) > last));
        let added = quotes.len() - before;
        let locked = if locked.hash == hash(&quotes) {
            locked.clone()
        } else {
            lock(symbol, &quotes, recent.fetched, recent.from)
        };
        let (ticker, change) = (symbol.ticker.clone(), Change::Same);
        (quotes, TickerUpdate { ticker, locked, added, full: None, change })
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

#[cfg(test)]
mod tests;
