//! Calendar tables: the return of each month and year under the headline rule.

use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Row, Table, columns};
use crate::report::site::kit::wording;
use crate::results::{MonthlyReturns, monthly_returns};

/// Month by month, which opens on demand: one table a model.
pub(crate) fn block(subject: &Subject<'_>) -> Option<Block> {
    let rule = subject.headline_rule()?;
    let table = |model: &Model<'_>| {
        let note = "Compounded simple returns after costs. Blank: no forecast that month.";
        Some(Block::Table(table(subject, model, rule)?.note(note, "strategy-metrics")))
    };
    let tables: Vec<Block> = subject.models.iter().filter_map(table).collect();
    (!tables.is_empty()).then(|| Block::details("Month by month", tables))
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
