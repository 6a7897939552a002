//! What the templates see: small trees of ready strings. No template computes anything.

use serde::{Deserialize, Serialize};

use crate::base::units::format;
use crate::report::chart::{Role, Words, role_class};
use crate::results::{Estimate, Interval, interval, value};

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
    /// Public address of the picture for link previews, when the site has one.
    pub card: Option<String>,
    /// What stands on top of every printed page.
    pub running: String,
    /// Whether search engines are asked to leave it out.
    pub hidden: bool,
    /// Whether anything on the page comes from simulated prices.
    pub synthetic: bool,
}

/// One question of a report and its answer.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    /// Anchor, unique within the page.
    pub id: &'static str,
    /// What it is about, in a word or two: its entry in the list of sections.
    pub topic: &'static str,
    /// Its heading: what was found.
    pub title: String,
    /// One or two sentences under the heading.
    pub lead: String,
    /// One figure or table to look at, then what opens on demand.
    pub blocks: Vec<Block>,
}

/// A piece of a section. All texts are plain.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Block {
    /// A heading within the section.
    Heading {
        text: String,
    },
    /// A paragraph.
    Text {
        text: String,
    },
    /// A remark in small letters with a link to its anchor on the methods page.
    Note {
        text: String,
        methods: &'static str,
    },
    /// One chart.
    Figure(Figure),
    /// Small multiples that share their axes.
    Gallery(Gallery),
    Table(Table),
    /// Terms and their values.
    Facts {
        rows: Vec<Fact>,
    },
    /// Blocks that open on demand.
    Details {
        summary: String,
        blocks: Vec<Block>,
    },
}

impl Block {
    pub(crate) fn heading(text: impl Into<String>) -> Self {
        Self::Heading { text: text.into() }
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    pub(crate) fn note(text: impl Into<String>, methods: &'static str) -> Self {
        Self::Note { text: text.into(), methods }
    }

    pub(crate) fn details(summary: impl Into<String>, blocks: Vec<Self>) -> Self {
        Self::Details { summary: summary.into(), blocks }
    }
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
    /// What colours and background bands mean.
    pub key: Vec<Swatch>,
    /// What the lines are called where there is no room for labels at their ends.
    pub ends: Vec<Swatch>,
    /// The file behind it, beside the page; empty for none.
    pub data: String,
}

impl Figure {
    /// A drawing that is called as its chart is.
    pub(crate) fn new(
        words: &Words<'_>,
        svg: String,
        caption: impl Into<String>,
        key: Vec<Swatch>,
        data: impl Into<String>,
    ) -> Self {
        let (id, title) = (format!("figure-{}", words.id), words.title.to_owned());
        let (caption, ends, data) = (caption.into(), Vec::new(), data.into());
        Self { id, title, svg, caption, key, ends, data }
    }
}

/// Small multiples, with the words of a [`Figure`].
#[derive(Debug, Serialize)]
pub(crate) struct Gallery {
    pub id: &'static str,
    pub title: String,
    pub panels: Vec<Panel>,
    pub caption: String,
    pub key: Vec<Swatch>,
    pub data: String,
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Swatch {
    /// Class of the colour: `ridge`, `bench`, `s0`, ...
    pub class: String,
    /// What it stands for.
    pub label: String,
}

impl Swatch {
    /// Of buying the target and holding it.
    pub(crate) fn buy_and_hold() -> Self {
        (role_class(Role::Benchmark), HOLD.to_owned()).into()
    }
}

/// The class of a colour, and what it stands for, as charts name both.
impl From<(String, String)> for Swatch {
    fn from((class, label): (String, String)) -> Self {
        Self { class, label }
    }
}

/// How keys and rows call buying the target and holding it.
pub(crate) const HOLD: &str = "Buy and hold";

/// A term and its value.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub term: &'static str,
    pub value: String,
}

impl Fact {
    pub(crate) fn new(term: &'static str, value: impl Into<String>) -> Self {
        Self { term, value: value.into() }
    }
}

/// A table.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    /// The caption over it.
    pub caption: String,
    /// Further classes, such as `months`.
    pub class: &'static str,
    /// Whether a click on a heading sorts.
    pub sortable: bool,
    /// Column headings, the first over the row heads.
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// The convention of the figures, under the table.
    pub note: String,
    /// Anchor on the methods page of what the note says in full; empty for none.
    pub methods: &'static str,
}

/// A column of a table: its heading, the small print under it, and what it says of an entry.
pub(crate) type Of<'a, T> = (&'a str, &'a str, &'a dyn Fn(&T) -> Cell);

impl Table {
    /// A table that cannot be sorted and has no note.
    pub(crate) fn new(
        caption: impl Into<String>,
        class: &'static str,
        mut columns: Vec<Column>,
        rows: Vec<Row>,
    ) -> Self {
        // The heading of a column of words stands over their beginning.
        for (position, column) in columns.iter_mut().skip(1).enumerate() {
            let cells = || rows.iter().filter_map(|row| row.cells.get(position));
            if cells().next().is_some() && cells().all(|cell| cell.class == "words") {
                column.class = "words";
            }
        }
        let (note, methods) = (String::new(), "");
        Self { caption: caption.into(), class, sortable: false, columns, rows, note, methods }
    }

    /// A table of entries, each with the class of its colour and its head, under the heading of
    /// the heads and the columns.
    pub(crate) fn of<T>(
        caption: impl Into<String>,
        class: &'static str,
        entries: &[(String, String, T)],
        head: &str,
        described: &[Of<'_, T>],
    ) -> Self {
        let mut headings = vec![(head, "")];
        headings.extend(described.iter().map(|(text, minor, _)| (*text, *minor)));
        let row = |(class, head, entry): &(String, String, T)| {
            let cells = described.iter().map(|(_, _, cell)| cell(entry)).collect();
            Row { class: class.clone(), head: head.clone(), cells }
        };
        Self::new(caption, class, columns(&headings), entries.iter().map(row).collect())
    }

    /// The same with a note, and the anchor of what it says in full.
    pub(crate) fn note(self, note: impl Into<String>, methods: &'static str) -> Self {
        Self { note: note.into(), methods, ..self }
    }

    /// The same, to be sorted by its headings.
    pub(crate) fn sortable(self) -> Self {
        Self { sortable: true, ..self }
    }
}

/// A column heading.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    /// Short.
    pub text: String,
    /// The unit or what it means, in small letters under it.
    pub minor: String,
    /// `words` over a column of them.
    pub class: &'static str,
}

impl Column {
    pub(crate) fn new(text: &str, minor: &str) -> Self {
        Self { text: text.to_owned(), minor: minor.to_owned(), class: "" }
    }
}

/// One row.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Class of the colour before the head; empty for none.
    pub class: String,
    pub head: String,
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Cell {
    /// The figure.
    pub text: String,
    /// Its interval or a remark, in small letters under it.
    pub minor: String,
    /// Class: shading of a month, or `words`.
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

    /// A figure that is not defined.
    pub(crate) fn missing() -> Self {
        Self::new(format::NOT_AVAILABLE)
    }

    /// A fraction in percent.
    pub(crate) fn percent(value: impl Into<Option<f64>>, places: usize) -> Self {
        Self::new(format::percent(value.into(), places))
    }

    /// Both Sharpe ratios, of log growth and of simple returns, over the interval of the first.
    pub(crate) fn sharpes(log: Option<Estimate>, simple: Option<f64>, places: usize) -> Self {
        let end = |end| format::decimal(end, places);
        Self::with(sharpes(log, simple), ends(interval(log), end))
    }

    /// A plain number.
    pub(crate) fn decimal(value: impl Into<Option<f64>>, places: usize) -> Self {
        Self::new(format::decimal(value.into(), places))
    }

    /// A whole number.
    pub(crate) fn count(value: usize) -> Self {
        Self::new(format::count(value))
    }

    /// A p-value.
    pub(crate) fn p_value(value: Option<f64>) -> Self {
        Self::new(format::p_value(value))
    }

    /// An estimated fraction in percent over its interval.
    pub(crate) fn percents(estimate: Option<Estimate>, places: usize) -> Self {
        let figure = format::percent(value(estimate), places);
        Self::with(figure, percent_interval(interval(estimate), places))
    }

    /// An estimated number over its interval, each with its places.
    pub(crate) fn decimals(
        estimate: Option<Estimate>,
        [places, interval_places]: [usize; 2],
    ) -> Self {
        let figure = format::decimal(value(estimate), places);
        let end = |end| format::decimal(end, interval_places);
        Self::with(figure, ends(interval(estimate), end))
    }
}

/// What stands over two Sharpe ratios.
pub(crate) const SHARPES: &str = "log / simple";

/// Both Sharpe ratios, of log growth and of simple returns: "0.52 / 0.57".
pub(crate) fn sharpes(log: Option<Estimate>, simple: Option<f64>) -> String {
    let (log, simple) = (format::decimal(value(log), 2), format::decimal(simple, 2));
    // Neither is defined without variance.
    if log == simple && log == format::NOT_AVAILABLE { log } else { format!("{log} / {simple}") }
}

/// Column headings from `(heading, small print)` pairs.
pub(crate) fn columns(headings: &[(&str, &str)]) -> Vec<Column> {
    headings.iter().map(|(text, minor)| Column::new(text, minor)).collect()
}

/// A 90 % interval of fractions: "0.1 % to 0.9 %"; empty when there is none.
pub(crate) fn percent_interval(interval: Option<Interval>, places: usize) -> String {
    ends(interval, |end| format::percent(end, places))
}

fn ends(interval: Option<Interval>, show: impl Fn(Option<f64>) -> String) -> String {
    interval.map_or_else(String::new, |Interval { low, high }| {
        format!("{} to {}", show(Some(low)), show(Some(high)))
    })
}

/// The sentences that there are, one after the other; `None` without any.
pub(crate) fn joined(sentences: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// A sentence under a condition.
pub(crate) fn when(condition: bool, text: &str) -> &str {
    if condition { text } else { "" }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_as_a_person_writes_them() {
        let percent = |value| format::percent(value, 1);
        assert_eq!(
            range([Some(0.004), None, Some(-0.001)], percent),
            "−0.1\u{202f}% to 0.4\u{202f}%"
        );
        assert_eq!(range([Some(0.0041), Some(0.0043)], percent), "0.4\u{202f}%");
        assert_eq!(range([None], percent), "n/a");
    }
}
