//! The page that sets the regime detectors of all experiments side by side: which of them
//! separates the days with predictability from those without?

use serde::Serialize;

use crate::base::units::{Frequency, format};
use crate::report::chart::{self, BarChart, Role, Unit};
use crate::report::site::kit::figures::{WIDE, words, zero_axis};
use crate::report::site::kit::file::{Experiment, Options, shell};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Cell, Column, Figure, Of, Shell, columns};
use crate::report::site::kit::{period, wording};
use crate::results::{RegimeSummary, Separation, value};

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

/// A detector with what it is judged by.
struct Candidate<'a> {
    subject: &'a Subject<'a>,
    model: &'a Model<'a>,
    regime: &'a RegimeSummary,
    separation: Option<Separation>,
}

/// Whether an experiment labels days by a detector that works in real time.
pub(crate) fn has_detector(experiment: &Experiment) -> bool {
    experiment.results.regimes.iter().any(|regime| regime.causal)
}

/// The page of all experiments' detectors.
pub(crate) fn page(experiments: &[Experiment], options: &Options) -> Page {
    let subjects: Vec<Subject<'_>> = experiments.iter().map(Subject::new).collect();
    let candidates = candidates(&subjects);
    let title = "Which detector separates predictability best";
    let description = "Regime detectors side by side: how far apart the out-of-sample R² of their \
                       states is.";
    let synthetic = candidates.iter().any(|c| c.subject.results.data.synthetic);
    let is_daily = |c: &Candidate<'_>| c.subject.results.data.frequency == Frequency::Daily;
    let unit = if candidates.iter().all(is_daily) { "days" } else { "rows" };
    let [share, differing] = [format!("R², share of {unit}"), format!("{unit} that differ")];
    let described: [Of<'_, Candidate<'_>>; 9] = [
        ("Contrast p", "of the relation", &|c| Cell::p_value(c.contrast())),
        ("Separation", "of R²", &|c| {
            let apart = c.separation.map(|separation| separation.r2);
            Cell::with(format::percent(apart, 2), &c.model.title)
        }),
        ("By chance", "mean, p", &|c| {
            let shifted = c.separation.and_then(|separation| separation.r2_shifted);
            let p = c.separation.and_then(|separation| separation.shifted_p);
            Cell::with(format::percent(shifted, 2), format::p_value(p))
        }),
        ("Best state", &share, &|c| c.state(c.separation.map(|apart| apart.best))),
        ("Worst state", &share, &|c| c.state(c.separation.map(|apart| apart.worst))),
        ("Changes", "a year", &|c| {
            let periods = c.subject.results.data.periods_per_year;
            Cell::decimal(changes_a_year(c.regime, periods), 1)
        }),
        ("Repaint", &differing, &|c| {
            Cell::percent(c.regime.repaint.as_ref().and_then(|known| known.differing_share), 1)
        }),
        ("Accuracy", "on the planted signal", &|c| accuracy(c.regime)),
        ("Delay", unit, &|c| delay(c.regime)),
    ];
    let mut headings = vec![("Detector", "")];
    headings.extend(described.iter().map(|(text, minor, _)| (*text, *minor)));
    let rows = (1..).zip(&candidates).map(|(rank, candidate)| {
        let (regime, results) = (candidate.regime, candidate.subject.results);
        Row {
            rank,
            title: period::text(
                results,
                &told_apart(&regime.title, candidate, &candidates, &|c| c.regime.title.clone()),
            ),
            settings: period::text(results, &wording::settings(results, regime)),
            experiment: results.id.clone(),
            experiment_title: results.title.clone(),
            synthetic: results.data.synthetic,
            cells: described.iter().map(|(_, _, cell)| cell(candidate)).collect(),
        }
    });
    Page {
        shell: Shell { synthetic, ..shell(options, title, "detectors/", description) },
        lead: lead(&candidates),
        unit,
        columns: columns(&headings),
        rows: rows.collect(),
        figure: figure(&candidates),
    }
}

/// The detectors that label in real time, the surest contrast first, then the widest separation.
///
/// The same detector on the same prices counts once: the experiment with the most detectors speaks
/// for all, so that rivals are judged on the same forecasts.
fn candidates<'a>(subjects: &'a [Subject<'a>]) -> Vec<Candidate<'a>> {
    let causal =
        |subject: &Subject<'_>| subject.results.regimes.iter().filter(|r| r.causal).count();
    let mut order: Vec<&Subject<'_>> = subjects.iter().collect();
    order.sort_by_key(|subject| std::cmp::Reverse(causal(subject)));
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    for subject in order {
        let Some(model) = subject.models.first() else { continue };
        for regime in subject.results.regimes.iter().filter(|regime| regime.causal) {
            let is_known = candidates.iter().any(|known| {
                known.subject.results.provenance.data_hash == subject.results.provenance.data_hash
                    && known.regime.title == regime.title
                    && known.regime.segments == regime.segments
            });
            if !is_known {
                let separation = regime.separation.get(model.name).copied().flatten();
                candidates.push(Candidate { subject, model, regime, separation });
            }
        }
    }
    let rank = |found: &Candidate<'_>| found.separation.map_or(f64::NEG_INFINITY, |apart| apart.r2);
    let p = |found: &Candidate<'_>| found.contrast().unwrap_or(f64::INFINITY);
    candidates.sort_by(|a, b| p(a).total_cmp(&p(b)).then(rank(b).total_cmp(&rank(a))));
    candidates
}

fn lead(candidates: &[Candidate<'_>]) -> String {
    let mut experiments: Vec<&str> =
        candidates.iter().map(|c| c.subject.results.id.as_str()).collect();
    experiments.sort_unstable();
    experiments.dedup();
    let count = |many: usize, noun: &str| match many {
        1 => format!("one {noun}"),
        many => format!("{many} {noun}s"),
    };
    format!(
        "{} in {}, labelling at each close from the past alone. Separation is the \
         out-of-sample R² in a detector’s best state less that in its worst.",
        count(candidates.len(), "detector").replacen("one", "One", 1),
        count(experiments.len(), "experiment"),
    )
}

/// A name with the settings by which a detector differs from others of that name: "jump model,
/// penalty 50".
fn told_apart(
    name: &str,
    candidate: &Candidate<'_>,
    all: &[Candidate<'_>],
    name_of: &dyn Fn(&Candidate<'_>) -> String,
) -> String {
    let settings = |c: &Candidate<'_>| wording::each_setting(c.subject.results, c.regime);
    let others: Vec<Vec<String>> =
        all.iter().filter(|other| name_of(other) == name).map(settings).collect();
    let differs = |own: &String| others.iter().any(|other| !other.contains(own));
    let mut parts = vec![name.to_owned()];
    parts.extend(settings(candidate).into_iter().filter(differs));
    parts.join(", ")
}

impl Candidate<'_> {
    /// The p-value that the relation is the same in all states.
    fn contrast(&self) -> Option<f64> {
        self.regime.contrast.as_ref().map(|contrast| contrast.p_value)
    }

    fn state(&self, state: Option<usize>) -> Cell {
        let figures = state.and_then(|state| {
            let forecast = self.regime.forecast.get(self.model.name)?.get(state)?;
            Some((forecast, self.regime.states.get(state)?))
        });
        match figures {
            Some((forecast, state)) => Cell::with(
                format::percent(value(forecast.oos_r2), 2),
                format!("{}, {}", state.label, format::percent(Some(state.share), 0)),
            ),
            None => Cell::missing(),
        }
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

fn figure(candidates: &[Candidate<'_>]) -> Option<Figure> {
    // Bars bear the places of the table, in which those without a separation have one too.
    let known = candidates.iter().enumerate();
    let known = known.filter(|(_, candidate)| candidate.separation.is_some());
    let shown: Vec<(usize, &Candidate<'_>)> = known.take(MOST_BARS).collect();
    // One bar compares nothing.
    if shown.len() < 2 {
        return None;
    }
    let label = |&(position, candidate): &(usize, &Candidate<'_>)| {
        let label = |c: &Candidate<'_>| wording::label(c.subject.results, c.regime);
        let label = told_apart(&label(candidate), candidate, candidates, &label);
        // What the settings tell apart needs fewer words, and there is little room under a bar.
        format!("{} {}", position + 1, label.replace(" model, ", ", "))
    };
    let labels: Vec<String> = shown.iter().map(label).collect();
    let values: Vec<f64> =
        shown.iter().filter_map(|(_, candidate)| Some(candidate.separation?.r2)).collect();
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
        aspect: WIDE,
    };
    let caption = "In the order of the table. A high bar is no proof: the best and the worst \
                   state are found by looking, and the highest of many bars is high by chance \
                   alone.";
    Some(Figure::new(&chart.words, chart::bar_chart(&chart), caption, Vec::new(), ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::stored;
    use crate::results::Contrast;

    fn titles(experiments: &[Experiment]) -> Vec<String> {
        let options = Options { title: "Reports".into(), ..Options::default() };
        page(experiments, &options).rows.into_iter().map(|row| row.title).collect()
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
