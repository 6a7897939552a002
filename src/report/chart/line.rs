//! Drawing of one line in a frame: area, stroke or steps, interrupted where it has no value.

use plotters::series::{AreaSeries, LineSeries};
use plotters::style::Color;

use super::backend::Drawn;
use super::frame::Frame;
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{Line, Role, decimate};

/// Plain paths that lines cost as much as: a filled line is drawn twice, a step has two segments.
pub(super) fn paths(lines: &[Line]) -> usize {
    lines.iter().map(|line| (1 + usize::from(line.fill)) * (1 + usize::from(line.step))).sum()
}

/// Points of a line to draw, run by run: (horizontal position, value on the scale).
pub(super) fn points(
    line: &Line,
    xs: &[f64],
    scale: &Scale,
    budget: usize,
) -> Vec<Vec<(f64, f64)>> {
    let n = xs.len().min(line.values.len());
    let shown = |i: usize| is_shown(line.values[i], scale.log) && xs[i].is_finite();
    let value = |i: usize| line.values[i];
    let runs = if line.step {
        decimate::steps(n, shown, value, budget)
    } else {
        decimate::runs(n, shown, value, budget)
    };
    let point = |i: usize| scale.place(line.values[i]).map(|y| (xs[i], y));
    runs.into_iter()
        .map(|run| {
            let corners: Vec<(f64, f64)> = run.into_iter().filter_map(point).collect();
            if line.step { stairs(&corners) } else { corners }
        })
        .collect()
}

/// Holds each value until the next position.
fn stairs(corners: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut path: Vec<(f64, f64)> = Vec::with_capacity(corners.len() * 2);
    for &(x, y) in corners {
        if let Some(&(_, held)) = path.last() {
            path.push((x, held));
        }
        path.push((x, y));
    }
    path
}

/// Fills between a line and the baseline, or the lower edge where there is none.
pub(super) fn area(
    frame: &mut Frame,
    line: &Line,
    runs: &[Vec<(f64, f64)>],
    scale: &Scale,
    baseline: Option<f64>,
) -> Drawn<()> {
    let floor = baseline.and_then(|value| scale.place(value)).unwrap_or(scale.low);
    let style = Paint::Area(line.role).colour().filled();
    for run in runs.iter().filter(|run| run.len() > 1) {
        frame.plot.draw_series(AreaSeries::new(run.iter().copied(), floor, style))?;
    }
    Ok(())
}

/// Strokes a line; `series` is its number in the chart.
pub(super) fn stroke(
    frame: &mut Frame,
    line: &Line,
    runs: &[Vec<(f64, f64)>],
    series: usize,
) -> Drawn<()> {
    let series = u8::try_from(series).unwrap_or(u8::MAX);
    let paint = Paint::Line { role: line.role, dashed: line.dashed, series };
    for run in runs {
        frame.plot.draw_series(LineSeries::new(run.iter().copied(), paint.colour()))?;
    }
    Ok(())
}

/// Direct labels of the lines, in pixels of the frame: each at its last point.
pub(super) fn ends(
    frame: &Frame,
    lines: &[Line],
    labels: Vec<String>,
    drawn: &[Vec<Vec<(f64, f64)>>],
) -> Vec<(String, Role, (i32, i32))> {
    let last = |runs: &Vec<Vec<(f64, f64)>>| runs.last().and_then(|run| run.last()).copied();
    lines
        .iter()
        .zip(labels)
        .zip(drawn)
        .filter(|((_, label), _)| !label.is_empty())
        .filter_map(|((line, label), runs)| {
            last(runs).map(|(x, y)| (label, line.role, frame.pixel(x, y)))
        })
        .collect()
}
