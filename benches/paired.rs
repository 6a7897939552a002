//! How often the comparison of two versions of an experiment takes chance for a difference:
//! `cargo bench --bench paired` prints the table that is in `engine::repository::paired`, of 1,000
//! pairs of each kind or of as many as the number behind `--` says.
//!
//! Simulates pairs of strategies and of forecasts that differ by noise alone, in the proportion and
//! on the days that the kind of pair says, and counts how often `engine::repository::paired` calls
//! them distinguishable. Returns have fat tails (Student's t with five degrees of freedom) and
//! volatility that clusters (GARCH), as in `calibration`. Under a planted difference the same counts
//! are the power of the tests.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own"
)]

#[path = "simulated/random.rs"]
mod random;

use std::fmt::Write as _;

use dfa_report::base::units::is_weekday;
use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::{repository, spec};
use dfa_report::prices::panel::{Column, Panel};
use dfa_report::results::{Paired, PairedFigure, Results, Series, Table, names};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use random::Random;
use rayon::prelude::*;

/// Days of a pair.
const DAYS: usize = 6_700;

/// A pair whose p-value is below this is called distinguishable.
const LEVEL: f64 = 0.10;

/// Deviation of a day's return, and of a forecast from the mean.
const DAILY: f64 = 0.011;
const FORECAST: f64 = 0.0008;

/// How the two of a pair differ.
#[derive(Debug, Clone, Copy)]
struct Scenario {
    name: &'static str,
    /// Correlation of what the two earn and of what they forecast, on the days on which they differ.
    correlation: f64,
    /// Share of the days on which they differ, in runs of `run` days.
    share: f64,
    run: usize,
    /// Sharpe ratio that the second has more, a year.
    better: f64,
}

const ALL: Scenario = Scenario { name: "", correlation: 0.9, share: 1.0, run: 1, better: 0.0 };

const SCENARIOS: [Scenario; 12] = [
    Scenario { name: "correlation 0.5", correlation: 0.5, ..ALL },
    Scenario { name: "0.9", ..ALL },
    Scenario { name: "0.99", correlation: 0.99, ..ALL },
    Scenario { name: "differ on 1 % of days", share: 0.01, ..ALL },
    Scenario { name: "the same, in runs of 21", share: 0.01, run: 21, ..ALL },
    Scenario { name: "on 0.2 %", share: 0.002, ..ALL },
    Scenario { name: "0.5, better by 0.1", correlation: 0.5, better: 0.1, ..ALL },
    Scenario { name: "0.5, by 0.3", correlation: 0.5, better: 0.3, ..ALL },
    Scenario { name: "0.9, by 0.1", better: 0.1, ..ALL },
    Scenario { name: "0.9, by 0.3", better: 0.3, ..ALL },
    Scenario { name: "0.99, by 0.1", correlation: 0.99, better: 0.1, ..ALL },
    Scenario { name: "0.99, by 0.3", correlation: 0.99, better: 0.3, ..ALL },
];

const METRICS: [(&str, &str); 9] = [
    ("sharpe", "Sharpe ratio (Ledoit–Wolf)"),
    ("annual_return", "Annual return (bootstrap)"),
    ("annual_volatility", "Volatility (spans)"),
    ("max_drawdown", "Deepest drawdown (bootstrap)"),
    ("annual_turnover", "Turnover (bootstrap)"),
    ("oos_r2", "R² (Diebold–Mariano)"),
    ("scaled_oos_r2", "Scaled R² (Diebold–Mariano)"),
    ("hit_rate", "Hit rate (bootstrap)"),
    ("rmse", "RMSE (Diebold–Mariano)"),
];

/// A GARCH(1,1) of unit variance on average: its shocks.
fn garch(random: &mut Random) -> Vec<f64> {
    let mut variance = 1.0_f64;
    let mut step = || {
        let shock = variance.sqrt() * random.student();
        variance = 0.015 + 0.08 * shock * shock + 0.905 * variance;
        shock
    };
    (0..DAYS).map(|_| step()).collect()
}

/// Two series with a correlation, the same but on the days on which they differ.
fn two(
    random: &mut Random,
    scenario: &Scenario,
    mut draw: impl FnMut(&mut Random) -> Vec<f64>,
    apart: &[bool],
) -> [Vec<f64>; 2] {
    let (common, base, head) = (draw(random), draw(random), draw(random));
    let [shared, own] = [scenario.correlation, 1.0 - scenario.correlation].map(f64::sqrt);
    let base: Vec<f64> = common.iter().zip(&base).map(|(c, b)| shared * c + own * b).collect();
    let head = (0..DAYS).map(|day| match apart[day] {
        true => shared * common[day] + own * head[day],
        false => base[day],
    });
    let head = head.collect();
    [base, head]
}

/// What both versions hold: an experiment whose series are then those that were simulated.
fn template() -> Results {
    let text = "title: t\ndata: {target: SPY, features: [XLE]}\nwalk_forward: {min_train: 100}\n\
                models: [{kind: ridge, alphas: {count: 2}}]\npositions: [{rule: proportional}]\n";
    let spec = match spec::parse("t", "t.yaml", text) {
        Ok(parsed) => parsed.spec,
        Err(problems) => panic!("{problems}"),
    };
    let mut random = Random::new(1);
    let mut prices = || {
        let mut price = 100.0;
        (0..400)
            .map(|_| {
                price *= 1.0 + 0.01 * random.normal();
                price
            })
            .collect::<Vec<f64>>()
    };
    let panel = Panel {
        days: trading_days(400),
        frequency: Default::default(),
        periods_per_year: 252,
        target: Column::new("SPY", prices()),
        features: vec![Column::new("XLE", prices())],
        dropped_days: 0,
        filled_prices: 0,
    };
    match experiment::run(&spec, &panel, Source::default()) {
        Ok((results, _)) => results,
        Err(problems) => panic!("{problems}"),
    }
}

/// The two versions: the base has a day more before the others, so that every figure is computed
/// from the series.
fn pair(scenario: &Scenario, seed: u64, days: &[Date]) -> [Series; 2] {
    let mut random = Random::new(seed.wrapping_mul(0xd134_2543_de82_ef95));
    let mut apart = vec![scenario.share >= 1.0; DAYS];
    if scenario.share < 1.0 {
        let runs = (scenario.share * DAYS as f64 / scenario.run as f64).round() as usize;
        for _ in 0..runs.max(1) {
            let first = (random.uniform() * (DAYS - scenario.run) as f64) as usize;
            apart[first..first + scenario.run].fill(true);
        }
    }
    let [base, head] = two(&mut random, scenario, garch, &apart);
    // A Sharpe ratio of a half.
    let drift = [0.5, 0.5 + scenario.better].map(|ratio| ratio * DAILY / 252.0_f64.sqrt());
    let growth = |shocks: &[f64], drift: f64| -> Vec<f64> {
        shocks.iter().map(|shock| libm::exp(DAILY * shock + drift)).collect()
    };
    let growth = [growth(&base, drift[0]), growth(&head, drift[1])];
    let normal = |random: &mut Random| (0..DAYS).map(|_| random.normal()).collect::<Vec<f64>>();
    let weights = two(&mut random, scenario, normal, &apart);
    let forecasts = two(&mut random, scenario, normal, &apart);
    let actual: Vec<f64> = garch(&mut random).iter().map(|shock| DAILY * shock).collect();
    std::array::from_fn(|at| {
        let more = 1 - at;
        let of = |values: Vec<f64>| -> Vec<f64> {
            let first = std::iter::repeat_n(values[0], more);
            first.chain(values).collect()
        };
        let days = days[1 - more..].to_vec();
        let mut series = Series {
            forecasts: Table::new(days.clone()),
            strategies: Table::new(days.clone()),
            geometry: Table::new(days),
            ..Series::default()
        };
        let scaled = |values: &[f64], scale: f64, level: f64| -> Vec<f64> {
            values.iter().map(|value| level + scale * value).collect()
        };
        let columns = [
            (names::ACTUAL.to_owned(), actual.clone()),
            (names::BENCHMARK.to_owned(), vec![0.0003; DAYS]),
            ("ridge".to_owned(), scaled(&forecasts[at], FORECAST, 0.0003)),
        ];
        for (name, values) in columns {
            series.forecasts.push(name, of(values));
        }
        let columns = [
            (names::BUY_AND_HOLD_GROWTH.to_owned(), growth[0].clone()),
            (names::weight("ridge", "proportional"), scaled(&weights[at], 0.3, 0.5)),
            (names::growth("ridge", "proportional"), growth[at].clone()),
        ];
        for (name, values) in columns {
            series.strategies.push(name, of(values));
        }
        series.rounded()
    })
}

fn trading_days(count: usize) -> Vec<Date> {
    let mut day = date(1999, 1, 1);
    let mut days = Vec::with_capacity(count);
    while days.len() < count {
        if is_weekday(day) {
            days.push(day);
        }
        day += 1.day();
    }
    days
}

/// By metric, how many pairs are called distinguishable, and the mean half width of the intervals.
fn count(results: &Results, kind: usize, pairs: usize, days: &[Date]) -> Vec<[f64; 2]> {
    let one = |seed: usize| {
        let series = pair(&SCENARIOS[kind], (kind * 1_000_003 + seed + 1) as u64, days);
        let mut results = results.clone();
        results.spec.seed = seed as u64;
        let found = match repository::paired((&results, &series[0]), (&results, &series[1])) {
            Ok(found) => found,
            Err(problem) => panic!("{problem}"),
        };
        METRICS.map(|(metric, _)| {
            let figure = figure(&found, metric);
            let interval = figure.difference.and_then(|difference| difference.interval);
            let is_apart = figure.p.is_some_and(|p| p < LEVEL);
            if interval.is_some_and(|interval| interval.contains(0.0) == is_apart) {
                panic!("interval and p-value disagree: {figure:?}");
            }
            let half = interval.map_or(0.0, |interval| 0.5 * (interval.high - interval.low));
            [f64::from(u8::from(is_apart)), half]
        })
    };
    let found: Vec<[[f64; 2]; METRICS.len()]> = (0..pairs).into_par_iter().map(one).collect();
    let mean = |metric: usize, part: usize| {
        found.iter().map(|of| of[metric][part]).sum::<f64>() / pairs as f64
    };
    (0..METRICS.len()).map(|metric| [mean(metric, 0), mean(metric, 1)]).collect()
}

fn figure<'p>(paired: &'p Paired, metric: &str) -> &'p PairedFigure {
    let model = &paired.models[0];
    let figures = model.figures.iter().chain(&model.strategies[0].figures);
    match figures.into_iter().find(|figure| figure.metric == metric) {
        Some(figure) => figure,
        None => panic!("there is no {metric}"),
    }
}

fn table(found: &[Vec<[f64; 2]>]) -> String {
    let mut text = "| Called distinguishable, % |".to_owned();
    for scenario in &SCENARIOS {
        let _ = write!(text, " {} |", scenario.name);
    }
    let _ = write!(text, "\n|---|{}\n", "--:|".repeat(SCENARIOS.len()));
    for (metric, (_, name)) in METRICS.iter().enumerate() {
        let _ = write!(text, "| {name} |");
        for found in found {
            let _ = write!(text, " {:.1} |", 100.0 * found[metric][0]);
        }
        text.push('\n');
    }
    text
}

fn main() {
    let pairs = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let (results, days) = (template(), trading_days(DAYS + 1));
    let started = std::time::Instant::now();
    let found: Vec<Vec<[f64; 2]>> = (0..SCENARIOS.len())
        .map(|kind| count(&results, kind, pairs.unwrap_or(1_000), &days))
        .collect();
    let table = table(&found);
    println!("{table}");
    for (scenario, found) in SCENARIOS.iter().zip(&found) {
        println!(
            "{}: half widths {:?}",
            scenario.name,
            found.iter().map(|of| of[1]).collect::<Vec<_>>()
        );
    }
    println!("{:.1} s", started.elapsed().as_secs_f64());
}
