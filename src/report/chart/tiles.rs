//! Series over days as rows of coloured cells.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::{IntoDrawingArea, PathElement, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, Pen, certain, pixels};
use super::calendar::{self, DayTick};
use super::frame::{self, Size};
use super::paint::Paint;
use super::path_data::tenths_text;
use super::{TileChart, text};
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

/// Where the cells are, in units, and the days they span.
struct Layout {
    size: Size,
    left: f64,
    top: f64,
    row: f64,
    rows: Vec<String>,
    /// Horizontal position of each column's edges, one more than columns.
    edges: Vec<f64>,
}

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
    let layout = Layout::of(chart);
    let Size { width, height, font, class } = layout.size;
    let last = chart.last.max(first);
    let slots = ((width - layout.left - RIGHT) / (font * 3.9)) as usize;
    let ticks = calendar::ticks(first, last, slots.max(2));
    let mut canvas = Canvas::new(width, height, Vec::new());
    let root = Pen(&mut canvas).into_drawing_area();
    certain(layout.draw(&root, chart, &ticks));
    drop(root);
    let plot = [layout.left, layout.top, width - RIGHT, layout.bottom()];
    let data = [
        ("data-x0", first.to_string()),
        ("data-x1", last.to_string()),
        ("data-plot", plot.map(|edge| tenths_text(pixels(edge))).join(" ")),
    ];
    canvas.document(&chart.words, &format!("{class} time tiles"), &data)
}

impl Layout {
    fn of(chart: &TileChart) -> Self {
        let size = Size::full(0.0);
        let rows: Vec<String> = chart
            .rows
            .iter()
            .map(|label| text::fitted(label, size.font, size.width * 0.25))
            .collect();
        let widest = rows.iter().map(|label| text::width(label, size.font)).fold(0.0, f64::max);
        let left = (widest + 10.0).ceil();
        let top = size.line() + 13.0;
        let row = ROW[usize::from(rows.len() > FEW_ROWS)];
        let strip = if chart.bands.is_empty() { 0.0 } else { STRIP.0 + STRIP.1 };
        let height = top + row * rows.len() as f64 + strip + size.line() + 10.0;
        let numbers: Vec<f64> =
            chart.days.iter().chain([&chart.last]).map(|&day| calendar::number(day)).collect();
        let (from, to) = (numbers[0], numbers[numbers.len() - 1]);
        let scale = (size.width - RIGHT - left) / (to - from).max(1.0);
        let edges = numbers.iter().map(|number| left + (number - from) * scale).collect();
        Self { size: Size::full(height.ceil()), left, top, row, rows, edges }
    }

    /// Lower edge of the cells.
    fn bottom(&self) -> f64 {
        self.top + self.row * self.rows.len() as f64
    }

    /// Lower edge of the cells and of the strip, if there is one.
    fn floor(&self, chart: &TileChart) -> f64 {
        self.bottom() + if chart.bands.is_empty() { 0.0 } else { STRIP.0 + STRIP.1 }
    }

    fn draw(
        &self,
        root: &DrawingArea<Pen, Shift>,
        chart: &TileChart,
        ticks: &[DayTick],
    ) -> Drawn<()> {
        self.draw_bands(root, chart)?;
        self.draw_tiles(root, chart)?;
        self.draw_key(root, chart)?;
        let font = self.size.font;
        frame::write(root, font, Paint::Label, chart.label, (0, pixels(self.top - 11.0)), BASE)?;
        for (row, label) in self.rows.iter().enumerate() {
            let middle = self.top + self.row * (row as f64 + 0.5);
            let at = (pixels(self.left - 8.0), pixels(middle));
            frame::write(root, font, Paint::TickY, label, at, (HPos::Right, VPos::Center))?;
        }
        let floor = self.floor(chart);
        for spare in [false, true] {
            for tick in ticks.iter().skip(usize::from(spare)).step_by(2) {
                let x = pixels(self.day(chart, calendar::number(tick.day)));
                let mark = vec![(x, pixels(floor)), (x, pixels(floor + 4.0))];
                root.draw(&PathElement::new(mark, Paint::Axis.colour()))?;
                let at = (x, pixels(floor + 7.0));
                let paint = Paint::TickX { spare };
                frame::write(root, font, paint, &tick.label, at, (HPos::Center, VPos::Top))?;
            }
        }
        Ok(())
    }

    /// Horizontal position of a day, held inside the cells.
    fn day(&self, chart: &TileChart, number: f64) -> f64 {
        let from = chart.days.first().map_or(0.0, |&day| calendar::number(day));
        let to = calendar::number(chart.last);
        let share = ((number - from) / (to - from).max(1.0)).clamp(0.0, 1.0);
        self.left + share * (self.size.width - RIGHT - self.left)
    }

    fn draw_bands(&self, root: &DrawingArea<Pen, Shift>, chart: &TileChart) -> Drawn<()> {
        let (top, bottom) = (pixels(self.bottom() + STRIP.1), pixels(self.floor(chart)));
        let mut runs: Vec<(u8, i32, i32)> = chart
            .bands
            .iter()
            .map(|band| {
                // A band ends with its last day.
                let ends = calendar::number(band.to) + 1.0;
                let from = pixels(self.day(chart, calendar::number(band.from)));
                ((band.state % 4) as u8, from, pixels(self.day(chart, ends)))
            })
            .filter(|(_, from, to)| to > from)
            .collect();
        runs.sort_unstable();
        for (state, from, to) in runs {
            let paint = Paint::Band(state).colour().filled();
            root.draw(&Rectangle::new([(from, top), (to, bottom)], paint))?;
        }
        Ok(())
    }

    /// Cells in the order of their colours, so that each colour is one path.
    fn draw_tiles(&self, root: &DrawingArea<Pen, Shift>, chart: &TileChart) -> Drawn<()> {
        let mut runs: Vec<(i8, usize, usize, usize)> = Vec::new();
        for (row, values) in chart.values.iter().enumerate().take(self.rows.len()) {
            let mut open: Option<(i8, usize)> = None;
            let columns = self.edges.len() - 1;
            for column in 0..=columns {
                let value = values.get(column).filter(|v| column < columns && v.is_finite());
                let colour = value.map(|value| bin(*value, chart.strongest));
                if open.map(|(held, _)| held) == colour {
                    continue;
                }
                runs.extend(open.map(|(held, from)| (held, row, from, column)));
                open = colour.map(|colour| (colour, column));
            }
        }
        runs.sort_unstable();
        for (colour, row, from, to) in runs {
            let top = self.top + self.row * row as f64;
            let corners = [
                (pixels(self.edges[from]), pixels(top)),
                (pixels(self.edges[to]), pixels(top + self.row - 1.0)),
            ];
            root.draw(&Rectangle::new(corners, Paint::Field(colour).colour().filled()))?;
        }
        Ok(())
    }

    /// The colours after the label, with the values at their ends.
    fn draw_key(&self, root: &DrawingArea<Pen, Shift>, chart: &TileChart) -> Drawn<()> {
        let font = self.size.font;
        let high = format::difference(Some(chart.strongest), 1);
        let low = format::difference(Some(-chart.strongest), 1);
        // Narrow screens show the text larger.
        let room = text::width(chart.label, font) + text::width(&low, font);
        let left = room * 1.35 + 18.0;
        let right = left + 11.0 * STEP.0;
        let bottom = self.top - 11.0;
        for bin in -5..=5_i8 {
            let from = left + f64::from(bin + 5) * STEP.0;
            let corners =
                [(pixels(from), pixels(bottom - STEP.1)), (pixels(from + STEP.0), pixels(bottom))];
            root.draw(&Rectangle::new(corners, Paint::Field(bin).colour().filled()))?;
        }
        let tick = Paint::TickX { spare: false };
        let at = (pixels(left - 5.0), pixels(bottom));
        frame::write(root, font, tick, &low, at, (HPos::Right, VPos::Bottom))?;
        frame::write(root, font, tick, &high, (pixels(right + 5.0), pixels(bottom)), BASE)
    }
}

/// Anchor of a text that begins on its baseline.
const BASE: (HPos, VPos) = (HPos::Left, VPos::Bottom);

/// The colour class of a value: fifths of the strongest, rounded.
fn bin(value: f64, strongest: f64) -> i8 {
    ((value / strongest).clamp(-1.0, 1.0) * 5.0).round() as i8
}

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
