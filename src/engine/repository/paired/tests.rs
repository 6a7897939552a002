//! Figures of two versions.

use super::*;
use crate::base::units::Frequency;
use crate::engine::experiment::simulated::{panel, spec};
use crate::engine::experiment::{Source, run};
use crate::engine::spec::Spec;
use crate::prices::panel::{Column, Panel};
use crate::results::{Estimate, PairedStrategy};

type Ran = (Results, Series);

const RIDGE: &str = "models: [{kind: ridge, alphas: {count: 3}}]\n";

/// A run of a spec that was changed, on a panel with the features that it then has.
fn ran_as(panel: &Panel, change: impl Fn(&mut Spec)) -> Ran {
    let mut spec = spec(RIDGE);
    change(&mut spec);
    let mut panel = panel.clone();
    panel.features.retain(|column| spec.data.features.iter().any(|name| *name == *column.ticker));
    let (results, series) = run(&spec, &panel, Source::default()).unwrap();
    (results, series.rounded())
}

fn ran(panel: &Panel) -> Ran {
    ran_as(panel, |_| {})
}

fn of(base: &Ran, head: &Ran) -> Paired {
    paired((&base.0, &base.1), (&head.0, &head.1)).unwrap()
}

fn figure<'p>(figures: &'p [PairedFigure], metric: &str) -> &'p PairedFigure {
    figures.iter().find(|figure| figure.metric == metric).unwrap()
}

fn strategies(paired: &Paired) -> impl Iterator<Item = (&String, &String, &PairedStrategy)> {
    paired.models.iter().flat_map(|(model, found)| {
        found.strategies.iter().map(move |(rule, strategy)| (model, rule, strategy))
    })
}

fn figures(paired: &Paired) -> impl Iterator<Item = &PairedFigure> {
    let of_models = paired.models.values().flat_map(|model| &model.figures);
    of_models.chain(strategies(paired).flat_map(|(.., strategy)| &strategy.figures))
}

#[test]
fn a_version_beside_itself_has_no_difference() {
    let base = ran(&panel(600));
    let mut head = base.clone();
    head.0.spec.title = "other words".to_owned();
    let found = of(&base, &head);
    assert_eq!((found.base_only_days, found.head_only_days), (0, 0));
    assert_eq!(found.days, base.1.forecasts.days.len());
    assert_eq!(found.hold, None);
    assert_eq!(found.models["ridge"].forecasts, Divergence::default());
    assert!(strategies(&found).all(|(.., strategy)| strategy.positions.days == 0));
    assert_eq!(figures(&found).count(), 4 + 3 * 5);
    for figure in figures(&found) {
        assert_eq!(figure.difference, figure.base.map(|_| Estimate { value: 0.0, interval: None }));
        assert_eq!((figure.base, figure.p, figure.test), (figure.head, None, PairedTest::None));
    }
}

fn has_interval(figure: &PairedFigure) -> bool {
    figure.difference.is_some_and(|difference| difference.interval.is_some())
}

#[test]
fn a_cost_changes_what_is_earned_and_neither_forecasts_nor_positions() {
    let panel = panel(600);
    let (base, head) = (ran(&panel), ran_as(&panel, |spec| spec.costs.trade_bps = 3.0));
    let found = of(&base, &head);
    assert!(found.models["ridge"].figures.iter().all(|figure| figure.test == PairedTest::None));
    for (model, rule, strategy) in strategies(&found) {
        assert_eq!(strategy.positions, Divergence::default());
        let stated = |ran: &Ran| ran.0.models[model].strategies[rule].clone();
        let (old, new) = (stated(&base), stated(&head));
        for (metric, old, new, test) in [
            (
                "sharpe",
                old.sharpe.unwrap().value,
                new.sharpe.unwrap().value,
                PairedTest::LedoitWolf,
            ),
            (
                "annual_return",
                old.annual_return.unwrap().value,
                new.annual_return.unwrap().value,
                PairedTest::Bootstrap,
            ),
            ("max_drawdown", old.max_drawdown, new.max_drawdown, PairedTest::Bootstrap),
        ] {
            let figure = figure(&strategy.figures, metric);
            assert_eq!((figure.base, figure.head, figure.test), (Some(old), Some(new), test));
            let difference = figure.difference.unwrap();
            assert_eq!(difference.value, new - old);
            assert!(difference.interval.unwrap().contains(new - old));
        }
        // Costs on every trade lower the return by more than chance.
        let annual = figure(&strategy.figures, "annual_return");
        assert!(annual.p.unwrap() < 0.10 && annual.difference.unwrap().value < 0.0, "{annual:?}");
        let turnover = figure(&strategy.figures, "annual_turnover");
        assert_eq!((turnover.difference.unwrap().value, turnover.p), (0.0, None));
    }
}

/// A column whose price of row 300 is 5 % lower.
fn with_a_lower_price(column: &Column) -> Column {
    let mut prices = column.prices.clone();
    prices[300] *= 0.95;
    Column::new(column.ticker.as_str(), prices)
}

#[test]
fn one_price_moves_what_follows_it_and_the_versions_may_be_exchanged() {
    let before = panel(700);
    let mut after = before.clone();
    after.features[0] = with_a_lower_price(&before.features[0]);
    let (base, head) = (ran(&before), ran(&after));
    let found = of(&base, &head);
    let model = &found.models["ridge"];
    // The return of the day itself is a feature of the next one.
    assert_eq!(model.forecasts.first_day, Some(before.days[301]));
    let later = base.1.forecasts.days.iter().filter(|day| **day >= before.days[301]).count();
    assert!(model.forecasts.days > later / 2 && model.forecasts.days <= later);
    assert_eq!(found.hold, None);
    for figure in figures(&found).filter(|figure| figure.p.is_some()) {
        let interval = figure.difference.unwrap().interval.unwrap();
        assert_eq!(figure.p.unwrap() < 0.10, !interval.contains(0.0), "{figure:?}");
    }
    let back = of(&head, &base);
    for (there, back) in figures(&found).zip(figures(&back)) {
        assert_eq!((there.base, there.head, there.test), (back.head, back.base, back.test));
        let apart = |figure: &PairedFigure| figure.difference.map(|difference| difference.value);
        assert_eq!(apart(there), apart(back).map(|value| 0.0 - value));
        assert!(there.p.zip(back.p).is_none_or(|(there, back)| (there - back).abs() < 1e-9));
    }
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(|| of(&base, &head)), found);
    // The target's own price moves holding, and with it the outcomes.
    let mut after = before.clone();
    after.target = with_a_lower_price(&before.target);
    let hold = of(&base, &ran(&after)).hold.unwrap();
    assert!(figure(&hold.figures, "annual_volatility").difference.unwrap().value > 0.0);
    assert_eq!(hold.positions.days, 0);
}

#[test]
fn a_design_that_holds_the_other_is_tested_by_clark_and_west() {
    let panel = panel(700);
    let small = ran_as(&panel, |spec| spec.data.features = vec!["XLE".to_owned()]);
    let large = ran(&panel);
    // By hand, two-sided, on raw losses.
    let columns = |ran: &Ran| -> Vec<f64> {
        let forecast = ran.1.forecast("ridge").unwrap().iter();
        ran.1.actual().unwrap().iter().zip(forecast).map(|(y, f)| y - f).collect()
    };
    let (narrow, wide) = (columns(&small), columns(&large));
    let terms: Vec<f64> = narrow.iter().zip(&wide).map(|(e0, e)| 2.0 * e0 * (e0 - e)).collect();
    let error = math::std_dev(&terms).unwrap() / (terms.len() as f64).sqrt();
    let p = 2.0 * math::normal_sf((math::mean(&terms).unwrap() / error).abs());
    for (base, head) in [(&small, &large), (&large, &small)] {
        let found = of(base, head);
        let figures = &found.models["ridge"].figures;
        let raw = figure(figures, "oos_r2");
        assert_eq!((raw.test, raw.p.unwrap()), (PairedTest::ClarkWest, p));
        assert_eq!(figure(figures, "scaled_oos_r2").test, PairedTest::ClarkWest);
        assert!(has_interval(raw));
    }
    // Another schedule is another model, and features that neither has all of are not nested.
    for change in
        [(|spec: &mut Spec| spec.walk_forward.refit_every += 1) as fn(&mut Spec), |spec| {
            spec.data.features = vec!["XLU".to_owned()];
        }]
    {
        let found = of(&small, &ran_as(&panel, change));
        let raw = figure(&found.models["ridge"].figures, "oos_r2").clone();
        assert_eq!(raw.test, PairedTest::DieboldMariano);
        let interval = raw.difference.unwrap().interval.unwrap();
        assert_eq!(raw.p.unwrap() < 0.10, !interval.contains(0.0));
    }
}

#[test]
fn of_different_days_the_common_ones_count() {
    let panel = panel(700);
    let (base, head) = (ran(&panel), ran_as(&panel, |spec| spec.walk_forward.min_train = 250));
    let found = of(&base, &head);
    assert_eq!((found.days, found.base_only_days, found.head_only_days), (found.days, 150, 0));
    assert_eq!(found.days, head.1.forecasts.days.len());
    assert_eq!(found.first_day, head.1.forecasts.days.first().copied());
    assert_eq!(found.last_day, base.1.forecasts.days.last().copied());
    for (model, rule, strategy) in strategies(&found) {
        let sharpe = figure(&strategy.figures, "sharpe");
        let stated = &head.0.models[model].strategies[rule];
        // The head has all of its days, and is computed from the digits of its files all the same: what
        // is the same on both sides is then the same figure.
        let stated = stated.sharpe.unwrap().value;
        assert!((sharpe.head.unwrap() - stated).abs() < 1e-4, "{sharpe:?} {stated}");
        let logs: Vec<f64> =
            base.1.growth(model, rule).unwrap()[150..].iter().map(|g| math::ln(*g)).collect();
        let ratio = math::mean(&logs).unwrap() / math::std_dev(&logs).unwrap() * 252.0_f64.sqrt();
        assert!((sharpe.base.unwrap() - ratio).abs() < 1e-12);
        let turnover = figure(&strategy.figures, "annual_turnover");
        let weights = &base.1.weight(model, rule).unwrap();
        assert!(
            (turnover.base.unwrap()
                - traded(weights, &base.1)[150..].iter().sum::<f64>() * 252.0 / found.days as f64)
                .abs()
                < 1e-9
        );
    }
    let right = |ran: &Ran, first: usize| {
        let of =
            ran.1.actual().unwrap()[first..].iter().zip(&ran.1.forecast("ridge").unwrap()[first..]);
        of.filter(|(y, f)| math::sign(**y) == math::sign(**f)).count() as f64 / found.days as f64
    };
    let hits = figure(&found.models["ridge"].figures, "hit_rate");
    assert_eq!((hits.base, hits.head), (Some(right(&base, 150)), Some(right(&head, 0))));
    // The first fit was later: the benchmark and so the losses of the same days are the same.
    let mut elsewhere = head.clone();
    let days = |days: &mut Vec<crate::base::units::Day>| {
        days.iter_mut()
            .for_each(|day| *day = day.checked_sub(jiff::Span::new().years(30)).unwrap());
    };
    days(&mut elsewhere.1.forecasts.days);
    let found = of(&base, &elsewhere);
    assert_eq!((found.days, found.first_day, found.models.len()), (0, None, 0));
}

/// What is traded to get from the drifted weight to the next one, without cash.
fn traded(weights: &[f64], series: &Series) -> Vec<f64> {
    let mut drifted = 0.0;
    let rows = weights.iter().zip(series.actual().unwrap());
    rows.map(|(weight, log)| {
        let traded = (weight - drifted).abs();
        let simple = libm::expm1(*log);
        drifted = weight * (1.0 + simple) / (1.0 + weight * simple);
        traded
    })
    .collect()
}

#[test]
fn a_few_days_and_a_lost_record_have_no_test() {
    let base = ran(&panel(600));
    let mut head = base.clone();
    for (day, value) in head.1.strategies.columns["ridge.binary.growth"].iter_mut().enumerate() {
        *value *= if day % 100 == 7 { 0.99 } else { 1.0 };
    }
    let found = of(&base, &head);
    let few = &found.models["ridge"].strategies["binary"].figures;
    assert!(few.iter().all(|figure| figure.p.is_none() && !has_interval(figure)));
    let lost = ran_as(&panel(600), |spec| spec.costs.trade_bps = 5_000.0);
    let found = of(&base, &lost);
    let lost = figure(&found.models["ridge"].strategies["binary"].figures, "annual_return").clone();
    assert_eq!((lost.head, lost.test), (Some(-1.0), PairedTest::None));
}

#[test]
fn other_targets_and_frequencies_are_refused() {
    let base = ran(&panel(600));
    let mut target = base.clone();
    target.0.spec.data.target = "QQQ".to_owned();
    let mut weekly = base.clone();
    weekly.0.data.frequency = Frequency::Weekly;
    for (head, words) in [
        (&target, "have no target in common: `SPY` and `QQQ`"),
        (&weekly, "have no frequency of prices in common: `daily` and `weekly`"),
    ] {
        let problem = paired((&base.0, &base.1), (&head.0, &head.1)).unwrap_err().to_string();
        assert!(problem.contains(words), "{problem}");
    }
}

#[test]
fn losses_are_tested_as_scipy_does_with_the_days_that_differ() {
    use crate::base::statistics::noise;
    let text = include_str!("../../../../tests/reference/paired.json");
    let known: serde_json::Value = serde_json::from_str(text).unwrap();
    for case in known["losses"].as_array().unwrap() {
        let number = |part: &str| case[part].as_f64().unwrap();
        let (rows, period) = (number("rows") as usize, number("period") as usize);
        let uniform = |seed: u64| -> Vec<f64> {
            let mut uniform = noise::uniform(seed);
            (0..rows).map(|_| 0.02 * uniform()).collect()
        };
        let (base, other) = (uniform(60), uniform(61));
        let is_apart = |row: usize| row % period < number("differing") as usize;
        let head = |row: usize| match is_apart(row) {
            true => 0.9 * base[row] + 0.3 * other[row],
            false => base[row],
        };
        let head = (0..rows).map(head).collect();
        let errors = |model: Vec<f64>| Errors { model, benchmark: vec![1.0; rows] };
        let draws = Draws { seed: 1, rows };
        let both = [Some(0.0), Some(number("gain"))];
        let found = loss_figure(
            &draws,
            ("oos_r2", both),
            &[errors(base.clone()), errors(head)],
            [-1.0; 2],
            None,
        );
        let interval = found.difference.unwrap().interval.unwrap();
        let half = 0.5 * (interval.high - interval.low);
        assert!((half / number("half_width") - 1.0).abs() < 1e-7, "{half}");
        assert!((found.p.unwrap() / number("p") - 1.0).abs() < 1e-6, "{found:?}");
    }
}
