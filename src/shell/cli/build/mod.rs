//! `build`: compute what is missing into the store, render the pages, publish the folder.
//!
//! Results depend on their key alone and stay in the store; pages depend on results, words and
//! templates, and are kept where none of these has changed. Nothing but one batch of experiments is
//! in memory at a time.

mod asked;
mod compute;
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

use clap::Args;

use self::compute::{Computed, Shard, compute};
use self::make::{Maker, Memory};
pub(super) use self::named::named;
use self::plan::{Plan, explained, plan};
use self::record::{Last, Page, Record};
use self::sink::Sink;
use self::vault::Vault;
use super::arguments::jobs;
use super::authored::Authored;
use super::load::{Experiment, built_in_sample, load};
use super::{
    Folders, Outcome, StoreOption, report_problems, report_warnings, say, settings, unknown_ids,
};
use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::format::counted;
use crate::report::site::{self, AuthorPage, Site};
use crate::results::SourceSummary;
use crate::shell::store::{self, Comparison, Difference, Draft, Held, Kept, Seen};

/// Fingerprint of all sources and templates of the program, made by the build script.
const PROGRAM: &str = env!("DFA_PROGRAM");

/// Stamps that are told one by one.
const MOST_STAMPS: usize = 40;

/// Arguments of `build`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folders: Folders,
    /// Folder of templates that replace the built-in ones, file by file; `templates` by default, if
    /// it is there.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Folder of the site.
    #[arg(long, value_name = "DIR", default_value = "site")]
    out: PathBuf,
    /// Run only this experiment and keep the others as the site has them; may be given again.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    #[command(flatten)]
    settings: settings::SiteArguments,
    /// Threads to use, 1 to 256; all cores by default. Any number gives the same bytes.
    #[arg(long, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,
    /// Write no page; list the files by which the site is out of date, exit status 1 if any.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    store: StoreOption,
    /// Compute everything again, and report results that differ from those in the store: they must
    /// not.
    #[arg(long)]
    force: bool,
    /// Compute the I-th of N parts into the store and write no page; a build without it does.
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, conflicts_with_all = ["check", "only"])]
    shard: Option<Shard>,
    /// Say why this experiment runs or does not; may be given again.
    #[arg(long, value_name = "ID")]
    explain: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut problems = Problems::new();
    let mut told = |found| problems.extend(found);
    let options = settings::options(&arguments.folders, &arguments.settings);
    let store = match &options {
        Ok(_) => arguments.store.open(&arguments.folders).map_err(&mut told).ok(),
        // What is wrong with the settings is told once.
        Err(_) => None,
    };
    let options = options.map_err(&mut told).unwrap_or_default();
    let mut record = Record::open(&arguments.out);
    let seen = record.seen();
    let inputs = inputs(arguments, &seen);
    if let Some(last) = record.last(&inputs).filter(|_| is_plain(arguments))
        && store.is_some()
        && let Some(files) = store::is_as_left(&arguments.out, last.manifest.as_deref(), &seen)
    {
        seen.keep();
        return unchanged(arguments, last, files);
    }
    let overrides = store::templates(arguments.templates.as_deref());
    let overrides = overrides.map_err(&mut told).unwrap_or_default();
    let kept = Kept::open(&arguments.out);
    let is_kept = |id: &str| kept.as_ref().is_ok_and(|kept| kept.has_results(id));
    let loaded = load(&arguments.folders, &arguments.only, &is_kept);
    let loaded = loaded.map_err(&mut told).unwrap_or_default();
    let (experiments, mut sources) = loaded;
    let ids: Vec<&str> = experiments.iter().map(|each| each.spec.id.as_str()).collect();
    if !ids.is_empty() {
        told(unknown_ids("--explain", &arguments.explain, &ids));
    }
    let authored = match experiments.is_empty() {
        false => {
            let own = experiments.iter().filter(|experiment| experiment.owner().is_none());
            let ids: Vec<String> = own.map(|experiment| experiment.spec.id.clone()).collect();
            Authored::read(&arguments.folders, &experiments, &ids).map_err(&mut told).ok()
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
    let threads = arguments.jobs.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let vault = Vault::new(store);
    record.read_pages();
    let outcome = pool.install(|| -> anyhow::Result<Outcome> {
        // Publishing says what is wrong with it, and so does taking anything from it.
        let kept = kept.unwrap_or_else(|_| Kept::none(&arguments.out));
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
        let site = Site::new(&overrides, &sources, &options)?.with_pages(&pages);
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
        let build = Build {
            arguments,
            plan: &plan,
            record: &record,
            seen: &seen,
            inputs: &inputs,
            computed,
        };
        build.write(&maker, held.as_ref(), &experiments)
    })?;
    seen.keep();
    report_warnings(&vault.store().warnings());
    Ok(outcome)
}

/// Hash of the program, its options and every file that a build may read.
fn inputs(arguments: &Arguments, seen: &Seen) -> String {
    let Arguments { folders, templates, out, only, settings, .. } = arguments;
    let mut hasher = blake3::Hasher::new();
    let options = format!("{folders:?} {templates:?} {out:?} {only:?} {settings:?}");
    hasher.update(format!("{PROGRAM}\n{options}\n").as_bytes());
    let templates = templates.as_deref().unwrap_or(Path::new(store::TEMPLATES));
    let read = store::inputs(&folders.experiments, folders.data(), templates);
    for file in read.into_iter().chain([settings::path(folders)]) {
        let hash = seen.hash(&file).unwrap_or_default();
        hasher.update(format!("{} {hash}\n", file.display()).as_bytes());
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

/// Whether nothing is asked for that has to be looked into.
fn is_plain(arguments: &Arguments) -> bool {
    !arguments.force && arguments.shard.is_none() && arguments.explain.is_empty()
}

fn unchanged(arguments: &Arguments, last: &Last, files: usize) -> anyhow::Result<Outcome> {
    if arguments.check {
        return up_to_date(&arguments.out, files);
    }
    let published = store::Published { written: 0, unchanged: files, deleted: 0 };
    summary(&arguments.out, last.experiments, 0, published)
}

fn up_to_date(out: &Path, files: usize) -> anyhow::Result<Outcome> {
    say(&format!("{}: up to date, {files} files\n", out.display()))?;
    Ok(Outcome::Done)
}

fn summary(
    out: &Path,
    experiments: usize,
    computed: usize,
    published: store::Published,
) -> anyhow::Result<Outcome> {
    say(&format!(
        "{}: {experiments} experiments, {computed} computed, {} files written, {} unchanged, {} deleted\n",
        out.display(),
        published.written,
        published.unchanged,
        published.deleted
    ))?;
    Ok(Outcome::Done)
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
fn sharded(shard: Shard, computed: Computed, vault: &Vault) -> anyhow::Result<Outcome> {
    let store = vault.store();
    say(&format!(
        "shard {}/{}: {} computed into {}, {} there already\n",
        shard.number,
        shard.of,
        counted(computed.ran, "experiment", "experiments"),
        store.location(),
        computed.asked - computed.ran
    ))?;
    if store.unwritten() > 0 {
        return Err(store.warnings().into());
    }
    Ok(Outcome::Done)
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

/// What the end of a build needs to know.
struct Build<'b> {
    arguments: &'b Arguments,
    plan: &'b Plan<'b>,
    record: &'b Record,
    seen: &'b Seen,
    inputs: &'b str,
    computed: Computed,
}

impl Build<'_> {
    /// Makes the site, and publishes it or compares it with the folder.
    fn write(
        &self,
        maker: &Maker<'_>,
        held: Option<&Held>,
        experiments: &[Experiment],
    ) -> anyhow::Result<Outcome> {
        let out = &self.arguments.out;
        let sink = match held {
            Some(held) => Sink::Draft(Draft::new(held, self.seen)?),
            None => Sink::Comparison(Comparison::new(out, self.seen)),
        };
        let pages = maker.make(&sink)?;
        if let Some(line) = built_in_sample(experiments, &self.arguments.folders) {
            say(&line)?;
        }
        let files = sink.paths().len();
        let outcome = match sink {
            Sink::Draft(draft) => {
                let published = draft.publish()?;
                say(&stamps(&pages))?;
                summary(out, pages.len(), self.computed.ran, published)?
            }
            Sink::Comparison(comparison) => compared(out, comparison, files)?,
        };
        let left_out = self.not_recomputed()?;
        let found = pages.iter().map(|page| (page.id.as_str(), page.failed.as_slice()));
        let failed = failed_certificates(found, experiments);
        let is_well = outcome == Outcome::Done && failed.is_empty() && left_out.is_empty();
        let is_whole = self.plan.unpriced().is_empty() && is_well;
        let experiments = pages.len();
        let manifest = store::manifest_hash(out, self.seen);
        let last = Last { inputs: self.inputs.to_owned(), manifest, experiments };
        if held.is_some() {
            self.record.leave(&pages, is_whole.then_some(&last));
        }
        let mut problems = failed;
        problems.extend(left_out);
        if problems.is_empty() {
            return Ok(outcome);
        }
        report_problems(&problems);
        Ok(Outcome::Findings)
    }

    /// Says which experiments were not recomputed for want of prices. A problem for each whose spec
    /// has changed since: what the site shows is not what it asks for.
    fn not_recomputed(&self) -> anyhow::Result<Problems> {
        let mut problems = Problems::new();
        for (source, count) in self.plan.unpriced() {
            say(&format!("not recomputed: {count}, no prices of {source}\n"))?;
        }
        let mut unpriced = self.plan.items.iter().filter(|item| item.is_unpriced()).peekable();
        if unpriced.peek().is_none() {
            return Ok(problems);
        }
        // As it is now: words may have been put into it.
        let kept = Kept::open(&self.arguments.out)?;
        for item in unpriced {
            let results = kept::results(&kept, item.id())?;
            if results.is_some_and(|results| item.is_of_another_spec(&results)) {
                let id = item.id();
                let problem =
                    Problem::new(format!("`{id}` has changed since its results were computed"));
                let place = Some(item.experiment.place.clone());
                let hint = "build where its prices are, and commit the site";
                problems.push(Problem { place, ..problem.hint(hint) });
            }
        }
        Ok(problems)
    }
}

/// The stamps of all experiments, or how many there are of each.
fn stamps(pages: &[Page]) -> String {
    let stamps: Vec<&str> = pages.iter().filter_map(|page| page.stamp.as_deref()).collect();
    if stamps.len() <= MOST_STAMPS {
        return stamps.concat();
    }
    let of = |word: &str| {
        let is_so = |stamp: &&&str| stamp.contains(&format!(": {word}"));
        format!("{} {word}", stamps.iter().filter(is_so).count())
    };
    format!("stamps: {}\n", ["confirmed", "refuted", "open"].map(of).join(", "))
}

/// Everything by which experiments on the site knew the future, at their specs.
fn failed_certificates<'p>(
    found: impl Iterator<Item = (&'p str, &'p [(String, String)])>,
    experiments: &[Experiment],
) -> Problems {
    let mut problems = Problems::new();
    for (id, failed) in found.filter(|(_, failed)| !failed.is_empty()) {
        let place = experiments.iter().find(|e| e.spec.id == *id).map(|e| e.place.clone());
        for (check, found) in failed {
            let problem =
                Problem::new(format!("the certificate of `{id}` failed by its {check}: {found}"));
            problems.push(Problem { place: place.clone(), ..problem });
        }
    }
    problems
}

fn compared(out: &Path, comparison: Comparison<'_>, files: usize) -> anyhow::Result<Outcome> {
    let mut differences = comparison.differences()?;
    // Building again would leave a file of somebody else's (a CNAME, say) where it is.
    differences.retain(|_, difference| *difference != Difference::Unlisted);
    if differences.is_empty() {
        return up_to_date(out, files);
    }
    for (path, difference) in &differences {
        say(&format!("{}/{path} {difference}\n", out.display()))?;
    }
    say(&format!("{}: out of date; run `dfa-report build` and commit\n", out.display()))?;
    Ok(Outcome::Findings)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::stored;
    use crate::results::{self, CertificateCheckName, CertificateFinding, Results};

    #[test]
    fn a_failed_certificate_is_a_finding_that_names_experiment_check_and_day() {
        let sound = stored::plain().results;
        let told_of = |all: &[&Results]| {
            let failed: Vec<_> =
                all.iter().map(|each| (each.id.as_str(), make::failed(each))).collect();
            let found = failed.iter().map(|(id, failed)| (*id, failed.as_slice()));
            failed_certificates(found, &[])
        };
        assert!(told_of(&[&sound]).is_empty());
        let mut leaking = sound.clone();
        leaking.id = "leaking".to_owned();
        let certificate = &mut leaking.certificate;
        certificate.outcome = results::CheckOutcome::Failed;
        for (check, found) in [
            (
                CertificateCheckName::Tampering,
                CertificateFinding::KnewTheFuture {
                    series: "lasso".to_owned(),
                    day: date(2010, 3, 4),
                    cut: date(2010, 3, 3),
                },
            ),
            (
                CertificateCheckName::Placebo,
                CertificateFinding::ForecastsShuffled {
                    models: vec!["ridge".to_owned(), "lasso".to_owned()],
                    p_value: 0.0004,
                },
            ),
            (
                CertificateCheckName::LagDecay,
                CertificateFinding::Collapses { model: "lasso".to_owned() },
            ),
        ] {
            let failing = certificate.checks.iter_mut().find(|known| known.name == check).unwrap();
            failing.outcome = results::CheckOutcome::Failed;
            failing.found.push(found);
        }
        insta::assert_snapshot!(told_of(&[&sound, &leaking]).to_string(), @r"
        error: the certificate of `leaking` failed by its tampering: `lasso` of 2010-03-04 knew prices after 2010-03-03: it is another when the prices after it are noise

        error: the certificate of `leaking` failed by its placebo: ridge and lasso forecast a target whose days were shuffled, p < 0.001

        error: the certificate of `leaking` failed by its lag decay: lasso forecasts better than any market allows, and next to nothing when its forecasts are used a day late
        ");
        assert_eq!(told_of(&[&leaking]).len(), 3);
    }
}
