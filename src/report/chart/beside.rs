//! The labels of lines beside them, where they can be told apart: for lines that end as one.

use super::backend::SCALE;
use super::frame::{Anchor, Frame};
use super::gutters::LEADING;
use super::line::Runs;
use super::notes::{self, Area};
use super::paint::role_class;
use super::{Role, text};

/// Pixels between a line and its label.
const GAP: f64 = 6.0;

/// Pixels from which another line is far enough away.
const FAR: f64 = 36.0;

/// Shares of the drawn width at which labels must keep apart: as it is drawn, and on a phone, where
/// letters are as wide and the lines under them are not.
const WIDTHS: [f64; 2] = [1.0, 0.3];

/// What a label may not be hidden by, in cost a square pixel.
const HIDDEN: f64 = 10.0;

/// How a label stands at a point, and the share of it that is left of that.
const SIDES: [(Anchor, f64); 3] = [(Anchor::Middle, 0.5), (Anchor::Start, 0.0), (Anchor::End, 1.0)];

/// Where a label stands.
struct Place {
    at: (i32, i32),
    is_above: bool,
    anchor: Anchor,
    /// At each of the widths.
    areas: [Area; 2],
}

/// Writes each label above or below its line, where it covers least and other lines are furthest.
///
/// A label is its text, whose it is, and the number of its line among all `lines`.
pub(super) fn draw(frame: &Frame, labels: &[(&str, Role, usize)], lines: &[Runs]) {
    let (width, height) = (frame.plot.width, frame.plot.height);
    let mut taken: Vec<[Area; 2]> = Vec::new();
    for &(label, role, own) in labels.iter().filter(|(label, ..)| !label.is_empty()) {
        let wide = text::strong_width(label);
        let mut best: Option<(f64, Place)> = None;
        for &at in lines[own].iter().flatten() {
            let x = f64::from(at.0) / f64::from(frame.edges.0) * width;
            let y = f64::from(at.1) / SCALE;
            let apart = lines.iter().enumerate().filter(|(number, _)| *number != own);
            let apart = apart.filter_map(|(_, runs)| height_at(runs, at.0));
            let nearest = apart.map(|other| (other - y).abs()).fold(FAR, f64::min);
            for (is_above, (anchor, share)) in
                [true, false].into_iter().flat_map(|is_above| SIDES.map(|side| (is_above, side)))
            {
                let top = if is_above { y - GAP - LEADING } else { y + GAP };
                let areas = WIDTHS.map(|width| {
                    let left = width * x - share * wide;
                    [left, top, left + wide, top + LEADING]
                });
                let hidden = taken.iter().flat_map(|other| other.iter().zip(&areas));
                let hidden = hidden.map(|(other, area)| notes::shared(*other, *area)).sum::<f64>();
                let cost = 20.0 * notes::beyond(areas[0], (width, height))
                    + 12.0 * notes::covered(frame, lines, areas[0], width)
                    + HIDDEN * hidden
                    + (FAR - nearest);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, Place { at, is_above, anchor, areas }));
                }
            }
        }
        let Some((_, Place { at, is_above, anchor, areas })) = best else { continue };
        // Letters of 13 pixels: up from the line they stand on, or down to it.
        let down = if is_above { -GAP / 13.0 } else { (GAP + 10.0) / 13.0 };
        let class = format!("at {}", role_class(role));
        frame.write(&class, label, at, (0.0, down), anchor);
        taken.push(areas);
    }
}

/// Pixels from the upper edge down to where a line is in a column.
fn height_at(runs: &Runs, column: i32) -> Option<f64> {
    let pair = |run: &Vec<(i32, i32)>| {
        let pairs = run.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&column))?;
        let [from, to] = [pairs[0], pairs[1]];
        let share = f64::from(column - from.0) / f64::from((to.0 - from.0).max(1));
        Some((f64::from(from.1) + share * f64::from(to.1 - from.1)) / SCALE)
    };
    runs.iter().find_map(pair)
}
