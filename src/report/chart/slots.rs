//! The names of bars, dots and columns: one for each slot along a plot, every one of them shown.
//!
//! A slot is narrower on a phone. Where the names stand otherwise there, both settings are written
//! and the style sheet shows one.

use super::frame::{Anchor, BELOW, Frame, widest};
use super::gutters::{Gutters, LEADING, LETTER, letters};
use super::text;

/// Longest turned name in pixels.
const LONGEST: f64 = 150.0;

/// Most lines of a name.
const MOST_LINES: usize = 3;

/// Pixels between two names.
const APART: f64 = 4.0;

/// Pixels between a plot and a turned name.
const GAP: f64 = 6.0;

/// How names stand in slots of some width.
#[derive(Debug, PartialEq)]
struct Setting {
    /// The lines of each name, or all turned where a slot is too narrow.
    lines: Vec<Vec<String>>,
    is_turned: bool,
}

impl Setting {
    fn of(labels: &[&str], slot: f64) -> Self {
        let room = slot - APART;
        // In two lines of equal length, or in as many as there may be.
        for set in [text::wrapped, text::lines] {
            let lines: Vec<Vec<String>> = labels.iter().map(|label| set(label, room)).collect();
            let deepest = lines.iter().map(Vec::len).max().unwrap_or(0);
            if widest(lines.iter().flatten()) <= room && deepest <= MOST_LINES {
                return Self { lines, is_turned: false };
            }
        }
        // Turned names need a line's height each; with less, only every so many are shown.
        let stride = (LETTER * 1.1 / slot).ceil().max(1.0) as usize;
        let turned = |(at, label): (usize, &&str)| {
            if at % stride == 0 { vec![text::fitted(label, LONGEST)] } else { Vec::new() }
        };
        Self { lines: labels.iter().enumerate().map(turned).collect(), is_turned: true }
    }

    /// Pixels that the names take beside the plot.
    fn depth(&self) -> f64 {
        if self.is_turned {
            return widest(self.lines.iter().flatten()) + GAP;
        }
        self.lines.iter().map(Vec::len).max().unwrap_or(0) as f64 * LEADING + 0.6 * LETTER
    }
}

/// Names along a plot, set for a wide screen and for a phone.
pub(super) struct Names {
    wide: Setting,
    narrow: Setting,
}

/// On which side of the plot names stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Above,
    Below,
}

impl Names {
    /// Names of slots that are so wide on a wide screen and on a phone.
    pub(super) fn of(labels: &[&str], (wide, narrow): (f64, f64)) -> Self {
        Self { wide: Setting::of(labels, wide), narrow: Setting::of(labels, narrow) }
    }

    /// Letters that the names take beside the plot, on a wide screen and on a phone.
    pub(super) fn depth(&self) -> (u8, u8) {
        let most = Gutters::MOST[3];
        (letters(self.wide.depth(), most), letters(self.narrow.depth(), most))
    }

    /// Writes the name of each slot at the column `centre` gives.
    pub(super) fn write(&self, frame: &Frame, side: Side, centre: impl Fn(usize) -> i32) {
        if self.wide == self.narrow {
            set(frame, &self.wide, "x", side, &centre);
        } else {
            set(frame, &self.wide, "x broad", side, &centre);
            set(frame, &self.narrow, "x narrow", side, &centre);
        }
    }
}

fn set(frame: &Frame, setting: &Setting, class: &str, side: Side, centre: &impl Fn(usize) -> i32) {
    let (edge, along, anchor) = match side {
        Side::Above => (0, GAP, Anchor::Start),
        Side::Below => (frame.edges.1, -GAP, Anchor::End),
    };
    for (at, lines) in setting.lines.iter().enumerate() {
        let place = (centre(at), edge);
        for (number, words) in lines.iter().enumerate() {
            if setting.is_turned {
                frame.write_turned(&format!("{class} turned"), words, place, (along, 0.0), anchor);
                continue;
            }
            let from_plot = match side {
                Side::Above => number as f64 - lines.len() as f64 + 1.0,
                Side::Below => number as f64,
            };
            let first = if side == Side::Above { -0.6 } else { BELOW };
            frame.write(class, words, place, (0.0, first + 1.25 * from_plot), Anchor::Start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_left_out_where_slots_are_narrow() {
        let labels = ["2000–2004", "2005–2009", "2010–2014"];
        let setting = |slot| Setting::of(&labels, slot);
        assert_eq!(setting(80.0).lines, labels.map(|label| vec![label.to_owned()]));
        assert_eq!(setting(45.0).lines[1], ["2005–", "2009"]);
        let long = Setting::of(&["Lags of one, two and five days"], 70.0);
        assert_eq!(long.lines[0], ["Lags of one,", "two and five", "days"]);
        assert!(setting(20.0).is_turned && setting(20.0).lines.iter().all(|l| l.len() == 1));
        let depth = Names::of(&labels, (80.0, 20.0)).depth();
        assert!(depth.0 == 2 && depth.1 > depth.0, "{depth:?}");
    }
}
