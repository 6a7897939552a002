//! Calendar tables: the return of each month and year under the headline rule.

use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Row, Table, columns};
use crate::report::site::kit::wording;
use crate::results::{MonthlyReturns, monthly_returns};

/// Month by month, of the model that speaks, which opens on demand.
pub(crate) fn block(subject: &Subject<'_>) -> Option<Block> {
    let table = table(subject, subject.lead()?, subject.headline_rule()?)?;
    let note = "Compounded simple returns after costs. Blank: no forecast that month.";
    let table = table.note(note, "strategy-metrics");
    Some(Block::details("Month by month", vec![Block::Table(table)]))
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

/// The step of the diverging scale, up or down.
fn shade(value: f64) -> &'static str {
    let steps = if value < 0.0 { DOWN } else { UP };
    steps[SHADES.iter().filter(|&&least| value.abs() >= least).count()]
}

/// From which size on a month is shaded in each step.
const SHADES: [f64; 5] = [0.005, 0.02, 0.05, 0.1, 0.2];
const UP: [&str; 6] = ["", "up1", "up2", "up3", "up4", "up5"];
const DOWN: [&str; 6] = ["", "down1", "down2", "down3", "down4", "down5"];
