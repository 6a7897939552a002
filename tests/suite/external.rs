//! Forecasts that were made elsewhere, from their file to the pages.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{SMALL_SPEC, results, run, small_repository, write};

fn with_external(more: &str) -> String {
    let models = format!("models: [{{kind: external, name: net, file: made/net.csv{more}}}, ");
    SMALL_SPEC.replace("models: [", &models)
}

/// The days and the ridge's forecasts of the small experiment, one text a row.
fn forecasts_of_ridge(folder: &Path) -> Vec<(String, String)> {
    let table = fs::read_to_string(folder.join("site/small/forecasts.csv")).unwrap();
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = header.iter().position(|name| *name == "ridge").unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), cells[column].to_owned())
    };
    lines.map(row).collect()
}

fn csv(rows: &[(String, String)]) -> String {
    let lines = rows.iter().map(|(day, forecast)| format!("{day},{forecast}\n"));
    format!("date,forecast\n{}", lines.collect::<String>())
}

/// What a fit has, and forecasts that were made elsewhere have not.
const OF_FITS: [&str; 6] =
    ["alphas", "by_alpha", "l1_ratio", "selected_alpha_last", "r2_by_direction", "r2_intercept"];

#[test]
fn the_forecasts_of_a_model_are_judged_as_the_model_is() {
    let folder = small_repository();
    let (status, out, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 0, "{out}{err}");
    let rows = forecasts_of_ridge(folder.path());
    // Days before the first forecast are passed over and counted.
    let before = ("2000-01-03".to_owned(), "0.5".to_owned());
    write(folder.path(), "experiments/made/net.csv", csv(&[&[before], &rows[..]].concat()));
    write(folder.path(), "experiments/other.yaml", with_external(""));
    let (status, out, err) = run(folder.path(), &["check"]);
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains(&format!("net: {} forecasts, 1 more in the file", rows.len())), "{out}");
    let (status, out, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 0, "{out}{err}");

    let all = results(folder.path(), "other");
    let (net, ridge) = (&all["models"]["net"], &all["models"]["ridge"]);
    assert_eq!(net["external"], serde_json::json!({"file": "made/net.csv", "ignored": 1}));
    assert_eq!(all["provenance"]["forecasts"]["net"].as_str().unwrap().len(), 64);
    assert!(ridge.get("external").is_none());
    let near = |a: &Value, b: &Value, what: &str| {
        let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
        // The series keep fewer digits than the results.
        assert!((a - b).abs() <= 1e-5 * a.abs().max(1e-3), "{what}: {a} {b}");
    };
    for figure in ["oos_r2", "clark_west", "hit_rate", "rmse", "oos_r2_without_20"] {
        near(&net["forecast"][figure], &ridge["forecast"][figure], figure);
    }
    for (rule, figures) in net["strategies"].as_object().unwrap() {
        near(&figures["sharpe"], &ridge["strategies"][rule]["sharpe"], rule);
    }
    for figure in ["since", "recent_p", "life"] {
        assert_eq!(net["breaks"][figure].is_null(), ridge["breaks"][figure].is_null());
    }
    let states = all["regimes"][0]["forecast"].as_object().unwrap();
    assert!(states.contains_key("net"), "judged by regime");
    for key in OF_FITS {
        let value = &net[key];
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        assert!(value.is_null() || is_empty, "{key}: {value}");
    }
    let table = fs::read_to_string(folder.path().join("site/other/coefficients.csv")).unwrap();
    assert!(!table.lines().next().unwrap().contains("net"), "{table:.200}");
    let page = fs::read_to_string(folder.path().join("site/other/index.html")).unwrap();
    assert!(page.contains("Net: fitted elsewhere") && page.contains("made/net.csv"));
    assert!(!page.contains("NaN"));

    // A file alone: nothing is fitted, and the report stands.
    let alone = with_external("}]\n#");
    write(folder.path(), "experiments/other.yaml", alone);
    let (status, out, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 0, "{out}{err}");
    assert_eq!(results(folder.path(), "other")["walk_forward"]["fits"], 0);

    // Another forecast is another hash, and no other spec.
    let hashes = |all: &Value| {
        let provenance = all["provenance"].clone();
        (provenance["spec_hash"].clone(), provenance["forecasts"]["net"].clone())
    };
    let old = hashes(&results(folder.path(), "other"));
    let mut changed = rows;
    changed[5].1 = "0.00123".to_owned();
    write(folder.path(), "experiments/made/net.csv", csv(&changed));
    let (status, ..) = run(folder.path(), &["build", "--check"]);
    assert_eq!(status, 1, "the site is out of date");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let new = hashes(&results(folder.path(), "other"));
    assert!(old.0 == new.0 && old.1 != new.1);
}

#[test]
fn what_is_wrong_with_a_file_is_found_by_check_and_build_alike() {
    let folder = small_repository();
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let rows = forecasts_of_ridge(folder.path());
    let scaled: Vec<_> = rows
        .iter()
        .map(|(day, f)| (day.clone(), format!("{}", f.parse::<f64>().unwrap() * 100.0)))
        .collect();
    let saturday = ("2001-09-15".to_owned(), "0".to_owned());
    let mut with_saturday = [&rows[..], &[saturday]].concat();
    with_saturday.sort();
    let file = "experiments/made/net.csv";
    for (spec, text, told, at) in [
        (with_external(""), None, "there is no file", "experiments/other.yaml:"),
        (with_external(""), Some(csv(&rows[30..])), "`walk_forward.min_train: 330`", file),
        (with_external(""), Some(csv(&rows[..100])), "`data.end: ", file),
        (
            with_external(""),
            Some(csv(&[&rows[..50], &rows[60..]].concat())),
            "no forecast for 10 days: ",
            file,
        ),
        (
            with_external(""),
            Some(csv(&with_saturday)),
            "forecasts for 1 day without a price: 2001-09-15",
            file,
        ),
        (with_external(""), Some(csv(&scaled)), "times as large as the returns", file),
        (with_external(""), Some("date;forecast\n".to_owned()), "does not begin with", file),
        (
            with_external("").replace("made/net.csv", "../net.csv"),
            None,
            "a file below the folder of the spec",
            "experiments/other.yaml:",
        ),
        (
            with_external("").replace("made/net.csv", "/etc/passwd"),
            None,
            "a file below the folder of the spec",
            "experiments/other.yaml:",
        ),
    ] {
        match &text {
            Some(text) => write(folder.path(), file, text),
            None => drop(fs::remove_file(folder.path().join(file))),
        }
        write(folder.path(), "experiments/other.yaml", spec);
        let (status, _, err) = run(folder.path(), &["check"]);
        assert_eq!(status, 1, "{err}");
        assert!(err.contains(told) && err.contains(&format!("--> {at}")), "no {told} in\n{err}");
        let (status, _, from_build) = run(folder.path(), &["build"]);
        assert_eq!((status, from_build), (2, err));
    }
}
