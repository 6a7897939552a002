//! Regime detectors: strictly causal, the same labels as independent Python gives, and found on
//! the sample where the truth is known.

use std::sync::LazyLock;

use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::regime;
use dfa_report::engine::regime::{Features, GaussianMixture, JumpProblem, MarkovMixture};
use dfa_report::engine::spec;
use dfa_report::prices::data::{self, Description, PriceTable, Truth};
use dfa_report::results::{RegimeSummary, Results};
use serde_json::Value;

use crate::support::{read, read_json, repository, sample_prices};

/// Every detector, some of them far from the defaults, on a model that takes little time.
const SPEC: &str = "title: detectors
data: {target: SPY, features: [XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}
models: [{kind: ridge, alphas: {count: 5}}]
regimes:
  - {kind: sign_flip, pair: [XLE, XLU]}
  - {kind: coupling}
  - {kind: volatility}
  - {kind: eigen}
  - {kind: jump, pair: [XLE, XLU]}
  - {kind: coupling, window: 21, low: 0.5, high: 0.5, min_history: 100}
  - {kind: eigen, window: 42, reference: 126, factors: 2}
  - {kind: jump, states: 3, penalty: 10, window: 10, correlation_window: 42, refit_every: 21}
  - {kind: mixture, pair: [XLE, XLU]}
  - {kind: mixture, states: 3, window: 10, correlation_window: 42, refit_every: 756}
";

fn prices() -> PriceTable {
    data::read_csv("prices.csv", &sample_prices()).unwrap()
}

fn reference() -> Value {
    read_json(&repository("tests/reference/sample_detectors.json"))
}

/// The noise of the reference's small problems: column `j` of row `t`, from -1/2 to 1/2.
fn noise(t: u64, j: u64) -> f64 {
    ((t * 7_919 + j * t * t * 31) % 1_009) as f64 / 1_009.0 - 0.5
}

/// All detectors on the sample, with its truth.
static RESULTS: LazyLock<Results> = LazyLock::new(|| {
    let description = Description::parse("source.yaml", &read("data/sample/source.yaml")).unwrap();
    let truth = Truth::parse("truth.csv", &read("data/sample/truth.csv")).unwrap();
    let spec = spec::parse("test", "test.yaml", SPEC).unwrap_or_else(|e| panic!("{e}")).spec;
    let panel = data::align(&prices(), &spec.data).unwrap();
    let source = Source { description: Some(&description), truth: Some(&truth), given: &[] };
    experiment::run(&spec, &panel, source).unwrap().0
});

/// Every detector's labels by panel day, with its name.
fn labels(table: &PriceTable) -> Vec<(String, Vec<Option<usize>>)> {
    let spec = spec::parse("test", "test.yaml", SPEC).unwrap().spec;
    let panel = data::align(table, &spec.data).unwrap();
    let rolling = dfa_report::engine::geometry::rolling(&panel, 63, &[]);
    let detect = |settings| regime::detect(settings, &panel, &rolling, spec.seed).by_day;
    regime::names(&spec.regimes).into_iter().zip(spec.regimes.iter().map(detect)).collect()
}

/// On settings far from the defaults too; `engine::causality` has every detector in use.
#[test]
fn a_label_does_not_change_with_what_comes_after_it() {
    let table = prices();
    let whole = labels(&table);
    for cut in [500, 41] {
        let kept = table.days.len() - cut;
        let part = PriceTable {
            days: table.days[..kept].to_vec(),
            prices: table.prices.iter().map(|column| column[..kept].to_vec()).collect(),
            ..table.clone()
        };
        for ((name, whole), (_, part)) in whole.iter().zip(labels(&part)) {
            let first = whole.iter().zip(&part).position(|(a, b)| a != b);
            assert!(first.is_none(), "{name} without the last {cut} days: differs on {first:?}");
            let states: std::collections::BTreeSet<Option<usize>> = part.into_iter().collect();
            assert!(states.len() > 2, "{name} must know at least two states, or it shows nothing");
        }
    }
}

/// `[day, state]` wherever the state changes, the first known one included.
fn changes(regime: &RegimeSummary) -> Vec<Value> {
    let segment = |s: &dfa_report::results::Segment| serde_json::json!([s.from, s.state]);
    regime.segments.iter().map(segment).collect()
}

#[test]
fn labels_are_those_of_pandas_numpy_and_jumpmodels() {
    let reference = reference();
    let results = &*RESULTS;
    for regime in &results.regimes[..4] {
        let theirs = &reference[&regime.name];
        assert_eq!(Value::Array(changes(regime)), theirs["real_time"], "{}", regime.name);
    }
    let mixture = &results.regimes[8];
    assert_eq!(Value::Array(changes(mixture)), reference[&mixture.name]["real_time"]);
    // Descent ends in a local minimum; from other random starts one refit of the witness ends in
    // another one, which moves one change of state by three days.
    let jump = &results.regimes[4];
    let theirs = reference[&jump.name]["real_time"].as_array().unwrap();
    assert_eq!(jump.segments.len(), theirs.len());
    let same = changes(jump).iter().zip(theirs).filter(|(a, b)| a == b).count();
    assert!(same + 1 >= theirs.len(), "{same} of {} changes agree", theirs.len());
}

#[test]
fn hindsight_labels_are_those_of_pandas_numpy_and_jumpmodels() {
    let reference = reference();
    let spec = spec::parse("test", "test.yaml", SPEC).unwrap().spec;
    let panel = data::align(&prices(), &spec.data).unwrap();
    let rolling = dfa_report::engine::geometry::rolling(&panel, 63, &[]);
    let named = spec.regimes.iter().zip(regime::names(&spec.regimes)).enumerate();
    for (_, (settings, name)) in named.filter(|(position, _)| *position < 5 || *position == 8) {
        let labels = regime::detect(settings, &panel, &rolling, spec.seed);
        let told: Vec<Value> = panel
            .days
            .iter()
            .zip(&labels.hindsight)
            .filter_map(|(day, state)| Some((day, (*state)?)))
            .collect::<Vec<_>>()
            .chunk_by(|a, b| a.1 == b.1)
            .map(|run| serde_json::json!([run[0].0, run[0].1]))
            .collect();
        let theirs = &reference[&name]["hindsight"];
        assert_eq!(Value::Array(told), *theirs, "{name}");
    }
}

#[test]
fn a_small_jump_problem_is_solved_as_jumpmodels_solves_it() {
    let reference = reference();
    let theirs = &reference["small_jump_problem"];
    let rows = theirs["rows"].as_u64().unwrap();
    let mut z = Vec::new();
    for t in 0..rows {
        for j in 1..=3 {
            z.push(3.0 * noise(t, j) + if t / 50 % 2 == 0 { -0.6 } else { 0.6 });
        }
    }
    let penalty = theirs["penalty"].as_f64().unwrap();
    let problem = JumpProblem { z: &z, width: 3, states: 2, penalty };
    let fit = problem.descend(vec![-0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
    let objective = theirs["objective"].as_f64().unwrap();
    assert!((fit.objective / objective - 1.0).abs() < 1e-10, "{} {objective}", fit.objective);
    for (ours, theirs) in fit.centroids.iter().zip(theirs["centroids"].as_array().unwrap()) {
        assert!((ours - theirs.as_f64().unwrap()).abs() < 1e-10, "{ours} {theirs}");
    }
    let mut first = 0;
    for (run, change) in
        fit.states.chunk_by(|a, b| a == b).zip(theirs["changes"].as_array().unwrap())
    {
        assert_eq!(*change, serde_json::json!([first, run[0]]));
        first += run.len();
    }
    assert_eq!(first as u64, rows);
}

/// The numbers of a JSON array.
fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn assert_near(what: &str, ours: &[f64], theirs: &Value, tolerance: f64) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() < tolerance, "{what}: ours {ours}, theirs {theirs}");
    }
}

#[test]
fn a_mixture_is_fitted_as_scikit_learn_fits_it() {
    let reference = reference();
    let spec = spec::parse("test", "test.yaml", SPEC).unwrap().spec;
    let panel = data::align(&prices(), &spec.data).unwrap();
    let pair = ("XLE".to_owned(), "XLU".to_owned());
    let rolling = dfa_report::engine::geometry::rolling(&panel, 63, std::slice::from_ref(&pair));
    let others = [rolling.coupling, rolling.pairs[&pair].clone()];
    let features = Features::new(&panel.target.log_returns, 21, &others);
    for theirs in reference["mixture.XLE.XLU"]["fits"].as_array().unwrap() {
        let train = theirs["train"].as_u64().unwrap() as usize;
        let (z, _) = features.standardised(train, train);
        let fifth: Vec<f64> =
            z.chunks_exact(features.width).step_by(5).flatten().copied().collect();
        let ours = GaussianMixture::fit(&fifth, features.width, 2, 1).unwrap();
        let mut shares = vec![0.0; fifth.len() / features.width * ours.states()];
        let likelihood = [ours.expect(&fifth, &mut shares)];
        let theirs_likelihood = serde_json::json!([theirs["mean_log_likelihood"]]);
        assert_near("mean log-likelihood", &likelihood, &theirs_likelihood, 1e-5);
        assert_near("weights", &ours.weights, &theirs["weights"], 1e-3);
        assert_near("means", &ours.means, &theirs["means"], 1e-3);
        assert_near("covariances", &ours.covariances, &theirs["covariances"], 1e-3);
    }
}

#[test]
fn a_chain_is_filtered_and_smoothed_as_numpy_does_it() {
    let reference = reference();
    let theirs = &reference["small_chain"];
    let mixture = GaussianMixture::new(
        numbers(&theirs["weights"]),
        numbers(&theirs["means"]),
        numbers(&theirs["covariances"]),
    );
    let chain =
        MarkovMixture { mixture: mixture.unwrap(), transitions: numbers(&theirs["transitions"]) };
    let mut z = Vec::new();
    for t in 0..theirs["rows"].as_u64().unwrap() {
        for j in 1..=2 {
            z.push(4.0 * noise(t, j));
        }
    }
    assert_near("filtered", &chain.filtered(&z), &theirs["filtered"], 1e-12);
    assert_near("smoothed", &chain.smoothed(&z), &theirs["smoothed"], 1e-12);
}

#[test]
fn figures_of_a_detector_hang_together() {
    let results = &*RESULTS;
    for regime in results.regimes.iter().filter(|regime| regime.causal) {
        let name = &regime.name;
        let labelled: usize = regime.states.iter().map(|state| state.days).sum();
        let moves: usize = regime.transitions.iter().flatten().sum();
        assert_eq!(moves + 1, labelled, "{name}: every labelled day but the first follows one");
        let moved: usize = (0..regime.states.len())
            .map(|from| {
                regime.transitions[from].iter().sum::<usize>() - regime.transitions[from][from]
            })
            .sum();
        assert_eq!(moved, regime.flips.len(), "{name}");
        for state in &regime.states {
            let longest = state.longest_dwell as f64;
            assert!(state.median_dwell.is_none_or(|median| median <= longest), "{name}");
        }
        let repaint = regime.repaint.as_ref().unwrap();
        assert!(repaint.differing_share.unwrap() > 0.0, "{name}: hindsight knows more");
        assert!(repaint.detected <= repaint.changes);
        let detection = regime.detection.as_ref().unwrap();
        assert!(detection.days > 1_000 && detection.detected <= detection.changes, "{name}");
        eprintln!(
            "{name}: balanced accuracy {:.3}, delay {:?} ({} of {}), repaint {:.3} delay {:?} \
             ({} of {}), price {:.4}, separation {:?}, signal {:?}, flips {}",
            detection.balanced_accuracy.unwrap(),
            detection.mean_delay,
            detection.detected,
            detection.changes,
            repaint.differing_share.unwrap(),
            repaint.mean_delay,
            repaint.detected,
            repaint.changes,
            repaint.price_of_leak.unwrap(),
            regime.separation["ridge"],
            detection.signal_states,
            regime.flips.len(),
        );
    }
    let planted = results.regimes.last().unwrap();
    assert!(planted.repaint.is_none() && planted.detection.is_none());
}

#[test]
fn the_sign_flip_finds_the_planted_signal() {
    let results = &*RESULTS;
    let detection = results.regimes[0].detection.as_ref().unwrap();
    assert_eq!(detection.signal_states, [1], "the signal lives where XLE and XLU are apart");
    let accuracy = detection.balanced_accuracy.unwrap();
    assert!(accuracy > 0.8, "balanced accuracy {accuracy}");
    assert!(detection.mean_delay.unwrap() < 63.0, "a flip shows within its window");
}
