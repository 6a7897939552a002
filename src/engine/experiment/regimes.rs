//! Regimes of an experiment: labels by day, and the record of every model and rule in each state
//! or other part of the forecast rows.

use indexmap::IndexMap;

use super::{Computed, Source};
use crate::base::units::{TRADING_DAYS_PER_YEAR, math};
use crate::engine::backtest::TrackRecord;
use crate::engine::geometry::{self, Rolling};
use crate::engine::metrics::{Errors, clark_west, hit_rate, max_drawdown, sharpe_ratio};
use crate::engine::regime::{self, Labels, Settings};
use crate::engine::spec::Spec;
use crate::prices::panel::Panel;
use crate::results::{RegimeSummary, StateForecast, StateStrategy};

/// Forecast rows of a state below which its `oos_r2` is compared with no other's: a quarter.
const LEAST_ROWS: usize = 63;

/// The rolling statistics that report and detectors need: coupling, every feature with the
/// target, and every detector's pair that has the report's window.
pub(super) fn rolling_geometry(spec: &Spec, panel: &Panel) -> Rolling {
    let mut pairs: Vec<(String, String)> = panel
        .features
        .iter()
        .filter(|feature| feature.ticker != panel.target.ticker)
        .map(|feature| (feature.ticker.clone(), panel.target.ticker.clone()))
        .collect();
    for ([a, b], window) in spec.regimes.iter().filter_map(Settings::pair) {
        if window == geometry::WINDOW {
            pairs.push((a.clone(), b.clone()));
        }
    }
    geometry::rolling(panel, geometry::WINDOW, &pairs)
}

/// One sequence of labels a detector, the planted truth last.
pub(super) fn labels(
    spec: &Spec,
    panel: &Panel,
    rolling: &Rolling,
    source: Source<'_>,
) -> Vec<Labels> {
    let mut labels = regime::detect(&spec.regimes, panel, rolling, spec.seed);
    if let Some(truth) = source.truth {
        let (names, signal_r2) = truth.on(&panel.days);
        let describe = |name: &str| {
            source
                .description
                .and_then(|description| description.regimes.get(name))
                .map_or_else(|| name.to_owned(), Clone::clone)
        };
        labels.push(regime::planted(&names, &signal_r2, describe));
    }
    labels
}

/// By model and by `model.rule`: the figures of each part.
pub(super) type ByPart =
    (IndexMap<String, Vec<StateForecast>>, IndexMap<String, Vec<StateStrategy>>);

/// Models and track records, ready to be judged by parts of the forecast rows.
pub(super) struct Judged<'a> {
    computed: &'a Computed<'a>,
    errors: IndexMap<&'a str, Errors>,
}

impl<'a> Judged<'a> {
    pub(super) fn new(computed: &'a Computed<'a>) -> Self {
        let errors = computed
            .run
            .models
            .iter()
            .map(|model| {
                let errors = Errors::new(computed.actual(), &model.forecasts, &computed.benchmark);
                (model.settings.name.as_str(), errors)
            })
            .collect();
        Self { computed, errors }
    }

    /// The planted truth, which comes last.
    fn truth(&self) -> Option<&Labels> {
        self.computed.labels.last().filter(|labels| !labels.causal)
    }

    /// A regime's summary with the figures of every model and rule by state.
    pub(super) fn summary(&self, labels: &Labels) -> RegimeSummary {
        let computed = self.computed;
        let decided_at = &computed.rows.decided_at[computed.run.first_row..];
        let states: Vec<Option<usize>> =
            decided_at.iter().map(|&day| labels.at_decision(day)).collect();
        let (forecast, strategies) = self.by_part(&states, labels.states.len());
        RegimeSummary {
            kind: labels.kind.clone(),
            name: labels.name.clone(),
            title: labels.title.clone(),
            causal: labels.causal,
            states: labels.summaries(),
            flips: labels.flips(&computed.panel.days),
            segments: labels.segments(&computed.panel.days),
            transitions: labels.transitions(),
            fits: labels.fits,
            repaint: regime::repaint(labels, &computed.panel.target.log_returns),
            detection: self.truth().and_then(|truth| regime::detection(labels, truth)),
            separation: forecast
                .iter()
                .map(|(model, states)| (model.clone(), separation(states)))
                .collect(),
            forecast,
            strategies,
        }
    }

    /// The figures of every model, and of every model and rule, over the forecast rows of each of
    /// `count` parts; a row without a part counts in none.
    pub(super) fn by_part(&self, parts: &[Option<usize>], count: usize) -> ByPart {
        let computed = self.computed;
        let forecast = computed
            .run
            .models
            .iter()
            .map(|model| {
                let name = &model.settings.name;
                let errors = &self.errors[name.as_str()];
                let judged = (0..count)
                    .map(|part| {
                        let keep = |row: usize| parts[row] == Some(part);
                        part_forecast(errors, computed.actual(), &model.forecasts, keep)
                    })
                    .collect();
                (name.clone(), judged)
            })
            .collect();
        let strategies = computed
            .tracks
            .iter()
            .map(|(name, track)| (name.as_str(), track))
            .chain([("buy_and_hold", &computed.buy_and_hold)])
            .map(|(name, track)| {
                let judged = (0..count)
                    .map(|part| part_strategy(track, |row| parts[row] == Some(part)))
                    .collect();
                (name.to_owned(), judged)
            })
            .collect();
        (forecast, strategies)
    }
}

/// `oos_r2` of the best state less that of the worst, over the states with rows enough.
fn separation(states: &[StateForecast]) -> Option<f64> {
    let judged = states.iter().filter(|state| state.rows >= LEAST_ROWS);
    let values: Vec<f64> = judged.filter_map(|state| state.oos_r2).collect();
    if values.len() < 2 {
        return None;
    }
    let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let worst = values.iter().copied().fold(f64::INFINITY, f64::min);
    Some(best - worst)
}

/// Forecast figures over some rows; the benchmark stays the global prevailing mean.
fn part_forecast(
    errors: &Errors,
    actual: &[f64],
    forecasts: &[f64],
    keep: impl Fn(usize) -> bool,
) -> StateForecast {
    let inside = errors.filter(&keep);
    let test = clark_west(&inside);
    let rows = actual.iter().zip(forecasts).enumerate().filter(|(row, _)| keep(*row));
    let pairs: Vec<(&f64, &f64)> = rows.map(|(_, pair)| pair).collect();
    let squares = |errors: &[f64]| errors.iter().map(|e| e * e).sum::<f64>();
    let of_model = squares(&inside.model);
    let of_zero: f64 = pairs.iter().map(|(y, _)| *y * *y).sum();
    let absolute: Vec<f64> = inside.model.iter().map(|e| e.abs()).collect();
    let rows = pairs.len();
    StateForecast {
        rows,
        oos_r2: inside.oos_r2(),
        oos_r2_interval: inside.oos_r2_interval(),
        hit_rate: hit_rate(pairs.into_iter()),
        clark_west: test.map(|(statistic, _)| statistic),
        clark_west_p: test.map(|(_, p)| p),
        rmse: (rows > 0).then(|| (of_model / rows as f64).sqrt()),
        mae: math::mean(&absolute),
        oos_r2_zero: (of_zero > 0.0).then(|| 1.0 - of_model / of_zero),
        sse_difference: squares(&inside.benchmark) - of_model,
    }
}

/// A track record over some of its rows, set one after another. Rows from ruin on count in the
/// total and in the drawdown only.
fn part_strategy(track: &TrackRecord, keep: impl Fn(usize) -> bool) -> StateStrategy {
    let kept: Vec<usize> = (0..track.growth.len()).filter(|row| keep(*row)).collect();
    let growth: Vec<f64> = kept.iter().map(|&row| track.growth[row]).collect();
    let inside: Vec<f64> =
        growth.iter().filter(|factor| **factor > 0.0).map(|factor| math::ln(*factor)).collect();
    let is_ruined = inside.len() < growth.len();
    let total = if is_ruined { -1.0 } else { libm::expm1(inside.iter().sum()) };
    let traded: Vec<f64> = kept.iter().map(|&row| track.traded[row]).collect();
    let log_cash = libm::log1p(track.cash_return);
    let excess: Vec<f64> = inside.iter().map(|g| g - log_cash).collect();
    let sharpe = sharpe_ratio(&excess);
    StateStrategy {
        rows: inside.len(),
        annual_log_growth: math::mean(&inside).map(|mean| mean * TRADING_DAYS_PER_YEAR),
        sharpe: sharpe.map(|sharpe| sharpe.ratio),
        sharpe_interval: sharpe.and_then(|sharpe| sharpe.interval()),
        annual_volatility: math::std_dev(&inside).map(|sd| sd * TRADING_DAYS_PER_YEAR.sqrt()),
        total_return: (!kept.is_empty()).then_some(total),
        max_drawdown: (!kept.is_empty()).then(|| max_drawdown(&growth)),
        annual_turnover: math::mean(&traded).map(|mean| mean * TRADING_DAYS_PER_YEAR),
    }
}
