//! What other prices do to experiments: how far each moved, and the sentences that say so.

use std::fmt::Write as _;

use super::figures::largest;
use super::spec::DATA_HASH;
use super::{ExperimentDiff, FigureChange, SiteDiff};
use crate::base::units::format;

/// Figures that a line names; the rest are counted.
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
pub(super) enum Move<'e> {
    /// Some tested figures by more than their threshold, and by more than chance makes.
    Real(Vec<&'e FigureChange>),
    /// None did; the largest move of a tested figure against its threshold, if one moved.
    Noise(Option<&'e FigureChange>),
}

impl Effect {
    /// Whether a difference of any experiment counts.
    pub(crate) fn is_real(&self) -> bool {
        self.diff.is_real()
    }

    /// The experiments that differ, the real ones first, then by how far they moved.
    pub(super) fn moves(&self) -> Vec<(&ExperimentDiff, Move<'_>)> {
        let mut moves: Vec<_> =
            self.diff.changed.iter().map(|diff| (diff, move_of(diff))).collect();
        let order = |moved: &Move<'_>| match moved {
            Move::Real(_) => f64::INFINITY,
            Move::Noise(largest) => largest.map_or(0.0, FigureChange::size),
        };
        moves.sort_by(|a, b| order(&b.1).total_cmp(&order(&a.1)));
        moves
    }

    /// What is left of a difference of `compared` experiments when only shown digits count.
    pub(crate) fn of(compared: usize, mut diff: SiteDiff) -> Self {
        let different = diff.changed.len();
        for experiment in &mut diff.changed {
            experiment.figures.retain(is_seen);
            // The hash of revised prices is another one without saying anything.
            experiment.data.retain(|change| change.key != DATA_HASH);
        }
        diff.changed.retain(|experiment| {
            let (verdict, spec, apart) = (Vec::new(), Vec::new(), Vec::new());
            !ExperimentDiff { verdict, spec, apart, ..experiment.clone() }.lists_nothing()
        });
        Self { compared, unseen: different - diff.changed.len(), diff }
    }
}

/// Whether a figure reads differently with the digits that it is usually shown with.
fn is_seen(figure: &FigureChange) -> bool {
    figure.unit.show(figure.base, 0) != figure.unit.show(figure.head, 0)
}

fn move_of(diff: &ExperimentDiff) -> Move<'_> {
    let real: Vec<&FigureChange> = diff.real().collect();
    if !real.is_empty() {
        return Move::Real(real);
    }
    Move::Noise(largest(diff.headline()))
}

/// How many experiments change, and how much it matters: a sentence without its full stop.
pub(super) fn verdict(effect: &Effect) -> String {
    let moves = effect.moves();
    let real = moves.iter().filter(|(_, moved)| matches!(moved, Move::Real(_))).count();
    let (compared, noise) = (effect.compared, moves.len() - real);
    let what = if effect.unseen == 0 { "figure" } else { "listed figure, to the digits shown" };
    match (compared, moves.len()) {
        (0, _) => return "none to compare".to_owned(),
        (_, 0) => return format!("no experiment changes in any {what} ({compared} compared)"),
        _ => {}
    }
    let mut sentence = match real {
        0 => format!("none of {compared} changes by more than noise"),
        1 => format!("1 of {compared} changes by more than noise"),
        _ => format!("{real} of {compared} change by more than noise"),
    };
    if noise > 0 {
        let _ = write!(sentence, ", {noise} by no more");
    }
    if compared > moves.len() {
        let _ = write!(sentence, ", {} in no {what}", compared - moves.len());
    }
    sentence
}

/// What moved in one experiment.
pub(super) fn described(diff: &ExperimentDiff, moved: &Move<'_>) -> String {
    let figures = format::counted(diff.figures.len(), "figure", "figures");
    match moved {
        Move::Real(real) => {
            let names: Vec<String> = real.iter().map(|figure| figure.in_words()).collect();
            format::some_of(&names, MOST_FIGURES)
        }
        Move::Noise(Some(largest)) => format!("{figures}; {}", largest.in_words()),
        Move::Noise(None) => format!("{figures}, of which none is tested"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::stored;

    /// A tested Sharpe ratio of `lasso.binary` that moved from 0.50 to `new`.
    pub(in crate::report::diff) fn sharpe(new: f64, p: f64) -> FigureChange {
        stored::tested_sharpe(0.5, new, p)
    }

    pub(in crate::report::diff) fn site(changed: Vec<(&str, Vec<FigureChange>)>) -> SiteDiff {
        stored::diff_of(changed)
    }

    #[test]
    fn what_moved_most_comes_first_and_what_no_digit_shows_is_only_counted() {
        let effect = Effect::of(
            5,
            site(vec![
                ("a-little", vec![sharpe(0.52, 0.5), sharpe(0.500_1, 0.5)]),
                ("unseen", vec![sharpe(0.500_1, 0.5)]),
                ("real", vec![sharpe(0.55, 0.5), sharpe(0.6, 0.01)]),
                ("more", vec![sharpe(0.6, 0.2)]),
            ]),
        );
        let order: Vec<&str> =
            effect.moves().iter().map(|(diff, _)| diff.heading.id.as_str()).collect();
        assert_eq!(order, ["real", "more", "a-little"]);
        assert_eq!((effect.unseen, effect.diff.changed[0].figures.len()), (1, 1));
        assert!(effect.is_real());
        let moves = effect.moves();
        assert_eq!(described(moves[0].0, &moves[0].1), "Sharpe ratio of lasso.binary 0.50 to 0.60");
        assert_eq!(
            described(moves[1].0, &moves[1].1),
            "1 figure; Sharpe ratio of lasso.binary 0.50 to 0.60"
        );
    }

    #[test]
    fn the_verdict_says_plainly_what_matters() {
        let of = |compared, sharpes: &[(f64, f64)]| {
            let changed = sharpes.iter().map(|(new, p)| ("a", vec![sharpe(*new, *p)])).collect();
            verdict(&Effect::of(compared, site(changed)))
        };
        let (unseen, noise, real) = ((0.500_1, 0.9), (0.6, 0.5), (0.95, 0.01));
        assert_eq!(of(0, &[]), "none to compare");
        assert_eq!(of(3, &[]), "no experiment changes in any figure (3 compared)");
        assert_eq!(
            of(3, &[unseen]),
            "no experiment changes in any listed figure, to the digits shown (3 compared)"
        );
        assert_eq!(
            of(3, &[noise, unseen]),
            "none of 3 changes by more than noise, 1 by no more, 2 in no listed figure, to the \
             digits shown"
        );
        assert_eq!(of(1, &[real]), "1 of 1 changes by more than noise");
        assert_eq!(
            of(4, &[real, noise, real]),
            "2 of 4 change by more than noise, 1 by no more, 1 in no figure"
        );
    }
}
