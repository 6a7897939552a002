//! Tear sheets, drawdowns, cost curves, calibration, rolling figures and the next forecast on the
//! sample, against `tests/reference/tear_sheet.py`.

use dfa_report::results::{Distribution, Results, Series};
use serde_json::Value;

use super::reference::spec_of;
use super::support::{Agreement, read_json, repository, run_on};

/// What the file keeps of them is seven digits.
const KEPT: f64 = 1e-6;

/// A list of objects without their keys: as the reference has it.
fn row(value: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| value[key].clone()).collect()
}

fn sheets(theirs: &Value, ours: &Results, agreement: &mut Agreement) {
    let sheet = |name: &str| serde_json::to_value(ours.tear_sheet(name).unwrap()).unwrap();
    for (model, theirs) in theirs["models"].as_object().unwrap() {
        for (rule, theirs) in theirs["sheets"].as_object().unwrap() {
            let name = format!("{model}.{rule}");
            agreement.near(&name, theirs, &sheet(&name));
        }
    }
    let hold = sheet("buy_and_hold");
    agreement.near("buy_and_hold", &theirs["buy_and_hold"]["sheet"], &hold);
    let of_target = ["correlation", "information_ratio", "matched_hold"].map(|key| &hold[key]);
    assert!(of_target.iter().all(|figure| figure.is_null()));
}

fn curves(theirs: &Value, ours: &Value, agreement: &mut Agreement) {
    for (model, theirs) in theirs["models"].as_object().unwrap() {
        let ours = &ours["models"][model];
        for part in ["drawdowns", "calibration"] {
            agreement.near(&format!("{model} {part}"), &theirs[part], &ours[part]);
        }
        let curve = ours["cost_curve"].as_array().unwrap();
        for theirs in theirs["cost_curve"].as_array().unwrap() {
            let Some(ours) = curve.iter().find(|ours| ours["trade_bps"] == theirs[0]) else {
                continue;
            };
            let mut point = row(ours, &["trade_bps", "annual_return", "sharpe"]);
            let interval = ours["sharpe_interval"].as_array().unwrap().clone();
            point.as_array_mut().unwrap().extend(interval);
            agreement.near(&format!("{model} at {}", theirs[0]), theirs, &point);
        }
        let contributions = ours["calibration"].as_array().unwrap().iter();
        let sum: f64 = contributions.map(|bin| bin["r2"].as_f64().unwrap()).sum();
        let r2 = ours["forecast"]["oos_r2"].as_f64().unwrap();
        assert!((sum - r2).abs() < 1e-8, "{model}: {sum} and {r2}");
    }
    let hold = (&theirs["buy_and_hold"]["drawdowns"], &ours["hold_drawdowns"]);
    agreement.near("drawdowns of holding", hold.0, hold.1);
}

/// What is computed from the series, which have seven digits of a growth factor.
fn from_series(theirs: &Value, results: &Results, series: &Series) {
    let near = |theirs: &Value, ours: f64, name: &str| {
        let theirs = theirs.as_f64().unwrap();
        assert!((theirs - ours).abs() < 3e-4, "{name}: theirs {theirs}, ours {ours}");
    };
    for (model, theirs) in theirs["models"].as_object().unwrap() {
        let track = results.track(series, model, "proportional").unwrap();
        let rolling = track.rolling();
        let windows = theirs["rolling"].as_array().unwrap();
        assert!(windows.len() > 5);
        for theirs in windows {
            let day = theirs["day"].as_str().unwrap().parse().unwrap();
            let at = track.days.binary_search(&day).unwrap();
            near(&theirs["sharpe"], rolling.sharpe[at], "Sharpe ratio");
            near(&theirs["volatility"], rolling.volatility[at], "volatility");
            near(&theirs["beta"], rolling.beta[at], "beta");
        }
        let months: Vec<f64> = track.months().iter().map(|month| month.value).collect();
        let found = Distribution::of(&months).unwrap();
        assert_eq!(Some(found.count as u64), theirs["months"]["count"].as_u64());
        for (at, quantile) in found.quantiles.into_iter().enumerate() {
            near(&theirs["months"]["quantiles"][at], quantile, "quantile of months");
        }
        let matched = track.matched_hold().unwrap();
        let kept = results.tear_sheet(&format!("{model}.proportional")).unwrap().matched_hold;
        assert!((matched.hold.factor - kept.unwrap().factor).abs() < 1e-4);
    }
}

#[test]
fn tear_sheets_and_curves_are_those_of_pandas() {
    let theirs = read_json(&repository("tests/reference/sample_tear_sheet.json"));
    let spec = spec_of(&theirs["setting"]);
    let (results, series) = run_on(&repository("data/sample/prices.csv"), &spec);
    let ours = serde_json::to_value(&results).unwrap();
    let mut agreement = Agreement::new(KEPT);
    sheets(&theirs, &results, &mut agreement);
    curves(&theirs, &ours, &mut agreement);
    agreement.near("next", &theirs["next"], &ours["next"]);
    agreement.finish("tear sheets");
    from_series(&theirs, &results, &series);
}
