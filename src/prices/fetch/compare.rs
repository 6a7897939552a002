//! What became of stored history: the same, rescaled as a whole, or changed.
//!
//! Prices adjusted backwards are rescaled from their first day on whenever a distribution or a
//! split takes effect. That changes every price and no return. Whether it is so is for
//! `prices::revision` to say; here its answer becomes a list of what is no longer as it was stored.

use crate::base::units::{Day, shared_rows};
use crate::prices::quotes::{Decimal, Quote};
use crate::prices::revision::{Precision, compare_ticker};

/// What became of the history of one ticker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// Every stored price came again, within rounding.
    Same,
    /// Every stored price came again times one factor; all returns are the same.
    Rescaled {
        /// Fetched prices over stored prices, of their sums.
        factor: f64,
    },
    /// Returns are others, or days are; by day.
    Restated(Vec<Restatement>),
}

/// One thing that is no longer as it was stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Restatement {
    /// A price is another, with those around it as they were, up to a factor; without `fetched` a
    /// stored day came no more, without `stored` a day came between days that were stored.
    Price { day: Day, stored: Option<Decimal>, fetched: Option<Decimal> },
    /// The return of one day, a fraction, is another: everything before that day is rescaled
    /// against the rest.
    Return { day: Day, stored: f64, fetched: f64 },
}

impl Restatement {
    /// The day it is of.
    pub(crate) fn day(&self) -> Day {
        match self {
            Self::Price { day, .. } | Self::Return { day, .. } => *day,
        }
    }
}

/// Compares stored quotes with fetched ones of the same days and perhaps more, before or after.
/// Both have ascending days.
pub(super) fn compare(stored: &[Quote], fetched: &[Quote]) -> Change {
    let days = |quotes: &[Quote]| -> Vec<Day> { quotes.iter().map(|quote| quote.day).collect() };
    let prices =
        |quotes: &[Quote]| -> Vec<f64> { quotes.iter().map(|quote| quote.price.value()).collect() };
    let (old_days, new_days) = (days(stored), days(fetched));
    let restated_price = |day: Day| {
        let price = |quotes: &[Quote], days: &[Day]| {
            Some(quotes[days.binary_search(&day).ok()?].price.clone())
        };
        let (stored, fetched) = (price(stored, &old_days), price(fetched, &new_days));
        Restatement::Price { day, stored, fetched }
    };
    let lack = |days: &[Day], day: &Day| days.binary_search(day).is_err();
    let is_inside = |day: &Day| old_days.first() < Some(day) && Some(day) < old_days.last();
    let gone = old_days.iter().filter(|day| lack(&new_days, day));
    let inserted = new_days.iter().filter(|day| is_inside(day) && lack(&old_days, day));
    let rows = shared_rows(&old_days, &new_days);
    let (old, new) = (prices(stored), prices(fetched));
    let digits = [stored, fetched].map(precision);
    let revision = compare_ticker("", &old_days, &rows, [&old, &new], digits);
    let levels = revision.as_ref().map(|revision| revision.levels.as_slice()).unwrap_or_default();
    let corrected = revision.iter().flat_map(|revision| &revision.corrections);
    let mut restated: Vec<Restatement> = gone
        .chain(inserted)
        .chain(corrected.map(|(price, _)| &price.day))
        .map(|day| restated_price(*day))
        .collect();
    let at = |day: Day| rows.iter().position(|row| old_days[row[0]] == day);
    for at in levels.iter().skip(1).filter_map(|level| at(level.first_day)) {
        let [[old_before, new_before], [old_row, new_row]] = [rows[at - 1], rows[at]];
        restated.push(Restatement::Return {
            day: old_days[old_row],
            stored: old[old_row] / old[old_before] - 1.0,
            fetched: new[new_row] / new[new_before] - 1.0,
        });
    }
    restated.sort_by_key(Restatement::day);
    if !restated.is_empty() {
        Change::Restated(restated)
    } else if levels.is_empty() {
        Change::Same
    } else {
        let sum =
            |prices: &[f64], side: usize| -> f64 { rows.iter().map(|row| prices[row[side]]).sum() };
        Change::Rescaled { factor: sum(&new, 1) / sum(&old, 0) }
    }
}

/// The most decimals of any price: one whose last digits are zeros may lack them.
fn precision(quotes: &[Quote]) -> Precision {
    let decimals = |quote: &Quote| {
        quote.price.as_str().split_once('.').map_or(0, |(_, decimals)| decimals.len())
    };
    Precision::of_decimals(quotes.iter().map(decimals).max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: i8 = 20;

    /// The first days of May 2024 with prices by their number from 0 and so many decimals.
    fn quotes(decimals: usize, price: impl Fn(i8) -> f64) -> Vec<Quote> {
        (0..DAYS).map(|i| quote(i + 1, decimals, price(i))).collect()
    }

    fn quote(day: i8, decimals: usize, price: f64) -> Quote {
        let price = Decimal::new(&format!("{price:.decimals$}")).unwrap();
        Quote { day: jiff::civil::date(2024, 5, day), price, volume: None }
    }

    /// Invented prices, rounded to six decimals, times a factor.
    fn history(factor: f64) -> Vec<Quote> {
        quotes(6, |i| (100.0 + f64::from(i32::from(i) * i32::from(i) % 17) * 0.37) * factor)
    }

    fn restated(stored: &[Quote], fetched: &[Quote]) -> Vec<Restatement> {
        match compare(stored, fetched) {
            Change::Restated(restated) => restated,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rounding_is_no_change() {
        let stored = history(1.0);
        let mut noisy = history(1.000_000_4);
        assert_eq!(compare(&stored, &noisy), Change::Same);
        noisy.push(quote(DAYS + 1, 6, 140.0));
        noisy.insert(0, Quote { day: jiff::civil::date(2024, 4, 30), ..quote(1, 6, 90.0) });
        assert_eq!(compare(&stored, &noisy), Change::Same, "days around it are no restatement");
    }

    #[test]
    fn one_factor_rescales_and_changes_no_return() {
        let coarse = |factor: f64| quotes(2, |i| f64::from(i + 7) * 1.37 * factor);
        // From 22 units down to 3 with two decimals: in the end a factor moves them by one hundredth.
        let falling = |factor: f64| quotes(2, |i| f64::from(2 + DAYS - i) * factor);
        let history: &dyn Fn(f64) -> Vec<Quote> = &history;
        for (prices, factor, tolerance) in [
            (history, 0.9968, 1e-7),
            (history, 0.5, 1e-7),
            (history, 3.0, 1e-7),
            (&coarse, 0.99, 1e-3),
            (&falling, 0.9975, 1e-4),
        ] {
            let change = compare(&prices(1.0), &prices(factor));
            let Change::Rescaled { factor: found } = change else { panic!("{factor}: {change:?}") };
            assert!((found / factor - 1.0).abs() < tolerance, "{factor}: {found}");
        }
        let end = compare(&falling(1.0)[18..], &falling(0.9975)[18..]);
        assert_eq!(end, Change::Same, "as far as one can tell");
        let mut corrected = coarse(0.99);
        corrected[4] = quote(5, 2, f64::from(4 + 7) * 1.37 * 0.99 + 0.03);
        restated(&coarse(1.0), &corrected);
    }

    #[test]
    fn a_corrected_price_is_told_from_a_step() {
        let (stored, mut corrected) = (history(1.0), history(0.99));
        corrected[4] = quote(5, 6, 101.0);
        let (old, new) = (Some(stored[4].price.clone()), Some(corrected[4].price.clone()));
        let price = Restatement::Price { day: stored[4].day, stored: old, fetched: new };
        assert_eq!(restated(&stored, &corrected), [price]);
        // A dividend recorded late, even by a day: what is before its day is rescaled.
        for before in [10, stored.len() - 1] {
            let mut late = history(1.0);
            late[..before].clone_from_slice(&history(0.995)[..before]);
            let steps = restated(&stored, &late);
            let [Restatement::Return { day, stored: old, fetched }] = steps[..] else {
                panic!("{steps:?}")
            };
            assert_eq!(day, stored[before].day);
            assert!((fetched - old - 0.005 / 0.995 * (1.0 + old)).abs() < 1e-7);
        }
    }

    #[test]
    fn the_last_price_and_lost_days_are_restatements() {
        let stored = history(1.0);
        let mut last = stored.clone();
        last[19] = quote(DAYS, 6, 200.0);
        let mut lost = stored.clone();
        lost.remove(3);
        lost.remove(0);
        // Of the days that came, the first is only earlier.
        for (old, new, days, has_both) in [
            (&stored, &last, &[20][..], [true; 2]),
            (&stored, &lost, &[1, 4], [true, false]),
            (&lost, &stored, &[4], [false, true]),
        ] {
            let found = restated(old, new);
            let found_days: Vec<i8> = found.iter().map(|found| found.day().day()).collect();
            assert_eq!(found_days, days);
            for found in &found {
                let Restatement::Price { stored, fetched, .. } = found else { panic!("{found:?}") };
                assert_eq!([stored.is_some(), fetched.is_some()], has_both);
            }
        }
    }
}
