//! `build`: run the experiments, render the pages, publish the folder.

use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::jobs;
use super::load::{Experiment, built_in_sample, load};
use super::{Folders, Outcome, progress, public_address, report_problems, say};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::engine::experiment::{self, Task};
use crate::engine::repository;
use crate::engine::sweep::{self, Digest};
use crate::report::{site, words};
use crate::results::{Results, SERIES_FILES, Series, from_json};
use crate::shell::store::{self, Difference, Kept, WITHOUT_ONLY};

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
    /// Public address of the site, for canonical links and a sitemap.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Title of the site.
    #[arg(long, default_value = "Dynamic Factor Alpha")]
    title: String,
    /// Threads to use, 1 to 256; all cores by default. Any number gives the same bytes.
    #[arg(long, value_name = "N", value_parser = jobs)]
    jobs: Option<usize>,
    /// Write nothing; list the files by which the site is out of date, exit status 1 if any.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut problems = Problems::new();
    let mut told = |found| problems.extend(found);
    let base_url = arguments.base_url.as_deref().map(public_address).transpose();
    let base_url = base_url.map_err(&mut told).unwrap_or_default();
    let overrides = store::templates(arguments.templates.as_deref());
    let overrides = overrides.map_err(&mut told).unwrap_or_default();
    let loaded = load(&arguments.folders, &arguments.only).map_err(&mut told).unwrap_or_default();
    problems.into_result(())?;
    let (experiments, sources) = loaded;
    // Held while the experiments run, so that a second build is told at once.
    let held = if arguments.check { None } else { Some(store::hold(&arguments.out)?) };
    let threads = arguments.jobs.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let options = site::Options { base_url, title: arguments.title.clone() };
    let (pages, stamps, failed) = pool.install(|| -> anyhow::Result<_> {
        let mut reports = reports(&experiments, arguments)?;
        repository::settle(reports.iter_mut().map(|each| (&mut each.results, &each.series)));
        let sweeps = sweeps(&experiments, &reports);
        let has_page = |report: &site::Experiment| {
            let id = report.results.id.split_once('.').map(|(owner, _)| owner);
            id.is_none_or(|owner| sweeps.iter().any(|s| s.results.id == owner && s.results.pages))
        };
        reports.retain(has_page);
        let pages = site::render_with(&reports, &sweeps, &sources, &overrides, &options)?;
        let results = || reports.iter().map(|report| &report.results);
        let stamps: Vec<String> = results().filter_map(site::stamp_line).collect();
        Ok((pages, stamps, failed_certificates(results(), &experiments)))
    })?;
    let files: Vec<(String, Vec<u8>)> =
        pages.into_iter().map(|file| (file.path, file.contents)).collect();
    if let Some(line) = built_in_sample(&experiments, &arguments.folders) {
        say(&line)?;
    }
    let Some(held) = held else { return Ok(announced(&failed, check(&arguments.out, &files)?)) };
    let published = store::publish(&held, &files)?;
    say(&stamps.concat())?;
    say(&format!(
        "{}: {} experiments, {} files written, {} unchanged, {} deleted\n",
        arguments.out.display(),
        experiments.len(),
        published.written,
        published.unchanged,
        published.deleted
    ))?;
    Ok(announced(&failed, Outcome::Done))
}

/// Everything by which experiments on the site knew the future, at their specs.
fn failed_certificates<'a>(
    results: impl Iterator<Item = &'a Results>,
    experiments: &[Experiment],
) -> Problems {
    let mut problems = Problems::new();
    for results in results {
        let place = experiments.iter().find(|e| e.spec.id == results.id).map(|e| e.place.clone());
        for (check, found) in words::certificate(&results.certificate) {
            let id = &results.id;
            let problem =
                Problem::new(format!("the certificate of `{id}` failed by its {check}: {found}"));
            problems.push(Problem { place: place.clone(), ..problem });
        }
    }
    problems
}

/// Tells of failed certificates; the site says so too.
fn announced(failed: &Problems, outcome: Outcome) -> Outcome {
    if failed.is_empty() {
        return outcome;
    }
    report_problems(failed);
    Outcome::Findings
}

/// Every experiment's report, run here or, when `--only` leaves it out, taken from the site.
fn reports(
    experiments: &[Experiment],
    arguments: &Arguments,
) -> anyhow::Result<Vec<site::Experiment>> {
    // A member is wanted as its sweep is.
    let is_wanted = |id: &String| {
        let owner = id.split('.').next().unwrap_or_default();
        arguments.only.is_empty() || arguments.only.iter().any(|only| only == owner)
    };
    let wanted = || experiments.iter().filter(|experiment| is_wanted(&experiment.spec.id));
    // What a wanted one is compared with is run for that, and not written.
    let is_needed = |id: &String| {
        is_wanted(id) || wanted().any(|wanted| wanted.spec.compares_with.as_ref() == Some(id))
    };
    let tasks: Vec<Task<'_>> = experiments
        .iter()
        .filter(|experiment| is_needed(&experiment.spec.id))
        .map(|e| Task { spec: &e.spec, panel: &e.panel, place: Some(&e.place), source: e.source() })
        .collect();
    // Looked at before anything is run, which may take long.
    let kept = kept(experiments.iter().map(|e| &e.spec.id).filter(|id| !is_wanted(id)), arguments)?;
    let progress = progress::bar(tasks.len());
    let ran = experiment::run_all(&tasks, &|id| {
        progress.set_message(id.to_owned());
        progress.inc(1);
    })?;
    progress.finish_and_clear();
    let ran = ran.into_iter().filter(|(results, _)| is_wanted(&results.id));
    let mut ran = ran.map(|(results, series)| site::Experiment { results, series });
    let mut kept = kept.into_iter();
    let report = |experiment: &Experiment| {
        if is_wanted(&experiment.spec.id) { ran.next() } else { kept.next().flatten() }
    };
    Ok(experiments.iter().filter_map(report).collect())
}

/// The sweeps, each seen together. To be replaced: the store keeps what members and shifts gave.
fn sweeps(experiments: &[Experiment], reports: &[site::Experiment]) -> Vec<site::Sweep> {
    let digest = |id: &str| {
        let report = reports.iter().find(|report| report.results.id == id);
        report.map(|report| Digest::of(&report.results))
    };
    let swept = experiments.iter().filter(|experiment| !experiment.members.is_empty());
    swept
        .filter_map(|experiment| {
            let settings = experiment.spec.sweep.as_ref()?;
            let headline = digest(&experiment.spec.id)?;
            let first = experiments.iter().position(|e| e.spec.id == experiment.spec.id)? + 1;
            let members = experiments.get(first..first + experiment.members.len())?;
            let digests: Option<Vec<Digest>> = members.iter().map(|m| digest(&m.spec.id)).collect();
            let digests = digests?;
            let tasks: Vec<Task<'_>> = members
                .iter()
                .map(|e| Task { spec: &e.spec, panel: &e.panel, place: None, source: e.source() })
                .collect();
            let nulls = sweep::nulls(&tasks, settings.shifts, experiment.spec.seed);
            let asked = sweep::Asked { spec: &experiment.spec, members: &experiment.members };
            Some(site::Sweep {
                results: sweep::analyse(&asked, &headline, &digests, nulls.as_ref()),
                table: sweep::to_csv(&asked, &digests),
            })
        })
        .collect()
}

/// Experiments as an earlier build left them; `None` for one that was never built, which has no
/// page yet.
///
/// # Errors
/// Every file of theirs that is not what that build wrote, or cannot be read as what it should be.
fn kept<'a>(
    ids: impl Iterator<Item = &'a String>,
    arguments: &Arguments,
) -> anyhow::Result<Vec<Option<site::Experiment>>> {
    let mut ids = ids.peekable();
    if ids.peek().is_none() {
        return Ok(Vec::new());
    }
    let site = Kept::open(&arguments.out)?;
    let mut problems = Problems::new();
    let mut kept = Vec::new();
    for id in ids {
        match built(&site, id) {
            Ok(experiment) => kept.push(experiment),
            Err(store::Error::Problems(found)) => problems.extend(found),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(problems.into_result(kept)?)
}

/// An experiment as an earlier build left it, if it was built.
fn built(site: &Kept<'_>, id: &str) -> Result<Option<site::Experiment>, store::Error> {
    let path = format!("{id}/results.json");
    let Some(text) = site.text(&path)? else { return Ok(None) };
    let unusable = |what: String, place: Place| Problem::new(what).at(place).hint(WITHOUT_ONLY);
    let results = from_json(&site.file(&path), &text)?;
    let mut problems = Problems::new();
    let mut texts = Vec::new();
    for path in SERIES_FILES.map(|file| file.path(&results)) {
        match site.text(&path) {
            Ok(Some(text)) => texts.push((path, text)),
            Ok(None) => problems
                .push(unusable("the file is missing".to_owned(), Place::file(site.file(&path)))),
            Err(store::Error::Problems(found)) => problems.extend(found),
            Err(error) => return Err(error),
        }
    }
    problems.into_result(())?;
    let series = Series::from_csv(texts.iter().map(|(_, text)| text.as_str()));
    series.map(|series| Some(site::Experiment { results, series })).map_err(|error| {
        let (path, text) = &texts[error.file];
        let line = text.lines().nth(error.line - 1).unwrap_or_default();
        unusable(error.message, Place::line(site.file(path), error.line, line)).into()
    })
}

fn check(out: &Path, files: &[(String, Vec<u8>)]) -> anyhow::Result<Outcome> {
    store::finish(out)?;
    let mut differences = store::check(out, files)?;
    // Building again would leave a file of somebody else's (a CNAME, say) where it is.
    differences.retain(|_, difference| *difference != Difference::Unlisted);
    if differences.is_empty() {
        say(&format!("{}: up to date, {} files\n", out.display(), files.len()))?;
        return Ok(Outcome::Done);
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
    use crate::results::{self, CertificateCheckName, CertificateFinding};

    #[test]
    fn a_failed_certificate_is_a_finding_that_names_experiment_check_and_day() {
        let sound = stored::plain().results;
        let told_of =
            |results: &[&Results]| failed_certificates(results.iter().copied(), &[]).to_string();
        assert_eq!(told_of(&[&sound]), "");
        assert_eq!(announced(&Problems::new(), Outcome::Done), Outcome::Done);
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
        insta::assert_snapshot!(told_of(&[&sound, &leaking]), @r"
        error: the certificate of `leaking` failed by its tampering: `lasso` of 2010-03-04 knew prices after 2010-03-03: it is another when the prices after it are noise

        error: the certificate of `leaking` failed by its placebo: ridge and lasso forecast a target whose days were shuffled, p < 0.001

        error: the certificate of `leaking` failed by its lag decay: lasso forecasts better than any market allows, and next to nothing when its forecasts are used a day late
        ");
        let failed = failed_certificates([&leaking].into_iter(), &[]);
        assert_eq!(failed.len(), 3);
        assert_eq!(announced(&failed, Outcome::Done), Outcome::Findings);
    }
}
