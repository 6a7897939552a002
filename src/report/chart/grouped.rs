//! Bars of several series side by side, such as the years of a strategy and of its benchmark.

use super::bars::foot;
use super::frame::{self, Frame, Plot};
use super::gutters::Gutters;
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::slots::{Names, Side};
use super::{Axis, Role, Size, Words};

/// Share of its slot that the bars of a slot fill.
const SHARE: f64 = 0.74;

/// Bars of several series.
#[derive(Debug, Clone)]
pub(crate) struct GroupedBars<'a> {
    pub words: Words<'a>,
    /// One label a slot.
    pub slots: Vec<&'a str>,
    /// The series, from left to right within a slot.
    pub series: Vec<BarSeries<'a>>,
    pub axis: Axis<'a>,
    pub size: Size,
}

/// One series of [`GroupedBars`].
#[derive(Debug, Clone)]
pub(crate) struct BarSeries<'a> {
    pub label: &'a str,
    pub role: Role,
    /// One value a slot; `NaN` has no bar.
    pub values: &'a [f64],
}

/// Draws bars side by side as one `<svg>` element. They stand on the axis's baseline, or on zero.
pub(crate) fn grouped_bars(chart: &GroupedBars) -> String {
    let floor = chart.axis.baseline.unwrap_or(if chart.axis.log { 1.0 } else { 0.0 });
    let axis = Axis { baseline: Some(floor), ..chart.axis.clone() };
    let values = || chart.series.iter().flat_map(|series| series.values.iter().copied());
    let target = Plot::of(chart.size, Gutters::default()).y_ticks();
    let drawable = values().any(|value| is_shown(value, axis.log)) && !chart.slots.is_empty();
    let Some(scale) = Scale::fit(&axis, values(), target).filter(|_| drawable) else {
        return frame::no_data(&chart.words, "bars");
    };
    let count = chart.slots.len() as f64;
    let left = frame::left(&scale);
    let sides = Gutters { left, right: 1, top: frame::top(axis.label), ..Gutters::default() };
    let width = Plot::of(chart.size, sides).width;
    let names = Names::of(&chart.slots, (width / count, sides.phone_plot() / count));
    let (bottom, phone) = names.depth();
    let gutters = Gutters { bottom, phone_bottom: Some(phone), ..sides };
    let frame = Frame::new(Plot::of(chart.size, gutters), gutters, (0.0, count), scale, &[]);

    frame.vertical_axis();
    let bar = SHARE / chart.series.len() as f64;
    for (number, series) in chart.series.iter().enumerate() {
        let start = (1.0 - SHARE) / 2.0 + number as f64 * bar;
        for (at, &value) in series.values.iter().enumerate().take(chart.slots.len()) {
            let x = at as f64 + start;
            let Some((from, top)) = frame.place(x, value) else { continue };
            let (to, bottom) = foot(&frame, x + bar, floor);
            frame.rectangle(Paint::Bar(series.role), (from, top), (to.max(from + 1), bottom));
        }
    }
    frame.baseline();
    names.write(&frame, Side::Below, |at| frame.column(at as f64 + 0.5));
    frame.document(&chart.words, "bars grouped")
}

/// Class and label of each series.
pub(crate) fn series_key(chart: &GroupedBars) -> Vec<(String, String)> {
    let entry = |series: &BarSeries| (super::role_class(series.role), series.label.to_owned());
    chart.series.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Unit;
    use crate::report::chart::well_formed::assert_well_formed;

    #[test]
    fn each_series_has_a_bar_in_each_slot_where_it_has_a_value() {
        let (own, other) = ([0.1, -0.2, f64::NAN], [0.3, 0.05, 0.1]);
        let series = |label, role, values| BarSeries { label, role, values };
        let mut chart = GroupedBars {
            words: Words { id: "g", title: "T", description: "D" },
            slots: vec!["2001", "2002", "2003"],
            series: vec![
                series("Ridge", Role::Ridge, &own),
                series("Buy and hold", Role::Benchmark, &other),
            ],
            axis: Axis {
                label: "Return",
                unit: Unit::Percent(0),
                log: false,
                range: None,
                baseline: None,
            },
            size: Size::Wide,
        };
        let svg = grouped_bars(&chart);
        assert_well_formed(&svg);
        let bars = |role: &str| {
            let opening = format!("<path class=\"bar {role}\"");
            let path = svg.split(&opening).nth(1).and_then(|rest| rest.split("/>").next());
            path.map_or(0, |path| path.matches('M').count())
        };
        assert_eq!((bars("ridge"), bars("bench")), (2, 3));
        assert!(["2001", "2002", "2003"].iter().all(|year| svg.contains(&format!(">{year}<"))));
        assert_eq!(series_key(&chart)[1], ("bench".to_owned(), "Buy and hold".to_owned()));
        chart.slots.clear();
        assert!(grouped_bars(&chart).contains("no data"));
    }
}
