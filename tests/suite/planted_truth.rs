//! The report against what was planted in the sample.

use std::path::{Path, PathBuf};

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::spec;
use dfa_report::prices::data::{self, Description, Truth};
use dfa_report::prices::sample;
use dfa_report::results::{Interval, RegimeKind, RegimeSummary, Results, interval, value};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap()
}

/// Runs a shipped experiment on the shipped sample, truth and all.
fn shipped(id: &str) -> Results {
    let yaml = read(&format!("experiments/{id}.yaml"));
    let spec = spec::parse(id, id, &yaml).unwrap_or_else(|e| panic!("{e}")).spec;
    let table = data::read_csv("prices.csv", &read("data/sample/prices.csv")).unwrap();
    let description = Description::parse("source.yaml", &read("data/sample/source.yaml")).unwrap();
    let truth = Truth::parse("truth.csv", &read("data/sample/truth.csv")).unwrap();
    let panel = data::align(&table, &spec.data).unwrap();
    let source = Source { description: Some(&description), truth: Some(&truth) };
    experiment::run(&spec, &panel, source).unwrap().0
}

fn planted(results: &Results) -> &RegimeSummary {
    results.regimes.iter().find(|regime| regime.kind == RegimeKind::Planted).unwrap()
}

#[test]
fn the_committed_sample_is_what_the_program_simulates() {
    let sample = sample::generate(&sample::Settings::default());
    assert!(sample.prices_csv == read("data/sample/prices.csv"), "run `dfa-report sample --force`");
    assert!(sample.truth_csv == read("data/sample/truth.csv"), "run `dfa-report sample --force`");
    assert_eq!(sample.source_yaml, read("data/sample/source.yaml"));
}

#[test]
fn predictability_shows_in_the_signal_regime_and_not_in_the_others() {
    let results = shipped("baseline");
    assert!(results.data.synthetic);
    let regime = planted(&results);
    for (model, states) in &regime.forecast {
        for (figures, state) in states.iter().zip(&regime.states) {
            let r2 = value(figures.oos_r2).unwrap();
            let p = figures.clark_west_p.unwrap();
            if state.planted_r2.unwrap() > 0.0 {
                let low = interval(figures.oos_r2).unwrap().low;
                assert!(r2 > 0.01 && low > 0.0 && p < 0.001, "{model}, {}: {r2} {p}", state.label);
            } else {
                assert!(p > 0.05, "{model} finds a signal in {}: {r2} {p}", state.label);
            }
        }
        // All rows outside the signal regime together.
        let outside: f64 = states
            .iter()
            .zip(&regime.states)
            .filter(|(_, state)| state.planted_r2 == Some(0.0))
            .map(|(figures, _)| value(figures.oos_r2).unwrap() * figures.rows as f64)
            .sum();
        assert!(outside <= 0.0, "{model}: {outside}");
    }
}

#[test]
fn the_sign_flip_known_in_real_time_separates_predictability() {
    let results = shipped("baseline");
    let flip = &results.regimes[0];
    assert!(flip.causal && flip.kind == RegimeKind::SignFlip);
    for (model, states) in &flip.forecast {
        let (together, apart) =
            (value(states[0].oos_r2).unwrap(), value(states[1].oos_r2).unwrap());
        assert!(apart > together + 0.01, "{model}: together {together}, apart {apart}");
    }
}

#[test]
fn features_that_cannot_help_do_not() {
    let results = shipped("placebo");
    for (model, summary) in &results.models {
        let r2 = value(summary.forecast.oos_r2).unwrap();
        assert!(r2 <= 0.0, "{model}: {r2}");
        assert!(summary.forecast.clark_west_p.is_none_or(|p| p > 0.05), "{model}");
    }
}

/// Every system of an experiment: its name, gain, interval and p-value.
fn systems(results: &Results) -> Vec<(&str, f64, Interval, f64)> {
    let systems: Vec<_> = results
        .models
        .iter()
        .filter_map(|(name, model)| {
            let system = model.system.as_ref()?;
            let gain = system.r2_gain?;
            Some((name.as_str(), gain.value, gain.interval?, system.p_value?))
        })
        .collect();
    assert_eq!(systems.len(), 3, "gated, per regime, interacted");
    systems
}

#[test]
fn knowing_the_regime_helps_where_the_signal_lives_in_one() {
    for (name, gain, Interval { low, .. }, p) in systems(&shipped("regime-aware")) {
        assert!(gain > 0.002 && low > 0.0 && p < 0.05, "{name}: {gain} from {low}, p {p}");
    }
}

#[test]
fn knowing_the_regime_does_not_help_where_there_is_no_signal() {
    for (name, gain, Interval { low, .. }, p) in systems(&shipped("regime-aware-placebo")) {
        assert!(gain < 0.002 && low < 0.0 && p > 0.05, "{name}: {gain} from {low}, p {p}");
    }
}
