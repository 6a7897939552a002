//! The daily series behind the charts.

use ndarray::Axis;

use super::{Computed, breaks, cosines};
use crate::results::{Series, Table};

pub(super) fn series(computed: &Computed<'_>) -> Series {
    Series {
        forecasts: forecasts(computed),
        strategies: strategies(computed),
        coefficients: coefficients(computed),
        geometry: geometry(computed),
        correlations: computed.market.correlations.table.clone(),
        breaks: breaks::table(computed),
    }
}

fn forecasts(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.days().to_vec());
    table.push("actual", computed.actual().to_vec());
    table.push("benchmark", computed.pass.benchmark.clone());
    for model in &computed.models {
        let alphas = computed.pass.run.refits().map(|refit| model.run.selected_alpha(refit));
        table.push(model.name(), model.run.forecasts.clone());
        table.push(format!("{}.alpha", model.name()), alphas.collect());
    }
    table
}

fn strategies(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.days().to_vec());
    for (name, track) in computed.strategies() {
        table.push(format!("{name}.weight"), track.weights.clone());
        table.push(format!("{name}.growth"), track.growth.clone());
    }
    table.push("buy_and_hold.growth", computed.buy_and_hold.growth.clone());
    table
}

fn coefficients(computed: &Computed<'_>) -> Table {
    let (pass, refit_every) = (computed.pass, computed.spec.walk_forward.refit_every);
    let first_days = pass.run.folds.iter().map(|fold| pass.rows.days[fold.forecast.0.start]);
    let mut table = Table::new(first_days.collect());
    for model in &computed.models {
        let (name, run) = (model.name(), &model.run);
        for (j, column) in run.columns.iter().enumerate() {
            let values = run.coefficients.index_axis(Axis(1), j).to_vec();
            table.push(format!("{name}.{column}"), values);
        }
        let selected = run.selected.iter().enumerate();
        let nonzero = selected.map(|(refit, &alpha)| f64::from(run.nonzero[[refit, alpha]]));
        table.push(format!("{name}.nonzero"), nonzero.collect());
        for (direction, title) in ["cosine_market", "cosine_second"].into_iter().enumerate() {
            let values = cosines::with_direction(&pass.directions, run, direction);
            table.push(format!("{name}.{title}"), values);
        }
        table.push(format!("{name}.drift"), cosines::drift(run, refit_every));
    }
    for (a, b) in computed.plain_pairs() {
        let values = cosines::between(&a.run, &b.run).into_iter().map(|c| c.unwrap_or(f64::NAN));
        table.push(format!("cosine.{}.{}", a.name(), b.name()), values.collect());
    }
    table.push("drift.mean", pass.directions.mean_drift.clone());
    table.push("drift.volatility", pass.directions.volatility_drift.clone());
    table
}

fn geometry(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.panel.days.clone());
    table.push("coupling", computed.market.coupling().to_vec());
    let modes = &computed.market.modes;
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
    for ((a, b), values) in computed.market.pairs(computed.spec) {
        table.push(format!("correlation.{a}.{b}"), values.to_vec());
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
