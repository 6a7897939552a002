//! The program as its user meets it: exit status, streams, files.

use std::fs;
use std::io::Read as _;

use super::support::{SMALL_SPEC as SPEC, run, small_repository, tree, write};

#[test]
fn a_build_is_silent_in_a_pipe_and_the_same_for_any_number_of_jobs() {
    let folder = small_repository();
    let (status, out, err) = run(folder.path(), &["build", "--jobs", "1"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    let one = tree(&folder.path().join("site"));
    assert!(one.contains_key("small/index.html"));
    let (status, _, _) = run(folder.path(), &["build", "--jobs", "4", "--out", "again"]);
    assert_eq!(status, 0);
    assert!(one == tree(&folder.path().join("again")), "the bytes depend on --jobs");
    assert_eq!(run(folder.path(), &["build", "--check"]).0, 0);
    let machine = folder.path().display().to_string();
    for (name, bytes) in &one {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(&machine), "{name} names a folder of the machine");
    }
}

#[test]
fn check_notices_every_kind_of_staleness() {
    let folder = small_repository();
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    fs::write(folder.path().join("site/small/index.html"), "edited").unwrap();
    fs::remove_file(folder.path().join("site/404.html")).unwrap();
    let (status, out, _) = run(folder.path(), &["build", "--check"]);
    assert_eq!(status, 1);
    assert!(
        out.contains("small/index.html differs") && out.contains("404.html is missing"),
        "{out}"
    );
    assert_eq!(fs::read_to_string(folder.path().join("site/small/index.html")).unwrap(), "edited");
}

#[test]
fn every_problem_is_told_at_once_and_the_old_site_stands() {
    let folder = small_repository();
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let before = tree(&folder.path().join("site"));
    write(
        folder.path(),
        "experiments/broken.yaml",
        "title: Broken\ndata: {source: tyni, target: SPY, features: [XLE], lags: [0]}\nseeed: 1\n",
    );
    write(
        folder.path(),
        "experiments/ticker.yaml",
        "title: Ticker\ndata: {source: tiny, target: SPY, features: [XLEE, XLU]}\n",
    );
    write(
        folder.path(),
        "experiments/short.yaml",
        "title: Short\ndata: {source: tiny, target: SPY, features: [XLU], end: 1999-06-30}\n",
    );
    write(
        folder.path(),
        "experiments/lost.yaml",
        "title: Lost\ndata: {source: tyny, target: SPY, features: [XLU]}\n",
    );
    let (status, _, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 2, "{err}");
    for expected in [
        "broken.yaml:2:",
        "a lag of 0",
        "broken.yaml:3:1",
        "did you mean `seed`?",
        "ticker.yaml:2:46",
        "did you mean `XLE`?",
        "short.yaml",
        "too few rows",
        "lost.yaml:2:16",
        "did you mean `tiny`?",
    ] {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
    assert!(before == tree(&folder.path().join("site")), "a failed build touched the site");
    let (status, _, from_check) = run(folder.path(), &["check"]);
    assert_eq!(status, 1);
    assert_eq!(from_check, err, "check and build tell the same problems");
}

#[test]
fn bad_prices_name_their_line() {
    let folder = small_repository();
    write(
        folder.path(),
        "data/tiny/prices.csv",
        "date,SPY,XLE,XLU\n2020-01-02,1,1,-1\n2020-01-02,1,NaN,1\n2020-01-01,1,1,1\n",
    );
    let (status, _, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 2);
    for expected in
        ["prices.csv:2:16", "not positive", "prices.csv:3:14", "stands twice", "comes after"]
    {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
}

#[test]
fn only_one_experiment_is_run_and_the_rest_stays() {
    let folder = small_repository();
    write(folder.path(), "experiments/other.yaml", SPEC.replace("Small", "Other"));
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let before = tree(&folder.path().join("site"));
    let (status, out, err) = run(folder.path(), &["build", "--only", "small"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("0 files written"), "{out}");
    assert!(
        before == tree(&folder.path().join("site")),
        "pages from files differ from pages from a run"
    );
    let (status, _, err) = run(folder.path(), &["build", "--only", "smal"]);
    assert!(status == 2 && err.contains("did you mean `small`?"), "{err}");
}

#[test]
fn a_site_changes_the_form_of_its_series_and_a_damaged_file_is_named() {
    let folder = small_repository();
    write(folder.path(), "experiments/other.yaml", SPEC.replace("Small", "Other"));
    let site = folder.path().join("site");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let plain = tree(&site);
    write(folder.path(), "dfa-report.yaml", "series: gzip\n");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let packed = tree(&site);
    let ends_in = |ending: &str| packed.keys().filter(|name| name.ends_with(ending)).count();
    assert_eq!((ends_in(".csv"), ends_in(".csv.gz")), (0, 11));
    for (name, bytes) in packed.iter().filter(|(name, _)| name.ends_with(".gz")) {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
        assert!(plain[name.trim_end_matches(".gz")] == text, "{name}");
    }
    let page = String::from_utf8(packed["small/index.html"].clone()).unwrap();
    assert!(page.contains("href=\"forecasts.csv.gz\"") && !page.contains(".csv\""));
    let only = ["build", "--only", "small"];
    let (status, out, err) = run(folder.path(), &only);
    assert!(status == 0 && out.contains("0 files written"), "{out}{err}");
    // The option goes before the file, and what is kept is read in the form that it has.
    let (status, _, err) = run(folder.path(), &[&only[..], &["--series", "csv"]].concat());
    assert!(status == 0 && plain == tree(&site), "{err}");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    assert!(packed == tree(&site), "the same bytes again");
    // Vouched for by the manifest, and damaged all the same.
    let name = "other/forecasts.csv.gz";
    let cut = &packed[name][..packed[name].len() - 5];
    fs::write(site.join(name), cut).unwrap();
    let manifest = fs::read_to_string(site.join("manifest.json")).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let entry = &mut manifest["files"][name];
    entry["blake3"] = blake3::hash(cut).to_hex().to_string().into();
    entry["bytes"] = cut.len().into();
    fs::write(site.join("manifest.json"), manifest.to_string()).unwrap();
    let (status, _, err) = run(folder.path(), &only);
    assert_eq!(status, 2, "{err}");
    for told in ["the gzip file is damaged", &format!("--> site/{name}"), "without --only"] {
        assert!(err.contains(told), "no `{told}` in\n{err}");
    }
}

#[test]
fn what_is_kept_of_an_earlier_build_must_be_what_it_wrote() {
    let folder = small_repository();
    write(folder.path(), "experiments/other.yaml", SPEC.replace("Small", "Other"));
    write(folder.path(), "experiments/third.yaml", SPEC.replace("Small", "Third"));
    let rest = ["build", "--only", "small"];
    assert_eq!(run(folder.path(), &["build", "--only", "third"]).0, 0, "the rest was never built");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let site = folder.path().join("site");
    let whole = tree(&site);
    let restore = || {
        whole.iter().for_each(|(name, bytes)| fs::write(site.join(name), bytes).unwrap());
    };
    let cut = |text: &str| text[..text[..text.len() / 2].rfind('\n').unwrap() + 1].to_owned();
    let dropped = |text: &str| {
        let lines = text.split_inclusive('\n').enumerate().filter(|(number, _)| *number != 34);
        lines.map(|(_, line)| line).collect::<String>()
    };
    let last = |figure: &'static str| {
        move |text: &str| format!("{},{figure}\n", text.trim_end().rsplit_once(',').unwrap().0)
    };
    let [inf, nan, large] = ["inf", "NaN", "1e308"].map(last);
    type Damage<'a> = (&'a str, &'a dyn Fn(&str) -> String);
    let damages: [Damage<'_>; 8] = [
        ("other/strategies.csv", &cut),
        ("other/forecasts.csv", &dropped),
        ("other/forecasts.csv", &inf),
        ("third/strategies.csv", &nan),
        ("other/breaks.csv", &large),
        ("other/results.json", &|text| text.replacen("0.", "1.", 1)),
        ("other/results.json", &cut),
        ("other/coefficients.csv", &|_| String::new()),
    ];
    for (name, damage) in damages {
        let text = fs::read_to_string(site.join(name)).unwrap();
        fs::write(site.join(name), damage(&text)).unwrap();
        let before = tree(&site);
        let (status, _, err) = run(folder.path(), &rest);
        assert_eq!(status, 2, "{name}: {err}");
        for told in [&*format!("--> site/{name}"), "not what the build wrote", "without --only"] {
            assert!(err.contains(told), "{name}: no `{told}` in\n{err}");
        }
        assert!(before == tree(&site), "{name}: a refused build touched the site");
        restore();
    }
    fs::remove_file(site.join("other/breaks.csv")).unwrap();
    fs::write(site.join("third/breaks.csv"), "date\n").unwrap();
    let (status, _, err) = run(folder.path(), &rest);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("site/other/breaks.csv") && err.contains("it is gone"), "{err}");
    assert!(err.contains("site/third/breaks.csv"), "all at once: {err}");
    // Files that the manifest vouches for are still read as figures.
    restore();
    let name = "other/forecasts.csv";
    let text = inf(&fs::read_to_string(site.join(name)).unwrap());
    fs::write(site.join(name), &text).unwrap();
    let manifest = fs::read_to_string(site.join("manifest.json")).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let entry = &mut manifest["files"][name];
    entry["blake3"] = blake3::hash(text.as_bytes()).to_hex().to_string().into();
    entry["bytes"] = text.len().into();
    fs::write(site.join("manifest.json"), manifest.to_string()).unwrap();
    let (status, _, err) = run(folder.path(), &rest);
    let place = format!("site/{name}:{}", text.lines().count());
    assert!(status == 2 && err.contains("`inf` is not a finite number"), "{err}");
    assert!(err.contains(&place) && err.contains("without --only"), "{err}");
}

#[test]
fn a_diff_says_what_changed_and_nothing_of_what_did_not() {
    let folder = small_repository();
    write(folder.path(), "experiments/other.yaml", SPEC.replace("Small", "Other"));
    assert_eq!(run(folder.path(), &["build", "--out", "old"]).0, 0);
    write(folder.path(), "experiments/small.yaml", &(SPEC.to_owned() + "costs: {trade_bps: 7}\n"));
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let (status, out, err) = run(folder.path(), &["diff", "old", "site"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("small") && out.contains("costs.trade_bps") && out.contains('7'), "{out}");
    assert!(!out.contains("~ other") && out.contains("1 changed, 1 unchanged"), "{out}");
    let (_, markdown, _) = run(folder.path(), &["diff", "old", "--format", "markdown"]);
    assert!(markdown.contains("costs.trade_bps") && markdown.contains('|'), "{markdown}");
    let (status, out, _) = run(folder.path(), &["diff", "old", "old"]);
    assert_eq!((status, out.as_str()), (0, "Nothing changed\n"));
    let (status, _, err) = run(folder.path(), &["diff", "nowhere"]);
    assert!(status == 2 && err.contains("nowhere"), "{err}");
}

#[test]
fn a_new_folder_builds_without_any_data_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["new", "mine"]).0, 0);
    let (status, out, err) = run(folder.path(), &["check"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.starts_with("mine: "), "{out}");
    let (status, _, err) = run(folder.path(), &["new", "mine"]);
    assert!(status == 2 && err.contains("exists already"), "{err}");
    let (status, _, err) = run(folder.path(), &["new", "Not an id"]);
    assert!(status == 2 && err.contains("lower-case"), "{err}");
    assert_eq!(run(folder.path(), &["init", "fresh"]).0, 0);
    assert_eq!(run(&folder.path().join("fresh"), &["check"]).0, 0);
}

#[test]
fn the_program_describes_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (status, schema, _) = run(folder.path(), &["schema"]);
    assert_eq!(status, 0);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["properties"]["walk_forward"].is_object());
    assert!(run(folder.path(), &["completions", "bash"]).1.contains("dfa-report"));
    assert!(run(folder.path(), &["man"]).1.contains(".TH"));
    assert_eq!(run(folder.path(), &["build"]).0, 2, "no experiments is a failure, with a hint");
}

#[test]
fn names_and_numbers_beyond_what_is_sensible_are_refused_with_words_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("SPY.csv"), "Date,Close\n2020-01-02,1\n").unwrap();
    let before = tree(folder.path());
    let long = "x".repeat(65);
    for name in [
        "../x", "a/b", "/tmp/x", "a\\b", "", ".", "..", ".x", "x.", "con", "NUL.csv", "com1",
        "a b", "a\nb", &long,
    ] {
        for command in [&["sample", "--name", name][..], &["import", "SPY.csv", "--source", name]] {
            let (status, out, err) = run(folder.path(), command);
            assert_eq!((status, out.as_str()), (2, ""), "{command:?}: {err}");
            let words = "cannot be the name of a source";
            assert!(err.contains(words) && err.contains("64 at most"), "{command:?}: {err}");
        }
    }
    for jobs in ["0", "257", "1000000", "-1", "99999999999999999999", "two"] {
        let (status, out, err) = run(folder.path(), &["build", &format!("--jobs={jobs}")]);
        assert_eq!((status, out.as_str()), (2, ""), "{jobs}: {err}");
        let words =
            format!("invalid value '{jobs}' for '--jobs <N>': expected a number from 1 to 256");
        assert!(err.contains(&words), "{err}");
    }
    assert!(tree(folder.path()) == before);
    assert_eq!(run(folder.path(), &["sample", "--name", "my_market-2"]).0, 0);
}

#[test]
fn a_part_of_a_site_built_anew_is_that_of_a_whole_build() {
    let folder = small_repository();
    let other = |alphas: usize| {
        let text = SPEC
            .replace("title: Small", "title: Other")
            .replace("count: 5", &format!("count: {alphas}"));
        write(folder.path(), "experiments/other.yaml", text);
    };
    other(4);
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let before = fs::read_to_string(folder.path().join("site/small/results.json")).unwrap();
    other(9);
    assert_eq!(run(folder.path(), &["build", "--only", "other"]).0, 0);
    let after = fs::read_to_string(folder.path().join("site/small/results.json")).unwrap();
    assert_ne!(before, after, "the trials of the other experiment count here too");
    assert_eq!(run(folder.path(), &["build", "--out", "whole"]).0, 0);
    assert!(tree(&folder.path().join("site")) == tree(&folder.path().join("whole")));
}
