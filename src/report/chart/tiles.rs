//! Series over days as rows of coloured cells.

use super::backend::units;
use super::colour_key::{self, ColourKey};
use super::frame::{self, Frame, Plot, widest};
use super::gutters::{Gutters, letters};
use super::heat::{bin, labels};
use super::paint::Paint;
use super::{Size, TileChart, calendar, time};
use crate::base::units::format;

/// Height of a row in pixels, with few rows and with many.
const ROW: [f64; 2] = [22.0, 17.0];

/// Rows beyond which they are set closer.
const FEW_ROWS: usize = 12;

/// Draws series over days as one `<svg>` element: a row each, cells coloured by value, the states as
/// a ribbon under them, a key of the colours above. The days stand where those of the time charts
/// do.
///
/// A value that is not finite is an empty cell; values beyond the strongest take its colour. Equal
/// colours side by side are one cell.
pub(crate) fn tile_chart(chart: &TileChart) -> String {
    let any = chart.values.iter().flatten().any(|value| value.is_finite());
    let (Some(&first), true) = (chart.days.first(), any && chart.strongest > 0.0) else {
        return frame::no_data(&chart.words, "tiles");
    };
    let [low, high] =
        [-chart.strongest, chart.strongest].map(|value| format::difference(Some(value), 1));
    let key = ColourKey { label: chart.label, bins: (-5, 5), low: &low, high: &high };
    let needed = letters(widest(&chart.rows) + 10.0, 10);
    let gutters = Gutters {
        left: needed.max(time::SIDES.0),
        right: time::SIDES.1,
        top: colour_key::LETTERS,
        bottom: 2,
        ..Gutters::default()
    };
    let row = ROW[usize::from(chart.rows.len() > FEW_ROWS)];
    let days = chart.span.unwrap_or((first, chart.last.max(first)));
    let span = calendar::span(days);
    let plot = Plot::rows(row * chart.rows.len().max(1) as f64, gutters).of_days(span);
    let frame = Frame::over_days(plot, gutters, span);

    // Cells in the order of their colours, so that each colour is one path.
    let mut cells = runs(chart);
    cells.sort_unstable();
    let numbers = calendar::numbers(&[chart.days, &[chart.last]].concat());
    let edges: Vec<i32> =
        numbers.into_iter().map(|number| frame.column(number.clamp(span.0, span.1))).collect();
    for (colour, number, start, end) in cells {
        let top = row * number as f64;
        let (from, to) = ((edges[start], units(top)), (edges[end], units(top + row - 1.0)));
        frame.rectangle(Paint::Field(colour), from, to);
    }
    key.write(&frame);
    labels(&frame, &chart.rows, |number| units(row * (number as f64 + 0.5)));
    time::axis(&frame, &calendar::ticks(days, Size::Wide), chart.bands, span);
    frame.readable(&chart.words, "time tiles", &calendar::attributes(days))
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
            span: None,
            label: "Loading",
            bands: &[Band { from: days[1], to: days[3], state: 1 }],
        };
        let svg = tile_chart(&chart);
        assert_well_formed(&svg);
        let tiles = |class: &str| -> usize {
            let opening = format!("<path class=\"cell {class}\"");
            let paths = svg.split(&opening).skip(1).filter_map(|path| path.split("/>").next());
            paths.map(|path| path.matches('M').count()).sum()
        };
        assert_eq!((tiles("h5"), tiles("h-5"), tiles("h0"), tiles("h2")), (1, 1, 1, 1));
        assert_eq!(svg.matches("<rect").count(), 11, "the key");
        assert!(svg.contains("class=\"chart time tiles") && svg.contains(">+0.6<"));
        let empty = TileChart { strongest: f64::NAN, ..chart };
        assert!(tile_chart(&empty).contains("no data"));
    }
}
