//! The reader of specs: whatever a file says, it is a spec or has problems in our words.

use dfa_report::engine::spec;

use super::{mutated, survives};
use crate::support::read;

/// What breaks readers.
const WORDS: [&str; 48] = [
    "1e308",
    "-1",
    "0",
    "5e-324",
    "18446744073709551615",
    "340282366920938463463374607431768211456",
    "-170141183460469231731687303715884105729",
    ".inf",
    "-.inf",
    ".nan",
    "null",
    "~",
    "true",
    "{}",
    "[]",
    "{a: 1}",
    "[[1]]",
    "&a *a",
    "*a",
    "&a",
    "!!binary \"%%\"",
    "!!binary aGVsbG8=",
    "!x y",
    "!!int \"x\"",
    "!!str 1",
    "!!float 1",
    "? ",
    ": ",
    "- ",
    "| ",
    "> ",
    "\"",
    "'",
    "\t",
    "\r\n",
    "---\n",
    "<<: *a",
    "\u{feff}",
    "\u{202e}",
    "2020-02-30",
    "kind: ",
    "ridge",
    "\n  ",
    "0.5",
    ".gain.",
    "regime[",
    "all.oos_r2",
    " > ",
];

/// Words of the parser that say nothing to a user.
const FOREIGN: [&str; 5] = ["no meaning", "cannot be read", "budget", "invalid type", "YAML value"];

/// What is wrong with the answer to a text, if it is refused.
fn refused(text: &str) -> Option<Vec<&'static str>> {
    let problems = spec::parse("a", "a.yaml", text).err()?;
    let told = problems.to_string();
    let mut wrong: Vec<&str> = FOREIGN.into_iter().filter(|words| told.contains(words)).collect();
    if problems.is_empty() {
        wrong.push("no problem");
    }
    if problems.iter().any(|problem| problem.place.is_none()) {
        wrong.push("no place");
    }
    Some(wrong)
}

#[test]
fn a_broken_spec_is_a_spec_or_has_problems_in_our_words() {
    let shipped =
        ["baseline", "regime-aware", "all-detectors", "several-lags", "holdout-selection"];
    let every = [
        "ok_full",
        "ok_other",
        "ok_every_detector",
        "ok_systems",
        "ok_sectors",
        "ok_criteria",
        "ok_sweep",
    ];
    let shipped = shipped.map(|name| read(&format!("experiments/{name}.yaml")));
    let every = every.map(|name| read(&format!("tests/fixtures/spec/{name}.yaml")));
    let files: Vec<Vec<u8>> = shipped.into_iter().chain(every).map(String::into_bytes).collect();
    let damaged = |seed: u64| mutated(seed, &files, &WORDS);
    survives("spec", 2000, damaged, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let wrong = refused(&text);
        assert!(wrong.as_ref().is_none_or(Vec::is_empty), "{wrong:?}\n{text:.3000}");
        wrong.is_none()
    });
}

/// Some 30 kB of the stack are taken for a level.
#[test]
fn no_depth_exhausts_the_stack() {
    for level in ["[", "{a: ", "- ", "? ", "!!seq [", "a: {b: "] {
        for depth in [30, 1000, 100_000] {
            for before in ["", "title: ", "models: "] {
                let text = format!("{before}{}", level.repeat(depth));
                assert_eq!(refused(&text), Some(vec![]), "{before}{level} {depth} times");
            }
        }
    }
}
