//! What the charts share: size, gutters, the plot with its axes, and direct labels.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::{Circle, IntoDrawingArea, PathElement, Polygon, Rectangle};
use plotters::style::Color;

use super::backend::{Pen, percent, units};
use super::gutters::{COLUMN, Gutters, NARROWEST, PANEL, letters};
use super::paint::{Paint, role_class};
use super::scale::{Scale, Tick};
use super::text::{self, escape};
use super::{Role, Size, Words};

/// Whether a text begins, is centred or ends at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The usual size of a plot in pixels; the style sheet sets the same height for the class.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub width: f64,
    pub height: f64,
    pub class: &'static str,
    /// Units of the canvas from the left edge to the right.
    pub across: i32,
}

impl Plot {
    /// The plot of a chart within its gutters.
    pub(super) fn of(size: Size, gutters: Gutters) -> Self {
        let (outer, height, class) = match size {
            Size::Key => (COLUMN, 250.0, "key"),
            Size::Wide => (COLUMN, 280.0, "wide"),
            Size::Strip => (COLUMN, 120.0, "strip"),
            Size::Small => (PANEL, 130.0, "small"),
        };
        let width = gutters.plot(outer);
        Self { width, height, class, across: units(width).max(1) }
    }

    /// The same for days: each is a whole number of units, so that none is read a day off.
    pub(super) fn of_days(self, (first, last): (f64, f64)) -> Self {
        let days = (last - first).max(1.0);
        let each = (FINEST / days).ceil().max(1.0);
        Self { across: (days * each).round() as i32, ..self }
    }

    /// A plot across the column whose height is an attribute.
    pub(super) fn rows(height: f64, gutters: Gutters) -> Self {
        Self { height, class: "rows", ..Self::of(Size::Wide, gutters) }
    }

    /// Number of ticks to aim at from bottom to top.
    pub(super) fn y_ticks(&self) -> usize {
        match self.height {
            ..100.0 => 3,
            ..150.0 => 4,
            ..300.0 => 5,
            _ => 6,
        }
    }
}

/// Height of a strip's plot, the nearest that the style sheet has.
pub(super) fn strip(height: f64, gutters: Gutters) -> Plot {
    let (height, class) = match height {
        ..95.0 => (80.0, "strip low"),
        ..135.0 => (120.0, "strip"),
        _ => (150.0, "strip high"),
    };
    Plot { height, class, ..Plot::of(Size::Strip, gutters) }
}

/// The widest of some texts, in pixels.
pub(super) fn widest<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> f64 {
    texts.into_iter().map(|words| text::width(words.as_ref())).fold(0.0, f64::max)
}

/// Letters that the labels of a vertical scale take.
pub(super) fn left(scale: &Scale) -> u8 {
    letters(widest(scale.ticks.iter().map(|(_, label)| label)) + TICK_GAP + 2.0, Gutters::MOST[0])
}

/// Letters above a plot: an axis label and half a tick label, or the latter alone.
pub(super) fn top(label: &str) -> u8 {
    if label.is_empty() { 1 } else { 2 }
}

/// A drawing with a plot in it.
pub(super) struct Frame {
    pub scale: Scale,
    pub gutters: Gutters,
    /// The usual size of the plot in pixels.
    pub plot: Plot,
    /// Right and lower edge of the plot in units of the canvas; the others are zero.
    pub edges: (i32, i32),
    pen: Pen,
    root: DrawingArea<Pen, Shift>,
    /// Horizontal positions at the left and the right edge.
    span: (f64, f64),
    /// Positions of the scale at the lower edge of the drawing and at its upper.
    rise: (f64, f64),
}

impl Frame {
    /// A plot with linear positions `x` and the vertical scale; `names` are those of the lines.
    pub(super) fn new(
        plot: Plot,
        gutters: Gutters,
        x: (f64, f64),
        scale: Scale,
        names: &[&str],
    ) -> Self {
        let edges = (plot.across, units(plot.height).max(1));
        let pen = Pen::new((edges.0.unsigned_abs(), edges.1.unsigned_abs()), names);
        let root = pen.clone().into_drawing_area();
        let rise = (scale.low, scale.high);
        Self { scale, gutters, plot, edges, pen, root, span: x, rise }
    }

    /// A plot whose scale ends so many pixels above its lower edge: what stands there belongs to
    /// the same box.
    pub(super) fn above_rows(
        plot: Plot,
        gutters: Gutters,
        x: (f64, f64),
        scale: Scale,
        below: f64,
    ) -> Self {
        let span = (scale.high - scale.low) * below / (plot.height - below).max(1.0);
        let whole = Scale { low: scale.low - span, ..scale.clone() };
        let frame = Self::new(plot, gutters, x, whole, &[]);
        Self { scale, edges: (frame.edges.0, frame.edges.1 - units(below)), ..frame }
    }

    /// A plot over days whose rows are units of the canvas.
    pub(super) fn over_days(plot: Plot, gutters: Gutters, span: (f64, f64)) -> Self {
        let scale = Scale { high: 1.0, ..Scale::default() };
        Self::new(plot, gutters, span, scale, &[])
    }

    /// A drawing without axes.
    pub(super) fn plain(plot: Plot, gutters: Gutters) -> Self {
        let scale = Scale { high: 1.0, ..Scale::default() };
        Self::new(plot, gutters, (0.0, 1.0), scale, &[])
    }

    /// The whole `<svg>` element: `kind` is what further classes it has.
    pub(super) fn document(self, words: &Words, kind: &str) -> String {
        self.readable(words, kind, "")
    }

    /// The same with attributes for scripts.
    pub(super) fn readable(self, words: &Words, kind: &str, attributes: &str) -> String {
        let classes = format!("{kind} {}{}", self.plot.class, self.gutters.classes());
        let height = match self.plot.class {
            "rows" => format!(" height=\"{}\"", self.plot.height),
            _ => String::new(),
        };
        self.pen.document(words, classes.trim_start(), &(height + attributes))
    }

    /// The drawing as part of another, from a place in pixels on; as high as that and as wide as it
    /// is.
    pub(super) fn fragment(self, class: &str, x: f64) -> String {
        self.pen.fragment(class, x, self.plot.width)
    }

    /// Where positions of the axes are on the canvas.
    pub(super) fn unit(&self, x: f64, y: f64) -> (i32, i32) {
        let height = f64::from(units(self.plot.height).max(1));
        let along = |at: f64, (from, to): (f64, f64)| (at - from) / (to - from);
        // The nearest unit: plotters' own coordinates are cut off.
        let right = (along(x, self.span) * f64::from(self.edges.0)).round();
        let down = ((1.0 - along(y, self.rise)) * height).round();
        (right as i32, down as i32)
    }

    /// Where a value is on the canvas, held inside the scale; `None` for what cannot be shown.
    pub(super) fn place(&self, x: f64, value: f64) -> Option<(i32, i32)> {
        self.scale.place(value).map(|y| self.unit(x, y))
    }

    /// Column of a horizontal position.
    pub(super) fn column(&self, x: f64) -> i32 {
        self.unit(x, self.scale.low).0
    }

    /// Whether a horizontal position is within the plot.
    pub(super) fn has(&self, x: f64) -> bool {
        (self.span.0..=self.span.1).contains(&x)
    }

    /// Row of a position of the scale.
    pub(super) fn row(&self, y: f64) -> i32 {
        self.unit(self.span.0, y).1
    }

    /// So many pixels across in units of the canvas.
    pub(super) fn across_units(&self, pixels: f64) -> i32 {
        (pixels * f64::from(self.edges.0) / self.plot.width).round() as i32
    }

    /// A horizontal place in per cent.
    pub(super) fn x(&self, at: i32) -> String {
        percent(at, self.edges.0.unsigned_abs())
    }

    /// A vertical place in per cent.
    pub(super) fn y(&self, at: i32) -> String {
        percent(at, units(self.plot.height).unsigned_abs())
    }

    /// Horizontal grid lines with their labels, and the axis label above the plot.
    pub(super) fn vertical_axis(&self) {
        for (at, _) in &self.scale.ticks {
            self.stroke(Paint::Group("grid"), [(0, self.row(*at)), (self.edges.0, self.row(*at))]);
        }
        for (at, label) in &self.scale.ticks {
            self.write("y", label, (0, self.row(*at)), (-TICK_GAP, MIDDLE), Anchor::Start);
        }
        self.axis_label();
    }

    /// The label of the vertical axis, above its ticks.
    pub(super) fn axis_label(&self) {
        self.write_at_left(&self.scale.label, 0, -0.9);
    }

    /// A label that begins at the left edge of the drawing; a long one is cut on a phone.
    pub(super) fn write_at_left(&self, label: &str, row: i32, down: f64) {
        let [wide, phone] = [self.gutters.left(), self.gutters.phone_left()];
        let narrow = text::fitted(label, NARROWEST);
        let write = |class: &str, words: &str, left: f64| {
            self.write(class, words, (0, row), (-left, down), Anchor::Start);
        };
        if narrow == label && wide == phone {
            write("label", label, wide);
        } else {
            write("label broad", label, wide);
            write("label narrow", &narrow, phone);
        }
    }

    /// The plot's lower edge with tick marks and labels; every other label is marked as spare.
    pub(super) fn horizontal_axis(&self, ticks: &[Tick]) {
        self.lower_edge();
        self.tick_marks(ticks);
        self.tick_labels(ticks, BELOW);
    }

    /// Labels so many heights of a letter under the plot; every other one is marked as spare.
    pub(super) fn tick_labels(&self, ticks: &[Tick], below: f64) {
        for (at, (x, label)) in ticks.iter().enumerate() {
            let class = if at % 2 == 0 { "x" } else { "x spare" };
            self.write(class, label, (self.column(*x), self.edges.1), (0.0, below), Anchor::Start);
        }
    }

    /// The plot's lower edge.
    pub(super) fn lower_edge(&self) {
        self.stroke(Paint::Group("axis"), [(0, self.edges.1), (self.edges.0, self.edges.1)]);
    }

    /// Short strokes under the lower edge.
    pub(super) fn tick_marks(&self, ticks: &[Tick]) {
        if ticks.is_empty() {
            return;
        }
        let strokes: Vec<String> =
            ticks.iter().map(|(x, _)| format!("M{} 0v5", self.column(*x))).collect();
        let strokes = strokes.concat();
        self.over(&format!(
            "<svg class=\"ticks\" y=\"100%\" width=\"100%\" height=\"5\" viewBox=\"0 0 {} 5\" \
             preserveAspectRatio=\"none\"><path class=\"axis\" d=\"{strokes}\"/></svg>",
            self.edges.0
        ));
    }

    /// A line across at a value, where the scale has it; its row.
    pub(super) fn across(&self, class: &'static str, value: f64) -> Option<i32> {
        let y = self.row(self.scale.inside(value)?);
        self.stroke(Paint::Group(class), [(0, y), (self.edges.0, y)]);
        Some(y)
    }

    /// The stronger line at the value that matters.
    pub(super) fn baseline(&self) {
        self.scale.baseline.and_then(|value| self.across("baseline", value));
    }

    /// A text at a place of the canvas, moved by pixels to the right and heights of its letters
    /// down; nothing where it is empty.
    pub(super) fn write(
        &self,
        class: &str,
        words: &str,
        at: (i32, i32),
        offset: (f64, f64),
        anchor: Anchor,
    ) {
        if !words.is_empty() {
            self.over(&self.text(class, words, at, offset, anchor));
        }
    }

    /// The element of a text.
    pub(super) fn text(
        &self,
        class: &str,
        words: &str,
        at: (i32, i32),
        (right, down): (f64, f64),
        anchor: Anchor,
    ) -> String {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (self.x(at.0), self.y(at.1));
        let right = if right == 0.0 { String::new() } else { format!(" dx=\"{right:.0}\"") };
        let down = (down * 100.0).round() / 100.0;
        let down = if down == 0.0 { String::new() } else { format!(" dy=\"{down}em\"") };
        let words = escape(words);
        format!("<text class=\"{class}\"{anchor} x=\"{x}\"{right} y=\"{y}\"{down}>{words}</text>")
    }

    /// A text that reads from bottom to top and ends or begins at a place of the canvas, moved by
    /// pixels along and across itself.
    pub(super) fn write_turned(
        &self,
        class: &str,
        words: &str,
        at: (i32, i32),
        (along, across): (f64, f64),
        anchor: Anchor,
    ) {
        let anchor = if anchor == Anchor::End { "end" } else { "start" };
        let (x, y, words) = (self.x(at.0), self.y(at.1), escape(words));
        self.over(&format!(
            "<svg class=\"{class}\" x=\"{x}\" y=\"{y}\"><text transform=\"rotate(-90)\" \
             text-anchor=\"{anchor}\" x=\"{along}\" y=\"{across}\" dy=\".35em\">{words}</text></svg>"
        ));
    }

    /// An element over the plot.
    pub(super) fn over(&self, element: &str) {
        self.pen.over(element);
    }

    /// A rule from top to bottom that runs so many pixels beyond the upper edge.
    pub(super) fn rule(&self, class: &str, at: i32, above: f64) {
        let x = self.x(at);
        self.over(&format!(
            "<line class=\"{class}\" x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"100%\"/>",
            -above
        ));
    }

    /// Intervals from one row to another in a column, with caps that keep their size.
    pub(super) fn whiskers(&self, role: Role, intervals: &[(i32, i32, i32)]) {
        for &(x, low, high) in intervals {
            self.stroke(Paint::Whisker(role), [(x, low), (x, high)]);
        }
        let ends = intervals.iter().flat_map(|&(x, low, high)| [(x, low), (x, high)]);
        let cap = |(x, y)| {
            let (x, y) = (self.x(x), self.y(y));
            format!("<rect x=\"{x}\" y=\"{y}\" width=\"7\" height=\"1.5\"/>")
        };
        let caps: String = ends.map(cap).collect();
        if !caps.is_empty() {
            let class = role_class(role);
            self.over(&format!(
                "<g class=\"caps {class}\" transform=\"translate(-3.5 -.75)\">{caps}</g>"
            ));
        }
    }

    /// An open path through units of the canvas.
    pub(super) fn stroke(&self, paint: Paint, points: impl Into<Vec<(i32, i32)>>) {
        self.draw(&PathElement::new(points, paint.colour()));
    }

    /// An open path held inside the plot; nothing without a point.
    pub(super) fn trace(&self, paint: Paint, points: &[(i32, i32)]) {
        let (right, bottom) = self.edges;
        let held = |&(x, y): &(i32, i32)| (x.min(right).max(0), y.min(bottom).max(0));
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

    /// A filled circle, its radius in pixels.
    pub(super) fn circle(&self, paint: Paint, centre: (i32, i32), radius: u32) {
        self.draw(&Circle::new(centre, radius, paint.colour().filled()));
    }

    fn draw<'e, E>(&self, element: &'e E)
    where
        &'e E: PointCollection<'e, (i32, i32)>,
        E: Drawable<Pen>,
    {
        certain(self.root.draw(element));
    }
}

/// Units across a plot over days, at least.
const FINEST: f64 = 3000.0;

/// Pixels between a plot and the labels of its ticks.
const TICK_GAP: f64 = 8.0;

/// Heights of a letter from the middle of figures and capitals down to the line they stand on.
pub(super) const MIDDLE: f64 = 0.35;

/// Heights of a letter from the lower edge of a plot to the line its labels stand on.
pub(super) const BELOW: f64 = 1.5;

/// Takes a drawing's value out of plotters' error types.
fn certain<T>(drawn: Result<T, DrawingAreaErrorKind<Infallible>>) -> T {
    drawn.unwrap_or_else(|error| {
        unreachable!(
            "writing cannot fail, fonts are never asked, the canvas is never borrowed twice, \
             there are no margins: {error}"
        )
    })
}

/// The chart of data that cannot be drawn: its words, and that there is nothing to see.
pub(super) fn no_data(words: &Words, kind: &str) -> String {
    let frame = Frame::plain(Plot::rows(40.0, Gutters::default()), Gutters::default());
    let middle = (frame.edges.0 / 2, frame.edges.1 / 2);
    frame.write("no-data", "no data", middle, (0.0, MIDDLE), Anchor::Middle);
    frame.document(words, kind)
}
