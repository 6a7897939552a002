//! What was swept, and the members at both ends of the curve.

use super::words;
use crate::base::units::format;
use crate::report::site::kit::view::{Block, Cell, Column, Fact, Row, Section, Table};
use crate::report::site::kit::wording;
use crate::results::{Specification, SweepResults};

/// Specifications shown at each end of the curve.
const ENDS: usize = 25;

/// What was swept.
pub(super) fn swept(results: &SweepResults) -> Section {
    let rows = results.keys.iter().map(|key| Row {
        class: String::new(),
        head: key.key.clone(),
        cells: vec![
            Cell::count(key.values.len()),
            Cell { class: "words", ..Cell::new(key.values.join(" | ")) },
        ],
    });
    let headings = ["Key", "Count", "Values"].map(|text| Column::new(text, ""));
    let table =
        Table::new("Keys of the spec and their values", "", headings.into(), rows.collect());
    let all: usize = results.keys.iter().map(|key| key.values.len()).product();
    let mut facts = vec![
        Fact::new("Combinations", format::count(all)),
        Fact::new("Members", format::count(results.members.len())),
    ];
    if !results.conditions.is_empty() {
        facts.push(Fact::new("Conditions", results.conditions.join("; ")));
    }
    let drawn = if results.is_sample { "drawn by the seed" } else { "all of them" };
    facts.push(Fact::new("Sample", drawn));
    let headline = if results.members.iter().any(|member| member.is_headline) {
        "The headline experiment is one of them."
    } else {
        "The headline experiment is none of them and stands beside."
    };
    let lead = format!(
        "Every combination of these values that meets the conditions is an experiment like any \
         other, counted among the trials of the site. {headline}"
    );
    let blocks = vec![Block::Table(table), Block::Facts { rows: facts }];
    Section {
        id: "swept",
        topic: "What was swept",
        title: "What was swept".to_owned(),
        lead,
        blocks,
    }
}

/// The ends of the curve of R2.
pub(super) fn section(results: &SweepResults) -> Section {
    let curve = &results.oos_r2;
    let all = &curve.specifications;
    let mut blocks = Vec::new();
    if all.len() <= 2 * ENDS {
        blocks.push(table(results, "All specifications, the largest R² first", all.iter().rev()));
    } else {
        let best = all[all.len() - ENDS..].iter().rev();
        blocks.push(table(results, "The 25 with the largest R²", best));
        let worst = table(results, "The 25 with the smallest R²", all[..ENDS].iter().rev());
        blocks.push(Block::details("The other end of the curve", vec![worst]));
    }
    let lead = "The best of so many is not to be believed by itself: look at the curve as a whole. \
                All members are in sweep.csv.";
    Section {
        id: "members",
        topic: "Members",
        title: "Members".to_owned(),
        lead: lead.to_owned(),
        blocks,
    }
}

fn table<'a>(
    results: &SweepResults,
    caption: &str,
    found: impl Iterator<Item = &'a Specification>,
) -> Block {
    let mut columns = vec![Column::new("Member", "")];
    columns.extend(results.keys.iter().map(|key| Column::new(&words::key(&key.key), "")));
    columns.extend(["Model", "R²", "p"].map(|text| Column::new(text, "")));
    let row = |found: &Specification| {
        let member = &results.members[found.member];
        let values = results.keys.iter().zip(&member.values);
        let mut cells: Vec<Cell> =
            values.map(|(key, value)| Cell::new(key.values[*value].clone())).collect();
        cells.push(Cell::new(wording::title(&found.model)));
        let interval = found.interval;
        let estimate = crate::results::Estimate { value: found.estimate, interval };
        cells.push(Cell::percents(Some(estimate), 2));
        cells.push(Cell::p_value(found.p));
        let short = member.id.split_once('.').map_or(member.id.as_str(), |(_, hash)| hash);
        Row { class: String::new(), head: short.to_owned(), cells }
    };
    let table = Table::new(caption, "compact", columns, found.map(row).collect());
    Block::Table(table.note("p: each member’s own test.", "sweeps"))
}
