//! Walk-forwards that several experiments share: the same rows and schedule need one pass.
//!
//! Experiments that differ in costs, sizing, regimes or words have the same fits; experiments that
//! differ in models have the same moments. Both run once here, and everyone takes their part.

use rayon::prelude::*;

use super::basis::{Basis, ByWeighting};
use super::contributions::Contributions;
use super::directions::{Directions, Follower};
use super::task::Task;
use crate::engine::inference::{Fall, Relation, ex_ante_variance, falls};
use crate::engine::model;
use crate::engine::spec::Spec;
use crate::engine::walk_forward::{Run, Walker, follow, row_weights, weave};
use crate::prices::panel::{Panel, Supervised};

pub(super) struct Pass {
    members: Vec<usize>,
    pub(super) rows: Supervised,
    /// What could be known of the variance of each row, `NaN` before row 63.
    pub(super) variance: Option<Vec<f64>>,
    /// The relation of the target to the features over all rows, and when it fell.
    pub(super) relation: Option<Relation>,
    pub(super) falls: Vec<Fall>,
    /// The plain models of all members.
    pub(super) run: Run,
    /// By model of the run: its R2 as a sum; `None` where it does not add up.
    pub(super) contributions: Vec<Option<Contributions>>,
    pub(super) grounds: ByWeighting<Ground>,
}

/// What models with the same weights of rows stand on.
pub(super) struct Ground {
    pub(super) basis: Basis,
    /// The mean over the rows of the fit with these weights, by forecast: what a fit is without its
    /// features.
    pub(super) fit_means: Vec<f64>,
    /// The directions of the training windows with these weights.
    pub(super) directions: Directions,
}

impl Pass {
    /// The settings of its models.
    pub(super) fn settings(&self) -> Vec<model::Settings> {
        self.run.models.iter().map(|model| model.settings.clone()).collect()
    }

    /// Where a plain model stands among them; `None` of forecasts that were made elsewhere.
    pub(super) fn position(&self, settings: &model::Settings) -> Option<usize> {
        self.run.models.iter().position(|model| model.settings.same_fits(settings))
    }

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
        let same = |(members, _): &(Vec<usize>, _)| tasks[members[0]].shares_walk(task);
        let known = plans.iter().position(same).unwrap_or(plans.len());
        if known == plans.len() {
            plans.push((Vec::new(), Vec::new()));
        }
        let (members, models) = &mut plans[known];
        members.push(position);
        for settings in task.spec.models.iter().filter(|m| m.is_plain() && !m.is_external()) {
            if !models.iter().any(|known| known.same_fits(settings)) {
                models.push(settings.clone());
            }
        }
    }
    plans
}

/// The positions of the tasks that have a pass in common.
pub(super) fn together(tasks: &[Task<'_>]) -> impl Iterator<Item = Vec<usize>> {
    plan(tasks).into_iter().map(|(members, _)| members)
}

/// The supervised rows of a spec on a panel.
pub(super) fn rows(panel: &Panel, spec: &Spec) -> Supervised {
    let rows = panel.supervised(&spec.data.lags);
    #[cfg(test)]
    let rows = crate::engine::leak::lag(rows, panel);
    rows
}

/// Runs the passes of the tasks in parallel, results in order.
pub(super) fn passes(tasks: &[Task<'_>]) -> Vec<Pass> {
    plan(tasks)
        .into_par_iter()
        .map(|(members, models)| {
            let Task { spec, panel, .. } = &tasks[members[0]];
            let rows = rows(panel, spec);
            let variance = ex_ante_variance(&rows.y);
            let relation = variance.as_ref().map(|v| Relation::new(&rows.y, &rows.x, v));
            let falls = relation.as_ref().map_or_else(Vec::new, falls);
            let (plain, run, contributions) = walk(&rows, spec, &models, None);
            let weights =
                models.iter().any(model::Settings::is_weighted).then(|| row_weights(&rows.y));
            let weighted = weights.map(|weights| walk(&rows, spec, &models, Some(weights)));
            let (weighted, their_run, theirs) = match weighted {
                Some((ground, run, contributions)) => (Some(ground), run.models, contributions),
                None => Default::default(),
            };
            let run = Run { models: weave(&models, run.models, their_run), ..run };
            let contributions = weave(&models, contributions, theirs);
            let grounds = ByWeighting { plain, weighted };
            Pass { members, rows, variance, relation, falls, run, contributions, grounds }
        })
        .collect()
}

/// Walks those of the models whose rows have weights, or those whose rows have none: what they stand
/// on, how they did, and how the R2 of each divides.
fn walk(
    rows: &Supervised,
    spec: &Spec,
    models: &[model::Settings],
    weights: Option<Vec<f64>>,
) -> (Ground, Run, Vec<Option<Contributions>>) {
    let basis = Basis::new(rows, spec, weights);
    let walkers: Vec<Walker<'_>> = models
        .iter()
        .filter(|settings| settings.is_weighted() == basis.weights.is_some())
        .map(|settings| Walker { settings, by_state: None })
        .collect();
    let (joined, given) = (rows.joined(), basis.weights.as_deref());
    let mut follower = Follower::new(rows, &joined, given, &basis.benchmark, walkers.len());
    let run = follow(rows, given, &spec.walk_forward, &spec.selection, &walkers, &mut follower);
    let (directions, fit_means, contributions) = follower.finish();
    (Ground { basis, fit_means, directions }, run, contributions)
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
