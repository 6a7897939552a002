//! A matrix as coloured cells.

use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, VPos};

use super::backend::pixels;
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::{HeatMap, text};
use crate::base::units::format;

/// Cells are no wider than this, so that a small matrix stays readable as one.
const WIDEST_CELL: f64 = 84.0;

/// Cells are as high as wide up to this.
const HIGHEST_CELL: f64 = 32.0;

/// Decimals written in a cell.
const PLACES: usize = 2;

/// The cells of a map on their drawing.
pub(super) struct Grid {
    pub frame: Frame,
    left: f64,
    top: f64,
    cell: (f64, f64),
    turned: bool,
    rows: Vec<String>,
    columns: Vec<String>,
}

/// Draws a matrix of values in `[-1, 1]` as one `<svg>` element.
///
/// A value that is not finite is an empty cell; values outside the range take the last colour.
/// A cell costs about 50 bytes, and as much again with its value.
pub(crate) fn heat_map(map: &HeatMap) -> String {
    if !is_drawable(map) {
        return frame::no_data(&map.words, Size::full(60.0), "heat");
    }
    Grid::of(map, 0.0).document(map)
}

/// Whether a map has a cell to draw.
pub(super) fn is_drawable(map: &HeatMap) -> bool {
    let any = map.values.iter().flatten().any(|value| value.is_finite());
    any && !map.rows.is_empty() && !map.columns.is_empty()
}

impl Grid {
    /// The cells of a map, `before` units kept free at the left of its labels.
    pub(super) fn of(map: &HeatMap, before: f64) -> Self {
        let size = Size::full(0.0);
        let fitted = |labels: &[&str], room: f64| -> Vec<String> {
            labels.iter().map(|label| text::fitted(label, size.font, room)).collect()
        };
        let rows = fitted(&map.rows, size.width * 0.3);
        let left = before + size.widest(&rows) + 10.0;
        let width = ((size.width - left) / map.columns.len() as f64).min(WIDEST_CELL);
        let turned = size.widest(&map.columns) > width - 6.0;
        let columns = fitted(&map.columns, if turned { size.width * 0.25 } else { width });
        let top = 10.0 + if turned { size.widest(&columns) } else { size.line() };
        let height = width.min(HIGHEST_CELL);
        let size = Size::full((top + height * map.rows.len() as f64 + 2.0).ceil());
        let frame = Frame::plain(size, Margins::default());
        Self { frame, left, top, cell: (width, height), turned, rows, columns }
    }

    /// Corner of a cell in pixels; neighbours share it.
    fn corner(&self, row: usize, column: usize) -> (i32, i32) {
        (
            pixels(self.left + self.cell.0 * column as f64),
            pixels(self.top + self.cell.1 * row as f64),
        )
    }

    /// Upper edge of the first row, in pixels.
    pub(super) fn top(&self) -> i32 {
        self.corner(0, 0).1
    }

    /// Middle of a row, in pixels.
    pub(super) fn row(&self, row: usize) -> i32 {
        self.corner(row, 0).1 + pixels(self.cell.1 / 2.0)
    }

    /// The whole `<svg>` element: what is drawn already, labels, cells and values.
    pub(super) fn document(self, map: &HeatMap) -> String {
        let Self { frame, cell, rows, columns, .. } = &self;
        let half = (pixels(cell.0 / 2.0), pixels(cell.1 / 2.0));
        for (row, label) in rows.iter().enumerate() {
            let at = (pixels(self.left - 8.0), self.row(row));
            frame.write(Paint::Group("tick y"), label, at, (HPos::Right, VPos::Center));
        }
        let (transform, anchor) = if self.turned {
            (FontTransform::Rotate270, (HPos::Left, VPos::Center))
        } else {
            (FontTransform::None, (HPos::Center, VPos::Bottom))
        };
        for (column, label) in columns.iter().enumerate() {
            let at = (self.corner(0, column).0 + half.0, pixels(self.top - 7.0));
            frame.write_as(transform.clone(), Paint::Group("tick x"), label, at, anchor);
        }
        let cells = || {
            (0..rows.len()).flat_map(move |row| {
                let value = move |column: usize| map.values.get(row)?.get(column).copied();
                (0..columns.len())
                    .map(move |column| (row, column, value(column).filter(|v| v.is_finite())))
            })
        };
        for (row, column, value) in cells() {
            let (from, to) = (self.corner(row, column), self.corner(row + 1, column + 1));
            frame.rectangle(Paint::Cell(value.map(bin)), from, to);
        }
        // Light text where the cell's colour is strong.
        for (is_strong, class) in [(false, "cell-value"), (true, "cell-value on-dark")] {
            for (row, column, value) in cells() {
                let Some(value) = value.filter(|&v| (bin(v).abs() >= 4) == is_strong) else {
                    continue;
                };
                let font = frame.size.font;
                let label = format::decimal(Some(value), PLACES);
                if text::width(&label, font) + 4.0 <= cell.0 && font <= cell.1 {
                    let (x, y) = self.corner(row, column);
                    let at = (x + half.0, y + half.1);
                    frame.write(Paint::Group(class), &label, at, (HPos::Center, VPos::Center));
                }
            }
        }
        self.frame.document(&map.words, "heat")
    }
}

/// The colour class of a value: fifths, rounded.
pub(super) fn bin(value: f64) -> i8 {
    (value.clamp(-1.0, 1.0) * 5.0).round() as i8
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::report::chart::Words;
    use crate::report::chart::well_formed::assert_well_formed;

    #[test]
    fn values_fall_into_fifths() {
        let bins = [-3.0, -1.0, -0.05, 0.0, 0.31, 0.7, 1.0].map(bin);
        assert_eq!(bins, [-5, -5, 0, 0, 2, 4, 5]);
    }

    #[test]
    fn missing_cells_are_empty_and_strong_ones_carry_light_text() {
        let svg = heat_map(&HeatMap {
            words: Words { id: "m", title: "T", description: "D" },
            rows: vec!["a", "b <c>"],
            columns: vec!["a", "b <c>"],
            values: vec![vec![1.0, -0.25], vec![f64::NAN]],
        });
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<rect").count(), 4);
        assert_eq!(svg.matches("class=\"empty\"").count(), 2);
        let (light, dark) = svg.split_once("cell-value on-dark").unwrap();
        assert!(light.contains(">−0.25<") && dark.contains(">1.00<"));
    }
}
