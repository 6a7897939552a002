//! A line without axes, for a table cell.

use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::Scale;
use super::{Axis, Line, Sparkline, Unit, line};

/// A table row's height.
const SIZE: Size = Size { width: 120.0, height: 24.0, font: 11.0, class: "spark" };

/// Points of the line: two a unit at most.
const BUDGET: usize = 160;

/// Draws a small line over zero with a dot at its end as one `<svg>` element.
pub(crate) fn sparkline(spark: &Sparkline) -> String {
    let &Sparkline { ref words, values, role } = spark;
    let unit = Unit::Decimal(0);
    let axis = Axis { label: "", unit, log: false, range: None, baseline: Some(0.0) };
    let Some(scale) = Scale::fit(&axis, values.iter().copied(), 2) else {
        return frame::no_data(words, SIZE, "");
    };
    let margins = Margins { left: 2.0, top: 3.0, right: 4.0, bottom: 3.0 };
    let xs: Vec<f64> = (0..values.len()).map(|at| at as f64).collect();
    let span = (0.0, (values.len() as f64 - 1.0).max(1.0));
    let frame = Frame::new(SIZE, margins, span, scale, &[]);
    let line = Line { label: "", role, values, fill: false, dashed: false, step: false };
    let runs = line::runs(&frame, &line, &xs, BUDGET);
    frame.baseline();
    line::stroke(&frame, &line, false, 0, &runs);
    if let Some(&end) = runs.last().and_then(|run| run.last()) {
        frame.circle(Paint::Mark(role), end, 2.0);
    }
    frame.document(words, "")
}
