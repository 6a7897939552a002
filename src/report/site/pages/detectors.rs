//! The page that sets the regime detectors of all experiments side by side: which of them
//! separates the days with predictability from those without?

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::units::{Frequency, format};
use crate::report::chart::{self, BarChart, Role, Unit};
use crate::report::site::kit::figures::{WIDE, words, zero_axis};
use crate::report::site::kit::file::{Options, shell};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::summary::{Candidate, Summary};
use crate::report::site::kit::view::{Cell, Column, Figure, Shell, columns};
use crate::report::site::kit::{period, wording};
use crate::results::{RegimeSummary, Segment, value};

/// Bars drawn; the table has all detectors.
const MOST_BARS: usize = 16;

/// What `detectors.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    shell: Shell,
    lead: String,
    /// What a row of the prices is: `days` where all are daily.
    unit: &'static str,
    columns: Vec<Column>,
    rows: Vec<Row>,
    figure: Option<Figure>,
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
    synthetic: bool,
    cells: Vec<Cell>,
}

/// A candidate and the experiment that speaks for it.
type Ranked<'a> = (&'a Summary, &'a Candidate);

/// The page of all experiments' detectors.
pub(crate) fn page(experiments: &[Summary], options: &Options) -> Page {
    let ranked = ranked(experiments);
    let title = "Which detector separates predictability best";
    let description = "Regime detectors side by side: how far apart the out-of-sample R² of their \
                       states is.";
    let synthetic = ranked.iter().any(|(experiment, _)| experiment.synthetic);
    let is_daily = |(_, found): &Ranked<'_>| found.frequency == Frequency::Daily;
    let unit = if ranked.iter().all(is_daily) { "days" } else { "rows" };
    let [share, differing] = [format!("R², share of {unit}"), format!("{unit} that differ")];
    // What `candidate` fills, cell by cell.
    let headings = [
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
    let rows = (1..).zip(&ranked).map(|(rank, (experiment, found))| {
        let worded = |text: &str| period::text(found.frequency, text);
        Row {
            rank,
            title: worded(&told_apart(found, &ranked, |known| &known.title)),
            settings: worded(&found.settings.join(", ")),
            experiment: experiment.id.clone(),
            experiment_title: experiment.title.clone(),
            synthetic: experiment.synthetic,
            cells: found.cells.iter().map(|(text, minor)| Cell::with(text, minor)).collect(),
        }
    });
    Page {
        shell: Shell { synthetic, ..shell(options, title, "detectors/", description) },
        lead: lead(&ranked),
        unit,
        columns: columns(&headings),
        rows: rows.collect(),
        figure: figure(&ranked),
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

fn lead(ranked: &[Ranked<'_>]) -> String {
    let experiments: BTreeSet<&str> =
        ranked.iter().map(|(experiment, _)| experiment.id.as_str()).collect();
    let count = |many: usize, noun: &str| match many {
        1 => format!("one {noun}"),
        many => format!("{many} {noun}s"),
    };
    format!(
        "{} in {}, labelling at each close from the past alone. Separation is the \
         out-of-sample R² in a detector’s best state less that in its worst.",
        count(ranked.len(), "detector").replacen("one", "One", 1),
        count(experiments.len(), "experiment"),
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

fn figure(ranked: &[Ranked<'_>]) -> Option<Figure> {
    // Bars bear the places of the table, in which those without a separation have one too.
    let known = ranked.iter().map(|(_, found)| *found).enumerate();
    let known = known.filter(|(_, found)| found.separation.is_some());
    let shown: Vec<(usize, &Candidate)> = known.take(MOST_BARS).collect();
    // One bar compares nothing.
    if shown.len() < 2 {
        return None;
    }
    let label = |&(position, found): &(usize, &Candidate)| {
        let label = told_apart(found, ranked, |known| &known.label);
        // What the settings tell apart needs fewer words, and there is little room under a bar.
        format!("{} {}", position + 1, label.replace(" model, ", ", "))
    };
    let labels: Vec<String> = shown.iter().map(label).collect();
    let values: Vec<f64> = shown.iter().filter_map(|(_, found)| found.separation).collect();
    let chart = BarChart {
        words: words(
            "separation",
            "Separation of out-of-sample R², by detector",
            "Out-of-sample R² in the best state less that in the worst, one bar a detector, in \
             the order of the table.",
        ),
        labels: labels.iter().map(String::as_str).collect(),
        values: &values,
        role: Role::Main,
        axis: zero_axis("R², best less worst state", Unit::Percent(1)),
        size: WIDE,
    };
    let caption = "In the order of the table. A high bar is no proof: the best and the worst \
                   state are found by looking, and the highest of many bars is high by chance \
                   alone.";
    Some(Figure::new(&chart.words, chart::bar_chart(&chart), caption, Vec::new(), ""))
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
        let summaries: Vec<Summary> = experiments.iter().map(summary).collect();
        page(&summaries, &options).rows.into_iter().map(|row| row.title).collect()
    }

    #[test]
    fn the_same_detector_on_the_same_prices_counts_once() {
        let twice = [stored::systems(), stored::systems()];
        assert_eq!(titles(&twice), titles(&twice[..1]));
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
}
