//! Whole sweeps on small simulated markets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::digest::{ModelDigest, TrackDigest};
use super::null::{figures, observed};
use super::point::Point;
use super::*;
use crate::engine::experiment::{Source, Task, run_all};
use crate::engine::inference::p_value;
use crate::engine::inference::seed::noise;
use crate::engine::metrics::LEVEL;
use crate::engine::spec::{Document, parse};
use crate::prices::panel::{Column, Panel};
use crate::results::{SpecificationCurve, SweepResults};

/// SPY, XLE and XLU over so many days; XLE tells so much of SPY's next return.
fn panel(days: usize, seed: u64, lead: f64) -> Panel {
    // Of mean 0, and a deviation of one per cent.
    let noise = [0, 1, 2].map(|ticker| noise(seed, ticker, days));
    let of = |ticker: usize, day: usize| noise[ticker][day] * 1.4e-5;
    let column = |name: &str, simple: &dyn Fn(usize) -> f64| {
        let mut price = 100.0;
        let next = |day: usize| {
            price *= 1.0 + simple(day);
            price
        };
        Column::new(name, (0..days).map(next).collect())
    };
    let led = |day: usize| of(0, day) + if day > 0 { lead * of(1, day - 1) } else { 0.0 };
    let features = vec![column("XLE", &|day| of(1, day)), column("XLU", &|day| of(2, day))];
    Panel::daily(column("SPY", &led), features)
}

fn document(sweep: &str) -> Document {
    let text = format!(
        "title: t\ndata: {{target: SPY, features: [XLE, XLU]}}\nwalk_forward: {{min_train: 100, \
         refit_every: 42}}\nmodels: [{{kind: ridge, alphas: {{count: 5}}}}, {{kind: ols}}]\n\
         positions: [{{rule: binary}}, {{rule: proportional}}]\nregimes: []\nsweep:\n{sweep}"
    );
    parse("t", "t.yaml", &text).unwrap()
}

fn tasks<'a>(document: &'a Document, panel: &'a Panel) -> Vec<Task<'a>> {
    let specs = document.members.iter().map(|member| &member.spec);
    let task = |spec| Task { spec, panel, place: None, source: Source::default() };
    specs.map(task).collect()
}

/// Headline and members of a sweep, run.
fn ran(document: &Document, panel: &Panel) -> (Digest, Vec<Digest>) {
    let mut tasks = tasks(document, panel);
    tasks.insert(0, Task { spec: &document.spec, ..tasks[0] });
    let results = run_all(&tasks, &|_| {}).unwrap();
    let mut digests = results.iter().map(|(results, _)| Digest::of(results));
    (digests.next().unwrap(), digests.collect())
}

fn analysed(document: &Document, panel: &Panel, shifts: usize) -> (SweepResults, Vec<Digest>) {
    let (headline, members) = ran(document, panel);
    let nulls = nulls(&tasks(document, panel), shifts, document.spec.seed);
    let asked = Asked { spec: &document.spec, members: &document.members };
    (analyse(&asked, &headline, &members, nulls.as_ref()), members)
}

const SWEEP: &str = "  walk_forward.refit_every: [21, 42]\n  data.lags: [[1], [1, 2]]\n  \
                     costs.trade_bps: [0, 5]\n";

fn keys(curve: &SpecificationCurve) -> Vec<&str> {
    curve.choices.iter().map(|choice| choice.key.as_str()).collect()
}

#[test]
fn a_curve_holds_every_specification_once_in_order() {
    let document = document(SWEEP);
    let panel = panel(1_000, 3, 0.3);
    let (sweep, members) = analysed(&document, &panel, 9);
    assert_eq!(sweep.members.len(), 8);
    // Costs change no forecast: four members' worth of R2, each with two models.
    let [r2, sharpe] = [&sweep.oos_r2, &sweep.sharpe];
    assert_eq!((r2.specifications.len(), sharpe.specifications.len()), (8, 32));
    assert_eq!(keys(r2), ["walk_forward.refit_every", "data.lags", "model"]);
    let all = ["walk_forward.refit_every", "data.lags", "costs.trade_bps", "model", "rule"];
    assert_eq!(keys(sharpe), all);
    for curve in [r2, sharpe] {
        assert!(curve.specifications.is_sorted_by(|a, b| a.estimate <= b.estimate));
        let count = curve.specifications.len();
        for choice in &curve.choices {
            let levels: usize = choice.levels.iter().map(|level| level.specifications).sum();
            assert_eq!(levels, count, "{}", choice.key);
        }
        let shares: f64 = curve.choices.iter().filter_map(|choice| choice.share).sum();
        assert!((shares - curve.explained.unwrap()).abs() < 1e-4);
        let joint = curve.joint.as_ref().unwrap();
        assert_eq!((joint.shifts, joint.specifications), (9, count), "all were tried");
        assert!((joint.median.observed - curve.median.unwrap()).abs() < 1e-6);
        assert!((joint.mean_z.observed - curve.mean_z.unwrap()).abs() < 1e-4);
    }
    // Refits every 42 rows, lag 1, no costs as written... the headline's costs are 1: no member.
    assert!(sweep.members.iter().all(|member| !member.is_headline));
    assert!(r2.headline.iter().all(|standing| standing.position.is_some()), "its forecasts are");
    assert!(sharpe.headline.iter().all(|standing| standing.position.is_none()));
    assert_eq!(sharpe.headline.len(), 4);
    let text = sweep.to_json();
    assert_eq!(SweepResults::from_json(&text).unwrap(), sweep);
    for (from, to) in [("\"member\":0", "\"member\":8"), ("\"levels\":[0", "\"levels\":[7")] {
        assert!(SweepResults::from_json(&text.replacen(from, to, 1)).is_err(), "{from}");
    }
    let asked = Asked { spec: &document.spec, members: &document.members };
    let table = to_csv(&asked, &members);
    assert_eq!(table.lines().count(), 1 + 8 * 2 * 2);
    assert!(
        table.starts_with("id,walk_forward.refit_every,data.lags,costs.trade_bps,model,oos_r2,")
    );
    assert!(table.lines().all(|line| line.matches(',').count() >= 13));
}

#[test]
fn models_that_are_swept_are_one_choice_and_what_is_left_out_is_left_out() {
    let document = document(
        "  models: [[{kind: ridge, alphas: {count: 5}}], [{kind: ols}]]\n  \
         walk_forward.window: [expanding, 200]\n  where: [walk_forward.window != 200 or seed == 1]\n",
    );
    let (sweep, _) = analysed(&document, &panel(700, 4, 0.0), 9);
    assert_eq!(keys(&sweep.oos_r2), ["models", "walk_forward.window"]);
    assert_eq!(keys(&sweep.sharpe), ["models", "walk_forward.window", "rule"]);
    assert_eq!(sweep.oos_r2.joint, None, "600 rows cannot be shifted by a year each way");
    assert_eq!(sweep.conditions.len(), 1);
}

/// Without a shift everything that is done again is what the members' own runs gave.
#[test]
fn features_that_are_not_shifted_give_the_members_figures() {
    let document = document(
        "  walk_forward.refit_every: [21, 42]\n  selection: [{method: prequential}, {method: \
         holdout, rows: 30}]\n  models:\n    - [{kind: ridge, alphas: {count: 5}}, {kind: ridge, \
         alphas: {count: 5}, weighting: ex_ante_variance}]\n    - [{kind: lasso, name: sparse}]\n",
    );
    let panel = panel(900, 5, 0.2);
    let (_, members) = ran(&document, &panel);
    let [forecasts, tracks] = observed(&tasks(&document, &panel));
    let of = |members: &[Digest], of_model: &dyn Fn(&ModelDigest) -> Vec<Point>| -> Vec<Point> {
        members.iter().flat_map(|member| &member.models).flat_map(of_model).collect()
    };
    let sorted = |mut points: Vec<Point>| {
        points.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
        points
    };
    for (again, theirs) in [
        (forecasts, of(&members, &|model| model.point().into_iter().collect())),
        (tracks, of(&members, &|m| m.tracks.iter().filter_map(TrackDigest::point).collect())),
    ] {
        assert!(again.len() == theirs.len() && again.len() >= 12);
        for (a, b) in sorted(again).iter().zip(&sorted(theirs)) {
            let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * (1.0 + a.abs());
            assert!(close(a.estimate, b.estimate) && close(a.z, b.z), "{a:?} {b:?}");
            assert_eq!(a.is_significant, b.is_significant);
        }
    }
}

/// Rejections of the three figures and of their combination at 5 %, of R2 and of the Sharpe ratio,
/// over so many markets.
fn rejections(markets: u64, shifts: usize, lead: f64) -> [[usize; 4]; 2] {
    let document = document("  walk_forward.refit_every: [42, 84]\n  data.lags: [[1], [1, 2]]\n");
    let mut rejected = [[0; 4]; 2];
    for market in 0..markets {
        let panel = panel(1_300, 1_000 + market, lead);
        let tasks = tasks(&document, &panel);
        let nulls = nulls(&tasks, shifts, market).unwrap();
        for (which, (points, curves)) in
            observed(&tasks).iter().zip([&nulls.oos_r2, &nulls.sharpe]).enumerate()
        {
            let own = figures(points).unwrap();
            let mut p: Vec<f64> = (0..3)
                .map(|figure| {
                    let reached = curves.draws.iter().filter(|draw| draw[figure] >= own[figure]);
                    p_value(reached.count(), shifts)
                })
                .collect();
            p.push(crate::engine::inference::cauchy(&p).unwrap());
            for (count, p) in rejected[which].iter_mut().zip(p) {
                *count += usize::from(p <= LEVEL);
            }
        }
    }
    rejected
}

/// More markets and shifts by `DFA_SWEEP_MARKETS` and `DFA_SWEEP_SHIFTS`, with a table.
#[test]
fn the_joint_test_has_its_size_and_finds_a_signal() {
    let number = |name: &str, usual: u64| {
        #[allow(clippy::disallowed_methods, reason = "a longer run is asked for by hand")]
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let markets = number("DFA_SWEEP_MARKETS", 40);
    let shifts = number("DFA_SWEEP_SHIFTS", 19) as usize;
    for (lead, least, most) in [(0.0, 0.0, 0.15), (0.2, 0.7, 1.0)] {
        let found = rejections(markets, shifts, lead);
        println!("lead {lead}, {markets} markets, {shifts} shifts: {found:?}");
        for count in &found[0] {
            let share = *count as f64 / markets as f64;
            assert!((least..=most).contains(&share), "{lead}: {found:?}");
        }
    }
}
