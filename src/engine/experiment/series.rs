//! The daily series behind the charts.

use ndarray::Axis;

use super::computed::Computed;
use super::judged::Judged;
use super::{breaks, cosines};
use crate::results::{Series, Table, names};

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
    table.push(names::ACTUAL, computed.actual().to_vec());
    table.push(names::BENCHMARK, computed.pass.grounds.plain.basis.benchmark.clone());
    if computed.models.iter().any(|model| model.settings.is_weighted())
        && let Some(weighted) = &computed.pass.grounds.weighted
    {
        table.push(names::WEIGHTED_BENCHMARK, weighted.basis.benchmark.clone());
    }
    for model in &computed.models {
        let (name, run) = (model.name(), &model.run);
        table.push(name, run.forecasts.clone());
        let refits = || computed.pass.run.refits();
        let alphas: Option<Vec<f64>> = refits().map(|refit| run.selected_alpha(refit)).collect();
        let components = refits().map(|refit| Some(run.selected_components(refit)? as f64));
        let in_use = [
            (names::alpha(name), alphas),
            (names::components(name), components.collect::<Option<Vec<f64>>>()),
        ];
        for (column, values) in in_use {
            values.into_iter().for_each(|values| table.push(column.clone(), values));
        }
    }
    table
}

fn strategies(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.days().to_vec());
    for model in &computed.models {
        for (rule, track) in &model.tracks {
            table.push(names::weight(model.name(), rule), track.weights.clone());
            table.push(names::growth(model.name(), rule), track.growth.clone());
        }
    }
    table.push(names::BUY_AND_HOLD_GROWTH, computed.buy_and_hold.growth.clone());
    table
}

fn coefficients(computed: &Computed<'_>) -> Table {
    let (pass, refit_every) = (computed.pass, computed.spec.walk_forward.refit_every);
    let first_days = pass.run.folds.iter().map(|fold| pass.rows.days[fold.forecast.0.start]);
    let mut table = Table::new(first_days.collect());
    let is_fitted = |model: &Judged<'_>| !model.settings.is_external();
    for model in computed.models.iter().filter(|model| is_fitted(model)) {
        let (name, run) = (model.name(), &model.run);
        for (j, column) in run.columns.iter().enumerate() {
            let values = run.coefficients.index_axis(Axis(1), j).to_vec();
            table.push(names::coefficient(name, column), values);
        }
        let selected = run.selected.iter().enumerate();
        let nonzero = selected.map(|(refit, &alpha)| f64::from(run.nonzero[[refit, alpha]]));
        table.push(names::nonzero(name), nonzero.collect());
        let columns = [names::cosine_market(name), names::cosine_second(name)];
        for (direction, column) in columns.into_iter().enumerate() {
            table.push(column, cosines::with_direction(&model.ground.directions, run, direction));
        }
        table.push(
            names::drift(name),
            cosines::drift(run, refit_every, computed.panel.periods_per_year),
        );
    }
    let pairs = computed.plain_pairs().into_iter();
    for (a, b) in pairs.filter(|(a, b)| is_fitted(a) && is_fitted(b)) {
        let values = cosines::between(&a.run, &b.run).into_iter().map(|c| c.unwrap_or(f64::NAN));
        table.push(names::cosine(a.name(), b.name()), values.collect());
    }
    table.push(names::MEAN_DRIFT, pass.grounds.plain.directions.mean_drift.clone());
    table.push(names::VOLATILITY_DRIFT, pass.grounds.plain.directions.volatility_drift.clone());
    table
}

fn geometry(computed: &Computed<'_>) -> Table {
    let mut table = Table::new(computed.panel.days.clone());
    table.push(names::COUPLING, computed.market.coupling().to_vec());
    let modes = &computed.market.modes;
    for (name, values) in [
        (names::ABSORPTION, &modes.absorption),
        (names::EFFECTIVE_RANK, &modes.effective_rank),
        (names::PARTICIPATION_RATIO, &modes.participation_ratio),
        (names::MARKET_MODE_STABILITY, &modes.market_stability),
        (names::SECOND_MODE_ANGLE, &modes.second_angle),
    ] {
        table.push(name, values.clone());
    }
    for (position, values) in modes.shares.iter().enumerate() {
        table.push(names::eigenvalue(position + 1), values.clone());
    }
    for ((a, b), values) in computed.market.with_target() {
        table.push(names::correlation(a, b), values.to_vec());
    }
    for ((a, b), values) in computed.market.watched(computed.spec) {
        table.push(names::watched(a, b), values.to_vec());
    }
    for labels in &computed.labels {
        let states = labels
            .by_day
            .iter()
            .map(|state| state.map_or(f64::NAN, |state| state as f64))
            .collect();
        table.push(names::regime(&labels.name), states);
    }
    table
}
