//! Charts one above the other over one time axis.
//!
//! Each strip is a drawing of its own with the margins of the widest, so that a day is at the same
//! place in all of them; rules run from edge to edge, so that they meet where strips touch.

use plotters::series::LineSeries;
use plotters::style::text_anchor::{HPos, VPos};

use super::backend::{Canvas, Drawn, certain, pixels};
use super::calendar::{self, DayTick};
use super::frame::{self, Frame, Margins, Size};
use super::paint::Paint;
use super::path_data::tenths_text;
use super::scale::Scale;
use super::{Corridor, Role, Stack, Strip, decimate, line, text, time};

/// Rows of labels over the first strip; rules beyond what fits there stay without one.
const LABEL_ROWS: usize = 3;

/// Points a line may draw: strips come by the dozen.
const LINE_BUDGET: usize = 500;

/// Units between a rule and its label, and between two labels.
const LABEL_GAP: f64 = 4.0;

/// What all strips of a stack have in common.
struct Layout<'a> {
    stack: &'a Stack<'a>,
    span: (f64, f64),
    left: f64,
    right: f64,
    ticks: Vec<DayTick>,
}

/// Draws the strips of a stack, one `<svg>` element each, to be set without a gap between them.
///
/// Values the axis cannot show interrupt a line; a strip without any says that there are no data.
pub(crate) fn strips(stack: &Stack) -> Vec<String> {
    let size = Size::full(0.0);
    let fitted: Vec<(Option<Scale>, Vec<String>)> = stack.strips.iter().map(scale).collect();
    let left = fitted.iter().flat_map(|(scale, _)| scale).map(|s| frame::tick_room(size, s));
    let left = left.fold(0.0, f64::max);
    let mut all: Vec<String> = fitted.iter().flat_map(|(_, labels)| labels.clone()).collect();
    let right = frame::label_room(size, &mut all);
    let (first, last) = stack.span;
    let slots = ((size.width - left - right) / (size.font * 3.9)) as usize;
    let layout = Layout {
        stack,
        span: time::span(&[calendar::number(first), calendar::number(last)]),
        left,
        right,
        ticks: calendar::ticks(first, last.max(first), slots.max(2)),
    };
    stack
        .strips
        .iter()
        .zip(fitted)
        .enumerate()
        .map(|(at, (strip, (scale, _)))| match scale {
            Some(scale) => layout.document(at, strip, &scale),
            None => frame::no_data(&strip.words, Size::full(strip.height), "time"),
        })
        .collect()
}

/// The vertical scale of a strip, and the labels at its right.
fn scale(strip: &Strip) -> (Option<Scale>, Vec<String>) {
    let limits = strip.corridor.iter().flat_map(|limits| [limits.lower, limits.upper]).flatten();
    let values = strip.lines.iter().flat_map(|each| each.line.values).chain(limits).copied();
    let target = if strip.height < 100.0 { 3 } else { 4 };
    let mut labels: Vec<String> =
        strip.lines.iter().map(|each| each.line.label.to_owned()).collect();
    labels.extend(strip.corridor.iter().map(|limits| limits.label.to_owned()));
    (Scale::fit(&strip.axis, values, target), labels)
}

impl Layout<'_> {
    fn document(&self, at: usize, strip: &Strip, scale: &Scale) -> String {
        let is_last = at + 1 == self.stack.strips.len();
        let size = Size::full(0.0);
        let flags = if at == 0 { self.flags(size) } else { Vec::new() };
        let rows = flags.iter().map(|flag| flag.row + 1).max().unwrap_or(0);
        // The first strip keeps a line more, so that its own label has the line below the flags.
        let above = rows as f64 * size.line();
        let top = (above + frame::top_room(size, strip.axis.label)).ceil();
        let bottom = if is_last { size.line() + 8.0 } else { 7.0 };
        let size = Size::full(top + strip.height + bottom);
        let margins = Margins { left: self.left, top, right: self.right, bottom };
        let names = strip.lines.iter().map(|each| each.line.label).collect();
        let mut canvas = Canvas::new(size.width, size.height, names);
        let frame = certain(Frame::new(&mut canvas, size, margins, self.span, scale));
        let [left, top, right, bottom] = frame.edges();
        certain(self.draw(frame, strip, scale, &flags, (at == 0, is_last)));
        let data = [
            ("data-x0", self.stack.span.0.to_string()),
            ("data-x1", self.stack.span.1.to_string()),
            ("data-plot", [left, top, right, bottom].map(tenths_text).join(" ")),
        ];
        canvas.document(&strip.words, &format!("{} time strip", size.class), &data)
    }

    fn draw(
        &self,
        mut frame: Frame,
        strip: &Strip,
        scale: &Scale,
        flags: &[Flag],
        (is_first, is_last): (bool, bool),
    ) -> Drawn<()> {
        time::draw_bands(&frame, self.stack.bands, self.span, scale)?;
        let [left, top, right, bottom] = frame.edges();
        for tick in &self.ticks {
            let x = frame.pixel(calendar::number(tick.day), scale.low).0;
            frame.stroke(Paint::Grid, [(x, top), (x, bottom)])?;
        }
        // Before the axis: its label stands over the rules, in a halo.
        self.rules(&frame, flags, (is_first, is_last))?;
        frame.vertical_axis(scale, strip.axis.label)?;
        if is_last {
            let columns: Vec<(f64, &str)> =
                self.ticks.iter().map(|t| (calendar::number(t.day), t.label.as_str())).collect();
            frame.horizontal_axis(&columns)?;
        } else {
            frame.stroke(Paint::Axis, [(left, bottom), (right, bottom)])?;
        }
        frame.baseline(scale, strip.axis.baseline)?;
        let corridor_end = match &strip.corridor {
            Some(limits) => corridor(&mut frame, limits, scale)?,
            None => None,
        };
        let mut ends = lines(&mut frame, strip, scale)?;
        ends.extend(corridor_end);
        frame.end_labels(&ends)
    }

    /// Rules from edge to edge; in the first strip each from its label down.
    fn rules(&self, frame: &Frame, flags: &[Flag], (is_first, is_last): (bool, bool)) -> Drawn<()> {
        let [_, _, _, plot_end] = frame.edges();
        let bottom = if is_last { plot_end } else { pixels(frame.size().height) };
        let [_, plot_top, _, _] = frame.edges();
        for (at, (day, label)) in self.stack.rules.iter().enumerate() {
            let x = frame.pixel(calendar::number(*day), 0.0).0;
            let flag = flags.iter().find(|flag| flag.rule == at);
            let top = match (is_first, flag) {
                (true, Some(flag)) => pixels(flag.row as f64 * frame.size().line()),
                (true, None) => plot_top,
                (false, _) => 0,
            };
            frame.stroke(Paint::Rule, [(x, top), (x, bottom)])?;
            if flag.is_some() {
                let beside = (x + pixels(LABEL_GAP), top);
                frame.write(Paint::Value, label, beside, (HPos::Left, VPos::Top))?;
            }
        }
        Ok(())
    }

    /// Where the labels of the rules stand: each right of its rule, in the highest row in which
    /// neither it nor its rule crosses an earlier label.
    fn flags(&self, size: Size) -> Vec<Flag> {
        let per_day = (size.width - self.left - self.right) / (self.span.1 - self.span.0);
        let mut ends = [f64::NEG_INFINITY; LABEL_ROWS];
        let mut flags = Vec::new();
        for (rule, (day, label)) in self.stack.rules.iter().enumerate() {
            let x = (calendar::number(*day) - self.span.0) * per_day;
            let row = ends.iter().rposition(|end| *end > x).map_or(0, |taken| taken + 1);
            // Set larger on narrow screens.
            let width = text::width(label, size.font * 1.2) + 2.0 * LABEL_GAP;
            if row < LABEL_ROWS {
                ends[row] = x + width;
                flags.push(Flag { rule, row });
            }
        }
        flags
    }
}

/// The label of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flag {
    rule: usize,
    row: usize,
}

/// A label at the right of a strip: text, role, pixel of the line's end.
type End = (String, Role, (i32, i32));

fn corridor(frame: &mut Frame, limits: &Corridor, scale: &Scale) -> Drawn<Option<End>> {
    let mut end = None;
    for values in [limits.lower, limits.upper] {
        let points: Vec<(f64, f64)> = limits
            .days
            .iter()
            .zip(values)
            .filter_map(|(day, value)| Some((calendar::number(*day), scale.inside(*value)?)))
            .collect();
        if let Some(&(x, y)) = points.last() {
            end = Some((limits.label.to_owned(), Role::Faint, frame.pixel(x, y)));
        }
        frame.plot.draw_series(LineSeries::new(points, Paint::Reference.colour()))?;
    }
    Ok(end)
}

/// Draws the lines, those of the context first; their labels.
fn lines(frame: &mut Frame, strip: &Strip, scale: &Scale) -> Drawn<Vec<End>> {
    let budget = decimate::budget(strip.lines.len()).min(LINE_BUDGET);
    let mut ends = Vec::new();
    let numbered = || strip.lines.iter().enumerate();
    for (series, each) in
        numbered().filter(|(_, l)| l.light).chain(numbered().filter(|(_, l)| !l.light))
    {
        let xs: Vec<f64> = each.days.iter().map(|&day| calendar::number(day)).collect();
        let runs = line::points(&each.line, &xs, scale, budget);
        if each.light {
            let series = u8::try_from(series).unwrap_or(u8::MAX);
            let paint = Paint::Light { role: each.line.role, series };
            for run in &runs {
                let points = run.iter().copied();
                frame.plot.draw_series(LineSeries::new(points, paint.colour()))?;
            }
        } else {
            line::stroke(frame, &each.line, &runs, series)?;
        }
        let last = runs.last().and_then(|run| run.last());
        if let (Some(&(x, y)), false) = (last, each.line.label.is_empty()) {
            ends.push((each.line.label.to_owned(), each.line.role, frame.pixel(x, y)));
        }
    }
    Ok(ends)
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
        let line = |label, light| StripLine {
            days,
            line: Line {
                label,
                role: Role::Ridge,
                values,
                fill: false,
                dashed: false,
                step: false,
            },
            light,
        };
        Strip {
            words: Words { id, title: "T", description: "D" },
            lines: vec![line("Lead", false), line("", true)],
            corridor: None,
            axis: Axis {
                label: "Value",
                unit: Unit::Decimal(1),
                log: false,
                range: None,
                baseline: Some(0.0),
            },
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

    #[test]
    fn a_strip_without_values_says_so() {
        let daily = days(30, 1);
        let nothing = vec![f64::NAN; 30];
        let stack = Stack {
            span: (daily[0], daily[29]),
            bands: &[],
            rules: Vec::new(),
            strips: vec![strip("a", &daily, &nothing), strip("b", &[], &[])],
        };
        for svg in strips(&stack) {
            assert_well_formed(&svg);
            assert!(svg.contains(">no data</text>"));
        }
    }
}
