//! Results and series that the program wrote, for the tests of this wing: two experiments of
//! `tests/fixtures/report`. `tests/suite/pages.rs` holds them to what the program writes now and
//! says how they are written anew. A test changes what it is about and leaves the rest.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests read fixtures")]

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::json;

use crate::report::diff::{
    ExperimentDiff, FigureChange, Found, PriceChange, Renamed, Side, SiteDiff, Version, compare,
    heading,
};
use crate::report::site::Experiment;
use crate::results::spec::Model;
use crate::results::{
    Divergence, Estimate, Interval, Paired, PairedFigure, PairedModel, PairedStrategy, PairedTest,
    Results, SERIES_FILES, Series, Stamp, StrategyMetrics, Warning, from_json,
};

fn text(id: &str, name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/report/built");
    std::fs::read_to_string(format!("{folder}/{id}/{name}")).unwrap()
}

fn results(id: &str) -> Results {
    from_json("results.json", &text(id, "results.json")).unwrap()
}

fn experiment(id: &str) -> Experiment {
    let series: Vec<String> = SERIES_FILES.iter().map(|file| text(id, file.name)).collect();
    let series = Series::from_csv(series.iter().map(String::as_str)).unwrap();
    Experiment { results: results(id), series, sweep: None }
}

/// Three plain models with evidence of a signal, one break, one detector and the planted truth.
pub(crate) fn plain() -> Experiment {
    experiment("plain")
}

/// A plain model, three systems that know the regime, three detectors and the planted truth.
pub(crate) fn systems() -> Experiment {
    experiment("systems")
}

/// The lasso of [`plain`] under one rule, the figures that tests compare set to round ones.
pub(crate) fn lasso(id: &str) -> Results {
    let mut results = results("plain");
    results.id = id.to_owned();
    results.title = "Sector lags".to_owned();
    results.regimes.truncate(1);
    results.regimes[0].name = "xle-xlu".to_owned();
    results.regimes[0].flips = vec![date(2008, 9, 15)];
    results.models.retain(|name, _| name == "lasso");
    let lasso = &mut results.models["lasso"];
    lasso.strategies.retain(|rule, _| rule == "binary");
    lasso.forecast.oos_r2 = estimate(0.002, 0.003);
    lasso.selected_alpha_last = Some(1e-4);
    lasso.strategies["binary"] = strategy(0.5);
    results.spec.models = models(json!([{"kind": "lasso", "alphas": {"count": 60}}]));
    (results.data.rows, results.data.last_day) = (5000, date(2019, 12, 31));
    results
}

fn models(written: serde_json::Value) -> Vec<Model> {
    serde_json::from_value(written).unwrap()
}

/// A figure with an interval as wide to either side.
pub(crate) fn estimate(value: f64, half: f64) -> Option<Estimate> {
    let interval = Some(Interval { low: value - half, high: value + half });
    Some(Estimate { value, interval })
}

/// A track record with this Sharpe ratio and an interval of 0.4 to either side.
pub(crate) fn strategy(sharpe: f64) -> StrategyMetrics {
    StrategyMetrics {
        sharpe: estimate(sharpe, 0.4),
        max_drawdown: -0.35,
        ..results("plain").models["lasso"].strategies["binary"].clone()
    }
}

/// A site of [`lasso`]s.
pub(crate) fn site(ids: &[&str]) -> BTreeMap<String, Results> {
    let lasso = lasso("");
    let named = |id: &&str| ((*id).to_owned(), Results { id: (*id).to_owned(), ..lasso.clone() });
    ids.iter().map(named).collect()
}

/// Two sides compared without any test.
pub(crate) fn compared(
    base: &BTreeMap<String, Results>,
    head: &BTreeMap<String, Results>,
    found: &Found,
) -> SiteDiff {
    let side = |name, results| Side { version: Version::named(name), results };
    compare(side("old", base), side("site", head), found)
}

/// The tests of pairs of days of an experiment with a [`lasso`] whose R2 and Sharpe ratio moved.
fn tested(days: usize) -> Paired {
    let figure = |metric: &str, sides: [f64; 2], half: f64, p, test| PairedFigure {
        metric: metric.to_owned(),
        base: Some(sides[0]),
        head: Some(sides[1]),
        difference: estimate(sides[1] - sides[0], half),
        p: Some(p),
        test,
    };
    let strategy = PairedStrategy {
        positions: Divergence { first_day: Some(date(2009, 5, 4)), days: 31 },
        figures: vec![figure("sharpe", [0.5, 0.55], 0.2, 0.6, PairedTest::LedoitWolf)],
    };
    let model = PairedModel {
        forecasts: Divergence { first_day: Some(date(2009, 5, 1)), days: 1200 },
        figures: vec![
            figure("oos_r2", [0.002, 0.006], 0.002, 0.001, PairedTest::DieboldMariano),
            figure("scaled_oos_r2", [0.003, 0.008], 0.002, 0.001, PairedTest::DieboldMariano),
        ],
        strategies: [("binary".to_owned(), strategy)].into(),
    };
    Paired {
        days,
        first_day: Some(date(2001, 1, 2)),
        last_day: Some(date(2019, 12, 31)),
        base_only_days: 0,
        head_only_days: 21,
        models: [("lasso".to_owned(), model)].into(),
        hold: None,
    }
}

/// A tested Sharpe ratio of `lasso.binary` on both sides.
pub(crate) fn tested_sharpe(base: f64, head: f64, p: f64) -> FigureChange {
    let (old, new) = (strategy(base), strategy(head));
    let results = |metrics: StrategyMetrics| {
        let mut results = lasso("a");
        results.models["lasso"].strategies["binary"] = metrics;
        BTreeMap::from([("a".to_owned(), results)])
    };
    let mut paired = tested(100);
    let figures = &mut paired.models["lasso"].strategies["binary"].figures;
    *figures = vec![PairedFigure {
        metric: "sharpe".to_owned(),
        base: Some(base),
        head: Some(head),
        difference: estimate(head - base, 0.1),
        p: Some(p),
        test: PairedTest::LedoitWolf,
    }];
    paired.models["lasso"].figures.clear();
    let found = Found { paired: [("a".to_owned(), Ok(paired))].into(), ..Found::default() };
    let diff = compared(&results(old), &results(new), &found);
    let mut figures = diff.changed.into_iter().flat_map(|changed| changed.figures);
    figures.find(|figure| figure.metric == "sharpe").unwrap()
}

/// An experiment of which nothing but these figures differ.
pub(crate) fn experiment_diff(id: &str, figures: Vec<FigureChange>) -> ExperimentDiff {
    let base = site(&[id]);
    let mut head = base.clone();
    head.get_mut(id).unwrap().walk_forward.refits += 1;
    let diff = compared(&base, &head, &Found::default());
    ExperimentDiff { figures, ..diff.changed.into_iter().next().unwrap() }
}

/// A difference of experiments of which nothing but these figures differ.
pub(crate) fn diff_of(changed: Vec<(&str, Vec<FigureChange>)>) -> SiteDiff {
    let none = BTreeMap::new();
    let diff = compared(&none, &none, &Found::default());
    let changed = changed.into_iter().map(|(id, figures)| experiment_diff(id, figures)).collect();
    SiteDiff { changed, ..diff }.counted()
}

/// A difference with something of everything: `new` came, `old` went, in `a` much changed, `was` has
/// another name, and of `said` only words changed.
pub(crate) fn diff() -> SiteDiff {
    let base = site(&["a", "old", "same", "now", "said"]);
    let mut head = site(&["a", "new", "same", "now", "said"]);
    let a = head.get_mut("a").unwrap();
    a.provenance.engine = "dfa-report 0.2.0".to_owned();
    a.provenance.data_hash = "e".repeat(64);
    a.spec.models = models(json!([
        {"kind": "ridge", "alphas": {"count": 60}},
        {"kind": "lasso", "alphas": {"count": 80}},
    ]));
    (a.data.rows, a.data.last_day) = (5021, date(2020, 1, 31));
    let ridge = a.models["lasso"].clone();
    a.models.insert("ridge".to_owned(), ridge);
    let lasso = &mut a.models["lasso"];
    lasso.forecast.oos_r2 = estimate(0.006, 0.003);
    lasso.selected_alpha_last = Some(2e-4);
    lasso.strategies["binary"] = StrategyMetrics { max_drawdown: -0.3, ..strategy(0.55) };
    a.regimes[0].flips.push(date(2020, 1, 15));
    a.warnings.push(Warning::TooGood { model: "lasso".to_owned(), oos_r2: 0.02 });
    a.verdict.stamp = Some(Stamp::Open);
    head.get_mut("said").unwrap().spec.notes = "A signal of a week.".to_owned();
    let lines = "  ~ XLE: 1 of 5 000 changed\n".to_owned();
    let found = Found {
        paired: [("a".to_owned(), Ok(tested(5000)))].into(),
        renamed: vec![Renamed {
            from: "was".to_owned(),
            heading: heading("now", &head["now"]),
            redirects: false,
        }],
        prices: vec![PriceChange {
            source: "sample".to_owned(),
            summary: "1 of 10 tickers revised".to_owned(),
            lines,
        }],
        ..Found::default()
    };
    compared(&base, &head, &found)
}
