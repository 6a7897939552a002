//! A revision and its effects as one report: what matters first, the figures last.

use std::fmt::Write as _;

use super::effect::{Effect, Effects, Move};
use crate::base::units::format;
use crate::prices::revision::{self, Revision};
use crate::report::diff::{self, ExperimentDiff, SiteDiff};

/// GitHub refuses a comment above 65,536 characters; the rest is for what a bot puts around it.
const LONGEST_COMMENT: usize = 62_000;

/// Experiments in a table of a comment; the rest are counted.
const MOST_EXPERIMENTS: usize = 60;

/// Figures beyond noise that a line names; the rest are counted.
const MOST_FIGURES: usize = 4;

/// The report for a terminal, ending in a line feed.
pub(super) fn to_text(source: &str, revision: &Revision, effects: &Effects) -> String {
    let mut text = format!("{source}: {}\n", revision.summary());
    for run in runs(revision, effects) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\nexperiments {}: {}", run.days, verdict(run.effect));
        let moves = run.effect.moves();
        let width =
            moves.iter().map(|(diff, _)| diff.heading.id.chars().count()).max().unwrap_or(0);
        for (diff, moved) in &moves {
            let sign = if matches!(moved, Move::Beyond(_)) { '!' } else { '~' };
            let _ =
                writeln!(text, "  {sign} {:width$}  {}", diff.heading.id, described(diff, moved));
        }
    }
    let _ = write!(text, "\nprices\n{}", revision::to_text(revision));
    for run in runs(revision, effects) {
        let (shown, left_out) = run.worth_showing();
        if shown.is_empty() {
            continue;
        }
        let _ = write!(text, "\nfigures {}: {}", run.days, diff::to_text(&shown));
        if left_out > 0 {
            let _ = writeln!(text, "\n{}", left_out_remark(left_out));
        }
    }
    text
}

/// The report as GitHub's Markdown, never longer than a comment may be.
pub(super) fn to_markdown(source: &str, revision: &Revision, effects: &Effects) -> String {
    let mut text = format!("**`{source}`: {}.**\n", revision.summary());
    for run in runs(revision, effects) {
        let _ = writeln!(text, "\n**Experiments {}: {}.**", run.days, verdict(run.effect));
        let moves = run.effect.moves();
        if !moves.is_empty() {
            text.push_str("\n| experiment | 90 % interval | figures |\n| :-- | :-- | :-- |\n");
        }
        for (diff, moved) in moves.iter().take(MOST_EXPERIMENTS) {
            let place = if matches!(moved, Move::Beyond(_)) { "**left**" } else { "kept" };
            let _ =
                writeln!(text, "| `{}` | {place} | {} |", diff.heading.id, described(diff, moved));
        }
        if moves.len() > MOST_EXPERIMENTS {
            let _ = writeln!(text, "\nAnd {} more.", moves.len() - MOST_EXPERIMENTS);
        }
    }
    let _ = write!(text, "\n### Prices\n\n{}", revision::to_markdown(revision));
    for run in runs(revision, effects) {
        let (shown, left_out) = run.worth_showing();
        if shown.is_empty() {
            continue;
        }
        let (body, cut) = within(shown, LONGEST_COMMENT.saturating_sub(text.len()));
        let _ = writeln!(text, "\n<details><summary>Figures {}</summary>\n\n{body}", run.days);
        if left_out + cut > 0 {
            let _ = writeln!(text, "{}\n", left_out_remark(left_out + cut));
        }
        text.push_str("</details>\n");
    }
    text
}

/// One run of the experiments on both versions.
struct Run<'a> {
    /// Which days it was on.
    days: String,
    effect: &'a Effect,
    /// Whether days that only one version has took part.
    with_new_days: bool,
}

fn runs<'a>(revision: &Revision, effects: &'a Effects) -> Vec<Run<'a>> {
    let days = format!("on the {} days both have", format::count(revision.shared_days));
    let mut runs = vec![Run { days, effect: &effects.on_shared_days, with_new_days: false }];
    if let Some(effect) = &effects.on_all_days {
        runs.push(Run { days: "on all days of each".to_owned(), effect, with_new_days: true });
    }
    runs
}

impl Run<'_> {
    /// The differences whose figures are shown, and how many are not: with new days every figure
    /// moves a little, and only those beyond noise are worth reading.
    fn worth_showing(&self) -> (SiteDiff, usize) {
        let moves = self.effect.moves();
        let changed: Vec<ExperimentDiff> = moves
            .iter()
            .filter(|(_, moved)| !self.with_new_days || matches!(moved, Move::Beyond(_)))
            .map(|(diff, _)| (*diff).clone())
            .collect();
        let left_out = moves.len() - changed.len();
        (SiteDiff { changed, ..SiteDiff::default() }, left_out)
    }
}

/// How many experiments change, and how much it matters: a sentence without its full stop.
fn verdict(effect: &Effect) -> String {
    let moves = effect.moves();
    let beyond = moves.iter().filter(|(_, moved)| matches!(moved, Move::Beyond(_))).count();
    let (compared, within) = (effect.compared, moves.len() - beyond);
    match (compared, moves.len()) {
        (0, _) => return "none to compare".to_owned(),
        (_, 0) if effect.unseen == 0 => {
            return format!("no experiment changes in any figure ({compared} compared)");
        }
        (_, 0) => {
            return format!(
                "no experiment changes in any listed figure, to the digits shown ({compared} \
                 compared)"
            );
        }
        _ => {}
    }
    let mut sentence = match beyond {
        0 => format!("none of {compared} changes beyond the 90 % interval of its base"),
        1 => format!("1 of {compared} changes beyond the 90 % interval of its base"),
        _ => format!("{beyond} of {compared} change beyond the 90 % interval of their base"),
    };
    if within > 0 {
        let _ = write!(sentence, ", {within} within it");
    }
    if compared > moves.len() {
        let what = if effect.unseen == 0 { "figure" } else { "listed figure, to the digits shown" };
        let _ = write!(sentence, ", {} in no {what}", compared - moves.len());
    }
    sentence
}

/// What moved in one experiment.
fn described(diff: &ExperimentDiff, moved: &Move) -> String {
    let figures = match diff.figures.len() {
        1 => "1 figure".to_owned(),
        many => format!("{many} figures"),
    };
    match moved {
        Move::Beyond(names) => {
            let mut text = names.iter().take(MOST_FIGURES).cloned().collect::<Vec<_>>().join(", ");
            if names.len() > MOST_FIGURES {
                let _ = write!(text, " and {} more", names.len() - MOST_FIGURES);
            }
            text
        }
        Move::Within(Some((name, share))) => {
            let share = match share {
                share if *share < 0.001 => "less than 0.1\u{202f}%".to_owned(),
                share => format::percent(Some(*share), 1),
            };
            format!("{figures}; {name} moves most, by {share} of its interval's width")
        }
        Move::Within(None) => format!("{figures}, of which no Sharpe ratio and no R²"),
    }
}

fn left_out_remark(count: usize) -> String {
    let these =
        if count == 1 { "1 more experiment".into() } else { format!("{count} more experiments") };
    format!("The figures of {these} are left out: build both versions and compare the sites.")
}

/// As many experiments as there is room for, and how many there is none for.
fn within(mut diff: SiteDiff, room: usize) -> (String, usize) {
    let whole = diff.changed.len();
    loop {
        let text = diff::to_markdown(&diff);
        if text.len() <= room || diff.changed.is_empty() {
            let text = if diff.changed.is_empty() { String::new() } else { text };
            return (text, whole - diff.changed.len());
        }
        diff.changed.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::effect::tests::{effect, experiment, sharpe};
    use super::*;

    #[test]
    fn the_verdict_says_plainly_what_matters() {
        let of = |compared, changed| verdict(&effect(compared, changed));
        assert_eq!(of(0, vec![]), "none to compare");
        assert_eq!(of(3, vec![]), "no experiment changes in any figure (3 compared)");
        let unseen = || experiment("unseen", vec![sharpe(0.500_1)]);
        assert_eq!(
            of(3, vec![unseen()]),
            "no experiment changes in any listed figure, to the digits shown (3 compared)"
        );
        let beyond = || experiment("beyond", vec![sharpe(0.95)]);
        let within = || experiment("within", vec![sharpe(0.6)]);
        assert_eq!(
            of(4, vec![beyond(), within()]),
            "1 of 4 changes beyond the 90 % interval of its base, 1 within it, 2 in no figure"
        );
        assert_eq!(
            of(3, vec![beyond(), beyond(), unseen()]),
            "2 of 3 change beyond the 90 % interval of their base, 1 in no listed figure, to the \
             digits shown"
        );
        assert_eq!(
            of(1, vec![within()]),
            "none of 1 changes beyond the 90 % interval of its base, 1 within it"
        );
    }

    #[test]
    fn an_experiment_is_described_by_its_largest_move() {
        let effect = effect(
            2,
            vec![experiment("a", vec![sharpe(0.6), sharpe(0.7)]), {
                experiment("b", vec![sharpe(2.0), sharpe(3.0)])
            }],
        );
        let lines: Vec<String> = effect.moves().iter().map(|(d, m)| described(d, m)).collect();
        assert_eq!(lines[0], "lasso sharpe, lasso sharpe");
        let within = lines[1].replace('\u{202f}', " ");
        assert_eq!(within, "2 figures; lasso sharpe moves most, by 25.0 % of its interval's width");
    }

    #[test]
    fn what_a_comment_has_no_room_for_is_counted() {
        let many: Vec<_> =
            (0..50).map(|i| experiment(&format!("e{i}"), vec![sharpe(0.6)])).collect();
        let diff = SiteDiff { changed: many, ..SiteDiff::default() };
        let (whole, none) = within(diff.clone(), usize::MAX);
        assert!(none == 0 && whole.contains("`e49`"));
        let (part, cut) = within(diff.clone(), whole.len() / 2);
        assert!(part.len() <= whole.len() / 2 && (20..35).contains(&cut), "{cut}");
        assert!(part.contains("`e0`") && !part.contains("`e49`"));
        assert_eq!(within(diff, 10), (String::new(), 50));
    }
}
