//! What a mark is, smuggled through plotters as a colour and written as CSS classes.
//!
//! plotters knows colours only. Each [`Paint`] has a sentinel colour of its own; the back-end turns
//! it back into the paint, and the paint into a group and classes of the page's style sheet.

use std::cell::RefCell;

use plotters::style::RGBColor;

use super::Role;

/// Everything a chart draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Background of a state.
    Band(u8),
    /// Light line of a tick.
    Grid,
    /// Edge of the plot and its tick marks.
    Axis,
    /// The value that matters, such as zero.
    Baseline,
    /// Fill between a line and the baseline.
    Area(Role),
    /// A line; `series` is its number in the chart.
    Line {
        /// Whose.
        role: Role,
        /// Broken stroke.
        dashed: bool,
        /// Number of the series, for the name the back-end writes.
        series: u8,
    },
    /// From a line's end to its shifted label.
    Leader(Role),
    /// A selected point.
    Mark(Role),
    /// A bar.
    Bar(Role),
    /// The interval of a bar.
    Whisker,
    /// A horizontal reference.
    Reference,
    /// A cell of a heat map: its bin in `-5..=5`, `None` without a value.
    Cell(Option<i8>),
    /// Label of a horizontal position; every other one is `spare` (dropped on narrow screens).
    TickX {
        /// May be dropped.
        spare: bool,
    },
    /// Label of a vertical position.
    TickY,
    /// Title of an axis.
    Label,
    /// Direct label at a line's end.
    End(Role),
    /// Label of a reference line.
    ReferenceLabel,
    /// Value over a bar.
    Value,
    /// Value in a cell, `dark` where the cell's colour is strong.
    CellValue {
        /// Light text is needed.
        dark: bool,
    },
    /// The words of an empty chart.
    NoData,
    /// A line of context in the colour of its role, lighter than the one that matters.
    Light {
        /// Whose.
        role: Role,
        /// Number of the series, for the name the back-end writes.
        series: u8,
    },
    /// A vertical rule at a day that matters.
    Rule,
    /// Cells of a surface in one bin of `-5..=5`.
    Field(i8),
    /// The light edge around a line that crosses a surface.
    Halo,
    /// A branch of a dendrogram.
    Branch,
    /// A day marked at the lower edge of the plot.
    Rug,
}

/// How a paint reads in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Classes {
    /// Class of the group that the mark sits in.
    pub group: String,
    /// Class of the mark itself, where it differs within the group.
    pub own: Option<String>,
}

/// The class of a role.
pub(crate) fn role_class(role: Role) -> String {
    match role {
        Role::Ridge => "ridge".to_owned(),
        Role::Lasso => "lasso".to_owned(),
        Role::ElasticNet => "enet".to_owned(),
        Role::Benchmark => "bench".to_owned(),
        Role::Main => "ink".to_owned(),
        Role::Faint => "faint".to_owned(),
        Role::Category(n) => format!("c{}", n % 12),
    }
}

thread_local! {
    /// The paints that this thread has drawn with so far: a paint's colour is its place here. A
    /// drawing begins and ends on one thread, and no place is ever written.
    static PAINTS: RefCell<Vec<Paint>> = const { RefCell::new(Vec::new()) };
}

impl Paint {
    /// The sentinel colour.
    pub(super) fn colour(self) -> RGBColor {
        let place = PAINTS.with_borrow_mut(|paints| {
            paints.iter().position(|paint| *paint == self).unwrap_or_else(|| {
                paints.push(self);
                paints.len() - 1
            })
        });
        let [.., red, green, blue] = place.to_be_bytes();
        RGBColor(red, green, blue)
    }

    /// The paint of a sentinel colour.
    pub(super) fn of((red, green, blue): (u8, u8, u8)) -> Self {
        let place = u32::from_be_bytes([0, red, green, blue]) as usize;
        PAINTS.with_borrow(|paints| paints.get(place).copied().unwrap_or(Paint::NoData))
    }

    /// The classes to write.
    pub(super) fn classes(self) -> Classes {
        let shared = |group: &str| Classes { group: group.to_owned(), own: None };
        let each = |group: &str, own: String| Classes { group: group.to_owned(), own: Some(own) };
        match self {
            Paint::Band(state) => each("bands", format!("band s{}", state % 4)),
            Paint::Grid => shared("grid"),
            Paint::Axis => shared("axis"),
            Paint::Baseline => shared("baseline"),
            Paint::Area(role) => each("areas", format!("area {}", role_class(role))),
            Paint::Line { role, dashed, .. } => {
                let dash = if dashed { " dashed" } else { "" };
                each("lines", format!("line {}{dash}", role_class(role)))
            }
            Paint::Leader(role) => each("leaders", role_class(role)),
            Paint::Mark(role) => each("marks", format!("mark {}", role_class(role))),
            Paint::Bar(role) => each("bars", format!("bar {}", role_class(role))),
            Paint::Whisker => shared("whiskers"),
            Paint::Reference => shared("references"),
            Paint::Cell(Some(bin)) => each("cells", format!("h{bin}")),
            Paint::Cell(None) => each("cells", "empty".to_owned()),
            Paint::TickX { spare: false } => shared("tick x"),
            Paint::TickX { spare: true } => shared("tick x spare"),
            Paint::TickY => shared("tick y"),
            Paint::Label => shared("label"),
            Paint::End(role) => each("end", role_class(role)),
            Paint::ReferenceLabel => shared("reference-label"),
            Paint::Value => shared("value"),
            Paint::CellValue { dark: false } => shared("cell-value"),
            Paint::CellValue { dark: true } => shared("cell-value on-dark"),
            Paint::NoData => shared("no-data"),
            Paint::Light { role, .. } => each("lines", format!("line {} light", role_class(role))),
            Paint::Rule => shared("rules"),
            Paint::Field(bin) => each("cells", format!("h{bin}")),
            Paint::Halo => shared("halo"),
            Paint::Branch => shared("tree"),
            Paint::Rug => shared("rug"),
        }
    }
}
