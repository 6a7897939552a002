//! The values of a sheet by the plan of its columns, each checked and each with its row.

use super::layout::{Layout, Plan};
use super::numbers::{DecimalMark, read_price, read_volume};
use super::ticker;
use crate::base::units::Day;
use crate::prices::quotes::{Capped, Quote, Sheet};

/// One price and where it stands.
pub(super) struct Found<'a> {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) ticker: &'a str,
    pub(super) quote: Quote,
}

/// Names that cannot be tickers, tickers named twice, bars that are not of a day.
pub(super) fn check_names(sheet: &Sheet<'_>, plan: &Plan, rows: &[usize], bad: &mut Capped<'_>) {
    let expected = "letters, digits and . - _ ^ =";
    let named: Vec<&str> = plan.series.iter().filter_map(|s| s.ticker.as_deref()).collect();
    for (position, (series, name)) in plan.series.iter().zip(&named).enumerate() {
        if !ticker::is_ticker(name) {
            let message = format!("`{name}` cannot be a ticker");
            bad.push(|| sheet.problem(0, series.price, message).expected(expected));
        } else if named[..position].contains(name) {
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

/// All prices of a sheet in the order of columns, then rows.
pub(super) struct Cells<'a> {
    pub(super) found: Vec<Found<'a>>,
    /// Days of rows whose only price is missing.
    pub(super) without_price: Vec<Day>,
    /// Something stood between thousands, or a sign of money.
    pub(super) thousands: bool,
}

/// Reads the prices and volumes of all series; what is no price is told. `own` is the ticker of a
/// file that does not name one.
pub(super) fn read_cells<'a>(
    sheet: &'a Sheet<'_>,
    plan: &'a Plan,
    own: &'a str,
    (rows, days): (&[usize], &[Day]),
    decimal: DecimalMark,
    bad: &mut Capped<'_>,
) -> Cells<'a> {
    let mut cells = Cells { found: Vec::new(), without_price: Vec::new(), thousands: false };
    let stooq = sheet.cell(0, plan.day).starts_with('<');
    let wide = matches!(plan.layout, Layout::Wide | Layout::WideBars);
    let mut priced = vec![!wide; rows.len()];
    for series in &plan.series {
        for (position, (&row, &day)) in rows.iter().zip(days).enumerate() {
            let text = sheet.cell(row, series.price);
            match read_price(text, decimal) {
                Ok(Some(price)) => {
                    priced[position] = true;
                    let plain = |c: char| c.is_ascii_digit() || c == decimal.char();
                    cells.thousands |= !text.chars().all(plain);
                    let named = plan.ticker.map(|column| sheet.cell(row, column));
                    let ticker = named.or(series.ticker.as_deref()).unwrap_or(own);
                    let volume = series.volume;
                    let volume = volume.and_then(|c| read_volume(sheet.cell(row, c), decimal));
                    cells.found.push(Found {
                        row,
                        column: series.price,
                        ticker: if stooq { ticker::without_market(ticker) } else { ticker },
                        quote: Quote { day, price, volume },
                    });
                }
                // A blank of a wide table is where a ticker was not listed.
                Ok(None) if wide => {}
                Ok(None) => cells.without_price.push(day),
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
