//! Walk-forwards that several experiments share: the same rows and schedule need one pass.
//!
//! Experiments that differ in costs, sizing, regimes or words have the same fits; experiments that
//! differ in models have the same moments. Both run once here, and everyone takes their part.

use rayon::prelude::*;

use super::directions::{Directions, Follower};
use super::task::Task;
use crate::engine::metrics::prevailing_mean;
use crate::engine::model;
use crate::engine::walk_forward::{self, Run, Walker};
use crate::prices::panel::Supervised;

/// One pass over rows that several experiments have in common.
struct Plan {
    /// Positions of the experiments among the tasks.
    members: Vec<usize>,
    /// The plain models of all of them, each once.
    models: Vec<model::Settings>,
}

/// A pass that was run.
pub(super) struct Pass {
    members: Vec<usize>,
    pub(super) rows: Supervised,
    /// The prevailing mean, by forecast.
    pub(super) benchmark: Vec<f64>,
    /// The plain models of all members.
    pub(super) run: Run,
    pub(super) directions: Directions,
}

/// Groups tasks whose rows, schedule and selection are the same.
fn plan(tasks: &[Task<'_>]) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for (position, task) in tasks.iter().enumerate() {
        let same = |plan: &Plan| shares_pass(&tasks[plan.members[0]], task);
        let plan = match plans.iter().position(same) {
            Some(known) => &mut plans[known],
            None => {
                plans.push(Plan { members: Vec::new(), models: Vec::new() });
                let last = plans.len() - 1;
                &mut plans[last]
            }
        };
        plan.members.push(position);
        for settings in task.spec.models.iter().filter(|model| model.regime_aware.is_none()) {
            if !plan.models.iter().any(|known| known.same_fits(settings)) {
                plan.models.push(settings.clone());
            }
        }
    }
    plans
}

fn shares_pass(a: &Task<'_>, b: &Task<'_>) -> bool {
    std::ptr::eq(a.panel, b.panel)
        && a.spec.data.lags == b.spec.data.lags
        && a.spec.walk_forward == b.spec.walk_forward
        && a.spec.selection == b.spec.selection
}

/// Runs the passes of the tasks in parallel, results in order.
pub(super) fn passes(tasks: &[Task<'_>]) -> Vec<Pass> {
    plan(tasks)
        .into_par_iter()
        .map(|Plan { members, models }| {
            let Task { spec, panel, .. } = &tasks[members[0]];
            let rows = panel.supervised(&spec.data.lags);
            let benchmark = prevailing_mean(&rows.y, spec.walk_forward.min_train);
            let joined = rows.joined();
            let mut follower = Follower::new(&rows, &joined, &benchmark, models.len());
            let walkers: Vec<Walker<'_>> =
                models.iter().map(|settings| Walker { settings, by_state: None }).collect();
            let (schedule, selection) = (&spec.walk_forward, &spec.selection);
            let run = walk_forward::follow(&rows, schedule, selection, &walkers, &mut follower);
            let directions = follower.finish();
            Pass { members, rows, benchmark, run, directions }
        })
        .collect()
}

/// The pass that a task is part of.
pub(super) fn pass_of(passes: &[Pass], task: usize) -> &Pass {
    match passes.iter().find(|pass| pass.members.contains(&task)) {
        Some(pass) => pass,
        None => unreachable!("every task was planned into a pass"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::experiment::Source;
    use crate::engine::spec::Spec;
    use crate::prices::panel::{Column, Panel};

    fn panel() -> Panel {
        let first = jiff::civil::date(2001, 1, 1);
        let prices = |seed: u64| -> Vec<f64> {
            let mut noise = crate::base::statistics::noise::uniform(seed);
            let mut price = 100.0;
            (0..200)
                .map(|_| {
                    price *= 1.0 + 0.02 * noise();
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
        let plans = plan(&tasks);
        assert_eq!(plans.len(), 2, "another selection is another pass");
        assert_eq!(plans[0].members, [0, 1, 2]);
        assert_eq!(plans[0].models.len(), 4, "the lasso of the third is the lasso of the first");
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
