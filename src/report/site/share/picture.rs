//! A card as a PNG of 1200 by 630 pixels, the size that link previews want: the words in the faces
//! of the report and the chart in its colours, light.

use ab_glyph_rasterizer::{Point, point};
use ttf_parser::Face;

use super::canvas::{Canvas, Colour, width};
use super::card::{Card, Chart, Whisker};
use crate::report::chart::{Role, role_class};

const SERIF: &[u8] = include_bytes!("faces/serif.ttf");
const SANS: &[u8] = include_bytes!("faces/sans.ttf");

const WIDTH: usize = 1200;
const HEIGHT: usize = 630;
const LEFT: f32 = 64.0;
const RIGHT: f32 = 1136.0;
/// Base line of the caption, and lower edge of the chart.
const CAPTION: f32 = 596.0;
const BOTTOM: f32 = 556.0;
/// Points of a line: more cannot be told apart.
const MOST_POINTS: usize = 1100;
/// Length of strokes and gaps of a dashed line.
const DASH: f32 = 10.0;

/// The picture in the light colours of a style sheet; `None` where a face cannot be read.
pub(super) fn png(card: &Card<'_>, sheet: &str) -> Option<Vec<u8>> {
    let (serif, sans) = (Face::parse(SERIF, 0).ok()?, Face::parse(SANS, 0).ok()?);
    let [paper, ink, muted] = ["paper", "ink", "muted"].map(|name| colour(sheet, name));
    let mut canvas = Canvas::new(WIDTH, HEIGHT, paper);
    let mut y = 84.0;
    canvas.text(&sans, 26.0, (LEFT, y), muted, &card.kicker);
    for line in wrapped(&serif, 58.0, card.title, 2) {
        y += 66.0;
        canvas.text(&serif, 58.0, (LEFT, y), ink, &line);
    }
    y += 24.0;
    canvas.rectangle((LEFT, y), (RIGHT - LEFT, 4.0), ink);
    if let Some(stamp) = card.stamp {
        let words = stamp.to_uppercase();
        let room = width(&sans, 24.0, &words) + 28.0;
        canvas.rectangle((LEFT, y + 24.0), (room, 42.0), ink);
        canvas.rectangle((LEFT + 3.0, y + 27.0), (room - 6.0, 36.0), paper);
        canvas.text(&sans, 24.0, (LEFT + 14.0, y + 54.0), ink, &words);
        y += 62.0;
    }
    y += 6.0;
    for line in wrapped(&sans, 33.0, card.answer, 3) {
        y += 42.0;
        canvas.text(&sans, 33.0, (LEFT, y), ink, &line);
    }
    if let Some(range) = card.chart.range() {
        let plot = Plot { sheet, range, top: y + 30.0 };
        match &card.chart {
            Chart::Lines(lines) => plot.lines(&mut canvas, lines),
            Chart::Whiskers(all) => plot.whiskers(&mut canvas, all),
        }
        canvas.text(&sans, 22.0, (LEFT, CAPTION), muted, &card.caption);
    }
    Some(canvas.png())
}

/// The light value of a colour of the style sheet; black where an override has none.
fn colour(sheet: &str, name: &str) -> Colour {
    let start = format!("--{name}: light-dark(#");
    let hex = sheet.split_once(&start).and_then(|(_, rest)| rest.get(..6));
    let part = |at: usize| u8::from_str_radix(hex?.get(at..at + 2)?, 16).ok();
    [0, 2, 4].map(|at| part(at).unwrap_or(0))
}

/// Lines that fit, no more than `most`; the last ends with an ellipsis where there is more.
fn wrapped(face: &Face<'_>, size: f32, text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if width(face, size, &format!("{last} {word}")) <= RIGHT - LEFT => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

/// Where a chart is drawn, and what its values are.
struct Plot<'a> {
    sheet: &'a str,
    range: (f64, f64),
    top: f32,
}

impl Plot<'_> {
    /// The place of a value between the ends of the range.
    fn share(&self, value: f64) -> f32 {
        let (low, high) = self.range;
        ((value - low) / (high - low)) as f32
    }

    /// Lines over their positions from the left to the right, with a rule at zero; the first model
    /// is on top.
    fn lines(&self, canvas: &mut Canvas, lines: &[(Role, bool, Vec<f64>)]) {
        let y = |value: f64| BOTTOM - (BOTTOM - self.top) * self.share(value);
        canvas.rectangle((LEFT, y(0.0)), (RIGHT - LEFT, 1.5), colour(self.sheet, "axis"));
        for (role, dashed, values) in lines.iter().rev() {
            let step = values.len().div_ceil(MOST_POINTS).max(1);
            let last = values.len().saturating_sub(1).max(1) as f32;
            let kept = values.iter().enumerate().step_by(step).filter(|(_, v)| v.is_finite());
            let place = |(position, value): (usize, &f64)| {
                point(LEFT + (RIGHT - LEFT) * position as f32 / last, y(*value))
            };
            let points: Vec<Point> = kept.map(place).collect();
            let dash = if *dashed { DASH } else { 0.0 };
            canvas.polyline(&points, 4.0, dash, colour(self.sheet, &role_class(*role)));
        }
    }

    /// Values with their intervals from the top down, with a rule at zero.
    fn whiskers(&self, canvas: &mut Canvas, all: &[Whisker]) {
        let x = |value: f64| LEFT + (RIGHT - LEFT) * self.share(value);
        let height = BOTTOM - self.top;
        canvas.rectangle((x(0.0), self.top), (2.0, height), colour(self.sheet, "axis"));
        let row = height / all.len().max(1) as f32;
        for (at, each) in all.iter().enumerate() {
            let y = self.top + row * (at as f32 + 0.5);
            let own = colour(self.sheet, if each.is_control { "muted" } else { "ridge" });
            canvas.polyline(&[point(x(each.low), y), point(x(each.high), y)], 2.5, 0.0, own);
            let (middle, radius) = (point(x(each.value), y), (row * 0.36).min(7.0));
            canvas.dot(middle, radius, own);
            if each.is_control {
                canvas.dot(middle, (radius - 2.0).max(1.0), colour(self.sheet, "paper"));
            }
        }
    }
}
