//! Walk-forwards that several experiments share: the same rows and schedule need one pass.
//!
//! Experiments that differ in costs, sizing, regimes or words have the same fits; experiments that
//! differ in models have the same moments. Both run once here, and everyone takes their part.

use rayon::prelude::*;

use super::Task;
use crate::engine::model;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{self, Run};
use crate::prices::panel::Supervised;

/// One pass over rows that several experiments have in common.
pub(super) struct Pass {
    /// Positions of the experiments among the tasks.
    members: Vec<usize>,
    /// The models of all of them, each once.
    models: Vec<model::Settings>,
}

/// A pass that was run.
pub(super) struct Finished {
    members: Vec<usize>,
    pub(super) rows: Supervised,
    /// The plain models of all members.
    pub(super) run: Run,
}

/// Groups tasks whose rows, schedule and selection are the same.
pub(super) fn plan(tasks: &[Task<'_>]) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (position, task) in tasks.iter().enumerate() {
        let same = |pass: &Pass| shares_pass(tasks[pass.members[0]].spec, task.spec);
        let pass = match passes.iter().position(same) {
            Some(known) => &mut passes[known],
            None => {
                passes.push(Pass { members: Vec::new(), models: Vec::new() });
                let last = passes.len() - 1;
                &mut passes[last]
            }
        };
        pass.members.push(position);
        for settings in task.spec.models.iter().filter(|model| model.regime_aware.is_none()) {
            if !pass.models.iter().any(|known| known.same_fits(settings)) {
                pass.models.push(settings.clone());
            }
        }
    }
    passes
}

fn shares_pass(a: &Spec, b: &Spec) -> bool {
    a.data == b.data && a.walk_forward == b.walk_forward && a.selection == b.selection
}

/// Runs the passes in parallel, results in order.
pub(super) fn run(tasks: &[Task<'_>], passes: Vec<Pass>) -> Vec<Finished> {
    passes
        .into_par_iter()
        .map(|pass| {
            let Task { spec, panel, .. } = &tasks[pass.members[0]];
            let rows = panel.supervised(&spec.data.lags);
            let run = walk_forward::run(&rows, &spec.walk_forward, &spec.selection, &pass.models);
            Finished { members: pass.members, rows, run }
        })
        .collect()
}

/// The pass that a task is part of.
pub(super) fn pass_of(finished: &[Finished], task: usize) -> &Finished {
    match finished.iter().find(|pass| pass.members.contains(&task)) {
        Some(pass) => pass,
        None => unreachable!("every task was planned into a pass"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::Source;
    use crate::prices::panel::{Column, Panel};

    fn panel() -> Panel {
        let first = jiff::civil::date(2001, 1, 1);
        let prices = |seed: u64| -> Vec<f64> {
            let mut state = seed;
            let mut price = 100.0;
            (0..200)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    price *= 1.0 + 0.02 * ((state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5);
                    price
                })
                .collect()
        };
        Panel {
            days: first.series(jiff::Span::new().days(1)).take(200).collect(),
            target: Column::new("SPY", prices(1)),
            features: vec![Column::new("XLE", prices(2)), Column::new("XLU", prices(3))],
            dropped_days: 0,
            filled_prices: 0,
        }
    }

    fn spec(more: &str) -> Spec {
        let yaml = format!(
            "title: t\ndata: {{target: SPY, features: [XLE, XLU]}}\nwalk_forward: {{min_train: 100}}\n{more}"
        );
        crate::engine::spec::parse("t", "t.yaml", &yaml).unwrap().spec
    }

    #[test]
    fn what_is_shared_is_what_a_run_alone_would_give() {
        let panel = panel();
        let specs = [
            spec(""),
            spec("costs: {trade_bps: 9}\n"),
            spec("models: [{kind: lasso, name: sparse}, {kind: ridge, alphas: {count: 7}}]\n"),
            spec("selection: {method: holdout, rows: 40}\n"),
        ];
        let source = Source::default();
        let tasks: Vec<Task<'_>> =
            specs.iter().map(|spec| Task { spec, panel: &panel, source }).collect();
        let passes = plan(&tasks);
        assert_eq!(passes.len(), 2, "another selection is another pass");
        assert_eq!(passes[0].members, [0, 1, 2]);
        assert_eq!(passes[0].models.len(), 4, "the lasso of the third is the lasso of the first");
        let together = crate::engine::experiment::run_all(&tasks, &|_| {}).unwrap();
        // As text: blanks of the series are not equal to themselves.
        let text = |(results, series): (crate::results::Results, crate::results::Series)| {
            let tables = series.files().map(|(_, table)| table.to_csv());
            (crate::results::to_json(&results), tables)
        };
        for (spec, together) in specs.iter().zip(together) {
            let alone = crate::engine::experiment::run(spec, &panel, source).unwrap();
            assert!(text(alone) == text(together));
        }
    }
}
