//! Ordered eigenvalues against chance.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{SCALE, pixels};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{self, Scale};
use super::{Axis, Role, ScreeChart, Unit, labels};

/// Share of a value's slot that its range under chance fills.
const RANGE_SHARE: f64 = 0.7;

/// Slots beyond which not every one has a number.
const NUMBERED: usize = 24;

/// Draws ordered values as points on a logarithmic axis as one `<svg>` element: the range of each
/// under chance as a block behind it, references across, values beside the points that stand out.
///
/// A value that is not positive is left out.
pub(crate) fn scree_chart(chart: &ScreeChart) -> String {
    let &ScreeChart { values, outstanding, .. } = chart;
    let unit = Unit::Decimal(1);
    let axis = Axis { label: chart.label, unit, log: true, range: None, baseline: Some(1.0) };
    let size = Size::of(chart.aspect);
    let edges = chart.references.iter().map(|(value, _)| value);
    let all = values.iter().chain(chart.chance.iter().flatten()).chain(edges).copied();
    let drawable = values.iter().any(|&value| scale::is_shown(value, true));
    let Some(scale) = Scale::fit(&axis, all, 5).filter(|_| drawable) else {
        return frame::no_data(&chart.words, size, "scree");
    };
    // Room for the value over the first point.
    let scale = scale.widened(0.02, (size.line() + 8.0) / size.height);
    let widest = size.widest(chart.references.iter().map(|(_, label)| label));
    let right = if widest > 0.0 { (widest + 8.0).min(size.width * 0.34) } else { 14.0 };
    let margins = Margins::about(size, &scale, right, size.axis());
    let frame = Frame::new(size, margins, (0.0, values.len() as f64), scale, &[]);

    frame.vertical_axis();
    let every = values.len().div_ceil(NUMBERED).max(1);
    let number = |at: usize| (at as f64 + 0.5, (at + 1).to_string());
    let numbers: Vec<_> = (0..values.len()).step_by(every).map(number).collect();
    frame.horizontal_axis(&numbers);
    for (at, &[low, high]) in chart.chance.iter().enumerate().take(values.len()) {
        let place =
            |side: f64, value: f64| frame.place(at as f64 + 0.5 + side * RANGE_SHARE / 2.0, value);
        if let (Some(from), Some(to)) = (place(-1.0, high), place(1.0, low)) {
            let to = (to.0, to.1.max(from.1 + pixels(1.5)));
            frame.rectangle(Paint::Bar(Role::Faint), from, to);
        }
    }
    references(&frame, chart);
    let points: Vec<(usize, (i32, i32))> = (0..values.len())
        .filter_map(|at| Some((at, frame.place(at as f64 + 0.5, values[at])?)))
        .collect();
    for &(at, centre) in &points {
        let role = if at < outstanding { Role::Main } else { Role::Benchmark };
        frame.circle(Paint::Mark(role), centre, 4.5);
    }
    let mut free = i32::MIN;
    for (at, (x, y)) in points.into_iter().filter(|(at, _)| *at < outstanding) {
        let value = scale::reading(values[at], Unit::Decimal(2));
        let half = pixels(size.widest([&value]) / 2.0);
        // Among many values two neighbours may have no room for both numbers.
        if x - half < free {
            continue;
        }
        free = x + half;
        let above = (x, y - pixels(8.0));
        frame.write(Paint::Group("value"), &value, above, (HPos::Center, VPos::Bottom));
    }
    frame.document(&chart.words, "scree")
}

/// Lines across, their labels at the right of the plot.
fn references(frame: &Frame, chart: &ScreeChart) {
    let [_, top, right, bottom] = frame.edges;
    let placed: Vec<(i32, &str)> = chart
        .references
        .iter()
        .filter_map(|&(value, label)| Some((frame.across("references", value)?, label)))
        .collect();
    let wanted: Vec<f64> = placed.iter().map(|&(y, _)| f64::from(y)).collect();
    let gap = frame.size.line() * SCALE;
    let spread = labels::spread(&wanted, gap, (f64::from(top), f64::from(bottom)));
    for ((_, label), y) in placed.iter().zip(spread) {
        let at = (right + pixels(5.0), y.round() as i32);
        frame.write(Paint::Group("reference-label"), label, at, (HPos::Left, VPos::Center));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Words;
    use crate::report::chart::well_formed::assert_well_formed;

    #[test]
    fn only_values_that_stand_out_are_written() {
        let svg = scree_chart(&ScreeChart {
            words: Words { id: "s", title: "T", description: "D" },
            values: &[5.0, 1.5, 0.8, 0.2, 0.0],
            chance: vec![[0.9, 1.1]; 5],
            outstanding: 2,
            label: "Eigenvalue",
            references: vec![(1.1, "upper"), (0.9, "lower")],
            aspect: 2.4,
        });
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<circle").count(), 4, "a value of zero has no logarithm");
        assert_eq!(svg.matches("class=\"mark ink\"").count(), 2);
        assert!(svg.contains(">5.00<") && svg.contains(">1.50<") && !svg.contains(">0.80<"));
        assert_eq!(svg.matches("class=\"bar faint\"").count(), 5);
    }

    #[test]
    fn numbers_of_close_values_do_not_overlap() {
        let mut values = vec![0.9; 48];
        values[..3].copy_from_slice(&[73.5, 69.2, 65.17]);
        let svg = scree_chart(&ScreeChart {
            words: Words { id: "s", title: "T", description: "D" },
            values: &values,
            chance: Vec::new(),
            outstanding: 3,
            label: "Eigenvalue",
            references: Vec::new(),
            aspect: 2.4,
        });
        assert!(svg.contains(">73.50<") && !svg.contains(">69.20<"), "{svg}");
    }
}
