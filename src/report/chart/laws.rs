//! What holds for every chart, whatever its data.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use proptest::prelude::*;

use super::well_formed::assert_well_formed;
use super::*;

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
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut level = 0.0;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        level += ((state >> 11) as f64 / (1_u64 << 53) as f64 - 0.498) * 0.04;
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
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 277\" class=\"chart wide time\" role=\"img\" aria-labelledby=\"t-t t-d\"",
        "data-x0=\"1999-03-10\" data-x1=\"2000-05-02\"",
        "data-plot=\"",
        "<title id=\"t-t\">A &lt;title&gt; &amp; &quot;more&quot;</title><desc id=\"t-d\">",
        "data-label=\"A line &amp; co\"",
    ] {
        assert!(svg.contains(part), "{part} in {svg:.700}");
    }
    for absent in [" width=\"720", "style=", "font-family", "stroke=", "fill=", "#"] {
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
    let nothing = [
        time_chart(&time(&[], &[], &[], true)),
        time_chart(&time(&weekdays(3), &[vec![f64::NAN; 3]], &[], false)),
        time_chart(&time(&weekdays(3), &[vec![-1.0; 3]], &[], true)),
        path_chart(&path(&[], &[], 2.6)),
        bar_chart(&bars(&[f64::NAN], 1.5)),
        sparkline(&Sparkline { words: words("s"), values: &[], role: Role::Main, baseline: None }),
        heat_map(&heat(&[f64::NAN], 1)),
        ground(&weekdays(3), &[], &[]),
    ];
    for svg in nothing {
        assert_well_formed(&svg);
        assert!(svg.contains(">no data</text>") && svg.len() < 600, "{svg}");
    }
}

/// The width table, the spacing and the style sheet speak of the same font sizes, and no class is
/// written that the style sheet does not know.
#[test]
fn the_style_sheet_fits_the_drawing() {
    for size in [".chart.wide { font-size: 12.5px; }", ".chart.small { font-size: 11.5px; }"] {
        assert!(STYLE.contains(size), "{size}");
    }
    let sizes = [frame::Size::of(2.6), frame::Size::of(1.5)].map(|size| size.font);
    assert_eq!(sizes, [12.5, 11.5]);
    let days = weekdays(50);
    let ten: Vec<Vec<f64>> = (1..=12).map(|seed| rough(days.len(), seed)).collect();
    let band = Band { from: days[0], to: days[9], state: 3 };
    let values: Vec<f64> = (-5..=5).map(|bin| f64::from(bin) / 5.0).collect();
    let written = [
        time_chart(&time(&days, &ten, &[band], true)),
        path_chart(&path(&[10.0, 1.0, 0.1], &ten[0], 1.5)),
        bar_chart(&bars(&[1.0, 2.0], 1.5)),
        heat_map(&heat(&values, 11)),
        sparkline(&Sparkline {
            words: words("s"),
            values: &ten[0],
            role: Role::Faint,
            baseline: Some(1.0),
        }),
        strips(&stack(&days, &ten[..2])).concat(),
        ground(&days, &ten[..3], &ten[0]),
    ]
    .concat();
    // Groups without a style of their own.
    let structural =
        ["bands", "areas", "lines", "marks", "bars", "leaders", "cells", "time", "path", "x", "y"];
    for classes in written.split("class=\"").skip(1).filter_map(|s| s.split('"').next()) {
        for class in classes.split(' ').filter(|class| !structural.contains(class)) {
            assert!(STYLE.contains(&format!(".{class}")), "{class} has no style");
        }
    }
}

fn stack<'a>(days: &'a [Day], values: &'a [Vec<f64>]) -> Stack<'a> {
    let strip = |(at, values): (usize, &'a Vec<f64>)| Strip {
        words: words(["strip-0", "strip-1", "strip-2", "strip-3"][at % 4]),
        lines: [false, true]
            .map(|light| StripLine { days, line: line("A line & co", values, at), light })
            .to_vec(),
        corridor: Some(Corridor { days, lower: values, upper: values, label: "band" }),
        axis: axis(false),
        height: 80.0,
    };
    Stack {
        span: (date(1999, 3, 10), date(1999, 8, 1)),
        bands: &[],
        rules: days.iter().step_by(9).map(|day| (*day, day.to_string())).collect(),
        strips: values.iter().enumerate().map(strip).collect(),
    }
}

fn ground(days: &[Day], values: &[Vec<f64>], used: &[f64]) -> String {
    surface(&Surface {
        words: words("surface"),
        first: date(1999, 1, 1),
        days: &days[..values.len().min(days.len())],
        levels: &[10.0, 2.0, 0.1],
        values,
        path: (days, used),
        path_label: "in use",
        y_label: "Penalty",
        key_label: "points",
        aspect: 2.4,
    })
}

fn path<'a>(positions: &'a [f64], values: &'a [f64], aspect: f64) -> PathChart<'a> {
    PathChart {
        words: words("p"),
        x_label: "Penalty",
        positions: vec![positions],
        lines: vec![line("Line", values, 0)],
        marks: vec![(0, 1), (0, 99), (7, 0)],
        axis: axis(false),
        aspect,
    }
}

fn bars(values: &[f64], aspect: f64) -> BarChart<'_> {
    BarChart {
        words: words("b"),
        labels: vec!["A label of some length"; values.len()],
        values,
        intervals: values.iter().map(|v| Some([v - 1.0, v * 2.0])).collect(),
        roles: vec![Role::Ridge; values.len()],
        axis: axis(false),
        references: vec![(1.0, "one"), (1.1, "more")],
        aspect,
    }
}

fn heat(values: &[f64], columns: usize) -> HeatMap<'_> {
    HeatMap {
        words: words("h"),
        rows: vec!["row"; values.len().div_ceil(columns)],
        columns: vec!["column"; columns],
        values: values.chunks(columns).map(<[f64]>::to_vec).collect(),
        places: 2,
    }
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
        let days = weekdays(30);
        let both = [values.clone(), other.clone(), values.clone(), other.clone()];
        let bands = [Band { from: days[3], to: days[20], state: columns }];
        let mut chart = time(&days[..values.len().min(30)], &both, &bands, log);
        chart.aspect = aspect;
        chart.axis.range = range;
        let mut bar = bars(&values, aspect);
        bar.axis = Axis { range, ..axis(log) };
        let mut line = path(&other, &values, aspect);
        line.axis = Axis { range, ..axis(log) };
        let spark = Sparkline { words: words("s"), values: &values, role: Role::Main, baseline: range.map(|r| r.0) };
        for svg in [
            time_chart(&chart),
            bar_chart(&bar),
            path_chart(&line),
            sparkline(&spark),
            heat_map(&heat(&values, columns)),
            ground(&days, &both, &values),
        ] {
            assert_well_formed(&svg);
        }
        for svg in strips(&stack(&days, &both)) {
            assert_well_formed(&svg);
        }
    }
}
