//! Charts of every kind, for the tests of what holds for all of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;

use super::*;
use crate::base::statistics::noise::uniform;

pub(super) fn words(id: &str) -> Words<'_> {
    Words { id, title: "A <title> & \"more\"", description: "What it shows." }
}

pub(super) fn axis(log: bool) -> Axis<'static> {
    Axis { label: "Growth of 1", unit: Unit::Multiple, log, range: None, baseline: Some(1.0) }
}

pub(super) fn line<'a>(label: &'a str, values: &'a [f64], at: usize) -> Line<'a> {
    let (fill, dashed, step) = (at == 1, at == 2, at == 3);
    Line { fill, dashed, step, ..Line::new(label, Role::Category(at as u8), values) }
}

pub(super) fn weekdays(count: usize) -> Vec<Day> {
    date(1999, 3, 10)
        .series(jiff::Span::new().days(1))
        .filter(|d| d.weekday().to_monday_zero_offset() < 5)
        .take(count)
        .collect()
}

/// A deterministic rough path, the hardest kind to write in few bytes.
pub(super) fn rough(count: usize, seed: u64) -> Vec<f64> {
    let mut noise = uniform(seed);
    let mut level = 0.0;
    let mut next = || {
        level += (noise() + 0.002) * 0.04;
        crate::base::units::math::exp(level)
    };
    (0..count).map(|_| next()).collect()
}

pub(super) fn time<'a>(
    days: &'a [Day],
    values: &'a [Vec<f64>],
    bands: &'a [Band],
    log: bool,
) -> TimeChart<'a> {
    let lines = values.iter().enumerate().map(|(at, v)| line("A line & co", v, at)).collect();
    TimeChart { bands, ..TimeChart::new(words("t"), days, lines, axis(log)) }
}

/// A chart of each kind over lines and over plain values, a matrix with so many columns.
pub(super) fn every_kind(
    days: &[Day],
    lines: &[Vec<f64>],
    (values, positions): (&[f64], &[f64]),
    columns: usize,
    axis: &Axis<'static>,
    size: Size,
) -> Vec<String> {
    let bands: Vec<Band> =
        days.chunks(9).map(|d| Band { from: d[0], to: d[d.len() - 1], state: columns }).collect();
    let notes = days.iter().step_by(20).zip(values);
    let notes = notes.map(|(&day, &value)| Note { day, value, text: "Here it broke".to_owned() });
    let over_days = TimeChart {
        axis: axis.clone(),
        size,
        notes: notes.collect(),
        ..time(days, lines, &bands, false)
    };
    let path = PathChart {
        words: words("p"),
        along: Along::Penalties,
        x_label: "Penalty",
        positions: vec![positions],
        lines: vec![line("Line", values, 0)],
        marks: vec![(0, 1), (0, 99), (7, 0)],
        axis: axis.clone(),
        size,
    };
    let bars = BarChart {
        words: words("b"),
        labels: vec!["A label of some length"; values.len()],
        values,
        role: Role::Ridge,
        axis: axis.clone(),
        size,
    };
    let intervals: Vec<_> = values.iter().map(|v| Some([v - 1.0, v * 2.0])).collect();
    let dots = |role| DotSeries { role, values: values.to_vec(), intervals: intervals.clone() };
    let dots = DotChart {
        words: words("d"),
        slots: vec!["A slot"; values.len()],
        series: vec![dots(Role::Ridge), dots(Role::Lasso)],
        axis: axis.clone(),
        size,
    };
    let scree = ScreeChart {
        words: words("sc"),
        values,
        chance: values.iter().map(|v| [v * 0.9, v * 1.1]).collect(),
        chance_label: "chance",
        outstanding: 2,
        label: "Eigenvalue",
        references: vec![(1.1, "upper"), (0.9, "lower")],
        size,
    };
    let tiles = TileChart {
        words: words("ti"),
        days,
        last: days.last().copied().unwrap_or_default(),
        span: None,
        rows: vec!["row"; lines.len()],
        values: lines.to_vec(),
        strongest: 1.0,
        label: "Loading",
        bands: &bands,
    };
    let heat = HeatMap {
        words: words("h"),
        rows: vec!["row"; values.len().div_ceil(columns)],
        columns: vec!["column"; columns],
        values: values.chunks(columns).map(<[f64]>::to_vec).collect(),
    };
    let curve = CurveChart {
        words: words("curve"),
        values,
        intervals: values.iter().map(|v| Some([v - 1.0, v + 1.0])).collect(),
        significant: values.iter().map(|v| *v > 1.0).collect(),
        band: values.iter().map(|v| [*v, v + 0.1]).collect(),
        references: values.iter().take(2).map(|value| (*value, "median")).collect(),
        marks: values
            .iter()
            .take(2)
            .map(|value| CurveMark { along: 0.5, value: *value, role: Role::Lasso, label: "own" })
            .collect(),
        choices: vec![CurveChoice {
            label: "lags",
            levels: vec!["1", "1, 5"],
            of: (0..values.len()).map(|at| at % 2).collect(),
        }],
        axis: Axis { log: false, ..axis.clone() },
    };
    let joins = values.iter().enumerate().map(|(a, v)| Join { a, b: a + 1, height: *v }).collect();
    let mut drawn = vec![
        marked_time_chart(&over_days, days),
        path_chart(&path),
        path_chart(&PathChart { words: words("counts"), along: Along::Counts, ..path.clone() }),
        bar_chart(&bars),
        dot_chart(&dots),
        scree_chart(&scree),
        curve_chart(&curve),
        tile_chart(&tiles),
        heat_map(&heat),
        clustered_map(&ClusteredMap { map: heat, joins, ticks: vec![(0.1, "0.9")] }),
        surface(&Surface {
            words: words("surface"),
            first: date(1999, 1, 1),
            days: &days[..lines.len().min(days.len())],
            levels: &[10.0, 2.0, 0.1],
            values: lines,
            path: (days, values),
            path_label: "in use",
            y_label: "Penalty",
            key_label: "points",
            size,
        }),
    ];
    drawn.extend(further_kinds(values, positions, axis, size));
    let strip = |(at, values)| Strip {
        words: words("strip"),
        lines: [false, true]
            .map(|light| StripLine { days, line: line("A line & co", values, at), light })
            .to_vec(),
        corridor: Some(Corridor { days, lower: values, upper: values, label: "band" }),
        axis: axis.clone(),
        height: 80.0,
    };
    drawn.extend(strips(&Stack {
        span: (date(1999, 3, 10), date(1999, 8, 1)),
        bands: &bands,
        rules: days.iter().step_by(9).map(|day| (*day, day.to_string())).collect(),
        strips: lines.iter().map(Vec::as_slice).enumerate().map(strip).collect(),
    }));
    drawn
}

/// Kinds that show plain values.
pub(super) fn further_kinds(
    values: &[f64],
    x: &[f64],
    axis: &Axis<'static>,
    size: Size,
) -> Vec<String> {
    let series = |role| BarSeries { label: "One", role, values };
    vec![
        quantity_chart(&QuantityChart {
            words: words("q"),
            x,
            x_label: "Cost, bp",
            x_unit: Unit::Decimal(0),
            lines: vec![line("Line", values, 0)],
            intervals: vec![QuantityBand { role: Role::Ridge, lower: values, upper: x }],
            crossings: vec![Crossing { at: 0.5, value: 1.0, text: "here" }],
            axis: axis.clone(),
            size,
        }),
        histogram(&Histogram {
            words: words("hi"),
            values,
            against: Some(("Held", x)),
            role: Role::Ridge,
            unit: Unit::Percent(0),
            x_label: "Return of a month",
            marks: values.iter().take(9).map(|value| (*value, "a quantile")).collect(),
            size,
        }),
        grouped_bars(&GroupedBars {
            words: words("g"),
            slots: vec!["2001"; values.len()],
            series: vec![series(Role::Ridge), series(Role::Benchmark)],
            axis: axis.clone(),
            size,
        }),
    ]
}

/// A chart of each kind, with everything in it that may be in one.
pub(super) fn drawn() -> Vec<String> {
    let days = weekdays(50);
    let lines: Vec<Vec<f64>> = (1..=12).map(|seed| rough(days.len(), seed)).collect();
    let values: Vec<f64> = (-5..=5).map(|bin| f64::from(bin) / 5.0).collect();
    [Size::Wide, Size::Small]
        .into_iter()
        .flat_map(|size| {
            every_kind(&days, &lines, (&values, &[10.0, 1.0, 0.1]), 11, &axis(true), size)
        })
        .collect()
}
