//! Specs that somebody broke: whatever a file says, it is a spec or has problems in our words.
//!
//! Seeded mutations of the experiments and of specs with every key; the same ones in each run.

use std::panic::catch_unwind;

use dfa_report::engine::spec;

use super::support::{read, uniform};

/// What breaks readers.
const TOKENS: [&str; 40] = [
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
];

fn sources() -> Vec<String> {
    let shipped =
        ["baseline", "regime-aware", "all-detectors", "several-lags", "holdout-selection"];
    let every = ["ok_full", "ok_other", "ok_every_detector", "ok_systems", "ok_sectors"];
    let shipped = shipped.map(|name| read(&format!("experiments/{name}.yaml")));
    let every = every.map(|name| read(&format!("tests/fixtures/spec/{name}.yaml")));
    shipped.into_iter().chain(every).collect()
}

/// One mutation of the bytes: a flip, a cut, a splice of another file, a token in place of a piece,
/// a piece again, or a very long one.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], pick: &mut impl FnMut(usize) -> usize) {
    let at = pick(bytes.len() + 1);
    let piece = at..(at + pick(12)).min(bytes.len());
    match pick(8) {
        0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << pick(8)),
        1 => bytes.truncate(at),
        2 => drop(bytes.splice(piece, [])),
        3 => {
            let from = pick(other.len());
            let to = (from + pick(80)).min(other.len());
            drop(bytes.splice(piece, other[from..to].iter().copied()));
        }
        4 => drop(bytes.splice(at..at, bytes[piece].to_vec().repeat(1 + pick(400)))),
        _ => {
            // After a colon a token is a value.
            let colon =
                bytes.iter().skip(at).position(|byte| *byte == b':').map(|after| at + after + 2);
            let start = colon.filter(|_| pick(2) == 0).unwrap_or(at).min(bytes.len());
            let line = bytes.iter().skip(start).position(|byte| b"\n,}]".contains(byte));
            let end = line.map_or(bytes.len(), |after| start + after);
            drop(bytes.splice(start..end, TOKENS[pick(TOKENS.len())].bytes()));
        }
    }
}

#[test]
fn a_broken_spec_is_a_spec_or_has_problems_in_our_words() {
    let sources = sources();
    let mut noise = uniform(10);
    let mut pick = |below: usize| ((noise() + 0.5) * below.max(1) as f64) as usize;
    let (mut read, mut refused, mut failed) = (0, 0, Vec::new());
    for _ in 0..3000 {
        let mut bytes = sources[pick(sources.len())].clone().into_bytes();
        for _ in 0..=pick(3) {
            let other = sources[pick(sources.len())].as_bytes();
            mutate(&mut bytes, other, &mut pick);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match catch_unwind(|| spec::parse("a", "a.yaml", &text)) {
            Ok(Ok(_)) => read += 1,
            Ok(Err(problems)) => {
                refused += 1;
                let told = problems.to_string();
                let foreign =
                    ["no meaning", "cannot be read", "budget", "invalid type", "YAML value"];
                if problems.is_empty() || foreign.iter().any(|words| told.contains(words)) {
                    failed.push(format!("{told}\n{text}"));
                }
            }
            Err(_) => failed.push(format!("panicked\n{text}")),
        }
    }
    assert!(failed.is_empty(), "{} of 3000\n{}", failed.len(), failed[0]);
    assert!(read > 100 && refused > 1000, "{read} read, {refused} refused");
}
