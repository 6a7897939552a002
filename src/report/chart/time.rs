//! Lines over days.

use super::backend::units;
use super::coincide::{self, Shown};
use super::ends::{self, End};
use super::frame::{self, Frame, Plot};
use super::gutters::{Gutters, letters};
use super::line::{self, Runs};
use super::paint::{Paint, STATES, role_class};
use super::scale::{self, Scale, Tick};
use super::{Band, Size, TimeChart, calendar, notes, text};
use crate::base::units::Day;

/// Bands beyond this number are thinned to what the eye can separate.
const MOST_BANDS: usize = 300;

/// Days between two bands that are a weekend or a holiday, not a gap.
const CLOSED_DAYS: f64 = 7.0;

/// Height in pixels of the stroke that marks a day.
const MARK: f64 = 10.0;

/// Letters at the left and the right of every time chart across the column: one axis for a page.
pub(super) const SIDES: (u8, u8) = (5, 12);

/// Heights of a letter from a plot down to its labels where a ribbon lies between them.
const UNDER_RIBBON: f64 = 1.8;

/// Draws lines over days as one `<svg>` element.
///
/// Values the axis cannot show interrupt a line; without any, the chart says that there are no
/// data. Lines that cannot be told apart are drawn once and named as one.
pub(crate) fn time_chart(chart: &TimeChart) -> String {
    marked_time_chart(chart, &chart.marks)
}

/// The same with some days marked by a stroke at the lower edge of the plot.
pub(crate) fn marked_time_chart(chart: &TimeChart, marks: &[Day]) -> String {
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let target = Plot::of(chart.size, Gutters::default()).y_ticks();
    let (Some(scale), Some(days)) = (Scale::fit(&chart.axis, values, target), span(chart)) else {
        return frame::no_data(&chart.words, "time");
    };
    let gutters = gutters(chart, &scale);
    let span = calendar::span(days);
    let plot = Plot::of(chart.size, gutters).of_days(span);
    let shown = coincide::shown(&chart.lines, &scale, plot.height);
    let names: Vec<&str> = shown.iter().map(|each| each.label.as_str()).collect();
    let frame = Frame::new(plot, gutters, span, scale, &names);

    draw_bands(&frame, chart.bands, span);
    frame.vertical_axis();
    frame.lower_edge();
    let bottom = frame.edges.1;
    for at in calendar::numbers(marks).into_iter().filter(|at| (span.0..=span.1).contains(at)) {
        let x = frame.column(at);
        frame.stroke(Paint::Group("rug"), [(x, bottom), (x, bottom - units(MARK))]);
    }
    let xs = calendar::numbers(chart.days);
    let runs = line::draw(&frame, &chart.lines, &shown, &vec![&xs[..]; chart.lines.len()]);
    frame.end_labels(&labels(&frame, chart, &shown, &runs));
    let notes = chart.notes.iter();
    let notes = notes.map(|note| (calendar::number(note.day), note.value, note.text.as_str()));
    notes::draw(&frame, notes, &runs);
    axis(&frame, &calendar::ticks(days, chart.size), chart.bands, span);

    let attributes = calendar::attributes(days) + &readable(&frame);
    frame.readable(&chart.words, "time", &attributes)
}

/// Class and label of each line that has a label, those that cannot be told apart as one.
pub(crate) fn line_key(chart: &TimeChart) -> Vec<(String, String)> {
    let values = chart.lines.iter().flat_map(|line| line.values.iter().copied());
    let plot = Plot::of(chart.size, Gutters::default());
    let Some(scale) = Scale::fit(&chart.axis, values, plot.y_ticks()) else { return Vec::new() };
    let shown = coincide::shown(&chart.lines, &scale, plot.height).into_iter();
    shown
        .filter(|each| !each.label.is_empty())
        .map(|each| (role_class(chart.lines[each.number].role), each.label))
        .collect()
}

/// First and last day of the axis.
fn span(chart: &TimeChart) -> Option<(Day, Day)> {
    let ends = chart.days.first().copied().zip(chart.days.last().copied())?;
    Some(chart.span.unwrap_or(ends))
}

/// The same at both sides for every chart across the column, what the labels need for the others.
fn gutters(chart: &TimeChart, scale: &Scale) -> Gutters {
    let (left, right) = match chart.size {
        Size::Small => {
            let labels = chart.lines.iter().map(|line| line.label);
            (frame::left(scale), right_of_labels(labels, chart.size))
        }
        _ => (frame::left(scale).max(SIDES.0), SIDES.1),
    };
    Gutters { left, right, top: frame::top(chart.axis.label), bottom: 2, ..Gutters::default() }
}

/// Letters at the right that labels of lines take: as many as in a time chart, fewer beside a small
/// multiple.
pub(super) fn right_of_labels<'a>(labels: impl Iterator<Item = &'a str>, size: Size) -> u8 {
    let widest = labels.map(text::strong_width).fold(0.0, f64::max);
    match size {
        _ if widest == 0.0 => 1,
        Size::Small => letters(widest + ends::GAP, 8),
        _ => SIDES.1,
    }
}

fn labels(frame: &Frame, chart: &TimeChart, shown: &[Shown], runs: &[Runs]) -> Vec<End> {
    let with_value = chart.size != Size::Small;
    let drawn = shown.iter().zip(runs);
    drawn
        .filter_map(|(each, runs)| {
            let line = &chart.lines[each.number];
            line::end(frame, &each.label, line, runs, with_value)
        })
        .collect()
}

/// What a script needs to read values off the paths.
pub(super) fn readable(frame: &Frame) -> String {
    let scale = &frame.scale;
    let [low, high] = [scale.low, scale.high].map(|at| scale.value(at));
    let kind = if scale.log { "log" } else { "linear" };
    let (unit, places) = scale::kind(scale.unit);
    format!(
        " data-y0=\"{low}\" data-y1=\"{high}\" data-scale=\"{kind}\" data-unit=\"{unit}\" \
         data-places=\"{places}\""
    )
}

/// Ticks with their labels under the plot, and the ribbon of all states between them.
pub(super) fn axis(frame: &Frame, ticks: &[Tick], bands: &[Band], span: (f64, f64)) {
    let runs = thinned(frame, merged(bands, span));
    let has_ribbon = runs.iter().any(|run| run.0 != runs[0].0);
    if has_ribbon {
        ribbon(frame, &runs);
    } else {
        frame.tick_marks(ticks);
    }
    let below = if has_ribbon { UNDER_RIBBON } else { frame::BELOW };
    frame.tick_labels(ticks, below);
}

fn ribbon(frame: &Frame, runs: &[(u8, i32, i32)]) {
    let mut states: Vec<u8> = runs.iter().map(|run| run.0).collect();
    states.sort_unstable();
    states.dedup();
    let path = |state: &u8| {
        let of_state = runs.iter().filter(|run| run.0 == *state);
        let boxes = of_state.map(|(_, from, to)| format!("M{from} 0h{}v4h-{0}z", to - from));
        format!("<path class=\"state s{state}\" d=\"{}\"/>", boxes.collect::<String>())
    };
    let paths: String = states.iter().map(path).collect();
    frame.over(&format!(
        "<svg class=\"ribbon\" y=\"100%\" width=\"100%\" height=\"4\" viewBox=\"0 0 {} 4\" \
         preserveAspectRatio=\"none\">{paths}</svg>",
        frame.edges.0
    ));
}

/// Bands of all states but the most frequent, state by state so that each state is one path.
pub(super) fn draw_bands(frame: &Frame, bands: &[Band], span: (f64, f64)) {
    let Some(usual) = usual(bands) else { return };
    let mut runs = thinned(frame, merged(bands, span));
    runs.sort_by_key(|&(state, from, _)| (state, from));
    for (state, from, to) in runs.into_iter().filter(|run| run.0 != usual) {
        frame.rectangle(Paint::Band(state), (from, 0), (to, frame.edges.1));
    }
}

/// The state that most days are in, the first of equals.
fn usual(bands: &[Band]) -> Option<u8> {
    let mut days = [0.0; STATES];
    for (state, from, to) in bands.iter().map(numbered) {
        days[usize::from(state)] += (to - from + 1.0).max(0.0);
    }
    let most = days.iter().copied().fold(0.0, f64::max);
    let state = days.iter().position(|days| *days == most)?;
    (most > 0.0).then_some(state as u8)
}

fn numbered(band: &Band) -> (u8, f64, f64) {
    ((band.state % STATES) as u8, calendar::number(band.from), calendar::number(band.to))
}

/// Bands in columns of the canvas; where they are very many, those narrower than a pixel go into
/// the one before them.
fn thinned(frame: &Frame, runs: Vec<(u8, f64, f64)>) -> Vec<(u8, i32, i32)> {
    let column = |(state, from, to)| (state, frame.column(from), frame.column(to));
    let mut runs: Vec<(u8, i32, i32)> = runs.into_iter().map(column).collect();
    let pixel = frame.across_units(1.0).max(1);
    if runs.len() > MOST_BANDS {
        runs.dedup_by(|next, run| {
            let joins = run.0 == next.0 || next.2 - next.1 < pixel;
            if joins {
                run.2 = next.2;
            }
            joins
        });
    }
    runs.retain(|&(_, from, to)| to > from);
    runs
}

/// Bands clipped to the span, stretched over closed days to the next band, equal neighbours joined.
fn merged(bands: &[Band], (first, last): (f64, f64)) -> Vec<(u8, f64, f64)> {
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
