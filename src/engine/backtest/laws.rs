//! Laws of positions and accounting, on random forecasts, returns and costs.

use proptest::prelude::*;

use super::{Costs, Sizing, TrackRecord, positions, simulate};
use crate::engine::metrics::strategy_metrics;

/// Simple returns by row and target weights for them; some days are terrible.
fn market() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let weight = prop_oneof![4 => -1.5..1.5, 1 => Just(0.0), 1 => Just(1.0), 1 => Just(-1.0)];
    let simple = prop_oneof![20 => -0.05..0.05, 1 => -0.95..2.5];
    prop::collection::vec((weight, simple), 1..120).prop_map(|rows| rows.into_iter().unzip())
}

fn costs() -> impl Strategy<Value = Costs> {
    let rate = |most: f64| prop_oneof![1 => Just(0.0), 2 => 0.0..most];
    (rate(50.0), rate(0.1), rate(0.05)).prop_map(|(trade_bps, borrow_rate, cash_rate)| Costs {
        trade_bps,
        borrow_rate,
        cash_rate,
    })
}

fn rules() -> impl Strategy<Value = Sizing> {
    let (name, long_only) = (String::new(), false);
    let steps = [-1.0, -0.5, 0.5, 1.0];
    prop_oneof![
        Just(Sizing::Binary { name: name.clone(), long_only }),
        (0.1..3.0).prop_map(move |max_leverage| {
            Sizing::Proportional { name: String::new(), long_only, max_leverage }
        }),
        Just(Sizing::Quartile { name, long_only, steps }),
    ]
}

fn long_only(mut rule: Sizing) -> Sizing {
    match &mut rule {
        Sizing::Binary { long_only, .. }
        | Sizing::Proportional { long_only, .. }
        | Sizing::Quartile { long_only, .. } => *long_only = true,
    }
    rule
}

/// Forecasts with ties, zeros and outliers.
fn forecasts() -> impl Strategy<Value = Vec<f64>> {
    let forecast = prop_oneof![6 => -1e-3..1e-3, 1 => Just(0.0), 1 => Just(2e-4), 1 => -1.0..1.0];
    prop::collection::vec(forecast, 1..200)
}

/// The largest position that a rule may take.
fn largest(rule: &Sizing) -> f64 {
    match rule {
        Sizing::Proportional { max_leverage, .. } => *max_leverage,
        Sizing::Binary { .. } | Sizing::Quartile { .. } => 1.0,
    }
}

/// Methods, section 5, as a ledger of money: shares of the asset, cash, and what is paid.
fn ledger(weights: &[f64], simple: &[f64], costs: &Costs) -> Vec<f64> {
    let (mut asset, mut cash) = (0.0, 1.0);
    let mut equity = Vec::new();
    for (w, r) in weights.iter().zip(simple) {
        let before: f64 = asset + cash;
        let held = if before > 0.0 { asset / before } else { 0.0 };
        // The fee comes out of equity; what is left is spread by the target weight.
        let left = before * (1.0 - costs.trade_bps / 1e4 * (w - held).abs());
        let borrowed = (-w).max(0.0) * left * costs.borrow_rate / 252.0;
        asset = w * left * (1.0 + r);
        cash = (1.0 - w) * left * (1.0 + costs.cash_rate / 252.0);
        let after = asset + cash - borrowed;
        // The borrow fee is paid from both, so that the drifted weight does not depend on it.
        let keep = after / (asset + cash);
        (asset, cash) = (asset * keep, cash * keep);
        if after <= 0.0 {
            equity.resize(weights.len(), 0.0);
            return equity;
        }
        equity.push(after);
    }
    equity
}

fn equity(record: &TrackRecord) -> Vec<f64> {
    record
        .growth
        .iter()
        .scan(1.0, |equity, growth| {
            *equity *= growth;
            Some(*equity)
        })
        .collect()
}

/// A short that nearly ruins leaves so little that covering it costs more than there is; the loss of
/// the next day is then no gain.
#[test]
fn a_trade_that_costs_everything_is_ruin() {
    let costs = Costs { trade_bps: 30.0, borrow_rate: 0.0, cash_rate: 0.0 };
    let record = simulate(vec![-0.5, -1.0, 1.0], &[1.995, 1.5, 0.1], &costs, 252);
    assert!(record.growth[0] > 0.0 && record.traded[1] * 30e-4 > 1.0);
    assert_eq!(record.growth[1..], [0.0, 0.0]);
}

proptest! {
    #[test]
    fn a_ledger_of_money_ends_every_day_with_the_same_equity(
        (weights, simple) in market(),
        costs in costs(),
    ) {
        let record = simulate(weights.clone(), &simple, &costs, 252);
        for (ours, theirs) in equity(&record).iter().zip(ledger(&weights, &simple, &costs)) {
            prop_assert!((ours - theirs).abs() <= 1e-9 * theirs, "{ours} {theirs}");
        }
        let ruin = record.growth.iter().position(|growth| *growth == 0.0);
        if let Some(row) = ruin {
            prop_assert!(record.growth[row..].iter().all(|growth| *growth == 0.0));
            prop_assert!(record.traded[row + 1..].iter().all(|traded| *traded == 0.0));
        }
    }

    #[test]
    fn without_trading_costs_net_is_gross((weights, simple) in market(), costs in costs()) {
        let record = simulate(weights, &simple, &Costs { trade_bps: 0.0, ..costs }, 252);
        prop_assert_eq!(record.growth, record.before_costs);
    }

    #[test]
    fn dearer_trading_never_pays((weights, simple) in market(), costs in costs(), more in 0.1..9.0) {
        let dear = Costs { trade_bps: costs.trade_bps + more, ..costs };
        let cheap = simulate(weights.clone(), &simple, &costs, 252);
        let dear = simulate(weights, &simple, &dear, 252);
        prop_assert!(cheap.growth.iter().zip(&dear.growth).all(|(cheap, dear)| dear <= cheap));
        // What is traded does not depend on its cost, until that is ruin.
        let alive = dear.growth.iter().take_while(|growth| **growth > 0.0).count();
        prop_assert_eq!(&cheap.traded[..alive], &dear.traded[..alive]);
    }

    #[test]
    fn a_portfolio_that_never_trades_earns_what_it_holds(simple in prop::collection::vec(-0.3..0.3, 1..50)) {
        let free = Costs { trade_bps: 0.0, borrow_rate: 0.02, cash_rate: 0.0 };
        let long = simulate(vec![1.0; simple.len()], &simple, &free, 252);
        for (growth, simple) in long.growth.iter().zip(&simple) {
            prop_assert!((growth - (1.0 + simple)).abs() < 1e-15);
        }
        let none = simulate(vec![0.0; simple.len()], &simple, &free, 252);
        prop_assert!(none.growth.iter().all(|growth| *growth == 1.0));
    }

    #[test]
    fn the_cost_at_which_nothing_is_left_leaves_nothing(
        (weights, simple) in market(),
        costs in costs(),
    ) {
        let record = simulate(weights.clone(), &simple, &costs, 252);
        let first = jiff::civil::date(2001, 1, 1);
        let days: Vec<_> = first.series(jiff::Span::new().days(1)).take(simple.len()).collect();
        let metrics = strategy_metrics(&record, &days, None);
        let last = equity(&record).last().copied().unwrap();
        prop_assert!((metrics.total_return - (last - 1.0)).abs() < 1e-9 * last.max(1.0));
        prop_assert!((-1.0..=0.0).contains(&metrics.max_drawdown));
        if let Some(trade_bps) = metrics.break_even_cost_bps {
            let dear = simulate(weights, &simple, &Costs { trade_bps, ..costs }, 252);
            let left = equity(&dear).last().copied().unwrap();
            prop_assert!((left - 1.0).abs() < 1e-6, "{left} is left at {trade_bps}");
        }
    }

    #[test]
    fn positions_are_bounded_and_know_no_later_forecast(
        forecasts in forecasts(),
        rule in prop_oneof![rules(), rules().prop_map(long_only)],
        cut in 0.0..1.0,
        noise in -1.0..1.0,
    ) {
        let weights = positions(&rule, &forecasts);
        prop_assert_eq!(weights.len(), forecasts.len());
        let least = if rule.long_only() { 0.0 } else { -largest(&rule) };
        prop_assert!(weights.iter().all(|weight| (least..=largest(&rule)).contains(weight)));

        let known = (cut * forecasts.len() as f64) as usize;
        let cut_off = positions(&rule, &forecasts[..known]);
        prop_assert_eq!(&cut_off[..], &weights[..known]);
        let mut tampered = forecasts.clone();
        tampered[known..].iter_mut().for_each(|forecast| *forecast = noise - *forecast);
        let after = positions(&rule, &tampered);
        prop_assert_eq!(&after[..known], &weights[..known]);
    }

    #[test]
    fn long_only_is_the_long_side(forecasts in forecasts(), rule in rules()) {
        let both = positions(&rule, &forecasts);
        let long = positions(&long_only(rule), &forecasts);
        prop_assert!(both.iter().zip(&long).all(|(both, long)| *long == both.max(0.0)));
    }
}
