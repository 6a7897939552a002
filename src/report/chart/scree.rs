//! Ordered eigenvalues against chance.

use super::frame::{self, Anchor, Frame, Plot, widest};
use super::gutters::{Gutters, LEADING};
use super::paint::Paint;
use super::scale::{self, Scale};
use super::{Axis, Role, ScreeChart, Unit};

/// Slots beyond which not every one has a number, on a wide screen.
const NUMBERED: usize = 24;

/// Draws ordered values as points on a logarithmic axis as one `<svg>` element: what chance would
/// give as an area behind them, references across, values over the points that stand out.
///
/// A value that is not positive is left out.
pub(crate) fn scree_chart(chart: &ScreeChart) -> String {
    let &ScreeChart { values, outstanding, .. } = chart;
    let unit = Unit::Decimal(1);
    let axis = Axis { label: chart.label, unit, log: true, range: None, baseline: Some(1.0) };
    let edges = chart.references.iter().map(|(value, _)| value);
    let all = values.iter().chain(chart.chance.iter().flatten()).chain(edges).copied();
    let drawable = values.iter().any(|&value| scale::is_shown(value, true));
    let usual = Plot::of(chart.size, Gutters::default());
    let Some(scale) = Scale::fit(&axis, all, usual.y_ticks()).filter(|_| drawable) else {
        return frame::no_data(&chart.words, "scree");
    };
    // Room for the value over the first point.
    let scale = scale.widened(0.0, LEADING / usual.height);
    let left = frame::left(&scale);
    let gutters =
        Gutters { left, right: 1, top: frame::top(chart.label), bottom: 2, ..Gutters::default() };
    let plot = Plot::of(chart.size, gutters);
    let frame = Frame::new(plot, gutters, (0.0, values.len() as f64), scale, &[]);

    chance(&frame, chart);
    frame.vertical_axis();
    let every = values.len().div_ceil(NUMBERED).max(1);
    let number = |at: usize| (at as f64 + 0.5, (at + 1).to_string());
    let numbers: Vec<_> = (0..values.len()).step_by(every).map(number).collect();
    frame.horizontal_axis(&numbers);
    for &(value, label) in &chart.references {
        let Some(y) = frame.across("references", value) else { continue };
        // The upper one over its line, the others under theirs: they may be near one another.
        let is_highest = chart.references.iter().all(|(other, _)| *other <= value);
        let down = if is_highest { -0.35 } else { 1.0 };
        frame.write("reference", label, (frame.edges.0, y), (-4.0, down), Anchor::End);
    }
    let points: Vec<(usize, (i32, i32))> = (0..values.len())
        .filter_map(|at| Some((at, frame.place(at as f64 + 0.5, values[at])?)))
        .collect();
    for &(at, centre) in &points {
        let role = if at < outstanding { Role::Main } else { Role::Benchmark };
        frame.circle(Paint::Mark(role), centre, 4);
    }
    let mut free = [f64::NEG_INFINITY; 2];
    for (at, (x, y)) in points.into_iter().filter(|(at, _)| *at < outstanding) {
        let value = scale::reading(values[at], Unit::Decimal(2));
        let half = widest([&value]) / 2.0 + 2.0;
        // Among many values two neighbours may have no room for both numbers.
        let share = f64::from(x) / f64::from(frame.edges.0);
        let [wide, narrow] = [plot.width, gutters.phone_plot()].map(|width| share * width);
        if wide - half < free[0] {
            continue;
        }
        free[0] = wide + half;
        let is_spare = narrow - half < free[1];
        free[1] = if is_spare { free[1] } else { narrow + half };
        let class = if is_spare { "value spare" } else { "value" };
        frame.write(class, &value, (x, y), (0.0, -0.7), Anchor::Middle);
    }
    frame.document(&chart.words, "scree")
}

/// The area that chance would give, with its label over the upper edge at the right.
fn chance(frame: &Frame, chart: &ScreeChart) {
    let count = chart.chance.len().min(chart.values.len());
    // To the edges of the first and the last slot.
    let along = |at: usize| match at {
        0 => 0.0,
        at if at + 1 == count => count as f64,
        at => at as f64 + 0.5,
    };
    let edge = |side: usize| -> Vec<(i32, i32)> {
        let ranges = chart.chance.iter().take(count).enumerate();
        ranges.filter_map(|(at, ends)| frame.place(along(at), ends[side])).collect()
    };
    let (lower, mut upper) = (edge(0), edge(1));
    if upper.len() < 2 {
        return;
    }
    let middle = upper[upper.len() / 2];
    upper.extend(lower.into_iter().rev());
    frame.polygon(Paint::Area(Role::Faint), upper);
    let anchor = match f64::from(middle.0) / f64::from(frame.edges.0) {
        ..0.3 => Anchor::Start,
        ..0.7 => Anchor::Middle,
        _ => Anchor::End,
    };
    frame.write("reference", chart.chance_label, middle, (0.0, -0.4), anchor);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;
    use crate::report::chart::{Size, Words};

    #[test]
    fn only_values_that_stand_out_are_written() {
        let svg = scree_chart(&ScreeChart {
            words: Words { id: "s", title: "T", description: "D" },
            values: &[5.0, 1.5, 0.8, 0.2, 0.0],
            chance: vec![[0.9, 1.1]; 5],
            chance_label: "chance",
            outstanding: 2,
            label: "Eigenvalue",
            references: vec![(1.1, "upper"), (0.9, "lower")],
            size: Size::Wide,
        });
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<circle").count(), 4, "a value of zero has no logarithm");
        assert_eq!(svg.matches("class=\"mark ink\"").count(), 2);
        assert!(svg.contains(">5.00<") && svg.contains(">1.50<") && !svg.contains(">0.80<"));
        assert_eq!(svg.matches("class=\"area faint\"").count(), 1, "chance is one area");
        assert!(svg.contains(">chance<") && svg.contains(">upper<"));
    }

    #[test]
    fn numbers_of_close_values_do_not_overlap() {
        let mut values = vec![0.9; 48];
        values[..3].copy_from_slice(&[73.5, 69.2, 65.17]);
        let svg = scree_chart(&ScreeChart {
            words: Words { id: "s", title: "T", description: "D" },
            values: &values,
            chance: Vec::new(),
            chance_label: "",
            outstanding: 3,
            label: "Eigenvalue",
            references: Vec::new(),
            size: Size::Wide,
        });
        assert!(svg.contains(">73.50<") && !svg.contains(">69.20<"), "{svg}");
    }
}
