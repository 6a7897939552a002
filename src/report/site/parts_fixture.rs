//! Made-up figures of parts of the forecast rows: by state, by calendar, by volatility.

use crate::base::units::Day;
use crate::report::site::fixture::{FORECASTS, RULES};
use crate::results::{PartSummary, PartitionSummary, StateForecast, StateStrategy};

/// A model's forecasts in a state without and in one with a signal.
pub(crate) fn forecast_by_state(model: &str) -> (String, Vec<StateForecast>) {
    (model.to_owned(), vec![forecast(-0.0011, 0.61, 2), forecast(0.0092, 0.0007, 2)])
}

/// A model's track records in the same states.
pub(crate) fn strategies_by_state(model: &str) -> [(String, Vec<StateStrategy>); 3] {
    RULES.map(|rule| (format!("{model}.{rule}"), vec![strategy(0.08, 2), strategy(1.12, 2)]))
}

/// The calendar years of the days, blocks of five of them, and volatility terciles.
pub(crate) fn periods(models: &[&str], days: &[Day]) -> Vec<PartitionSummary> {
    let mut years: Vec<i16> = days.iter().map(|day| day.year()).collect();
    years.dedup();
    let mut blocks: Vec<i16> = years.iter().map(|year| year - year % 5).collect();
    blocks.dedup();
    let years = years.iter().map(ToString::to_string).collect();
    let blocks = blocks.iter().map(|first| format!("{first}–{}", first + 4)).collect();
    let terciles = ["Low", "Middle", "High"].map(str::to_owned).into();
    [("year", years), ("five_years", blocks), ("volatility_tercile", terciles)]
        .map(|(kind, labels): (&str, Vec<String>)| partition(kind, labels, models, days))
        .into()
}

fn partition(kind: &str, labels: Vec<String>, models: &[&str], days: &[Day]) -> PartitionSummary {
    let parts = labels.len();
    let wave = |part: usize| 0.011 - 0.004 * (part % 5) as f64;
    let all = |name: String| (name, (0..parts).map(|p| strategy(60.0 * wave(p), parts)).collect());
    let names = models.iter().flat_map(|model| RULES.map(|rule| format!("{model}.{rule}")));
    PartitionSummary {
        kind: kind.to_owned(),
        parts: labels
            .into_iter()
            .map(|label| PartSummary {
                label,
                rows: FORECASTS / parts,
                first_day: days.first().copied(),
                last_day: days.last().copied(),
            })
            .collect(),
        forecast: models
            .iter()
            .map(|model| {
                let figures = (0..parts).map(|part| forecast(wave(part), 0.2, parts)).collect();
                ((*model).to_owned(), figures)
            })
            .collect(),
        strategies: names.chain(["buy_and_hold".to_owned()]).map(all).collect(),
    }
}

fn forecast(r2: f64, p: f64, parts: usize) -> StateForecast {
    StateForecast {
        rows: FORECASTS / parts,
        oos_r2: Some(r2),
        oos_r2_interval: Some([r2 - 0.004, r2 + 0.004]),
        hit_rate: Some(0.512),
        clark_west: Some(1.7),
        clark_west_p: Some(p),
        rmse: Some(0.0119),
        mae: Some(0.0079),
        oos_r2_zero: Some(r2 + 0.0004),
        sse_difference: r2 * 0.4,
    }
}

fn strategy(sharpe: f64, parts: usize) -> StateStrategy {
    StateStrategy {
        rows: FORECASTS / parts,
        annual_log_growth: Some(sharpe * 0.1),
        sharpe: Some(sharpe),
        sharpe_interval: Some([sharpe - 0.7, sharpe + 0.7]),
        annual_volatility: Some(0.19),
        total_return: Some(sharpe * 0.4),
        max_drawdown: Some(-0.212),
        annual_turnover: Some(171.3),
    }
}
