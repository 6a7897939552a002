//! Sentences that a difference has in common for the terminal, for a comment and for a page.

use super::cause::Cause;
use super::difference::{Counts, CriterionChange, Renamed};
use super::rule::LEVEL;
use super::{ExperimentDiff, SiteDiff};
use crate::base::units::format;

/// Splits that are told of one experiment; a table says the rest.
const MOST_SPLITS: usize = 6;

/// What is said of the whole: counts, the program, how much was tried.
pub(super) fn lines(diff: &SiteDiff) -> Vec<String> {
    let Counts { changed, added, removed, renamed, reworded, unchanged, .. } = diff.counts;
    let counts: Vec<String> = [
        (changed, "changed"),
        (added, "added"),
        (removed, "removed"),
        (renamed, "renamed"),
        (reworded, "reworded"),
        (unchanged, "unchanged"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let mut lines = vec![format!("experiments: {}", counts.join(", "))];
    if diff.counts.tested > 0 {
        lines.push(tests(diff.counts));
    }
    if let Some([old, new]) = &diff.engine {
        lines.push(format!("program: {old} → {new}"));
    }
    if let Some(trials) = &diff.trials {
        let (counted, effective) = (trials.counted, trials.effective);
        let [old, new] = trials.hurdle.map(|hurdle| format::decimal(Some(hurdle), 3));
        lines.push(format!(
            "trials: {} → {}, of which {} → {} differ; without skill the best of so many is expected \
             to have a Sharpe ratio of {old} → {new}",
            format::count(counted.base),
            format::count(counted.head),
            effective.base,
            effective.head
        ));
    }
    lines
}

/// How many differences were tested, how many count, and how many chance alone would make certain.
fn tests(counts: Counts) -> String {
    let Counts { tested, headline, real, .. } = counts;
    let by_chance = match (headline as f64 * LEVEL).round() as usize {
        0 => String::new(),
        expected => format!(
            "; of the {headline} Sharpe ratios and scaled R² among them chance alone makes about \
             {expected} certain"
        ),
    };
    format!("tested differences: {tested}, of which {real} count{by_chance}")
}

/// Why an experiment changed.
pub(super) fn causes(diff: &ExperimentDiff) -> String {
    let words: Vec<&str> = diff.causes.iter().map(|cause| cause.word()).collect();
    words.join(", ")
}

/// `It beats the mean: met → open`.
pub(super) fn criterion(change: &CriterionChange) -> String {
    let outcome = match (&change.base, &change.head) {
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (None, Some(new)) => format!("(none) → {new}"),
        (Some(old), None) => format!("{old} → (gone)"),
        (None, None) => String::new(),
    };
    format!("{}: {outcome}", change.claim)
}

/// `It beats the mean: met`, of a new experiment.
pub(super) fn outcome(criterion: &CriterionChange) -> String {
    format!("{}: {}", criterion.claim, criterion.head.as_deref().unwrap_or_default())
}

/// What is said of the days on which the figures of an experiment rest.
pub(super) fn days(diff: &ExperimentDiff) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(days) = diff.days
        && days.base_only + days.head_only > 0
    {
        lines.push(format!(
            "figures on the {} days that both forecast; {} only in the base, {} only in the head",
            format::count(days.both),
            format::count(days.base_only),
            format::count(days.head_only)
        ));
    }
    if let Some(why) = &diff.unpaired {
        lines.push(format!("no figure is tested: {why}"));
    }
    lines
}

/// Of each tested figure, what comes from which cause, where the combinations were run.
pub(super) fn splits(diff: &ExperimentDiff) -> Vec<String> {
    let split = diff.headline().filter_map(|figure| Some((figure, figure.split?)));
    split
        .take(MOST_SPLITS)
        .map(|(figure, split)| {
            let shown = |value| figure.unit.show_difference(value, 0);
            let parts =
                Cause::ALL.map(|cause| format!("{} {}", cause.word(), shown(split.of(cause))));
            let whole = Cause::ALL.map(|cause| split.of(cause)).iter().sum();
            format!("{}: difference {} = {}", figure.name(), shown(whole), parts.join(", "))
        })
        .collect()
}

/// What became of an id, and what is to be done about it.
pub(super) fn renamed(renamed: &Renamed) -> String {
    let Renamed { from, heading, redirects } = renamed;
    let redirect = match redirects {
        true => "its old address leads to the new one".to_owned(),
        false => {
            format!("add `formerly: [{from}]` to its spec, so that its old address leads there")
        }
    };
    format!("{from} → {}; {redirect}", heading.id)
}

/// Whether the gate lets a change pass.
pub(super) fn gate(broken: &[String]) -> String {
    match broken.len() {
        0 => "gate: passed".to_owned(),
        count => format!("gate: failed by {}", format::counted(count, "rule", "rules")),
    }
}
