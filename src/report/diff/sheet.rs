//! A difference as a page shows it: ready strings in the order in which they are read.

use serde::Serialize;

use super::cause::PriceChange;
use super::difference::{Added, RESTATED, Reworded, UNLISTED};
use super::figures::Shown;
use super::wording::Rewording;
use super::{ExperimentDiff, FigureChange, Mark, SiteDiff, ValueChange, excerpt, summary};
use crate::report::words;

/// What a page shows of a difference.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    verdict: String,
    /// Whether a difference counts.
    is_real: bool,
    gate: Option<Gate>,
    base: String,
    head: String,
    lines: Vec<String>,
    prices: Vec<PriceChange>,
    changed: Vec<Changed>,
    added: Vec<New>,
    removed: Vec<String>,
    renamed: Vec<String>,
    reworded: Vec<Words>,
}

#[derive(Debug, Serialize)]
struct Gate {
    line: String,
    broken: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Changed {
    id: String,
    title: String,
    causes: String,
    stamp: Option<[String; 2]>,
    criteria: Vec<String>,
    remarks: Vec<String>,
    headline: Vec<Row>,
    figures: Vec<Row>,
    splits: Vec<String>,
    values: Vec<Values>,
    apart: Vec<String>,
    words: Vec<Rewording>,
}

/// A figure in a table.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    base: String,
    head: String,
    difference: String,
    interval: String,
    p: String,
    mark: &'static str,
    is_real: bool,
}

/// Keys with their values on both sides.
#[derive(Debug, Serialize)]
struct Values {
    what: &'static str,
    rows: Vec<[String; 3]>,
}

#[derive(Debug, Serialize)]
struct New {
    id: String,
    title: String,
    stamp: Option<String>,
    criteria: Vec<String>,
    headline: Vec<[String; 2]>,
    compared_with: Option<String>,
    differences: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Words {
    id: String,
    title: String,
    words: Vec<Rewording>,
}

impl Sheet {
    /// Of a difference.
    pub(crate) fn of(diff: &SiteDiff) -> Self {
        let gate = diff.gate.as_ref();
        Self {
            verdict: diff.verdict.clone(),
            is_real: diff.is_real(),
            gate: gate.map(|broken| Gate { line: summary::gate(broken), broken: broken.clone() }),
            base: diff.base.line(),
            head: diff.head.line(),
            lines: summary::lines(diff),
            prices: diff.prices.clone(),
            changed: diff.changed.iter().map(changed).collect(),
            added: diff.added.iter().map(new).collect(),
            removed: diff.removed.iter().map(|removed| removed.heading.in_words()).collect(),
            renamed: diff.renamed.iter().map(summary::renamed).collect(),
            reworded: diff.reworded.iter().map(reworded).collect(),
        }
    }
}

fn changed(diff: &ExperimentDiff) -> Changed {
    let mut remarks = Vec::new();
    if diff.lists_nothing() {
        remarks.push(UNLISTED.to_owned());
    }
    if diff.restated {
        remarks.push(RESTATED.to_owned());
    }
    remarks.extend(summary::days(diff));
    for (what, subjects) in [("new", &diff.added), ("gone", &diff.removed)] {
        remarks.extend(subjects.iter().map(|subject| format!("{what}: {subject}")));
    }
    for (what, warnings) in
        [("new warning", &diff.warnings_added), ("warning gone", &diff.warnings_removed)]
    {
        remarks.extend(warnings.iter().map(|each| format!("{what}: {}", words::warning(each).1)));
    }
    let (headline, figures): (Vec<&FigureChange>, Vec<&FigureChange>) =
        diff.figures.iter().partition(|figure| figure.is_headline());
    let values = [("spec", &diff.spec), ("data", &diff.data), ("verdict", &diff.verdict)];
    Changed {
        id: diff.heading.id.clone(),
        title: diff.heading.title.clone(),
        causes: summary::causes(diff),
        stamp: diff.stamp.clone(),
        criteria: diff.criteria.iter().map(summary::criterion).collect(),
        remarks,
        headline: headline.into_iter().map(row).collect(),
        figures: figures.into_iter().map(row).collect(),
        splits: summary::splits(diff),
        values: values
            .into_iter()
            .filter(|(_, changes)| !changes.is_empty())
            .map(|(what, changes)| Values { what, rows: changes.iter().map(value).collect() })
            .collect(),
        apart: diff.apart_in_words(),
        words: diff.words.clone(),
    }
}

fn row(figure: &FigureChange) -> Row {
    let Shown { base, head, difference, interval, p, mark } = figure.shown();
    let is_real = figure.mark == Mark::Real;
    Row { name: figure.in_full(), base, head, difference, interval, p, mark, is_real }
}

fn value(change: &ValueChange) -> [String; 3] {
    let [old, new] = excerpt::pair(change.old.as_deref(), change.new.as_deref());
    [change.key.clone(), old, new]
}

fn new(added: &Added) -> New {
    New {
        id: added.heading.id.clone(),
        title: added.heading.title.clone(),
        stamp: added.stamp.clone(),
        criteria: added.criteria.iter().map(summary::outcome).collect(),
        headline: added
            .headline
            .iter()
            .map(|each| [each.name.clone(), each.shown.clone()])
            .collect(),
        compared_with: added.compared_with.clone(),
        differences: added.differences.iter().map(row).collect(),
    }
}

fn reworded(reworded: &Reworded) -> Words {
    let (id, title) = (reworded.heading.id.clone(), reworded.heading.title.clone());
    Words { id, title, words: reworded.words.clone() }
}
