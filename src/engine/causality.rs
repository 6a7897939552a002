//! Strictly out of sample: what is known of a day does not change with what comes after it, for
//! every detector, system, selection, window and way with gaps; and leaks are noticed.

use rayon::prelude::*;

use crate::base::statistics::noise;
use crate::base::units::{Day, math};
use crate::engine::experiment::{self, Source};
use crate::engine::leak::{self, LEAKS, Leak};
use crate::engine::spec;
use crate::prices::data::{self, PriceTable};
use crate::results::{NextForecast, Series, Table, names};

const DETECTORS: [&str; 6] = [
    "{kind: sign_flip, pair: [XLE, XLU], window: 21, threshold: 0.05}",
    "{kind: coupling, window: 21, min_history: 60}",
    "{kind: volatility, window: 10, min_history: 60}",
    "{kind: eigen, window: 21, reference: 42, min_history: 60}",
    "{kind: jump, window: 10, correlation_window: 21, min_history: 150, penalty: 5}",
    "{kind: mixture, window: 10, correlation_window: 21, min_history: 150}",
];
const SYSTEMS: [&str; 3] = ["gated", "per_regime", "interacted"];
const SELECTIONS: [&str; 3] =
    ["{method: prequential}", "{method: holdout, rows: 60}", "{method: fixed, alpha: 0.1}"];
const WINDOWS: [&str; 2] = ["expanding", "250"];
const GAPS: [&str; 2] = ["drop", "{forward_fill: 2}"];

/// A plain model, and every system on every detector; a weighted one, and every system of it on one
/// detector.
fn spec(selection: &str, window: &str, gaps: &str) -> String {
    let mut yaml = format!(
        "title: t
data: {{target: SPY, features: [XLE, XLU, XLP], missing: {gaps}}}
walk_forward: {{min_train: 300, refit_every: 21, window: {window}}}
selection: {selection}
regimes:\n"
    );
    for detector in DETECTORS {
        yaml += &format!("  - {detector}\n");
    }
    yaml += "models:\n  - {kind: ridge, alphas: {from: 10, to: 1e-3, count: 5}}\n";
    for kind in ["ols", "pcr", "pls", "combination"] {
        // Under a fixed penalty nothing chooses a number of components.
        let grid = match (kind, selection.contains("fixed")) {
            ("pcr" | "pls", true) => ", components: {list: [2]}",
            _ => "",
        };
        yaml += &format!("  - {{kind: {kind}{grid}}}\n");
    }
    let names = ["sign_flip.XLE.XLU", "coupling", "volatility", "eigen", "jump", "mixture"];
    for system in SYSTEMS {
        for detector in names {
            let name = format!("{system}_{}", detector.replace('.', "_").to_lowercase());
            yaml += &format!(
                "  - {{kind: ridge, name: {name}, alphas: {{from: 10, to: 1e-3, count: 5}}, \
                 regime: {{system: {system}, detector: {detector}}}}}\n"
            );
        }
    }
    let weighted = "kind: ridge, weighting: ex_ante_variance";
    let alphas = "alphas: {from: 10, to: 1e-3, count: 5}";
    yaml += &format!("  - {{{weighted}, name: weighted, {alphas}}}\n");
    for system in SYSTEMS {
        yaml += &format!(
            "  - {{{weighted}, name: weighted_{system}, {alphas}, \
             regime: {{system: {system}, detector: coupling}}}}\n"
        );
    }
    yaml
}

/// Three years of four prices with calm and turbulent months, a pair that turns against each
/// other, a lead, and a gap now and then.
pub(super) fn market() -> PriceTable {
    let mut noise = noise::uniform(5);
    let days: Vec<Day> = jiff::civil::date(2001, 1, 1)
        .series(jiff::Span::new().days(1))
        .filter(|day| day.weekday().to_monday_one_offset() < 6)
        .take(720)
        .collect();
    let mut prices = vec![Vec::new(); 4];
    let mut levels = [4.0_f64; 4];
    let mut lead = 0.0;
    for t in 0..days.len() {
        let size = if t / 45 % 2 == 0 { 0.01 } else { 0.04 };
        let side = if t / 80 % 2 == 0 { 1.0 } else { -1.0 };
        let common = noise();
        let own = [common + lead, common + noise(), side * common + noise(), common + noise()];
        lead = if t / 45 % 2 == 0 { 0.4 } else { -0.2 } * own[1];
        for (position, (level, own)) in levels.iter_mut().zip(own).enumerate() {
            *level += size * own;
            let is_gap = position == 2 && t % 97 == 50;
            prices[position].push(if is_gap { f64::NAN } else { math::exp(*level) });
        }
    }
    let tickers = ["SPY", "XLE", "XLU", "XLP"].map(str::to_owned).to_vec();
    PriceTable { file: "prices.csv".to_owned(), days, tickers, prices }
}

fn run(table: &PriceTable, yaml: &str) -> (Series, NextForecast) {
    let spec = spec::parse("test", "test.yaml", yaml).unwrap_or_else(|e| panic!("{e}")).spec;
    let panel = data::align(table, &spec.data).unwrap_or_else(|e| panic!("{e}"));
    let ran = experiment::run(&spec, &panel, Source::default());
    let (results, series) = ran.unwrap_or_else(|e| panic!("{e}"));
    (series, results.next)
}

/// The prices before a day.
fn truncated(table: &PriceTable, first: Day) -> PriceTable {
    let kept = table.days.partition_point(|day| *day < first);
    PriceTable {
        days: table.days[..kept].to_vec(),
        prices: table.prices.iter().map(|column| column[..kept].to_vec()).collect(),
        ..table.clone()
    }
}

/// Noise in place of the prices from a day on; gaps stay gaps.
fn tampered(table: &PriceTable, first: Day) -> PriceTable {
    let from = table.days.partition_point(|day| *day < first);
    let mut noise = noise::uniform(3);
    let mut table = table.clone();
    for price in table.prices.iter_mut().flat_map(|column| &mut column[from..]) {
        *price = if price.is_nan() { f64::NAN } else { 60.0 + 40.0 * noise() };
    }
    table
}

/// A value that is known otherwise once the future is: its file, its column, and what is told.
type Difference = (&'static str, String, String);

/// Whether a column is known at the close before its day: what is decided is, what is earned or
/// measured is not.
fn is_decided(file: &str, column: &str) -> bool {
    match file {
        "forecasts.csv" => column != "actual",
        "strategies.csv" => column.ends_with(".weight"),
        "coefficients.csv" => true,
        _ => false,
    }
}

/// What differs, of each column the first, where only prices from the day `changed` on do.
fn differences(how: &str, whole: &Series, other: &Series, changed: Day) -> Vec<Difference> {
    let mut found = Vec::new();
    for ((file, whole), (_, other)) in whole.files().into_iter().zip(other.files()) {
        let (whole, other) = (whole.as_ref(), other.as_ref());
        for (column, values) in &whole.columns {
            // What is scaled by all forecasts says so in its name.
            if column.contains(".hindsight.") {
                continue;
            }
            let known = |table: &Table| {
                table.days.partition_point(|day| match is_decided(file, column) {
                    true => *day <= changed,
                    false => *day < changed,
                })
            };
            // A part has no row of a day that it does not have.
            let rows = known(whole).min(known(other));
            let theirs = &other.columns[column];
            let same = |row: &usize| {
                whole.days[*row] == other.days[*row]
                    && values[*row].to_bits() == theirs[*row].to_bits()
            };
            if let Some(row) = (0..rows).find(|row| !same(row)) {
                let day = whole.days[row];
                let told = format!("{file} {column} knew the future on {day} ({how})\n");
                found.push((file, column.clone(), told));
            }
        }
    }
    found
}

/// What a part said of the row behind its last, where the whole says otherwise of that row.
fn unlike_the_next(whole: &Series, part: &Series, next: &NextForecast) -> Vec<Difference> {
    let row = part.forecasts.days.len();
    let mut found = Vec::new();
    let mut compare = |table: &Table, column: String, said: f64| {
        if table.columns[&column][row].to_bits() != said.to_bits() {
            let told = format!("{column} is not what was said after {}\n", next.decided);
            found.push(("next", column, told));
        }
    };
    for (model, said) in &next.models {
        let benchmark = match model.starts_with("weighted") {
            true => names::WEIGHTED_BENCHMARK,
            false => names::BENCHMARK,
        };
        compare(&whole.forecasts, benchmark.to_owned(), said.benchmark);
        compare(&whole.forecasts, model.clone(), said.forecast);
        for (rule, position) in &said.positions {
            compare(&whole.strategies, names::weight(model, rule), *position);
        }
    }
    found
}

/// Everything that a spec's run knew of the future.
fn leaks(table: &PriceTable, yaml: &str) -> Vec<Difference> {
    let (whole, next) = run(table, yaml);
    let refits = &whole.coefficients.days;
    let mut found = Vec::new();
    for day in [refits[refits.len() / 2], table.days[table.days.len() - 5]] {
        let (part, said) = run(&truncated(table, day), yaml);
        assert!(said.models.len() == next.models.len() && !said.models.is_empty());
        assert_eq!(
            said.refitted,
            refits.contains(&whole.forecasts.days[part.forecasts.days.len()])
        );
        found.extend(differences("truncated", &whole, &part, day));
        found.extend(unlike_the_next(&whole, &part, &said));
    }
    // From the first day of a fit on, which is when the fit may not know it, and from another.
    for day in [refits[2], refits[refits.len() - 3], table.days[table.days.len() - 30]] {
        let (noisy, _) = run(&tampered(table, day), yaml);
        found.extend(differences("tampered", &whole, &noisy, day));
        let after = |series: &Series| series.forecasts.columns["ridge"].last().unwrap().to_bits();
        assert!(after(&whole) != after(&noisy), "noise that does not show later shows nothing");
    }
    found
}

fn told(found: &[Difference]) -> String {
    found.iter().map(|(_, _, told)| told.as_str()).collect()
}

#[test]
fn nothing_knows_the_future() {
    let table = market();
    let mut specs = Vec::new();
    for selection in SELECTIONS {
        for window in WINDOWS {
            specs.extend(GAPS.map(|gaps| spec(selection, window, gaps)));
        }
    }
    specs.par_iter().for_each(|yaml| {
        let found = leaks(&table, yaml);
        assert!(found.is_empty(), "{yaml}\n{}", told(&found));
    });
}

/// The check means something: every detector has states, every system acts on them.
#[test]
fn the_market_has_states_and_the_systems_act_on_them() {
    let (series, _) = run(&market(), &spec(SELECTIONS[0], WINDOWS[0], GAPS[0]));
    let labels = series.geometry.columns.iter().filter(|(name, _)| name.starts_with("regime."));
    let changes = labels.map(|(name, states)| {
        let known: Vec<&f64> = states.iter().filter(|state| !state.is_nan()).collect();
        (name, known.windows(2).filter(|pair| pair[0] != pair[1]).count())
    });
    let changes: Vec<(&String, usize)> = changes.collect();
    assert_eq!(changes.len(), DETECTORS.len());
    assert!(changes.iter().all(|(_, changes)| *changes >= 3), "{changes:?}");
    let plain = &series.strategies.columns["ridge.binary.weight"];
    for (name, weights) in &series.strategies.columns {
        if name.ends_with(".binary.weight") && name != "ridge.binary.weight" {
            let differing = weights.iter().zip(plain).filter(|(a, b)| a != b).count();
            assert!(differing > 10, "{name} differs from its twin on {differing} days");
        }
    }
}

#[test]
fn every_planted_leak_is_reported() {
    let table = market();
    let yaml = spec(SELECTIONS[0], WINDOWS[0], GAPS[0]);
    // One thread: a leak is planted in that of the test.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for planted in LEAKS {
        let found = pool.install(|| leak::with(Some(planted), || leaks(&table, &yaml)));
        let is_reported = |file: &str, part: &str| {
            found.iter().any(|(of, column, _)| *of == file && column.contains(part))
        };
        let (file, part) = match planted {
            Leak::Training | Leak::Lag | Leak::Standardise | Leak::Penalty | Leak::Answer => {
                ("forecasts.csv", "ridge")
            }
            Leak::State => ("forecasts.csv", "per_regime"),
            Leak::Gate => ("forecasts.csv", "gated"),
            Leak::Labels => ("regimes.csv", "regime.jump"),
        };
        assert!(is_reported(file, part), "{planted:?} was not noticed:\n{}", told(&found));
        // Others may choose the same for one row.
        if !matches!(planted, Leak::Penalty | Leak::Gate | Leak::Labels) {
            assert!(is_reported("next", part), "{planted:?} was not noticed in what comes next");
        }
        let reaches_plain = is_reported("forecasts.csv", "ridge");
        let is_of_states = matches!(planted, Leak::State | Leak::Gate | Leak::Labels);
        assert_eq!(reaches_plain, !is_of_states, "{planted:?}:\n{}", told(&found));
    }
}
