//! The vertical scale: its range, its ticks and how they read.
//!
//! A logarithmic scale works in common logarithms from here on, so plotters sees linear axes only
//! and no digit depends on the platform's logarithm.

use super::{Axis, Unit};
use crate::base::units::{format, math, round_significant};

/// Values beyond this magnitude are treated as missing: no axis can show them, and their squares
/// and spans leave the range of a float.
const LARGEST: f64 = 1e100;

/// A labelled position on an axis.
pub(super) type Tick = (f64, String);

/// A fitted vertical scale. Positions are values, or their common logarithms.
#[derive(Debug, Clone, Default)]
pub(super) struct Scale {
    /// Label of the axis.
    pub label: String,
    /// The value to mark with a stronger line.
    pub baseline: Option<f64>,
    /// Whether positions are logarithms.
    pub log: bool,
    /// Lowest position.
    pub low: f64,
    /// Highest position.
    pub high: f64,
    /// From low to high.
    pub ticks: Vec<Tick>,
}

/// Whether an axis can show a value at all.
pub(super) fn is_shown(value: f64, log: bool) -> bool {
    // The comparison is false for NaN.
    value.abs() <= LARGEST && (!log || value > 1.0 / LARGEST)
}

impl Scale {
    /// The scale of an axis over `values`, with about `target` ticks; `None` without a value.
    pub(super) fn fit(
        axis: &Axis,
        values: impl Iterator<Item = f64>,
        target: usize,
    ) -> Option<Self> {
        let &Axis { label, unit, log, range, baseline } = axis;
        let shown = |value: &f64| is_shown(*value, log);
        let ends = values.filter(shown).fold(None, |ends, value| {
            let (low, high) = ends.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        });
        let (low, high) = ends?;
        let (low, high) = match range.filter(|(a, b)| shown(a) && shown(b) && a < b) {
            Some((a, b)) => (position(a, log), position(b, log)),
            None => {
                let anchor = baseline.filter(shown);
                let (low, high) = anchor.map_or((low, high), |b| (low.min(b), high.max(b)));
                padded(position(low, log), position(high, log), anchor.map(|b| position(b, log)))
            }
        };
        let ticks = if log {
            log_ticks(low, high, target, unit)
        } else {
            even_ticks((low, high), false, target, unit)
        };
        Some(Self { label: label.to_owned(), baseline, log, low, high, ticks })
    }

    /// The scale with these shares of its span added below and above, for labels.
    pub(super) fn widened(self, below: f64, above: f64) -> Self {
        let span = self.high - self.low;
        Self { low: self.low - span * below, high: self.high + span * above, ..self }
    }

    /// Where a value sits, held inside the scale; `None` for what the axis cannot show.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        is_shown(value, self.log).then(|| position(value, self.log).clamp(self.low, self.high))
    }

    /// Where a value sits, unless outside the scale.
    pub(super) fn inside(&self, value: f64) -> Option<f64> {
        let at = is_shown(value, self.log).then(|| position(value, self.log))?;
        (self.low..=self.high).contains(&at).then_some(at)
    }

    /// The value at a position, to six digits: for attributes that scripts read.
    pub(super) fn value(&self, at: f64) -> f64 {
        round_significant(if self.log { math::pow(10.0, at) } else { at }, 6)
    }
}

fn position(value: f64, log: bool) -> f64 {
    if log { math::log10(value) } else { value }
}

/// A little room on both sides, except where the data end at the baseline.
fn padded(low: f64, high: f64, anchor: Option<f64>) -> (f64, f64) {
    let span = high - low;
    let size = low.abs().max(high.abs());
    if span <= 1e-9 * size.max(1e-6) {
        // A constant: a scale of its own magnitude about it.
        let room = if size > 0.0 { (size * 0.1).max(1e-9) } else { 1.0 };
        return (low - room, high + room);
    }
    let room = |end: f64| if anchor == Some(end) { 0.0 } else { span * 0.03 };
    (low - room(low), high + room(high))
}

/// The multiples in `[low, high]` of a distance of 1, 2, 2.5 or 5 times a power of ten, with the
/// decimals they need: those that come nearest to `target` in number.
fn round_values(low: f64, high: f64, target: usize) -> (Vec<f64>, usize) {
    let exponent = libm::floor(math::log10((high - low) / target as f64)) as i32;
    let candidates =
        [("1", exponent), ("2", exponent), ("5", exponent), ("1", exponent + 1), ("2.5", exponent)];
    let multiples = candidates.map(|(mantissa, exponent)| {
        let places = (-exponent + i32::from(mantissa == "2.5")).max(0) as usize;
        // Through decimal text, so that a step of 0.1 is the float nearest to 0.1.
        let size: f64 = format!("{mantissa}e{exponent}").parse().unwrap_or(high - low);
        // First and last multiple, forgiving the last bits.
        let (from, to) = (libm::ceil(low / size - 1e-6), libm::floor(high / size + 1e-6));
        ((to - from + 1.0).max(0.0) as usize, from, size, places)
    });
    let best = multiples.into_iter().min_by_key(|(count, ..)| count.abs_diff(target));
    best.map_or((Vec::new(), 0), |(count, from, size, places)| {
        ((0..count.min(20)).map(|k| (from + k as f64) * size).collect(), places)
    })
}

/// Ticks at even distances of the value.
fn even_ticks((low, high): (f64, f64), log: bool, target: usize, unit: Unit) -> Vec<Tick> {
    let [from, to] = [low, high].map(|end| if log { math::pow(10.0, end) } else { end });
    let (values, places) = round_values(from, to, target);
    let values = values.into_iter().filter(|&value| !log || value > 0.0);
    values
        .map(|value| (position(value, log).clamp(low, high), label(value, unit, places)))
        .collect()
}

/// 1-2-5 ticks; powers of ten where those are too many, even distances where they are too few.
fn log_ticks(low: f64, high: f64, target: usize, unit: Unit) -> Vec<Tick> {
    let fine = decade_ticks(low, high, &["1", "2", "5"], 1, unit);
    let most = target + 2;
    match fine.len() {
        0..3 => even_ticks((low, high), true, target, unit),
        count if count <= most => fine,
        _ => (1..=(high - low) as i32 + 1)
            .map(|stride| decade_ticks(low, high, &["1"], stride, unit))
            .find(|ticks| ticks.len() <= most)
            .unwrap_or(fine),
    }
}

/// Ticks at `mantissas` in every `stride`-th decade between two common logarithms.
fn decade_ticks(low: f64, high: f64, mantissas: &[&str], stride: i32, unit: Unit) -> Vec<Tick> {
    let decades = libm::floor(low) as i32..=libm::ceil(high) as i32;
    let mut ticks = Vec::new();
    for exponent in decades.filter(|exponent| exponent.rem_euclid(stride) == 0) {
        for mantissa in mantissas {
            // Through decimal text: the float nearest to 0.2, not 2 times a rounded 0.1.
            let Ok(value) = format!("{mantissa}e{exponent}").parse::<f64>() else { continue };
            let at = math::log10(value);
            if (low..=high).contains(&at) {
                let places = exponent.min(0).unsigned_abs() as usize;
                ticks.push((at, label(value, unit, places)));
            }
        }
    }
    ticks
}

/// How a value reads with so many decimals of the plain number, such as those a tick's step needs.
fn label(value: f64, unit: Unit, places: usize) -> String {
    match unit {
        Unit::Percent(_) => format::percent(Some(value), places.saturating_sub(2)),
        Unit::Decimal(_) if places > 4 => format::significant(Some(value)),
        Unit::Decimal(_) => format::decimal(Some(value), places),
        Unit::Multiple => format!("{}x", format::decimal(Some(value), places)),
    }
}

/// How a value of the unit reads, with the unit's decimals.
pub(super) fn reading(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent(places) => label(value, unit, places + 2),
        Unit::Decimal(places) => label(value, unit, places),
        Unit::Multiple => label(value, unit, 2),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn fit(unit: Unit, log: bool, baseline: Option<f64>, values: &[f64]) -> Option<Scale> {
        let axis = Axis { label: "", unit, log, range: None, baseline };
        Scale::fit(&axis, values.iter().copied(), 5)
    }

    #[test]
    fn ticks_are_good_numbers() {
        let percent = (Unit::Percent(1), false, Some(0.0));
        let plain = (Unit::Decimal(2), false, None);
        let growth = (Unit::Multiple, true, Some(1.0));
        for ((unit, log, baseline), ends, expected) in [
            (percent, [-0.55, -0.1], "−50% −40% −30% −20% −10% 0%"),
            (plain, [-1.0, 1.0], "−1.0 −0.5 0.0 0.5 1.0"),
            (plain, [0.0, 0.09], "0.00 0.02 0.04 0.06 0.08"),
            (growth, [0.45, 11.0], "0.5x 1x 2x 5x 10x"),
            (growth, [0.2, 400.0], "1x 10x 100x"),
            (growth, [1.0, 1.6], "1.0x 1.2x 1.4x 1.6x"),
        ] {
            let ticks = fit(unit, log, baseline, &ends).unwrap().ticks;
            let labels: Vec<_> = ticks.iter().map(|(_, l)| l.replace('\u{202f}', "")).collect();
            assert_eq!(labels.join(" "), expected);
        }
    }

    #[test]
    fn the_baseline_is_an_end_or_inside() {
        let scale = fit(Unit::Percent(0), false, Some(0.0), &[-0.5, 0.0]).unwrap();
        assert_eq!(scale.high, 0.0, "no room above water");
        assert!(scale.low < -0.5);
    }

    #[test]
    fn what_cannot_be_shown_has_no_place() {
        let growth = |values: &[f64]| fit(Unit::Multiple, true, None, values);
        assert!(growth(&[f64::NAN, -1.0, 0.0]).is_none());
        let scale = growth(&[1.0, f64::INFINITY, 4.0]).unwrap();
        assert_eq!(scale.place(f64::INFINITY), None);
        assert_eq!(scale.place(-2.0), None);
        assert_eq!(scale.place(1e9), Some(scale.high), "held at the edge");
    }

    proptest::proptest! {
        #[test]
        fn every_axis_has_distinct_ticks_inside(
            values in proptest::collection::vec(proptest::num::f64::ANY, 1..8),
            log in proptest::bool::ANY,
            target in 2_usize..7,
            baseline in proptest::option::of(-2.0_f64..2.0),
        ) {
            for unit in [Unit::Percent(1), Unit::Decimal(2), Unit::Multiple] {
                let axis = Axis { label: "", unit, log, range: None, baseline };
                let Some(scale) = Scale::fit(&axis, values.iter().copied(), target) else { continue };
                proptest::prop_assert!(scale.low < scale.high);
                proptest::prop_assert!(scale.ticks.len() <= 20);
                proptest::prop_assert!(scale.ticks.is_sorted_by(|a, b| a.0 < b.0));
                for (at, label) in &scale.ticks {
                    proptest::prop_assert!((scale.low..=scale.high).contains(at));
                    proptest::prop_assert!(!label.contains("NaN"));
                }
            }
        }
    }
}
