//! What the templates see: small trees of ready strings. No template computes anything.

use serde::Serialize;

use crate::base::units::format;
use crate::results::Interval;

/// What every page has around its content.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Shell {
    /// The page's own title.
    pub title: String,
    /// The site's title.
    pub site: String,
    /// A sentence for search engines and link previews.
    pub description: String,
    /// From the page to the site's root: empty or `../` as often as needed.
    pub root: String,
    /// The page's public address, when the site has one.
    pub canonical: Option<String>,
    /// Whether anything on the page comes from simulated prices.
    pub synthetic: bool,
}

/// One question of a report and its answer.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    /// Anchor, unique within the page.
    pub id: &'static str,
    /// Heading.
    pub title: &'static str,
    /// One or two sentences under the heading.
    pub lead: String,
    /// The answer.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Block {
    /// A heading within the section.
    Heading {
        /// Plain text.
        text: String,
    },
    /// A paragraph of plain text.
    Text {
        /// Plain text.
        text: String,
    },
    /// A remark in small letters with a link to what it rests on.
    Note {
        /// Plain text.
        text: String,
        /// Anchor on the methods page.
        methods: &'static str,
    },
    /// One chart.
    Figure(Figure),
    /// Small multiples that share their axes.
    Gallery(Gallery),
    /// A table.
    Table(Table),
    /// Terms and their values.
    Facts {
        /// The pairs.
        rows: Vec<Fact>,
    },
    /// Blocks that open on demand.
    Details {
        /// What is inside.
        summary: String,
        /// The blocks.
        blocks: Vec<Block>,
    },
    /// Verbatim text.
    Code {
        /// The text.
        text: String,
    },
}

/// A chart with its words.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// Anchor.
    pub id: String,
    /// What the chart is, above it.
    pub title: String,
    /// The `<svg>` element.
    pub svg: String,
    /// What to see, below it.
    pub caption: String,
    /// What the background bands mean.
    pub key: Vec<Swatch>,
    /// The file behind it, beside the page.
    pub data: Option<String>,
}

/// Small multiples.
#[derive(Debug, Serialize)]
pub(crate) struct Gallery {
    /// Anchor.
    pub id: String,
    /// What the charts are.
    pub title: String,
    /// The charts.
    pub panels: Vec<Panel>,
    /// What to see.
    pub caption: String,
    /// What colours and bands mean.
    pub key: Vec<Swatch>,
    /// The file behind them.
    pub data: Option<String>,
}

/// One chart of a gallery.
#[derive(Debug, Serialize)]
pub(crate) struct Panel {
    /// Over the chart.
    pub title: String,
    /// The `<svg>` element.
    pub svg: String,
}

/// An entry of a colour key.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Swatch {
    /// Class of the colour: `ridge`, `bench`, `s0`, ...
    pub class: String,
    /// What it stands for.
    pub label: String,
}

/// A term and its value.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    /// The term.
    pub term: &'static str,
    /// Its value.
    pub value: String,
}

/// A table.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    /// The caption over it.
    pub caption: String,
    /// A further class: `months`.
    pub class: &'static str,
    /// Whether a click on a heading sorts.
    pub sortable: bool,
    /// Column headings, the first over the row heads.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The convention of the figures, under the table.
    pub note: String,
    /// Anchor on the methods page of what the note says in full; empty for none.
    pub methods: &'static str,
}

/// A column heading.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    /// Short.
    pub text: String,
    /// The unit or what it means, in small letters under it.
    pub minor: String,
}

/// One row.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Class of the colour before the head; empty for none.
    pub class: String,
    /// Row head.
    pub head: String,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Cell {
    /// The figure.
    pub text: String,
    /// Its interval or a remark, in small letters under it.
    pub minor: String,
    /// Class: shading of a month.
    pub class: &'static str,
}

impl Cell {
    /// A figure alone.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A figure with a remark under it.
    pub(crate) fn with(text: impl Into<String>, minor: impl Into<String>) -> Self {
        Self { text: text.into(), minor: minor.into(), class: "" }
    }
}

/// Column headings from `(heading, small print)` pairs.
pub(crate) fn columns(headings: &[(&str, &str)]) -> Vec<Column> {
    headings
        .iter()
        .map(|(text, minor)| Column { text: (*text).to_owned(), minor: (*minor).to_owned() })
        .collect()
}

/// A 90 % interval of fractions: "0.1 % to 0.9 %"; empty when there is none.
pub(crate) fn percent_interval(interval: Option<Interval>, places: usize) -> String {
    interval.map_or_else(String::new, |Interval { low, high }| {
        format!("{} to {}", format::percent(Some(low), places), format::percent(Some(high), places))
    })
}

/// A 90 % interval of plain numbers.
pub(crate) fn decimal_interval(interval: Option<Interval>, places: usize) -> String {
    interval.map_or_else(String::new, |Interval { low, high }| {
        format!("{} to {}", format::decimal(Some(low), places), format::decimal(Some(high), places))
    })
}

/// The defined values from smallest to largest as text: "0.2 % to 0.5 %", or one value when both
/// ends read the same; "n/a" when none is defined.
pub(crate) fn range(
    values: impl IntoIterator<Item = Option<f64>>,
    show: impl Fn(Option<f64>) -> String,
) -> String {
    let mut defined: Vec<f64> =
        values.into_iter().flatten().filter(|value| value.is_finite()).collect();
    defined.sort_by(f64::total_cmp);
    match (defined.first(), defined.last()) {
        (Some(&low), Some(&high)) => {
            let (low, high) = (show(Some(low)), show(Some(high)));
            if low == high { low } else { format!("{low} to {high}") }
        }
        _ => format::NOT_AVAILABLE.to_owned(),
    }
}

/// The size of a file: "12 kB", "1.4 MB" (decimal units).
pub(crate) fn size(bytes: usize) -> String {
    if bytes < 1_000 {
        format!("{bytes}\u{202f}B")
    } else if bytes < 1_000_000 {
        format!("{}\u{202f}kB", bytes.div_ceil(1_000))
    } else {
        format!("{:.1}\u{202f}MB", bytes as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_sizes_read_as_a_person_writes_them() {
        let percent = |value| format::percent(value, 1);
        assert_eq!(
            range([Some(0.004), None, Some(-0.001)], percent),
            "−0.1\u{202f}% to 0.4\u{202f}%"
        );
        assert_eq!(range([Some(0.0041), Some(0.0043)], percent), "0.4\u{202f}%");
        assert_eq!(range([None], percent), "n/a");
        assert_eq!(size(999), "999\u{202f}B");
        assert_eq!(size(1_001), "2\u{202f}kB");
        assert_eq!(size(1_440_000), "1.4\u{202f}MB");
    }
}
