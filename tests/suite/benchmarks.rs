//! Least squares, the models on components and the combination, against scikit-learn on the sample
//! and through a whole experiment.

use serde_json::{Value, json};

use crate::support::{
    Agreement, SMALL_SPEC, read_json, repository, run, run_on, small_repository, write,
};

/// The spec of one of the settings of `tests/reference/benchmarks.py`.
fn spec_of(setting: &Value) -> String {
    let selection = match setting["selection"].as_str().unwrap() {
        "holdout" => format!("{{method: holdout, rows: {}}}", setting["holdout_rows"]),
        other => format!("{{method: {other}}}"),
    };
    format!(
        "title: reference
data: {{source: sample, target: {}, features: {}, lags: {}}}
walk_forward: {{min_train: {}, refit_every: {}, purge: {}, window: {}}}
models: [{{kind: ols}}, {{kind: pcr}}, {{kind: pls}}, {{kind: combination}}]
selection: {selection}
regimes: []
",
        setting["target"],
        setting["features"],
        setting["lags"],
        setting["min_train"],
        setting["refit_every"],
        setting["purge"],
        setting["window"].to_string().trim_matches('"'),
    )
}

#[test]
fn scikit_learn_agrees() {
    let reference = read_json(&repository("tests/reference/sample_benchmarks.json"));
    for name in ["expanding", "rolling_holdout"] {
        let setting = &reference[name]["setting"];
        let (results, series) = run_on(&repository("data/sample/prices.csv"), &spec_of(setting));
        let all = serde_json::to_value(&results).unwrap();
        let mut agreement = Agreement::new(1e-8);
        for (model, theirs) in reference[name]["models"].as_object().unwrap() {
            let ours = &all["models"][model];
            agreement.near(&format!("{model} forecast"), &theirs["forecast"], &ours["forecast"]);
            let (theirs_by, ours_by) = (&theirs["by_position"], &ours["by_alpha"]);
            assert_eq!(theirs_by.as_array().unwrap().len(), ours_by.as_array().unwrap().len());
            agreement.near(&format!("{model} by position"), theirs_by, ours_by);
            let has_components = model == "pcr" || model == "pls";
            let counts: Vec<Value> = match has_components {
                true => (1..=setting["alphas"].as_u64().unwrap()).map(Value::from).collect(),
                false => Vec::new(),
            };
            let grid = ours.get("components").cloned().unwrap_or_else(|| json!([]));
            assert_eq!(grid, Value::Array(counts), "{model}");
            assert_eq!((&ours["alphas"], &ours["selected_alpha_last"]), (&json!([]), &Value::Null));
            let forecasts = series.forecasts.column(model).unwrap();
            let used = series.forecasts.column(&format!("{model}.components"));
            assert_eq!(used.is_some(), has_components, "{model}");
            for theirs in theirs["sampled"].as_array().unwrap() {
                let day = theirs["day"].as_str().unwrap().parse().unwrap();
                let row = series.forecasts.days.binary_search(&day).unwrap();
                let forecast = theirs["forecast"].as_f64().unwrap();
                let near = (forecasts[row] - forecast).abs() <= 1e-6 * forecast.abs();
                assert!(near, "{name} {model} {day}: theirs {forecast}, ours {}", forecasts[row]);
                if let Some(used) = used {
                    let theirs = theirs["components"].as_f64().unwrap();
                    assert_eq!(used[row], theirs, "{name} {model} {day}");
                }
            }
        }
        agreement.finish(name);
        assert_eq!(results.walk_forward.worst_fit.uncertified, 0);
        let ols = &results.models["ols"];
        for all_components in ["pcr", "pls"].map(|model| results.models[model].by_alpha.last()) {
            let distance =
                all_components.unwrap().oos_r2.unwrap() - ols.by_alpha[0].oos_r2.unwrap();
            assert!(distance.abs() < 1e-10, "all components are least squares");
        }
        let degrees = |model: &str| -> Vec<Option<f64>> {
            let by_alpha = results.models[model].by_alpha.iter();
            by_alpha.map(|entry| entry.effective_degrees_last).collect()
        };
        let columns = ols.by_alpha[0].coefficients_last.len();
        assert_eq!(degrees("ols"), [Some(columns as f64)]);
        assert_eq!(degrees("combination"), [Some(1.0)]);
        assert!(degrees("pls").iter().all(Option::is_none));
        let counts: Vec<Option<f64>> = (1..=columns).map(|count| Some(count as f64)).collect();
        assert_eq!(degrees("pcr"), counts);
        // What the directions of the market contribute adds up for any linear fit.
        for (name, model) in &results.models {
            let sum: f64 = model.r2_by_direction.iter().sum::<f64>() + model.r2_intercept.unwrap();
            let r2 = model.forecast.oos_r2.unwrap().value;
            assert!((sum - r2).abs() < 1e-9, "{name}: {sum} {r2}");
        }
    }
}

/// Every kind, plain and under every system, under every way to choose.
#[test]
fn systems_of_every_kind_run_and_have_pages() {
    let folder = small_repository();
    for (id, selection, components) in [
        ("prequential", "{method: prequential}", ""),
        ("holdout", "{method: holdout, rows: 60}", ", components: {max: 2}"),
        ("fixed", "{method: fixed, alpha: 0.01}", ", components: {list: [2]}"),
    ] {
        let mut models = String::new();
        for kind in ["ols", "pcr", "pls", "combination"] {
            let grid = if matches!(kind, "pcr" | "pls") { components } else { "" };
            models += &format!("  - {{kind: {kind}{grid}}}\n");
            for system in ["gated", "per_regime", "interacted"] {
                models += &format!("  - {{kind: {kind}{grid}, regime: {{system: {system}}}}}\n");
            }
        }
        let head = SMALL_SPEC.split("models:").next().unwrap();
        let yaml = format!("{head}models:\n{models}selection: {selection}\n");
        write(folder.path(), &format!("experiments/{id}.yaml"), yaml);
    }
    let (status, out, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 0, "{out}{err}");
    for id in ["prequential", "holdout", "fixed"] {
        let read = |file: &str| {
            std::fs::read_to_string(folder.path().join(format!("site/{id}/{file}"))).unwrap()
        };
        let results: Value = serde_json::from_str(&read("results.json")).unwrap();
        assert_eq!(results["walk_forward"]["worst_fit"]["uncertified"], 0, "{id}");
        for name in ["ols", "pls_gated", "pcr_per_regime", "combination_interacted"] {
            assert!(results["models"][name]["forecast"]["oos_r2"].is_number(), "{id} {name}");
        }
        let page = read("index.html");
        assert!(page.contains("PCR") && page.contains(" component"), "{id}");
        assert!(!page.contains("NaN"), "{id}");
        assert_eq!(page.contains("along the number of components"), id != "fixed", "{id}");
    }
}
