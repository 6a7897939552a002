//! The stamp and the criteria under the headline: what was claimed beforehand, and what became of it.

use serde::Serialize;

use crate::base::units::format;
use crate::report::site::kit::subject::Subject;
use crate::report::site::kit::view::joined;
use crate::report::site::kit::wording;
use crate::report::unit::Unit;
use crate::report::words;
use crate::results::{CriterionOutcome, Interval, Outcome, Results, Stamp, interval, value};

/// What becomes of the hypothesis.
#[derive(Debug, Serialize)]
pub(crate) struct Stamped {
    /// "Confirmed".
    pub word: &'static str,
    /// `yes`, `part` or `no`.
    pub class: &'static str,
    /// "Two of three criteria are met, one is open."
    pub counted: String,
    pub criteria: Vec<Line>,
}

/// One criterion.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    /// `met`, `not-met` or `open`.
    pub class: &'static str,
    /// A mark for the eye; the word says the same.
    pub mark: &'static str,
    pub word: &'static str,
    pub claim: String,
    pub test: String,
    /// The figure that decides, with its interval.
    pub figure: String,
    /// Whose it is, what else was tried, and of an open one what could have been seen.
    pub detail: String,
}

/// The stamp with its criteria; `None` of an experiment without any.
pub(crate) fn stamped(subject: &Subject<'_>) -> Option<Stamped> {
    let (word, class) = stamp_word(subject.results.verdict.stamp?);
    let criteria = &subject.results.verdict.criteria;
    Some(Stamped {
        word,
        class,
        counted: counted(criteria),
        criteria: criteria.iter().map(|criterion| line(subject, criterion)).collect(),
    })
}

/// A stamp in a word, and its class.
pub(crate) fn stamp_word(stamp: Stamp) -> (&'static str, &'static str) {
    match stamp {
        Stamp::Confirmed => ("Confirmed", "yes"),
        Stamp::Refuted => ("Refuted", "no"),
        Stamp::Open => ("Open", "part"),
    }
}

/// The line that a build says of an experiment; `None` of one without criteria.
pub(crate) fn stamp_line(results: &Results) -> Option<String> {
    let verdict = &results.verdict;
    let word = words::stamp(verdict.stamp?);
    let is_found = results.spec.control && verdict.criteria.first().is_some_and(is_not_met);
    let loud = if is_found { "; A CONTROL THAT FINDS SOMETHING" } else { "" };
    let marks: Vec<String> = verdict
        .criteria
        .iter()
        .map(|criterion| format!("{} {}", outcome_words(criterion.outcome).2, criterion.test))
        .collect();
    Some(format!("{}: {word}{loud} ({})\n", results.id, marks.join("; ")))
}

fn is_not_met(criterion: &CriterionOutcome) -> bool {
    criterion.outcome == Outcome::NotMet
}

/// Class, mark and word.
fn outcome_words(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    match outcome {
        Outcome::Met => ("met", "✓", words::outcome(outcome)),
        Outcome::NotMet => ("not-met", "✗", words::outcome(outcome)),
        Outcome::Open => ("open", "○", words::outcome(outcome)),
    }
}

fn counted(criteria: &[CriterionOutcome]) -> String {
    let count = |outcome| criteria.iter().filter(|c| c.outcome == outcome).count();
    let all = criteria.len();
    let parts: Vec<String> = [Outcome::Met, Outcome::NotMet, Outcome::Open]
        .into_iter()
        .filter(|outcome| count(*outcome) > 0)
        .map(|outcome| format!("{} {}", format::number(count(outcome)), outcome_words(outcome).2))
        .collect();
    let of = format!("Of {}", format::counted(all, "criterion", "criteria"));
    format!("{of}: {}.", format::list(&parts))
}

fn line(subject: &Subject<'_>, criterion: &CriterionOutcome) -> Line {
    let (class, mark, word) = outcome_words(criterion.outcome);
    let detail =
        joined([Some(figure(subject, criterion)), shifted(criterion), detectable(criterion)]);
    Line {
        class,
        mark,
        word,
        claim: criterion.claim.trim_end_matches(['.', ':']).to_owned(),
        test: criterion.test.clone(),
        figure: in_short(criterion),
        detail: detail.unwrap_or_default(),
    }
}

/// "R² 0.41 % (0.10 % to 0.72 %)".
fn in_short(criterion: &CriterionOutcome) -> String {
    let shown = |value| shown(&criterion.figure, value);
    let Some(figure) = value(criterion.value) else { return "not defined".to_owned() };
    let within = interval(criterion.value).map_or_else(String::new, |Interval { low, high }| {
        format!(" ({} to {})", shown(low), shown(high))
    });
    let what = if criterion.is_difference { "difference in " } else { "" };
    let name = words::figure(&criterion.figure);
    format!("{}{within}", format::upper_first(&format!("{what}{name} {}", shown(figure))))
}

/// "Decided by Ridge: R² 0.41 %, 90 % interval 0.10 % to 0.72 %."
fn figure(subject: &Subject<'_>, criterion: &CriterionOutcome) -> String {
    let name = words::figure(&criterion.figure);
    let shown = |value| shown(&criterion.figure, value);
    let Some(figure) = value(criterion.value) else {
        return "The figure is not defined on these days.".to_owned();
    };
    let other = subject.results.comparison.as_ref().filter(|_| criterion.is_over_other);
    let what = match other {
        _ if !criterion.is_difference => name.to_owned(),
        Some(_) => format!("difference in {name}, this experiment less “{}”:", subject.other),
        None => format!("difference in {name}"),
    };
    let within = interval(criterion.value).map_or_else(String::new, |Interval { low, high }| {
        format!(
            ", {} interval {} to {}",
            format::percent(Some(criterion.interval_level), places(criterion)),
            shown(low),
            shown(high)
        )
    });
    let bound = criterion.bound.filter(|bound| *bound != 0.0);
    let bound = bound.map(|bound| format!("bound {}", shown(bound)));
    let is_adjusted = criterion.interval_level > Interval::LEVEL;
    let adjusted =
        is_adjusted.then(|| format!("adjusted for {} records", format::number(criterion.records)));
    let remarks: Vec<String> = [adjusted, bound].into_iter().flatten().collect();
    let remarks = match remarks.join("; ") {
        none if none.is_empty() => none,
        some => format!(" ({some})"),
    };
    let text = format!("{what} {}{within}{remarks}.", shown(figure));
    match &criterion.subject {
        Some(who) => format!("Decided by {}: {text}", record_words(subject, who)),
        None => format::upper_first(&text),
    }
}

fn shifted(criterion: &CriterionOutcome) -> Option<String> {
    let p = criterion.shifted_p?;
    Some(format!("P {} among shifted labels.", format::p_value(Some(p))))
}

/// Decimals of the level of the interval.
fn places(criterion: &CriterionOutcome) -> usize {
    if criterion.interval_level > Interval::LEVEL { 1 } else { 0 }
}

/// "Elastic net, proportional" of `elastic_net.proportional`.
fn record_words(subject: &Subject<'_>, record: &str) -> String {
    let (name, rule) = match record.split_once('.') {
        Some((name, rule)) => (name, Some(rule)),
        None => (record, None),
    };
    let title = subject.model(name).map_or_else(|| wording::title(name), |m| m.short.clone());
    match rule {
        Some(rule) => format!("{title}, {}", wording::sizing(rule)),
        None => title,
    }
}

/// What an open criterion could have shown.
fn detectable(criterion: &CriterionOutcome) -> Option<String> {
    let size = criterion.detectable.filter(|_| criterion.outcome == Outcome::Open)?;
    let size = shown(&criterion.figure, size);
    Some(format!(
        "Had the true figure been {size} beyond the bound, four such samples of five would have \
         met it."
    ))
}

/// A figure of a criterion as text.
fn shown(figure: &str, value: f64) -> String {
    Unit::of(figure).show(Some(value), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::Estimate;

    fn criterion(outcome: Outcome, value: f64, interval_level: f64) -> CriterionOutcome {
        let interval = Some(Interval { low: value - 0.004, high: value + 0.004 });
        CriterionOutcome {
            claim: "It beats the mean".to_owned(),
            test: "all.oos_r2 > 0".to_owned(),
            subject: Some("ridge".to_owned()),
            figure: "oos_r2".to_owned(),
            is_difference: false,
            is_over_other: false,
            bound: Some(0.0),
            records: 3,
            value: Some(Estimate { value, interval }),
            interval_level,
            shifted_p: None,
            outcome,
            detectable: Some(0.006),
        }
    }

    #[test]
    fn a_stamp_counts_its_criteria_and_an_open_one_says_what_could_be_seen() {
        let mut experiment = stored::plain();
        experiment.results.verdict.stamp = None;
        assert!(stamped(&Subject::new(&experiment)).is_none());
        assert!(stamp_line(&experiment.results).is_none());
        let verdict = &mut experiment.results.verdict;
        verdict.stamp = Some(Stamp::Open);
        verdict.criteria = vec![
            criterion(Outcome::Met, 0.005, 0.9),
            CriterionOutcome {
                is_difference: true,
                ..criterion(Outcome::Open, 0.001, 1.0 - 0.1 / 3.0)
            },
        ];
        let subject = Subject::new(&experiment);
        let shown = stamped(&subject).unwrap();
        assert_eq!((shown.word, shown.class), ("Open", "part"));
        assert_eq!(shown.counted, "Of 2 criteria: one met and one open.");
        let [met, open] = shown.criteria.as_slice() else { panic!("two") };
        assert_eq!(
            met.detail,
            "Decided by Ridge: R² 0.50\u{202f}%, 90\u{202f}% interval 0.10\u{202f}% to 0.90\u{202f}%."
        );
        assert!(
            open.detail.contains("difference in R² 0.10\u{202f}%, 96.7\u{202f}% interval"),
            "{}",
            open.detail
        );
        assert!(open.detail.contains("(adjusted for three records)"), "{}", open.detail);
        let shifted =
            CriterionOutcome { shifted_p: Some(0.23), ..criterion(Outcome::Met, 0.005, 0.9) };
        assert!(super::line(&subject, &shifted).detail.ends_with(" P 0.230 among shifted labels."));
        assert!(open.detail.contains("been 0.60\u{202f}% beyond the bound"), "{}", open.detail);
        let line = stamp_line(&experiment.results).unwrap();
        assert!(line.ends_with(": open (met all.oos_r2 > 0; open all.oos_r2 > 0)\n"), "{line}");
    }

    #[test]
    fn a_control_that_finds_something_is_loud() {
        let mut experiment = stored::plain();
        experiment.results.spec.control = true;
        experiment.results.verdict.stamp = Some(Stamp::Refuted);
        experiment.results.verdict.criteria = vec![criterion(Outcome::NotMet, 0.005, 0.9)];
        let line = stamp_line(&experiment.results).unwrap();
        assert!(line.contains("refuted; A CONTROL THAT FINDS SOMETHING"), "{line}");
    }
}
