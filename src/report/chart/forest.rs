//! Estimates with their intervals, one row each, in groups: a forest plot of one or two panels.
//!
//! On a wide screen a row's label stands at its left. On a phone it stands over its intervals, for
//! which rows are higher there: the height is in em, and the style sheet enlarges that.

use super::backend::units;
use super::frame::{self, Anchor, Frame, MIDDLE, Plot, widest};
use super::gutters::{Gutters, PHONE, PHONE_RIGHT, letters};
use super::paint::Paint;
use super::scale::Scale;
use super::text::escape;
use super::{Axis, Role, Unit, Words, text};

/// Height of a row, and of a heading, in pixels.
const ROW: f64 = 26.0;
const HEADING: f64 = 31.0;

/// Pixels above the first and under the last row.
const EDGE: f64 = 4.0;

/// Share of the width between two panels.
const BETWEEN: f64 = 0.08;

/// Most letters that labels take at the left.
const MOST_LEFT: u8 = 21;

/// Pixels by which the rows of a group are set in.
const INDENT: f64 = 12.0;

/// Radius of a dot in pixels.
const RADIUS: u32 = 4;

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub value: f64,
    pub interval: Option<[f64; 2]>,
}

/// Estimates in rows, under one or two axes.
#[derive(Debug, Clone)]
pub(crate) struct ForestChart<'a> {
    pub words: Words<'a>,
    pub panels: Vec<ForestPanel<'a>>,
    pub groups: Vec<ForestGroup<'a>>,
}

/// An axis of a [`ForestChart`].
#[derive(Debug, Clone)]
pub(crate) struct ForestPanel<'a> {
    /// What is estimated, over the axis.
    pub label: &'a str,
    pub unit: Unit,
    /// The range to show, widened to the next ticks; that of the estimates otherwise. Intervals
    /// that leave it are cut without a cap.
    pub range: Option<(f64, f64)>,
    /// Values with a vertical rule: solid without a label, dashed with it.
    pub rules: Vec<(f64, &'a str)>,
}

/// Rows of a [`ForestChart`] that belong together.
#[derive(Debug, Clone)]
pub(crate) struct ForestGroup<'a> {
    /// What joins them; may be empty.
    pub heading: &'a str,
    pub rows: Vec<ForestRow<'a>>,
}

/// A row of a [`ForestChart`].
#[derive(Debug, Clone)]
pub(crate) struct ForestRow<'a> {
    pub label: &'a str,
    /// Where the label leads.
    pub href: Option<&'a str>,
    pub role: Role,
    /// Whether the dot is empty: a control.
    pub hollow: bool,
    /// One estimate a panel.
    pub estimates: Vec<Option<Estimate>>,
}

/// Draws a forest plot as one `<svg>` element.
///
/// A row without an estimate that can be shown has its label alone.
pub(crate) fn forest_chart(chart: &ForestChart) -> String {
    let scales: Vec<Option<Scale>> = (0..chart.panels.len()).map(|at| scale(chart, at)).collect();
    if scales.iter().all(Option::is_none) {
        return frame::no_data(&chart.words, "forest");
    }
    let layout = Layout::of(chart);
    let gutters = layout.gutters;
    let plot = Plot { class: "forest", ..Plot::rows(layout.height, gutters) };
    let outer = Frame::plain(plot, gutters);
    let count = chart.panels.len().max(1) as f64;
    let share = (1.0 - BETWEEN * (count - 1.0)) / count;
    for (at, (panel, scale)) in chart.panels.iter().zip(scales).enumerate() {
        let Some(scale) = scale else { continue };
        let start = at as f64 * (share + BETWEEN);
        let plot = Plot { width: plot.width * share, ..plot };
        outer.over(&draw(chart, at, panel, scale, plot, &layout).panel(start, share));
    }
    // Over the rules, which they cross on a phone.
    labels(&outer, chart, &layout);
    let is_linked = chart.groups.iter().flat_map(|group| &group.rows).any(|row| row.href.is_some());
    outer.document_as(&chart.words, "", is_linked)
}

/// The scale of a panel: all its estimates, intervals and rules.
fn scale(chart: &ForestChart, panel: usize) -> Option<Scale> {
    let &ForestPanel { label, unit, range, ref rules } = &chart.panels[panel];
    let rows = chart.groups.iter().flat_map(|group| &group.rows);
    let estimates = || rows.clone().filter_map(move |row| *row.estimates.get(panel)?);
    if !estimates().any(|estimate| super::scale::is_shown(estimate.value, false)) {
        return None;
    }
    let ends = estimates().filter_map(|estimate| estimate.interval).flatten();
    let values = estimates().map(|estimate| estimate.value).chain(ends);
    let values = values.chain(rules.iter().map(|(value, _)| *value));
    let axis = Axis { label, unit, log: false, range, baseline: None };
    Scale::fit(&axis, values, 5)
}

/// Where rows and headings are.
struct Layout {
    gutters: Gutters,
    /// Pixels.
    height: f64,
    /// The middle of each heading and of each row in pixels, group by group.
    places: Vec<(f64, Vec<f64>)>,
}

impl Layout {
    fn of(chart: &ForestChart) -> Self {
        let mut y = EDGE;
        let mut places = Vec::new();
        for group in &chart.groups {
            let heading = y + HEADING - ROW / 2.0;
            if !group.heading.is_empty() {
                y += HEADING;
            }
            let rows = group.rows.iter().map(|_| {
                y += ROW;
                y - ROW / 2.0
            });
            let rows = rows.collect();
            places.push((heading, rows));
        }
        let labels = chart.groups.iter().flat_map(|group| &group.rows).map(|row| row.label);
        let headings = chart.groups.iter().map(|group| group.heading);
        let widest = (widest(labels) + indent(chart)).max(widest(headings) * 1.06) + 14.0;
        let has_labels =
            chart.panels.iter().flat_map(|panel| &panel.rules).any(|(_, label)| !label.is_empty());
        let gutters = Gutters {
            left: letters(widest, MOST_LEFT),
            phone_left: Some(1),
            right: 2,
            top: 3,
            phone_top: Some(3),
            bottom: if has_labels { 2 } else { 1 },
            ..Gutters::default()
        };
        Self { gutters, height: y + EDGE, places }
    }
}

/// Rows are set in where there are headings.
fn indent(chart: &ForestChart) -> f64 {
    if chart.groups.iter().any(|group| !group.heading.is_empty()) { INDENT } else { 0.0 }
}

fn labels(outer: &Frame, chart: &ForestChart, layout: &Layout) {
    let left = -layout.gutters.left();
    let room = layout.gutters.left() - 12.0;
    let indent = indent(chart);
    for (group, (heading, rows)) in chart.groups.iter().zip(&layout.places) {
        let at = (0, units(*heading));
        for (class, x) in [("heading broad", left), ("heading narrow", 0.0)] {
            outer.write(class, group.heading, at, (x, MIDDLE), Anchor::Start);
        }
        for (row, y) in group.rows.iter().zip(rows) {
            let at = (0, units(*y));
            let wide = text::fitted(row.label, room - indent);
            let narrow = text::fitted(row.label, PHONE - PHONE_RIGHT);
            let broad = outer.text("row broad", &wide, at, (left + indent, MIDDLE), Anchor::Start);
            let narrow = outer.text("row narrow", &narrow, at, (0.0, -0.85), Anchor::Start);
            match row.href {
                Some(href) => {
                    outer.over(&format!("<a href=\"{}\">{broad}{narrow}</a>", escape(href)));
                }
                None => outer.over(&(broad + &narrow)),
            }
        }
    }
}

fn draw(
    chart: &ForestChart,
    at: usize,
    panel: &ForestPanel,
    scale: Scale,
    plot: Plot,
    layout: &Layout,
) -> Frame {
    let frame = Frame::over_days(plot, layout.gutters, (scale.low, scale.high));
    let bottom = frame.edges.1;
    for (at, _) in &scale.ticks {
        let x = frame.column(*at);
        frame.stroke(Paint::Group("grid"), [(x, 0), (x, bottom)]);
    }
    let zero = scale.ticks.iter().position(|(tick, _)| *tick == 0.0).unwrap_or(0);
    for (at, (tick, label)) in scale.ticks.iter().enumerate() {
        // Two panels side by side have little room on a phone; zero is always shown.
        let class = if at % 2 != zero % 2 { "x spare" } else { "x" };
        frame.write(class, label, (frame.column(*tick), 0), (0.0, -0.6), Anchor::Start);
    }
    heading(&frame, panel.label, chart.panels.len());
    for &(value, label) in &panel.rules {
        let Some(x) = scale.inside(value).map(|at| frame.column(at)) else { continue };
        let class = if label.is_empty() { "baseline" } else { "references" };
        frame.stroke(Paint::Group(class), [(x, 0), (x, bottom)]);
        // Towards the side that has more room.
        let (dx, anchor) =
            if x > frame.edges.0 / 2 { (4.0, Anchor::End) } else { (-4.0, Anchor::Start) };
        frame.write("value", label, (x, bottom), (dx, 1.4), anchor);
    }
    let rows = chart.groups.iter().zip(&layout.places);
    let rows = rows.flat_map(|(group, (_, places))| group.rows.iter().zip(places));
    for (row, y) in rows {
        let Some(estimate) = row.estimates.get(at).copied().flatten() else { continue };
        let Some(place) = scale.place(estimate.value) else { continue };
        let y = units(*y);
        let ends = estimate.interval.and_then(|[low, high]| {
            let side = |value| Some((frame.column(scale.place(value)?), scale.inside(value)));
            Some((side(low)?, side(high)?))
        });
        if let Some(((low, low_inside), (high, high_inside))) = ends {
            let caps = [(low, low_inside), (high, high_inside)];
            let caps = caps.iter().filter(|(_, inside)| inside.is_some()).map(|(x, _)| *x);
            frame.across_whisker(row.role, y, (low, high), &caps.collect::<Vec<_>>());
        }
        let paint = if row.hollow { Paint::Hollow(row.role) } else { Paint::Mark(row.role) };
        frame.circle(paint, (frame.column(place), y), RADIUS);
    }
    frame
}

/// What a panel shows, over its ticks: in one line, on a phone in as many as it needs.
fn heading(frame: &Frame, label: &str, panels: usize) {
    let share = if panels > 1 { 0.5 - BETWEEN } else { 1.0 };
    let wide = text::lines(label, frame.plot.width / 1.06);
    let narrow = text::lines(label, (PHONE - PHONE_RIGHT) * share / 1.06);
    let write = |class: &str, lines: &[String]| {
        for (at, words) in lines.iter().rev().enumerate() {
            let down = -2.0 - 1.25 * at as f64;
            frame.write(class, words, (0, 0), (0.0, down), Anchor::Start);
        }
    };
    if wide == narrow {
        write("heading", &wide);
    } else {
        write("heading broad", &wide);
        write("heading narrow", &narrow);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;

    fn row(label: &'static str, value: f64) -> ForestRow<'static> {
        let estimate =
            |value: f64| Some(Estimate { value, interval: Some([value - 0.5, value + 0.5]) });
        ForestRow {
            label,
            href: None,
            role: Role::Ridge,
            hollow: false,
            estimates: vec![estimate(value), estimate(value * 2.0)],
        }
    }

    fn chart(rows: Vec<ForestRow<'static>>) -> ForestChart<'static> {
        let panel =
            |label, rules| ForestPanel { label, unit: Unit::Decimal(1), range: None, rules };
        ForestChart {
            words: Words { id: "f", title: "T", description: "D" },
            panels: vec![
                panel("Out-of-sample R², 90 % interval", vec![(0.0, "")]),
                panel("Sharpe ratio", vec![(0.0, ""), (0.48, "buy and hold 0.48")]),
            ],
            groups: vec![
                ForestGroup { heading: "The reference", rows },
                ForestGroup { heading: "", rows: vec![row("…gated <b>", 0.2)] },
            ],
        }
    }

    #[test]
    fn every_row_has_a_label_and_an_interval_in_each_panel() {
        let mut control = row("Returns of half a year ago", 0.1);
        (control.hollow, control.role) = (true, Role::Benchmark);
        let svg = forest_chart(&chart(vec![row("Baseline", 1.0), control]));
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<svg class=\"panel\"").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 6);
        assert_eq!(svg.matches("class=\"mark hollow bench\"").count(), 2);
        assert_eq!(svg.matches("<rect").count(), 12, "a cap at each end");
        assert_eq!(svg.matches(">Baseline</text>").count(), 2, "for wide screens and for phones");
        for part in ["references", "baseline", ">buy and hold 0.48<", "role=\"img\"", "em\""] {
            assert!(svg.contains(part), "{part}");
        }
    }

    #[test]
    fn a_label_may_lead_somewhere_and_the_chart_is_no_image_then() {
        let linked = ForestRow { href: Some("../a&b/index.html"), ..row("Baseline", 1.0) };
        let svg = forest_chart(&chart(vec![linked]));
        assert_well_formed(&svg);
        assert!(svg.contains("<a href=\"../a&amp;b/index.html\"><text class=\"row broad\""));
        assert!(svg.contains("role=\"group\"") && !svg.contains("role=\"img\""));
    }

    #[test]
    fn an_interval_beyond_the_range_is_cut_without_a_cap() {
        let mut chart = chart(vec![row("Wide", 9.0)]);
        chart.panels.truncate(1);
        chart.panels[0].range = Some((-1.0, 1.0));
        let svg = forest_chart(&chart);
        assert_eq!(svg.matches("<rect").count(), 2, "those of the other row: {svg}");
        chart.groups.clear();
        assert!(forest_chart(&chart).contains("no data"));
    }
}
