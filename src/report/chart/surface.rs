//! Values over time and a positive quantity as coloured cells, with a path through them.

use plotters::series::LineSeries;
use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, certain, pixels};
use super::calendar::{self, DayTick};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::path_data::tenths_text;
use super::scale::{Scale, Tick, is_shown};
use super::{Role, Surface, path, text};
use crate::base::units::{Day, format, math};

/// Colours on either side of zero.
const BINS: f64 = 5.0;

/// Width and height of an entry of the colour key, in units.
const KEY: (f64, f64) = (17.0, 9.0);

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
    let size = Size::of(surface.aspect);
    let Some(ground) = Ground::of(surface) else {
        return frame::no_data(&surface.words, size, "surface");
    };
    let top = frame::top_room(size, surface.y_label);
    let bottom = size.line() + 8.0;
    let scale = ground.scale();
    let mut labels = vec![surface.path_label.to_owned()];
    let right = frame::label_room(size, &mut labels);
    let margins = Margins { left: frame::tick_room(size, &scale), top, right, bottom };
    let span = (ground.xs[0], ground.xs[ground.xs.len() - 1]);
    let slots = ((size.width - margins.left - right) / (size.font * 3.9)) as usize;
    let last = surface.days.last().copied().unwrap_or(surface.first);
    let ticks = calendar::ticks(surface.first, last.max(surface.first), slots.max(2));

    let mut canvas = Canvas::new(size.width, size.height, vec![surface.path_label]);
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    let edges = frame.edges();
    certain(ground.draw(frame, surface, &scale, &ticks, &labels[0]));
    let data = [
        ("data-x0", surface.first.to_string()),
        ("data-x1", last.to_string()),
        ("data-plot", edges.map(tenths_text).join(" ")),
    ];
    canvas.document(&surface.words, &format!("{} time surface", size.class), &data)
}

/// The cells: their edges on both axes and their colours.
struct Ground {
    /// One more than periods.
    xs: Vec<f64>,
    /// Minus common logarithms of the quantity, one more than levels.
    ys: Vec<f64>,
    /// Largest magnitude.
    bound: f64,
    blocks: Vec<Block>,
}

impl Ground {
    fn of(surface: &Surface) -> Option<Self> {
        let levels: Vec<f64> = surface
            .levels
            .iter()
            .map_while(|&level| is_shown(level, true).then(|| -math::log10(level)))
            .collect();
        let periods = surface.days.len().min(surface.values.len());
        let xs: Vec<f64> = std::iter::once(surface.first)
            .chain(surface.days[..periods].iter().copied())
            .map(calendar::number)
            .collect();
        let rises = |values: &[f64]| values.windows(2).all(|pair| pair[0] < pair[1]);
        let is_drawable = periods > 0 && !levels.is_empty() && rises(&xs) && rises(&levels);
        let value = |period: usize, level: usize| {
            let value = surface.values[period].get(level).copied();
            value.filter(|&value| is_shown(value, false))
        };
        let bound = (0..periods)
            .flat_map(|period| (0..levels.len()).filter_map(move |level| value(period, level)))
            .fold(f64::NEG_INFINITY, |most, value| most.max(value.abs()));
        if !is_drawable || bound == f64::NEG_INFINITY {
            return None;
        }
        let bin = |period, level| value(period, level).map(|value| bin(value, bound));
        let blocks = blocks(periods, levels.len(), bin);
        Some(Self { xs, ys: edges(&levels), bound, blocks })
    }

    /// The vertical scale with powers of ten.
    fn scale(&self) -> Scale {
        let (low, high) = (self.ys[0], self.ys[self.ys.len() - 1]);
        let ticks =
            path::ticks((low, high), 4).into_iter().map(|(at, label)| Tick { at, label }).collect();
        Scale { log: false, low, high, ticks }
    }

    fn draw(
        &self,
        mut frame: Frame,
        surface: &Surface,
        scale: &Scale,
        ticks: &[DayTick],
        label: &str,
    ) -> Drawn<()> {
        for bin in -5..=5 {
            for block in self.blocks.iter().filter(|block| block.bin == bin) {
                let (from, to) = (block.periods, block.levels);
                let left_top = frame.pixel(self.xs[from.0], self.ys[to.1]);
                let right_bottom = frame.pixel(self.xs[from.1], self.ys[to.0]);
                frame.rectangle(Paint::Field(bin), left_top, right_bottom)?;
            }
        }
        frame.vertical_axis(scale, surface.y_label)?;
        let columns: Vec<(f64, &str)> =
            ticks.iter().map(|t| (calendar::number(t.day), t.label.as_str())).collect();
        frame.horizontal_axis(&columns)?;
        self.key(&frame, surface.key_label)?;
        let stairs = stairs(surface.path.0, surface.path.1, scale);
        for paint in [Paint::Halo, Paint::Line { role: Role::Main, dashed: false, series: 0 }] {
            let points = stairs.iter().copied();
            frame.plot.draw_series(LineSeries::new(points, paint.colour()))?;
        }
        let end = stairs.last().filter(|_| !label.is_empty());
        let ends: Vec<_> = end
            .map(|&(x, y)| (label.to_owned(), Role::Main, frame.pixel(x, y)))
            .into_iter()
            .collect();
        frame.end_labels(&ends)
    }

    /// The colours that occur, from the lowest, with the values of their middles, at the right
    /// above the plot.
    fn key(&self, frame: &Frame, label: &str) -> Drawn<()> {
        let bins = || self.blocks.iter().map(|block| block.bin);
        let (Some(low), Some(high)) = (bins().min(), bins().max()) else { return Ok(()) };
        let (low, high) = (low.min(0), high.max(0));
        let [_, top, right, _] = frame.edges();
        let font = frame.size().font;
        let reading = |bin: i8| {
            let value = self.bound * f64::from(bin) / BINS;
            let places = if self.bound >= 10.0 { 0 } else { 1 };
            format::decimal(Some(value), places)
        };
        let (first, last) = (reading(low), format!("{} {label}", reading(high)));
        let y = top - pixels(11.0 + KEY.1);
        let end = right - pixels(text::width(&last, font) + 2.0);
        let start = end - pixels(5.0 + KEY.0 * f64::from(high - low + 1));
        let middle = y + pixels(KEY.1 / 2.0);
        frame.write(Paint::Label, &last, (end, middle), (HPos::Left, VPos::Center))?;
        let before = (start - pixels(5.0), middle);
        frame.write(Paint::Label, &first, before, (HPos::Right, VPos::Center))?;
        for (at, bin) in (low..=high).enumerate() {
            let x = start + pixels(KEY.0 * at as f64);
            let corner = (x + pixels(KEY.0), y + pixels(KEY.1));
            frame.rectangle(Paint::Field(bin), (x, y), corner)?;
        }
        Ok(())
    }
}

/// The colour of a value.
fn bin(value: f64, bound: f64) -> i8 {
    if bound > 0.0 { (value / bound * BINS).round() as i8 } else { 0 }
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
        let mut from = 0;
        while from < periods {
            let colour = bin(from, level);
            let to = (from..periods).find(|&p| bin(p, level) != colour).unwrap_or(periods);
            if let Some(colour) = colour {
                let run = Block { bin: colour, periods: (from, to), levels: (level, level + 1) };
                let above = |block: &&mut Block| {
                    (block.bin, block.periods, block.levels.1) == (run.bin, run.periods, level)
                };
                match blocks.iter_mut().rev().find(above) {
                    Some(block) => block.levels.1 = level + 1,
                    None => blocks.push(run),
                }
            }
            from = to;
        }
    }
    blocks
}

/// The path as corners: each level held until it changes.
fn stairs(days: &[Day], levels: &[f64], scale: &Scale) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    let mut end = None;
    for (day, &level) in days.iter().zip(levels) {
        if !is_shown(level, true) {
            continue;
        }
        let (x, y) = (calendar::number(*day), (-math::log10(level)).clamp(scale.low, scale.high));
        match corners.last() {
            Some(&(_, held)) if held == y => {}
            Some(&(_, held)) => corners.extend([(x, held), (x, y)]),
            None => corners.push((x, y)),
        }
        end = Some((x, y));
    }
    corners.extend(end);
    corners
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::super::Words;
    use super::super::well_formed::assert_well_formed;
    use super::*;

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
            aspect: 2.4,
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
            assert!(svg.contains(&format!("<path class=\"{class}\"")), "{class}");
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
        assert!(flat.contains("<path class=\"h0\""));
    }
}
