//! The engine against figures computed apart from it, on real prices: `../shared/golden`.

use serde_json::Value;

use crate::support::{Agreement, read_json, real_data, run_on};

fn check(file: &str, spec: &str) {
    let Some(golden) = real_data(&format!("golden/{file}")) else { return };
    let Some(prices) = real_data("data/spdr/prices.csv") else { return };
    let golden: Value = read_json(&golden);
    let (results, _) = run_on(&prices, spec);
    let ours: Value = serde_json::to_value(&results).unwrap();
    let mut agreement = Agreement::new(1e-8);

    agreement.exact("rows", &golden["rows"], &ours["data"]["rows"]);
    let walk = &ours["walk_forward"];
    agreement.exact("oos_rows", &golden["oos_rows"], &walk["forecasts"]);
    agreement.exact("first_oos", &golden["first_oos"], &walk["first_forecast"]);
    agreement.exact("last_oos", &golden["last_oos"], &walk["last_forecast"]);
    for (model, theirs) in golden["models"].as_object().unwrap() {
        let ours = &ours["models"][model];
        agreement.near(&format!("{model} grid"), &golden["grids"][model], &ours["alphas"]);
        for (name, value) in theirs["forecast"].as_object().unwrap() {
            agreement.near(&format!("{model} {name}"), value, &ours["forecast"][name]);
        }
        agreement.near("selected", &theirs["selected_last"], &ours["selected_alpha_last"]);
        for (i, theirs) in theirs["by_alpha"].as_array().unwrap().iter().enumerate() {
            let ours = &ours["by_alpha"][i];
            let name = format!("{model} alpha {i}");
            agreement.near(&name, &theirs["oos_r2"], &ours["oos_r2"]);
            agreement.exact(&name, &theirs["nonzero"], &ours["nonzero_last"]);
            agreement.near(&name, &theirs["last_coefficients"], &ours["coefficients_last"]);
        }
        for (rule, theirs) in theirs["strategies"].as_object().unwrap() {
            let ours = &ours["strategies"][rule];
            agreement.near(&format!("{model} {rule}"), theirs, ours);
        }
    }
    let mut hold = golden["benchmark"]["buy_and_hold"].clone();
    hold.as_object_mut().unwrap().remove("annual_turnover");
    agreement.near("buy and hold", &hold, &ours["benchmarks"]["buy_and_hold"]);

    let (theirs, ours_geometry) = (&golden["geometry"], &ours["geometry"]);
    for name in ["mean_correlation", "eigenvalues", "participation_ratio"] {
        agreement.near(name, &theirs[name], &ours_geometry[name]);
    }
    for name in ["last", "mean", "min", "max"] {
        let theirs = &theirs[&format!("coupling_{name}")];
        agreement.near(&format!("coupling {name}"), theirs, &ours_geometry["coupling"][name]);
    }
    agreement.exact("flips", &theirs["xle_xlu_flips"], &ours["regimes"][0]["flips"]);
    agreement.finish(file);
}

#[test]
fn monthly_refits_twelve_penalties() {
    check(
        "spdr_refit21_alphas12.json",
        "title: golden
data: {source: spdr, target: SPY, features: [XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}
models:
  - {kind: ridge, alphas: {count: 12}}
  - {kind: lasso, alphas: {count: 12}}
  - {kind: elastic_net, alphas: {count: 12}}
costs: {trade_bps: 0}
",
    );
}

#[test]
fn quarterly_refits_with_costs() {
    check(
        "spdr_refit63_alphas24_cost1.json",
        "title: golden
data: {source: spdr, target: SPY, features: [XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}
walk_forward: {refit_every: 63}
models:
  - {kind: ridge, alphas: {count: 24}}
  - {kind: lasso, alphas: {count: 24}}
  - {kind: elastic_net, alphas: {count: 24}}
costs: {trade_bps: 1}
",
    );
}

#[test]
fn daily_refits_of_three_features() {
    check(
        "spdr_daily_three_features_2015.json",
        "title: golden
data: {source: spdr, target: SPY, features: [XLE, XLU, XLK], start: 2015-01-01}
walk_forward: {refit_every: 1}
models:
  - {kind: ridge, alphas: {count: 6}}
  - {kind: lasso, alphas: {count: 6}}
  - {kind: elastic_net, alphas: {count: 6}}
costs: {trade_bps: 0}
",
    );
}
