//! A comparison of two builds as a page of its own: what changed, and base and head in one chart.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::Day;
use crate::report::chart::{
    self, Axis, Corridor, DotChart, DotSeries, Line, Role, Size, Stack, Strip, StripLine,
    TimeChart, Unit, Words, time_chart,
};
use crate::report::diff::{Pictured, Sheet, SiteDiff};
use crate::report::site::kit::figures::zero_axis;
use crate::report::site::kit::policy;
use crate::report::site::kit::templates::{STYLES, Templates};
use crate::report::site::kit::wording;

/// Width and height of a picture, and the room around its plot: left, right, top, bottom.
const PICTURE: [f64; 2] = [860.0, 360.0];
const ROOM: [f64; 4] = [64.0, 150.0, 64.0, 40.0];

/// What `diff.html` sees.
#[derive(Serialize)]
struct View<'a> {
    style: String,
    policy: String,
    sheet: Sheet,
    /// By id, the strips of an experiment.
    charts: BTreeMap<&'a str, Charts>,
}

#[derive(Serialize)]
struct Charts {
    /// The record that is drawn.
    record: String,
    strips: Vec<String>,
    /// Coefficients at the last refit; empty without any.
    coefficients: String,
}

/// The page. It has its style within and runs no script, so that it can be read from anywhere.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn page(diff: &SiteDiff, pictured: &[Pictured]) -> Result<String, Problems> {
    let templates = Templates::load(&BTreeMap::new())?;
    let style = STYLES.map(|name| templates.text(name)).concat();
    let charts = pictured.iter().map(|record| {
        let (strips, coefficients) = (strips(record), coefficients(record));
        let charts = Charts { record: record_of(record), strips, coefficients };
        (record.id.as_str(), charts)
    });
    let view = View {
        policy: policy::of_style(&style),
        style,
        sheet: Sheet::of(diff),
        charts: charts.collect(),
    };
    let page = templates.page("diff.html", &view)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A record in words: `Ridge, binary sizing`.
fn record_of(record: &Pictured) -> String {
    let model = wording::model(&record.model, false);
    match &record.rule {
        Some(rule) => format!("{model}, {} sizing", wording::sizing(rule)),
        None => model,
    }
}

fn overlaid<'c>(days: &'c [Day], base: &'c [f64], head: &'c [f64]) -> Vec<StripLine<'c>> {
    [("Base", Role::Faint, base), ("Head", Role::Ridge, head)]
        .into_iter()
        .map(|(label, role, values)| StripLine {
            days,
            line: Line::new(label, role, values),
            light: false,
        })
        .collect()
}

/// Base and head, and what lies between them, over one time axis.
fn strips(record: &Pictured) -> Vec<String> {
    let Pictured { id, days, saved, equity, position, coefficients, .. } = record;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let names = |part: &str| format!("{id}-{part}");
    let ids: Vec<String> = [
        "saved",
        "saved-apart",
        "equity",
        "equity-apart",
        "fall",
        "position",
        "position-apart",
        "coefficients",
    ]
    .map(names)
    .into();
    let limits = |band: &[f64]| -> [Vec<f64>; 2] {
        [band.iter().map(|limit| -limit).collect(), band.to_vec()]
    };
    let saved_limits = limits(&saved.band);
    let equity_limits = equity.as_ref().map(|equity| limits(&equity.band));
    let falls =
        equity.as_ref().map(|equity| [&equity.base, &equity.head].map(|equity| fall(equity)));
    let strip = |at: usize, title: &'static str, lines, corridor, axis, height| Strip {
        words: Words { id: &ids[at], title, description: "Base and head, day by day." },
        lines,
        corridor,
        axis,
        height,
    };
    let single = |days, values| {
        vec![StripLine {
            days,
            line: Line::new("Head less base", Role::Main, values),
            light: false,
        }]
    };
    let mut stack = vec![
        strip(
            0,
            "Squared error saved",
            overlaid(days, &saved.base, &saved.head),
            None,
            zero_axis("Squared error saved", Unit::Percent(1)),
            110.0,
        ),
        strip(
            1,
            "Squared error saved, head less base",
            single(days, &saved.difference),
            Some(Corridor {
                days,
                lower: &saved_limits[0],
                upper: &saved_limits[1],
                label: "90 % by chance",
            }),
            zero_axis("Head less base", Unit::Percent(2)),
            84.0,
        ),
    ];
    if let (Some(equity), Some(limits), Some(falls)) = (equity, &equity_limits, &falls) {
        stack.push(strip(
            2,
            "Growth of one unit of equity",
            overlaid(days, &equity.base, &equity.head),
            None,
            Axis { log: true, baseline: Some(1.0), ..zero_axis("Growth of 1", Unit::Multiple) },
            110.0,
        ));
        stack.push(strip(
            3,
            "Log growth, head less base",
            single(days, &equity.difference),
            Some(Corridor { days, lower: &limits[0], upper: &limits[1], label: "90 % by chance" }),
            zero_axis("Log growth, head less base", Unit::Decimal(2)),
            84.0,
        ));
        stack.push(strip(
            4,
            "Loss from the highest equity so far",
            overlaid(days, &falls[0], &falls[1]),
            None,
            zero_axis("Below the peak", Unit::Percent(0)),
            84.0,
        ));
    }
    if let Some(position) = position {
        stack.push(strip(
            5,
            "Position",
            overlaid(days, &position.base, &position.head),
            None,
            zero_axis("Position", Unit::Decimal(1)),
            60.0,
        ));
        stack.push(strip(
            6,
            "Position, head less base",
            single(days, &position.difference),
            None,
            zero_axis("Position, head less base", Unit::Decimal(1)),
            60.0,
        ));
    }
    if coefficients.distance.iter().any(|value| *value > 0.0) {
        stack.push(strip(
            7,
            "Distance of the coefficients",
            single(&coefficients.days, &coefficients.distance),
            None,
            zero_axis("Coefficients: distance, share of the base's length", Unit::Percent(0)),
            60.0,
        ));
    }
    let stack = Stack { span: (*first, *last), bands: &[], rules: Vec::new(), strips: stack };
    chart::strips(&stack)
}

/// The coefficients of base and head at the last refit that both have.
fn coefficients(record: &Pictured) -> String {
    let last = &record.coefficients.last;
    if last.is_empty() {
        return String::new();
    }
    let id = format!("{}-last", record.id);
    let description = "Standardised coefficients of base and head at the last refit of both.";
    let series = |role, side: usize| DotSeries {
        role,
        values: last.iter().map(|(_, values)| values[side]).collect(),
        intervals: vec![None; last.len()],
    };
    chart::dot_chart(&DotChart {
        words: Words { id: &id, title: "Coefficients at the last refit", description },
        slots: last.iter().map(|(name, _)| name.as_str()).collect(),
        series: vec![series(Role::Faint, 0), series(Role::Ridge, 1)],
        axis: zero_axis("Coefficient", Unit::Decimal(5)),
        size: Size::Wide,
    })
}

/// How far equity is below its highest so far.
fn fall(equity: &[f64]) -> Vec<f64> {
    let mut peak = 1.0_f64;
    let fall = equity.iter().map(|equity| {
        peak = peak.max(*equity);
        equity / peak - 1.0
    });
    fall.collect()
}

/// The squared error saved by base and head as a picture that stands by itself, for a comment.
///
/// # Errors
/// Templates that cannot be read.
pub(crate) fn picture(record: &Pictured) -> Result<String, Problems> {
    let templates = Templates::load(&BTreeMap::new())?;
    let title = format!("{}: squared error saved, {}", record.title, record_of(record));
    let words = Words { id: &record.id, title: &title, description: "Base and head, day by day." };
    let lines = vec![
        Line::new("Base", Role::Faint, &record.saved.base),
        Line::new("Head", Role::Ridge, &record.saved.head),
    ];
    let axis = zero_axis("", Unit::Percent(1));
    let chart = TimeChart { size: Size::Wide, ..TimeChart::new(words, &record.days, lines, axis) };
    let ([width, height], [left, right, top, bottom]) = (PICTURE, ROOM);
    let (plot_width, plot_height) = (width - left - right, height - top - bottom);
    let (style, drawn) = (templates.text(STYLES[0]), time_chart(&chart));
    let title = chart::escape(&title);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<style>{style}\n.chart {{ width: 100%; height: 100%; \
         margin: 0; overflow: visible; }}\ntext {{ font-family: sans-serif; }}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"var(--paper)\"/>\n\
         <text x=\"16\" y=\"28\" font-size=\"15\" font-weight=\"600\" fill=\"var(--ink)\">{title}</text>\n\
         <svg x=\"{left}\" y=\"{top}\" width=\"{plot_width}\" height=\"{plot_height}\" \
         overflow=\"visible\">{drawn}</svg>\n</svg>\n"
    ))
}
