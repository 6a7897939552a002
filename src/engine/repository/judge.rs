//! What becomes of an experiment's criteria, and how it compares with another experiment.

use rayon::prelude::*;

use super::daily::{Daily, Shared};
use super::words::core;
use crate::base::diagnostic::{Problem, Problems};
use crate::base::units::math;
use crate::engine::criteria::{Bound, Decision, Figure, Names, Record, Test, decide};
use crate::engine::inference::chance;
use crate::engine::metrics::influence::Influence;
use crate::results::spec::Criterion;
use crate::results::{
    Comparison, CriterionOutcome, Estimate, Evidence, Interval, ModelComparison, Outcome, Results,
    Series, Stamp, StrategyComparison, Verdict, Warning, kept, not_finite,
};

/// The claim of every control, and what stands in the place of a test.
const CONTROL: [&str; 2] = ["A control finds nothing", "evidence none"];

/// Largest p-value among shifted labels with which a claim about a state is decided: that of a 90 %
/// interval, two-sided.
const SHIFTED_LEVEL: f64 = 0.10;

/// Decides what rests on an experiment's words and on the one that it is compared with: the outcomes
/// of its criteria and their stamp, the comparison, and the warning of a control that finds
/// something. What was decided before is forgotten.
///
/// All of it follows from what the files hold, so that a stored experiment whose words change is
/// judged as one that was just run. `other` is the experiment that `compares_with` names; without it
/// nothing is compared, and criteria about a gain over it stay open.
///
/// # Errors
/// Series without a column of theirs, and a figure that is not finite.
pub fn judge(
    results: &mut Results,
    series: &Series,
    other: Option<(&Results, &Series)>,
) -> Result<(), Problem> {
    forget(results);
    let spec = results.spec.clone();
    let mut outcomes = Vec::new();
    let changed = other.map(|(other, _)| core(&spec).keys_unlike(&core(&other.spec)));
    if spec.control {
        let control = control(&results.verdict);
        if control.outcome == Outcome::NotMet {
            let models = results.verdict.models_with_evidence.clone();
            results.warnings.insert(0, Warning::ControlFinds { models });
        }
        outcomes.push(control);
    }
    let other = other.filter(|_| spec.compares_with.is_some());
    // Of most experiments nobody asks for the daily record again.
    if !spec.criteria.is_empty() || other.is_some() {
        let daily = Daily::of(results, series)?;
        let other = other.map(|(results, series)| Daily::of(results, series)).transpose()?;
        let shared = other.as_ref().map(|other| daily.shared_with(other));
        let names = Names::of(&spec);
        for criterion in &spec.criteria {
            // A checked spec has no test that cannot be read.
            let Ok(test) = names.test(&criterion.test) else { continue };
            outcomes.push(outcome(criterion, &test, &daily, shared.as_ref(), spec.seed));
        }
        results.comparison = spec
            .compares_with
            .as_ref()
            .zip(shared)
            .and_then(|(with, shared)| comparison(with, &daily, &shared))
            .map(|found| Comparison { changed: changed.unwrap_or_default(), ..found });
    }
    results.verdict.stamp = stamp(&outcomes);
    let kept = (kept(&outcomes, "verdict.criteria"), kept(&results.comparison, "comparison"));
    let unsaid = |path: String| not_finite(&path, &results.id);
    results.verdict.criteria = kept.0.map_err(unsaid)?;
    results.comparison = kept.1.map_err(unsaid)?;
    Ok(())
}

/// Judges experiments that are together in memory, in parallel, each beside the one that it names.
///
/// # Errors
/// What [`judge`] says of each.
pub fn judge_all(experiments: &mut [(Results, Series)]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    let judged = |(results, series): &(Results, Series)| {
        let with = results.spec.compares_with.as_ref();
        let other = with.and_then(|id| experiments.iter().find(|(other, _)| other.id == *id));
        let mut results = results.clone();
        judge(&mut results, series, other.map(|(other, series)| (other, series)))?;
        Ok(results)
    };
    let judged: Vec<Result<Results, Problem>> = experiments.par_iter().map(judged).collect();
    for ((results, _), judged) in experiments.iter_mut().zip(judged) {
        match judged {
            Ok(judged) => *results = judged,
            Err(problem) => problems.push(problem),
        }
    }
    problems.into_result(())
}

/// Takes back what [`judge`] decides.
fn forget(results: &mut Results) {
    results.verdict.criteria.clear();
    results.verdict.stamp = None;
    results.comparison = None;
    results.warnings.retain(|warning| !matches!(warning, Warning::ControlFinds { .. }));
}

fn outcome(
    criterion: &Criterion,
    test: &Test,
    daily: &Daily,
    shared: Option<&Shared<'_>>,
    seed: u64,
) -> CriterionOutcome {
    let (decision, shifted_p) = decided(test, daily, shared, seed);
    let Decision { subject, value, records, level, outcome, detectable, .. } = decision;
    let Test { left, right, .. } = test;
    let bound = match right {
        Bound::Number(bound) => Some(*bound),
        Bound::Figure(_) => None,
    };
    CriterionOutcome {
        claim: criterion.claim.clone(),
        test: criterion.test.clone(),
        subject,
        figure: left.figure.name().to_owned(),
        is_difference: left.is_gain || bound.is_none(),
        is_over_other: left.is_gain && left.records.iter().any(|record| !record.is_system),
        bound,
        records,
        value,
        interval_level: level,
        shifted_p,
        outcome,
        detectable,
    }
}

/// What a test comes to, and of one about a state the two-sided p-value of its statistic among those
/// under shifted labels. States last, and so do the gains of forecasts: an interval that knows only
/// of a few lags is too narrow, and what it decides stands only where the p-value is small as well.
fn decided(
    test: &Test,
    daily: &Daily,
    shared: Option<&Shared<'_>>,
    seed: u64,
) -> (Decision, Option<f64>) {
    let found = decision(test, daily, shared, 0);
    let is_of_a_state = test.left.state.is_some()
        || matches!(&test.right, Bound::Figure(right) if right.state.is_some());
    if !is_of_a_state {
        return (found, None);
    }
    let size = |decision: Decision| decision.score.map(f64::abs);
    let p = size(found.clone()).and_then(|observed| {
        let shifted = |by| size(decision(test, daily, shared, by));
        Some(chance(seed, daily.days.len(), observed, shifted)?.p_value)
    });
    if found.outcome == Outcome::Open || p.is_some_and(|p| p <= SHIFTED_LEVEL) {
        return (found, p);
    }
    // What the interval could have shown says nothing here.
    (Decision { outcome: Outcome::Open, detectable: None, ..found }, p)
}

/// With states that come `later` by so many forecasts.
fn decision(test: &Test, daily: &Daily, shared: Option<&Shared<'_>>, later: usize) -> Decision {
    let figures = daily.figures(&test.left, shared, later);
    let Test { left, operator, right } = test;
    match right {
        Bound::Number(bound) => decide(&figures, left.quantifier, *operator, *bound),
        Bound::Figure(right) => {
            let (name, against) = daily.figures(right, shared, later).pop().unwrap_or_default();
            let is_itself = |record: &str| {
                record == name && left.state == right.state && left.is_gain == right.is_gain
            };
            let differences: Vec<_> = figures
                .into_iter()
                .filter(|(record, _)| !is_itself(record))
                .map(|(record, figure)| {
                    let difference =
                        figure.zip(against.as_ref()).map(|(f, against)| f.less(against));
                    (record, difference)
                })
                .collect();
            decide(&differences, left.quantifier, *operator, 0.0)
        }
    }
}

/// What every control claims: it is not met where there is evidence of a signal, open where only the
/// raw test sees one.
fn control(verdict: &Verdict) -> CriterionOutcome {
    let outcome = match verdict.evidence {
        Evidence::None => Outcome::Met,
        Evidence::VolatileDays => Outcome::Open,
        Evidence::Clear | Evidence::Weak | Evidence::Suspect => Outcome::NotMet,
    };
    let [claim, test] = CONTROL.map(str::to_owned);
    CriterionOutcome {
        claim,
        test,
        subject: None,
        figure: "evidence_p".to_owned(),
        is_difference: false,
        is_over_other: false,
        bound: None,
        records: 1,
        value: verdict.evidence_p.map(|value| Estimate { value, interval: None }),
        interval_level: Interval::LEVEL,
        shifted_p: None,
        outcome,
        detectable: None,
    }
}

/// Confirmed by all criteria, refuted by one; `None` without any.
fn stamp(criteria: &[CriterionOutcome]) -> Option<Stamp> {
    let all = |outcome| criteria.iter().all(|criterion| criterion.outcome == outcome);
    let has = |outcome| criteria.iter().any(|criterion| criterion.outcome == outcome);
    (!criteria.is_empty()).then(|| match (has(Outcome::NotMet), all(Outcome::Met)) {
        (true, _) => Stamp::Refuted,
        (_, true) => Stamp::Confirmed,
        _ => Stamp::Open,
    })
}

/// Paired differences of everything that both experiments have; `None` without a shared day.
fn comparison(with: &str, daily: &Daily, shared: &Shared<'_>) -> Option<Comparison> {
    let ([first, last], days) = shared.span()?;
    let gain = |model: &str, rule: Option<&String>, figure| {
        let record =
            Record { model: Some(model.to_owned()), rule: rule.cloned(), is_system: false };
        shared.gain(daily, &record, figure).map(|gain| tested(&gain)).unzip()
    };
    let models = daily.in_both(shared.other).map(|(model, rules)| {
        let strategies = rules.into_iter().map(|rule| {
            let (sharpe_gain, p) = gain(model, Some(rule), Figure::Sharpe);
            (rule.clone(), StrategyComparison { sharpe_gain, sharpe_gain_p: p.flatten() })
        });
        let (r2_gain, r2_gain_p) = gain(model, None, Figure::OosR2);
        let (scaled_r2_gain, scaled_p) = gain(model, None, Figure::ScaledOosR2);
        let compared = ModelComparison {
            r2_gain,
            r2_gain_p: r2_gain_p.flatten(),
            scaled_r2_gain,
            scaled_r2_gain_p: scaled_p.flatten(),
            strategies: strategies.collect(),
        };
        (model.clone(), compared)
    });
    Some(Comparison {
        with: with.to_owned(),
        changed: Vec::new(),
        days,
        first_day: daily.days[first],
        last_day: daily.days[last],
        models: models.collect(),
    })
}

/// A difference with its interval, and the two-sided p-value that there is none.
fn tested(gain: &Influence) -> (Estimate, Option<f64>) {
    let error = gain.standard_error();
    let interval = Some(Interval::about(gain.value, error));
    let p = (error > 0.0).then(|| 2.0 * math::normal_sf((gain.value / error).abs()));
    (Estimate { value: gain.value, interval }, p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::statistics::noise;
    use crate::engine::metrics::Errors;
    use crate::engine::spec::Spec;

    const RUNS: u64 = 200;
    const DAYS: usize = 2_000;

    /// A spec with one detector of two states, whose first is compared with its second.
    fn claim() -> (Spec, Test) {
        let yaml = "title: t\ndata: {target: SPY, features: [XLE, XLU]}\n\
                    models: [{kind: ridge}]\nregimes: [{kind: sign_flip, pair: [XLE, XLU]}]\n";
        let spec: Spec = crate::engine::spec::parse("t", "t.yaml", yaml).unwrap().spec;
        let test = "ridge.regime[apart].oos_r2 > ridge.regime[together].oos_r2";
        let test = Names::of(&spec).test(test).unwrap();
        (spec, test)
    }

    /// Squared errors whose gain over the mean is autocorrelated (0.97 a day), under states that last
    /// 60 days on average; `planted` is the gain that the first state has more than the second.
    fn simulated(run: u64, first: usize, planted: f64, days: usize) -> Daily {
        let mut uniform = noise::uniform(run.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 11);
        let (mut gain, mut state) = (0.0, 0_usize);
        let mut errors = Errors { model: Vec::new(), benchmark: Vec::new() };
        let mut states = Vec::new();
        for _ in 0..days {
            gain = 0.97 * gain + 0.1 * uniform();
            if uniform() + 0.5 < 1.0 / 60.0 {
                state = 1 - state;
            }
            let own = if state == first { planted / 2.0 } else { -planted / 2.0 };
            let error = 0.01 * (uniform() + uniform() + uniform() + uniform());
            errors.benchmark.push(error);
            errors.model.push(error * f64::sqrt((1.0 - gain - own).max(0.0)));
            states.push(Some(state));
        }
        Daily::of_ridge(errors, states)
    }

    /// How many of the runs meet the claim by the interval alone, and by the shifted labels as well.
    fn met(runs: u64, planted: f64) -> [usize; 2] {
        let (spec, test) = claim();
        let first = test.left.state.unwrap().state;
        let mut met = [0, 0];
        for run in 0..runs {
            let daily = simulated(run, first, planted, DAYS);
            let by_interval = decision(&test, &daily, None, 0).outcome;
            let (found, p) = decided(&test, &daily, None, spec.seed + run);
            assert_eq!(
                found.outcome == Outcome::Open,
                p.unwrap() > 0.10 || by_interval == Outcome::Open
            );
            met[0] += usize::from(by_interval == Outcome::Met);
            met[1] += usize::from(found.outcome == Outcome::Met);
        }
        met
    }

    /// By the interval alone 45 of 200, by shifted labels as well 16; a true 5 % gives at most 20 with a
    /// chance of 99.9 %.
    #[test]
    fn a_state_that_means_nothing_meets_a_claim_in_five_of_a_hundred() {
        let [by_interval, shifted] = met(RUNS, 0.0);
        assert!(
            by_interval >= 2 * shifted && shifted <= 20,
            "{by_interval} and {shifted} of {RUNS}"
        );
    }

    #[test]
    fn what_changed_are_the_keys_that_differ_and_no_words() {
        use crate::engine::experiment::simulated::{panel, spec};
        use crate::engine::experiment::{Source, run};
        let ran = |more: &str| {
            let models = "models: [{kind: ridge, alphas: {count: 3}}]\n";
            run(&spec(&format!("{models}{more}")), &panel(300), Source::default()).unwrap()
        };
        let other = ran("");
        let (mut results, series) = ran(
            "compares_with: other\nquestion: Which?\nnotes: n\nseed: 7\ncosts: {trade_bps: 9}\n\
             positions: [{rule: binary}]\n",
        );
        judge(&mut results, &series, Some((&other.0, &other.1))).unwrap();
        let changed = results.comparison.unwrap().changed;
        let expected = ["positions.proportional", "positions.quartile", "costs.trade_bps", "seed"];
        assert_eq!(changed, expected);
    }

    #[test]
    fn a_difference_between_states_is_still_found() {
        let [by_interval, shifted] = met(20, 0.4);
        assert!(by_interval == 20 && shifted >= 18, "{by_interval} and {shifted} of 20");
    }

    #[test]
    fn a_state_is_not_judged_without_room_to_shift_and_others_need_none() {
        let (spec, test) = claim();
        let daily = simulated(1, 0, 2.0, DAYS);
        let (found, p) = decided(&test, &daily, None, spec.seed);
        assert!(found.outcome != Outcome::Open && p == Some(0.01), "{found:?} {p:?}");
        let pooled = Names::of(&spec).test("ridge.oos_r2 > -9").unwrap();
        let (found, p) = decided(&pooled, &daily, None, spec.seed);
        assert_eq!((found.outcome, p), (Outcome::Met, None));
        let short = simulated(1, 0, 2.0, 755);
        assert_ne!(decision(&test, &short, None, 0).outcome, Outcome::Open);
        let (found, p) = decided(&test, &short, None, spec.seed);
        assert_eq!((found.outcome, p, found.detectable), (Outcome::Open, None, None));
    }
}
