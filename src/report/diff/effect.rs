//! What other prices do to experiments: how far each moved, and the sentences that say so.

use std::fmt::Write as _;

use super::{ExperimentDiff, FigureChange, Judgement, SiteDiff};
use crate::base::units::format;
use crate::results::Interval;

/// Figures beyond noise that a line names; the rest are counted.
const MOST_FIGURES: usize = 4;

/// How the experiments differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effect {
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
    pub(crate) fn is_beyond_noise(&self) -> bool {
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

    /// What is left of a difference of `compared` experiments when only shown digits count.
    pub(crate) fn of(compared: usize, mut diff: SiteDiff) -> Self {
        let different = diff.changed.len();
        for experiment in &mut diff.changed {
            experiment.figures.retain(is_seen);
        }
        diff.changed.retain(|experiment| {
            let (engine, verdict, spec) = (None, Vec::new(), Vec::new());
            !ExperimentDiff { engine, verdict, spec, ..experiment.clone() }.lists_nothing()
        });
        Self { compared, unseen: different - diff.changed.len(), diff }
    }
}

/// Whether a figure reads differently with the digits that it is usually shown with.
fn is_seen(figure: &FigureChange) -> bool {
    figure.unit.show(figure.old, 0) != figure.unit.show(figure.new, 0)
}

fn move_of(figures: &[FigureChange]) -> Move {
    let name = |figure: &FigureChange| format!("{} {}", figure.subject, figure.name);
    let is_outside =
        |figure: &&FigureChange| matches!(figure.judgement, Some(Judgement::Outside(_)));
    let outside: Vec<String> = figures.iter().filter(is_outside).map(name).collect();
    if !outside.is_empty() {
        return Move::Beyond(outside);
    }
    let share = |figure: &FigureChange| match (figure.judgement, figure.old, figure.new) {
        (Some(Judgement::Within(Interval { low, high })), Some(old), Some(new)) if high > low => {
            Some((name(figure), (new - old).abs() / (high - low)))
        }
        _ => None,
    };
    // Of equals the first is taken.
    let larger =
        |most: (String, f64), next: (String, f64)| if most.1 >= next.1 { most } else { next };
    Move::Within(figures.iter().filter_map(share).reduce(larger))
}

/// How many experiments change, and how much it matters: a sentence without its full stop.
pub(super) fn verdict(effect: &Effect) -> String {
    let moves = effect.moves();
    let beyond = moves.iter().filter(|(_, moved)| matches!(moved, Move::Beyond(_))).count();
    let (compared, within) = (effect.compared, moves.len() - beyond);
    let what = if effect.unseen == 0 { "figure" } else { "listed figure, to the digits shown" };
    match (compared, moves.len()) {
        (0, _) => return "none to compare".to_owned(),
        (_, 0) => return format!("no experiment changes in any {what} ({compared} compared)"),
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
        let _ = write!(sentence, ", {} in no {what}", compared - moves.len());
    }
    sentence
}

/// What moved in one experiment.
pub(super) fn described(diff: &ExperimentDiff, moved: &Move) -> String {
    let figures = format::counted(diff.figures.len(), "figure", "figures");
    match moved {
        Move::Beyond(names) => format::some_of(names, MOST_FIGURES),
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::diff::{Heading, Subject};
    use crate::report::unit::Unit;

    /// A figure of `lasso` that moved from 0.50 to `new`, with an interval of 0.1 to 0.9.
    pub(in crate::report::diff) fn sharpe(new: f64) -> FigureChange {
        let interval = Interval { low: 0.1, high: 0.9 };
        let within = interval.contains(new);
        let judged = if within { Judgement::Within } else { Judgement::Outside };
        FigureChange {
            subject: Subject::Model("lasso".to_owned()),
            name: "sharpe",
            unit: Unit::Number(2),
            old: Some(0.5),
            new: Some(new),
            judgement: Some(judged(interval)),
        }
    }

    pub(in crate::report::diff) fn experiment(
        id: &str,
        figures: Vec<FigureChange>,
    ) -> ExperimentDiff {
        let heading = Heading { id: id.to_owned(), title: "Sector lags".to_owned() };
        ExperimentDiff { heading, figures, ..ExperimentDiff::default() }
    }

    fn effect(compared: usize, changed: Vec<ExperimentDiff>) -> Effect {
        Effect::of(compared, SiteDiff { changed, ..SiteDiff::default() })
    }

    #[test]
    fn what_moved_most_comes_first_and_what_no_digit_shows_is_only_counted() {
        let changed = [
            ("a-little", &[0.52, 0.500_1][..]),
            ("unseen", &[0.500_1]),
            ("beyond", &[0.55, 0.95]),
            ("more", &[0.6]),
        ];
        let changed =
            changed.map(|(id, new)| experiment(id, new.iter().copied().map(sharpe).collect()));
        let effect = effect(5, changed.into());
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

    #[test]
    fn the_verdict_says_plainly_what_matters() {
        let of = |compared, sharpes: &[f64]| {
            let changed = sharpes.iter().map(|new| experiment("a", vec![sharpe(*new)])).collect();
            verdict(&effect(compared, changed))
        };
        let (unseen, within, beyond) = (0.500_1, 0.6, 0.95);
        assert_eq!(of(0, &[]), "none to compare");
        assert_eq!(of(3, &[]), "no experiment changes in any figure (3 compared)");
        assert_eq!(
            of(3, &[unseen]),
            "no experiment changes in any listed figure, to the digits shown (3 compared)"
        );
        assert_eq!(
            of(4, &[beyond, within]),
            "1 of 4 changes beyond the 90 % interval of its base, 1 within it, 2 in no figure"
        );
        assert_eq!(
            of(3, &[beyond, beyond, unseen]),
            "2 of 3 change beyond the 90 % interval of their base, 1 in no listed figure, to the \
             digits shown"
        );
        assert_eq!(
            of(1, &[within]),
            "none of 1 changes beyond the 90 % interval of its base, 1 within it"
        );
    }

    #[test]
    fn an_experiment_is_described_by_its_largest_move() {
        let changed = [("a", [0.6, 0.7]), ("b", [2.0, 3.0])];
        let changed = changed.map(|(id, new)| experiment(id, new.map(sharpe).into()));
        let effect = effect(2, changed.into());
        let lines: Vec<String> = effect.moves().iter().map(|(d, m)| described(d, m)).collect();
        assert_eq!(lines[0], "lasso sharpe, lasso sharpe");
        let within = lines[1].replace('\u{202f}', " ");
        assert_eq!(within, "2 figures; lasso sharpe moves most, by 25.0 % of its interval's width");
    }
}
