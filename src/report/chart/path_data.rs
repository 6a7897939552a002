//! SVG path data in as few bytes as the grammar allows.
//!
//! Coordinates are integers in tenths of a unit. After the first point everything is relative, runs
//! of one command share its letter, leading zeros go, and a minus or a second point separates
//! numbers by itself (SVG 2, section 9.3.9).

use std::fmt::Write as _;

/// Path data under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct PathData {
    text: String,
    at: (i32, i32),
    command: char,
    has_fraction: bool,
}

impl PathData {
    /// Begins a subpath and goes through `points`; a single point becomes a dot.
    pub(super) fn polyline(&mut self, points: impl IntoIterator<Item = (i32, i32)>) {
        let mut points = points.into_iter();
        let Some(first) = points.next() else { return };
        self.begin(first);
        let mut drawn = false;
        // A straight horizontal or vertical run is one segment, whatever its number of points.
        let mut pending: Option<(i32, i32)> = None;
        for point in points {
            if let Some(held) = pending
                && !continues(self.at, held, point)
            {
                self.segment(held);
                drawn = true;
            }
            if pending.is_some() || point != self.at {
                pending = Some(point);
            }
        }
        if let Some(held) = pending {
            self.segment(held);
            drawn = true;
        }
        if !drawn {
            self.letter('h');
            self.number(0);
        }
    }

    /// A closed subpath through `points`.
    pub(super) fn polygon(&mut self, points: impl IntoIterator<Item = (i32, i32)>) {
        self.polyline(points);
        self.close();
    }

    /// A closed rectangle.
    pub(super) fn rectangle(&mut self, (left, top): (i32, i32), (right, bottom): (i32, i32)) {
        self.begin((left, top));
        for (letter, length) in [('h', right - left), ('v', bottom - top), ('h', left - right)] {
            self.letter(letter);
            self.number(length);
        }
        self.close();
    }

    /// The finished text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn begin(&mut self, point: (i32, i32)) {
        self.letter('M');
        self.number(point.0);
        self.number(point.1);
        self.at = point;
    }

    fn close(&mut self) {
        self.text.push('z');
        self.command = 'z';
        self.has_fraction = false;
    }

    fn segment(&mut self, to: (i32, i32)) {
        let (dx, dy) = (to.0 - self.at.0, to.1 - self.at.1);
        match (dx, dy) {
            (0, 0) => return,
            (_, 0) => {
                self.letter('h');
                self.number(dx);
            }
            (0, _) => {
                self.letter('v');
                self.number(dy);
            }
            _ => {
                self.letter('l');
                self.number(dx);
                self.number(dy);
            }
        }
        self.at = to;
    }

    fn letter(&mut self, command: char) {
        if self.command != command {
            self.text.push(command);
            self.command = command;
            self.has_fraction = false;
        }
    }

    fn number(&mut self, tenths: i32) {
        let number = tenths_text(tenths);
        let after_digit = self.text.ends_with(|c: char| c.is_ascii_digit());
        let separates_itself =
            number.starts_with('-') || (number.starts_with('.') && self.has_fraction);
        if after_digit && !separates_itself {
            self.text.push(' ');
        }
        self.text.push_str(&number);
        self.has_fraction = number.contains('.');
    }
}

/// Whether `b` lies between `a` and `c` on one horizontal or vertical line.
fn continues(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> bool {
    let between = |a: i32, b: i32, c: i32| (a <= b && b <= c) || (a >= b && b >= c);
    (a.1 == b.1 && b.1 == c.1 && between(a.0, b.0, c.0))
        || (a.0 == b.0 && b.0 == c.0 && between(a.1, b.1, c.1))
}

/// Tenths as the shortest decimal: `123` is `12.3`, `-5` is `-.5`, `40` is `4`.
pub(super) fn tenths_text(tenths: i32) -> String {
    let mut text = String::new();
    if tenths < 0 {
        text.push('-');
    }
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    // Writing into a string cannot fail.
    if whole > 0 || rest == 0 {
        let _ = write!(text, "{whole}");
    }
    if rest > 0 {
        let _ = write!(text, ".{rest}");
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn polyline(points: &[(i32, i32)]) -> String {
        let mut data = PathData::default();
        data.polyline(points.iter().copied());
        data.into_text()
    }

    #[test]
    fn numbers_lose_every_byte_they_can() {
        let cases = [(0, "0"), (5, ".5"), (-5, "-.5"), (40, "4"), (-123, "-12.3")];
        for (tenths, text) in cases {
            assert_eq!(tenths_text(tenths), text);
        }
        assert_eq!(polyline(&[(123, 450), (135, 447), (140, 451)]), "M12.3 45l1.2-.3.5.4");
        assert_eq!(polyline(&[(0, 0), (100, 5), (200, 12)]), "M0 0l10 .5 10 .7");
    }

    #[test]
    fn straight_runs_are_one_segment_but_spikes_stay() {
        assert_eq!(polyline(&[(0, 0), (10, 0), (20, 0), (20, 50)]), "M0 0h2v5");
        assert_eq!(polyline(&[(0, 0), (0, 50), (0, 20)]), "M0 0v5-3", "the turn is an extreme");
    }

    #[test]
    fn a_single_point_is_a_dot() {
        assert_eq!(polyline(&[(10, 20)]), "M1 2h0");
        assert_eq!(polyline(&[(10, 20), (10, 20)]), "M1 2h0");
    }

    #[test]
    fn shapes_close() {
        let mut data = PathData::default();
        data.rectangle((10, 20), (40, 60));
        data.polygon([(0, 0), (10, 10), (0, 10)]);
        assert_eq!(data.into_text(), "M1 2h3v4h-3zM0 0l1 1h-1z");
    }

    proptest::proptest! {
        /// Reading the written path back gives the corners of the polyline, to the tenth.
        #[test]
        fn what_is_written_reads_back(points in proptest::collection::vec((-500_i32..8000, -500_i32..4000), 2..40)) {
            let text = polyline(&points);
            let read = corners(&text);
            proptest::prop_assert_eq!(read.first(), points.first());
            for corner in &read {
                proptest::prop_assert!(points.contains(corner));
            }
            let moved = points.iter().any(|p| Some(p) != points.first());
            if moved {
                proptest::prop_assert_eq!(read.last(), points.last());
            }
        }
    }

    /// A minimal reader of the commands written here.
    fn corners(text: &str) -> Vec<(i32, i32)> {
        let mut numbers: Vec<(char, Vec<String>)> = Vec::new();
        for c in text.chars() {
            match c {
                'M' | 'l' | 'h' | 'v' => numbers.push((c, Vec::new())),
                ' ' => numbers.last_mut().unwrap().1.push(String::new()),
                _ => {
                    let list = &mut numbers.last_mut().unwrap().1;
                    let fresh = match list.last() {
                        None => true,
                        Some(last) => {
                            (c == '-' && !last.is_empty()) || (c == '.' && last.contains('.'))
                        }
                    };
                    if fresh {
                        list.push(String::new());
                    }
                    list.last_mut().unwrap().push(c);
                }
            }
        }
        let mut at = (0, 0);
        let mut out = Vec::new();
        for (command, list) in numbers {
            let values: Vec<i32> =
                list.iter().map(|n| (n.parse::<f64>().unwrap() * 10.0).round() as i32).collect();
            let step = if matches!(command, 'M' | 'l') { 2 } else { 1 };
            for chunk in values.chunks(step) {
                at = match command {
                    'M' => (chunk[0], chunk[1]),
                    'l' => (at.0 + chunk[0], at.1 + chunk[1]),
                    'h' => (at.0 + chunk[0], at.1),
                    _ => (at.0, at.1 + chunk[0]),
                };
                out.push(at);
            }
        }
        out
    }
}
