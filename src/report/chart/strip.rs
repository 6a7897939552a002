//! Charts one above the other over one time axis.
//!
//! Each strip is a drawing of its own with the margins of the widest, so that a day is at the same
//! place in all of them; rules run from edge to edge, so that they meet where strips touch.

use plotters::style::text_anchor::{HPos, VPos};

use super::backend::pixels;
use super::frame::{self, End, Frame, Margins, Size};
use super::paint::Paint;
use super::scale::Scale;
use super::{Corridor, Role, Stack, Strip, calendar, decimate, line, text, time};

/// Rows of labels over the first strip; rules beyond what fits there stay without one.
const LABEL_ROWS: usize = 3;

/// Points a line may draw: strips come by the dozen.
const LINE_BUDGET: usize = 500;

/// Units between a rule and its label, and between two labels.
const LABEL_GAP: f64 = 4.0;

/// Draws the strips of a stack, one `<svg>` element each, to be set without a gap between them.
///
/// Values the axis cannot show interrupt a line; a strip without any says that there are no data.
pub(crate) fn strips(stack: &Stack) -> Vec<String> {
    let size = Size::full(0.0);
    let scales: Vec<Option<Scale>> = stack.strips.iter().map(scale).collect();
    let left = scales.iter().flatten().map(|scale| size.ticks(scale)).fold(0.0, f64::max);
    let labels = stack.strips.iter().flat_map(|strip| {
        let limits = strip.corridor.iter().map(|limits| limits.label);
        strip.lines.iter().map(|each| each.line.label).chain(limits)
    });
    let (_, right) = size.labels(labels);
    let sides = Margins { left, right, ..Margins::default() };
    let numbered = stack.strips.iter().zip(scales).enumerate();
    numbered
        .map(|(at, (strip, scale))| match scale {
            Some(scale) => draw(stack, at, strip, scale, sides),
            None => frame::no_data(&strip.words, Size::full(strip.height), "time"),
        })
        .collect()
}

fn scale(strip: &Strip) -> Option<Scale> {
    let limits = strip.corridor.iter().flat_map(|limits| [limits.lower, limits.upper]).flatten();
    let values = strip.lines.iter().flat_map(|each| each.line.values).chain(limits).copied();
    Scale::fit(&strip.axis, values, if strip.height < 100.0 { 3 } else { 4 })
}

fn draw(stack: &Stack, at: usize, strip: &Strip, scale: Scale, sides: Margins) -> String {
    let is_last = at + 1 == stack.strips.len();
    let span = calendar::span(stack.span);
    let size = Size::full(0.0);
    let flags = (at == 0).then(|| flags(stack, size, sides));
    let rows = flags.iter().flatten().flatten().map(|row| row + 1).max().unwrap_or(0);
    // The first strip keeps a line more, so that its own label has the line below the flags.
    let top = (rows as f64 * size.line() + size.top(strip.axis.label)).ceil();
    let bottom = if is_last { size.axis() } else { 7.0 };
    let size = Size::full(top + strip.height + bottom);
    let names: Vec<&str> = strip.lines.iter().map(|each| each.line.label).collect();
    let frame = Frame::new(size, Margins { top, bottom, ..sides }, span, scale, &names);

    time::draw_bands(&frame, stack.bands, span);
    let [left, top, right, bottom] = frame.edges;
    let ticks = calendar::ticks(stack.span, size, sides);
    for x in ticks.iter().map(|(day, _)| frame.column(*day)) {
        frame.stroke(Paint::Group("grid"), [(x, top), (x, bottom)]);
    }
    // Before the axis: its label stands over the rules, in a halo.
    rules(&frame, stack, flags.as_deref(), if is_last { bottom } else { pixels(size.height) });
    frame.vertical_axis();
    if is_last {
        frame.horizontal_axis(&ticks);
    } else {
        frame.stroke(Paint::Group("axis"), [(left, bottom), (right, bottom)]);
    }
    frame.baseline();
    let corridor_end = strip.corridor.as_ref().and_then(|limits| corridor(&frame, limits));
    let mut ends = lines(&frame, strip);
    ends.extend(corridor_end);
    frame.end_labels(&ends);
    frame.readable(&strip.words, "time strip", &calendar::attributes(stack.span))
}

/// Rules from edge to edge; in the first strip, which has the flags, each from its label down.
fn rules(frame: &Frame, stack: &Stack, flags: Option<&[Option<usize>]>, bottom: i32) {
    for (at, (day, label)) in stack.rules.iter().enumerate() {
        let x = frame.column(calendar::number(*day));
        let row = flags.map(|flags| flags[at]);
        let top = match row {
            Some(Some(row)) => pixels(row as f64 * frame.size.line()),
            Some(None) => frame.edges[1],
            None => 0,
        };
        frame.stroke(Paint::Group("rules"), [(x, top), (x, bottom)]);
        if row.flatten().is_some() {
            let beside = (x + pixels(LABEL_GAP), top);
            frame.write(Paint::Group("value"), label, beside, (HPos::Left, VPos::Top));
        }
    }
}

/// The rows in which the labels of the rules stand: each right of its rule, in the highest row in
/// which neither it nor its rule crosses an earlier label.
fn flags(stack: &Stack, size: Size, sides: Margins) -> Vec<Option<usize>> {
    let (first, last) = calendar::span(stack.span);
    let per_day = (size.width - sides.left - sides.right) / (last - first);
    let mut ends = [f64::NEG_INFINITY; LABEL_ROWS];
    let row = |(day, label): &(_, String)| {
        let x = (calendar::number(*day) - first) * per_day;
        let row = ends.iter().rposition(|end| *end > x).map_or(0, |taken| taken + 1);
        // Set larger on narrow screens.
        *ends.get_mut(row)? = x + (text::width(label, size.font * 1.2) + 2.0 * LABEL_GAP);
        Some(row)
    };
    stack.rules.iter().map(row).collect()
}

/// Draws the two limits; the label at the end of the upper one.
fn corridor(frame: &Frame, limits: &Corridor) -> Option<End> {
    let mut end = None;
    for values in [limits.lower, limits.upper] {
        let inside =
            |(&day, &value)| Some(frame.pixel(calendar::number(day), frame.scale.inside(value)?));
        let points: Vec<_> = limits.days.iter().zip(values).filter_map(inside).collect();
        frame.trace(Paint::Group("references"), &points);
        end = points.last().map(|&last| (limits.label.to_owned(), Role::Faint, last)).or(end);
    }
    end
}

/// Draws the lines, those of the context first; their labels.
fn lines(frame: &Frame, strip: &Strip) -> Vec<End> {
    let budget = decimate::budget(strip.lines.len()).min(LINE_BUDGET);
    let mut ordered: Vec<_> = strip.lines.iter().enumerate().collect();
    ordered.sort_by_key(|(_, each)| !each.light);
    let draw = |(series, each): (usize, &super::StripLine)| {
        let runs = line::runs(frame, &each.line, &calendar::numbers(each.days), budget);
        line::stroke(frame, &each.line, each.light, series, &runs);
        line::end(each.line.label.to_owned(), &each.line, &runs)
    };
    ordered.into_iter().filter_map(draw).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::ToSpan;
    use jiff::civil::date;

    use super::super::well_formed::assert_well_formed;
    use super::super::{Axis, Band, Line, StripLine, Unit, Words};
    use super::*;
    use crate::base::units::Day;

    fn days(count: usize, step: i64) -> Vec<Day> {
        (0..count).map(|t| date(2002, 1, 1) + (t as i64 * step).days()).collect()
    }

    fn strip<'a>(id: &'a str, days: &'a [Day], values: &'a [f64]) -> Strip<'a> {
        let (role, unit) = (Role::Ridge, Unit::Decimal(1));
        let line = |label, light| {
            let line = Line { label, role, values, fill: false, dashed: false, step: false };
            StripLine { days, line, light }
        };
        Strip {
            words: Words { id, title: "T", description: "D" },
            lines: vec![line("Lead", false), line("", true)],
            corridor: None,
            axis: Axis { label: "Value", unit, log: false, range: None, baseline: Some(0.0) },
            height: 80.0,
        }
    }

    fn plot(svg: &str) -> Vec<f64> {
        let text = svg.split("data-plot=\"").nth(1).unwrap().split('"').next().unwrap();
        text.split(' ').map(|part| part.parse().unwrap()).collect()
    }

    /// Left ends of the vertical rules.
    fn rules(svg: &str) -> Vec<f64> {
        let group = svg.split("<g class=\"rules\">").skip(1);
        let paths = group.flat_map(|g| g.split("</g>").next().unwrap().split('M').skip(1));
        paths.map(|p| p.split([' ', 'v', '-']).next().unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn a_day_is_at_one_place_in_all_strips() {
        let (daily, weekly) = (days(2_000, 1), days(285, 7));
        let large: Vec<f64> = (0..2_000).map(|t| f64::from(t) * 1e3).collect();
        let small: Vec<f64> = (0..285).map(|t| f64::from(t) * 1e-3).collect();
        let limits = vec![0.5; 285];
        let mut second = strip("b", &weekly, &small);
        second.corridor =
            Some(Corridor { days: &weekly, lower: &limits, upper: &limits, label: "5 % band" });
        let stack = Stack {
            span: (daily[0], daily[1_999]),
            bands: &[Band { from: daily[100], to: daily[300], state: 1 }],
            rules: vec![(daily[500], "one".into()), (daily[510], "two".into())],
            strips: vec![strip("a", &daily, &large), second],
        };
        let drawn = strips(&stack);
        assert_eq!(drawn.len(), 2);
        drawn.iter().for_each(|svg| assert_well_formed(svg));
        let (a, b) = (plot(&drawn[0]), plot(&drawn[1]));
        assert_eq!((a[0], a[2]), (b[0], b[2]), "one plot width");
        assert_eq!(rules(&drawn[0]), rules(&drawn[1]));
        assert_eq!(rules(&drawn[0]).len(), 2);
        assert_eq!(drawn[0].matches(">one<").count() + drawn[1].matches(">one<").count(), 1);
        assert!(drawn[1].contains("class=\"references\"") && drawn[1].contains("5 % band"));
        assert!(drawn[0].contains("class=\"line ridge light\""));
        assert!(!drawn[0].contains("tick x") && drawn[1].contains("tick x"), "one row of years");
    }

    #[test]
    fn labels_of_near_rules_never_cross() {
        let daily = days(3_000, 1);
        let values = vec![1.0; 3_000];
        let rules: Vec<(Day, String)> =
            [0, 20, 40, 60, 2_000].iter().map(|&t| (daily[t], daily[t].to_string())).collect();
        let stack = Stack {
            span: (daily[0], daily[2_999]),
            bands: &[],
            rules,
            strips: vec![strip("a", &daily, &values)],
        };
        let svg = &strips(&stack)[0];
        assert_well_formed(svg);
        let shown = stack.rules.iter().filter(|(_, label)| svg.contains(&format!(">{label}<")));
        assert_eq!(shown.count(), 4, "three rows, then the first again");
    }
}
