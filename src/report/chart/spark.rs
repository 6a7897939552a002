//! A line without axes, for a table cell.

use super::frame::{self, Frame, Plot};
use super::gutters::Gutters;
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{Line, Sparkline, line};

/// The height of a table row.
const PLOT: Plot = Plot { width: 120.0, height: 24.0, class: "spark" };

/// Points of the line: one a pixel at most.
const BUDGET: usize = 120;

/// Draws a small line over zero with a dot at its end as one `<svg>` element, on its own scale or
/// on one that it shares with others.
pub(crate) fn sparkline(spark: &Sparkline) -> String {
    let &Sparkline { ref words, values, role, range } = spark;
    let shown = values.iter().copied().filter(|&value| is_shown(value, false));
    let bounds = range.filter(|(low, high)| low < high).map(|(low, high)| [low, high]);
    let all = || shown.clone().chain(bounds.into_iter().flatten());
    let (low, high) = all().fold((0.0, 0.0), |(low, high), v| (v.min(low), v.max(high)));
    if shown.clone().next().is_none() {
        return frame::no_data(words, "spark");
    }
    let (low, high) = if low < high { (low, high) } else { (-1.0, 1.0) };
    let scale = Scale { low, high, baseline: Some(0.0), ..Scale::default() };
    let xs: Vec<f64> = (0..values.len()).map(|at| at as f64).collect();
    let span = (0.0, (values.len() as f64 - 1.0).max(1.0));
    let frame = Frame::new(PLOT, Gutters::default(), span, scale, &[]);
    let line = Line::new("", role, values);
    let runs = line::runs(&frame, &line, &xs, BUDGET);
    frame.baseline();
    line::stroke(&frame, &line, false, 0, &runs);
    if let Some(&end) = runs.last().and_then(|run| run.last()) {
        frame.circle(Paint::Mark(role), end, 2);
    }
    frame.document(words, "")
}
