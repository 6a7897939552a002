//! A source's prices as they stand in its file.

use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;
use crate::prices::quotes::Table;
use crate::results::TickerSummary;

/// Adjusted closes, one row a day, one column a ticker; `NaN` where there is none.
///
/// Days ascend and are unique; every price is finite and positive.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceTable {
    /// The file as the user knows it.
    pub file: String,
    /// The days.
    pub days: Vec<Day>,
    /// The tickers in the order of the file.
    pub tickers: Vec<String>,
    /// One column a ticker.
    pub prices: Vec<Vec<f64>>,
}

impl PriceTable {
    /// The numbers of a table, each price by its `value`; `file` is its name in messages.
    pub(crate) fn new<P>(file: &str, table: Table<P>, value: impl Fn(P) -> f64) -> Self {
        let value = |price: Option<P>| price.map_or(f64::NAN, &value);
        let column = |prices: Vec<Option<P>>| prices.into_iter().map(value).collect();
        let prices = table.prices.into_iter().map(column).collect();
        Self { file: file.to_owned(), days: table.days, tickers: table.tickers, prices }
    }

    /// The table, if it has at least one row and one ticker.
    pub(super) fn checked(self) -> Result<Self, Problems> {
        if self.days.is_empty() || self.tickers.is_empty() {
            let message = "the price file has no rows or no tickers";
            return Err(Problem::new(message).at(Place::file(&self.file)).into());
        }
        Ok(self)
    }

    /// The prices of a ticker.
    pub fn column(&self, ticker: &str) -> Option<&[f64]> {
        let position = self.tickers.iter().position(|known| known == ticker)?;
        Some(&self.prices[position])
    }

    /// What each ticker covers.
    pub fn coverage(&self) -> Vec<TickerSummary> {
        self.tickers
            .iter()
            .zip(&self.prices)
            .map(|(ticker, prices)| {
                let rows = || (0..prices.len()).filter(|&row| prices[row].is_finite());
                let (first, last, count) = (rows().next(), rows().next_back(), rows().count());
                let span = first.zip(last).map_or(0, |(first, last)| last - first + 1);
                TickerSummary {
                    ticker: ticker.clone(),
                    first_day: first.map(|row| self.days[row]),
                    last_day: last.map(|row| self.days[row]),
                    prices: count,
                    gaps: span - count,
                }
            })
            .collect()
    }
}
