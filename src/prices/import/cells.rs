//! The values of a sheet by the plan of its columns, each checked and each with its row.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Layout, Plan};
use super::numbers::{DecimalMark, read_number, read_price, read_volume};
use super::ticker;
use crate::base::units::Day;
use crate::prices::quotes::{Capped, Quote, Sheet, returns};

/// Names that cannot be tickers, tickers named twice, bars that are not of a day.
pub(super) fn check_names(sheet: &Sheet<'_>, plan: &Plan, rows: &[usize], bad: &mut Capped<'_>) {
    let expected = "letters, digits and . - _ ^ =";
    let named: Vec<&str> = plan.series.iter().filter_map(|s| s.ticker.as_deref()).collect();
    let mut known = BTreeSet::new();
    for (series, name) in plan.series.iter().zip(&named) {
        if !ticker::is_ticker(name) {
            let message = format!("`{name}` cannot be a ticker");
            bad.push(|| sheet.problem(0, series.price, message).expected(expected));
        } else if !known.insert(name) {
            let message = format!("the ticker `{name}` stands twice in the header");
            bad.push(|| sheet.problem(0, series.price, message));
        }
    }
    for &row in rows {
        if let Some(column) = plan.ticker
            && !ticker::is_ticker(sheet.cell(row, column))
        {
            let message = format!("`{}` cannot be a ticker", sheet.cell(row, column));
            bad.push(|| sheet.problem(row, column, message).expected(expected));
        }
        if let Some(column) = plan.period
            && !["D", "1D", "DAILY", "1440"].contains(&&*sheet.cell(row, column).to_uppercase())
        {
            let message = format!("a bar of `{}`", sheet.cell(row, column));
            bad.push(|| sheet.problem(row, column, message).expected("`D`: bars of a day"));
        }
    }
}

/// All prices of a sheet.
#[derive(Default)]
pub(super) struct Cells<'a> {
    /// Quotes with the rows they stand on by column and ticker: in the order of the columns, or of
    /// the tickers where they stand in one column. There the order of the rows would be an
    /// accident, since the first day need not have every ticker.
    pub(super) found: BTreeMap<(usize, &'a str), Vec<(usize, Quote)>>,
    /// Days of rows whose only price is missing.
    pub(super) without_price: Vec<Day>,
    /// Something stood between thousands, or a sign of money.
    pub(super) thousands: bool,
}

/// Reads the prices and volumes of all series; what is no price is told.
pub(super) fn read_cells<'a>(
    sheet: &'a Sheet<'_>,
    plan: &'a Plan,
    (rows, days): (&[usize], &[Day]),
    decimal: DecimalMark,
    bad: &mut Capped<'_>,
) -> Cells<'a> {
    let mut cells = Cells::default();
    let stooq = sheet.cell(0, plan.day).starts_with('<');
    let wide = matches!(plan.layout, Layout::Wide | Layout::WideBars);
    let mut priced = vec![!wide; rows.len()];
    for series in &plan.series {
        let number = |cell: &str| read_number(cell, decimal);
        let returns = returns::problem(sheet, series.price, rows.iter().copied(), number);
        let are_returns = returns.is_some();
        returns.into_iter().for_each(|problem| bad.push(|| problem));
        for (position, (&row, &day)) in rows.iter().zip(days).enumerate() {
            let text = sheet.cell(row, series.price);
            match read_price(text, decimal) {
                Ok(Some(price)) => {
                    priced[position] = true;
                    let plain = |c: char| c.is_ascii_digit() || c == decimal.char();
                    cells.thousands |= !text.chars().all(plain);
                    let named = plan.ticker.map(|column| sheet.cell(row, column));
                    let ticker = named.or(series.ticker.as_deref()).unwrap_or_default();
                    let ticker = if stooq { ticker::without_market(ticker) } else { ticker };
                    let volume = series.volume;
                    let volume = volume.and_then(|c| read_volume(sheet.cell(row, c), decimal));
                    let quotes = cells.found.entry((series.price, ticker)).or_default();
                    quotes.push((row, Quote { day, price, volume }));
                }
                // A blank of a wide table is where a ticker was not listed.
                Ok(None) if wide => {}
                Ok(None) => cells.without_price.push(day),
                Err(_) if are_returns => {}
                Err(message) => bad.push(|| {
                    sheet
                        .problem(row, series.price, message)
                        .expected("a positive price, or nothing")
                }),
            }
        }
    }
    let empty = days.iter().zip(priced).filter(|(_, priced)| !priced);
    cells.without_price.extend(empty.map(|(day, _)| day));
    cells
}
