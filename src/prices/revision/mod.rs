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
//! - `wording`, `text`: the findings in words.

mod days;
mod level;
mod precision;
mod text;
mod ticker;
mod wording;

use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::Day;
use crate::prices::data::PriceTable;

pub(crate) use days::{DayChanges, Placed, on_shared_days, shared_rows};
pub(crate) use level::Level;
pub(crate) use precision::Precision;
pub(crate) use text::to_text;
pub(crate) use ticker::{Correction, TickerRevision, compare as compare_ticker};
pub(crate) use wording::Cause;

/// One version of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// Its price file as the user knows it.
    pub file: String,
    /// First day.
    pub first_day: Day,
    /// Last day.
    pub last_day: Day,
    /// Number of days.
    pub days: usize,
}

/// How two versions of a source differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Revision {
    /// The older version.
    pub base: Version,
    /// The newer one.
    pub head: Version,
    /// Tickers of the head only.
    pub tickers_added: Vec<String>,
    /// Tickers of the base only.
    pub tickers_removed: Vec<String>,
    /// Number of tickers of both.
    pub shared_tickers: usize,
    /// Days of the head only, by where they lie in the base.
    pub days_added: DayChanges,
    /// Days of the base only, by where they lie in the head.
    pub days_removed: DayChanges,
    /// Number of days of both.
    pub shared_days: usize,
    /// Tickers of both that differ on days of both, the largest change of a return first.
    pub tickers: Vec<TickerRevision>,
}

impl Revision {
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
pub(crate) fn compare(base: &PriceTable, head: &PriceTable) -> Result<Revision, Problems> {
    let only = |these: &PriceTable, those: &PriceTable| -> Vec<String> {
        these.tickers.iter().filter(|t| those.column(t).is_none()).cloned().collect()
    };
    let rows = shared_rows(&base.days, &head.days);
    let shared: Vec<&String> = head.tickers.iter().filter(|t| base.column(t).is_some()).collect();
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
    tickers.sort_by(|a, b| b.returns.largest_size().total_cmp(&a.returns.largest_size()));
    Ok(Revision {
        base: version(base),
        head: version(head),
        tickers_added: only(head, base),
        tickers_removed: only(base, head),
        shared_tickers: shared.len(),
        days_added: DayChanges::of(&head.days, &base.days),
        days_removed: DayChanges::of(&base.days, &head.days),
        shared_days: rows.len(),
        tickers,
    })
}

fn version(table: &PriceTable) -> Version {
    Version {
        file: table.file.clone(),
        // A table that was read has at least one row.
        first_day: table.days[0],
        last_day: table.days[table.days.len() - 1],
        days: table.days.len(),
    }
}

#[cfg(test)]
mod fixture;

#[cfg(test)]
mod tests;
