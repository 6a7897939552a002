//! How a command ends, and how it speaks: results to standard output, problems to standard error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::base::diagnostic::{Problems, visible};
use crate::shell::store;

/// How a command ended, if it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Findings,
}

/// Tells a failure, and the exit status.
pub(super) fn ended(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&failure(&error));
            ExitCode::from(2)
        }
    }
}

/// Writes to standard output, names of others made visible; the reader may close it at any time.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let mut lines = text.split_inclusive('\n');
    lines.try_for_each(|line| {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let cells: Vec<String> = line.split('\t').map(visible).collect();
        write!(out, "{}{end}", cells.join("\t"))
    })?;
    out.flush()?;
    Ok(())
}

/// Problems, and how many there are, as lines.
pub(super) fn lines_of(problems: &Problems) -> String {
    format!("{problems}\n\n{}\n", problems.counted())
}

/// Writes problems, and how many there are, to standard error.
pub(crate) fn report_problems(problems: &Problems) {
    complain(&lines_of(problems));
}

/// Writes lines to standard error.
pub(super) fn complain(lines: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = io::stderr().write_all(lines.as_bytes());
}

/// Writes problems by which nothing fails to standard error.
pub(crate) fn report_warnings(problems: &Problems) {
    if !problems.is_empty() {
        let _ = writeln!(io::stderr(), "{problems:#}");
    }
}

/// What is to be said of a failure, as lines.
pub(super) fn failure(error: &anyhow::Error) -> String {
    let problems =
        error.downcast_ref::<Problems>().or_else(|| match error.downcast_ref::<store::Error>() {
            Some(store::Error::Problems(problems)) => Some(problems),
            _ => None,
        });
    match problems {
        Some(problems) => lines_of(problems),
        None => format!("error: {}\n", visible(&format!("{error:#}"))),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
