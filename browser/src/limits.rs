//! What pages are held to, all in one place. Lengths in CSS pixels.

/// Widths at which no page scrolls sideways, letters are read and labels kept apart.
pub const WIDTHS: [u32; 4] = [1440, 820, 390, 320];

/// Height of the window of a desktop.
pub const WINDOW_HEIGHT: u32 = 1000;

/// The smallest letters, after every scaling of an SVG.
pub const SMALLEST_LETTERS: f64 = 11.0;

/// The shortest side of what is tapped on a phone.
pub const SMALLEST_TARGET: f64 = 24.0;

/// Widths that count as a phone.
pub const PHONE: u32 = 390;

/// The key figure of an experiment ends above this line, in a window of 1440 by 1000.
pub const KEY_FIGURE_ENDS: f64 = 900.0;

/// The forest plot of the front page begins above this line, in a window of 1440 by 1000: how far
/// down it goes depends on the number of experiments.
pub const FOREST_BEGINS: f64 = 600.0;

/// The longest page of an experiment, at 1440.
pub const LONGEST_EXPERIMENT: f64 = 7000.0;

/// The most words that are visible on an experiment's page before anything is opened.
pub const MOST_WORDS: usize = 1500;

/// Bytes of the front page, packed by gzip.
pub const HEAVIEST_FRONT: usize = 60_000;

/// Bytes of an experiment's page, packed by gzip.
pub const HEAVIEST_EXPERIMENT: usize = 90_000;

/// Bytes of all scripts that a page loads at once, as they are written.
pub const HEAVIEST_SCRIPTS: u64 = 15_000;

/// The same on the page that compares experiments, which draws its charts by itself.
pub const HEAVIEST_COMPARISON: u64 = 22_000;

/// Pages of paper that an experiment's brief may take.
pub const PAPER: std::ops::RangeInclusive<usize> = 3..=6;

/// How far labels may reach into one another before they count as overlapping.
pub const OVERLAP: f64 = 1.0;

/// How far edges may lie apart that have to be in line.
pub const OUT_OF_LINE: f64 = 0.75;
