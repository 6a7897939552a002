//! `diff --source` as its user meets it: a small repository with two versions of a source.

use std::fs;

use super::git::{append_days, committed, revise, run};
use super::support::{SMALL_SPEC as SPEC, first_years, write};

/// A repository with one commit, tagged `one`: two experiments on the sample's first years, and
/// one on another source.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "data/tiny/prices.csv", first_years());
    write(folder.path(), "data/tiny/source.yaml", "title: Tiny\nsynthetic: true\n");
    write(folder.path(), "data/other/prices.csv", "date,SPY,XLE\n2020-01-02,1,1\n");
    write(folder.path(), "experiments/small.yaml", SPEC);
    write(folder.path(), "experiments/banks.yaml", SPEC.replace("XLE, XLU", "XLF, XLK"));
    write(folder.path(), "experiments/elsewhere.yaml", SPEC.replace("tiny", "other"));
    committed(folder.path(), "one");
    folder
}

#[test]
fn the_same_prices_change_nothing() {
    let folder = repository();
    let (status, out, err) = run(folder.path(), &["diff", "--source", "tiny", "one"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.starts_with("tiny: the two versions are the same"), "{out}");
    assert!(out.contains("no experiment changes in any figure (2 compared)"), "{out}");
}

#[test]
fn new_days_are_not_taken_for_a_revision() {
    let folder = repository();
    append_days(folder.path(), 1);
    let (status, out, err) = run(folder.path(), &["diff", "--source", "tiny", "one", "--gate"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.starts_with("tiny: no price revised on the 899 days both have; 1 day added\n"));
    let shared = "experiments on the 899 days both have: no experiment changes in any figure";
    assert!(out.contains(shared), "{out}");
    assert!(
        out.contains("experiments on all days of each: none of 2 changes by more than noise"),
        "{out}"
    );
    assert!(out.contains("+ 1 day after "), "{out}");
}

#[test]
fn a_rescaled_history_moves_no_experiment_beyond_noise() {
    let folder = repository();
    revise(folder.path(), |_, ticker, price| if ticker == "XLE" { price * 0.98 } else { price });
    let (status, out, _) = run(folder.path(), &["diff", "--source", "tiny", "one", "--gate"]);
    assert_eq!(status, 0);
    assert!(out.contains("rescaled × 0.98 throughout (as a dividend of 2.00 % would)"), "{out}");
    let none = "no experiment changes in any listed figure, to the digits shown (2 compared)";
    assert!(out.contains(none) && !out.contains("\nfigures"), "{out}");
}

#[test]
fn an_error_that_matters_comes_first_and_fails_the_gate() {
    let folder = repository();
    // Every other price of the target 5 % too high: each return undoes the one before.
    revise(folder.path(), |row, ticker, price| match ticker {
        "SPY" if row > 300 && row % 2 == 0 => price * 1.05,
        _ => price,
    });
    let arguments = ["diff", "--source", "tiny", "one", "--only", "small"];
    let (status, out, err) = run(folder.path(), &arguments);
    assert_eq!((status, err.as_str()), (0, ""));
    let verdict = out.find("1 of 1 changes by more than noise").unwrap_or_else(|| panic!("{out}"));
    let (prices, figures) = (out.find("\nprices\n").unwrap(), out.find("\nfigures on").unwrap());
    assert!(verdict < prices && prices < figures, "{out}");
    assert!(out.contains("single prices corrected") && out.contains("  ! small  "), "{out}");
    assert_eq!(run(folder.path(), &[&arguments[..], &["--gate"]].concat()).0, 1);
    let (status, markdown, _) =
        run(folder.path(), &[&arguments[..], &["--format", "markdown"]].concat());
    assert_eq!(status, 0);
    assert!(markdown.starts_with("**`tiny`: 1 of 10 tickers revised"), "{markdown}");
    for expected in
        ["| `small` | **real** |", "### Prices", "```text\n  base  one:", "~ SPY: ", "</details>"]
    {
        assert!(markdown.contains(expected), "no `{expected}` in\n{markdown}");
    }
}

#[test]
fn versions_are_revisions_folders_and_files() {
    let folder = repository();
    fs::copy(folder.path().join("data/tiny/prices.csv"), folder.path().join("before.csv")).unwrap();
    append_days(folder.path(), 1);
    let of = |sides: &[&str]| {
        let arguments = [&["diff", "--source", "tiny", "--only", "small"], sides].concat();
        let (status, out, err) = run(folder.path(), &arguments);
        assert_eq!(status, 0, "{err}");
        out
    };
    let named = |out: &str| -> String {
        out.lines()
            .filter(|line| !line.starts_with("  base") && !line.starts_with("  head"))
            .collect()
    };
    let from_revision = of(&["one"]);
    assert!(from_revision.contains("  base  one:data/tiny/prices.csv"), "{from_revision}");
    for sides in [["before.csv", "data/tiny"], ["one", "data/tiny/prices.csv"]] {
        assert_eq!(named(&of(&sides)), named(&from_revision));
    }
    // The other way round, the day went.
    assert!(of(&["data/tiny", "one"]).contains("; 1 day removed"));
}

#[test]
fn what_cannot_be_compared_is_told_at_once() {
    let folder = repository();
    let problems = |arguments: &[&str], expected: &[&str]| -> String {
        let (status, out, err) = run(folder.path(), arguments);
        assert_eq!(status, 2, "{out}{err}");
        for expected in expected {
            assert!(err.contains(expected), "no `{expected}` in\n{err}");
        }
        out
    };
    problems(
        &["diff", "--source", "tyni", "one"],
        &["`one` has no price source `tyni`", "no price source `tyni` in `data`", "2 problems"],
    );
    problems(
        &["diff", "--source", "tiny", "nowhere", "neither.csv"],
        &["`nowhere` is neither", "`neither.csv` is neither", "2 problems"],
    );
    problems(&["diff", "--source", "tiny", "one", "data/other"], &["no day in common"]);
    problems(
        &["diff", "--source", "tiny", "one", "--only", "smal", "--only", "elsewhere"],
        &["did you mean `small`?", "elsewhere.yaml:2:", "uses the source `other`", "2 problems"],
    );
    assert!(problems(&["diff", "one", "--only", "small"], &["--source"]).is_empty());
    let json = ["diff", "--source", "tiny", "one", "--format", "json"];
    problems(&json, &["--source is told as text or as markdown"]);
    // One version without a ticker: its experiment cannot run, the other is told all the same.
    let path = folder.path().join("data/tiny/prices.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen(",XLU,", ",XLUU,", 1)).unwrap();
    let out = problems(
        &["diff", "--source", "tiny", "one"],
        &["small.yaml:2:", "data/tiny/prices.csv has no ticker `XLU`", "did you mean `XLUU`?"],
    );
    assert!(out.contains("- ticker XLU") && out.contains("+ ticker XLUU"), "{out}");
    assert!(out.contains("no experiment changes in any figure (1 compared)"), "{out}");
}
