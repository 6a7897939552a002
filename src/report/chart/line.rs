//! Drawing of lines in a frame: area, stroke or steps, interrupted where they have no value.

use super::coincide::Shown;
use super::ends::{self, End};
use super::frame::Frame;
use super::gutters::LETTER;
use super::paint::Paint;
use super::scale::{self, is_shown};
use super::{Line, decimate, text};

/// Units that a line goes through, run by run.
pub(super) type Runs = Vec<Vec<(i32, i32)>>;

/// Draws the lines that are shown over their horizontal positions, areas under the baseline under
/// strokes; gives their runs.
pub(super) fn draw(frame: &Frame, lines: &[Line], shown: &[Shown], xs: &[&[f64]]) -> Vec<Runs> {
    // A filled line costs as much as two plain ones, a step has two segments.
    let cost = |line: &Line| (1 + usize::from(line.fill)) * (1 + usize::from(line.step));
    let budget = decimate::budget(shown.iter().map(|each| cost(&lines[each.number])).sum());
    let along = |number: usize| xs.get(number).copied().unwrap_or_default();
    let of = |each: &Shown| (&lines[each.number], along(each.number));
    let all: Vec<(&Line, &[f64])> = shown.iter().map(of).collect();
    let runs = runs_of_all(frame, &all, budget).into_iter();
    let drawn: Vec<(&Line, Runs)> = all.iter().map(|(line, _)| *line).zip(runs).collect();
    for (line, runs) in drawn.iter().filter(|(line, _)| line.fill) {
        area(frame, line, runs);
    }
    frame.baseline();
    for (series, (line, runs)) in drawn.iter().enumerate() {
        let style = if shown[series].is_over { Style::Over } else { Style::of(line) };
        stroke(frame, line, style, series, runs);
    }
    drawn.into_iter().map(|(_, runs)| runs).collect()
}

/// The units that lines go through. Those over the same positions have their corners in common, so
/// that a value read at one is exact for all.
pub(super) fn runs_of_all(frame: &Frame, lines: &[(&Line, &[f64])], budget: usize) -> Vec<Runs> {
    let is_one = lines.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if !is_one || lines.iter().any(|(line, _)| line.step) {
        return lines.iter().map(|(line, xs)| runs(frame, line, xs, budget)).collect();
    }
    let values: Vec<Vec<f64>> = lines.iter().map(|of| drawable(frame, *of)).collect();
    let kept = decimate::together(&values, budget).into_iter().zip(values.iter().zip(lines));
    let places = kept.map(|(kept, (values, (_, xs)))| {
        let place = |run: Vec<usize>| {
            run.into_iter().filter_map(|i| frame.place(xs[i], values[i])).collect()
        };
        kept.into_iter().map(place).collect()
    });
    places.collect()
}

/// The units that a line goes through.
pub(super) fn runs(frame: &Frame, line: &Line, xs: &[f64], budget: usize) -> Runs {
    let values = drawable(frame, (line, xs));
    let unit = |i: usize| frame.place(xs[i], values[i]);
    if !line.step {
        let runs = decimate::runs(&values, budget).into_iter();
        return runs.map(|run| run.into_iter().filter_map(unit).collect()).collect();
    }
    let mut runs = Vec::new();
    for run in decimate::steps(&values, budget) {
        // Each value is held until the next position.
        let mut stairs: Vec<(i32, i32)> = Vec::new();
        for (x, y) in run.into_iter().filter_map(unit) {
            stairs.extend(stairs.last().map(|&(_, held)| (x, held)));
            stairs.push((x, y));
        }
        runs.push(stairs);
    }
    runs
}

/// The values of a line, `NaN` in place of those that the axes cannot show.
fn drawable(frame: &Frame, (line, xs): (&Line, &[f64])) -> Vec<f64> {
    let is_shown = |x: f64, value: f64| frame.has(x) && is_shown(value, frame.scale.log);
    let both = xs.iter().zip(line.values);
    both.map(|(&x, &value)| if is_shown(x, value) { value } else { f64::NAN }).collect()
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

/// How a line is stroked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Dashed,
    /// Context.
    Light,
    /// With gaps through which the line beneath is seen.
    Over,
}

impl Style {
    /// That which the line asks for.
    pub(super) fn of(line: &Line) -> Self {
        if line.dashed { Style::Dashed } else { Style::Plain }
    }
}

/// Strokes a line; `series` is its number in the chart.
pub(super) fn stroke(frame: &Frame, line: &Line, style: Style, series: usize, runs: &Runs) {
    let kind = match style {
        Style::Plain => "",
        Style::Dashed => " dashed",
        Style::Light => " light",
        Style::Over => " over",
    };
    let series = u8::try_from(series).unwrap_or(u8::MAX);
    for run in runs {
        frame.trace(Paint::Line { role: line.role, kind, series }, run);
    }
}

/// What stands at the end of a line: its label, and its last value in the unit of the axis unless
/// it has a text of its own; in as many lines as a gutter of so many letters makes of them.
pub(super) fn end(
    frame: &Frame,
    label: &str,
    line: &Line,
    runs: &Runs,
    with_value: bool,
) -> Option<End> {
    let at = *runs.last()?.last()?;
    if label.is_empty() {
        return None;
    }
    let last = line.values.iter().rfind(|value| is_shown(**value, frame.scale.log));
    let value = match &line.end {
        Some(text) => text.clone(),
        None => last.map_or_else(String::new, |&value| scale::reading(value, frame.scale.unit)),
    };
    let whole = if with_value { format!("{label} {value}") } else { label.to_owned() };
    let room = f64::from(frame.gutters.right) * LETTER - ends::GAP;
    // The labels of lines are set larger and stronger.
    let room = room / text::STRONG;
    let lines = text::lines(whole.trim_end(), room);
    let lines = lines.into_iter().map(|words| text::fitted(&words, room)).collect();
    Some(End { lines, role: line.role, at })
}
