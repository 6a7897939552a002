//! What came out, in words: sentences composed from the numbers that never claim more than the
//! tests allow.

mod headlines;
mod place;
mod worth;

use serde::Serialize;

use crate::base::units::format;
use crate::base::units::format::number;
use crate::report::site::breaks::{Life, Standing};
use crate::report::site::kit::subject::{BestYear, LEVEL, Model, Subject, best_year};
use crate::report::site::kit::view::range;
use crate::report::site::sections::systems;
pub(crate) use headlines::{Headline, headlines};

/// Share of the gain from which one year is said to carry it.
const HALF: f64 = 0.5;

/// The verdict on an experiment.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    /// A few words: "Evidence of a signal in all three models".
    pub headline: String,
    /// `yes`, `part` or `no`.
    pub class: &'static str,
    /// Whether, where, since when, and whether it would have paid.
    pub sentences: Vec<String>,
}

/// The verdict, from the results alone.
pub(crate) fn verdict(subject: &Subject<'_>) -> Verdict {
    let found: Vec<&Model<'_>> =
        subject.models.iter().filter(|model| model.has_evidence()).collect();
    let (headline, class) = match (found.len(), subject.models.len()) {
        _ if is_too_good(subject) => ("Too good to be believed".to_owned(), "no"),
        (0, _) => ("No evidence of a signal".to_owned(), "no"),
        (1, 1) => ("Evidence of a signal".to_owned(), "yes"),
        (some, all) if some == all => {
            (format!("Evidence of a signal in all {} models", number(all)), "yes")
        }
        (some, all) => {
            (format!("Evidence of a signal in {} of {} models", number(some), number(all)), "part")
        }
    };
    // Evidence whose intervals all include zero is of a direction, hardly of a size.
    let (headline, class) = match found.iter().all(|model| includes_zero(model)) {
        true if class != "no" => (headline.replacen("Evidence", "Weak evidence", 1), "part"),
        _ => (headline, class),
    };
    let standing = subject.lead().map(|lead| Standing::of(subject, lead));
    let life = standing.as_ref().map(|standing| standing.life);
    let (headline, class) = match life {
        Some(Life::Broken) if class != "no" => (format!("{headline}, but it looks broken"), "part"),
        Some(Life::Alive) if class != "no" => (format!("{headline}, still alive"), class),
        _ => (headline, class),
    };
    let mut sentences = vec![whether(subject, &found)];
    sentences.extend(reservations(subject, &found));
    sentences.extend(place::place(subject));
    sentences.extend(systems::verdict(subject));
    sentences.extend(standing.as_ref().and_then(since));
    sentences.extend(worth::paid(subject));
    Verdict { headline, class, sentences }
}

/// Since when, and whether it lives.
fn since(standing: &Standing<'_>) -> Option<String> {
    let sentences =
        [standing.since_when(), standing.worst(), standing.segmentation(), standing.state()];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn is_too_good(subject: &Subject<'_>) -> bool {
    subject.results.warnings.iter().any(|warning| warning.code == "too-good")
}

fn whether(subject: &Subject<'_>, found: &[&Model<'_>]) -> String {
    let all = &subject.models;
    let r2 = |models: &[&Model<'_>]| {
        range(models.iter().map(|m| m.summary.forecast.oos_r2), |v| format::percent(v, 2))
    };
    let p = |models: &[&Model<'_>]| {
        range(models.iter().map(|m| m.summary.forecast.clark_west_p), format::p_value)
    };
    let everyone: Vec<&Model<'_>> = all.iter().collect();
    let text = if found.len() == all.len() {
        let who = match all.len() {
            1 => format!("{} beats", all[0].title),
            many => format!("All {} models beat", number(many)),
        };
        format!(
            "{who} the prevailing mean out of sample: R² {}, Clark–West p {}.",
            r2(&everyone),
            p(&everyone)
        )
    } else if found.is_empty() {
        let nested: Vec<String> = all
            .iter()
            .filter(|m| m.summary.forecast.clark_west_p.is_some_and(|p| p < LEVEL))
            .map(Model::in_words)
            .collect();
        if nested.is_empty() {
            format!(
                "No {}model beats the prevailing mean: R² {}, Clark–West p {}. That is no \
                 evidence of a signal; it does not prove that there is none.",
                if subject.aware.is_empty() { "" } else { "plain " },
                r2(&everyone),
                p(&everyone)
            )
        } else {
            format!(
                "Clark–West finds information in {} (p {}), but too little to pay for its own \
                 estimation: R² is {}.",
                format::list(&nested),
                p(&everyone),
                r2(&everyone)
            )
        }
    } else {
        let others: Vec<&Model<'_>> = all.iter().filter(|m| !m.has_evidence()).collect();
        let names = |models: &[&Model<'_>]| {
            let names: Vec<String> = models.iter().map(|model| model.in_words()).collect();
            format::list(&names)
        };
        format!(
            "Against the prevailing mean there is evidence for {} (R² {}, Clark–West p {}) and \
             none for {} (R² {}, p {}).",
            names(found),
            r2(found),
            p(found),
            names(&others),
            r2(&others),
            p(&others)
        )
    };
    match suspicion(subject) {
        Some(suspicion) => format!("{text} {suspicion}"),
        None => text,
    }
}

/// What is too good to be believed: the figures of the plain models, or only those of systems that
/// know the regime, which the sentence before does not give.
fn suspicion(subject: &Subject<'_>) -> Option<String> {
    if !is_too_good(subject) {
        return None;
    }
    let warnings = &subject.results.warnings;
    let is_named = |model: &&Model<'_>| {
        let name = format!("{}:", model.name);
        warnings.iter().any(|w| w.code == "too-good" && w.message.starts_with(&name))
    };
    let systems: Vec<&Model<'_>> = subject.aware.iter().filter(is_named).collect();
    let whose = match systems.as_slice() {
        _ if subject.models.iter().any(|model| is_named(&model)) => "That is".to_owned(),
        [] => "That is".to_owned(),
        [one] => {
            format!("{} (R² {}) is", one.title, format::percent(one.summary.forecast.oos_r2, 2))
        }
        many => format!(
            "The R² of {} regime-aware systems, {}, is",
            number(many.len()),
            range(many.iter().map(|m| m.summary.forecast.oos_r2), |v| format::percent(v, 2))
        ),
    };
    Some(format!("{whose} implausibly good for daily returns: look for a leak first."))
}

/// Whether the 90 % interval of a model's R2 reaches below zero.
fn includes_zero(model: &Model<'_>) -> bool {
    model.summary.forecast.oos_r2_interval.is_some_and(|[low, _]| low <= 0.0)
}

/// What weakens the evidence that was found: intervals that include zero, one year that carries
/// most of the gain.
fn reservations(subject: &Subject<'_>, found: &[&Model<'_>]) -> Option<String> {
    let open: Vec<String> =
        found.iter().filter(|model| includes_zero(model)).map(|model| model.in_words()).collect();
    let mut sentences = Vec::new();
    if !open.is_empty() {
        sentences
            .push(format!("The 90 % interval of R² includes zero for {}.", format::list(&open)));
    }
    let days = &subject.series.forecasts.days;
    let best: Vec<BestYear> = found
        .iter()
        .filter_map(|m| best_year(days, &subject.squared_error_difference(m.name)))
        .collect();
    let is_carried = |best: &BestYear| best.share.is_some_and(|share| share > HALF);
    if let Some(first) = best.first()
        && best.iter().all(|best| is_carried(best) && best.year == first.year)
    {
        sentences.push(format!(
            "One year, {}, brought {} of what was gained over the mean: a few events carry it.",
            first.year,
            range(best.iter().map(|best| best.share), |v| format::percent(v, 0))
        ));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;

    fn words(change: impl Fn(&mut crate::results::Results)) -> Verdict {
        let mut experiment = stored::plain();
        change(&mut experiment.results);
        verdict(&Subject::new(&experiment))
    }

    fn set(results: &mut crate::results::Results, r2: f64, p: f64) {
        for model in results.models.values_mut() {
            model.forecast.oos_r2 = Some(r2);
            model.forecast.clark_west_p = Some(p);
            model.forecast.oos_r2_interval = Some([r2 - 0.003, r2 + 0.003]);
        }
    }

    #[test]
    fn evidence_needs_both_a_positive_r2_and_a_small_p() {
        assert_eq!(words(|r| set(r, 0.004, 0.01)).class, "yes");
        assert_eq!(words(|r| set(r, 0.004, 0.2)).class, "no");
        let nested = words(|r| set(r, -0.001, 0.01));
        assert_eq!(nested.class, "no");
        assert!(nested.sentences[0].contains("too little to pay"), "{:?}", nested.sentences);
    }

    #[test]
    fn absence_of_evidence_is_not_sold_as_evidence_of_absence() {
        let verdict = words(|r| set(r, -0.002, 0.6));
        assert!(verdict.sentences[0].contains("does not prove"), "{:?}", verdict.sentences);
    }

    #[test]
    fn a_split_between_models_is_told() {
        let verdict = words(|r| {
            set(r, 0.004, 0.01);
            if let Some(lasso) = r.models.get_mut("lasso") {
                lasso.forecast.clark_west_p = Some(0.3);
            }
        });
        assert_eq!(verdict.headline, "Evidence of a signal in two of three models, still alive");
        assert!(verdict.sentences[0].contains("none for lasso"), "{:?}", verdict.sentences);
    }

    #[test]
    fn a_gain_of_one_year_is_called_so() {
        let mut experiment = stored::plain();
        let table = &mut experiment.series.forecasts;
        let days = table.days.clone();
        let known = ["actual", "benchmark"].map(|name| table.columns[name].clone());
        for model in experiment.results.models.keys() {
            for (row, value) in table.columns[model].iter_mut().enumerate() {
                *value = known[usize::from(days[row].year() != 2015)][row];
            }
        }
        let verdict = verdict(&Subject::new(&experiment));
        assert!(verdict.sentences[1].contains("One year, 2015"), "{:?}", verdict.sentences);
        assert!(verdict.sentences[1].contains("includes zero"), "{:?}", verdict.sentences);
    }

    #[test]
    fn evidence_whose_intervals_all_include_zero_is_weak() {
        let verdict = words(|r| set(r, 0.002, 0.01));
        assert_eq!(verdict.headline, "Weak evidence of a signal in all three models, still alive");
        assert_eq!(verdict.class, "part");
        assert_eq!(
            words(|r| set(r, 0.004, 0.01)).headline,
            "Evidence of a signal in all three models, still alive"
        );
    }

    #[test]
    fn a_broken_edge_is_said_first() {
        let verdict = words(|r| {
            set(r, 0.004, 0.01);
            r.models.values_mut().for_each(|model| model.breaks.segments.reverse());
        });
        assert!(verdict.headline.ends_with(", but it looks broken"), "{}", verdict.headline);
        assert_eq!(verdict.class, "part");
        let without = words(|r| {
            set(r, -0.004, 0.6);
            r.models.values_mut().for_each(|model| model.breaks.segments.reverse());
        });
        assert_eq!(without.headline, "No evidence of a signal");
    }

    #[test]
    fn implausible_figures_are_called_so() {
        let verdict = words(|r| {
            r.warnings.push(crate::results::Warning {
                code: "too-good".into(),
                message: "R² above 1 %".into(),
            });
        });
        assert_eq!(verdict.class, "no");
        assert!(verdict.sentences[0].contains("look for a leak"), "{:?}", verdict.sentences);
    }

    #[test]
    fn a_system_that_is_too_good_does_not_discredit_the_plain_models() {
        let suspected = |names: &[&str]| {
            let mut experiment = stored::systems();
            experiment.results.warnings = names
                .iter()
                .map(|name| crate::results::Warning {
                    code: "too-good".into(),
                    message: format!("{name}: R2 above 1 %"),
                })
                .collect();
            suspicion(&Subject::new(&experiment)).unwrap_or_default()
        };
        let experiment = stored::systems();
        let subject = Subject::new(&experiment);
        let (plain, aware) = (subject.models[0].name, &subject.aware);
        assert!(suspected(&[plain, aware[0].name]).starts_with("That is"));
        let one = suspected(&[aware[0].name]);
        assert!(one.starts_with(&aware[0].title) && one.contains("look for a leak"), "{one}");
        let two = suspected(&[aware[0].name, aware[1].name]);
        assert!(two.starts_with("The R² of two regime-aware systems, "), "{two}");
        assert_eq!(suspected(&[]), "");
    }
}
