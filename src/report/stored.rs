//! Results and series that the program wrote, for the tests of this wing: two experiments of
//! `tests/fixtures/report`. `tests/suite/pages.rs` holds them to what the program writes now and
//! says how they are written anew. A test changes what it is about and leaves the rest.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests read fixtures")]

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::json;

use crate::report::diff::{SiteDiff, compare};
use crate::report::site::Experiment;
use crate::results::spec::Model;
use crate::results::{
    Estimate, Interval, Results, SERIES_FILES, Series, StrategyMetrics, Warning, from_json,
};

fn text(id: &str, name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/report/built");
    std::fs::read_to_string(format!("{folder}/{id}/{name}")).unwrap()
}

fn results(id: &str) -> Results {
    from_json("results.json", &text(id, "results.json")).unwrap()
}

fn experiment(id: &str) -> Experiment {
    let series: Vec<String> = SERIES_FILES.iter().map(|file| text(id, file.name)).collect();
    let series = Series::from_csv(series.iter().map(String::as_str)).unwrap();
    Experiment { results: results(id), series, sweep: None }
}

/// Three plain models with evidence of a signal, one break, one detector and the planted truth.
pub(crate) fn plain() -> Experiment {
    experiment("plain")
}

/// A plain model, three systems that know the regime, three detectors and the planted truth.
pub(crate) fn systems() -> Experiment {
    experiment("systems")
}

/// The lasso of [`plain`] under one rule, the figures that tests compare set to round ones.
pub(crate) fn lasso(id: &str) -> Results {
    let mut results = results("plain");
    results.id = id.to_owned();
    results.title = "Sector lags".to_owned();
    results.regimes.truncate(1);
    results.regimes[0].name = "xle-xlu".to_owned();
    results.regimes[0].flips = vec![date(2008, 9, 15)];
    results.models.retain(|name, _| name == "lasso");
    let lasso = &mut results.models["lasso"];
    lasso.strategies.retain(|rule, _| rule == "binary");
    lasso.forecast.oos_r2 = estimate(0.002, 0.003);
    lasso.selected_alpha_last = Some(1e-4);
    lasso.strategies["binary"] = strategy(0.5);
    results.spec.models = models(json!([{"kind": "lasso", "alphas": {"count": 60}}]));
    (results.data.rows, results.data.last_day) = (5000, date(2019, 12, 31));
    results
}

fn models(written: serde_json::Value) -> Vec<Model> {
    serde_json::from_value(written).unwrap()
}

/// A figure with an interval as wide to either side.
pub(crate) fn estimate(value: f64, half: f64) -> Option<Estimate> {
    let interval = Some(Interval { low: value - half, high: value + half });
    Some(Estimate { value, interval })
}

/// A track record with this Sharpe ratio and an interval of 0.4 to either side.
pub(crate) fn strategy(sharpe: f64) -> StrategyMetrics {
    StrategyMetrics {
        sharpe: estimate(sharpe, 0.4),
        max_drawdown: -0.35,
        ..results("plain").models["lasso"].strategies["binary"].clone()
    }
}

/// A site of [`lasso`]s.
pub(crate) fn site(ids: &[&str]) -> BTreeMap<String, Results> {
    let lasso = lasso("");
    let named = |id: &&str| ((*id).to_owned(), Results { id: (*id).to_owned(), ..lasso.clone() });
    ids.iter().map(named).collect()
}

/// A difference with something of everything: `new` came, `old` went, in `a` much changed.
pub(crate) fn diff() -> SiteDiff {
    let (base, mut head) = (site(&["a", "old", "same"]), site(&["a", "new", "same"]));
    let a = head.get_mut("a").unwrap();
    a.provenance.engine = "dfa-report 0.2.0".to_owned();
    a.spec.models = models(json!([
        {"kind": "ridge", "alphas": {"count": 60}},
        {"kind": "lasso", "alphas": {"count": 80}},
    ]));
    (a.data.rows, a.data.last_day) = (5021, date(2020, 1, 31));
    let ridge = a.models["lasso"].clone();
    a.models.insert("ridge".to_owned(), ridge);
    let lasso = &mut a.models["lasso"];
    lasso.forecast.oos_r2 = estimate(0.006, 0.003);
    lasso.selected_alpha_last = Some(2e-4);
    lasso.strategies["binary"] = StrategyMetrics { max_drawdown: -0.3, ..strategy(0.55) };
    a.regimes[0].flips.push(date(2020, 1, 15));
    a.warnings.push(Warning::TooGood { model: "lasso".to_owned(), oos_r2: 0.02 });
    compare(&base, &head)
}
