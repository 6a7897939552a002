//! What a strategy is worth at other trading costs: the same positions, accounted for again at each.

use super::computed::Computed;
use crate::engine::backtest::{Costs, TrackRecord, simulate};
use crate::engine::metrics::part_metrics;
use crate::results::{CostPoint, StrategyMetrics};

/// Costs in basis points.
const GRID: [f64; 10] = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0];
/// What all of them are multiplied by, so that they reach twice the cost at which nothing is left; at
/// the largest a trade takes all that is traded.
const SCALES: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
/// How far beyond that cost they reach.
const BEYOND: f64 = 2.0;

/// The curve of a track record, the cost of the spec among the others; `metrics` are its own.
pub(super) fn cost_curve(
    computed: &Computed<'_>,
    track: &TrackRecord,
    metrics: &StrategyMetrics,
    fewest_held: usize,
) -> Vec<CostPoint> {
    let simple = computed.simple();
    let own = &computed.spec.costs;
    let of_cost = |trade_bps: f64| {
        let costs = Costs { trade_bps, ..*own };
        let again = simulate(track.weights.clone(), &simple, &costs, track.periods_per_year);
        let part = part_metrics(&again);
        let is_ruined = again.ruin().is_some();
        let annual_return =
            if is_ruined { Some(-1.0) } else { part.annual_log_growth.map(libm::expm1) };
        let is_enough = part.held >= fewest_held;
        CostPoint {
            trade_bps,
            annual_return: annual_return.filter(|_| is_enough || is_ruined),
            sharpe: part.sharpe.filter(|_| is_enough && !is_ruined),
        }
    };
    costs(metrics.break_even_cost_bps, own.trade_bps).into_iter().map(of_cost).collect()
}

/// The costs of a curve, ascending. The cost at which nothing is left is the larger of the two
/// break-evens.
fn costs(break_even: Option<f64>, own: f64) -> Vec<f64> {
    let [.., most] = GRID;
    let reaches = |scale: &&f64| most * **scale >= BEYOND * break_even.unwrap_or(0.0);
    let scale = SCALES.iter().find(reaches).unwrap_or(&SCALES[SCALES.len() - 1]);
    let mut costs: Vec<f64> = GRID.iter().map(|cost| scale * cost).chain([own]).collect();
    costs.sort_by(f64::total_cmp);
    costs.dedup();
    costs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::simulated::{panel, spec};
    use crate::engine::experiment::{Source, run};
    use crate::results::{Results, value};

    #[test]
    fn costs_reach_twice_the_break_even_and_have_that_of_the_spec() {
        assert_eq!(costs(None, 1.0), GRID);
        assert_eq!(costs(Some(10.0), 0.0), GRID);
        let more = costs(Some(10.1), 1.0);
        assert_eq!((more[0], more[1], more[2], more[9]), (0.0, 1.0, 1.0 + 1.0, 40.0));
        assert_eq!(*costs(Some(9_999.0), 25.0).last().unwrap(), 10_000.0);
    }

    fn ran(more: &str) -> Results {
        let models = "models: [{kind: ridge, alphas: {count: 3}}]\n";
        run(&spec(&format!("{models}{more}")), &panel(700), Source::default()).unwrap().0
    }

    #[test]
    fn at_the_cost_of_the_spec_the_curve_has_the_figures_of_the_strategy() {
        for own in ["0.7", "2", "0"] {
            let results = ran(&format!("costs: {{trade_bps: {own}, cash_rate: 0.02}}\n"));
            let (model, rule) = (&results.models["ridge"], results.verdict.rule.as_ref().unwrap());
            let strategy = &model.strategies[rule];
            let curve = &model.cost_curve;
            let at =
                curve.iter().find(|point| point.trade_bps == own.parse::<f64>().unwrap()).unwrap();
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs();
            let pair = |a: Option<f64>, b: Option<f64>| near(a.unwrap(), b.unwrap());
            assert!(pair(value(at.sharpe), value(strategy.sharpe)));
            assert!(pair(at.annual_return, value(strategy.annual_return)));
            let (ours, theirs) = (at.sharpe.unwrap().interval, strategy.sharpe.unwrap().interval);
            assert!(near(ours.unwrap().low, theirs.unwrap().low));
            assert!(curve.is_sorted_by(|a, b| a.trade_bps < b.trade_bps));
            assert!(curve.is_sorted_by(|a, b| a.annual_return >= b.annual_return));
            // The sign of the total changes where the break-even says.
            let even = strategy.break_even_cost_bps.unwrap_or(0.0);
            for point in curve.iter().filter(|point| (point.trade_bps - even).abs() > 1e-6) {
                assert_eq!(point.annual_return.unwrap() > 0.0, point.trade_bps < even);
            }
        }
    }

    #[test]
    fn what_is_ruined_by_its_costs_loses_all_and_too_few_days_have_no_figure() {
        let ruined = ran("costs: {trade_bps: 9999}\npositions: [{rule: binary}]\n");
        let last = *ruined.models["ridge"].cost_curve.last().unwrap();
        assert_eq!((last.annual_return, last.sharpe), (Some(-1.0), None));
        let short = run(&spec(""), &panel(300), Source::default()).unwrap().0;
        let curve = &short.models.values().next().unwrap().cost_curve;
        assert!(curve.iter().all(|point| point.sharpe.is_none() && point.annual_return.is_none()));
    }
}
