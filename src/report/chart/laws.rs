//! What holds for every chart, whatever its data.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use proptest::prelude::*;

use super::examples::{axis, drawn, every_kind, line, rough, time, weekdays, words};
use super::well_formed::assert_well_formed;
use super::*;

const STYLE: &str = include_str!("../../../templates/assets/chart.css");

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
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart time wide l5 r12 t2 b2\" role=\"img\" aria-labelledby=\"t-t t-d\"",
        " data-x0=\"10660\" data-x1=\"11079\" data-y0=\"0.8\" data-y1=\"",
        " data-scale=\"linear\" data-unit=\"multiple\" data-places=\"2\">",
        "<title id=\"t-t\">A &lt;title&gt; &amp; &quot;more&quot;</title><desc id=\"t-d\">",
        "<svg class=\"plot\" viewBox=\"0 0 3352 2800\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\">",
        "data-label=\"A line &amp; co\"",
    ] {
        assert!(svg.contains(part), "{part} in {svg:.900}");
    }
    for absent in [" width=\"3352", "style=", "font-family", "stroke=", "fill=", "#"] {
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
    let paths = |opening: &str| -> Vec<&str> {
        svg.split(opening).skip(1).filter_map(|path| path.split("/>").next()).collect()
    };
    let bands = paths("<path class=\"band ");
    assert_eq!(bands.len(), 1, "the usual state is no band: {bands:?}");
    assert!(bands[0].starts_with("s0\"") && bands[0].matches('M').count() == 1, "{bands:?}");
    let states = paths("<path class=\"state ");
    assert_eq!(states.len(), 2, "all states are in the ribbon");
    assert!(states[0].starts_with("s0\" d=\"M0 0h"), "clipped to the plot: {}", states[0]);
    assert!(states.iter().all(|path| path.matches('M').count() == 1), "weekends are covered");
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
        every_kind(&days, std::slice::from_ref(&nan), (&nan, &nan), 1, &axis(false), Size::Small);
    nothing.extend(every_kind(&[], &[], (&[], &[]), 1, &axis(true), Size::Key));
    nothing.push(time_chart(&time(&days, &[vec![-1.0; 3]], &[], true)));
    for svg in nothing {
        assert_well_formed(&svg);
        assert!(svg.contains(">no data</text>") && svg.len() < 600, "{svg}");
    }
}

/// Heights, gutters and classes: the drawing and the style sheet say the same, and no class is
/// written that the style sheet does not know.
#[test]
fn the_style_sheet_fits_the_drawing() {
    for size in [Size::Key, Size::Wide, Size::Strip, Size::Small] {
        let plot = frame::Plot::of(size, gutters::Gutters::default());
        let rule = format!(".chart.{} {{ height: {}px; }}", plot.class, plot.height);
        assert!(STYLE.contains(&rule), "{rule}");
    }
    for height in [60.0, 100.0, 150.0] {
        let plot = frame::strip(height, gutters::Gutters::default());
        let class = plot.class.replace(' ', ".");
        let rule = format!(".chart.{class} {{ height: {}px; }}", plot.height);
        assert!(STYLE.contains(&rule), "{rule}");
    }
    assert!(STYLE.contains("font-size: 12px") && (gutters::LETTER - 12.0).abs() < 1e-9);
    let sides = [("l", "pl"), ("r", "r"), ("t", "pt"), ("b", "pb")];
    for (most, (wide, phone)) in gutters::Gutters::MOST.into_iter().zip(sides) {
        for class in [wide, phone] {
            let side = &wide[..1];
            let rule = format!(".chart.{class}{most} {{ --{side}: {most}em; }}");
            assert!(STYLE.contains(&rule), "{rule}");
        }
    }
    // Groups and kinds without a style of their own.
    let structural = [
        "time",
        "path",
        "quantity",
        "histogram",
        "grouped",
        "dots",
        "bars",
        "scree",
        "rows",
        "plot",
        "ticks",
        "ribbon",
        "tree",
        "colours",
    ];
    for svg in drawn() {
        for classes in svg.split("class=\"").skip(1).filter_map(|s| s.split('"').next()) {
            for class in classes.split(' ').filter(|class| !structural.contains(class)) {
                assert!(STYLE.contains(&format!(".{class}")), "{class} has no style");
            }
        }
    }
}

/// Letters and dots stand in shares of the box, so that they are never scaled; what is scaled is
/// paths alone.
#[test]
fn letters_are_never_scaled_and_stay_in_the_box() {
    for svg in drawn() {
        let document = roxmltree::Document::parse(&svg).unwrap();
        let root = document.root_element();
        assert!(root.attribute("viewBox").is_none(), "the box is the plot");
        for node in root.descendants().filter(roxmltree::Node::is_element) {
            let scaled = node.ancestors().skip(1).any(|a| a.attribute("viewBox").is_some());
            assert!(!scaled || node.tag_name().name() == "path", "{svg:.400}");
            let is_text = matches!(node.tag_name().name(), "text" | "circle");
            let in_root = node.parent_element().is_some_and(|parent| parent == root);
            if !is_text || !in_root {
                continue;
            }
            for name in ["x", "y", "cx", "cy"] {
                let Some(at) = node.attribute(name) else { continue };
                let share = at.strip_suffix('%').or((at == "0").then_some("0"));
                let share: f64 = share.unwrap_or_else(|| panic!("{name}={at}")).parse().unwrap();
                // Labels of lines may stand a little beyond the edge, in the gutters.
                let is_end = node.attribute("class").is_some_and(|c| c.starts_with("end"));
                let room = if is_end { 15.0 } else { 0.0 };
                assert!((-room..=100.0 + room).contains(&share), "{name}={at} in {svg:.300}");
            }
        }
    }
}

/// Every label of an axis has room beside the plot.
#[test]
fn the_labels_of_an_axis_are_inside_their_gutter() {
    for svg in drawn() {
        let document = roxmltree::Document::parse(&svg).unwrap();
        let classes = document.root_element().attribute("class").unwrap();
        let gutter = |side: char| -> f64 {
            let number = |class: &str| class.strip_prefix(side)?.parse::<f64>().ok();
            classes.split(' ').find_map(number).unwrap_or_default() * 12.0
        };
        let texts = document.descendants().filter(|node| node.has_tag_name((SVG, "text")));
        for text in texts.filter(|text| text.attribute("x") == Some("0")) {
            let class = text.attribute("class").unwrap_or_default();
            if class.split(' ').next() == Some("y") && !class.contains("narrow") {
                let width = super::text::width(text.text().unwrap()) + 8.0;
                assert!(width <= gutter('l') + 1.0, "{:?} in {classes}", text.text());
            }
        }
    }
}

const SVG: &str = "http://www.w3.org/2000/svg";

#[test]
fn lines_that_coincide_are_one_and_have_one_name() {
    let days = weekdays(200);
    let (a, b) = (rough(200, 3), rough(200, 4));
    let near: Vec<f64> = a.iter().map(|value| value * 1.0001).collect();
    let lines = vec![
        Line::new("Ridge", Role::Ridge, &b),
        Line::new("Lasso", Role::Lasso, &a),
        Line::new("Elastic net", Role::ElasticNet, &near),
    ];
    let chart = TimeChart::new(words("t"), &days, lines, axis(false));
    let svg = time_chart(&chart);
    assert!(svg.contains("data-label=\"Lasso = elastic net\"") && !svg.contains("enet"), "{svg}");
    let key = line_key(&chart);
    let key: Vec<(&str, &str)> = key.iter().map(|(class, label)| (&**class, &**label)).collect();
    assert_eq!(key, [("ridge", "Ridge"), ("lasso", "Lasso = elastic net")]);
}

#[test]
fn labels_end_with_the_last_value_and_notes_keep_off_the_lines() {
    let days = weekdays(300);
    let rising: Vec<f64> = (0..300).map(|t| 1.0 + f64::from(t) / 100.0).collect();
    let unit = Unit::Decimal(2);
    let axis = Axis { label: "Value", unit, log: false, range: None, baseline: None };
    let own = Line { end: Some("of all".to_owned()), ..Line::new("Part", Role::Lasso, &rising) };
    let chart = TimeChart {
        notes: vec![Note { day: days[150], value: 2.5, text: "The middle of it".to_owned() }],
        ..TimeChart::new(words("t"), &days, vec![Line::new("All", Role::Ridge, &rising)], axis)
    };
    let svg = time_chart(&chart);
    assert!(svg.contains(">All 3.99</text>"), "{svg}");
    assert!(time_chart(&TimeChart { lines: vec![own], ..chart.clone() }).contains(">Part of all<"));
    // The line rises to the right: left of the point and above it, or right and below, is free.
    let leader = svg.split("<svg class=\"leader").nth(1).and_then(|s| s.split("/svg>").next());
    let path = leader.and_then(|s| s.split("d=\"M").nth(1)).and_then(|s| s.split('"').next());
    let numbers: Vec<f64> =
        path.unwrap().split([' ', 'L']).map(|number| number.parse().unwrap()).collect();
    assert!(numbers[2].signum() == numbers[3].signum(), "{path:?} lies along the line");
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
        size in prop_oneof![Just(Size::Key), Just(Size::Wide), Just(Size::Strip), Just(Size::Small)],
        range in prop::option::of((wild(), wild())),
        columns in 1_usize..40,
    ) {
        let days = weekdays(values.len().min(30));
        let lines = [values.clone(), other.clone(), values.clone(), other.clone()];
        let axis = Axis { range, ..axis(log) };
        for svg in every_kind(&days, &lines, (&values, &other), columns, &axis, size) {
            assert_well_formed(&svg);
        }
    }
}

/// A script reads days off the paths: each stands where it is.
#[test]
fn every_day_is_a_whole_number_of_units() {
    let days = weekdays(6_000);
    let values: Vec<f64> = (0..6_000).map(|t| f64::from(t % 2)).collect();
    let chart = TimeChart::new(words("t"), &days, vec![line("Line", &values, 0)], axis(false));
    let marked = [days[0], days[1], days[4_321], days[5_999]];
    let svg = marked_time_chart(&chart, &marked);
    let first = calendar::number(days[0]);
    let width = calendar::number(days[5_999]) - first;
    assert!(svg.contains(&format!("viewBox=\"0 0 {width} 2800\"")), "{svg:.900}");
    let rug = svg.split("<path class=\"rug\" d=\"M").nth(1).and_then(|d| d.split('"').next());
    let places = rug.unwrap().split('M').map(|mark| mark.split(' ').next().unwrap().parse::<f64>());
    let places: Vec<f64> = places.map(Result::unwrap).collect();
    assert_eq!(places, marked.map(|day| calendar::number(day) - first));
}
