//! Drawing of lines in a frame: area, stroke or steps, interrupted where they have no value.

use super::frame::{End, Frame};
use super::paint::Paint;
use super::scale::is_shown;
use super::{Line, decimate};

/// Pixels of a line, run by run.
pub(super) type Runs = Vec<Vec<(i32, i32)>>;

/// Draws lines over their horizontal positions, areas under the baseline under strokes; gives the
/// ends of those with a label.
pub(super) fn draw(frame: &Frame, lines: &[Line], xs: &[&[f64]], labels: Vec<String>) -> Vec<End> {
    // A filled line costs as much as two plain ones, a step has two segments.
    let cost = |line: &Line| (1 + usize::from(line.fill)) * (1 + usize::from(line.step));
    let budget = decimate::budget(lines.iter().map(cost).sum());
    let drawn: Vec<(&Line, Runs)> =
        lines.iter().zip(xs).map(|(line, xs)| (line, runs(frame, line, xs, budget))).collect();
    for (line, runs) in drawn.iter().filter(|(line, _)| line.fill) {
        area(frame, line, runs);
    }
    frame.baseline();
    for (series, (line, runs)) in drawn.iter().enumerate() {
        stroke(frame, line, false, series, runs);
    }
    labels
        .into_iter()
        .zip(&drawn)
        .filter_map(|(label, (line, runs))| end(label, line, runs))
        .collect()
}

/// The pixels that a line goes through.
pub(super) fn runs(frame: &Frame, line: &Line, xs: &[f64], budget: usize) -> Runs {
    let is_shown = |x: f64, value: f64| x.is_finite() && is_shown(value, frame.scale.log);
    let values: Vec<f64> = xs
        .iter()
        .zip(line.values)
        .map(|(&x, &value)| if is_shown(x, value) { value } else { f64::NAN })
        .collect();
    let pixel = |i: usize| frame.place(xs[i], values[i]);
    if !line.step {
        let runs = decimate::runs(&values, budget).into_iter();
        return runs.map(|run| run.into_iter().filter_map(pixel).collect()).collect();
    }
    let mut runs = Vec::new();
    for run in decimate::steps(&values, budget) {
        // Each value is held until the next position.
        let mut stairs: Vec<(i32, i32)> = Vec::new();
        for (x, y) in run.into_iter().filter_map(pixel) {
            stairs.extend(stairs.last().map(|&(_, held)| (x, held)));
            stairs.push((x, y));
        }
        runs.push(stairs);
    }
    runs
}

/// Fills between a line and the baseline, or the lower edge where there is none.
fn area(frame: &Frame, line: &Line, runs: &Runs) {
    let scale = &frame.scale;
    let floor = scale.baseline.and_then(|value| scale.place(value)).unwrap_or(scale.low);
    let floor = frame.row(floor);
    for run in runs.iter().filter(|run| run.len() > 1) {
        let ends = [(run[run.len() - 1].0, floor), (run[0].0, floor)];
        frame.polygon(Paint::Area(line.role), [&run[..], &ends].concat());
    }
}

/// Strokes a line; `series` is its number in the chart.
pub(super) fn stroke(frame: &Frame, line: &Line, light: bool, series: usize, runs: &Runs) {
    let kind = match (light, line.dashed) {
        (true, _) => " light",
        (false, true) => " dashed",
        (false, false) => "",
    };
    let series = u8::try_from(series).unwrap_or(u8::MAX);
    for run in runs {
        frame.trace(Paint::Line { role: line.role, kind, series }, run);
    }
}

/// The direct label of a line, at its last point.
pub(super) fn end(label: String, line: &Line, runs: &Runs) -> Option<End> {
    let last = *runs.last()?.last()?;
    (!label.is_empty()).then_some((label, line.role, last))
}
