//! Values with intervals as dots with whiskers, several series side by side in each slot.

use super::backend::{Canvas, Drawn, certain, pixels};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{DotChart, DotSeries, text};

/// Share of a slot that its dots spread over.
const SPREAD: f64 = 0.6;
/// The largest distance between two dots of a slot, as a share of it.
const MOST_APART: f64 = 0.16;
/// Radius of a dot.
const RADIUS: f64 = 4.0;

/// Draws dots with whiskers as one `<svg>` element.
///
/// A value that the axis cannot show has no dot and no whisker.
pub(crate) fn dot_chart(chart: &DotChart) -> String {
    let size = Size::of(chart.aspect);
    let values = || chart.series.iter().flat_map(|series| series.values.iter().copied());
    let ends = chart.series.iter().flat_map(|s| s.intervals.iter().flatten().flatten().copied());
    let top = frame::top_room(size, chart.axis.label);
    let target = Size::y_ticks(size.height - top - size.line());
    let drawable = values().any(|value| is_shown(value, chart.axis.log));
    let Some(scale) = Scale::fit(&chart.axis, values().chain(ends), target).filter(|_| drawable)
    else {
        return frame::no_data(&chart.words, size, "dots");
    };
    let left = frame::tick_room(size, &scale);
    let margins = Margins { left, top, right: 6.0, bottom: size.line() + 8.0 };
    let mut canvas = Canvas::new(size.width, size.height, Vec::new());
    let span = (0.0, chart.slots.len() as f64);
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    certain(draw(&frame, chart, &scale));
    drop(frame);
    canvas.document(&chart.words, &format!("{} dots", size.class), &[])
}

fn draw(frame: &Frame, chart: &DotChart, scale: &Scale) -> Drawn<()> {
    frame.vertical_axis(scale, chart.axis.label)?;
    let [left, _, right, _] = frame.edges();
    let slot = f64::from(right - left) / chart.slots.len() as f64 / f64::from(pixels(1.0));
    let labels: Vec<String> = chart
        .slots
        .iter()
        .map(|label| text::fitted(label, frame.size().font, slot - 4.0))
        .collect();
    let ticks: Vec<(f64, &str)> =
        labels.iter().enumerate().map(|(at, label)| (at as f64 + 0.5, label.as_str())).collect();
    frame.horizontal_axis(&ticks)?;
    frame.baseline(scale, chart.axis.baseline)?;
    let gap = (SPREAD / chart.series.len() as f64).min(MOST_APART);
    for (number, series) in chart.series.iter().enumerate() {
        let shift = (number as f64 - (chart.series.len() - 1) as f64 / 2.0) * gap;
        draw_series(frame, series, scale, 0.5 + shift, chart.slots.len())?;
    }
    Ok(())
}

/// One series, its dots `offset` into their slots.
fn draw_series(
    frame: &Frame,
    series: &DotSeries,
    scale: &Scale,
    offset: f64,
    slots: usize,
) -> Drawn<()> {
    let place = |at: usize, value: f64| {
        scale.place(value).map(|place| frame.pixel(at as f64 + offset, place))
    };
    let dots = || {
        let values = series.values.iter().take(slots).enumerate();
        values.filter_map(|(at, &value)| place(at, value).map(|dot| (at, dot)))
    };
    for (at, _) in dots() {
        let Some([low, high]) = series.intervals.get(at).copied().flatten() else { continue };
        if let (Some(low), Some(high)) = (place(at, low), place(at, high)) {
            frame.stroke(Paint::Leader(series.role), [low, high])?;
        }
    }
    for (_, dot) in dots() {
        frame.circle(Paint::Mark(series.role), dot, RADIUS)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;
    use crate::report::chart::{Axis, Role, Unit, Words};

    fn chart(values: Vec<f64>) -> DotChart<'static> {
        let intervals = values.iter().map(|v| Some([v - 0.01, v + 0.01])).collect();
        let series = DotSeries { role: Role::Ridge, values, intervals };
        let empty = DotSeries { role: Role::Lasso, values: Vec::new(), intervals: Vec::new() };
        DotChart {
            words: Words { id: "d", title: "T", description: "D" },
            slots: vec!["2000–2004", "2005–2009", "2010–2014"],
            series: vec![series, empty],
            axis: Axis {
                label: "R²",
                unit: Unit::Percent(1),
                log: false,
                range: None,
                baseline: Some(0.0),
            },
            aspect: 2.4,
        }
    }

    #[test]
    fn every_value_has_a_dot_and_a_whisker() {
        let svg = dot_chart(&chart(vec![0.01, f64::NAN, -0.004]));
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("class=\"mark ridge\"").count(), 2);
        assert!(svg.contains("leaders") && svg.contains(">2010–2014<"));
    }

    #[test]
    fn nothing_to_draw_is_said() {
        assert!(dot_chart(&chart(Vec::new())).contains("no data"));
    }
}
