//! A reader under damaged inputs: it gives a value or problems, never a panic, within a second; on
//! demand within ten seconds and a gibibyte.
//!
//! The program's own tests (`src/shell/fuzz.rs`) use this file too, for readers that are not public.

#[path = "mutate.rs"]
pub(crate) mod mutate;

use std::any::Any;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longest that a reader may take for an input of some kilobytes: in every test run, and on demand,
/// where the machine may be busy with other readers.
const LONGEST: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// A reader that takes as long hangs: the process ends with the seed, since nothing else would end it.
const HANGS: Duration = Duration::from_secs(30);

/// Most memory of the process, in KiB.
const MOST: u64 = 1 << 20;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A line of `/proc/self/status` in KiB; 0 where there is none.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    found.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Says something past the test harness, which hides what a passing test prints.
fn say(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).unwrap();
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Gives `reader` the damaged input of each seed; it says whether the input could still be read.
/// Fails with the seeds at which it panicked or took too long, and if hardly any input could be read.
///
/// `cases` is for every test run. Where `DFA_FUZZ_CASES` asks for another count, from the seed
/// `DFA_FUZZ_SEED` on, a line of a table is printed too: name, cases and how many of them were read,
/// failures, time of the slowest, peak memory of the process (Linux only) and what of it was there
/// before.
pub(crate) fn survives<I>(
    name: &str,
    cases: u64,
    input: impl Fn(u64) -> I,
    reader: impl Fn(&I) -> bool,
) {
    let on_demand = asked("DFA_FUZZ_CASES");
    let first = asked("DFA_FUZZ_SEED").unwrap_or(0);
    let cases = on_demand.unwrap_or(cases);
    let longest = LONGEST[usize::from(on_demand.is_some())];
    // Resets the peak; elsewhere than on Linux there is nothing to reset.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS:");
    let mut failures = Vec::new();
    let mut read = 0;
    let mut slowest = (Duration::ZERO, first);
    let now = Mutex::new((first, Instant::now()));
    std::thread::scope(|scope| {
        let (running, wait) = channel::<()>();
        let (now, watch) = (&now, on_demand.is_some());
        scope.spawn(move || {
            while wait.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
                let (seed, since) = *now.lock().unwrap();
                if since.elapsed() > HANGS || watch && memory("VmRSS:") > MOST {
                    say(&format!("{name}: seed {seed} hangs or takes more than a gibibyte\n"));
                    std::process::abort();
                }
            }
        });
        for seed in first..first + cases {
            let input = input(seed);
            let timed = || {
                let start = Instant::now();
                *now.lock().unwrap() = (seed, start);
                let outcome = catch_unwind(AssertUnwindSafe(|| reader(&input)));
                (outcome, start.elapsed())
            };
            let (outcome, mut took) = timed();
            if outcome.is_ok() && took > longest {
                // The machine may have been busy with something else.
                took = took.min(timed().1);
            }
            slowest = slowest.max((took, seed));
            match outcome {
                Err(panic) => failures.push(format!("seed {seed}: {}", words(&*panic))),
                Ok(_) if took > longest => failures.push(format!("seed {seed}: {took:?}")),
                Ok(was_read) => read += u64::from(was_read),
            }
        }
        drop(running);
    });
    if on_demand.is_some() {
        let peak = memory("VmHWM:");
        say(&format!(
            "| {name} | {cases} | {read} | {} | {:.3} s (seed {}) | {} MiB ({} MiB before) |\n",
            failures.len(),
            slowest.0.as_secs_f64(),
            slowest.1,
            peak >> 10,
            before >> 10,
        ));
        assert!(peak < MOST, "{name}: {peak} KiB");
    }
    // Damage that nothing survives tries the first lines of a reader and no more.
    assert!(cases < 50 || read > cases / 100, "{name}: only {read} of {cases} inputs were read");
    assert!(
        failures.is_empty(),
        "{} failures of {name}\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n")
    );
}
