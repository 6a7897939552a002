//! Calendar tables: the return of each month and year under the headline rule.

use crate::base::units::format;
use crate::report::site::kit::subject::{Model, Subject};
use crate::report::site::kit::view::{Block, Cell, Row, Table, columns};
use crate::report::site::kit::wording;
use crate::results::monthly_returns;

/// The first model's months, the others' on demand.
pub(crate) fn blocks(subject: &Subject<'_>) -> Vec<Block> {
    let Some(rule) = subject.headline_rule() else { return Vec::new() };
    let mut models = subject.models.iter();
    let mut blocks = Vec::new();
    if let Some(first) = models.next() {
        blocks.extend(table(subject, first, rule).map(Block::Table));
    }
    blocks.extend(models.filter_map(|model| {
        let table = table(subject, model, rule)?;
        Some(Block::Details {
            summary: format!("The months of {}", model.title),
            blocks: vec![Block::Table(table)],
        })
    }));
    blocks
}

fn table(subject: &Subject<'_>, model: &Model<'_>, rule: &str) -> Option<Table> {
    let growth = subject.series.growth(model.name, rule)?;
    let years = monthly_returns(&subject.series.strategies.days, growth);
    if years.is_empty() {
        return None;
    }
    let rows = years
        .iter()
        .map(|year| Row {
            class: String::new(),
            head: year.year.to_string(),
            cells: year.months.iter().copied().chain([Some(year.total)]).map(cell).collect(),
        })
        .collect();
    Some(Table {
        caption: format!("Months of {}, {} sizing, in percent", model.title, wording::sizing(rule)),
        class: "months",
        sortable: false,
        columns: columns(&[
            ("Year", ""),
            ("Jan", ""),
            ("Feb", ""),
            ("Mar", ""),
            ("Apr", ""),
            ("May", ""),
            ("Jun", ""),
            ("Jul", ""),
            ("Aug", ""),
            ("Sep", ""),
            ("Oct", ""),
            ("Nov", ""),
            ("Dec", ""),
            ("Year", ""),
        ]),
        rows,
        note: "Compounded simple returns after costs. The model is the first of the spec and the \
               rule the report’s usual one, not the best of them. Blank: no forecast that month."
            .to_owned(),
        methods: "strategy-metrics",
    })
}

/// A month in percent without the sign of it, shaded by size.
fn cell(value: Option<f64>) -> Cell {
    let Some(value) = value else { return Cell::default() };
    Cell {
        text: format::decimal(Some(value * 100.0), 1),
        minor: String::new(),
        class: shade(value),
    }
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
