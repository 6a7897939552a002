//! Damaged input: every reader gives a value or problems, never a panic, within a second.
//!
//! `DFA_FUZZ_CASES` and `DFA_FUZZ_SEED` ask for more cases and other seeds than the few hundred of
//! every test run.

mod mutate;
mod prices;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Longest that a reader may take for an input of some kilobytes.
const LONGEST: Duration = Duration::from_secs(1);

/// Gives `reader` damaged inputs, each of its seed. Fails with the seeds at which it panicked or
/// took too long.
fn survives(cases: u64, inputs: &[Vec<u8>], words: &[&str], reader: impl Fn(&[u8])) {
    let from = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = from("DFA_FUZZ_SEED").unwrap_or(0);
    let mut failures = Vec::new();
    for seed in first..first + from("DFA_FUZZ_CASES").unwrap_or(cases) {
        let bytes = mutate::mutated(seed, inputs, words);
        let timed = || {
            let start = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| reader(&bytes)));
            (outcome, start.elapsed())
        };
        let (outcome, mut took) = timed();
        if outcome.is_ok() && took > LONGEST {
            // The machine may have been busy with something else.
            took = timed().1;
        }
        if outcome.is_err() || took > LONGEST {
            failures.push(format!("seed {seed}: panicked {}, {took:?}", outcome.is_err()));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}
