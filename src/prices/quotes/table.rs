//! Quotes by ticker, and their wide table.

use super::Decimal;
use crate::base::units::Day;

/// One ticker's price on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The trading day.
    pub day: Day,
    /// The price of the field that was asked for.
    pub price: Decimal,
    /// Shares traded, where given: what tells a bar taken during the session.
    pub volume: Option<f64>,
}

/// One ticker's quotes, days ascending and unique.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotes {
    /// The ticker.
    pub ticker: String,
    /// One quote a day.
    pub quotes: Vec<Quote>,
}

/// Prices of several tickers, one row a day, `None` where a ticker has no price; each price as the
/// text it was written as, or as another `P`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<P = Decimal> {
    /// The days, ascending and unique, `T` of them.
    pub days: Vec<Day>,
    /// The tickers, in the order of the columns.
    pub tickers: Vec<String>,
    /// One column a ticker, each of `T` prices.
    pub prices: Vec<Vec<Option<P>>>,
}

impl Table {
    /// Joins series on the union of their days.
    pub fn join(series: &[Quotes]) -> Self {
        let mut days: Vec<Day> =
            series.iter().flat_map(|s| s.quotes.iter().map(|quote| quote.day)).collect();
        days.sort_unstable();
        days.dedup();
        let column = |quotes: &[Quote]| {
            let mut column = vec![None; days.len()];
            for quote in quotes {
                if let Ok(row) = days.binary_search(&quote.day) {
                    column[row] = Some(quote.price.clone());
                }
            }
            column
        };
        Self {
            tickers: series.iter().map(|s| s.ticker.clone()).collect(),
            prices: series.iter().map(|s| column(&s.quotes)).collect(),
            days,
        }
    }

    /// The quotes of a ticker, if the table has it.
    pub(crate) fn quotes(&self, ticker: &str) -> Option<Vec<Quote>> {
        let position = self.tickers.iter().position(|known| known == ticker)?;
        let quote = |(day, price): (&Day, &Option<Decimal>)| {
            price.clone().map(|price| Quote { day: *day, price, volume: None })
        };
        Some(self.days.iter().zip(&self.prices[position]).filter_map(quote).collect())
    }

    /// The table as `prices.csv`: `date,<ticker>,...`, ISO days, blank where there is no price.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("date");
        self.tickers.iter().for_each(|ticker| text.extend([",", ticker]));
        text.push('\n');
        for (row, day) in self.days.iter().enumerate() {
            text.push_str(&day.to_string());
            for column in &self.prices {
                text.extend([",", column[row].as_ref().map_or("", Decimal::as_str)]);
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
impl Quotes {
    /// Quotes on days of January 2020.
    pub(crate) fn january<'a>(ticker: &str, rows: impl IntoIterator<Item = (i8, &'a str)>) -> Self {
        let quote = |(day, price)| Quote {
            day: jiff::civil::date(2020, 1, day),
            price: Decimal::new(price).unwrap(),
            volume: None,
        };
        Self { ticker: ticker.to_owned(), quotes: rows.into_iter().map(quote).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_keeps_every_day_and_every_digit() {
        let table = Table::join(&[
            Quotes::january("SPY", [(2, "75.439056"), (3, "77.021278")]),
            Quotes::january("XLC", [(3, "14.370000"), (6, "14.4")]),
        ]);
        assert_eq!(
            table.to_csv(),
            "date,SPY,XLC\n2020-01-02,75.439056,\n2020-01-03,77.021278,14.370000\n2020-01-06,,14.4\n"
        );
    }
}
