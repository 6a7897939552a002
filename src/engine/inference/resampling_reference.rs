//! Resampling and multiple testing against `tests/reference/search.json`, which the arch package and
//! numpy made on the same series with the same random days.

use serde_json::Value;

use super::bootstrap::{RunningSums, mean_block};
use super::overfitting::overfitting;
use super::sharpe_difference::{block_sums, resampled, sharpe_differences};
use super::superior::{Gains, romano_wolf};
use super::{CircularBlocks, Measured, Resampling, expected_best, per_period, variance};
use crate::base::statistics::noise::uniform;
use crate::base::units::math;
use crate::engine::metrics::{TrackRecord, strategy_metrics};
use crate::results::{Overfitting, value};

fn part_of(text: &str, part: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()[part].clone()
}

fn reference(part: &str) -> Value {
    part_of(include_str!("../../../tests/reference/search.json"), part)
}

/// `tests/reference/search_ffn.json`, by the ffn package.
fn by_ffn(part: &str) -> Value {
    part_of(include_str!("../../../tests/reference/search_ffn.json"), part)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn whole(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn series(seed: u64, rows: usize, shift: f64) -> Vec<f64> {
    let mut uniform = uniform(seed);
    (0..rows).map(|_| uniform() + shift).collect()
}

fn near(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-3)
}

#[test]
fn block_lengths_are_those_of_arch() {
    for case in list(&reference("block_lengths")) {
        let noise = series(case["seed"].as_u64().unwrap(), whole(&case["rows"]), 0.0);
        let mut path = vec![noise[0]];
        for shock in &noise[1..] {
            path.push(number(&case["factor"]) * path[path.len() - 1] + shock);
        }
        // A block has at least a day.
        let theirs = number(&case["length"]).max(1.0);
        assert!(near(mean_block(&path), theirs), "{} {theirs}", mean_block(&path));
    }
}

#[test]
fn the_best_of_many_is_that_of_arch_on_the_same_days() {
    let known = reference("superior");
    let (rows, block) = (whole(&known["rows"]), number(&known["mean_block"]));
    let means: Vec<f64> = list(&known["means"]).iter().map(number).collect();
    let daily: Vec<Vec<f64>> =
        means.iter().enumerate().map(|(k, m)| series(10 + k as u64, rows, *m)).collect();
    let running = RunningSums::new(rows, &daily);
    let sums: Vec<Vec<f64>> = list(&known["blocks"])
        .iter()
        .map(|blocks| {
            let mut total = vec![0.0; daily.len()];
            for block in list(blocks) {
                running.add(&mut total, (whole(&block[0]), whole(&block[1])));
            }
            total
        })
        .collect();
    for (ours, theirs) in sums[0].iter().zip(list(&known["resampled_first"])) {
        assert!(near(ours / rows as f64, number(theirs)));
    }
    let replicates = sums.len();
    let (gains, kept) = Gains::new(&daily, sums.iter().map(Vec::as_slice), block).unwrap();
    assert_eq!(kept, [0, 1, 2, 3, 4]);
    for (ours, theirs) in gains.deviations().iter().zip(list(&known["deviations"])) {
        assert!(near(*ours, number(theirs)), "{ours} {theirs}");
    }
    let (studentised, plain) = (gains.spa(), gains.spa_in(&[1.0; 5]));
    for (name, studentised, plain) in [
        ("lower", studentised.lower, plain.lower),
        ("consistent", studentised.consistent, plain.consistent),
        ("upper", studentised.upper, plain.upper),
    ] {
        let p = |reached: f64| (1.0 + reached) / (1 + replicates) as f64;
        let theirs = &known["spa"][name];
        assert!(near(studentised, p(number(&theirs["studentised"]))), "{name}: {studentised}");
        assert!(near(plain, p(number(&theirs["plain"]) * replicates as f64)), "{name}: {plain}");
    }
    // arch steps down by critical values of means without a unit.
    let (observed, about) = gains.statistics();
    let unit = |values: &[f64]| {
        values.iter().zip(gains.deviations()).map(|(t, sd)| t * sd).collect::<Vec<f64>>()
    };
    let about: Vec<Vec<f64>> = about.iter().map(|values| unit(values)).collect();
    let p = romano_wolf(&unit(&observed), &about);
    let found: Vec<usize> = (0..5).filter(|at| p[*at] <= 0.40).collect();
    let theirs: Vec<usize> = list(&known["better_at_40"]).iter().map(whole).collect();
    assert!(found == theirs && !found.is_empty(), "{p:?}");
}

/// The overfitting of strategies that have the means of a case.
fn overfitting_of(case: &Value) -> Overfitting {
    let means = list(&case["means"]).iter().map(number).enumerate();
    let rows = whole(&case["rows"]);
    let daily: Vec<Vec<f64>> = means.map(|(k, m)| series(30 + k as u64, rows, m)).collect();
    let views: Vec<&[f64]> = daily.iter().map(Vec::as_slice).collect();
    overfitting(&views).unwrap()
}

#[test]
fn deflated_ratios_and_overfitting_are_those_of_ffn() {
    for case in list(&by_ffn("deflated")) {
        let (seed, rows) = (case["seed"].as_u64().unwrap(), whole(&case["rows"]));
        let mut noise = uniform(seed);
        let returns: Vec<f64> = (0..rows)
            .map(|_| noise())
            .map(|noise| noise + noise * noise * noise + number(&case["mean"]))
            .collect();
        let mut ratios = uniform(seed + 100);
        let trials = whole(&case["trials"]);
        let ratios: Vec<f64> = (0..trials).map(|_| 0.1 * ratios() + 0.03).collect();
        let hurdle = expected_best(trials, variance(&ratios));
        assert!(near(hurdle, number(&case["hurdle"])), "{hurdle}");
        let track = TrackRecord {
            growth: returns.iter().map(|r| math::exp(*r)).collect(),
            periods_per_year: 252,
            ..TrackRecord::default()
        };
        let metrics = strategy_metrics(&track, &[], None);
        let measured = Measured {
            ratio: per_period(value(metrics.sharpe).unwrap(), 252.0),
            skewness: metrics.skewness.unwrap(),
            kurtosis: metrics.excess_kurtosis.unwrap() + 3.0,
            rows,
        };
        let found = measured.probability_above(hurdle).unwrap();
        assert!(near(found, number(&case["deflated"])), "{found}");
    }
    let case = by_ffn("overfitting");
    let found = overfitting_of(&case);
    assert!(near(found.probability, number(&case["probability"])), "{found:?}");
}

#[test]
fn overfitting_is_that_of_every_split_written_out() {
    let known = reference("overfitting");
    let found = overfitting_of(&known);
    assert_eq!((found.splits, found.strategies), (whole(&known["splits"]), 5));
    assert!(near(found.probability, number(&known["probability"])), "{found:?}");
    assert!(near(found.loss_probability, number(&known["loss_probability"])), "{found:?}");
}

#[test]
fn differences_of_sharpe_ratios_are_those_of_the_paper_on_the_same_blocks() {
    let known = reference("sharpe_difference");
    let (rows, length) = (whole(&known["rows"]), whole(&known["length"]));
    let hold = series(50, rows, 0.03);
    let noise = series(51, rows, 0.01);
    let own: Vec<f64> = hold.iter().zip(&noise).map(|(hold, own)| 0.5 * hold + own).collect();
    let sums = block_sums(&[&hold, &own], length);
    for (starts, theirs) in list(&known["starts"]).iter().zip(list(&known["resampled"])) {
        let starts: Vec<usize> = list(starts).iter().map(whole).collect();
        let (value, error) = resampled(&sums, 2, length, &starts)[0];
        assert!(
            near(value, number(&theirs[0])) && near(error, number(&theirs[1])),
            "{value} {error}"
        );
    }
    let drawn = CircularBlocks { seed: 1, length, replicates: 9 };
    let (found, _) = sharpe_differences(&[own], &hold, &drawn, 0.9);
    let found = found[0].unwrap();
    assert!(near(found.value, number(&known["value"])));
    assert!(near(found.value / found.statistic, number(&known["error"])));
}

#[test]
fn equal_settings_draw_equal_days_whatever_runs_beside() {
    let daily = [series(1, 500, 0.0), series(2, 500, 0.0)];
    let resampling = Resampling { seed: 4, mean_block: 6.0, replicates: 20 };
    let both = RunningSums::new(500, &daily).resampled(&resampling);
    let alone = RunningSums::new(500, &daily[..1]).resampled(&resampling);
    assert!(both.iter().zip(&alone).all(|(both, alone)| both[0] == alone[0]));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(|| RunningSums::new(500, &daily).resampled(&resampling)), both);
}
