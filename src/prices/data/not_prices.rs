//! Columns of positive numbers that are no prices: returns as factors (1 + r), indices that start
//! anew every day.
//!
//! A price goes on from where it was the day before; a return does not remember the one before.
//! The test is that of Bartels (1982, The Rank Version of von Neumann's Ratio Test for Randomness,
//! JASA 77): the squared differences of neighbours' ranks over the squared deviations of all ranks.
//! It is 2 on average for values without memory, whatever their distribution, and near 0 for a walk.
//! Yields and other levels that wander as prices do cannot be told from prices.

use crate::base::diagnostic::Problem;
use crate::base::statistics::finite;
use crate::base::units::format;
use crate::prices::quotes::Sheet;

/// Fewest values that can be told from a walk. Of 10,097 stretches of 80 days of SPY and the eleven
/// sector funds none has a ratio above [`LIMIT`], and of their returns as factors each has; with 60
/// days it is 1 and all but 17 of 10,133. Of 60,000 simulated walks of 100 days with fat tails none
/// is above, of as many series without memory one in 2,000 is below.
const FEWEST: usize = 80;
/// Ratio from which values have no memory.
const LIMIT: f64 = 1.35;
/// Smallest spread, as part of the level, that returns have: half a quarter's daily move of a fund
/// of short bonds. A rate that is held at a level (a stable coin, a money market fund) scatters
/// less, about it and without memory.
const SPREAD: f64 = 1e-3;
/// Fewest values that are different: a price of a few ticks jumps between them.
const DIFFERENT: usize = 25;

/// What is wrong with a column of prices, if they are none; `column` counts from 0 in the sheet.
pub(super) fn problem(sheet: &Sheet<'_>, column: usize, prices: &[f64]) -> Option<Problem> {
    let values = finite(prices);
    let level = has_no_memory(&values)?;
    let name = sheet.cell(0, column);
    let level = format::significant(Some(level));
    let message = format!("`{name}` holds no prices: its values scatter about {level} at random");
    let problem = sheet.problem(0, column, message);
    Some(
        problem
            .expected("prices, each of which goes on from the one before")
            .hint("returns as factors look so; a price is the one before times its factor"),
    )
}

/// The level about which values scatter, if each is independent of the one before.
fn has_no_memory(values: &[f64]) -> Option<f64> {
    if values.len() < FEWEST {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let quantile = |part: usize| sorted[part * (sorted.len() - 1) / 100];
    // Between these two lie two standard deviations of a normal variable.
    let (median, spread) = (quantile(50), 0.5 * (quantile(84) - quantile(16)));
    let different = sorted.chunk_by(|a, b| a == b).count();
    let scatters = different >= DIFFERENT && spread >= SPREAD * median;
    (scatters && ratio(values, &sorted) >= LIMIT).then_some(median)
}

/// Bartels' ratio; equal values share the middle of their ranks.
fn ratio(values: &[f64], sorted: &[f64]) -> f64 {
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        (below + sorted.partition_point(|other| other <= value)) as f64 / 2.0
    };
    let ranks: Vec<f64> = values.iter().map(rank).collect();
    let middle = values.len() as f64 / 2.0;
    let steps: f64 = ranks.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    let spread: f64 = ranks.iter().map(|rank| (rank - middle) * (rank - middle)).sum();
    if spread > 0.0 { steps / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read_csv;
    use super::*;
    use crate::base::units::math;

    /// Daily log returns with clustered volatility and a day in fifty three times as wild.
    fn returns() -> impl Strategy<Value = Vec<f64>> {
        let days =
            prop::collection::vec((-0.5_f64..0.5, -0.5_f64..0.5, -0.5_f64..0.5, 0_u8..50), 60..400);
        (0.003_f64..0.04, -0.001_f64..0.001, days).prop_map(|(sigma, drift, days)| {
            let mut volatility = 1.0;
            let day = |(a, b, c, wild): (f64, f64, f64, u8)| {
                let z = 2.0 * (a + b + c) * if wild == 0 { 3.0 } else { 1.0 };
                let r = drift + sigma * volatility * z;
                volatility = (0.1 + 0.85 * volatility * volatility + 0.05 * z * z).sqrt();
                r
            };
            days.into_iter().map(day).collect()
        })
    }

    fn walk(start: f64, returns: &[f64]) -> Vec<f64> {
        let mut price = start;
        returns
            .iter()
            .map(|r| {
                price *= math::exp(*r);
                price
            })
            .collect()
    }

    /// As a file has it, with some decimals.
    fn rounded(values: &[f64], decimals: i32) -> Vec<f64> {
        let unit = f64::from(10_i32.pow(decimals.unsigned_abs()));
        values.iter().map(|value| (value * unit).round() / unit).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_walk_is_a_price_and_its_factors_are_none(
            returns in returns(), start in 0.2_f64..500.0, factor in prop_oneof![Just(1.0), Just(100.0)],
        ) {
            prop_assert_eq!(has_no_memory(&walk(start, &returns)), None);
            prop_assert_eq!(has_no_memory(&rounded(&walk(start, &returns), 2)), None);
            // Of shorter ones one in some thousands looks by chance as if it had a memory.
            if returns.len() >= 200 {
                let factors: Vec<f64> = returns.iter().map(|r| factor * math::exp(*r)).collect();
                prop_assert!(has_no_memory(&factors).is_some());
                prop_assert!(has_no_memory(&rounded(&factors, 4)).is_some());
            }
        }

        #[test]
        fn what_is_held_at_a_level_is_a_price(
            returns in returns(), level in prop_oneof![Just(1.0), Just(7.8), Just(100.0)],
            size in 0.0001_f64..0.03, memory in 0.8_f64..0.99,
        ) {
            // A rate of exchange within a band; a stable coin, without memory but hardly moving.
            let mut off = 0.0;
            let band: Vec<f64> = returns
                .iter()
                .map(|r| { off = memory * off + size * r; level * (1.0 + off) })
                .collect();
            prop_assert_eq!(has_no_memory(&band), None);
            let coin: Vec<f64> = returns.iter().map(|r| 1.0 + 0.015 * r).collect();
            prop_assert_eq!(has_no_memory(&coin), None);
        }
    }

    #[test]
    fn returns_of_any_form_are_refused_and_what_wanders_is_not() {
        let mut state = 11_u64;
        let mut walk = 0.0;
        let mut rows: Vec<[f64; 6]> = Vec::new();
        for _ in 0..300 {
            let mut draw = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 40) as f64 / f64::from(1 << 24) - 0.5
            };
            let z = 2.0 * (draw() + draw() + draw());
            walk += 0.01 * z;
            let (r, price) = (0.01 * z, math::exp(walk));
            rows.push([1.0 + r, 100.0 * (1.0 + r), 100.0 * r, z, 4.0 * price, price]);
        }
        for (position, (what, told)) in [
            ("gross returns", "holds no prices"),
            ("an index that starts anew every day", "holds no prices"),
            ("net returns in percent", "looks like returns, not prices"),
            ("z-scores", "looks like returns, not prices"),
            ("a yield, which cannot be told from a price", ""),
            ("a cheap price", ""),
        ]
        .into_iter()
        .enumerate()
        {
            let mut text = "date,A\n".to_owned();
            let days = jiff::civil::date(2020, 1, 1).series(jiff::ToSpan::day(1));
            for (day, row) in days.zip(&rows) {
                text.push_str(&format!("{day},{:.5}\n", row[position]));
            }
            let found = read_csv("p.csv", &text).map_err(|problems| problems.to_string());
            match found {
                Ok(_) => assert_eq!(told, "", "{what}"),
                Err(found) => {
                    assert!(!told.is_empty() && found.contains(told), "{what}: {found}");
                    assert_eq!(found.matches("error:").count(), 1, "{what}: {found}");
                }
            }
        }
    }

    #[test]
    fn the_column_is_named_and_told_what_it_may_be() {
        let mut text = "date,SPY,R\n".to_owned();
        let (mut price, mut state) = (10.0, 7_u64);
        let first = jiff::civil::date(2020, 1, 1);
        for day in first.series(jiff::ToSpan::day(1)).take(80) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let factor = 0.99 + 0.02 * (state >> 40) as f64 / (1_u64 << 24) as f64;
            price *= factor;
            text.push_str(&format!("{day},{price:.4},{factor:.4}\n"));
        }
        let told = read_csv("p.csv", &text).unwrap_err();
        assert_eq!(told.len(), 1, "{told}");
        let told = told.to_string();
        assert!(told.contains("p.csv:1:10") && told.contains("`R` holds no prices"), "{told}");
    }
}
