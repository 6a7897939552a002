//! Where a signal sits: in which state of the market, in which direction of the features.

use crate::base::units::format::{self, number};
use crate::report::site::kit::palette::background;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{joined, range};
use crate::report::site::kit::wording;
use crate::results::{Answer, ForecastMetrics, RegimeSummary, Results, StateSummary, value};

/// In which states of the detector that the charts draw there is evidence, and whether any detector
/// separates; `None` with neither.
pub(crate) fn in_states(subject: &Subject<'_>) -> Option<String> {
    let detected = background(subject.results).filter(|regime| regime.causal);
    let in_states = detected.and_then(|detected| evidence_in_states(subject, detected));
    joined([in_states, relation(subject.results)])
}

/// For which models there is evidence in which states of a detector; `None` without figures by state.
fn evidence_in_states(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<String> {
    let in_state = |state: usize| -> Vec<(&Model<'_>, &ForecastMetrics)> {
        let models = subject.models.iter();
        models
            .filter_map(|model| Some((model, regime.forecast.get(model.name)?.get(state)?)))
            .collect()
    };
    let r2 = |figures: &[(&Model<'_>, &ForecastMetrics)]| {
        range(figures.iter().map(|(_, f)| value(f.oos_r2)), |v| format::percent(v, 2))
    };
    let (mut with, mut without, mut smallest) = (Vec::new(), Vec::new(), None::<f64>);
    for (state, StateSummary { label, .. }) in regime.states.iter().enumerate() {
        let all = in_state(state);
        if all.is_empty() {
            continue;
        }
        let p_values = all.iter().filter_map(|(_, f)| f.scaled_p());
        smallest = p_values.chain(smallest).min_by(f64::total_cmp);
        let found: Vec<_> = all.iter().filter(|(_, f)| f.evidence).copied().collect();
        if found.is_empty() {
            without.push(format!("“{label}” (R² {})", r2(&all)));
            continue;
        }
        let names: Vec<String> = found.iter().map(|(model, _)| model.in_words()).collect();
        let whose = match (found.len(), all.len()) {
            (1, 1) => String::new(),
            (some, all) if some == all => format!(" for all {} models", number(all)),
            _ => format!(" for {}", format::list(&names)),
        };
        let p = range(found.iter().map(|(_, f)| f.scaled_p()), format::p_value);
        with.push(format!("“{label}”{whose} (R² {}, scaled p {p})", r2(&found)));
    }
    let by = called(subject.results, &regime.name);
    let (with, without) = match (with.is_empty(), without.is_empty()) {
        (true, true) => return None,
        (true, false) => {
            let needs = match smallest {
                Some(p) if p < 0.05 => {
                    "; evidence needs an R² above zero, 252 forecasts, and tests against the mean of \
                     the fit too and over all states"
                }
                _ => "",
            };
            let smallest = format::p_value(smallest);
            return Some(format!(
                "By {by} there is evidence in no state (smallest scaled p {smallest}{needs})."
            ));
        }
        (false, true) => (with, String::new()),
        (false, false) => (with, format!(", and none in {}", format::list(&without))),
    };
    Some(format!("By {by} there is evidence in {}{without}.", format::list(&with)))
}

/// Whether the relation differs between states, of all detectors known in real time; `None` without
/// any.
pub(crate) fn relation(results: &Results) -> Option<String> {
    let known = results.regimes.iter().filter(|regime| regime.causal);
    let (tested, untested): (Vec<&RegimeSummary>, Vec<_>) =
        known.partition(|regime| regime.contrast.is_some());
    let decided = &results.verdict;
    let Some(differ) = decided.regimes_differ else {
        let text = "The states have too few days to be compared.";
        return (!untested.is_empty()).then(|| text.to_owned());
    };
    let p = format::p_value(decided.regimes_differ_p);
    let p = match (&decided.best_detector, tested.len()) {
        (Some(best), 2..) => format!(
            "combined p {p} of {} detectors; by {} alone p {}",
            number(tested.len()),
            called(results, &best.name),
            format::p_value(Some(best.p_value))
        ),
        _ => format!("p {p}"),
    };
    Some(match differ {
        Answer::Yes => {
            format!("The relation differs between the states by more than luck ({p}).")
        }
        Answer::Open | Answer::No => {
            format!("Whether the relation differs between the states is open ({p}).")
        }
    })
}

/// A detector within a sentence, with the settings by which it differs from those of the same words.
fn called(results: &Results, name: &str) -> String {
    let words = wording::detector(results, name);
    let same = |regime: &&RegimeSummary| wording::detector(results, &regime.name) == words;
    let (own, others): (Vec<&RegimeSummary>, Vec<_>) =
        results.regimes.iter().filter(same).partition(|regime| regime.name == name);
    let settings = |regime: &&RegimeSummary| wording::each_setting(results, regime);
    let others: Vec<Vec<String>> = others.iter().map(settings).collect();
    let differs = |setting: &String| others.iter().any(|other| !other.contains(setting));
    let differing: Vec<String> = own.iter().flat_map(settings).filter(differs).collect();
    match differing.as_slice() {
        [] => words,
        some => format!("{words} with {}", format::list(some)),
    }
}

/// The eigen-direction that brings most of the R2 of the model that speaks for the experiment;
/// `None` without evidence or where its forecasts do not divide.
pub(crate) fn direction(subject: &Subject<'_>) -> Option<String> {
    let lead = subject.lead().filter(|lead| lead.has_evidence())?;
    let total = value(lead.summary.forecast.oos_r2)?;
    let parts = &lead.summary.r2_by_direction;
    let (position, most) = parts.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if parts.len() < 2 {
        return None;
    }
    let rest = total - most;
    let percent = |value: f64| format::percent(Some(value), 2);
    let rest = match rest {
        rest if rest < 0.0 => format!("takes {} away", percent(-rest)),
        rest => format!("adds {}", percent(rest)),
    };
    Some(format!(
        "Of {}’s R² of {}, {} comes along the {} eigenvector of the features; all else {rest}.",
        lead.in_words(),
        percent(total),
        percent(*most),
        ordinal(position + 1),
    ))
}

/// "first", "second", "11th".
fn ordinal(position: usize) -> String {
    const WORDS: [&str; 9] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    if let Some(word) = WORDS.get(position - 1) {
        return (*word).to_owned();
    }
    let ending = match (position % 10, position % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{position}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::BestDetector;

    #[test]
    fn evidence_in_a_state_names_the_models_that_have_it() {
        let words = |found: &[&str], scaled_p: f64| {
            let mut experiment = stored::plain();
            let first = experiment.results.regimes.iter_mut().find(|regime| regime.causal).unwrap();
            for (name, states) in &mut first.forecast {
                for (state, figures) in states.iter_mut().enumerate() {
                    figures.evidence = state == 0 && found.contains(&name.as_str());
                    figures.scaled.as_mut().unwrap().clark_west_p = Some(scaled_p);
                }
            }
            in_states(&Subject::new(&experiment)).unwrap()
        };
        let one = words(&["ridge"], 0.004);
        assert!(one.contains("” for ridge (R² ") && one.contains(", and none in “"), "{one}");
        let all = words(&["ridge", "lasso", "elastic_net"], 0.004);
        assert!(all.contains("” for all three models (R² "), "{all}");
        let none = words(&[], 0.2);
        assert!(none.contains("evidence in no state (smallest scaled p 0.200)."), "{none}");
        let not_enough = words(&[], 0.03);
        assert!(not_enough.contains("p 0.030; evidence needs an R² above zero"), "{not_enough}");
    }

    #[test]
    fn the_relation_is_said_by_the_verdict_and_not_by_the_first_detector() {
        let mut results = stored::systems().results;
        let tested = |regime: &&RegimeSummary| regime.causal && regime.contrast.is_some();
        let names: Vec<String> =
            results.regimes.iter().filter(tested).map(|regime| regime.name.clone()).collect();
        let last = names.last().unwrap().clone();
        assert!(names.len() > 1);
        results.verdict.best_detector = Some(BestDetector { name: last.clone(), p_value: 0.02 });
        results.verdict.regimes_differ_p = Some(0.06);
        let mut words = |answer| {
            results.verdict.regimes_differ = answer;
            relation(&results).unwrap()
        };
        let open = words(Some(Answer::Open));
        assert!(open.contains("is open (combined p 0.060 of "), "{open}");
        assert!(open.contains(" alone p 0.020)"), "{open}");
        let yes = words(Some(Answer::Yes));
        assert!(yes.contains("differs between the states by more than luck (combined p"), "{yes}");
        let called = called(&results, &last);
        assert!(yes.contains(&format!("by {called} alone")), "{yes}");
    }

    #[test]
    fn positions_read_as_words() {
        let words: Vec<String> = [1, 9, 10, 11, 21, 22, 113].map(ordinal).to_vec();
        assert_eq!(words, ["first", "ninth", "10th", "11th", "21st", "22nd", "113th"]);
    }
}
