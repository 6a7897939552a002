//! Prices over the network, against a local server that answers as the providers do and as they
//! should not: library first, then the program.

mod hostile;
mod program;
mod providers;
mod server;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use server::{Reply, Seen, Server};

/// Days and prices.
type Rows = Vec<(String, f64)>;

/// Invented prices that a test may change while the server gives them out.
#[derive(Clone, Default)]
struct Market(Arc<Mutex<BTreeMap<String, Rows>>>);

impl Market {
    /// The first `days` weekdays of 2024 for each ticker.
    fn new(tickers: &[&str], days: usize) -> Self {
        let market = Self::default();
        for (phase, ticker) in tickers.iter().enumerate() {
            let start = jiff::civil::date(2024, 1, 1);
            let weekdays = start
                .series(jiff::Span::new().days(1))
                .filter(|day| day.weekday().to_monday_one_offset() < 6);
            let rows = weekdays.take(days).enumerate().map(|(row, day)| {
                let price = 40.0 + ((row * 13 + phase * 5) % 23) as f64 / 4.0;
                (day.to_string(), price)
            });
            market.0.lock().unwrap().insert((*ticker).to_owned(), rows.collect());
        }
        market
    }

    /// Changes the rows of a ticker.
    fn change(&self, ticker: &str, change: impl FnOnce(&mut Rows)) {
        change(self.0.lock().unwrap().get_mut(ticker).unwrap());
    }

    /// The answer to `/TICKER.csv?from=DAY`.
    fn answer(&self, seen: &Seen) -> Reply {
        let ticker = seen.place().trim_start_matches('/').trim_end_matches(".csv");
        let from = seen.path.split("from=").nth(1).unwrap_or_default();
        match self.0.lock().unwrap().get(ticker) {
            Some(rows) => {
                let rows = rows.iter().filter(|(day, _)| day.as_str() >= from);
                let rows: String =
                    rows.map(|(day, price)| format!("{day},{price:.4},1000\n")).collect();
                Reply::ok(format!("Date,Close,Volume\n{rows}"))
            }
            None => Reply::status(404, "no such fund"),
        }
    }

    /// A server that gives these prices out.
    fn serve(&self) -> Server {
        let market = self.clone();
        Server::start(move |seen| market.answer(seen))
    }
}
