//! What the charts with a vertical axis share: size, margins, grid, ticks and direct labels.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, DrawingArea, IntoDrawingArea, IntoFont,
    PathElement, Rectangle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, ShapeStyle, TextStyle};

use super::backend::{Canvas, Drawn, Pen, SCALE, certain, pixels};
use super::paint::Paint;
use super::scale::Scale;
use super::{Role, Words, labels, text};

/// Size of a chart in units of its view box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Font size; the style sheet sets the same for the class.
    pub font: f64,
    /// Class of the chart: `wide` or `small`.
    pub class: &'static str,
}

impl Size {
    /// The size of a chart `aspect` times as wide as high: 720 units from an aspect of 2, 360 below.
    pub(super) fn of(aspect: f64) -> Self {
        let aspect = if aspect.is_nan() { 2.6 } else { aspect.clamp(0.5, 8.0) };
        let wide = aspect >= 2.0;
        let width = if wide { 720.0 } else { 360.0 };
        Self { height: (width / aspect).round(), ..Self::wide_or_small(wide, width) }
    }

    /// A full-width drawing of a given height.
    pub(super) fn full(height: f64) -> Self {
        Self { height, ..Self::wide_or_small(true, 720.0) }
    }

    fn wide_or_small(wide: bool, width: f64) -> Self {
        let (font, class) = if wide { (12.5, "wide") } else { (11.5, "small") };
        Self { width, height: 0.0, font, class }
    }

    /// Height of a line of text.
    pub(super) fn line(&self) -> f64 {
        (self.font * 1.35).round()
    }

    /// Number of vertical ticks to aim at in a plot of some height.
    pub(super) fn y_ticks(height: f64) -> usize {
        if height >= 180.0 { 5 } else { 4 }
    }
}

/// Units between the edges of the drawing and the plot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margins {
    /// Left.
    pub left: f64,
    /// Top.
    pub top: f64,
    /// Right.
    pub right: f64,
    /// Bottom.
    pub bottom: f64,
}

type Plot<'c, 'n> = ChartContext<'c, Pen<'c, 'n>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// An area of the canvas with a plot in it.
pub(super) struct Frame<'c, 'n> {
    /// The whole drawing, in pixels of the canvas.
    pub root: DrawingArea<Pen<'c, 'n>, Shift>,
    /// The plot, in positions of the two axes.
    pub plot: Plot<'c, 'n>,
    size: Size,
    margins: Margins,
}

impl<'c, 'n> Frame<'c, 'n> {
    /// A plot with linear positions `x` and the vertical scale.
    pub(super) fn new(
        canvas: &'c mut Canvas<'n>,
        size: Size,
        margins: Margins,
        x: (f64, f64),
        y: &Scale,
    ) -> Drawn<Self> {
        let root = Pen(canvas).into_drawing_area();
        let plot = ChartBuilder::on(&root)
            .margin_left(pixels(margins.left))
            .margin_top(pixels(margins.top))
            .margin_right(pixels(margins.right))
            .margin_bottom(pixels(margins.bottom))
            .build_cartesian_2d(x.0..x.1, y.low..y.high)?;
        Ok(Self { root, plot, size, margins })
    }

    /// The size of the drawing.
    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// The plot's left, top, right and bottom edge in pixels.
    pub(super) fn edges(&self) -> [i32; 4] {
        let Size { width, height, .. } = self.size;
        let Margins { left, top, right, bottom } = self.margins;
        [left, top, width - right, height - bottom].map(pixels)
    }

    /// Where positions of the axes are on the canvas.
    pub(super) fn pixel(&self, x: f64, y: f64) -> (i32, i32) {
        self.plot.backend_coord(&(x, y))
    }

    /// Horizontal grid lines with their labels, and the axis label above the plot.
    pub(super) fn vertical_axis(&self, scale: &Scale, label: &str) -> Drawn<()> {
        let [left, top, right, _] = self.edges();
        let x = self.plot.plotting_area().get_x_range();
        let rows = scale.ticks.iter().map(|tick| self.pixel(x.start, tick.at).1);
        for y in rows.clone() {
            self.stroke(Paint::Grid, [(left, y), (right, y)])?;
        }
        let gap = pixels(6.0);
        for (tick, y) in scale.ticks.iter().zip(rows) {
            self.write(Paint::TickY, &tick.label, (left - gap, y), (HPos::Right, VPos::Center))?;
        }
        let above = (0, top - pixels(11.0));
        let room = self.size.width;
        let label = text::fitted(label, self.size.font, room);
        self.write(Paint::Label, &label, above, (HPos::Left, VPos::Bottom))
    }

    /// The plot's lower edge with tick marks and labels; every other label is marked as spare.
    pub(super) fn horizontal_axis(&self, ticks: &[(f64, &str)]) -> Drawn<()> {
        let [left, _, right, bottom] = self.edges();
        self.stroke(Paint::Axis, [(left, bottom), (right, bottom)])?;
        let y = self.plot.plotting_area().get_y_range();
        let column = |at: f64| self.pixel(at, y.start).0;
        for &(at, _) in ticks {
            self.stroke(Paint::Axis, [(column(at), bottom), (column(at), bottom + pixels(4.0))])?;
        }
        for spare in [false, true] {
            for &(at, label) in ticks.iter().skip(usize::from(spare)).step_by(2) {
                let below = (column(at), bottom + pixels(7.0));
                self.write(Paint::TickX { spare }, label, below, (HPos::Center, VPos::Top))?;
            }
        }
        Ok(())
    }

    /// The stronger line at a value, where the scale has it.
    pub(super) fn baseline(&self, scale: &Scale, value: Option<f64>) -> Drawn<()> {
        let [left, _, right, _] = self.edges();
        let x = self.plot.plotting_area().get_x_range();
        match value.and_then(|value| scale.inside(value)) {
            Some(at) => {
                let y = self.pixel(x.start, at).1;
                self.stroke(Paint::Baseline, [(left, y), (right, y)])
            }
            None => Ok(()),
        }
    }

    /// Direct labels right of the plot: (text, role, pixel of the line's end), spread vertically.
    pub(super) fn end_labels(&self, ends: &[(String, Role, (i32, i32))]) -> Drawn<()> {
        let [_, top, right, bottom] = self.edges();
        let wanted: Vec<f64> = ends.iter().map(|(_, _, (_, y))| f64::from(*y)).collect();
        let half = self.size.font * SCALE * 0.5;
        let bounds = (f64::from(top) - half, f64::from(bottom) + half * 0.4);
        let placed = labels::spread(&wanted, self.size.line() * SCALE, bounds);
        for ((_, role, (x, y)), &at) in ends.iter().zip(&placed) {
            let label = (right + pixels(LABEL_GAP - 3.0), at.round() as i32);
            let is_apart =
                (label.1 - y).abs() > pixels(3.0) || label.0 - x > pixels(2.0 * LABEL_GAP);
            if is_apart {
                self.stroke(Paint::Leader(*role), [(x + pixels(2.0), *y), label])?;
            }
        }
        for ((label, role, _), &at) in ends.iter().zip(&placed) {
            let at = (right + pixels(LABEL_GAP), at.round() as i32);
            self.write(Paint::End(*role), label, at, (HPos::Left, VPos::Center))?;
        }
        Ok(())
    }

    /// An open path through pixels of the canvas.
    pub(super) fn stroke<const N: usize>(
        &self,
        paint: Paint,
        points: [(i32, i32); N],
    ) -> Drawn<()> {
        self.root.draw(&PathElement::new(points.to_vec(), ShapeStyle::from(paint.colour())))
    }

    /// A filled rectangle between two corners on the canvas.
    pub(super) fn rectangle(&self, paint: Paint, from: (i32, i32), to: (i32, i32)) -> Drawn<()> {
        self.root.draw(&Rectangle::new([from, to], paint.colour().filled()))
    }

    /// A filled circle on the canvas, its radius in units.
    pub(super) fn circle(&self, paint: Paint, centre: (i32, i32), radius: f64) -> Drawn<()> {
        self.root.draw(&Circle::new(centre, pixels(radius), paint.colour().filled()))
    }

    /// A text anchored at a pixel of the canvas; nothing where it is empty.
    pub(super) fn write(
        &self,
        paint: Paint,
        words: &str,
        at: (i32, i32),
        anchor: (HPos, VPos),
    ) -> Drawn<()> {
        write(&self.root, self.size.font, paint, words, at, anchor)
    }
}

/// Units between the plot and the labels at its right.
const LABEL_GAP: f64 = 13.0;

/// Units that labels at the right take, and the labels cut to what room there may be.
pub(super) fn label_room(size: Size, labels: &mut [String]) -> f64 {
    let most = size.width * 0.34;
    let mut widest: f64 = 0.0;
    for label in labels.iter_mut() {
        // Labels are set in a stronger weight than the width table knows.
        *label = text::fitted(label, size.font * 1.06, most);
        widest = widest.max(text::width(label, size.font * 1.06));
    }
    if widest > 0.0 { (widest + LABEL_GAP + 2.0).ceil() } else { 14.0 }
}

/// Units that the labels of a vertical scale take.
pub(super) fn tick_room(size: Size, scale: &Scale) -> f64 {
    let widths = scale.ticks.iter().map(|tick| text::width(&tick.label, size.font));
    (widths.fold(0.0, f64::max) + 8.0).ceil()
}

/// Units above the plot: an axis label and half a tick label, or the latter alone.
pub(super) fn top_room(size: Size, label: &str) -> f64 {
    if label.is_empty() { size.font.ceil() } else { (size.line() + 13.0).ceil() }
}

/// A text on an area of the canvas.
pub(super) fn write(
    root: &DrawingArea<Pen, Shift>,
    font: f64,
    paint: Paint,
    words: &str,
    at: (i32, i32),
    (horizontal, vertical): (HPos, VPos),
) -> Drawn<()> {
    write_turned(root, font, paint, words, at, (horizontal, vertical), false)
}

/// A text on an area of the canvas, on request turned to read from bottom to top.
pub(super) fn write_turned(
    root: &DrawingArea<Pen, Shift>,
    font: f64,
    paint: Paint,
    words: &str,
    at: (i32, i32),
    (horizontal, vertical): (HPos, VPos),
    turned: bool,
) -> Drawn<()> {
    if words.is_empty() {
        return Ok(());
    }
    let transform = if turned { FontTransform::Rotate270 } else { FontTransform::None };
    let colour = paint.colour();
    let style = TextStyle::from(("sans-serif", font * SCALE).into_font().transform(transform))
        .color(&colour)
        .pos(Pos::new(horizontal, vertical));
    root.draw(&Text::new(words, at, style))
}

/// The chart of data that cannot be drawn: its words, and that there is nothing to see.
pub(super) fn no_data(words: &Words, size: Size, kind: &str) -> String {
    let size = Size { height: size.height.clamp(size.line(), 60.0), ..size };
    let mut canvas = Canvas::new(size.width, size.height, Vec::new());
    let root = Pen(&mut canvas).into_drawing_area();
    let centre = (pixels(size.width / 2.0), pixels(size.height / 2.0));
    let anchor = (HPos::Center, VPos::Center);
    certain(write(&root, size.font, Paint::NoData, "no data", centre, anchor));
    drop(root);
    canvas.document(words, format!("{} {kind}", size.class).trim_end(), &[])
}
