//! How often a claim that is false, its figures exactly at the bound, is met; and the power at the
//! size that is called detectable. Simulated records have volatility that clusters and share most of
//! their days' noise, as strategies on one market do.

use super::names::Quantifier;
use super::outcome::decide;
use super::syntax::Operator;
use crate::base::statistics::noise;
use crate::engine::metrics::Errors;
use crate::engine::metrics::influence::{Influence, r2, sharpe};
use crate::results::Outcome;

const DAYS: usize = 2_000;
/// The methods page has the shares of 4,000 runs.
const RUNS: u64 = 400;
/// Most of 400 that a true 5 % gives with a chance of 99.9 %.
const MOST: f64 = 0.085;

/// Nearly normal, of unit variance.
fn normal(uniform: &mut impl FnMut() -> f64) -> f64 {
    (0..12).map(|_| uniform()).sum()
}

/// Daily returns of `count` records with one Sharpe ratio, correlated by nine tenths.
fn records(run: u64, count: usize, daily_sharpe: f64) -> Vec<Vec<f64>> {
    correlated(run, count, daily_sharpe, 0.9)
}

/// The same with a correlation; a GARCH(1,1) moves the volatility of all.
fn correlated(run: u64, count: usize, daily_sharpe: f64, correlation: f64) -> Vec<Vec<f64>> {
    let mut uniform = noise::uniform(run.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 7);
    let mut variance = 1.0;
    let mut records = vec![Vec::with_capacity(DAYS); count];
    for _ in 0..DAYS {
        let shared = normal(&mut uniform);
        let deviation = f64::sqrt(variance);
        for record in &mut records {
            let own = normal(&mut uniform);
            let shock = correlation.sqrt() * shared + (1.0 - correlation).sqrt() * own;
            record.push(0.01 * (deviation * shock + daily_sharpe));
        }
        variance = 0.015 + 0.08 * variance * shared * shared + 0.905 * variance;
    }
    records
}

fn named(figures: Vec<Influence>) -> Vec<(String, Option<Influence>)> {
    figures.into_iter().map(|figure| (String::new(), Some(figure))).collect()
}

/// Shares of runs that are met, and not met.
fn shares(
    quantifier: Option<Quantifier>,
    figures: impl Fn(u64) -> (Vec<Influence>, f64),
) -> [f64; 2] {
    let outcomes: Vec<Outcome> = (0..RUNS)
        .map(|run| {
            let (figures, bound) = figures(run);
            decide(&named(figures), quantifier, Operator::Above, bound).outcome
        })
        .collect();
    [Outcome::Met, Outcome::NotMet].map(|wanted| {
        outcomes.iter().filter(|outcome| **outcome == wanted).count() as f64 / RUNS as f64
    })
}

/// Sharpe ratios of the first records less that of the last.
fn differences(records: &[Vec<f64>]) -> Vec<Influence> {
    let mut figures: Vec<Influence> = records.iter().map(|r| sharpe(r, 252.0).unwrap()).collect();
    let last = figures.pop().unwrap();
    figures.iter().map(|figure| figure.less(&last)).collect()
}

/// A model whose squared error is that of the benchmark on average: half of what its forecasts say
/// beyond the mean comes true, and moves with the market's volatility.
fn no_better(run: u64) -> Influence {
    let series = correlated(run, 2, 0.0, 0.0);
    let errors = |of_forecast: f64| {
        series[0]
            .iter()
            .zip(&series[1])
            .map(|(rest, forecast)| rest + of_forecast * forecast)
            .collect()
    };
    r2(&Errors { model: errors(-0.05), benchmark: errors(0.05) }).unwrap()
}

#[test]
fn a_false_claim_is_met_in_five_of_a_hundred_at_most() {
    use Quantifier::{All, Any};
    let year = 252.0_f64.sqrt();
    for (name, found) in [
        (
            "a Sharpe ratio",
            shares(None, |run| {
                (vec![sharpe(&records(run, 1, 0.05)[0], 252.0).unwrap()], 0.05 * year)
            }),
        ),
        ("an R2", shares(None, |run| (vec![no_better(run)], 0.0))),
        ("a difference", shares(None, |run| (differences(&records(run, 2, 0.03)), 0.0))),
        ("all of three", shares(Some(All), |run| (differences(&records(run, 4, 0.03)), 0.0))),
        ("any of three", shares(Some(Any), |run| (differences(&records(run, 4, 0.03)), 0.0))),
    ] {
        assert!(found.iter().all(|share| *share <= MOST), "{name}: {found:?}");
    }
}

#[test]
fn an_effect_of_the_detectable_size_is_found_in_four_of_five() {
    let found = shares(None, |run| {
        let figure = differences(&records(run, 2, 0.03)).remove(0);
        let one = [(String::new(), Some(figure.clone()))];
        let size = decide(&one, None, Operator::Above, 0.0).detectable.unwrap();
        // The same sample with a difference of that size.
        (vec![figure], -size)
    });
    assert!((0.73..0.87).contains(&found[0]), "{found:?}");
}
