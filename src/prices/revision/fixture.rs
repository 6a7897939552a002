//! Small tables for the tests of this module.

use jiff::civil::date;

use crate::prices::data::PriceTable;

/// `SPY` and `XLE` on consecutive days from 2020-01-01, written with two decimals, every return
/// between 0.1 % and 2 % in absolute value.
pub(super) fn table(days: usize) -> PriceTable {
    let prices = |seed: u64, start: f64| -> Vec<f64> {
        let mut state = seed;
        let mut price = start;
        (0..days)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let size = 0.001 + 0.019 * ((state >> 11) as f64 / (1_u64 << 53) as f64);
                price *= if state & (1 << 40) == 0 { 1.0 + size } else { 1.0 - size };
                cents(price)
            })
            .collect()
    };
    PriceTable {
        file: "prices.csv".to_owned(),
        days: date(2020, 1, 1).series(jiff::Span::new().days(1)).take(days).collect(),
        tickers: vec!["SPY".to_owned(), "XLE".to_owned()],
        prices: vec![prices(1, 300.0), prices(2, 60.0)],
    }
}

/// Rounded to two decimals.
pub(super) fn cents(price: f64) -> f64 {
    (price * 100.0).round() / 100.0
}

/// A table less one of its days.
pub(super) fn without_row(table: &PriceTable, row: usize) -> PriceTable {
    let mut table = table.clone();
    table.days.remove(row);
    for column in &mut table.prices {
        column.remove(row);
    }
    table
}
