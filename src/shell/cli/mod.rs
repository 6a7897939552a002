//! The command line: load, call, save; one short file a command.
//!
//! Results go to standard output, problems to standard error, progress bars only to a terminal.
//! Exit status: 0 done, 1 findings, 2 failure.

#![allow(clippy::disallowed_methods, reason = "`cli` is where the environment is asked")]

mod build;
mod check;
mod diff;
mod fetch;
mod import;
mod load;
mod meta;
mod progress;
mod revise;
mod sample;
mod scaffold;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::diagnostic::Problems;
use crate::shell::store;

/// Regime-aware factor modelling and walk-forward forecasting, as a static research report.
#[derive(Debug, Parser)]
#[command(name = "dfa-report", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the experiments and write the site.
    Build(build::Arguments),
    /// Check specs and data without running anything; exit status 1 if there are problems.
    Check(check::Arguments),
    /// Say what changed between two built sites, or between two versions of a price source.
    Diff(diff::Arguments),
    /// Make price files of any usual layout into a source.
    Import(import::Arguments),
    /// Download the prices of a source from where its source.yaml says.
    Fetch(fetch::Arguments),
    /// Write the synthetic sample market to data/sample.
    Sample(sample::Arguments),
    /// Start a new experiment from a commented template.
    New(scaffold::NewArguments),
    /// Set up a folder with a first experiment and the sample market.
    Init(scaffold::InitArguments),
    /// Print the JSON Schema of experiment specs, for editors.
    Schema,
    /// Print shell completions.
    Completions(meta::CompletionsArguments),
    /// Print the manual page.
    Man,
}

/// Where a repository keeps its inputs.
#[derive(Debug, Clone, Args)]
struct Folders {
    /// Folder of experiment specs.
    #[arg(long, value_name = "DIR", default_value = "experiments")]
    experiments: PathBuf,
    /// Folder of price sources.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
}

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
}

/// How a command ended, if it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Findings,
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Build(arguments) => build::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::New(arguments) => scaffold::new(&arguments),
        Command::Init(arguments) => scaffold::init(&arguments),
        Command::Schema => meta::schema(),
        Command::Completions(arguments) => meta::completions(&arguments),
        Command::Man => meta::man(),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(2)
        }
    }
}

/// Writes to standard output; the reader may close it at any time.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes problems, and how many there are, to standard error.
fn report_problems(problems: &Problems) {
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        more => format!("{more} problems"),
    };
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "{problems}\n\n{count}");
}

fn report(error: &anyhow::Error) {
    let problems =
        error.downcast_ref::<Problems>().or_else(|| match error.downcast_ref::<store::Error>() {
            Some(store::Error::Problems(problems)) => Some(problems),
            _ => None,
        });
    match problems {
        Some(problems) => report_problems(problems),
        None => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
