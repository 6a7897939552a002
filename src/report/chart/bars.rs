//! Vertical bars with values.

use super::frame::{self, Anchor, Frame, Plot, widest};
use super::gutters::{Gutters, LEADING};
use super::paint::Paint;
use super::scale::{self, Scale, is_shown};
use super::slots::{Names, Side};
use super::{Axis, BarChart};

/// Share of its slot that a bar fills.
const BAR_SHARE: f64 = 0.66;

/// Heights of a letter from a bar's end to the line its value stands on, above and below.
const OVER: (f64, f64) = (-0.4, 1.1);

/// Draws bars as one `<svg>` element.
///
/// Bars stand on the axis's baseline, or on zero. A value that the axis cannot show has a label
/// but no bar.
pub(crate) fn bar_chart(chart: &BarChart) -> String {
    let floor = chart.axis.baseline.unwrap_or(if chart.axis.log { 1.0 } else { 0.0 });
    let axis = Axis { baseline: Some(floor), ..chart.axis.clone() };
    let usual = Plot::of(chart.size, Gutters::default());
    let Some(scale) = Scale::fit(&axis, chart.values.iter().copied(), usual.y_ticks()) else {
        return frame::no_data(&chart.words, "bars");
    };
    let count = chart.values.len() as f64;
    let left = frame::left(&scale);
    let sides = Gutters { left, right: 1, top: frame::top(axis.label), ..Gutters::default() };
    let slot = Plot::of(chart.size, sides).width / count;
    let phone_slot = sides.phone_plot() / count;
    let labels = &chart.labels[..chart.labels.len().min(chart.values.len())];
    let names = Names::of(labels, (slot, phone_slot));
    let (bottom, phone) = names.depth();
    let gutters = Gutters { bottom, phone_bottom: Some(phone), ..sides };

    // Room for the values over the highest and under the lowest bar.
    let room = LEADING / usual.height;
    let is_negative = |&value: &f64| is_shown(value, axis.log) && value < floor;
    let below = if chart.values.iter().any(is_negative) { room } else { 0.0 };
    let scale = scale.widened(below, room);
    let frame = Frame::new(Plot::of(chart.size, gutters), gutters, (0.0, count), scale, &[]);

    frame.vertical_axis();
    for (at, &value) in chart.values.iter().enumerate() {
        bar(&frame, chart, at, value, floor);
    }
    frame.baseline();
    // Values over bars (under, where negative), if all have room.
    let texts: Vec<String> =
        chart.values.iter().map(|&value| scale::reading(value, axis.unit)).collect();
    let class = if widest(&texts) > phone_slot { "value spare" } else { "value" };
    let texts = if widest(&texts) > slot { Vec::new() } else { texts };
    for (at, (&value, text)) in chart.values.iter().zip(&texts).enumerate() {
        let middle = at as f64 + 0.5;
        let end = frame.place(middle, value).unwrap_or_else(|| foot(&frame, middle, floor));
        let drop = if value < floor { OVER.1 } else { OVER.0 };
        frame.write(class, text, end, (0.0, drop), Anchor::Middle);
    }
    names.write(&frame, Side::Below, |at| frame.column(at as f64 + 0.5));
    frame.document(&chart.words, "bars")
}

fn bar(frame: &Frame, chart: &BarChart, at: usize, value: f64, floor: f64) {
    let side = |sign: f64| at as f64 + 0.5 + sign * BAR_SHARE / 2.0;
    if let Some((from, top)) = frame.place(side(-1.0), value) {
        let (to, bottom) = foot(frame, side(1.0), floor);
        frame.rectangle(Paint::Bar(chart.role), (from, top), (to.max(from + 1), bottom));
    }
}

/// Where a bar stands.
pub(super) fn foot(frame: &Frame, x: f64, floor: f64) -> (i32, i32) {
    frame.place(x, floor).unwrap_or_else(|| frame.unit(x, frame.scale.low))
}
