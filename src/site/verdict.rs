//! What came out, in words: sentences composed from the numbers that never claim more than the
//! tests allow.

use serde::Serialize;

use super::subject::{BestYear, Model, Subject, best_year, title};
use super::systems;
use super::view::{interval, list, percent_interval, range};
use crate::results::{RegimeSummary, StateForecast};
use crate::units::format;

/// Level of the tests that the words go by.
const LEVEL: f64 = 0.05;
/// Share of the gain from which one year is said to carry it.
const HALF: f64 = 0.5;

/// The verdict on an experiment.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    /// A few words: "Evidence of a signal in all three models".
    pub headline: String,
    /// `yes`, `part` or `no`.
    pub class: &'static str,
    /// Whether, when, and whether it would have paid.
    pub sentences: Vec<String>,
}

/// A headline figure, one line a model.
#[derive(Debug, Serialize)]
pub(super) struct Headline {
    /// What is measured.
    pub title: String,
    /// How, in small letters.
    pub minor: String,
    /// One line a model.
    pub lines: Vec<HeadlineLine>,
}

/// One model's line of a headline figure.
#[derive(Debug, Serialize)]
pub(super) struct HeadlineLine {
    /// Class of the model's colour.
    pub class: String,
    /// The model's title.
    pub label: String,
    /// The figure.
    pub value: String,
    /// Its interval; may be empty.
    pub minor: String,
}

/// The verdict, from the results alone.
pub(super) fn verdict(subject: &Subject<'_>) -> Verdict {
    let found: Vec<&Model<'_>> = subject.models.iter().filter(|model| beats_mean(model)).collect();
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
    let mut sentences = vec![whether(subject, &found)];
    sentences.extend(reservations(subject, &found));
    let detected = subject.results.regimes.iter().find(|regime| regime.kind != "planted");
    sentences.extend(detected.filter(|regime| regime.causal).and_then(|r| when(subject, r)));
    sentences.extend(systems::verdict(subject));
    sentences.extend(paid(subject));
    Verdict { headline, class, sentences }
}

fn is_too_good(subject: &Subject<'_>) -> bool {
    subject.results.warnings.iter().any(|warning| warning.code == "too-good")
}

/// Above the prevailing mean in the sample, and significantly so.
fn beats_mean(model: &Model<'_>) -> bool {
    let forecast = &model.summary.forecast;
    signals(forecast.oos_r2, forecast.clark_west_p)
}

fn signals(oos_r2: Option<f64>, p: Option<f64>) -> bool {
    oos_r2.is_some_and(|r2| r2 > 0.0) && p.is_some_and(|p| p < LEVEL)
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
        let nested: Vec<&str> = all
            .iter()
            .filter(|m| m.summary.forecast.clark_west_p.is_some_and(|p| p < LEVEL))
            .map(|m| m.title.as_str())
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
                list(&nested),
                p(&everyone),
                r2(&everyone)
            )
        }
    } else {
        let others: Vec<&Model<'_>> = all.iter().filter(|m| !beats_mean(m)).collect();
        let names = |models: &[&Model<'_>]| {
            list(&models.iter().map(|m| m.title.as_str()).collect::<Vec<_>>())
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
    if is_too_good(subject) {
        format!("{text} That is implausibly good for daily returns: look for a leak first.")
    } else {
        text
    }
}

/// What weakens the evidence that was found: intervals that include zero, one year that carries
/// most of the gain.
fn reservations(subject: &Subject<'_>, found: &[&Model<'_>]) -> Option<String> {
    let open: Vec<&str> = found
        .iter()
        .filter(|m| m.summary.forecast.oos_r2_interval.is_some_and(|[low, _]| low <= 0.0))
        .map(|m| m.title.as_str())
        .collect();
    let mut sentences = Vec::new();
    if !open.is_empty() {
        sentences.push(format!("The 90 % interval of R² includes zero for {}.", list(&open)));
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

fn when(subject: &Subject<'_>, regime: &RegimeSummary) -> Option<String> {
    let in_state = |state: usize| -> Vec<&StateForecast> {
        let models = subject.models.iter();
        models.filter_map(|model| regime.forecast.get(model.name)?.get(state)).collect()
    };
    let describe = |state: usize| {
        let figures = in_state(state);
        format!(
            "“{}” (R² {}, p {})",
            regime.states[state].label,
            range(figures.iter().map(|f| f.oos_r2), |v| format::percent(v, 2)),
            range(figures.iter().map(|f| f.clark_west_p), format::p_value)
        )
    };
    let states: Vec<usize> =
        (0..regime.states.len()).filter(|state| !in_state(*state).is_empty()).collect();
    let (positive, rest): (Vec<usize>, Vec<usize>) = states.iter().copied().partition(|state| {
        let figures = in_state(*state);
        let count = figures.iter().filter(|f| signals(f.oos_r2, f.clark_west_p)).count();
        2 * count > figures.len()
    });
    let words = |states: &[usize]| {
        let all: Vec<String> = states.iter().map(|state| describe(*state)).collect();
        list(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let caution = "Each state is tested by itself; the difference between them is not.";
    match (positive.is_empty(), rest.is_empty()) {
        (true, true) => None,
        (true, false) => {
            Some(format!("By regime there is evidence in no state: {}.", words(&rest)))
        }
        (false, true) => Some(format!("It shows in every regime: {}. {caution}", words(&positive))),
        (false, false) => Some(format!(
            "It depends on the regime: positive in {}, no evidence in {}. {caution}",
            words(&positive),
            words(&rest)
        )),
    }
}

fn paid(subject: &Subject<'_>) -> Option<String> {
    let rule = subject.headline_rule()?;
    let metrics: Vec<_> =
        subject.models.iter().filter_map(|model| subject.headline(model)).collect();
    if metrics.is_empty() {
        return None;
    }
    let sharpe = range(metrics.iter().map(|m| m.sharpe), |v| format::decimal(v, 2));
    let hold = subject.buy_and_hold().and_then(|hold| hold.sharpe);
    let against = match hold {
        Some(hold) => {
            let above = metrics.iter().filter(|m| m.sharpe.is_some_and(|s| s > hold)).count();
            let compared = match above {
                0 => "none of them above".to_owned(),
                all if all == metrics.len() => "above".to_owned(),
                some => format!("{} of {} above", number(some), number(metrics.len())),
            };
            format!(
                ", {compared} buy and hold’s {} over the same days (a difference that is not \
                 itself tested)",
                format::decimal(Some(hold), 2)
            )
        }
        None => String::new(),
    };
    Some(format!(
        "With {} sizing the Sharpe ratio{} is {sharpe}{against}. {}",
        title(rule).to_lowercase(),
        match (subject.aware.len(), subject.models.len()) {
            (0, _) => "",
            (_, 1) => " of the plain model",
            _ => " of the plain models",
        },
        costs(subject, &metrics.iter().map(|m| m.break_even_cost_bps).collect::<Vec<_>>())
    ))
}

fn costs(subject: &Subject<'_>, break_even: &[Option<f64>]) -> String {
    let defined: Vec<f64> = break_even.iter().copied().flatten().collect();
    if defined.is_empty() {
        return "No trading cost would bring the return to zero: it is not positive before costs, \
                or nothing is traded."
            .to_owned();
    }
    let text = range(break_even.iter().copied(), |v| format::decimal(v, 1));
    match subject.trade_bps() {
        Some(bps) => {
            let survivors = defined.iter().filter(|cost| **cost > bps).count();
            let verdict = match survivors {
                0 => format!("below the {bps} bp assumed"),
                all if all == break_even.len() => format!("above the {bps} bp assumed"),
                some => format!(
                    "above the {bps} bp assumed for {} of {}",
                    number(some),
                    number(break_even.len())
                ),
            };
            format!("It breaks even at a trading cost of {text} bp, {verdict}.")
        }
        None => format!("It breaks even at a trading cost of {text} bp."),
    }
}

/// The headline figures: one tile a measure, one line a model.
pub(super) fn headlines(subject: &Subject<'_>) -> Vec<Headline> {
    let tile = |title: &str, minor: &str, show: &dyn Fn(&Model<'_>) -> (String, String)| Headline {
        title: title.to_owned(),
        minor: minor.to_owned(),
        lines: subject
            .everyone()
            .map(|model| {
                let (value, minor) = show(model);
                HeadlineLine { class: model.class(), label: model.short.clone(), value, minor }
            })
            .collect(),
    };
    let mut tiles = vec![
        tile("Out-of-sample R²", "against the prevailing mean", &|model| {
            let forecast = &model.summary.forecast;
            (format::percent(forecast.oos_r2, 2), percent_interval(forecast.oos_r2_interval, 2))
        }),
        tile("Clark–West p", "one-sided", &|model| {
            (format::p_value(model.summary.forecast.clark_west_p), String::new())
        }),
        tile("Hit rate", "right signs", &|model| {
            (format::percent(Some(model.summary.forecast.hit_rate), 1), String::new())
        }),
    ];
    if let Some(rule) = subject.headline_rule() {
        let minor = format!("{} sizing", title(rule).to_lowercase());
        let mut sharpe = tile("Sharpe ratio", &minor, &|model| {
            let metrics = subject.headline(model);
            (
                format::decimal(metrics.and_then(|m| m.sharpe), 2),
                interval(metrics.and_then(|m| m.sharpe_interval), 2),
            )
        });
        sharpe.lines.extend(subject.buy_and_hold().map(|hold| HeadlineLine {
            class: "bench".to_owned(),
            label: "Buy and hold".to_owned(),
            value: format::decimal(hold.sharpe, 2),
            minor: interval(hold.sharpe_interval, 2),
        }));
        tiles.push(sharpe);
    }
    tiles
}

/// Small numbers as words.
pub(super) fn number(value: usize) -> String {
    const WORDS: [&str; 10] =
        ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(value).map_or_else(|| value.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn words(change: impl Fn(&mut crate::results::Results)) -> Verdict {
        let mut experiment = fixture::experiment("a", false);
        change(&mut experiment.results);
        verdict(&Subject::new(&experiment))
    }

    fn set(results: &mut crate::results::Results, r2: f64, p: f64) {
        for model in results.models.values_mut() {
            model.forecast.oos_r2 = Some(r2);
            model.forecast.clark_west_p = Some(p);
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
        assert_eq!(verdict.headline, "Evidence of a signal in two of three models");
        assert!(verdict.sentences[0].contains("none for Lasso"), "{:?}", verdict.sentences);
    }

    #[test]
    fn a_gain_of_one_year_is_called_so() {
        let mut experiment = fixture::experiment("a", false);
        let table = &mut experiment.series.forecasts;
        let (days, actual) = (table.days.clone(), table.columns["actual"].clone());
        for model in experiment.results.models.keys() {
            for ((value, day), y) in table.columns[model].iter_mut().zip(&days).zip(&actual) {
                *value = if day.year() == 2008 { *y } else { 0.0003 };
            }
        }
        let verdict = verdict(&Subject::new(&experiment));
        assert!(verdict.sentences[1].contains("One year, 2008"), "{:?}", verdict.sentences);
        assert!(verdict.sentences[1].contains("includes zero"), "{:?}", verdict.sentences);
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
}
