//! Charts one above the other over one time axis.
//!
//! Each strip is a drawing of its own with the gutters of the widest, so that a day is at the same
//! place in all of them; rules run from edge to edge, so that they meet where strips touch.

use super::ends::End;
use super::frame::{self, Anchor, Frame, strip as plot};
use super::gutters::{Gutters, LEADING, LETTER};
use super::line::Style;
use super::paint::Paint;
use super::scale::Scale;
use super::{Corridor, Role, Size, Stack, Strip, StripLine, calendar, decimate, line, text, time};

/// Rows of labels over the first strip; rules beyond what fits there stay without one.
const LABEL_ROWS: usize = 3;

/// Points a line may draw: strips come by the dozen.
const LINE_BUDGET: usize = 500;

/// Pixels between a rule and its label, and between two labels.
const LABEL_GAP: f64 = 4.0;

/// Draws the strips of a stack, one `<svg>` element each, to be set without a gap between them.
///
/// Values the axis cannot show interrupt a line; a strip without any says that there are no data.
pub(crate) fn strips(stack: &Stack) -> Vec<String> {
    let scales: Vec<Option<Scale>> = stack.strips.iter().map(scale).collect();
    let left = scales.iter().flatten().map(frame::left).fold(time::SIDES.0, u8::max);
    let sides = Gutters { left, right: time::SIDES.1, ..Gutters::default() };
    let numbered = stack.strips.iter().zip(scales).enumerate();
    numbered
        .map(|(at, (strip, scale))| match scale {
            Some(scale) => draw(stack, at, strip, scale, sides),
            None => frame::no_data(&strip.words, "time"),
        })
        .collect()
}

fn scale(strip: &Strip) -> Option<Scale> {
    let limits = strip.corridor.iter().flat_map(|limits| [limits.lower, limits.upper]).flatten();
    let values = strip.lines.iter().flat_map(|each| each.line.values).chain(limits).copied();
    Scale::fit(&strip.axis, values, plot(strip.height, Gutters::default()).y_ticks())
}

fn draw(stack: &Stack, at: usize, strip: &Strip, scale: Scale, sides: Gutters) -> String {
    let is_last = at + 1 == stack.strips.len();
    let span = calendar::span(stack.span);
    let flags = (at == 0).then(|| flags(stack, sides));
    let rows = flags.iter().flatten().filter_map(|flag| Some(flag.row? + 1)).max().unwrap_or(0);
    // The first strip keeps a line more, so that its own label has the line below the flags.
    let over = (rows as f64 * LEADING / LETTER).ceil() as u8;
    let gutters = Gutters {
        top: frame::top(strip.axis.label) + over,
        bottom: if is_last { 2 } else { 0 },
        ..sides
    };
    let names: Vec<&str> = strip.lines.iter().map(|each| each.line.label).collect();
    let frame = Frame::new(plot(strip.height, gutters).of_days(span), gutters, span, scale, &names);

    time::draw_bands(&frame, stack.bands, span);
    let ticks = calendar::ticks(stack.span, Size::Strip);
    for x in ticks.iter().map(|(day, _)| frame.column(*day)) {
        frame.stroke(Paint::Group("grid"), [(x, 0), (x, frame.edges.1)]);
    }
    rules(&frame, stack, flags.as_deref());
    frame.vertical_axis();
    frame.lower_edge();
    if is_last {
        time::axis(&frame, &ticks, stack.bands, span);
    }
    frame.baseline();
    let corridor_end = strip.corridor.as_ref().and_then(|limits| corridor(&frame, limits));
    let mut ends = lines(&frame, strip);
    ends.extend(corridor_end);
    frame.end_labels(&ends);
    let attributes = calendar::attributes(stack.span) + &time::readable(&frame);
    frame.readable(&strip.words, "time", &attributes)
}

/// Rules from edge to edge; in the first strip, which has the flags, each from its label down.
fn rules(frame: &Frame, stack: &Stack, flags: Option<&[Flag]>) {
    let above = f64::from(frame.gutters.top) * LETTER;
    for (at, (day, label)) in stack.rules.iter().enumerate() {
        let x = frame.column(calendar::number(*day));
        let flag = flags.map(|flags| &flags[at]);
        let row = flag.and_then(|flag| flag.row);
        let above = match (flag, row) {
            (None, _) => above,
            (Some(_), None) => 0.0,
            (Some(_), Some(row)) => above - row as f64 * LEADING,
        };
        frame.rule("rule", x, above);
        if row.is_some() {
            let class = if flag.is_some_and(|flag| flag.is_spare) { "flag spare" } else { "flag" };
            let down = 0.85 - above / LETTER;
            frame.write(class, label, (x, 0), (LABEL_GAP, down), Anchor::Start);
        }
    }
}

/// Where the label of a rule stands.
struct Flag {
    /// The row, from above; `None` where all are taken.
    row: Option<usize>,
    /// Whether a phone has no room for it.
    is_spare: bool,
}

/// The rows in which the labels of the rules stand: each right of its rule, in the highest row in
/// which neither it nor its rule crosses an earlier label.
fn flags(stack: &Stack, sides: Gutters) -> Vec<Flag> {
    let (first, last) = calendar::span(stack.span);
    let mut ends = [(f64::NEG_INFINITY, f64::NEG_INFINITY); LABEL_ROWS];
    let (wide, narrow) = (frame::Plot::of(Size::Strip, sides).width, sides.phone_plot());
    let flag = |(day, label): &(_, String)| {
        let share = (calendar::number(*day) - first) / (last - first);
        let (x, on_phone) = (share * wide, share * narrow);
        let width = text::width(label) + 2.0 * LABEL_GAP;
        let row = ends.iter().rposition(|end| end.0 > x).map_or(0, |taken| taken + 1);
        let Some(end) = ends.get_mut(row) else { return Flag { row: None, is_spare: true } };
        let is_spare = end.1 > on_phone || on_phone + width > narrow + LETTER;
        *end = (x + width, if is_spare { end.1 } else { on_phone + width });
        Flag { row: Some(row), is_spare }
    };
    stack.rules.iter().map(flag).collect()
}

/// Draws the two limits; the label at the end of the upper one.
fn corridor(frame: &Frame, limits: &Corridor) -> Option<End> {
    let mut end = None;
    for values in [limits.lower, limits.upper] {
        let inside =
            |(&day, &value)| Some(frame.unit(calendar::number(day), frame.scale.inside(value)?));
        let points: Vec<_> = limits.days.iter().zip(values).filter_map(inside).collect();
        frame.trace(Paint::Group("references"), &points);
        let label = || vec![limits.label.to_owned()];
        end = points.last().map(|&at| End { lines: label(), role: Role::Faint, at }).or(end);
    }
    end
}

/// Draws the lines, those of the context first; their labels.
fn lines(frame: &Frame, strip: &Strip) -> Vec<End> {
    let budget = decimate::budget(strip.lines.len()).min(LINE_BUDGET);
    let days: Vec<Vec<f64>> = strip.lines.iter().map(|each| calendar::numbers(each.days)).collect();
    let lines = strip.lines.iter().zip(&days);
    let lines: Vec<_> = lines.map(|(each, days)| (&each.line, days.as_slice())).collect();
    let runs = line::runs_of_all(frame, &lines, budget);
    let mut ordered: Vec<_> = strip.lines.iter().zip(&runs).enumerate().collect();
    ordered.sort_by_key(|(_, (each, _))| !each.light);
    let draw = |(series, (each, runs)): (usize, (&StripLine, &line::Runs))| {
        let style = if each.light { Style::Light } else { Style::of(&each.line) };
        line::stroke(frame, &each.line, style, series, runs);
        line::end(frame, each.line.label, &each.line, runs, !each.light)
    };
    ordered.into_iter().filter_map(draw).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::ToSpan;
    use jiff::civil::date;

    use super::super::well_formed::assert_well_formed;
    use super::super::{Axis, Band, Line, Unit, Words};
    use super::*;
    use crate::base::units::Day;

    fn days(count: usize, step: i64) -> Vec<Day> {
        (0..count).map(|t| date(2002, 1, 1) + (t as i64 * step).days()).collect()
    }

    fn strip<'a>(id: &'a str, days: &'a [Day], values: &'a [f64]) -> Strip<'a> {
        let (role, unit) = (Role::Ridge, Unit::Decimal(1));
        let line = |label, light| {
            let line = Line::new(label, role, values);
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

    /// The part of each element `before` its first occurrence and the next quote.
    fn values<'s>(svg: &'s str, before: &str) -> Vec<&'s str> {
        svg.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    /// Left ends of the vertical rules.
    fn rules(svg: &str) -> Vec<&str> {
        values(svg, "<line class=\"rule\" x1=\"")
    }

    /// Gutters at the sides.
    fn sides(svg: &str) -> (String, String) {
        let classes = values(svg, "class=\"chart ")[0];
        let starting = |c| {
            classes.split(' ').find(|class| {
                class.starts_with(c) && class[1..].chars().all(|c| c.is_ascii_digit())
            })
        };
        (starting('l').unwrap().to_owned(), starting('r').unwrap().to_owned())
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
        assert_eq!(sides(&drawn[0]), sides(&drawn[1]), "one plot width");
        assert_eq!(sides(&drawn[0]).1, format!("r{}", time::SIDES.1));
        assert_eq!(rules(&drawn[0]), rules(&drawn[1]));
        assert_eq!(rules(&drawn[0]).len(), 2);
        assert_eq!(drawn[0].matches(">one<").count() + drawn[1].matches(">one<").count(), 1);
        assert!(drawn[1].contains("class=\"references\"") && drawn[1].contains("5 % band"));
        assert!(drawn[0].contains("class=\"line ridge light\""));
        let years = "<text class=\"x\"";
        assert!(!drawn[0].contains(years) && drawn[1].contains(years), "one row of years");
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
