//! Weighted models against scikit-learn's sample weights and an account of its own with numpy:
//! `tests/reference/weighted.py`.

use dfa_report::base::moments::WindowMoments;
use dfa_report::engine::model::{AlphaGrid, Kind, PathSolver, Settings, Standardised};
use dfa_report::engine::walk_forward::{self, Refit, Schedule, Selection, Window};
use dfa_report::prices::data;
use dfa_report::prices::panel::Supervised;
use dfa_report::results::spec::{Weighting, word};
use ndarray::Axis;
use serde_json::{Value, json};

use crate::support::{Agreement, read_json, repository, run_on, sample_prices};

const KINDS: [Kind; 3] = [Kind::Ridge, Kind::Lasso, Kind::ElasticNet];

fn reference() -> Value {
    read_json(&repository("tests/reference/sample_weighted.json"))
}

/// The spec of a setting of the reference.
fn spec(name: &str) -> String {
    let (window, selection) = match name {
        "prequential" => ("expanding, purge: 0", "prequential"),
        _ => ("1000, purge: 5", "holdout, rows: 250"),
    };
    let models = KINDS.map(|kind| {
        let kind = word(kind);
        format!("  - {{kind: {kind}, weighting: ex_ante_variance, alphas: {{count: 8}}}}\n")
    });
    format!(
        "title: t
data: {{source: sample, target: SPY, features: [XLE, XLU, XLK]}}
walk_forward: {{min_train: 750, refit_every: 63, window: {window}}}
selection: {{method: {selection}}}
models:
{}",
        models.concat()
    )
}

fn rows() -> Supervised {
    let table = data::read_csv("prices.csv", &sample_prices()).unwrap();
    let spec = dfa_report::engine::spec::parse("t", "t.yaml", &spec("prequential")).unwrap().spec;
    data::align(&table, &spec.data).unwrap().supervised(&[1])
}

fn settings(kind: Kind) -> Settings {
    let weighting = Some(Weighting::ExAnteVariance);
    Settings { weighting, alphas: Some(AlphaGrid::Count { count: 8 }), ..Settings::new(kind) }
}

/// Largest difference of numbers, in units of the largest of theirs.
fn difference(theirs: &Value, ours: impl IntoIterator<Item = f64>) -> f64 {
    let theirs: Vec<f64> =
        theirs.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    let ours: Vec<f64> = ours.into_iter().collect();
    assert_eq!(theirs.len(), ours.len());
    let largest = theirs.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let apart = theirs.iter().zip(&ours).fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
    if apart == 0.0 { 0.0 } else { apart / largest }
}

/// One over the variance of each row, from the definition.
fn weights(y: &[f64]) -> Vec<f64> {
    let mean = |y: &[f64]| y.iter().sum::<f64>() / y.len() as f64;
    let start = mean(&y[..63]);
    let mut variance = y[..63].iter().map(|y| (y - start) * (y - start)).sum::<f64>() / 63.0;
    let mut weights = vec![0.0; 63];
    for row in 63..y.len() {
        weights.push(1.0 / variance);
        let error = y[row] - mean(&y[..row]);
        variance = 0.94 * variance + 0.06 * error * error;
    }
    weights
}

#[test]
fn a_single_fit_is_that_of_scikit_learn_with_sample_weights() {
    let (rows, reference) = (rows(), &reference()["single_fits"]);
    let (joined, weights) = (rows.joined(), weights(&rows.y));
    let mut window = WindowMoments::weighted(&joined, Some(&weights), 4);
    let mut problem = Standardised::new(3);
    problem.load(window.advance(0..reference["rows"].as_u64().unwrap() as usize));
    assert!(difference(&reference["mean"], problem.mean.clone()) < 1e-12);
    assert!(difference(&reference["scale"], problem.scale.clone()) < 1e-12);
    for kind in KINDS {
        let theirs = &reference["models"][word(kind)];
        let alphas: Vec<f64> = serde_json::from_value(theirs["alphas"].clone()).unwrap();
        let l1_ratio = Settings::new(kind).l1_ratio();
        let mut solver = PathSolver::new(kind, l1_ratio, alphas.clone(), 3);
        let path = solver.solve(&problem);
        for alpha in 0..alphas.len() {
            assert!(path.certificates()[alpha].certified);
            // That of their coordinate descent.
            let apart = difference(&theirs["coefficients"][alpha], path.coefficients(alpha));
            assert!(apart < 1e-9, "{kind:?} {alpha}: {apart:e}");
        }
        let intercepts = alphas.iter().map(|_| problem.y_mean);
        assert!(difference(&theirs["intercepts"], intercepts) < 1e-9);
    }
}

#[test]
fn a_walk_forward_is_that_of_the_definitions() {
    let (rows, reference) = (rows(), reference());
    let every = reference["every"].as_u64().unwrap() as usize;
    for (name, theirs) in reference["settings"].as_object().unwrap() {
        let (window, purge, selection) = match name.as_str() {
            "prequential" => (Window::Expanding, 0, Selection::Prequential),
            _ => (Window::Rolling(1000), 5, Selection::Holdout { rows: 250 }),
        };
        let schedule = Schedule { min_train: 750, refit_every: 63, window, purge };
        // Plain ones among them change nothing.
        let models: Vec<Settings> =
            KINDS.into_iter().flat_map(|kind| [Settings::new(kind), settings(kind)]).collect();
        let run = walk_forward::run(&rows, &schedule, &selection, &models);
        for (kind, run) in KINDS.into_iter().zip(run.models.iter().skip(1).step_by(2)) {
            assert!(run.settings.is_weighted() && run.precision.uncertified == 0);
            let theirs = &theirs["models"][word(kind)];
            let forecasts = run.forecasts.iter().copied().step_by(every);
            let apart = difference(&theirs["forecasts"], forecasts);
            assert!(apart < 1e-10, "{name} {kind:?}: forecasts {apart:e}");
            assert!(difference(&theirs["alphas"], run.grid.alphas().to_vec()) < 1e-12);
            let selected = (0..run.forecasts.len()).step_by(every);
            let selected = selected.filter_map(|row| run.selected_alpha(Refit(row / 63)));
            assert!(difference(&theirs["selected"], selected) < 1e-12, "{name} {kind:?}");
            for (alpha, b) in run.last_coefficients.axis_iter(Axis(0)).enumerate() {
                let apart = difference(&theirs["last_coefficients"][alpha], b.to_vec());
                assert!(apart < 1e-9, "{name} {kind:?} {alpha}: {apart:e}");
            }
        }
    }
}

#[test]
fn figures_are_against_the_weighted_mean_and_beside_it_the_plain_one() {
    let reference = reference();
    let every = reference["every"].as_u64().unwrap() as usize;
    let mut agreement = Agreement::new(1e-9);
    for (name, theirs) in reference["settings"].as_object().unwrap() {
        let (results, series) = run_on(&repository("data/sample/prices.csv"), &spec(name));
        let ours = serde_json::to_value(&results).unwrap();
        agreement.near(name, &theirs["weighted_mean"], &ours["weighted_mean"]);
        let mean = series.weighted_benchmark().unwrap().iter().copied().step_by(every);
        let apart = difference(&theirs["benchmark"], mean);
        // To the digits that the file keeps.
        assert!(apart < 1e-6, "{name}: {apart:e}");
        for kind in KINDS {
            let model = format!("{}_weighted", word(kind));
            let (theirs, ours) = (&theirs["models"][word(kind)], &ours["models"][&model]);
            agreement.exact(&model, &json!("ex_ante_variance"), &ours["weighting"]);
            for part in ["forecast", "against_plain_mean"] {
                agreement.near(&format!("{name} {model} {part}"), &theirs[part], &ours[part]);
            }
            for (alpha, r2) in theirs["oos_r2_by_alpha"].as_array().unwrap().iter().enumerate() {
                agreement.near("oos_r2 by alpha", r2, &ours["by_alpha"][alpha]["oos_r2"]);
            }
            // R2 by direction adds up, so the directions are those of the weighted windows.
            let parts = ours["r2_by_direction"].as_array().unwrap();
            let sum: f64 = parts.iter().map(|part| part.as_f64().unwrap()).sum();
            let whole = sum + ours["r2_intercept"].as_f64().unwrap();
            agreement.near("sum of the directions", &ours["forecast"]["oos_r2"], &json!(whole));
            // The gain map ends where R2 does.
            let last = ours["gain_map"]["values"].as_array().unwrap().last().unwrap();
            let gains: Vec<f64> = serde_json::from_value(last.clone()).unwrap();
            let by_alpha = theirs["oos_r2_by_alpha"].as_array().unwrap();
            for (gain, r2) in gains.iter().zip(by_alpha) {
                assert_eq!(*gain > 0.005, r2.as_f64().unwrap() > 0.0 && gain.abs() > 0.005);
            }
        }
    }
    agreement.finish("weighted");
}

/// What is wrong only with the prices at hand is told before anything runs.
#[test]
fn days_without_risk_cannot_be_weighed() {
    let day = |t: i64| jiff::civil::date(2001, 1, 1) + jiff::SignedDuration::from_hours(24 * t);
    let mut csv = String::from("date,SPY,XLE,XLU,XLK\n");
    for t in 0..900 {
        let moved = if t < 100 { 100 } else { 100 + t % 7 };
        csv.push_str(&format!("{},{moved},{},{},{}\n", day(t), 50 + t % 5, 60 + t % 3, 70 + t % 4));
    }
    let table = data::read_csv("prices.csv", &csv).unwrap();
    for (yaml, is_refused) in [
        (spec("prequential"), true),
        (spec("prequential").replace("weighting: ex_ante_variance, ", ""), false),
    ] {
        let spec = dfa_report::engine::spec::parse("t", "t.yaml", &yaml).unwrap().spec;
        let panel = data::align(&table, &spec.data).unwrap();
        let checked = dfa_report::engine::experiment::check_weights(&spec, &panel);
        assert_eq!(checked.is_err(), is_refused);
        if let Err(problems) = checked {
            assert!(problems.to_string().contains("no risk to weigh days by"), "{problems}");
        }
    }
}
