//! Walk-forwards that several experiments share: the same rows and schedule need one pass.
//!
//! Experiments that differ in costs, sizing, regimes or words have the same fits; experiments that
//! differ in models have the same moments. Both run once here, and everyone takes their part.

use rayon::prelude::*;

use super::directions::{Directions, Follower};
use super::task::Task;
use crate::engine::inference::{Fall, Relation, ex_ante_variance, falls};
use crate::engine::metrics::prevailing_mean;
use crate::engine::model;
use crate::engine::walk_forward::{self, Run, Walker};
use crate::prices::panel::Supervised;

pub(super) struct Pass {
    members: Vec<usize>,
    pub(super) rows: Supervised,
    /// The prevailing mean, by forecast.
    pub(super) benchmark: Vec<f64>,
    /// What could be known of the variance of each row, `NaN` before row 63.
    pub(super) variance: Option<Vec<f64>>,
    /// The relation of the target to the features over all rows, and when it fell.
    pub(super) relation: Option<Relation>,
    pub(super) falls: Vec<Fall>,
    /// The plain models of all members.
    pub(super) run: Run,
    pub(super) directions: Directions,
}

impl Pass {
    /// What happened on the forecast rows.
    pub(super) fn actual(&self) -> &[f64] {
        &self.rows.y[self.run.first_row.0..]
    }

    /// What could be known of the variance of the forecast rows, if it is of all.
    pub(super) fn forecast_variance(&self) -> Option<&[f64]> {
        let known = &self.variance.as_ref()?[self.run.first_row.0..];
        known.first().is_some_and(|first| first.is_finite()).then_some(known)
    }
}

/// Groups tasks whose rows, schedule and selection are the same: their positions, and the plain
/// models of all of them, each once.
fn plan(tasks: &[Task<'_>]) -> Vec<(Vec<usize>, Vec<model::Settings>)> {
    let mut plans: Vec<(Vec<usize>, Vec<model::Settings>)> = Vec::new();
    for (position, task) in tasks.iter().enumerate() {
        let same = |(members, _): &(Vec<usize>, _)| shares_pass(&tasks[members[0]], task);
        let known = plans.iter().position(same).unwrap_or(plans.len());
        if known == plans.len() {
            plans.push((Vec::new(), Vec::new()));
        }
        let (members, models) = &mut plans[known];
        members.push(position);
        for settings in task.spec.models.iter().filter(|model| model.is_plain()) {
            if !models.iter().any(|known| known.same_fits(settings)) {
                models.push(settings.clone());
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
        .map(|(members, models)| {
            let Task { spec, panel, .. } = &tasks[members[0]];
            let rows = panel.supervised(&spec.data.lags);
            let benchmark = prevailing_mean(&rows.y, spec.walk_forward.min_train);
            let variance = ex_ante_variance(&rows.y);
            let relation = variance.as_ref().map(|v| Relation::new(&rows.y, &rows.x, v));
            let falls = relation.as_ref().map_or_else(Vec::new, falls);
            let joined = rows.joined();
            let mut follower = Follower::new(&rows, &joined, &benchmark, models.len());
            let walkers: Vec<Walker<'_>> =
                models.iter().map(|settings| Walker { settings, by_state: None }).collect();
            let (schedule, selection) = (&spec.walk_forward, &spec.selection);
            let run = walk_forward::follow(&rows, schedule, selection, &walkers, &mut follower);
            let directions = follower.finish();
            Pass { members, rows, benchmark, variance, relation, falls, run, directions }
        })
        .collect()
}

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
    use crate::engine::experiment::simulated::{panel, spec};

    #[test]
    fn what_is_shared_is_what_a_run_alone_would_give() {
        let panel = panel(200);
        let specs = [
            spec(""),
            spec("costs: {trade_bps: 9}\n"),
            spec("models: [{kind: lasso, name: sparse}, {kind: ridge, alphas: {count: 7}}]\n"),
            spec("selection: {method: holdout, rows: 40}\n"),
        ];
        let source = Source::default();
        let tasks: Vec<Task<'_>> =
            specs.iter().map(|spec| Task { spec, panel: &panel, place: None, source }).collect();
        let plans = plan(&tasks);
        assert_eq!(plans.len(), 2, "another selection is another pass");
        assert_eq!(plans[0].0, [0, 1, 2]);
        assert_eq!(plans[0].1.len(), 4, "the lasso of the third is the lasso of the first");
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
