//! SVG path data in as few bytes as the grammar allows.
//!
//! Coordinates are whole pixels of the canvas. After the first point everything is relative, runs of
//! one command share its letter, and a minus separates numbers by itself (SVG 2, section 9.3.9).

/// Path data under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct PathData {
    text: String,
    command: char,
}

impl PathData {
    /// Begins a subpath and goes through `points`; a single point becomes a dot.
    pub(super) fn polyline(&mut self, points: impl IntoIterator<Item = (i32, i32)>) {
        // A straight horizontal or vertical run is one segment, whatever its number of points.
        let mut corners: Vec<(i32, i32)> = Vec::new();
        for point in points {
            match corners[..] {
                [.., held] if held == point => continue,
                [.., before, held] if continues(before, held, point) => _ = corners.pop(),
                _ => {}
            }
            corners.push(point);
        }
        let corners = simplified(&corners);
        let Some(first) = corners.first() else { return };
        self.command('M', &[first.0, first.1]);
        for pair in corners.windows(2) {
            match (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1) {
                (dx, 0) => self.command('h', &[dx]),
                (0, dy) => self.command('v', &[dy]),
                (dx, dy) => self.command('l', &[dx, dy]),
            }
        }
        if corners.len() == 1 {
            self.command('h', &[0]);
        }
    }

    /// A closed subpath through `points`.
    pub(super) fn polygon(&mut self, points: impl IntoIterator<Item = (i32, i32)>) {
        self.polyline(points);
        self.command('z', &[]);
    }

    /// A closed rectangle.
    pub(super) fn rectangle(&mut self, (left, top): (i32, i32), (right, bottom): (i32, i32)) {
        self.command('M', &[left, top]);
        self.command('h', &[right - left]);
        self.command('v', &[bottom - top]);
        self.command('h', &[left - right]);
        self.command('z', &[]);
    }

    /// The finished text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn command(&mut self, letter: char, numbers: &[i32]) {
        if self.command != letter {
            self.text.push(letter);
            self.command = letter;
        }
        for number in numbers {
            if *number >= 0 && self.text.ends_with(|c: char| c.is_ascii_digit()) {
                self.text.push(' ');
            }
            self.text.push_str(&number.to_string());
        }
    }
}

/// How far a point that is left out may lie from the line that is drawn, in half pixels of the canvas:
/// a quarter of a unit, which is a pixel of a screen.
const TOLERANCE: i64 = 5;

/// The points that a line cannot do without (Ramer 1972, Douglas and Peucker 1973): the ends, and
/// whatever lies further from the line than [`TOLERANCE`].
fn simplified(points: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut is_kept = vec![false; points.len()];
    let mut open: Vec<(usize, usize)> = Vec::new();
    if let Some(last) = points.len().checked_sub(1) {
        (is_kept[0], is_kept[last]) = (true, true);
        open.push((0, last));
    }
    while let Some((from, to)) = open.pop() {
        let distance = |i: &usize| distance(points[*i], points[from], points[to]);
        // The first of those that are furthest.
        let furthest = (from + 1..to).rev().map(|i| (distance(&i), i));
        let furthest = furthest.max_by(|(a, _), (b, _)| a.total_cmp(b));
        if let Some((distance, at)) = furthest
            && 4.0 * distance > (TOLERANCE * TOLERANCE) as f64
        {
            is_kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    points.iter().zip(is_kept).filter(|(_, is_kept)| *is_kept).map(|(point, _)| *point).collect()
}

/// The squared distance of a point from a segment, in squared pixels: straight up or down where that
/// meets the segment, since a line over time is read there. Up to the quotient everything is a whole
/// number.
fn distance(point: (i32, i32), from: (i32, i32), to: (i32, i32)) -> f64 {
    if from.0 < to.0 && (from.0..=to.0).contains(&point.0) {
        let [along, there] = [to, point].map(|at| i64::from(at.0) - i64::from(from.0));
        let [up, high] = [to, point].map(|at| i64::from(at.1) - i64::from(from.1));
        let off = (high * along - up * there) as f64 / along as f64;
        return off * off;
    }
    let apart = |a: (i32, i32), b: (i32, i32)| {
        (i64::from(b.0) - i64::from(a.0), i64::from(b.1) - i64::from(a.1))
    };
    let dot = |a: (i64, i64), b: (i64, i64)| a.0 * b.0 + a.1 * b.1;
    let (along, there) = (apart(from, to), apart(from, point));
    let (length, position) = (dot(along, along), dot(along, there));
    if position <= 0 {
        return dot(there, there) as f64;
    }
    if position >= length {
        let back = apart(to, point);
        return dot(back, back) as f64;
    }
    let across = (along.0 * there.1 - along.1 * there.0) as f64;
    across * across / length as f64
}

/// Whether `b` lies between `a` and `c` on one horizontal or vertical line.
fn continues(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> bool {
    let between = |a: i32, b: i32, c: i32| (a <= b && b <= c) || (a >= b && b >= c);
    (a.1 == b.1 && b.1 == c.1 && between(a.0, b.0, c.0))
        || (a.0 == b.0 && b.0 == c.0 && between(a.1, b.1, c.1))
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
    fn lines_and_shapes_lose_every_byte_they_can() {
        let cases: [(&[(i32, i32)], &str); 7] = [
            (&[(123, 450), (135, 447), (140, 455)], "M123 450l12-3 5 8"),
            (&[(0, 0), (100, 5), (200, 17)], "M0 0l100 5 100 12"),
            // A fifth of a unit off the line, which nobody sees.
            (&[(0, 0), (100, 4), (200, 12)], "M0 0l200 12"),
            // A straight run is one segment, but a turn is an extreme.
            (&[(0, 0), (10, 0), (20, 0), (20, 50)], "M0 0h20v50"),
            (&[(0, 0), (0, 50), (0, 20)], "M0 0v50-30"),
            // A single point is a dot.
            (&[(10, 20)], "M10 20h0"),
            (&[(10, 20), (10, 20)], "M10 20h0"),
        ];
        for (points, text) in cases {
            assert_eq!(polyline(points), text);
        }
        let mut data = PathData::default();
        data.rectangle((10, 20), (40, 60));
        data.polygon([(0, 0), (10, 10), (0, 10)]);
        assert_eq!(data.into_text(), "M10 20h30v40h-30zM0 0l10 10h-10z");
    }

    proptest::proptest! {
        /// Reading the written path back gives corners of the polyline.
        #[test]
        fn what_is_written_reads_back(points in proptest::collection::vec((-500_i32..8000, -500_i32..4000), 2..40)) {
            let read = corners(&polyline(&points));
            proptest::prop_assert_eq!(read.first(), points.first());
            proptest::prop_assert!(read.iter().all(|corner| points.contains(corner)));
            // No point is further from what is drawn than a quarter of a pixel.
            let nearest = |point: &(i32, i32)| {
                let all = read.windows(2).map(|ends| distance(*point, ends[0], ends[1]));
                all.fold(distance(*point, read[0], read[0]), f64::min)
            };
            proptest::prop_assert!(points.iter().all(|point| nearest(point) <= 6.25));
            let moved = points.iter().any(|p| Some(p) != points.first());
            if moved {
                proptest::prop_assert_eq!(read.last(), points.last());
            }
        }
    }

    /// A minimal reader of the commands written here.
    fn corners(text: &str) -> Vec<(i32, i32)> {
        let mut spaced = String::new();
        for c in text.chars() {
            match c {
                'M' | 'l' | 'h' | 'v' => spaced.extend([' ', c, ' ']),
                '-' => spaced.extend([' ', c]),
                _ => spaced.push(c),
            }
        }
        let pixels = |word: &str| word.parse::<i32>().unwrap();
        let (mut at, mut command, mut out) = ((0, 0), "", Vec::new());
        let mut words = spaced.split_whitespace();
        while let Some(word) = words.next() {
            if "Mlhv".contains(word) {
                command = word;
                continue;
            }
            at = match command {
                "M" => (pixels(word), pixels(words.next().unwrap())),
                "l" => (at.0 + pixels(word), at.1 + pixels(words.next().unwrap())),
                "h" => (at.0 + pixels(word), at.1),
                _ => (at.0, at.1 + pixels(word)),
            };
            out.push(at);
        }
        out
    }
}
