//! The vertical scale: its range, its ticks and how they read.
//!
//! A logarithmic scale works in common logarithms from here on, so plotters sees linear axes only
//! and no digit depends on the platform's logarithm.

use super::{Axis, Unit};
use crate::base::units::{format, math, round_significant};

/// Values beyond this magnitude are treated as missing: no axis can show them, and their squares
/// and spans leave the range of a float.
const LARGEST: f64 = 1e100;

/// A labelled position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Position on the scale.
    pub at: f64,
    /// Its label.
    pub label: String,
}

/// A fitted vertical scale. Positions are values, or their common logarithms.
#[derive(Debug, Clone)]
pub(super) struct Scale {
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
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|&v| is_shown(v, axis.log)) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return None;
        }
        let anchor = axis.baseline.filter(|&b| is_shown(b, axis.log));
        let (low, high) = match axis.range {
            Some((a, b)) if is_shown(a, axis.log) && is_shown(b, axis.log) && a < b => {
                (position(a, axis.log), position(b, axis.log))
            }
            _ => {
                let low = position(anchor.map_or(low, |b| low.min(b)), axis.log);
                let high = position(anchor.map_or(high, |b| high.max(b)), axis.log);
                padded(low, high, anchor.map(|b| position(b, axis.log)))
            }
        };
        let ticks = if axis.log {
            log_ticks(low, high, target, axis.unit)
        } else {
            linear_ticks(low, high, target, axis.unit)
        };
        Some(Self { log: axis.log, low, high, ticks })
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
    let room = span * 0.03;
    let at_anchor = |end: f64| anchor == Some(end);
    (
        if at_anchor(low) { low } else { low - room },
        if at_anchor(high) { high } else { high + room },
    )
}

/// A distance of 1, 2, 2.5 or 5 times a power of ten.
#[derive(Debug, Clone, Copy)]
struct Step {
    size: f64,
    /// Decimals its multiples need.
    places: usize,
}

/// The step whose ticks in `[low, high]` come nearest to `target` in number.
fn step(low: f64, high: f64, target: usize) -> Step {
    let exponent = libm::floor(math::log10((high - low) / target as f64)) as i32;
    let mut best: Option<(usize, Step)> = None;
    for (mantissa, exponent) in
        [("1", exponent), ("2", exponent), ("5", exponent), ("1", exponent + 1), ("2.5", exponent)]
    {
        let places = (-exponent + i32::from(mantissa == "2.5")).max(0) as usize;
        // Through decimal text, so that a step of 0.1 is the float nearest to 0.1.
        let size = format!("{mantissa}e{exponent}").parse().unwrap_or(high - low);
        let (from, to) = multiples(low, high, size);
        let distance = ((to - from + 1.0).max(0.0) as usize).abs_diff(target);
        if best.is_none_or(|(held, _)| distance < held) {
            best = Some((distance, Step { size, places }));
        }
    }
    best.map_or(Step { size: high - low, places: 0 }, |(_, step)| step)
}

/// First and last multiple of `size` in `[low, high]`, forgiving the last bits.
fn multiples(low: f64, high: f64, size: f64) -> (f64, f64) {
    (libm::ceil(low / size - 1e-6), libm::floor(high / size + 1e-6))
}

/// The multiples of a good step in `[low, high]`, with the decimals they need.
fn round_values(low: f64, high: f64, target: usize) -> (Vec<f64>, usize) {
    let step = step(low, high, target);
    let (from, to) = multiples(low, high, step.size);
    let count = (to - from + 1.0).clamp(0.0, 20.0) as usize;
    ((0..count).map(|k| (from + k as f64) * step.size).collect(), step.places)
}

fn linear_ticks(low: f64, high: f64, target: usize, unit: Unit) -> Vec<Tick> {
    let (values, places) = round_values(low, high, target);
    let tick = |value: f64| Tick { at: value.clamp(low, high), label: label(value, unit, places) };
    values.into_iter().map(tick).collect()
}

/// 1-2-5 ticks; powers of ten where those are too many, a linear step where they are too few.
fn log_ticks(low: f64, high: f64, target: usize, unit: Unit) -> Vec<Tick> {
    let fine = decade_ticks(low, high, &["1", "2", "5"], 1, unit);
    if fine.len() < 3 {
        let (values, places) = round_values(math::pow(10.0, low), math::pow(10.0, high), target);
        let at = |value: f64| math::log10(value).clamp(low, high);
        return values
            .into_iter()
            .filter(|&value| value > 0.0)
            .map(|value| Tick { at: at(value), label: label(value, unit, places) })
            .collect();
    }
    let most = target + 2;
    if fine.len() <= most {
        return fine;
    }
    (1..=(high - low) as i32 + 1)
        .map(|stride| decade_ticks(low, high, &["1"], stride, unit))
        .find(|ticks| ticks.len() <= most)
        .unwrap_or(fine)
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
                ticks.push(Tick { at, label: label(value, unit, places) });
            }
        }
    }
    ticks
}

/// How a tick reads: with the decimals its step needs, which may be fewer or more than those of
/// the unit.
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
        Unit::Percent(places) => format::percent(Some(value), places),
        Unit::Decimal(places) => format::decimal(Some(value), places),
        Unit::Multiple => format!("{}x", format::decimal(Some(value), 2)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn axis(unit: Unit, log: bool, baseline: Option<f64>) -> Axis<'static> {
        Axis { label: "", unit, log, range: None, baseline }
    }

    fn labels(axis: &Axis, values: &[f64]) -> Vec<String> {
        let scale = Scale::fit(axis, values.iter().copied(), 5).unwrap();
        scale.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_good_numbers() {
        let percent = axis(Unit::Percent(1), false, Some(0.0));
        assert_eq!(
            labels(&percent, &[-0.55, -0.1]),
            [
                "−50\u{202f}%",
                "−40\u{202f}%",
                "−30\u{202f}%",
                "−20\u{202f}%",
                "−10\u{202f}%",
                "0\u{202f}%"
            ]
        );
        let plain = axis(Unit::Decimal(2), false, None);
        assert_eq!(labels(&plain, &[-1.0, 1.0]), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&plain, &[0.0, 0.09]), ["0.00", "0.02", "0.04", "0.06", "0.08"]);
        let growth = axis(Unit::Multiple, true, Some(1.0));
        assert_eq!(labels(&growth, &[0.45, 11.0]), ["0.5x", "1x", "2x", "5x", "10x"]);
        assert_eq!(labels(&growth, &[0.2, 400.0]), ["1x", "10x", "100x"]);
        assert_eq!(labels(&growth, &[1.0, 1.6]), ["1.0x", "1.2x", "1.4x", "1.6x"]);
    }

    #[test]
    fn the_baseline_is_an_end_or_inside() {
        let drawdown = axis(Unit::Percent(0), false, Some(0.0));
        let scale = Scale::fit(&drawdown, [-0.5, 0.0].into_iter(), 5).unwrap();
        assert_eq!(scale.high, 0.0, "no room above water");
        assert!(scale.low < -0.5);
    }

    #[test]
    fn what_cannot_be_shown_has_no_place() {
        let growth = axis(Unit::Multiple, true, None);
        assert!(Scale::fit(&growth, [f64::NAN, -1.0, 0.0].into_iter(), 5).is_none());
        let scale = Scale::fit(&growth, [1.0, f64::INFINITY, 4.0].into_iter(), 5).unwrap();
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
                let axis = axis(unit, log, baseline);
                let Some(scale) = Scale::fit(&axis, values.iter().copied(), target) else { continue };
                proptest::prop_assert!(scale.low < scale.high);
                proptest::prop_assert!(scale.ticks.len() <= 20);
                proptest::prop_assert!(scale.ticks.is_sorted_by(|a, b| a.at < b.at));
                for tick in &scale.ticks {
                    proptest::prop_assert!((scale.low..=scale.high).contains(&tick.at));
                    proptest::prop_assert!(!tick.label.contains("NaN"));
                }
            }
        }
    }
}
