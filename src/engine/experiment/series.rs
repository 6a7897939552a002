//! The daily series behind the charts.

use ndarray::Axis;

use super::directions::{coefficient_drift, cosine};
use super::{Computed, breaks, summary};
use crate::results::{Series, Table};

pub(super) fn series(computed: &Computed<'_>) -> Series {
    Series {
        forecasts: forecasts(computed),
        strategies: strategies(computed),
        coefficients: coefficients(computed),
        geometry: geometry(computed),
        correlations: computed.correlations.table.clone(),
        breaks: breaks::table(computed),
    }
}

fn forecasts(computed: &Computed<'_>) -> Table {
    let run = &computed.run;
    let mut table = Table::new(computed.days().to_vec());
    table.push("actual", computed.actual().to_vec());
    table.push("benchmark", computed.benchmark.clone());
    let refit_every = computed.spec.walk_forward.refit_every;
    for model in &run.models {
        let name = &model.settings.name;
        let alphas = (0..model.forecasts.len())
            .map(|row| model.alphas[model.selected[row / refit_every]])
            .collect();
        table.push(name.clone(), model.forecasts.clone());
        table.push(format!("{name}.alpha"), alphas);
    }
    table
}

fn strategies(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.days().to_vec());
    for (name, track) in &computed.tracks {
        table.push(format!("{name}.weight"), track.weights.clone());
        table.push(format!("{name}.growth"), track.growth.clone());
    }
    table.push("buy_and_hold.growth", computed.buy_and_hold.growth.clone());
    table
}

fn coefficients(computed: &Computed<'_>) -> Table {
    let run = &computed.run;
    let mut table = Table::new(run.refits.iter().map(|&row| computed.rows.days[row]).collect());
    for model in &run.models {
        let name = &model.settings.name;
        for (j, column) in model.columns.iter().enumerate() {
            let values = model.coefficients.index_axis(Axis(1), j).to_vec();
            table.push(format!("{name}.{column}"), values);
        }
        let nonzero = model
            .selected
            .iter()
            .enumerate()
            .map(|(refit, &alpha)| f64::from(model.nonzero[[refit, alpha]]))
            .collect();
        table.push(format!("{name}.nonzero"), nonzero);
        for (direction, title) in ["cosine_market", "cosine_second"].into_iter().enumerate() {
            let cosines = computed.directions.cosines(model, direction);
            table.push(format!("{name}.{title}"), cosines);
        }
        let drift = coefficient_drift(model, computed.spec.walk_forward.refit_every);
        table.push(format!("{name}.drift"), drift);
    }
    for (a, b) in summary::pairs(run) {
        let cosines = a
            .coefficients
            .outer_iter()
            .zip(b.coefficients.outer_iter())
            .map(|(a, b)| cosine(a, b).unwrap_or(f64::NAN))
            .collect();
        table.push(format!("cosine.{}.{}", a.settings.name, b.settings.name), cosines);
    }
    table.push("drift.mean", computed.directions.mean_drift.clone());
    table.push("drift.volatility", computed.directions.volatility_drift.clone());
    table
}

fn geometry(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.panel.days.clone());
    table.push("coupling", computed.rolling.coupling.clone());
    let modes = &computed.modes;
    for (name, values) in [
        ("absorption", &modes.absorption),
        ("effective_rank", &modes.effective_rank),
        ("participation_ratio", &modes.participation_ratio),
        ("market_mode_stability", &modes.market_stability),
        ("second_mode_angle", &modes.second_angle),
    ] {
        table.push(name, values.clone());
    }
    for (position, values) in modes.shares.iter().enumerate() {
        table.push(format!("eigenvalue.{}", position + 1), values.clone());
    }
    for ((a, b), values) in &computed.rolling.pairs {
        table.push(format!("correlation.{a}.{b}"), values.clone());
    }
    for labels in &computed.labels {
        let states = labels
            .by_day
            .iter()
            .map(|state| state.map_or(f64::NAN, |state| state as f64))
            .collect();
        table.push(format!("regime.{}", labels.name), states);
    }
    table
}
