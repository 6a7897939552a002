//! The drawing back-end: plotters' calls as SVG elements with classes.
//!
//! plotters draws in integer pixels, so the canvas is ten times as large as the view box and
//! coordinates are written with one decimal. Marks of one group share a `<g>`; neighbouring paths
//! of one paint share a `<path>`.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters::drawing::DrawingAreaErrorKind;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

use super::Words;
use super::paint::Paint;
use super::path_data::{PathData, tenths_text};
use super::text::escape;

/// Pixels of the canvas in a unit of the view box.
pub(super) const SCALE: f64 = 10.0;

/// Units as pixels of the canvas.
pub(super) fn pixels(units: f64) -> i32 {
    (units * SCALE).round() as i32
}

/// The text of a drawing under construction.
#[derive(Debug)]
pub(super) struct Canvas<'a> {
    size: (u32, u32),
    /// Names of the series, written as `data-label` on their lines.
    names: Vec<&'a str>,
    body: String,
    group: Option<String>,
    pending: Option<(Paint, PathData)>,
}

impl<'a> Canvas<'a> {
    /// An empty canvas of `width x height` units.
    pub(super) fn new(width: f64, height: f64, names: Vec<&'a str>) -> Self {
        Self {
            size: (pixels(width).unsigned_abs(), pixels(height).unsigned_abs()),
            names,
            body: String::new(),
            group: None,
            pending: None,
        }
    }

    /// The whole `<svg>` element: `kind` is its classes, `data` its further attributes.
    pub(super) fn document(mut self, words: &Words, kind: &str, data: &[(&str, String)]) -> String {
        self.flush();
        if self.group.is_some() {
            self.body.push_str("</g>");
        }
        let (id, title, description) =
            (escape(words.id), escape(words.title), escape(words.description));
        let (width, height) = (tenths_text(self.size.0 as i32), tenths_text(self.size.1 as i32));
        let mut attributes = String::new();
        for (name, value) in data {
            push(&mut attributes, format_args!(" {name}=\"{}\"", escape(value)));
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             class=\"chart {kind}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"{attributes}>\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>{}</svg>\n",
            self.body
        )
    }

    /// Moves on to the group with these attributes, if the drawing is not in it already.
    fn enter(&mut self, attributes: String) {
        if self.group.as_ref() == Some(&attributes) {
            return;
        }
        self.flush();
        if self.group.is_some() {
            self.body.push_str("</g>");
        }
        push(&mut self.body, format_args!("<g {attributes}>"));
        self.group = Some(attributes);
    }

    /// Path data of `paint` to add to.
    fn path(&mut self, paint: Paint) -> &mut PathData {
        if self.pending.as_ref().is_none_or(|(held, _)| *held != paint) {
            self.flush();
            self.enter(format!("class=\"{}\"", paint.classes().group));
        }
        &mut self.pending.get_or_insert_with(|| (paint, PathData::default())).1
    }

    fn flush(&mut self) {
        let Some((paint, data)) = self.pending.take() else { return };
        let class = class_attribute(paint);
        let label = match paint {
            Paint::Line { series, .. } | Paint::Light { series, .. } => {
                self.names.get(usize::from(series))
            }
            _ => None,
        };
        let label = match label {
            Some(name) if !name.is_empty() => format!(" data-label=\"{}\"", escape(name)),
            _ => String::new(),
        };
        push(&mut self.body, format_args!("<path{class}{label} d=\"{}\"/>", data.into_text()));
    }

    fn rectangle(&mut self, paint: Paint, from: BackendCoord, to: BackendCoord) {
        self.flush();
        self.enter(format!("class=\"{}\"", paint.classes().group));
        let [x, y, width, height] = [from.0, from.1, to.0 - from.0, to.1 - from.1].map(tenths_text);
        let class = class_attribute(paint);
        push(
            &mut self.body,
            format_args!(
                "<rect{class} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
            ),
        );
    }

    fn circle(&mut self, paint: Paint, centre: BackendCoord, radius: u32) {
        self.flush();
        self.enter(format!("class=\"{}\"", paint.classes().group));
        let [x, y, r] = [centre.0, centre.1, radius as i32].map(tenths_text);
        let class = class_attribute(paint);
        push(&mut self.body, format_args!("<circle{class} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"));
    }

    fn text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) {
        let paint = Paint::of(style.color().rgb);
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        self.flush();
        self.enter(format!("class=\"{}\"{anchor}", paint.classes().group));
        // Shares of the font size from the anchor down to the baseline, for figures and capitals.
        let drop = match style.anchor().v_pos {
            VPos::Top => 0.74,
            VPos::Center => 0.36,
            VPos::Bottom => 0.0,
        };
        let baseline = at.1 + (style.size() * drop).round() as i32;
        let [x, y, pivot] = [at.0, baseline, at.1].map(tenths_text);
        let turn = match style.transform() {
            FontTransform::Rotate270 => format!(" transform=\"rotate(-90 {x} {pivot})\""),
            _ => String::new(),
        };
        let class = class_attribute(paint);
        push(
            &mut self.body,
            format_args!("<text{class} x=\"{x}\" y=\"{y}\"{turn}>{}</text>", escape(text)),
        );
    }
}

fn class_attribute(paint: Paint) -> String {
    paint.classes().own.map_or_else(String::new, |class| format!(" class=\"{class}\""))
}

fn push(text: &mut String, arguments: std::fmt::Arguments) {
    // Writing into a string cannot fail.
    let _ = text.write_fmt(arguments);
}

/// What plotters draws with: the canvas, borrowed for the time of the drawing.
#[derive(Debug)]
pub(super) struct Pen<'c, 'n>(pub &'c mut Canvas<'n>);

/// What drawing on a [`Pen`] gives.
pub(super) type Drawn<T> = Result<T, DrawingAreaErrorKind<Infallible>>;

/// Takes a drawing's value out of plotters' error types.
pub(super) fn certain<T>(drawn: Drawn<T>) -> T {
    match drawn {
        Ok(value) => value,
        Err(DrawingAreaErrorKind::BackendError(DrawingErrorKind::DrawingError(never))) => {
            match never {}
        }
        Err(error) => unreachable!(
            "fonts are never asked, the canvas is never borrowed twice, margins are fixed: {error}"
        ),
    }
}

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Pen<'_, '_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.0.size
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

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Outcome {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        let paint = Paint::of(style.color().rgb);
        match paint {
            // Hundreds of bands or cells are common; as one path a colour they cost a third.
            Paint::Band(_) | Paint::Field(_) => {
                self.0.path(paint).rectangle(upper_left, bottom_right);
            }
            _ => self.0.rectangle(paint, upper_left, bottom_right),
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        // plotters outlines every area with a transparent line.
        if style.color().alpha > 0.0 {
            self.0.path(Paint::of(style.color().rgb)).polyline(path);
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        self.0.circle(Paint::of(style.color().rgb), center, radius);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Outcome {
        self.0.path(Paint::of(style.color().rgb)).polygon(vert);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Outcome {
        self.0.text(text, style, pos);
        Ok(())
    }
}
