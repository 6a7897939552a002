//! Shorthand for the charts of a report: the defaults that all of them share.

use crate::base::units::Day;
use crate::report::chart::{
    self, Axis, DotSeries, Line, Role, Size, Stack, TimeChart, Unit, Words,
};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Figure, Swatch};
use crate::results::{Estimate, interval, value};

/// A chart across the column.
pub(crate) const WIDE: Size = Size::Wide;
/// A small multiple.
pub(crate) const SMALL: Size = Size::Small;

/// A time chart across the column as a figure, which is called as the chart is.
pub(crate) fn wide(
    chart: &TimeChart<'_>,
    caption: impl Into<String>,
    key: Vec<Swatch>,
    data: impl Into<String>,
) -> Figure {
    let ends = chart::line_key(chart).into_iter().map(Swatch::from).collect();
    let svg = chart::time_chart(chart);
    Figure { ends, ..Figure::new(&chart.words, svg, caption, key, data) }
}

/// Strips one under the other over one time axis, as the drawing of a figure.
pub(crate) fn stacked(stack: &Stack<'_>) -> String {
    let strips = chart::strips(stack).into_iter();
    strips.map(|svg| format!("<div class=\"strip\">{svg}</div>")).collect()
}

/// Estimates with their intervals as one series of a chart, in the colour of a role.
pub(crate) fn dots(role: Role, estimates: impl IntoIterator<Item = Option<Estimate>>) -> DotSeries {
    let dot =
        |estimate| (value(estimate).unwrap_or(f64::NAN), interval(estimate).map(<[f64; 2]>::from));
    let (values, intervals) = estimates.into_iter().map(dot).unzip();
    DotSeries { role, values, intervals }
}

/// What a chart is called and shows.
pub(crate) fn words<'a>(id: &'a str, title: &'a str, description: &'a str) -> Words<'a> {
    Words { id, title, description }
}

/// Lines across the column over the regime of the page.
pub(crate) fn over_regime(
    subject: &Subject<'_>,
    words: Words<'_>,
    days: &[Day],
    lines: Vec<Line<'_>>,
    axis: Axis<'_>,
    caption: impl Into<String>,
    data: impl Into<String>,
) -> Figure {
    let (bands, span) = (&subject.bands, span(subject, days));
    let chart = TimeChart { bands, span, ..TimeChart::new(words, days, lines, axis) };
    wide(&chart, caption, subject.band_key(), data)
}

/// The time axis of a page: the days of the forecasts, or those of the market for what begins
/// before the first of them.
pub(crate) fn span(subject: &Subject<'_>, days: &[Day]) -> Option<(Day, Day)> {
    let (first, last) = (*days.first()?, *days.last()?);
    let forecasts = forecasts(subject).filter(|(start, _)| first >= *start);
    let market = &subject.series.geometry.days;
    let market = || market.first().copied().zip(market.last().copied());
    let (start, end) = forecasts.or_else(market).unwrap_or((first, last));
    Some((start.min(first), end.max(last)))
}

/// First and last day of the forecasts.
pub(crate) fn forecasts(subject: &Subject<'_>) -> Option<(Day, Day)> {
    let days = &subject.series.forecasts.days;
    days.first().copied().zip(days.last().copied())
}

/// A time chart of a gallery over the regime of the page, as far as that can be seen there.
pub(crate) fn small<'a>(
    subject: &'a Subject<'_>,
    words: Words<'a>,
    days: &'a [Day],
    lines: Vec<Line<'a>>,
    axis: Axis<'a>,
) -> TimeChart<'a> {
    let (bands, span) = (subject.small_bands(), span(subject, days));
    TimeChart { bands, span, size: SMALL, ..TimeChart::new(words, days, lines, axis) }
}

/// A linear axis fitted to its data, with a line at zero.
pub(crate) fn zero_axis(label: &str, unit: Unit) -> Axis<'_> {
    Axis { label, unit, log: false, range: None, baseline: Some(0.0) }
}

/// A plain line; the benchmark's is dashed everywhere.
pub(crate) fn line<'a>(label: &'a str, role: Role, values: &'a [f64]) -> Line<'a> {
    Line { dashed: role == Role::Benchmark, ..Line::new(label, role, values) }
}

/// The values of a model as a line, dashed where it is a regime-aware system.
pub(crate) fn line_of<'v>(model: &Model<'_>, label: &'v str, values: &'v [f64]) -> Line<'v> {
    Line { dashed: model.summary.system.is_some(), ..line(label, model.role, values) }
}

/// The smallest range that holds all finite values and zero; `None` without any.
pub(crate) fn common_range<'a>(series: impl IntoIterator<Item = &'a [f64]>) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for &value in series.into_iter().flatten().filter(|value| value.is_finite()) {
        let (low, high) = range.unwrap_or((0.0, 0.0));
        range = Some((low.min(value), high.max(value)));
    }
    range.filter(|(low, high)| low < high)
}

/// A text as part of an id: lowercase letters, digits and single hyphens.
pub(crate) fn slug(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Every `n`-th position of `len`, the last one included, so that at most about `most` remain.
pub(crate) fn thinned(len: usize, most: usize) -> Vec<usize> {
    let step = len.div_ceil(most.max(1)).max(1);
    let last = len.checked_sub(1).filter(|last| last % step != 0);
    (0..len).step_by(step).chain(last).collect()
}

/// The values at `positions`.
pub(crate) fn at<T: Copy>(values: &[T], positions: &[usize]) -> Vec<T> {
    positions.iter().filter_map(|&position| values.get(position).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_letters_digits_and_hyphens() {
        assert_eq!(slug("Elastic_Net / XLE–XLU"), "elastic-net-xle-xlu");
    }

    #[test]
    fn small_multiples_share_a_range_with_zero() {
        let nan = f64::NAN;
        assert_eq!(common_range([&[0.2, nan][..], &[0.1][..]]), Some((0.0, 0.2)));
        assert_eq!(common_range([&[nan][..]]), None);
    }

    #[test]
    fn thinning_keeps_both_ends() {
        for (len, most, kept) in [
            (10, 4, &[0, 3, 6, 9][..]),
            (11, 4, &[0, 3, 6, 9, 10]),
            (3, 10, &[0, 1, 2]),
            (0, 10, &[]),
        ] {
            assert_eq!(thinned(len, most), kept);
        }
    }
}
