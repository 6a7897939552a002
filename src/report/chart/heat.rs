//! A matrix as coloured cells.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::prelude::{IntoDrawingArea, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, Pen, certain, pixels};
use super::frame::{self, Size};
use super::paint::Paint;
use super::{HeatMap, text};
use crate::base::units::format;

/// Cells are no wider than this, so that a small matrix stays readable as one.
const WIDEST_CELL: f64 = 84.0;

/// Cells are as high as wide up to this.
const HIGHEST_CELL: f64 = 32.0;

/// Where the cells are, in units.
pub(super) struct Grid {
    /// Of the whole drawing.
    pub size: Size,
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
    let any = map.values.iter().flatten().any(|value| value.is_finite());
    if !any || map.rows.is_empty() || map.columns.is_empty() {
        return frame::no_data(&map.words, Size::full(60.0), "heat");
    }
    let grid = Grid::of(map, 0.0);
    let mut canvas = Canvas::new(grid.size.width, grid.size.height, Vec::new());
    let root = Pen(&mut canvas).into_drawing_area();
    certain(grid.draw(&root, map));
    drop(root);
    canvas.document(&map.words, &format!("{} heat", grid.size.class), &[])
}

impl Grid {
    /// The cells of a map, `before` units kept free at the left of its labels.
    pub(super) fn of(map: &HeatMap, before: f64) -> Self {
        let size = Size::full(0.0);
        let fit = |labels: &[&str], room: f64| -> (Vec<String>, f64) {
            let fitted: Vec<String> =
                labels.iter().map(|label| text::fitted(label, size.font, room)).collect();
            let widest =
                fitted.iter().map(|label| text::width(label, size.font)).fold(0.0, f64::max);
            (fitted, widest)
        };
        let (rows, widest_row) = fit(&map.rows, size.width * 0.3);
        let left = before + widest_row + 10.0;
        let width = ((size.width - left) / map.columns.len() as f64).min(WIDEST_CELL);
        let (_, widest_column) = fit(&map.columns, f64::INFINITY);
        let turned = widest_column > width - 6.0;
        let (columns, widest_column) =
            fit(&map.columns, if turned { size.width * 0.25 } else { width });
        let top = 10.0 + if turned { widest_column } else { size.line() };
        let height = width.min(HIGHEST_CELL);
        let size = Size::full((top + height * map.rows.len() as f64 + 2.0).ceil());
        Self { size, left, top, cell: (width, height), turned, rows, columns }
    }

    /// Corner of a cell in pixels; neighbours share it.
    fn corner(&self, row: usize, column: usize) -> (i32, i32) {
        (
            pixels(self.left + self.cell.0 * column as f64),
            pixels(self.top + self.cell.1 * row as f64),
        )
    }

    /// Upper edge of the first row and middle of a row, in pixels.
    pub(super) fn row(&self, row: usize) -> (i32, i32) {
        (self.corner(0, 0).1, self.corner(row, 0).1 + pixels(self.cell.1 / 2.0))
    }

    /// Labels, cells and values.
    pub(super) fn draw(&self, root: &DrawingArea<Pen, Shift>, map: &HeatMap) -> Drawn<()> {
        let font = self.size.font;
        let half = (pixels(self.cell.0 / 2.0), pixels(self.cell.1 / 2.0));
        for (row, label) in self.rows.iter().enumerate() {
            let at = (pixels(self.left - 8.0), self.corner(row, 0).1 + half.1);
            frame::write(root, font, Paint::TickY, label, at, (HPos::Right, VPos::Center))?;
        }
        for (column, label) in self.columns.iter().enumerate() {
            let at = (self.corner(0, column).0 + half.0, pixels(self.top - 7.0));
            let tick = Paint::TickX { spare: false };
            if self.turned {
                let anchor = (HPos::Left, VPos::Center);
                frame::write_turned(root, font, tick, label, at, anchor, true)?;
            } else {
                frame::write(root, font, tick, label, at, (HPos::Center, VPos::Bottom))?;
            }
        }
        let cells = || {
            let in_row = |row: usize| map.values.get(row).map_or(&[][..], Vec::as_slice);
            (0..self.rows.len()).flat_map(move |row| {
                (0..self.columns.len()).map(move |column| {
                    (row, column, in_row(row).get(column).copied().filter(|v| v.is_finite()))
                })
            })
        };
        for (row, column, value) in cells() {
            let corners = [self.corner(row, column), self.corner(row + 1, column + 1)];
            let paint = Paint::Cell(value.map(bin));
            root.draw(&Rectangle::new(corners, paint.colour().filled()))?;
        }
        for dark in [false, true] {
            for (row, column, value) in cells() {
                let Some(value) = value.filter(|&value| is_dark(bin(value)) == dark) else {
                    continue;
                };
                let label = format::decimal(Some(value), map.places);
                if text::width(&label, font) + 4.0 > self.cell.0 || font > self.cell.1 {
                    continue;
                }
                let (x, y) = self.corner(row, column);
                let at = (x + half.0, y + half.1);
                let paint = Paint::CellValue { dark };
                frame::write(root, font, paint, &label, at, (HPos::Center, VPos::Center))?;
            }
        }
        Ok(())
    }
}

/// The colour class of a value: fifths, rounded.
fn bin(value: f64) -> i8 {
    (value.clamp(-1.0, 1.0) * 5.0).round() as i8
}

fn is_dark(bin: i8) -> bool {
    bin.abs() >= 4
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
            places: 2,
        });
        assert_well_formed(&svg);
        assert_eq!(svg.matches("<rect").count(), 4);
        assert_eq!(svg.matches("class=\"empty\"").count(), 2);
        let (light, dark) = svg.split_once("cell-value on-dark").unwrap();
        assert!(light.contains(">−0.25<") && dark.contains(">1.00<"));
    }
}
