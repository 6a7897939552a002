//! A line without axes, for a table cell.

use super::backend::{Canvas, Drawn, certain};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::Scale;
use super::{Axis, Line, Sparkline, Unit, line};

/// Size in units: a table row's height.
const SIZE: (f64, f64) = (120.0, 24.0);

/// Points of the line: two a unit at most.
const BUDGET: usize = 160;

/// Draws a small line with a dot at its end as one `<svg>` element.
pub(crate) fn sparkline(spark: &Sparkline) -> String {
    let size = Size { width: SIZE.0, height: SIZE.1, font: 11.0, class: "spark" };
    let axis = Axis {
        label: "",
        unit: Unit::Decimal(0),
        log: false,
        range: None,
        baseline: spark.baseline,
    };
    let Some(scale) = Scale::fit(&axis, spark.values.iter().copied(), 2) else {
        return frame::no_data(&spark.words, size, "");
    };
    let margins = Margins { left: 2.0, top: 3.0, right: 4.0, bottom: 3.0 };
    let span = (0.0, spark.values.len().saturating_sub(1).max(1) as f64);
    let mut canvas = Canvas::new(size.width, size.height, Vec::new());
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    certain(draw(frame, spark, &scale));
    canvas.document(&spark.words, size.class, &[])
}

fn draw(mut frame: Frame, spark: &Sparkline, scale: &Scale) -> Drawn<()> {
    let xs: Vec<f64> = (0..spark.values.len()).map(|at| at as f64).collect();
    let each = Line {
        label: "",
        role: spark.role,
        values: spark.values,
        fill: false,
        dashed: false,
        step: false,
    };
    let runs = line::points(&each, &xs, scale, BUDGET);
    frame.baseline(scale, spark.baseline)?;
    line::stroke(&mut frame, &each, &runs, 0)?;
    match runs.last().and_then(|run| run.last()) {
        Some(&(x, y)) => frame.circle(Paint::Mark(spark.role), frame.pixel(x, y), 2.0),
        None => Ok(()),
    }
}
