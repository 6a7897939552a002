//! Charts as SVG text: drawn by plotters through a back-end that writes classes, titles and
//! decimals, so that a chart follows the page's colours and never depends on the machine's fonts.
//!
//! A chart is a value: its data and its words in, one `<svg>` element out. Colours are classes of
//! the page's style sheet; nothing here knows a colour. The plot is stretched to the box that the
//! style sheet gives it, letters and dots are placed in shares of that box and never scaled.

mod backend;
mod bars;
mod beside;
mod calendar;
mod coincide;
mod colour_key;
mod curve;
mod decimate;
mod dendrogram;
mod dots;
mod ends;
#[cfg(test)]
mod examples;
mod frame;
mod grouped;
mod gutters;
mod heat;
mod histogram;
mod labels;
#[cfg(test)]
mod laws;
mod line;
mod notes;
mod paint;
mod path;
mod path_data;
mod quantity;
mod ruler;
mod scale;
mod scree;
mod slots;
mod strip;
mod surface;
mod text;
mod tiles;
mod time;
#[cfg(test)]
mod well_formed;

pub(crate) use bars::bar_chart;
pub(crate) use curve::{MOST_DRAWN, curve_chart};
pub(crate) use dendrogram::clustered_map;
pub(crate) use dots::dot_chart;
pub(crate) use grouped::{BarSeries, GroupedBars, grouped_bars, series_key};
pub(crate) use heat::heat_map;
pub(crate) use histogram::{Histogram, histogram};
pub(crate) use paint::{role_class, state_class};
pub(crate) use path::path_chart;
pub(crate) use quantity::{Crossing, QuantityBand, QuantityChart, quantity_chart};
pub(crate) use ruler::Ruler;
pub(crate) use scree::scree_chart;
pub(crate) use strip::strips;
pub(crate) use surface::surface;
pub(crate) use text::escape;
pub(crate) use tiles::tile_chart;
pub(crate) use time::{line_key, marked_time_chart, time_chart};

use crate::base::units::Day;

/// What every chart carries for readers who do not see it.
#[derive(Debug, Clone)]
pub(crate) struct Words<'a> {
    /// Unique within a page, `[a-z0-9-]+`: the stem of element ids.
    pub id: &'a str,
    /// A short title (the SVG's `<title>`).
    pub title: &'a str,
    /// A sentence on what the chart shows (the SVG's `<desc>`).
    pub description: &'a str,
}

/// Who a mark belongs to: one colour each, throughout the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Role {
    /// Class `ridge`.
    Ridge,
    /// Class `lasso`.
    Lasso,
    /// Class `enet`.
    ElasticNet,
    /// Class `bench`: buy and hold, prevailing mean.
    Benchmark,
    /// Class `ink`: the one quantity of a chart without models.
    Main,
    /// Class `c0` to `c11`: categories such as features.
    Category(u8),
    /// Class `faint`: context behind the rest.
    Faint,
}

/// How values of an axis read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A fraction shown as a percentage with so many decimals.
    Percent(usize),
    /// A plain number with so many decimals.
    Decimal(usize),
    /// A growth multiple: `1x`, `2x`, `5x`.
    Multiple,
}

/// How high a chart is, by its importance; all are as wide as their column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// The chart that answers the question of a page.
    Key,
    /// A chart of its own.
    Wide,
    /// One of several over one time axis.
    Strip,
    /// One of several side by side.
    Small,
}

/// A vertical axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis<'a> {
    /// Short label set at the axis's top, with the unit where it needs one.
    pub label: &'a str,
    pub unit: Unit,
    /// Logarithmic; all values must be positive.
    pub log: bool,
    /// The range to show, widened to the next ticks; that of the data otherwise.
    pub range: Option<(f64, f64)>,
    /// A value to mark with a stronger line, such as 0.
    pub baseline: Option<f64>,
}

/// One line over the chart's horizontal positions; `NaN` interrupts it.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    /// Direct label at the line's end (no legend).
    pub label: &'a str,
    pub role: Role,
    /// One value a position.
    pub values: &'a [f64],
    /// Fill between the line and the baseline (for drawdowns).
    pub fill: bool,
    /// Dashed, for benchmarks and hindsight.
    pub dashed: bool,
    /// Hold each value until the next position (for coefficients, selected alphas).
    pub step: bool,
    /// What follows the label: the last value in the axis's unit, or this text.
    pub end: Option<String>,
}

impl<'a> Line<'a> {
    /// A plain line that ends with its label and its last value.
    pub(crate) fn new(label: &'a str, role: Role, values: &'a [f64]) -> Self {
        Self { label, role, values, fill: false, dashed: false, step: false, end: None }
    }
}

/// A background band over a run of days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band {
    pub from: Day,
    pub to: Day,
    /// State number: class `band s0`, `band s1`, ...
    pub state: usize,
}

/// Lines over days, with regimes as background bands.
#[derive(Debug, Clone)]
pub(crate) struct TimeChart<'a> {
    pub words: Words<'a>,
    /// Horizontal positions, ascending.
    pub days: &'a [Day],
    /// The lines, drawn in order.
    pub lines: Vec<Line<'a>>,
    /// The runs of all states: those of all but the most frequent are drawn behind the lines, all
    /// of them in a ribbon under the axis.
    pub bands: &'a [Band],
    pub axis: Axis<'a>,
    pub size: Size,
    /// First and last day of the axis; those of `days` otherwise.
    pub span: Option<(Day, Day)>,
    pub notes: Vec<Note>,
    /// Days marked by a short stroke at the lower edge of the plot.
    pub marks: Vec<Day>,
}

impl<'a> TimeChart<'a> {
    /// A chart across the column without bands, notes and marks.
    pub(crate) fn new(
        words: Words<'a>,
        days: &'a [Day],
        lines: Vec<Line<'a>>,
        axis: Axis<'a>,
    ) -> Self {
        let (size, notes, marks) = (Size::Wide, Vec::new(), Vec::new());
        Self { words, days, lines, bands: &[], axis, size, span: None, notes, marks }
    }
}

/// A short text at a point of a chart, with a thin line to it.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub day: Day,
    pub value: f64,
    pub text: String,
}

/// What the lines of a [`PathChart`] run along, the strongest restriction on the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    /// Penalties: a positive quantity, falling on a logarithmic axis.
    Penalties,
    /// Whole numbers, rising on a linear axis.
    Counts,
}

/// Lines from the strongest restriction of a model to the weakest.
#[derive(Debug, Clone)]
pub(crate) struct PathChart<'a> {
    pub words: Words<'a>,
    pub along: Along,
    pub x_label: &'a str,
    /// Horizontal positions of each line, parallel to `lines`, the strongest restriction first.
    pub positions: Vec<&'a [f64]>,
    pub lines: Vec<Line<'a>>,
    /// Positions to mark on a line: (line, index), such as the alpha selected last.
    pub marks: Vec<(usize, usize)>,
    pub axis: Axis<'a>,
    pub size: Size,
}

/// Charts one above the other over one time axis: a day is at the same place in all of them.
#[derive(Debug, Clone)]
pub(crate) struct Stack<'a> {
    /// First and last day of the axis.
    pub span: (Day, Day),
    /// Behind the lines of every strip.
    pub bands: &'a [Band],
    /// Days with a vertical rule through all strips, ascending, and the label each has in the
    /// first.
    pub rules: Vec<(Day, String)>,
    pub strips: Vec<Strip<'a>>,
}

/// One chart of a [`Stack`].
#[derive(Debug, Clone)]
pub(crate) struct Strip<'a> {
    pub words: Words<'a>,
    /// The lines, drawn in order, those of the context under the others.
    pub lines: Vec<StripLine<'a>>,
    /// Between which values chance stays.
    pub corridor: Option<Corridor<'a>>,
    pub axis: Axis<'a>,
    /// Height of the plot in pixels, taken as the nearest that the style sheet has.
    pub height: f64,
}

/// A line of a [`Strip`] over days of its own, ascending.
#[derive(Debug, Clone)]
pub(crate) struct StripLine<'a> {
    pub days: &'a [Day],
    pub line: Line<'a>,
    /// Whether it is context, drawn lighter than the line that matters.
    pub light: bool,
}

/// A lower and an upper limit through time, drawn as dashed lines.
#[derive(Debug, Clone)]
pub(crate) struct Corridor<'a> {
    pub days: &'a [Day],
    /// One lower limit a day.
    pub lower: &'a [f64],
    /// One upper limit a day.
    pub upper: &'a [f64],
    /// Direct label at the end of the upper one.
    pub label: &'a str,
}

/// Values by period and by a positive quantity such as alpha, as coloured cells, with a path
/// through them.
#[derive(Debug, Clone)]
pub(crate) struct Surface<'a> {
    pub words: Words<'a>,
    /// First day of the first period.
    pub first: Day,
    /// Last day of each period, ascending.
    pub days: &'a [Day],
    /// The quantity, positive and descending; the smallest is on top.
    pub levels: &'a [f64],
    /// `days x levels`; `NaN` is an empty cell.
    pub values: &'a [Vec<f64>],
    /// Days and levels of the path, each level held until the next day.
    pub path: (&'a [Day], &'a [f64]),
    /// Label of the path at its end.
    pub path_label: &'a str,
    /// Label of the vertical axis, set at its top.
    pub y_label: &'a str,
    /// What the colours mean, with the unit.
    pub key_label: &'a str,
    pub size: Size,
}

/// A square or rectangular matrix of values in `[-1, 1]` as coloured cells: diverging classes
/// `h-5` to `h5`, the value written in each cell where there is room.
#[derive(Debug, Clone)]
pub(crate) struct HeatMap<'a> {
    pub words: Words<'a>,
    pub rows: Vec<&'a str>,
    pub columns: Vec<&'a str>,
    /// `rows x columns`; `NaN` is an empty cell.
    pub values: Vec<Vec<f64>>,
}

/// Two branches of a dendrogram that become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Join {
    /// One branch: a row of the map, or the number of rows plus the position of an earlier join.
    pub a: usize,
    pub b: usize,
    /// Distance at which they join, 0 or more.
    pub height: f64,
}

/// A heat map with the dendrogram of its rows at its left.
#[derive(Debug, Clone)]
pub(crate) struct ClusteredMap<'a> {
    /// The map, its rows in an order in which no branches cross.
    pub map: HeatMap<'a>,
    /// The joins, each after those it builds on.
    pub joins: Vec<Join>,
    /// Distances to mark on the tree, with their labels.
    pub ticks: Vec<(f64, &'a str)>,
}

/// Series over days as rows of coloured cells in the diverging colours of a heat map, each cell
/// as wide as its value holds.
#[derive(Debug, Clone)]
pub(crate) struct TileChart<'a> {
    pub words: Words<'a>,
    /// First day of each column, ascending.
    pub days: &'a [Day],
    /// Last day of the last column.
    pub last: Day,
    /// First and last day of the axis; those of the columns otherwise.
    pub span: Option<(Day, Day)>,
    pub rows: Vec<&'a str>,
    /// `rows x days`; `NaN` is an empty cell.
    pub values: Vec<Vec<f64>>,
    /// The magnitude that takes the strongest colour.
    pub strongest: f64,
    /// What the colours measure, above the cells.
    pub label: &'a str,
    /// A strip under the cells.
    pub bands: &'a [Band],
}

/// Ordered eigenvalues as points on a logarithmic axis, against what chance would give.
#[derive(Debug, Clone)]
pub(crate) struct ScreeChart<'a> {
    pub words: Words<'a>,
    /// The values, largest first.
    pub values: &'a [f64],
    /// Range of each value under chance; empty for none.
    pub chance: Vec<[f64; 2]>,
    /// What that range is called.
    pub chance_label: &'a str,
    /// How many of the first values stand out; drawn stronger than the rest.
    pub outstanding: usize,
    pub label: &'a str,
    /// Horizontal reference lines with labels.
    pub references: Vec<(f64, &'a str)>,
    pub size: Size,
}

/// Vertical bars with labels under and values over them.
#[derive(Debug, Clone)]
pub(crate) struct BarChart<'a> {
    pub words: Words<'a>,
    /// One label a bar.
    pub labels: Vec<&'a str>,
    /// One value a bar.
    pub values: &'a [f64],
    pub role: Role,
    pub axis: Axis<'a>,
    pub size: Size,
}

/// Values with intervals, several series side by side in each of some slots.
#[derive(Debug, Clone)]
pub(crate) struct DotChart<'a> {
    pub words: Words<'a>,
    /// One label a slot.
    pub slots: Vec<&'a str>,
    /// The series, from left to right within a slot.
    pub series: Vec<DotSeries>,
    pub axis: Axis<'a>,
    pub size: Size,
}

/// One series of a [`DotChart`].
#[derive(Debug, Clone)]
pub(crate) struct DotSeries {
    pub role: Role,
    /// One value a slot; `NaN` has none.
    pub values: Vec<f64>,
    /// Interval of each value, drawn as a whisker.
    pub intervals: Vec<Option<[f64; 2]>>,
}

/// Estimates in ascending order with their intervals, and the choices that each was made with as
/// rows of cells beneath.
#[derive(Debug, Clone)]
pub(crate) struct CurveChart<'a> {
    pub words: Words<'a>,
    /// The estimates, ascending.
    pub values: &'a [f64],
    /// One interval an estimate, where there is one.
    pub intervals: Vec<Option<[f64; 2]>>,
    /// Whether each is drawn stronger.
    pub significant: Vec<bool>,
    /// Between which values chance is at evenly spaced places along the curve; empty for none.
    pub band: Vec<[f64; 2]>,
    /// Lines across with their labels, the first at the left, a second at the right.
    pub references: Vec<(f64, &'a str)>,
    /// Estimates with a label.
    pub marks: Vec<CurveMark<'a>>,
    /// The choices, from the top down.
    pub choices: Vec<CurveChoice<'a>>,
    pub axis: Axis<'a>,
}

/// An estimate with a label.
#[derive(Debug, Clone)]
pub(crate) struct CurveMark<'a> {
    /// Its place along the curve, in estimates.
    pub along: f64,
    pub value: f64,
    pub role: Role,
    pub label: &'a str,
}

/// A choice beneath a [`CurveChart`].
#[derive(Debug, Clone)]
pub(crate) struct CurveChoice<'a> {
    pub label: &'a str,
    /// One row a level.
    pub levels: Vec<&'a str>,
    /// The level of each estimate.
    pub of: Vec<usize>,
}
