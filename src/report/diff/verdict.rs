//! The conclusion on a change, in one sentence.

use super::{ExperimentDiff, FigureChange, SiteDiff};
use crate::base::units::format;

/// Real or noise: one sentence without its full stop.
pub(super) fn verdict<'d>(diff: &'d SiteDiff) -> String {
    let counts = diff.counts;
    let others = others(diff);
    let with_others = |first: String| match others.is_empty() {
        true => first,
        false => format!("{first}; {}", others.join(", ")),
    };
    if counts.changed == 0 {
        let nothing = "Nothing changed".to_owned();
        return match others.len() {
            0 => nothing,
            1 if counts.reworded > 0 => format!("{nothing} but words"),
            _ => format!("No result changed; {}", others.join(", ")),
        };
    }
    let experiments = format::counted(counts.changed, "experiment", "experiments");
    let of = |each: &'d ExperimentDiff| each.real().map(move |figure| (&each.heading.id, figure));
    // What the conclusion rests on goes before what says it again; of equals the first.
    let rank = |figure: &FigureChange| (figure.is_headline(), figure.size());
    let first = diff.changed.iter().flat_map(of);
    let first = first.reduce(|most, next| if rank(most.1) >= rank(next.1) { most } else { next });
    if let Some((id, figure)) = first {
        let more = match counts.real - 1 {
            0 => String::new(),
            more => format!(", and {more} more of {} tested figures", counts.tested),
        };
        return with_others(format!("Real: {id}, {}{more}", figure.in_words()));
    }
    if diff.changed.iter().any(|experiment| experiment.stamp.is_some()) {
        return with_others(format!(
            "A verdict changed, and none of {} tested differences is large and more than chance \
             makes",
            counts.tested
        ));
    }
    let has_no_common_day =
        |experiment: &ExperimentDiff| experiment.days.is_some_and(|days| days.both == 0);
    if diff.changed.iter().all(has_no_common_day) {
        return with_others(format!("Not comparable: {experiments} without a day in common"));
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

/// What else happened.
fn others(diff: &SiteDiff) -> Vec<String> {
    let counts = diff.counts;
    [
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.renamed, "renamed"),
        (counts.reworded, "reworded"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect()
}
