//! A build does again only what has to be done again, says why, and gives the bytes that a build from
//! nothing gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::support::{
    SMALL_SPEC, first_years, program, run, sample_prices, small_repository, tree, write,
};

/// Three experiments: `early` ends before the last prices, `other` is compared with `small`.
fn repository() -> tempfile::TempDir {
    let folder = small_repository();
    let early = SMALL_SPEC.replace("XLU]}", "XLU], end: 2002-01-31}");
    write(folder.path(), "experiments/early.yaml", early);
    let other =
        SMALL_SPEC.replace("Small", "Other") + "costs: {trade_bps: 9}\ncompares_with: small\n";
    write(folder.path(), "experiments/other.yaml", other);
    folder
}

/// What a build says of the site, its last line.
fn built(folder: &Path, more: &[&str]) -> String {
    let (status, out, err) = run(folder, &[&["build"], more].concat());
    assert_eq!(status, 0, "{err}");
    out.lines().last().unwrap_or_default().to_owned()
}

/// How many experiments were computed.
fn computed(line: &str) -> usize {
    let words: Vec<&str> = line.split(", ").collect();
    let found = words.iter().find_map(|words| words.strip_suffix(" computed"));
    found.unwrap_or_else(|| panic!("{line}")).parse().unwrap()
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    assert!(text.contains(from), "{text}");
    write(folder, name, text.replace(from, to));
}

/// The site from nothing, in another folder with the same inputs.
pub(crate) fn from_nothing(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let fresh = tempfile::tempdir().unwrap();
    for input in ["data", "experiments", "templates"] {
        if !folder.join(input).exists() {
            continue;
        }
        for (name, contents) in tree(&folder.join(input)) {
            write(fresh.path(), &format!("{input}/{name}"), contents);
        }
    }
    if let Ok(settings) = fs::read(folder.join("dfa-report.yaml")) {
        write(fresh.path(), "dfa-report.yaml", settings);
    }
    built(fresh.path(), &[]);
    tree(&fresh.path().join("site"))
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let names = tree(folder).into_keys();
    names
        .map(|name| (name.clone(), fs::metadata(folder.join(&name)).unwrap().modified().unwrap()))
        .collect()
}

/// The files whose contents differ, by path.
fn changed(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let paths = before.keys().chain(after.keys().filter(|path| !before.contains_key(*path)));
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

#[test]
fn nothing_is_done_twice_and_the_bytes_are_those_of_a_build_from_nothing() {
    let folder = repository();
    let folder = folder.path();
    fs::create_dir(folder.join("templates")).unwrap();
    let site = folder.join("site");
    // `other` differs from `small` in costs.
    assert_eq!(computed(&built(folder, &[])), 3);
    let first = tree(&site);
    // Files that were written in the same moment as their hashes are read once more.
    let touched = |folder: &Path| {
        let mut times = times(folder);
        times.retain(|name, _| !name.starts_with(".dfa/site/"));
        times
    };
    let before = touched(folder);
    let line = built(folder, &[]);
    assert_eq!(computed(&line), 0);
    assert!(line.contains(" 0 files written") && line.contains(" 0 deleted"), "{line}");
    assert_eq!(touched(folder), before, "not a file is touched");

    // What makes it quick is no part of the site, nor needed.
    fs::remove_dir_all(folder.join(".dfa/site")).unwrap();
    let line = built(folder, &[]);
    assert!(computed(&line) == 0 && line.contains(" 0 files written"), "{line}");

    edit(folder, "experiments/other.yaml", "Other", "Words");
    assert_eq!(computed(&built(folder, &[])), 0, "words");
    let worded = tree(&site);
    let touched = changed(&first, &worded);
    assert!(touched.iter().any(|path| path == "other/index.html"), "{touched:?}");
    // Its neighbours lead to it by its title.
    let is_of_others = |path: &String| {
        let is_page = path.ends_with("/index.html") && path.matches('/').count() == 1;
        !is_page && (path.starts_with("small/") || path.starts_with("early/"))
    };
    assert!(!touched.iter().any(is_of_others), "{touched:?}");
    assert_eq!(worded, from_nothing(folder));

    edit(folder, "experiments/other.yaml", "trade_bps: 9", "trade_bps: 8");
    assert_eq!(computed(&built(folder, &[])), 1, "one spec");
    assert_eq!(tree(&site), from_nothing(folder));
    edit(folder, "experiments/other.yaml", "trade_bps: 8", "trade_bps: 9");
    assert_eq!(computed(&built(folder, &[])), 0, "what was once computed is still there");
    assert_eq!(tree(&site), worded);

    write(folder, "templates/assets/house.css", "p {}");
    assert_eq!(computed(&built(folder, &[])), 0, "a template");
    assert_eq!(tree(&site), from_nothing(folder));

    // A criterion is judged from what is there.
    let criteria = "criteria: [{claim: It gains, test: all.gain.oos_r2 > 0}]\n";
    let text = fs::read_to_string(folder.join("experiments/other.yaml")).unwrap();
    write(folder, "experiments/other.yaml", text + criteria);
    assert_eq!(computed(&built(folder, &[])), 0, "criteria");
    assert_eq!(tree(&site), from_nothing(folder));

    fs::remove_file(folder.join("experiments/early.yaml")).unwrap();
    assert_eq!(computed(&built(folder, &[])), 0, "one fewer");
    assert_eq!(tree(&site), from_nothing(folder));
    // A file that somebody changed is put right.
    write(folder, "site/small/index.html", "mine");
    built(folder, &[]);
    assert_eq!(tree(&site), from_nothing(folder));
}

#[test]
fn a_price_more_says_what_it_touches_and_why() {
    let folder = repository();
    let folder = folder.path();
    built(folder, &[]);
    let prices = fs::read_to_string(folder.join("data/tiny/prices.csv")).unwrap();
    let all = sample_prices();
    let next = all[prices.len()..].lines().next().unwrap();
    write(folder, "data/tiny/prices.csv", format!("{prices}{next}\n"));
    let (status, out, err) = run(folder, &["build", "--explain", "small", "--explain", "early"]);
    assert_eq!(status, 0, "{err}");
    assert!(
        out.contains("data/tiny: new prices touch 2 of 3 experiments: other, small\n"),
        "{out}"
    );
    assert!(out.contains("small: runs (key "), "{out}");
    assert!(
        out.contains("prices: 1 day more after ") && out.contains("the rest as before"),
        "{out}"
    );
    assert!(out.contains("early: not run, its results are in the store"), "{out}");
    assert_eq!(computed(out.lines().last().unwrap()), 2);
    assert_eq!(tree(&folder.join("site")), from_nothing(folder));

    edit(folder, "experiments/small.yaml", "min_train: 300", "min_train: 310");
    let (_, out, _) = run(folder, &["build", "--explain", "small", "--explain", "other"]);
    assert!(out.contains("  spec: walk_forward.min_train: 300 -> 310\n"), "{out}");
    assert!(
        out.contains("  nothing that it depends on has changed since the last build\n"),
        "{out}"
    );
    let (status, _, err) = run(folder, &["build", "--explain", "smal"]);
    assert!(status == 2 && err.contains("--explain smal") && err.contains("`small`"), "{err}");
    // One price of the middle.
    let line = prices.lines().nth(500).unwrap();
    let price = line.split(',').nth(1).unwrap();
    write(folder, "data/tiny/prices.csv", prices.replace(line, &line.replace(price, "33.25")));
    let (_, out, _) = run(folder, &["build", "--explain", "small"]);
    assert!(out.contains("  prices: other values or days ("), "{out}");
}

#[test]
fn what_is_damaged_is_told_and_computed_again() {
    let folder = repository();
    let folder = folder.path();
    built(folder, &[]);
    let whole = tree(&folder.join("site"));
    let results = folder.join(".dfa/results/result");
    let entries: Vec<String> = tree(&results).into_keys().collect();
    assert_eq!(entries.len(), 3);
    let entry = results.join(&entries[0]);
    let mut bytes = fs::read(&entry).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&entry, bytes).unwrap();
    // Something has to be made of it.
    for id in ["early", "small", "other"] {
        let name = format!("experiments/{id}.yaml");
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        write(folder, &name, text + "notes: More.\n");
    }
    let (status, _, err) = run(folder, &["build"]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("warning: an entry of the results store is damaged"), "{err}");
    assert!(err.contains(&entries[0]) && err.contains("computed again"), "{err}");
    let (_, _, err) = run(folder, &["build"]);
    assert_eq!(err, "", "it was replaced");
    assert_eq!(tree(&folder.join("site")), from_nothing(folder));
    for id in ["early", "small", "other"] {
        edit(folder, &format!("experiments/{id}.yaml"), "notes: More.\n", "");
    }
    built(folder, &[]);
    assert_eq!(tree(&folder.join("site")), whole);
    let (status, out, err) = run(folder, &["build", "--force"]);
    assert_eq!((status, err.as_str()), (0, ""), "computed again, it is the same");
    assert_eq!(computed(out.lines().last().unwrap()), 3);
}

#[test]
fn shards_together_do_what_one_build_does() {
    let folder = repository();
    let folder = folder.path();
    let mut ran = 0;
    for shard in ["1/4", "2/4", "3/4", "4/4", "2/4"] {
        let (status, out, err) = run(folder, &["build", "--shard", shard]);
        assert_eq!(status, 0, "{err}");
        let said = format!("shard {shard}: ");
        let count = out.strip_prefix(&said).unwrap_or_else(|| panic!("{out}"));
        ran += count.split(' ').next().unwrap().parse::<usize>().unwrap();
        assert!(!folder.join("site").exists(), "a shard makes no page");
    }
    assert_eq!(ran, 3, "everything once, nothing twice");
    assert_eq!(computed(&built(folder, &[])), 0);
    assert_eq!(tree(&folder.join("site")), from_nothing(folder));
    let (status, _, err) = run(folder, &["build", "--shard", "5/4"]);
    assert!(status == 2 && err.contains("I from 1 to N"), "{err}");
    let (status, _, err) = run(folder, &["build", "--shard", "1/4", "--check"]);
    assert!(status == 2 && err.contains("cannot be used with"), "{err}");
}

#[test]
fn a_build_that_was_killed_leaves_whole_entries_and_the_next_one_goes_on() {
    let folder = repository();
    let folder = folder.path();
    for milliseconds in [30, 120, 300] {
        let mut child = program(folder, &["build", "--jobs", "1"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().unwrap();
        let (status, _, err) = run(folder, &["store", "verify"]);
        assert_eq!(status, 0, "{err}");
    }
    built(folder, &[]);
    assert_eq!(tree(&folder.join("site")), from_nothing(folder));
}

#[test]
fn without_prices_the_site_is_made_from_its_own_results() {
    let folder = repository();
    let folder = folder.path();
    // Prices that everybody has.
    write(folder, "data/free/prices.csv", first_years());
    let free = SMALL_SPEC.replace("tiny", "free").replace("Small", "Free");
    write(folder, "experiments/free.yaml", free);
    built(folder, &[]);
    let whole = tree(&folder.join("site"));
    let clone = |folder: &Path| {
        fs::remove_dir_all(folder.join(".dfa")).unwrap();
    };
    fs::remove_dir_all(folder.join("data/tiny")).unwrap();
    clone(folder);
    let (status, out, err) = run(folder, &["build", "--check"]);
    assert_eq!(status, 0, "{out}{err}");
    assert!(
        out.contains("site: up to date") && out.contains("not recomputed: 3, no prices of tiny\n"),
        "{out}"
    );
    let (status, out, err) = run(folder, &["build"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("0 computed, 0 files written"), "{out}");
    assert!(out.contains("not recomputed: 3, no prices of tiny\n"), "{out}");
    assert_eq!(tree(&folder.join("site")), whole);

    // One is not stopped by what another lacks.
    edit(folder, "experiments/free.yaml", "min_train: 300", "min_train: 320");
    let (status, out, err) = run(folder, &["build", "--only", "free"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("1 computed"), "{out}");
    // Words can be changed, and are shown; figures cannot.
    edit(folder, "experiments/small.yaml", "Small", "Renamed");
    assert_eq!(run(folder, &["build", "--check"]).0, 1);
    assert_eq!(run(folder, &["build"]).0, 0);
    let page = fs::read_to_string(folder.join("site/small/index.html")).unwrap();
    assert!(page.contains("Renamed"), "words need no prices");
    assert_eq!(run(folder, &["build", "--check"]).0, 0);
    edit(folder, "experiments/small.yaml", "min_train: 300", "min_train: 320");
    for arguments in [&["build", "--check"][..], &["build"]] {
        let (status, _, err) = run(folder, arguments);
        assert_eq!(status, 1, "{err}");
        assert!(err.contains("`small` has changed since its results were computed"), "{err}");
        assert!(err.contains("experiments/small.yaml"), "{err}");
    }
    edit(folder, "experiments/small.yaml", "min_train: 320", "min_train: 300");
    // Results that nobody computed are no results.
    let figures = folder.join("site/small/results.json");
    let text = fs::read_to_string(&figures).unwrap();
    fs::write(&figures, text.replacen("0.0", "0.1", 1)).unwrap();
    clone(folder);
    let (status, _, err) = run(folder, &["build"]);
    assert_eq!(status, 2, "{err}");
    assert!(
        err.contains("site/small/results.json") && err.contains("its hash is not the manifest's"),
        "{err}"
    );
    // A new one has nothing to be made from.
    fs::write(&figures, text).unwrap();
    write(folder, "experiments/new.yaml", SMALL_SPEC);
    let (status, _, err) = run(folder, &["build"]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("experiments/new.yaml:2:") && err.contains("`tiny`"), "{err}");
}
