//! Lines over days.

use super::backend::{Canvas, Drawn, SCALE, certain, pixels};
use super::calendar::{self, DayTick};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::path_data::tenths_text;
use super::scale::Scale;
use super::{Band, TimeChart, line};
use crate::base::units::Day;

/// Bands beyond this number are thinned to what the eye can separate.
const MOST_BANDS: usize = 300;

/// Days between two bands that are a weekend or a holiday, not a gap.
const CLOSED_DAYS: f64 = 7.0;

/// Height of the stroke that marks a day.
const MARK: f64 = 10.0;

/// Draws lines over days as one `<svg>` element.
///
/// Values the axis cannot show interrupt a line; without any, the chart says that there are no
/// data. Values beyond a fixed range are held at its edge.
pub(crate) fn time_chart(chart: &TimeChart) -> String {
    marked_time_chart(chart, &[])
}

/// The same with some days marked by a stroke at the lower edge of the plot.
pub(crate) fn marked_time_chart(chart: &TimeChart, marks: &[Day]) -> String {
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let size = Size::of(chart.aspect);
    let top = frame::top_room(size, chart.axis.label);
    let bottom = size.line() + 8.0;
    let target = Size::y_ticks(size.height - top - bottom);
    let (Some(scale), Some(&first), Some(&last)) =
        (Scale::fit(&chart.axis, values, target), chart.days.first(), chart.days.last())
    else {
        return frame::no_data(&chart.words, size, "time");
    };
    let mut labels: Vec<String> = chart.lines.iter().map(|line| line.label.to_owned()).collect();
    let right = frame::label_room(size, &mut labels);
    let margins = Margins { left: frame::tick_room(size, &scale), top, right, bottom };
    let xs: Vec<f64> = chart.days.iter().map(|&day| calendar::number(day)).collect();
    let span = span(&xs);
    let slots = ((size.width - margins.left - right) / (size.font * 3.9)) as usize;
    let ticks = calendar::ticks(first, last.max(first), slots.max(2));

    let names = chart.lines.iter().map(|line| line.label).collect();
    let mut canvas = Canvas::new(size.width, size.height, names);
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    let [left, top, right, bottom] = frame.edges();
    certain(draw(frame, chart, marks, &xs, &scale, &ticks, labels));

    let data = [
        ("data-x0", first.to_string()),
        ("data-x1", last.to_string()),
        ("data-y0", scale.value(scale.low).to_string()),
        ("data-y1", scale.value(scale.high).to_string()),
        ("data-scale", if scale.log { "log" } else { "linear" }.to_owned()),
        ("data-plot", [left, top, right, bottom].map(tenths_text).join(" ")),
    ];
    canvas.document(&chart.words, &format!("{} time", size.class), &data)
}

/// First and last position, a day apart at least.
pub(super) fn span(xs: &[f64]) -> (f64, f64) {
    match (xs.first(), xs.last()) {
        (Some(&first), Some(&last)) if last > first => (first, last),
        (Some(&first), _) => (first - 0.5, first + 0.5),
        _ => (0.0, 1.0),
    }
}

fn draw(
    mut frame: Frame,
    chart: &TimeChart,
    marks: &[Day],
    xs: &[f64],
    scale: &Scale,
    ticks: &[DayTick],
    labels: Vec<String>,
) -> Drawn<()> {
    draw_bands(&frame, chart.bands, span(xs), scale)?;
    frame.vertical_axis(scale, chart.axis.label)?;
    let columns: Vec<(f64, &str)> =
        ticks.iter().map(|t| (calendar::number(t.day), t.label.as_str())).collect();
    frame.horizontal_axis(&columns)?;
    draw_marks(&frame, marks, span(xs), scale)?;

    let budget = super::decimate::budget(line::paths(&chart.lines));
    let drawn: Vec<_> =
        chart.lines.iter().map(|each| line::points(each, xs, scale, budget)).collect();
    for (each, runs) in chart.lines.iter().zip(&drawn).filter(|(each, _)| each.fill) {
        line::area(&mut frame, each, runs, scale, chart.axis.baseline)?;
    }
    frame.baseline(scale, chart.axis.baseline)?;
    for (series, (each, runs)) in chart.lines.iter().zip(&drawn).enumerate() {
        line::stroke(&mut frame, each, runs, series)?;
    }
    let ends = line::ends(&frame, &chart.lines, labels, &drawn);
    frame.end_labels(&ends)
}

/// A stroke upward from the lower edge at each day within the span.
fn draw_marks(frame: &Frame, marks: &[Day], span: (f64, f64), scale: &Scale) -> Drawn<()> {
    let bottom = frame.edges()[3];
    for at in marks.iter().map(|&day| calendar::number(day)) {
        if (span.0..=span.1).contains(&at) {
            let x = frame.pixel(at, scale.low).0;
            frame.stroke(Paint::Rug, [(x, bottom), (x, bottom - pixels(MARK))])?;
        }
    }
    Ok(())
}

/// Bands in pixels, state by state so that each state is one path.
pub(super) fn draw_bands(
    frame: &Frame,
    bands: &[Band],
    span: (f64, f64),
    scale: &Scale,
) -> Drawn<()> {
    let [_, top, _, bottom] = frame.edges();
    let column = |x: f64| frame.pixel(x, scale.low).0;
    let mut runs: Vec<(u8, i32, i32)> = merged(bands, span)
        .into_iter()
        .map(|(s, from, to)| (s, column(from), column(to)))
        .collect();
    if runs.len() > MOST_BANDS {
        runs = thinned(&runs);
    }
    runs.sort_by_key(|&(state, from, _)| (state, from));
    for (state, from, to) in runs.into_iter().filter(|&(_, from, to)| to > from) {
        frame.rectangle(Paint::Band(state), (from, top), (to, bottom))?;
    }
    Ok(())
}

/// Bands clipped to the span, stretched over closed days to the next band, equal neighbours joined.
fn merged(bands: &[Band], (first, last): (f64, f64)) -> Vec<(u8, f64, f64)> {
    let mut sorted: Vec<(f64, f64, u8)> = bands
        .iter()
        .map(|band| {
            (calendar::number(band.from), calendar::number(band.to), (band.state % 4) as u8)
        })
        .filter(|(from, to, _)| from <= to)
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut runs: Vec<(u8, f64, f64)> = Vec::new();
    for (at, &(from, to, state)) in sorted.iter().enumerate() {
        let next = sorted.get(at + 1).map(|next| next.0);
        let to = match next {
            Some(next) if next - to <= CLOSED_DAYS => next,
            _ => to,
        };
        let (from, to) = (from.max(first), to.min(last));
        if from > to {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.0 == state && run.2 >= from => run.2 = to,
            _ => runs.push((state, from, to)),
        }
    }
    runs
}

/// Runs narrower than a unit go into the run before them.
fn thinned(runs: &[(u8, i32, i32)]) -> Vec<(u8, i32, i32)> {
    let mut kept: Vec<(u8, i32, i32)> = Vec::new();
    for &(state, from, to) in runs {
        match kept.last_mut() {
            Some(run) if run.0 == state || to - from < SCALE as i32 => run.2 = to,
            _ => kept.push((state, from, to)),
        }
    }
    kept
}
