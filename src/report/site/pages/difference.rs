//! A comparison of two builds as a page of its own: what changed, and base and head in one chart.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::Day;
use crate::report::chart::{
    self, Axis, Corridor, DotChart, DotSeries, Line, Role, Size, Stack, Strip, StripLine,
    TimeChart, Unit, Words, time_chart,
};
use crate::report::diff::{Overlay, Pictured, Sheet, SiteDiff};
use crate::report::site::kit::figures::zero_axis;
use crate::report::site::kit::policy;
use crate::report::site::kit::templates::{STYLES, Templates};
use crate::report::site::kit::wording;
use crate::report::site::sections::track_record::{by_month, drawdown_of, equity_of};

/// Width and height of a picture, and the room around its plot: left, right, top, bottom.
const PICTURE: [f64; 2] = [860.0, 360.0];
const ROOM: [f64; 4] = [64.0, 150.0, 64.0, 40.0];

/// The style of this page, and of pictures.
const STYLE: &str = "diff.css";

/// What `diff.html` sees.
#[derive(Serialize)]
struct View<'a> {
    style: String,
    policy: String,
    sheet: Sheet,
    /// By id, the charts of an experiment.
    charts: BTreeMap<&'a str, Charts>,
}

#[derive(Serialize)]
struct Charts {
    /// The record that is drawn.
    record: String,
    strips: Vec<String>,
    /// Coefficients at the last refit; empty where they are the same.
    coefficients: String,
}

/// The page. It has its style within and runs no script, so that it can be read from anywhere.
///
/// # Errors
/// A template that asks for what the page does not have.
pub(crate) fn page(diff: &SiteDiff, pictured: &[Pictured]) -> Result<String, Problems> {
    let templates = Templates::load(&BTreeMap::new())?;
    let style = STYLES.map(|name| templates.text(name)).concat() + templates.text(STYLE);
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

/// A quantity of both sides, to be drawn.
struct Drawn {
    id: String,
    title: &'static str,
    axis: Axis<'static>,
    base: Vec<f64>,
    head: Vec<f64>,
}

/// A difference, with what chance would keep it within.
struct Apart {
    id: String,
    title: &'static str,
    axis: Axis<'static>,
    days: Vec<Day>,
    values: Vec<f64>,
    limits: Option<[Vec<f64>; 2]>,
}

/// A strip to come.
enum Part {
    Both(Drawn),
    Apart(Apart),
}

/// What of a record differs, each with its difference, from top to bottom.
fn parts(record: &Pictured) -> Vec<Part> {
    let Pictured { days, saved, growth, position, coefficients, .. } = record;
    let id = |part: &str| format!("{}-{part}", record.id);
    let both =
        |part, title, axis, base, head| Part::Both(Drawn { id: id(part), title, axis, base, head });
    let apart = |part, title, axis, overlay: &Overlay| {
        let limits: Option<[Vec<f64>; 2]> = (!overlay.band.is_empty())
            .then(|| [overlay.band.iter().map(|limit| -limit).collect(), overlay.band.clone()]);
        let (days, values) = (days.clone(), overlay.difference.clone());
        Part::Apart(Apart { id: id(part), title, axis, days, values, limits })
    };
    let mut parts = Vec::new();
    if saved.is_apart() {
        let axis = zero_axis("Squared error saved", Unit::Percent(1));
        parts.push(both(
            "saved",
            "Squared error saved",
            axis,
            saved.base.clone(),
            saved.head.clone(),
        ));
        let axis = zero_axis("Head less base", Unit::Percent(2));
        parts.push(apart("saved-apart", "Squared error saved, head less base", axis, saved));
    }
    if let Some(growth) = growth.as_ref().filter(|growth| growth.is_apart()) {
        let of = |values: fn(&[f64]) -> Vec<f64>| (values(&growth.base), values(&growth.head));
        let axis =
            Axis { log: true, baseline: Some(1.0), ..zero_axis("Growth of 1", Unit::Multiple) };
        let (base, head) = of(equity_of);
        parts.push(both("equity", "Growth of one unit of equity", axis, base, head));
        let axis = zero_axis("Log growth, head less base", Unit::Decimal(2));
        parts.push(apart("equity-apart", "Log growth, head less base", axis, growth));
        let axis = zero_axis("Below the peak", Unit::Percent(0));
        let (base, head) = of(drawdown_of);
        parts.push(both("fall", "Loss from the highest equity so far", axis, base, head));
    }
    if let Some(position) = position.as_ref().filter(|position| position.is_apart()) {
        let axis = zero_axis("Position, monthly mean", Unit::Decimal(1));
        let monthly = |values: &[f64]| by_month(days, values);
        let (base, head) = (monthly(&position.base), monthly(&position.head));
        parts.push(both("position", "Position", axis, base, head));
        let axis = zero_axis("Position, head less base", Unit::Decimal(1));
        let difference = monthly(&position.difference);
        let monthly = Overlay { difference, ..position.clone() };
        parts.push(apart("position-apart", "Position, head less base", axis, &monthly));
    }
    if coefficients.distance.iter().any(|value| *value > 0.0) {
        let axis = zero_axis("Coefficients apart, share of the base's length", Unit::Percent(0));
        let title = "Distance of the coefficients";
        let (days, values) = (coefficients.days.clone(), coefficients.distance.clone());
        let (id, limits) = (id("coefficients"), None);
        parts.push(Part::Apart(Apart { id, title, axis, days, values, limits }));
    }
    parts
}

/// Base and head, and what lies between them, over one time axis.
fn strips(record: &Pictured) -> Vec<String> {
    let days = &record.days;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let parts = parts(record);
    let strip = |at: usize| match &parts[at] {
        Part::Both(Drawn { id, title, axis, base, head }) => Strip {
            words: Words { id, title, description: "Base and head, day by day." },
            lines: vec![
                line(days, "Base", Role::Faint, base),
                line(days, "Head", Role::Ridge, head),
            ],
            corridor: None,
            axis: axis.clone(),
            height: 110.0,
        },
        Part::Apart(Apart { id, title, axis, days, values, limits }) => Strip {
            words: Words { id, title, description: "Head less base." },
            lines: vec![line(days, "Head less base", Role::Main, values)],
            corridor: limits.as_ref().map(|[lower, upper]| Corridor {
                days,
                lower,
                upper,
                label: "90 % by chance",
            }),
            axis: axis.clone(),
            height: 84.0,
        },
    };
    let strips = (0..parts.len()).map(strip).collect();
    let stack = Stack { span: (*first, *last), bands: &[], rules: Vec::new(), strips };
    chart::strips(&stack)
}

fn line<'c>(days: &'c [Day], label: &'c str, role: Role, values: &'c [f64]) -> StripLine<'c> {
    StripLine { days, line: Line::new(label, role, values), light: false }
}

/// The coefficients of base and head at the last refit that both have.
fn coefficients(record: &Pictured) -> String {
    let last = &record.coefficients.last;
    if last.iter().all(|(_, [base, head])| base == head) {
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

/// Base and head as a picture that stands by itself, for a comment: the squared error saved, or the
/// equity where the forecasts are the same.
///
/// # Errors
/// Templates that cannot be read.
pub(crate) fn picture(record: &Pictured) -> Result<String, Problems> {
    let templates = Templates::load(&BTreeMap::new())?;
    let of_equity = record.growth.as_ref().filter(|_| !record.saved.is_apart());
    let (what, axis, base, head) = match of_equity {
        Some(growth) => (
            "growth of one unit of equity",
            Axis { log: true, baseline: Some(1.0), ..zero_axis("", Unit::Multiple) },
            equity_of(&growth.base),
            equity_of(&growth.head),
        ),
        None => (
            "squared error saved",
            zero_axis("", Unit::Percent(1)),
            record.saved.base.clone(),
            record.saved.head.clone(),
        ),
    };
    let title = format!("{}: {what}, {}", record.title, record_of(record));
    let words = Words { id: &record.id, title: &title, description: "Base and head, day by day." };
    let lines = vec![Line::new("Base", Role::Faint, &base), Line::new("Head", Role::Ridge, &head)];
    let chart = TimeChart { size: Size::Wide, ..TimeChart::new(words, &record.days, lines, axis) };
    let ([width, height], [left, right, top, bottom]) = (PICTURE, ROOM);
    let (plot_width, plot_height) = (width - left - right, height - top - bottom);
    let [colours, style] = [STYLES[0], STYLE].map(|name| templates.text(name));
    let (drawn, title) = (time_chart(&chart), chart::escape(&title));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<style>{colours}\n{style}</style>\n\
         <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"16\" y=\"28\">{title}</text>\n\
         <svg x=\"{left}\" y=\"{top}\" width=\"{plot_width}\" height=\"{plot_height}\" \
         overflow=\"visible\">{drawn}</svg>\n</svg>\n"
    ))
}
