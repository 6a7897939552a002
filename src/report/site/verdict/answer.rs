//! The answer to the question that an experiment asks: one sentence that says what came out, and a
//! few that say whether it lasts and whether it would have paid.

use serde::Serialize;

use super::evidence::{found, names, r2};
use super::standing::Standing;
use super::{place, worth};
use crate::base::units::format::{self, number};
use crate::report::site::kit::about::About;
use crate::report::site::kit::subject::{Model, Subject, System};
use crate::report::site::kit::view::range;
use crate::results::{Answer, Evidence, value};

/// The answer to what was asked.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    /// One sentence.
    pub headline: String,
    /// `yes`, `part` or `no`.
    pub class: &'static str,
    /// What else a reader must know of it: whether it lasts, and whether it would have paid.
    pub rest: Vec<String>,
}

/// The answer that the results give.
pub(crate) fn verdict(subject: &Subject<'_>) -> Verdict {
    let (headline, class) = match subject.about {
        _ if subject.results.spec.control => control(subject),
        About::Sweep => sweep(subject),
        About::Regime => regime(subject),
        About::Detectors => detectors(subject),
        About::Costs => costs(subject),
        About::Change => change(subject),
        About::Signal => signal(subject),
    };
    let rest = match subject.about {
        About::Sweep => Vec::new(),
        About::Costs => worth::would_have_paid(subject).into_iter().collect(),
        _ => {
            let standing = subject.lead().map(|lead| Standing::of(subject, lead));
            let state = standing.and_then(|standing| standing.in_short());
            [state, worth::would_have_paid(subject)].into_iter().flatten().collect()
        }
    };
    Verdict { headline, class, rest }
}

/// Whether there is a signal.
fn signal(subject: &Subject<'_>) -> (String, &'static str) {
    let decided = &subject.results.verdict;
    let all: Vec<&Model<'_>> = subject.models.iter().collect();
    let found = found(subject);
    let figures = r2(&all);
    if let Some(family) = decided.lost_among_all() {
        let experiments = number(family.experiments);
        let words = format!(
            "Not shown: the models would beat the mean of past returns by themselves, but not \
             with all {experiments} experiments counted."
        );
        return (words, "no");
    }
    let who = match (found.len(), all.len()) {
        (0, _) => "the models together".to_owned(),
        (1, 1) => all[0].in_words(),
        (some, many) if some == many => format!("all {} models", number(many)),
        _ => names(&found),
    };
    let verb = if found.len() == 1 { "beats" } else { "beat" };
    match decided.evidence {
        Evidence::Suspect => {
            (format!("Too good to be believed: R² {figures}. Look for a leak first."), "no")
        }
        Evidence::None => {
            (format!("Not shown: no model beats the mean of past returns (R² {figures})."), "no")
        }
        Evidence::VolatileDays => {
            ("Not shown: what there is rests on a few volatile days.".to_owned(), "no")
        }
        Evidence::Weak if found.is_empty() => {
            (format!("A trace: {who} tell something of the target, but R² is {figures}."), "part")
        }
        Evidence::Weak => (
            format!(
                "A trace: {who} {verb} the mean of past returns (R² {}), but every interval of R² \
                 includes zero.",
                r2(&found)
            ),
            "part",
        ),
        Evidence::Clear if found.len() == all.len() => {
            (format!("Yes: {who} {verb} the mean of past returns (R² {figures})."), "yes")
        }
        Evidence::Clear => {
            (format!("In part: {who} {verb} the mean of past returns (R² {}).", r2(&found)), "part")
        }
    }
}

/// What a placebo shows, which must be nothing.
fn control(subject: &Subject<'_>) -> (String, &'static str) {
    let all: Vec<&Model<'_>> = subject.models.iter().collect();
    let figures = r2(&all);
    match subject.results.verdict.evidence {
        Evidence::None | Evidence::VolatileDays => {
            (format!("As it should be: the control finds nothing (R² {figures})."), "yes")
        }
        _ => (
            format!(
                "The control finds something (R² {figures}): look for a leak before believing any \
                 experiment."
            ),
            "no",
        ),
    }
}

/// What knowing the regime does, over all systems.
fn regime(subject: &Subject<'_>) -> (String, &'static str) {
    let systems = subject.systems();
    let of = |answer: Answer| -> Vec<&System<'_>> {
        systems.iter().filter(|system| system.summary.helps == answer).collect()
    };
    let helped = of(Answer::Yes);
    let shown = |systems: &[&System<'_>]| {
        let own: Vec<&Model<'_>> = systems.iter().map(|system| system.model).collect();
        let twins: Vec<&Model<'_>> = systems.iter().map(|system| system.twin).collect();
        format!("R² {} instead of {}", r2(&own), r2(&twins))
    };
    if !helped.is_empty() {
        let class = if helped.len() == systems.len() { "yes" } else { "part" };
        let who = match (helped.len(), systems.len()) {
            (1, 1) => String::new(),
            (some, all) if some == all => format!(" in all {} systems", number(all)),
            (some, all) => format!(" in {} of {} systems", number(some), number(all)),
        };
        return (format!("Yes: knowing the regime helps{who}, {}.", shown(&helped)), class);
    }
    let gain = range(systems.iter().map(|s| value(s.summary.r2_gain)), |v| format::points(v, 2));
    if of(Answer::No).len() == systems.len() {
        return (format!("No: knowing the regime changes R² by {gain}, for the worse."), "no");
    }
    let p = range(systems.iter().map(|s| s.summary.scaled_p_value), format::p_value);
    (format!("Not shown: knowing the regime changes R² by {gain}, within chance (p {p})."), "no")
}

/// Whether any detector separates.
fn detectors(subject: &Subject<'_>) -> (String, &'static str) {
    let class = match subject.results.verdict.regimes_differ {
        Some(Answer::Yes) => "yes",
        _ => "no",
    };
    let words = place::relation(subject.results);
    (words.unwrap_or_else(|| "There are no states to compare.".to_owned()), class)
}

/// What a whole sweep shows.
fn sweep(subject: &Subject<'_>) -> (String, &'static str) {
    let Some(sweep) = subject.sweep else { return signal(subject) };
    let members = format::count(sweep.members.len());
    let curve = &sweep.oos_r2;
    let median = format::percent(curve.median, 2);
    match &curve.joint {
        Some(joint) if joint.rejects => (
            format!(
                "Yes: over {members} experiments the median R² is {median}, more than chance makes \
                 (p {}).",
                format::p_value(Some(joint.p))
            ),
            "yes",
        ),
        Some(joint) => (
            format!(
                "Not shown: over {members} experiments the median R² is {median}, no more than \
                 chance makes (p {}).",
                format::p_value(Some(joint.p))
            ),
            "no",
        ),
        None => (
            format!(
                "Over {members} experiments the median R² is {median}; what chance makes was not \
                 tried."
            ),
            "part",
        ),
    }
}

/// What trading costs and sizing make of the same forecasts.
fn costs(subject: &Subject<'_>) -> (String, &'static str) {
    let record = subject.lead().and_then(|lead| {
        let metrics = subject.headline(lead)?;
        let comparison = subject.results.comparison.as_ref()?;
        let of = comparison.models.get(lead.name)?.strategies.get(subject.headline_rule()?)?;
        let (now, gain) = (value(metrics.sharpe)?, value(of.sharpe_gain)?);
        Some((metrics, now, gain))
    });
    let Some((metrics, now, gain)) = record else { return signal(subject) };
    let show = |value| format::decimal(Some(value), 2);
    let at = match subject.trade_bps() {
        bps if bps > 0.0 => format!("At {bps} bp a trade"),
        _ => "Without trading costs".to_owned(),
    };
    let up_to = match metrics.break_even_cost_over_mean_bps {
        Some(cost) => format!("; it breaks even at {} bp", format::decimal(Some(cost), 1)),
        None => "; it breaks even at no cost".to_owned(),
    };
    let class = match subject.results.verdict.pays {
        Some(Answer::Yes) => "yes",
        Some(Answer::Open) => "part",
        _ => "no",
    };
    let words =
        format!("{at} the Sharpe ratio is {} instead of {}{up_to}.", show(now), show(now - gain));
    (words, class)
}

/// What another spec does to the forecasts.
fn change(subject: &Subject<'_>) -> (String, &'static str) {
    let comparison = subject.results.comparison.as_ref();
    let lead = subject.lead().filter(|lead| {
        comparison.is_some_and(|comparison| comparison.models.contains_key(lead.name))
    });
    let named = lead.map(|lead| lead.name);
    let found = comparison.and_then(|comparison| {
        let first = || comparison.models.first().map(|(name, _)| name.as_str());
        let name = named.or_else(first)?;
        Some((name, comparison.models.get(name)?))
    });
    let Some((name, of)) = found else { return signal(subject) };
    let Some(model) = subject.model(name) else { return signal(subject) };
    let gain = format::points(value(of.r2_gain), 2);
    let p = format::p_value(of.scaled_r2_gain_p);
    let figures =
        format!("R² of {} is {}, {gain} beside “{}”", model.in_words(), model.r2(), subject.other);
    match of.outcome() {
        Answer::Yes => (format!("Better: {figures} (p {p})."), "yes"),
        Answer::No => (format!("Worse: {figures} (p {p})."), "no"),
        Answer::Open => (format!("No difference can be told: {figures} (p {p})."), "part"),
    }
}
