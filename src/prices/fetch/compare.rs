//! What became of stored history: the same, rescaled as a whole, or changed.
//!
//! Prices adjusted backwards are rescaled from their first day on whenever a distribution or a
//! split takes effect. That changes every price and no return. Whether it is so is for
//! `prices::revision` to say; here its answer becomes a list of what is no longer as it was stored.

use crate::base::units::Day;
use crate::prices::quotes::{Decimal, Quote};
use crate::prices::revision::{Precision, compare_ticker, shared_rows};

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
    /// One price is another, with those around it as they were, up to a factor.
    Price {
        /// The day.
        day: Day,
        /// The price as stored.
        stored: Decimal,
        /// The price that came.
        fetched: Decimal,
    },
    /// The return of one day is another: everything before that day is rescaled against the rest.
    Return {
        /// The day.
        day: Day,
        /// Its return as stored, a fraction.
        stored: f64,
        /// Its return now.
        fetched: f64,
    },
    /// A stored day came no more.
    Gone {
        /// The day.
        day: Day,
        /// Its price.
        stored: Decimal,
    },
    /// A day came that was not stored, between days that were.
    Inserted {
        /// The day.
        day: Day,
        /// Its price.
        fetched: Decimal,
    },
}

impl Restatement {
    /// The day it is of.
    pub(crate) fn day(&self) -> Day {
        match self {
            Self::Price { day, .. }
            | Self::Return { day, .. }
            | Self::Gone { day, .. }
            | Self::Inserted { day, .. } => *day,
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
    let mut restated: Vec<Restatement> = stored
        .iter()
        .filter(|quote| new_days.binary_search(&quote.day).is_err())
        .map(|quote| Restatement::Gone { day: quote.day, stored: quote.price.clone() })
        .collect();
    let is_inside = |day: Day| old_days.first() < Some(&day) && Some(&day) < old_days.last();
    let inserted = fetched
        .iter()
        .filter(|quote| is_inside(quote.day) && old_days.binary_search(&quote.day).is_err());
    restated.extend(
        inserted
            .map(|quote| Restatement::Inserted { day: quote.day, fetched: quote.price.clone() }),
    );
    let rows = shared_rows(&old_days, &new_days);
    let (old, new) = (prices(stored), prices(fetched));
    let digits = [stored, fetched].map(precision);
    let revision = compare_ticker("", &old_days, &rows, [&old, &new], digits);
    let levels = revision.as_ref().map(|revision| revision.levels.as_slice()).unwrap_or_default();
    let at = |day: Day| rows.iter().position(|row| stored[row[0]].day == day);
    let corrected = revision.iter().flat_map(|revision| &revision.corrections);
    for row in corrected.filter_map(|correction| at(correction.day)).map(|at| rows[at]) {
        let (old, new) = (&stored[row[0]], &fetched[row[1]]);
        let (stored, fetched) = (old.price.clone(), new.price.clone());
        restated.push(Restatement::Price { day: old.day, stored, fetched });
    }
    for at in levels.iter().skip(1).filter_map(|level| at(level.first_day)) {
        let [[old_before, new_before], [old, new]] = [rows[at - 1], rows[at]];
        let change = |from: &Quote, to: &Quote| to.price.value() / from.price.value() - 1.0;
        restated.push(Restatement::Return {
            day: stored[old].day,
            stored: change(&stored[old_before], &stored[old]),
            fetched: change(&fetched[new_before], &fetched[new]),
        });
    }
    restated.sort_by_key(Restatement::day);
    match levels {
        _ if !restated.is_empty() => Change::Restated(restated),
        [] => Change::Same,
        _ => {
            let sum = |quotes: &[Quote], side: usize| -> f64 {
                rows.iter().map(|row| quotes[row[side]].price.value()).sum()
            };
            Change::Rescaled { factor: sum(fetched, 1) / sum(stored, 0) }
        }
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

    /// The first days of May 2024 with invented prices, rounded to six decimals, times a factor.
    fn history(factor: f64) -> Vec<Quote> {
        (0..DAYS)
            .map(|i| {
                quote(i + 1, (100.0 + f64::from(i32::from(i) * i32::from(i) % 17) * 0.37) * factor)
            })
            .collect()
    }

    fn quote(day: i8, price: f64) -> Quote {
        let price = Decimal::new(&format!("{price:.6}")).unwrap();
        Quote { day: jiff::civil::date(2024, 5, day), price, volume: None }
    }

    #[test]
    fn rounding_is_no_change() {
        let stored = history(1.0);
        let mut noisy = history(1.000_000_4);
        assert_eq!(compare(&stored, &noisy), Change::Same);
        noisy.push(quote(DAYS + 1, 140.0));
        noisy.insert(0, Quote { day: jiff::civil::date(2024, 4, 30), ..quote(1, 90.0) });
        assert_eq!(compare(&stored, &noisy), Change::Same, "days around it are no restatement");
    }

    #[test]
    fn a_distribution_and_a_split_rescale_and_change_no_return() {
        for factor in [0.9968, 0.5, 3.0] {
            let Change::Rescaled { factor: found } = compare(&history(1.0), &history(factor))
            else {
                panic!("{factor}");
            };
            assert!((found / factor - 1.0).abs() < 1e-7, "{found}");
        }
    }

    #[test]
    fn coarse_prices_may_round_and_no_more() {
        let coarse = |factor: f64, cents_off: f64| -> Vec<Quote> {
            let price = |i: i8| {
                let off = if i == 4 { cents_off / 100.0 } else { 0.0 };
                Decimal::new(&format!("{:.2}", f64::from(i + 7) * 1.37 * factor + off)).unwrap()
            };
            (0..DAYS).map(|i| Quote { price: price(i), ..quote(i + 1, 1.0) }).collect()
        };
        let scaled = compare(&coarse(1.0, 0.0), &coarse(0.99, 0.0));
        assert!(matches!(scaled, Change::Rescaled { .. }), "{scaled:?}");
        let corrected = compare(&coarse(1.0, 0.0), &coarse(0.99, 3.0));
        assert!(matches!(corrected, Change::Restated(_)), "{corrected:?}");
    }

    #[test]
    fn a_factor_that_rounding_hides_on_some_days_is_found_on_others() {
        // From 22 units down to 3 with two decimals: in the end a factor moves them by one hundredth.
        let cents = |factor: f64| -> Vec<Quote> {
            let price = |i: i8| format!("{:.2}", f64::from(2 + DAYS - i) * factor);
            let quote = |i| Quote { price: Decimal::new(&price(i)).unwrap(), ..quote(i + 1, 1.0) };
            (0..DAYS).map(quote).collect()
        };
        let (stored, fetched) = (cents(1.0), cents(0.9975));
        assert_eq!(compare(&stored[18..], &fetched[18..]), Change::Same, "as far as one can tell");
        let Change::Rescaled { factor } = compare(&stored, &fetched) else { panic!() };
        assert!((factor - 0.9975).abs() < 1e-4, "{factor}");
    }

    #[test]
    fn a_corrected_price_is_told_from_a_step() {
        let mut corrected = history(0.99);
        corrected[4] = quote(5, 101.0);
        let stored = history(1.0);
        let price = Restatement::Price {
            day: jiff::civil::date(2024, 5, 5),
            stored: stored[4].price.clone(),
            fetched: corrected[4].price.clone(),
        };
        assert_eq!(compare(&stored, &corrected), Change::Restated(vec![price]));
        // A dividend recorded late, even by a day: what is before its day is rescaled.
        for days in [10, DAYS - 1] {
            let mut late = history(1.0);
            let before = usize::try_from(days).unwrap();
            late[..before].clone_from_slice(&history(0.995)[..before]);
            let Change::Restated(steps) = compare(&stored, &late) else { panic!("{days}") };
            let [Restatement::Return { day, stored, fetched }] = steps[..] else {
                panic!("{steps:?}")
            };
            assert_eq!(day, jiff::civil::date(2024, 5, days + 1));
            assert!((fetched - stored - 0.005 / 0.995 * (1.0 + stored)).abs() < 1e-7);
        }
    }

    #[test]
    fn the_last_price_and_lost_days_are_restatements() {
        let stored = history(1.0);
        let mut fetched = stored.clone();
        fetched[19] = quote(DAYS, 200.0);
        let Change::Restated(last) = compare(&stored, &fetched) else { panic!() };
        assert!(matches!(last[..], [Restatement::Price { .. }]));
        let mut lost = stored.clone();
        lost.remove(3);
        lost.remove(0);
        let Change::Restated(gone) = compare(&stored, &lost) else { panic!() };
        assert_eq!(gone.len(), 2);
        let Change::Restated(more) = compare(&lost, &stored) else { panic!() };
        assert!(
            matches!(more[..], [Restatement::Inserted { .. }]),
            "the first day is only earlier"
        );
    }
}
