//! Sorted estimates with intervals, and beneath them which choices each was made with.

use super::backend::{SCALE, units};
use super::frame::{self, Anchor, Frame, MIDDLE, Plot, widest};
use super::gutters::{Gutters, LEADING, PHONE_RIGHT, letters};
use super::heat;
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{CurveChart, Role, text};

/// Estimates that are drawn; of more, so many at equal distances.
pub(crate) const MOST_DRAWN: usize = 540;

/// Cells of a row beneath; of more estimates, neighbours share one.
const MOST_CELLS: usize = 90;

/// Height of the plot, and of a row beneath, in pixels.
const PLOT: f64 = 280.0;
const ROW: f64 = 18.0;

/// Pixels between the plot and the first row, and before the name of a choice.
const GAP: f64 = 10.0;
const BEFORE: f64 = 6.0;

/// Widest labels of rows in letters, on a wide screen and on a phone.
const MOST_LEFT: (u8, u8) = (15, 8);

/// Draws a curve as one `<svg>` element: intervals as thin lines, estimates as dots, those that are
/// significant stronger, what chance makes as a grey area, choices as a grid of cells beneath, each
/// the stronger the more of its estimates were made with that level.
pub(crate) fn curve_chart(chart: &CurveChart) -> String {
    let rows: usize = chart.choices.iter().map(|choice| choice.levels.len() + 1).sum();
    let beneath = GAP + chart.choices.len() as f64 * BEFORE + rows as f64 * ROW;
    let ends = chart.intervals.iter().flatten().flatten().copied();
    let band = chart.band.iter().flatten().copied();
    let marks = chart.marks.iter().map(|mark| mark.value);
    let all = chart.values.iter().copied().chain(ends).chain(band).chain(marks);
    let drawable = chart.values.iter().any(|&value| is_shown(value, false));
    let Some(scale) = Scale::fit(&chart.axis, all, 6).filter(|_| drawable) else {
        return frame::no_data(&chart.words, "curve");
    };
    let levels = widest(chart.choices.iter().flat_map(|choice| choice.levels.iter())) + 10.0;
    let ticks = frame::left(&scale);
    let lines = f64::from(frame::top(&scale.label)) + chart.marks.len() as f64 * LEADING / 12.0;
    let gutters = Gutters {
        left: letters(levels, MOST_LEFT.0).max(ticks),
        phone_left: Some(letters(levels, MOST_LEFT.1).max(ticks)),
        right: 1,
        top: lines.ceil() as u8,
        bottom: 1,
        ..Gutters::default()
    };
    let count = chart.values.len() as f64;
    let plot = Plot::rows(PLOT + beneath, gutters);
    let frame = Frame::above_rows(plot, gutters, (0.0, count), scale, beneath);

    frame.vertical_axis();
    chance(&frame, chart);
    estimates(&frame, chart);
    marks_with_labels(&frame, chart);
    grid(&frame, chart);
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
            frame.stroke(Paint::Whisker(Role::Faint), [low, high]);
        }
    }
    frame.baseline();
    let sides = [(0, 5.0, Anchor::Start), (frame.edges.0, -5.0, Anchor::End)];
    for ((value, label), (x, dx, anchor)) in chart.references.iter().zip(sides) {
        let Some(y) = frame.across("references", *value) else { continue };
        frame.write("reference", label, (x, y), (dx, -0.35), anchor);
    }
    // Zero-length strokes with round ends keep their shape, however the plot is stretched.
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
    let points = chart.marks.iter().enumerate().filter_map(|(row, mark)| {
        let place = frame.place(mark.along, mark.value)?;
        // The first stands highest.
        let above = LEADING * (chart.marks.len() - row) as f64 - LEADING / 2.0;
        Some((mark, place, above))
    });
    for (mark, (x, y), above) in points {
        let class = super::role_class(mark.role);
        let (column, row) = (frame.x(x), frame.y(y));
        frame.over(&format!(
            "<line class=\"lead {class}\" x1=\"{column}\" x2=\"{column}\" y1=\"{}\" \
             y2=\"{row}\"/>",
            -above
        ));
        frame.circle(Paint::Mark(mark.role), (x, y), 5);
        let down = MIDDLE - above / 13.0;
        let is_right = x > frame.edges.0 / 2;
        let (dx, anchor) = if is_right { (-5.0, Anchor::End) } else { (5.0, Anchor::Start) };
        let write = |class: &str, at, dx, anchor| {
            frame.write(
                &format!("at {class}{}", super::role_class(mark.role)),
                mark.label,
                (at, 0),
                (dx, down),
                anchor,
            );
        };
        // On a phone what has no room beside its line ends at the edge.
        let share = f64::from(x) / f64::from(frame.edges.0);
        let beside = (if is_right { share } else { 1.0 - share }) * frame.gutters.phone_plot();
        if text::strong_width(mark.label) + 5.0 < beside {
            write("", x, dx, anchor);
        } else {
            write("broad ", x, dx, anchor);
            write("narrow ", frame.edges.0, PHONE_RIGHT, Anchor::End);
        }
    }
}

/// A level of a choice: its upper edge in pixels, and which estimates have it.
struct GridRow<'c> {
    top: f64,
    level: usize,
    of: &'c [usize],
}

fn grid(frame: &Frame, chart: &CurveChart) {
    let (right, bottom) = frame.edges;
    let mut at = f64::from(bottom) / SCALE + GAP;
    let mut rows: Vec<GridRow<'_>> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for choice in &chart.choices {
        at += BEFORE;
        frame.write_at_left(choice.label, units(at + ROW / 2.0), MIDDLE);
        at += ROW;
        for (level, name) in choice.levels.iter().enumerate() {
            names.push(name);
            rows.push(GridRow { top: at, level, of: &choice.of });
            at += ROW;
        }
    }
    heat::labels(frame, &names, |row| units(rows[row].top + ROW / 2.0));
    for row in &rows {
        let y = units(row.top + ROW / 2.0);
        frame.stroke(Paint::Group("grid"), [(0, y), (right, y)]);
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
                let from = (frame.column(edge(cell) as f64), units(row.top + 1.5));
                let to = (frame.column(edge(cell + 1) as f64), units(row.top + ROW - 1.5));
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
            let opening = format!("<path class=\"{class}\" d=\"");
            let parts = svg.split(&opening).skip(1);
            parts.filter_map(|part| part.split('"').next()).collect::<String>()
        };
        assert_eq!(of("points").matches('M').count(), 2);
        assert_eq!(of("points strong").matches('M').count(), 2);
        assert_eq!(of("whisker faint").matches('M').count(), 4);
        assert_eq!(svg.matches("class=\"lead ink\"").count(), 1, "from the mark to its label");
        assert_eq!(of("cell h5").matches('M').count(), 4);
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
