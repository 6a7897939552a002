//! What is there and cannot be read is a problem, and never taken for absent: no default stands in
//! for it, and no command goes on without it.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use super::support::{SMALL_SPEC, first_years, read, run, write};

/// A repository with one small experiment on the source `sample`.
fn sound() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/sample/prices.csv", first_years());
    write(folder.path(), "experiments/small.yaml", SMALL_SPEC.replace("tiny", "sample"));
    folder
}

/// What stands in the place of a file or a folder.
const ODD: [&str; 6] = ["a pipe", "a device", "a loop", "a dead link", "a folder", "locked"];

/// Puts it there.
fn put(odd: &str, path: &Path) {
    let is_folder = fs::metadata(path).is_ok_and(|kind| kind.is_dir());
    match odd {
        "locked" => return fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap(),
        _ if is_folder => fs::remove_dir_all(path).unwrap(),
        _ if path.exists() => fs::remove_file(path).unwrap(),
        _ => {}
    }
    match odd {
        "a pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "a device" => symlink("/dev/zero", path).unwrap(),
        "a loop" => symlink(path.file_name().unwrap(), path).unwrap(),
        "a dead link" => symlink("/nowhere", path).unwrap(),
        _ => fs::create_dir(path).unwrap(),
    }
}

/// Root reads what is locked, so that there is nothing to see.
fn is_root() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    fs::read(&file).is_ok()
}

/// Runs a command with each odd thing at a path of a repository: it must fail and name the path.
fn fails_with(path: &str, commands: &[&[&str]], new: impl Fn() -> tempfile::TempDir) {
    for odd in ODD {
        if odd == "locked" && is_root() {
            continue;
        }
        let folder = new();
        let place = folder.path().join(path);
        if odd == "a folder" && place.is_dir() {
            continue;
        }
        put(odd, &place);
        for command in commands {
            let (status, out, err) = run(folder.path(), command);
            assert!(status != 0, "{odd} at {path}, {command:?}: {out}");
            assert!(err.contains(path), "{odd} at {path}, {command:?}: {err}");
            assert!(!folder.path().join("new").exists(), "{odd} at {path}: written");
        }
        if odd == "locked" {
            fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

const COMMANDS: [&[&str]; 2] = [&["check"], &["build", "--out", "new"]];

#[test]
fn prices_that_cannot_be_read_are_not_replaced_by_the_built_in_sample() {
    for path in ["data", "data/sample", "data/sample/prices.csv", "data/sample/source.yaml"] {
        fails_with(path, &COMMANDS, sound);
    }
    let folder = sound();
    for command in [&["check", "--data", "dat"][..], &["build", "--data", "dat"]] {
        let (status, _, err) = run(folder.path(), command);
        assert!(status != 0 && err.contains("no folder `dat` with price sources"), "{err}");
        assert!(err.contains("--data"), "{err}");
    }
}

#[test]
fn forecasts_that_cannot_be_read_are_told() {
    let with_forecasts = || {
        let folder = sound();
        let spec = SMALL_SPEC
            .replace("tiny", "sample")
            .replace("models: [", "models: [{kind: external, name: net, file: net.csv}, ");
        write(folder.path(), "experiments/small.yaml", spec);
        write(folder.path(), "experiments/net.csv", "date,forecast\n");
        folder
    };
    fails_with("experiments/net.csv", &COMMANDS, with_forecasts);
}

#[test]
fn a_lock_of_a_source_that_cannot_be_read_is_told_before_anything_is_asked_for() {
    let source = || {
        let folder = sound();
        let yaml = "title: Web\nprovider: {url: \"http://127.0.0.1:9/{ticker}.csv\"}\n\
                    tickers: [SPY]\nfield: close\nadjustment: total_return\nstart: 2024-01-01\n";
        write(folder.path(), "data/web/source.yaml", yaml);
        write(folder.path(), "data/web/source.lock", "");
        folder
    };
    fails_with("data/web/source.lock", &[&["fetch", "web"]], source);
}

#[test]
fn the_built_in_sample_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let spec = SMALL_SPEC.replace("tiny", "sample");
    let short = spec.replace("[XLE, XLU]", "[XLE, XLU], end: 2002-12-31");
    write(folder.path(), "experiments/small.yaml", &short);
    let line = "data/sample: not there; the built-in sample market is used\n";
    for command in COMMANDS {
        let (status, out, err) = run(folder.path(), command);
        assert!(status == 0 && out.contains(line), "{out}{err}");
    }
    // A folder without prices is not nothing.
    fs::create_dir_all(folder.path().join("data/sample")).unwrap();
    let (status, _, err) = run(folder.path(), &["build"]);
    assert!(status == 2 && err.contains("no price source `sample`"), "{err}");
    write(folder.path(), "data/sample/prices.csv", first_years());
    let (status, out, err) = run(folder.path(), &["check"]);
    assert!(status == 0 && !out.contains("built-in"), "{out}{err}");
}

#[test]
fn a_spec_and_a_template_that_cannot_be_read_are_told() {
    let with = |path: &'static str| {
        move || {
            let folder = sound();
            write(folder.path(), path, "title: A\n");
            folder
        }
    };
    for path in ["experiments/odd.yaml", "experiments/odd.yml"] {
        fails_with(path, &COMMANDS, with(path));
    }
    for path in ["templates/base.html", "templates/assets/house.css", "templates"] {
        let file = if path == "templates" { "templates/base.html" } else { path };
        fails_with(path, &COMMANDS[1..], with(file));
    }
    fails_with("experiments", &COMMANDS, sound);
}

#[test]
fn results_that_cannot_be_read_are_not_told_as_removed() {
    let sides = || {
        let folder = tempfile::tempdir().unwrap();
        for path in ["old/a", "old/b", "head/a", "head/b"] {
            let text = read("tests/fixtures/report/built/plain/results.json");
            write(folder.path(), &format!("{path}/results.json"), &text);
        }
        folder
    };
    let diff: [&[&str]; 1] = [&["diff", "old", "head"]];
    assert_eq!(run(sides().path(), diff[0]).0, 0);
    fails_with("head/b/results.json", &diff, sides);
    if !is_root() {
        let folder = sides();
        put("locked", &folder.path().join("head/b"));
        let (status, _, err) = run(folder.path(), diff[0]);
        assert!(status == 2 && err.contains("head/b/results.json"), "{err}");
        fs::set_permissions(folder.path().join("head/b"), fs::Permissions::from_mode(0o755))
            .unwrap();
    }
}
