//! The report against what was planted, on markets of several seeds.
//!
//! The seeds are the first eight, so that nobody chose them. Beside each test stands how often on
//! 40 seeds a market shows what is asked (one experiment a market, tests at 5 %); what is asked of
//! eight leaves room for their luck.

use std::sync::LazyLock;

use dfa_report::engine::experiment::{self, Source, Task};
use dfa_report::engine::spec::{self, Spec};
use dfa_report::prices::data::{self, Description, Truth};
use dfa_report::prices::sample;
use dfa_report::results::{RegimeKind, Results, value};
use rayon::prelude::*;

use crate::support::read;

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

fn market(seed: u64) -> Market {
    let sample = sample::generate(seed);
    let table = data::read_csv("prices.csv", &sample.prices_csv).unwrap();
    let description = Description::parse("source.yaml", &sample.source_yaml).unwrap();
    let truth = Truth::parse("truth.csv", &sample.truth_csv).unwrap();
    let source = Source { description: Some(&description), truth: Some(&truth), given: &[] };
    let specs = ["baseline", "placebo", "regime-aware", "regime-aware-placebo"].map(|id| {
        let yaml = read(&format!("experiments/{id}.yaml"));
        spec::parse(id, id, &yaml).unwrap_or_else(|e| panic!("{e}")).spec
    });
    // The same columns for all: one panel, which they share.
    let panel = data::align(&table, &specs[0].data).unwrap();
    let task = |spec| Task { spec, panel: &panel, place: None, source };
    let tasks: Vec<Task<'_>> = specs.iter().map(|spec: &Spec| task(spec)).collect();
    let mut results = experiment::run_all(&tasks, &|_| {}).unwrap().into_iter().map(|run| run.0);
    let mut next = || results.next().unwrap();
    Market { baseline: next(), placebo: next(), regime_aware: next(), regime_aware_placebo: next() }
}

/// How many markets something holds of.
fn count(holds: impl Fn(&Market) -> bool) -> usize {
    MARKETS.iter().filter(|market| holds(market)).count()
}

const MODELS: [&str; 3] = ["ridge", "lasso", "elastic_net"];

fn rejects(p: Option<f64>) -> bool {
    p.is_some_and(|p| p < 0.05)
}

/// Out-of-sample R2 and whether Clark-West rejects, of a model in every state of a regime with (or
/// without) a planted signal.
fn by_signal(market: &Market, model: &str, has_signal: bool) -> Vec<(f64, bool)> {
    let results = &market.baseline;
    let planted = results.regimes.iter().find(|regime| regime.kind == RegimeKind::Planted).unwrap();
    let states = planted.forecast[model].iter().zip(&planted.states);
    states
        .filter(|(_, state)| (state.planted_r2.unwrap() > 0.0) == has_signal)
        .map(|(figures, _)| (value(figures.oos_r2).unwrap(), rejects(figures.clark_west_p)))
        .collect()
}

/// How many markets there are in which a system's gain over its twin is positive, and in how many
/// it is beyond chance; the mean gain. A system that never differs from its twin gains nothing.
fn gains(system: &str, of: fn(&Market) -> &Results) -> (usize, usize, f64) {
    let summaries: Vec<_> =
        MARKETS.iter().map(|market| of(market).models[system].system.as_ref().unwrap()).collect();
    let gain = |position: usize| value(summaries[position].r2_gain).unwrap_or(0.0);
    let positive = (0..summaries.len()).filter(|position| gain(*position) > 0.0).count();
    let beyond = summaries.iter().filter(|summary| rejects(summary.p_value)).count();
    let mean = (0..summaries.len()).map(gain).sum::<f64>() / summaries.len() as f64;
    (positive, beyond, mean)
}

#[test]
fn the_committed_sample_is_what_the_program_simulates() {
    let sample = sample::generate(sample::SEED);
    assert!(sample.prices_csv == read("data/sample/prices.csv"), "run `dfa-report sample --force`");
    assert!(sample.truth_csv == read("data/sample/truth.csv"), "run `dfa-report sample --force`");
    assert_eq!(sample.source_yaml, read("data/sample/source.yaml"));
}

/// In the signal regime R2 is positive in 98 % of the markets and Clark-West rejects in 95 %
/// (ridge) and 85 % (lasso, elastic net); in the other states it rejects in 7 % and 4 %.
#[test]
fn predictability_shows_in_the_signal_regime_and_not_in_the_others() {
    for model in MODELS {
        let signal = |market: &Market| by_signal(market, model, true);
        let gains = count(|market| signal(market).iter().all(|(r2, _)| *r2 > 0.0));
        let found = count(|market| signal(market).iter().any(|(_, rejects)| *rejects));
        assert!(gains >= 7 && found >= 5, "{model}: R2 positive in {gains}, found in {found}");
        let others: Vec<(f64, bool)> =
            MARKETS.iter().flat_map(|market| by_signal(market, model, false)).collect();
        let wrong = others.iter().filter(|(_, rejects)| *rejects).count();
        assert!(others.len() >= 16 && wrong <= 5, "{model}: {wrong} of {}", others.len());
    }
}

/// In 100 % of the markets (ridge) and 93 % (lasso, elastic net).
#[test]
fn the_sign_flip_known_in_real_time_separates_predictability() {
    for model in MODELS {
        let apart = count(|market| {
            let flip = &market.baseline.regimes[0];
            assert!(flip.causal && flip.kind == RegimeKind::SignFlip);
            value(flip.forecast[model][1].oos_r2) > value(flip.forecast[model][0].oos_r2)
        });
        assert!(apart >= 6, "{model}: in {apart} markets");
    }
}

/// A model without a lead has a positive R2 in 15 % of the markets, and Clark-West rejects in 3 %.
#[test]
fn features_that_cannot_help_do_not() {
    let of_all =
        |market: &'static Market| MODELS.map(|model| &market.placebo.models[model].forecast);
    let all: Vec<_> = MARKETS.iter().flat_map(of_all).collect();
    let positive = all.iter().filter(|figures| value(figures.oos_r2).unwrap() > 0.0).count();
    let found = all.iter().filter(|figures| rejects(figures.clark_west_p)).count();
    assert!(positive <= 9 && found <= 4, "{positive} positive, {found} found, of {}", all.len());
}

/// The interacted system gains in all markets and beyond chance in all; coefficients by state gain
/// in 93 % and beyond chance in 53 %, the gate in 80 % and 35 %. Without a signal the three are
/// beyond chance in 3 %.
#[test]
fn knowing_the_regime_helps_where_the_signal_lives_in_one() {
    let mut wrong = 0;
    for (system, least_positive, least_beyond) in
        [("ridge_interacted", 7, 6), ("ridge_per_regime", 5, 2), ("ridge_gated", 4, 0)]
    {
        let (positive, beyond, mean) = gains(system, |market| &market.regime_aware);
        let as_asked = positive >= least_positive && beyond >= least_beyond;
        assert!(as_asked, "{system}: positive in {positive}, beyond chance in {beyond}");
        let (_, without, nothing) = gains(system, |market| &market.regime_aware_placebo);
        assert!(mean > nothing + 5e-4, "{system}: {mean}, without a signal {nothing}");
        wrong += without;
    }
    assert!(wrong <= 4, "{wrong} of 24 find what is not there");
}
