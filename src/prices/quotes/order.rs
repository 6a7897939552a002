//! Putting rows as they come into quotes by day.

use super::{Quote, Quotes};
use crate::base::units::Day;

/// Quotes in the order of their days, and what the rows were like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ordered {
    /// One quote a day.
    pub(crate) quotes: Quotes,
    /// The rows stood newest first.
    pub(crate) newest_first: bool,
    /// The rows stood in no order at all.
    pub(crate) unsorted: bool,
    /// Days that stood there again with the same price; the repetition is dropped.
    pub(crate) repeated: Vec<Day>,
    /// Rows of one day with different prices, the earlier row first; the first price is kept.
    pub(crate) conflicts: Vec<(usize, usize)>,
}

impl Ordered {
    /// Orders quotes, each with the row it came from.
    pub(crate) fn new(ticker: &str, mut rows: Vec<(usize, Quote)>) -> Self {
        let ascending = rows.is_sorted_by_key(|(_, quote)| quote.day);
        let descending = rows.iter().rev().is_sorted_by_key(|(_, quote)| quote.day);
        // Stable: of two rows of a day the one that stood first comes first.
        rows.sort_by_key(|(_, quote)| quote.day);
        let mut ordered = Self {
            quotes: Quotes { ticker: ticker.to_owned(), quotes: Vec::with_capacity(rows.len()) },
            newest_first: descending && !ascending,
            unsorted: !ascending && !descending,
            repeated: Vec::new(),
            conflicts: Vec::new(),
        };
        let mut kept_row = 0;
        for (row, quote) in rows {
            match ordered.quotes.quotes.last() {
                Some(kept) if kept.day == quote.day && kept.price.is_same(&quote.price) => {
                    ordered.repeated.push(quote.day);
                }
                Some(kept) if kept.day == quote.day => ordered.conflicts.push((kept_row, row)),
                _ => {
                    kept_row = row;
                    ordered.quotes.quotes.push(quote);
                }
            }
        }
        ordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_order_become_quotes_by_day() {
        let order = |rows: &[(i8, &str)]| {
            let quotes = Quotes::january("SPY", rows.iter().copied()).quotes;
            Ordered::new("SPY", (1..).zip(quotes).collect())
        };
        let ordered = order(&[(3, "3"), (2, "2"), (2, "2.0"), (1, "1")]);
        let prices: Vec<&str> = ordered.quotes.quotes.iter().map(|q| q.price.as_str()).collect();
        assert_eq!(prices, ["1", "2", "3"]);
        assert!(ordered.newest_first && !ordered.unsorted && ordered.conflicts.is_empty());
        assert_eq!(ordered.repeated, [jiff::civil::date(2020, 1, 2)]);
        let mixed = order(&[(3, "3"), (1, "1"), (3, "4"), (2, "2")]);
        assert!(mixed.unsorted && !mixed.newest_first);
        assert_eq!(mixed.conflicts, [(1, 3)]);
        assert!(!order(&[(1, "1")]).newest_first);
    }
}
