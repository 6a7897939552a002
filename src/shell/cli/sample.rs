//! `sample`: the synthetic market as files.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Outcome, say};
use crate::base::diagnostic::Problems;
use crate::base::name;
use crate::prices::sample::{SEED, Sample, generate};
use crate::shell::store;

/// Arguments of `sample`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of price sources.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Name of the source: the folder under it.
    #[arg(long, default_value = "sample")]
    name: String,
    /// Seed of the simulation.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Overwrite files that exist.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    name::check_new(&arguments.name, "a source").map_err(Problems::from)?;
    let sample = generate(arguments.seed);
    let folder = arguments.data.join(&arguments.name);
    write(&folder, &sample, arguments.force)?;
    say(&format!("{}: prices.csv, truth.csv, source.yaml\n", folder.display()))?;
    Ok(Outcome::Done)
}

/// Writes the three files of a source.
pub(super) fn write(folder: &Path, sample: &Sample, force: bool) -> anyhow::Result<()> {
    for (name, text) in [
        ("prices.csv", &sample.prices_csv),
        ("truth.csv", &sample.truth_csv),
        ("source.yaml", &sample.source_yaml),
    ] {
        store::write_file(&folder.join(name), text.as_bytes(), force)?;
    }
    Ok(())
}
