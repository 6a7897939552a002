//! How often values fall where: counts in bins of a round width.

use super::backend::units;
use super::bars::foot;
use super::frame::{self, Anchor, Frame, Plot};
use super::gutters::{Gutters, LEADING, LETTER};
use super::paint::Paint;
use super::scale::{Scale, is_shown, round_step};
use super::{Axis, Role, Size, Unit, Words, quantity, text};

/// Bins to aim at, across the column and in a small chart.
const BINS: (usize, usize) = (36, 20);

/// Most bins that are drawn: values far out are counted in the last.
const MOST: i64 = 120;

/// Rows of labels over the plot.
const LABEL_ROWS: usize = 3;

/// Counts of values, such as monthly returns.
#[derive(Debug, Clone)]
pub(crate) struct Histogram<'a> {
    pub words: Words<'a>,
    pub values: &'a [f64],
    /// Other values with their name, as an outline in the same bins: the benchmark.
    pub against: Option<(&'a str, &'a [f64])>,
    pub role: Role,
    pub unit: Unit,
    /// What is counted, under the axis.
    pub x_label: &'a str,
    /// Values with a rule and a label, such as a quantile.
    pub marks: Vec<(f64, &'a str)>,
    pub size: Size,
}

/// Draws a histogram as one `<svg>` element, with a rule at zero where that is inside.
///
/// Bins begin at multiples of their width, so that none holds values of both signs.
pub(crate) fn histogram(chart: &Histogram) -> String {
    let Some(bins) = Bins::of(chart) else {
        return frame::no_data(&chart.words, "histogram");
    };
    let (own, other) = (bins.counts(chart.values), chart.against.map(|(_, v)| bins.counts(v)));
    // The outline is brought to the same total, where there are more or fewer of the others.
    let total = |counts: &[f64]| counts.iter().sum::<f64>();
    let other: Option<Vec<f64>> = other.filter(|other| total(other) > 0.0).map(|other| {
        let factor = total(&own) / total(&other);
        other.iter().map(|count| count * factor).collect()
    });
    let axis = Axis {
        label: "Number",
        unit: Unit::Decimal(0),
        log: false,
        range: None,
        baseline: Some(0.0),
    };
    let all = own.iter().chain(other.iter().flatten()).copied();
    let usual = Plot::of(chart.size, Gutters::default());
    let Some(scale) = Scale::fit(&axis, all, usual.y_ticks().min(4)) else {
        return frame::no_data(&chart.words, "histogram");
    };
    let flags = flags(chart, &bins, &scale);
    let rows = flags.iter().map(|(row, _)| row + 1).max().unwrap_or(0);
    let gutters = Gutters {
        left: frame::left(&scale),
        right: 1,
        top: 2 + (rows as f64 * LEADING / LETTER).ceil() as u8,
        bottom: if chart.x_label.is_empty() { 2 } else { 4 },
        ..Gutters::default()
    };
    let plot = Plot::of(chart.size, gutters);
    let frame = Frame::new(plot, gutters, bins.span(), scale, &[]);

    frame.vertical_axis();
    let gap = units(1.0).min((frame.column(bins.edge(1)) - frame.column(bins.edge(0))) / 5);
    for (at, count) in own.iter().enumerate().filter(|(_, count)| **count > 0.0) {
        let Some((from, top)) = frame.place(bins.edge(at), *count) else { continue };
        let (to, bottom) = foot(&frame, bins.edge(at + 1), 0.0);
        frame.rectangle(Paint::Bar(chart.role), (from, top), (to - gap, bottom));
    }
    if let Some(other) = &other {
        outline(&frame, &bins, other);
    }
    frame.baseline();
    let span = bins.span();
    frame.horizontal_axis(&quantity::ticks(chart.unit, span, 9));
    frame.write("label", chart.x_label, frame.edges, (0.0, 3.0), Anchor::End);
    if span.0 < 0.0 && span.1 > 0.0 {
        let x = frame.column(0.0);
        frame.stroke(Paint::Group("baseline"), [(x, 0), (x, frame.edges.1)]);
    }
    for (&(value, label), &(row, spare)) in chart.marks.iter().zip(&flags) {
        if (span.0..=span.1).contains(&value) {
            mark(&frame, value, label, rows - row, spare);
        }
    }
    frame.document(&chart.words, "histogram")
}

/// A rule from its label, which stands so many rows over the plot, down.
fn mark(frame: &Frame, value: f64, label: &str, rows: usize, spare: bool) {
    let x = frame.column(value);
    let above = rows as f64 * LEADING + LEADING * 0.9;
    frame.rule("rule", x, above);
    let class = if spare { "flag spare" } else { "flag" };
    let down = 0.85 - above / LETTER;
    frame.write(class, label, (x, 0), (4.0, down), Anchor::Start);
}

/// The row of each label from above, and whether a phone has no room for it.
fn flags(chart: &Histogram, bins: &Bins, scale: &Scale) -> Vec<(usize, bool)> {
    let gutters = Gutters { left: frame::left(scale), right: 1, ..Gutters::default() };
    let (wide, narrow) = (Plot::of(chart.size, gutters).width, gutters.phone_plot());
    let (low, high) = bins.span();
    let mut ends = [(f64::NEG_INFINITY, f64::NEG_INFINITY); LABEL_ROWS];
    let place = |&(value, label): &(f64, &str)| {
        let share = (value - low) / (high - low);
        let width = text::width(label) + 8.0;
        let row = ends.iter().position(|end| end.0 <= share * wide).unwrap_or(LABEL_ROWS - 1);
        let on_phone = share * narrow;
        let spare = on_phone < ends[row].1 || on_phone + width > narrow + LETTER;
        let end = if spare { ends[row].1 } else { on_phone + width };
        ends[row] = (share * wide + width, end);
        (row, spare)
    };
    chart.marks.iter().map(place).collect()
}

/// The other values as a stepped line.
fn outline(frame: &Frame, bins: &Bins, counts: &[f64]) {
    let steps = counts.iter().enumerate().flat_map(|(at, count)| {
        [bins.edge(at), bins.edge(at + 1)].map(|edge| frame.place(edge, *count))
    });
    let (first, last) = bins.span();
    let ends = [first, last].map(|edge| foot(frame, edge, 0.0));
    let points: Vec<(i32, i32)> =
        [ends[0]].into_iter().chain(steps.flatten()).chain([ends[1]]).collect();
    frame.trace(Paint::Line { role: Role::Benchmark, kind: "", series: u8::MAX }, &points);
}

/// Bins of equal width, one edge at zero.
struct Bins {
    width: f64,
    /// Multiple of the width at which the first begins.
    first: i64,
    count: usize,
}

impl Bins {
    fn of(chart: &Histogram) -> Option<Self> {
        let shown = |values: &[f64]| -> Option<(f64, f64)> {
            let values = || values.iter().copied().filter(|&value| is_shown(value, false));
            Some((values().reduce(f64::min)?, values().reduce(f64::max)?))
        };
        let (mut low, mut high) = shown(chart.values)?;
        if let Some((from, to)) = chart.against.and_then(|(_, values)| shown(values)) {
            (low, high) = (low.min(from), high.max(to));
        }
        let aim = if chart.size == Size::Small { BINS.1 } else { BINS.0 };
        let width = if high > low { round_step((high - low) / aim as f64) } else { 1.0 };
        let first = libm::floor(low / width);
        let last = libm::floor(high / width);
        if first.abs() > 1e15 || last.abs() > 1e15 {
            return None;
        }
        let (first, last) = (first as i64, last as i64);
        let count = (last - first + 1).clamp(1, MOST) as usize;
        Some(Self { width, first, count })
    }

    fn edge(&self, at: usize) -> f64 {
        (self.first + at as i64) as f64 * self.width
    }

    fn span(&self) -> (f64, f64) {
        (self.edge(0), self.edge(self.count))
    }

    fn counts(&self, values: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; self.count];
        for &value in values.iter().filter(|&&value| is_shown(value, false)) {
            let bin = libm::floor(value / self.width) - self.first as f64;
            counts[bin.clamp(0.0, (self.count - 1) as f64) as usize] += 1.0;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::well_formed::assert_well_formed;

    fn chart<'a>(values: &'a [f64], against: &'a [f64]) -> Histogram<'a> {
        Histogram {
            words: Words { id: "h", title: "T", description: "D" },
            values,
            against: Some(("SPY", against)),
            role: Role::Ridge,
            unit: Unit::Percent(0),
            x_label: "Return of a month",
            marks: vec![(-0.06, "5 % quantile −6 %"), (0.01, "mean 1 %"), (9.0, "far")],
            size: Size::Wide,
        }
    }

    #[test]
    fn counts_are_those_of_the_values_and_no_bin_has_both_signs() {
        let values = [-0.081, -0.02, -0.001, 0.0, 0.001, 0.019, 0.05, 0.2];
        let bins =
            Bins::of(&chart(&values, &[])).unwrap_or(Bins { width: 0.0, first: 0, count: 0 });
        assert!((bins.width - 0.01).abs() < 1e-12 && bins.first == -9 && bins.count == 30);
        let counts = bins.counts(&values);
        assert_eq!(counts.iter().sum::<f64>(), 8.0);
        let below = counts[..9].iter().sum::<f64>();
        assert_eq!((below, counts[8], counts[9]), (3.0, 1.0, 2.0), "zero belongs to the gains");
    }

    #[test]
    fn bars_outline_and_marks_are_drawn() {
        let values: Vec<f64> = (0..300).map(|t| f64::from(t % 37) * 0.005 - 0.08).collect();
        let svg = histogram(&chart(&values, &values[..100]));
        assert_well_formed(&svg);
        for part in
            ["class=\"bar ridge\"", "class=\"line bench\"", ">mean 1 %<", "class=\"baseline\""]
        {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        assert_eq!(svg.matches("<line class=\"rule\"").count(), 2, "what is outside has no rule");
        assert!(histogram(&chart(&[f64::NAN], &[])).contains("no data"));
        assert_well_formed(&histogram(&chart(&[0.01], &[])));
    }
}
