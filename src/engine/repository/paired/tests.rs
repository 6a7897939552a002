//! Figures of two versions.

use super::*;
use crate::engine::experiment::simulated::{panel, spec};
use crate::engine::experiment::{Source, run};
use crate::prices::panel::Panel;
use crate::results::{Estimate, PairedStrategy};

type Ran = (Results, Series);

const RIDGE: &str = "models: [{kind: ridge, alphas: {count: 3}}]\n";

fn ran(panel: &Panel, more: &str) -> Ran {
    let more = if more.contains("models:") { more.to_owned() } else { format!("{RIDGE}{more}") };
    let (results, series) = run(&spec(&more), panel, Source::default()).unwrap();
    (results, series.rounded())
}

fn of(base: &Ran, head: &Ran) -> Paired {
    paired((&base.0, &base.1), (&head.0, &head.1)).unwrap()
}

fn figure<'p>(figures: &'p [PairedFigure], metric: &str) -> &'p PairedFigure {
    figures.iter().find(|figure| figure.metric == metric).unwrap()
}

fn strategies(paired: &Paired) -> impl Iterator<Item = (&String, &String, &PairedStrategy)> {
    let of_model = |(model, found): (&'_ String, &'_ PairedModel)| (model, found);
    paired.models.iter().map(of_model).flat_map(|(model, found)| {
        found.strategies.iter().map(move |(rule, strategy)| (model, rule, strategy))
    })
}

fn figures(paired: &Paired) -> impl Iterator<Item = &PairedFigure> {
    let of_models = paired.models.values().flat_map(|model| &model.figures);
    of_models.chain(strategies(paired).flat_map(|(.., strategy)| &strategy.figures))
}

#[test]
fn a_version_beside_itself_has_no_difference() {
    let base = ran(&panel(600), "");
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
