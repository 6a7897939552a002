//! `--format`: how a difference is written.

use clap::ValueEnum;

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs: `dfa-report schema --diff` has its schema.
    Json,
    /// A page with charts.
    Html,
}
