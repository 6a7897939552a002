//! `diff` as a reviewer meets it: small repositories in which one thing changed, in every format.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::git::{append_days, committed, git, revise, run};
use super::support::{first_years, read_json, write};

const SPEC: &str = "title: Small\ndata: {source: tiny, target: SPY, features: [XLE, XLU]}
walk_forward: {min_train: 300}
models: [{kind: ridge, alphas: {count: 3}}]
positions: [{rule: binary}]
criteria: [{claim: It beats the mean, test: all.oos_r2 > -1}]
notes: The first of its kind.\n";

/// A repository with two experiments and their built site, tagged `one`.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "experiments/small.yaml", SPEC);
    write(folder.path(), "experiments/other.yaml", SPEC.replace("XLE, XLU", "XLF, XLK"));
    build(folder.path());
    committed(folder.path(), "one");
    folder
}

fn build(folder: &Path) {
    let (status, _, err) = run(folder, &["build"]);
    assert_eq!(status, 0, "{err}");
}

/// The text of a comparison that succeeds.
fn told(folder: &Path, arguments: &[&str]) -> String {
    let (status, out, err) = run(folder, &[&["diff"], arguments].concat());
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    out
}

/// The same in every format, the hash of a commit left out, which follows from every digit.
fn formats(folder: &Path, arguments: &[&str]) -> String {
    let of = |format| told(folder, &[arguments, &["--format", format]].concat());
    let [text, markdown, json] = ["text", "markdown", "json"].map(of);
    without_hashes(&format!("{text}\n--- markdown\n{markdown}\n--- json\n{json}"))
}

fn without_hashes(text: &str) -> String {
    let hashes = regex_lite::Regex::new("[0-9a-f]{40}|\\([0-9a-f]{10} ").unwrap();
    hashes.replace_all(text, "(HASH ").into_owned()
}

fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no `{from}`");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn an_edited_spec() {
    let folder = repository();
    replace(folder.path(), "experiments/small.yaml", "[{rule", "[{rule: proportional}, {rule");
    let costs = "costs: {trade_bps: 20}\n";
    write(folder.path(), "experiments/other.yaml", SPEC.replace("XLE, XLU", "XLF, XLK") + costs);
    build(folder.path());
    insta::assert_snapshot!(formats(folder.path(), &["one"]));
}

#[test]
fn what_others_are_compared_with_is_their_change_and_not_its_readers() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "experiments/small.yaml", SPEC);
    let against = "compares_with: small\n";
    let criteria = "criteria: [{claim: It gains, test: all.gain.oos_r2 > -1}]";
    let other = SPEC.replace("XLE, XLU", "XLF, XLK");
    let first = other.find("criteria").unwrap();
    let other = format!("{}{criteria}\n{against}", &other[..first]);
    write(folder.path(), "experiments/other.yaml", other);
    build(folder.path());
    committed(folder.path(), "one");
    replace(folder.path(), "experiments/small.yaml", "count: 3", "count: 9");
    build(folder.path());
    let out = told(folder.path(), &["one"]);
    assert!(out.contains("~ small") && out.contains("1 changed, 1 unchanged"), "{out}");
}

#[test]
fn one_edited_price() {
    let folder = repository();
    revise(folder.path(), |row, ticker, price| match ticker {
        "XLE" if row == 500 => price * 0.8,
        _ => price,
    });
    build(folder.path());
    insta::assert_snapshot!(formats(folder.path(), &["one"]));
}

#[test]
fn an_appended_month() {
    let folder = repository();
    append_days(folder.path(), 21);
    build(folder.path());
    insta::assert_snapshot!(formats(folder.path(), &["one"]));
}

#[test]
fn words_only_and_a_thing_beside_itself() {
    let folder = repository();
    for arguments in [&["one"][..], &["one", "one"], &["site", "site"], &["one", "--rebuild"]] {
        assert_eq!(told(folder.path(), arguments), "Nothing changed\n", "{arguments:?}");
    }
    replace(folder.path(), "experiments/small.yaml", "the mean", "the prevailing mean");
    replace(folder.path(), "experiments/small.yaml", "first", "second");
    build(folder.path());
    insta::assert_snapshot!(formats(folder.path(), &["one"]));
}

#[test]
fn a_renamed_an_added_and_a_removed_experiment() {
    let folder = repository();
    let (from, to) = (folder.path().join("experiments/small.yaml"), "experiments/little.yaml");
    write(folder.path(), to, fs::read_to_string(&from).unwrap() + "formerly: [small]\n");
    fs::remove_file(from).unwrap();
    fs::remove_file(folder.path().join("experiments/other.yaml")).unwrap();
    let against = "costs: {trade_bps: 20}\ncompares_with: little\n";
    write(folder.path(), "experiments/new.yaml", SPEC.to_owned() + against);
    build(folder.path());
    insta::assert_snapshot!(formats(folder.path(), &["one"]));
    // The old address leads to the new one; without `formerly` that is said.
    let moved = fs::read_to_string(folder.path().join("site/small/index.html")).unwrap();
    assert!(moved.contains("url=../little/index.html"), "{moved}");
    replace(folder.path(), to, "formerly: [small]\n", "");
    build(folder.path());
    assert!(!folder.path().join("site/small").exists());
    let out = told(folder.path(), &["one"]);
    assert!(out.contains("= small → little; add `formerly: [small]`"), "{out}");
}

#[test]
fn a_former_id_that_is_taken_is_a_problem_at_its_place() {
    let folder = repository();
    let more = "formerly: [other, data, gone]\n";
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + more);
    write(
        folder.path(),
        "experiments/other.yaml",
        SPEC.replace("XLE, XLU", "XLF, XLK") + "formerly: [gone]\n",
    );
    let (status, _, err) = run(folder.path(), &["check"]);
    assert_eq!(status, 1);
    for expected in [
        "`other` is taken by the experiment `other`",
        "the id `data` is taken",
        "`gone` is taken by the experiment `other`",
        "small.yaml:8:12",
    ] {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
}

/// Results of the base as another program would have found them: another version, another figure.
fn as_by_another_program(folder: &Path) {
    let path = folder.join("site/small/results.json");
    let mut results = read_json(&path);
    results["provenance"]["engine"] = "dfa-report 0.0.1".into();
    let sharpe = &mut results["models"]["ridge"]["strategies"]["binary"]["sharpe"];
    *sharpe = (sharpe.as_f64().unwrap() - 0.25).into();
    fs::write(path, results.to_string()).unwrap();
}

#[test]
fn another_program() {
    let folder = repository();
    as_by_another_program(folder.path());
    committed(folder.path(), "two");
    build(folder.path());
    insta::assert_snapshot!(without_hashes(&told(folder.path(), &["two", "site"])));
}

#[test]
fn a_difference_is_split_between_prices_spec_and_program() {
    let folder = repository();
    as_by_another_program(folder.path());
    committed(folder.path(), "two");
    revise(folder.path(), |row, ticker, price| match ticker {
        "XLE" if row == 500 => price * 0.8,
        _ => price,
    });
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    let json = told(folder.path(), &["two", "--rebuild", "--format", "json"]);
    let diff: Value = serde_json::from_str(&json).unwrap();
    let small =
        diff["changed"].as_array().unwrap().iter().find(|each| each["id"] == "small").unwrap();
    assert_eq!(small["causes"], serde_json::json!(["data", "spec", "engine"]));
    let figures = small["figures"].as_array().unwrap();
    let sharpe = figures.iter().find(|figure| figure["metric"] == "sharpe").unwrap();
    let share = |cause: &str| sharpe["split"][cause].as_f64().unwrap();
    // What another program found is known; all shares are the whole difference.
    assert!((share("engine") - 0.25).abs() < 1e-9, "{sharpe}");
    let sum = share("data") + share("spec") + share("engine");
    assert!((sum - sharpe["difference"].as_f64().unwrap()).abs() < 1e-5, "{sharpe}");
    // Alone, each does what it does here: run by hand.
    let alone = |file: &str| {
        let now = fs::read(folder.path().join(file)).unwrap();
        git(folder.path(), &["checkout", "--quiet", "one", "--", "experiments", "data"]);
        fs::write(folder.path().join(file), &now).unwrap();
        build(folder.path());
        let results = read_json(&folder.path().join("site/small/results.json"));
        results["models"]["ridge"]["strategies"]["binary"]["sharpe"].as_f64().unwrap()
    };
    let saved = fs::read(folder.path().join("experiments/small.yaml")).unwrap();
    let by_prices = alone("data/tiny/prices.csv");
    fs::write(folder.path().join("experiments/small.yaml"), saved).unwrap();
    let by_spec = alone("experiments/small.yaml");
    git(folder.path(), &["checkout", "--quiet", "one", "--", "experiments", "data"]);
    build(folder.path());
    let results = read_json(&folder.path().join("site/small/results.json"));
    let before = results["models"]["ridge"]["strategies"]["binary"]["sharpe"].as_f64().unwrap();
    let whole = sharpe["difference"].as_f64().unwrap() - 0.25;
    let expected = ((by_prices - before) + whole - (by_spec - before)) / 2.0;
    assert!((share("data") - expected).abs() < 1e-5, "{} {expected}", share("data"));
}

#[test]
fn what_the_base_lacks_has_its_words() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "experiments/small.yaml", SPEC);
    committed(folder.path(), "bare");
    build(folder.path());
    let fails = |arguments: &[&str], expected: &[&str]| {
        let (status, _, err) = run(folder.path(), arguments);
        assert_eq!(status, 2, "{err}");
        for expected in expected {
            assert!(err.contains(expected), "no `{expected}` in\n{err}");
        }
    };
    // Without results, these can be computed.
    fails(&["diff", "bare"], &["the revision `bare` has no folder `site`", "--rebuild"]);
    assert_eq!(told(folder.path(), &["bare", "--rebuild"]), "Nothing changed\n");
    // Of an older format, too.
    committed(folder.path(), "built");
    let path = folder.path().join("site/small/results.json");
    let text = fs::read_to_string(&path).unwrap();
    let schema = read_json(&path)["schema"].as_u64().unwrap();
    let older = text.replacen(&format!("\"schema\": {schema}"), "\"schema\": 3", 1);
    assert_ne!(older, text);
    fs::write(&path, older).unwrap();
    committed(folder.path(), "older");
    fs::write(&path, text).unwrap();
    fails(&["diff", "older"], &["older:site/small/results.json", "schema 3", "--rebuild"]);
    assert_eq!(told(folder.path(), &["older", "--rebuild"]), "Nothing changed\n");
    // Without daily series nothing is tested, and that is said.
    fs::remove_file(folder.path().join("site/small/forecasts.csv")).unwrap();
    committed(folder.path(), "no-series");
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    build(folder.path());
    let out = told(folder.path(), &["no-series"]);
    assert!(out.contains("without a difference to test"), "{out}");
    assert!(
        out.contains("no figure is tested: no-series:site/small/forecasts.csv is not there"),
        "{out}"
    );
}

#[test]
fn prices_that_are_not_in_git_are_those_of_the_work_tree() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "data/tiny/source.yaml", "title: Tiny\n");
    write(folder.path(), ".gitignore", "prices.csv\n");
    write(folder.path(), "experiments/small.yaml", SPEC);
    committed(folder.path(), "one");
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    let out = told(folder.path(), &["one", "--rebuild"]);
    assert!(out.contains("prices of tiny from the work tree"), "{out}");
    assert!(out.contains("costs.trade_bps  1.0  →  20.0"), "{out}");
    // Without any, the site says what it knows, and nothing else can be built.
    fs::remove_file(folder.path().join("data/tiny/prices.csv")).unwrap();
    let (status, _, err) = run(folder.path(), &["diff", "one", "--rebuild"]);
    assert!(status == 2 && err.contains("the source `tiny` has no prices yet"), "{err}");
}

#[test]
fn the_gate_holds_its_rules_and_says_which_were_broken() {
    let folder = repository();
    let gate = |text: &str| write(folder.path(), "dfa-report.yaml", text);
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    build(folder.path());
    // Without rules of its own: what counts as a fall.
    let arguments = ["diff", "one", "--gate"];
    let (status, out, _) = run(folder.path(), &arguments);
    assert_eq!(status, 1, "{out}");
    assert!(
        out.contains("gate: failed by 1 rule")
            && out.contains("! small: Sharpe ratio of ridge.binary"),
        "{out}"
    );
    gate("gate:\n  figures: [{metric: sharpe, size: 9}, {metric: hit_rate, direction: changes}]\n");
    let (status, out, _) = run(folder.path(), &arguments);
    assert!(status == 0 && out.contains("gate: passed"), "{out}");
    // A criterion that is met no more.
    replace(folder.path(), "experiments/small.yaml", "oos_r2 > -1", "oos_r2 > 0.9");
    build(folder.path());
    let (status, out, _) = run(folder.path(), &arguments);
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("was met and is"), "{out}");
    gate("gate: {criteria: false}\n");
    assert_eq!(run(folder.path(), &arguments).0, 0);
    gate("gate: {figures: [{metric: sharp}]}\n");
    let (status, _, err) = run(folder.path(), &arguments);
    assert!(status == 2 && err.contains("did you mean `sharpe`?"), "{err}");
}

#[test]
fn the_page_stands_by_itself_with_a_picture_of_each_change() {
    let folder = repository();
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    build(folder.path());
    let out = told(
        folder.path(),
        &["one", "--out", "site/diff", "--format", "markdown", "--link", "https://e.org/diff"],
    );
    assert!(out.contains("![Base and head of small](<https://e.org/diff/small.svg>)"), "{out}");
    let read = |name: &str| fs::read_to_string(folder.path().join("site/diff").join(name)).unwrap();
    let page = read("index.html");
    for expected in ["Growth of 1", "90 % by chance", "Below the peak", "<table"] {
        assert!(page.contains(expected), "no `{expected}` in the page");
    }
    assert!(!page.contains("<script") && !page.contains("href=\"http"), "nothing from elsewhere");
    assert!(page.starts_with("<!doctype html>"));
    let plain = page.replace('\u{202f}', " ");
    assert!(
        plain == told(folder.path(), &["one", "--format", "html"]),
        "the same on standard output"
    );
    let picture =
        roxmltree::Document::parse(&read("small.svg")).map(|_| ()).map_err(|e| e.to_string());
    assert_eq!(picture, Ok(()));
    let json: Value = serde_json::from_str(&read("diff.json")).unwrap();
    assert_eq!(json["counts"]["changed"], 1);
    // A build leaves what it did not write.
    build(folder.path());
    assert!(folder.path().join("site/diff/index.html").exists());
}

#[test]
fn the_json_is_as_its_schema_says() {
    let folder = repository();
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    build(folder.path());
    let (status, schema, _) = run(folder.path(), &["schema", "--diff"]);
    assert_eq!(status, 0);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let diff: Value =
        serde_json::from_str(&told(folder.path(), &["one", "--format", "json"])).unwrap();
    let required = schema["required"].as_array().unwrap();
    let properties = schema["properties"].as_object().unwrap();
    for key in required {
        assert!(diff.get(key.as_str().unwrap()).is_some(), "no {key}");
    }
    for key in diff.as_object().unwrap().keys() {
        assert!(properties.contains_key(key), "{key} is not in the schema");
    }
}

#[test]
fn thirty_changed_experiments_stay_within_a_comment() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    let specs = |costs: u32| {
        for number in 0..30 {
            let seed = format!("seed: {number}\ncosts: {{trade_bps: {costs}}}\n");
            let spec = SPEC.replace("positions: [{rule: binary}]\n", "") + &seed;
            write(folder.path(), &format!("experiments/e{number}.yaml"), spec);
        }
    };
    specs(1);
    build(folder.path());
    committed(folder.path(), "one");
    specs(3);
    build(folder.path());
    let markdown = told(folder.path(), &["one", "--format", "markdown"]);
    assert!(markdown.chars().count() < 65_536, "{}", markdown.chars().count());
    for number in 0..30 {
        assert!(markdown.contains(&format!("`e{number}`")), "e{number} is not named");
    }
}

#[test]
fn a_combination_that_cannot_run_leaves_the_rest_of_the_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let without = |ticker: &str| {
        let text = first_years();
        let at = text.lines().next().unwrap().split(',').position(|name| name == ticker).unwrap();
        let row = |line: &str| {
            let cells = line.split(',').enumerate().filter(|(column, _)| *column != at);
            cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",") + "\n"
        };
        text.lines().map(row).collect::<String>()
    };
    write(folder.path(), "data/tiny/prices.csv", without("XLY"));
    write(folder.path(), "experiments/small.yaml", SPEC);
    committed(folder.path(), "one");
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "experiments/small.yaml", SPEC.replace("XLE, XLU", "XLE, XLU, XLY"));
    let out = told(folder.path(), &["one", "--rebuild"]);
    assert!(
        out.contains("~ small: Small  [prices, spec]") && !out.contains(": difference "),
        "{out}"
    );
}

#[test]
fn a_renamed_experiment_that_changed_is_compared_with_what_it_was() {
    let folder = repository();
    let to = SPEC.replace("title: Small", "title: Little") + "costs: {trade_bps: 20}\n";
    write(folder.path(), "experiments/little.yaml", to + "formerly: [small]\n");
    fs::remove_file(folder.path().join("experiments/small.yaml")).unwrap();
    build(folder.path());
    let out = told(folder.path(), &["one"]);
    assert!(out.contains("1 changed, 1 renamed, 1 unchanged"), "{out}");
    assert!(
        out.contains("~ little: Little  [spec]") && out.contains("ridge.binary  sharpe"),
        "{out}"
    );
}

#[test]
fn what_is_removed_with_a_met_criterion_breaks_the_gate() {
    let folder = repository();
    fs::remove_file(folder.path().join("experiments/other.yaml")).unwrap();
    build(folder.path());
    let (status, out, _) = run(folder.path(), &["diff", "one", "--gate"]);
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("! other: it is removed, with 1 criterion that was met"), "{out}");
}

#[test]
fn one_experiment_is_compared_with_itself_in_a_site() {
    let folder = repository();
    write(folder.path(), "experiments/small.yaml", SPEC.to_owned() + "costs: {trade_bps: 20}\n");
    run(folder.path(), &["build", "--out", "new"]);
    for sides in [["site/small", "new"], ["site", "new/small"]] {
        let out = told(folder.path(), &sides);
        assert!(out.contains("experiments: 1 changed\n"), "{sides:?}: {out}");
    }
}

#[test]
fn records_without_a_common_day_are_not_comparable() {
    let folder = repository();
    let text = super::support::sample_prices();
    let lines: Vec<&str> = text.lines().collect();
    let later = [&lines[..1], &lines[2000..2900]].concat().join("\n") + "\n";
    write(folder.path(), "data/tiny/prices.csv", later);
    build(folder.path());
    let out = told(folder.path(), &["one"]);
    assert!(out.starts_with("Not comparable: 2 experiments without a day in common\n"), "{out}");
}

#[test]
fn a_base_that_cannot_be_built_is_told_by_the_names_it_has_in_git() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    committed(folder.path(), "bare");
    write(folder.path(), "experiments/small.yaml", SPEC.replace("ridge", "rigde"));
    committed(folder.path(), "faulty");
    write(folder.path(), "experiments/small.yaml", SPEC);
    for (base, expected) in [
        ("bare", "the revision `bare` has no folder `experiments`"),
        ("faulty", "--> faulty:experiments/small.yaml:4:"),
    ] {
        let (status, _, err) = run(folder.path(), &["diff", base, "--rebuild"]);
        assert!(status == 2 && err.contains(expected), "{err}");
    }
}

#[test]
fn a_site_is_not_written_over() {
    let folder = repository();
    let (status, _, err) = run(folder.path(), &["diff", "one", "--out", "site"]);
    assert!(status == 2 && err.contains("--out site: a site is there"), "{err}");
}
