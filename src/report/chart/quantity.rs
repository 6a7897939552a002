//! Lines over a quantity on a linear axis, such as the Sharpe ratio over the cost of a trade.

use super::frame::{self, Frame, Plot};
use super::gutters::Gutters;
use super::paint::Paint;
use super::scale::{self, Scale, Tick, is_shown};
use super::{Axis, Line, Role, Size, Unit, Words, coincide, line, notes, time};

/// Lines over a quantity.
#[derive(Debug, Clone)]
pub(crate) struct QuantityChart<'a> {
    pub words: Words<'a>,
    /// Horizontal positions, ascending.
    pub x: &'a [f64],
    /// What they are, with the unit, under the axis.
    pub x_label: &'a str,
    pub x_unit: Unit,
    /// The lines, one value a position.
    pub lines: Vec<Line<'a>>,
    /// Intervals behind the lines.
    pub intervals: Vec<QuantityBand<'a>>,
    /// Points to mark, such as where a line reaches zero.
    pub crossings: Vec<Crossing<'a>>,
    pub axis: Axis<'a>,
    pub size: Size,
}

/// An interval about a line of a [`QuantityChart`].
#[derive(Debug, Clone)]
pub(crate) struct QuantityBand<'a> {
    pub role: Role,
    /// One limit a position.
    pub lower: &'a [f64],
    pub upper: &'a [f64],
}

/// A marked point of a [`QuantityChart`].
#[derive(Debug, Clone)]
pub(crate) struct Crossing<'a> {
    pub at: f64,
    pub value: f64,
    pub text: &'a str,
}

/// Draws lines over a quantity as one `<svg>` element, each marked point with a rule down to the
/// axis and its text beside it.
pub(crate) fn quantity_chart(chart: &QuantityChart) -> String {
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let limits = chart.intervals.iter().flat_map(|band| band.lower.iter().chain(band.upper));
    let target = Plot::of(chart.size, Gutters::default()).y_ticks();
    let drawable = values.clone().any(|value| is_shown(value, chart.axis.log));
    let scale = Scale::fit(&chart.axis, values.chain(limits.copied()), target);
    let (Some(scale), Some(span)) = (scale.filter(|_| drawable), span(chart.x)) else {
        return frame::no_data(&chart.words, "quantity");
    };
    let right = time::right_of_labels(chart.lines.iter().map(|line| line.label), chart.size);
    let gutters = Gutters {
        left: frame::left(&scale),
        right,
        top: frame::top(&scale.label),
        bottom: if chart.x_label.is_empty() { 2 } else { 4 },
        ..Gutters::default()
    };
    let plot = Plot::of(chart.size, gutters);
    let shown = coincide::shown(&chart.lines, &scale, plot.height);
    let names: Vec<&str> = shown.iter().map(|each| each.label.as_str()).collect();
    let frame = Frame::new(plot, gutters, span, scale, &names);

    frame.vertical_axis();
    for band in &chart.intervals {
        interval(&frame, chart.x, band);
    }
    let count = if chart.size == Size::Small { 5 } else { 9 };
    frame.horizontal_axis(&ticks(chart.x_unit, span, count));
    frame.write("label", chart.x_label, frame.edges, (0.0, 3.0), frame::Anchor::End);
    let runs = line::draw(&frame, &chart.lines, &shown, &vec![chart.x; chart.lines.len()]);
    for crossing in &chart.crossings {
        let is_inside = (span.0..=span.1).contains(&crossing.at);
        if let Some(point) = frame.place(crossing.at, crossing.value).filter(|_| is_inside) {
            let foot = (point.0, frame.edges.1);
            frame.stroke(Paint::Group("references"), [point, foot]);
            frame.circle(Paint::Mark(Role::Main), point, 4);
        }
    }
    let with_value = chart.size != Size::Small;
    let ends = shown.iter().zip(&runs).filter_map(|(each, runs)| {
        line::end(&frame, &each.label, &chart.lines[each.number], runs, with_value)
    });
    frame.end_labels(&ends.collect::<Vec<_>>());
    let points = chart.crossings.iter().map(|each| (each.at, each.value, each.text));
    notes::draw(&frame, points, &runs);
    let [low, high] = [span.0, span.1].map(|at| crate::base::units::round_significant(at, 8));
    let attributes = format!(" data-x0=\"{low}\" data-x1=\"{high}\"{}", time::readable(&frame));
    frame.readable(&chart.words, "quantity", &attributes)
}

fn span(x: &[f64]) -> Option<(f64, f64)> {
    let finite = || x.iter().copied().filter(|&x| is_shown(x, false));
    let (low, high) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
    (low < high).then_some((low, high))
}

/// Round values within a span.
pub(super) fn ticks(unit: Unit, (low, high): (f64, f64), count: usize) -> Vec<Tick> {
    let axis = Axis { label: "", unit, log: false, range: None, baseline: None };
    let scale = Scale::fit(&axis, [low, high].into_iter(), count);
    let room = (high - low) * 1e-9;
    let inside = |tick: &Tick| (low - room..=high + room).contains(&tick.0);
    scale.map(|scale| scale.ticks.into_iter().filter(inside).collect()).unwrap_or_default()
}

fn interval(frame: &Frame, x: &[f64], band: &QuantityBand) {
    let edge = |limits: &[f64]| -> Vec<(i32, i32)> {
        let places = x.iter().zip(limits).filter(|(x, _)| scale::is_shown(**x, false));
        places.filter_map(|(&x, &limit)| frame.place(x, limit)).collect()
    };
    let mut outline = edge(band.lower);
    outline.extend(edge(band.upper).into_iter().rev());
    if outline.len() > 2 {
        frame.polygon(Paint::Area(band.role), outline);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;

    fn chart<'a>(x: &'a [f64], values: &'a [f64], limits: [&'a [f64]; 2]) -> QuantityChart<'a> {
        QuantityChart {
            words: Words { id: "q", title: "T", description: "D" },
            x,
            x_label: "Cost of a trade, bp",
            x_unit: Unit::Decimal(0),
            lines: vec![Line::new("Ridge", Role::Ridge, values)],
            intervals: vec![QuantityBand { role: Role::Ridge, lower: limits[0], upper: limits[1] }],
            crossings: vec![Crossing { at: 3.4, value: 0.0, text: "breaks even at 3.4 bp" }],
            axis: Axis {
                label: "Sharpe ratio",
                unit: Unit::Decimal(2),
                log: false,
                range: None,
                baseline: Some(0.0),
            },
            size: Size::Wide,
        }
    }

    #[test]
    fn a_line_has_its_interval_and_its_crossing() {
        let x = [0.0, 5.0, 10.0];
        let (values, lower, upper) = ([0.34, -0.16, -0.66], [0.0, -0.5, -1.0], [0.7, 0.2, -0.3]);
        let svg = quantity_chart(&chart(&x, &values, [&lower, &upper]));
        assert_well_formed(&svg);
        for part in [
            "class=\"area ridge\"",
            "class=\"references\"",
            "<circle class=\"mark ink\" cx=\"34%\"",
            ">breaks even at 3.4 bp<",
            ">Ridge −0.66<",
            ">Cost of a trade, bp<",
            " data-x0=\"0\" data-x1=\"10\"",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }

    #[test]
    fn a_crossing_outside_is_not_drawn_and_nothing_is_said_to_be_nothing() {
        let (x, values) = ([0.0, 1.0], [1.0, 0.9]);
        let svg = quantity_chart(&chart(&x, &values, [&[], &[]]));
        assert!(!svg.contains("<circle") && !svg.contains("breaks even"), "{svg}");
        assert!(quantity_chart(&chart(&[2.0], &[1.0], [&[], &[]])).contains("no data"));
    }
}
