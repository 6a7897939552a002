//! What a build is asked for.

use std::path::{Path, PathBuf};

use clap::Args;

use super::compute::Shard;
use crate::shell::cli::arguments::jobs;
use crate::shell::cli::{Folders, StoreOption, settings};

/// What a site is made of, and how.
#[derive(Debug, Clone, Args)]
pub(in crate::shell::cli) struct Making {
    #[command(flatten)]
    pub(in crate::shell::cli) folders: Folders,
    /// Folder of templates that replace the built-in ones, file by file; `templates` by default, if
    /// it is there.
    #[arg(long, value_name = "DIR")]
    pub(in crate::shell::cli) templates: Option<PathBuf>,
    #[command(flatten)]
    pub(super) settings: settings::SiteArguments,
    /// Threads to use, 1 to 256; all cores by default. Any number gives the same bytes.
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(super) jobs: Option<usize>,
    #[command(flatten)]
    pub(super) store: StoreOption,
}

impl Making {
    /// Of what is in these folders, as it is by default otherwise.
    pub(in crate::shell::cli) fn new(
        folders: &Folders,
        jobs: Option<usize>,
        store: &StoreOption,
    ) -> Self {
        let (folders, store) = (folders.clone(), store.clone());
        Self { folders, templates: None, settings: settings::SiteArguments::default(), jobs, store }
    }

    /// The same of what is in other folders.
    pub(in crate::shell::cli) fn of(&self, folders: &Folders) -> Self {
        Self { folders: folders.clone(), ..self.clone() }
    }
}

/// Arguments of `build`.
#[derive(Debug, Args)]
pub(in crate::shell::cli) struct Arguments {
    #[command(flatten)]
    pub(super) making: Making,
    /// Folder of the site.
    #[arg(long, value_name = "DIR", default_value = "site")]
    pub(super) out: PathBuf,
    /// Run only this experiment and keep the others as the site has them; may be given again.
    #[arg(long, value_name = "ID")]
    pub(super) only: Vec<String>,
    /// Write no page; list the files by which the site is out of date, exit status 1 if any.
    #[arg(long)]
    pub(super) check: bool,
    /// Compute everything again, and report results that differ from those in the store: they must
    /// not.
    #[arg(long)]
    pub(super) force: bool,
    /// Compute the I-th of N parts into the store and write no page; a build without it does.
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, conflicts_with_all = ["check", "only"])]
    pub(super) shard: Option<Shard>,
    /// Say why this experiment runs or does not; may be given again.
    #[arg(long, value_name = "ID")]
    pub(super) explain: Vec<String>,
    /// The site from which experiments without prices are taken; the one in `out` by default.
    #[arg(skip)]
    pub(super) kept: Option<PathBuf>,
}

impl Arguments {
    /// Of a build into a folder of its own: what cannot be computed is taken from the site `kept`,
    /// which is only read.
    pub(in crate::shell::cli) fn preview(making: Making, out: PathBuf, kept: PathBuf) -> Self {
        let kept = Some(kept);
        let (only, explain, shard) = (Vec::new(), Vec::new(), None);
        Self { making, out, only, check: false, force: false, shard, explain, kept }
    }

    /// The same of some experiments only, of all where none is named.
    #[must_use]
    pub(in crate::shell::cli) fn with_only(self, only: &[String]) -> Self {
        Self { only: only.to_vec(), ..self }
    }

    /// The folder of the site from which experiments without prices are taken.
    pub(super) fn kept(&self) -> &Path {
        self.kept.as_deref().unwrap_or(&self.out)
    }

    /// Whether nothing is asked for that has to be looked into.
    pub(super) fn is_plain(&self) -> bool {
        !self.force && self.shard.is_none() && self.explain.is_empty()
    }
}
