//! The drawing back-end: plotters' calls as SVG elements with classes.
//!
//! plotters draws in integer pixels, so the canvas, which is the view box of the plot, has ten of
//! them in a pixel of the screen at the chart's usual size: coordinates are whole. The plot is
//! stretched to its box, so only what may be stretched is drawn there: paths, neighbours of one
//! paint as one. Circles and texts stand over it, placed in per cent of the box.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::Words;
use super::paint::Paint;
use super::path_data::PathData;
use super::text::escape;

/// Units of the canvas in a pixel of the screen.
pub(super) const SCALE: f64 = 10.0;

/// Pixels of the screen as units of the canvas.
pub(super) fn units(pixels: f64) -> i32 {
    (pixels * SCALE).round() as i32
}

/// Where a unit is along a side of the canvas, in per cent with two decimals at most.
pub(super) fn percent(at: i32, side: u32) -> String {
    let hundredths = (i64::from(at) * 20_000 / i64::from(side.max(1)) + i64::from(at.signum())) / 2;
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let sign = if hundredths < 0 { "-" } else { "" };
    let text = match rest {
        0 => format!("{sign}{whole}%"),
        rest if rest % 10 == 0 => format!("{sign}{whole}.{}%", rest / 10),
        rest => format!("{sign}{whole}.{rest:02}%"),
    };
    if hundredths == 0 { "0".to_owned() } else { text }
}

/// The text of a drawing under construction.
#[derive(Debug, Default)]
struct Canvas {
    size: (u32, u32),
    /// Names of the series, written as `data-label` on their lines.
    names: Vec<String>,
    /// What is stretched.
    plot: String,
    /// What is not.
    over: String,
    pending: Option<(Paint, PathData)>,
}

impl Canvas {
    /// Path data of `paint` to add to.
    fn path(&mut self, paint: Paint) -> &mut PathData {
        if self.pending.as_ref().is_none_or(|(held, _)| *held != paint) {
            self.flush();
        }
        &mut self.pending.get_or_insert_with(|| (paint, PathData::default())).1
    }

    fn flush(&mut self) {
        let Some((paint, data)) = self.pending.take() else { return };
        let label = match paint {
            Paint::Line { series, .. } => self.names.get(usize::from(series)),
            _ => None,
        };
        let label = match label {
            Some(name) if !name.is_empty() => format!(" data-label=\"{}\"", escape(name)),
            _ => String::new(),
        };
        self.plot +=
            &format!("<path class=\"{}\"{label} d=\"{}\"/>", paint.classes(), data.into_text());
    }
}

/// What plotters draws with: a canvas that its drawing areas share.
#[derive(Debug, Clone)]
pub(super) struct Pen(Rc<RefCell<Canvas>>);

impl Pen {
    /// A pen on an empty canvas of `width x height` units.
    pub(super) fn new(size: (u32, u32), names: &[&str]) -> Self {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Self(Rc::new(RefCell::new(Canvas { size, names, ..Canvas::default() })))
    }

    /// Adds an element over the plot.
    pub(super) fn over(&self, element: &str) {
        self.0.borrow_mut().over += element;
    }

    /// The paths as part of another drawing: as high as that, so many pixels wide from `x` on.
    pub(super) fn fragment(&self, class: &str, x: f64, width: f64) -> String {
        let mut canvas = self.0.take();
        canvas.flush();
        let Canvas { plot, size, .. } = canvas;
        let [canvas_width, height] = [size.0, size.1].map(|side| side.to_string());
        format!(
            "<svg class=\"{class}\" x=\"{x}\" width=\"{width}\" height=\"100%\" \
             viewBox=\"0 0 {canvas_width} {height}\" preserveAspectRatio=\"none\">{plot}</svg>"
        )
    }

    /// What is stretched, and over it what is not. The canvas is empty afterwards.
    fn inside(&self) -> String {
        let mut canvas = self.0.take();
        canvas.flush();
        let Canvas { plot, over, size, .. } = canvas;
        if plot.is_empty() {
            return over;
        }
        let [width, height] = [size.0, size.1].map(|side| side.to_string());
        format!(
            "<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
             width=\"100%\" height=\"100%\">{plot}</svg>{over}"
        )
    }

    /// The whole `<svg>` element: `classes` are its further classes, `attributes` what else it
    /// carries.
    pub(super) fn document(&self, words: &Words, classes: &str, attributes: &str) -> String {
        let inside = self.inside();
        let [id, title, description] = [words.id, words.title, words.description].map(escape);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart {classes}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\"{attributes}>\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>\
             {inside}</svg>\n"
        )
    }
}

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Pen {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        // plotters counts pixels: its last one lies at the size less one. Here a place is an edge.
        let (width, height) = self.0.borrow().size;
        (width + 1, height + 1)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome {
        self.draw_path([point], &color)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        let paint = Paint::of(style.color().rgb);
        self.0.borrow_mut().path(paint).rectangle(upper_left, bottom_right);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        self.0.borrow_mut().path(Paint::of(style.color().rgb)).polyline(path);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        let class = Paint::of(style.color().rgb).classes();
        let mut canvas = self.0.borrow_mut();
        let (x, y) = (percent(center.0, canvas.size.0), percent(center.1, canvas.size.1));
        canvas.over += &format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>");
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Outcome {
        self.0.borrow_mut().path(Paint::of(style.color().rgb)).polygon(vert);
        Ok(())
    }

    /// Texts bypass plotters, which can only place them in pixels.
    fn draw_text<S: BackendTextStyle>(&mut self, _: &str, _: &S, _: BackendCoord) -> Outcome {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_hundredths_of_a_per_cent() {
        let written = [0, 900, 1, 3600, 7200, -72, 2401].map(|at| percent(at, 7200));
        assert_eq!(written, ["0", "12.5%", "0.01%", "50%", "100%", "-1%", "33.35%"]);
    }
}
