//! `sample`: the synthetic market as files.

use std::path::PathBuf;

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
    for (name, text) in files(&sample) {
        store::write_file(&folder.join(name), text.as_bytes(), arguments.force)?;
    }
    say(&format!("{}: prices.csv, truth.csv, source.yaml\n", folder.display()))?;
    Ok(Outcome::Done)
}

/// The three files of a source, by name.
pub(super) fn files(sample: &Sample) -> [(&'static str, &str); 3] {
    [
        ("prices.csv", &sample.prices_csv),
        ("truth.csv", &sample.truth_csv),
        ("source.yaml", &sample.source_yaml),
    ]
}
