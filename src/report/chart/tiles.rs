//! Series over days as rows of coloured cells.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::pixels;
use super::frame::{self, Frame, Margins, Size};
use super::heat::bin;
use super::paint::{Paint, STATES};
use super::{TileChart, calendar, text};
use crate::base::units::format;

/// Height of a row, with few rows and with many.
const ROW: [f64; 2] = [20.0, 15.0];

/// Rows beyond which they are set closer.
const FEW_ROWS: usize = 12;

/// Height of the strip of bands, and the gap above it.
const STRIP: (f64, f64) = (8.0, 3.0);

/// Size of a step of the colour key.
const STEP: (f64, f64) = (15.0, 9.0);

/// Units kept free at the right, for half a label of the axis.
const RIGHT: f64 = 14.0;

/// Draws series over days as one `<svg>` element: a row each, cells coloured by value, the bands as
/// a strip under them, a key of the colours above.
///
/// A value that is not finite is an empty cell; values beyond the strongest take its colour. Equal
/// colours side by side are one cell.
pub(crate) fn tile_chart(chart: &TileChart) -> String {
    let any = chart.values.iter().flatten().any(|value| value.is_finite());
    let (Some(&first), true) = (chart.days.first(), any && chart.strongest > 0.0) else {
        return frame::no_data(&chart.words, Size::full(60.0), "tiles");
    };
    let size = Size::full(0.0);
    let fitted = |label: &&str| text::fitted(label, size.font, size.width * 0.25);
    let rows: Vec<String> = chart.rows.iter().map(fitted).collect();
    let left = (size.widest(&rows) + 10.0).ceil();
    let top = size.line() + 13.0;
    let row = ROW[usize::from(rows.len() > FEW_ROWS)];
    // Lower edge of the cells, and of the strip, if there is one.
    let bottom = top + row * rows.len() as f64;
    let floor = bottom + if chart.bands.is_empty() { 0.0 } else { STRIP.0 + STRIP.1 };
    let size = Size::full((floor + size.line() + 10.0).ceil());
    let margins = Margins { left, top, right: RIGHT, bottom: size.height - bottom };
    let frame = Frame::plain(size, margins);
    // Column of a day, held inside the cells.
    let (from, to) = (calendar::number(first), calendar::number(chart.last));
    let column = |number: f64| {
        let share = ((number - from) / (to - from).max(1.0)).clamp(0.0, 1.0);
        pixels(left + share * (size.width - RIGHT - left))
    };

    draw_bands(&frame, chart, column, (pixels(bottom + STRIP.1), pixels(floor)));
    // Cells in the order of their colours, so that each colour is one path.
    let mut cells = runs(chart);
    cells.sort_unstable();
    let scale = (size.width - RIGHT - left) / (to - from).max(1.0);
    let numbers = calendar::numbers(&[chart.days, &[chart.last]].concat());
    let edges: Vec<i32> =
        numbers.into_iter().map(|number| pixels(left + (number - from) * scale)).collect();
    for (colour, number, start, end) in cells {
        let top = top + row * number as f64;
        let (from, to) = ((edges[start], pixels(top)), (edges[end], pixels(top + row - 1.0)));
        frame.rectangle(Paint::Field(colour), from, to);
    }
    draw_key(&frame, chart, top - 11.0);
    frame.write(Paint::Group("label"), chart.label, (0, pixels(top - 11.0)), BASE);
    for (number, label) in rows.iter().enumerate() {
        let at = (pixels(left - 8.0), pixels(top + row * (number as f64 + 0.5)));
        frame.write(Paint::Group("tick y"), label, at, (HPos::Right, VPos::Center));
    }
    let ticks = calendar::ticks((first, chart.last), size, margins);
    for (spare, class) in ["tick x", "tick x spare"].into_iter().enumerate() {
        for (number, label) in ticks.iter().skip(spare).step_by(2) {
            let x = column(*number);
            frame.stroke(Paint::Group("axis"), [(x, pixels(floor)), (x, pixels(floor + 4.0))]);
            let below = (x, pixels(floor + 7.0));
            frame.write(Paint::Group(class), label, below, (HPos::Center, VPos::Top));
        }
    }
    let span = (first, chart.last.max(first));
    frame.readable(&chart.words, "time tiles", &calendar::attributes(span))
}

fn draw_bands(
    frame: &Frame,
    chart: &TileChart,
    column: impl Fn(f64) -> i32,
    (top, bottom): (i32, i32),
) {
    // A band ends with its last day.
    let ends = |day| column(calendar::number(day) + 1.0);
    let bands = chart.bands.iter().map(|band| {
        ((band.state % STATES) as u8, column(calendar::number(band.from)), ends(band.to))
    });
    let mut runs: Vec<(u8, i32, i32)> = bands.filter(|(_, from, to)| to > from).collect();
    runs.sort_unstable();
    for (state, from, to) in runs {
        frame.rectangle(Paint::Band(state), (from, top), (to, bottom));
    }
}

/// Cells of one colour side by side: (colour, row, first column, column after the last).
fn runs(chart: &TileChart) -> Vec<(i8, usize, usize, usize)> {
    let mut runs = Vec::new();
    for (row, values) in chart.values.iter().enumerate().take(chart.rows.len()) {
        let colour = |value: &f64| value.is_finite().then(|| bin(value / chart.strongest));
        let colours: Vec<_> = values.iter().take(chart.days.len()).map(colour).collect();
        let mut to = 0;
        for run in colours.chunk_by(|a, b| a == b) {
            let from = to;
            to += run.len();
            runs.extend(run[0].map(|colour| (colour, row, from, to)));
        }
    }
    runs
}

/// The colours after the label, with the values at their ends.
fn draw_key(frame: &Frame, chart: &TileChart, bottom: f64) {
    let font = frame.size.font;
    let high = format::difference(Some(chart.strongest), 1);
    let low = format::difference(Some(-chart.strongest), 1);
    // Narrow screens show the text larger.
    let left = (text::width(chart.label, font) + text::width(&low, font)) * 1.35 + 18.0;
    let (top, base) = (pixels(bottom - STEP.1), pixels(bottom));
    for step in 0..11 {
        let from = left + f64::from(step) * STEP.0;
        let corner = (pixels(from + STEP.0), base);
        frame.rectangle(Paint::Field(step - 5), (pixels(from), top), corner);
    }
    let before = (pixels(left - 5.0), base);
    frame.write(Paint::Group("tick x"), &low, before, (HPos::Right, VPos::Bottom));
    let after = (pixels(left + 11.0 * STEP.0 + 5.0), base);
    frame.write(Paint::Group("tick x"), &high, after, BASE);
}

/// Anchor of a text that begins on its baseline.
const BASE: (HPos, VPos) = (HPos::Left, VPos::Bottom);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;

    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;
    use crate::report::chart::{Band, Words};

    #[test]
    fn equal_colours_side_by_side_are_one_cell_and_gaps_stay_empty() {
        let days: Vec<_> = (1..=6).map(|month| date(2001, month, 1)).collect();
        let nan = f64::NAN;
        let chart = TileChart {
            words: Words { id: "m", title: "T", description: "D" },
            days: &days,
            last: date(2001, 6, 29),
            rows: vec!["a", "b <c>"],
            values: vec![vec![0.6; 6], vec![-9.0, -0.6, nan, 0.0, 0.01, 0.2]],
            strongest: 0.6,
            label: "Loading",
            bands: &[Band { from: days[1], to: days[3], state: 1 }],
        };
        let svg = tile_chart(&chart);
        assert_well_formed(&svg);
        let tiles = |class: &str| -> usize {
            let opening = format!("<path class=\"{class}\"");
            svg.split(&opening)
                .skip(1)
                .map(|p| p.split("/>").next().unwrap().matches('M').count())
                .sum()
        };
        // One of each colour belongs to the key.
        assert_eq!((tiles("h5"), tiles("h-5"), tiles("h0"), tiles("h2")), (2, 2, 2, 2));
        assert!(svg.contains("class=\"band s1\"") && svg.contains(">+0.6<"));
        let empty = TileChart { strongest: f64::NAN, ..chart };
        assert!(tile_chart(&empty).contains("no data"));
    }
}
