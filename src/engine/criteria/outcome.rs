//! Whether a test is met, not met or open, by the interval of its figure.

use super::names::Quantifier;
use super::syntax::Operator;
use crate::base::units::math;
use crate::engine::metrics::LEVEL;
use crate::engine::metrics::influence::Influence;
use crate::results::{Estimate, Interval, Outcome};

/// Chance with which an effect of the detectable size is seen.
const POWER: f64 = 0.80;

/// What a test comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decision {
    /// The record that decides: of `all` the one that speaks most against the claim, of `any` most for
    /// it.
    pub(crate) subject: Option<String>,
    /// Its figure, or the difference of the two that are compared.
    pub(crate) value: Option<Estimate>,
    /// How many records might have decided.
    pub(crate) records: usize,
    /// Level of that interval.
    pub(crate) level: f64,
    /// Its distance from the bound in standard errors, positive on the side of the claim.
    pub(crate) score: Option<f64>,
    pub(crate) outcome: Outcome,
    /// Smallest distance from the bound that would have been found with a chance of 80 %.
    pub(crate) detectable: Option<f64>,
}

/// How far a figure lies on the side of the claim, and how well that is known.
#[derive(Debug, Clone, Copy)]
struct Distance {
    value: f64,
    error: f64,
    /// Whether the bound itself is on the other side.
    is_strict: bool,
}

impl Distance {
    /// In standard errors.
    fn score(self) -> f64 {
        if self.error > 0.0 {
            return self.value / self.error;
        }
        let is_on_side = self.value > 0.0 || (self.value == 0.0 && !self.is_strict);
        if is_on_side { f64::INFINITY } else { f64::NEG_INFINITY }
    }

    /// Whether the whole interval of so many errors to each side is on the side of the claim.
    fn is_met(self, width: f64) -> bool {
        let low = self.value - width * self.error;
        if self.is_strict { low > 0.0 } else { low >= 0.0 }
    }

    /// Whether it is on the other.
    fn is_not_met(self, width: f64) -> bool {
        let high = self.value + width * self.error;
        if self.is_strict { high <= 0.0 } else { high < 0.0 }
    }
}

/// Decides over the figures of the records, or over their differences from the one that they are
/// compared with (`bound` is then 0); a figure that is not defined is `None`.
///
/// One figure: by its 90 % interval, so that a claim which is false is met with a chance of at most
/// 5 %. `all` is met where each is (intersection-union; Berger 1982), and not met where one of the `K`
/// is not by its interval of level `1 - 0.10 / K`; `any` is met where one is by that (Bonferroni), and
/// not met where none is. What is not defined leaves open what depends on it.
pub(crate) fn decide(
    figures: &[(String, Option<Influence>)],
    quantifier: Option<Quantifier>,
    operator: Operator,
    bound: f64,
) -> Decision {
    let sign = match operator {
        Operator::Above | Operator::AtLeast => 1.0,
        Operator::Below | Operator::AtMost => -1.0,
    };
    let is_strict = matches!(operator, Operator::Above | Operator::Below);
    let is_any = quantifier == Some(Quantifier::Any);
    let mut decides: Option<(&str, f64, Distance)> = None;
    for (name, figure) in figures {
        let Some(figure) = figure else { continue };
        let value = sign * (figure.value - bound);
        let distance = Distance { value, error: figure.standard_error(), is_strict };
        let speaks_more = |known: Distance| match is_any {
            true => distance.score() > known.score(),
            false => distance.score() < known.score(),
        };
        if decides.as_ref().is_none_or(|(_, _, known)| speaks_more(*known)) {
            decides = Some((name, figure.value, distance));
        }
    }
    let Some((subject, value, distance)) = decides else {
        return Decision {
            subject: None,
            value: None,
            records: figures.len(),
            level: Interval::LEVEL,
            score: None,
            outcome: Outcome::Open,
            detectable: None,
        };
    };
    let is_whole = figures.iter().all(|(_, figure)| figure.is_some());
    let one = math::normal_quantile(1.0 - LEVEL);
    let share = LEVEL / figures.len() as f64;
    let family = math::normal_quantile(1.0 - share);
    let (to_meet, to_refute) = if is_any { (family, one) } else { (one, family) };
    let outcome = if distance.is_met(to_meet) && (is_any || is_whole) {
        Outcome::Met
    } else if distance.is_not_met(to_refute) && (!is_any || is_whole) {
        Outcome::NotMet
    } else {
        Outcome::Open
    };
    // The interval by which it is decided, or is left open.
    let width = if distance.value < 0.0 && distance.is_not_met(one) { to_refute } else { to_meet };
    let half = width * distance.error;
    let interval = Some(Interval { low: value - half, high: value + half });
    Decision {
        subject: Some(subject.to_owned()),
        value: Some(Estimate { value, interval }),
        records: figures.len(),
        level: if width == one { Interval::LEVEL } else { 1.0 - 2.0 * share },
        score: Some(distance.score()),
        outcome,
        detectable: Some((to_meet + math::normal_quantile(POWER)) * distance.error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A figure with this standard error.
    fn figure(value: f64, error: f64) -> Option<Influence> {
        let size = error * 10.0;
        // Signs without autocovariances but for the edges, where 100 values have 4 lags of weight.
        let mut by_day: Vec<f64> = Vec::new();
        let mut noise = crate::base::statistics::noise::uniform(3);
        by_day.extend((0..100).map(|_| if noise() > 0.0 { size } else { -size }));
        let figure = Influence { value, by_day };
        let correction = if error > 0.0 { error / figure.standard_error() } else { 1.0 };
        let by_day = figure.by_day.iter().map(|entry| correction * entry).collect();
        Some(Influence { value, by_day })
    }

    fn decided(
        figures: &[Option<Influence>],
        quantifier: Option<Quantifier>,
        operator: Operator,
        bound: f64,
    ) -> Decision {
        let named = |(at, figure): (usize, &Option<Influence>)| (at.to_string(), figure.clone());
        let figures: Vec<_> = figures.iter().enumerate().map(named).collect();
        decide(&figures, quantifier, operator, bound)
    }

    #[test]
    fn one_figure_is_decided_by_its_interval() {
        use Operator::{Above, AtLeast, AtMost, Below};
        for (value, error, operator, bound, expected) in [
            (1.7, 1.0, Above, 0.0, Outcome::Met),
            (1.6, 1.0, Above, 0.0, Outcome::Open),
            (-1.6, 1.0, Above, 0.0, Outcome::Open),
            (-1.7, 1.0, Above, 0.0, Outcome::NotMet),
            (-1.7, 1.0, Below, 0.0, Outcome::Met),
            (2.7, 1.0, AtMost, 1.0, Outcome::NotMet),
            // Known to be on the bound.
            (1.0, 0.0, Above, 1.0, Outcome::NotMet),
            (1.0, 0.0, AtLeast, 1.0, Outcome::Met),
            (1.0, 0.0, AtMost, 1.0, Outcome::Met),
        ] {
            let found = decided(&[figure(value, error)], None, operator, bound);
            assert_eq!(found.outcome, expected, "{value} {operator:?} {bound}");
            assert_eq!(found.level, 0.90);
            let interval = found.value.unwrap().interval.unwrap();
            assert!((interval.high - value - 1.644_853_626_951 * error).abs() < 1e-9);
            // z(0.95) + z(0.80) = 2.486475 standard errors.
            assert!((found.detectable.unwrap() - 2.486_474_860_5 * error).abs() < 1e-9);
        }
        assert_eq!(decided(&[None], None, Above, 0.0).outcome, Outcome::Open);
        assert_eq!(decided(&[], None, Above, 0.0).value, None);
    }

    #[test]
    fn all_and_any_are_decided_by_the_record_that_matters() {
        let of = |values: &[f64], quantifier| {
            let figures: Vec<_> = values.iter().map(|value| figure(*value, 1.0)).collect();
            let found = decided(&figures, Some(quantifier), Operator::Above, 0.0);
            (found.outcome, found.subject.unwrap(), (found.level * 1e4).round() / 1e4)
        };
        use Outcome::{Met, NotMet, Open};
        use Quantifier::{All, Any};
        // Three records: an adjusted bound of z(1 - 0.05/3) = 2.128.
        for (values, quantifier, outcome, subject, level) in [
            ([2.0, 1.7, 9.0], All, Met, "1", 0.9),
            ([2.0, 1.6, 9.0], All, Open, "1", 0.9),
            ([-2.0, 1.6, 9.0], All, Open, "0", 0.9667),
            ([-2.2, 1.6, 9.0], All, NotMet, "0", 0.9667),
            ([2.2, -9.0, 0.0], Any, Met, "0", 0.9667),
            ([2.0, -9.0, 0.0], Any, Open, "0", 0.9667),
            ([-1.7, -1.8, -1.9], Any, NotMet, "0", 0.9),
            ([-1.7, -1.6, -1.9], Any, Open, "1", 0.9667),
        ] {
            let found = of(&values, quantifier);
            assert_eq!(found, (outcome, subject.to_owned(), level), "{values:?} {quantifier:?}");
        }
        let with_none = |value, quantifier| {
            decided(&[figure(value, 1.0), None], Some(quantifier), Operator::Above, 0.0).outcome
        };
        assert_eq!((with_none(9.0, All), with_none(-9.0, All)), (Open, NotMet));
        assert_eq!((with_none(9.0, Any), with_none(-9.0, Any)), (Met, Open));
    }
}
