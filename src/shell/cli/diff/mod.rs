//! `diff`: what changed between two builds, or between two versions of a price source.

mod combinations;
mod format;
mod gate;
mod prices;
mod rebuild;
mod revise;
mod sides;
mod tested;

use std::path::{Path, PathBuf};

use clap::Args;

use self::format::Format;
pub(super) use self::gate::Gate;
use self::rebuild::{Rebuilding, problems_of};
use self::sides::Side;
use super::arguments::jobs;
use super::build::Making;
use super::{Folders, Outcome, StoreOption, public_address, say, settings};
use crate::base::diagnostic::Problems;
use crate::report::diff::{self, Found, SiteDiff};
use crate::report::site;
use crate::shell::store;

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The older side: a folder with a built site or with results, or a git revision.
    base: String,
    /// The newer side; the folder of the site by default.
    head: Option<String>,
    /// Folder of the site, where revisions are looked up.
    #[arg(long, value_name = "DIR", default_value = "site")]
    site: PathBuf,
    /// How to say it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Compute the results of git revisions, and of the work tree where no HEAD is named, by today's
    /// program, instead of reading those that are committed. Where prices, spec and program changed
    /// together, their combinations are run too, and each difference is split between them.
    #[arg(long, conflicts_with = "source")]
    rebuild: bool,
    /// Also write the comparison with its charts into this folder: index.html, diff.json and a
    /// picture of each experiment that changed.
    #[arg(long, value_name = "DIR", conflicts_with = "source")]
    out: Option<PathBuf>,
    /// Address at which that folder will be, for links and pictures in a comment.
    #[arg(long, value_name = "URL", conflicts_with = "source")]
    link: Option<String>,
    /// Exit status 1 if the change breaks a rule of `gate` in `dfa-report.yaml`; without one, if a
    /// met criterion is met no more, a certificate fails, or a Sharpe ratio or R² falls by more than
    /// noise. Of two versions of a source: if a difference is more than noise on the days that both
    /// have.
    #[arg(long)]
    gate: bool,
    #[command(flatten)]
    folders: Folders,
    #[command(flatten)]
    store: StoreOption,
    /// Threads to use, 1 to 256; all cores by default. Any number gives the same bytes.
    #[arg(long, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,
    #[command(flatten)]
    revision: revise::SourceArguments,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments { folders, site, format, out, .. } = arguments;
    if let Some(source) = &arguments.revision.source {
        let sides = (arguments.base.as_str(), arguments.head.as_deref());
        let asked = revise::Asked { folders, only: &arguments.revision.only, gate: arguments.gate };
        return revise::run(source, sides, &asked, *format);
    }
    let link = arguments.link.as_deref().map(public_address).transpose()?;
    let gate = match arguments.gate {
        true => Some(settings::gate(folders)?.unwrap_or_default()),
        false => None,
    };
    let making = Making::new(folders, arguments.jobs, &arguments.store);
    let rebuilding = arguments.rebuild.then_some(Rebuilding { making: &making, site });
    let [mut base, mut head] = open(arguments, rebuilding.as_ref())?;
    sides::follow_only(&mut base, &mut head);
    let renamed = sides::follow_renames(&mut base, &head);
    let ids = diff::changed_ids(&base.results, &head.results);
    let found = Found {
        paired: tested::all(&base, &head, &ids)?,
        by_program: base.rebuilt.keys().cloned().collect(),
        combinations: combinations::combinations(&base, &head, &ids, rebuilding.as_ref())?,
        prices: prices::changes(&base, &head, &ids, folders.data()),
        renamed,
    };
    let mut changes = diff::compare(base.as_given(), head.as_given(), &found);
    changes.gate = gate.map(|gate| gate.broken_by(&changes));
    let pictured = match out.is_some() || *format == Format::Html {
        true => tested::pictured(&changes, &base, &head)?,
        false => Vec::new(),
    };
    if let Some(out) = out {
        store::check_no_site(out)?;
        write(out, &changes, &pictured)?;
    }
    say(&match format {
        Format::Text => diff::to_text(&changes),
        Format::Markdown => diff::to_markdown(&changes, link.as_deref()),
        Format::Json => diff::to_json(&changes),
        Format::Html => site::difference(&changes, &pictured)?,
    })?;
    let is_broken = changes.gate.is_some_and(|broken| !broken.is_empty());
    Ok(if is_broken { Outcome::Findings } else { Outcome::Done })
}

/// Both sides, read or rebuilt; all problems of both at once.
fn open(arguments: &Arguments, rebuilding: Option<&Rebuilding<'_>>) -> anyhow::Result<[Side; 2]> {
    let Arguments { base, head, site, .. } = arguments;
    let mut problems = Problems::new();
    let mut open = |named: Option<&str>, is_base| match Side::open(named, is_base, site, rebuilding)
    {
        Ok(side) => Ok(Some(side)),
        Err(error) => {
            problems.extend(problems_of(error)?);
            anyhow::Ok(None)
        }
    };
    let sides = [open(Some(base), true)?, open(head.as_deref(), false)?];
    problems.into_result(())?;
    let [Some(mut base), Some(head)] = sides else {
        unreachable!("a side that is not there is a problem")
    };
    sides::date(&mut base, &head, site)?;
    Ok([base, head])
}

/// Writes the page, the data and the pictures.
fn write(out: &Path, changes: &SiteDiff, pictured: &[diff::Pictured]) -> anyhow::Result<()> {
    let write = |name: &str, text: &str| store::write_file(&out.join(name), text.as_bytes(), true);
    write("index.html", &site::difference(changes, pictured)?)?;
    write("diff.json", &diff::to_json(changes))?;
    for picture in pictured {
        write(&format!("{}.svg", picture.id), &site::difference_picture(picture)?)?;
    }
    Ok(())
}
