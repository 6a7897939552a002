//! Vertical bars with values.

use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, VPos};

use super::backend::pixels;
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{self, Scale, is_shown};
use super::{Axis, BarChart, text};

/// Share of its slot that a bar fills.
const BAR_SHARE: f64 = 0.66;

/// Draws bars as one `<svg>` element.
///
/// Bars stand on the axis's baseline, or on zero. A value that the axis cannot show has a label
/// but no bar.
pub(crate) fn bar_chart(chart: &BarChart) -> String {
    let floor = chart.axis.baseline.unwrap_or(if chart.axis.log { 1.0 } else { 0.0 });
    let axis = Axis { baseline: Some(floor), ..chart.axis.clone() };
    let size = Size::of(chart.aspect);
    let target = size.y_ticks(axis.label, size.line());
    let Some(scale) = Scale::fit(&axis, chart.values.iter().copied(), target) else {
        return frame::no_data(&chart.words, size, "bars");
    };
    let count = chart.values.len() as f64;
    let margins = Margins::about(size, &scale, 6.0, 0.0);
    let slot = (size.width - margins.left - margins.right) / count;
    let (names, turned, height) = names(&chart.labels, size, slot);
    let margins = Margins { bottom: height + 10.0, ..margins };

    let least = margins.top + margins.bottom + 60.0;
    let size = Size { height: size.height.max(least), ..size };
    // Room for the values over the highest and under the lowest bar.
    let room = (size.line() + 2.0) / (size.height - margins.top - margins.bottom);
    let is_negative = |&value: &f64| is_shown(value, axis.log) && value < floor;
    let below = if chart.values.iter().any(is_negative) { room } else { 0.0 };
    let frame = Frame::new(size, margins, (0.0, count), scale.widened(below, room), &[]);

    frame.vertical_axis();
    let place = |at: usize, value: f64| frame.place(at as f64 + 0.5, value);
    let foot = |at: usize| {
        place(at, floor).unwrap_or_else(|| frame.pixel(at as f64 + 0.5, frame.scale.low))
    };
    let half = pixels(slot * BAR_SHARE / 2.0).max(1);
    for (at, &value) in chart.values.iter().enumerate() {
        if let Some((x, top)) = place(at, value) {
            frame.rectangle(Paint::Bar(chart.role), (x - half, foot(at).1), (x + half, top));
        }
    }
    frame.baseline();
    // Values over bars (under, where negative), if all have room.
    let texts: Vec<String> =
        chart.values.iter().map(|&value| scale::reading(value, axis.unit)).collect();
    let texts = if size.widest(&texts) > slot { Vec::new() } else { texts };
    for (at, (&value, text)) in chart.values.iter().zip(&texts).enumerate() {
        let (x, end) = place(at, value).unwrap_or_else(|| foot(at));
        let (gap, anchor) =
            if value < floor { (pixels(4.0), VPos::Top) } else { (-pixels(4.0), VPos::Bottom) };
        frame.write(Paint::Group("value"), text, (x, end + gap), (HPos::Center, anchor));
    }
    let (transform, anchor) = if turned {
        (FontTransform::Rotate270, (HPos::Right, VPos::Center))
    } else {
        (FontTransform::None, (HPos::Center, VPos::Top))
    };
    for (at, lines) in names.iter().enumerate().take(chart.values.len()) {
        let x = frame.column(at as f64 + 0.5);
        for (number, words) in lines.iter().enumerate() {
            let y = frame.edges[3] + pixels(6.0) + pixels(size.line()) * number as i32;
            let tick = Paint::Group("tick x");
            frame.write_as(transform.clone(), tick, words, (x, y), anchor);
        }
    }
    frame.document(&chart.words, "bars")
}

/// Lines of the labels under the bars: one or two each, or all turned where a slot is too narrow
/// for both; whether they are turned, and the height they take.
fn names(labels: &[&str], size: Size, slot: f64) -> (Vec<Vec<String>>, bool, f64) {
    let room = slot - 4.0;
    let lines: Vec<Vec<String>> =
        labels.iter().map(|label| text::wrapped(label, size.font, room)).collect();
    if size.widest(lines.iter().flatten()) <= room {
        let most = lines.iter().map(Vec::len).max().unwrap_or(0);
        return (lines, false, most as f64 * size.line());
    }
    // Turned labels need a line's height each; with less, only every so many are shown.
    let stride = (size.font * 1.1 / slot).ceil().max(1.0) as usize;
    let mut lines: Vec<Vec<String>> = labels
        .iter()
        .map(|label| vec![text::fitted(label, size.font, size.height * 0.45)])
        .collect();
    let height = size.widest(lines.iter().flatten());
    for (_, line) in lines.iter_mut().enumerate().filter(|(at, _)| at % stride != 0) {
        line.clear();
    }
    (lines, true, height)
}
