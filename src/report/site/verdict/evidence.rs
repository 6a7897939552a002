//! Whether there is a signal, in words: the finding, and the sentences that bear it.

use crate::base::units::format::{self, number};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{joined, range};
use crate::results::{Evidence, Life, value};

/// The finding in a few words, and its class: `yes`, `part` or `no`. A claim that does not outlast
/// the number of experiments of the site is not made.
pub(crate) fn evidence(subject: &Subject<'_>) -> (String, &'static str) {
    let decided = &subject.results.verdict;
    if let Some(family) = decided.lost_among_all() {
        let experiments = number(family.experiments);
        let words =
            format!("Evidence by itself, but not with all {experiments} experiments counted");
        return (words, "no");
    }
    let found = found(subject).len();
    let whose = match (found, subject.models.len()) {
        (1, 1) | (0, _) => String::new(),
        (some, all) if some == all => format!(" in all {} models", number(all)),
        (some, all) => format!(" in {} of {} models", number(some), number(all)),
    };
    let (words, class) = match decided.evidence {
        Evidence::Suspect => ("Too good to be believed".to_owned(), "no"),
        Evidence::None => ("No evidence of a signal".to_owned(), "no"),
        Evidence::VolatileDays => ("What there is rests on few volatile days".to_owned(), "no"),
        // Evidence whose intervals all include zero is of a direction, hardly of a size.
        Evidence::Weak => (format!("Weak evidence of a signal{whose}"), "part"),
        Evidence::Clear if found == subject.models.len() => {
            (format!("Evidence of a signal{whose}"), "yes")
        }
        Evidence::Clear => (format!("Evidence of a signal{whose}"), "part"),
    };
    match decided.life {
        Some(Life::Gone) if class != "no" => (format!("{words}, but it is gone"), "part"),
        Some(Life::Weakened) if class != "no" => (format!("{words}, but weaker now"), "part"),
        Some(Life::Alive) if class != "no" => (format!("{words}, still alive"), class),
        _ => (words, class),
    }
}

/// What the finding rests on, and what weakens it.
pub(crate) fn evidence_lead(subject: &Subject<'_>) -> String {
    let found = found(subject);
    joined([Some(whether(subject, &found)), reservations(subject, &found)]).unwrap_or_default()
}

/// The plain models with evidence.
pub(super) fn found<'s, 'a>(subject: &'s Subject<'a>) -> Vec<&'s Model<'a>> {
    subject.models.iter().filter(|model| model.has_evidence()).collect()
}

fn whether(subject: &Subject<'_>, found: &[&Model<'_>]) -> String {
    let all: Vec<&Model<'_>> = subject.models.iter().collect();
    let decided = &subject.results.verdict;
    let (together, raw) =
        (format::p_value(decided.evidence_p), format::p_value(decided.evidence_raw_p));
    let all_r2 = r2(&all);
    let text = if found.len() == all.len() {
        let who = match all.len() {
            1 => format!("{} beats", all[0].title),
            many => format!("All {} models beat", number(many)),
        };
        format!(
            "{who} the prevailing mean out of sample: R² {all_r2}, scaled Clark–West p {}.",
            p(&all)
        )
    } else if !found.is_empty() {
        let others: Vec<&Model<'_>> = all.iter().copied().filter(|m| !m.has_evidence()).collect();
        format!(
            "Against the prevailing mean there is evidence for {} (R² {}, scaled Clark–West p {}) \
             and none for {} (R² {}, p {}).",
            names(found),
            r2(found),
            p(found),
            names(&others),
            r2(&others),
            p(&others)
        )
    } else if decided.evidence == Evidence::Weak {
        format!(
            "Together the models carry information about the target (family-wise scaled p \
             {together}), but no one of them has a positive R² and a test that rejects by itself: \
             R² is {all_r2}."
        )
    } else if decided.evidence == Evidence::VolatileDays {
        format!(
            "The raw squared errors would show a gain (family-wise p {raw}, R² {all_r2}); with each \
             day’s loss in units of the risk that could be known before, they do not (p \
             {together}). A few volatile days decide the raw test."
        )
    } else {
        let plain = if subject.aware.is_empty() { "" } else { "plain " };
        format!(
            "No {plain}model beats the prevailing mean: R² {all_r2}, family-wise scaled p \
             {together}. That is no evidence of a signal; it does not prove that there is none."
        )
    };
    match suspicion(subject) {
        Some(suspicion) => format!("{text} {suspicion}"),
        None => text,
    }
}

/// The scaled Clark-West p-values of models, from least to most.
fn p(models: &[&Model<'_>]) -> String {
    range(models.iter().map(|model| model.scaled_p()), format::p_value)
}

pub(super) fn names(models: &[&Model<'_>]) -> String {
    let names: Vec<String> = models.iter().map(|model| model.in_words()).collect();
    format::list(&names)
}

/// The out-of-sample R2 of models, from least to most.
pub(super) fn r2(models: &[&Model<'_>]) -> String {
    range(models.iter().map(|m| value(m.summary.forecast.oos_r2)), |v| format::percent(v, 2))
}

/// What is too good to be believed: the figures of the plain models, or only those of systems that
/// know the regime, which the sentence before does not give.
fn suspicion(subject: &Subject<'_>) -> Option<String> {
    let suspects = &subject.results.verdict.suspects;
    if suspects.is_empty() {
        return None;
    }
    let is_named = |model: &&Model<'_>| suspects.iter().any(|name| name == model.name);
    let systems: Vec<&Model<'_>> = subject.aware.iter().filter(is_named).collect();
    let whose = match systems.as_slice() {
        _ if subject.models.iter().any(|model| is_named(&model)) => "That is".to_owned(),
        [] => "That is".to_owned(),
        [one] => format!("{} (R² {}) is", one.title, one.r2()),
        many => {
            format!("The R² of {} regime-aware systems, {}, is", number(many.len()), r2(many))
        }
    };
    Some(format!("{whose} implausibly good for daily returns: look for a leak first."))
}

/// What weakens the evidence that was found: intervals that include zero, one year that carries
/// most of the gain, and the other experiments of the site.
fn reservations(subject: &Subject<'_>, found: &[&Model<'_>]) -> Option<String> {
    let is_open = |model: &&Model<'_>| model.summary.forecast.includes_zero();
    let open: Vec<&Model<'_>> = found.iter().copied().filter(is_open).collect();
    let zero = format!("The 90 % interval of R² includes zero for {}.", names(&open));
    let few = (subject.results.verdict.evidence == Evidence::VolatileDays && !found.is_empty())
        .then(|| {
            let without = found.iter().map(|model| model.summary.forecast.oos_r2_without_20);
            format!(
                "Without the 20 days that matter most R² is {}.",
                range(without, |v| format::percent(v, 2))
            )
        });
    let carried = subject.results.verdict.carried_by.as_ref().map(|carrying| {
        let shares = carrying.shares.iter().map(|share| Some(*share));
        format!(
            "One year, {}, brought {} of what was gained over the mean: a few events carry it.",
            carrying.year,
            range(shares, |v| format::percent(v, 0))
        )
    });
    let among = subject.results.verdict.lost_among_all().map(|family| {
        format!(
            "As one of the {} experiments of this site it is no evidence (family-wise p {}).",
            number(family.experiments),
            format::p_value(family.p_value)
        )
    });
    joined([few, (!open.is_empty()).then_some(zero), carried, among])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::FamilyClaim;

    /// Finding, class and lead of an experiment that is changed.
    fn words(change: impl Fn(&mut crate::results::Results)) -> (String, &'static str, String) {
        let mut experiment = stored::plain();
        change(&mut experiment.results);
        let subject = Subject::new(&experiment);
        let (finding, class) = evidence(&subject);
        (finding, class, evidence_lead(&subject))
    }

    /// Evidence for some models, as the engine would leave it.
    fn set(results: &mut crate::results::Results, evidence: Evidence, models: &[&str]) {
        for (name, model) in &mut results.models {
            model.forecast.evidence = models.contains(&name.as_str());
            model.forecast.rejects = model.forecast.evidence;
        }
        (results.verdict.evidence, results.verdict.life) = (evidence, None);
        results.verdict.family = None;
        results.verdict.evidence_p = Some(if models.is_empty() { 0.5 } else { 0.01 });
    }

    const ALL: [&str; 3] = ["ridge", "lasso", "elastic_net"];

    #[test]
    fn every_degree_of_evidence_has_its_headline() {
        let (all, weak) = (&ALL[..], "Weak evidence of a signal in all three models");
        for (evidence, models, headline, class) in [
            (Evidence::Clear, all, "Evidence of a signal in all three models", "yes"),
            (Evidence::Clear, &ALL[1..], "Evidence of a signal in two of three models", "part"),
            (Evidence::Weak, all, weak, "part"),
            (Evidence::None, &[], "No evidence of a signal", "no"),
            (Evidence::Suspect, all, "Too good to be believed", "no"),
        ] {
            let (finding, of, _) = words(|results| set(results, evidence, models));
            assert_eq!((finding.as_str(), of), (headline, class));
        }
    }

    #[test]
    fn evidence_that_does_not_outlast_the_other_experiments_is_not_claimed_among_them() {
        let mut experiment = stored::plain();
        set(&mut experiment.results, Evidence::Clear, &ALL);
        let among = |experiment: &crate::report::site::Experiment| {
            let subject = Subject::new(experiment);
            let told = evidence_lead(&subject).contains("it is no evidence");
            (evidence(&subject), told)
        };
        let family = |evidence| {
            Some(FamilyClaim { experiments: 16, with_evidence: 0, p_value: Some(0.2), evidence })
        };
        experiment.results.verdict.family = family(Evidence::Clear);
        let ((headline, class), told) = among(&experiment);
        assert_eq!(
            (headline.as_str(), class, told),
            ("Evidence of a signal in all three models", "yes", false)
        );
        experiment.results.verdict.family = family(Evidence::None);
        let ((headline, class), told) = among(&experiment);
        let expected = "Evidence by itself, but not with all 16 experiments counted";
        assert_eq!((headline.as_str(), class, told), (expected, "no", true));
    }

    #[test]
    fn absence_of_evidence_is_not_sold_as_evidence_of_absence() {
        let none = words(|results| set(results, Evidence::None, &[]));
        assert!(none.2.contains("does not prove"), "{}", none.2);
        let volatile = words(|results| set(results, Evidence::VolatileDays, &[]));
        assert!(volatile.2.contains("few volatile days"), "{}", volatile.2);
        assert_eq!(volatile.1, "no");
        let together = words(|results| {
            set(results, Evidence::Weak, &[]);
            results.verdict.evidence_p = Some(0.01);
        });
        assert!(together.2.starts_with("Together"), "{}", together.2);
        assert_eq!(together.0, "Weak evidence of a signal");
    }

    #[test]
    fn a_gain_of_one_year_is_called_so() {
        let (_, _, lead) = words(|results| {
            set(results, Evidence::Clear, &ALL);
            let shares = vec![0.6, 0.7, 0.65];
            results.verdict.carried_by = Some(crate::results::CarryingYear { year: 2015, shares });
        });
        assert!(lead.contains("One year, 2015"), "{lead}");
    }

    #[test]
    fn a_broken_edge_is_said_first() {
        let gone = |evidence| {
            words(|results| {
                set(results, evidence, &ALL);
                results.verdict.life = Some(Life::Gone);
            })
        };
        let (finding, class, _) = gone(Evidence::Clear);
        assert!(finding.ends_with(", but it is gone"), "{finding}");
        assert_eq!(class, "part");
        assert_eq!(gone(Evidence::None).0, "No evidence of a signal");
    }

    #[test]
    fn a_system_that_is_too_good_does_not_discredit_the_plain_models() {
        let suspected = |names: &[&str]| {
            let mut experiment = stored::systems();
            experiment.results.verdict.suspects =
                names.iter().map(|name| (*name).to_owned()).collect();
            suspicion(&Subject::new(&experiment)).unwrap_or_default()
        };
        let experiment = stored::systems();
        let subject = Subject::new(&experiment);
        let (plain, aware) = (subject.models[0].name, &subject.aware);
        let one = format!("{} (R² ", aware[0].title);
        for (suspects, beginning) in [
            (&[plain, aware[0].name][..], "That is implausibly good"),
            (&[aware[0].name], &one),
            (&[aware[0].name, aware[1].name], "The R² of two regime-aware systems, "),
        ] {
            let words = suspected(suspects);
            assert!(words.starts_with(beginning) && words.contains("look for a leak"), "{words}");
        }
        assert_eq!(suspected(&[]), "");
    }
}
