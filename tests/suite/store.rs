//! The results store as its user meets it: what `store` says, and places that are none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Instant;

use super::support::{SMALL_SPEC, program, run, small_repository, tree, write};

type Tree = BTreeMap<String, Vec<u8>>;

/// A file where an entry would be, and the first digits of its key.
fn put(folder: &Path, kind: &str, digits: &str, contents: &str) -> String {
    let name = format!(".dfa/results/{kind}/{digits}/{digits}{}", "0".repeat(62));
    write(folder, &name, contents);
    name
}

#[test]
fn the_help_says_what_each_command_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    for arguments in [&[][..], &["size"], &["verify"], &["prune"]] {
        let arguments = [&["store"], arguments, &["--help"]].concat();
        let (status, out, err) = run(folder.path(), &arguments);
        assert_eq!((status, err.as_str()), (0, ""));
        texts.push(format!("$ dfa-report {}\n{out}", arguments.join(" ")));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_store_is_measured_verified_and_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    let mut told = |arguments: &[&str], expected: i32| {
        let (status, out, err) = run(folder.path(), &[&["store"], arguments].concat());
        assert_eq!(status, expected, "{arguments:?}: {err}");
        texts.push(format!("$ dfa-report store {}\n{out}{err}", arguments.join(" ")));
    };
    for command in [&["size"][..], &["verify"], &["prune", "--older-than", "30d"]] {
        told(command, 0);
    }
    assert!(tree(folder.path()).is_empty(), "looking at a store makes none");
    put(folder.path(), "result", "ab", "cut off");
    put(folder.path(), "result", "cd", "");
    put(folder.path(), "digest", "ef", "dfa-report entry 1 zstd digest\n");
    write(folder.path(), ".dfa/results/mine.txt", "mine");
    told(&["size"], 0);
    told(&["verify"], 1);
    told(&["prune", "--older-than", "30d"], 0);
    told(&["prune", "--older-than", "0m", "--dry-run"], 0);
    told(&["prune", "--older-than", "0m"], 0);
    told(&["size"], 0);
    let left: Vec<String> = tree(folder.path()).into_keys().collect();
    assert_eq!(left, [".dfa/results/mine.txt"], "what is no entry stays");
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn what_is_asked_wrongly_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "file", "mine");
    let mut texts = Vec::new();
    for (variable, arguments) in [
        (None, &["store", "size", "--store", "s4://results"][..]),
        (None, &["store", "size", "--store", ""]),
        (None, &["store", "size", "--store", "file"]),
        (None, &["store", "verify", "--store", "file/below"]),
        (Some("ftp://results"), &["store", "size"]),
        (Some("ftp://results"), &["store", "size", "--store", "elsewhere"]),
        (Some("elsewhere"), &["store", "size"]),
        (Some(""), &["store", "size"]),
        (None, &["store", "prune"]),
        (None, &["store", "prune", "--dry-run"]),
        (None, &["store", "prune", "--older-than", "30"]),
    ] {
        let mut command = program(folder.path(), arguments);
        command.envs(variable.map(|value| ("DFA_STORE", value)));
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let variable = variable.map_or_else(String::new, |value| format!("DFA_STORE={value} "));
        texts.push(format!(
            "$ {variable}dfa-report {}\n{}{}status {}\n",
            arguments.join(" "),
            text(&output.stdout),
            text(&output.stderr),
            output.status.code().unwrap()
        ));
    }
    write(folder.path(), "dfa-report.yaml", "store: gopher://results\n");
    let (status, _, err) = run(folder.path(), &["store", "size"]);
    assert_eq!(status, 2);
    texts.push(format!("$ dfa-report store size\n{err}"));
    insta::assert_snapshot!(texts.join("\n"));
}

/// A repository of four experiments, two on each schedule.
fn repository() -> tempfile::TempDir {
    let folder = small_repository();
    for (id, schedule) in [("a", "300}"), ("b", "320}"), ("c", "320}")] {
        let spec = SMALL_SPEC.replace("Small", id).replace("300}", schedule);
        let features = if id == "b" { "[XLE]" } else { "[XLU]" };
        let spec = spec.replace("[XLE, XLU]", features);
        write(folder.path(), &format!("experiments/{id}.yaml"), spec);
    }
    folder
}

fn entries(folder: &Path) -> Tree {
    if !folder.join(".dfa/results").exists() {
        return Tree::new();
    }
    // Temporary files of a killed run are none.
    let is_entry = |path: &str| path.split('/').count() == 3 && !path.contains("/.");
    tree(&folder.join(".dfa/results")).into_iter().filter(|(path, _)| is_entry(path)).collect()
}

fn build(folder: &Path, arguments: &[&str]) -> (String, String) {
    let (status, out, err) = run(folder, &[&["build"], arguments].concat());
    assert_eq!(status, 0, "{arguments:?}: {err}");
    (out, err)
}

/// The site of [`repository`] as one build writes it, and the entries of its store.
static BUILT: LazyLock<(Tree, Tree)> = LazyLock::new(|| {
    let folder = repository();
    assert_eq!(build(folder.path(), &[]).1, "");
    (tree(&folder.path().join("site")), entries(folder.path()))
});

#[test]
fn a_damaged_entry_is_said_computed_again_and_replaced() {
    let folder = repository();
    for (path, bytes) in &BUILT.1 {
        let mut bytes = bytes.clone();
        *bytes.last_mut().unwrap() ^= 1;
        write(folder.path(), &format!(".dfa/results/{path}"), bytes);
    }
    let (_, err) = build(folder.path(), &[]);
    assert!(err.starts_with("warning: an entry of the results store is damaged"), "{err}");
    assert!(err.contains("its hash is another") && err.contains("computed again"), "{err}");
    assert!(tree(&folder.path().join("site")) == BUILT.0);
    assert!(entries(folder.path()) == BUILT.1);
    assert_eq!(run(folder.path(), &["store", "verify"]).0, 0);
}

#[test]
fn a_store_that_takes_nothing_is_said_and_the_site_is_the_same() {
    let folder = repository();
    write(folder.path(), "kept/result", "in the way");
    write(folder.path(), "kept/digest", "in the way");
    let (_, err) = build(folder.path(), &["--store", "kept"]);
    assert_eq!(err.matches("warning: ").count(), 1, "{err}");
    assert!(
        err.contains("the results store cannot be written") && err.contains("not kept"),
        "{err}"
    );
    assert!(tree(&folder.path().join("site")) == BUILT.0);
    // A part of the work that is not kept is lost.
    let (status, _, err) = run(folder.path(), &["build", "--store", "kept", "--shard", "1/2"]);
    assert!(status == 2 && err.contains("the results store cannot be written"), "{err}");
}

#[test]
fn parts_in_any_order_and_twice_give_what_one_build_gives() {
    let folder = repository();
    for (shard, computed) in [("2/3", true), ("1/3", true), ("2/3", false), ("3/3", true)] {
        let (out, err) = build(folder.path(), &["--shard", shard]);
        assert_eq!(
            (err.as_str(), !out.contains(" 0 experiments computed")),
            ("", computed),
            "{out}"
        );
        assert!(!folder.path().join("site").exists(), "a part renders nothing");
    }
    assert!(entries(folder.path()) == BUILT.1);
    let (out, err) = build(folder.path(), &[]);
    assert!(err.is_empty() && out.contains("4 experiments, 0 computed"), "{out}{err}");
    assert!(tree(&folder.path().join("site")) == BUILT.0);
}

#[test]
fn a_part_that_is_killed_loses_only_what_it_was_at() {
    let folder = repository();
    let start = Instant::now();
    build(repository().path(), &["--shard", "1/1", "--jobs", "1"]);
    let duration = start.elapsed();
    for part in [0.3, 0.6, 0.8, 0.9] {
        let arguments = ["build", "--shard", "1/1", "--jobs", "1"];
        let mut child = program(folder.path(), &arguments).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(duration.mul_f64(part));
        let _ = child.kill();
        child.wait().unwrap();
        let known = entries(folder.path());
        assert!(
            known.iter().all(|(path, bytes)| BUILT.1.get(path) == Some(bytes)),
            "all are whole"
        );
    }
    assert_eq!(build(folder.path(), &["--shard", "1/1"]).1, "");
    assert!(entries(folder.path()) == BUILT.1);
    build(folder.path(), &[]);
    assert!(tree(&folder.path().join("site")) == BUILT.0);
}

#[test]
fn what_no_experiment_names_goes() {
    let folder = repository();
    for (path, bytes) in &BUILT.1 {
        write(folder.path(), &format!(".dfa/results/{path}"), bytes);
    }
    let (status, out, err) = run(folder.path(), &["store", "prune", "--unused"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("0 entries"), "{out}");
    std::fs::remove_file(folder.path().join("experiments/b.yaml")).unwrap();
    // Other words are the same results.
    let spec = folder.path().join("experiments/a.yaml");
    let text = std::fs::read_to_string(&spec).unwrap();
    std::fs::write(&spec, text.replace("title: a", "title: Another")).unwrap();
    assert_eq!(run(folder.path(), &["store", "prune", "--unused"]).0, 0);
    let left = entries(folder.path());
    assert!(left.len() < BUILT.1.len() && !left.is_empty());
    let (out, _) = build(folder.path(), &[]);
    assert!(out.contains("3 experiments, 0 computed"), "{out}");
    // Nothing goes while it is not known what is named.
    std::fs::write(&spec, "title: {").unwrap();
    assert_eq!(run(folder.path(), &["store", "prune", "--unused"]).0, 2);
    assert!(entries(folder.path()) == left);
}

#[test]
fn what_is_kept_of_a_sweep_is_named_by_its_experiment() {
    let folder = small_repository();
    let sweep = "sweep:\n  walk_forward.refit_every: [42, 63]\n  shifts: 19\n";
    write(folder.path(), "experiments/small.yaml", format!("{SMALL_SPEC}{sweep}"));
    build(folder.path(), &["--jobs", "1"]);
    let kept = entries(folder.path());
    let kinds: BTreeSet<&str> = kept.keys().map(|path| path.split('/').next().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["curves", "digest", "result", "sweep"]));
    assert_eq!(run(folder.path(), &["store", "prune", "--unused"]).0, 0);
    assert!(entries(folder.path()) == kept);
    // Words are no part of the curves, and of what the page says they are.
    let spec = format!("{SMALL_SPEC}{sweep}").replace("Small", "Other words");
    write(folder.path(), "experiments/small.yaml", spec);
    assert_eq!(run(folder.path(), &["store", "prune", "--unused"]).0, 0);
    let left = entries(folder.path());
    assert_eq!(left.len(), kept.len() - 1);
    assert!(!left.keys().any(|path| path.starts_with("sweep/")));
}
