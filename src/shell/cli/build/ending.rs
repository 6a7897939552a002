//! The end of a build: the site is published or compared with its folder, and what there is to say
//! of it is put together.

use std::path::Path;

use super::arguments::Arguments;
use super::compute::Computed;
use super::kept;
use super::make::Maker;
use super::plan::Plan;
use super::record::{Last, Page, Record};
use super::sink::Sink;
use crate::base::diagnostic::{Problem, Problems};
use crate::shell::cli::Outcome;
use crate::shell::cli::load::{Experiment, built_in_sample};
use crate::shell::store::{self, Comparison, Difference, Draft, Held, Kept, Published, Seen};

/// Stamps that are told one by one.
const MOST_STAMPS: usize = 40;

/// How a build ended, and what there is to say of it, each as lines.
#[derive(Debug)]
pub(in crate::shell::cli) struct Built {
    pub(in crate::shell::cli) outcome: Outcome,
    /// What its inputs lack.
    pub(in crate::shell::cli) notes: String,
    /// The stamps of the experiments.
    pub(in crate::shell::cli) stamps: String,
    /// What was done, with the folder that it was done to.
    pub(in crate::shell::cli) summary: String,
    /// What was done, where a site was published.
    pub(in crate::shell::cli) done: String,
    /// Whether not even a file was changed that the site is made of.
    pub(in crate::shell::cli) is_as_before: bool,
    /// Findings: there is a site, and something is wrong with what it shows.
    pub(in crate::shell::cli) problems: Problems,
    /// By which nothing fails.
    pub(in crate::shell::cli) warnings: Problems,
}

impl Default for Built {
    fn default() -> Self {
        let (notes, stamps, summary, done) = Default::default();
        let (problems, warnings) = Default::default();
        let (outcome, is_as_before) = (Outcome::Done, false);
        Self { outcome, notes, stamps, summary, done, is_as_before, problems, warnings }
    }
}

impl Built {
    /// Of a site that was published.
    pub(super) fn published(
        out: &Path,
        experiments: usize,
        computed: usize,
        published: Published,
    ) -> Self {
        let Published { written, unchanged, deleted } = published;
        let done = format!(
            "{experiments} experiments, {computed} computed, {written} files written, \
             {unchanged} unchanged, {deleted} deleted"
        );
        Self { summary: format!("{}: {done}\n", out.display()), done, ..Self::default() }
    }
}

/// What the end of a build needs to know.
pub(super) struct Ending<'b> {
    pub(super) arguments: &'b Arguments,
    pub(super) plan: &'b Plan<'b>,
    pub(super) record: &'b Record,
    pub(super) seen: &'b Seen,
    pub(super) inputs: &'b str,
    pub(super) computed: Computed,
}

impl Ending<'_> {
    /// Makes the site, and publishes it or compares it with the folder.
    ///
    /// # Errors
    /// As [`Maker::make`]; the operating system's.
    pub(super) fn write(
        &self,
        maker: &Maker<'_>,
        held: Option<&Held>,
        experiments: &[Experiment],
    ) -> anyhow::Result<Built> {
        let out = &self.arguments.out;
        let sink = match held {
            Some(held) => Sink::Draft(Draft::new(held, self.seen)?),
            None => Sink::Comparison(Comparison::new(out, self.seen)),
        };
        let pages = maker.make(&sink)?;
        let files = sink.paths().len();
        let built = match sink {
            Sink::Draft(draft) => {
                let published = draft.publish()?;
                let built = Built::published(out, pages.len(), self.computed.ran, published);
                Built { stamps: stamps(&pages), ..built }
            }
            Sink::Comparison(comparison) => compared(out, comparison, files)?,
        };
        let sample = built_in_sample(experiments, &self.arguments.making.folders);
        let (lacking, left_out) = self.not_recomputed()?;
        let notes = sample.unwrap_or_default() + &lacking;
        let found = pages.iter().map(|page| (page.id.as_str(), page.failed.as_slice()));
        let failed = failed_certificates(found, experiments);
        let is_well = built.outcome == Outcome::Done && failed.is_empty() && left_out.is_empty();
        let is_whole = self.plan.unpriced().is_empty() && is_well;
        let experiments = pages.len();
        let manifest = store::manifest_hash(out, self.seen);
        let last = Last { inputs: self.inputs.to_owned(), manifest, experiments };
        if held.is_some() {
            self.record.leave(&pages, is_whole.then_some(&last));
        }
        let mut problems = failed;
        problems.extend(left_out);
        let outcome = if problems.is_empty() { built.outcome } else { Outcome::Findings };
        Ok(Built { outcome, notes, problems, ..built })
    }

    /// Which experiments were not recomputed for want of prices, a line a source; and a problem for
    /// each whose spec has changed since: what the site shows is not what it asks for.
    fn not_recomputed(&self) -> anyhow::Result<(String, Problems)> {
        let mut problems = Problems::new();
        let line = |(source, count)| format!("not recomputed: {count}, no prices of {source}\n");
        let lines: String = self.plan.unpriced().into_iter().map(line).collect();
        let mut unpriced = self.plan.items.iter().filter(|item| item.is_unpriced()).peekable();
        if unpriced.peek().is_none() {
            return Ok((lines, problems));
        }
        // As it is now: words may have been put into it.
        let kept = Kept::open(self.arguments.kept())?;
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
        Ok((lines, problems))
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

fn compared(out: &Path, comparison: Comparison<'_>, files: usize) -> anyhow::Result<Built> {
    let mut differences = comparison.differences()?;
    // Building again would leave a file of somebody else's (a CNAME, say) where it is.
    differences.retain(|_, difference| *difference != Difference::Unlisted);
    if differences.is_empty() {
        return Ok(Built { summary: up_to_date(out, files), ..Built::default() });
    }
    let line = |(path, difference)| format!("{}/{path} {difference}\n", out.display());
    let lines: String = differences.into_iter().map(line).collect();
    let end = format!("{}: out of date; run `dfa-report build` and commit\n", out.display());
    Ok(Built { outcome: Outcome::Findings, summary: lines + &end, ..Built::default() })
}

/// The line that says that a folder is what a build would leave there.
pub(super) fn up_to_date(out: &Path, files: usize) -> String {
    format!("{}: up to date, {files} files\n", out.display())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::make;
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
