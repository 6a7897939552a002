//! The page that sets the regime detectors of all experiments side by side: which of them
//! separates the days with predictability from those without?

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::units::{Frequency, format};
use crate::report::chart::Unit;
use crate::report::site::kit::file::{Options, shell};
use crate::report::site::kit::forest::{Entry, Forest, Mark, Panel};
use crate::report::site::kit::nav::page_of;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::summary::{Candidate, Measured, StateFigure, Summary};
use crate::report::site::kit::view::{Cell, Column, Shell, Swatch, columns};
use crate::report::site::kit::{period, wording};
use crate::results::{RegimeSummary, Segment, value};

/// Detectors drawn; the table has all of them.
const MOST_DRAWN: usize = 40;
/// Detectors in the table: those of thousands of experiments would make a page of megabytes.
const MOST_ROWS: usize = 200;
/// The level of every claim.
const LEVEL: f64 = 0.05;

/// What `detectors.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    shell: Shell,
    /// Whether only some prices are simulated.
    mixed: bool,
    headline: String,
    lead: String,
    /// What a row of the prices is: `days` where all are daily.
    unit: &'static str,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// How many more there are; empty for none.
    more: String,
    forest: Option<Forest>,
}

/// One detector of one experiment.
#[derive(Debug, Serialize)]
struct Row {
    /// Place by the contrast, then by separation; the bars have it too.
    rank: usize,
    title: String,
    /// What tells it from others of its kind: "penalty 50".
    settings: String,
    /// Id of the experiment that it belongs to, for the link.
    experiment: String,
    /// Title of that experiment.
    experiment_title: String,
    /// Whether its prices are simulated and those of others are not.
    synthetic: bool,
    cells: Vec<Labelled>,
}

/// A cell with the heading of its column, where cells stand below one another.
#[derive(Debug, Serialize)]
struct Labelled {
    label: &'static str,
    cell: Cell,
}

/// A candidate and the experiment that speaks for it.
type Ranked<'a> = (&'a Summary, &'a Candidate);

/// The page of all experiments' detectors.
pub(crate) fn page(experiments: &[Summary], options: &Options) -> Page {
    let ranked = ranked(experiments);
    let title = "Regime detectors";
    let synthetic = ranked.iter().any(|(experiment, _)| experiment.synthetic);
    let mixed = synthetic && !ranked.iter().all(|(experiment, _)| experiment.synthetic);
    let is_daily = |(_, found): &Ranked<'_>| found.frequency == Frequency::Daily;
    let unit = if ranked.iter().all(is_daily) { "days" } else { "rows" };
    let [share, differing] = [format!("R², share of {unit}"), format!("{unit} that differ")];
    // What `candidate` fills, cell by cell.
    let headings: [(&'static str, &str); 10] = [
        ("Detector", ""),
        ("Contrast p", "of the relation"),
        ("Separation", "of R²"),
        ("By chance", "mean, p"),
        ("Best state", &share),
        ("Worst state", &share),
        ("Changes", "a year"),
        ("Repaint", &differing),
        ("Accuracy", "on the planted signal"),
        ("Delay", unit),
    ];
    let rows = (1..=MOST_ROWS).zip(&ranked).map(|(rank, (experiment, found))| {
        let worded = |text: &str| period::text(found.frequency, text);
        Row {
            rank,
            title: worded(&told_apart(found, &ranked, |known| &known.title)),
            settings: worded(&found.settings.join(", ")),
            experiment: experiment.id.clone(),
            experiment_title: experiment.title.clone(),
            synthetic: experiment.synthetic && mixed,
            cells: found
                .cells
                .iter()
                .zip(headings.iter().skip(1))
                .map(|((text, minor), (label, _))| Labelled {
                    label,
                    cell: Cell::with(text, minor),
                })
                .collect(),
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    // A column without a figure says nothing: real prices have no planted signal.
    let is_told = |at: usize| {
        rows.is_empty() || rows.iter().any(|row| row.cells[at].cell.text != format::NOT_AVAILABLE)
    };
    let told: Vec<bool> = (0..headings.len() - 1).map(is_told).collect();
    for row in &mut rows {
        let mut told = told.iter();
        row.cells.retain(|_| told.next().is_none_or(|told| *told));
    }
    let told = std::iter::once(true).chain(told);
    let headings: Vec<(&str, &str)> =
        headings.into_iter().zip(told).filter(|(_, told)| *told).map(|(each, _)| each).collect();
    let headline = headline(&ranked, unit);
    Page {
        shell: Shell { synthetic, ..shell(options, title, "detectors/", &headline) },
        mixed,
        headline,
        lead: lead(&ranked),
        unit,
        columns: columns(&headings),
        rows,
        more: match ranked.len().saturating_sub(MOST_ROWS) {
            0 => String::new(),
            more => format::count(more),
        },
        forest: forest(&ranked),
    }
}

/// The detectors of an experiment that label in real time.
pub(crate) fn candidates(subject: &Subject<'_>) -> Vec<Candidate> {
    let results = subject.results;
    let Some(model) = subject.models.first() else { return Vec::new() };
    let causal = results.regimes.iter().filter(|regime| regime.causal);
    causal.map(|regime| candidate(subject, model, regime)).collect()
}

fn candidate(subject: &Subject<'_>, model: &Model<'_>, regime: &RegimeSummary) -> Candidate {
    let results = subject.results;
    let apart = regime.separation.get(model.name).copied().flatten();
    let contrast = regime.contrast.as_ref().map(|contrast| contrast.p_value);
    let differing = regime.repaint.as_ref().and_then(|known| known.differing_share);
    let cells = [
        Cell::p_value(contrast),
        Cell::with(format::percent(apart.map(|apart| apart.r2), 2), &model.title),
        Cell::with(
            format::percent(apart.and_then(|apart| apart.r2_shifted), 2),
            format::p_value(apart.and_then(|apart| apart.shifted_p)),
        ),
        state(regime, model, apart.map(|apart| apart.best)),
        state(regime, model, apart.map(|apart| apart.worst)),
        Cell::decimal(changes_a_year(regime, results.data.periods_per_year), 1),
        Cell::percent(differing, 1),
        accuracy(regime),
        delay(regime),
    ];
    let run = |run: &Segment| format!("{} {}\n", run.from, run.state);
    Candidate {
        data_hash: results.provenance.data_hash.clone(),
        frequency: results.data.frequency,
        title: regime.title.clone(),
        label: wording::label(results, regime),
        settings: wording::each_setting(results, regime),
        runs: regime.segments.iter().map(run).collect(),
        contrast,
        separation: apart.map(|apart| apart.r2),
        by_chance: apart.and_then(|apart| apart.r2_shifted),
        ends: apart.and_then(|apart| {
            let [best, worst] = [apart.best, apart.worst].map(|at| end(regime, model, at));
            Some([best?, worst?])
        }),
        cells: cells.into_iter().map(|cell| (cell.text, cell.minor)).collect(),
    }
}

/// The detectors, the surest contrast first, then the widest separation.
///
/// The same detector on the same prices counts once: the experiment with the most detectors speaks
/// for all, so that rivals are judged on the same forecasts.
fn ranked(experiments: &[Summary]) -> Vec<Ranked<'_>> {
    let mut order: Vec<&Summary> = experiments.iter().collect();
    order.sort_by_key(|experiment| std::cmp::Reverse(experiment.detectors.len()));
    let mut known: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut ranked: Vec<Ranked<'_>> = Vec::new();
    for experiment in order {
        for found in &experiment.detectors {
            if known.insert((&found.data_hash, &found.title, &found.runs)) {
                ranked.push((experiment, found));
            }
        }
    }
    let separation = |found: &Candidate| found.separation.unwrap_or(f64::NEG_INFINITY);
    let p = |found: &Candidate| found.contrast.unwrap_or(f64::INFINITY);
    ranked.sort_by(|(_, a), (_, b)| {
        p(a).total_cmp(&p(b)).then(separation(b).total_cmp(&separation(a)))
    });
    ranked
}

/// A state's figure.
fn end(regime: &RegimeSummary, model: &Model<'_>, state: usize) -> Option<StateFigure> {
    let forecast = regime.forecast.get(model.name)?.get(state)?;
    let label = regime.states.get(state)?.label.clone();
    Some(StateFigure { label, oos_r2: Measured::of(forecast.oos_r2) })
}

/// Between the states of how many detectors the relation differs, as one of all of them
/// (Bonferroni); without the stop at its end.
fn headline(ranked: &[Ranked<'_>], unit: &str) -> String {
    let tested: Vec<f64> = ranked.iter().filter_map(|(_, found)| found.contrast).collect();
    let sure = tested.iter().filter(|p| **p * tested.len() as f64 <= LEVEL).count();
    let all = format::counted(ranked.len(), "detector", "detectors");
    match (tested.len(), sure, ranked.first()) {
        (_, _, None) => "No detector labels in real time".to_owned(),
        (0, ..) => format!("None of {all} could be tested"),
        (_, 0, _) => format!(
            "No detector surely tells {unit} that can be forecast from others: none of {all} is \
             significant as one of all"
        ),
        (_, sure, Some((_, found))) => {
            let whose = told_apart(found, ranked, |known| &known.label);
            let of = if sure == ranked.len() && sure > 1 {
                format!("all {all}")
            } else {
                format!("{} of {all}", format::number(sure))
            };
            let name = whose.strip_prefix("the ").unwrap_or(&whose);
            // "XLE–XLU sign" keeps its letters, "Jump model" does not.
            let is_a_name = name.chars().nth(1).is_some_and(char::is_uppercase);
            let name = if is_a_name { name.to_owned() } else { format::lower_first(name) };
            format!(
                "What past returns say differs between the states of {of}, most surely of the {name}"
            )
        }
    }
}

fn lead(ranked: &[Ranked<'_>]) -> String {
    let experiments: BTreeSet<&str> =
        ranked.iter().map(|(experiment, _)| experiment.id.as_str()).collect();
    let tested = ranked.iter().filter(|(_, found)| found.contrast.is_some()).count();
    let (detectors, experiments) = (
        format::counted(ranked.len(), "detector", "detectors"),
        format::counted(experiments.len(), "experiment", "experiments"),
    );
    format!(
        "{detectors} of {experiments} label every close from the past alone; {} could be tested. \
         The best state is called so afterwards, so some distance to the worst is there by chance.",
        format::count(tested)
    )
}

/// A name with the settings by which a detector differs from others of that name: "jump model,
/// penalty 50".
fn told_apart(
    found: &Candidate,
    all: &[Ranked<'_>],
    name_of: impl Fn(&Candidate) -> &String,
) -> String {
    let name = name_of(found);
    let others: Vec<&[String]> = all
        .iter()
        .filter(|(_, other)| name_of(other) == name)
        .map(|(_, other)| other.settings.as_slice())
        .collect();
    let differs = |own: &&String| others.iter().any(|other| !other.contains(own));
    let mut parts = vec![name.as_str()];
    parts.extend(found.settings.iter().filter(differs).map(String::as_str));
    parts.join(", ")
}

fn state(regime: &RegimeSummary, model: &Model<'_>, state: Option<usize>) -> Cell {
    let figures = state.and_then(|state| {
        let forecast = regime.forecast.get(model.name)?.get(state)?;
        Some((forecast, regime.states.get(state)?))
    });
    match figures {
        Some((forecast, state)) => Cell::with(
            format::percent(value(forecast.oos_r2), 2),
            format!("{}, {}", state.label, format::percent(Some(state.share), 0)),
        ),
        None => Cell::missing(),
    }
}

fn accuracy(regime: &RegimeSummary) -> Cell {
    let Some(known) = &regime.detection else { return Cell::missing() };
    let [with, without] =
        [known.sensitivity, known.specificity].map(|share| format::percent(share, 0));
    let accuracy = format::percent(known.balanced_accuracy, 0);
    Cell::with(accuracy, format!("{with} with, {without} without"))
}

fn delay(regime: &RegimeSummary) -> Cell {
    let days = |delay| format::decimal(delay, 0);
    match (&regime.detection, &regime.repaint) {
        (Some(known), _) => {
            let seen = format!("{} of {} changes", known.detected, known.changes);
            Cell::with(days(known.mean_delay), seen)
        }
        (None, Some(known)) => Cell::with(days(known.mean_delay), "behind hindsight"),
        (None, None) => Cell::missing(),
    }
}

fn changes_a_year(regime: &RegimeSummary, periods_per_year: u16) -> Option<f64> {
    let days: usize = regime.states.iter().map(|state| state.days).sum();
    (days > 0).then(|| regime.flips.len() as f64 * f64::from(periods_per_year) / days as f64)
}

fn forest(ranked: &[Ranked<'_>]) -> Option<Forest> {
    let drawn = ranked.iter().filter(|(_, found)| found.separation.is_some()).take(MOST_DRAWN);
    let entry = |(experiment, found): &Ranked<'_>| {
        let estimate = |value: f64| Mark::Dot(Measured { value, interval: None });
        let states = found
            .ends
            .iter()
            .flat_map(|[best, worst]| [best.oos_r2.map(Mark::Dot), worst.oos_r2.map(Mark::Hollow)]);
        let apart = [found.separation.map(estimate), found.by_chance.map(Mark::Stroke)];
        Entry {
            href: format!("{}#when", page_of(&experiment.id)),
            label: format::upper_first(
                told_apart(found, ranked, |known| &known.label).trim_start_matches("the "),
            ),
            minor: wording::short_title(&experiment.title).to_owned(),
            marks: vec![states.flatten().collect(), apart.into_iter().flatten().collect()],
            ..Entry::default()
        }
    };
    let entries: Vec<Entry> = drawn.map(entry).collect();
    let percent = |value| format::percent(Some(value), 2);
    let panel =
        |label, name| Panel { label, name, unit: Unit::Percent(1), show: &percent, rule: None };
    let panels = [
        panel("R² in the best and the worst state, 90 % interval", "R²"),
        panel("Separation of R²", "Separation"),
    ];
    let title = "Best and worst state of every detector";
    let mut forest = Forest::new(["separation", title], &panels, vec![(String::new(), entries)])?;
    let swatch = |class: &str, label: &str| Swatch { class: class.into(), label: label.into() };
    forest.said = headline(ranked, "days");
    forest.key = vec![
        swatch("dot", "best state, separation"),
        swatch("dot hollow", "worst state"),
        swatch("stroke", "mean separation of the same states shifted in time"),
    ];
    forest.caption = "The surest contrast comes first. A wide separation is no proof: the widest \
                      of many is wide by chance alone."
        .to_owned();
    Some(forest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::site::kit::file::Experiment;
    use crate::report::site::summary;
    use crate::report::stored;
    use crate::results::{Contrast, Separation};

    fn titles(experiments: &[Experiment]) -> Vec<String> {
        let options = Options { title: "Reports".into(), ..Options::default() };
        let summaries: Vec<Summary> = experiments.iter().map(|each| summary(each, None)).collect();
        page(&summaries, &options).rows.into_iter().map(|row| row.title).collect()
    }

    #[test]
    fn the_same_detector_on_the_same_prices_counts_once() {
        let twice = [stored::systems(), stored::systems()];
        assert_eq!(titles(&twice), titles(&twice[..1]));
    }

    #[test]
    fn of_very_many_detectors_the_first_are_listed_and_the_others_counted() {
        let one = summary(&stored::systems(), None);
        let on_other_prices = |number: usize| {
            let mut each = one.clone();
            each.detectors.iter_mut().for_each(|found| found.data_hash = number.to_string());
            each
        };
        let all: Vec<Summary> = (0..1_000).map(on_other_prices).collect();
        let page = page(&all, &Options::default());
        assert_eq!(page.rows.len(), MOST_ROWS);
        assert_eq!(page.more, format::count(1_000 * one.detectors.len() - MOST_ROWS));
    }

    #[test]
    fn the_surest_contrast_comes_first_then_the_widest_separation_and_an_undefined_one_last() {
        let mut experiment = stored::systems();
        let set = |regime: &mut RegimeSummary, value| {
            regime.separation.values_mut().for_each(|separation| *separation = value);
        };
        for regime in &mut experiment.results.regimes {
            regime.contrast = None;
        }
        set(&mut experiment.results.regimes[0], None);
        let apart = Separation {
            r2: 0.04,
            best: 0,
            worst: 1,
            r2_shifted: Some(0.02),
            shifted_p: Some(0.3),
        };
        set(&mut experiment.results.regimes[1], Some(apart));
        let found = titles(std::slice::from_ref(&experiment));
        assert_eq!(found[0], experiment.results.regimes[1].title);
        assert_eq!(found[found.len() - 1], experiment.results.regimes[0].title);
        let (slopes, errors) = (Vec::new(), Vec::new());
        let contrast = Contrast { slopes, errors, statistic: 9.0, p_value: 0.01, rejects: true };
        experiment.results.regimes[0].contrast = Some(contrast);
        let found = titles(std::slice::from_ref(&experiment));
        assert_eq!(found[0], experiment.results.regimes[0].title);
    }

    #[test]
    fn a_detector_separates_only_after_paying_for_all_of_them() {
        let mut experiment = stored::systems();
        let regimes = &mut experiment.results.regimes;
        let count = regimes.iter().filter(|regime| regime.causal).count();
        let contrast = |p_value| {
            let (slopes, errors) = (Vec::new(), Vec::new());
            Some(Contrast { slopes, errors, statistic: 9.0, p_value, rejects: true })
        };
        regimes.iter_mut().for_each(|regime| regime.contrast = contrast(0.9));
        let told = |experiment: &Experiment| {
            page(&[summary(experiment, None)], &Options::default()).headline
        };
        assert!(told(&experiment).starts_with("No detector surely"), "{}", told(&experiment));
        // By itself below 5 %, as one of all not.
        experiment.results.regimes[0].contrast = contrast(0.049);
        assert!(told(&experiment).starts_with("No detector surely"), "{}", told(&experiment));
        experiment.results.regimes[0].contrast = contrast(0.001);
        let one = format!("What past returns say differs between the states of one of {count}");
        assert!(told(&experiment).starts_with(&one), "{}", told(&experiment));
    }
}
