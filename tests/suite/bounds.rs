//! Every number that a spec may hold has a lower and an upper bound, and at its bounds, on any
//! market, an experiment ends in figures or in problems with a place: never in a panic, never in a
//! figure that is not a number.
//!
//! The cases come from the JSON Schema: a new key is covered by being there.

use dfa_report::base::units::Day;
use dfa_report::engine::experiment::{self, Source};
use dfa_report::engine::spec;
use dfa_report::prices::data;
use dfa_report::report::site;
use dfa_report::results::{Results, Series, from_json, to_json};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::support::{self, uniform, write};

/// The least or the largest value of a number, or the next one beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Least,
    Largest,
    Below,
    Above,
}

const WITHIN: [Side; 2] = [Side::Least, Side::Largest];
const BEYOND: [Side; 2] = [Side::Below, Side::Above];

/// The value of a number of this schema on a side.
fn on(schema: &Value, side: Side) -> Value {
    let bound = |inclusive: &str, exclusive: &str, inward: fn(f64) -> f64| {
        let open = schema.get(exclusive).and_then(Value::as_f64).map(inward);
        open.or_else(|| schema.get(inclusive).and_then(Value::as_f64))
    };
    let least = bound("minimum", "exclusiveMinimum", f64::next_up);
    let largest = bound("maximum", "exclusiveMaximum", f64::next_down);
    let (Some(least), Some(largest)) = (least, largest) else {
        panic!("a number without bounds: {schema}");
    };
    if schema["type"] == "integer" {
        let [least, largest] = ["minimum", "maximum"].map(|key| schema[key].as_f64().unwrap());
        return match side {
            Side::Least => json!(least as i64),
            Side::Largest => json!(largest as i64),
            Side::Below => json!(least as i64 - 1),
            Side::Above => json!(largest as i64 + 1),
        };
    }
    json!(match side {
        Side::Least => least,
        Side::Largest => largest,
        Side::Below => least.next_down(),
        Side::Above => largest.next_up(),
    })
}

/// Values of a schema with one number on a side, each with the path to that number; all else is
/// left out or the plainest there is.
fn cases(schema: &Value, side: Side) -> Vec<(String, Value)> {
    if let Some(variants) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
        return variants.as_array().unwrap().iter().flat_map(|v| cases(v, side)).collect();
    }
    match schema["type"].as_str() {
        Some("integer" | "number") => vec![(String::new(), on(schema, side))],
        Some("array") => {
            let count = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1) as usize;
            let all = |(path, value)| (format!("[0]{path}"), json!(vec![value; count.max(1)]));
            cases(&schema["items"], side).into_iter().map(all).collect()
        }
        Some("object") => {
            let empty = Map::new();
            let keys = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
            let rest = plain(schema);
            let mut found = Vec::new();
            for (key, below) in keys {
                for (path, value) in cases(below, side) {
                    let mut object = rest.clone();
                    object[key] = value;
                    found.push((format!(".{key}{path}"), object));
                }
            }
            // And all of its own numbers at once.
            let mut all = rest.clone();
            for (key, below) in keys {
                if let Some((path, value)) = cases(below, side).pop().filter(|(p, _)| p.is_empty())
                {
                    all[format!("{key}{path}")] = value;
                }
            }
            if all != rest {
                found.push((".*".to_owned(), all));
            }
            found
        }
        _ => Vec::new(),
    }
}

/// The plainest value of a schema: what must be there.
fn plain(schema: &Value) -> Value {
    if let Some(word) = schema.get("const") {
        return word.clone();
    }
    if let Some(words) = schema.get("enum") {
        return words[0].clone();
    }
    match schema["type"].as_str() {
        Some("integer" | "number") => on(schema, Side::Least),
        Some("array") => match schema["minItems"].as_u64() {
            Some(2) => json!(["XLE", "XLU"]),
            count => json!(vec![plain(&schema["items"]); count.unwrap_or(0) as usize]),
        },
        Some("object") => {
            let required = schema.get("required").and_then(Value::as_array);
            let required = required.into_iter().flatten().filter_map(Value::as_str);
            let below = |key: &str| (key.to_owned(), plain(&schema["properties"][key]));
            Value::Object(required.map(below).collect())
        }
        _ => json!("XLE"),
    }
}

/// The specs of all [`cases`], each with the path of what is at its bound: with the market's
/// tickers, a training window that fits, and the plain twin that a regime-aware model needs.
fn specs(side: Side) -> Vec<(String, String)> {
    let whole = |(path, mut spec): (String, Value)| {
        let market =
            json!({"source": "market", "target": "SPY", "features": ["XLE", "XLU", "XLK"]});
        spec["title"] = json!("At a bound");
        spec["data"].as_object_mut().unwrap().extend(market.as_object().unwrap().clone());
        if !path.starts_with(".walk_forward.min_train") {
            spec["walk_forward"]["min_train"] = json!(60);
        }
        if let Some(models) = spec.get_mut("models").and_then(Value::as_array_mut) {
            let model = models[0].as_object_mut().unwrap();
            if model.contains_key("components") {
                model.insert("kind".to_owned(), json!("pls"));
            }
            let mut twin = models[0].clone();
            twin.as_object_mut().unwrap().remove("regime");
            models.insert(0, twin);
            models.dedup();
        }
        (path, spec.to_string())
    };
    cases(&spec::json_schema(), side).into_iter().map(whole).collect()
}

const DAYS: usize = 240;

/// Prices of four tickers by row, ticker and noise from -1/2 to 1/2.
type Price = fn(usize, usize, f64) -> f64;

/// A market's price file.
fn market(days: usize, price: Price) -> String {
    // Numbers that remember the days before, as prices do.
    let (mut noise, mut level) = (uniform(7), [0.0_f64; 4]);
    let mut next = move |ticker: usize| {
        level[ticker] = 0.95 * level[ticker] + 0.15 * noise();
        level[ticker].clamp(-0.5, 0.5)
    };
    let mut text = "date,SPY,XLE,XLU,XLK\n".to_owned();
    let mut day: Day = "2020-01-01".parse().unwrap();
    for row in 0..days {
        let prices = (0..4).map(|ticker| format!("{:e}", price(row, ticker, next(ticker))));
        text.push_str(&format!("{day},{}\n", prices.collect::<Vec<_>>().join(",")));
        day = day.tomorrow().unwrap();
    }
    text
}

/// Results and series hold no figure that is not a number, read back as they are, and make pages.
fn assert_sound((results, series): (Results, Series)) {
    let text = to_json(&results);
    assert!(from_json("results.json", &text).unwrap() == results, "reading back loses a figure");
    for (name, table) in series.files() {
        for (column, values) in &table.columns {
            assert!(!values.iter().any(|v| v.is_infinite()), "{name} {column} is not finite");
        }
    }
    let options = site::Options { title: "Bounds".to_owned(), ..site::Options::default() };
    let reports = [site::Experiment { results, series, sweep: None }];
    site::render(&reports, &[], &Default::default(), &options).unwrap();
}

/// Runs a spec on a market as `build` does; `Ok(false)` if it was refused with a place.
fn run(text: &str, prices: &str) -> Result<bool, String> {
    let outcome = std::panic::catch_unwind(|| {
        let document = match spec::parse("bound", "bound.yaml", text) {
            Ok(document) => document,
            Err(problems) => {
                assert!(problems.iter().all(|p| p.place.is_some()), "no place: {problems}");
                return false;
            }
        };
        let table = data::read_csv("prices.csv", prices).unwrap_or_else(|e| panic!("{e}"));
        let ran = data::align(&table, &document.spec.data)
            .and_then(|panel| experiment::run(&document.spec, &panel, Source::default()));
        match ran {
            Ok(ran) => assert_sound(ran),
            // The place is the caller's to give: it knows the files.
            Err(problems) => {
                assert!(!problems.to_string().is_empty());
                return false;
            }
        }
        true
    });
    outcome.map_err(|panic| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().unwrap_or(&"a panic").to_string(),
    })
}

/// Runs all of them; every panic and every figure that is not one at once, and how many ran.
fn run_all(cases: &[(String, String, &str)]) -> usize {
    let ran: Vec<Result<bool, String>> =
        cases.par_iter().map(|(_, text, prices)| run(text, prices)).collect();
    let failed = cases.iter().zip(&ran).filter_map(|((name, text, _), ran)| {
        ran.as_ref().err().map(|panic| format!("{name}: {panic}\n  {text}"))
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{} fail\n{}", failed.len(), failed.join("\n"));
    ran.iter().filter(|ran| **ran == Ok(true)).count()
}

#[test]
fn at_the_bounds_of_every_key_there_are_figures_or_problems() {
    let prices = market(DAYS, |_, _, noise| 100.0 + noise);
    let mut all = Vec::new();
    for side in WITHIN {
        let named = |(path, text)| (format!("{side:?} {path}"), text, prices.as_str());
        all.extend(specs(side).into_iter().map(named));
    }
    let ran = run_all(&all);
    assert!(ran * 10 > all.len() * 7, "only {ran} of {} ran", all.len());
}

#[test]
fn beyond_the_bounds_of_every_key_there_is_a_problem_at_its_place() {
    let mut told = 0;
    for side in BEYOND {
        for (path, text) in specs(side) {
            let problems = spec::parse("a", "a.yaml", &text).map(|_| ()).expect_err(&path);
            assert!(problems.iter().all(|problem| problem.place.is_some()), "{path}: {problems}");
            told += 1;
        }
    }
    assert!(told > 100, "{told}");
    let list = |entry: &dyn Fn(usize) -> String| (1..=50).map(entry).collect::<Vec<_>>().join(", ");
    let (features, lags) = (list(&|i| format!("T{i}")), list(&|i| i.to_string()));
    let wide = format!("title: A\ndata: {{target: SPY, features: [{features}], lags: [{lags}]}}");
    let told = spec::parse("a", "a.yaml", &wide).unwrap_err().to_string();
    assert!(told.contains("features times lags make 2500 columns"), "{told}");
    for word in ["18446744073709551615", "1e308", "5e-324", "-1e308", ".inf", "-.inf", ".nan"] {
        let spec = |key: &str| {
            let section = key.replace("VALUE", word);
            format!("title: A\ndata: {{target: SPY, features: [XLE, XLU]}}\n{section}\n")
        };
        for key in [
            "walk_forward: {min_train: VALUE}",
            "walk_forward: {refit_every: VALUE}",
            "regimes: [{kind: jump, refit_every: VALUE}]",
            "regimes: [{kind: eigen, window: VALUE}]",
            "regimes: [{kind: eigen, reference: VALUE}]",
            "models: [{kind: elastic_net, l1_ratio: VALUE}]",
            "selection: {method: fixed, alpha: VALUE}",
            "positions: [{rule: proportional, max_leverage: VALUE}]",
            "seed: VALUE",
        ] {
            let problems = spec::parse("a", "a.yaml", &spec(key)).map(|_| ()).expect_err(key);
            let places = problems.iter().map(|p| p.place.as_ref().unwrap().position());
            assert!(places.flatten().all(|(line, ..)| line == 3), "{key}: {problems}");
        }
    }
}

/// Everything that an experiment can have, with the largest positions and costs.
const EVERYTHING: &str = "title: Everything
data: {source: market, target: SPY, features: [XLE, XLU, XLK], lags: [1, 2]}
walk_forward: {min_train: 60, refit_every: 5}
selection: {method: holdout, rows: 20}
models:
  - {kind: ridge, alphas: {count: 5}}
  - {kind: lasso, alphas: {count: 5}}
  - {kind: elastic_net, l1_ratio: 0.001, alphas: {count: 5}}
  - {kind: ridge, alphas: {count: 5}, regime: {system: gated}}
  - {kind: ridge, alphas: {count: 5}, regime: {system: per_regime, detector: jump}}
  - {kind: ridge, alphas: {count: 5}, regime: {system: interacted, detector: coupling}}
  - {kind: ols}
  - {kind: pcr}
  - {kind: pls}
  - {kind: combination}
  - {kind: ols, regime: {system: interacted}}
  - {kind: pls, regime: {system: per_regime, pooling: 0}}
  - {kind: pcr, regime: {system: per_regime, pooling: 0}}
positions:
  - {rule: binary}
  - {rule: proportional, max_leverage: 100}
  - {rule: quartile, steps: [-100, -50, 50, 100]}
  - {rule: quartile, name: still, steps: [0, 0, 0, 0]}
  - {rule: quartile, name: small, steps: [-5e-324, 0, 1e-300, 1e-200]}
costs: {trade_bps: 100, borrow_rate: 0.9, cash_rate: -0.9}
regimes:
  - {kind: sign_flip, pair: [XLE, XLU], window: 3, threshold: 0}
  - {kind: coupling, window: 5, min_history: 2}
  - {kind: volatility, window: 5, min_history: 2}
  - {kind: eigen, window: 5, reference: 5, factors: 2, min_history: 2}
  - {kind: jump, window: 5, correlation_window: 5, min_history: 60}
  - {kind: mixture, window: 5, correlation_window: 5, pair: [XLE, SPY], min_history: 60}
";

#[test]
fn on_any_market_there_are_figures_or_problems() {
    const LEAST: f64 = 1e-9;
    const LARGEST: f64 = 1e12;
    let markets: [(&str, usize, Price); 13] = [
        ("no row", 1, |_, _, _| 100.0),
        ("two rows", 2, |row, _, _| 100.0 + row as f64),
        ("the fewest rows", 64, |_, _, noise| 100.0 + noise),
        ("constant", DAYS, |_, _, _| 100.0),
        ("constant target", DAYS, |_, ticker, noise| 100.0 + noise * ticker.min(1) as f64),
        ("constant features", DAYS, |_, ticker, noise| if ticker == 0 { 9.0 + noise } else { 9.0 }),
        ("one for all", DAYS, |row, _, _| 100.0 + (row * row % 7) as f64),
        ("smallest", DAYS, |_, _, noise| LEAST * (2.0 + noise)),
        ("largest", DAYS, |_, _, noise| LARGEST / (2.0 + noise)),
        ("to and fro", DAYS, |row, _, _| if row % 2 == 0 { LEAST } else { LARGEST }),
        ("from end to end", DAYS, |_, _, noise| if noise > 0.0 { LEAST } else { LARGEST }),
        ("barely moving", DAYS, |_, _, noise| if noise > 0.0 { 1.0 } else { 1.0_f64.next_up() }),
        ("one jump", DAYS, |row, _, _| if row < 100 { LEAST } else { LARGEST }),
    ];
    let files = markets.map(|(name, days, price)| (name, market(days, price)));
    let all: Vec<(String, String, &str)> = files
        .iter()
        .map(|(name, file)| ((*name).to_owned(), EVERYTHING.to_owned(), &**file))
        .collect();
    assert_eq!(run_all(&all), markets.len() - 3, "all but two without rows and one beyond figures");
    // The same with weighted rows, which need a risk that is known.
    let weighted = EVERYTHING
        .replace("min_train: 60", "min_train: 120")
        .replace("{kind: ridge,", "{kind: ridge, weighting: ex_ante_variance,")
        .replace("{kind: lasso,", "{kind: lasso, weighting: ex_ante_variance,");
    let all: Vec<(String, String, &str)> =
        all.into_iter().map(|(name, _, file)| (name, weighted.clone(), file)).collect();
    assert_eq!(run_all(&all), markets.len() - 7, "nor those whose target rests at first");
}

#[test]
fn a_figure_without_an_end_is_refused_by_name_at_the_spec_and_no_page_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let to_and_fro = market(DAYS, |row, _, _| if row % 2 == 0 { 1e-9 } else { 1e12 });
    write(folder.path(), "data/market/prices.csv", &to_and_fro);
    write(folder.path(), "experiments/a.yaml", EVERYTHING);
    let (status, out, err) = support::run(folder.path(), &["build"]);
    assert_eq!((status, out.as_str()), (2, ""));
    for expected in ["total_return` of the experiment `a` is not a finite", "experiments/a.yaml"] {
        assert!(err.contains(expected), "{err}");
    }
    assert!(!folder.path().join("site").exists());
}
