//! What becomes of an experiment's criteria, and how it compares with another experiment.

use super::daily::{Daily, Shared};
use crate::base::units::math;
use crate::engine::criteria::{Bound, Decision, Figure, Names, Record, Test, decide};
use crate::engine::metrics::influence::Influence;
use crate::engine::spec::Spec;
use crate::results::{
    Comparison, CriterionOutcome, Estimate, Evidence, Interval, ModelComparison, Outcome, Results,
    Stamp, StrategyComparison, Verdict, Warning,
};

/// The claim of every control, and what stands in the place of a test.
const CONTROL: [&str; 2] = ["A control finds nothing", "evidence none"];

/// Completes results by what rests on daily records: criteria, stamp, comparison. `other` is the
/// record of the experiment that it compares with.
pub(super) fn judge(results: &mut Results, spec: &Spec, daily: &Daily, other: Option<&Daily>) {
    let shared = other.map(|other| daily.shared_with(other));
    let names = Names::of(spec);
    if spec.control {
        let control = control(&results.verdict);
        if control.outcome == Outcome::NotMet {
            let models = results.verdict.models_with_evidence.clone();
            results.warnings.insert(0, Warning::ControlFinds { models });
        }
        results.verdict.criteria.push(control);
    }
    for criterion in &spec.criteria {
        let decided = names.test(&criterion.test).ok().map(|test| {
            let of = (test.left.figure.name(), test.left.is_gain || is_against(&test));
            (of, decision(&test, daily, shared.as_ref()))
        });
        // A checked spec has no test that cannot be read.
        let Some(((figure, is_difference), decision)) = decided else { continue };
        let Decision { subject, value, level, outcome, detectable } = decision;
        results.verdict.criteria.push(CriterionOutcome {
            claim: criterion.claim.clone(),
            test: criterion.test.clone(),
            subject,
            figure: figure.to_owned(),
            is_difference,
            value,
            interval_level: level,
            outcome,
            detectable,
        });
    }
    results.verdict.stamp = stamp(&results.verdict.criteria);
    results.comparison = spec
        .compares_with
        .as_ref()
        .zip(shared)
        .and_then(|(with, shared)| comparison(with, daily, &shared));
}

fn is_against(test: &Test) -> bool {
    matches!(test.right, Bound::Figure(_))
}

fn decision(test: &Test, daily: &Daily, shared: Option<&Shared<'_>>) -> Decision {
    let figures = daily.figures(&test.left, shared);
    let Test { left, operator, right } = test;
    match right {
        Bound::Number(bound) => decide(&figures, left.quantifier, *operator, *bound),
        Bound::Figure(right) => {
            let (name, against) = daily.figures(right, shared).pop().unwrap_or_default();
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
        value: verdict.evidence_p.map(|value| Estimate { value, interval: None }),
        interval_level: Interval::LEVEL,
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
