//! `new` and `init`: a first file to edit.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, sample, say};
use crate::engine::spec;
use crate::prices::sample::{SEED, generate};
use crate::shell::store;

/// What a new experiment starts from.
const TEMPLATE: &str = include_str!("new_experiment.yaml");

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// Id of the experiment: the stem of its file.
    id: String,
    /// Folder of experiment specs.
    #[arg(long, value_name = "DIR", default_value = "experiments")]
    experiments: PathBuf,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Folder to set up.
    #[arg(default_value = ".")]
    dir: PathBuf,
}

pub(super) fn new(arguments: &NewArguments) -> anyhow::Result<Outcome> {
    let path = arguments.experiments.join(format!("{}.yaml", arguments.id));
    // The template is a valid spec; what parsing can refuse here is the id.
    spec::parse(&arguments.id, &path.display().to_string(), TEMPLATE)?;
    store::write_file(&path, TEMPLATE.as_bytes(), false)?;
    say(&format!("{}: edit it, then run `dfa-report build`\n", path.display()))?;
    Ok(Outcome::Done)
}

pub(super) fn init(arguments: &InitArguments) -> anyhow::Result<Outcome> {
    let experiment = arguments.dir.join("experiments/first.yaml");
    store::write_file(&experiment, TEMPLATE.as_bytes(), false)?;
    sample::write(&arguments.dir.join("data/sample"), &generate(SEED), false)?;
    say(&format!(
        "{}: a first experiment and the sample market; run `dfa-report build` there\n",
        arguments.dir.display()
    ))?;
    Ok(Outcome::Done)
}
