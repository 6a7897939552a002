//! The key of the colours of a diverging scale, above a plot.

use super::frame::{Anchor, Frame};
use super::text::{self, escape};

/// Letters above a plot that the label and the key take, one under the other.
pub(super) const LETTERS: u8 = 4;

/// Width and height of a step in pixels.
const STEP: (f64, f64) = (11.0, 9.0);

/// Colours in a row with the values of their ends.
pub(super) struct ColourKey<'a> {
    /// What the colours measure.
    pub label: &'a str,
    /// First and last colour.
    pub bins: (i8, i8),
    pub low: &'a str,
    pub high: &'a str,
}

impl ColourKey<'_> {
    /// Writes the label above the colours, both at the left edge of the drawing.
    pub(super) fn write(&self, frame: &Frame) {
        let left = -frame.gutters.left();
        frame.write("label", self.label, (0, 0), (left, -2.6), Anchor::Start);
        let start = if self.low.is_empty() { 0.0 } else { text::width(self.low) + 5.0 };
        let (low, high) = self.bins;
        let boxes: String = (low..=high)
            .enumerate()
            .map(|(at, bin)| {
                let x = start + at as f64 * STEP.0;
                format!(
                    "<rect class=\"cell h{bin}\" x=\"{x:.0}\" width=\"{}\" height=\"{}\"/>",
                    STEP.0, STEP.1
                )
            })
            .collect();
        let end = start + f64::from(high - low + 1) * STEP.0 + 5.0;
        let (low, high) = (escape(self.low), escape(self.high));
        frame.over(&format!(
            "<svg class=\"colours\" x=\"{left}\" y=\"-19\"><text class=\"tick\" y=\"9\">{low}</text>\
             {boxes}<text class=\"tick\" x=\"{end:.0}\" y=\"9\">{high}</text></svg>"
        ));
    }
}
