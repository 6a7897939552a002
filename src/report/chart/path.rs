//! Lines over a penalty or a number of components, from the strongest restriction to the weakest.

use super::frame::{self, Anchor, Frame, Plot};
use super::gutters::Gutters;
use super::paint::Paint;
use super::scale::{Scale, Tick, is_shown};
use super::{Along, PathChart, Size, beside, coincide, line};
use crate::base::units::{format, math};

/// Draws lines over falling penalties or rising counts as one `<svg>` element.
///
/// Penalties that are not positive have no place and interrupt a line.
pub(crate) fn path_chart(chart: &PathChart) -> String {
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let target = Plot::of(chart.size, Gutters::default()).y_ticks();
    let place = |line: &&[f64]| match chart.along {
        Along::Penalties => falling(line),
        Along::Counts => line.to_vec(),
    };
    let xs: Vec<Vec<f64>> = chart.positions.iter().map(place).collect();
    let (Some(scale), Some(span)) = (Scale::fit(&chart.axis, values, target), span(&xs)) else {
        return frame::no_data(&chart.words, "path");
    };
    let gutters = Gutters {
        left: frame::left(&scale),
        right: 1,
        top: frame::top(&scale.label),
        bottom: if chart.x_label.is_empty() { 2 } else { 4 },
        ..Gutters::default()
    };
    let plot = Plot::of(chart.size, gutters);
    let is_same = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-6;
    let along = |a: usize, b: usize| match (xs.get(a), xs.get(b)) {
        (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(is_same),
        _ => false,
    };
    let shown = coincide::shown_along(&chart.lines, along, &scale, plot.height);
    let names: Vec<&str> = shown.iter().map(|each| each.label.as_str()).collect();
    let frame = Frame::new(plot, gutters, span, scale, &names);

    frame.vertical_axis();
    let slots = if chart.size == Size::Small { 5 } else { 12 };
    frame.horizontal_axis(&match chart.along {
        Along::Penalties => ticks(span, slots),
        Along::Counts => whole(span, slots),
    });
    frame.write("label", chart.x_label, frame.edges, (0.0, 3.0), Anchor::End);
    let positions: Vec<&[f64]> = xs.iter().map(Vec::as_slice).collect();
    let runs = line::draw(&frame, &chart.lines, &shown, &positions);
    for &(number, at) in &chart.marks {
        let Some((line, xs)) = chart.lines.get(number).zip(xs.get(number)) else { continue };
        let x = xs.get(at).copied().filter(|x| x.is_finite());
        let point = x.zip(line.values.get(at)).and_then(|(x, &value)| frame.place(x, value));
        if let Some(point) = point {
            frame.circle(Paint::Mark(line.role), point, 4);
        }
    }
    // Lines come together at the right, where nothing is held back.
    let labels = shown
        .iter()
        .enumerate()
        .map(|(at, each)| (each.label.as_str(), chart.lines[each.number].role, at));
    beside::draw(&frame, &labels.collect::<Vec<_>>(), &runs);
    frame.document(&chart.words, "path")
}

/// Horizontal coordinates: minus the common logarithm, so that they rise to the right.
pub(super) fn falling(positions: &[f64]) -> Vec<f64> {
    let at = |&x: &f64| if is_shown(x, true) { -math::log10(x) } else { f64::NAN };
    positions.iter().map(at).collect()
}

fn span(xs: &[Vec<f64>]) -> Option<(f64, f64)> {
    let finite = || xs.iter().flatten().copied().filter(|x| x.is_finite());
    let (low, high) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
    Some(if high - low > 1e-6 { (low, high) } else { (low - 0.5, high + 0.5) })
}

/// Powers of ten; a few plain numbers where the span has less than two of them.
pub(super) fn ticks((first, last): (f64, f64), slots: usize) -> Vec<Tick> {
    let (first_power, last_power) =
        (libm::ceil(first - 1e-9) as i32, libm::floor(last + 1e-9) as i32);
    if last_power > first_power {
        let stride = ((last_power - first_power) as usize / slots + 1) as i32;
        return (first_power..=last_power)
            .filter(|power| power.rem_euclid(stride) == 0)
            .map(|power| (f64::from(power), power_of_ten(-power)))
            .collect();
    }
    let count = slots.min(3);
    (0..count)
        .map(|k| first + (last - first) * k as f64 / (count - 1).max(1) as f64)
        .map(|at| (at, format::significant(Some(math::pow(10.0, -at)))))
        .collect()
}

/// Whole numbers, every one where there is room.
fn whole((first, last): (f64, f64), slots: usize) -> Vec<Tick> {
    let (first, last) = (libm::ceil(first) as i64, libm::floor(last) as i64);
    let stride = last.saturating_sub(first).max(0) as usize / slots.max(1) + 1;
    (first..=last).step_by(stride).map(|count| (count as f64, count.to_string())).collect()
}

/// "10⁻³".
fn power_of_ten(exponent: i32) -> String {
    format!("10{}", format::superscript(&exponent.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{Axis, Line, Role, Unit, Words};

    #[test]
    fn lines_that_end_as_one_are_named_where_they_are_apart_and_equal_ones_once() {
        let penalties: Vec<f64> = (0..8).map(|at| math::pow(10.0, -f64::from(at))).collect();
        let nearly: Vec<f64> = penalties.iter().map(|at| at * (1.0 + 1e-12)).collect();
        let others: Vec<f64> = penalties.iter().map(|at| at * 0.5).collect();
        let early = [0.0, 0.5, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0];
        let late = [0.0, 0.0, 0.0, 0.0, 0.2, 0.6, 0.9, 1.0];
        let svg = path_chart(&PathChart {
            words: Words { id: "p", title: "T", description: "D" },
            along: Along::Penalties,
            x_label: "Penalty",
            positions: vec![&penalties, &nearly, &others],
            lines: vec![
                Line::new("Lasso", Role::Lasso, &early),
                Line::new("Elastic net", Role::ElasticNet, &early),
                Line::new("Ridge", Role::Ridge, &late),
            ],
            marks: Vec::new(),
            axis: Axis {
                label: "",
                unit: Unit::Decimal(1),
                log: false,
                range: None,
                baseline: None,
            },
            size: Size::Small,
        });
        assert!(svg.contains(">Lasso = elastic net<") && svg.contains(">Ridge<"), "{svg}");
        assert!(!svg.contains("class=\"end") && !svg.contains("class=\"line enet"));
        // The labels are at points of their lines, not both at the end.
        let place = |class: &str| -> f64 {
            let (_, label) =
                svg.split_once(&format!("<text class=\"at {class}\"")).unwrap_or_default();
            let (_, x) = label.split_once(" x=\"").unwrap_or_default();
            x.split(['%', '"']).next().and_then(|x| x.parse().ok()).unwrap_or(f64::NAN)
        };
        assert!(place("lasso") < 90.0 && place("ridge") < 90.0, "{svg}");
    }

    #[test]
    fn penalties_fall_in_powers_of_ten_or_over_a_narrow_span_in_plain_numbers() {
        let labels = |first: f64, last: f64| -> Vec<String> {
            ticks((first, last), 8).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels(-1.0, 3.0), ["10¹", "10⁰", "10⁻¹", "10⁻²", "10⁻³"]);
        assert_eq!(labels(0.1, 0.9), ["0.794", "0.316", "0.126"]);
        assert_eq!(falling(&[100.0, 0.1]), [-2.0, 1.0]);
        let labels = |first, last, slots| -> Vec<String> {
            whole((first, last), slots).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels(1.0, 4.0, 8), ["1", "2", "3", "4"]);
        assert_eq!(labels(1.0, 20.0, 8), ["1", "4", "7", "10", "13", "16", "19"]);
        assert_eq!(labels(2.5, 3.5, 8), ["3"]);
        assert!(falling(&[0.0, -1.0, f64::NAN]).iter().all(|x| x.is_nan()));
    }
}
