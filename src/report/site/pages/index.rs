//! The front page: what all experiments show together, a plot of every one of them, the table, and
//! the price sources; and the pages that list very many.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::diagnostic::Problems;
use crate::base::units::format::{self, number};
use crate::report::site::kit::file::{File, Options, shell};
use crate::report::site::kit::forest::Forest;
use crate::report::site::kit::nav::in_order;
use crate::report::site::kit::summary::Summary;
use crate::report::site::kit::templates::Templates;
use crate::report::site::kit::view::Shell;
use crate::report::site::study::{Shown, Study, forest, shown, studies};
use crate::results::SourceSummary;

/// Experiments beyond which the plot has a row a group, the table has the first ones, and all stand
/// on pages of their own.
const MOST_ROWS: usize = 40;
/// Rows of the table where there are more.
const FIRST_ROWS: usize = 24;
/// Rows of such a page.
const ROWS_OF_LIST: usize = 100;
/// Targets that have a finding of their own.
const MOST_STUDIES: usize = 8;

/// What `index.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page<'a> {
    pub shell: Shell,
    /// Whether only some prices are simulated.
    mixed: bool,
    /// What the first finding is about.
    kicker: String,
    headline: String,
    lead: String,
    forest: Option<Forest>,
    /// Findings about other targets or sources.
    others: Vec<Finding>,
    /// How many targets have none here; empty for none.
    more: String,
    /// What became of the hypotheses.
    stamps: String,
    experiments: Vec<Shown<'a>>,
    /// Where the rest is; empty where all are here.
    lists: Vec<List>,
    /// How many experiments there are: "2,000".
    count: String,
    /// Whether there is a page that compares the detectors.
    detectors: bool,
    sources: Vec<Source>,
}

/// What all experiments on one target show.
#[derive(Debug, Serialize)]
struct Finding {
    /// Anchor.
    id: String,
    kicker: String,
    headline: String,
    lead: String,
    forest: Option<Forest>,
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
    mixed: bool,
    number: usize,
    count: String,
    experiments: Vec<Shown<'a>>,
    lists: &'a [List],
}

#[derive(Debug, Serialize)]
struct Source {
    name: String,
    title: String,
    span: String,
    synthetic: bool,
}

/// Experiments in the order of the front page.
fn ordered<'a>(experiments: &'a [Summary], options: &Options) -> Vec<&'a Summary> {
    in_order(experiments, &options.order, |each| (&each.group, each.order))
}

/// The front page of all experiments.
pub(crate) fn page<'a>(
    experiments: &'a [Summary],
    sources: &[SourceSummary],
    options: &Options,
    has_detectors: bool,
) -> Page<'a> {
    let ordered = ordered(experiments, options);
    let synthetic = experiments.iter().any(|experiment| experiment.synthetic);
    let most = if ordered.len() > MOST_ROWS { 0 } else { MOST_ROWS };
    let all = studies(&ordered);
    let several = all.len() > 1;
    let finding = |(number, (study, members)): (usize, &(Study, Vec<&Summary>))| Finding {
        id: format!("finding-{number}"),
        kicker: kicker(study, members.len(), sources, several),
        headline: study.headline(),
        lead: study.lead(),
        forest: forest(study, members, most, number),
    };
    let mut findings = all.iter().enumerate().take(MOST_STUDIES).map(finding);
    let first = findings.next();
    let description = first.as_ref().map_or("Walk-forward experiments.", |first| &first.headline);
    let rows = if ordered.len() > MOST_ROWS { FIRST_ROWS } else { MOST_ROWS };
    let lists = lists(&ordered);
    let others: Vec<Finding> = findings.collect();
    let mut page = Page {
        shell: Shell { synthetic, ..shell(options, &options.title, "", description) },
        mixed: is_mixed(experiments),
        kicker: String::new(),
        headline: String::new(),
        lead: String::new(),
        forest: None,
        more: match all.len().saturating_sub(MOST_STUDIES) {
            0 => String::new(),
            more => format::counted(more, "further target", "further targets"),
        },
        stamps: stamps(&ordered),
        experiments: table(experiments, &ordered[..rows.min(ordered.len())]),
        lists,
        count: format::count(ordered.len()),
        detectors: has_detectors,
        sources: sources
            .iter()
            .map(|source| Source {
                name: source.name.clone(),
                title: source.title.clone(),
                span: format!("{} to {}", source.first_day, source.last_day),
                synthetic: source.synthetic,
            })
            .collect(),
        others,
    };
    if let Some(first) = first {
        (page.kicker, page.headline) = (first.kicker, first.headline);
        (page.lead, page.forest) = (first.lead, first.forest);
        if !page.others.is_empty() {
            page.lead += " The other targets stand below.";
        }
    }
    page
}

/// "21 experiments · SPY, 2004–2021"; with the source where there are several.
fn kicker(study: &Study, count: usize, sources: &[SourceSummary], several: bool) -> String {
    let count = format::counted(count, "experiment", "experiments");
    let (from, to) = study.years;
    let years = if from == to { from.to_string() } else { format!("{from}–{to}") };
    let source = sources.iter().find(|source| source.name == study.source);
    let source = source.map_or(study.source.as_str(), |source| &source.title);
    let source = if several { format!(" · {source}") } else { String::new() };
    let simulated = if study.synthetic { " · simulated prices" } else { "" };
    format!("{count} · {}, {years}{source}{simulated}", study.target)
}

/// "Of 21 hypotheses 8 are confirmed, 2 refuted and 11 open".
fn stamps(ordered: &[&Summary]) -> String {
    let count = |word: &str| ordered.iter().filter(|e| e.row.filter.verdict == word).count();
    let parts: Vec<(usize, &str)> = ["confirmed", "refuted", "open"]
        .into_iter()
        .map(|word| (count(word), word))
        .filter(|(count, _)| *count > 0)
        .collect();
    let all: usize = parts.iter().map(|(count, _)| count).sum();
    match (all, parts.as_slice()) {
        (0, _) => "All experiments".to_owned(),
        (1, [(_, word)]) => format!("The hypothesis is {word}"),
        (all, [(_, word)]) => format!("All {} hypotheses are {word}", number(all)),
        (all, parts) => {
            let told: Vec<String> =
                parts.iter().map(|(count, word)| format!("{} {word}", number(*count))).collect();
            format!("Of {} hypotheses, {}", format::count(all), format::list(&told))
        }
    }
}

/// Whether some prices are simulated and others are not.
fn is_mixed(experiments: &[Summary]) -> bool {
    let synthetic = experiments.iter().filter(|each| each.synthetic).count();
    (1..experiments.len()).contains(&synthetic)
}

/// The rows of some experiments among all.
fn table<'a>(experiments: &'a [Summary], rows: &[&'a Summary]) -> Vec<Shown<'a>> {
    let titles: BTreeMap<&str, &str> =
        experiments.iter().map(|each| (each.id.as_str(), each.title.as_str())).collect();
    let is_mixed = is_mixed(experiments);
    rows.iter().map(|each| shown(each, is_mixed, |id| titles.get(id).copied())).collect()
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
    let ordered = ordered(experiments, options);
    let lists = lists(&ordered);
    let count = format::count(ordered.len());
    let page = |(list, rows): (&List, &[&Summary])| {
        let folder = format!("all/{}/", list.number);
        let title = format!("All experiments, page {}", list.number);
        let description = format!("{count} experiments, from {} to {}.", list.first, list.last);
        let page = ListPage {
            shell: Shell {
                synthetic: rows.iter().any(|row| row.synthetic),
                ..shell(options, &title, &folder, &description)
            },
            mixed: is_mixed(experiments),
            number: list.number,
            count: count.clone(),
            experiments: table(experiments, rows),
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
