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
#[derive(Debug, Clone)]
pub(super) struct Scale {
    /// Label of the axis.
    pub label: String,
    pub unit: Unit,
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
            Some(ends) => ends,
            None => {
                let anchor = baseline.filter(shown);
                anchor.map_or((low, high), |b| (low.min(b), high.max(b)))
            }
        };
        let (low, high) = opened(position(low, log), position(high, log));
        let ticks = if log {
            log_ticks(low, high, target, unit)
        } else {
            even_ticks((low, high), false, target, unit)
        };
        // To the outermost ticks, which lie beyond the data; two at least.
        let ends = ticks.first().zip(ticks.last()).map(|(low, high)| (low.0, high.0));
        let (low, high) = ends.filter(|(low, high)| low < high).unwrap_or((low, high));
        Some(Self { label: label.to_owned(), unit, baseline, log, low, high, ticks })
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

impl Default for Scale {
    fn default() -> Self {
        let (label, unit, ticks) = (String::new(), Unit::Decimal(0), Vec::new());
        Self { label, unit, baseline: None, log: false, low: 0.0, high: 0.0, ticks }
    }
}

fn position(value: f64, log: bool) -> f64 {
    if log { math::log10(value) } else { value }
}

/// A span with some extent: a constant gets a scale of its own magnitude about it.
fn opened(low: f64, high: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low > 1e-9 * size.max(1e-6) {
        return (low, high);
    }
    let room = if size > 0.0 { (size * 0.1).max(1e-9) } else { 1.0 };
    (low - room, high + room)
}

/// The multiples of a distance of 1, 2, 2.5 or 5 times a power of ten from the last at or below
/// `low` to the first at or above `high`, with the decimals they need: those that come nearest to
/// `target` in number.
fn round_values(low: f64, high: f64, target: usize) -> (Vec<f64>, usize) {
    let exponent = libm::floor(math::log10((high - low) / target as f64)) as i32;
    let candidates =
        [("1", exponent), ("2", exponent), ("2.5", exponent), ("5", exponent), ("1", exponent + 1)];
    let multiples = candidates.map(|(mantissa, exponent)| {
        let places = (-exponent + i32::from(mantissa == "2.5")).max(0) as usize;
        // Through decimal text, so that a step of 0.1 is the float nearest to 0.1.
        let size: f64 = format!("{mantissa}e{exponent}").parse().unwrap_or(high - low);
        // First and last multiple, forgiving the last bits.
        let (from, to) = (libm::floor(low / size + 1e-6), libm::ceil(high / size - 1e-6));
        ((to - from + 1.0).max(0.0) as usize, from, size, places)
    });
    let span = |(count, _, size, _): &(usize, f64, f64, usize)| (*count as f64 - 1.0) * size;
    // Of equals the one that leaves least empty, then the denser.
    let best = multiples.into_iter().min_by(|a, b| {
        // Quarters are harder to read than halves and fifths.
        let apart = |of: &(usize, f64, f64, usize)| {
            2 * of.0.abs_diff(target) + if is_quarter(of.2) { 4 } else { 0 }
        };
        let order = apart(a).cmp(&apart(b)).then(span(a).total_cmp(&span(b)));
        order.then(b.0.cmp(&a.0))
    });
    best.map_or((Vec::new(), 0), |(count, from, size, places)| {
        ((0..count.min(20)).map(|k| (from + k as f64) * size).collect(), places)
    })
}

/// The least of 1, 2 and 5 times a power of ten that is no less than some distance.
pub(super) fn round_step(distance: f64) -> f64 {
    let exponent = libm::floor(math::log10(distance.max(f64::MIN_POSITIVE))) as i32;
    let steps = [("1", exponent), ("2", exponent), ("5", exponent), ("1", exponent + 1)];
    let mut steps = steps.iter().flat_map(|(mantissa, e)| format!("{mantissa}e{e}").parse::<f64>());
    steps.find(|step| *step >= distance * 0.999_999).unwrap_or(distance)
}

/// Whether a distance of ticks is 2.5 times a power of ten.
fn is_quarter(size: f64) -> bool {
    format!("{size:e}").starts_with("2.5")
}

/// Ticks at even distances of the value, about the span.
fn even_ticks((low, high): (f64, f64), log: bool, target: usize, unit: Unit) -> Vec<Tick> {
    let [from, to] = [low, high].map(|end| if log { math::pow(10.0, end) } else { end });
    let (values, places) = round_values(from, to, target);
    let values = values.into_iter().filter(|&value| !log || value > 0.0);
    values.map(|value| (position(value, log), label(value, unit, places))).collect()
}

/// 1-2-5 ticks about the span; powers of ten where those are too many, even distances where they
/// are too few.
fn log_ticks(low: f64, high: f64, target: usize, unit: Unit) -> Vec<Tick> {
    let fine = decade_ticks(low, high, &["1", "2", "5"], 1, unit);
    let most = target + 2;
    match fine.len() {
        // Within a factor of some two: whatever lies about it in even steps.
        0..4 => {
            let even = even_ticks((low, high), true, target, unit);
            let is_about = even.first().is_some_and(|first| first.0 <= low + 1e-9);
            if is_about { even } else { fine }
        }
        count if count <= most => fine,
        _ => (1..=(high - low) as i32 + 2)
            .map(|stride| decade_ticks(low, high, &["1"], stride, unit))
            .find(|ticks| ticks.len() <= most)
            .unwrap_or(fine),
    }
}

/// Ticks at `mantissas` in every `stride`-th decade from the last at or below a common logarithm
/// to the first at or above another.
fn decade_ticks(low: f64, high: f64, mantissas: &[&str], stride: i32, unit: Unit) -> Vec<Tick> {
    let decades = libm::floor(low) as i32 - stride..=libm::ceil(high) as i32 + stride;
    let mut ticks = Vec::new();
    for exponent in decades.filter(|exponent| exponent.rem_euclid(stride) == 0) {
        for mantissa in mantissas {
            // Through decimal text: the float nearest to 0.2, not 2 times a rounded 0.1.
            let Ok(value) = format!("{mantissa}e{exponent}").parse::<f64>() else { continue };
            let at = math::log10(value);
            let places = exponent.min(0).unsigned_abs() as usize;
            ticks.push((at, label(value, unit, places)));
        }
    }
    // Forgiving the last bits.
    let first = ticks.iter().rposition(|(at, _)| *at <= low + 1e-9).unwrap_or(0);
    let last = ticks.iter().position(|(at, _)| *at >= high - 1e-9).unwrap_or(ticks.len() - 1);
    ticks[first..=last.max(first)].to_vec()
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

/// What a unit is called, and how many decimals it shows.
pub(super) fn kind(unit: Unit) -> (&'static str, usize) {
    match unit {
        Unit::Percent(places) => ("percent", places),
        Unit::Decimal(places) => ("decimal", places),
        Unit::Multiple => ("multiple", 2),
    }
}

/// How a value of the unit reads, with the unit's decimals.
pub(super) fn reading(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent(places) => label(value, unit, places + 2),
        Unit::Decimal(places) => label(value, unit, places),
        // Two digits: "0.92x", "8.8x", "12x".
        Unit::Multiple => {
            label(value, unit, if value < 1.0 { 2 } else { usize::from(value < 10.0) })
        }
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
            (percent, [-0.55, -0.1], "−60% −40% −20% 0%"),
            (percent, [-0.4, 0.0], "−40% −30% −20% −10% 0%"),
            (plain, [-1.0, 1.0], "−1.0 −0.5 0.0 0.5 1.0"),
            (plain, [0.0, 0.09], "0.00 0.02 0.04 0.06 0.08 0.10"),
            (growth, [0.55, 8.8], "0.5x 1x 2x 5x 10x"),
            (growth, [0.2, 400.0], "0.1x 1x 10x 100x 1000x"),
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
        assert_eq!((scale.low, scale.high), (-0.5, 0.0), "no room above water");
        let scale = fit(Unit::Percent(0), false, Some(0.0), &[-0.51, 0.02]).unwrap();
        assert!(scale.low < -0.51 && scale.high > 0.02, "{scale:?}");
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
                for value in values.iter().filter(|value| is_shown(**value, log)) {
                    let at = position(*value, log);
                    let room = 1e-6 * (scale.high - scale.low);
                    proptest::prop_assert!(scale.low - room <= at && at <= scale.high + room);
                }
                let ends = scale.ticks.first().zip(scale.ticks.last());
                proptest::prop_assert!(ends.is_some_and(|(a, b)| (a.0, b.0) == (scale.low, scale.high)));
                proptest::prop_assert!(scale.ticks.is_sorted_by(|a, b| a.0 < b.0));
                for (at, label) in &scale.ticks {
                    proptest::prop_assert!((scale.low..=scale.high).contains(at));
                    proptest::prop_assert!(!label.contains("NaN"));
                }
            }
        }
    }
}
