//! What the models say of the period behind the last row.

use super::computed::Computed;
use super::judged::Judged;
use crate::engine::backtest::positions;
use crate::results::{NextForecast, NextModel, series_digits};

pub(super) fn next(computed: &Computed<'_>) -> NextForecast {
    let (rows, schedule) = (&computed.pass.rows, &computed.spec.walk_forward);
    let n = rows.len();
    let refitted = schedule.is_refit(n);
    let last = computed.pass.run.folds.last().filter(|_| !refitted);
    let trained = last.map_or_else(|| schedule.training(n), |fold| fold.training.0.clone());
    let models = computed
        .models
        .iter()
        .filter_map(|model| Some((model.name().to_owned(), of_model(computed, model)?)));
    NextForecast {
        decided: computed.panel.days[computed.panel.len() - 1],
        fitted_until: rows.days[trained.end.min(n) - 1],
        refitted,
        models: models.collect(),
    }
}

/// `None` of forecasts that were made elsewhere and end with the prices.
fn of_model(computed: &Computed<'_>, model: &Judged<'_>) -> Option<NextModel> {
    let forecast = model.run.next?;
    // Behind a gate positions are sized by what is forecast where it is open.
    let (before, own, is_open) = match &model.gate {
        Some(gate) => (&gate.ungated, gate.next.1?, gate.next.0),
        None => (&model.run.forecasts, forecast, true),
    };
    let forecasts = [before.as_slice(), &[own]].concat();
    let position = |sizing| match positions(sizing, &forecasts).last() {
        Some(weight) if is_open => series_digits(*weight),
        _ => 0.0,
    };
    let rules = computed.spec.positions.iter();
    Some(NextModel {
        forecast: series_digits(forecast),
        benchmark: series_digits(model.ground.basis.next),
        positions: rules.map(|sizing| (sizing.name().to_owned(), position(sizing))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::experiment::simulated::panel;
    use crate::engine::experiment::{Source, run};
    use crate::engine::spec::parse;
    use crate::results::names;

    /// Every kind of model and system, refitted every third row.
    fn yaml(selection: &str, window: &str) -> String {
        let mut yaml = format!(
            "title: t\ndata: {{target: SPY, features: [XLE, XLU], lags: [1, 3]}}\nwalk_forward: {{min_train: 150, \
             refit_every: 3, window: {window}, purge: 2}}\nselection: {selection}\npositions: [{{rule: binary}}, {{rule: proportional}}, {{rule: quartile, \
             long_only: true}}]\nregimes: [{{kind: volatility, window: 10, min_history: 60}}]\nmodels:\n"
        );
        for kind in ["ridge", "lasso", "elastic_net", "ols", "pls", "combination"] {
            yaml += &format!("  - {{kind: {kind}}}\n");
        }
        for system in ["gated", "per_regime", "interacted"] {
            yaml += &format!("  - {{kind: ridge, name: {system}, regime: {{system: {system}}}}}\n");
            yaml += &format!(
                "  - {{kind: ridge, weighting: ex_ante_variance, name: weighted_{system}, \
                 regime: {{system: {system}}}}}\n"
            );
        }
        yaml += "  - {kind: ridge, weighting: ex_ante_variance, name: weighted}\n";
        yaml
    }

    /// One row more, and the forecast of it is what was said before, bit by bit.
    #[test]
    fn the_row_behind_the_last_is_forecast_as_the_walk_forward_will() {
        for (selection, window) in
            [("{method: prequential}", "expanding"), ("{method: holdout, rows: 40}", "140")]
        {
            let spec = parse("t", "t.yaml", &yaml(selection, window)).unwrap().spec;
            let source = Source::default();
            let ran = |days: usize| run(&spec, &panel(days), source).unwrap();
            let mut last = ran(500);
            let (mut refits, mut open) = (0, 0);
            for days in 501..505 {
                let now = ran(days);
                let next = &last.0.next;
                assert_eq!(next.models.len(), spec.models.len());
                let (forecasts, strategies) = (&now.1.forecasts, &now.1.strategies);
                let row = forecasts.days.len() - 1;
                assert_eq!(next.decided, panel(days - 1).days[days - 2]);
                assert_eq!(next.refitted, now.1.coefficients.days.contains(&forecasts.days[row]));
                refits += usize::from(next.refitted);
                for (model, said) in &next.models {
                    let mean = match model.starts_with("weighted") {
                        true => names::WEIGHTED_BENCHMARK,
                        false => names::BENCHMARK,
                    };
                    let same =
                        |a: f64, b: f64| assert_eq!(a.to_bits(), b.to_bits(), "{model} {days}");
                    same(forecasts.columns[mean][row], said.benchmark);
                    same(forecasts.columns[model][row], said.forecast);
                    open += usize::from(said.forecast != said.benchmark);
                    for (rule, position) in &said.positions {
                        same(strategies.columns[&names::weight(model, rule)][row], *position);
                    }
                }
                last = now;
            }
            assert!((1..=2).contains(&refits) && open > 40, "{refits} {open}");
        }
    }
}
