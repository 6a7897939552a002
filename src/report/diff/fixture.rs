//! Hand-made results for the tests of this module.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::date;
use serde_json::json;

use super::{SiteDiff, compare};
use crate::results::{
    CouplingSummary, DataSummary, FitQuality, ForecastMetrics, GeometrySummary, ModelSummary,
    Provenance, RegimeSummary, Results, SCHEMA, StateSummary, StrategyMetrics, WalkForwardSummary,
    Warning,
};

/// One model (`lasso`), one rule (`binary`), one regime, one benchmark.
pub(super) fn results(id: &str) -> Results {
    Results {
        schema: SCHEMA,
        id: id.to_owned(),
        title: "Sector lags".to_owned(),
        hypothesis: String::new(),
        notes: String::new(),
        provenance: Provenance {
            engine: "dfa-report 0.1.0".to_owned(),
            spec_hash: "5".repeat(64),
            data_hash: "d".repeat(64),
        },
        spec: serde_json::from_value(json!({
            "title": "Sector lags",
            "data": {"target": "SPY", "features": ["XLE", "XLU"]},
            "models": [{"kind": "lasso"}],
        }))
        .unwrap(),
        data: DataSummary {
            source: "sample".to_owned(),
            synthetic: true,
            target: "SPY".to_owned(),
            features: vec!["XLE".to_owned(), "XLU".to_owned()],
            lags: vec![1],
            first_day: date(2000, 1, 3),
            last_day: date(2019, 12, 31),
            rows: 5000,
            dropped_days: 0,
            filled_prices: 0,
        },
        walk_forward: walk_forward(),
        geometry: geometry(),
        regimes: vec![regime("xle-xlu")],
        periods: Vec::new(),
        models: [("lasso".to_owned(), lasso())].into_iter().collect(),
        agreement: Vec::new(),
        benchmarks: [("buy_and_hold".to_owned(), strategy(0.4))].into_iter().collect(),
        warnings: Vec::new(),
    }
}

fn walk_forward() -> WalkForwardSummary {
    WalkForwardSummary {
        first_forecast: date(2003, 1, 2),
        last_forecast: date(2019, 12, 31),
        forecasts: 4250,
        refits: 203,
        fits: 12_180,
        min_train: 750,
        refit_every: 21,
        window: None,
        purge: 0,
        worst_fit: FitQuality { kkt_residual: 1e-12, uncertified: 0 },
    }
}

fn geometry() -> GeometrySummary {
    GeometrySummary {
        tickers: vec!["XLE".to_owned(), "XLU".to_owned()],
        correlation: vec![vec![1.0, 0.5], vec![0.5, 1.0]],
        target_correlation: vec![0.7, 0.5],
        clustered_order: vec![0, 1],
        linkage: Vec::new(),
        mean_correlation: Some(0.5),
        eigenvalues: vec![1.5, 0.5],
        eigenvectors: Vec::new(),
        participation_ratio: 1.6,
        effective_rank: 1.75,
        absorption_ratio: 0.75,
        window: 63,
        coupling: Some(CouplingSummary { last: 0.45, mean: 0.5, min: 0.1, max: 0.9 }),
        spectrum: Default::default(),
        pairs: Vec::new(),
    }
}

fn regime(name: &str) -> RegimeSummary {
    RegimeSummary {
        kind: "sign_flip".to_owned(),
        name: name.to_owned(),
        title: "Sign of the correlation".to_owned(),
        causal: true,
        states: Vec::<StateSummary>::new(),
        flips: vec![date(2008, 9, 15)],
        segments: Vec::new(),
        transitions: Vec::new(),
        fits: None,
        repaint: None,
        detection: None,
        separation: IndexMap::new(),
        forecast: IndexMap::new(),
        strategies: IndexMap::new(),
    }
}

/// A model with one rule.
pub(super) fn lasso() -> ModelSummary {
    ModelSummary {
        kind: "lasso".to_owned(),
        l1_ratio: 1.0,
        alphas: vec![1e-3, 1e-4],
        selected_alpha_last: 1e-4,
        forecast: ForecastMetrics {
            rmse: 0.0117,
            mae: 0.008,
            oos_r2: Some(0.002),
            oos_r2_interval: Some([-0.001, 0.005]),
            oos_r2_zero: Some(0.003),
            hit_rate: 0.52,
            clark_west: Some(1.8),
            clark_west_p: Some(0.036),
            cumulative_sse_difference_last: 0.001,
        },
        by_alpha: Vec::new(),
        strategies: [("binary".to_owned(), strategy(0.5))].into_iter().collect(),
        r2_by_direction: Vec::new(),
        r2_intercept: None,
        gain_map: Default::default(),
        breaks: Default::default(),
        system: None,
    }
}

/// A track record with this Sharpe ratio and an interval of 0.4 to either side.
pub(super) fn strategy(sharpe: f64) -> StrategyMetrics {
    StrategyMetrics {
        total_return: 1.5,
        annual_return: Some(0.08),
        annual_volatility: Some(0.16),
        sharpe: Some(sharpe),
        sharpe_standard_error: Some(0.25),
        sharpe_interval: Some([sharpe - 0.4, sharpe + 0.4]),
        sharpe_arithmetic: Some(sharpe + 0.05),
        max_drawdown: -0.35,
        calmar: Some(0.23),
        skewness: Some(-0.2),
        excess_kurtosis: Some(7.0),
        annual_turnover: 120.0,
        break_even_cost_bps: Some(5.5),
        ruined_on: None,
    }
}

/// A site of such results.
pub(super) fn site(ids: &[&str]) -> BTreeMap<String, Results> {
    ids.iter().map(|id| ((*id).to_owned(), results(id))).collect()
}

/// A difference with something of everything: `new` came, `old` went, in `a` much changed.
pub(super) fn diff() -> SiteDiff {
    let (base, mut head) = (site(&["a", "old", "same"]), site(&["a", "new", "same"]));
    if let Some(a) = head.get_mut("a") {
        a.provenance.engine = "dfa-report 0.2.0".to_owned();
        let models = json!([{"kind": "ridge"}, {"kind": "lasso", "alphas": {"count": 80}}]);
        a.spec.models = serde_json::from_value(models).unwrap();
        a.data.last_day = date(2020, 1, 31);
        a.data.rows = 5021;
        a.models.insert("ridge".to_owned(), lasso());
        a.models["lasso"].forecast.oos_r2 = Some(0.006);
        a.models["lasso"].selected_alpha_last = 2e-4;
        a.models["lasso"].strategies["binary"] =
            StrategyMetrics { max_drawdown: -0.3, ..strategy(0.55) };
        a.regimes[0].flips.push(date(2020, 1, 15));
        a.warnings.push(Warning {
            code: "too-good".to_owned(),
            message: "An R² of 2 % a day: look for a leak.".to_owned(),
        });
    }
    compare(&base, &head)
}
