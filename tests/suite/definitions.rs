//! Every figure that a page or a file shows is defined on the methods page, and of every interval it
//! says of what it is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dfa_report::base::units::Day;
use dfa_report::results::{Results, from_json};
use roxmltree::{Document, Node};
use serde_json::Value;

use super::pages::{SITE, body, pages};
use super::support::{read, read_json, repository};

/// A section of the methods: from the heading with that anchor to the next of its rank.
fn section(anchor: &str) -> String {
    let methods = read("templates/methods.md");
    let (_, rest) = methods.split_once(&format!("{{#{anchor}}}\n")).unwrap();
    rest.split("\n## ").next().unwrap().to_owned()
}

/// What stands between pairs of a mark.
fn marked<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(mark).skip(1).step_by(2)
}

fn experiments() -> Vec<Results> {
    let files = SITE.iter().filter(|(path, _)| path.ends_with("/results.json"));
    files.map(|(path, text)| from_json(path, text).unwrap()).collect()
}

/// The text of an element without its small print.
fn words(node: Node<'_, '_>) -> String {
    let is_small = |text: &Node<'_, '_>| text.ancestors().any(|above| above.has_tag_name("small"));
    let texts = node.descendants().filter(|below| below.is_text() && !is_small(below));
    let text: String = texts.filter_map(|text| text.text()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pages of the fixture and of the committed site.
fn all_pages() -> Vec<(String, String)> {
    let site = repository("site");
    let files = walkdir::WalkDir::new(&site).sort_by_file_name().into_iter().map(Result::unwrap);
    let committed =
        files.filter(|file| file.path().extension().is_some_and(|ending| ending == "html"));
    let path = |file: &Path| file.strip_prefix(&site).unwrap().display().to_string();
    let committed =
        committed.map(|file| (path(file.path()), fs::read_to_string(file.path()).unwrap()));
    let all = pages().map(|(path, html)| (path.to_owned(), html.to_owned())).chain(committed);
    // What the page of parts shows is made up.
    all.filter(|(path, _)| !path.starts_with("parts/")).collect()
}

/// Headings of columns, terms of lists and tiles, with a page that has them.
fn headings() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let without_figures = ["methods/", "calibration/", "404"];
    for (path, html) in all_pages() {
        if without_figures.iter().any(|page| path.starts_with(page)) {
            continue;
        }
        let xml = body(&html);
        let document = Document::parse(&xml).unwrap();
        let is_heading = |node: &Node<'_, '_>| {
            let is_of_column = node.attribute("scope") == Some("col");
            let in_tile = || node.ancestors().any(|above| above.attribute("class") == Some("tile"));
            match node.tag_name().name() {
                "th" => is_of_column,
                "dt" => true,
                "h3" => in_tile(),
                _ => false,
            }
        };
        let headings = document.descendants().filter(is_heading);
        found.extend(headings.map(|heading| (words(heading), path.clone())));
    }
    found
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The keys of the spec that sweeps of the site sweep, as their pages call them.
fn swept() -> BTreeSet<String> {
    let folders = std::fs::read_dir(repository("site")).unwrap();
    let sweeps = folders.map(|folder| folder.unwrap().path().join("sweep.json"));
    let mut swept = BTreeSet::new();
    for sweep in sweeps.filter(|sweep| sweep.exists()).map(|sweep| read_json(&sweep)) {
        for key in sweep["keys"].as_array().unwrap() {
            let key = key["key"].as_str().unwrap();
            swept.insert(key.rsplit('.').next().unwrap().replace('_', " "));
        }
    }
    assert!(!swept.is_empty());
    swept
}

#[test]
fn every_heading_is_in_the_glossary() {
    let glossary = section("glossary");
    let defined: BTreeSet<&str> = marked(&glossary, "**").collect();
    let experiments = experiments();
    let models = experiments.iter().flat_map(|results| results.models.keys());
    let models: BTreeSet<String> =
        models.map(|name| name.replace('_', " ").to_lowercase()).collect();
    let swept = swept();
    let is_a_name = |heading: &str| {
        heading.is_empty()
            || swept.contains(heading)
            || MONTHS.contains(&heading)
            || heading.parse::<Day>().is_ok()
            || models.contains(&heading.to_lowercase())
    };
    let headings = headings();
    assert!(headings.len() > 60, "{headings:?}");
    let missing: Vec<String> = headings
        .iter()
        .filter(|(heading, _)| !is_a_name(heading) && !defined.contains(heading.as_str()))
        .map(|(heading, page)| format!("“{heading}” on {page}"))
        .collect();
    assert!(
        missing.is_empty(),
        "templates/methods.md, section glossary, lacks:\n{}",
        missing.join("\n")
    );
}

/// What a chart is called names what it draws: some term of the glossary. Sparklines and the small
/// panels of the front page are called as their experiments are.
#[test]
fn every_chart_draws_what_the_glossary_defines() {
    let glossary = section("glossary").to_lowercase();
    let defined: BTreeSet<&str> = marked(&glossary, "**").filter(|term| term.len() > 2).collect();
    let mut missing = BTreeSet::new();
    for (path, html) in all_pages().iter().filter(|(path, _)| path != "index.html") {
        let xml = body(html);
        let document = Document::parse(&xml).unwrap();
        let charts = document.descendants().filter(|node| node.has_tag_name("svg"));
        let titles =
            charts.filter_map(|svg| svg.children().find(|child| child.has_tag_name("title")));
        for title in titles.map(words) {
            let title = title.to_lowercase();
            if !defined.iter().any(|term| title.contains(term)) {
                missing.insert(format!("“{title}” on {path}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "templates/methods.md, section glossary, lacks what these draw:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The name of a column with stand-ins for the names of its experiment.
fn pattern(column: &str, results: &Results) -> String {
    let mut names: Vec<(&str, String)> = Vec::new();
    for (model, summary) in &results.models {
        names.push(("<model>", model.clone()));
        names.extend(summary.strategies.keys().map(|rule| ("<rule>", rule.clone())));
    }
    names.extend(results.regimes.iter().map(|regime| ("<regime>", regime.name.clone())));
    let tickers = results.data.features.iter().chain([&results.data.target]);
    names.extend(tickers.map(|ticker| ("<ticker>", ticker.clone())));
    names.extend((1..=9).map(|number| ("<n>", number.to_string())));
    // Of names that begin alike the longest is meant.
    names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    let (mut parts, mut rest): (Vec<String>, &str) = (Vec::new(), column);
    while !rest.is_empty() {
        // A regime may have a name that a file has a word for.
        let after_regime = parts.last().is_some_and(|part| part == "regime");
        let known = names.iter().find_map(|(stand_in, name)| {
            let fits = (*stand_in == "<regime>") == after_regime;
            let after = rest.strip_prefix(name.as_str()).filter(|_| fits)?;
            let whole = after.is_empty() || after.starts_with(['.', '@', ':']);
            whole.then_some((*stand_in, after))
        });
        let (part, after) = match known {
            Some((_, after)) if after.starts_with(['@', ':']) => {
                let end = after.find('.').unwrap_or(after.len());
                ("<column>", &after[end..])
            }
            Some(("<ticker>", after)) if parts.first().is_some_and(|part| part == "<model>") => {
                ("<column>", after)
            }
            Some(known) => known,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        parts.push(part.to_owned());
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    parts.join(".")
}

#[test]
fn every_column_of_a_data_file_is_defined() {
    let section = section("data-files");
    let mut missing = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for results in experiments() {
        let of_experiment = format!("{}/", results.id);
        let files = &results.data.shared;
        let shared = [&files.geometry, &files.regimes, &files.correlations];
        let files = SITE.iter().filter(|(path, _)| {
            path.ends_with(".csv") && (path.starts_with(&of_experiment) || shared.contains(path))
        });
        for (path, text) in files {
            let name = path.rsplit('/').next().unwrap().split(['-', '.']).next().unwrap();
            let line = section.lines().find(|line| line.starts_with(&format!("- `{name}.csv`")));
            let defined: BTreeSet<&str> = marked(line.unwrap(), "`").collect();
            for column in text.lines().next().unwrap().split(',').skip(1) {
                let pattern = pattern(column, &results);
                if !defined.contains(pattern.as_str()) {
                    missing.insert(format!("{name}.csv: `{pattern}` ({column} in {path})"));
                }
                seen.insert(pattern);
            }
        }
    }
    assert!(seen.len() > 25, "{seen:?}");
    assert!(
        missing.is_empty(),
        "templates/methods.md, section data-files, lacks:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Names of all keys that hold an interval.
fn intervals(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                found.extend(key.ends_with("_interval").then(|| key.clone()));
                intervals(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| intervals(item, found)),
        _ => {}
    }
}

#[test]
fn of_every_interval_the_methods_say_of_what() {
    let section = section("intervals");
    let mut found = BTreeSet::new();
    for (_, text) in SITE.iter().filter(|(path, _)| path.ends_with("/results.json")) {
        intervals(&serde_json::from_str(text).unwrap(), &mut found);
    }
    assert!(found.len() >= 5, "{found:?}");
    let missing: Vec<&String> =
        found.iter().filter(|name| !section.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "templates/methods.md, section intervals, lacks {missing:?}");
}
