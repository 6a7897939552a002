//! Experiments run on two versions of their source, and how the results differ.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};

use super::super::load::{Loaded, panel};
use crate::base::diagnostic::{Place, Problems};
use crate::base::units::format;
use crate::engine::experiment::{self, Source, Task};
use crate::engine::spec::Document;
use crate::prices::data::PriceTable;
use crate::prices::panel::Panel;
use crate::prices::revision::on_shared_days;
use crate::report::diff::{self, ExperimentDiff, FigureChange, Judgement, SiteDiff, Unit};
use crate::results::{Interval, Results};

/// What a revision does to the experiments.
pub(super) struct Effects {
    /// On the days that both versions have: what was revised, and nothing that is merely new.
    pub(super) on_shared_days: Effect,
    /// On all days of each version; `None` if they have the same days.
    pub(super) on_all_days: Option<Effect>,
}

/// How the experiments differ.
pub(super) struct Effect {
    /// The experiments that ran on both versions, or would have run on the same panel.
    pub(super) compared: usize,
    /// Those of which a reader sees a difference, with the figures that differ in a shown digit.
    pub(super) diff: SiteDiff,
    /// Those whose results differ in digits that are not shown, or in what is not listed.
    pub(super) unseen: usize,
}

/// How far an experiment moved.
pub(super) enum Move {
    /// Some Sharpe ratios or R2 left the 90 % interval of the base.
    Beyond(Vec<String>),
    /// None did; the largest move of them as a share of the interval's width, if one moved.
    Within(Option<(String, f64)>),
}

impl Effect {
    /// Whether a figure of any experiment left its interval.
    pub(super) fn is_beyond_noise(&self) -> bool {
        self.diff.judgements().any(|judgement| matches!(judgement, Judgement::Outside(_)))
    }

    /// The experiments that differ, those beyond noise first, then by how far they moved.
    pub(super) fn moves(&self) -> Vec<(&ExperimentDiff, Move)> {
        let mut moves: Vec<_> =
            self.diff.changed.iter().map(|diff| (diff, move_of(&diff.figures))).collect();
        let size = |moved: &Move| match moved {
            Move::Beyond(_) => f64::INFINITY,
            Move::Within(largest) => largest.as_ref().map_or(0.0, |(_, share)| *share),
        };
        moves.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)));
        moves
    }

    fn of(compared: usize, mut diff: SiteDiff) -> Self {
        let different = diff.changed.len();
        for experiment in &mut diff.changed {
            experiment.figures.retain(is_seen);
        }
        diff.changed.retain(|experiment| {
            !experiment.figures.is_empty()
                || !experiment.data.is_empty()
                || !experiment.added.is_empty()
                || !experiment.removed.is_empty()
                || !experiment.warnings_added.is_empty()
                || !experiment.warnings_removed.is_empty()
        });
        Self { compared, unseen: different - diff.changed.len(), diff }
    }
}

/// Whether a figure reads differently with the digits that it is usually shown with.
fn is_seen(figure: &FigureChange) -> bool {
    let show = |value: Option<f64>| match figure.unit {
        Unit::Percent(places) => format::percent(value, places),
        Unit::Number(places) => format::decimal(value, places),
        Unit::Count => format::decimal(value, 0),
        Unit::Probability => format::p_value(value),
        Unit::Penalty => format::significant(value),
    };
    show(figure.old) != show(figure.new)
}

fn move_of(figures: &[FigureChange]) -> Move {
    let name = |figure: &FigureChange| format!("{} {}", figure.subject, figure.name);
    let outside: Vec<String> = figures
        .iter()
        .filter(|figure| matches!(figure.judgement, Some(Judgement::Outside(_))))
        .map(name)
        .collect();
    if !outside.is_empty() {
        return Move::Beyond(outside);
    }
    let share = |figure: &FigureChange| match (figure.judgement, figure.old, figure.new) {
        (Some(Judgement::Within(Interval { low, high })), Some(old), Some(new)) if high > low => {
            Some((new - old).abs() / (high - low))
        }
        _ => None,
    };
    let largest = figures
        .iter()
        .filter_map(|figure| share(figure).map(|share| (name(figure), share)))
        // Of equals the first is taken.
        .fold(None, |most: Option<(String, f64)>, next| match most {
            Some(most) if most.1 >= next.1 => Some(most),
            _ => Some(next),
        });
    Move::Within(largest)
}

/// Runs the experiments on both versions; `problems` hears of those that cannot run on one.
///
/// # Errors
/// What an experiment refuses at last, though its panel was accepted.
pub(super) fn effects(
    documents: &[Document],
    versions: &[Loaded; 2],
    days_differ: bool,
    problems: &mut Problems,
) -> Result<Effects, Problems> {
    let tables = [&versions[0].table, &versions[1].table];
    let whole = prepare(&documents.iter().collect::<Vec<_>>(), tables, problems);
    if !days_differ {
        return Ok(Effects { on_shared_days: run(&whole, versions)?, on_all_days: None });
    }
    let cut = on_shared_days(tables[0], tables[1]);
    // What cannot run on all days has been told.
    let able: Vec<&Document> = whole.iter().map(|pair| pair.document).collect();
    let shared = prepare(&able, [&cut[0], &cut[1]], problems);
    Ok(Effects {
        on_shared_days: run(&shared, versions)?,
        on_all_days: Some(run(&whole, versions)?),
    })
}

/// An experiment with its panel on each version.
struct Prepared<'a> {
    document: &'a Document,
    panels: [Panel; 2],
}

fn prepare<'a>(
    documents: &[&'a Document],
    tables: [&PriceTable; 2],
    problems: &mut Problems,
) -> Vec<Prepared<'a>> {
    let mut prepared = Vec::new();
    for document in documents {
        match tables.map(|table| panel(table, document).map_err(|found| named(&found, table))) {
            [Ok(base), Ok(head)] => {
                prepared.push(Prepared { document, panels: [base, head] });
            }
            sides => sides.into_iter().filter_map(Result::err).for_each(|p| problems.extend(p)),
        }
    }
    prepared
}

/// Problems that say of which version they are.
fn named(found: &Problems, table: &PriceTable) -> Problems {
    let mut problems = Problems::new();
    for problem in found.iter() {
        let mut problem = problem.clone();
        if !problem.message.contains(&table.file) {
            problem.message = format!("{}: {}", table.file, problem.message);
        }
        problem.place = problem.place.or_else(|| Some(Place::file(&table.file)));
        problem.hint = problem.hint.or_else(|| {
            Some("compare the experiments that run on both versions with --only".to_owned())
        });
        problems.push(problem);
    }
    problems
}

fn run(prepared: &[Prepared<'_>], versions: &[Loaded; 2]) -> Result<Effect, Problems> {
    // A bare price file says nothing of its planted truth: it is the other version's then.
    let truths = [0, 1]
        .map(|side| versions[side].truth.as_ref().or_else(|| versions[1 - side].truth.as_ref()));
    let descriptions = [0, 1].map(|side| {
        versions[side].description.as_ref().or_else(|| versions[1 - side].description.as_ref())
    });
    // The same panel gives the same results, to the last bit.
    let moved: Vec<&Prepared<'_>> = prepared
        .iter()
        .filter(|pair| pair.panels[0] != pair.panels[1] || truths[0] != truths[1])
        .collect();
    let progress = progress(2 * moved.len());
    let mut sites: Vec<BTreeMap<String, Results>> = Vec::new();
    for side in [0, 1] {
        let source = Source { description: descriptions[side], truth: truths[side] };
        let tasks: Vec<Task<'_>> = moved
            .iter()
            .map(|pair| Task { spec: &pair.document.spec, panel: &pair.panels[side], source })
            .collect();
        let ran = experiment::run_all(&tasks, &|id| {
            progress.set_message(id.to_owned());
            progress.inc(1);
        })?;
        sites.push(ran.into_iter().map(|(results, _)| (results.id.clone(), results)).collect());
    }
    progress.finish_and_clear();
    // The hash of a revised panel differs without saying anything.
    let [base, head] = sites.as_mut_slice() else { unreachable!("there are two versions") };
    for (id, results) in head.iter_mut() {
        if let Some(old) = base.get(id) {
            results.provenance.data_hash.clone_from(&old.provenance.data_hash);
        }
    }
    Ok(Effect::of(prepared.len(), diff::compare(base, head)))
}

fn progress(steps: usize) -> ProgressBar {
    let progress = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        progress.set_style(style);
    }
    if steps > 0 {
        progress.tick();
    }
    progress
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::diff::{Heading, Subject};

    /// A figure of `lasso` that moved from 0.50 to `new`, with an interval of 0.1 to 0.9.
    pub(in super::super) fn sharpe(new: f64) -> FigureChange {
        let interval = Interval { low: 0.1, high: 0.9 };
        let within = interval.contains(new);
        FigureChange {
            subject: Subject::Model("lasso".to_owned()),
            name: "sharpe",
            unit: Unit::Number(2),
            old: Some(0.5),
            new: Some(new),
            judgement: Some(if within {
                Judgement::Within(interval)
            } else {
                Judgement::Outside(interval)
            }),
        }
    }

    pub(in super::super) fn experiment(id: &str, figures: Vec<FigureChange>) -> ExperimentDiff {
        ExperimentDiff {
            heading: Heading { id: id.to_owned(), title: "Sector lags".to_owned() },
            engine: None,
            spec: Vec::new(),
            data: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            figures,
            warnings_added: Vec::new(),
            warnings_removed: Vec::new(),
        }
    }

    pub(in super::super) fn effect(compared: usize, changed: Vec<ExperimentDiff>) -> Effect {
        Effect::of(compared, SiteDiff { changed, ..SiteDiff::default() })
    }

    #[test]
    fn what_moved_most_comes_first_and_what_no_digit_shows_is_only_counted() {
        let effect = effect(
            5,
            vec![
                experiment("a-little", vec![sharpe(0.52), sharpe(0.500_1)]),
                experiment("unseen", vec![sharpe(0.500_1)]),
                experiment("beyond", vec![sharpe(0.55), sharpe(0.95)]),
                experiment("more", vec![sharpe(0.6)]),
            ],
        );
        let order: Vec<&str> =
            effect.moves().iter().map(|(diff, _)| diff.heading.id.as_str()).collect();
        assert_eq!(order, ["beyond", "more", "a-little"]);
        assert_eq!((effect.unseen, effect.diff.changed[0].figures.len()), (1, 1));
        assert!(effect.is_beyond_noise());
        let moves = effect.moves();
        assert!(matches!(&moves[0].1, Move::Beyond(names) if *names == ["lasso sharpe"]));
        assert!(
            matches!(&moves[1].1, Move::Within(Some((_, share))) if (share - 0.125).abs() < 1e-12)
        );
    }
}
