//! What changed in one experiment that both sides have, and what a new one brings.

use super::cause::Cause;
use super::change;
use super::difference::{
    Added, CriterionChange, DaysApart, ExperimentDiff, Heading, Headline, Removed, Reworded,
    SharedDays,
};
use super::figures::{self, FigureChange, Subject};
use super::found::Found;
use super::rule::{LEVEL, Mark};
use super::spec::{self, ValueChange};
use super::split::split;
use super::wording::rewording;
use crate::report::unit::Unit;
use crate::report::words;
use crate::results::{
    CheckOutcome, Comparison, Divergence, Estimate, ModelComparison, Outcome, Paired, Results,
    interval, value,
};

/// What became of an experiment that both sides have.
pub(super) enum Became {
    Same,
    Reworded(Reworded),
    Changed(Box<ExperimentDiff>),
}

pub(crate) fn heading(id: &str, results: &Results) -> Heading {
    Heading { id: id.to_owned(), title: results.title.clone() }
}

/// Compares an experiment with itself, whatever other experiments did.
pub(super) fn compare(id: &str, old: &Results, new: &Results, found: &Found) -> Became {
    let (old, new) = (&old.without_others(), &new.without_others());
    let changes = spec::changes(old, new);
    let (words, keys): (Vec<_>, Vec<_>) = changes.into_iter().partition(ValueChange::is_of_words);
    // What became of criteria is told in words of its own.
    let is_told = |change: &ValueChange| change.key.split('.').next() == Some("criteria");
    let is_renamed = found.renamed.iter().any(|renamed| renamed.heading.id == id);
    let is_new = |change: &&ValueChange| !(is_renamed && change.key == "formerly");
    let words: Vec<_> = words.iter().filter(is_new).map(rewording).collect();
    let heading = heading(id, new);
    if change::is_same_but_for_words(old, new) {
        return match words.is_empty() {
            true => Became::Same,
            false => Became::Reworded(Reworded { heading, words }),
        };
    }
    let (old_figures, new_figures) = (figures::by_subject(old), figures::by_subject(new));
    let warnings = |these: &Results, those: &Results| {
        these.warnings.iter().filter(|w| !those.warnings.contains(w)).cloned().collect()
    };
    let data = spec::data_changes(old, new);
    let (paired, unpaired) = match found.paired.get(id) {
        Some(Ok(paired)) => (Some(paired), None),
        Some(Err(why)) => (None, Some(why.clone())),
        None => (None, None),
    };
    let mut changed = figures::changes(&old_figures, &new_figures, paired);
    among_all(&mut changed);
    // Of other days the stated figures differ by more than the tested ones.
    let is_of_same_days =
        paired.is_none_or(|paired| paired.base_only_days + paired.head_only_days == 0);
    if let Some(runs) = found.combinations.get(id).filter(|_| is_of_same_days) {
        split(&mut changed, runs);
    }
    let stamps = [old, new].map(|results| results.verdict.stamp.map_or("none", words::stamp));
    let is_failed = |results: &Results| results.certificate.outcome == CheckOutcome::Failed;
    Became::Changed(Box::new(ExperimentDiff {
        heading,
        causes: causes(old, new, &keys, found.by_program.contains(id)),
        stamp: (stamps[0] != stamps[1]).then(|| stamps.map(str::to_owned)),
        criteria: criteria(Some(old), Some(new)),
        restated: spec::is_restated(old, new),
        verdict: spec::verdict_changes(old, new),
        spec: keys.into_iter().filter(|change| !is_told(change)).collect(),
        data,
        words,
        days: paired.map(|paired| SharedDays {
            both: paired.days,
            base_only: paired.base_only_days,
            head_only: paired.head_only_days,
        }),
        unpaired,
        apart: paired.map(apart).unwrap_or_default(),
        added: figures::only_in(&new_figures, &old_figures),
        removed: figures::only_in(&old_figures, &new_figures),
        figures: changed,
        warnings_added: warnings(new, old),
        warnings_removed: warnings(old, new),
        certificate_fails: is_failed(new) && !is_failed(old),
    }))
}

/// Takes back what does not hold among all tests of an experiment (Bonferroni): of figures on which the
/// conclusion does not rest, since there are many of them and they say the same again.
fn among_all(figures: &mut [FigureChange]) {
    let tests = figures.iter().filter(|figure| figure.p.is_some()).count() as f64;
    for figure in figures {
        let is_among_all = figure.p.is_some_and(|p| p * tests < LEVEL);
        if figure.mark == Mark::Real && !figure.is_headline() && !is_among_all {
            figure.mark = Mark::Alone;
        }
    }
}

/// The program is a cause where it is known to be, where it is another one, and where nothing else is.
fn causes(old: &Results, new: &Results, keys: &[ValueChange], by_program: bool) -> Vec<Cause> {
    let mut causes = Vec::new();
    if old.provenance.data_hash != new.provenance.data_hash {
        causes.push(Cause::Data);
    }
    if !keys.is_empty() {
        causes.push(Cause::Spec);
    }
    if by_program || old.provenance.engine != new.provenance.engine || causes.is_empty() {
        causes.push(Cause::Engine);
    }
    causes
}

/// Criteria of which something else becomes: by their tests, in the order of the head.
fn criteria(old: Option<&Results>, new: Option<&Results>) -> Vec<CriterionChange> {
    let of = |results: Option<&Results>| -> Vec<(String, String, &str)> {
        let criteria = results.map(|results| results.verdict.criteria.as_slice());
        let outcomes = criteria.unwrap_or_default().iter();
        outcomes.map(|c| (c.test.clone(), c.claim.clone(), words::outcome(c.outcome))).collect()
    };
    let (old, new) = (of(old), of(new));
    let outcome = |these: &[(String, String, &str)], test: &str| {
        these.iter().find(|(known, ..)| known == test).map(|(.., outcome)| (*outcome).to_owned())
    };
    let gone = old.iter().filter(|(test, ..)| outcome(&new, test).is_none());
    let change = |(test, claim, _): &(String, String, &str)| CriterionChange {
        claim: claim.clone(),
        test: test.clone(),
        base: outcome(&old, test),
        head: outcome(&new, test),
    };
    new.iter().chain(gone).map(change).filter(|change| change.base != change.head).collect()
}

/// Where forecasts and positions differ.
fn apart(paired: &Paired) -> Vec<DaysApart> {
    let line = |subject: String, divergence: &Divergence| {
        let first_day = divergence.first_day?;
        Some(DaysApart { subject, first_day, days: divergence.days })
    };
    let mut apart = Vec::new();
    for (model, pair) in &paired.models {
        apart.extend(line(model.clone(), &pair.forecasts));
        let positions = pair.strategies.iter();
        apart.extend(
            positions.filter_map(|(rule, pair)| line(format!("{model}.{rule}"), &pair.positions)),
        );
    }
    apart
}

/// An experiment that is gone.
pub(super) fn removed(id: &str, results: &Results) -> Removed {
    let met = results.verdict.criteria.iter().filter(|each| each.outcome == Outcome::Met).count();
    Removed { heading: heading(id, results), met }
}

/// What a new experiment brings; `others` are those of the head.
pub(super) fn added(id: &str, results: &Results, other: impl Fn(&str) -> Option<Results>) -> Added {
    let comparison = results.comparison.as_ref();
    let other = comparison.and_then(|comparison| other(&comparison.with));
    Added {
        heading: heading(id, results),
        stamp: results.verdict.stamp.map(|stamp| words::stamp(stamp).to_owned()),
        criteria: criteria(None, Some(results)),
        headline: headline(results),
        compared_with: comparison.map(|comparison| comparison.with.clone()),
        differences: comparison
            .zip(other)
            .map(|(comparison, other)| differences(comparison, &other, results))
            .unwrap_or_default(),
    }
}

/// R2 of each model, and the Sharpe ratio under the headline rule.
fn headline(results: &Results) -> Vec<Headline> {
    let figure = |name: String, unit: Unit, estimate: Option<Estimate>| Headline {
        shown: unit.show(value(estimate), 0),
        value: value(estimate),
        interval: interval(estimate).map(Into::into),
        name,
    };
    let mut headline = Vec::new();
    for (name, model) in &results.models {
        headline.push(figure(format!("{name} oos_r2"), Unit::Percent(2), model.forecast.oos_r2));
        let rule = results.verdict.rule.as_ref();
        if let Some((rule, track)) = rule.and_then(|rule| model.strategies.get_key_value(rule)) {
            headline.push(figure(format!("{name}.{rule} sharpe"), Unit::Number(2), track.sharpe));
        }
    }
    headline
}

/// The paired differences that an experiment states from the one that it is compared with.
fn differences(comparison: &Comparison, other: &Results, own: &Results) -> Vec<FigureChange> {
    let sides = [figures::by_subject(other), figures::by_subject(own)];
    let figure = |subject: Subject, metric, gain: Option<Estimate>, p: Option<f64>| {
        let gain = gain?;
        let value = |side: usize| {
            let figures = sides[side].get(&subject)?;
            figures.iter().find(|figure| figure.name() == metric)?.value()
        };
        Some(FigureChange {
            metric,
            unit: Unit::of(metric),
            base: value(0),
            head: value(1),
            difference: Some(gain.value),
            interval: gain.interval.map(Into::into),
            p,
            test: None,
            mark: Mark::of(metric, Some(gain.value), p),
            split: None,
            subject,
        })
    };
    let of_model = |(name, gains): (&String, &ModelComparison)| -> Vec<Option<FigureChange>> {
        let (gain, p) = (gains.scaled_r2_gain, gains.scaled_r2_gain_p);
        let model = Subject::Model(name.clone());
        let mut found = vec![figure(model, "scaled_oos_r2", gain, p)];
        for (rule, gain) in &gains.strategies {
            let subject = Subject::Strategy { model: name.clone(), rule: rule.clone() };
            let (gain, p) = (gain.sharpe_gain, gain.sharpe_gain_p);
            found.push(figure(subject, "sharpe", gain, p));
        }
        found
    };
    let differs = |figure: &FigureChange| !change::is_same_figure(figure.base, figure.head);
    comparison.models.iter().flat_map(of_model).flatten().filter(differs).collect()
}
