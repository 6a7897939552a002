//! Values with intervals as dots with whiskers, several series side by side in each slot.

use super::DotChart;
use super::frame::{self, Frame, Plot};
use super::gutters::Gutters;
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::slots::{Names, Side};

/// Share of a slot that its dots spread over.
const SPREAD: f64 = 0.6;
/// The largest distance between two dots of a slot, as a share of it.
const MOST_APART: f64 = 0.16;
/// Radius of a dot in pixels.
const RADIUS: u32 = 4;

/// Draws dots with whiskers as one `<svg>` element.
///
/// A value that the axis cannot show has no dot and no whisker.
pub(crate) fn dot_chart(chart: &DotChart) -> String {
    let values = || chart.series.iter().flat_map(|series| series.values.iter().copied());
    let ends = chart.series.iter().flat_map(|s| s.intervals.iter().flatten().flatten().copied());
    let target = Plot::of(chart.size, Gutters::default()).y_ticks();
    let drawable = values().any(|value| is_shown(value, chart.axis.log));
    let Some(scale) = Scale::fit(&chart.axis, values().chain(ends), target).filter(|_| drawable)
    else {
        return frame::no_data(&chart.words, "dots");
    };
    let count = chart.slots.len() as f64;
    let left = frame::left(&scale);
    let sides = Gutters { left, right: 1, top: frame::top(&scale.label), ..Gutters::default() };
    let width = Plot::of(chart.size, sides).width;
    let names = Names::of(&chart.slots, (width / count, sides.phone_plot() / count));
    let (bottom, phone) = names.depth();
    let gutters = Gutters { bottom, phone_bottom: Some(phone), ..sides };
    let frame = Frame::new(Plot::of(chart.size, gutters), gutters, (0.0, count), scale, &[]);

    frame.vertical_axis();
    frame.lower_edge();
    names.write(&frame, Side::Below, |at| frame.column(at as f64 + 0.5));
    frame.baseline();
    let gap = (SPREAD / chart.series.len() as f64).min(MOST_APART);
    for (number, series) in chart.series.iter().enumerate() {
        let shift = (number as f64 - (chart.series.len() - 1) as f64 / 2.0) * gap;
        let place = |at: usize, value: f64| frame.place(at as f64 + (0.5 + shift), value);
        let values = series.values.iter().take(chart.slots.len()).enumerate();
        let dots: Vec<_> =
            values.filter_map(|(at, &value)| Some((at, place(at, value)?))).collect();
        let whisker = |&(at, _): &(usize, (i32, i32))| {
            let [low, high] = (*series.intervals.get(at)?)?;
            let ((x, low), (_, high)) = place(at, low).zip(place(at, high))?;
            Some((x, low, high))
        };
        frame.whiskers(series.role, &dots.iter().filter_map(whisker).collect::<Vec<_>>());
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
    use crate::report::chart::{Axis, DotSeries, Role, Size, Unit, Words};

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
            size: Size::Wide,
        });
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("class=\"mark ridge\"").count(), 2);
        assert_eq!(svg.matches("class=\"whisker ridge\"").count(), 1, "one path");
        assert_eq!(svg.matches("<rect").count(), 4, "two caps each");
        for name in ["2000–2004", "2005–2009", "2010–2014"] {
            assert!(svg.contains("<text class=\"x\"") && svg.contains(name), "{name}");
        }
        assert!(!svg.contains("spare"), "no category is left out on a phone");
    }
}
