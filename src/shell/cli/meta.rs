//! `schema`, `completions`, `man`: the program about itself.

use clap::{Args, Command};
use clap_complete::Shell;

use super::{Outcome, authored, say, settings};
use crate::engine::spec;
use crate::report::diff;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// Print that of `dfa-report.yaml`, the settings of a site, instead.
    #[arg(long)]
    site: bool,
    /// Print that of the head of a page, `pages/*.md`, instead.
    #[arg(long, conflicts_with = "site")]
    page: bool,
    /// Print that of what `diff --format json` writes, instead.
    #[arg(long, conflicts_with_all = ["site", "page"])]
    diff: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell to print completions for.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn schema(arguments: &SchemaArguments) -> anyhow::Result<Outcome> {
    let schema = match arguments {
        SchemaArguments { site: true, .. } => settings::json_schema(),
        SchemaArguments { page: true, .. } => authored::json_schema(),
        SchemaArguments { diff: true, .. } => diff::json_schema(),
        _ => spec::json_schema(),
    };
    say(&format!("{schema:#}\n"))?;
    Ok(Outcome::Done)
}

/// Runs `completions` for the command line `command`.
pub(super) fn completions(
    arguments: &CompletionsArguments,
    mut command: Command,
) -> anyhow::Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "dfa-report", &mut text);
    say(&String::from_utf8(text)?)?;
    Ok(Outcome::Done)
}

/// Runs `man` for the command line `command`.
pub(super) fn man(command: Command) -> anyhow::Result<Outcome> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    say(&String::from_utf8(text)?)?;
    Ok(Outcome::Done)
}
