//! Every component and every kind of chart once, light and dark, with figures that are made up: what
//! somebody looks at who changes the report, and what is compared with pictures of it.

mod charts;

use serde::Serialize;

use crate::report::site::kit::file::{Options, shell};
use crate::report::site::kit::view::{Block, Cell, Fact, Row, Shell, Swatch, Table, columns};

/// The page, which no other leads to.
pub(crate) const PATH: &str = "parts/index.html";

/// What `parts.html` sees.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    shell: Shell,
    schemes: Vec<Scheme>,
}

/// All parts in one scheme of colours.
#[derive(Debug, Serialize)]
struct Scheme {
    /// `light` or `dark`: its class and the stem of its anchors.
    name: &'static str,
    title: &'static str,
    charts: Vec<Block>,
    blocks: Vec<Block>,
    /// All inks of lines, and all steps of the diverging scale.
    inks: Vec<Swatch>,
    states: Vec<Swatch>,
}

/// The page.
pub(crate) fn page(options: &Options) -> Page {
    let description = "Every component and every kind of chart, with figures that are made up.";
    let shell = Shell { hidden: true, ..shell(options, "Parts", "parts/", description) };
    Page { shell, schemes: vec![scheme("light", "Light"), scheme("dark", "Dark")] }
}

fn scheme(name: &'static str, title: &'static str) -> Scheme {
    let named = ["ridge", "lasso", "enet", "bench", "ink", "faint"].map(str::to_owned);
    let categories = (0..12).map(|number| format!("c{number}"));
    let swatch = |class: String| Swatch { label: class.clone(), class };
    let state = |number| Swatch { class: format!("band s{number}"), label: format!("s{number}") };
    Scheme {
        name,
        title,
        charts: charts::all(name),
        blocks: blocks(),
        inks: named.into_iter().chain(categories).map(swatch).collect(),
        states: (0..4).map(state).collect(),
    }
}

/// The components of pages that are no charts.
fn blocks() -> Vec<Block> {
    let facts = vec![
        Fact::new("Target", "ABC, the next day’s log return"),
        Fact::new("Hash, BLAKE3", "0f3a91c07b4e5d2886a1f04c9be7d35a"),
    ];
    vec![
        Block::heading("A heading within a section"),
        Block::text("A paragraph says one thing. Its lines are no longer than the eye can follow."),
        Block::Table(table().note("A note is one sentence.", "forecast-metrics").sortable()),
        Block::Table(months()),
        Block::Facts { rows: facts },
        Block::details(
            "What opens on demand",
            vec![Block::text("The numbers that few readers want.")],
        ),
        Block::note("A remark in small letters.", "forecast-metrics"),
    ]
}

/// A table with keys, intervals and words.
fn table() -> Table {
    let row = |class: &str, head: &str, figures: [&str; 3], word: &str| Row {
        class: class.to_owned(),
        head: head.to_owned(),
        cells: vec![
            Cell::with(figures[0], figures[1]),
            Cell::new(figures[2]),
            Cell { class: "words", ..Cell::new(word) },
        ],
    };
    let headings =
        [("Model", ""), ("R²", "90 % interval"), ("Sharpe", "after costs"), ("Reads", "")];
    let rows = vec![
        row("ridge", "Ridge", ["0.52 %", "−0.03 % to 1.07 %", "0.20"], "a trace"),
        row("lasso", "Lasso", ["0.31 %", "−0.20 % to 0.82 %", "0.23"], "nothing"),
        row("bench", "Buy and hold", ["n/a", "", "0.48"], "the benchmark"),
    ];
    Table::new("Forecasts, by model", "", columns(&headings), rows)
}

/// All steps of the diverging scale as a table of months has them.
fn months() -> Table {
    const STEPS: [(&str, f64); 11] = [
        ("down5", -24.1),
        ("down4", -12.3),
        ("down3", -7.7),
        ("down2", -3.0),
        ("down1", -0.9),
        ("", 0.1),
        ("up1", 0.8),
        ("up2", 2.6),
        ("up3", 6.4),
        ("up4", 14.2),
        ("up5", 21.0),
    ];
    let labels: Vec<String> = (1..=STEPS.len()).map(|month| month.to_string()).collect();
    let mut headings = vec![("Year", "")];
    headings.extend(labels.iter().map(|label| (label.as_str(), "")));
    let cell = |(class, value): (&'static str, f64)| Cell { class, ..Cell::decimal(value, 1) };
    let cells = STEPS.map(cell).to_vec();
    let rows = vec![Row { class: String::new(), head: "2020".to_owned(), cells }];
    Table::new("Signs of numbers, in percent", "months", columns(&headings), rows)
}
