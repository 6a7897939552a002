//! Short texts at points of a chart, with a thin line to the point, beside the lines where they can
//! be.

use super::backend::SCALE;
use super::frame::{Anchor, Frame, MIDDLE};
use super::gutters::{COLUMN, LEADING, LETTER, PHONE_RIGHT};
use super::line::Runs;
use super::text;

/// Widest line of a note in pixels.
const WIDEST: f64 = 150.0;

/// Width of the column in the narrowest window that is no phone, in pixels.
const LEAST_COLUMN: f64 = 600.0;

/// Pixels from a point to the beginning and to the end of its line.
const NEAR: f64 = 5.0;

/// Distances in pixels, across and down, at which a note may stand; the nearest first.
const ACROSS: [f64; 4] = [14.0, 30.0, 60.0, 100.0];
const DOWN: [f64; 9] = [0.0, -18.0, 18.0, -36.0, 36.0, -60.0, 60.0, -90.0, 90.0];

/// A rectangle in pixels: left, top, right, bottom.
pub(super) type Area = [f64; 4];

/// Where a note stands: how far from its point it begins, to which side, and how bad that is.
struct Candidate {
    across: f64,
    down: f64,
    cost: f64,
}

/// Draws notes in a plot, each where it covers least of the lines and of the notes before it.
///
/// A note is its horizontal position, its value and its text.
pub(super) fn draw<'a>(
    frame: &Frame,
    notes: impl Iterator<Item = (f64, f64, &'a str)>,
    lines: &[Runs],
) {
    let widths = (frame.plot.width, frame.gutters.phone_plot());
    // The narrowest window that is no phone.
    let medium = widths.0 - COLUMN + LEAST_COLUMN;
    let mut taken: Vec<(Area, Area)> = Vec::new();
    for note in notes {
        let (x, value, words) = note;
        let Some(at) = frame.place(x, value) else { continue };
        if !(0..=frame.edges.0).contains(&at.0) || words.trim().is_empty() {
            continue;
        }
        let lines_of_text = match text::lines(words, WIDEST) {
            two if two.len() == 2 => text::wrapped(words, WIDEST),
            lines => lines,
        };
        let size = (super::frame::widest(&lines_of_text), LEADING * lines_of_text.len() as f64);
        // The plot in pixels, on a wide screen and on a phone; the latter is lower, too.
        let area = |width: f64, candidate: (f64, f64)| {
            let (x, y) =
                (f64::from(at.0) / f64::from(frame.edges.0) * width, f64::from(at.1) / SCALE);
            let left = if candidate.0 > 0.0 { x + candidate.0 } else { x + candidate.0 - size.0 };
            let top = y + candidate.1 - size.1 / 2.0;
            [left, top, left + size.0, top + size.1]
        };
        let mut best: Option<Candidate> = None;
        for (nearness, across) in ACROSS.into_iter().enumerate() {
            for (drop, down) in DOWN.into_iter().enumerate() {
                for side in [-across, across] {
                    let wide = area(widths.0, (side, down));
                    let outside =
                        |width: f64| beyond(area(width, (side, down)), (width, frame.plot.height));
                    let cost = 4.0 * (outside(widths.0) + outside(medium))
                        + outside(widths.1)
                        + covered(frame, lines, wide, widths.0)
                        + taken.iter().map(|(other, _)| shared(*other, wide)).sum::<f64>()
                        + 12.0 * nearness as f64
                        + 3.0 * drop as f64;
                    if best.as_ref().is_none_or(|best| cost < best.cost) {
                        best = Some(Candidate { across: side, down, cost });
                    }
                }
            }
        }
        let Some(best) = best else { continue };
        let wide = area(widths.0, (best.across, best.down));
        let narrow = area(widths.1, (best.across, best.down));
        // A phone leaves out what has no room there.
        let is_spare = beyond(narrow, (widths.1 + PHONE_RIGHT, frame.plot.height)) > 0.0
            || taken.iter().any(|(_, other)| shared(*other, narrow) > 0.0);
        let spare = if is_spare { " spare" } else { "" };
        write(frame, at, &best, &lines_of_text, spare);
        taken.push((wide, if is_spare { [0.0; 4] } else { narrow }));
    }
}

fn write(frame: &Frame, at: (i32, i32), place: &Candidate, lines: &[String], spare: &str) {
    let (x, y) = (frame.x(at.0), frame.y(at.1));
    let length = (place.across * place.across + place.down * place.down).sqrt();
    let start = |end: f64| (end * NEAR / length).round();
    let (from, to) = (
        (start(place.across), start(place.down)),
        (place.across - 4.0 * place.across.signum(), place.down),
    );
    frame.over(&format!(
        "<svg class=\"leader{spare}\" x=\"{x}\" y=\"{y}\"><path d=\"M{} {}L{} {}\"/></svg>",
        from.0, from.1, to.0, to.1
    ));
    let anchor = if place.across > 0.0 { Anchor::Start } else { Anchor::End };
    let first = place.down / LETTER + MIDDLE - 0.65 * (lines.len() as f64 - 1.0);
    for (number, words) in lines.iter().enumerate() {
        let drop = first + 1.3 * number as f64;
        frame.write(&format!("note{spare}"), words, at, (place.across, drop), anchor);
    }
}

/// Pixels of a rectangle's sides that lie outside of a plot.
pub(super) fn beyond([left, top, right, bottom]: Area, (width, height): (f64, f64)) -> f64 {
    [-left, -top, right - width, bottom - height].map(|side| side.max(0.0)).iter().sum()
}

/// Pixels of the lines within a rectangle, across.
pub(super) fn covered(
    frame: &Frame,
    lines: &[Runs],
    [left, top, right, bottom]: Area,
    width: f64,
) -> f64 {
    let scale = width / f64::from(frame.edges.0);
    let mut sum = 0.0;
    for run in lines.iter().flatten() {
        for pair in run.windows(2) {
            let (a, b) = (f64::from(pair[0].0) * scale, f64::from(pair[1].0) * scale);
            let ends = (f64::from(pair[0].1) / SCALE, f64::from(pair[1].1) / SCALE);
            let over = b.min(right + 4.0) - a.max(left - 4.0);
            let is_level = ends.0.max(ends.1) > top - 3.0 && ends.0.min(ends.1) < bottom + 3.0;
            if over >= 0.0 && is_level {
                sum += over + 0.5;
            }
        }
    }
    sum
}

/// A measure of what two rectangles share.
pub(super) fn shared(a: Area, b: Area) -> f64 {
    let across = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let down = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    across * down
}
