//! Strictly out of sample: what is known of a day does not change with what comes after it.

use std::path::Path;

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::spec;
use dfa_report::prices::data::{self, PriceTable};
use dfa_report::results::{Series, Table};

const SPECS: [&str; 5] = [
    "title: expanding\ndata: {target: SPY, features: [XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}\n",
    "title: daily\ndata: {target: SPY, features: [XLE, XLU, XLK]}\nwalk_forward: {refit_every: 1}\n",
    "title: rolling\ndata: {target: SPY, features: [XLE, XLU, XLP, XLY], lags: [1, 2]}
walk_forward: {window: 500, refit_every: 10, purge: 3}
regimes: [{kind: sign_flip, pair: [XLP, XLY], window: 42, threshold: 0.2}]\n",
    "title: systems\ndata: {target: SPY, features: [XLE, XLU, XLP]}
models:
  - {kind: ridge, alphas: {count: 9}}
  - {kind: ridge, alphas: {count: 9}, regime: {system: gated}}
  - {kind: ridge, alphas: {count: 9}, regime: {system: per_regime, pooling: 0.3}}
  - {kind: ridge, alphas: {count: 9}, regime: {system: interacted}}\n",
    "title: holdout\ndata: {target: SPY, features: [XLE, XLU]}
selection: {method: holdout, rows: 250}\n",
];

fn sample() -> PriceTable {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/prices.csv");
    data::read_csv("prices.csv", &std::fs::read_to_string(path).unwrap()).unwrap()
}

fn series(table: &PriceTable, yaml: &str) -> Series {
    let spec = spec::parse("test", "test.yaml", yaml).unwrap_or_else(|e| panic!("{e}")).spec;
    let panel = data::align(table, &spec.data).unwrap();
    experiment::run(&spec, &panel, Source::default()).unwrap().1
}

fn truncated(table: &PriceTable, days: usize) -> PriceTable {
    let kept = table.days.len() - days;
    PriceTable {
        days: table.days[..kept].to_vec(),
        prices: table.prices.iter().map(|column| column[..kept].to_vec()).collect(),
        ..table.clone()
    }
}

/// The same days, with noise in place of the last prices.
fn tampered(table: &PriceTable, days: usize) -> PriceTable {
    let from = table.days.len() - days;
    let mut table = table.clone();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for column in &mut table.prices {
        for price in &mut column[from..] {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *price = 20.0 + (state >> 40) as f64 / 1e4;
        }
    }
    table
}

/// Every value of `whole` on the days of `part` before `last` rows from its end, bit for bit.
fn assert_same_past(what: &str, whole: &Table, part: &Table, rows: usize) {
    assert_eq!(whole.days[..rows], part.days[..rows], "{what}: days");
    assert_eq!(whole.columns.len(), part.columns.len());
    // What is scaled by all forecasts says so in its name.
    for (name, values) in part.columns.iter().filter(|(name, _)| !name.contains(".hindsight.")) {
        let same = values[..rows]
            .iter()
            .zip(&whole.columns[name][..rows])
            .position(|(a, b)| a.to_bits() != b.to_bits());
        assert!(same.is_none(), "{what}: {name} knew the future on row {same:?}");
    }
}

#[test]
fn cutting_days_off_changes_nothing_before_them() {
    let table = sample();
    for yaml in SPECS {
        let whole = series(&table, yaml);
        for days in [500, 37] {
            let part = series(&truncated(&table, days), yaml);
            for ((name, part), (_, whole)) in part.files().into_iter().zip(whole.files()) {
                assert_same_past(name, whole, part, part.days.len());
            }
        }
    }
}

#[test]
fn noise_in_the_future_changes_nothing_before_it() {
    let table = sample();
    let days = 400;
    for yaml in SPECS {
        let whole = series(&table, yaml);
        let noisy = series(&tampered(&table, days), yaml);
        let last_true_day = table.days[table.days.len() - days - 1];
        for ((name, noisy), (_, whole)) in noisy.files().into_iter().zip(whole.files()) {
            let rows = whole.days.partition_point(|day| *day <= last_true_day);
            assert!(rows > 0, "{name}");
            assert_same_past(name, whole, noisy, rows);
        }
        let differs = whole.forecasts.column("ridge") != noisy.forecasts.column("ridge");
        assert!(differs, "the noise must show after its first day, or the test shows nothing");
    }
}

/// The tests above can fail: forecasts scaled by the whole sample's variance do not pass them.
#[test]
fn a_leak_would_be_noticed() {
    let table = sample();
    let yaml = SPECS[1];
    let parsed = spec::parse("test", "test.yaml", yaml).unwrap().spec;
    let leaky = |table: &PriceTable| -> Vec<f64> {
        let panel = data::align(table, &parsed.data).unwrap();
        let scale: f64 = panel.target.log_returns.iter().map(|r| r * r).sum();
        panel.target.log_returns.iter().map(|r| r / scale).collect()
    };
    let (whole, part) = (leaky(&table), leaky(&truncated(&table, 500)));
    assert!(whole.iter().zip(&part).any(|(a, b)| a.to_bits() != b.to_bits()));
}
