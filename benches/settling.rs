//! How settling grows with the experiments of a site: `cargo bench --bench settling`, with the numbers
//! of experiments as arguments (`-- 500 1000 2000`).
//!
//! Each has three models under three rules over 6,000 days of one simulated market; a third of them
//! are variants of an earlier one. Digests lie in files, as a build has them. Time is that of the
//! processor, in all threads; memory is the peak of the process, in which making the digests counts.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panic and prints")]
#![allow(clippy::disallowed_methods, reason = "a bench writes files of its own")]

use std::fs;

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::repository::{Digest, Settled};
use dfa_report::engine::spec;
use dfa_report::prices::{data, sample};
use dfa_report::results::{Results, Series, Table, names};

const DAYS: usize = 6_000;

/// Repeatable noise about zero.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..3 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            sum += (self.0 >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        }
        sum
    }
}

fn main() {
    let counts: Vec<usize> = std::env::args().filter_map(|text| text.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![250, 500, 1_000] } else { counts };
    let (results, series) = one();
    let folder = tempfile::tempdir().unwrap();
    let most = counts.iter().copied().max().unwrap_or(0);
    let path = |at: usize| folder.path().join(at.to_string());
    let mut bytes = 0;
    for at in 0..most {
        let digest = Digest::of(&results, &simulated(&results, &series, at as u64)).to_bytes();
        bytes = digest.len();
        fs::write(path(at), digest).unwrap();
    }
    println!("{bytes} bytes a digest, peak memory before settling {} MB", peak());
    println!("| experiments | CPU s | a thousand | trials | effective | peak MB |");
    println!("|---|---|---|---|---|---|");
    for count in counts {
        let before = cpu();
        let settled = Settled::of(count, |at| {
            Ok::<Digest, std::io::Error>(Digest::from_bytes(&fs::read(path(at))?).unwrap())
        });
        let mut settled_results = results.clone();
        settled.unwrap().apply(0, &mut settled_results);
        let took = cpu() - before;
        let trials = settled_results.trials.unwrap();
        println!(
            "| {count} | {took:.2} | {:.2} | {} | {} | {} |",
            took / count as f64 * 1_000.0,
            9 * count,
            trials.effective,
            peak()
        );
    }
}

/// An experiment with three models and three rules, of which the others are variants.
fn one() -> (Results, Series) {
    let sample = sample::generate(sample::SEED);
    let table = data::read_csv("prices.csv", &sample.prices_csv).unwrap();
    let yaml = "title: t\ndata: {target: SPY, features: [XLE, XLU]}\n\
                walk_forward: {min_train: 2000, refit_every: 252}\nregimes: []\n";
    let spec = spec::parse("t", "t.yaml", yaml).unwrap().spec;
    let panel = data::align(&table, &spec.data).unwrap();
    experiment::run(&spec, &panel, Source::default()).unwrap()
}

/// The same with forecasts and strategies of noise, most of which the market shares.
fn simulated(results: &Results, series: &Series, at: u64) -> Series {
    let (mut market, mut own) = (Noise(1), Noise(1_000 + at));
    let mut variant = Noise(1_000 + if at.is_multiple_of(3) { at / 2 } else { at });
    let first = series.forecasts.days[0];
    let days: Vec<_> = first.series(jiff::Span::new().days(1)).take(DAYS).collect();
    let market: Vec<f64> = (0..DAYS).map(|_| 0.01 * market.next()).collect();
    let mut forecasts = Table::new(days.clone());
    forecasts.push(names::ACTUAL, market.clone());
    forecasts.push(names::BENCHMARK, vec![0.0; DAYS]);
    let mut strategies = Table::new(days);
    for (model, summary) in &results.models {
        forecasts.push(model, (0..DAYS).map(|_| 0.001 * own.next()).collect());
        let share = variant.next();
        for rule in summary.strategies.keys() {
            let growth = |r: &f64| 1.0 + share * r + 0.005 * variant.next() + 0.001 * own.next();
            strategies.push(names::growth(model, rule), market.iter().map(growth).collect());
        }
    }
    Series { forecasts, strategies, ..Series::default() }
}

/// Seconds of the processor, on Linux.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    (ticks(12).unwrap_or(0.0) + ticks(13).unwrap_or(0.0)) / 100.0
}

/// Peak memory in MB, on Linux.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<usize>().ok());
    kilobytes.unwrap_or(0) / 1_000
}
