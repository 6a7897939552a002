//! A difference for the terminal.

use std::fmt::Write as _;

use crate::report::words;

use super::difference::{Added, Headline, RESTATED, UNLISTED};
use super::figures::Shown;
use super::wording::{Passage, Rewording};
use super::{ExperimentDiff, FigureChange, SiteDiff, ValueChange, excerpt, summary};

/// The difference as text with aligned columns, ending in a line feed.
pub(crate) fn to_text(diff: &SiteDiff) -> String {
    let mut text = format!("{}\n", diff.verdict);
    if diff.is_empty() && diff.gate.is_none() {
        return text;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n  base  {}\n  head  {}", diff.base.line(), diff.head.line());
    for line in summary::lines(diff) {
        let _ = writeln!(text, "  {line}");
    }
    for change in &diff.prices {
        let _ = writeln!(text, "\nprices of {}: {}", change.source, change.summary);
        text.push_str(&change.lines);
    }
    for experiment in &diff.changed {
        let _ = write!(text, "\n{}", of_experiment(experiment));
    }
    for added in &diff.added {
        let _ = write!(text, "\n{}", of_added(added));
    }
    if !diff.removed.is_empty() {
        text.push('\n');
    }
    for removed in &diff.removed {
        let _ = writeln!(text, "- {}", removed.heading.in_words());
    }
    if !diff.renamed.is_empty() {
        text.push('\n');
    }
    for renamed in &diff.renamed {
        let _ = writeln!(text, "= {}", summary::renamed(renamed));
    }
    for reworded in &diff.reworded {
        let _ = writeln!(text, "\n\" {}: words only", reworded.heading.in_words());
        reworded.words.iter().for_each(|words| rewording(&mut text, words));
    }
    if let Some(broken) = &diff.gate {
        let _ = writeln!(text, "\n{}", summary::gate(broken));
        for line in broken {
            let _ = writeln!(text, "  ! {line}");
        }
    }
    text
}

pub(super) fn of_experiment(diff: &ExperimentDiff) -> String {
    let mut text = format!("~ {}  [{}]\n", diff.heading.in_words(), summary::causes(diff));
    if diff.lists_nothing() {
        let _ = writeln!(text, "  {UNLISTED}");
    }
    if let Some([old, new]) = &diff.stamp {
        let _ = writeln!(text, "  stamp  {old} → {new}");
    }
    for criterion in &diff.criteria {
        let _ = writeln!(text, "  criterion  {}", summary::criterion(criterion));
    }
    if diff.restated {
        let _ = writeln!(text, "  ! {RESTATED}");
    }
    for (name, changes) in [("spec", &diff.spec), ("data", &diff.data), ("verdict", &diff.verdict)]
    {
        section(&mut text, name, &value_rows(changes), &[]);
    }
    for line in summary::days(diff).into_iter().chain(diff.apart_in_words()) {
        let _ = writeln!(text, "  {line}");
    }
    for (sign, subjects) in [('+', &diff.added), ('-', &diff.removed)] {
        for subject in subjects {
            let _ = writeln!(text, "  {sign} {subject}");
        }
    }
    figures(&mut text, "figures", &diff.figures);
    for line in summary::splits(diff) {
        let _ = writeln!(text, "  {line}");
    }
    diff.words.iter().for_each(|words| rewording(&mut text, words));
    for (sign, warnings) in [('+', &diff.warnings_added), ('-', &diff.warnings_removed)] {
        for warning in warnings {
            let (name, sentence) = words::warning(warning);
            let _ = writeln!(text, "  {sign} warning {name}: {sentence}");
        }
    }
    text
}

fn of_added(added: &Added) -> String {
    let mut text = format!("+ {}\n", added.heading.in_words());
    if let Some(stamp) = &added.stamp {
        let _ = writeln!(text, "  stamp  {stamp}");
    }
    for criterion in &added.criteria {
        let _ = writeln!(text, "  criterion  {}", summary::outcome(criterion));
    }
    let row = |headline: &Headline| vec![headline.name.clone(), headline.shown.clone()];
    let rows: Vec<Vec<String>> = added.headline.iter().map(row).collect();
    section(&mut text, "figures", &rows, &[1]);
    if let Some(other) = &added.compared_with {
        figures(&mut text, &format!("against {other}"), &added.differences);
    }
    text
}

fn rewording(text: &mut String, words: &Rewording) {
    let passage = |passage: &Passage| match passage {
        Passage::Same(text) => text.clone(),
        Passage::Removed(text) => format!("[-{text}-]"),
        Passage::Added(text) => format!("{{+{text}+}}"),
    };
    let passages: String = words.passages.iter().map(passage).collect();
    let _ = writeln!(text, "  {}  {passages}", words.key);
}

fn figures(text: &mut String, name: &str, figures: &[FigureChange]) {
    let row = |figure: &FigureChange| {
        let Shown { base, head, difference, interval, p, mark } = figure.shown();
        let p = if p.is_empty() { p } else { format!("p {p}") };
        let subject = figure.subject.to_string();
        let arrow = "→".to_owned();
        let metric = figure.metric.to_owned();
        vec![subject, metric, base, arrow, head, difference, interval, p, mark.to_owned()]
    };
    let rows: Vec<Vec<String>> = figures.iter().map(row).collect();
    section(text, name, &rows, &[2, 4, 5, 6]);
}

fn value_rows(changes: &[ValueChange]) -> Vec<Vec<String>> {
    let row = |change: &ValueChange| {
        let [old, new] = excerpt::pair(change.old.as_deref(), change.new.as_deref());
        vec![change.key.clone(), old, "→".to_owned(), new]
    };
    changes.iter().map(row).collect()
}

/// A headed table with columns of equal width, those named in `right` flush right.
fn section(text: &mut String, name: &str, rows: &[Vec<String>], right: &[usize]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {name}");
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |j: usize| rows.iter().filter_map(|row| row.get(j)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|j| width(j).unwrap_or(0)).collect();
    for row in rows {
        let mut line = "  ".to_owned();
        for (j, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[j] - cell.chars().count());
            let (before, after) =
                if right.contains(&j) { (pad, String::new()) } else { (String::new(), pad) };
            let _ = write!(line, "  {before}{cell}{after}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}
