//! What is read back is what was computed.

use jiff::ToSpan as _;

use super::*;
use crate::base::units::Frequency;
use crate::engine::criteria::Names;
use crate::engine::experiment::simulated::{panel, spec};
use crate::engine::experiment::{Source, run};
use crate::engine::spec::Spec;
use crate::prices::panel::{Column, Panel};
use crate::results::spec::detector_names;

const MORE: &str = "models: [{kind: ridge, alphas: {count: 3}}, \
                    {kind: ridge, alphas: {count: 3}, name: wls, weighting: ex_ante_variance}]\n\
                    regimes: [{kind: volatility, min_history: 60}, \
                    {kind: sign_flip, pair: [XLE, XLU], window: 21}]\n\
                    costs: {cash_rate: 0.03, trade_bps: 2}\n";

/// A panel on other days, or without some of them.
fn on(panel: &Panel, frequency: Frequency, day: impl Fn(i64) -> Option<i64>) -> Panel {
    let kept: Vec<(usize, i64)> =
        (0..panel.len()).filter_map(|t| Some((t, day(t as i64)?))).collect();
    let column = |column: &Column| {
        let prices = kept.iter().map(|(t, _)| column.prices[*t]).collect();
        Column::new(column.ticker.clone(), prices)
    };
    Panel {
        days: kept.iter().map(|(_, day)| panel.days[0] + day.days()).collect(),
        frequency,
        periods_per_year: frequency.periods_per_year(),
        target: column(&panel.target),
        features: panel.features.iter().map(column).collect(),
        ..panel.clone()
    }
}

#[test]
fn a_state_has_the_figures_that_the_run_gave_it_whatever_the_days() {
    let daily = panel(1_300);
    let gaps = |t: i64| (t % 7 < 5 && !(300..330).contains(&t) && t % 41 != 0).then_some(t);
    for (panel, lags) in [
        (on(&daily, Frequency::Daily, Some), "[1]"),
        (on(&daily, Frequency::Daily, Some), "[2, 5]"),
        (on(&daily, Frequency::Daily, gaps), "[1]"),
        (on(&daily, Frequency::Weekly, |t| Some(7 * t + t % 2)), "[1, 3]"),
        (on(&daily, Frequency::Monthly, |t| Some(30 * t)), "[1]"),
    ] {
        let mut spec = spec(MORE);
        spec.data.lags = serde_json::from_str(lags).unwrap();
        let (results, series) = run(&spec, &panel, Source::default()).unwrap();
        let daily = Daily::of(&results, &series).unwrap();
        let names = Names::of(&spec);
        let mut compared = 0;
        let found = |test: String| {
            let test = names.test(&test).unwrap();
            daily.figures(&test.left, None, 0).pop().unwrap().1.map(|found| found.value)
        };
        for regime in &results.regimes {
            for (state, word) in detector_words(&spec, &regime.name).iter().enumerate() {
                let at = format!("regime[{}.{word}]", regime.name);
                for (model, by_state) in &regime.forecast {
                    let known = &by_state[state];
                    if known.rows < LEAST_ROWS {
                        assert_eq!(found(format!("{model}.{at}.hit_rate > 0")), None);
                        continue;
                    }
                    compared += 1;
                    let hits = found(format!("{model}.{at}.hit_rate > 0")).unwrap();
                    assert!((hits - known.hit_rate.unwrap()).abs() < 1e-11);
                    for (figure, known) in [
                        ("oos_r2", value(known.oos_r2)),
                        ("scaled.oos_r2", value(known.scaled.as_ref().unwrap().oos_r2)),
                    ] {
                        let found = found(format!("{model}.{at}.{figure} > 0")).unwrap();
                        assert!((found - known.unwrap()).abs() < 1e-7, "{model} {at} {figure}");
                    }
                    for rule in results.models[model].strategies.keys() {
                        let known = &regime.strategies[&names::track(model, rule)][state];
                        let found = found(format!("{model}.{at}.{rule}.sharpe > 0"));
                        let known = value(known.sharpe);
                        let apart = found.zip(known).map_or(0.0, |(a, b)| (a - b).abs());
                        assert!(found.is_some() == known.is_some() && apart < 1e-3, "{apart}");
                    }
                }
            }
        }
        assert!(compared >= 4, "{compared} states with days enough");
    }
}

fn detector_words(spec: &Spec, name: &str) -> Vec<String> {
    let names = detector_names(&spec.regimes);
    let at = names.iter().position(|known| known == name).unwrap();
    spec.regimes[at].state_words()
}

#[test]
fn a_figure_over_all_days_is_the_one_of_the_results_and_follows_from_the_columns() {
    let spec = spec(MORE);
    let (results, series) = run(&spec, &panel(1_000), Source::default()).unwrap();
    let daily = Daily::of(&results, &series).unwrap();
    let all: Vec<usize> = (0..daily.days.len()).collect();
    let mut compared = 0;
    let mut records = vec![Record { model: None, rule: None, is_system: false }];
    for (model, summary) in &results.models {
        let rules = std::iter::once(None).chain(summary.strategies.keys().map(Some));
        let record = |rule: Option<&String>| Record {
            model: Some(model.clone()),
            rule: rule.cloned(),
            is_system: false,
        };
        records.extend(rules.map(record));
    }
    for record in &records {
        for (figure, known) in daily.known(record).unwrap() {
            let Some(known) = known else { continue };
            let found = daily.computed(record, *figure, &all).unwrap().value;
            // Growth is kept to 1e-7 a day.
            let tolerance = 2e-4 * known.abs() + 1e-5;
            assert!(
                (found - known).abs() < tolerance,
                "{} {figure:?}: {found} {known}",
                record.name()
            );
            assert_eq!(daily.over(record, *figure, &all).unwrap().value, *known);
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn series_without_a_column_are_told() {
    let (results, series) = run(&spec(MORE), &panel(700), Source::default()).unwrap();
    for (file, column) in [
        ("forecasts.csv", "actual"),
        ("forecasts.csv", "ridge"),
        ("forecasts.csv", "weighted_benchmark"),
        ("strategies.csv", "ridge.binary.growth"),
        ("geometry.csv", "regime.volatility"),
    ] {
        let mut series = series.clone();
        for table in [&mut series.forecasts, &mut series.strategies, &mut series.geometry] {
            table.columns.shift_remove(column);
        }
        let problem = Daily::of(&results, &series).err().unwrap().to_string();
        assert!(problem.contains(&format!("its {file} has no column `{column}`")), "{problem}");
    }
    let mut short = series;
    short.strategies.columns.iter_mut().for_each(|(_, values)| values.truncate(9));
    let problem = Daily::of(&results, &short).err().unwrap().to_string();
    assert!(problem.contains("has 9 rows for"), "{problem}");
}
