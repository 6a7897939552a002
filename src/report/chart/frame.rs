//! What the charts share: size, margins, the plot with its axes, and direct labels.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, IntoDrawingArea, IntoFont, PathElement,
    Polygon, Rectangle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, TextStyle};

use super::backend::{Pen, SCALE, pixels};
use super::paint::Paint;
use super::scale::{Scale, Tick};
use super::{Role, Words, labels, text};

/// A direct label: its text, whose it is, and the pixel at which its line ends.
pub(super) type End = (String, Role, (i32, i32));

/// Size of a chart in units, each ten pixels of its view box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub width: f64,
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
        if aspect >= 2.0 {
            return Self::full((720.0 / aspect).round());
        }
        Self { width: 360.0, height: (360.0 / aspect).round(), font: 11.5, class: "small" }
    }

    /// A full-width drawing of a given height.
    pub(super) fn full(height: f64) -> Self {
        Self { width: 720.0, height, font: 12.5, class: "wide" }
    }

    /// Height of a line of text.
    pub(super) fn line(&self) -> f64 {
        (self.font * 1.35).round()
    }

    /// Units that a horizontal axis with labels takes.
    pub(super) fn axis(&self) -> f64 {
        self.line() + 8.0
    }

    /// Units above a plot: an axis label and half a tick label, or the latter alone.
    pub(super) fn top(&self, label: &str) -> f64 {
        if label.is_empty() { self.font.ceil() } else { (self.line() + 13.0).ceil() }
    }

    /// Number of vertical ticks to aim at in a plot with that label above and that room below.
    pub(super) fn y_ticks(&self, label: &str, bottom: f64) -> usize {
        if self.height - self.top(label) - bottom >= 180.0 { 5 } else { 4 }
    }

    /// The widest of some texts, in units.
    pub(super) fn widest<S: AsRef<str>>(&self, texts: impl IntoIterator<Item = S>) -> f64 {
        let widths = texts.into_iter().map(|words| text::width(words.as_ref(), self.font));
        widths.fold(0.0, f64::max)
    }

    /// Units that the labels of a vertical scale take.
    pub(super) fn ticks(&self, scale: &Scale) -> f64 {
        (self.widest(scale.ticks.iter().map(|(_, label)| label)) + 8.0).ceil()
    }

    /// Labels at the right of the plot, cut to what room there may be, and the units they take.
    pub(super) fn labels<'l>(&self, of: impl Iterator<Item = &'l str>) -> (Vec<String>, f64) {
        // Labels are set in a stronger weight than the width table knows.
        let strong = Self { font: self.font * 1.06, ..*self };
        let labels: Vec<String> =
            of.map(|label| text::fitted(label, strong.font, self.width * 0.34)).collect();
        let widest = strong.widest(&labels);
        (labels, if widest > 0.0 { (widest + LABEL_GAP + 2.0).ceil() } else { 14.0 })
    }
}

/// Units between the edges of the drawing and the plot.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Margins {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Margins {
    /// Margins that hold the labels of a vertical scale and of its axis.
    pub(super) fn about(size: Size, scale: &Scale, right: f64, bottom: f64) -> Self {
        Self { left: size.ticks(scale), top: size.top(&scale.label), right, bottom }
    }

    /// How many labels the horizontal axis has room for, each so many times as wide as high.
    pub(super) fn slots(&self, size: Size, label: f64) -> usize {
        (((size.width - self.left - self.right) / (size.font * label)) as usize).max(2)
    }
}

/// A drawing with a plot in it.
pub(super) struct Frame {
    pub size: Size,
    pub scale: Scale,
    /// The plot's left, top, right and bottom edge in pixels.
    pub edges: [i32; 4],
    pen: Pen,
    root: DrawingArea<Pen, Shift>,
    plot: ChartContext<'static, Pen, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
    start: f64,
}

impl Frame {
    /// A plot with linear positions `x` and the vertical scale; `names` are those of the lines.
    pub(super) fn new(
        size: Size,
        margins: Margins,
        x: (f64, f64),
        scale: Scale,
        names: &[&str],
    ) -> Self {
        let pen = Pen::new(size.width, size.height, names);
        let root = pen.clone().into_drawing_area();
        let Margins { left, top, right, bottom } = margins;
        let plot = certain(
            ChartBuilder::on(&root)
                .margin_left(pixels(left))
                .margin_top(pixels(top))
                .margin_right(pixels(right))
                .margin_bottom(pixels(bottom))
                .build_cartesian_2d(x.0..x.1, scale.low..scale.high),
        );
        let edges = [left, top, size.width - right, size.height - bottom].map(pixels);
        Self { size, scale, edges, pen, root, plot, start: x.0 }
    }

    /// A drawing without axes.
    pub(super) fn plain(size: Size, margins: Margins) -> Self {
        let scale = Scale { high: 1.0, ..Scale::default() };
        Self::new(size, margins, (0.0, 1.0), scale, &[])
    }

    /// The whole `<svg>` element: `kind` is what further classes it has.
    pub(super) fn document(self, words: &Words, kind: &str) -> String {
        self.pen.document(words, format!("{} {kind}", self.size.class).trim_end(), "")
    }

    /// The same with attributes for scripts, and where the plot is.
    pub(super) fn readable(self, words: &Words, kind: &str, attributes: &str) -> String {
        let plot = self.edges.map(|pixels| pixels.to_string()).join(" ");
        let attributes = format!("{attributes} data-plot=\"{plot}\"");
        self.pen.document(words, &format!("{} {kind}", self.size.class), &attributes)
    }

    /// Where positions of the axes are on the canvas.
    pub(super) fn pixel(&self, x: f64, y: f64) -> (i32, i32) {
        self.plot.backend_coord(&(x, y))
    }

    /// Where a value is on the canvas, held inside the scale; `None` for what cannot be shown.
    pub(super) fn place(&self, x: f64, value: f64) -> Option<(i32, i32)> {
        self.scale.place(value).map(|y| self.pixel(x, y))
    }

    /// Column of a horizontal position.
    pub(super) fn column(&self, x: f64) -> i32 {
        self.pixel(x, self.scale.low).0
    }

    /// Row of a position of the scale.
    pub(super) fn row(&self, y: f64) -> i32 {
        self.pixel(self.start, y).1
    }

    /// Horizontal grid lines with their labels, and the axis label above the plot.
    pub(super) fn vertical_axis(&self) {
        let [left, top, right, _] = self.edges;
        for (at, _) in &self.scale.ticks {
            self.stroke(Paint::Group("grid"), [(left, self.row(*at)), (right, self.row(*at))]);
        }
        for (at, label) in &self.scale.ticks {
            let beside = (left - pixels(6.0), self.row(*at));
            self.write(Paint::Group("tick y"), label, beside, (HPos::Right, VPos::Center));
        }
        let above = (0, top - pixels(11.0));
        let label = text::fitted(&self.scale.label, self.size.font, self.size.width);
        self.write(Paint::Group("label"), &label, above, (HPos::Left, VPos::Bottom));
    }

    /// The plot's lower edge with tick marks and labels; every other label is marked as spare.
    pub(super) fn horizontal_axis(&self, ticks: &[Tick]) {
        let [left, _, right, bottom] = self.edges;
        self.stroke(Paint::Group("axis"), [(left, bottom), (right, bottom)]);
        for x in ticks.iter().map(|(at, _)| self.column(*at)) {
            self.stroke(Paint::Group("axis"), [(x, bottom), (x, bottom + pixels(4.0))]);
        }
        for (first, class) in ["tick x", "tick x spare"].into_iter().enumerate() {
            for (at, label) in ticks.iter().skip(first).step_by(2) {
                let below = (self.column(*at), bottom + pixels(7.0));
                self.write(Paint::Group(class), label, below, (HPos::Center, VPos::Top));
            }
        }
    }

    /// A line across at a value, where the scale has it; its pixel.
    pub(super) fn across(&self, class: &'static str, value: f64) -> Option<i32> {
        let y = self.row(self.scale.inside(value)?);
        self.stroke(Paint::Group(class), [(self.edges[0], y), (self.edges[2], y)]);
        Some(y)
    }

    /// The stronger line at the value that matters.
    pub(super) fn baseline(&self) {
        self.scale.baseline.and_then(|value| self.across("baseline", value));
    }

    /// Direct labels right of the plot, spread vertically.
    pub(super) fn end_labels(&self, ends: &[End]) {
        let [_, top, right, bottom] = self.edges;
        let wanted: Vec<f64> = ends.iter().map(|(_, _, (_, y))| f64::from(*y)).collect();
        let half = self.size.font * SCALE * 0.5;
        let bounds = (f64::from(top) - half, f64::from(bottom) + half * 0.4);
        let placed = labels::spread(&wanted, self.size.line() * SCALE, bounds);
        let placed = || ends.iter().zip(placed.iter().map(|at| at.round() as i32));
        let column = |gap: f64| right + pixels(gap);
        for ((_, role, (x, y)), at) in placed() {
            let label = (column(LABEL_GAP - 3.0), at);
            if (at - y).abs() > pixels(3.0) || label.0 - x > pixels(2.0 * LABEL_GAP) {
                self.stroke(Paint::Leader(*role), [(x + pixels(2.0), *y), label]);
            }
        }
        for ((label, role, _), at) in placed() {
            let at = (column(LABEL_GAP), at);
            self.write(Paint::End(*role), label, at, (HPos::Left, VPos::Center));
        }
    }

    /// An open path through pixels of the canvas.
    pub(super) fn stroke(&self, paint: Paint, points: impl Into<Vec<(i32, i32)>>) {
        self.draw(&PathElement::new(points, paint.colour()));
    }

    /// An open path held inside the plot; nothing without a point.
    pub(super) fn trace(&self, paint: Paint, points: &[(i32, i32)]) {
        let [left, top, right, bottom] = self.edges;
        let held = |&(x, y): &(i32, i32)| (x.min(right).max(left), y.min(bottom).max(top));
        if !points.is_empty() {
            self.stroke(paint, points.iter().map(held).collect::<Vec<_>>());
        }
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, paint: Paint, points: impl Into<Vec<(i32, i32)>>) {
        self.draw(&Polygon::new(points, paint.colour().filled()));
    }

    /// A filled rectangle between two corners on the canvas.
    pub(super) fn rectangle(&self, paint: Paint, from: (i32, i32), to: (i32, i32)) {
        self.draw(&Rectangle::new([from, to], paint.colour().filled()));
    }

    /// A filled circle on the canvas, its radius in units.
    pub(super) fn circle(&self, paint: Paint, centre: (i32, i32), radius: f64) {
        self.draw(&Circle::new(centre, pixels(radius), paint.colour().filled()));
    }

    /// A text anchored at a pixel of the canvas; nothing where it is empty.
    pub(super) fn write(&self, paint: Paint, words: &str, at: (i32, i32), anchor: (HPos, VPos)) {
        self.write_as(FontTransform::None, paint, words, at, anchor);
    }

    /// The same, transformed: as it is, or turned to read from bottom to top.
    pub(super) fn write_as(
        &self,
        transform: FontTransform,
        paint: Paint,
        words: &str,
        at: (i32, i32),
        (horizontal, vertical): (HPos, VPos),
    ) {
        if words.is_empty() {
            return;
        }
        let colour = paint.colour();
        let font = ("sans-serif", self.size.font * SCALE).into_font().transform(transform);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, vertical));
        self.draw(&Text::new(words, at, style));
    }

    fn draw<'e, E>(&self, element: &'e E)
    where
        &'e E: PointCollection<'e, (i32, i32)>,
        E: Drawable<Pen>,
    {
        certain(self.root.draw(element));
    }
}

/// Units between the plot and the labels at its right.
const LABEL_GAP: f64 = 13.0;

/// Takes a drawing's value out of plotters' error types.
fn certain<T>(drawn: Result<T, DrawingAreaErrorKind<Infallible>>) -> T {
    drawn.unwrap_or_else(|error| {
        unreachable!(
            "writing cannot fail, fonts are never asked, the canvas is never borrowed twice, \
             margins are fixed: {error}"
        )
    })
}

/// The chart of data that cannot be drawn: its words, and that there is nothing to see.
pub(super) fn no_data(words: &Words, size: Size, kind: &str) -> String {
    let size = Size { height: size.height.clamp(size.line(), 60.0), ..size };
    let frame = Frame::plain(size, Margins::default());
    let centre = (pixels(size.width / 2.0), pixels(size.height / 2.0));
    frame.write(Paint::Group("no-data"), "no data", centre, (HPos::Center, VPos::Center));
    frame.document(words, kind)
}
