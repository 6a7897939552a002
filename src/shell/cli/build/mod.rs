//! `build`: compute what is missing into the store, render the pages, publish the folder.
//!
//! Results depend on their key alone and stay in the store; pages depend on results, words and
//! templates, and are kept where none of these has changed. Nothing but one batch of experiments is
//! in memory at a time.

mod arguments;
mod asked;
mod compute;
mod ending;
mod kept;
mod make;
mod named;
mod plan;
mod record;
mod sink;
mod sweep;
mod texts;
mod vault;

use std::path::{Path, PathBuf};

pub(super) use self::arguments::{Arguments, Making};
use self::compute::{Computed, Shard, compute};
pub(super) use self::ending::Built;
use self::ending::Ending;
use self::make::{Maker, Memory};
pub(super) use self::named::named;
use self::plan::{Plan, explained, plan};
use self::record::{Last, Record};
use self::vault::Vault;
use super::authored::Authored;
use super::load::load;
use super::{Outcome, report_problems, report_warnings, say, settings, unknown_ids};
use crate::base::diagnostic::Problems;
use crate::base::units::format::counted;
use crate::report::site::{self, AuthorPage, Site};
use crate::results::SourceSummary;
use crate::shell::store::{self, Kept, Seen};

/// Fingerprint of all sources and templates of the program, made by the build script.
const PROGRAM: &str = env!("DFA_PROGRAM");

/// The folders whose files a build reads, and the file beside them.
pub(super) fn inputs_of(making: &Making) -> (Vec<PathBuf>, PathBuf) {
    let Making { folders, templates, .. } = making;
    let beside = folders.experiments.parent().unwrap_or(Path::new(""));
    let templates = templates.clone().unwrap_or_else(|| store::TEMPLATES.into());
    let data = folders.data().to_owned();
    (
        vec![folders.experiments.clone(), beside.join("pages"), data, templates],
        settings::path(folders),
    )
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let built = build(arguments)?;
    say(&format!("{}{}{}", built.notes, built.stamps, built.summary))?;
    if !built.problems.is_empty() {
        report_problems(&built.problems);
    }
    report_warnings(&built.warnings);
    Ok(built.outcome)
}

/// Builds a site. What a reader may want to know before experiments run is said at once.
///
/// # Errors
/// All problems by which there is no site; the operating system's.
pub(super) fn build(arguments: &Arguments) -> anyhow::Result<Built> {
    let Making { folders, templates, settings, jobs, store } = &arguments.making;
    let mut problems = Problems::new();
    let mut told = |found| problems.extend(found);
    let options = settings::options(folders, settings);
    let store = match &options {
        Ok(_) => store.open(folders).map_err(&mut told).ok(),
        // What is wrong with the settings is told once.
        Err(_) => None,
    };
    let options = options.map_err(&mut told).unwrap_or_default();
    let mut record = Record::open(&arguments.out);
    let seen = record.seen();
    let inputs = inputs(arguments, &seen);
    if let Some(last) = record.last(&inputs).filter(|_| arguments.is_plain())
        && store.is_some()
        && let Some(files) = store::is_as_left(&arguments.out, last.manifest.as_deref(), &seen)
    {
        seen.keep();
        return Ok(unchanged(arguments, last, files));
    }
    let overrides = store::templates(templates.as_deref());
    let overrides = overrides.map_err(&mut told).unwrap_or_default();
    let kept = Kept::open(arguments.kept());
    let is_kept = |id: &str| kept.as_ref().is_ok_and(|kept| kept.has_results(id));
    let loaded = load(folders, &arguments.only, &is_kept);
    let loaded = loaded.map_err(&mut told).unwrap_or_default();
    let (experiments, mut sources) = loaded;
    let ids: Vec<&str> = experiments.iter().map(|each| each.spec.id.as_str()).collect();
    if !ids.is_empty() {
        told(unknown_ids("--explain", &arguments.explain, &ids));
        let groups = experiments.iter().map(|each| each.spec.group.as_str());
        told(settings::unknown_groups(folders, &groups.collect::<Vec<_>>()));
    }
    let authored = match experiments.is_empty() {
        false => {
            let own = experiments.iter().filter(|experiment| experiment.owner().is_none());
            let ids: Vec<String> = own.map(|experiment| experiment.spec.id.clone()).collect();
            Authored::read(folders, &experiments, &ids).map_err(&mut told).ok()
        }
        true => None,
    };
    problems.into_result(())?;
    let (authored, warnings) = authored.unwrap_or_default();
    report_warnings(&warnings);
    let Some(store) = store else { unreachable!("a store that cannot be opened is a problem") };
    // Held while the experiments run, so that a second build is told at once.
    let is_written = !arguments.check && arguments.shard.is_none();
    let held = if is_written { Some(store::hold(&arguments.out)?) } else { None };
    if arguments.check {
        store::finish(&arguments.out)?;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).build()?;
    let vault = Vault::new(store);
    record.read_pages();
    let built = pool.install(|| -> anyhow::Result<Built> {
        // Publishing says what is wrong with it, and so does taking anything from it.
        let kept = kept.unwrap_or_else(|_| Kept::none(arguments.kept()));
        let is_stored = |hash: &str| vault.has(hash);
        let plan = plan(&experiments, &arguments.only, &kept, is_stored);
        announce(&plan, &vault, &record, arguments)?;
        let computed = compute(&plan, &vault, arguments.shard, arguments.force)?;
        sweep::make_curves(&plan, &vault, arguments.shard);
        if let Some(shard) = arguments.shard {
            return sharded(shard, computed, &vault);
        }
        add_unpriced(&plan, &kept, &mut sources)?;
        let pages: Vec<AuthorPage> = authored.pages.iter().map(|(page, _)| page.clone()).collect();
        let site = Site::new(&overrides, &sources, &options, &plan.listed())?.with_pages(&pages);
        let frame = frame(&overrides, &options, &pages);
        let maker = Maker {
            plan: &plan,
            vault: &vault,
            kept: &kept,
            record: &record,
            site,
            sources: &sources,
            frame,
            authored: &authored,
            experiments: &experiments,
            memory: Memory::default(),
        };
        let ending = Ending {
            arguments,
            plan: &plan,
            record: &record,
            seen: &seen,
            inputs: &inputs,
            computed,
        };
        ending.write(&maker, held.as_ref(), &experiments)
    })?;
    seen.keep();
    Ok(Built { warnings: vault.store().warnings(), ..built })
}

/// Hash of the program, its options and every file that a build may read.
fn inputs(arguments: &Arguments, seen: &Seen) -> String {
    let Arguments { making, out, only, .. } = arguments;
    let Making { folders, templates, settings, .. } = making;
    let mut hasher = blake3::Hasher::new();
    let options = format!("{folders:?} {templates:?} {out:?} {only:?} {settings:?}");
    hasher.update(format!("{PROGRAM}\n{options}\n").as_bytes());
    let templates = templates.as_deref().unwrap_or(Path::new(store::TEMPLATES));
    let read = store::inputs(&folders.experiments, folders.data(), templates);
    for file in read.into_iter().chain([settings::path(folders)]) {
        let hash = seen.hash(&file).unwrap_or_default();
        hasher.update(format!("{} {hash}\n", file.display()).as_bytes());
    }
    if let Some(kept) = &arguments.kept {
        let hash = store::manifest_hash(kept, seen).unwrap_or_default();
        hasher.update(format!("{} {hash}\n", kept.display()).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Hash of what every page is made of.
fn frame(
    overrides: &std::collections::BTreeMap<String, String>,
    options: &site::Options,
    pages: &[AuthorPage],
) -> String {
    let links: Vec<_> = pages.iter().map(|page| (&page.name, &page.title)).collect();
    let text = format!("{PROGRAM} {options:?} {overrides:?} {links:?}");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn unchanged(arguments: &Arguments, last: &Last, files: usize) -> Built {
    if arguments.check {
        return Built { summary: ending::up_to_date(&arguments.out, files), ..Built::default() };
    }
    let published = store::Published { written: 0, unchanged: files, deleted: 0 };
    let built = Built::published(&arguments.out, last.experiments, 0, published);
    Built { is_as_before: true, ..built }
}

/// What a reader may want to know before experiments run.
fn announce(
    plan: &Plan<'_>,
    vault: &Vault,
    record: &Record,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    say(&plan.touched(record))?;
    for id in &arguments.explain {
        match plan.by_id.get(id.as_str()).map(|at| &plan.items[*at]) {
            Some(item) => say(&explained(item, vault.has(item.origin.hash()), record))?,
            None => say(&format!("{id}: left out by --only, and not on the site\n"))?,
        }
    }
    Ok(())
}

/// The end of a build that computed one of several parts.
fn sharded(shard: Shard, computed: Computed, vault: &Vault) -> anyhow::Result<Built> {
    let store = vault.store();
    let summary = format!(
        "shard {}/{}: {} computed into {}, {} there already\n",
        shard.number,
        shard.of,
        counted(computed.ran, "experiment", "experiments"),
        store.location(),
        computed.asked - computed.ran
    );
    if store.unwritten() > 0 {
        say(&summary)?;
        return Err(store.warnings().into());
    }
    Ok(Built { summary, ..Built::default() })
}

/// Adds what the site says of the sources without prices. What others were found to be in comparison
/// with these is what the site says too, as long as their own prices are the same.
fn add_unpriced(
    plan: &Plan<'_>,
    kept: &Kept<'_>,
    sources: &mut Vec<SourceSummary>,
) -> Result<(), store::Error> {
    if !plan.unpriced().is_empty() {
        for source in sources.iter_mut() {
            if let Some(known) = kept::source(kept, &source.name)?
                && known.file_hash == source.file_hash
            {
                source.quality = known.quality;
            }
        }
    }
    for item in &plan.items {
        let name = &item.experiment.spec.data.source;
        if item.experiment.ready.is_none() && sources.iter().all(|known| known.name != *name) {
            sources.extend(kept::source(kept, name)?);
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}
