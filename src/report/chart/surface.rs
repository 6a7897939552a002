//! Values over time and a positive quantity as coloured cells, with a path through them.

use super::colour_key::{self, ColourKey};
use super::frame::{self, Frame, Plot};
use super::gutters::Gutters;
use super::paint::Paint;
use super::scale::{Scale, is_shown};
use super::{Line, Role, Size, Surface, calendar, line, path, time};
use crate::base::units::format;

/// Colours on either side of zero.
const BINS: f64 = 5.0;

/// A rectangle of cells of one colour: half-open ranges of periods and of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    bin: i8,
    periods: (usize, usize),
    levels: (usize, usize),
}

/// Draws a surface as one `<svg>` element.
///
/// Colours are equal steps of the value, as many as there are between zero and the largest
/// magnitude on either side. Cells that are not finite stay empty.
pub(crate) fn surface(surface: &Surface) -> String {
    let Some((xs, ys, bound, blocks)) = ground(surface) else {
        return frame::no_data(&surface.words, "surface");
    };
    let (low, high) = (ys[0], ys[ys.len() - 1]);
    let ticks = path::ticks((low, high), 4);
    let scale = Scale { low, high, ticks, ..Scale::default() };
    let gutters = Gutters {
        left: frame::left(&scale).max(time::SIDES.0),
        right: time::SIDES.1,
        top: colour_key::LETTERS,
        bottom: 2,
        ..Gutters::default()
    };
    let days = (surface.first, surface.days.last().copied().unwrap_or(surface.first));
    let span = (xs[0], xs[xs.len() - 1]);
    let plot = Plot::of(surface.size, gutters).of_days(span);
    let frame = Frame::new(plot, gutters, span, scale, &[surface.path_label]);

    for bin in -5..=5 {
        for Block { periods, levels, .. } in blocks.iter().filter(|block| block.bin == bin) {
            let left_top = frame.unit(xs[periods.0], ys[levels.1]);
            let right_bottom = frame.unit(xs[periods.1], ys[levels.0]);
            frame.rectangle(Paint::Field(bin), left_top, right_bottom);
        }
    }
    frame.vertical_axis();
    frame.horizontal_axis(&calendar::ticks(days, Size::Wide));
    let bins = blocks.iter().map(|block| block.bin);
    let bins = bins.fold((0, 0), |(low, high), bin| (low.min(bin), high.max(bin)));
    key(&frame, bins, bound, surface);
    // The path as a stepped line over the levels that have a place.
    let levels = path::falling(surface.path.1);
    let held = calendar::numbers(surface.path.0).into_iter().zip(levels);
    let (days_held, values): (Vec<f64>, Vec<f64>) =
        held.filter(|(_, level)| !level.is_nan()).unzip();
    let line = Line { step: true, ..Line::new(surface.path_label, Role::Main, &values) };
    let runs = line::runs(&frame, &line, &days_held, usize::MAX);
    for run in &runs {
        frame.trace(Paint::Group("halo"), run);
    }
    line::stroke(&frame, &line, line::Style::Plain, 0, &runs);
    let end = line::end(&frame, surface.path_label, &line, &runs, false);
    frame.end_labels(&end.into_iter().collect::<Vec<_>>());
    frame.readable(&surface.words, "time surface", &calendar::attributes(days))
}

/// Edges of the cells in days, one more than periods, and in minus common logarithms of the
/// quantity, one more than levels; the largest magnitude; the cells.
type Ground = (Vec<f64>, Vec<f64>, f64, Vec<Block>);

fn ground(surface: &Surface) -> Option<Ground> {
    let levels = path::falling(surface.levels);
    let levels: Vec<f64> = levels.into_iter().take_while(|level| level.is_finite()).collect();
    let periods = surface.days.len().min(surface.values.len());
    let xs = calendar::numbers(&[&[surface.first], &surface.days[..periods]].concat());
    let rises = |values: &[f64]| values.windows(2).all(|pair| pair[0] < pair[1]);
    if periods == 0 || levels.is_empty() || !rises(&xs) || !rises(&levels) {
        return None;
    }
    let value = |period: usize, level: usize| {
        let value = surface.values[period].get(level).copied();
        value.filter(|&value| is_shown(value, false))
    };
    let magnitudes = (0..periods)
        .flat_map(|period| (0..levels.len()).filter_map(move |level| value(period, level)))
        .map(f64::abs);
    let bound = magnitudes.reduce(f64::max)?;
    // Without a magnitude all are in the middle.
    let bin = |value: f64| (value / bound.max(f64::MIN_POSITIVE) * BINS).round() as i8;
    let blocks = blocks(periods, levels.len(), |period, level| value(period, level).map(bin));
    Some((xs, edges(&levels), bound, blocks))
}

/// The colours that occur, from the lowest, with the values of their middles, under what the
/// vertical axis and the colours show.
fn key(frame: &Frame, (low, high): (i8, i8), bound: f64, surface: &Surface) {
    let reading = |bin: i8| {
        let value = bound * f64::from(bin) / BINS;
        format::decimal(Some(value), if bound >= 10.0 { 0 } else { 1 })
    };
    let end = format!("{} {}", reading(high), surface.key_label);
    let low_end = reading(low);
    let key = ColourKey { label: surface.y_label, bins: (low, high), low: &low_end, high: &end };
    key.write(frame);
}

/// Edges of cells about their levels: half-way to the neighbours.
fn edges(levels: &[f64]) -> Vec<f64> {
    let step = |pair: &[f64]| (pair[1] - pair[0]) / 2.0;
    let first = levels.windows(2).next().map_or(0.5, step);
    let last = levels.windows(2).next_back().map_or(0.5, step);
    let mut edges = vec![levels[0] - first];
    edges.extend(levels.windows(2).map(|pair| pair[0] + step(pair)));
    edges.push(levels[levels.len() - 1] + last);
    edges
}

/// Cells of one colour in as few rectangles as runs along time, joined where the next level has
/// the same run, give.
fn blocks(periods: usize, levels: usize, bin: impl Fn(usize, usize) -> Option<i8>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for level in 0..levels {
        let row: Vec<_> = (0..periods).map(|period| bin(period, level)).collect();
        let mut to = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let from = to;
            to += run.len();
            let Some(bin) = run[0] else { continue };
            let run = Block { bin, periods: (from, to), levels: (level, level + 1) };
            let above = |block: &&mut Block| {
                (block.bin, block.periods, block.levels.1) == (run.bin, run.periods, level)
            };
            match blocks.iter_mut().rev().find(above) {
                Some(block) => block.levels.1 = level + 1,
                None => blocks.push(run),
            }
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::super::Words;
    use super::super::well_formed::assert_well_formed;
    use super::*;
    use crate::base::units::{Day, math};

    fn drawn(periods: usize, values: &[Vec<f64>], levels: &[f64], used: &[f64]) -> String {
        let first = date(2002, 1, 1);
        let days: Vec<Day> = (1..=periods).map(|t| first + (t as i64 * 91).days()).collect();
        let path: Vec<Day> = (0..used.len()).map(|t| first + (t as i64 * 21).days()).collect();
        surface(&Surface {
            words: Words { id: "s", title: "T", description: "D" },
            first,
            days: &days,
            levels,
            values,
            path: (&path, used),
            path_label: "in use",
            y_label: "Penalty",
            key_label: "points",
            size: Size::Wide,
        })
    }

    #[test]
    fn cells_of_one_colour_share_a_path_and_gains_and_losses_differ() {
        let levels: Vec<f64> = (0..30).map(|i| math::pow(10.0, -f64::from(i) / 5.0)).collect();
        let values: Vec<Vec<f64>> = (0..96)
            .map(|t| (0..30).map(|i| f64::from(t) * (f64::from(i) - 10.0)).collect())
            .collect();
        let used: Vec<f64> = (0..400).map(|t| levels[(t / 40) % 30]).collect();
        let svg = drawn(96, &values, &levels, &used);
        assert_well_formed(&svg);
        assert!(svg.len() < 20_000, "{} bytes", svg.len());
        assert!(svg.matches("<path").count() < 40);
        for class in ["h5", "h0", "h-1"] {
            assert!(svg.contains(&format!("<path class=\"cell {class}\"")), "{class}");
        }
        assert!(svg.contains("class=\"halo\"") && svg.contains("data-label=\"in use\""));
    }

    #[test]
    fn rectangles_cover_each_cell_once_with_its_colour() {
        let colour = |period: usize, level: usize| {
            let value = (period / 3 + level / 2) % 4;
            (value < 3).then_some(value as i8)
        };
        let found = blocks(17, 9, colour);
        for period in 0..17 {
            for level in 0..9 {
                let covering: Vec<i8> = found
                    .iter()
                    .filter(|b| (b.periods.0..b.periods.1).contains(&period))
                    .filter(|b| (b.levels.0..b.levels.1).contains(&level))
                    .map(|b| b.bin)
                    .collect();
                assert_eq!(covering, colour(period, level).into_iter().collect::<Vec<_>>());
            }
        }
        assert!(found.len() < 17 * 9 / 3);
    }

    #[test]
    fn nothing_and_all_zero_have_their_drawing() {
        assert!(drawn(0, &[], &[1.0], &[]).contains("no data"));
        assert!(drawn(2, &[vec![f64::NAN], vec![]], &[1.0], &[1.0]).contains("no data"));
        assert!(drawn(1, &[vec![1.0]], &[0.0], &[]).contains("no data"));
        let flat = drawn(2, &[vec![0.0], vec![0.0]], &[1.0], &[f64::NAN, 1.0]);
        assert_well_formed(&flat);
        assert!(flat.contains("<path class=\"cell h0\""));
    }
}
