//! A matrix as coloured cells.

use super::backend::units;
use super::frame::{self, Anchor, Frame, MIDDLE, Plot, widest};
use super::gutters::{COLUMN, Gutters, letters};
use super::paint::Paint;
use super::slots::{Names, Side};
use super::{HeatMap, text};
use crate::base::units::format;

/// Cells are no wider than this, in pixels, so that a small matrix stays readable as one; the style
/// sheet has the same for the classes `m1` to `m9`.
const WIDEST_CELL: f64 = 84.0;

/// Columns for which the style sheet bounds the width.
const FEW: usize = 9;

/// Cells are as high as wide up to this, and at least so high.
const HEIGHT: (f64, f64) = (18.0, 28.0);

/// Widest label of a row in pixels, on a wide screen and on a phone.
const ROW_LABEL: (f64, f64) = (180.0, 104.0);

/// Decimals written in a cell.
const PLACES: usize = 2;

/// The cells of a map on their drawing.
pub(super) struct Grid {
    pub frame: Frame,
    names: Names,
    rows: usize,
    columns: usize,
}

/// Draws a matrix of values in `[-1, 1]` as one `<svg>` element.
///
/// A value that is not finite is an empty cell; values outside the range take the last colour.
/// A cell costs about 20 bytes, and 90 with its value.
pub(crate) fn heat_map(map: &HeatMap) -> String {
    if !is_drawable(map) {
        return frame::no_data(&map.words, "heat");
    }
    Grid::of(map, 0).document(map)
}

/// Whether a map has a cell to draw.
pub(super) fn is_drawable(map: &HeatMap) -> bool {
    let any = map.values.iter().flatten().any(|value| value.is_finite());
    any && !map.rows.is_empty() && !map.columns.is_empty()
}

impl Grid {
    /// The cells of a map, so many letters kept free at the left of its labels on a wide screen.
    pub(super) fn of(map: &HeatMap, before: u8) -> Self {
        let (rows, columns) = (map.rows.len(), map.columns.len());
        let label = widest(&map.rows) + 10.0;
        let wide = letters(label.min(ROW_LABEL.0), Gutters::MOST[0] - before);
        let narrow = letters(label.min(ROW_LABEL.1), Gutters::MOST[0]);
        let sides = Gutters {
            left: wide + before,
            phone_left: Some(narrow),
            right: u8::from(columns > FEW),
            bottom: 1,
            ..Gutters::default()
        };
        let width = (sides.plot(COLUMN)).min(WIDEST_CELL * columns as f64);
        let cell = width / columns as f64;
        let phone = sides.phone_plot().min(WIDEST_CELL * columns as f64) / columns as f64;
        let names = Names::of(&map.columns, (cell, phone));
        let (top, phone_top) = names.depth();
        let gutters = Gutters { top, phone_top: Some(phone_top), ..sides };
        let height = cell.clamp(HEIGHT.0, HEIGHT.1).round() * rows as f64;
        let plot = Plot { width, across: units(width), ..Plot::rows(height, gutters) };
        Self { frame: Frame::plain(plot, gutters), names, rows, columns }
    }

    /// Corner of a cell in units; neighbours share it.
    fn corner(&self, row: usize, column: usize) -> (i32, i32) {
        let share = |at: usize, of: usize, side: i32| {
            (at as f64 / of as f64 * f64::from(side)).round() as i32
        };
        let (right, bottom) = self.frame.edges;
        (share(column, self.columns, right), share(row, self.rows, bottom))
    }

    /// Middle of a row, in units.
    pub(super) fn row(&self, row: usize) -> i32 {
        (self.corner(row, 0).1 + self.corner(row + 1, 0).1) / 2
    }

    fn column(&self, column: usize) -> i32 {
        (self.corner(0, column).0 + self.corner(0, column + 1).0) / 2
    }

    /// The whole `<svg>` element: what is drawn already, labels, cells and values.
    pub(super) fn document(self, map: &HeatMap) -> String {
        let Self { frame, names, rows, columns } = &self;
        labels(frame, &map.rows, |row| self.row(row));
        names.write(frame, Side::Above, |column| self.column(column));
        let cells = || {
            (0..*rows).flat_map(move |row| {
                let value = move |column: usize| map.values.get(row)?.get(column).copied();
                (0..*columns).filter_map(move |column| {
                    value(column).filter(|v| v.is_finite()).map(|value| (row, column, value))
                })
            })
        };
        // A colour at a time, so that all its cells are one path.
        for colour in -5..=5 {
            for (row, column, _) in cells().filter(|(.., value)| bin(*value) == colour) {
                let (from, to) = (self.corner(row, column), self.corner(row + 1, column + 1));
                frame.rectangle(Paint::Field(colour), from, to);
            }
        }
        let cell = frame.plot.width / *columns as f64;
        let phone = frame.gutters.phone_plot() / *columns as f64;
        for (row, column, value) in cells() {
            let label = format::decimal(Some(value), PLACES);
            let width = text::width(&label) + 4.0;
            if width > cell {
                continue;
            }
            // Light text where the cell's colour is strong.
            let strong = if bin(value).abs() >= 4 { " strong" } else { "" };
            let spare = if width > phone { " spare" } else { "" };
            let at = (self.column(column), self.row(row));
            frame.write(&format!("in{strong}{spare}"), &label, at, (0.0, MIDDLE), Anchor::Start);
        }
        let kind = if *columns > FEW { "heat".to_owned() } else { format!("heat m{columns}") };
        self.frame.document(&map.words, &kind)
    }
}

/// Labels of rows at the left, cut to their gutter; cut shorter for a phone where that is narrower.
pub(super) fn labels(frame: &Frame, rows: &[&str], middle: impl Fn(usize) -> i32) {
    let write = |class: &str, words: &str, row: usize| {
        frame.write(class, words, (0, middle(row)), (-8.0, MIDDLE), Anchor::Start);
    };
    for (row, label) in rows.iter().enumerate() {
        let wide = text::fitted(label, ROW_LABEL.0);
        let narrow = text::fitted(label, ROW_LABEL.1 - 10.0);
        if wide == narrow {
            write("y", &wide, row);
        } else {
            write("y broad", &wide, row);
            write("y narrow", &narrow, row);
        }
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
        assert_eq!(svg.matches("<path class=\"cell").count(), 2, "two cells are empty");
        assert!(svg.contains("<text class=\"in\" ") && svg.contains(">−0.25<"));
        assert!(svg.contains("<text class=\"in strong\" ") && svg.contains(">1.00<"));
    }
}
