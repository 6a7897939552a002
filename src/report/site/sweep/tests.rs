//! The page of a sweep, from results that are made up.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use super::files;
use crate::report::site::kit::file::{Options, Sweep};
use crate::report::site::kit::templates::Templates;
use crate::results::{
    Chance, ChoiceSummary, Interval, JointTest, LevelSummary, Specification, SpecificationCurve,
    Standing, SweepMember, SweepResults, SweptKey,
};

/// A sweep of so many members over two keys of several values, called by a text.
fn sweep(members: usize, text: &str) -> SweepResults {
    let values: Vec<String> = (0..20).map(|value| format!("{text} {value}")).collect();
    let keys = ["walk_forward.refit_every", "data.features"]
        .map(|key| SweptKey { key: format!("{key}{text}"), values: values.clone() });
    let chance = |observed: f64| Chance { observed, expected: 0.0, p: 0.01 };
    let level = |level: &String| LevelSummary {
        level: level.clone(),
        specifications: members / 20,
        median: 0.001,
        share_significant: 0.5,
    };
    let curve = |rule: Option<&str>| SpecificationCurve {
        choices: keys
            .iter()
            .map(|key| ChoiceSummary {
                key: key.key.clone(),
                levels: key.values.iter().map(level).collect(),
                share: Some(0.25),
                sum_of_squares: Some(1e-4),
                degrees_of_freedom: 19,
            })
            .collect(),
        specifications: (0..members)
            .map(|at| {
                let estimate = at as f64 / members as f64 * 0.01 - 0.003;
                Specification {
                    member: at,
                    model: "ridge".to_owned(),
                    rule: rule.map(str::to_owned),
                    levels: vec![at * 7 % 20, at % 20],
                    estimate,
                    interval: Some(Interval { low: estimate - 0.004, high: estimate + 0.004 }),
                    p: Some(0.2),
                    z: 1.0,
                    is_significant: at % 3 == 0,
                }
            })
            .collect(),
        median: Some(0.002),
        share_positive: Some(0.7),
        share_significant: Some(1.0 / 3.0),
        mean_z: Some(1.0),
        headline: vec![Standing {
            model: "ridge".to_owned(),
            rule: rule.map(str::to_owned),
            estimate: 0.001,
            share_below: 0.4,
            position: None,
        }],
        explained: Some(0.5),
        joint: Some(JointTest {
            shifts: 99,
            specifications: members,
            median: chance(0.002),
            share_significant: chance(0.33),
            mean_z: chance(1.0),
            p: 0.01,
            rejects: true,
            band: vec![Interval { low: -0.004, high: 0.0 }, Interval { low: 0.0, high: 0.004 }],
        }),
        ..SpecificationCurve::default()
    };
    SweepResults {
        schema: crate::results::SCHEMA,
        id: "s".to_owned(),
        title: format!("A sweep {text}"),
        control: false,
        synthetic: true,
        conditions: vec![format!("data.lags == {text}")],
        is_sample: false,
        pages: false,
        members: (0..members)
            .map(|at| SweepMember {
                id: format!("s.{at:012x}"),
                values: vec![at * 7 % 20, at % 20],
                is_headline: at == 0,
            })
            .collect(),
        interval_level: 0.9,
        oos_r2: curve(None),
        sharpe: curve(Some("binary")),
        keys: keys.to_vec(),
    }
}

fn page(results: SweepResults) -> String {
    let templates = Templates::load(&BTreeMap::new()).unwrap();
    let options = Options { title: "Site".to_owned(), ..Options::default() };
    let found = files(&Sweep { results, table: String::new() }, &templates, &options).unwrap();
    assert_eq!(found[0].path, "s/sweep/index.html");
    String::from_utf8(found[0].contents.clone()).unwrap()
}

#[test]
fn a_page_of_ten_thousand_members_is_no_larger_than_it_may_be() {
    let page = page(sweep(10_000, "value"));
    assert!(page.len() < 300_000, "{}", page.len());
    for text in [
        "Of 10\u{202f}000 dots every 19th is drawn",
        "The whole curve is above chance: p\u{a0}=\u{a0}0.010",
        "The 25 with the largest R²",
        "sweep.csv",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn a_sweep_of_nothing_has_a_page_too() {
    let none = SweepResults {
        oos_r2: SpecificationCurve::default(),
        sharpe: SpecificationCurve::default(),
        ..sweep(0, "value")
    };
    assert!(page(none).contains("No specification gave an estimate."));
}

#[test]
fn what_a_file_says_stays_text() {
    let page = page(sweep(40, "<script>alert(1)</script>\"'&amp;"));
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)"));
}
