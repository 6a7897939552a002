//! Sorted estimates with intervals, and beneath them which choices each was made with.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::pixels;
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{CurveChart, Role, text};

/// Estimates that are drawn; of more, so many at equal distances.
pub(crate) const MOST_DRAWN: usize = 540;

/// Cells of a row beneath; of more estimates, neighbours share one.
const MOST_CELLS: usize = 90;

/// Height of the plot, and of a row beneath, in units.
const PLOT: f64 = 250.0;
const ROW: f64 = 17.0;

/// Units between the plot and the first row, and before the name of a choice.
const GAP: f64 = 12.0;
const BEFORE: f64 = 5.0;

/// Units under the last row.
const BELOW: f64 = 6.0;

/// Most units at the left of the plot.
const MOST_LEFT: f64 = 220.0;

/// Font size of the labels of rows on a phone, for which they must have room.
const LARGE: f64 = 15.0;

/// Draws a curve as one `<svg>` element: intervals as thin lines, estimates as dots, those that are
/// significant stronger, what chance makes as a grey area, choices as a grid of cells beneath, each
/// the stronger the more of its estimates were made with that level.
pub(crate) fn curve_chart(chart: &CurveChart) -> String {
    let rows: usize = chart.choices.iter().map(|choice| choice.levels.len() + 1).sum();
    let beneath = GAP + chart.choices.len() as f64 * BEFORE + rows as f64 * ROW + BELOW;
    let size = Size::full(PLOT + beneath);
    let ends = chart.intervals.iter().flatten().flatten().copied();
    let band = chart.band.iter().flatten().copied();
    let marks = chart.marks.iter().map(|mark| mark.value);
    let all = chart.values.iter().copied().chain(ends).chain(band).chain(marks);
    let drawable = chart.values.iter().any(|&value| is_shown(value, false));
    let Some(scale) = Scale::fit(&chart.axis, all, 5).filter(|_| drawable) else {
        return frame::no_data(&chart.words, size, "curve");
    };
    let large = Size { font: LARGE, ..size };
    let levels = chart.choices.iter().flat_map(|choice| choice.levels.iter());
    let left = (large.widest(levels) + 10.0).min(MOST_LEFT).max(size.ticks(&scale));
    let top = size.top(&scale.label) + chart.marks.len() as f64 * size.line();
    let margins = Margins { left, top, right: 8.0, bottom: beneath };
    let count = chart.values.len() as f64;
    let frame = Frame::new(size, margins, (0.0, count), scale, &[]);

    frame.vertical_axis();
    chance(&frame, chart);
    estimates(&frame, chart);
    marks_with_labels(&frame, chart);
    grid(&frame, chart, left);
    frame.document(&chart.words, "curve")
}

/// Where an estimate is from left to right.
fn along(position: usize) -> f64 {
    position as f64 + 0.5
}

fn chance(frame: &Frame, chart: &CurveChart) {
    let last = chart.band.len().saturating_sub(1).max(1) as f64;
    let across = |at: usize| at as f64 / last * chart.values.len() as f64;
    let edge = |side: usize| {
        let place = move |(at, ends): (usize, &[f64; 2])| frame.place(across(at), ends[side]);
        chart.band.iter().enumerate().filter_map(place)
    };
    let mut outline: Vec<(i32, i32)> = edge(0).collect();
    if outline.len() > 1 {
        outline.extend(edge(1).collect::<Vec<_>>().into_iter().rev());
        frame.polygon(Paint::Area(Role::Faint), outline);
    }
}

fn estimates(frame: &Frame, chart: &CurveChart) {
    let step = chart.values.len().div_ceil(MOST_DRAWN).max(1);
    let drawn: Vec<usize> = (0..chart.values.len()).step_by(step).collect();
    for &at in &drawn {
        let Some(Some([low, high])) = chart.intervals.get(at) else { continue };
        let ends = frame.place(along(at), *low).zip(frame.place(along(at), *high));
        if let Some((low, high)) = ends {
            frame.stroke(Paint::Leader(Role::Faint), [low, high]);
        }
    }
    frame.baseline();
    let [left, _, right, _] = frame.edges;
    let sides = [(left + pixels(5.0), HPos::Left), (right - pixels(5.0), HPos::Right)];
    for ((value, label), (x, anchor)) in chart.references.iter().zip(sides) {
        let Some(y) = frame.across("references", *value) else { continue };
        let at = (x, y - pixels(4.0));
        frame.write(Paint::Group("reference-label"), label, at, (anchor, VPos::Bottom));
    }
    for (strong, class) in [(false, "points"), (true, "points strong")] {
        let is_drawn = |at: &&usize| chart.significant.get(**at) == Some(&strong);
        for &at in drawn.iter().filter(is_drawn) {
            if let Some(point) = frame.place(along(at), chart.values[at]) {
                frame.stroke(Paint::Group(class), [point]);
            }
        }
    }
}

/// Labels stand one below the other above the plot, so that no two are in each other's way.
fn marks_with_labels(frame: &Frame, chart: &CurveChart) {
    let [left, top, right, _] = frame.edges;
    let line = pixels(frame.size.line());
    let points: Vec<Option<(i32, i32)>> =
        chart.marks.iter().map(|mark| frame.place(mark.along, mark.value)).collect();
    let lines = chart.marks.len() as i32;
    let label_at = |row: usize| top - (lines - row as i32) * line + line / 2;
    for (row, (mark, point)) in chart.marks.iter().zip(&points).enumerate() {
        let Some((x, y)) = *point else { continue };
        frame.stroke(Paint::Leader(mark.role), [(x, label_at(row)), (x, y)]);
    }
    for (row, (mark, point)) in chart.marks.iter().zip(&points).enumerate() {
        let Some((x, y)) = *point else { continue };
        frame.circle(Paint::Mark(mark.role), (x, y), 5.0);
        let (at, anchor) = if x - left > (right - left) / 2 {
            ((x - pixels(5.0), label_at(row)), HPos::Right)
        } else {
            ((x + pixels(5.0), label_at(row)), HPos::Left)
        };
        frame.write(Paint::End(mark.role), mark.label, at, (anchor, VPos::Center));
    }
}

/// A level of a choice: its row, and which estimates have it.
struct GridRow<'c> {
    top: i32,
    level: usize,
    of: &'c [usize],
}

fn grid(frame: &Frame, chart: &CurveChart, room: f64) {
    let [left, _, right, bottom] = frame.edges;
    let mut at = f64::from(bottom) / super::backend::SCALE + GAP;
    let mut rows: Vec<GridRow<'_>> = Vec::new();
    for choice in &chart.choices {
        at += BEFORE;
        let middle = pixels(at + ROW / 2.0);
        let name = text::fitted(choice.label, LARGE, frame.size.width - 20.0);
        frame.write(Paint::Group("label"), &name, (0, middle), (HPos::Left, VPos::Center));
        at += ROW;
        for (level, name) in choice.levels.iter().enumerate() {
            let beside = (left - pixels(6.0), pixels(at + ROW / 2.0));
            let name = text::fitted(name, LARGE, room - 8.0);
            frame.write(Paint::Group("tick y"), &name, beside, (HPos::Right, VPos::Center));
            rows.push(GridRow { top: pixels(at), level, of: &choice.of });
            at += ROW;
        }
    }
    for row in &rows {
        let y = row.top + pixels(ROW / 2.0);
        frame.stroke(Paint::Group("grid"), [(left, y), (right, y)]);
    }
    let count = chart.values.len();
    let cells = count.min(MOST_CELLS);
    let edge = |cell: usize| cell * count / cells.max(1);
    // A shade at a time, so that all its cells are one path.
    for shade in 1..=5 {
        for row in &rows {
            for cell in 0..cells {
                let members =
                    &row.of[edge(cell).min(row.of.len())..edge(cell + 1).min(row.of.len())];
                let with = members.iter().filter(|level| **level == row.level).count();
                if members.is_empty() || shaded(with as f64 / members.len() as f64) != shade {
                    continue;
                }
                let from = (frame.column(edge(cell) as f64), row.top + pixels(1.5));
                let to = (frame.column(edge(cell + 1) as f64), row.top + pixels(ROW - 1.5));
                frame.rectangle(Paint::Field(shade), from, to);
            }
        }
    }
}

/// One of five shades for a share, none below a tenth.
fn shaded(share: f64) -> i8 {
    (share * 5.0).round() as i8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;
    use crate::report::chart::{Axis, CurveChoice, CurveMark, Unit, Words};

    fn chart(values: &[f64]) -> CurveChart<'_> {
        let unit = Unit::Percent(1);
        CurveChart {
            words: Words { id: "c", title: "T", description: "D" },
            values,
            intervals: values.iter().map(|v| Some([v - 0.01, v + 0.01])).collect(),
            significant: values.iter().map(|v| *v > 0.0).collect(),
            band: vec![[-0.01, 0.0], [0.0, 0.01]],
            references: vec![(0.002, "median"), (0.004, "held")],
            marks: vec![CurveMark { along: 1.5, value: 0.0, role: Role::Main, label: "headline" }],
            choices: vec![CurveChoice {
                label: "lags",
                levels: vec!["1", "1, 5"],
                of: (0..values.len()).map(|at| at % 2).collect(),
            }],
            axis: Axis { label: "R²", unit, log: false, range: None, baseline: Some(0.0) },
        }
    }

    #[test]
    fn every_estimate_has_a_dot_an_interval_and_its_levels() {
        let values = [-0.01, 0.0, 0.004, 0.01];
        let svg = curve_chart(&chart(&values));
        assert_well_formed(&svg);
        let of = |class: &str| {
            let group = format!("<g class=\"{class}\">");
            let parts = svg.split(&group).skip(1);
            parts.filter_map(|part| part.split("</g>").next()).collect::<String>()
        };
        assert_eq!(of("points").matches('M').count(), 2);
        assert_eq!(of("points strong").matches('M').count(), 2);
        assert_eq!(of("leaders").matches('M').count(), 4 + 1, "and one from the mark to its label");
        assert_eq!(of("cells").matches('M').count(), 4);
        for text in [">lags<", ">1, 5<", ">median<", ">headline<"] {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn thousands_are_thinned_and_nothing_is_no_data() {
        let values: Vec<f64> = (0..5_000).map(|at| f64::from(at) * 1e-5 - 0.02).collect();
        let svg = curve_chart(&chart(&values));
        assert!(svg.len() < 60_000, "{}", svg.len());
        assert!(curve_chart(&chart(&[])).contains("no data"));
        assert!(curve_chart(&chart(&[f64::NAN])).contains("no data"));
    }
}
