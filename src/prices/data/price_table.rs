//! A source's prices as they stand in its file.

use crate::base::units::Day;
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
                let first = prices.iter().position(|price| price.is_finite());
                let last = prices.iter().rposition(|price| price.is_finite());
                let count = prices.iter().filter(|price| price.is_finite()).count();
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
