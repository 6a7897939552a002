//! `check`: specs, texts and data, nothing run.

use clap::Args;

use super::authored::Authored;
use super::diff::Gate;
use super::load::{Experiment, Ready, built_in_sample, survey};
use super::{Folders, Outcome, report_problems, report_warnings, say, settings};
use crate::base::diagnostic::Problems;
use crate::base::units::format::counted;
use crate::engine::criteria;
use crate::results::{QualityReport, Severity, SourceSummary};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folders: Folders,
    /// Show every finding on the prices, not the problems alone.
    #[arg(long, visible_alias = "verbose")]
    all: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let survey = survey(&arguments.folders);
    let mut problems = Problems::new();
    let gate = settings::gate(&arguments.folders).map_err(|found| problems.extend(found));
    if survey.problems.is_empty() {
        let groups = survey.experiments.iter().map(|experiment| experiment.spec.group.as_str());
        problems.extend(settings::unknown_groups(&arguments.folders, &groups.collect::<Vec<_>>()));
    }
    problems.extend(survey.problems);
    // Members of a sweep are counted with it.
    let own = survey.experiments.iter().filter(|experiment| experiment.owner().is_none());
    for line in own.filter_map(of_experiment) {
        say(&line)?;
    }
    if let Some(line) = built_in_sample(&survey.experiments, &arguments.folders) {
        say(&line)?;
    }
    for source in &survey.sources {
        say(&of_source(source, arguments.all))?;
    }
    for name in &survey.declared {
        say(&format!("data/{name}: declared, not fetched: `dfa-report fetch {name}`\n"))?;
    }
    for line in gate.ok().flatten().iter().flat_map(Gate::lines) {
        say(&format!("gate: {line}\n"))?;
    }
    match Authored::read(&arguments.folders, &survey.experiments, &survey.ids) {
        Ok((authored, warnings)) => {
            for (page, _) in &authored.pages {
                say(&format!("pages/{}: {}\n", page.name, page.title))?;
            }
            report_warnings(&warnings);
        }
        Err(found) => problems.extend(found),
    }
    if !problems.is_empty() {
        report_problems(&problems);
    }
    let is_wrong = |source: &SourceSummary| source.quality.count(Severity::Problem) > 0;
    let is_found = !problems.is_empty() || survey.sources.iter().any(is_wrong);
    Ok(if is_found { Outcome::Findings } else { Outcome::Done })
}

fn of_experiment(experiment: &Experiment) -> Option<String> {
    let Ready { panel, given, .. } = experiment.ready.as_ref()?;
    let given = given.iter().map(|given| {
        format!(
            "  {}: {}, {} more in the file\n",
            given.model,
            counted(given.forecasts.len(), "forecast", "forecasts"),
            given.ignored
        )
    });
    let criteria = criteria::described(&experiment.spec);
    let criteria: String = criteria.iter().map(|line| format!("  {line}\n")).collect();
    let line = format!(
        "{}: {} rows, {} to {}, {} days dropped\n{criteria}",
        experiment.spec.id,
        panel.rows(&experiment.spec.data.lags),
        panel.days[0],
        panel.days[panel.len() - 1],
        panel.dropped_days
    );
    let members = experiment.members.len();
    let sweep = format!("  sweep: {}\n", counted(members, "member", "members"));
    let sweep = (members > 0).then_some(sweep);
    Some(std::iter::once(line).chain(given).chain(sweep).collect())
}

/// What a source holds, how many findings there are, and those that the reader asked for or must
/// know.
fn of_source(source: &SourceSummary, all: bool) -> String {
    let quality = &source.quality;
    let mut text = format!(
        "data/{}: {} tickers, {} days, {} to {}, calendar: {}\n",
        source.name,
        source.tickers.len(),
        source.days,
        source.first_day,
        source.last_day,
        quality.calendar.kind.title()
    );
    let counts = Severity::ALL.map(|severity| severity.counted(quality.count(severity)));
    let mut counts = counts.to_vec();
    if quality.acknowledged() > 0 {
        counts.push(format!("{} acknowledged", quality.acknowledged()));
    }
    let mut lines = vec![counts.join(", ")];
    if all {
        lines.push(quality.calendar.reason.clone());
    }
    let findings = &quality.findings;
    let told = findings.iter().filter(|finding| all || finding.severity == Severity::Problem);
    lines.extend(told.map(|finding| match &finding.acknowledged {
        None => format!("{}: {}", finding.severity, finding.sentence),
        Some(reason) => format!("acknowledged: {} ({reason})", finding.sentence),
    }));
    if !all {
        lines.extend(summarised(quality));
    } else if quality.total() > findings.len() {
        lines.push(format!("and {} more of these kinds", quality.total() - findings.len()));
    }
    text.push_str(&format!("  {}\n", lines.join("\n  ")));
    text
}

/// The cautions and notes by kind: "to look at: unusual returns 2 (`check --all` shows them)".
fn summarised(quality: &QualityReport) -> Option<String> {
    let kinds: Vec<String> = quality
        .checks
        .iter()
        .map(|check| (check.cautions + check.notes, check.kind.title().to_lowercase()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, title)| format!("{title} {count}"))
        .collect();
    let kinds = (!kinds.is_empty()).then(|| kinds.join(", "))?;
    Some(format!("to look at: {kinds} (`check --all` shows them)"))
}
