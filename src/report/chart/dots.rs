//! Values with intervals as dots with whiskers, several series side by side in each slot.

use super::backend::SCALE;
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{DotChart, text};

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
    let target = size.y_ticks(chart.axis.label, size.line());
    let drawable = values().any(|value| is_shown(value, chart.axis.log));
    let Some(scale) = Scale::fit(&chart.axis, values().chain(ends), target).filter(|_| drawable)
    else {
        return frame::no_data(&chart.words, size, "dots");
    };
    let count = chart.slots.len() as f64;
    let margins = Margins::about(size, &scale, 6.0, size.axis());
    let frame = Frame::new(size, margins, (0.0, count), scale, &[]);

    frame.vertical_axis();
    let slot = f64::from(frame.edges[2] - frame.edges[0]) / count / SCALE;
    let tick =
        |(at, label): (usize, &&str)| (at as f64 + 0.5, text::fitted(label, size.font, slot - 4.0));
    frame.horizontal_axis(&chart.slots.iter().enumerate().map(tick).collect::<Vec<_>>());
    frame.baseline();
    let gap = (SPREAD / chart.series.len() as f64).min(MOST_APART);
    for (number, series) in chart.series.iter().enumerate() {
        let shift = (number as f64 - (chart.series.len() - 1) as f64 / 2.0) * gap;
        let place = |at: usize, value: f64| frame.place(at as f64 + (0.5 + shift), value);
        let values = series.values.iter().take(chart.slots.len()).enumerate();
        let dots: Vec<_> =
            values.filter_map(|(at, &value)| Some((at, place(at, value)?))).collect();
        for &(at, _) in &dots {
            let Some(&Some([low, high])) = series.intervals.get(at) else { continue };
            if let (Some(low), Some(high)) = (place(at, low), place(at, high)) {
                frame.stroke(Paint::Leader(series.role), [low, high]);
            }
        }
        for (_, dot) in dots {
            frame.circle(Paint::Mark(series.role), dot, RADIUS);
        }
    }
    frame.document(&chart.words, "dots")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;
    use crate::report::chart::{Axis, DotSeries, Role, Unit, Words};

    #[test]
    fn every_value_has_a_dot_and_a_whisker() {
        let values = vec![0.01, f64::NAN, -0.004];
        let intervals = values.iter().map(|v| Some([v - 0.01, v + 0.01])).collect();
        let series = DotSeries { role: Role::Ridge, values, intervals };
        let empty = DotSeries { role: Role::Lasso, values: Vec::new(), intervals: Vec::new() };
        let unit = Unit::Percent(1);
        let svg = dot_chart(&DotChart {
            words: Words { id: "d", title: "T", description: "D" },
            slots: vec!["2000–2004", "2005–2009", "2010–2014"],
            series: vec![series, empty],
            axis: Axis { label: "R²", unit, log: false, range: None, baseline: Some(0.0) },
            aspect: 2.4,
        });
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("class=\"mark ridge\"").count(), 2);
        assert!(svg.contains("leaders") && svg.contains(">2010–2014<"));
    }
}
