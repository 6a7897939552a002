//! An update in words: what came, and what became of what was stored.

use std::fmt;

use super::compare::{Change, Restatement};
use super::lock::TickerLock;
use super::update::{FullDownload, LostPrices, TickerUpdate, Update};
use crate::prices::quotes::Decimal;
use crate::prices::revision::Cause;

/// Restatements of a ticker that are told one by one; the rest are counted.
const MOST_TOLD: usize = 10;

/// How far a split's factor may be off, for what a distribution in the same weeks may add.
const NEAR_SPLIT: f64 = 0.015;

impl fmt::Display for Update {
    /// A line a ticker, and one below it for each restatement.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.tickers.iter().map(|ticker| ticker.ticker.len()).max().unwrap_or(0);
        for ticker in &self.tickers {
            writeln!(f, "{:width$}  {}", ticker.ticker, summary(ticker))?;
            if let Change::Restated(restated) = &ticker.change {
                for restatement in restated.iter().take(MOST_TOLD) {
                    writeln!(f, "{:width$}    {restatement}", "")?;
                }
                if let Some(rest @ 1..) = restated.len().checked_sub(MOST_TOLD) {
                    let last = restated[restated.len() - 1].day();
                    writeln!(f, "{:width$}    and {rest} more, to {last}", "")?;
                }
            }
        }
        for ticker in &self.dropped {
            writeln!(f, "{ticker:width$}  no longer declared: its column is left out")?;
        }
        for LostPrices { ticker, days, first, last } in &self.lost {
            let what = format!("{days} stored days, {first} to {last}");
            writeln!(f, "{ticker:width$}  LOST, as no fetch brings them back: {what}")?;
        }
        Ok(())
    }
}

fn summary(update: &TickerUpdate) -> String {
    let TickerUpdate { locked: TickerLock { rows, first, last, .. }, added, full, change, .. } =
        update;
    let stored = match full {
        Some(FullDownload::Unknown) => "; what was there was not fetched as declared now",
        Some(FullDownload::Edited) => "; what was there is not what was fetched",
        Some(FullDownload::New | FullDownload::Requested | FullDownload::Restated) | None => "",
    };
    let changed = match change {
        Change::Same => String::new(),
        Change::Rescaled { factor } => {
            format!("; rescaled by {factor:.6}{}, no return changed", meaning(*factor))
        }
        Change::Restated(restated) => {
            let days = if restated.len() == 1 { "day" } else { "days" };
            format!("; RESTATED, {} {days}:", restated.len())
        }
    };
    format!("{rows} rows, {first} to {last}, {added} added{stored}{changed}")
}

/// What a factor on all prices likely comes from; nothing of one that the digits shown hide.
fn meaning(factor: f64) -> String {
    match Cause::of(factor, NEAR_SPLIT).filter(|_| (factor - 1.0).abs() >= 5e-7) {
        Some(Cause::Distribution(share)) => {
            format!(" (distributions of {:.2} % of the price)", share * 100.0)
        }
        Some(Cause::Split { new, old }) if new < old => {
            format!(" (a reverse split, {new} for {old})")
        }
        Some(Cause::Split { new, old }) => format!(" (a split, {new} for {old})"),
        None => String::new(),
    }
}

impl fmt::Display for Restatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price { day, stored: Some(stored), fetched: Some(fetched) } => {
                let change = (fetched.value() / stored.value() - 1.0) * 100.0;
                write!(f, "{day}: price {stored}, now {fetched} ({change:+.4} %)")
            }
            Self::Price { day, stored: Some(stored), .. } => {
                write!(f, "{day}: price {stored}, now no such day")
            }
            Self::Price { day, fetched, .. } => {
                let fetched = fetched.as_ref().map(Decimal::as_str).unwrap_or_default();
                write!(f, "{day}: no such day, now {fetched}")
            }
            Self::Return { day, stored, fetched } => {
                let (stored, fetched) = (stored * 100.0, fetched * 100.0);
                write!(f, "{day}: return {stored:+.4} %, now {fetched:+.4} %")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_explained_where_it_can_be() {
        for (factor, told) in [
            (0.9968, " (distributions of 0.32 % of the price)"),
            (0.5, " (a split, 2 for 1)"),
            (0.498, " (a split, 2 for 1)"),
            (2.0 / 3.0, " (a split, 3 for 2)"),
            (10.0, " (a reverse split, 1 for 10)"),
            (0.3712, ""),
            // Nothing that the digits shown would tell.
            (0.999_999_9, ""),
        ] {
            assert_eq!(meaning(factor), told);
        }
    }
}
