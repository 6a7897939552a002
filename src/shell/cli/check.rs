//! `check`: specs and data, nothing run.

use std::fmt::Write as _;

use clap::Args;

use super::load::{Experiment, survey};
use super::{Folders, Outcome, report_problems, say};
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

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let survey = survey(&arguments.folders);
    for experiment in &survey.experiments {
        say(&of_experiment(experiment))?;
    }
    for source in &survey.sources {
        say(&of_source(source, arguments.all))?;
    }
    for name in &survey.declared {
        say(&format!("data/{name}: declared, not fetched: `dfa-report fetch {name}`\n"))?;
    }
    if !survey.problems.is_empty() {
        report_problems(&survey.problems);
    }
    let is_wrong = |source: &SourceSummary| source.quality.count(Severity::Problem) > 0;
    let is_found = !survey.problems.is_empty() || survey.sources.iter().any(is_wrong);
    Ok(if is_found { Outcome::Findings } else { Outcome::Done })
}

fn of_experiment(experiment: &Experiment) -> String {
    let panel = &experiment.panel;
    format!(
        "{}: {} rows, {} to {}, {} days dropped\n",
        experiment.spec.id,
        panel.rows(&experiment.spec.data.lags),
        panel.days[0],
        panel.days[panel.len() - 1],
        panel.dropped_days
    )
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
    let _ = writeln!(text, "  {}", counts.join(", "));
    if all {
        let _ = writeln!(text, "  {}", quality.calendar.reason);
    }
    for finding in &quality.findings {
        if all || finding.severity == Severity::Problem {
            let _ = writeln!(text, "  {}: {}", finding.severity, finding.sentence);
        }
    }
    let listed = quality.findings.len();
    if all && quality.total() > listed {
        let _ = writeln!(text, "  and {} more of these kinds", quality.total() - listed);
    }
    if !all {
        text.push_str(&summarised(quality));
    }
    text
}

/// The cautions and notes by kind: "  cautions: 2 Unusual returns (--all shows them)".
fn summarised(quality: &QualityReport) -> String {
    let kinds: Vec<String> = quality
        .checks
        .iter()
        .map(|check| (check.cautions + check.notes, check.kind.title().to_lowercase()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, title)| format!("{title} {count}"))
        .collect();
    match &*kinds {
        [] => String::new(),
        kinds => format!("  to look at: {} (`check --all` shows them)\n", kinds.join(", ")),
    }
}
