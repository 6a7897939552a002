//! What a revision of a price source changed: two versions of its table, compared row by row.
//!
//! The older version is the *base*, the newer the *head*. Vendors restate history for different
//! reasons, and each leaves its own trace: a dividend or a split rescales all prices up to a day by
//! one factor, which no return but one can notice; a correction moves a single price and with it
//! two returns; a new export rounds differently and changes nothing. A [`Revision`] tells them
//! apart, and says what all of it does to the daily log returns, which are what experiments use.
//!
//! - `days`: which days came and went, and the tables cut to the days both have.
//! - `precision`: to how many digits a price is known.
//! - `level`: the factors between the versions, each with its stretch of days.
//! - `ticker`: one ticker, put together.
//! - `text`: the findings in words.

mod days;
mod level;
mod precision;
mod text;
mod ticker;

use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::shared_rows;
use crate::prices::data::PriceTable;

pub(crate) use days::on_shared_days;
pub(crate) use precision::Precision;
pub(crate) use text::{Cause, to_text};
pub(crate) use ticker::compare as compare_ticker;

use self::days::DayChanges;
use self::level::Level;
use self::ticker::TickerRevision;

/// How two versions of a source differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Revision<'a> {
    /// The older version.
    base: &'a PriceTable,
    /// The newer one.
    head: &'a PriceTable,
    /// Tickers of the head only.
    tickers_added: Vec<&'a str>,
    /// Tickers of the base only.
    tickers_removed: Vec<&'a str>,
    /// Number of tickers of both.
    shared_tickers: usize,
    /// Days of the head only, by where they lie in the base.
    days_added: DayChanges,
    /// Days of the base only, by where they lie in the head.
    days_removed: DayChanges,
    /// Number of days of both.
    pub shared_days: usize,
    /// Tickers of both that differ on days of both, the largest change of a return first.
    tickers: Vec<TickerRevision>,
}

impl Revision<'_> {
    /// Whether the versions have the same tickers, days and prices, to the last bit.
    pub(crate) fn is_empty(&self) -> bool {
        self.tickers_added.is_empty()
            && self.tickers_removed.is_empty()
            && self.tickers.is_empty()
            && !self.changes_days()
    }

    /// Whether a day came or went.
    pub(crate) fn changes_days(&self) -> bool {
        self.days_added.count() + self.days_removed.count() > 0
    }
}

/// Compares two versions of a source.
///
/// # Errors
/// They have no ticker or no day in common: they are not versions of one source.
pub(crate) fn compare<'a>(
    base: &'a PriceTable,
    head: &'a PriceTable,
) -> Result<Revision<'a>, Problems> {
    let named = |these: &'a PriceTable, those: &PriceTable, is_there: bool| -> Vec<&'a str> {
        let is_wanted = |ticker: &&str| those.column(ticker).is_some() == is_there;
        these.tickers.iter().map(String::as_str).filter(is_wanted).collect()
    };
    let rows = shared_rows(&base.days, &head.days);
    let shared = named(head, base, true);
    let mut problems = Problems::new();
    if shared.is_empty() {
        problems.push(
            Problem::new(format!("{} and {} have no ticker in common", base.file, head.file))
                .expected(format!(
                    "two versions of one source; the tickers are {} and {}",
                    base.tickers.join(", "),
                    head.tickers.join(", ")
                ))
                .hint("is one of them another source?"),
        );
    }
    if rows.is_empty() {
        problems.push(
            Problem::new(format!("{} and {} have no day in common", base.file, head.file))
                .hint("two versions of one source overlap: is one of them a download of new days?"),
        );
    }
    problems.into_result(())?;
    let mut tickers: Vec<TickerRevision> = shared
        .iter()
        .filter_map(|ticker| {
            let (old, new) = (base.column(ticker)?, head.column(ticker)?);
            compare_ticker(ticker, &base.days, &rows, [old, new], [old, new].map(Precision::of))
        })
        .collect();
    tickers.sort_by(|a, b| b.largest_size().total_cmp(&a.largest_size()));
    Ok(Revision {
        base,
        head,
        tickers_added: named(head, base, false),
        tickers_removed: named(base, head, false),
        shared_tickers: shared.len(),
        days_added: DayChanges::of(&head.days, &base.days),
        days_removed: DayChanges::of(&base.days, &head.days),
        shared_days: rows.len(),
        tickers,
    })
}

#[cfg(test)]
mod tests;
