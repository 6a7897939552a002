//! The forest plot of all experiments: grouped by question, one row each; of very many one row a
//! group.

use super::finding::Study;
use crate::base::units::format;
use crate::report::chart::Unit;
use crate::report::site::kit::forest::{Entry, Forest, Mark, Panel};
use crate::report::site::kit::nav::page_of;
use crate::report::site::kit::summary::{Measured, Speaker, Spread, Summary, Swept};
use crate::report::site::kit::view::Swatch;
use crate::report::site::kit::wording::short_title;

/// Groups that have a row of their own.
const MOST_GROUPS: usize = 40;

/// The forest plot of a study; of its groups where experiments are more than `most`. `None` where no
/// experiment has a figure.
pub(crate) fn forest(
    study: &Study,
    ordered: &[&Summary],
    most: usize,
    number: usize,
) -> Option<Forest> {
    let is_grouped = ordered.len() > most;
    let groups = grouped(ordered);
    let entries = if is_grouped { of_groups(&groups) } else { of_experiments(&groups) };
    let percent = |value| format::percent(Some(value), 2);
    let ratio = |value| format::decimal(Some(value), 2);
    let holding = holding(ordered);
    let panels = [
        Panel {
            label: "Out-of-sample R², 90 % interval",
            name: "R²",
            unit: Unit::Percent(1),
            show: &percent,
            rule: None,
        },
        Panel {
            label: "Sharpe ratio after costs, 90 % interval",
            name: "Sharpe ratio",
            unit: Unit::Decimal(1),
            show: &ratio,
            rule: holding.map(|[_, middle, _]| (middle, format!("buy and hold {}", ratio(middle)))),
        },
    ];
    let panels = panels.map(|panel| match is_grouped {
        true => Panel { label: panel.label.split(',').next().unwrap_or_default(), ..panel },
        false => panel,
    });
    let id = if number == 0 { "forest".to_owned() } else { format!("forest-{number}") };
    let title = if is_grouped { "All experiments, by question" } else { "Every experiment" };
    let mut forest = Forest::new([&id, title], &panels, entries)?;
    forest.said = study.lead();
    forest.key = key(ordered, is_grouped);
    forest.caption = caption(ordered, is_grouped, holding);
    Some(forest)
}

/// Experiments by their groups, in order; one heading even where groups are mixed.
fn grouped<'a>(ordered: &[&'a Summary]) -> Vec<(&'a str, Vec<&'a Summary>)> {
    let mut groups: Vec<(&str, Vec<&Summary>)> = Vec::new();
    for &each in ordered {
        match groups.iter_mut().find(|(group, _)| *group == each.group) {
            Some((_, members)) => members.push(each),
            None => groups.push((&each.group, vec![each])),
        }
    }
    groups
}

fn of_experiments(groups: &[(&str, Vec<&Summary>)]) -> Vec<(String, Vec<Entry>)> {
    let all = || groups.iter().flat_map(|(_, members)| members);
    let is_alone =
        |short: &str| all().filter(|other| short_title(&other.title) == short).count() == 1;
    let is_named = groups.iter().any(|(group, _)| !group.is_empty());
    let group = |(group, members): &(&str, Vec<&Summary>)| {
        let heading = if group.is_empty() && is_named { "Others" } else { group };
        let entry = |each: &&Summary| {
            let short = short_title(&each.title);
            experiment(each, if is_alone(short) { short } else { &each.title })
        };
        (heading.to_owned(), members.iter().map(entry).collect())
    };
    groups.iter().map(group).collect()
}

fn experiment(each: &Summary, label: &str) -> Entry {
    let speaker = each.speaker.as_ref();
    let one = |of: &dyn Fn(&Speaker) -> Option<Measured>| {
        let found = speaker.and_then(of);
        let mark = if each.decided.control.is_some() { Mark::Hollow } else { Mark::Dot };
        found.map(mark).into_iter().collect::<Vec<Mark>>()
    };
    let many = |of: &dyn Fn(&Swept) -> Option<Spread>| {
        each.swept.as_ref().and_then(of).map(Mark::Many).into_iter().collect::<Vec<Mark>>()
    };
    let (minor, marks) = match &each.swept {
        Some(swept) => (
            format!("sweep of {}", format::counted(swept.members, "experiment", "experiments")),
            vec![many(&|swept| swept.oos_r2), many(&|swept| swept.sharpe)],
        ),
        None => (
            speaker
                .filter(|speaker| speaker.is_special)
                .map(|speaker| speaker.title.clone())
                .unwrap_or_default(),
            vec![one(&|speaker| speaker.oos_r2), one(&|speaker| speaker.sharpe)],
        ),
    };
    Entry {
        filter: each.row.filter.clone(),
        href: page_of(&each.id),
        label: label.to_owned(),
        minor,
        is_control: each.decided.control.is_some(),
        marks,
    }
}

/// One row a group; what is beyond the most that are drawn is one more.
fn of_groups(groups: &[(&str, Vec<&Summary>)]) -> Vec<(String, Vec<Entry>)> {
    let (own, rest) = groups.split_at(groups.len().min(MOST_GROUPS));
    let row = |label: &str, members: &[&Summary]| {
        let values = |of: &dyn Fn(&Speaker) -> Option<Measured>| {
            let speakers = members.iter().filter_map(|each| each.speaker.as_ref());
            let values = speakers.filter_map(|speaker| Some(of(speaker)?.value));
            Spread::of(values).map(Mark::Many).into_iter().collect::<Vec<Mark>>()
        };
        Entry {
            label: label.to_owned(),
            minor: format::counted(members.len(), "experiment", "experiments"),
            marks: vec![values(&|speaker| speaker.oos_r2), values(&|speaker| speaker.sharpe)],
            ..Entry::default()
        }
    };
    let mut rows: Vec<Entry> = own
        .iter()
        .map(|(group, members)| match group.is_empty() {
            true if groups.len() == 1 => row("All experiments", members),
            true => row("Others", members),
            false => row(group, members),
        })
        .collect();
    let rest: Vec<&Summary> = rest.iter().flat_map(|(_, members)| members).copied().collect();
    if !rest.is_empty() {
        rows.push(row("All other groups", &rest));
    }
    vec![(String::new(), rows)]
}

/// The Sharpe ratio of holding the target: least, median and most over the experiments.
fn holding(ordered: &[&Summary]) -> Option<[f64; 3]> {
    let values = ordered.iter().filter_map(|each| each.speaker.as_ref()?.holding);
    let spread = Spread::of(values)?;
    Some([spread.low, spread.median, spread.high])
}

fn key(ordered: &[&Summary], is_grouped: bool) -> Vec<Swatch> {
    let entry = |class: &str, label: &str| Swatch { class: class.into(), label: label.into() };
    if is_grouped {
        return vec![entry("many", "median, middle half and range of a group")];
    }
    let mut key = vec![entry("dot", "one experiment")];
    if ordered.iter().any(|each| each.decided.control.is_some()) {
        key.push(entry("dot hollow", "control, which must find nothing"));
    }
    if ordered.iter().any(|each| each.swept.is_some()) {
        key.push(entry("many", "all that a sweep makes: median, middle half and range"));
    }
    key
}

fn caption(ordered: &[&Summary], is_grouped: bool, holding: Option<[f64; 3]>) -> String {
    let speakers = || ordered.iter().filter_map(|each| each.speaker.as_ref());
    let usual = speakers().filter(|speaker| !speaker.is_special);
    let mut names: Vec<&str> = usual.map(|speaker| speaker.title.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let who = match names.as_slice() {
        [only] => format!("{only} is shown for each experiment"),
        _ => "The first model of its spec with evidence, or else the first, is shown for each \
              experiment"
            .to_owned(),
    };
    let special = speakers().any(|speaker| speaker.is_special);
    let special = match special && !is_grouped {
        true => ", or the model named beside it",
        false => "",
    };
    let range = holding.map_or_else(String::new, |[low, _, high]| {
        let [low, high] = [low, high].map(|value| format::decimal(Some(value), 2));
        if low == high {
            return String::new();
        }
        format!(" Holding has {low} to {high}, by the days that an experiment covers.")
    });
    format!("{who}{special}; none is chosen for its result.{range}")
}
