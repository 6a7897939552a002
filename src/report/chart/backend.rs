//! The drawing back-end: plotters' calls as SVG elements with classes.
//!
//! plotters draws in integer pixels, so the canvas, which is the view box, has ten of them in a unit:
//! coordinates are whole, and the lengths of `chart.css` are tenths of a unit. Marks of one group share a `<g>`; neighbouring paths
//! of one paint share a `<path>`.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

use super::Words;
use super::paint::Paint;
use super::path_data::PathData;
use super::text::escape;

/// Pixels of the canvas in a unit.
pub(super) const SCALE: f64 = 10.0;

/// Units as pixels of the canvas.
pub(super) fn pixels(units: f64) -> i32 {
    (units * SCALE).round() as i32
}

/// The text of a drawing under construction.
#[derive(Debug, Default)]
struct Canvas {
    size: (u32, u32),
    /// Names of the series, written as `data-label` on their lines.
    names: Vec<String>,
    body: String,
    group: Option<String>,
    pending: Option<(Paint, PathData)>,
}

impl Canvas {
    /// Moves on to the group of a paint, if the drawing is not in it already.
    fn enter(&mut self, paint: Paint, anchor: &str) {
        self.flush();
        let attributes = format!("class=\"{}\"{anchor}", paint.classes().0);
        if self.group.as_ref() != Some(&attributes) {
            self.leave();
            self.body += &format!("<g {attributes}>");
            self.group = Some(attributes);
        }
    }

    fn leave(&mut self) {
        if self.group.take().is_some() {
            self.body += "</g>";
        }
    }

    /// Path data of `paint` to add to.
    fn path(&mut self, paint: Paint) -> &mut PathData {
        if self.pending.as_ref().is_none_or(|(held, _)| *held != paint) {
            self.enter(paint, "");
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
        let class = class_attribute(paint);
        self.body += &format!("<path{class}{label} d=\"{}\"/>", data.into_text());
    }

    fn rectangle(&mut self, paint: Paint, from: BackendCoord, to: BackendCoord) {
        self.enter(paint, "");
        let [x, y, width, height] =
            [from.0, from.1, to.0 - from.0, to.1 - from.1].map(|pixels| pixels.to_string());
        let class = class_attribute(paint);
        self.body +=
            &format!("<rect{class} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
    }

    fn circle(&mut self, paint: Paint, centre: BackendCoord, radius: u32) {
        self.enter(paint, "");
        let [x, y, r] = [centre.0, centre.1, radius as i32].map(|pixels| pixels.to_string());
        let class = class_attribute(paint);
        self.body += &format!("<circle{class} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
    }

    fn text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) {
        let paint = Paint::of(style.color().rgb);
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        self.enter(paint, anchor);
        // Shares of the font size from the anchor down to the baseline, for figures and capitals.
        let drop = match style.anchor().v_pos {
            VPos::Top => 0.74,
            VPos::Center => 0.36,
            VPos::Bottom => 0.0,
        };
        let baseline = at.1 + (style.size() * drop).round() as i32;
        let [x, y, pivot] = [at.0, baseline, at.1].map(|pixels| pixels.to_string());
        let turn = match style.transform() {
            FontTransform::Rotate270 => format!(" transform=\"rotate(-90 {x} {pivot})\""),
            _ => String::new(),
        };
        let class = class_attribute(paint);
        self.body += &format!("<text{class} x=\"{x}\" y=\"{y}\"{turn}>{}</text>", escape(text));
    }
}

fn class_attribute(paint: Paint) -> String {
    match paint.classes().1 {
        class if class.is_empty() => class,
        class => format!(" class=\"{class}\""),
    }
}

/// What plotters draws with: a canvas that its drawing areas share.
#[derive(Debug, Clone)]
pub(super) struct Pen(Rc<RefCell<Canvas>>);

impl Pen {
    /// A pen on an empty canvas of `width x height` units.
    pub(super) fn new(width: f64, height: f64, names: &[&str]) -> Self {
        let size = (pixels(width).unsigned_abs(), pixels(height).unsigned_abs());
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Self(Rc::new(RefCell::new(Canvas { size, names, ..Canvas::default() })))
    }

    /// The whole `<svg>` element: `kind` is its classes, `attributes` what else it carries. The
    /// canvas is empty afterwards.
    pub(super) fn document(&self, words: &Words, kind: &str, attributes: &str) -> String {
        let mut canvas = self.0.take();
        canvas.flush();
        canvas.leave();
        let [id, title, description] = [words.id, words.title, words.description].map(escape);
        let (width, height) = canvas.size;
        let [width, height] = [width, height].map(|side| side.to_string());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             class=\"chart {kind}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"{attributes}>\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>{}</svg>\n",
            canvas.body
        )
    }
}

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Pen {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.0.borrow().size
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
        let mut canvas = self.0.borrow_mut();
        match paint {
            // Hundreds of bands or cells are common; as one path a colour they cost a third.
            Paint::Band(_) | Paint::Field(_) => {
                canvas.path(paint).rectangle(upper_left, bottom_right);
            }
            _ => canvas.rectangle(paint, upper_left, bottom_right),
        }
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
        self.0.borrow_mut().circle(Paint::of(style.color().rgb), center, radius);
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

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Outcome {
        self.0.borrow_mut().text(text, style, pos);
        Ok(())
    }
}
