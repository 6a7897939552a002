//! The conclusion on a change, in one sentence.

use super::rule::LEVEL;
use super::{ExperimentDiff, FigureChange, SiteDiff};
use crate::base::units::format;

/// Experiments, and figures of one, that the sentence names; the rest are counted.
const MOST_NAMED: usize = 2;

/// Real or noise: one sentence without its full stop.
pub(super) fn verdict(diff: &SiteDiff) -> String {
    let counts = diff.counts;
    let others = others(diff);
    let with_others = |first: String| match others.is_empty() {
        true => first,
        false => format!("{first}; {}", others.join(", ")),
    };
    if counts.changed == 0 {
        let nothing = "Nothing changed".to_owned();
        return match (others.as_slice(), counts.reworded > 0) {
            ([], false) => nothing,
            ([], true) => format!("{nothing} but words"),
            (others, _) => format!("No result changed; {}", others.join(", ")),
        };
    }
    let experiments = format::counted(counts.changed, "experiment", "experiments");
    if counts.real > 0 {
        let real = |experiment: &ExperimentDiff| -> Vec<String> {
            experiment.real().map(FigureChange::in_words).collect()
        };
        let named: Vec<String> = diff
            .changed
            .iter()
            .map(|experiment| (&experiment.heading.id, real(experiment)))
            .filter(|(_, real)| !real.is_empty())
            .map(|(id, real)| format!("{id}: {}", format::some_of(&real, MOST_NAMED)))
            .collect();
        return with_others(format!(
            "Real: {} of {} tested differences {} large and more than chance makes ({}){}",
            counts.real,
            counts.tested,
            if counts.real == 1 { "is" } else { "are" },
            some(&named),
            by_chance(counts.headline),
        ));
    }
    if diff.changed.iter().any(|experiment| experiment.stamp.is_some()) {
        return with_others(format!(
            "A verdict changed, and none of {} tested differences is large and more than chance \
             makes",
            counts.tested
        ));
    }
    let is_only_of_days = |experiment: &ExperimentDiff| {
        experiment.figures.is_empty()
            && experiment.days.is_some_and(|days| days.base_only + days.head_only > 0)
    };
    if diff.changed.iter().all(is_only_of_days) {
        return with_others(format!(
            "Nothing changed on the days that both forecast; {experiments} with other days"
        ));
    }
    if counts.tested == 0 {
        return with_others(format!("{experiments} changed, without a difference to test"));
    }
    with_others(format!(
        "Noise: {experiments} changed, and none of {} tested differences is large and more than \
         chance makes",
        counts.tested
    ))
}

/// The first experiments, and how many there are more.
fn some(named: &[String]) -> String {
    let shown = named.iter().take(MOST_NAMED).cloned().collect::<Vec<String>>().join("; ");
    match named.len().saturating_sub(MOST_NAMED) {
        0 => shown,
        more => format!("{shown}; {} more experiments", format::count(more)),
    }
}

/// How many of so many tests chance alone would call certain.
fn by_chance(tested: usize) -> String {
    let expected = (tested as f64 * LEVEL).round() as usize;
    match expected {
        0 => String::new(),
        _ => format!(
            "; of {tested} Sharpe ratios and R² chance alone makes about {expected} certain"
        ),
    }
}

/// What else happened.
fn others(diff: &SiteDiff) -> Vec<String> {
    let counts = diff.counts;
    [
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.renamed, "renamed"),
        (if counts.changed > 0 { counts.reworded } else { 0 }, "reworded"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect()
}
