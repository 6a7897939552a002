//! The front page: every experiment in a sortable table, their squared errors side by side, and
//! the price sources.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::units::format::number;
use crate::base::units::{Day, format};
use crate::report::chart::{self, Axis, Sparkline, TimeChart, Unit};
use crate::report::site::kit::figures::{
    SMALL, at, common_range, line, slug, thinned, words, zero_axis,
};
use crate::report::site::kit::file::{Experiment, Options, shell};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Panel, Shell, Swatch, sharpes};
use crate::report::site::kit::{period, wording};
use crate::report::site::pages::detectors;
use crate::report::site::verdict::{stamp_word, verdict};
use crate::results::{CheckOutcome, SourceSummary, value};

/// Small multiples drawn below the table.
const MOST_PANELS: usize = 24;
/// Positions of a small multiple.
const PANEL_POSITIONS: usize = 150;
/// Positions of a sparkline.
const SPARK_POSITIONS: usize = 60;

/// What `index.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    shell: Shell,
    experiments: Vec<Entry>,
    /// How many of them show evidence as one of all; empty for one experiment.
    family: String,
    /// Whether there is a page that compares the detectors.
    detectors: bool,
    panels: Vec<Linked>,
    key: Vec<Swatch>,
    sources: Vec<Source>,
}

/// One row of the table.
#[derive(Debug, Serialize)]
struct Entry {
    id: String,
    title: String,
    synthetic: bool,
    /// Whether its certificate failed.
    failed: bool,
    span: String,
    verdict: String,
    class: &'static str,
    /// The word of the stamp and its class; empty without criteria.
    stamp: (&'static str, &'static str),
    columns: Vec<Lines>,
    sparklines: Vec<Spark>,
}

/// A cell with one line a model; sorting goes by the median of them.
#[derive(Debug, Serialize)]
struct Lines {
    sort: String,
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Spark {
    class: String,
    label: String,
    svg: String,
}

/// A small multiple that leads to its experiment.
#[derive(Debug, Serialize)]
struct Linked {
    id: String,
    panel: Panel,
}

#[derive(Debug, Serialize)]
struct Source {
    name: String,
    title: String,
    span: String,
    synthetic: bool,
}

/// The front page of all experiments.
pub(crate) fn page(
    experiments: &[Experiment],
    sources: &[SourceSummary],
    options: &Options,
) -> Page {
    let mut subjects: Vec<Subject<'_>> = experiments.iter().map(Subject::new).collect();
    in_order(&mut subjects);
    let description = "Walk-forward experiments, strictly out of sample.";
    let synthetic = experiments.iter().any(|experiment| experiment.results.data.synthetic);
    Page {
        shell: Shell { synthetic, ..shell(options, &options.title, "", description) },
        experiments: subjects.iter().map(entry).collect(),
        family: family(experiments).unwrap_or_default(),
        detectors: experiments.iter().any(detectors::has_detector),
        panels: panels(&subjects),
        key: subjects.first().map(Subject::model_key).unwrap_or_default(),
        sources: sources
            .iter()
            .map(|source| Source {
                name: source.name.clone(),
                title: source.title.clone(),
                span: format!("{} to {}", source.first_day, source.last_day),
                synthetic: source.synthetic,
            })
            .collect(),
    }
}

/// Groups by the smallest place in them, and within a group by place; what has no group or no place
/// keeps its order and comes last.
fn in_order(subjects: &mut [Subject<'_>]) {
    let place = |subject: &Subject<'_>| subject.results.spec.order.unwrap_or(u32::MAX);
    let mut groups: BTreeMap<String, u32> = BTreeMap::new();
    for subject in subjects.iter() {
        let first = groups.entry(subject.results.spec.group.clone()).or_insert(u32::MAX);
        *first = place(subject).min(*first);
    }
    subjects.sort_by_cached_key(|subject| {
        let group = &subject.results.spec.group;
        (group.is_empty(), groups[group], group.clone(), place(subject))
    });
}

/// What all experiments show together.
fn family(experiments: &[Experiment]) -> Option<String> {
    let results = &experiments.first()?.results;
    let (family, trials) = (results.verdict.family?, results.trials?);
    if family.experiments < 2 {
        return None;
    }
    let some = match family.with_evidence {
        0 => "none of these shows".to_owned(),
        1 => "one of these shows".to_owned(),
        many => format!("{} of these show", number(many)),
    };
    let own = number(family.experiments);
    Some(format!(
        "{} experiments, {own} with forecasts of their own: {some} evidence of a signal after \
         paying for all {own} (Romano–Wolf; the chance of even one false claim is at most 5 %). \
         Behind them are {} trials (penalties × models × sizing rules), which amount to {} \
         different ones.",
        format::upper_first(&number(trials.experiments)),
        format::count(trials.counted),
        format::count(trials.effective)
    ))
}

fn entry(subject: &Subject<'_>) -> Entry {
    let results = subject.results;
    let verdict = verdict(subject);
    let column = |value: &dyn Fn(&Model<'_>) -> Option<f64>,
                  show: &dyn Fn(Option<f64>) -> String| {
        let values: Vec<Option<f64>> = subject.everyone().map(value).collect();
        Lines {
            sort: median(&values[..subject.models.len()])
                .map_or_else(String::new, |value| format!("{value:e}")),
            lines: values.into_iter().map(show).collect(),
        }
    };
    let mut both =
        column(&|m| subject.headline(m).and_then(|s| value(s.sharpe)), &|v| format::decimal(v, 2));
    let metrics = subject.everyone().map(|model| subject.headline(model));
    both.lines = metrics
        .map(|m| sharpes(m.and_then(|m| m.sharpe), m.and_then(|m| m.sharpe_arithmetic)))
        .collect();
    let columns = vec![
        column(&|m| value(m.summary.forecast.oos_r2), &|v| format::percent(v, 2)),
        column(&|m| m.scaled_p(), &format::p_value),
        column(&|m| m.summary.forecast.hit_rate, &|v| format::percent(v, 1)),
        both,
        column(&|m| subject.headline(m).map(|s| s.annual_turnover), &|v| format::decimal(v, 0)),
    ];
    Entry {
        id: results.id.clone(),
        title: results.title.clone(),
        synthetic: results.data.synthetic,
        failed: results.certificate.outcome == CheckOutcome::Failed,
        span: format!(
            "{}{}, {}–{}{}",
            if results.spec.group.is_empty() {
                String::new()
            } else {
                format!("{}: ", results.spec.group)
            },
            results.data.target,
            results.walk_forward.first_forecast.year(),
            results.walk_forward.last_forecast.year(),
            subject
                .headline_rule()
                .map_or_else(String::new, |rule| format!(", {}", wording::sizing(rule)))
        ),
        verdict: period::text(results, &verdict.headline),
        class: verdict.class,
        stamp: results.verdict.stamp.map(stamp_word).unwrap_or_default(),
        columns,
        sparklines: sparklines(subject),
    }
}

fn median(values: &[Option<f64>]) -> Option<f64> {
    let mut defined: Vec<f64> = values.iter().copied().flatten().collect();
    defined.sort_by(f64::total_cmp);
    defined.get(defined.len().saturating_sub(1) / 2).copied()
}

fn sparklines(subject: &Subject<'_>) -> Vec<Spark> {
    let spark = |model: &Model<'_>| {
        let values = subject.squared_error_difference(model.name);
        let values = at(&values, &thinned(values.len(), SPARK_POSITIONS));
        let label = format!("Squared error saved by {}", model.title);
        let svg = chart::sparkline(&Sparkline {
            words: words(
                &format!("spark-{}-{}", subject.results.id, slug(model.name)),
                &label,
                &label,
            ),
            values: &values,
            role: model.role,
        });
        Spark { class: model.class(), label: model.short.clone(), svg }
    };
    subject.everyone().map(spark).collect()
}

/// Cumulative squared-error differences of an experiment, one a model, over some of its days.
type Trace<'a> = (&'a Subject<'a>, Vec<Day>, Vec<Vec<f64>>);

fn trace<'a>(subject: &'a Subject<'a>) -> Trace<'a> {
    let days = &subject.series.forecasts.days;
    let kept = thinned(days.len(), PANEL_POSITIONS);
    let models = subject.models.iter();
    let lines = models.map(|model| at(&subject.squared_error_difference(model.name), &kept));
    (subject, at(days, &kept), lines.collect())
}

fn panel((subject, days, lines): &Trace<'_>, range: (f64, f64)) -> Linked {
    let results = subject.results;
    let models = subject.models.iter().zip(lines);
    let svg = chart::time_chart(&TimeChart {
        words: words(
            &format!("panel-{}", results.id),
            &results.title,
            "Cumulative squared-error difference, one line a model.",
        ),
        days,
        lines: models.map(|(model, values)| line("", model.role, values)).collect(),
        bands: &[],
        axis: Axis { range: Some(range), ..zero_axis("", Unit::Decimal(3)) },
        aspect: SMALL,
    });
    Linked { id: results.id.clone(), panel: Panel { title: results.title.clone(), svg } }
}

/// One panel an experiment, all on one vertical scale; none for fewer than two experiments.
fn panels(subjects: &[Subject<'_>]) -> Vec<Linked> {
    if subjects.len() < 2 {
        return Vec::new();
    }
    let traces: Vec<Trace<'_>> = subjects.iter().take(MOST_PANELS).map(trace).collect();
    let values = traces.iter().flat_map(|(_, _, lines)| lines).map(Vec::as_slice);
    let range = common_range(values);
    let panels = range.map(|range| traces.iter().map(|trace| panel(trace, range)).collect());
    panels.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_what_is_not_defined() {
        assert_eq!(median(&[Some(3.0), None, Some(1.0), Some(2.0)]), Some(2.0));
        assert_eq!(median(&[None]), None);
    }
}
