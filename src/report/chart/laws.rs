//! What holds for every chart, whatever its data.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use proptest::prelude::*;

use super::well_formed::assert_well_formed;
use super::*;
use crate::base::statistics::noise::uniform;

const STYLE: &str = include_str!("../../../templates/assets/chart.css");

fn words(id: &str) -> Words<'_> {
    Words { id, title: "A <title> & \"more\"", description: "What it shows." }
}

fn axis(log: bool) -> Axis<'static> {
    Axis { label: "Growth of 1", unit: Unit::Multiple, log, range: None, baseline: Some(1.0) }
}

fn line<'a>(label: &'a str, values: &'a [f64], at: usize) -> Line<'a> {
    Line {
        label,
        role: Role::Category(at as u8),
        values,
        fill: at == 1,
        dashed: at == 2,
        step: at == 3,
    }
}

fn weekdays(count: usize) -> Vec<Day> {
    date(1999, 3, 10)
        .series(jiff::Span::new().days(1))
        .filter(|d| d.weekday().to_monday_zero_offset() < 5)
        .take(count)
        .collect()
}

/// A deterministic rough path, the hardest kind to write in few bytes.
fn rough(count: usize, seed: u64) -> Vec<f64> {
    let mut noise = uniform(seed);
    let mut level = 0.0;
    let mut next = || {
        level += (noise() + 0.002) * 0.04;
        crate::base::units::math::exp(level)
    };
    (0..count).map(|_| next()).collect()
}

fn time<'a>(
    days: &'a [Day],
    values: &'a [Vec<f64>],
    bands: &'a [Band],
    log: bool,
) -> TimeChart<'a> {
    let lines = values.iter().enumerate().map(|(at, v)| line("A line & co", v, at)).collect();
    TimeChart { words: words("t"), days, lines, bands, axis: axis(log), aspect: 2.6 }
}

#[test]
fn charts_stay_within_their_budget_of_bytes() {
    let days = weekdays(6_700);
    let bands: Vec<Band> = days
        .chunks(3)
        .enumerate()
        .map(|(at, d)| Band { from: d[0], to: d[d.len() - 1], state: at % 3 })
        .collect();
    let ten: Vec<Vec<f64>> = (1..=10).map(|seed| rough(days.len(), seed)).collect();
    let full = time_chart(&time(&days, &ten, &bands, true));
    assert_well_formed(&full);
    assert!(full.len() < 60_000, "{} bytes", full.len());
    let mut worst = time(&days, &ten, &bands, true);
    for line in &mut worst.lines {
        (line.fill, line.step) = (true, true);
    }
    let worst = time_chart(&worst);
    assert!(worst.len() < 60_000, "{} bytes", worst.len());
    let single = time_chart(&time(&days, &ten[..1], &[], true));
    assert!(single.len() < 12_000, "{} bytes", single.len());
    assert_eq!(full, time_chart(&time(&days, &ten, &bands, true)), "the same bytes again");
}

#[test]
fn the_root_says_where_days_and_values_are() {
    let days = weekdays(300);
    let svg = time_chart(&time(&days, &[rough(300, 1)], &[], false));
    for part in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 7200 2770\" class=\"chart wide time\" role=\"img\" aria-labelledby=\"t-t t-d\"",
        "data-x0=\"1999-03-10\" data-x1=\"2000-05-02\"",
        "data-plot=\"",
        "<title id=\"t-t\">A &lt;title&gt; &amp; &quot;more&quot;</title><desc id=\"t-d\">",
        "data-label=\"A line &amp; co\"",
    ] {
        assert!(svg.contains(part), "{part} in {svg:.700}");
    }
    for absent in [" width=\"7200", "style=", "font-family", "stroke=", "fill=", "#"] {
        assert!(!svg.contains(absent), "{absent}");
    }
}

#[test]
fn bands_are_clipped_merged_and_cover_weekends() {
    let days = weekdays(10);
    let band = |from: usize, to: usize, state| Band { from: days[from], to: days[to], state };
    let bands = [
        Band { from: date(1990, 1, 1), ..band(0, 2, 0) },
        band(3, 4, 0),
        Band { to: date(2030, 1, 1), ..band(5, 9, 1) },
    ];
    let svg = time_chart(&time(&days, &[vec![1.0; 10]], &bands, false));
    let paths: Vec<&str> = svg.split("<path class=\"band ").skip(1).collect();
    assert_eq!(paths.len(), 2, "one path a state");
    assert!(
        paths
            .iter()
            .all(|path| path.split('"').nth(2).is_some_and(|d| d.matches('M').count() == 1))
    );
    let plot = svg.split("data-plot=\"").nth(1).and_then(|s| s.split('"').next()).unwrap();
    let left = plot.split(' ').next().unwrap();
    assert!(
        paths[0].starts_with(&format!("s0\" d=\"M{left} ")),
        "clipped to the plot: {}",
        paths[0]
    );
}

#[test]
fn missing_values_break_lines_and_constants_have_a_scale() {
    let days = weekdays(5);
    let broken = time_chart(&time(&days, &[vec![1.0, 2.0, f64::NAN, 2.0, 1.0]], &[], false));
    let d =
        broken.split("<path class=\"line c0\"").nth(1).and_then(|s| s.split("/>").next()).unwrap();
    assert_eq!(d.matches('M').count(), 2, "{d}");
    let constant = time_chart(&time(&days, &[vec![1.0; 5]], &[], true));
    assert!(constant.contains("class=\"line c0\""));
    assert_well_formed(&constant);
}

#[test]
fn nothing_to_draw_is_said() {
    let days = weekdays(3);
    let nan = vec![f64::NAN; 3];
    let mut nothing =
        every_kind(&days, std::slice::from_ref(&nan), (&nan, &nan), 1, &axis(false), 1.5);
    nothing.extend(every_kind(&[], &[], (&[], &[]), 1, &axis(true), 2.6));
    nothing.push(time_chart(&time(&days, &[vec![-1.0; 3]], &[], true)));
    for svg in nothing {
        assert_well_formed(&svg);
        assert!(svg.contains(">no data</text>") && svg.len() < 600, "{svg}");
    }
}

/// The width table, the spacing and the style sheet speak of the same font sizes, and no class is
/// written that the style sheet does not know.
#[test]
fn the_style_sheet_fits_the_drawing() {
    for size in [".chart.wide { font-size: 125px; }", ".chart.small { font-size: 115px; }"] {
        assert!(STYLE.contains(size), "{size}");
    }
    let sizes = [frame::Size::of(2.6), frame::Size::of(1.5)].map(|size| size.font);
    assert_eq!(sizes, [12.5, 11.5]);
    let days = weekdays(50);
    let lines: Vec<Vec<f64>> = (1..=12).map(|seed| rough(days.len(), seed)).collect();
    let values: Vec<f64> = (-5..=5).map(|bin| f64::from(bin) / 5.0).collect();
    let written =
        every_kind(&days, &lines, (&values, &[10.0, 1.0, 0.1]), 11, &axis(true), 2.4).concat();
    // Groups and kinds without a style of their own.
    let structural = [
        "bands", "areas", "lines", "marks", "bars", "leaders", "cells", "time", "path", "x", "y",
        "dots", "scree", "curve",
    ];
    for classes in written.split("class=\"").skip(1).filter_map(|s| s.split('"').next()) {
        for class in classes.split(' ').filter(|class| !structural.contains(class)) {
            assert!(STYLE.contains(&format!(".{class}")), "{class} has no style");
        }
    }
}

/// A chart of each kind over lines and over plain values, a matrix with so many columns.
fn every_kind(
    days: &[Day],
    lines: &[Vec<f64>],
    (values, positions): (&[f64], &[f64]),
    columns: usize,
    axis: &Axis<'static>,
    aspect: f64,
) -> Vec<String> {
    let bands: Vec<Band> =
        days.chunks(9).map(|d| Band { from: d[0], to: d[d.len() - 1], state: columns }).collect();
    let over_days = TimeChart { axis: axis.clone(), aspect, ..time(days, lines, &bands, false) };
    let path = PathChart {
        words: words("p"),
        along: Along::Penalties,
        x_label: "Penalty",
        positions: vec![positions],
        lines: vec![line("Line", values, 0)],
        marks: vec![(0, 1), (0, 99), (7, 0)],
        axis: axis.clone(),
        aspect,
    };
    let bars = BarChart {
        words: words("b"),
        labels: vec!["A label of some length"; values.len()],
        values,
        role: Role::Ridge,
        axis: axis.clone(),
        aspect,
    };
    let intervals: Vec<_> = values.iter().map(|v| Some([v - 1.0, v * 2.0])).collect();
    let dots = |role| DotSeries { role, values: values.to_vec(), intervals: intervals.clone() };
    let dots = DotChart {
        words: words("d"),
        slots: vec!["A slot"; values.len()],
        series: vec![dots(Role::Ridge), dots(Role::Lasso)],
        axis: axis.clone(),
        aspect,
    };
    let scree = ScreeChart {
        words: words("sc"),
        values,
        chance: values.iter().map(|v| [v * 0.9, v * 1.1]).collect(),
        outstanding: 2,
        label: "Eigenvalue",
        references: vec![(1.1, "upper"), (0.9, "lower")],
        aspect,
    };
    let tiles = TileChart {
        words: words("ti"),
        days,
        last: days.last().copied().unwrap_or_default(),
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
        sparkline(&Sparkline { words: words("s"), values, role: Role::Faint }),
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
            aspect,
        }),
    ];
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

/// Every kind of float, the troublesome ones often.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -3.0_f64..3.0,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(0.0),
        1 => prop::num::f64::ANY,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_data_can_break_a_chart(
        values in prop::collection::vec(wild(), 0..40),
        other in prop::collection::vec(wild(), 0..40),
        log in any::<bool>(),
        aspect in prop_oneof![0.3_f64..9.0, Just(f64::NAN)],
        range in prop::option::of((wild(), wild())),
        columns in 1_usize..40,
    ) {
        let days = weekdays(values.len().min(30));
        let lines = [values.clone(), other.clone(), values.clone(), other.clone()];
        let axis = Axis { range, ..axis(log) };
        for svg in every_kind(&days, &lines, (&values, &other), columns, &axis, aspect) {
            assert_well_formed(&svg);
        }
    }
}
