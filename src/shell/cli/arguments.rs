//! What the command lines of several commands have in common.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::base::diagnostic::{Problem, Problems};

/// Where a repository keeps its inputs.
#[derive(Debug, Clone, Args)]
pub(crate) struct Folders {
    /// Folder of experiment specs.
    #[arg(long, value_name = "DIR", default_value = "experiments")]
    pub(super) experiments: PathBuf,
    /// Folder of price sources.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(super) data: PathBuf,
}

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
}

/// Reads a number of threads.
pub(super) fn jobs(text: &str) -> Result<usize, &'static str> {
    let number = text.parse().ok().filter(|number| (1..=256).contains(number));
    number.ok_or("expected a number from 1 to 256")
}

/// A problem for every id of `--only` that is not `known`.
pub(crate) fn unknown_ids(only: &[String], known: &[&str]) -> Problems {
    let mut problems = Problems::new();
    for id in only.iter().filter(|id| !known.contains(&id.as_str())) {
        let message = format!("--only {id}: there is no such experiment");
        problems.push(Problem::new(message).near(id, known.iter().copied()));
    }
    problems
}
