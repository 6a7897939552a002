//! The certificate notices what is planted, by the check that should, and nothing where nothing is.

use super::*;
use crate::base::statistics::noise;
use crate::engine::causality::market;
use crate::engine::experiment::{Source, run};
use crate::engine::leak::{self, LEAKS, Leak};
use crate::engine::spec::{self, Spec};
use crate::prices::data;
use crate::prices::panel::{Column, Panel};
use crate::results::CertificateFinding;

fn parsed(yaml: &str) -> Spec {
    spec::parse("test", "test.yaml", yaml).unwrap_or_else(|problems| panic!("{problems}")).spec
}

/// A plain model and every system, on detectors that are cut and that are fitted.
fn systems(seed: u64) -> Spec {
    parsed(&format!(
        "title: t
data: {{target: SPY, features: [XLE, XLU, XLP]}}
walk_forward: {{min_train: 300}}
seed: {seed}
regimes:
  - {{kind: volatility, window: 10, min_history: 60}}
  - {{kind: jump, window: 10, correlation_window: 21, min_history: 150, penalty: 5}}
models:
  - {{kind: ridge, alphas: {{from: 10, to: 1e-3, count: 5}}}}
  - {{kind: ridge, alphas: {{from: 10, to: 1e-3, count: 5}}, regime: {{system: gated}}}}
  - {{kind: ridge, alphas: {{from: 10, to: 1e-3, count: 5}}, regime: {{system: per_regime}}}}
  - {{kind: ridge, alphas: {{from: 10, to: 1e-3, count: 5}}, regime: {{system: interacted}}}}
"
    ))
}

fn certificate(spec: &Spec) -> Certificate {
    let panel = data::align(&market(), &spec.data).unwrap_or_else(|problems| panic!("{problems}"));
    run(spec, &panel, Source::default())
        .unwrap_or_else(|problems| panic!("{problems}"))
        .0
        .certificate
}

fn failed(certificate: &Certificate) -> Vec<CertificateCheckName> {
    certificate.failed().map(|check| check.name).collect()
}

#[test]
fn a_clean_experiment_passes_and_says_what_was_compared() {
    let certificate = certificate(&systems(1));
    assert_eq!(certificate.outcome, CheckOutcome::Passed, "{certificate:?}");
    for check in &certificate.checks {
        assert_eq!(check.outcome, CheckOutcome::Passed, "{check:?}");
        let is_cut = matches!(
            check.name,
            CertificateCheckName::Truncation | CertificateCheckName::Tampering
        );
        assert_eq!(is_cut, check.cuts.len() >= 2, "{check:?}");
        assert!(check.compared > 300, "{check:?}");
    }
    assert_eq!(certificate.lag_decay.len(), 4);
    let left_out: Vec<&str> = certificate.not_tested.iter().map(|n| n.what.as_str()).collect();
    assert!(left_out.contains(&"verdict.falls"), "{left_out:?}");
}

#[test]
fn every_planted_leak_fails_the_check_that_should_see_it() {
    use CertificateCheckName::{LagDecay, Placebo, Tampering, Truncation};
    // One thread: a leak is planted in that of the test.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for planted in LEAKS {
        let (by, series) = match planted {
            Leak::Training | Leak::Penalty => (&[Tampering][..], "ridge"),
            Leak::Lag => (&[Tampering, LagDecay][..], "ridge"),
            Leak::Standardise => (&[Truncation, Tampering][..], "ridge"),
            Leak::State => (&[Tampering][..], "ridge_per_regime"),
            Leak::Gate => (&[Tampering][..], "ridge_gated.gate"),
            Leak::Answer => (&[Tampering, Placebo, LagDecay][..], "ridge"),
            Leak::Labels => (&[Truncation, Tampering][..], "regime.jump"),
        };
        for seed in 1..=10 {
            let spec = systems(seed);
            let found = pool.install(|| leak::with(Some(planted), || certificate(&spec)));
            let names = failed(&found);
            assert!(by.iter().all(|name| names.contains(name)), "{planted:?}, {seed}: {names:?}");
            let mut told = found.checks.iter().flat_map(|check| &check.found);
            let is_told = told.any(|found| {
                matches!(found, CertificateFinding::KnewTheFuture { series: s, .. } if s == series)
            });
            assert!(is_told, "{planted:?}, {seed}: {:?}", found.checks);
        }
    }
}

/// Markets without a signal, whose volatility clusters and whose returns turn back, so that they
/// would look like a signal to a mean that is as old as its fit.
#[test]
fn false_alarms_are_rare() {
    let spec = parsed(
        "title: t\ndata: {target: SPY, features: [XLE, XLU]}\n\
         walk_forward: {min_train: 100}\n\
         models: [{kind: ridge, alphas: {from: 1, to: 1e-3, count: 4}}, {kind: lasso}]\n",
    );
    const MARKETS: u64 = 120;
    let (mut looks, mut failed) = (0, 0);
    for market in 0..MARKETS {
        let mut noise = noise::uniform(market);
        let mut column = |ticker: &str| {
            let (mut level, mut before) = (0.0, 0.0);
            let mut next = |day: usize| {
                let size = if (day / 40).is_multiple_of(2) { 0.01 } else { 0.03 };
                let shock = size * noise();
                level += shock - 0.3 * before;
                before = shock;
                100.0 * crate::base::units::math::exp(level)
            };
            Column::new(ticker, (0..380).map(&mut next).collect())
        };
        let panel = Panel::daily(column("SPY"), vec![column("XLE"), column("XLU")]);
        let certificate = run(&spec, &panel, Source::default()).unwrap().0.certificate;
        looks += u32::from(certificate.checks[2].p_values[0] < 0.05);
        failed += u32::from(certificate.outcome == CheckOutcome::Failed);
    }
    assert_eq!(failed, 0, "of {MARKETS}");
    // One shuffle at 5 %; three in a row at the cube of that.
    assert!(looks <= 13, "{looks} of {MARKETS}");
}

#[test]
fn few_forecasts_are_tested_as_far_as_they_go() {
    let mut noise = noise::uniform(1);
    let mut column = |ticker: &str, days: usize| {
        Column::new(ticker, (0..days).map(|_| 100.0 + noise()).collect())
    };
    let spec = parsed(
        "title: t\ndata: {target: SPY, features: [XLE]}\nwalk_forward: {min_train: 50}\n\
         models: [{kind: ridge}]\n",
    );
    // Rows are two fewer than days.
    for (forecasts, expected) in [
        (
            1,
            [
                CheckOutcome::NotTested,
                CheckOutcome::Passed,
                CheckOutcome::NotTested,
                CheckOutcome::NotTested,
            ],
        ),
        (
            2,
            [
                CheckOutcome::Passed,
                CheckOutcome::Passed,
                CheckOutcome::NotTested,
                CheckOutcome::NotTested,
            ],
        ),
        (260, [CheckOutcome::Passed; 4]),
    ] {
        let days = forecasts + 52;
        let panel = Panel::daily(column("SPY", days), vec![column("XLE", days)]);
        let results = run(&spec, &panel, Source::default()).unwrap().0;
        let outcomes =
            results.certificate.checks.iter().map(|check| check.outcome).collect::<Vec<_>>();
        assert_eq!(outcomes, expected, "{forecasts} forecasts");
        assert_eq!(results.certificate.outcome, CheckOutcome::Passed);
    }
}
