//! Vertical bars with values, intervals and reference lines.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, SCALE, certain, pixels};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::{self, Scale, is_shown};
use super::{Axis, BarChart, Role, labels, text};

/// Share of its slot that a bar fills.
const BAR_SHARE: f64 = 0.66;

/// Draws bars as one `<svg>` element.
///
/// Bars stand on the axis's baseline, or on zero. A value that the axis cannot show has a label
/// but no bar.
pub(crate) fn bar_chart(chart: &BarChart) -> String {
    let axis = Axis { baseline: Some(floor(&chart.axis)), ..chart.axis.clone() };
    let size = Size::of(chart.aspect);
    let top = frame::top_room(size, axis.label);
    let values = chart
        .values
        .iter()
        .copied()
        .chain(chart.intervals.iter().flatten().flatten().copied())
        .chain(chart.references.iter().map(|(value, _)| *value));
    let drawable = chart.values.iter().any(|&value| is_shown(value, axis.log));
    let target = Size::y_ticks(size.height - top - size.line());
    let Some(scale) = Scale::fit(&axis, values, target).filter(|_| drawable) else {
        return frame::no_data(&chart.words, size, "bars");
    };
    let left = frame::tick_room(size, &scale);
    let right = 6.0;
    let slot = (size.width - left - right) / chart.values.len() as f64;
    let names = Names::of(&chart.labels, size, slot);
    let margins = Margins { left, top, right, bottom: names.height + 10.0 };

    let size = Size { height: size.height.max(top + margins.bottom + 60.0), ..size };
    // Room for the values over the highest and under the lowest bar.
    let room = (size.line() + 2.0) / (size.height - top - margins.bottom);
    let is_negative = |&value: &f64| is_shown(value, axis.log) && value < floor(&axis);
    let below = if chart.values.iter().any(is_negative) { room } else { 0.0 };
    let scale = scale.widened(below, room);

    let mut canvas = Canvas::new(size.width, size.height, Vec::new());
    let span = (0.0, chart.values.len() as f64);
    let frame = certain(Frame::new(&mut canvas, size, margins, span, &scale));
    certain(Bars { frame, chart, scale: &scale, slot }.draw(&axis, &names));
    canvas.document(&chart.words, &format!("{} bars", size.class), &[])
}

fn floor(axis: &Axis) -> f64 {
    axis.baseline.unwrap_or(if axis.log { 1.0 } else { 0.0 })
}

/// Labels under the bars: on one or two lines, or turned where a slot is too narrow for both.
struct Names {
    lines: Vec<Vec<String>>,
    turned: bool,
    height: f64,
}

impl Names {
    fn of(labels: &[&str], size: Size, slot: f64) -> Self {
        let room = slot - 4.0;
        let fits = |text: &String| text::width(text, size.font) <= room;
        let lines: Vec<Vec<String>> =
            labels.iter().map(|label| text::wrapped(label, size.font, room)).collect();
        if lines.iter().flatten().all(fits) {
            let most = lines.iter().map(Vec::len).max().unwrap_or(0);
            return Self { lines, turned: false, height: most as f64 * size.line() };
        }
        let fitted: Vec<String> =
            labels.iter().map(|label| text::fitted(label, size.font, size.height * 0.45)).collect();
        let height = fitted.iter().map(|l| text::width(l, size.font)).fold(0.0, f64::max);
        // Turned labels need a line's height each; with less, only every so many are shown.
        let stride = (size.font * 1.1 / slot).ceil().max(1.0) as usize;
        let lines = fitted
            .into_iter()
            .enumerate()
            .map(|(at, label)| if at % stride == 0 { vec![label] } else { Vec::new() })
            .collect();
        Self { lines, turned: true, height }
    }
}

struct Bars<'f, 'c, 'n> {
    frame: Frame<'c, 'n>,
    chart: &'f BarChart<'f>,
    scale: &'f Scale,
    slot: f64,
}

impl Bars<'_, '_, '_> {
    fn draw(&self, axis: &Axis, names: &Names) -> Drawn<()> {
        self.frame.vertical_axis(self.scale, axis.label)?;
        self.bars(floor(axis))?;
        self.frame.baseline(self.scale, axis.baseline)?;
        self.whiskers()?;
        self.references()?;
        self.values(axis)?;
        self.names(names)
    }

    fn role(&self, at: usize) -> Role {
        self.chart.roles.get(at).copied().unwrap_or(Role::Main)
    }

    fn middle(&self, at: usize, y: f64) -> (i32, i32) {
        self.frame.pixel(at as f64 + 0.5, y)
    }

    fn bars(&self, floor: f64) -> Drawn<()> {
        let floor = self.scale.place(floor).unwrap_or(self.scale.low);
        let half = pixels(self.slot * BAR_SHARE / 2.0).max(1);
        for (at, &value) in self.chart.values.iter().enumerate() {
            let Some(top) = self.scale.place(value) else { continue };
            let (x, from) = self.middle(at, floor);
            let to = self.middle(at, top).1;
            let paint = Paint::Bar(self.role(at));
            self.frame.rectangle(paint, (x - half, from.min(to)), (x + half, from.max(to)))?;
        }
        Ok(())
    }

    /// The interval of a bar in positions of the scale, its ends in order.
    fn interval(&self, at: usize) -> Option<(f64, f64)> {
        let [a, b] = self.chart.intervals.get(at).copied().flatten()?;
        let (a, b) = (self.scale.place(a)?, self.scale.place(b)?);
        Some((a.min(b), a.max(b)))
    }

    fn whiskers(&self) -> Drawn<()> {
        let cap = pixels((self.slot * BAR_SHARE / 6.0).min(4.0));
        for at in 0..self.chart.values.len() {
            let Some((low, high)) = self.interval(at) else { continue };
            let (x, bottom) = self.middle(at, low);
            let top = self.middle(at, high).1;
            self.frame.stroke(Paint::Whisker, [(x, bottom), (x, top)])?;
            for y in [bottom, top] {
                self.frame.stroke(Paint::Whisker, [(x - cap, y), (x + cap, y)])?;
            }
        }
        Ok(())
    }

    /// Reference lines, their labels above them at the right end.
    fn references(&self) -> Drawn<()> {
        let [left, top, right, bottom] = self.frame.edges();
        let mut placed: Vec<(i32, &str)> = self
            .chart
            .references
            .iter()
            .filter_map(|&(value, label)| {
                self.scale.inside(value).map(|at| (self.frame.pixel(0.0, at).1, label))
            })
            .collect();
        placed.sort_by_key(|&(y, _)| y);
        for &(y, _) in &placed {
            self.frame.stroke(Paint::Reference, [(left, y), (right, y)])?;
        }
        // The upper half is labelled above its lines, the lower half below: two edges of a range
        // then read from outside.
        let above = placed.len().div_ceil(2);
        let wanted: Vec<f64> = placed
            .iter()
            .enumerate()
            .map(|(rank, &(y, _))| {
                let drop = if rank < above { -4.0 } else { self.frame.size().font };
                f64::from(y + pixels(drop))
            })
            .collect();
        let gap = self.frame.size().line() * SCALE;
        let spread = labels::spread(&wanted, gap, (f64::from(top), f64::from(bottom)));
        for ((_, label), y) in placed.iter().zip(spread) {
            let at = (right, y.round() as i32);
            self.frame.write(Paint::ReferenceLabel, label, at, (HPos::Right, VPos::Bottom))?;
        }
        Ok(())
    }

    /// Values over bars and their whiskers (under, where negative), if all have room.
    fn values(&self, axis: &Axis) -> Drawn<()> {
        let font = self.frame.size().font;
        let texts: Vec<String> =
            self.chart.values.iter().map(|&value| scale::reading(value, axis.unit)).collect();
        if texts.iter().any(|text| text::width(text, font) > self.slot) {
            return Ok(());
        }
        let floor = floor(axis);
        for (at, (&value, text)) in self.chart.values.iter().zip(&texts).enumerate() {
            let end = self.scale.place(value).or(self.scale.place(floor)).unwrap_or(self.scale.low);
            let (low, high) = self.interval(at).unwrap_or((end, end));
            let (end, gap, anchor) = if value < floor {
                (low.min(end), pixels(4.0), VPos::Top)
            } else {
                (high.max(end), -pixels(4.0), VPos::Bottom)
            };
            let (x, y) = self.middle(at, end);
            self.frame.write(Paint::Value, text, (x, y + gap), (HPos::Center, anchor))?;
        }
        Ok(())
    }

    fn names(&self, names: &Names) -> Drawn<()> {
        let Size { font, .. } = self.frame.size();
        let [_, _, _, bottom] = self.frame.edges();
        let line = pixels(self.frame.size().line());
        let tick = Paint::TickX { spare: false };
        for (at, lines) in names.lines.iter().enumerate().take(self.chart.values.len()) {
            let x = self.middle(at, self.scale.low).0;
            for (number, words) in lines.iter().enumerate() {
                let below = (x, bottom + pixels(6.0) + line * number as i32);
                if names.turned {
                    let anchor = (HPos::Right, VPos::Center);
                    let root = &self.frame.root;
                    frame::write_turned(root, font, tick, words, below, anchor, true)?;
                } else {
                    self.frame.write(tick, words, below, (HPos::Center, VPos::Top))?;
                }
            }
        }
        Ok(())
    }
}
