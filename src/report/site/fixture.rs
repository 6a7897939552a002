//! A made-up experiment of realistic size: nine features, three models, 6,000 forecasts, 286
//! refits, 60 alphas; on simulated prices also three regime-aware systems, two more detectors and
//! the planted truth. Its series are consistent in shape; its figures are plausible, not computed.

use indexmap::IndexMap;
use jiff::ToSpan;
use jiff::civil::{Weekday, date};

use crate::base::units::{Day, math};
use crate::report::site::kit::file::Experiment;
use crate::report::site::parts_fixture::{forecast_by_state, periods, strategies_by_state};
use crate::results::*;

const FEATURES: [&str; 9] = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"];
const MODELS: [(&str, f64); 3] = [("ridge", 0.0), ("lasso", 1.0), ("elastic_net", 0.5)];
/// Name, kind, penalty mixing and system of the regime-aware ones.
const SYSTEMS: [(&str, &str, f64, &str); 3] = [
    ("ridge_gated", "ridge", 0.0, "gated"),
    ("ridge_per_regime", "ridge", 0.0, "per_regime"),
    ("lasso_interacted", "lasso", 1.0, "interacted"),
];
pub(crate) const RULES: [&str; 3] = ["binary", "proportional", "quartile"];
const DAYS: usize = 6_750;
pub(crate) const FORECASTS: usize = 6_000;
const REFIT_EVERY: usize = 21;

/// SplitMix64, and twelve of its uniforms less six as a normal deviate.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

fn days() -> Vec<Day> {
    let mut day = date(1998, 12, 22);
    let mut days = Vec::with_capacity(DAYS);
    while days.len() < DAYS {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            days.push(day);
        }
        day += 1.day();
    }
    days
}

/// The state of day `t`: runs of 40 to 400 days.
fn states(noise: &mut Noise) -> Vec<usize> {
    let mut states = Vec::with_capacity(DAYS);
    let mut state = 0;
    while states.len() < DAYS {
        let run = 40 + (noise.uniform() * 360.0) as usize;
        states.extend(std::iter::repeat_n(state, run));
        state = 1 - state;
    }
    states.truncate(DAYS);
    states
}

fn runs(days: &[Day], states: &[usize]) -> Vec<Segment> {
    let mut runs: Vec<Segment> = Vec::new();
    for (&day, &state) in days.iter().zip(states) {
        match runs.last_mut() {
            Some(run) if run.state == state => run.to = day,
            _ => runs.push(Segment { state, from: day, to: day }),
        }
    }
    runs
}

/// An experiment with the given id on real or on simulated prices.
pub(crate) fn experiment(id: &str, synthetic: bool) -> Experiment {
    let mut noise = Noise(id.bytes().map(u64::from).sum());
    let days = days();
    let states = states(&mut noise);
    let series = series(&mut noise, &days, &states, &names(synthetic));
    let results = results(id, synthetic, &days, &states, &series);
    let mut experiment = Experiment { results, series };
    crate::report::site::geometry::fixture::fill(&mut experiment);
    crate::report::site::breaks::fixture::fill(&mut experiment);
    experiment
}

/// The models of an experiment on real or on simulated prices.
fn names(synthetic: bool) -> Vec<&'static str> {
    let systems = SYSTEMS.iter().filter(|_| synthetic).map(|system| system.0);
    MODELS.iter().map(|model| model.0).chain(systems).collect()
}

fn series(noise: &mut Noise, days: &[Day], states: &[usize], names: &[&str]) -> Series {
    let first = DAYS - FORECASTS;
    let mut forecasts = Table::new(days[first..].to_vec());
    let mut strategies = Table::new(days[first..].to_vec());
    let signal: Vec<f64> = (0..FORECASTS).map(|_| noise.normal() * 0.0012).collect();
    let actual: Vec<f64> = signal
        .iter()
        .zip(&states[first..])
        .map(|(s, state)| s * (0.5 + *state as f64) + 0.0003 + noise.normal() * 0.0115)
        .collect();
    for (number, model) in names.iter().enumerate() {
        let forecast: Vec<f64> = signal
            .iter()
            .map(|s| 0.0003 + 0.7 * s + noise.normal() * 0.0004 * (1.0 + number as f64))
            .collect();
        for (position, rule) in RULES.iter().enumerate() {
            let weight: Vec<f64> = forecast
                .iter()
                .map(|f| match position {
                    0 => f.signum(),
                    1 => (f / 0.0012).clamp(-1.0, 1.0),
                    _ => (f / 0.0006).round().clamp(-2.0, 2.0) / 2.0,
                })
                .collect();
            let growth = weight.iter().zip(&actual).map(|(w, y)| 1.0 + w * y - 0.00003).collect();
            strategies.push(format!("{model}.{rule}.weight"), weight);
            strategies.push(format!("{model}.{rule}.growth"), growth);
        }
        forecasts.push(*model, forecast);
        forecasts.push(format!("{model}.alpha"), vec![1e-4; FORECASTS]);
    }
    strategies.push("buy_and_hold.growth", actual.iter().map(|y| 1.0 + y).collect());
    forecasts.push("actual", actual);
    forecasts.push("benchmark", vec![0.0003; FORECASTS]);
    Series {
        forecasts,
        strategies,
        coefficients: coefficients(noise, days),
        geometry: geometry_series(noise, days, states),
        correlations: Table::default(),
        breaks: Table::new(days[first..].iter().step_by(5).copied().collect()),
    }
    .rounded()
}

fn coefficients(noise: &mut Noise, days: &[Day]) -> Table {
    let refits: Vec<Day> = days[DAYS - FORECASTS..].iter().step_by(REFIT_EVERY).copied().collect();
    let count = refits.len();
    let mut table = Table::new(refits);
    for (number, (model, _)) in MODELS.iter().enumerate() {
        for (j, feature) in FEATURES.iter().enumerate() {
            let mut level = (j as f64 - 4.0) * 8e-5;
            let values = (0..count).map(|_| {
                level += noise.normal() * 1.5e-5;
                if number == 1 && level.abs() < 1.5e-4 { 0.0 } else { level }
            });
            table.push(format!("{model}.{feature}"), values.collect());
        }
        table.push(format!("{model}.nonzero"), vec![9.0 - number as f64; count]);
    }
    for (a, b) in [("ridge", "lasso"), ("ridge", "elastic_net"), ("lasso", "elastic_net")] {
        let mut values: Vec<f64> = (0..count).map(|_| 0.85 + 0.1 * noise.uniform()).collect();
        values[..12].fill(f64::NAN);
        table.push(format!("cosine.{a}.{b}"), values);
    }
    table
}

fn geometry_series(noise: &mut Noise, days: &[Day], states: &[usize]) -> Table {
    let mut table = Table::new(days.to_vec());
    let mut rolling = |centre: f64, swing: f64| -> Vec<f64> {
        let mut level = centre;
        (0..DAYS)
            .map(|t| {
                let goal = centre + swing * states[t] as f64;
                level += 0.03 * (goal - level) + noise.normal() * 0.01;
                if t < 63 { f64::NAN } else { level.clamp(-0.95, 0.98) }
            })
            .collect()
    };
    table.push("coupling", rolling(0.45, 0.25));
    for feature in FEATURES {
        table.push(format!("correlation.{feature}.SPY"), rolling(0.6, 0.2));
    }
    table.push("correlation.XLE.XLU", rolling(-0.2, 0.6));
    let known = states.iter().enumerate();
    let labels = known.map(|(t, s)| if t < 63 { f64::NAN } else { *s as f64 }).collect();
    table.push("regime.XLE-XLU", labels);
    table
}

fn results(id: &str, synthetic: bool, days: &[Day], states: &[usize], series: &Series) -> Results {
    let first_forecast = days[DAYS - FORECASTS];
    let mut regimes = vec![regime(("sign_flip", "XLE-XLU"), &days[63..], &states[63..], synthetic)];
    if synthetic {
        let shifted: Vec<usize> = states.iter().skip(40).chain(&states[..40]).copied().collect();
        regimes.push(regime(("coupling", "coupling"), &days[63..], &shifted[63..], synthetic));
        regimes.push(regime(("jump", "jump"), &days[63..], &shifted[63..], synthetic));
        regimes.push(regime(("planted", "planted"), days, states, synthetic));
    }
    Results {
        schema: SCHEMA,
        id: id.to_owned(),
        title: format!("Sector lags, {id}"),
        hypothesis: "Yesterday's sector returns carry information about SPY: $r_t = x_{t-1}^\\top \
                     b + e_t$.\n\nIf so, **three penalties** should find the same direction."
            .to_owned(),
        notes: String::new(),
        provenance: Provenance {
            engine: "dfa-report 0.1.0".to_owned(),
            spec_hash: "5e".repeat(32),
            data_hash: "da".repeat(32),
        },
        spec: serde_json::from_value(serde_json::json!({
            "title": "Sector lags, three linear models",
            "data": {"target": "SPY", "features": FEATURES},
            "regimes": [{"kind": "sign_flip", "pair": ["XLE", "XLU"]}],
        }))
        .unwrap(),
        data: DataSummary {
            source: if synthetic { "sample" } else { "spdr" }.to_owned(),
            synthetic,
            target: "SPY".to_owned(),
            features: FEATURES.map(str::to_owned).to_vec(),
            lags: vec![1],
            first_day: days[0],
            last_day: days[DAYS - 1],
            rows: DAYS - 2,
            dropped_days: 0,
            filled_prices: 0,
        },
        walk_forward: WalkForwardSummary {
            first_forecast,
            last_forecast: days[DAYS - 1],
            forecasts: FORECASTS,
            refits: series.coefficients.days.len(),
            fits: series.coefficients.days.len() * 180,
            min_train: 750,
            refit_every: REFIT_EVERY,
            window: None,
            purge: 0,
            worst_fit: FitQuality { kkt_residual: 3.1e-16, uncertified: 0 },
        },
        geometry: geometry(),
        regimes,
        periods: periods(&names(synthetic), &days[DAYS - FORECASTS..]),
        models: MODELS
            .iter()
            .map(|(name, ratio)| ((*name).to_owned(), model(name, *ratio)))
            .chain(SYSTEMS.iter().filter(|_| synthetic).map(system))
            .collect(),
        agreement: [("ridge", "lasso"), ("ridge", "elastic_net"), ("lasso", "elastic_net")]
            .map(|(a, b)| Agreement {
                a: a.to_owned(),
                b: b.to_owned(),
                cosine_mean: Some(0.912),
                cosine_last: Some(0.941),
                forecast_correlation: Some(0.957),
                matched: Vec::new(),
            })
            .to_vec(),
        benchmarks: IndexMap::from([("buy_and_hold".to_owned(), metrics(0.49, 0.0))]),
        warnings: Vec::new(),
    }
}

fn geometry() -> GeometrySummary {
    let p = FEATURES.len();
    let correlation = |i: usize, j: usize| {
        if i == j { 1.0 } else { 0.72 - 0.05 * i.abs_diff(j) as f64 }
    };
    GeometrySummary {
        tickers: FEATURES.map(str::to_owned).to_vec(),
        correlation: (0..p).map(|i| (0..p).map(|j| correlation(i, j)).collect()).collect(),
        target_correlation: (0..p).map(|i| 0.85 - 0.03 * i as f64).collect(),
        clustered_order: vec![6, 5, 7, 1, 0, 3, 2, 8, 4],
        linkage: Vec::new(),
        mean_correlation: Some(0.548),
        eigenvalues: vec![5.47, 0.92, 0.71, 0.5, 0.42, 0.33, 0.27, 0.22, 0.16],
        eigenvectors: vec![vec![1.0 / 3.0; p]],
        participation_ratio: 2.52,
        effective_rank: 4.6,
        absorption_ratio: 0.71,
        window: 63,
        coupling: Some(CouplingSummary { last: 0.31, mean: 0.56, min: 0.12, max: 0.93 }),
        spectrum: Default::default(),
        pairs: Vec::new(),
    }
}

fn system((name, kind, ratio, system): &(&str, &str, f64, &str)) -> (String, ModelSummary) {
    let summary = SystemSummary {
        system: (*system).to_owned(),
        regime: "XLE-XLU".to_owned(),
        twin: (*kind).to_owned(),
        test: if *system == "interacted" { "clark_west" } else { "diebold_mariano" }.to_owned(),
        r2_gain: Some(0.0009),
        r2_gain_interval: Some([-0.0006, 0.0024]),
        statistic: Some(0.98),
        p_value: Some(0.163),
        open_share: (*system == "gated").then_some(0.61),
    };
    ((*name).to_owned(), ModelSummary { system: Some(summary), ..model(kind, *ratio) })
}

fn regime(
    (kind, name): (&str, &str),
    days: &[Day],
    states: &[usize],
    systems: bool,
) -> RegimeSummary {
    let segments = runs(days, states);
    let planted = kind == "planted";
    let label = |state: usize| match (planted, state) {
        (false, 0) if kind == "sign_flip" => "XLE and XLU move apart",
        (false, _) if kind == "sign_flip" => "XLE and XLU move together",
        (false, 0) => "Quiet",
        (false, _) => "Volatile",
        (true, 0) => "no signal",
        (true, _) => "signal",
    };
    let total = states.len() as f64;
    let flips = segments.len() - 1;
    RegimeSummary {
        kind: kind.to_owned(),
        name: name.to_owned(),
        title: match kind {
            "planted" => "The planted truth",
            "coupling" => "Level of the 63-day mean correlation between the features",
            "jump" => "Statistical jump model with 2 states",
            _ => "Sign of the 63-day XLE–XLU correlation",
        }
        .to_owned(),
        causal: !planted,
        states: (0..2)
            .map(|state| {
                let count = states.iter().filter(|s| **s == state).count();
                StateSummary {
                    label: label(state).to_owned(),
                    days: count,
                    share: count as f64 / total,
                    mean_dwell: Some(212.0),
                    median_dwell: Some(181.5),
                    longest_dwell: 397,
                    planted_r2: planted.then_some(0.012 * state as f64),
                }
            })
            .collect(),
        flips: segments.iter().skip(1).map(|segment| segment.from).collect(),
        segments,
        transitions: vec![vec![DAYS / 2 - 14, flips / 2], vec![flips - flips / 2, DAYS / 2 - 14]],
        fits: None,
        repaint: (!planted).then(repaint),
        detection: (!planted && kind != "sign_flip").then(detection),
        separation: MODELS.iter().map(|(model, _)| ((*model).to_owned(), Some(0.0103))).collect(),
        forecast: names(systems).into_iter().map(forecast_by_state).collect(),
        strategies: names(systems).into_iter().flat_map(strategies_by_state).collect(),
    }
}

fn repaint() -> Repaint {
    Repaint {
        days: DAYS - 94,
        differing_share: Some(0.056),
        changes: 24,
        detected: 21,
        mean_delay: Some(31.4),
        hindsight_growth: Some(0.058),
        real_time_growth: Some(0.037),
        price_of_leak: Some(0.021),
    }
}

fn detection() -> Detection {
    Detection {
        signal_states: vec![1],
        days: 3_364,
        signal_days: 816,
        sensitivity: Some(0.896),
        specificity: Some(0.991),
        balanced_accuracy: Some(0.943),
        changes: 3,
        detected: 3,
        mean_delay: Some(36.0),
    }
}

fn model(name: &str, l1_ratio: f64) -> ModelSummary {
    let strongest = if l1_ratio == 0.0 { 1e4 } else { 5.7e-4 / l1_ratio };
    let step = if l1_ratio == 0.0 { 7.0 } else { 3.0 } / 59.0;
    let alphas: Vec<f64> =
        (0..60).map(|i| strongest / math::pow(10.0, f64::from(i) * step)).collect();
    let by_alpha = alphas
        .iter()
        .enumerate()
        .map(|(i, &alpha)| {
            let reach = i as f64 / 59.0;
            let kept = if l1_ratio == 0.0 { 9 } else { (9.0 * reach) as usize };
            AlphaSummary {
                alpha,
                oos_r2: Some(0.004 * reach * (2.2 - 1.5 * reach)),
                in_sample_r2_last: Some(0.009 * reach),
                nonzero_last: kept,
                nonzero_mean: if l1_ratio == 0.0 { 9.0 } else { 9.0 * reach },
                norm_last: reach * 6e-4,
                selected_share: 1.0 / 60.0,
                effective_degrees_last: Some(9.0 * reach),
                eigen_shares: vec![0.7, 0.2, 0.05],
                coefficients_last: FEATURES.map(|f| (f.to_owned(), reach * 1e-4)).into(),
            }
        })
        .collect();
    ModelSummary {
        kind: name.to_owned(),
        l1_ratio,
        selected_alpha_last: alphas[40],
        alphas,
        forecast: ForecastMetrics {
            rmse: 0.01202,
            mae: 0.00784,
            oos_r2: Some(0.0046 - 0.001 * l1_ratio),
            oos_r2_interval: Some([-0.0004, 0.0081]),
            oos_r2_zero: Some(0.005),
            hit_rate: 0.51,
            clark_west: Some(2.83),
            clark_west_p: Some(0.0023 + 0.004 * l1_ratio),
            cumulative_sse_difference_last: 0.004,
        },
        by_alpha,
        strategies: RULES
            .iter()
            .enumerate()
            .map(|(i, rule)| ((*rule).to_owned(), metrics(0.62 - 0.06 * i as f64, 3.4)))
            .collect(),
        r2_by_direction: Vec::new(),
        r2_intercept: None,
        gain_map: Default::default(),
        breaks: Default::default(),
        system: None,
    }
}

fn metrics(sharpe: f64, break_even: f64) -> StrategyMetrics {
    StrategyMetrics {
        total_return: 5.31,
        annual_return: Some(0.0804),
        annual_volatility: Some(0.191),
        sharpe: Some(sharpe),
        sharpe_standard_error: Some(0.205),
        sharpe_interval: Some([sharpe - 0.34, sharpe + 0.34]),
        sharpe_arithmetic: Some(sharpe + 0.08),
        max_drawdown: -0.412,
        calmar: Some(0.195),
        skewness: Some(-0.21),
        excess_kurtosis: Some(9.7),
        annual_turnover: 171.3,
        break_even_cost_bps: (break_even > 0.0).then_some(break_even),
        ruined_on: None,
    }
}

/// The price source of real or of simulated experiments.
pub(crate) fn source(synthetic: bool) -> SourceSummary {
    let days = days();
    let ticker = |(number, ticker): (usize, &str)| TickerSummary {
        ticker: ticker.to_owned(),
        first_day: Some(days[number * 300]),
        last_day: Some(days[DAYS - 1]),
        prices: DAYS - number * 300,
        gaps: 0,
    };
    SourceSummary {
        name: if synthetic { "sample" } else { "spdr" }.to_owned(),
        title: if synthetic { "A simulated market" } else { "SPDR sector funds" }.to_owned(),
        description: "Daily adjusted closes.\n\n# Coverage\n\nSee `README`.".to_owned(),
        licence: "CC0".to_owned(),
        origin: "A generator".to_owned(),
        synthetic,
        first_day: days[0],
        last_day: days[DAYS - 1],
        days: DAYS,
        file_hash: "f1".repeat(32),
        tickers: std::iter::once("SPY").chain(FEATURES).enumerate().map(ticker).collect(),
        quality: crate::report::site::quality_fixture::report(&days, synthetic),
    }
}
