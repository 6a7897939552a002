//! A revised price source and what it does to experiments as one report: what matters first, the
//! figures last.

use std::fmt::Write as _;

use super::effect::{Effect, Move, described, verdict};
use super::markdown::{self, block, code};
use super::{ExperimentDiff, text};
use crate::base::units::format;

/// GitHub refuses a comment above 65,536 characters; the rest is for what a bot puts around it.
const LONGEST_COMMENT: usize = 62_000;

/// Experiments in a table of a comment; the rest are counted.
const MOST_EXPERIMENTS: usize = 60;

/// A price source in two versions, and its experiments on both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Revised<'a> {
    /// The source.
    pub source: &'a str,
    /// What was revised, in one sentence without its full stop.
    pub summary: &'a str,
    /// What was revised, in lines for a terminal.
    pub prices: &'a str,
    /// Number of days that both versions have.
    pub shared_days: usize,
    /// The experiments on these days: what was revised, and nothing that is merely new.
    pub on_shared_days: &'a Effect,
    /// On all days of each version; `None` if they have the same days.
    pub on_all_days: Option<&'a Effect>,
}

/// The report for a terminal, ending in a line feed.
pub(crate) fn to_text(revised: &Revised<'_>) -> String {
    let mut text = format!("{}: {}\n", revised.source, revised.summary);
    for run in revised.runs() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\nexperiments {}: {}", run.days, verdict(run.effect));
        let moves = run.effect.moves();
        let width =
            moves.iter().map(|(diff, _)| diff.heading.id.chars().count()).max().unwrap_or(0);
        for (diff, moved) in &moves {
            let sign = if matches!(moved, Move::Real(_)) { '!' } else { '~' };
            let _ =
                writeln!(text, "  {sign} {:width$}  {}", diff.heading.id, described(diff, moved));
        }
    }
    let _ = write!(text, "\nprices\n{}", revised.prices);
    for run in revised.runs() {
        let (shown, left_out) = run.worth_showing();
        if shown.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\nfigures {}", run.days);
        for diff in shown {
            let _ = write!(text, "\n{}", text::of_experiment(diff));
        }
        if left_out > 0 {
            let _ = writeln!(text, "\n{}", left_out_remark(left_out));
        }
    }
    text
}

/// The report as GitHub's Markdown, never longer than a comment may be.
pub(crate) fn to_markdown(revised: &Revised<'_>) -> String {
    let mut text = format!("**{}: {}.**\n", code(revised.source), revised.summary);
    for run in revised.runs() {
        let _ = writeln!(text, "\n**Experiments {}: {}.**", run.days, verdict(run.effect));
        let moves = run.effect.moves();
        if !moves.is_empty() {
            text.push_str("\n| experiment | | figures |\n| :-- | :-- | :-- |\n");
        }
        for (diff, moved) in moves.iter().take(MOST_EXPERIMENTS) {
            let mark = if matches!(moved, Move::Real(_)) { "**real**" } else { "noise" };
            let (id, described) = (code(&diff.heading.id), described(diff, moved));
            let _ = writeln!(text, "| {id} | {mark} | {described} |");
        }
        if moves.len() > MOST_EXPERIMENTS {
            let _ = writeln!(text, "\nAnd {} more.", moves.len() - MOST_EXPERIMENTS);
        }
    }
    let _ = write!(text, "\n### Prices\n\n{}", block(revised.prices));
    for run in revised.runs() {
        let (shown, left_out) = run.worth_showing();
        if shown.is_empty() {
            continue;
        }
        let (body, cut) = within(&shown, LONGEST_COMMENT.saturating_sub(text.len()));
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

impl Revised<'_> {
    fn runs(&self) -> Vec<Run<'_>> {
        let days = format!("on the {} days both have", format::count(self.shared_days));
        let mut runs = vec![Run { days, effect: self.on_shared_days, with_new_days: false }];
        if let Some(effect) = self.on_all_days {
            runs.push(Run { days: "on all days of each".to_owned(), effect, with_new_days: true });
        }
        runs
    }
}

impl Run<'_> {
    /// The differences whose figures are shown, and how many are not: with new days every figure
    /// moves a little, and only what counts is worth reading.
    fn worth_showing(&self) -> (Vec<&ExperimentDiff>, usize) {
        let moves = self.effect.moves();
        let shown: Vec<&ExperimentDiff> = moves
            .iter()
            .filter(|(_, moved)| !self.with_new_days || matches!(moved, Move::Real(_)))
            .map(|(diff, _)| *diff)
            .collect();
        let left_out = moves.len() - shown.len();
        (shown, left_out)
    }
}

fn left_out_remark(count: usize) -> String {
    let these = format::counted(count, "more experiment", "more experiments");
    format!("The figures of {these} are left out: build both versions and compare the sites.")
}

/// As many experiments as there is room for, and how many there is none for.
fn within(shown: &[&ExperimentDiff], room: usize) -> (String, usize) {
    let mut text = String::new();
    for (number, diff) in shown.iter().enumerate() {
        let section = markdown::of_experiment(diff, None);
        if text.len() + section.len() + 1 > room {
            return (text, shown.len() - number);
        }
        text.push_str(&section);
        text.push('\n');
    }
    (text, 0)
}

#[cfg(test)]
mod tests {
    use super::super::effect::tests::{sharpe, site};
    use super::*;

    #[test]
    fn no_line_of_the_prices_ends_their_block() {
        for prices in ["~ ```\n", "~ A\n```\n<b>\n", "````text\n`````\n<b>\n"] {
            let block = block(prices);
            let fence = block.split("text").next().unwrap_or_default();
            assert_eq!(block, format!("{fence}text\n{prices}{fence}\n"));
            assert!(fence.len() > 2 && !prices.contains(fence), "{block}");
        }
    }

    #[test]
    fn what_a_comment_has_no_room_for_is_counted() {
        let ids: Vec<String> = (0..50).map(|i| format!("e{i}")).collect();
        let diff = site(ids.iter().map(|id| (id.as_str(), vec![sharpe(0.6, 0.5)])).collect());
        let all: Vec<&ExperimentDiff> = diff.changed.iter().collect();
        let (whole, none) = within(&all, usize::MAX);
        assert!(none == 0 && whole.contains("`e49`"));
        let (part, cut) = within(&all, whole.len() / 2);
        assert!(part.len() <= whole.len() / 2 && (20..35).contains(&cut), "{cut}");
        assert!(part.contains("`e0`") && !part.contains("`e49`"));
        assert_eq!(within(&all, 10), (String::new(), 50));
    }
}
