//! Geometry and breaks against numpy, statsmodels and ruptures on the sample.

use dfa_report::results::{Results, Series, Statistic, Table, value};
use serde_json::{Value, json};

use crate::support::{Agreement, read_json, repository, run_on, uniform, write};

const NINE: &str = "title: geometry
data: {target: SPY, features: [XLB, XLE, XLF, XLI, XLK, XLP, XLU, XLV, XLY]}
models:
  - {kind: ridge, alphas: {count: 12}}
  - {kind: lasso, alphas: {count: 12}}
  - {kind: elastic_net, alphas: {count: 12}}
";

fn nine_sectors() -> (Results, Series) {
    run_on(&repository("data/sample/prices.csv"), NINE)
}

/// A figure of a series file on a day.
fn on(table: &Table, column: &str, day: &str) -> Value {
    let row = table.days.binary_search(&day.parse().unwrap()).unwrap();
    json!(table.column(column).unwrap()[row])
}

#[test]
fn figures_agree_with_python() {
    let reference = read_json(&repository("tests/reference/sample_geometry.json"));
    let (results, series) = nine_sectors();
    let ours = serde_json::to_value(&results).unwrap();
    let mut exact = Agreement::new(1e-8);
    // Series files keep five digits.
    let mut shown = Agreement::new(6e-5);
    let spectrum = &ours["geometry"]["spectrum"];
    exact.near("edges", &reference["marchenko_pastur"], &spectrum["marchenko_pastur"]);
    for (day, figures) in reference["rolling"].as_object().unwrap() {
        for (name, theirs) in figures.as_object().unwrap() {
            shown.near(&format!("{name} {day}"), theirs, &on(&series.geometry, name, day));
        }
    }
    for (model, theirs) in reference["models"].as_object().unwrap() {
        let ours = &ours["models"][model];
        for name in ["r2_intercept", "r2_by_direction"] {
            exact.near(&format!("{model} {name}"), &theirs[name], &ours[name]);
        }
        for (alpha, ours) in ours["by_alpha"].as_array().unwrap().iter().enumerate() {
            for name in ["effective_degrees_last", "eigen_shares"] {
                let name_of = format!("{model} {name} {alpha}");
                exact.near(&name_of, &theirs[name][alpha], &ours[name]);
            }
        }
        refits(model, theirs, &series.coefficients, &mut shown);
        for name in ["fluctuation", "cusum", "segments"] {
            let name_of = format!("{model} {name}");
            exact.near(&name_of, &theirs["breaks"][name], &ours["breaks"][name]);
        }
        for (day, r2) in theirs["breaks"]["rolling_r2"].as_object().unwrap() {
            let name = format!("{model}.rolling_r2");
            shown.near(&format!("{name} {day}"), r2, &on(&series.breaks, &name, day));
        }
        let last = ours["gain_map"]["values"].as_array().unwrap().last().unwrap();
        for (alpha, gain) in theirs["gain_last"].as_array().unwrap().iter().enumerate() {
            let distance = gain.as_f64().unwrap() - last[alpha].as_f64().unwrap();
            assert!(distance.abs() <= 0.005 + 1e-9, "{model} gain at alpha {alpha}: {distance}");
        }
    }
    exact.finish("geometry and breaks");
    shown.finish("their series");
    band(&reference["shift_band"], &spectrum["shift_band"]);
}

/// Cosines and drifts at some refits, to the digits that the series keep.
fn refits(model: &str, theirs: &Value, table: &Table, agreement: &mut Agreement) {
    for (row, figures) in theirs["refits"].as_object().unwrap() {
        let row: usize = row.parse().unwrap();
        for (name, theirs) in figures.as_object().unwrap() {
            let name = format!("{model}.{name}");
            agreement.near(&name, theirs, &json!(table.column(&name).unwrap()[row]));
        }
    }
    for name in ["drift.mean", "drift.volatility"] {
        let last = table.column(name).unwrap().last().unwrap();
        agreement.near(name, &theirs[name], &json!(last));
    }
}

/// Other random numbers, the same band: within what 200 replicates leave open.
fn band(theirs: &Value, ours: &Value) {
    for edge in ["lower", "upper"] {
        for (i, theirs) in theirs[edge].as_array().unwrap().iter().enumerate() {
            let distance = (theirs.as_f64().unwrap() - ours[edge][i].as_f64().unwrap()).abs();
            assert!(distance < 0.01, "{edge} edge of eigenvalue {i}: {distance}");
        }
    }
}

#[test]
fn contributions_add_up_to_the_r2() {
    let (results, _) = nine_sectors();
    for (name, model) in &results.models {
        let sum: f64 = model.r2_by_direction.iter().sum::<f64>() + model.r2_intercept.unwrap();
        let r2 = value(model.forecast.oos_r2).unwrap();
        assert_eq!(model.r2_by_direction.len(), 9);
        assert!((sum - r2).abs() < 1e-11, "{name}: {sum} and {r2}");
    }
}

#[test]
fn stronger_penalties_leave_fewer_degrees_of_freedom() {
    let (results, _) = nine_sectors();
    for (name, model) in &results.models {
        let degrees: Vec<f64> =
            model.by_alpha.iter().map(|alpha| alpha.effective_degrees_last.unwrap()).collect();
        assert!(degrees.iter().all(|degrees| (0.0..=9.0 + 1e-9).contains(degrees)), "{name}");
        assert!(degrees[0] < 0.01 && degrees[degrees.len() - 1] > 6.0, "{name}: {degrees:?}");
        if name == "ridge" {
            assert!(degrees.windows(2).all(|pair| pair[0] < pair[1]));
        }
        for alpha in &model.by_alpha {
            assert!(alpha.eigen_shares.iter().sum::<f64>() <= 1.0 + 1e-9);
            assert_eq!(alpha.eigen_shares.is_empty(), alpha.norm_last == 0.0);
        }
    }
}

#[test]
fn segments_cover_the_forecasts_and_breaks_lie_between_them() {
    let (results, _) = nine_sectors();
    for model in results.models.values() {
        let breaks = &model.breaks;
        let rows: usize = breaks.segments.iter().map(|segment| segment.rows).sum();
        assert_eq!(rows, results.walk_forward.forecasts);
        assert_eq!(breaks.breaks.len() + 1, breaks.segments.len());
        for (found, pair) in breaks.breaks.iter().zip(breaks.segments.windows(2)) {
            assert!(pair[0].to < found.day && found.day == pair[1].from);
            let watched: Vec<&Statistic> = found.changes.iter().map(|c| &c.statistic).collect();
            let three = [&Statistic::Coupling, &Statistic::Absorption, &Statistic::Volatility];
            assert_eq!(watched[..3], three);
            assert!(found.changes.iter().all(|c| c.before.is_some() && c.after.is_some()));
        }
    }
}

/// Two models on one column: no second direction, no band, no coupling, and nothing fails.
#[test]
fn one_feature_has_a_report_too() {
    let yaml = "title: one\ndata: {target: SPY, features: [XLK]}\n";
    let (results, series) = run_on(&repository("data/sample/prices.csv"), yaml);
    let spectrum = &results.geometry.spectrum;
    assert!(spectrum.shift_band.is_none() && spectrum.modes.is_empty());
    let second = series.coefficients.column("ridge.cosine_second").unwrap();
    assert!(second.iter().all(|value| value.is_nan()));
    assert_eq!(results.models["ridge"].r2_by_direction.len(), 1);
}

/// More features than days in a window: the correlations of a quarter have a rank of 62.
#[test]
fn a_panel_wider_than_its_window_has_a_report_too() {
    let (days, features) = (420, 130);
    let mut noise = uniform(3);
    let names: Vec<String> = (0..features).map(|j| format!("F{j}")).collect();
    let mut csv = format!("date,SPY,{}\n", names.join(","));
    let mut prices = vec![100.0; features + 1];
    let first: jiff::civil::Date = "2001-01-01".parse().unwrap();
    for t in 0..days {
        let market = noise();
        csv += &first.checked_add(jiff::Span::new().days(t)).unwrap().to_string();
        for price in &mut prices {
            *price *= 1.0 + 0.02 * (market + 0.5 * noise());
            csv += &format!(",{price}");
        }
        csv += "\n";
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "prices.csv", &csv);
    let yaml = format!(
        "title: wide\ndata: {{target: SPY, features: [{}]}}\nwalk_forward: {{min_train: 300}}\n\
         models: [{{kind: ridge, alphas: {{count: 3}}}}]\n",
        names.join(", ")
    );
    let (results, series) = run_on(&folder.path().join("prices.csv"), &yaml);
    let geometry = &results.geometry;
    assert_eq!((geometry.eigenvalues.len(), geometry.correlation.len()), (features, features));
    assert_eq!(geometry.eigenvectors.len(), 24, "those that a page can show");
    assert_eq!(geometry.pairs.len(), 276, "between the first 24");
    assert_eq!(geometry.spectrum.shift_band.as_ref().unwrap().replicates, 40);
    for name in ["absorption", "effective_rank", "eigenvalue.1"] {
        let values = series.geometry.column(name).unwrap();
        assert!(values[..63].iter().all(|value| value.is_nan()), "{name}");
        assert!(values[63..].iter().all(|value| value.is_finite()), "{name}");
    }
    assert!(series.geometry.column("effective_rank").unwrap()[63] < 62.0);
}
