//! The command line: load, call, save; one short file a command.
//!
//! Results go to standard output, problems to standard error, progress bars only to a terminal.
//! Exit status: 0 done, 1 findings, 2 failure.

mod arguments;
mod authored;
#[expect(clippy::disallowed_methods, reason = "the environment asks for a backtrace")]
mod bug;
mod build;
mod check;
mod diff;
#[expect(clippy::disallowed_methods, reason = "a key is in the environment, downloads are dated")]
mod fetch;
mod former;
mod import;
mod load;
mod meta;
mod notes;
mod outcome;
mod progress;
mod sample;
mod scaffold;
#[expect(clippy::disallowed_methods, reason = "a build is said to have taken so long")]
mod serve;
mod settings;
#[expect(clippy::disallowed_methods, reason = "entries are as old as the clock says")]
mod store;
#[expect(clippy::disallowed_methods, reason = "the environment may say where results are")]
mod store_option;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use bug::guarded;

pub(crate) use arguments::{Folders, public_address, unknown_ids};
use outcome::ended;
pub(crate) use outcome::{Outcome, report_problems, report_warnings, say};
pub(crate) use store_option::StoreOption;

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
    /// Check specs, texts and data without running anything; exit status 1 if there are problems.
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
    /// Set up a repository: a first experiment, the sample market, workflows for GitHub.
    Init(scaffold::InitArguments),
    /// Show the site in a browser and build it again whenever its inputs change.
    Serve(serve::Arguments),
    /// Look after the results that are kept: how much it is, whether it is whole, what can go.
    Store(store::Arguments),
    /// Print the JSON Schema of experiment specs, for editors.
    Schema(meta::SchemaArguments),
    /// Print shell completions.
    Completions(meta::CompletionsArguments),
    /// Print the manual page.
    Man,
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    guarded(|| ended(run(cli.command)))
}

fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Build(arguments) => build::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::New(arguments) => scaffold::new(&arguments),
        Command::Init(arguments) => scaffold::init(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Store(arguments) => store::run(&arguments),
        Command::Schema(arguments) => meta::schema(&arguments),
        Command::Completions(arguments) => meta::completions(&arguments, Cli::command()),
        Command::Man => meta::man(Cli::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
