//! Criteria and comparisons from a spec to the site: checked before anything runs, decided, printed.

use dfa_report::engine::repository;
use serde_json::{Value, json};

use super::support::{SMALL_SPEC, read_json, results, run, run_on, small_repository, write};

const CRITERIA: &str = "criteria:
  - {claim: They beat the mean, test: all.oos_r2 > 0}
  - {claim: One trades better than the target, test: any.sharpe > buy_and_hold.sharpe}
";

#[test]
fn what_cannot_be_compared_is_told_before_anything_runs() {
    let folder = small_repository();
    let with = |id: &str, more: &str| format!("{SMALL_SPEC}compares_with: {id}\n{more}");
    write(folder.path(), "experiments/itself.yaml", with("itself", ""));
    write(folder.path(), "experiments/unknown.yaml", with("smal", ""));
    let other =
        SMALL_SPEC.replace("target: SPY, features: [XLE, XLU]", "target: XLE, features: [XLU]");
    write(folder.path(), "experiments/other.yaml", other + "compares_with: small\n");
    let late = SMALL_SPEC.replace("features: [XLE, XLU]", "features: [XLE, XLU], end: 2000-03-31");
    let late = late.replace("min_train: 300", "min_train: 290");
    write(folder.path(), "experiments/apart.yaml", late + "compares_with: small\n");
    let gain = "criteria:\n  - claim: A gain over a rule that small does not have\n    \
                test: ridge.odd.gain.sharpe > 0\npositions: [{rule: binary, name: odd}]\n";
    write(folder.path(), "experiments/rule.yaml", with("small", gain));
    let (status, _, err) = run(folder.path(), &["check"]);
    assert_eq!(status, 1);
    for expected in [
        "an experiment that is compared with itself",
        "no experiment `smal`",
        "did you mean `small`?",
        "`small` forecasts SPY of the source `tiny`",
        "days of forecasts with this one",
        "`small` has no `ridge.odd` to gain over",
        "experiments/rule.yaml:8:11",
    ] {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
    assert_eq!(run(folder.path(), &["build"]).2, err, "check and build tell the same problems");
}

#[test]
fn criteria_are_listed_decided_and_printed() {
    let folder = small_repository();
    write(folder.path(), "experiments/small.yaml", SMALL_SPEC.to_owned() + CRITERIA);
    let (status, out, _) = run(folder.path(), &["check"]);
    assert_eq!(status, 0);
    assert!(out.contains("  all.oos_r2 > 0: each of ridge, lasso\n"), "{out}");
    let any = "  any.sharpe > buy_and_hold.sharpe: one of ridge.binary, ridge.proportional, \
               ridge.quartile and 3 more against buy_and_hold\n";
    assert!(out.contains(any), "{out}");
    let (status, out, _) = run(folder.path(), &["build"]);
    assert_eq!(status, 0);
    let results = results(folder.path(), "small");
    let verdict = &results["verdict"];
    let stamp = verdict["stamp"].as_str().unwrap();
    assert!(out.contains(&format!("small: {stamp} (")), "{out}");
    let criteria = verdict["criteria"].as_array().unwrap();
    assert_eq!(criteria.len(), 2);
    // The figure is that of the model that speaks most against the claim, with its own interval.
    let of = criteria[0]["subject"].as_str().unwrap();
    let forecast = &results["models"][of]["forecast"];
    assert_eq!(criteria[0]["value"], forecast["oos_r2"]);
    if criteria[0]["interval_level"] == json!(0.9) {
        let (ours, theirs) = (&criteria[0]["interval"], &forecast["oos_r2_interval"]);
        for end in 0..2 {
            let (a, b) = (ours[end].as_f64().unwrap(), theirs[end].as_f64().unwrap());
            // From the digits of the daily series.
            assert!((a - b).abs() < 1e-8, "{ours} {theirs}");
        }
    }
    let site = read_json(&folder.path().join("site/verdicts.json"));
    assert_eq!(site[0]["stamp"], verdict["stamp"]);
    assert_eq!(site[0]["criteria"][0]["outcome"], criteria[0]["outcome"]);
}

#[test]
fn an_experiment_built_alone_is_compared_all_the_same() {
    let folder = small_repository();
    let variant =
        SMALL_SPEC.replace("Small", "Variant") + "costs: {trade_bps: 9}\ncompares_with: small\n";
    let variant = variant + "criteria:\n  - {claim: It costs, test: all.gain.sharpe < 0}\n";
    write(folder.path(), "experiments/variant.yaml", variant);
    let (status, _, err) = run(folder.path(), &["build", "--only", "variant"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(!folder.path().join("site/small").exists(), "it is run and not written");
    // What a site of one experiment cannot know: how much was tried in all of it.
    let without_the_others = |mut results: Value| {
        results["trials"].take();
        results["verdict"]["family"].take();
        for model in results["models"].as_object_mut().into_iter().flatten() {
            for of in model.1["strategies"].as_object_mut().into_iter().flatten() {
                of.1["deflated_sharpe"].take();
            }
        }
        results
    };
    let alone = results(folder.path(), "variant");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let together = results(folder.path(), "variant");
    assert_eq!(without_the_others(alone), without_the_others(together.clone()));
    let small = results(folder.path(), "small");
    let comparison = &together["comparison"];
    assert_eq!(comparison["with"], "small");
    assert_eq!(comparison["days"], together["walk_forward"]["forecasts"]);
    for (model, compared) in comparison["models"].as_object().unwrap() {
        // The same forecasts, at another cost.
        assert_eq!((&compared["r2_gain"], &compared["r2_gain_p"]), (&json!(0.0), &Value::Null));
        for (rule, of) in compared["strategies"].as_object().unwrap() {
            let sharpe =
                |results: &Value| results["models"][model]["strategies"][rule]["sharpe"].as_f64();
            let (ours, theirs) = (sharpe(&together), sharpe(&small));
            let Some(gain) = of["sharpe_gain"].as_f64() else {
                assert!(ours.is_none() || theirs.is_none());
                continue;
            };
            assert!((gain - (ours.unwrap() - theirs.unwrap())).abs() < 1e-9);
        }
    }
}

#[test]
fn days_that_only_one_of_two_forecasts_are_left_out() {
    let folder = small_repository();
    let variant = SMALL_SPEC.replace("min_train: 300", "min_train: 350") + "compares_with: small\n";
    write(folder.path(), "experiments/variant.yaml", variant);
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let variant = results(folder.path(), "variant");
    assert_eq!(variant["comparison"]["days"], variant["walk_forward"]["forecasts"]);
    assert_eq!(variant["comparison"]["first_day"], variant["walk_forward"]["first_forecast"]);
    let models = variant["comparison"]["models"].as_object().unwrap();
    assert_eq!(models.keys().collect::<Vec<_>>(), ["ridge", "lasso"]);
}

#[test]
fn a_control_that_finds_something_is_refuted_and_warns() {
    let prices = super::support::repository("data/sample/prices.csv");
    let yaml = "title: t\ncontrol: true\ndata: {target: SPY, features: [XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}\n\
                models: [{kind: ridge, alphas: {count: 5}}]\nwalk_forward: {refit_every: 126}\n";
    let judged = |yaml: &str| {
        let (mut results, series) = run_on(&prices, yaml);
        repository::judge(&mut results, &series, None).unwrap();
        let value: Value = serde_json::from_str(&dfa_report::results::to_json(&results)).unwrap();
        value
    };
    let found = judged(yaml);
    // The sample has a signal, which this small model shows clearly or weakly.
    let evidence = found["verdict"]["evidence"].as_str().unwrap();
    assert!(["clear", "weak"].contains(&evidence), "{evidence}");
    assert_eq!(found["verdict"]["stamp"], "refuted");
    assert_eq!(found["verdict"]["criteria"][0]["outcome"], "not_met");
    assert_eq!(found["warnings"][0]["code"], "control-finds");
    let nothing = judged(
        &yaml.replace("[XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}", "[XLE, XLU], lags: [126]}"),
    );
    assert_eq!(nothing["verdict"]["criteria"][0]["outcome"], "met");
    assert_eq!(nothing["verdict"]["stamp"], "confirmed");
}
