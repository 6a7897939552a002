//! "Against another experiment": differences day by day, of everything that both have.

use crate::base::units::format;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Of, Row, Table, columns, percent_interval};
use crate::report::site::kit::wording;
use crate::results::{Comparison, ModelComparison, StrategyComparison, interval, value};

/// A sentence and two tables that open on demand; nothing without an experiment to compare with.
pub(crate) fn block(subject: &Subject<'_>) -> Option<Block> {
    let comparison = subject.results.comparison.as_ref()?;
    Some(Block::details(format!("Against “{}”", subject.other), blocks(subject, comparison)))
}

fn blocks(subject: &Subject<'_>, comparison: &Comparison) -> Vec<Block> {
    let rows: Vec<(&Model<'_>, &ModelComparison)> = subject
        .everyone()
        .filter_map(|model| Some((model, comparison.models.get(model.name)?)))
        .collect();
    let mut blocks = vec![Block::text(format!(
        "Differences on the {} days that both forecast, {} to {}: this experiment less the other.",
        format::count(comparison.days),
        comparison.first_day,
        comparison.last_day
    ))];
    if rows.is_empty() {
        blocks.push(Block::text("They have no model of the same name."));
        return blocks;
    }
    let is_same = |gain| value(gain) == Some(0.0);
    let same = rows.iter().all(|(_, of)| is_same(of.r2_gain) && is_same(of.scaled_r2_gain));
    if same {
        blocks.push(Block::text(SAME));
    } else {
        blocks.push(Block::Table(forecasts(&rows)));
    }
    blocks.extend(records(&rows).map(Block::Table));
    blocks.push(Block::note(NOTE, "paired"));
    blocks
}

const SAME: &str = "The forecasts are the same; only what is made of them differs.";

fn forecasts(rows: &[(&Model<'_>, &ModelComparison)]) -> Table {
    let entries: Vec<_> =
        rows.iter().map(|(model, of)| (model.class(), model.title.clone(), *of)).collect();
    let columns: [Of<'_, &ModelComparison>; 4] = [
        ("R²", "difference", &|m| {
            let gain = format::percent_difference(value(m.r2_gain), 2);
            Cell::with(gain, percent_interval(interval(m.r2_gain), 2))
        }),
        ("p", "two-sided", &|m| Cell::p_value(m.r2_gain_p)),
        ("Scaled R²", "difference", &|m| {
            let gain = format::percent_difference(value(m.scaled_r2_gain), 2);
            Cell::with(gain, percent_interval(interval(m.scaled_r2_gain), 2))
        }),
        ("p", "two-sided", &|m| Cell::p_value(m.scaled_r2_gain_p)),
    ];
    let caption = "Differences in R², by model";
    Table::of(caption, "wrapped", &entries, "Model", &columns)
}

const NOTE: &str = "90 % intervals of differences over the same days; p-values are not adjusted for \
                    the number of comparisons. n/a: the two are the same on every day.";

/// One line a model, one column a rule.
fn records(rows: &[(&Model<'_>, &ModelComparison)]) -> Option<Table> {
    let mut rules: Vec<&String> = Vec::new();
    for rule in rows.iter().flat_map(|(_, of)| of.strategies.keys()) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let titles: Vec<String> =
        rules.iter().map(|rule| format::upper_first(&wording::sizing(rule))).collect();
    let mut headings = vec![("Model", "")];
    headings.extend(titles.iter().map(|title| (title.as_str(), "90 % interval")));
    let row = |(model, of): &(&Model<'_>, &ModelComparison)| Row {
        class: model.class(),
        head: model.title.clone(),
        cells: rules
            .iter()
            .map(|rule| of.strategies.get(*rule).map_or_else(Cell::missing, sharpe))
            .collect(),
    };
    let caption = "Differences in Sharpe ratios (log growth) after costs, by model and rule";
    let rows = rows.iter().map(row).collect();
    let table = Table::new(caption, "wrapped", columns(&headings), rows);
    (!rules.is_empty()).then_some(table)
}

fn sharpe(of: &StrategyComparison) -> Cell {
    let within = Cell::decimals(of.sharpe_gain, [2, 2]).minor;
    let p = format!("p {}", format::p_value(of.sharpe_gain_p));
    Cell::with(format::difference(value(of.sharpe_gain), 2), format!("{within}, {p}"))
}
