//! Lines over days.

use super::backend::{SCALE, pixels};
use super::frame::{self, Frame, Margins, Size};
use super::paint::{Paint, STATES};
use super::scale::Scale;
use super::{Band, TimeChart, calendar, line};
use crate::base::units::Day;

/// Bands beyond this number are thinned to what the eye can separate.
const MOST_BANDS: usize = 300;

/// Days between two bands that are a weekend or a holiday, not a gap.
const CLOSED_DAYS: f64 = 7.0;

/// Height of the stroke that marks a day.
const MARK: f64 = 10.0;

/// Draws lines over days as one `<svg>` element.
///
/// Values the axis cannot show interrupt a line; without any, the chart says that there are no
/// data. Values beyond a fixed range are held at its edge.
pub(crate) fn time_chart(chart: &TimeChart) -> String {
    marked_time_chart(chart, &[])
}

/// The same with some days marked by a stroke at the lower edge of the plot.
pub(crate) fn marked_time_chart(chart: &TimeChart, marks: &[Day]) -> String {
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let size = Size::of(chart.aspect);
    let target = size.y_ticks(chart.axis.label, size.axis());
    let (Some(scale), Some(&first), Some(&last)) =
        (Scale::fit(&chart.axis, values, target), chart.days.first(), chart.days.last())
    else {
        return frame::no_data(&chart.words, size, "time");
    };
    let names: Vec<&str> = chart.lines.iter().map(|line| line.label).collect();
    let (labels, right) = size.labels(names.iter().copied());
    let margins = Margins::about(size, &scale, right, size.axis());
    let span = calendar::span((first, last));
    let frame = Frame::new(size, margins, span, scale, &names);

    draw_bands(&frame, chart.bands, span);
    frame.vertical_axis();
    frame.horizontal_axis(&calendar::ticks((first, last), size, margins));
    let bottom = frame.edges[3];
    for at in calendar::numbers(marks).into_iter().filter(|at| (span.0..=span.1).contains(at)) {
        let x = frame.column(at);
        frame.stroke(Paint::Group("rug"), [(x, bottom), (x, bottom - pixels(MARK))]);
    }
    let xs = calendar::numbers(chart.days);
    let ends = line::draw(&frame, &chart.lines, &vec![&xs[..]; chart.lines.len()], labels);
    frame.end_labels(&ends);

    let [low, high] = [frame.scale.low, frame.scale.high].map(|at| frame.scale.value(at));
    let kind = if frame.scale.log { "log" } else { "linear" };
    let values = format!(" data-y0=\"{low}\" data-y1=\"{high}\" data-scale=\"{kind}\"");
    frame.readable(&chart.words, "time", &(calendar::attributes((first, last)) + &values))
}

/// Bands in pixels, state by state so that each state is one path.
pub(super) fn draw_bands(frame: &Frame, bands: &[Band], span: (f64, f64)) {
    let [_, top, _, bottom] = frame.edges;
    let column = |(s, from, to)| (s, frame.column(from), frame.column(to));
    let mut runs: Vec<(u8, i32, i32)> = merged(bands, span).into_iter().map(column).collect();
    if runs.len() > MOST_BANDS {
        // Runs narrower than a unit go into the run before them.
        runs.dedup_by(|next, run| {
            let joins = run.0 == next.0 || next.2 - next.1 < SCALE as i32;
            if joins {
                run.2 = next.2;
            }
            joins
        });
    }
    runs.sort_by_key(|&(state, from, _)| (state, from));
    for (state, from, to) in runs.into_iter().filter(|&(_, from, to)| to > from) {
        frame.rectangle(Paint::Band(state), (from, top), (to, bottom));
    }
}

/// Bands clipped to the span, stretched over closed days to the next band, equal neighbours joined.
fn merged(bands: &[Band], (first, last): (f64, f64)) -> Vec<(u8, f64, f64)> {
    let numbered = |band: &Band| {
        ((band.state % STATES) as u8, calendar::number(band.from), calendar::number(band.to))
    };
    let mut runs: Vec<_> = bands.iter().map(numbered).filter(|(_, from, to)| from <= to).collect();
    runs.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2)));
    for at in 1..runs.len() {
        if runs[at].1 - runs[at - 1].2 <= CLOSED_DAYS {
            runs[at - 1].2 = runs[at].1;
        }
    }
    let clipped = |(state, from, to): (u8, f64, f64)| (state, from.max(first), to.min(last));
    let mut runs: Vec<_> =
        runs.into_iter().map(clipped).filter(|(_, from, to)| from <= to).collect();
    runs.dedup_by(|next, run| {
        let joins = run.0 == next.0 && run.2 >= next.1;
        if joins {
            run.2 = next.2;
        }
        joins
    });
    runs
}
