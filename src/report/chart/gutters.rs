//! The room about a plot for its letters, as classes of the style sheet.
//!
//! The width of a chart is not known when it is written, that of its letters is: gutters are whole
//! multiples of a letter's height, `l4` at the left, `r12` at the right. On a phone the right one
//! goes, and `pl`, `pt` and `pb` may stand in for the left, the upper and the lower one.

/// Height of a letter in pixels; the style sheet sets the same.
pub(super) const LETTER: f64 = 12.0;

/// Height of a line of text in pixels.
pub(super) const LEADING: f64 = 16.0;

/// Width of a chart across the column, with its gutters, in pixels.
pub(super) const COLUMN: f64 = 880.0;

/// Width of a chart on the narrowest phone.
pub(super) const NARROWEST: f64 = 280.0;

/// Width of a small multiple, with its gutters, in pixels.
pub(super) const PANEL: f64 = 270.0;

/// Pixels at the right of a plot on a phone; the style sheet sets the same.
pub(super) const PHONE_RIGHT: f64 = 12.0;

/// Room about a plot in heights of a letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gutters {
    pub left: u8,
    pub right: u8,
    pub top: u8,
    pub bottom: u8,
    /// At the left on a phone, where that differs.
    pub phone_left: Option<u8>,
    /// Above on a phone, where that differs.
    pub phone_top: Option<u8>,
    /// Below on a phone, where that differs.
    pub phone_bottom: Option<u8>,
}

impl Gutters {
    /// The most that the style sheet has, at the left, at the right, above and below.
    pub(super) const MOST: [u8; 4] = [28, 16, 16, 16];

    /// Classes of the chart, each after a space.
    pub(super) fn classes(self) -> String {
        let Self { left, right, top, bottom, .. } = self;
        let mut classes = format!(" l{left} r{right} t{top} b{bottom}");
        for (name, differs, usual) in [
            ("pl", self.phone_left, left),
            ("pt", self.phone_top, top),
            ("pb", self.phone_bottom, bottom),
        ] {
            if let Some(letters) = differs.filter(|letters| *letters != usual) {
                classes += &format!(" {name}{letters}");
            }
        }
        classes
    }

    /// Pixels between the left edge of the drawing and the plot.
    pub(super) fn left(self) -> f64 {
        f64::from(self.left) * LETTER
    }

    /// Pixels of a plot in a drawing of some width.
    pub(super) fn plot(self, width: f64) -> f64 {
        width - f64::from(self.left + self.right) * LETTER
    }

    /// Pixels between the left edge of the drawing and the plot on a phone.
    pub(super) fn phone_left(self) -> f64 {
        f64::from(self.phone_left.unwrap_or(self.left)) * LETTER
    }

    /// Pixels of the plot on the narrowest phone.
    pub(super) fn phone_plot(self) -> f64 {
        NARROWEST - self.phone_left() - PHONE_RIGHT
    }
}

/// So many pixels in heights of a letter, rounded up, at most `most`.
pub(super) fn letters(pixels: f64, most: u8) -> u8 {
    (pixels / LETTER).ceil().clamp(0.0, f64::from(most)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_rounded_up_to_letters_and_written_as_classes() {
        assert_eq!([0.0, 12.0, 12.5, 900.0].map(|pixels| letters(pixels, 28)), [0, 1, 2, 28]);
        let gutters = Gutters { left: 9, right: 2, top: 2, bottom: 3, ..Gutters::default() };
        assert_eq!(gutters.classes(), " l9 r2 t2 b3");
        assert_eq!(gutters.plot(880.0), 748.0);
        let phone = Gutters { phone_left: Some(5), phone_bottom: Some(3), ..gutters };
        assert_eq!(phone.classes(), " l9 r2 t2 b3 pl5");
        assert_eq!(phone.phone_plot(), 208.0);
    }
}
