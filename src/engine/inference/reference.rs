//! Tests, errors and critical values against other people's code: `tests/reference/inference.py`.

#![allow(clippy::disallowed_methods, reason = "tests read fixtures")]

use std::fs;
use std::path::Path;

use ndarray::Array2;
use serde_json::Value;

use super::fall::{self, fall};
use super::relation::Relation;
use super::{CUSUM_BAND, cauchy, contrast, critical_values, ex_ante_variance, holm};
use crate::engine::backtest::TrackRecord;
use crate::engine::metrics::{
    Errors, diebold_mariano, forecast_metrics, prevailing_mean, strategy_metrics,
};
use crate::results::{Estimate, StrategyMetrics};

const TOLERANCE: f64 = 1e-9;

const START: usize = 750;

const NINE: [&str; 9] = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"];

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn reference() -> Value {
    serde_json::from_str(&text("tests/reference/sample_inference.json")).unwrap()
}

/// The sample as that file's script sees it: the target's log returns, those of the sectors on the
/// day before, and two forecasts made of them with the prevailing mean, from row [`START`] on.
struct Sample {
    y: Vec<f64>,
    x: Array2<f64>,
    variance: Vec<f64>,
    f: Vec<f64>,
    g: Vec<f64>,
    mean: Vec<f64>,
}

fn sample() -> Sample {
    let prices = text("data/sample/prices.csv");
    let names: Vec<&str> = prices.lines().next().unwrap().split(',').collect();
    let returns = |ticker: &str| -> Vec<f64> {
        let column = names.iter().position(|name| *name == ticker).unwrap();
        let price = |line: &str| line.split(',').nth(column).unwrap().parse::<f64>().unwrap();
        let prices: Vec<f64> = prices.lines().skip(1).map(price).collect();
        prices.windows(2).map(|pair| libm::log(pair[1] / pair[0])).collect()
    };
    let y = returns("SPY")[1..].to_vec();
    let columns = NINE.map(returns);
    let x = Array2::from_shape_fn((y.len(), 9), |(row, column)| columns[column][row]);
    let [_, xle, xlf, _, _, _, xlu, ..] = &columns;
    let rows = START..y.len();
    Sample {
        f: rows.clone().map(|row| 0.1 * xlf[row]).collect(),
        g: rows.map(|row| 0.1 * (xlu[row] + xle[row])).collect(),
        mean: prevailing_mean(&y, START),
        variance: ex_ante_variance(&y).unwrap(),
        x,
        y,
    }
}

/// Collects what does not agree.
#[derive(Default)]
struct Agreement {
    compared: usize,
    failures: Vec<String>,
}

impl Agreement {
    fn near(&mut self, name: &str, ours: f64, theirs: &Value) {
        self.compared += 1;
        let theirs = theirs.as_f64().unwrap_or(f64::NAN);
        let agree = (ours - theirs).abs() <= TOLERANCE * theirs.abs();
        if !agree {
            self.failures.push(format!("{name}: theirs {theirs}, ours {ours}"));
        }
    }

    /// A figure and the standard error that its interval was made of.
    fn estimate(&mut self, name: &str, ours: Option<Estimate>, theirs: &Value) {
        let ours = ours.unwrap();
        let interval = ours.interval.unwrap();
        let error = (interval.high - interval.low) / (2.0 * 1.644_853_626_951_472_2);
        self.near(name, ours.value, &theirs[name]);
        let name = format!("{name}_error");
        self.near(&name, error, &theirs[&name]);
    }

    fn finish(self, count: usize) {
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n"));
        assert_eq!(self.compared, count);
    }
}

#[test]
fn tests_of_forecasts_are_those_of_statsmodels_and_dieboldmariano() {
    let (reference, sample) = (reference(), sample());
    let out = &sample.y[START..];
    let variance = &sample.variance[START..];
    let (f, g) =
        (Errors::new(out, &sample.f, &sample.mean), Errors::new(out, &sample.g, &sample.mean));
    let (scaled_f, scaled_g) = (f.scaled(variance), g.scaled(variance));
    let metrics = forecast_metrics(out, &sample.f, &f, Some(&scaled_f));
    let scaled = metrics.scaled.unwrap();
    let mut agreement = Agreement::default();
    let found = [
        ("raw", metrics.oos_r2, metrics.clark_west, metrics.clark_west_p, (&f, &g)),
        ("scaled", scaled.oos_r2, scaled.clark_west, scaled.clark_west_p, (&scaled_f, &scaled_g)),
    ];
    for (losses, oos_r2, clark_west, clark_west_p, (f, g)) in found {
        let theirs = &reference[losses];
        agreement.estimate("oos_r2", oos_r2, theirs);
        agreement.near("clark_west", clark_west.unwrap(), &theirs["clark_west"]);
        agreement.near("clark_west_p", clark_west_p.unwrap(), &theirs["clark_west_p"]);
        let compared = diebold_mariano(f, g).unwrap();
        agreement.estimate("r2_gain", Some(compared.r2_gain), theirs);
        agreement.near("statistic", compared.statistic, &theirs["diebold_mariano"]);
        agreement.near("p", compared.p_value, &theirs["diebold_mariano_p"]);
    }
    let theirs = &reference["pesaran_timmermann"];
    let ours = metrics.pesaran_timmermann_p.unwrap();
    agreement.near("Pesaran-Timmermann", ours, &theirs["p"]);
    // The test of independence in a table is the same but for terms of the order of 1/P.
    let of_independence = theirs["p_of_independence"].as_f64().unwrap();
    assert!((ours / of_independence - 1.0).abs() < 1e-3, "{ours} and {of_independence}");
    for (row, theirs) in reference["ex_ante_variance"].as_object().unwrap() {
        let ours = sample.variance[row.parse::<usize>().unwrap()];
        agreement.near("ex-ante variance", ours, theirs);
    }
    agreement.finish(2 * 8 + 1 + 4);
}

#[test]
fn errors_of_alpha_beta_and_sharpe_are_those_of_statsmodels_and_ffn() {
    let (reference, sample) = (reference(), sample());
    let simple: Vec<f64> = sample.y[START..].iter().map(|y| libm::expm1(*y)).collect();
    let record = |weights: Vec<f64>| {
        let growth: Vec<f64> = weights.iter().zip(&simple).map(|(w, r)| 1.0 + w * r).collect();
        let traded = vec![0.0; growth.len()];
        let before_costs = growth.clone();
        let cash_return = 0.0;
        TrackRecord { weights, traded, before_costs, growth, cash_return, periods_per_year: 252 }
    };
    let hold = record(vec![1.0; simple.len()]);
    let signs = sample.f.iter().map(|f| if *f > 0.0 { 1.0 } else { -1.0 }).collect();
    let ours: StrategyMetrics = strategy_metrics(&record(signs), &[], Some(&hold));
    let theirs = &reference["skill"];
    let mut agreement = Agreement::default();
    agreement.estimate("alpha", ours.alpha, theirs);
    agreement.estimate("beta", ours.beta, theirs);
    agreement.estimate("sharpe", ours.sharpe, theirs);
    agreement.near("error", ours.sharpe_standard_error.unwrap(), &theirs["sharpe_error"]);
    agreement.finish(7);
}

#[test]
fn the_relation_is_that_of_least_squares_elsewhere() {
    let (reference, sample) = (reference(), sample());
    let relation = Relation::new(&sample.y, &sample.x, &sample.variance);
    let mut agreement = Agreement::default();
    let pair = |value: &Value| [0, 1].map(|end| value[end].as_u64().unwrap() as usize);
    for theirs in reference["falls"].as_array().unwrap() {
        let [from, to] = pair(&theirs["rows"]);
        let ours = fall(&relation, from..to).unwrap();
        agreement.near("statistic", ours.statistic, &theirs["statistic"]);
        agreement.near("left", ours.left.unwrap(), &theirs["left"]);
        agreement.near("slow", ours.slow_statistic, &theirs["slow_statistic"]);
        assert_eq!(ours.at as u64, theirs["at"].as_u64().unwrap());
        assert_eq!([ours.range.start, ours.range.end], pair(&theirs["range"]));
    }
    for (theirs, count) in reference["contrasts"].as_array().unwrap().iter().zip([2, 3]) {
        // Rows of the relation begin with the 64th.
        let state = |row: usize| row.saturating_sub(63) / 400 % count;
        let states: Vec<Option<usize>> = (0..sample.y.len()).map(|row| Some(state(row))).collect();
        let ours = contrast(&relation, &states, count).unwrap();
        for (state, slope) in ours.slopes.iter().enumerate() {
            agreement.near("slope", slope.unwrap().value, &theirs["slopes"][state]);
            agreement.near("error", slope.unwrap().error, &theirs["errors"][state]);
        }
        agreement.near("Wald", ours.statistic, &theirs["statistic"]);
        agreement.near("p", ours.p_value, &theirs["p"]);
    }
    agreement.finish(2 * 3 + (2 + 3) * 2 + 2 * 2);
}

#[test]
fn families_are_those_of_scipy_and_statsmodels() {
    let theirs = &reference()["families"];
    let p: Vec<f64> =
        theirs["p_values"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).collect();
    let mut agreement = Agreement::default();
    agreement.near("Cauchy", cauchy(&p).unwrap(), &theirs["cauchy"]);
    agreement.finish(1);
    let rejected = holm(&p.iter().copied().map(Some).collect::<Vec<_>>(), 0.05);
    assert_eq!(serde_json::to_value(rejected).unwrap(), theirs["holm"]);
}

#[test]
fn critical_values_are_those_of_the_papers_and_nearly_those_of_brownian_motion() {
    let theirs = &reference()["critical_values"];
    for row in theirs["fluctuation"].as_array().unwrap() {
        let row: Vec<f64> =
            row.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        assert_eq!(critical_values(row[0])[..], row[1..], "share {}", row[0]);
    }
    assert_eq!(Some(CUSUM_BAND), theirs["cusum"].as_f64());
    let range = theirs["range_of_a_break"].as_f64().unwrap();
    assert!((fall::RANGE - range).abs() < 0.005, "{range}");
    let simulated = &theirs["simulated"];
    // How often each is exceeded without a change, and the level that we give it.
    let of_fall = |critical: f64| simulated["sup_t"][&critical.to_string()].as_f64().unwrap();
    let of_fluctuation = |column: usize| simulated["fluctuation_0.3"][column].as_f64().unwrap();
    let rates = [
        ("fall", of_fall(fall::FELL), 0.05),
        ("slow fall", of_fall(fall::FELL_SLOWLY), 0.05),
        ("sure fall", of_fall(fall::FELL_SURELY), 0.01),
        ("fluctuation, two-sided", of_fluctuation(0), 0.05),
        ("fluctuation, two-sided", of_fluctuation(1), 0.10),
        ("fluctuation, one-sided", of_fluctuation(2), 0.05),
        ("fluctuation, one-sided", of_fluctuation(3), 0.10),
    ];
    for (name, rate, level) in rates {
        assert!((0.9..1.25).contains(&(rate / level)), "{name}: {rate} at {level}");
    }
}
