//! One experiment from its spec and its panel to its results: the pipeline on one page.
//!
//! ```text
//! panel -> supervised rows -> walk-forward -> forecasts -> positions -> track records
//!       -> rolling geometry -> regimes ------------^ judged by regime
//! ```

mod alpha_map;
mod basis;
mod batches;
mod breaks;
mod certificate;
mod comparable;
mod computed;
mod contributions;
mod correlations;
mod cosines;
mod cost_curve;
mod directions;
mod evidence;
mod external;
mod judged;
mod life;
mod market;
mod next;
mod parts;
mod periods;
mod provenance;
mod regimes;
mod search;
mod series;
mod shared;
#[cfg(test)]
pub(crate) mod simulated;
mod summary;
mod systems;
mod task;
mod tear_sheets;
mod verdict;

use std::sync::OnceLock;

use indexmap::IndexMap;

pub use self::batches::{in_order, run_each};
use self::certificate::Again;
pub use self::comparable::check_comparison;
use self::computed::Computed;
pub use self::external::{Given, give};
use self::judged::Outcomes;
use self::market::Market;
pub(crate) use self::provenance::{forecasts, panel_hash, spec_hash};
pub(crate) use self::search::measured;
use self::shared::Pass;
pub use self::task::{Source, Task};
use crate::base::diagnostic::{Problem, Problems};
use crate::engine::backtest::{Costs, simulate};
use crate::engine::inference::ex_ante_variance;
use crate::engine::metrics::{conventions, strategy_metrics};
use crate::engine::model::Settings;
use crate::engine::spec::Spec;
use crate::prices::panel::Panel;
use crate::results::{
    Conventions, Interval, ModelSummary, RegimeSummary, Results, SCHEMA, Series, SharedFiles,
    Verdict, names,
};

/// Checks that the panel has rows enough for the spec.
///
/// # Errors
/// Too few rows for the first training window and one forecast, with both numbers.
pub fn check(spec: &Spec, panel: &Panel) -> Result<(), Problems> {
    let rows = panel.rows(&spec.data.lags);
    let needed = spec.walk_forward.min_train + 1;
    if rows >= needed {
        return Ok(());
    }
    let problem = Problem::new(format!(
        "too few rows: the panel gives {rows}, `min_train` {} needs at least {needed}",
        spec.walk_forward.min_train
    ));
    Err(problem.hint("widen the window, drop a young ticker, or lower `min_train`").into())
}

/// Checks that the target of a panel with rows enough has a risk to weigh them by, if a model does.
///
/// # Errors
/// A target that does not vary over the first rows.
pub fn check_weights(spec: &Spec, panel: &Panel) -> Result<(), Problems> {
    let returns = &panel.target.log_returns;
    let first = returns.len() - panel.rows(&spec.data.lags);
    if !spec.models.iter().any(Settings::is_weighted)
        || ex_ante_variance(&returns[first..]).is_some()
    {
        return Ok(());
    }
    let problem = Problem::new(format!(
        "no risk to weigh days by: `{}` does not vary over the first of them",
        spec.data.target
    ));
    Err(problem.hint("leave out `weighting`, or begin later by `data.start`").into())
}

/// Runs experiments and keeps all results: in order, and the same for any number of threads; `done`
/// hears the id of each as it ends.
///
/// # Errors
/// As [`run_each`].
pub fn run_all(
    tasks: &[Task<'_>],
    done: &(dyn Fn(&str) + Sync),
) -> Result<Vec<(Results, Series)>, Problems> {
    let ran: Vec<OnceLock<(Results, Series)>> = tasks.iter().map(|_| OnceLock::new()).collect();
    run_each(tasks, &|position, results, series| {
        done(&results.id);
        // Every position comes once.
        let _ = ran[position].set((results, series));
    })?;
    Ok(ran.into_iter().filter_map(OnceLock::into_inner).collect())
}

/// Runs one experiment.
///
/// # Errors
/// As [`run_each`].
pub fn run(spec: &Spec, panel: &Panel, source: Source<'_>) -> Result<(Results, Series), Problems> {
    let mut results = run_all(&[Task { spec, panel, place: None, source }], &|_| {})?;
    match results.pop() {
        Some(results) => Ok(results),
        None => unreachable!("one task has one result"),
    }
}

/// From what other experiments may share to results.
fn conclude(
    task: &Task<'_>,
    market: &Market<'_>,
    pass: &Pass,
    again: &Again<'_>,
) -> (Results, Series) {
    let Task { spec, panel, source, .. } = *task;
    let labels = market.labels(spec);
    let actual = pass.actual();
    let simple: Vec<f64> = actual.iter().map(|r| libm::expm1(*r)).collect();
    // The benchmark is what an investor had anyway: its one purchase is not charged.
    let free = Costs { trade_bps: 0.0, ..spec.costs };
    let buy_and_hold = simulate(vec![1.0; simple.len()], &simple, &free, panel.periods_per_year);
    let outcomes = Outcomes {
        actual,
        variance: pass.forecast_variance(),
        simple,
        periods_per_year: panel.periods_per_year,
    };
    let models = systems::models(spec, pass, &labels, &outcomes, source.given);
    let computed = Computed { spec, panel, market, pass, models, buy_and_hold, labels };
    let series = series::series(&computed).rounded();
    let shared = series.shared_files(&spec.data.source);
    (summarise(&computed, again, source, shared), series)
}

fn summarise(
    computed: &Computed<'_>,
    again: &Again<'_>,
    source: Source<'_>,
    shared: SharedFiles,
) -> Results {
    let spec = computed.spec;
    let synthetic = source.description.is_some_and(|description| description.synthetic);
    let warnings = summary::warnings(computed, source.truth);
    let mut models = summary::models(computed, source.given);
    // The planted truth, which comes last, is not repainted.
    let repaints = computed.market.repaints(spec).chain([None]);
    let regimes: Vec<RegimeSummary> = (computed.labels.iter().zip(repaints))
        .map(|(labels, repaint)| regimes::summary(computed, labels, repaint))
        .collect();
    let mut buy_and_hold = strategy_metrics(&computed.buy_and_hold, computed.days(), None);
    let search = search::search(computed, &mut models, &mut buy_and_hold);
    let verdict = verdict::verdict(computed, &models, &regimes, &warnings);
    let conventions = headline(computed, &models, &verdict);
    let data = summary::data(computed, synthetic, shared);
    if let Some(rule) = &verdict.rule {
        tear_sheets::of_headline(computed, &mut models, rule, &data);
    }
    Results {
        schema: SCHEMA,
        id: spec.id.clone(),
        title: spec.title.clone(),
        hypothesis: spec.hypothesis.clone(),
        notes: spec.notes.clone(),
        provenance: provenance::provenance(spec, computed.market.hash.clone(), source.given),
        spec: spec.clone(),
        tear_sheets: tear_sheets::tear_sheets(computed, &data),
        data,
        walk_forward: summary::walk_forward(computed),
        interval_level: Interval::LEVEL,
        verdict,
        certificate: certificate::certificate(computed, again, source.truth),
        geometry: computed.market.geometry(spec),
        regimes,
        periods: periods::summaries(computed),
        models,
        weighted_mean: summary::weighted_mean(computed),
        agreement: summary::agreement(computed),
        comparison: None,
        search,
        trials: None,
        benchmarks: IndexMap::from([(names::BUY_AND_HOLD.to_owned(), buy_and_hold)]),
        hold_drawdowns: tear_sheets::deepest(computed, &computed.buy_and_hold),
        next: next::next(computed),
        conventions,
        warnings,
    }
}

/// The headline track record as other packages measure it.
fn headline(
    computed: &Computed<'_>,
    models: &IndexMap<String, ModelSummary>,
    verdict: &Verdict,
) -> Option<Conventions> {
    let (lead, rule) = (verdict.lead.as_ref()?, verdict.rule.as_ref()?);
    let ours = models.get(lead)?.strategies.get(rule)?;
    let track = computed.models.iter().find(|model| model.name() == lead)?.tracks.get(rule)?;
    let start = computed.panel.days[computed.decided().next()?.0];
    let tracks = (track, &computed.buy_and_hold);
    conventions(names::track(lead, rule), tracks, (start, computed.days()), ours)
}
