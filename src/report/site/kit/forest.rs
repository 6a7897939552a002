//! Estimates with their intervals, one row each, in groups: a forest plot.
//!
//! Labels and links are words of the page, which wrap and can be filtered; every panel of a row is a
//! small drawing in per cent of its width, and what runs through all rows (grid, zero, rules) stands
//! once behind them. So letters keep their size, and a phone sets each label over its drawings.

use std::fmt::Write;

use serde::Serialize;

use crate::report::chart::{Ruler, Unit, escape};
use crate::report::site::kit::summary::{Filter, Measured, Spread};
use crate::report::site::kit::view::Swatch;

/// Ticks of a panel, about.
const TICKS: usize = 6;
/// Ticks that have a label on a phone.
const MOST_ON_A_PHONE: usize = 4;
/// Height of a row's drawing in pixels; the style sheet has the same.
const HEIGHT: f64 = 24.0;
/// Half the length of the stroke at the end of an interval.
const CAP: f64 = 3.5;
/// Distance of a mark from the middle of its row where there are two.
const LANE: f64 = 5.0;

/// A value as text, with its interval.
type Show<'a> = &'a dyn Fn(f64) -> String;

/// One panel: what it measures.
pub(crate) struct Panel<'a> {
    pub label: &'a str,
    /// What a value of it is called: "R²".
    pub name: &'a str,
    pub unit: Unit,
    /// How a value reads.
    pub show: Show<'a>,
    /// A value with a dashed rule through all rows, and its label.
    pub rule: Option<(f64, String)>,
}

/// What a row draws in one panel.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    /// An estimate.
    Dot(Measured),
    /// The estimate of a control, or one to compare with: hollow.
    Hollow(Measured),
    /// Many values: their range, the middle half of them, and their median.
    Many(Spread),
    /// A value to compare with, as a short stroke.
    Stroke(f64),
}

impl Mark {
    fn ends(&self) -> Vec<f64> {
        match self {
            Self::Dot(found) | Self::Hollow(found) => {
                let ends = found.interval.map(|interval| [interval.low, interval.high]);
                ends.into_iter().flatten().chain([found.value]).collect()
            }
            Self::Many(spread) => vec![spread.low, spread.high],
            Self::Stroke(value) => vec![*value],
        }
    }
}

/// One row before it is drawn.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// What the filter knows of it; empty of a row that is no experiment.
    pub filter: Filter,
    /// From the page; empty for none.
    pub href: String,
    pub label: String,
    /// In small letters behind it.
    pub minor: String,
    /// Whether it must find nothing.
    pub is_control: bool,
    /// The marks of each panel, from the top down; two stand apart.
    pub marks: Vec<Vec<Mark>>,
}

/// The plot as the template sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Forest {
    pub id: String,
    pub title: String,
    /// What is seen, for readers who do not see it.
    pub said: String,
    axes: Vec<Scale>,
    groups: Vec<Group>,
    pub key: Vec<Swatch>,
    pub caption: String,
}

#[derive(Debug, Serialize)]
struct Scale {
    label: String,
    ticks: String,
    rules: String,
    /// Labels of the rules, under the rows; empty for none.
    foot: String,
}

#[derive(Debug, Serialize)]
struct Group {
    heading: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    filter: Filter,
    href: String,
    label: String,
    minor: String,
    is_control: bool,
    cells: Vec<Drawn>,
}

#[derive(Debug, Serialize)]
struct Drawn {
    /// The values in words.
    said: String,
    svg: String,
}

impl Forest {
    /// The plot of groups of rows; `None` where no row has a value.
    pub(crate) fn new(
        [id, title]: [&str; 2],
        panels: &[Panel<'_>],
        groups: Vec<(String, Vec<Entry>)>,
    ) -> Option<Self> {
        let mut axes = Vec::new();
        let mut rulers = Vec::new();
        for (at, panel) in panels.iter().enumerate() {
            let entries = || groups.iter().flat_map(|(_, entries)| entries);
            let marks = || entries().filter_map(|entry| entry.marks.get(at)).flatten();
            let rule = panel.rule.iter().map(|(value, _)| *value);
            let values = marks().flat_map(Mark::ends).chain(rule);
            let ruler = Ruler::over(values, panel.unit, TICKS).filter(|_| marks().next().is_some());
            axes.extend(ruler.as_ref().map(|ruler| scale(ruler, panel)));
            rulers.push(ruler);
        }
        if axes.is_empty() {
            return None;
        }
        let panels: Vec<(usize, &Panel<'_>, &Ruler)> = panels
            .iter()
            .zip(&rulers)
            .enumerate()
            .filter_map(|(at, (panel, ruler))| Some((at, panel, ruler.as_ref()?)))
            .collect();
        let row = |entry: Entry| Row {
            cells: panels.iter().map(|panel| drawn(&entry, *panel)).collect(),
            filter: entry.filter,
            href: entry.href,
            label: entry.label,
            minor: entry.minor,
            is_control: entry.is_control,
        };
        let group = |(heading, entries): (String, Vec<Entry>)| Group {
            heading,
            rows: entries.into_iter().map(row).collect(),
        };
        Some(Self {
            id: format!("figure-{id}"),
            title: title.to_owned(),
            said: String::new(),
            axes,
            groups: groups.into_iter().map(group).collect(),
            key: Vec::new(),
            caption: String::new(),
        })
    }
}

fn scale(ruler: &Ruler, panel: &Panel<'_>) -> Scale {
    let (mut ticks, mut rules, mut foot) = (String::new(), String::new(), String::new());
    let zero = ruler.place(0.0);
    let is_zero = |at: f64| zero.is_some_and(|zero| (zero - at).abs() < 1e-6);
    let first = ruler.ticks().position(|(at, _)| is_zero(at)).unwrap_or(0);
    let many = ruler.ticks().count() > MOST_ON_A_PHONE;
    for (number, (at, label)) in ruler.ticks().enumerate() {
        rule(&mut rules, if is_zero(at) { "zero" } else { "grid" }, at);
        // Every second one from zero is left out where there is little room.
        let spare = if many && number.abs_diff(first) % 2 == 1 { " class=\"spare\"" } else { "" };
        // Labels at the ends stay within their panel.
        let anchor = match at {
            at if at < 3.0 => " text-anchor=\"start\"",
            at if at > 97.0 => " text-anchor=\"end\"",
            _ => "",
        };
        let _ =
            write!(ticks, "<text{spare}{anchor} x=\"{at:.2}%\" y=\"12\">{}</text>", escape(label));
    }
    if let Some((value, label)) = &panel.rule
        && let Some(at) = ruler.place(*value)
    {
        rule(&mut rules, "rule", at);
        // Towards the side that has more room.
        let (anchor, shift) = if at > 50.0 { ("end", 4) } else { ("start", -4) };
        let label = escape(label);
        let _ = write!(
            foot,
            "<text x=\"{at:.2}%\" dx=\"{shift}\" y=\"13\" text-anchor=\"{anchor}\">{label}</text>"
        );
    }
    Scale { label: panel.label.to_owned(), ticks, rules, foot }
}

/// A rule through all rows.
fn rule(svg: &mut String, class: &str, at: f64) {
    let _ = write!(svg, "<line class=\"{class}\" x1=\"{at:.2}%\" x2=\"{at:.2}%\" y2=\"100%\"/>");
}

fn drawn(entry: &Entry, (at, panel, ruler): (usize, &Panel<'_>, &Ruler)) -> Drawn {
    let marks = entry.marks.get(at).map(Vec::as_slice).unwrap_or_default();
    let large = marks.iter().filter(|mark| !matches!(mark, Mark::Stroke(_))).count();
    let mut svg = String::new();
    let mut said = Vec::new();
    let mut lane = if large > 1 { HEIGHT / 2.0 - LANE } else { HEIGHT / 2.0 };
    for mark in marks {
        match mark {
            Mark::Stroke(value) => stroke(&mut svg, ruler, *value),
            large => {
                said.push(words(large, panel));
                draw(&mut svg, large, ruler, lane);
                lane += 2.0 * LANE;
            }
        }
    }
    if said.is_empty() {
        said.push("n/a".to_owned());
    }
    Drawn { said: format!("{} {}", panel.name, said.join("; ")), svg }
}

/// "0.52 %, 90 % interval −0.03 % to 1.07 %".
fn words(mark: &Mark, panel: &Panel<'_>) -> String {
    let show = panel.show;
    match mark {
        Mark::Dot(found) | Mark::Hollow(found) => {
            let value = show(found.value);
            found.interval.map_or(value.clone(), |within| {
                format!("{value} ({} to {})", show(within.low), show(within.high))
            })
        }
        Mark::Many(spread) => {
            format!("median {}, {} to {}", show(spread.median), show(spread.low), show(spread.high))
        }
        Mark::Stroke(value) => show(*value),
    }
}

fn draw(svg: &mut String, mark: &Mark, ruler: &Ruler, y: f64) {
    let place = |value: f64| ruler.place(value);
    let (found, class) = match mark {
        Mark::Dot(found) => (found, ""),
        Mark::Hollow(found) => (found, " class=\"hollow\""),
        Mark::Many(spread) => return many(svg, spread, ruler, y),
        Mark::Stroke(value) => return stroke(svg, ruler, *value),
    };
    let Some(value) = place(found.value) else { return };
    let _ = write!(svg, "<g{class}>");
    if let Some(within) = found.interval
        && let (Some(low), Some(high)) = (place(within.low), place(within.high))
    {
        whisker(svg, [low, high], y);
    }
    let _ = write!(svg, "<circle cx=\"{value:.2}%\" cy=\"{y}\" r=\"4.5\"/></g>");
}

/// A line with a stroke at both ends.
fn whisker(svg: &mut String, [low, high]: [f64; 2], y: f64) {
    let _ = write!(svg, "<line x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{y}\" y2=\"{y}\"/>");
    for end in [low, high] {
        let (top, foot) = (y - CAP, y + CAP);
        let _ = write!(svg, "<line x1=\"{end:.2}%\" x2=\"{end:.2}%\" y1=\"{top}\" y2=\"{foot}\"/>");
    }
}

fn many(svg: &mut String, spread: &Spread, ruler: &Ruler, y: f64) {
    let Spread { low, lower, median, upper, high, .. } = *spread;
    let places: Option<Vec<f64>> =
        [low, lower, median, upper, high].into_iter().map(|value| ruler.place(value)).collect();
    let Some(&[low, lower, median, upper, high]) = places.as_deref() else { return };
    svg.push_str("<g class=\"many\">");
    whisker(svg, [low, high], y);
    let (top, width) = (y - 4.0, upper - lower);
    let _ = write!(
        svg,
        "<rect x=\"{lower:.2}%\" width=\"{width:.2}%\" y=\"{top}\" height=\"8\"/>\
         <svg x=\"{median:.2}%\" y=\"{y}\"><path d=\"M-6 0 0-6 6 0 0 6z\"/></svg></g>"
    );
}

fn stroke(svg: &mut String, ruler: &Ruler, value: f64) {
    let Some(at) = ruler.place(value) else { return };
    let (top, foot) = (HEIGHT / 2.0 - 7.0, HEIGHT / 2.0 + 7.0);
    let _ = write!(
        svg,
        "<line class=\"stroke\" x1=\"{at:.2}%\" x2=\"{at:.2}%\" y1=\"{top}\" y2=\"{foot}\"/>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::format;
    use crate::results::Interval;

    fn measured(value: f64, half: f64) -> Measured {
        Measured { value, interval: Some(Interval { low: value - half, high: value + half }) }
    }

    fn entry(label: &str, marks: Vec<Mark>) -> Entry {
        Entry { label: label.to_owned(), marks: vec![marks], ..Entry::default() }
    }

    fn forest(entries: Vec<Entry>) -> Option<Forest> {
        let show = |value| format::decimal(Some(value), 2);
        let rule = Some((0.5, "holding".to_owned()));
        let panel = Panel {
            label: "Sharpe ratio",
            name: "Sharpe",
            unit: Unit::Decimal(1),
            show: &show,
            rule,
        };
        Forest::new(["x", "Forest"], &[panel], vec![("Group".to_owned(), entries)])
    }

    /// The numbers of an attribute, in order.
    fn places(svg: &str, attribute: &str) -> Vec<f64> {
        let before = format!(" {attribute}=\"");
        let parts = svg.split(before.as_str()).skip(1);
        parts.filter_map(|rest| rest.split(['%', '"']).next()?.parse().ok()).collect()
    }

    #[test]
    fn a_dot_stands_within_its_interval_and_both_where_the_ticks_say() {
        let plot = forest(vec![entry("a", vec![Mark::Dot(measured(0.25, 0.25))])]).unwrap();
        let cell = &plot.groups[0].rows[0].cells[0];
        assert_eq!(cell.said, "Sharpe 0.25 (0.00 to 0.50)");
        let zero = places(&plot.axes[0].rules, "x1")[0];
        let rule = places(&plot.axes[0].foot, "x")[0];
        let whisker = places(&cell.svg, "x1");
        assert!((whisker[0] - zero).abs() < 0.02, "the interval begins at zero: {}", cell.svg);
        let dot = places(&cell.svg, "cx")[0];
        let ends = places(&cell.svg, "x2");
        assert!((ends[0] - rule).abs() < 0.02 && (dot - (zero + rule) / 2.0).abs() < 0.02);
        assert!(plot.axes[0].foot.contains(">holding<"));
    }

    #[test]
    fn hollow_marks_spreads_and_strokes_are_told_apart() {
        let spread = Spread { count: 9, low: -1.0, lower: 0.0, median: 0.2, upper: 0.4, high: 1.0 };
        let plot = forest(vec![
            entry("control", vec![Mark::Hollow(measured(0.1, 0.2))]),
            entry("sweep", vec![Mark::Many(spread)]),
            entry(
                "two",
                vec![
                    Mark::Dot(measured(0.3, 0.1)),
                    Mark::Hollow(measured(-0.1, 0.1)),
                    Mark::Stroke(0.2),
                ],
            ),
            entry("none", Vec::new()),
        ])
        .unwrap();
        let cells: Vec<&Drawn> = plot.groups[0].rows.iter().map(|row| &row.cells[0]).collect();
        assert!(cells[0].svg.contains("class=\"hollow\""));
        assert!(cells[1].svg.contains("class=\"many\""));
        assert_eq!(cells[1].said, "Sharpe median 0.20, −1.00 to 1.00");
        assert_eq!(places(&cells[2].svg, "cy"), [7.0, 17.0], "two marks do not cover one another");
        assert!(cells[2].svg.contains("class=\"stroke\""));
        assert_eq!((cells[3].said.as_str(), cells[3].svg.as_str()), ("Sharpe n/a", ""));
    }

    #[test]
    fn without_a_value_there_is_no_plot() {
        assert!(forest(vec![entry("none", Vec::new())]).is_none());
        assert!(forest(Vec::new()).is_none());
    }
}
