//! A sheet of pixels: filled outlines, lines and letters, and its PNG. One processor's bytes are
//! every processor's: coverage is computed without special instructions, and no font of the machine
//! is used.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::base::gzip;

/// Red, green and blue.
pub(super) type Colour = [u8; 3];

/// Pixels in rows from the top.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize, paper: Colour) -> Self {
        Self { width, height, pixels: vec![paper; width * height] }
    }

    /// Paints what an outline covers.
    fn fill(&mut self, outline: &Rasterizer, colour: Colour) {
        let pixels = &mut self.pixels;
        outline.for_each_pixel(|at, coverage| {
            let share = coverage.abs().min(1.0);
            if let Some(pixel) = pixels.get_mut(at).filter(|_| share > 0.0) {
                for (part, own) in pixel.iter_mut().zip(colour) {
                    let mixed = f32::from(*part) + (f32::from(own) - f32::from(*part)) * share;
                    *part = mixed.round() as u8;
                }
            }
        });
    }

    fn outline(&self) -> Rasterizer {
        Rasterizer::new(self.width, self.height)
    }

    /// A line through points, each piece a rectangle, rounded where pieces meet; `dash` is the
    /// length of strokes and gaps, 0 for none.
    pub(super) fn polyline(&mut self, points: &[Point], width: f32, dash: f32, colour: Colour) {
        let mut outline = self.outline();
        let mut along = 0.0_f32;
        for pair in points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let length = libm::hypotf(to.x - from.x, to.y - from.y);
            if length > 0.0 && (dash == 0.0 || libm::fmodf(along, 2.0 * dash) < dash) {
                let (x, y) = ((to.x - from.x) / length, (to.y - from.y) / length);
                let half = width / 2.0;
                // A little longer, so that no notch is left at a bend.
                let over = if dash == 0.0 { half * 0.7 } else { 0.0 };
                let (ends, side) = ((x * over, y * over), (-y * half, x * half));
                let corners = [
                    point(from.x - ends.0 + side.0, from.y - ends.1 + side.1),
                    point(to.x + ends.0 + side.0, to.y + ends.1 + side.1),
                    point(to.x + ends.0 - side.0, to.y + ends.1 - side.1),
                    point(from.x - ends.0 - side.0, from.y - ends.1 - side.1),
                ];
                closed(&mut outline, &corners);
            }
            along += length;
        }
        self.fill(&outline, colour);
    }

    pub(super) fn rectangle(&mut self, (x, y): (f32, f32), size: (f32, f32), colour: Colour) {
        let (right, bottom) = (x + size.0, y + size.1);
        let mut outline = self.outline();
        let corners = [point(x, y), point(right, y), point(right, bottom), point(x, bottom)];
        closed(&mut outline, &corners);
        self.fill(&outline, colour);
    }

    pub(super) fn dot(&mut self, middle: Point, radius: f32, colour: Colour) {
        // Four curves: the length of their arms for a quarter of a circle.
        let arm = radius * 0.552_284_8;
        let at = |x: f32, y: f32| point(middle.x + x, middle.y + y);
        let mut outline = self.outline();
        let quarters = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
        for pair in quarters.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            outline.draw_cubic(
                at(ax * radius, ay * radius),
                at(ax * radius + bx * arm, ay * radius + by * arm),
                at(bx * radius + ax * arm, by * radius + ay * arm),
                at(bx * radius, by * radius),
            );
        }
        self.fill(&outline, colour);
    }

    /// A line of text from its left end on its base line.
    pub(super) fn text(
        &mut self,
        face: &Face<'_>,
        size: f32,
        at: (f32, f32),
        colour: Colour,
        text: &str,
    ) {
        let scale = size / f32::from(face.units_per_em());
        let start = point(at.0, at.1);
        let mut pen =
            Pen { outline: self.outline(), origin: start, scale, first: start, last: start };
        for glyph in text.chars().filter_map(|letter| face.glyph_index(letter)) {
            // A space has no outline.
            let _ = face.outline_glyph(glyph, &mut pen);
            pen.origin.x += advance(face, glyph) * size;
        }
        let outline = pen.outline;
        self.fill(&outline, colour);
    }

    /// The picture as a file.
    pub(super) fn png(&self) -> Vec<u8> {
        let mut header = Vec::new();
        header.extend((self.width as u32).to_be_bytes());
        header.extend((self.height as u32).to_be_bytes());
        // Eight bits of red, green and blue; the only ways of packing and filtering; not interlaced.
        header.extend([8, 2, 0, 0, 0]);
        let row = |row: &[Colour]| [&[0][..], row.as_flattened()].concat();
        let rows: Vec<u8> = self.pixels.chunks(self.width).flat_map(row).collect();
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in [(b"IHDR", header), (b"IDAT", gzip::zlib(&rows)), (b"IEND", Vec::new())]
        {
            file.extend((data.len() as u32).to_be_bytes());
            let chunk = [&kind[..], &data].concat();
            file.extend(&chunk);
            file.extend(gzip::crc32(&chunk).to_be_bytes());
        }
        file
    }
}

/// Width of a text; letters that the face lacks have none.
pub(super) fn width(face: &Face<'_>, size: f32, text: &str) -> f32 {
    let glyphs = text.chars().filter_map(|letter| face.glyph_index(letter));
    glyphs.map(|glyph| advance(face, glyph)).sum::<f32>() * size
}

/// Advance of a glyph in ems.
fn advance(face: &Face<'_>, glyph: GlyphId) -> f32 {
    f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / f32::from(face.units_per_em())
}

fn closed(outline: &mut Rasterizer, corners: &[Point; 4]) {
    for at in 0..4 {
        outline.draw_line(corners[at], corners[(at + 1) % 4]);
    }
}

/// Writes outlines of letters, whose vertical axis points upward.
struct Pen {
    outline: Rasterizer,
    origin: Point,
    scale: f32,
    /// Where the contour began, and where it is.
    first: Point,
    last: Point,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> Point {
        point(self.origin.x + x * self.scale, self.origin.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.first = self.at(x, y);
        self.last = self.first;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.outline.draw_line(self.last, to);
        self.last = to;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (arm, to) = (self.at(x1, y1), self.at(x, y));
        self.outline.draw_quad(self.last, arm, to);
        self.last = to;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, to) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.outline.draw_cubic(self.last, a, b, to);
        self.last = to;
    }

    fn close(&mut self) {
        self.outline.draw_line(self.last, self.first);
        self.last = self.first;
    }
}
