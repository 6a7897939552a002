//! What became of stored history: the same, rescaled as a whole, or changed.
//!
//! Prices adjusted backwards are rescaled from their first day on whenever a distribution or a
//! split takes effect. That changes every price and no return, so what decides is the returns: with
//! `r(t) = fetched(t) / stored(t)`, the return of a day is the same if `r` is the same on that day
//! and the stored day before it.

use crate::base::units::Day;
use crate::prices::quotes::{Decimal, Quote};

/// Two prices closer than this, relatively, are the same price whatever their digits say: a
/// hundredth of a basis point, ten times the rounding of single precision, in which some providers
/// reckon.
const SAME: f64 = 1e-6;

/// What became of the history of one ticker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// Every stored price came again.
    Same,
    /// Every stored price came again times one factor; all returns are the same.
    Rescaled {
        /// Fetched prices over stored prices, of their sums.
        factor: f64,
    },
    /// Returns are others, or days are.
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
/// Both have ascending days; `stored` is not empty.
pub(super) fn compare(stored: &[Quote], fetched: &[Quote]) -> Change {
    let rounding = Rounding::of(stored, fetched);
    let Some(first) = stored.first() else { return Change::Same };
    let mut restated = Vec::new();
    let mut common: Vec<(&Quote, &Quote)> = Vec::with_capacity(stored.len());
    let mut rest = fetched.iter().peekable();
    for old in stored {
        while let Some(new) = rest.next_if(|new| new.day < old.day) {
            if new.day > first.day {
                let (day, fetched) = (new.day, new.price.clone());
                restated.push(Restatement::Inserted { day, fetched });
            }
        }
        match rest.next_if(|new| new.day == old.day) {
            Some(new) => common.push((old, new)),
            None => restated.push(Restatement::Gone { day: old.day, stored: old.price.clone() }),
        }
    }
    restated.extend(restated_returns(&common, &rounding));
    restated.sort_by_key(Restatement::day);
    if !restated.is_empty() {
        return Change::Restated(restated);
    }
    // Of coarse prices a small factor moves some and not others, so that one day says too little.
    if common.iter().all(|(old, new)| rounding.is_same(old, new)) {
        return Change::Same;
    }
    let (mut before, mut now) = (0.0, 0.0);
    for (old, new) in &common {
        before += old.price.value();
        now += new.price.value();
    }
    Change::Rescaled { factor: now / before }
}

/// The days on which the ratio of fetched to stored prices steps.
fn restated_returns(common: &[(&Quote, &Quote)], rounding: &Rounding) -> Vec<Restatement> {
    let ratio = |row: usize| common[row].1.price.value() / common[row].0.price.value();
    let is_step = |from: usize, to: usize| {
        let tolerance = rounding.of_pair(common[from]) + rounding.of_pair(common[to]);
        (ratio(to) / ratio(from) - 1.0).abs() > tolerance
    };
    let mut restated = Vec::new();
    let mut row = 1;
    while row < common.len() {
        if !is_step(row - 1, row) {
            row += 1;
            continue;
        }
        let (old, new) = common[row];
        // A step and its way back: the price between them is the one that changed.
        let is_one_price = row + 1 < common.len() && !is_step(row - 1, row + 1);
        restated.push(if is_one_price {
            let (stored, fetched) = (old.price.clone(), new.price.clone());
            Restatement::Price { day: old.day, stored, fetched }
        } else {
            let (old_before, new_before) = common[row - 1];
            Restatement::Return {
                day: old.day,
                stored: old.price.value() / old_before.price.value() - 1.0,
                fetched: new.price.value() / new_before.price.value() - 1.0,
            }
        });
        row += if is_one_price { 2 } else { 1 };
    }
    restated
}

/// How far rounding alone may take two prices apart.
struct Rounding {
    stored_step: f64,
    fetched_step: f64,
}

impl Rounding {
    /// The last decimal that each side uses; a price whose last digits are zeros may lack them.
    fn of(stored: &[Quote], fetched: &[Quote]) -> Self {
        let step = |quotes: &[Quote]| {
            let decimals = |quote: &Quote| {
                quote.price.as_str().split_once('.').map_or(0, |(_, decimals)| decimals.len())
            };
            let most = quotes.iter().map(decimals).max().unwrap_or(0);
            (0..most).fold(1.0, |step, _| step / 10.0)
        };
        Self { stored_step: step(stored), fetched_step: step(fetched) }
    }

    /// The relative error of the ratio of a pair of prices: half a step on either side.
    fn of_pair(&self, (old, new): (&Quote, &Quote)) -> f64 {
        SAME + 0.5 * (self.stored_step / old.price.value() + self.fetched_step / new.price.value())
    }

    fn is_same(&self, old: &Quote, new: &Quote) -> bool {
        (new.price.value() / old.price.value() - 1.0).abs() <= self.of_pair((old, new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten days of May 2024 with invented prices, rounded to six decimals, times a factor.
    fn history(factor: f64) -> Vec<Quote> {
        (0..10).map(|i| quote(i + 1, (100.0 + f64::from(i * i) * 0.37) * factor)).collect()
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
        noisy.push(quote(11, 140.0));
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
            (0..10).map(|i| Quote { price: price(i), ..quote(i + 1, 1.0) }).collect()
        };
        let scaled = compare(&coarse(1.0, 0.0), &coarse(0.99, 0.0));
        assert!(matches!(scaled, Change::Rescaled { .. }), "{scaled:?}");
        let corrected = compare(&coarse(1.0, 0.0), &coarse(0.99, 3.0));
        assert!(matches!(corrected, Change::Restated(_)), "{corrected:?}");
    }

    #[test]
    fn a_factor_that_rounding_hides_on_the_last_day_is_found_on_others() {
        let cents = |day: i8, price: &str| {
            let price = Decimal::new(price).unwrap();
            Quote { price, ..quote(day, 1.0) }
        };
        // Five units with two decimals: a factor of 0.998 moves most of them by one hundredth.
        let stored = [cents(1, "5.04"), cents(2, "5.08"), cents(3, "5.01"), cents(4, "5.00")];
        let fetched = [cents(1, "5.02"), cents(2, "5.06"), cents(3, "5.00"), cents(4, "5.00")];
        let Change::Rescaled { factor } = compare(&stored, &fetched) else { panic!() };
        assert!((factor - 0.9975).abs() < 1e-3, "{factor}");
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
        // A dividend recorded late: what is before its day is rescaled.
        let mut late = history(1.0);
        late[..6].clone_from_slice(&history(0.995)[..6]);
        let Change::Restated(steps) = compare(&stored, &late) else { panic!() };
        let [Restatement::Return { day, stored, fetched }] = steps[..] else { panic!("{steps:?}") };
        assert_eq!(day, jiff::civil::date(2024, 5, 7));
        assert!((fetched - stored - 0.005 / 0.995 * (1.0 + stored)).abs() < 1e-7);
    }

    #[test]
    fn the_last_price_and_lost_days_are_restatements() {
        let stored = history(1.0);
        let mut fetched = stored.clone();
        fetched[9] = quote(10, 200.0);
        let Change::Restated(last) = compare(&stored, &fetched) else { panic!() };
        assert!(matches!(last[..], [Restatement::Return { .. }]));
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
