//! The front page: every experiment in a sortable table, their squared errors side by side, and
//! the price sources.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::format::{self, number};
use crate::report::chart::{self, Axis, Sparkline, TimeChart, Unit};
use crate::report::site::kit::figures::{
    SMALL, at, common_range, line, slug, thinned, words, zero_axis,
};
use crate::report::site::kit::file::{File, Options, shell};
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::summary::{Lines, Row, Spark, Summary, Trace};
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::{Panel, Shell, Swatch, sharpes};
use crate::report::site::kit::{period, wording};
use crate::report::site::verdict::{stamp_word, verdict};
use crate::results::{CheckOutcome, SourceSummary, value};

/// Experiments beyond which the front page lists the first ones, and all stand on pages of their own.
const MOST_ROWS: usize = 40;
/// Rows of such a page.
const ROWS_OF_LIST: usize = 100;
/// Small multiples drawn below the table.
const MOST_PANELS: usize = 24;
/// Positions of a small multiple.
const PANEL_POSITIONS: usize = 150;
/// Positions of a sparkline.
const SPARK_POSITIONS: usize = 60;

/// What `index.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page<'a> {
    shell: Shell,
    experiments: Vec<&'a Row>,
    /// Where the rest is; empty where all are here.
    lists: Vec<List>,
    /// How many experiments there are: "2,000".
    count: String,
    /// How many of them show evidence as one of all; empty for one experiment.
    family: String,
    /// Whether there is a page that compares the detectors.
    detectors: bool,
    panels: Vec<Linked>,
    key: Vec<Swatch>,
    sources: Vec<Source>,
}

/// A page that lists some of very many experiments.
#[derive(Debug, Clone, Serialize)]
struct List {
    number: usize,
    /// Titles of its first and its last experiment.
    first: String,
    last: String,
}

/// What `list.html` sees.
#[derive(Debug, Serialize)]
struct ListPage<'a> {
    shell: Shell,
    number: usize,
    count: String,
    experiments: &'a [&'a Row],
    lists: &'a [List],
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
pub(crate) fn page<'a>(
    experiments: &'a [Summary],
    sources: &[SourceSummary],
    options: &Options,
) -> Page<'a> {
    let ordered = in_order(experiments);
    let description = "Walk-forward experiments, strictly out of sample.";
    let synthetic = experiments.iter().any(|experiment| experiment.synthetic);
    let shown = if ordered.len() > MOST_ROWS { MOST_PANELS } else { MOST_ROWS };
    Page {
        shell: Shell { synthetic, ..shell(options, &options.title, "", description) },
        experiments: ordered.iter().take(shown).map(|each| &each.row).collect(),
        lists: lists(&ordered),
        count: format::count(ordered.len()),
        family: family(experiments).unwrap_or_default(),
        detectors: experiments.iter().any(|experiment| !experiment.detectors.is_empty()),
        panels: panels(&ordered),
        key: ordered.first().map(|first| first.trace.key.clone()).unwrap_or_default(),
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

/// The pages that list very many experiments; none where the front page has room for all.
///
/// # Errors
/// A template that asks for what a page does not have.
pub(crate) fn list_files(
    experiments: &[Summary],
    templates: &Templates,
    options: &Options,
) -> Result<Vec<File>, Problems> {
    let ordered = in_order(experiments);
    let lists = lists(&ordered);
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let count = format::count(ordered.len());
    let page = |(list, rows): (&List, &[&Summary])| {
        let folder = format!("all/{}/", list.number);
        let title = format!("All experiments, page {}", list.number);
        let description = format!("{count} experiments, from {} to {}.", list.first, list.last);
        // Charts of so many would burst the page.
        let rows: Vec<Row> =
            rows.iter().map(|each| Row { sparklines: Vec::new(), ..each.row.clone() }).collect();
        let page = ListPage {
            shell: Shell {
                synthetic: rows.iter().any(|row| row.synthetic),
                ..shell(options, &title, &folder, &description)
            },
            number: list.number,
            count: count.clone(),
            experiments: &rows.iter().collect::<Vec<&Row>>(),
            lists: &lists,
        };
        let contents = templates.page("list.html", &page)?;
        Ok(File { path: format!("{folder}index.html"), contents })
    };
    lists.iter().zip(ordered.chunks(ROWS_OF_LIST)).map(page).collect()
}

fn lists(ordered: &[&Summary]) -> Vec<List> {
    if ordered.len() <= MOST_ROWS {
        return Vec::new();
    }
    let list = |(number, rows): (usize, &[&Summary])| List {
        number,
        first: rows.first().map_or_else(String::new, |row| row.title.clone()),
        last: rows.last().map_or_else(String::new, |row| row.title.clone()),
    };
    (1..).zip(ordered.chunks(ROWS_OF_LIST)).map(list).collect()
}

/// Groups by the smallest place in them, and within a group by place; what has no group or no place
/// keeps its order and comes last.
fn in_order(experiments: &[Summary]) -> Vec<&Summary> {
    let place = |experiment: &Summary| experiment.order.unwrap_or(u32::MAX);
    let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
    for experiment in experiments {
        let first = groups.entry(&experiment.group).or_insert(u32::MAX);
        *first = place(experiment).min(*first);
    }
    let mut ordered: Vec<&Summary> = experiments.iter().collect();
    ordered.sort_by_cached_key(|experiment| {
        let group = experiment.group.as_str();
        (group.is_empty(), groups[group], group.to_owned(), place(experiment))
    });
    ordered
}

/// What all experiments show together.
fn family(experiments: &[Summary]) -> Option<String> {
    let first = experiments.first()?;
    let (family, trials) = (first.family?, first.trials?);
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

/// An experiment's row.
pub(crate) fn row(subject: &Subject<'_>) -> Row {
    let results = subject.results;
    let verdict = verdict(subject);
    let (stamp, class) = results.verdict.stamp.map(stamp_word).unwrap_or_default();
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
    Row {
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
        verdict: period::text(results.data.frequency, &verdict.headline),
        class: verdict.class.to_owned(),
        stamp: (stamp.to_owned(), class.to_owned()),
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
            range: None,
        });
        Spark { class: model.class(), label: model.short.clone(), svg }
    };
    subject.everyone().map(spark).collect()
}

/// What an experiment's small multiple draws.
pub(crate) fn trace(subject: &Subject<'_>) -> Trace {
    let days = &subject.series.forecasts.days;
    let kept = thinned(days.len(), PANEL_POSITIONS);
    let line =
        |model: &Model<'_>| (model.role, at(&subject.squared_error_difference(model.name), &kept));
    Trace {
        days: at(days, &kept),
        lines: subject.models.iter().map(line).collect(),
        key: subject.model_key(),
    }
}

fn panel(experiment: &Summary, range: (f64, f64)) -> Linked {
    let Summary { id, title, trace, .. } = experiment;
    let name = format!("panel-{id}");
    let words = words(&name, title, "Cumulative squared-error difference, one line a model.");
    let lines = trace.lines.iter().map(|(role, values)| line("", *role, values)).collect();
    let axis = Axis { range: Some(range), ..zero_axis("", Unit::Decimal(3)) };
    let chart = TimeChart { size: SMALL, ..TimeChart::new(words, &trace.days, lines, axis) };
    let svg = chart::time_chart(&chart);
    Linked { id: id.clone(), panel: Panel { title: title.clone(), svg } }
}

/// One panel an experiment, all on one vertical scale; none for fewer than two experiments.
fn panels(ordered: &[&Summary]) -> Vec<Linked> {
    if ordered.len() < 2 {
        return Vec::new();
    }
    let drawn = &ordered[..MOST_PANELS.min(ordered.len())];
    let lines = drawn.iter().flat_map(|each| &each.trace.lines);
    let range = common_range(lines.map(|(_, values)| values.as_slice()));
    range.map(|range| drawn.iter().map(|each| panel(each, range)).collect()).unwrap_or_default()
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
