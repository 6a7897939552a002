//! Calendar tables: the return of each month and year under the headline rule.

use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Row, Table, columns};
use crate::report::site::kit::wording;
use crate::results::{MonthlyReturns, monthly_returns};

/// The first model's months, the others' on demand.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let Some(rule) = subject.headline_rule() else { return Vec::new() };
    let block = |(position, model): (usize, &Model<'_>)| {
        let table = table(subject, model, rule)?;
        let note = "Compounded simple returns after costs. ";
        let blank = "Blank: no forecast that month.";
        Some(if position == 0 {
            let chosen = "The model is the first of the spec and the rule the report’s usual one, \
                          not the best of them. ";
            Block::Table(table.note(format!("{note}{chosen}{blank}"), "strategy-metrics"))
        } else {
            let table = table.note(format!("{note}{blank}"), "strategy-metrics");
            Block::details(format!("The months of {}", model.title), vec![Block::Table(table)])
        })
    };
    subject.models.iter().enumerate().filter_map(block).collect()
}

fn table(subject: &Subject<'_>, model: &Model<'_>, rule: &str) -> Option<Table> {
    let growth = subject.series.growth(model.name, rule)?;
    let years = monthly_returns(&subject.series.strategies.days, growth);
    if years.is_empty() {
        return None;
    }
    let row = |year: &MonthlyReturns| Row {
        class: String::new(),
        head: year.year.to_string(),
        cells: year.months.iter().copied().chain([Some(year.total)]).map(cell).collect(),
    };
    let headings = [
        "Year", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        "Year",
    ];
    let caption =
        format!("Months of {}, {} sizing, in percent", model.title, wording::sizing(rule));
    let columns = columns(&headings.map(|heading| (heading, "")));
    let rows = years.iter().map(row).collect();
    Some(Table::new(caption, "months", columns, rows))
}

/// A month in percent without the sign of it, shaded by size.
fn cell(value: Option<f64>) -> Cell {
    let Some(value) = value else { return Cell::default() };
    Cell { class: shade(value), ..Cell::decimal(value * 100.0, 1) }
}

fn shade(value: f64) -> &'static str {
    match value {
        v if v >= 0.05 => "up3",
        v if v >= 0.02 => "up2",
        v if v >= 0.005 => "up1",
        v if v <= -0.05 => "down3",
        v if v <= -0.02 => "down2",
        v if v <= -0.005 => "down1",
        _ => "",
    }
}
