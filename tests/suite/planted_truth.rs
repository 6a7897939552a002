//! The report against what was planted, on markets of several seeds.
//!
//! The seeds are the first ones, chosen by nobody. A rate beside a count is that of 40 seeds; what
//! is asked of eight leaves room for their luck.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dfa_report::engine::experiment::{self, Source, Task};
use dfa_report::engine::spec::{self, Spec};
use dfa_report::prices::data::{self, Description, Truth};
use dfa_report::prices::sample;
use dfa_report::results::{RegimeSummary, Results};
use rayon::prelude::*;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=8;

/// The shipped experiments on a simulated market.
struct Market {
    baseline: Results,
    placebo: Results,
    regime_aware: Results,
    regime_aware_placebo: Results,
}

static MARKETS: LazyLock<Vec<Market>> =
    LazyLock::new(|| SEEDS.into_par_iter().map(market).collect());

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap()
}

fn market(seed: u64) -> Market {
    let sample = sample::generate(&sample::Settings { seed, ..Default::default() });
    let table = data::read_csv("prices.csv", &sample.prices_csv).unwrap();
    let description = Description::parse("source.yaml", &sample.source_yaml).unwrap();
    let truth = Truth::parse("truth.csv", &sample.truth_csv).unwrap();
    let source = Source { description: Some(&description), truth: Some(&truth) };
    let specs = ["baseline", "placebo", "regime-aware", "regime-aware-placebo"].map(|id| {
        let yaml = read(&format!("experiments/{id}.yaml"));
        spec::parse(id, id, &yaml).unwrap_or_else(|e| panic!("{e}")).spec
    });
    // The same columns for all: one panel, which they share.
    let panel = data::align(&table, &specs[0].data).unwrap();
    let task = |spec| Task { spec, panel: &panel, source };
    let tasks: Vec<Task<'_>> = specs.iter().map(|spec: &Spec| task(spec)).collect();
    let mut results = experiment::run_all(&tasks, &|_| {}).unwrap().into_iter().map(|run| run.0);
    let mut next = || results.next().unwrap();
    Market { baseline: next(), placebo: next(), regime_aware: next(), regime_aware_placebo: next() }
}

/// How many markets something holds of.
fn count(holds: impl Fn(&Market) -> bool) -> usize {
    MARKETS.iter().filter(|market| holds(market)).count()
}

fn planted(results: &Results) -> &RegimeSummary {
    results.regimes.iter().find(|regime| regime.kind == "planted").unwrap()
}

/// Every system of an experiment: its name, its gain over its twin, and whether that is beyond
/// chance at 5 %. A system that never differs from its twin gains nothing.
fn systems(results: &Results) -> Vec<(&str, f64, bool)> {
    let systems = results.models.iter().filter_map(|(name, model)| {
        let system = model.system.as_ref()?;
        let is_beyond_chance = system.p_value.is_some_and(|p| p < 0.05);
        Some((name.as_str(), system.r2_gain.unwrap_or(0.0), is_beyond_chance))
    });
    systems.collect()
}

#[test]
fn print_rates() {
    let t = std::time::Instant::now();
    let n = MARKETS.len();
    println!("{n} markets in {:?}", t.elapsed());
    for model in ["ridge", "lasso", "elastic_net"] {
        let mut by = std::collections::BTreeMap::<String, (usize, usize, usize)>::new();
        let mut outside = 0;
        for m in MARKETS.iter() {
            let r = planted(&m.baseline);
            let mut out = 0.0;
            for (f, s) in r.forecast[model].iter().zip(&r.states) {
                let e =
                    by.entry(format!("{} {}", s.label, s.planted_r2.unwrap() > 0.0)).or_default();
                e.0 += usize::from(f.oos_r2.unwrap() > 0.0);
                e.1 += usize::from(f.clark_west_p.is_some_and(|p| p < 0.05));
                e.2 += 1;
                if s.planted_r2 == Some(0.0) {
                    out += f.oos_r2.unwrap() * f.rows as f64;
                }
            }
            outside += usize::from(out <= 0.0);
        }
        println!("{model}: {by:?}, outside <= 0: {outside}");
        println!(
            "apart > together: {}",
            count(|m| {
                let s = &m.baseline.regimes[0].forecast[model];
                s[1].oos_r2.unwrap() > s[0].oos_r2.unwrap()
            })
        );
        println!(
            "apart > together + .01: {}",
            count(|m| {
                let s = &m.baseline.regimes[0].forecast[model];
                s[1].oos_r2.unwrap() > s[0].oos_r2.unwrap() + 0.01
            })
        );
        println!(
            "placebo r2 > 0: {}",
            count(|m| m.placebo.models[model].forecast.oos_r2.unwrap() > 0.0)
        );
        println!(
            "placebo p < .05: {}",
            count(|m| m.placebo.models[model].forecast.clark_west_p.is_some_and(|p| p < 0.05))
        );
        println!(
            "baseline p < .05: {}",
            count(|m| m.baseline.models[model].forecast.clark_west_p.is_some_and(|p| p < 0.05))
        );
        println!(
            "baseline r2>0: {}",
            count(|m| m.baseline.models[model].forecast.oos_r2.unwrap() > 0.0)
        );
    }
    for i in 0..3 {
        println!(
            "{}: gain>0 {} p {} | placebo gain>0 {} p {}",
            systems(&MARKETS[0].regime_aware)[i].0,
            count(|m| systems(&m.regime_aware)[i].1 > 0.0),
            count(|m| systems(&m.regime_aware)[i].2),
            count(|m| systems(&m.regime_aware_placebo)[i].1 > 0.0),
            count(|m| systems(&m.regime_aware_placebo)[i].2)
        );
    }
}
